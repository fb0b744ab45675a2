"""What a short of the whole index would have done for the holding, by a rule fixed beforehand.

The future is a model: F = S·e^{(r − q)·T}, S the price index, r the continuous short rate, q the
index's dividend yield, T actual days / 365 to the third Friday of March, June, September or
December.  It is filled and marked at closes, in fractions of a contract.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from microhedge.analysis.effectiveness import minimum_variance_ratio
from microhedge.analysis.sale import month_starts
from microhedge.cycle import held_after
from microhedge.errors import NotCovered, ParameterError
from microhedge.pricing import forward
from microhedge.tape import Days, Floats

WINDOW = 252
"""Daily total returns behind each beta."""

BAND = 0.10
"""Distance from the target, as a part of it, that a monthly reset leaves alone."""

_YEAR = 365.0


@dataclass(frozen=True, slots=True, eq=False)
class MacroFuture:
    """A holding with a short index future, by session from the first decision on.

    `returns` are those of the sleeve, the first 0; `short` is the future's value in parts of the
    holding's at each close, `beta` the target then in force (0 before the first decision fills),
    `cost` what trading took of the holding's value that session.  `trades` counts fills without
    rolls.
    """

    returns: Floats
    short: Floats
    beta: Floats
    cost: Floats
    trades: int
    rolls: int


def macro_future(
    day: Days,
    index: Floats,
    holding: Floats,
    value: Floats,
    *,
    rate: Floats,
    dividend_yield: float = 0.0195,
    begin: int,
    tick: float = 0.25,
    fee: float = 2.25,
    multiplier: float = 50.0,
    window: int = WINDOW,
    band: float = BAND,
) -> MacroFuture:
    """Short index futures worth β times the holding, and reset them every month.

    All arrays are rows of one tape: `index` the price index, `holding` the simple total returns
    and `value` the value of the holding at the close in money, `rate` the continuous rate for
    options.  `begin` is the row of the first decision, with `window` returns up to it.

    On that evening, and on every first session of a month, β is fitted by least squares on the
    last `window` total returns of holding and index, whose dividends accrue by the day; below
    zero it counts as zero.  The target, β times the holding's value, fills at the next close
    unless the short is within `band` of it.  Five sessions before expiry, by the calendar, the
    contracts are replaced by as many of the next.  Each side pays half a tick and the
    fee, which is money a contract of `multiplier` times the index.

    The sleeve's return is that of the holding plus −q(t−1)·(F(t) − F(t−1)) less costs, over the
    holding's value at t−1.  Raises NotCovered when the first window reaches before row 1.
    """
    if begin < window:
        raise NotCovered(
            f"a beta on {window} returns cannot be fitted on row {begin}: begin at row {window}"
        )
    if multiplier <= 0.0:
        raise ParameterError(f"multiplier {multiplier:g}: a contract is worth more than nothing")
    n = len(day)
    expiry = held_after(day)
    live = _price(index, rate, dividend_yield, expiry, day)
    # what today's close pays for the contract that was held overnight
    held = _price(index[1:], rate[1:], dividend_yield, expiry[:-1], day[1:])
    change = np.concatenate(([0.0], held - live[:-1]))
    decided = np.concatenate(([begin], month_starts(day, first=begin)))
    beta = {
        row: _beta(row, day, index, holding, dividend_yield, window) for row in decided.tolist()
    }
    per_unit = tick / 2.0 + fee / multiplier

    units = np.zeros(n)
    cost = np.zeros(n)
    target = np.zeros(n)
    trades = rolls = 0
    for row in range(begin + 1, n):
        now = units[row - 1]
        target[row] = target[row - 1]
        if now and expiry[row] != expiry[row - 1]:
            cost[row] += 2.0 * now * per_unit
            rolls += 1
        if row - 1 in beta:
            target[row] = beta[row - 1]
            wanted = target[row] * value[row] / live[row]
            if abs(wanted - now) > band * wanted:
                cost[row] += abs(wanted - now) * per_unit
                now = wanted
                trades += 1
        units[row] = now
    profit = np.zeros(n)
    profit[1:] = -units[:-1] * change[1:] - cost[1:]
    returns = holding.copy()
    returns[1:] += profit[1:] / value[:-1]
    returns[begin] = 0.0
    taken = np.concatenate(([0.0], cost[1:] / value[:-1]))
    return MacroFuture(
        returns=returns[begin:],
        short=(units * live / value)[begin:],
        beta=target[begin:],
        cost=taken[begin:],
        trades=trades,
        rolls=rolls,
    )


def _price(
    index: Floats, rate: Floats, dividend_yield: float, expiry: NDArray[np.int32], day: Days
) -> Floats:
    return forward(index, rate, (expiry - day) / _YEAR, dividend_yield)


def _beta(
    row: int, day: Days, index: Floats, holding: Floats, dividend_yield: float, window: int
) -> float:
    rows = slice(row - window + 1, row + 1)
    before = slice(row - window, row)
    price = index[rows] / index[before] - 1.0
    total = price + dividend_yield * (day[rows] - day[before]) / _YEAR
    return max(minimum_variance_ratio(holding[rows], total) or 0.0, 0.0)
