"""What was to be expected of the hedge, on data from before its designation alone?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from microhedge.analysis.offsets import expected_share
from microhedge.premise import Fit
from microhedge.reporting.memo.facts import Facts
from microhedge.tape import Floats


@dataclass(frozen=True, slots=True)
class Slope:
    """What the holding moved for each 1 of a factor: `used` is the hedge's own ratio of that day.

    `slope`, `low` and `high` are least squares with a 95 % interval; None where the factor was
    left out of the hedge for a coefficient below zero, or the interval is not defined.
    """

    symbol: str
    used: float
    slope: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True, eq=False)
class Regression:
    """The last relation that was measured before the designation, on the returns behind it.

    `r_squared` is that of least squares; `expected` is the share of single periods in which a
    least-variance hedge of that R² offsets between 80 and 125 %.
    """

    first: date
    last: date
    sessions: int
    slopes: tuple[Slope, ...]
    r_squared: float
    lags: int
    expected: float
    days: tuple[date, ...]
    item: Floats
    factors: dict[str, Floats]


def regression(facts: Facts) -> Regression | None:
    """Fit the last premise before the designation again, with intervals; None without one.

    Standard errors allow for changing variance and ⌊4·(n/100)^{2/9}⌋ lags of autocorrelation
    (Newey and West 1987, Econometrica 55:703), with Student's t.
    """
    tape = facts.comparison.tape
    fits = facts.comparison.relations[facts.run.name].fits
    known = [fit for fit in fits if fit.row - tape.begin <= facts.decided]
    if not known:
        return None
    fit = known[-1]
    window = slice(fit.row - fit.sessions + 1, fit.row + 1)
    item = tape.returns(facts.comparison.holding)[window]
    factors = {symbol: tape.returns(symbol)[window] for symbol in fit.betas}
    lags = int(4.0 * (fit.sessions / 100.0) ** (2.0 / 9.0))
    slopes, r_squared = _fitted(fit, item, factors, lags)
    return Regression(
        first=tape.dates[window.start],
        last=tape.dates[fit.row],
        sessions=fit.sessions,
        slopes=slopes,
        r_squared=r_squared,
        lags=lags,
        expected=expected_share(r_squared),
        days=tuple(tape.dates[window]),
        item=item,
        factors=factors,
    )


def _fitted(
    fit: Fit, item: Floats, factors: dict[str, Floats], lags: int
) -> tuple[tuple[Slope, ...], float]:
    from statsmodels.regression.linear_model import OLS  # noqa: PLC0415

    kept = [symbol for symbol, beta in fit.betas.items() if beta != 0.0]
    moved = [symbol for symbol in kept if np.ptp(factors[symbol]) > 0.0]
    if not moved or np.ptp(item) == 0.0:
        return tuple(Slope(s, beta, None, None, None) for s, beta in fit.betas.items()), 0.0
    design = np.column_stack([np.ones(len(item)), *(factors[symbol] for symbol in moved)])
    found = OLS(item, design).fit(cov_type="HAC", cov_kwds={"maxlags": lags}, use_t=True)
    bounds = found.conf_int()
    slopes = []
    for symbol, beta in fit.betas.items():
        if symbol not in moved:
            slopes.append(Slope(symbol, beta, None, None, None))
            continue
        k = 1 + moved.index(symbol)
        low, high = (float(bound) for bound in bounds[k])
        slopes.append(Slope(symbol, beta, float(found.params[k]), low, high))
    return tuple(slopes), min(1.0, max(0.0, float(found.rsquared)))


@dataclass(frozen=True, slots=True)
class Terms:
    """The critical terms of an option, or of a future on the holding, at the designation.

    `shares` are those that the contracts stand for, negative where they are written or sold,
    `intrinsic` and `time` what of the premium was intrinsic and what time value (money, None for
    a future); `source` is "quote" or "model".
    """

    instrument: str
    right: str
    shares: float
    spot: float
    strike: float | None
    expiry: date | None
    intrinsic: float | None
    time: float | None
    source: str


def terms(facts: Facts) -> tuple[Terms, ...]:
    """Return the critical terms of what was first traded, for hedges on the holding itself."""
    fills = facts.fills
    found = []
    for k in facts.opened():
        right, strike = str(fills["right"][k]), float(fills["strike"][k])
        shares = float(fills["quantity"][k] * fills["multiplier"][k])
        spot, mid = float(fills["spot"][k]), float(fills["mid"][k])
        expiry = str(fills["expiry"][k])
        inside = shares * intrinsic(right, spot, strike) if right else None
        found.append(
            Terms(
                instrument=str(fills["instrument"][k]),
                right=right,
                shares=shares,
                spot=spot,
                strike=strike if right else None,
                expiry=date.fromisoformat(expiry) if expiry else None,
                intrinsic=inside,
                time=None if inside is None else shares * mid - inside,
                source=str(fills["source"][k]),
            )
        )
    return tuple(found)


def intrinsic(right: str, spot: float, strike: float) -> float:
    """Return what exercise would pay a share: max(K − S, 0) for a put, max(S − K, 0) for a call."""
    return max(strike - spot if right == "P" else spot - strike, 0.0)
