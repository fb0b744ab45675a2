"""How did holding and hedge move together?  Scores before and after, and joint moves by size."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from microhedge.reporting import numbers, style
from microhedge.reporting.style import HALF, PALETTE

Floats = NDArray[np.float64]

HEIGHT = 140.0
_LEFT, _GAP, _TOP, _BOTTOM = 22.0, 14.0, 15.0, 17.0
_TICKS = (-2.0, 0.0, 2.0)
_REACH = 3.6


def scores(sides: Sequence[tuple[Floats, Floats, float]], labels: Sequence[str]) -> Figure:
    """Draw the normal scores of the holding (up) over those of the hedge, a panel for each side.

    A side is the scores of the hedge, those of the holding, and the correlation, which is the
    slope of the line.
    """
    each = (HALF - _LEFT - _GAP * (len(sides) - 1) - 4.0) / len(sides)
    with style.settings():
        fig = style.figure(HALF, HEIGHT)
        for number, ((across, up, slope), label) in enumerate(zip(sides, labels, strict=True)):
            start = _LEFT + number * (each + _GAP)
            ax = style.axes(
                fig,
                left=start,
                right=HALF - start - each,
                top=_TOP,
                bottom=_BOTTOM,
                grid="xy",
            )
            ax.set_xlim(-_REACH, _REACH)
            ax.set_ylim(-_REACH, _REACH)
            names = [numbers.plain(tick) for tick in _TICKS]
            style.ticks(ax, "x", _TICKS, names)
            style.ticks(ax, "y", _TICKS, names if number == 0 else [""] * len(_TICKS))
            ax.plot(
                across, up, "o", color=PALETTE["faded"], markersize=1.8, markeredgewidth=0.0,
                zorder=2,
            )  # fmt: skip
            ends = np.array([-_REACH, _REACH])
            ax.plot(ends, slope * ends, color=PALETTE["second"], linewidth=1.3, zorder=3)
            style.write(
                ax, 0.0, 1.0, label,
                colour=PALETTE["second"], weight=600, vertical="baseline",
                shift=(0.0, 4.0), within="axes",
            )  # fmt: skip
    return fig


def joint_moves(
    levels: Sequence[float],
    values: Floats,
    bounds: tuple[Floats, Floats],
    normal: Floats,
    labels: tuple[str, str],
) -> Figure:
    """Draw correlations of joint falls (left) and rises beyond each level, and a normal pair's.

    All have one value for each of `levels`, falls from the largest inwards, then rises outwards;
    NaN where there is none.  `labels` name what came and the normal pair.
    """
    low, high = bounds
    seen = np.concatenate([one[np.isfinite(one)] for one in (values, low, high, normal)])
    least, most = min(0.0, float(seen.min(initial=0.0))), max(1.0, float(seen.max(initial=0.0)))
    where = np.arange(len(levels), dtype=np.float64)
    half = len(levels) // 2
    where[half:] += 0.6
    with style.settings():
        fig = style.figure(HALF, HEIGHT)
        ax = style.axes(fig, left=26.0, right=4.0, top=_TOP, bottom=_BOTTOM)
        ax.set_xlim(-0.6, float(where[-1]) + 0.6)
        ax.set_ylim(least - 0.02, most)
        at = [tick for tick in (-1.0, -0.5, 0.0, 0.5, 1.0) if least - 0.02 <= tick <= most]
        style.ticks(ax, "y", at, [numbers.plain(tick, 1) for tick in at])
        style.ticks(ax, "x", where.tolist(), [numbers.plain(one, 1) for one in levels])
        ax.axhline(0.0, color=PALETTE["rule"], linewidth=0.7, zorder=1)
        for rows in (slice(0, half), slice(half, None)):
            ax.plot(
                where[rows], normal[rows], color=PALETTE["ink"], linewidth=0.9,
                linestyle=(0, (4, 2)), zorder=2,
            )  # fmt: skip
        ax.vlines(where, low, high, colors=PALETTE["faded"], linewidths=1.2, zorder=2)
        ax.plot(
            where, values, "s", color=PALETTE["second"], markersize=3.6, markeredgewidth=0.0,
            zorder=3,
        )  # fmt: skip
        along = 0.0
        for text, colour in zip(labels, (PALETTE["second"], PALETTE["ink"]), strict=True):
            style.write(
                ax, 0.0, 1.0, text,
                colour=colour, weight=600, vertical="baseline", within="axes", shift=(along, 4.0),
            )  # fmt: skip
            along += style.text_width(text, 600) + 12.0
    return fig
