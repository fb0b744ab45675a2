"""Whether the hedge was there when it was needed: in the holding's worst falls and in crises."""

from __future__ import annotations

from dataclasses import dataclass
from math import atanh, sqrt, tanh

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from microhedge.analysis.crisis_windows import LEAST, Window, windows
from microhedge.analysis.effectiveness import minimum_variance_ratio, variance_removed
from microhedge.analysis.rolling import cosines
from microhedge.analysis.sample import require_whole
from microhedge.analysis.scores import influence, is_copy, long_run_variance
from microhedge.analysis.wording import decimal, percent
from microhedge.errors import BadData
from microhedge.tape import Days, Floats

CALM = 60
"""Calm sessions that a comparison with them needs."""


@dataclass(frozen=True, slots=True)
class Crisis:
    """What the holding and its hedge did in one window; None where a number is not defined.

    `fall` is the holding's compounded return in the window.  `correlation` is that of the daily
    returns there and `adjusted` the same as it would be, had the hedge varied as in calm
    sessions: those outside the window and all falls of the market.  `calm` is their correlation;
    `volatility_ratio` and `hedge_volatility_ratio` are volatilities in the window over theirs.
    `effectiveness` is the part of the holding's variance that the hedge removed in the window.
    `low` and `high` are the 95 % bounds of the correlation (`bounds`).
    """

    window: Window
    n: int
    fall: float
    correlation: float | None
    adjusted: float | None
    calm: float | None
    volatility_ratio: float | None
    hedge_volatility_ratio: float | None
    effectiveness: float | None
    sentence: str
    low: float | None = None
    high: float | None = None


def bounds(y: Floats, x: Floats) -> tuple[float, float] | None:
    """Return 95 % bounds of the correlation of few sessions, in a window chosen beforehand.

    atanh ρ ± Student's t(ν) · √(LRV of ψ / n) / (1 − ρ²) with ν = ⌊0.4·n^{2/3}⌋ cosines (Lazarus,
    Lewis, Stock and Watson 2018).  In simulations of 20 to 250 sessions it holds a constant
    correlation in 91–95 % of cases, for normal returns, four degrees of freedom and GARCH
    processes alike, where Fisher's formula holds it in 75–95 %.  None for fewer than 20
    sessions, a series that does not move and a copy.
    """
    if len(y) < LEAST or np.ptp(y) == 0.0 or np.ptp(x) == 0.0:
        return None
    rho, psi = influence(y, x)
    if is_copy(rho):
        return None
    nu = cosines(len(psi))
    error = sqrt(long_run_variance(psi, nu) / len(psi)) / (1.0 - rho * rho)
    half = float(stdtrit(nu, 0.975)) * error
    return tanh(atanh(rho) - half), tanh(atanh(rho) + half)


def forbes_rigobon(rho: float, delta: float) -> float:
    """Return the correlation that would have been seen at calm variance: ρ/√(1 + δ·(1 − ρ²)).

    δ is the variance of the hedge in the crisis over that in calm sessions, less 1; it is −1 at
    least.  It presumes that the hedge drives the holding and not the reverse.  Forbes and Rigobon
    (2002, Journal of Finance 57:2223).
    """
    if not (-1.0 <= rho <= 1.0 and delta >= -1.0):
        raise BadData(
            f"a correlation of {rho:g} and a change of variance of {delta:g}: the first lies "
            "between -1 and 1, the second is -1 at least"
        )
    # 1 + δ·(1 − ρ²), written so that it is never below zero by rounding
    size = rho * rho + (1.0 + delta) * (1.0 - rho * rho)
    return rho / sqrt(size) if size > 0.0 else 0.0


def crises(
    day: Days, y: Floats, x: Floats, *, hedged: Floats | None = None, worst: int = 3
) -> tuple[Crisis, ...]:
    """Describe the relation in the holding's own worst falls first, then in those of the market.

    `day` are the sessions in days since 1970-01-01, increasing; `y` and `x` the simple returns
    of the holding and of its hedge over the session of each.  `hedged` are the returns of the
    holding with its hedge as it was run; without, the effectiveness is that of the ratio which
    leaves the least variance in calm sessions.  Windows with fewer than 20 common sessions are
    left out: `microhedge.analysis.crisis_windows.left_out` tells them.

    Raises NotCovered and BadData as `microhedge.analysis.sample.require_whole`, BadData also for
    days that do not increase and for a loss of more than everything.
    """
    _check(day, y, x, hedged)
    every = windows(day, y, worst=worst)
    market = np.zeros(len(y), dtype=bool)
    for window in every:
        if not window.own:
            market[window.first : window.stop] = True
    return tuple(_crisis(one, y, x, hedged, _calm(market, one)) for one in every if one.n >= LEAST)


