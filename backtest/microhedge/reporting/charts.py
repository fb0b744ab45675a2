"""What does each exhibit draw?  Pure functions from arrays to a matplotlib Figure.

Sizes are points.  The functions decide nothing about words: labels arrive as final strings.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from microhedge.reporting import numbers, scales, style
from microhedge.reporting.style import PALETTE, STROKES, Stroke

Floats = NDArray[np.float64]
Days = NDArray[np.int32]

TOP = 6.0
BOTTOM = 17.0
LOG_FROM = 3.0
"""An axis is logarithmic when its largest value is more than this many times its smallest."""


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """One strategy's path: the label that names it at its end, its values and its look."""

    label: str
    values: Floats
    stroke: Stroke


def _draw(
    ax: Axes, days: Days, line: Line, *, zorder: float = 3.0, most: int = style.MOST_POINTS
) -> None:
    keep = style.thin(len(days), most)
    if len(known := np.flatnonzero(np.isfinite(line.values))):  # the ends of its range stay
        seen = line.values[known]
        keep = np.union1d(keep, known[[seen.argmin(), seen.argmax()]])
    ax.plot(
        days[keep],
        line.values[keep],
        color=line.stroke.colour,
        linewidth=line.stroke.width,
        linestyle=line.stroke.dash,
        solid_joinstyle="round",
        dash_joinstyle="round",
        dash_capstyle="butt",
        zorder=zorder,
    )


def _time_axis(
    ax: Axes, days: Days, *, most: int = 8, named: bool = True, within: float | None = None
) -> None:
    """Set the limits and ticks of the x axis; `within` is the width no label may leave, points."""
    first, last = int(days[0]), int(days[-1])
    ax.set_xlim(first, max(last, first + 1))
    at, labels = scales.time_ticks(first, last, most)
    if within is not None:
        ends = [
            (tick - first) / max(last - first, 1) * within + style.text_width(label) / 2.0
            for tick, label in zip(at, labels, strict=True)
        ]
        labels = [label if end <= within else "" for end, label in zip(ends, labels, strict=True)]
    style.ticks(ax, "x", at, labels if named else [""] * len(at))


def _value_axis(ax: Axes, low: float, high: float, *, unit: str = "", most: int = 6) -> None:
    """Set the limits and ticks of the y axis; `unit` "%" takes fractions."""
    at = scales.ticks(low, high, most)
    ax.set_ylim(min(low, at[0]), max(high, at[-1]))
    factor = 100.0 if unit == "%" else 1.0
    places = scales.places([factor * tick for tick in at])
    style.ticks(ax, "y", at, [numbers.plain(factor * tick, places) + unit for tick in at])


def _margin(labels: Sequence[str], weight: int = 600) -> float:
    return max((style.text_width(label, weight) for label in labels), default=0.0) + 8.0


