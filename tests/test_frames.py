"""The frames that a result gives on request."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from tapes import FREE, arrange, day, lay, play

from microhedge.costs import Costs
from microhedge.hedge import Session
from microhedge.result import Result
from microhedge.tape import Action


def both(now: Session) -> None:
    if not now.fills("put"):
        now.roll("put", now.put(days=30, moneyness=1.5))
        now.expect(now.regress("AAA", on="BBB", sessions=2))
        now.short("BBB", value=500.0)


def run(costs: Costs) -> Result:
    tape = lay(
        {
            "AAA": [100.0, 99.0, 101.0, 100.0, 100.0, 50.0],
            "BBB": [50.0, 49.0, 51.0, 50.0, 50.0, 50.0],
        },
        actions={"AAA": (Action(day("2024-01-09"), "split", 2.0),)},
        begin=3,
    )
    return play(both, arrange(tape, cash=5_000.0, costs=costs))


@pytest.fixture(scope="module")
def result() -> Result:
    return run(replace(Costs(), borrow=0.0))


DATES = pd.DatetimeIndex(["2024-01-05", "2024-01-08", "2024-01-09"])


def test_curves_are_columns_by_date(result: Result) -> None:
    frame = result.equity
    assert frame.index.equals(DATES)
    assert frame.index.name == "date"
    assert {"equity", "cash", "sleeve", "cover", "value/hedge/put"} <= set(frame.columns)
    assert frame["equity"].tolist() == result.curves["equity"].tolist()


def test_trades_have_dates_and_what_was_paid(result: Result) -> None:
    frame = result.trades
    assert frame["date"].tolist() == [DATES[1], DATES[1]]
    assert frame["role"].tolist() == ["put", "BBB"]
    assert frame["quantity"].tolist() == [1.0, -10.0]
    assert frame["source"].tolist() == ["model", "price"]
    assert frame["strike"].iloc[0] == 150.0
    assert np.isnan(frame["strike"].iloc[1])
    assert frame["rate"].iloc[0] == 0.0
    assert np.isnan(frame["rate"].iloc[1])


def test_rolls_have_dates_and_none_where_the_option_is_still_open(result: Result) -> None:
    frame = result.rolls
    assert frame["opened"].tolist() == [DATES[1]]
    assert pd.isna(frame["closed"].iloc[0])
    assert frame["final_strike"].tolist() == [75.0]


def test_postings_expand_every_cost_and_add_up_to_the_cash(result: Result) -> None:
    frame = result.ledger
    assert list(frame.columns) == [
        "date",
        "phase",
        "account",
        "instrument",
        "cause",
        "quantity",
        "cash",
    ]
    put = frame[(frame["account"] == "hedge/put") & (frame["date"] == DATES[1])]
    assert put["cause"].tolist() == ["trade", "spread", "commission", "fee"]
    assert put["quantity"].tolist() == [1.0, 0.0, 0.0, 0.0]
    assert put["cash"].tolist() == pytest.approx([-5_000.0, -104.0, -1.0, -0.04685])
    assert frame["cash"].sum() == pytest.approx(result.curves["cash"][-1], abs=1e-9)


def test_without_costs_the_postings_are_the_rows() -> None:
    free = run(FREE)
    assert len(free.ledger) == len(free.tables["ledger"]["session"])


def test_positions_are_told_for_each_close(result: Result) -> None:
    frame = result.positions
    assert list(frame.columns) == ["date", "account", "instrument", "quantity"]
    told = [tuple(row) for row in frame.itertuples(index=False)]
    assert told == [
        (DATES[0], "holding", "AAA", 100.0),
        (DATES[1], "hedge/BBB", "BBB", -10.0),
        (DATES[1], "hedge/put", "AAA 2024-02-16 P 150", 1.0),
        (DATES[1], "holding", "AAA", 100.0),
        (DATES[2], "hedge/BBB", "BBB", -10.0),
        (DATES[2], "hedge/put", "AAA 2024-02-16 P 75", 2.0),
        (DATES[2], "holding", "AAA", 200.0),
    ]


def test_premises_and_log_have_dates(result: Result) -> None:
    premises = result.premises
    assert premises["date"].tolist() == [DATES[0]]
    assert premises["sessions"].tolist() == [2]
    assert "beta/BBB" in premises
    assert result.log["date"].tolist() == [DATES[2]]
    assert result.log["code"].tolist() == ["adjusted"]


def test_a_run_without_a_hedge_has_empty_tables() -> None:
    alone = play(None, arrange(lay({"AAA": [100.0, 101.0]})))
    for frame in (alone.trades, alone.rolls, alone.log, alone.premises):
        assert len(frame) == 0
    assert "date" in alone.trades
    assert alone.positions["quantity"].tolist() == [100.0, 100.0]
    assert alone.ledger["cause"].tolist() == ["opening"]
