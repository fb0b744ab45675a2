"""Did the hedge bend the line?  Payoffs by period, and floors promised and delivered by put."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from microhedge.reporting import numbers, scales, style
from microhedge.reporting.style import PALETTE, Stroke

Floats = NDArray[np.float64]
Days = NDArray[np.int32]

_LEFT, _GAP, _TOP, _BOTTOM = 30.0, 10.0, 16.0, 17.0
_DOT = 2.9


@dataclass(frozen=True, slots=True, eq=False)
class Panel:
    """One run: its name, its return in each period, its look, and its payoff to be dotted in.

    `payoff` are corners of a line, (return of the holding, return hedged).
    """

    label: str
    values: Floats
    stroke: Stroke
    payoff: tuple[Floats, Floats] | None = None


def payoffs(alone: Floats, panels: Sequence[Panel], *, height: float = 150.0) -> Figure:
    """Draw each run's return by period over the holding's, in a panel of its own.

    The grey line is where both are alike.
    """
    each = (style.WIDTH - _LEFT - _GAP * (len(panels) - 1)) / len(panels)
    low, high = float(alone.min()), float(alone.max())
    room = 0.05 * (high - low or 0.02)
    low, high = min(low, 0.0) - room, max(high, 0.0) + room
    every = [0.0, *(float(end) for p in panels for end in (p.values.min(), p.values.max()))]
    least, most = min(every), max(every)
    air = 0.05 * (most - least or 0.02)
    up = scales.ticks(least - air, most + air, 7)
    along = _roomy(low, high, each)
    beside = _GAP / 2.0 - 1.0  # a label may reach half the way to the next panel
    size = _DOT if len(alone) < 150 else 0.75 * _DOT
    with style.settings():
        fig = style.figure(style.WIDTH, height)
        for number, panel in enumerate(panels):
            start = _LEFT + number * (each + _GAP)
            ax = style.axes(
                fig,
                left=start,
                right=style.WIDTH - start - each,
                top=_TOP,
                bottom=_BOTTOM,
                grid="xy",
            )
            ax.set_xlim(low, high)
            ax.set_ylim(min(least - air, up[0]), max(most + air, up[-1]))
            _percent_ticks(ax, "y", up, named=number == 0)
            _percent_ticks(
                ax, "x", along, within=each + (beside if number < len(panels) - 1 else 0.0)
            )
            ends = np.array([low, high])
            ax.axhline(0.0, color=PALETTE["faded"], linewidth=0.7, zorder=1.5)
            ax.axvline(0.0, color=PALETTE["faded"], linewidth=0.7, zorder=1.5)
            ax.plot(ends, ends, color=PALETTE["faded"], linewidth=1.0, zorder=2)
            colour = panel.stroke.colour
            if panel.payoff is not None:
                ax.plot(
                    *panel.payoff, color=PALETTE["ink"], linewidth=1.0,
                    linestyle=(0, (1, 1.4)), zorder=4,
                )  # fmt: skip
            ax.plot(
                alone, panel.values, panel.stroke.marker, color=colour, markersize=size,
                markeredgewidth=0.0, zorder=3,
            )  # fmt: skip
            style.write(
                ax, 0.0, 1.0, panel.label,
                colour=colour, weight=600, size=8.0, vertical="baseline",
                shift=(0.0, 4.0), within="axes",
            )  # fmt: skip
    return fig


def _roomy(low: float, high: float, width: float) -> list[float]:
    """Return as many ticks as have labels that do not touch on an axis of a width in points."""
    for most in range(9, 2, -1):
        at = scales.ticks(low, high, most)
        places = scales.places([100.0 * tick for tick in at])
        widest = max(style.text_width(numbers.percent(tick, places)) for tick in at)
        if len(at) < 2 or (at[1] - at[0]) / (high - low) * width > widest + 5.0:
            return at
    return at


def _percent_ticks(
    ax: Axes, axis: str, at: Sequence[float], *, named: bool = True, within: float | None = None
) -> None:
    """Put ticks of fractions as percentages; a label of x that ends beyond `within` is left out."""
    places = scales.places([100.0 * tick for tick in at])
    labels = [numbers.percent(tick, places) if named else "" for tick in at]
    if within is not None:
        low, high = ax.get_xlim()
        for n, (tick, label) in enumerate(zip(at, labels, strict=True)):
            middle = (tick - low) / (high - low) * float(ax.bbox.width)
            half = style.text_width(label) / 2.0
            if middle + half > within or middle - half < 1.0 - _GAP / 2.0:
                labels[n] = ""
    style.ticks(ax, axis, at, labels)


def floors(
    days: Days,
    promised: Floats,
    delivered: Floats,
    unhedged: Floats,
    missed: NDArray[np.bool_],
    *,
    span: tuple[int, int],
    labels: tuple[str, str, str, str],
    height: float = 128.0,
) -> Figure:
    """Draw what each put promised at least, what came with it, and what came without.

    Values are fractions, by the day on which the put ended.  `labels` name the promise, what was
    delivered, the shares alone, and a delivery that missed; the last is named where there is one.
    """
    least = min(0.0, float(min(promised.min(), delivered.min(), unhedged.min())))
    most = max(0.0, float(max(promised.max(), delivered.max(), unhedged.max())))
    room = 0.05 * (most - least or 0.02)
    up = scales.ticks(least - room, most + room, 6)
    wide = (span[1] - span[0]) / (style.WIDTH - _LEFT)  # days to a point of paper
    with style.settings():
        fig = style.figure(style.WIDTH, height)
        ax = style.axes(fig, left=_LEFT, right=4.0, top=_TOP, bottom=_BOTTOM)
        ax.set_xlim(span[0], span[1] + 4.0 * wide)
        ax.set_ylim(min(least - room, up[0]), max(most + room, up[-1]))
        _percent_ticks(ax, "y", up)
        at, names = scales.time_ticks(span[0], span[1], 8)
        style.ticks(ax, "x", at, names)
        ax.axhline(0.0, color=PALETTE["muted"], linewidth=0.6, zorder=1.5)
        saved = unhedged < promised
        ax.vlines(
            days[saved], unhedged[saved], delivered[saved],
            colors=PALETTE["faded"], linewidths=0.8, zorder=2,
        )  # fmt: skip
        ax.hlines(
            promised, days - 3.5 * wide, days + 3.5 * wide,
            colors=PALETTE["ink"], linewidths=1.0, zorder=4,
        )  # fmt: skip
        looks = (
            (unhedged, slice(None), PALETTE["faded"], "o", _DOT),
            (delivered, ~missed, PALETTE["hedge"], "s", _DOT),
            (delivered, missed, PALETTE["second"], "D", _DOT + 0.6),
        )
        for values, rows, colour, marker, size in looks:
            ax.plot(
                days[rows], values[rows], marker, color=colour, markersize=size,
                markeredgewidth=0.0, zorder=3,
            )  # fmt: skip
        _legend(ax, labels if missed.any() else labels[:3])
    return fig


def _legend(ax: Axes, labels: Sequence[str]) -> None:
    """Write what each mark is over the axes, from the left."""
    across, high = float(ax.bbox.width), float(ax.bbox.height)
    looks = (
        ("_", PALETTE["ink"], PALETTE["ink"]),
        ("s", PALETTE["hedge"], PALETTE["hedge"]),
        ("o", PALETTE["faded"], PALETTE["muted"]),
        ("D", PALETTE["second"], PALETTE["second"]),
    )
    along = 0.0
    for text, (marker, colour, ink) in zip(labels, looks, strict=False):
        ax.plot(
            [(along + 4.0) / across], [1.0 + 6.0 / high], marker, color=colour,
            markersize=7.0 if marker == "_" else 3.6, markeredgewidth=1.0 if marker == "_" else 0.0,
            transform=ax.transAxes, clip_on=False,
        )  # fmt: skip
        style.write(
            ax, 0.0, 1.0, text,
            colour=ink, weight=600, vertical="baseline", within="axes", shift=(along + 10.5, 3.5),
        )  # fmt: skip
        along += style.text_width(text, 600) + 23.0
