"""What is a bond worth at a yield, what has it accrued, and how does it move with its firm's share?

Prices are per 100 of face value and coupons money a year on 100.  A yield is a fraction a year,
compounded as often as coupons are paid.  Days are counted 30/360 by the rules of the United States
(Securities Industry Association, "Standard Securities Calculation Methods", 1993).  A trade is
taken to settle on its own day.  Merton (1974, Journal of Finance 29:449) prices a firm's debt as
riskless debt less a put on the firm's assets.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from math import erf, exp, isfinite, log, sqrt

import numpy as np
from numpy.typing import NDArray

from microhedge.errors import ParameterError
from microhedge.instruments import FACE, Bond

Floats = NDArray[np.float64]

_STEPS = 200


def coupon_dates(bond: Bond, after: date, until: date | None = None) -> tuple[date, ...]:
    """Return the coupon dates after a day, up to the maturity or to `until`, oldest first."""
    found = []
    count, when = 0, bond.maturity
    while when > after:
        if until is None or when <= until:
            found.append(when)
        count += 1
        when = _months_before(bond.maturity, 12 // bond.freq * count)
    return tuple(reversed(found))


def accrued(bond: Bond, day: date) -> float:
    """Return the interest that has accrued since the last coupon, 0 from the maturity on."""
    if day >= bond.maturity:
        return 0.0
    return bond.coupon * _days_accrued(bond, day) / 360.0


def _days_accrued(bond: Bond, day: date) -> int:
    count, begun = 0, bond.maturity
    while begun > day:
        count += 1
        begun = _months_before(bond.maturity, 12 // bond.freq * count)
    return days_30_360(begun, day)


def _months_before(day: date, months: int) -> date:
    """Return the day so many months earlier, the last of its month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    following = date(year + month // 11, (month + 1) % 12 + 1, 1)
    return date(year, month + 1, min(day.day, (following - timedelta(1)).day))


def days_30_360(start: date, end: date) -> int:
    """Return the days between two dates of a year of twelve months of 30 days."""
    first, last = start.day, end.day
    if _ends_february(start):
        if _ends_february(end):
            last = 30
        first = 30
    if last == 31 and first >= 30:
        last = 30
    first = min(first, 30)
    return 360 * (end.year - start.year) + 30 * (end.month - start.month) + last - first


def _ends_february(day: date) -> bool:
    return day.month == 2 and (day + timedelta(1)).month == 3


def _flows(bond: Bond, day: date) -> tuple[Floats, Floats]:
    """Return the years to each payment and the payments."""
    if day >= bond.maturity:
        raise ParameterError(f"{day} is not before the maturity {bond.maturity}: nothing is owed")
    dates = coupon_dates(bond, day)
    # the part of the period that is left, counted from its beginning as accrued interest is
    first = 1.0 / bond.freq - _days_accrued(bond, day) / 360.0
    years = first + np.arange(len(dates)) / bond.freq
    paid = np.full(len(dates), bond.coupon / bond.freq)
    paid[-1] += FACE
    return years, paid


def dirty_price(bond: Bond, day: date, rate: float) -> float:
    """Return the price with accrued interest at a yield."""
    years, paid = _flows(bond, day)
    return float(paid @ (1.0 + rate / bond.freq) ** (-bond.freq * years))


def clean_price(bond: Bond, day: date, rate: float) -> float:
    """Return the price as quoted, without accrued interest, at a yield."""
    return dirty_price(bond, day, rate) - accrued(bond, day)


def renewed(par: Floats, days: Floats, years: float) -> Floats:
    """Return the growth of a bond at par that is sold and bought anew at every step.

    `par` is the par yield of `years` at each step, compounded twice a year, and `days` the calendar
    days to the next one, one fewer.  The bond bought at step k pays its par yield as coupon; at
    step k + 1 it is priced at that step's par yield, `days`/365 older, accrued interest included.
    """
    coupon, rate = par[:-1], par[1:]
    half = 1.0 + rate / 2.0
    left = half ** (-2.0 * years)
    ratio = np.divide(coupon, rate, out=np.ones(len(rate)), where=rate > 0.0)
    annuity = np.where(rate > 0.0, ratio * (1.0 - left), coupon * years)
    step = half ** (2.0 * days / 365.0) * (annuity + left)
    grown: Floats = np.concatenate(([1.0], np.cumprod(step)))
    return grown


@dataclass(frozen=True, slots=True)
class Merton:
    """A firm by Merton's model: what its share and its debt are worth, and how they move.

    `sensitivity` is the change of the debt in percent for one percent of the share, `spread` the
    yield of the debt over the riskless rate, continuously compounded.
    """

    equity: float
    debt: float
    sensitivity: float
    spread: float


def merton(assets: float, face: float, years: float, volatility: float, rate: float) -> Merton:
    """Value a firm whose `assets` are worth so much, and which owes `face` in so many years.

    `volatility` is that of the assets, a fraction a year; `rate` is continuously compounded.
    """
    for name, value in (("assets", assets), ("face", face), ("years", years)):
        if not (isfinite(value) and value > 0.0):
            raise ParameterError(f"{name} was {value}; it must be a number above 0")
    if not (isfinite(volatility) and volatility > 0.0):
        raise ParameterError(f"volatility was {volatility}; it must be a number above 0")
    deviation = volatility * sqrt(years)
    d1 = (log(assets / face) + (rate + volatility**2 / 2.0) * years) / deviation
    delta, survives = _normal(d1), _normal(d1 - deviation)
    equity = assets * delta - face * exp(-rate * years) * survives
    debt = assets - equity
    share = delta * equity
    sensitivity = (1.0 - delta) / debt * equity / delta if share > 0.0 else float("inf")
    return Merton(equity, debt, sensitivity, -log(debt / face) / years - rate)


def merton_of_share(share_volatility: float, leverage: float, years: float, rate: float) -> Merton:
    """Value a firm of assets 1 that owes `leverage`, from the volatility of its share.

    The volatility of the assets solves σ_E · E = N(d1) · σ_V · V; it lies below the share's.
    """
    if not (isfinite(share_volatility) and share_volatility > 0.0):
        raise ParameterError(f"a share's volatility of {share_volatility}; it must be above 0")
    if not 0.0 < leverage < 1.0:
        raise ParameterError(
            f"leverage was {leverage}: the part of the assets that is owed lies between 0 and 1"
        )
    low, high = share_volatility * 1e-6, share_volatility
    for _ in range(_STEPS):
        middle = 0.5 * (low + high)
        firm = merton(1.0, leverage, years, middle, rate)
        # d ln E / d ln V, from d ln B / d ln E
        whole = firm.equity + firm.debt * firm.sensitivity
        moved = middle / whole if whole > 0.0 else float("inf")
        if moved > share_volatility:
            high = middle
        else:
            low = middle
    return merton(1.0, leverage, years, 0.5 * (low + high), rate)


def _normal(x: float) -> float:
    return 0.5 * (1.0 + erf(x / sqrt(2.0)))
