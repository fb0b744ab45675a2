"""How many different things did a sweep really try?

Cells beside each other on a grid are nearly the same hedge.  The best of a hundred copies is no
more a matter of luck than the one they are copies of, so that luck is measured with the number
of clusters of cells, beside the number of cells.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from microhedge.errors import BadData
from microhedge.tape import Floats

APART = 1.0 - sqrt(0.5)
"""Distance from which on cells are two trials: a correlation of √½, half of the variance."""


@dataclass(frozen=True, slots=True, eq=False)
class Trials:
    """How many cells there are, how many trials they amount to, and the trial of each cell.

    `mean_correlation` is that between two different cells that move; None with fewer than two.
    """

    cells: int
    effective: int
    mean_correlation: float | None
    trial: NDArray[np.int64]


def effective_trials(series: Floats) -> Trials:
    """Count the clusters among the columns of (observations × cells).

    The distance of two cells is 1 − correlation.  Clusters are merged by average linkage as long
    as the cells of two clusters have a mean correlation of at least √½ = 0.707, that is share
    half of their variance.  Cells that do not move are one trial together.  Replacing the number
    of cells by that of clusters follows López de Prado and Lewis (2019, Quantitative Finance
    19:1555); the linkage and its limit are ours.  Raises BadData for a number that is none.
    """
    from scipy.cluster.hierarchy import fcluster, linkage  # noqa: PLC0415 - 0.3 s, sweeps only

    if not np.isfinite(series).all():
        raise BadData("a cell's lead is no number: leave the cell out and count it as tried")
    centred = series - series.mean(axis=0)
    size = np.sqrt(np.sum(centred * centred, axis=0))
    moves = size > 1e-12 * np.abs(series).max(axis=0, initial=0.0)
    moving = np.flatnonzero(moves)
    trial = np.zeros(series.shape[1], dtype=np.int64)
    still = int(len(moving) < len(trial))
    if len(moving) < 2:
        trial[moving] = still
        return Trials(len(trial), still + len(moving), None, trial)
    scaled = centred[:, moving] / size[moving]
    above = np.triu_indices(len(moving), 1)
    correlation = np.clip((scaled.T @ scaled)[above], -1.0, 1.0)
    found = fcluster(linkage(1.0 - correlation, "average"), APART, criterion="distance")
    trial[moving] = found.astype(np.int64) - 1 + still
    return Trials(
        cells=len(trial),
        effective=int(found.max()) + still,
        mean_correlation=float(correlation.mean()),
        trial=trial,
    )
