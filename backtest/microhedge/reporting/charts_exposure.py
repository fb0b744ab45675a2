"""How did the exposure move?  Greeks by close in small multiples, and what a linear hedge held."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from microhedge.reporting import numbers, scales, style
from microhedge.reporting.charts import Line
from microhedge.reporting.style import PALETTE, Stroke

Floats = NDArray[np.float64]
Days = NDArray[np.int32]

_GAP, _ROW, _TITLE, _BOTTOM, _RIGHT = 12.0, 41.0, 16.0, 17.0, 8.0
_THIN = 0.8
_SPIKE, _USUAL = 2.5, 99.0
"""An axis ends where values go beyond so many times their 99th percentile."""


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """One measure: its name, its path for each hedge, and the mean of each, ready to be shown.

    `shared` puts all hedges on one scale.
    """

    name: str
    paths: Sequence[Floats]
    means: Sequence[tuple[float, str]]
    shared: bool = False


def greeks(days: Days, rows: Sequence[Row], hedges: Sequence[tuple[str, Stroke]]) -> Figure:
    """Draw each measure in a row and each hedge in a column, its name over it if there are more.

    Dashed: the mean.  What goes far beyond the usual is cut off.
    """
    head = 12.0 if len(hedges) > 1 else 0.0
    scales_of = [_scales(row) for row in rows]
    left = 7.0 + max(
        style.text_width(text) for row in scales_of for at, _ in row for text in _labels(at)
    )
    each = (style.WIDTH - _RIGHT - _GAP * (len(hedges) - 1)) / len(hedges) - left
    height = head + len(rows) * (_ROW + _TITLE) + _BOTTOM
    first, last = int(days[0]), int(days[-1])
    times, names = scales.time_ticks(first, last, max(2, int(each / 62.0)))
    kept = style.thin(len(days), style.MOST_POINTS // len(hedges))
    with style.settings():
        fig = style.figure(style.WIDTH, height)
        for number, row in enumerate(rows):
            bottom = _BOTTOM + (len(rows) - 1 - number) * (_ROW + _TITLE)
            for column, (label, stroke) in enumerate(hedges):
                start = left + column * (left + each + _GAP)
                ax = style.axes(
                    fig,
                    left=start,
                    right=style.WIDTH - start - each,
                    top=height - bottom - _ROW,
                    bottom=bottom,
                )
                at, ends = scales_of[number][column]
                ax.set_xlim(first, last)
                ax.set_ylim(*ends)
                style.ticks(ax, "y", at, _labels(at))
                shown = names if number == len(rows) - 1 else [""] * len(times)
                style.ticks(ax, "x", times, _inside(ax, times, shown, _GAP / 2.0 - 1.0))
                _path(ax, days[kept], row.paths[column][kept], row.means[column], stroke)
                if column == 0:
                    _over(ax, row.name, PALETTE["ink"], 3.5)
                if number == 0 and head:
                    _over(ax, label, stroke.colour, 15.5)
    return fig


def _path(ax: Axes, days: Days, path: Floats, mean: tuple[float, str], stroke: Stroke) -> None:
    ax.axhline(0.0, color=PALETTE["muted"], linewidth=0.6, zorder=1.5)
    ax.plot(days, path, color=stroke.colour, linewidth=_THIN, zorder=3)
    ax.axhline(mean[0], color=PALETTE["ink"], linewidth=0.7, linestyle=(0, (3.5, 2.0)), zorder=4)
    style.write(
        ax, 1.0, 1.0, mean[1],
        colour=PALETTE["muted"], align="right", vertical="baseline", shift=(0.0, 3.5),
        within="axes",
    )  # fmt: skip


def _over(ax: Axes, text: str, colour: str, above: float) -> None:
    style.write(
        ax, 0.0, 1.0, text,
        colour=colour, weight=600, vertical="baseline", shift=(0.0, above), within="axes",
    )  # fmt: skip


def _scales(row: Row) -> list[tuple[list[float], tuple[float, float]]]:
    if row.shared:
        return [_scale(row.paths)] * len(row.paths)
    return [_scale([path]) for path in row.paths]


def _scale(paths: Sequence[Floats]) -> tuple[list[float], tuple[float, float]]:
    """Return the ticks and the ends of an axis that has zero and all but rare spikes on it."""
    every = np.concatenate([path[np.isfinite(path)] for path in paths])
    usual = float(np.percentile(np.abs(every), _USUAL))
    low = max(min(0.0, float(every.min())), -_SPIKE * usual)
    high = min(max(0.0, float(every.max())), _SPIKE * usual)
    room = 0.04 * (high - low or 1.0)
    low, high = low - room * (low < 0.0), high + room * (high > 0.0 or low == 0.0)
    return scales.ticks(low, high, 4), (low, high)


def cut_off(row: Row) -> bool:
    """Tell whether a spike of a measure goes beyond the axis that it is drawn on."""
    return any(
        bool(np.nanmin(path) < low or np.nanmax(path) > high)
        for path, (_, (low, high)) in zip(row.paths, _scales(row), strict=True)
    )


def _labels(at: Sequence[float]) -> list[str]:
    places = scales.places(at)
    return [numbers.plain(tick, places) for tick in at]


def _inside(ax: Axes, at: Sequence[float], names: Sequence[str], beyond: float) -> list[str]:
    """Return the labels of a time axis, without one that would reach into the next panel."""
    low, high = ax.get_xlim()
    width = float(ax.bbox.width)
    kept = []
    for tick, name in zip(at, names, strict=True):
        middle, half = (tick - low) / (high - low) * width, style.text_width(name) / 2.0
        kept.append(name if -beyond <= middle - half and middle + half <= width + beyond else "")
    return kept


def held(days: Days, lines: Sequence[Line], *, height: float = 112.0) -> Figure:
    """Draw what hedges without options were short, or long, for each 1 held."""
    every = np.concatenate([line.values[np.isfinite(line.values)] for line in lines])
    low, high = min(0.0, float(every.min())), max(0.0, float(every.max()))
    room = 0.05 * (high - low or 1.0)
    at = scales.ticks(low - room * (low < 0.0), high + room, 6)
    labels = _labels(at)
    right = max(style.text_width(line.label, 600) for line in lines) + 11.0
    first, last = int(days[0]), int(days[-1])
    with style.settings():
        fig = style.figure(style.WIDTH, height)
        ax = style.axes(
            fig, left=max(map(style.text_width, labels)) + 7.0, right=right, top=6.0, bottom=_BOTTOM
        )
        ax.set_xlim(first, last)
        ax.set_ylim(low - room * (low < 0.0), high + room)
        style.ticks(ax, "y", at, labels)
        style.ticks(ax, "x", *scales.time_ticks(first, last, 8))
        ax.axhline(0.0, color=PALETTE["muted"], linewidth=0.6, zorder=1.5)
        ends = []
        for number, line in enumerate(lines):
            known = np.flatnonzero(np.isfinite(line.values))
            ax.plot(
                days, line.values, color=line.stroke.colour, linewidth=min(line.stroke.width, 1.2),
                linestyle=line.stroke.dash, zorder=5.0 - 0.1 * number,
            )  # fmt: skip
            end = (float(days[known[-1]]), float(line.values[known[-1]]))
            ends.append((*end, line.label, line.stroke.colour))
        style.end_labels(ax, ends)
    return fig