def _calm(market: NDArray[np.bool_], window: Window) -> NDArray[np.intp]:
    """Rows outside a window and outside all falls of the market; none where they are too few."""
    inside = market.copy()
    inside[window.first : window.stop] = True
    rows = np.flatnonzero(~inside)
    return rows if len(rows) >= CALM else rows[:0]


def _check(day: Days, y: Floats, x: Floats, hedged: Floats | None) -> None:
    require_whole(y, x)
    if hedged is not None and (hedged.shape != y.shape or not np.isfinite(hedged).all()):
        raise BadData(
            f"{len(hedged)} hedged returns for {len(y)}: each session has one, and it is a number"
        )
    if day.shape != y.shape or np.any(np.diff(day) <= 0):
        raise BadData(f"{len(day)} days for {len(y)} returns: each return has its own later day")
    if float(y.min()) < -1.0:
        row = int(np.argmin(y))
        raise BadData(f"the holding loses more than everything in row {row}: no simple return")


def _crisis(
    window: Window, y: Floats, x: Floats, hedged: Floats | None, calm: NDArray[np.intp]
) -> Crisis:
    rows = slice(window.first, window.stop)
    ours, theirs = y[rows], x[rows]
    correlation, usual = _correlation(ours, theirs), _correlation(y[calm], x[calm])
    own_ratio, hedge_ratio = _spread(ours, y[calm]), _spread(theirs, x[calm])
    adjusted = effectiveness = None
    if correlation is not None and hedge_ratio is not None:
        adjusted = forbes_rigobon(correlation, hedge_ratio**2 - 1.0)
    if hedged is None:
        ratio = minimum_variance_ratio(y[calm], x[calm])
        hedged = None if ratio is None else y - ratio * x
    if hedged is not None:
        effectiveness = variance_removed(hedged[rows], ours, first=-1)
    fall = float(np.prod(1.0 + ours)) - 1.0
    low, high = bounds(ours, theirs) or (None, None)
    return Crisis(
        window=window,
        n=window.n,
        fall=fall,
        correlation=correlation,
        adjusted=adjusted,
        calm=usual,
        volatility_ratio=own_ratio,
        hedge_volatility_ratio=hedge_ratio,
        effectiveness=effectiveness,
        sentence=_sentence(window, fall, correlation, adjusted, usual, effectiveness),
        low=low,
        high=high,
    )


def _correlation(y: Floats, x: Floats) -> float | None:
    if len(y) < 2 or np.ptp(y) == 0.0 or np.ptp(x) == 0.0:
        return None
    return influence(y, x)[0]


def _spread(inside: Floats, outside: Floats) -> float | None:
    if len(outside) < 2 or np.ptp(outside) == 0.0:
        return None
    return float(inside.std() / outside.std())


def _sentence(
    window: Window,
    fall: float,
    correlation: float | None,
    adjusted: float | None,
    usual: float | None,
    effectiveness: float | None,
) -> str:
    part = "" if window.whole else ", of which the sample holds a part"
    span = f"{window.high} to {window.low}{part}"
    told = [f"{window.name} ({span}): the holding's return was {percent(fall)}"]
    if correlation is None:
        told.append("one of the two did not move, so that there is no correlation")
    else:
        beside = "" if usual is None else f", {decimal(usual)} in calm sessions"
        at_calm = "" if adjusted is None else f" ({decimal(adjusted)} at calm variance)"
        told.append(f"the correlation was {decimal(correlation)}{at_calm}{beside}")
    if effectiveness is not None:
        verb = "removed" if effectiveness >= 0.0 else "added"
        told.append(f"the hedge {verb} {percent(abs(effectiveness))} of the variance")
    return "; ".join(told) + "."
