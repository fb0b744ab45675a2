"""What did the account around the holding notice?  Cuts by weight, and the variance split up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from microhedge.reporting import numbers, scales, style
from microhedge.reporting.charts import Line
from microhedge.reporting.style import PALETTE

Floats = NDArray[np.float64]

HOLDING, REST = PALETTE["unhedged"], PALETTE["faded"]
ROW = 13.0
"""From one bar to the next, points."""


def cuts(
    weights: Floats, lines: Sequence[Line], here: float, mark: str, *, height: float = 158.0
) -> Figure:
    """Draw what each run takes from the tail loss at each weight; `mark` names the line at `here`.

    Values are fractions, shown as points.
    """
    every = np.concatenate([[0.0], *(line.values for line in lines)])
    low, high = float(every.min()), float(every.max())
    room = 0.04 * (high - low or 0.01)
    at = scales.ticks(low - room if low < 0.0 else 0.0, high + room, 6)
    places = scales.places([100.0 * tick for tick in at])
    labels = [numbers.plain(100.0 * tick, places) for tick in at]
    right = max(style.text_width(line.label, 600) for line in lines) + 11.0
    with style.settings():
        fig = style.figure(style.WIDTH, height)
        ax = style.axes(
            fig, left=max(map(style.text_width, labels)) + 7.0, right=right, top=15.0, bottom=17.0
        )
        ax.set_xlim(0.0, 1.0)
        ax.set_ylim(min(low - room if low < 0.0 else 0.0, at[0]), max(high + room, at[-1]))
        style.ticks(ax, "y", at, labels)
        steps = [tick / 10.0 for tick in range(11)]
        style.ticks(ax, "x", steps, [numbers.percent(tick, 0) for tick in steps])
        ax.axhline(0.0, color=PALETTE["muted"], linewidth=0.7, zorder=1.5)
        ax.axvline(here, color=PALETTE["ink"], linewidth=0.9, zorder=2)
        style.write(
            ax, here, 1.0, mark,
            colour=PALETTE["ink"], align="right" if here > 0.6 else "left",
            vertical="baseline", shift=(0.0, 4.0), within="axes",
        )  # fmt: skip
        for number, line in enumerate(lines):
            ax.plot(
                weights, line.values, color=line.stroke.colour, linewidth=line.stroke.width,
                linestyle=line.stroke.dash, marker=line.stroke.marker, markersize=2.6,
                markeredgewidth=0, zorder=5.0 - 0.1 * number,
            )  # fmt: skip
        style.end_labels(
            ax, [(1.0, float(line.values[-1]), line.label, line.stroke.colour) for line in lines]
        )
    return fig


@dataclass(frozen=True, slots=True)
class Bar:
    """One account: its name, and the parts of the first one's variance that it still has."""

    label: str
    holding: float
    rest: float
    cells: tuple[str, str, str]


def contributions(bars: Sequence[Bar], heads: tuple[str, str, str]) -> Figure:
    """Draw what the holding and the rest bring to the variance, one bar for each account.

    `heads` name the holding, the rest and what is gone: the numbers to the right.  What dampens
    is drawn to the left of zero.
    """
    left = max(style.text_width(bar.label) for bar in bars) + 10.0
    widths = [
        max(style.text_width(head, 600), *(style.text_width(bar.cells[n], 600) for bar in bars))
        for n, head in enumerate(heads)
    ]
    right = sum(widths) + 12.0 * len(widths)
    low = min(0.0, *(min(bar.holding, 0.0) + min(bar.rest, 0.0) for bar in bars))
    high = max(1.0, *(max(bar.holding, 0.0) + max(bar.rest, 0.0) for bar in bars))
    with style.settings():
        fig = style.figure(style.WIDTH, ROW * len(bars) + 32.0)
        ax = style.axes(fig, left=left, right=right, top=15.0, bottom=17.0, grid="x")
        ax.set_xlim(low, high)
        ax.set_ylim(len(bars) - 0.5, -0.5)
        at = scales.ticks(low, high, 6)
        style.ticks(ax, "x", at, [numbers.percent(tick, 0) for tick in at])
        style.ticks(ax, "y", range(len(bars)), [bar.label for bar in bars])
        for row, bar in enumerate(bars):
            same = (bar.holding < 0.0) == (bar.rest < 0.0)
            for start, value, colour in (
                (0.0, bar.holding, HOLDING),
                (bar.holding if same else 0.0, bar.rest, REST),
            ):
                ax.barh(row, value, left=start, height=0.64, color=colour, linewidth=0.0, zorder=3)
        ax.axvline(0.0, color=PALETTE["ink"], linewidth=0.8, zorder=4)
        frame = float(ax.bbox.width)
        along = 0.0
        for n, (head, width) in enumerate(zip(heads, widths, strict=True)):
            along += 12.0 + width
            colour = (HOLDING, PALETTE["muted"], PALETTE["ink"])[n]
            style.write(
                ax, 1.0, 1.0, head, colour=colour, weight=600, align="right",
                vertical="baseline", shift=(along, 4.0), within="axes",
            )  # fmt: skip
            for row, bar in enumerate(bars):
                style.write(
                    ax, low + (high - low) * (1.0 + along / frame), float(row), bar.cells[n],
                    colour=colour, weight=600 if n == 2 else 400, align="right",
                )  # fmt: skip
    return fig
