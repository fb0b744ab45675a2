"""The jobs of `bench/recipe.py` as ordinary strategies, by the others' conventions."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import date
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from recipe import (
    A_DAY,
    BARS,
    CASH,
    EVERY,
    FEE,
    LOOKBACK,
    MONEYNESS,
    RATE,
    SHARES,
    TENOR,
    columns,
)

from microhedge.calendar import day_number
from microhedge.costs import Costs
from microhedge.desk import FillRule
from microhedge.engine import Rules, Setup, simulate
from microhedge.hedge import Hedge, Session
from microhedge.instruments import Option, Right
from microhedge.option_prices import OptionPrices
from microhedge.portfolio import Portfolio
from microhedge.pricing import black
from microhedge.result import Result
from microhedge.tape import Days, Floats, Tape
from microhedge.volatility import At, Constant


class Pair(Hedge):
    """Short B on every 21st bar from the 252nd on; asleep in between."""

    peer: str = "B"

    def on_session(self, now: Session) -> None:
        late = now.number - LOOKBACK
        if late >= 0 and late % EVERY == 0:
            ratio = now.regress(self.holding, on=self.peer, sessions=LOOKBACK).betas[self.peer]
            now.short(self.peer, value=ratio * now.value)
        now.sleep_until(number=now.number + EVERY - late % EVERY)


class Put(Hedge):
    """Buy the next put when the last has expired, which wakes it."""

    def on_session(self, now: Session) -> None:
        if now.leg("put") is None:
            now.roll("put", now.put(days=TENOR, moneyness=MONEYNESS))
        now.sleep_until(number=BARS["put"])


@cache
def axis(job: str) -> tuple[Days, Days | None]:
    """Return day and bar number of each row."""
    if job == "minutes":
        count = BARS[job] // A_DAY
        bar = np.tile(np.arange(A_DAY, dtype=np.int32), count)
        return np.repeat(_business_days("2025-01-02", count), A_DAY), bar
    return _business_days("1996-01-02", BARS[job]), None


def _business_days(first: str, count: int) -> Days:
    days = pd.bdate_range(first, periods=count).to_numpy().astype("datetime64[D]")
    return days.astype(np.int32)


def lay(job: str) -> Tape:
    """Lay the prices of a job on a fresh tape."""
    a, b, _ = columns(job)
    day, bar = axis(job)
    nothing = np.full(len(day), np.nan)
    return Tape(
        day=day.copy(),
        bar=None if bar is None else bar.copy(),
        begin=0,
        close={"A": a.copy(), "B": b.copy()},
        open={"A": nothing, "B": nothing.copy()},
        basis={"A": "raw", "B": "raw"},
        actions={},
        rate=np.zeros(len(day)),
        rate_age=np.zeros(len(day), np.int32),
    )


def _account(tape: Tape, fill: FillRule) -> Portfolio:
    # the others buy the shares, with a fee, when their first order fills; here they open at no
    # cost, so the cash pays for both
    price = float(tape.close["A"][0 if fill == "close" else 1])
    return Portfolio(shares=SHARES, cash=CASH - SHARES * price * (1 + FEE))


def play_pair(hedge: Hedge, job: str = "pair", fill: FillRule = "close") -> Result:
    """Play the pair hedge on days or on minutes."""
    return simulate(hedge, pair_setup(job, fill))


def pair_setup(job: str = "pair", fill: FillRule = "close") -> Setup:
    """Return what the pair hedge is played on."""
    tape = lay(job)
    return Setup(
        tape=tape,
        holding="A",
        portfolio=_account(tape, fill),
        prices=OptionPrices(tape, a_fifth),
        costs=replace(Costs.none(), stock_spread_bp=1.0),
        rules=Rules(fill=fill),
    )


def a_fifth(_: str) -> Constant:
    """Return a volatility that no job uses."""
    return Constant(0.2)


class BarPrices(OptionPrices):
    """European puts by bars: time is bars / 252, the rate 2 %, each bar has its volatility."""

    def __init__(self, tape: Tape) -> None:
        super().__init__(tape, a_fifth)

    def last_row(self, option: Option) -> int:
        """Return the bar of an expiry, which may lie after the last one."""
        return _bar(option.expiry)

    def _price(self, option: Option, rows: NDArray[np.intp], at: At) -> tuple[Floats, Floats]:
        a, _, vol = columns("put")
        years = (_bar(option.expiry) - rows) / 252
        spot, sigma = a[rows], vol[rows]
        ahead = spot * np.exp(RATE * years)
        return black(ahead, option.strike, years, sigma, np.exp(-RATE * years), -1), sigma


@dataclass(frozen=True)
class BasisPoint(Costs):
    """One basis point of every premium and every payoff."""

    def option_half_spread(self, mid: float, *, stress: float = 1.0) -> float:
        return FEE * mid

    def option_bid(self, mid: float, *, stress: float = 1.0, floor: float = 0.0) -> float:
        return mid - FEE * mid

    def option_settlement(self, worth: float, spot: float, deliverable: float) -> float:
        return FEE * worth


@cache
def _days() -> tuple[dict[int, int], list[date]]:
    """Return the bar of each day, and the days: those of the job and a year beyond."""
    days = _business_days("1996-01-02", BARS["put"] + 252).tolist()
    return {day: bar for bar, day in enumerate(days)}, [
        date.fromordinal(day + date(1970, 1, 1).toordinal()) for day in days
    ]


def _bar(expiry: date) -> int:
    return _days()[0][day_number(expiry)]


def listed(underlying: str, right: Right, **wish: Any) -> Option:
    """List any strike, and an expiry so many bars away."""
    bars, days = _days()
    expiry = days[bars[wish["day"]] + wish["days"]]
    return Option(underlying, right, wish["moneyness"] * wish["spot"], expiry, style="european")


def play_put(hedge: Hedge) -> Result:
    """Play the put roll."""
    return simulate(hedge, put_setup())


def put_setup() -> Setup:
    """Return what the put roll is played on."""
    tape = lay("put")
    return Setup(
        tape=tape,
        holding="A",
        portfolio=_account(tape, "close"),
        prices=BarPrices(tape),
        costs=BasisPoint(**asdict(Costs.none())),
        rules=Rules(fill="close"),
        listing=listed,
    )
