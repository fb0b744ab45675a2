"""Whether the hedge ratio of bad days is that of ordinary ones."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from microhedge.analysis.sample import require_whole
from microhedge.analysis.scores import influence, is_copy
from microhedge.analysis.tails import FEW
from microhedge.analysis.test_result import Estimate
from microhedge.analysis.wording import decimal
from microhedge.tape import Floats

QUANTILES = (0.05, 0.25, 0.50, 0.75, 0.95)

LEAST = 10
"""Sessions that a quantile must have beyond it to be told; 50 for an interval."""

_STEPS = 2000  # of reweighted least squares
_FINE = 1e-8  # change of a coefficient of standardised returns at which they end


@dataclass(frozen=True, slots=True)
class QuantileLine:
    """The line `intercept` + `slope`·hedge under which a part `tau` of the holding's returns lie.

    The intercept is in the unit of the holding's returns.  `beyond` counts the sessions in the
    smaller part; with fewer than 10 the line is None, with fewer than 50 the slope has no
    interval.  `settled` is False where the steps towards the line did not come to rest.
    """

    tau: float
    beyond: int
    intercept: float | None
    slope: Estimate | None
    settled: bool = True


@dataclass(frozen=True, slots=True)
class QuantileBetas:
    """Hedge ratios by quantile of the holding's return, beside that of least squares."""

    lines: tuple[QuantileLine, ...]
    least_squares: Estimate
    reference: str
    sentence: str


def quantile_betas(y: Floats, x: Floats, quantiles: tuple[float, ...] = QUANTILES) -> QuantileBetas:
    """Regress quantiles of the holding's return on the hedge's (Koenker and Bassett 1978).

    `y` and `x` are daily returns of any unit.  The standard errors of the quantile lines are
    those of Powell's kernel estimate, valid for independent sessions of any spread; those of
    least squares are Newey and West's.  Copies have lines without sampling error.  Reference:
    Koenker and Bassett 1978, Econometrica 46:33.  Raises NotCovered and BadData as
    `microhedge.analysis.sample.require_whole` does.
    """
    require_whole(y, x)
    rho, _ = influence(y, x)
    scale = float(y.std() / x.std())
    base = float(y.mean()) - rho * scale * float(x.mean())
    beyond = [round(min(tau, 1.0 - tau) * len(y)) for tau in quantiles]
    if is_copy(rho):
        least_squares = Estimate("least squares", rho * scale, len(y))
        lines = tuple(
            QuantileLine(tau, k, base, Estimate(f"quantile {tau:.2f}", rho * scale, len(y)))
            for tau, k in zip(quantiles, beyond, strict=True)
        )
        sentence = f"The two are copies of each other, in the ratio {decimal(rho * scale)}."
        return QuantileBetas(lines, least_squares, "", sentence)
    # standardised, so that neither the steps nor their end depend on the unit
    v, u = (y - y.mean()) / y.std(), (x - x.mean()) / x.std()
    least_squares = _least_squares(v, u, scale)
    lines = tuple(
        _line(y, x, v, u, tau, k) if k >= LEAST else QuantileLine(tau, k, None, None)
        for tau, k in zip(quantiles, beyond, strict=True)
    )
    reference = "Koenker and Bassett 1978, Econometrica 46:33"
    return QuantileBetas(lines, least_squares, reference, _sentence(lines, least_squares))


def _least_squares(v: Floats, u: Floats, scale: float) -> Estimate:
    from statsmodels.regression.linear_model import OLS  # noqa: PLC0415

    lags = int(4.0 * (len(v) / 100.0) ** (2.0 / 9.0))
    fit = OLS(v, np.column_stack((np.ones(len(u)), u))).fit(
        cov_type="HAC", cov_kwds={"maxlags": lags}
    )
    return _estimate("least squares", float(fit.params[1]), float(fit.bse[1]), len(v), scale)


def _line(y: Floats, x: Floats, v: Floats, u: Floats, tau: float, beyond: int) -> QuantileLine:
    from statsmodels.regression.quantile_regression import QuantReg  # noqa: PLC0415

    scale = float(y.std() / x.std())
    with warnings.catch_warnings(record=True) as raised:
        warnings.simplefilter("always")
        fit = QuantReg(v, np.column_stack((np.ones(len(u)), u))).fit(
            q=tau, max_iter=_STEPS, p_tol=_FINE
        )
        level, slope = (float(value) for value in fit.params)
        error = float(fit.bse[1])
    estimate = _estimate(f"quantile {tau:.2f}", slope, error, len(v), scale)
    if beyond < FEW or not np.isfinite(error):
        estimate = Estimate(estimate.name, estimate.value, len(v))
    intercept = float(y.mean()) + level * float(y.std()) - estimate.value * float(x.mean())
    return QuantileLine(tau, beyond, intercept, estimate, settled=not raised)


def _estimate(name: str, slope: float, error: float, n: int, scale: float) -> Estimate:
    half = float(ndtri(0.975)) * error
    return Estimate(
        name, slope * scale, n, error * scale, (slope - half) * scale, (slope + half) * scale
    )


def _sentence(lines: tuple[QuantileLine, ...], least_squares: Estimate) -> str:
    known = [line for line in lines if line.slope is not None]
    told = ", ".join(
        f"{decimal(line.slope.value)} at {100.0 * line.tau:.0f}%"
        for line in known
        if line.slope is not None
    )
    start = f"The hedge ratio is {decimal(least_squares.value)} by least squares"
    if not told:
        return f"{start}; there are too few sessions for its quantiles."
    return f"{start}, and by quantile of the holding's return {told}."