def paths(
    days: Days,
    lines: Sequence[Line],
    *,
    height: float,
    width: float = style.WIDTH,
    level: float | None = None,
    uncovered: Sequence[tuple[int, int]] = (),
    marks: Sequence[tuple[int, str]] = (),
    last: int = 0,
) -> Figure:
    """Draw paths of value that start together, each named at its end.

    `level` is a line of reference (100), `uncovered` the spans to shade, `marks` are days with a
    word above the axes, and `last` names the line (by position) that is drawn on top.
    """
    values = np.concatenate([line.values for line in lines])
    low, high = float(np.min(values)), float(np.max(values))
    log = low > 0.0 and high / low > LOG_FROM
    with style.settings():
        fig = style.figure(width, height)
        # a line of text and its air take 12 points
        most = max(3, int((height - 25.0) / 12.0))
        at = (
            scales.log_ticks(low, high, min(most, 8))
            if log
            else scales.ticks(low, high, min(most, 6))
        )
        labels = [numbers.plain(tick, scales.places(at)) for tick in at]
        left = max(style.text_width(label) for label in labels) + 7.0
        ax = style.axes(
            fig,
            left=left,
            right=_margin([line.label for line in lines]),
            top=15.0 if marks else TOP,
            bottom=BOTTOM,
        )
        if log:
            ax.set_yscale("log")
        room = (high / low) ** 0.03 if log else 0.03 * (high - low or 1.0)
        ax.set_ylim(
            min(low / room, at[0]) if log else min(low - room, at[0]),
            max(high * room, at[-1]) if log else max(high + room, at[-1]),
        )
        style.ticks(ax, "y", at, labels)
        _time_axis(ax, days)
        for first, end in uncovered:
            ax.axvspan(first, end, color=PALETTE["tint"], linewidth=0, zorder=0.5)
        for day, word in marks:
            ax.axvline(day, color=PALETTE["rule"], linewidth=0.7, zorder=1)
            along = (day - days[0]) / (days[-1] - days[0])
            style.write(
                ax, along, 1.0, word,
                align="right" if along > 0.8 else "left", vertical="baseline",
                shift=(0.0, 4.0), within="axes",
            )  # fmt: skip
        if level is not None:
            ax.axhline(level, color=PALETTE["ink"], linewidth=0.7, zorder=2)
        for number, line in enumerate(lines):
            _draw(ax, days, line, zorder=5.0 if number == last else 3.0 + 0.1 * number)
        style.end_labels(
            ax,
            [
                (float(days[-1]), float(line.values[-1]), line.label, line.stroke.colour)
                for line in lines
            ],
        )
    return fig


def drawdowns(
    days: Days,
    reference: Floats,
    panels: Sequence[Line],
    *,
    height: float = 122.0,
) -> Figure:
    """Draw each strategy's fall from its high in a panel of its own, over the unhedged one."""
    low = float(min(np.min(reference), *(np.min(panel.values) for panel in panels)))
    left, gap = 30.0, 10.0
    each = (style.WIDTH - left - gap * (len(panels) - 1)) / len(panels)
    # two points of a line per point of paper are all that can be seen
    most = int(2 * each)
    keep = np.union1d(style.thin(len(days), most), [int(np.argmin(reference))])
    with style.settings():
        fig = style.figure(style.WIDTH, height)
        for number, panel in enumerate(panels):
            start = left + number * (each + gap)
            ax = style.axes(
                fig, left=start, right=style.WIDTH - start - each, top=16.0, bottom=BOTTOM
            )
            _value_axis(ax, min(low * 1.12, -0.01), 0.0, unit="%")
            if number:
                style.ticks(ax, "y", list(ax.get_yticks()), [""] * len(ax.get_yticks()))
            # beside a panel is the next one, or the edge of the page: a label would be cut there
            _time_axis(ax, days, most=max(2, int(each / 34)), within=each)
            ax.fill_between(
                days[keep], reference[keep], 0.0, color=PALETTE["shadow"], linewidth=0, zorder=1
            )
            solid = Stroke(panel.stroke.colour, 1.0)
            _draw(ax, days, Line(panel.label, panel.values, solid), most=most)
            deepest = int(np.argmin(panel.values))
            depth = float(panel.values[deepest])
            ax.plot([days[deepest]], [depth], "o", markersize=3.4, color=solid.colour, zorder=6)
            beyond = (days[deepest] - days[0]) > 0.72 * (days[-1] - days[0])
            style.write(
                ax, float(days[deepest]), depth, numbers.percent(depth, 0),
                colour=solid.colour, weight=600, align="right" if beyond else "left",
                shift=(-5.0 if beyond else 5.0, -4.0),
            )  # fmt: skip
            style.write(
                ax, 0.0, 1.0, panel.label,
                colour=solid.colour, weight=600, size=8.0, vertical="baseline",
                shift=(0.0, 4.0), within="axes",
            )  # fmt: skip
    return fig


