"""What did each calendar year bring?  The holding as bars, what was done instead as marks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from microhedge.reporting import numbers, scales, style
from microhedge.reporting.style import PALETTE, Stroke

_LEFT, _TOP, _BOTTOM = 34.0, 15.0, 17.0
_MARK = 3.6


@dataclass(frozen=True, slots=True)
class Marks:
    """One strategy's return in each year: its label, its values and its look."""

    label: str
    values: Sequence[float]
    stroke: Stroke


def years(
    names: Sequence[str], alone: Sequence[float], rows: Sequence[Marks], *, reference: str
) -> Figure:
    """Draw returns by year: bars of the holding alone, named `reference`, and marks over them."""
    every = [0.0, *alone, *(value for row in rows for value in row.values)]
    low, high = min(every), max(every)
    room = 0.05 * (high - low or 0.02)
    with style.settings():
        fig = style.figure(style.WIDTH, 128.0)
        ax = style.axes(fig, left=_LEFT, right=4.0, top=_TOP, bottom=_BOTTOM)
        ax.set_xlim(-0.6, len(names) - 0.4)
        at = scales.ticks(low - room, high + room, 8)
        ax.set_ylim(min(low - room, at[0]), max(high + room, at[-1]))
        places = scales.places([100.0 * tick for tick in at])
        style.ticks(ax, "y", at, [numbers.percent(tick, places) for tick in at])
        step = 1 + len(names) // 24
        shown = range(0, len(names), step)
        style.ticks(ax, "x", list(shown), [names[n] for n in shown])
        ax.bar(range(len(names)), alone, width=0.86, color=PALETTE["shadow"], zorder=2)
        ax.axhline(0.0, color=PALETTE["ink"], linewidth=0.8, zorder=3)
        for number, row in enumerate(rows):
            beside = 0.18 * (number - (len(rows) - 1) / 2.0)
            ax.plot(
                [n + beside for n in range(len(names))], row.values, row.stroke.marker,
                color=row.stroke.colour, markersize=_MARK, markeredgewidth=0.0, zorder=5,
            )  # fmt: skip
        _legend(ax, reference, rows)
    return fig


def _legend(ax: Axes, reference: str, rows: Sequence[Marks]) -> None:
    """Write what each mark is over the axes, from the left."""
    across = float(ax.bbox.width)
    entries = [
        (reference, PALETTE["faded"], "s"),
        *((r.label, r.stroke.colour, r.stroke.marker) for r in rows),
    ]
    along = 0.0
    for number, (text, colour, marker) in enumerate(entries):
        ax.plot(
            [(along + 3.0) / across], [1.0 + 6.0 / float(ax.bbox.height)], marker,
            color=colour, markersize=5.0 if number == 0 else _MARK, markeredgewidth=0.0,
            transform=ax.transAxes, clip_on=False,
        )  # fmt: skip
        style.write(
            ax, 0.0, 1.0, text,
            colour=PALETTE["muted"] if number == 0 else colour, weight=600,
            vertical="baseline", within="axes", shift=(along + 9.0, 3.5),
        )  # fmt: skip
        along += style.text_width(text, 600) + 21.0
