"""How the correlation moved, and how much of that is noise of the window."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from math import sqrt

import numpy as np

from microhedge.analysis.scores import (
    DECAY,
    devolatilise,
    influence,
    long_run_variance,
    normal_scores,
)
from microhedge.errors import NotCovered
from microhedge.tape import Floats

WINDOW = 60
CONTEXT = 252

_FLAT = 1e-12  # of the sample's variance: below it a window is constant up to rounding


@dataclass(frozen=True, slots=True, eq=False)
class CorrelationPaths:
    """Correlations by session, NaN until their window is full or while a series stands still.

    `short` and `context` are of simple returns over 60 and 252 sessions, `smooth` is
    exponentially weighted and of normal scores.  `low` and `high` bound what a correlation over
    `window` sessions shows 95 times in 100 by sampling alone, if it is constant; `level` is
    that of devolatilised returns over the whole sample.
    """

    short: Floats
    context: Floats
    smooth: Floats
    level: float
    low: float
    high: float
    window: int = WINDOW
    context_window: int = CONTEXT


def rolling_correlation(y: Floats, x: Floats, window: int) -> Floats:
    """Return Pearson's correlation over the `window` sessions that end on each session."""
    if window < 2:
        raise NotCovered(f"window {window}: a correlation needs 2 sessions at least; 60 is usual")
    out = np.full(len(y), np.nan)
    if len(y) < window:
        return out
    # prefix sums lose digits to a large mean, so the means leave first
    a, b = y - y.mean(), x - x.mean()
    sums = [_moving_sum(column, window) for column in (a, b, a * b, a * a, b * b)]
    cross = sums[2] - sums[0] * sums[1] / window
    left = sums[3] - sums[0] ** 2 / window
    right = sums[4] - sums[1] ** 2 / window
    moves = (left > _FLAT * window * np.mean(a * a)) & (right > _FLAT * window * np.mean(b * b))
    found = cross[moves] / np.sqrt(left[moves] * right[moves])
    out[window - 1 :][moves] = np.clip(found, -1.0, 1.0)
    return out


def smooth_correlation(y: Floats, x: Floats) -> Floats:
    """Return the exponentially weighted (0.94) correlation of devolatilised normal scores."""
    u, v = normal_scores(devolatilise(y)), normal_scores(devolatilise(x))
    cross, left, right = (_smooth(column) for column in (u * v, u * u, v * v))
    moves = (left > 0.0) & (right > 0.0)
    out = np.full(len(y), np.nan)
    out[moves] = np.clip(cross[moves] / np.sqrt(left[moves] * right[moves]), -1.0, 1.0)
    return out


def constant_band(y: Floats, x: Floats, *, window: int = WINDOW) -> tuple[float, float, float]:
    """Return the level ρ and ρ ± 1.96·√(LRV / window), the limits kept in [−1, 1].

    ρ and ψ are of devolatilised returns: a window is scaled by its own volatility, so that a
    crash elsewhere in the sample says nothing about it.  With a constant correlation 95–98 % of
    60-session correlations fall inside, whether returns are normal, have four degrees of
    freedom or follow a GARCH process; Fisher's formula is right for the first kind only.
    Raises BadData for a series that does not move.
    """
    rho, psi = influence(devolatilise(y), devolatilise(x))
    half = 1.96 * sqrt(long_run_variance(psi, cosines(len(psi))) / window)
    return rho, max(-1.0, rho - half), min(1.0, rho + half)


def cosines(n: int) -> int:
    """Return how many cosines estimate the long-run variance of a series that does not drift.

    The rule of Lazarus, Lewis, Stock and Watson (2018), ν = ⌊0.4·n^{2/3}⌋.
    """
    return max(1, int(0.4 * n ** (2.0 / 3.0)))


def correlation_paths(y: Floats, x: Floats) -> CorrelationPaths:
    """Return the paths and the band for a chart; `y` and `x` are simple returns."""
    level, low, high = constant_band(y, x)
    return CorrelationPaths(
        short=rolling_correlation(y, x, WINDOW),
        context=rolling_correlation(y, x, CONTEXT),
        smooth=smooth_correlation(y, x),
        level=level,
        low=low,
        high=high,
    )


def _moving_sum(column: Floats, window: int) -> Floats:
    total = np.concatenate(([0.0], np.cumsum(column)))
    moving: Floats = total[window:] - total[:-window]
    return moving


def _smooth(column: Floats) -> Floats:
    """Smooth from the mean of the first 60 sessions on: one day is no estimate."""
    start = float(column[:WINDOW].mean())
    steps = ((1.0 - DECAY) * column).tolist()
    path = list(accumulate(steps, lambda s, q: DECAY * s + q, initial=start))
    return np.array(path[1:])
