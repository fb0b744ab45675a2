"""A stop-loss and an index put beside a hedge, against ledgers that a strategy makes itself."""

from __future__ import annotations

from datetime import date
from functools import cache

import numpy as np
import pytest
from tapes import FREE, day, lay

import microhedge as mh
from microhedge.alternatives import macro_put, stop_loss
from microhedge.comparison import Comparison
from microhedge.declaration import build
from microhedge.engine import Rules, Setup, simulate
from microhedge.loading import load
from microhedge.option_prices import OptionPrices
from microhedge.portfolio import Portfolio
from microhedge.runs import Run
from microhedge.tape import Action, Floats
from microhedge.vol_choice import Chooser, VolChoice


def account(closes: list[float], opens: list[float], **rules: float | bool) -> Setup:
    # splits two for one on the third session, pays 1.00 a share on the fourth
    actions = (Action(day("2024-01-04"), "split", 2.0), Action(day("2024-01-05"), "dividend", 1.0))
    tape = lay({"AAA": closes, "SPX": closes}, opens={"AAA": opens}, actions={"AAA": actions})
    return Setup(
        tape=tape,
        holding="AAA",
        portfolio=Portfolio(shares=10, cash=1.0),
        prices=OptionPrices(tape, Chooser(tape, VolChoice(), index="SPX")),
        costs=FREE,
        rules=Rules(**rules),  # type: ignore[arg-type]
    )


def sold(closes: list[float], opens: list[float], **rules: float | bool) -> tuple[Floats, Floats]:
    setup = account(closes, opens, **rules)
    found = stop_loss(simulate(None, setup), setup, np.zeros(len(closes)))
    return found.returns, found.equity


def test_the_stop_is_split_with_the_share_and_its_cash_keeps() -> None:
    # 100 → a stop of 85, 42.5 after the split; the fourth opens at 43 with 1.00 paid, closes at 41
    returns, equity = sold([100.0, 98.0, 46.0, 41.0, 60.0], [100.0, 99.0, 48.0, 43.0, 41.0])
    assert returns[3] == pytest.approx((42.5 + 1.0) / 46.0 - 1.0)
    assert returns[4] == 0.0
    # 20 shares at 42.50, 20 of dividends and the cash
    assert equity.tolist() == pytest.approx([1001.0, 981.0, 921.0, 871.0, 871.0])


def test_a_gap_is_filled_at_the_open() -> None:
    returns, equity = sold([100.0, 98.0, 46.0, 41.0, 60.0], [100.0, 99.0, 48.0, 40.0, 41.0])
    assert returns[3] == pytest.approx((40.0 + 1.0) / 46.0 - 1.0)
    assert equity[-1] == pytest.approx(20 * 41.0 + 1.0)


def test_a_sale_before_the_ex_day_forgoes_the_dividend() -> None:
    _, equity = sold([100.0, 80.0, 46.0, 41.0, 60.0], [100.0, 99.0, 48.0, 43.0, 41.0])
    assert equity[-1] == pytest.approx(10 * 85.0 + 1.0)


def test_the_stop_of_the_rules_is_the_one_that_sells() -> None:
    never, _ = sold([100.0, 98.0, 46.0, 41.0, 60.0], [100.0, 99.0, 48.0, 43.0, 41.0], stop=0.3)
    assert never[4] != 0.0


@cache
def compared() -> Comparison:
    hedges = [
        build(load("protective-put"), {"holding": "SPX", "tranches": 1, "moneyness": 0.95}),
        build(load("covered-call"), {"holding": "SPX"}),
    ]
    return mh.compare(
        hedges,
        mh.data.bundled(),
        mh.Portfolio(shares=100, cash=1e6),
        start=date(2014, 6, 2),
        end=date(2018, 6, 1),
        costs=mh.Costs.none(),
    )


def found(kind: str) -> Run:
    return next(run for run in compared().runs if run.kind == kind)


def test_an_index_put_for_the_same_money_is_the_hedge_itself_where_the_index_is_held() -> None:
    # same expiry, same strike, same premium: but American against European, which on a put of
    # the index with rates of at most 2 % changes a return by a few basis points a day
    mine, put = compared().hedges[0].returns, found("macro-put").returns
    alone = compared().unhedged.returns
    assert float(np.corrcoef(mine - alone, put - alone)[0, 1]) > 0.995
    assert float(np.std(mine - put)) < 0.1 * float(np.std(mine - alone))


def test_the_premium_of_the_index_put_is_that_of_the_hedge() -> None:
    # with nothing else at work the account loses what the premiums cost net of what came back
    result = compared().results[1]
    setup = compared().setup
    made = macro_put(result, compared().results[0], setup, np.zeros(len(compared().day)))
    assert made is not None
    premium = result.tables["rolls"]["premium"]
    opened = result.tables["rolls"]["opened"]
    change = made.equity - compared().results[0].curves["equity"]
    # at the fill the put is worth what was paid for it: the account does not move
    assert change[opened[0]] == pytest.approx(0.0, abs=1e-6 * premium[0])
    assert abs(change[opened[0] + 1]) < premium[0]


def test_a_hedge_that_buys_no_put_has_no_index_put_beside_it() -> None:
    beside = {(run.kind, run.of) for run in compared().runs}
    assert ("macro-put", "protective-put") in beside
    assert ("macro-put", "covered-call") not in beside


def test_one_stop_and_one_future_stand_beside_all() -> None:
    loose = [run.kind for run in compared().runs if run.of is None]
    assert loose == ["unhedged", "hedge", "hedge", "stop-loss", "macro-future"]


def test_the_stop_is_part_of_the_command_and_of_the_hash() -> None:
    hedge = build(load("index-short"), {"holding": "XOM"})
    window = {"start": date(2015, 1, 2), "end": date(2016, 1, 4)}
    hold = mh.Portfolio(shares=100)
    usual, own = (
        mh.run(hedge, mh.data.bundled(), hold, **window, **more)  # type: ignore[arg-type]
        for more in ({}, {"stop_loss": 0.1, "trailing_stop": True})
    )
    assert "stop" not in usual.command
    assert "--stop-loss 0.1 --trailing-stop" in own.command
    assert usual.config_hash != own.config_hash
