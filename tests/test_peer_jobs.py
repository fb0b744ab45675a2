"""The job that other engines were given, played as an ordinary strategy: same answer to the cent.

W1, a pair hedge: 1,000 A held from the first bar; from bar 252 on, every 21 bars, B is sold short
in the least-squares ratio of the last 252 simple returns; 1 basis point of what is traded.  A
plain loop, numba, vectorbt, backtesting.py, bt and backtrader end at 971,069.5609 (zipline, which
fills a bar later, at 969,748.1108).  The prices are made here by the same recipe and seed.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest
from tapes import acting

from microhedge.costs import Costs
from microhedge.desk import FillRule
from microhedge.engine import Rules, Setup, simulate
from microhedge.hedge import Hedge, Session
from microhedge.option_prices import OptionPrices
from microhedge.portfolio import Portfolio
from microhedge.tape import Floats, Tape
from microhedge.volatility import Constant

BARS, LOOKBACK, EVERY = 7560, 252, 21
CASH, SHARES, FEE = 1_000_000.0, 1000.0, 1e-4


@cache
def prices() -> tuple[Floats, Floats]:
    """Two correlated shares (0.8, 22 % volatility), closes in cents."""
    rng = np.random.default_rng(20261101)
    step, rho, sigma = 1 / 252, 0.8, 0.22
    z = rng.standard_normal((BARS, 3))
    drift = (0.06 - sigma * sigma / 2) * step
    first, second = z[:, 0], rho * z[:, 0] + np.sqrt(1 - rho * rho) * z[:, 1]
    a = 100 * np.exp(np.cumsum(drift + sigma * np.sqrt(step) * first))
    b = 50 * np.exp(np.cumsum(drift + sigma * np.sqrt(step) * second))
    return a.round(2), b.round(2)


def tape() -> Tape:
    a, b = prices()
    day = pd.bdate_range("1996-01-02", periods=BARS).to_numpy().astype("datetime64[D]")
    nothing = np.full(BARS, np.nan)
    return Tape(
        day=day.astype(np.int32),
        begin=0,
        close={"A": a.copy(), "B": b.copy()},
        open={"A": nothing, "B": nothing.copy()},
        basis={"A": "raw", "B": "raw"},
        actions={},
        rate=np.zeros(BARS),
        rate_age=np.zeros(BARS, np.int32),
    )


def pair(axis: Tape) -> Hedge:
    """Short B on every 21st bar from the 252nd on; asleep in between."""
    bar = {when: k for k, when in enumerate(axis.dates)}

    def hedge(now: Session) -> None:
        k = bar[now.today]
        if k >= LOOKBACK and (k - LOOKBACK) % EVERY == 0:
            ratio = now.regress("A", on="B", sessions=LOOKBACK).betas["B"]
            now.short("B", value=ratio * now.value)
        following = LOOKBACK if k < LOOKBACK else k + EVERY - (k - LOOKBACK) % EVERY
        if following < BARS:
            now.sleep_until(axis.dates[following])
        else:
            now.sleep_until(axis.dates[-1])

    return acting(hedge, "A")


def setup(axis: Tape, fill: FillRule = "close") -> Setup:
    # the job buys its shares, with a fee, when it fills its first order; here they open at no
    # cost, so the cash pays for both
    price = float(prices()[0][0 if fill == "close" else 1])
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
    result = simulate(pair(axis), setup(axis, fill))
    assert result.curves["equity"][-1] == pytest.approx(answer, abs=0.005)
    # 348 resets; one more would come on the last bar or after it
    assert len(result.tables["fills"]["role"]) == 348
