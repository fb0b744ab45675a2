"""Is any of many candidates better than a benchmark, or does the best only look so?"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, log, sqrt

import numpy as np

from microhedge.analysis.resampling import block_length, draw_blocks
from microhedge.errors import BadData
from microhedge.tape import Floats

DRAWS = 999
_ALPHA = 0.05


@dataclass(frozen=True, slots=True)
class Superior:
    """What is left after the number of candidates is accounted for.

    `pvalue` is the chance of the best candidate's lead if none is better than the benchmark
    (Hansen's consistent SPA).  `better` marks the candidates that are better at 5 % together
    (Romano and Wolf's step-down), `statistics` are their studentised leads.
    """

    pvalue: float
    better: tuple[bool, ...]
    statistics: tuple[float, ...]


def superior(leads: Floats, *, draws: int = DRAWS, seed: int = 0) -> Superior:
    """Test the leads of candidates over a benchmark for more than luck and number explain.

    `leads` has a row per session and a column per candidate: the loss of the benchmark less that
    of the candidate.  The stationary bootstrap resamples whole sessions, in blocks of the length
    that suits the mean lead.  A candidate that is worse by more than √(2·log log n) standard
    errors does not count among those that could have won by luck (Hansen 2005, Journal of
    Business & Economic Statistics 23:365); the step-down is that of Romano and Wolf (2005,
    Econometrica 73:1237).  Candidates that never differ from the benchmark are never better.
    Raises BadData for a lead that is no number.
    """
    n, many = leads.shape
    if not np.isfinite(leads).all():
        raise BadData("a lead over the benchmark is no number: leave its session out")
    mean = leads.mean(axis=0)
    rng = np.random.default_rng(seed)
    block = max(block_length(leads.mean(axis=1)), ceil(n ** (1.0 / 3.0)))
    drawn = draw_blocks(n, block=block, draws=draws, rng=rng).totals(leads) / n
    error = drawn.std(axis=0)
    live = error > 1e-12 * (np.abs(leads).max(axis=0, initial=0.0) + 1e-300)
    scale = np.where(live, error, 1.0)
    statistics = np.where(live, mean / scale, 0.0)
    if not live.any():
        return Superior(1.0, (False,) * many, tuple(statistics.tolist()))
    centred = np.where(live, (drawn - mean) / scale, -np.inf)
    hopeless = statistics <= -sqrt(2.0 * log(log(n)))
    recentred = centred + np.where(hopeless, statistics, 0.0)
    best = max(float(statistics[live].max()), 0.0)
    largest = np.maximum(recentred.max(axis=1), 0.0)
    pvalue = (1 + int((largest >= best).sum())) / (draws + 1) if best > 0.0 else 1.0
    return Superior(pvalue, _step_down(statistics, centred, live), tuple(statistics.tolist()))


def _step_down(
    statistics: Floats, centred: Floats, live: np.ndarray[tuple[int], np.dtype[np.bool_]]
) -> tuple[bool, ...]:
    """Reject what exceeds the 95 % quantile of the largest; again without what was rejected."""
    better = np.zeros(len(statistics), dtype=bool)
    while (open_ := live & ~better).any():
        limit = float(np.quantile(centred[:, open_].max(axis=1), 1.0 - _ALPHA))
        found = open_ & (statistics > max(limit, 0.0))
        if not found.any():
            break
        better |= found
    return tuple(bool(one) for one in better)
