"""The jobs that other engines were given, played as ordinary strategies: same answers to the cent.

W1, a pair hedge: 1,000 A held from the first bar; from bar 252 on, every 21 bars, B is sold short
in the least-squares ratio of the last 252 simple returns; 1 basis point of what is traded.  A
plain loop, numba, vectorbt, backtesting.py, bt and backtrader end at 971,069.5609 (zipline, which
fills a bar later, at 969,748.1108).

W2, a put roll: 1,000 A and 10 puts on them, 5 % out of the money, 63 bars long, European by Black
and Scholes at 2 % with time in bars / 252, 1 basis point of each premium and payoff; a plain
loop, numba and a vectorised pass end at 1,474,819.878.

W5, the pair hedge on minutes: W1 on 98,280 bars, 390 a day; all of them end at 1,005,155.1212.

The prices are made here by the same recipe and seeds.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import date
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from tapes import acting

from microhedge.calendar import day_number
from microhedge.costs import Costs
from microhedge.desk import FillRule
from microhedge.engine import Rules, Setup, simulate
from microhedge.hedge import Hedge, Session
from microhedge.instruments import Option, Right
from microhedge.option_prices import OptionPrices
from microhedge.portfolio import Portfolio
from microhedge.pricing import black
from microhedge.tape import Days, Floats, Tape
from microhedge.volatility import At, Constant

BARS, LOOKBACK, EVERY = 7560, 252, 21
CASH, SHARES, FEE = 1_000_000.0, 1000.0, 1e-4


@cache
def prices() -> tuple[Floats, Floats, Floats]:
    """The daily prices, in cents."""
    return made(BARS, 252, seed=20261101, decimals=2)


def made(bars: int, a_year: int, *, seed: int, decimals: int) -> tuple[Floats, Floats, Floats]:
    """Two correlated shares (0.8, 22 % volatility); a volatility for the first."""
    rng = np.random.default_rng(seed)
    step, rho, sigma = 1 / a_year, 0.8, 0.22
    z = rng.standard_normal((bars, 3))
    drift = (0.06 - sigma * sigma / 2) * step
    first, second = z[:, 0], rho * z[:, 0] + np.sqrt(1 - rho * rho) * z[:, 1]
    a = 100 * np.exp(np.cumsum(drift + sigma * np.sqrt(step) * first))
    b = 50 * np.exp(np.cumsum(drift + sigma * np.sqrt(step) * second))
    speed, size = 5 * step, 0.9 * np.sqrt(step)
    shock = -0.7 * first + np.sqrt(1 - 0.49) * z[:, 2]
    x = np.zeros(bars)
    for t in range(1, bars):
        x[t] = x[t - 1] * (1 - speed) + size * shock[t]
    return a.round(decimals), b.round(decimals), (0.22 * np.exp(x)).round(6)


def tape() -> Tape:
    return _laid(prices(), _business_days("1996-01-02", BARS))


def _business_days(first: str, count: int) -> Days:
    days = pd.bdate_range(first, periods=count).to_numpy().astype("datetime64[D]")
    return days.astype(np.int32)


def _laid(columns: tuple[Floats, Floats, Floats], day: Days, bar: Days | None = None) -> Tape:
    a, b, _ = columns
    nothing = np.full(len(day), np.nan)
    return Tape(
        day=day,
        bar=bar,
        begin=0,
        close={"A": a.copy(), "B": b.copy()},
        open={"A": nothing, "B": nothing.copy()},
        basis={"A": "raw", "B": "raw"},
        actions={},
        rate=np.zeros(len(day)),
        rate_age=np.zeros(len(day), np.int32),
    )


def pair(asleep: bool = True) -> Hedge:
    """Short B on every 21st bar from the 252nd on."""

    def hedge(now: Session) -> None:
        late = now.number - LOOKBACK
        if late >= 0 and late % EVERY == 0:
            ratio = now.regress("A", on="B", sessions=LOOKBACK).betas["B"]
            now.short("B", value=ratio * now.value)
        if asleep:
            now.sleep_until(number=now.number + EVERY - late % EVERY)

    return acting(hedge, "A")


def setup(axis: Tape, fill: FillRule = "close") -> Setup:
    # the job buys its shares, with a fee, when it fills its first order; here they open at no
    # cost, so the cash pays for both
    price = float(axis.close["A"][0 if fill == "close" else 1])
    free = replace(Costs.none(), stock_spread_bp=1.0)
    return Setup(
        tape=axis,
        holding="A",
        portfolio=Portfolio(shares=SHARES, cash=CASH - SHARES * price * (1 + FEE)),
        prices=OptionPrices(axis, lambda _: Constant(0.2)),
        costs=free,
        rules=Rules(fill=fill),
    )


@pytest.mark.parametrize(("fill", "answer"), [("close", 971069.5609), ("next_close", 969748.1108)])
def test_the_pair_hedge_ends_where_every_other_engine_does(fill: FillRule, answer: float) -> None:
    axis = tape()
    result = simulate(pair(), setup(axis, fill))
    assert result.curves["equity"][-1] == pytest.approx(answer, abs=0.005)
    # 348 resets; one more would come on the last bar or after it
    assert len(result.tables["fills"]["role"]) == 348


def test_the_pair_hedge_on_minutes_ends_where_every_other_engine_does() -> None:
    days, minutes = 252, 390
    made_up = made(days * minutes, days * minutes, seed=20261102, decimals=4)
    day = np.repeat(_business_days("2025-01-02", days), minutes)
    axis = _laid(made_up, day, np.tile(np.arange(minutes, dtype=np.int32), days))
    result = simulate(pair(), setup(axis))
    assert result.curves["equity"][-1] == pytest.approx(1005155.1212, abs=0.005)
    assert len(result.curves["equity"]) == days
    assert abs(float(str(result.attribution["residual"]))) < 1e-6


TENOR, RATE = 63, 0.02


class BarPrices(OptionPrices):
    """European puts by bars: time is bars / 252, the rate 2 %, each bar has its volatility."""

    def __init__(self, axis: Tape) -> None:
        super().__init__(axis, lambda _: Constant(0.2))
        self._axis = axis

    def last_row(self, option: Option) -> int:
        return _bar(self._axis, option)

    def _price(self, option: Option, rows: NDArray[np.intp], at: At) -> tuple[Floats, Floats]:
        a, _, vol = prices()
        years = (_bar(self._axis, option) - rows) / 252
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


def _day_of(axis: Tape, bar: int) -> date:
    """The day of a bar, business days after the last one."""
    if bar < BARS:
        return axis.dates[bar]
    return (pd.Timestamp(axis.dates[-1]) + pd.offsets.BDay(bar - BARS + 1)).date()


def _bar(axis: Tape, option: Option) -> int:
    day = day_number(option.expiry)
    if day <= axis.day[-1]:
        return int(np.searchsorted(axis.day, day))
    later = pd.bdate_range(axis.dates[-1], option.expiry)
    return BARS + len(later) - 2


def test_the_put_roll_ends_where_a_plain_loop_does() -> None:
    axis = tape()
    bar = {int(day): k for k, day in enumerate(axis.day)}

    def listed(underlying: str, right: Right, **wish: Any) -> Option:
        """Any strike, and an expiry so many bars away."""
        strike = wish["moneyness"] * wish["spot"]
        expiry = _day_of(axis, bar[wish["day"]] + wish["days"])
        return Option(underlying, right, strike, expiry, style="european")

    def roll(now: Session) -> None:
        if now.leg("put") is None:
            now.roll("put", now.put(days=TENOR, moneyness=0.95))
        # the expiry wakes it
        now.sleep_until(axis.dates[-1])

    price = float(prices()[0][0])
    made = Setup(
        tape=axis,
        holding="A",
        portfolio=Portfolio(shares=SHARES, cash=CASH - SHARES * price * (1 + FEE)),
        prices=BarPrices(axis),
        costs=BasisPoint(**asdict(Costs.none())),
        rules=Rules(fill="close"),
        listing=listed,
    )
    result = simulate(acting(roll, "A"), made)
    assert result.curves["equity"][-1] == pytest.approx(1474819.878, abs=0.005)
    assert len(result.tables["rolls"]["role"]) == BARS // TENOR
