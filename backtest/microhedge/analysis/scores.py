"""How far apart two correlations may be by chance when returns have fat tails and move in spells.

The classical answers assume normal returns of constant variance and reject a constant
correlation up to six times as often as they say.  Three steps replace them.  Each series is
divided by its own exponentially weighted volatility; the quotients are replaced by the normal
quantiles of their ranks; and the variance of a correlation is the long-run variance of its
influence function, ψ.
"""

from __future__ import annotations

from itertools import accumulate

import numpy as np
from scipy.fft import dct
from scipy.special import ndtri

from microhedge.errors import BadData
from microhedge.tape import Floats

DECAY = 0.94
"""Weight of the past in the exponentially weighted variance of daily returns."""

SETTLE = 50
"""Sessions whose mean square starts the variance."""

_LEAST = 1e-12  # of the mean square: where a price stood still, volatility is tiny but not zero

_COPY = 1e-8  # of 1 − |ρ|


def devolatilise(returns: Floats) -> Floats:
    """Divide the demeaned returns by the volatility that was known the session before.

    s₁ is the mean of the first 50 squares, s_t = 0.94·s_{t−1} + 0.06·r²_{t−1}.  The mean of the
    whole sample is used: a verdict is given afterwards and never reaches a strategy.  The result
    does not depend on the unit of the returns; a series without any variation gives zeros.
    """
    if np.ptp(returns) == 0.0:
        return np.zeros(len(returns))
    centred = returns - returns.mean()
    squares = centred * centred
    start = float(squares[:SETTLE].mean())
    steps = ((1.0 - DECAY) * squares[:-1]).tolist()
    variance = np.array(list(accumulate(steps, lambda s, q: DECAY * s + q, initial=start)))
    scores: Floats = centred / np.sqrt(np.maximum(variance, _LEAST * squares.mean()))
    return scores


def normal_scores(values: Floats) -> Floats:
    """Replace each value by the normal quantile of rank / (n + 1); ties share their mean rank."""
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(count)
    rank = (last - (count - 1) / 2.0)[place]
    scores: Floats = ndtri(rank / (len(values) + 1))
    return scores


def influence(u: Floats, v: Floats) -> tuple[float, Floats]:
    """Return the correlation ρ of two series and ψ_t = z_u·z_v − ρ·(z_u² + z_v²)/2.

    z are the series less their mean over their population standard deviation.  The mean of ψ is
    zero, and its long-run variance is that of √n·ρ.  Raises BadData for a constant series.
    """
    if np.ptp(u) == 0.0 or np.ptp(v) == 0.0:
        raise BadData("a series that does not move has no correlation: choose one that does")
    a = (u - u.mean()) / u.std()
    b = (v - v.mean()) / v.std()
    rho = min(1.0, max(-1.0, float(np.mean(a * b))))
    psi: Floats = a * b - rho * (a * a + b * b) / 2.0
    return rho, psi


def is_copy(rho: float) -> bool:
    """Tell whether a correlation is that of two series which are one, but for rounding."""
    return 1.0 - abs(rho) < _COPY


def long_run_variance(series: Floats, nu: int) -> float:
    """Return the equal-weighted-cosine estimate: the mean of `nu` squared cosine coefficients.

    The coefficients 1 … ν are those of the orthonormal discrete cosine transform (type II) of
    the demeaned series.  A small ν looks only at slow movements, so that a correlation which
    drifts to and fro is not taken for one that broke; the estimate then has ν degrees of freedom
    (Lazarus, Lewis, Stock and Watson 2018, Journal of Business & Economic Statistics 36:541).
    """
    waves = dct(series - series.mean(), type=2, norm="ortho")[1 : nu + 1]
    return float(np.mean(waves * waves))


def bartlett(terms: Floats, lags: int) -> Floats:
    """Return the long-run covariance of columns of mean zero, weights 1 − lag / (lags + 1).

    `terms` is (sessions, k), the answer (k, k) (Newey and West 1987, Econometrica 55:703).
    """
    total = terms.T @ terms
    for lag in range(1, lags + 1):
        across = terms[lag:].T @ terms[:-lag]
        total = total + (1.0 - lag / (lags + 1.0)) * (across + across.T)
    covariance: Floats = total / len(terms)
    return covariance