def rolling_correlation(
    days: Days,
    path: Floats,
    context: Floats,
    *,
    level: float,
    band: tuple[float, float],
    split: int,
    labels: tuple[str, str, str, str],
    height: float = 205.0,
) -> Figure:
    """Draw a rolling correlation, its longer version, and the band of a constant one.

    Values are NaN until a window is full.  `labels` name the path, the context, the level and
    the split, in this order.
    """
    stroke = STROKES["second"]
    seen = path[np.isfinite(path)]
    low = min(0.0, float(np.min(seen, initial=0.0)) - 0.03, band[0])
    name, context_name, level_name, split_name = labels
    keep = style.thin(len(days))
    with style.settings():
        fig = style.figure(style.WIDTH, height)
        right = _margin([name, context_name, level_name])
        ax = style.axes(fig, left=26.0, right=right, top=15.0, bottom=BOTTOM)
        _value_axis(ax, low, 1.0, most=6)
        _time_axis(ax, days)
        if low < 0.0:
            ax.axhline(0.0, color=PALETTE["muted"], linewidth=0.7, zorder=1.5)
        ax.axhspan(*band, color=PALETTE["second"], alpha=0.13, linewidth=0, zorder=1)
        ax.axhline(level, color=PALETTE["ink"], linewidth=0.8, linestyle=(0, (4, 2)), zorder=2)
        ax.plot(days[keep], path[keep], color=stroke.colour, linewidth=0.9, zorder=3)
        ax.plot(days[keep], context[keep], color=PALETTE["unhedged"], linewidth=1.3, zorder=4)
        if int(days[0]) < split < int(days[-1]):
            ax.axvline(split, color=PALETTE["ink"], linewidth=0.9, zorder=5)
            along = (split - days[0]) / (days[-1] - days[0])
            style.write(
                ax, along, 1.0, split_name,
                colour=PALETTE["ink"], align="right" if along > 0.7 else "left",
                vertical="baseline", shift=(0.0, 4.0), within="axes",
            )  # fmt: skip
        ends = [(float(days[-1]), level, level_name, PALETTE["ink"])]
        for values, label, colour in (
            (path, name, stroke.colour),
            (context, context_name, PALETTE["unhedged"]),
        ):
            finite = np.flatnonzero(np.isfinite(values))
            if len(finite):
                ends.append((float(days[finite[-1]]), float(values[finite[-1]]), label, colour))
        style.end_labels(ax, ends)
    return fig


def premises(
    days: Days,
    promised: Floats,
    realised: Floats,
    bounds: tuple[Floats, Floats],
    *,
    span: tuple[int, int],
    labels: tuple[str, str, str],
    width: float,
    height: float = 150.0,
) -> Figure:
    """Draw each promise with its prediction interval, and what came: inside or outside.

    `labels` name the promise, what came inside, and what came outside.
    """
    low, high = bounds
    inside = (realised >= low) & (realised <= high)
    with style.settings():
        fig = style.figure(width, height)
        ax = style.axes(fig, left=26.0, right=4.0, top=15.0, bottom=BOTTOM)
        _value_axis(
            ax, min(0.0, float(np.min(low)) - 0.03, float(np.min(realised)) - 0.03), 1.0, most=6
        )
        # half a marker's room, so that none on the first day is cut
        room = (span[1] - span[0]) // 60
        _time_axis(ax, np.array([span[0] - room, span[1]], dtype=np.int32), most=4)
        ax.vlines(days, low, high, colors=PALETTE["shadow"], linewidths=1.6, zorder=2)
        ax.step(days, promised, where="post", color=PALETTE["faded"], linewidth=1.0, zorder=3)
        looks = ((inside, PALETTE["unhedged"], "o"), (~inside, PALETTE["second"], "D"))
        for rows, colour, marker in looks:
            ax.plot(
                days[rows], realised[rows], marker, color=colour, markersize=2.4,
                markeredgewidth=0, zorder=4,
            )  # fmt: skip
        _legend(
            ax, zip(labels, (PALETTE["muted"], *(colour for _, colour, _ in looks)), strict=True)
        )
    return fig


