"""What did it cost, beside selling?  The line of selling once, causes, and reruns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from microhedge.reporting import numbers, scales, style
from microhedge.reporting.placing import Placer, along, around
from microhedge.reporting.style import PALETTE, STROKES, Stroke

_LEFT, _TOP, _BOTTOM = 30.0, 18.0, 28.0
_MARK = 5.6
_BAR = 12.5
_GAP = 12.0
_PULL = 11.0
"""A gap of fewer points of paper has no arrow: its heads would touch."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A point beside the line: its label, tail loss and annual return, and its look."""

    label: str
    tail: float
    annual: float
    stroke: Stroke
    hollow: bool = False


def frontier(
    line: Sequence[tuple[float, float, str]],
    marks: Sequence[Mark],
    *,
    gap: tuple[float, float, float, str] | None,
    titles: tuple[str, str],
    height: float = 190.0,
) -> Figure:
    """Draw annual return over tail loss: the line of selling once, and what lies beside it.

    `line` holds (tail loss, annual return, label or nothing) from nothing sold on.  `gap` is the
    tail loss of the hedge, its return, that of the line, and what is written beside the arrow.
    `titles` name both axes, return first.
    """
    tails = np.array([*(one[0] for one in line), *(mark.tail for mark in marks)])
    ends = () if gap is None else gap[1:3]
    returns = np.array([*(one[1] for one in line), *(mark.annual for mark in marks), *ends])
    with style.settings():
        fig = style.figure(style.WIDTH, height)
        ax = style.axes(fig, left=_LEFT, right=14.0, top=_TOP, bottom=_BOTTOM, grid="xy")
        _percents(ax, "x", *_limits(-tails, 0.06), most=7, turned=True)
        _percents(ax, "y", *_limits(returns, 0.15))
        colour, placer = STROKES["selling"].colour, Placer(ax)
        across, up = (np.array([one[k] for one in line]) for k in (0, 1))
        ax.plot(-across, up, color=colour, linewidth=1.5, zorder=3)
        ax.plot(-across, up, "o", color=colour, markersize=3.0, markeredgewidth=0.0, zorder=4)
        placer.avoid(along([placer.at(-x, y) for x, y in zip(across, up, strict=True)]))
        if gap is not None:
            tail, own, theirs, text = gap
            arrow = [placer.at(-tail, own), placer.at(-tail, theirs)]
            if abs(arrow[0][1] - arrow[1][1]) > _PULL:
                ax.annotate(
                    "", (-tail, theirs), (-tail, own),
                    arrowprops={"arrowstyle": "<->", "color": PALETTE["ink"], "linewidth": 0.8,
                                "shrinkA": 3.5, "shrinkB": 1.5, "mutation_scale": 7.0},
                )  # fmt: skip
                placer.avoid(along(arrow))
        for mark in marks:
            placer.avoid([around(*placer.at(-mark.tail, mark.annual), _MARK / 2.0 + 0.6)])
            ax.plot(
                [-mark.tail], [mark.annual], mark.stroke.marker, color=mark.stroke.colour,
                markersize=_MARK, markeredgewidth=1.0 if mark.hollow else 0.0, zorder=5,
                markerfacecolor="white" if mark.hollow else mark.stroke.colour,
            )  # fmt: skip
        whole, *others = line
        placer.label(*placer.at(-whole[0], whole[1]), whole[2], colour=colour, weight=400)
        for mark in marks:
            placer.label(*placer.at(-mark.tail, mark.annual), mark.label, colour=mark.stroke.colour)
        if gap is not None:
            tail, own, theirs, text = gap
            placer.label(*placer.at(-tail, (own + theirs) / 2.0), text, colour=PALETTE["ink"])
        for tail, value, text in others:
            if text:
                placer.label(*placer.at(-tail, value), text, colour=colour, weight=400, must=False)
        style.write(
            ax, 0.0, 1.0, titles[0],
            vertical="baseline", shift=(-_LEFT + 4.0, 9.0), within="axes",
        )  # fmt: skip
        style.write(
            ax, 1.0, 0.0, titles[1],
            align="right", vertical="baseline", shift=(0.0, -24.0), within="axes",
        )  # fmt: skip
    return fig


def _limits(values: np.ndarray, air: float) -> tuple[float, float]:
    low, high = float(values.min()), float(values.max())
    room = air * (high - low) or 0.05
    return low - room, high + room


