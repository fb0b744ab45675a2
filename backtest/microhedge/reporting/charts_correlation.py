"""What became of the relation?  Its break, the parts of its ratio, its offset, what it removed."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, log

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from microhedge.reporting import numbers, scales, style
from microhedge.reporting.style import HALF, PALETTE

Floats = NDArray[np.float64]
Days = NDArray[np.int32]

HEIGHT = 122.0
CORRIDOR = (0.80, 1.25)
FRAME = (-0.5, 2.0)
"""Offsets that the axis shows; what lies beyond is counted in words."""

_TOP, _BOTTOM, _EDGE = 15.0, 17.0, 12.0
_OWN, _OTHER = PALETTE["second"], PALETTE["faded"]
_DASHES = (0, (4, 2))


def fluctuation(
    days: Days,
    path: Floats,
    boundary: float,
    *,
    row: int,
    split: int,
    labels: tuple[str, str, str],
) -> Figure:
    """Draw the path of a test for a break between its two boundaries, and where it is farthest.

    The extreme is the session before `row`.  `split` is a day; `labels` name the path, the
    boundary and the day of the extreme.
    """
    farthest = row - 1
    keep = np.union1d(style.thin(len(days), int(2 * HALF)), [farthest])
    reach = 1.4 * max(float(np.abs(path).max()), boundary)
    with style.settings():
        fig = style.figure(HALF, HEIGHT)
        ax = _axes(fig, -reach, reach, left=26.0, right=_EDGE)
        _days(ax, int(days[0]), int(days[-1]))
        ax.axhline(0.0, color=PALETTE["rule"], linewidth=0.7, zorder=1)
        for edge in (-boundary, boundary):
            ax.axhline(edge, color=PALETTE["ink"], linewidth=0.8, linestyle=_DASHES, zorder=2)
        if int(days[0]) < split < int(days[-1]):
            ax.axvline(split, color=PALETTE["muted"], linewidth=0.8, zorder=2)
        ax.plot(days[keep], path[keep], color=_OWN, linewidth=1.0, zorder=3)
        top = float(path[farthest])
        ax.plot([days[farthest]], [top], "o", color=_OWN, markersize=3.8, zorder=4)
        to_left = _to_left(ax, int(days[farthest]), split, labels[2])
        away = _clear((boundary - abs(top)) * float(ax.bbox.height) / (2.0 * reach))
        style.write(
            ax, float(days[farthest]), top, labels[2],
            colour=_OWN, weight=600, align="right" if to_left else "left",
            shift=(-3.0 if to_left else 3.0, away if top > 0.0 else -away),
        )  # fmt: skip
        _legend(ax, [(labels[0], _OWN, "solid"), (labels[1], PALETTE["ink"], _DASHES)])
    return fig


def _clear(gap: float) -> float:
    """Return how far outside of a point its name stands, points: beyond a line that it would cross.

    `gap` is that from the point to the line.
    """
    return gap + 6.0 if abs(gap - 8.0) < 6.0 else 8.0


def ratio_parts(
    names: Sequence[str],
    correlation: Floats,
    volatility: Floats,
    *,
    labels: tuple[str, str, str],
) -> Figure:
    """Draw by period what the two parts multiplied the hedge ratio by, and the ratio itself.

    Values are natural logarithms, NaN where there is none; the axis shows factors.  `labels`
    name the part of the correlation, that of the volatilities, and the ratio.
    """
    one, two = np.nan_to_num(correlation), np.nan_to_num(volatility)
    base = np.where(one * two > 0.0, one, 0.0)
    total = correlation + volatility
    every = np.concatenate([[-0.1, 0.1], one, base + two, np.nan_to_num(total)])
    low, high = 1.06 * float(every.min()), 1.06 * float(every.max())
    at = _factors(low, high)
    where = np.arange(len(names))
    with style.settings():
        fig = style.figure(HALF, HEIGHT)
        marks = ["×" + numbers.plain(tick, scales.places(at)) for tick in at]
        left = max(map(style.text_width, marks)) + 7.0
        ax = style.axes(fig, left=left, right=4.0, top=_TOP, bottom=_BOTTOM)
        ax.set_ylim(low, high)
        style.ticks(ax, "y", [log(tick) for tick in at], marks)
        _periods(ax, names)
        wide = 0.8 * float(ax.bbox.width) / (len(names) + 0.2)
        for start, end, colour in ((0.0 * one, one, _OWN), (base, base + two, _OTHER)):
            ax.vlines(where, start, end, colors=colour, linewidths=wide, capstyle="butt", zorder=2)
        ax.axhline(0.0, color=PALETTE["ink"], linewidth=0.8, zorder=3)
        ax.plot(
            where, total, "D", color=PALETTE["ink"], markersize=2.6, markeredgewidth=0.0, zorder=4
        )
        _legend(
            ax,
            [
                (labels[0], _OWN, "s"),
                (labels[1], PALETTE["muted"], "s"),
                (labels[2], PALETTE["ink"], "D"),
            ],
            marks={PALETTE["muted"]: _OTHER},
        )
    return fig


def cumulative_offset(
    days: Days, values: Floats, span: tuple[int, int], *, labels: tuple[str, str]
) -> Figure:
    """Draw the offset since the start by month, NaN for none, over the customary corridor.

    A value beyond the frame is an arrow at its edge.  `labels` name the corridor and the last
    value.
    """
    seen = values[np.isfinite(values)]
    low = max(FRAME[0], min(0.0, float(seen.min()) - 0.05))
    high = min(FRAME[1], max(1.4, float(seen.max()) + 0.05))
    with style.settings():
        fig = style.figure(HALF, HEIGHT)
        ax = _axes(
            fig, low, high, left=32.0, right=style.text_width(labels[1], 600) + 10.0, share=True
        )
        _days(ax, *span)
        ax.axhspan(*CORRIDOR, color=PALETTE["shadow"], alpha=0.6, linewidth=0.0, zorder=1)
        ax.axhline(1.0, color=PALETTE["muted"], linewidth=0.7, zorder=2)
        if low < 0.0:
            ax.axhline(0.0, color=PALETTE["muted"], linewidth=0.7, zorder=1.5)
        inside = np.where((values >= low) & (values <= high), values, np.nan)
        ax.plot(
            days, inside, color=_OWN, linewidth=1.2, zorder=3,
            marker="o", markersize=2.2 if len(seen) < 40 else 0.0, markeredgewidth=0.0,
        )  # fmt: skip
        room = 0.03 * (high - low)  # so that no arrow reaches what stands over the axes
        ends = ((values > high, high - room, "^"), (values < low, low + room, "v"))
        for beyond, edge, arrow in ends:
            ax.plot(
                days[beyond], np.full(int(beyond.sum()), edge), arrow, color=_OWN,
                markersize=3.2, markeredgewidth=0.0, clip_on=False, zorder=3,
            )  # fmt: skip
        last = int(np.flatnonzero(np.isfinite(values))[-1])
        style.end_labels(ax, [(float(days[last]), float(values[last]), labels[1], _OWN)])
        _legend(ax, [(labels[0], PALETTE["muted"], "s")], marks={PALETTE["muted"]: _OTHER})
    return fig


def removed_by_period(
    names: Sequence[str],
    removed: Floats,
    explained: Floats,
    levels: tuple[float, float | None],
    bounds: tuple[float, float] | None,
    *,
    labels: tuple[str, str, str, str],
) -> Figure:
    """Draw by period the variance removed as traded, and what the best ratio would have removed.

    Values are fractions, NaN for none; `levels` are what was promised and what came in all,
    `bounds` the interval of the latter.
    `labels` name the removed, the best, and both levels.
    """
    known = [*(one for one in levels if one is not None), *(bounds or ())]
    every = np.concatenate([removed[np.isfinite(removed)], explained[np.isfinite(explained)]])
    low = min(0.0, *(1.05 * float(one) for one in every), *known)
    high = max(0.1, *(1.05 * float(one) for one in every), *known)
    where = np.arange(len(names))
    told = list(zip(levels, labels[2:], (PALETTE["ink"], _OWN), strict=True))
    with style.settings():
        fig = style.figure(HALF, HEIGHT)
        right = (
            max(style.text_width(label, 600) for one, label, _ in told if one is not None) + 10.0
        )
        ax = _axes(fig, low, high, left=32.0, right=right, share=True)
        _periods(ax, names)
        if low < 0.0:
            ax.axhline(0.0, color=PALETTE["muted"], linewidth=0.7, zorder=1.5)
        if bounds is not None:
            ax.axhspan(*bounds, color=_OWN, alpha=0.12, linewidth=0.0, zorder=1)
        both = np.isfinite(removed) & np.isfinite(explained)
        ax.vlines(
            where[both], removed[both], explained[both],
            colors=PALETTE["rule"], linewidths=0.9, zorder=2,
        )  # fmt: skip
        ax.plot(
            where, explained, "o", color=PALETTE["muted"], markersize=3.2, zorder=3,
            markerfacecolor="white", markeredgewidth=0.8,
        )  # fmt: skip
        ax.plot(where, removed, "s", color=_OWN, markersize=3.0, markeredgewidth=0.0, zorder=4)
        ends = []
        for (level, label, colour), dash in zip(told, (_DASHES, "solid"), strict=True):
            if level is not None:
                ax.axhline(level, color=colour, linewidth=0.8, linestyle=dash, zorder=1.8)
                ends.append((len(names) - 0.5, level, label, colour))
        style.end_labels(ax, ends)
        _legend(
            ax,
            [(labels[0], _OWN, "s"), (labels[1], PALETTE["muted"], "o")],
            hollow=PALETTE["muted"],
        )
    return fig


def _axes(
    fig: Figure, low: float, high: float, *, left: float, right: float, share: bool = False
) -> Axes:
    """Return axes with values up the side, as percentages where they are a share."""
    ax = style.axes(fig, left=left, right=right, top=_TOP, bottom=_BOTTOM)
    at = scales.ticks(low, high, 6)
    ax.set_ylim(low, high)
    factor = 100.0 if share else 1.0
    places = scales.places([factor * tick for tick in at])
    style.ticks(
        ax, "y", at,
        [numbers.percent(t, places) if share else numbers.plain(t, places) for t in at],
    )  # fmt: skip
    return ax


def _to_left(ax: Axes, at: int, line: int, text: str) -> bool:
    """Tell whether a text goes to the left of a day, so that it stays inside and off a line."""
    first, last = ax.get_xlim()
    needs = (style.text_width(text, 600) + 6.0) / float(ax.bbox.width) * (last - first)
    right, left = at + needs <= last, at - needs >= first
    if right and left:
        return at <= line <= at + needs
    return not right


def _days(ax: Axes, first: int, last: int) -> None:
    last = max(last, first + 1)
    ax.set_xlim(first, last)
    for most in (5, 4, 3, 2):
        at, names = scales.time_ticks(first, last, most)
        needs = (max(map(style.text_width, names)) + 5.0) / float(ax.bbox.width) * (last - first)
        if len(at) < 2 or min(np.diff(at)) >= needs:
            break
    style.ticks(ax, "x", at, names)


def _periods(ax: Axes, names: Sequence[str]) -> None:
    """Put the names of periods under their places, as many as have room."""
    ax.set_xlim(-0.6, len(names) - 0.4)
    room = float(ax.bbox.width) / (len(names) + 0.2)
    step = 1 + int((max(map(style.text_width, names)) + 6.0) / room)
    shown = range(0, len(names), step)
    style.ticks(ax, "x", list(shown), [names[n] for n in shown])


def _factors(low: float, high: float) -> list[float]:
    """Return round factors for an axis of logarithms, 1 among them, none too close to the next."""
    for steps in (
        (1.0, 1.1, 1.2, 1.3),
        (1.0, 1.2, 1.5, 2.0),
        (1.0, 1.5, 2.0, 3.0, 5.0),
        (1.0, 2.0, 5.0, 10.0, 20.0, 50.0),
    ):
        found = sorted({*steps, *(round(1.0 / step, 2) for step in steps)})
        inside = [one for one in found if low <= log(one) <= high]
        least = min(np.diff([log(one) for one in inside]), default=high - low)
        whole = exp(high) <= 1.6 * steps[-1] and exp(-low) <= 1.6 * steps[-1]
        if whole and least >= 0.11 * (high - low):
            return inside
    powers = [10.0**n for n in range(-4, 5)]
    return [one for one in powers if low <= log(one) <= high]


def _legend(
    ax: Axes,
    entries: Sequence[tuple[str, str, object]],
    *,
    marks: dict[str, str] | None = None,
    hollow: str = "",
) -> None:
    """Write what each mark or line is over the axes, from the left: (text, colour, look)."""
    across, high = float(ax.bbox.width), float(ax.bbox.height)
    up, along = 1.0 + 6.0 / high, 0.0
    for text, colour, look in entries:
        ink = (marks or {}).get(colour, colour)
        line = look in ("solid", _DASHES)
        start, end = along / across, (along + (13.0 if line else 6.0)) / across
        if line:
            ax.plot(
                [start, end], [up, up], color=ink, linewidth=1.0, linestyle=look,
                transform=ax.transAxes, clip_on=False,
            )  # fmt: skip
        else:
            ax.plot(
                [(start + end) / 2.0], [up], str(look), color=ink, markersize=3.8,
                markerfacecolor="white" if colour == hollow else ink,
                markeredgewidth=0.8 if colour == hollow else 0.0,
                transform=ax.transAxes, clip_on=False,
            )  # fmt: skip
        shift = along + (17.0 if line else 9.5)
        style.write(
            ax, 0.0, 1.0, text,
            colour=colour, weight=600, vertical="baseline", within="axes", shift=(shift, 3.5),
        )  # fmt: skip
        along = shift + style.text_width(text, 600) + 10.0