def betas(
    days: Days, ratios: Mapping[str, Floats], until: int, *, width: float, height: float = 150.0
) -> Figure:
    """Draw the hedge ratio on each factor as the steps in which it was used."""
    names = list(ratios)
    every = np.concatenate([ratios[name] for name in names])
    low, high = min(0.0, float(np.min(every))), float(np.max(every))
    looks = (STROKES["second"], STROKES["hedge"], STROKES["third"], STROKES["selling"])
    with style.settings():
        fig = style.figure(width, height)
        labels = [f"{name} {numbers.ratio(float(ratios[name][-1]))}" for name in names]
        ax = style.axes(fig, left=26.0, right=_margin(labels), top=15.0, bottom=BOTTOM)
        _value_axis(ax, low, high + 0.05 * (high - low or 1.0), most=6)
        _time_axis(ax, np.array([days[0], max(until, int(days[0]) + 1)], dtype=np.int32), most=4)
        ends = []
        for number, name in enumerate(names):
            stroke = looks[number % len(looks)]
            ax.step(
                np.append(days, until), np.append(ratios[name], ratios[name][-1]),
                where="post", color=stroke.colour, linewidth=1.3,
                linestyle="solid" if number == 0 else (0, (3, 1)),
            )  # fmt: skip
            ends.append((float(until), float(ratios[name][-1]), labels[number], stroke.colour))
        style.end_labels(ax, ends)
    return fig


def _legend(ax: Axes, entries: Iterable[tuple[str, str]]) -> None:
    """Write what is drawn in which colour over the axes, from the left."""
    along = 0.0
    for text, colour in entries:
        style.write(
            ax, 0.0, 1.0, text,
            colour=colour, weight=600, vertical="baseline", within="axes", shift=(along, 3.0),
        )  # fmt: skip
        along += style.text_width(text, 600) + 12.0


def rolls(
    opened: Days,
    paid: Floats,
    received: Floats,
    *,
    span: tuple[int, int],
    labels: tuple[str, str, str],
    height: float = 175.0,
) -> Figure:
    """Draw what each roll paid (down) and brought in (up), and the running total below.

    Amounts are fractions of the holding; `labels` name receipts, payments and the total.
    """
    up, down = received, -paid
    total = np.cumsum(up + down)
    axis = np.array(span, dtype=np.int32)
    end_text = numbers.percent(float(total[-1]), 0, signed=True)
    left, title = 34.0, 13.0
    half = 0.56 * height
    with style.settings():
        fig = style.figure(style.WIDTH, height)
        right = _margin([end_text])
        bar = 0.7 * (style.WIDTH - left - right) / max(len(opened), 40)
        above = style.axes(fig, left=left, right=right, top=title, bottom=height - half)
        high, low = float(np.max(up, initial=0.0)), float(np.min(down, initial=0.0))
        _value_axis(above, 1.04 * low, 1.04 * high, unit="%", most=6)
        _time_axis(above, axis, named=False)
        for column, colour in ((up, PALETTE["hedge"]), (down, PALETTE["faded"])):
            above.vlines(
                opened, 0.0, column, colors=colour, linewidths=bar, zorder=3, capstyle="butt"
            )
        above.axhline(0.0, color=PALETTE["ink"], linewidth=0.8, zorder=4)
        below = style.axes(fig, left=left, right=right, top=half + title + 4.0, bottom=BOTTOM)
        low, high = float(np.min(total, initial=0.0)), float(np.max(total, initial=0.0))
        room = 0.04 * (high - low or 1.0)
        _value_axis(below, low - room, high + room, unit="%", most=5)
        _time_axis(below, axis)
        below.axhline(0.0, color=PALETTE["rule"], linewidth=0.8, zorder=1)
        below.step(
            np.append(opened, span[1]), np.append(total, total[-1]),
            where="post", color=PALETTE["ink"], linewidth=1.2, zorder=3,
        )  # fmt: skip
        style.end_labels(below, [(float(span[1]), float(total[-1]), end_text, PALETTE["ink"])])
        _legend(above, ((labels[0], PALETTE["hedge"]), (labels[1], PALETTE["muted"])))
        _legend(below, ((labels[2], PALETTE["ink"]),))
    return fig