def _percents(
    ax: Axes, axis: str, low: float, high: float, *, most: int = 6, turned: bool = False
) -> None:
    """Set limits and ticks of fractions; a turned axis shows losses to the right."""
    getattr(ax, f"set_{axis}lim")(low, high)
    sign = -1.0 if turned else 1.0
    at = scales.ticks(low, high, most)
    places = scales.places([100.0 * tick for tick in at])
    style.ticks(ax, axis, at, [numbers.percent(sign * tick, places) for tick in at])


@dataclass(frozen=True, slots=True)
class Steps:
    """One hedge's causes: its label, a part for each row (None: no such), and what is left."""

    label: str
    parts: tuple[float | None, ...]
    net: float
    stroke: Stroke


def causes(rows: Sequence[str], panels: Sequence[Steps]) -> Figure:
    """Draw each hedge's causes as bars that start where the one above ended, the net last.

    `rows` name the causes and, last, the net.  Values are parts of the holding a year.
    """
    left = max(style.text_width(row, 600) for row in rows) + 8.0
    each = (style.WIDTH - left - _GAP * (len(panels) - 1)) / len(panels)
    height = _TOP + _BAR * len(rows) + 16.0
    running = [_running(panel) for panel in panels]
    ends = [0.0, *(end for bars in running for bar in bars for end in bar[1:3])]
    low, high = min(ends), max(ends)
    wide = max(style.text_width(numbers.points(value), 600) for value in _shown(panels)) + 5.0
    scale = (high - low or 0.01) / max(each - wide - 4.0, 20.0)  # of a point of paper
    with style.settings():
        fig = style.figure(style.WIDTH, height)
        for number, (panel, bars) in enumerate(zip(panels, running, strict=True)):
            start = left + number * (each + _GAP)
            ax = style.axes(
                fig, left=start, right=style.WIDTH - start - each, top=_TOP, bottom=16.0, grid="x"
            )
            ax.set_xlim(low - 2.0 * scale, high + (wide + 2.0) * scale)
            ax.set_ylim(len(rows) - 0.5, -0.5)
            at = scales.ticks(low, high, max(2, int(each / 28.0)))
            places = scales.places([100.0 * tick for tick in at])
            style.ticks(ax, "x", at, [numbers.points(tick, places) for tick in at])
            named = [] if number else rows
            style.ticks(ax, "y", range(len(named)), named)
            ax.axvline(0.0, color=PALETTE["rule"], linewidth=0.8, zorder=1.5)
            _bars(ax, bars, len(rows))
            style.write(
                ax, 0.0, 1.0, panel.label,
                colour=panel.stroke.colour, weight=600, size=8.0, vertical="baseline",
                shift=(0.0, 4.0), within="axes",
            )  # fmt: skip
    return fig


def _bars(ax: Axes, bars: Sequence[tuple[int, float, float, float]], rows: int) -> None:
    places, begins, ends, values = zip(*bars, strict=True)
    last = rows - 1
    ax.hlines(
        places, begins, ends, linewidths=0.66 * _BAR, capstyle="butt", zorder=3,
        colors=[
            PALETTE["ink" if place == last else "hedge" if value > 0.0 else "faded"]
            for place, value in zip(places, values, strict=True)
        ],
    )  # fmt: skip
    # the last cause ends where the net does
    ax.vlines(
        ends[:-1], places[:-1], places[1:], colors=PALETTE["faded"], linewidths=0.5, zorder=2.5
    )
    for place, begin, end, value in bars:
        style.write(
            ax, max(begin, end), place, numbers.points(value),
            colour=PALETTE["ink"], weight=600 if place == last else 400, shift=(3.0, -0.3),
        )  # fmt: skip


def _running(panel: Steps) -> list[tuple[int, float, float, float]]:
    """Return (row, begin, end, value) of each bar, the net last and from zero."""
    at, found = 0.0, []
    for place, value in enumerate(panel.parts):
        if value is not None:
            found.append((place, at, at + value, value))
            at += value
    return [*found, (len(panel.parts), 0.0, panel.net, panel.net)]


def _shown(panels: Sequence[Steps]) -> list[float]:
    return [v for panel in panels for v in (*panel.parts, panel.net) if v is not None]


