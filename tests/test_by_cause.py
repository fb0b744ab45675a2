"""A hedge's cost, cause by cause, adds up to the cost, and each cause is what the ledger posted."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

import numpy as np
import pytest
from tapes import arrange, lay, play

import microhedge as mh
from microhedge.by_cause import CAUSES, by_cause
from microhedge.declaration import build
from microhedge.hedge import Session
from microhedge.loading import load
from microhedge.result import Result
from microhedge.scorecard import hedge_profit, value_years

CASES: dict[str, tuple[str, dict[str, Any], set[str]]] = {
    "put": ("protective-put", {}, {"premiums", "payoffs", "spreads", "fees"}),
    "put-spread": ("put-spread", {}, {"premiums", "payoffs", "written", "written_back", "spreads",
                                      "fees"}),
    "collar": ("collar", {}, {"premiums", "payoffs", "written", "written_back", "spreads", "fees"}),
    "covered-call": ("covered-call", {}, {"written", "written_back", "spreads", "fees"}),
    "index-put": ("index-put", {}, {"premiums", "payoffs", "spreads", "fees"}),
    "future": ("future-short", {}, {"futures", "spreads", "fees"}),
    "pair": ("pair-short", {"peer": "MSFT"}, {"shorts", "dividends", "interest", "borrow",
                                               "spreads", "fees"}),
    "index": ("index-short", {}, {"shorts", "dividends", "interest", "borrow", "spreads", "fees"}),
}  # fmt: skip


@cache
def played(case: str) -> mh.Comparison:
    name, own, _ = CASES[case]
    return mh.run(
        build(load(name), {"holding": "AAPL", **own}),
        mh.data.bundled(),
        mh.Portfolio(shares=1000),
        start=date(2008, 1, 2),
        end=date(2010, 12, 31),
    )


def result_of(case: str) -> Result:
    result = played(case).hedges[0].result
    assert result is not None
    return result


@pytest.mark.parametrize("case", CASES)
def test_the_causes_add_up_to_the_net_cost_and_are_those_of_the_hedge(case: str) -> None:
    result = result_of(case)
    money = by_cause(result)
    assert tuple(money) == CAUSES
    profit = float(hedge_profit(result).sum())
    gross = sum(abs(value) for value in money.values())
    assert sum(money.values()) == pytest.approx(profit, abs=1e-9 * gross)
    cost = played(case).hedges[0].stats["cost_per_year"]
    assert -sum(money.values()) / value_years(result) == pytest.approx(cost, abs=1e-12)
    assert {name for name, value in money.items() if abs(value) > 1e-9 * gross} == CASES[case][2]


@pytest.mark.parametrize("case", CASES)
def test_signs_are_those_of_money_in_and_out(case: str) -> None:
    money = by_cause(result_of(case))
    for name in ("premiums", "written_back", "borrow", "spreads", "fees", "dividends"):
        assert money[name] <= 0.0, name
    for name in ("payoffs", "written", "interest"):
        assert money[name] >= 0.0, name


def test_costs_are_those_of_the_fills() -> None:
    for case in ("put", "collar", "index"):
        result = result_of(case)
        fills, money = result.tables["fills"], by_cause(result)
        assert money["spreads"] == pytest.approx(-float(fills["spread"].sum()))
        paid = fills["commission"] + fills["fee"]
        assert money["fees"] == pytest.approx(-float(paid.sum()))


def test_premiums_are_the_purchases_of_the_fills_at_the_mid() -> None:
    result = result_of("put")
    fills = result.tables["fills"]
    bought = fills["quantity"] > 0
    traded = np.abs(fills["quantity"] * fills["mid"] * fills["multiplier"])
    assert by_cause(result)["premiums"] == pytest.approx(-float(traded[bought].sum()))


def one_put(now: Session) -> None:
    if not now.fills("put"):
        now.roll("put", now.put(days=200, moneyness=1.0))


def test_an_option_that_is_open_at_the_end_counts_at_its_mark() -> None:
    # a put at the money on a share that falls from 100 to 80 and stays: 20 a share at the least
    closes = [100.0] * 10 + [80.0] * 20
    result = play(one_put, arrange(lay({"AAA": closes}, actions={"AAA": ()}), sigma=0.2))
    (contracts,) = result.tables["rolls"]["contracts"]
    assert result.tables["rolls"]["closed"][0] == -1
    money = by_cause(result)
    mark = float(result.curves["value/hedge/put"][-1])
    assert money["payoffs"] == mark
    assert mark >= 20.0 * 100.0 * contracts * 0.98
    assert money["premiums"] == pytest.approx(-float(result.tables["rolls"]["premium"][0]))
    assert sum(money.values()) == pytest.approx(float(hedge_profit(result).sum()), abs=1e-6)


def test_a_run_without_a_hedge_has_no_cause() -> None:
    bare = played("put").unhedged.result
    assert bare is not None
    assert set(by_cause(bare).values()) == {0.0}
