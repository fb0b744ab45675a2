"""How often the worst sessions of a holding are the worst of its hedge too.

For a hedge that moves against its holding, pass the hedge's returns with the other sign.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

import numpy as np
from scipy.special import ndtri

from microhedge.analysis.resampling import block_length, draw_blocks
from microhedge.analysis.sample import require_whole
from microhedge.analysis.scores import influence, normal_scores
from microhedge.analysis.tails import FEW, LEAST, normal_joint_tail
from microhedge.analysis.test_result import Estimate
from microhedge.analysis.wording import percent
from microhedge.counting import count_of
from microhedge.tape import Floats


@dataclass(frozen=True, slots=True)
class TailDependence:
    """How often both are in their own tail of probability `q` when one of them is.

    Between 0 and 1; for independent returns it is `q`.  `normal` is that of a normal copula with
    the correlation of the normal scores.  An estimate is None with fewer than
    20 sessions in the tail and has no interval with fewer than 50.
    """

    q: float
    lower: Estimate | None
    upper: Estimate | None
    normal: float
    sentence: str


def tail_dependence(
    y: Floats,
    x: Floats,
    quantiles: tuple[float, ...] = (0.05, 0.10),
    *,
    draws: int = 999,
    seed: int = 0,
) -> tuple[TailDependence, ...]:
    """Estimate how often the worst (best) sessions of the holding are those of the hedge too.

    The tail of a series are its q·n (rounded) most extreme sessions and what ties with them; the
    estimate is the number of common ones over the root of the product of both numbers.
    Intervals are percentiles of stationary-bootstrap draws, whose tails are found anew; 0 and 1
    have none.  Patton (2012, Journal of Multivariate Analysis 110:4).

    Raises NotCovered and BadData as `require_whole` does.
    """
    require_whole(y, x)
    n = len(y)
    rho, psi = influence(normal_scores(y), normal_scores(x))
    counts = [max(1, round(q * n)) for q in quantiles]
    found = _shares(y, x, counts)
    bounds = np.full((2, *found.shape), np.nan)
    if max(counts, default=0) >= FEW:
        block = max(float(ceil(n ** (1.0 / 3.0))), block_length(psi))
        rng = np.random.default_rng(seed)
        rows = draw_blocks(n, block=block, draws=draws, rng=rng).rows()
        parts = [
            _shares(y[some], x[some], counts) for some in np.array_split(rows, -(-draws // 50))
        ]
        bounds = np.quantile(np.concatenate(parts), (0.025, 0.975), axis=0)
    out = []
    for i, (q, k) in enumerate(zip(quantiles, counts, strict=True)):
        lower, upper = (
            _tail(name, float(found[i, side]), k, bounds[:, i, side])
            for side, name in enumerate(("lower tail", "upper tail"))
        )
        normal = normal_joint_tail(-float(ndtri(q)), rho) / q
        out.append(TailDependence(q, lower, upper, normal, _tail_sentence(q, k, lower, normal)))
    return tuple(out)


def _shares(y: Floats, x: Floats, counts: list[int]) -> Floats:
    """Share of the k lowest and k highest that both have in common, along the last axis."""
    n = y.shape[-1]
    places = sorted({*(k - 1 for k in counts), *(n - k for k in counts)})
    edges = [np.partition(one, places, axis=-1) for one in (y, x)]
    out = np.empty((*y.shape[:-1], len(counts), 2))
    for i, k in enumerate(counts):
        for side, (place, beyond) in enumerate(((k - 1, np.less_equal), (n - k, np.greater_equal))):
            in_y, in_x = (
                beyond(one, edge[..., place, None]) for one, edge in zip((y, x), edges, strict=True)
            )
            both = np.count_nonzero(in_y & in_x, axis=-1)
            size = np.count_nonzero(in_y, axis=-1) * np.count_nonzero(in_x, axis=-1)
            out[..., i, side] = both / np.sqrt(size)
    return out


def _tail(name: str, value: float, k: int, bounds: Floats) -> Estimate | None:
    if k < LEAST:
        return None
    if k < FEW or value in (0.0, 1.0):
        return Estimate(name, value, k)
    return Estimate(name, value, k, None, float(bounds[0]), float(bounds[1]))


def _tail_sentence(q: float, k: int, lower: Estimate | None, normal: float) -> str:
    if lower is None:
        found = count_of(k, "session")
        return f"The worst {percent(q)} are only {found}: too few to tell what they share."
    between = ""
    if lower.low is not None and lower.high is not None:
        between = f" (95% interval {percent(lower.low)} to {percent(lower.high)})"
    return (
        f"Of the worst {percent(q)} of sessions the two share {percent(lower.value)}{between}; a "
        f"normal pair would share {percent(normal)}."
    )