@dataclass(frozen=True, slots=True)
class Strip:
    """One hedge's reruns: numbers by roll date (its own first), by volatility, and the tie.

    Numbers are (cost, lead of the sale); () and None stand for none.  `rows` names both lines.
    """

    rows: tuple[str, str]
    dates: tuple[tuple[float, ...], tuple[float, ...]]
    vols: tuple[tuple[float, float, float], tuple[float, float, float] | None]
    even: str
    stroke: Stroke


def reruns(strips: Sequence[Strip], *, ends: tuple[str, str], titles: tuple[str, str]) -> Figure:
    """Draw a dot for each roll date and each volatility, costs left, leads of selling right.

    `ends` name the two volatilities and `titles` the two panels.  The dot of the run as it was is
    filled.
    """
    rows = [row for strip in strips for row in strip.rows]
    left = max(style.text_width(row) for row in rows) + 8.0
    right = max(style.text_width(strip.even, 600) for strip in strips) + 6.0
    each = (style.WIDTH - left - right - _GAP) / 2.0
    height = _TOP + 15.0 * len(rows) + 17.0
    with style.settings():
        fig = style.figure(style.WIDTH, height)
        for side, title in enumerate(titles):
            found = [_numbers(strip, side) for strip in strips]
            values = [value for pair in found for numbers_ in pair for value in numbers_]
            if not values:
                continue
            start = left + side * (each + _GAP)
            ax = style.axes(
                fig, left=start, right=style.WIDTH - start - each, top=_TOP, bottom=17.0, grid="x"
            )
            room = max(style.text_width(end) for end in ends) + 8.0
            low, high = min(0.0, *values), max(0.0, *values)
            scale = (high - low or 0.01) / (each - 2.0 * room)
            ax.set_xlim(low - room * scale, high + room * scale)
            ax.set_ylim(len(rows) - 0.5, -0.5)
            at = scales.ticks(low - 0.3 * room * scale, high + 0.3 * room * scale, 5)
            places = scales.places([100.0 * tick for tick in at])
            write = numbers.points if side else numbers.percent
            style.ticks(ax, "x", at, [write(tick, places) for tick in at])
            shown = [] if side else rows
            style.ticks(ax, "y", range(len(shown)), shown)
            ax.axvline(0.0, color=PALETTE["rule"], linewidth=0.8, zorder=1.5)
            for number, (strip, (dates, vols)) in enumerate(zip(strips, found, strict=True)):
                _dots(ax, 2 * number, dates, strip.stroke)
                _dots(ax, 2 * number + 1, (*vols[1:2], *vols[:1], *vols[2:]), strip.stroke)
                if vols:
                    _named(ax, 2 * number + 1, vols, ends)
                if side:
                    style.write(
                        ax, 1.0, 1.0 - (2 * number + 1.5) / len(rows), strip.even,
                        colour=strip.stroke.colour, weight=600, shift=(6.0, 0.0), within="axes",
                    )  # fmt: skip
            style.write(
                ax, 0.0, 1.0, title,
                weight=600, vertical="baseline", shift=(0.0, 4.0), within="axes",
            )  # fmt: skip
    return fig


def _numbers(strip: Strip, side: int) -> tuple[tuple[float, ...], tuple[float, ...]]:
    return strip.dates[side], strip.vols[side] or ()


def _dots(ax: Axes, row: int, values: tuple[float, ...], stroke: Stroke) -> None:
    """Draw a number for each rerun on a hairline, that of the run as it was filled."""
    if not values:
        return
    ax.hlines([row], min(values), max(values), colors=PALETTE["faded"], linewidths=0.8, zorder=2)
    ax.plot(
        values[1:], [row] * (len(values) - 1), stroke.marker, color=stroke.colour, markersize=4.2,
        markerfacecolor="white", markeredgewidth=0.9, zorder=3,
    )  # fmt: skip
    ax.plot(
        values[:1], [row], stroke.marker, color=stroke.colour, markersize=4.8,
        markeredgewidth=0.0, zorder=4,
    )  # fmt: skip


def _named(ax: Axes, row: int, vols: tuple[float, ...], ends: tuple[str, str]) -> None:
    """Write which volatility each end of the hairline is, outside of it."""
    pairs = sorted(zip((vols[0], vols[-1]), ends, strict=True))
    outer = min(vols), max(vols)
    for (_, text), x, align, shift in zip(
        pairs, outer, ("right", "left"), (-5.0, 5.0), strict=True
    ):
        style.write(ax, x, row, text, align=align, shift=(shift, 0.0))
