"""What selling a part of the holding would have brought, by rules that were fixed beforehand.

Every series has one simple return a session, the first 0.  A sale fills at the close of its row,
at `cost`, the part of its value that spread and commission take.  A sale at the close of row 0
costs row 1, since row 0 has no return.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from microhedge.analysis.performance import DAYS_PER_YEAR, growth, months
from microhedge.errors import ParameterError
from microhedge.tape import Days, Floats

Rows = NDArray[np.int64]

STAGES = 12
"""Monthly parts of a staged sale."""


def option_fraction(net_delta: float, shares: float) -> float:
    """Return the part to sell that leaves the exposure of an option hedge at its first fill.

    1 − |net delta| / shares, between 0 and 1; the net delta is that of shares and legs, in
    shares.
    """
    if shares <= 0.0:
        raise ParameterError(f"{shares:g} shares: a part can be sold of a holding only")
    return min(1.0, max(0.0, 1.0 - abs(net_delta) / shares))


def linear_fraction(removed: float) -> float:
    """Return the part to sell that removes as much variance as a linear hedge.

    1 − √(1 − removed); what a hedge in the minimum-variance ratio removes is its R².
    """
    if not 0.0 <= removed <= 1.0:
        raise ParameterError(f"{removed:g} of the variance removed; it lies between 0 and 1")
    return 1.0 - sqrt(1.0 - removed)


def month_starts(day: Days, *, first: int = 0) -> Rows:
    """Return the rows after `first` that are the first session of a calendar month."""
    rows = np.flatnonzero(np.diff(months(day))) + 1
    return rows[rows > first]


def stage_rows(day: Days, *, first: int) -> Rows:
    """Return the rows of a sale in twelve parts: `first`, then the first sessions of months."""
    return np.concatenate(([first], month_starts(day, first=first)[: STAGES - 1]))


def sell_once(
    unhedged: Floats, proceeds: Floats, *, fraction: float, first: int, cost: float = 0.0
) -> Floats:
    """Return the daily returns after one sale at the close of row `first`, never rebalanced.

    `proceeds` are the returns of what the money is put into: those of cash make the baseline
    "sell-once", those of the rest of the portfolio "sell-diversify".
    """
    return _sold(unhedged, proceeds, np.array([first]), fraction, cost)


def staged_sale(
    unhedged: Floats, proceeds: Floats, day: Days, *, fraction: float, first: int, cost: float = 0.0
) -> Floats:
    """Return the daily returns of the same sale in twelve monthly parts of the shares.

    The first part fills at row `first`, the others on the first sessions of the months after it.
    """
    rows = stage_rows(day, first=first)
    return _sold(unhedged, proceeds, rows, fraction / STAGES, cost)


@dataclass(frozen=True, slots=True, eq=False)
class Mix:
    """A constant mix: its daily returns, and what it traded a year as a part of its value."""

    returns: Floats
    turnover: float | None


def constant_mix(
    unhedged: Floats, proceeds: Floats, day: Days, *, fraction: float, first: int, cost: float = 0.0
) -> Mix:
    """Keep `fraction` in `proceeds` from row `first` on, by trading back at every close.

    r = (1 − f)·r_unhedged + f·r_proceeds, less the cost of what is traded: f at the start, then
    f·(1 − f)·|r_unhedged − r_proceeds| of the value a session.
    """
    _check(fraction, cost)
    held = np.arange(len(unhedged)) > first
    mixed = np.where(held, (1.0 - fraction) * unhedged + fraction * proceeds, unhedged)
    traded = np.where(held, fraction * (1.0 - fraction) * np.abs(unhedged - proceeds), 0.0)
    # what is traded back is a part of the value that the session left
    traded = np.divide(traded, 1.0 + mixed, where=mixed > -1.0, out=np.zeros(len(mixed)))
    years = float(day[-1] - day[first]) / DAYS_PER_YEAR
    turnover = float(traded.sum()) / years if years > 0.0 else None
    traded[max(first, 1) :][:1] += fraction
    return Mix((1.0 + mixed) * (1.0 - cost * traded) - 1.0, turnover)


def _sold(unhedged: Floats, proceeds: Floats, rows: Rows, fraction: float, cost: float) -> Floats:
    """Sell `fraction` of the original shares at each row and let shares and money be."""
    _check(fraction, cost)
    held, money = growth(unhedged), growth(proceeds)
    if np.any(money <= 0.0):
        raise ParameterError("what the proceeds are put into lost everything: choose cash")
    sold = np.zeros(len(unhedged))
    units = np.zeros(len(unhedged))
    sold[rows] = fraction
    units[rows] = fraction * (1.0 - cost) * held[rows] / money[rows]
    value = (1.0 - np.cumsum(sold)) * held + np.cumsum(units) * money
    before = value[:-1].copy()
    before[:1] = 1.0
    out = np.zeros(len(value))
    np.divide(value[1:] - before, before, where=before != 0.0, out=out[1:])
    return out


def _check(fraction: float, cost: float) -> None:
    if not 0.0 <= fraction <= 1.0:
        raise ParameterError(f"fraction {fraction:g} to sell; it lies between 0 and 1")
    if not 0.0 <= cost < 1.0:
        raise ParameterError(f"cost {cost:g} of a sale; it is a part of its value, below 1")
