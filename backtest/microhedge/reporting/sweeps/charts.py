"""What does each exhibit of a sweep draw?  Arrays and final strings in, a Figure out."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from microhedge.language import say
from microhedge.reporting import numbers, scales, style
from microhedge.reporting.style import PALETTE

Floats = NDArray[np.float64]
Segment = tuple[tuple[float, float], tuple[float, float]]

MOST_NUMBERS = 25
"""Values an axis may have for every cell to carry its number."""
_PALE = "#F4F2EF"


@dataclass(frozen=True, slots=True, eq=False)
class Map:
    """A heat-map: values by (rows × columns), NaN where there is none to colour.

    `texts` are written into the cells where there is room, `boxed` are cells with a frame,
    `crossed` those that failed.  `diverging` colours around 0.
    """

    title: str
    x: Sequence[str]
    y: Sequence[str]
    x_name: str
    y_name: str
    values: Floats
    texts: Sequence[Sequence[str]]
    boxed: Set[tuple[int, int]] = frozenset()
    crossed: Set[tuple[int, int]] = frozenset()
    diverging: bool = False
    limit: tuple[float, float] | None = None


def shade(share: float, diverging: bool) -> str:
    """Return the colour of a share: −1…1 around pale where diverging, 0…1 from pale otherwise."""
    end = PALETTE["second"] if diverging and share < 0 else PALETTE["hedge"]
    pale, full = np.array(to_rgb(_PALE)), np.array(to_rgb(end))
    return to_hex(tuple(pale + min(abs(share), 1.0) * (full - pale)))


def maps(drawn: Sequence[Map], *, width: float, height: float) -> Figure:
    """Draw heat-maps side by side, at most three in a row."""
    across = min(len(drawn), 3)
    down = -(-len(drawn) // across)
    gap = 16.0
    each, tall = (width - gap * (across - 1)) / across, height / down
    with style.settings():
        fig = style.figure(width, height)
        for number, one in enumerate(drawn):
            row, column = divmod(number, across)
            left, top = column * (each + gap), row * tall
            _map(fig, one, (left, top, each, tall), (width, height))
    return fig


def _map(
    fig: Figure,
    one: Map,
    box: tuple[float, float, float, float],
    page: tuple[float, float],
) -> None:
    left, top, width, height = box
    margin = max(style.text_width(label) for label in one.y) + 7.0 if len(one.y) > 1 else 4.0
    rows, columns = one.values.shape
    numbered = rows <= MOST_NUMBERS and columns <= MOST_NUMBERS
    ax = style.axes(
        fig,
        left=left + margin,
        right=page[0] - left - width + 1.0,
        top=top + 14.0,
        bottom=page[1] - top - height + 28.0,
        grid="",
    )
    ax.spines["bottom"].set_visible(False)
    ax.tick_params(axis="x", length=0)
    ax.set_xlim(0, columns)
    ax.set_ylim(rows, 0)
    inner = width - margin
    wide, tall = inner / columns, (height - 42.0) / rows
    if numbered:
        widest = max(style.text_width(text, 600, 7.0) for line in one.texts for text in line)
        numbered = widest + 3.0 <= wide and tall >= 9.0
    known = one.values[np.isfinite(one.values)]
    low, high = one.limit or (
        (float(known.min()), float(known.max())) if len(known) else (0.0, 0.0)
    )
    span = (max(abs(low), abs(high)) if one.diverging else high - low) or 1.0
    share = np.nan_to_num((one.values if one.diverging else one.values - low) / span)
    known_at = np.isfinite(one.values)
    # collections: a patch of its own for each of some thousand cells takes a minute
    every = [(y, x) for y in range(rows) for x in range(columns)]
    fills = [
        shade(float(share[at]), one.diverging) if known_at[at] else PALETTE["tint"] for at in every
    ]
    _boxes(ax, every, fills, edge="white" if numbered else "face", line=0.6 if numbered else 0.3)
    if numbered:
        _boxes(ax, sorted(one.boxed), "none", edge=PALETTE["ink"], line=1.2, inset=0.05)
    else:
        _lines(ax, _outline(one.boxed), PALETTE["ink"], 0.9)
    crosses: list[Segment] = [
        ((x + 0.25, y + low_end), (x + 0.75, y + 1.0 - low_end))
        for y, x in sorted(one.crossed)
        for low_end in (0.25, 0.75)
    ]
    _lines(ax, crosses, PALETTE["muted"], 0.7)
    for y, x in every if numbered else ():
        if one.texts[y][x] and (y, x) not in one.crossed:
            style.write(
                ax, x + 0.5, y + 0.5, one.texts[y][x],
                colour=_ink(float(share[y, x]), bool(known_at[y, x])), size=7.0, align="center",
                weight=600 if (y, x) in one.boxed else 400,
            )  # fmt: skip
    _names(ax, "x", one.x, wide)
    _names(ax, "y", one.y if len(one.y) > 1 else [""], tall)
    style.write(
        ax, 0.0, 1.0, one.title, colour=PALETTE["ink"], weight=600, vertical="baseline",
        shift=(0.0, 4.0), within="axes",
    )  # fmt: skip
    style.write(
        ax, 0.5, 0.0,
        say("{x} across, {y} down", x=one.x_name, y=one.y_name) if len(one.y) > 1 else one.x_name,
        align="center", shift=(0.0, -20.0), within="axes",
    )  # fmt: skip
    if not numbered and len(known):
        _key(ax, low, high, span, one.diverging, inner)


def _boxes(
    ax: Axes,
    places: Sequence[tuple[int, int]],
    fill: Sequence[str] | str,
    *,
    edge: str,
    line: float,
    inset: float = 0.0,
) -> None:
    """Draw a box over each place (y, x)."""
    low, high = inset, 1.0 - inset
    corners = [(low, low), (high, low), (high, high), (low, high)]
    shapes = [[(x + right, y + down) for right, down in corners] for y, x in places]
    ax.add_collection(
        PolyCollection(shapes, facecolors=fill, edgecolors=edge, linewidths=line), autolim=False
    )


def _outline(places: Set[tuple[int, int]]) -> list[Segment]:
    """Return the edges between the places (y, x) and all others."""
    found: list[Segment] = []
    for y, x in sorted(places):
        for beside, edge in (
            ((y - 1, x), ((x, y), (x + 1, y))),
            ((y + 1, x), ((x, y + 1), (x + 1, y + 1))),
            ((y, x - 1), ((x, y), (x, y + 1))),
            ((y, x + 1), ((x + 1, y), (x + 1, y + 1))),
        ):
            if beside not in places:
                found.append(edge)
    return found


def _lines(ax: Axes, segments: Sequence[Segment], colour: str, width: float) -> None:
    lines = LineCollection(segments, colors=colour, linewidths=width, capstyle="projecting")
    ax.add_collection(lines, autolim=False)


def _ink(share: float, known: bool) -> str:
    if not known:
        return PALETTE["muted"]
    return "white" if abs(share) > 0.62 else PALETTE["ink"]


def _names(ax: Axes, which: str, labels: Sequence[str], room: float) -> None:
    """Name every value, or every second, third, … where there is no room for all."""
    need = max(style.text_width(label) for label in labels) + 5.0 if which == "x" else 9.0
    step = max(1, int(np.ceil(need / room)))
    shown = range(0, len(labels), step)
    style.ticks(ax, which, [k + 0.5 for k in shown], [labels[k] for k in shown])


def _key(ax: Axes, low: float, high: float, span: float, diverging: bool, inner: float) -> None:
    """Draw the scale of the colours over the right end of the map."""
    texts = [numbers.plain(100.0 * value, 1) for value in (low, high)]
    length, steps = 54.0, 12
    room = style.text_width(texts[1]) + 3.0
    for k in range(steps):
        value = low + (high - low) * k / (steps - 1)
        share = value / span if diverging else (value - low) / span
        start = 1.0 - (room + length * (1.0 - k / steps)) / inner
        ax.add_patch(
            Rectangle(
                (start, 1.0 + 4.0 / float(ax.bbox.height)),
                length / steps / inner * 1.05,
                6.0 / float(ax.bbox.height),
                facecolor=shade(share, diverging),
                linewidth=0,
                transform=ax.transAxes,
                clip_on=False,
            )
        )
    for text, at, align in (
        (texts[1], 1.0, "right"),
        (texts[0], 1.0 - (room + length + 3.0) / inner, "right"),
    ):
        style.write(ax, at, 1.0, text, align=align, vertical="baseline", shift=(0.0, 4.0),
                    within="axes")  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """Points on one line: its label, their names, of which the ends are written, and their span."""

    label: str
    values: Floats
    names: Sequence[str] = ()
    marked: bool = False
    span: tuple[float, float] | None = None


def rows(
    drawn: Sequence[Row],
    *,
    x_name: str,
    width: float,
    height: float,
    zero: bool = True,
) -> Figure:
    """Draw points on lines: the values of each row, and the span between its ends."""
    every = np.concatenate([np.append(row.values, row.span or ()) for row in drawn])
    low, high = float(every.min()), float(every.max())
    if zero:
        low, high = min(low, 0.0), max(high, 0.0)
    with style.settings():
        fig = style.figure(width, height)
        left = max(style.text_width(row.label) for row in drawn) + 8.0
        ax = style.axes(fig, left=left, right=12.0, top=10.0, bottom=28.0, grid="x")
        named = max((style.text_width(n) for row in drawn for n in row.names), default=0.0) + 10.0
        share = min(0.3, max(0.06, named / (width - left - 12.0)))
        room = (high - low or 1.0) * share / (1.0 - 2.0 * share)
        ax.set_xlim(low - room, high + room)
        at = scales.ticks(low, high, max(5, int((width - left) / 55)))
        style.ticks(ax, "x", at, _hundredths(at))
        ax.set_ylim(len(drawn), 0)
        style.ticks(ax, "y", [k + 0.5 for k in range(len(drawn))], [row.label for row in drawn])
        if zero:
            ax.axvline(0.0, color=PALETTE["ink"], linewidth=0.8, zorder=2)
        for k, row in enumerate(drawn):
            ends = row.span or (float(row.values.min()), float(row.values.max()))
            ax.plot(ends, (k + 0.5, k + 0.5), color=PALETTE["shadow"], linewidth=4.0, zorder=1,
                    solid_capstyle="butt")  # fmt: skip
            ax.plot(
                row.values, np.full(len(row.values), k + 0.5), "o", markersize=4.0,
                color=PALETTE["hedge"], markeredgecolor=PALETTE["ink"] if row.marked else "white",
                markeredgewidth=1.1 if row.marked else 0.4, zorder=3,
            )  # fmt: skip
            if row.names:
                least, most = int(np.argmin(row.values)), int(np.argmax(row.values))
                for end, align, shift in ((least, "right", -7.0), (most, "left", 7.0)):
                    style.write(
                        ax, float(row.values[end]), k + 0.5, row.names[end],
                        align=align, shift=(shift, 0.0),
                    )  # fmt: skip
        style.write(ax, 0.5, 0.0, x_name, align="center", shift=(0.0, -20.0), within="axes")
    return fig


def steps(
    labels: Sequence[str],
    values: Floats,
    spans: tuple[Floats, Floats] | None,
    marked: Set[int],
    *,
    title: str,
    x_name: str,
    width: float,
    height: float,
) -> Figure:
    """Draw one value for each step of an axis with an order; NaN leaves a gap."""
    known = [values[np.isfinite(values)]] + [one[np.isfinite(one)] for one in spans or ()]
    every = np.concatenate(known)
    low, high = float(every.min(initial=0.0)), float(every.max(initial=0.0))
    with style.settings():
        fig = style.figure(width, height)
        at = scales.ticks(low, high, 6)
        told = _hundredths(at)
        left = max(style.text_width(text) for text in told) + 7.0
        ax = style.axes(fig, left=left, right=4.0, top=16.0, bottom=28.0)
        room = 0.06 * (high - low or 1.0)
        ax.set_xlim(-0.5, len(labels) - 0.5)
        ax.set_ylim(min(low - room, at[0]), max(high + room, at[-1]))
        style.ticks(ax, "y", at, told)
        need = max(style.text_width(label) for label in labels) + 6.0
        step = max(1, int(np.ceil(need / ((width - left - 4.0) / len(labels)))))
        shown = range(0, len(labels), step)
        style.ticks(ax, "x", list(shown), [labels[k] for k in shown])
        ax.axhline(0.0, color=PALETTE["ink"], linewidth=0.8, zorder=1.5)
        x = np.arange(len(labels))
        if spans is not None:
            ax.vlines(x, *spans, colors=PALETTE["shadow"], linewidths=4.0, zorder=1)
        ax.plot(x, values, "-o", color=PALETTE["hedge"], linewidth=1.1, markersize=3.4, zorder=3)
        for k in sorted(marked):
            ax.plot([k], [values[k]], "s", markersize=8.0, markerfacecolor="none",
                    markeredgecolor=PALETTE["ink"], markeredgewidth=1.1, zorder=4)  # fmt: skip
        style.write(
            ax, 0.0, 1.0, title, colour=PALETTE["ink"], weight=600, vertical="baseline",
            shift=(0.0, 5.0), within="axes",
        )  # fmt: skip
        style.write(ax, 0.5, 0.0, x_name, align="center", shift=(0.0, -20.0), within="axes")
    return fig


def _hundredths(at: Sequence[float]) -> list[str]:
    """Write ticks as percentages or points, with as many decimals as tell them apart."""
    places = scales.places([100.0 * tick for tick in at])
    return [numbers.plain(100.0 * tick, places) for tick in at]


def halves(inside: Floats, outside: Floats, *, width: float, height: float) -> Figure:
    """Draw what the winner of each half earned on it against what it earned on the other half."""
    keep = style.thin(len(inside))
    x, y = 100.0 * inside[keep], 100.0 * outside[keep]
    with style.settings():
        fig = style.figure(width, height)
        low, high = float(min(y.min(), 0.0)), float(max(y.max(), 0.0))
        at = scales.ticks(low, high, 6)
        told = [numbers.plain(tick, scales.places(at)) for tick in at]
        left = max(style.text_width(text) for text in told) + 22.0
        ax = style.axes(fig, left=left, right=6.0, top=10.0, bottom=28.0, grid="xy")
        room = 0.05 * (high - low or 1.0)
        ax.set_ylim(min(low - room, at[0]), max(high + room, at[-1]))
        style.ticks(ax, "y", at, told)
        begin, end = float(min(x.min(), 0.0)), float(max(x.max(), 0.0))
        wide = 0.05 * (end - begin or 1.0)
        ax.set_xlim(begin - wide, end + wide)
        across = scales.ticks(begin, end, 6)
        style.ticks(ax, "x", across, [numbers.plain(t, scales.places(across)) for t in across])
        ax.axhline(0.0, color=PALETTE["ink"], linewidth=0.8, zorder=2)
        ends = np.array(ax.get_xlim())
        ax.plot(ends, ends, color=PALETTE["rule"], linewidth=0.9, zorder=1)
        ax.plot(x, y, "o", color=PALETTE["hedge"], markersize=2.0, markeredgewidth=0, alpha=0.6,
                zorder=3)  # fmt: skip
        style.write(ax, 0.5, 0.0, say("On the half that chose, points a year"), align="center",
                    shift=(0.0, -20.0), within="axes")  # fmt: skip
        ax.annotate(
            say("On the other half"), (0.0, 0.5), xytext=(-left + 6.0, 0.0),
            xycoords="axes fraction",
            textcoords="offset points", rotation=90, va="center", ha="center",
            color=PALETTE["muted"], fontproperties=style.font(), annotation_clip=False,
        )  # fmt: skip
    return fig
