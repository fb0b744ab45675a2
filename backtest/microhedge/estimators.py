"""How much of each factor hedges one unit of the holding, by which estimator?

Every estimator sees the same window of simple daily returns, the last row the day of the fit, and
returns money of the factor per unit of money held.  A factor whose coefficient is negative is not
worth a short: it leaves, and the fit is repeated without it.

| name | ratio |
|---|---|
| `ols` | least squares with a constant: cov / var, the minimum-variance ratio (Johnson 1960, Review of Economic Studies 27:139; Ederington 1979, Journal of Finance 34:157) |
| `ewma` | the same of returns about zero, weighted by 0.94 to the power of their age (RiskMetrics, Technical Document, 1996) |
| `blume` | 1/3 + 2/3 · ols: the beta adjusted towards 1 as data vendors do (Blume 1975, Journal of Finance 30:785); one factor |
| `vasicek` | ols and 1 weighted by their precisions, the prior's standard deviation 0.5 (Vasicek 1973, Journal of Finance 28:1233); one factor |
| `ridge` | least squares with a constant and a penalty of a tenth of the factors' mean variance on each squared coefficient (Hoerl and Kennard 1970, Technometrics 12:55) |
| `one-to-one` | as much of the factors together as is held, in equal parts |
"""  # noqa: E501 - a row of the table is a line

from __future__ import annotations

from typing import Literal, get_args

import numpy as np

from microhedge.errors import ParameterError, nearest
from microhedge.tape import Floats

Estimator = Literal["ols", "ewma", "blume", "vasicek", "ridge", "one-to-one"]
ESTIMATORS: tuple[Estimator, ...] = get_args(Estimator)

DECAY = 0.94
"""Weight of a return relative to the one after it: RiskMetrics' for daily returns."""
PRIOR, PRIOR_SD = 1.0, 0.5
"""Where shrunk betas are drawn to, and the standard deviation of betas about it: no cross-section
is at hand, so both are fixed and not fitted."""
PENALTY = 0.10
"""Ridge penalty as a part of the mean variance of the factors."""


def ratios(y: Floats, factors: Floats, estimator: str) -> Floats:
    """Return the ratio on each factor (columns of `factors`), none of them negative.

    Raises ParameterError for an unknown estimator, and for one of a single factor that is given
    several.
    """
    if estimator not in ESTIMATORS:
        hint = nearest(estimator, ESTIMATORS) or f"; there are {', '.join(ESTIMATORS)}"
        raise ParameterError(f"no estimator {estimator!r}{hint}")
    n, k = factors.shape
    if estimator == "one-to-one":
        return np.full(k, 1.0 / k)
    if estimator in {"blume", "vasicek"}:
        if k > 1:
            raise ParameterError(
                f"{estimator} adjusts the beta on one factor, not on {k}: use ridge"
            )
        return np.array([max(_shrunk(y, factors[:, 0], estimator), 0.0)])
    weight = np.full(n, 1.0)
    if estimator == "ewma":
        weight = DECAY ** np.arange(n - 1, -1, -1, dtype=np.float64)
    else:
        y, factors = y - y.mean(), factors - factors.mean(axis=0)
    gram = factors.T @ (weight[:, None] * factors)
    cross = factors.T @ (weight * y)
    if estimator == "ridge":
        gram = gram + PENALTY * float(np.trace(gram)) / k * np.eye(k)
    return _not_negative(gram, cross)


def _not_negative(gram: Floats, cross: Floats) -> Floats:
    """Solve the normal equations, leaving out the most negative factor until none is."""
    out = np.zeros(len(cross))
    kept = list(range(len(cross)))
    while kept:
        solved = np.linalg.lstsq(gram[np.ix_(kept, kept)], cross[kept])[0]
        if float(solved.min()) >= 0.0:
            out[kept] = solved
            break
        kept.pop(int(solved.argmin()))
    return out


def _shrunk(y: Floats, x: Floats, estimator: str) -> float:
    """Return the least-squares beta drawn towards the prior; 0 where the factor stands still."""
    u, v = x - x.mean(), y - y.mean()
    spread = float(u @ u)
    if spread <= 0.0:
        return 0.0
    beta = float(u @ v) / spread
    if estimator == "blume":
        return (PRIOR + 2.0 * beta) / 3.0
    left = v - beta * u
    sampling = float(left @ left) / (len(y) - 2) / spread
    return (beta * PRIOR_SD**2 + PRIOR * sampling) / (PRIOR_SD**2 + sampling)
