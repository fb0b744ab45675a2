"""The maintenance rules, and what a run does when they are broken.

The rules are FINRA 4210 (c): 30 % of the value of a short share of 5 dollars and more, 25 % of
the value of long shares; Regulation T lends against them.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tapes import FREE, arrange, lay, lines, noted, play

from microhedge.costs import Costs
from microhedge.desk import FillRule
from microhedge.events import Phase
from microhedge.hedge import Session
from microhedge.margin import shortfall
from microhedge.tape import Tape

COSTS = Costs()


def test_a_short_from_50_to_60_is_called() -> None:
    # 100 short at 50 with an equity of 2,500 has 7,500 in cash; at 60 the equity is
    # 7,500 − 6,000 = 1,500, and 0.30 · 6,000 = 1,800 are required
    assert shortfall(0.0, 6_000.0, 7_500.0, COSTS) == pytest.approx(300.0, abs=1e-9)
    # at 57.69 the equity is 1,731 and 1,730.70 are required; at 57.70, 1,730 and 1,731
    assert shortfall(0.0, 5_769.0, 7_500.0, COSTS) < 0.0
    assert shortfall(0.0, 5_770.0, 7_500.0, COSTS) > 0.0


@given(loan=st.floats(1.0, 1e7))
def test_a_loan_is_called_when_the_equity_falls_below_a_quarter_of_the_longs(loan: float) -> None:
    # equity L − D = 0.25 · L where L = 4/3 · D
    edge = loan * 4 / 3
    assert shortfall(edge * 1.001, 0.0, -loan, COSTS) < 0.0
    assert shortfall(edge * 0.999, 0.0, -loan, COSTS) > 0.0


def test_what_the_short_sale_did_not_bring_is_a_loan() -> None:
    # short 6,000 with 5,400 in cash: D = 600, required 1,800 + 200; equity 3,000 − 600
    assert shortfall(3_000.0, 6_000.0, 5_400.0, COSTS) == pytest.approx(2_000.0 - 2_400.0)


@given(
    long=st.floats(0, 1e6),
    short=st.floats(0, 1e6),
    cash=st.floats(-1e6, 1e6),
)
def test_a_column_gives_what_its_rows_give(long: float, short: float, cash: float) -> None:
    column = shortfall(np.array([long, 1.0]), np.array([short, 2.0]), np.array([cash, 3.0]), COSTS)
    assert float(column[0]) == float(shortfall(long, short, cash, COSTS))


# in a run: 100 shares of AAA at 1 and 2,400 in cash are an equity of 2,500


def short_bbb(now: Session) -> None:
    """Be short 5,000 of BBB, corrected where it is off by more than half."""
    now.short("BBB", value=5_000.0, band=0.5)


def short_once(now: Session) -> None:
    if not now.fills("BBB"):
        now.short("BBB", value=5_000.0)


def squeeze(*prices: float) -> Tape:
    return lay({"AAA": [1.0] * len(prices), "BBB": list(prices)})


def test_a_margin_call_closes_the_short_at_the_next_fill() -> None:
    result = play(short_once, arrange(squeeze(50, 50, 60, 61, 61), cash=2_400.0))
    assert lines(result, "hedge") == [
        (1, "hedge/BBB", "BBB", "trade", -100.0, 5_000.0, 0.0),
        (3, "hedge/BBB", "BBB", "trade", 100.0, -6_100.0, 0.0),
    ]
    assert result.curves["equity"].tolist() == [2_500.0, 2_500.0, 1_500.0, 1_400.0, 1_400.0]
    assert noted(result) == [(2, "margin-call")]
    # 0.30 · 6,000 − 1,500
    assert result.tables["log"]["amount"].tolist() == [pytest.approx(300.0, abs=1e-9)]


def test_the_call_is_found_on_a_session_that_nothing_else_visits() -> None:
    # the call comes on the sixth session of an otherwise idle, sleeping run
    def short_and_sleep(now: Session) -> None:
        short_once(now)
        now.sleep_until(now.today.replace(year=2030))

    tape = squeeze(50, 50, 50, 50, 50, 60, 60, 60)
    result = play(short_and_sleep, arrange(tape, cash=2_400.0))
    assert noted(result) == [(5, "margin-call")]
    assert lines(result, "hedge")[-1][:4] == (6, "hedge/BBB", "BBB", "trade")


def test_a_margin_call_wakes_the_hedge_and_bars_new_shorts_for_21_sessions() -> None:
    # called on session 2, closed on 3: sessions 3 to 23 are barred, 24 fills
    result = play(short_bbb, arrange(squeeze(50, 50, *[60] * 30), cash=2_400.0))
    assert [(line[0], line[4]) for line in lines(result, "hedge")] == [
        (1, -100.0),
        (3, 100.0),
        (24, -83.0),  # 5,000 / 60 to the whole share
    ]
    assert noted(result) == [(2, "margin-call"), *((row, "unfilled") for row in range(4, 24))]


def test_while_shorts_are_barred_a_put_is_still_bought() -> None:
    def put_after_the_call(now: Session) -> None:
        short_once(now)
        if now.today >= date(2024, 1, 5) and not now.fills("put"):
            now.roll("put", now.put(days=30, moneyness=1.3))

    tape = lay({"AAA": [10.0] * 40, "BBB": [50.0, 50.0, 60.0, *[60.0] * 37]})
    result = play(put_after_the_call, arrange(tape, cash=1_500.0))
    assert [line[0] for line in lines(result, "hedge/put")][:1] == [4]
    assert "unfilled" not in [code for row, code in noted(result)]


def test_while_it_is_barred_a_hedge_without_its_short_counts_as_uncovered() -> None:
    cover = play(short_bbb, arrange(squeeze(50, 50, *[60] * 30), cash=2_400.0)).curves["cover"]
    assert np.isnan(cover[0])
    assert cover[1:3].tolist() == [1.0, 1.0]
    # the broker's close on session 3 counts too
    assert cover[3:24].tolist() == [0.0] * 21
    assert cover[24] == 1.0


@pytest.mark.parametrize("fill", ["next_close", "next_open", "close"])
def test_the_hedge_s_own_order_does_not_replace_the_broker_s(fill: FillRule) -> None:
    # it asks for 5,000 on every evening: fewer shares at 66 and at 70 than it has, but some
    def exactly(now: Session) -> None:
        now.short("BBB", value=5_000.0)

    result = play(exactly, arrange(squeeze(50, 50, 66, 70, 70, 70), cash=2_400.0, fill=fill))
    assert noted(result)[0] == (2, "margin-call")
    trades = lines(result, "hedge")
    assert {line[0] for line in trades if line[0] > 2} == {3}
    assert sum(line[4] for line in trades) == 0.0


def test_a_loan_without_a_short_is_called_and_stays() -> None:
    # 100 shares at 100 and a put 50 in the money bought on credit: D = 5,000; the call comes
    # below 20/3 · 1,000 = 6,666.67 of stock (a put has no loan value)
    tape = lay({"AAA": [100.0, 100.0, 67.0, 66.0, 66.0]}, rate=0.05)

    def put(now: Session) -> None:
        if not now.fills("put"):
            now.roll("put", now.put(days=30, moneyness=1.5))

    result = play(put, arrange(tape, costs=replace(FREE, debit_spread=0.0)))
    assert noted(result) == [(3, "margin-call")]
    assert [line[:4] for line in lines(result, "hedge")] == [
        (1, "hedge/put", "AAA 2024-02-16 P 150", "trade")
    ]


# ruin


def test_a_ruined_account_is_closed_and_worth_nothing_to_the_end() -> None:
    # 7,400 + 100 − 100 · 80 = −500: closed at that session's prices, the loss beyond is written off
    result = play(short_once, arrange(squeeze(50, 50, 80, 40, 40), cash=2_400.0))
    assert [line[:6] for line in lines(result)][2:] == [
        (1, "hedge/BBB", "BBB", "trade", -100.0, 5_000.0),
        (2, "holding", "AAA", "trade", -100.0, 100.0),
        (2, "hedge/BBB", "BBB", "trade", 100.0, -8_000.0),
        (2, "cash", "", "ruin", 0.0, 500.0),
    ]
    assert result.curves["equity"].tolist() == [2_500.0, 2_500.0, 0.0, 0.0, 0.0]
    assert result.curves["sleeve"][3:].tolist() == [0.0, 0.0]
    assert noted(result) == [(2, "ruin")]
    assert result.log["text"].tolist() == ["the account was worth −500.00 and was closed"]
    parts = result.attribution
    assert parts["ruin"] == 500.0
    assert parts["legs"] == {"BBB": -3_000.0}
    assert parts["residual"] == pytest.approx(0.0, abs=1e-9)


def test_an_account_that_is_ruined_before_the_call_is_met_ends_there_too() -> None:
    # called at 60, closed at 200: 7,400 − 20,000 + 100 = −12,500
    result = play(short_once, arrange(squeeze(50, 50, 60, 200, 200, 10), cash=2_400.0))
    assert noted(result) == [(2, "margin-call"), (3, "ruin")]
    assert result.curves["equity"].tolist() == [2_500.0, 2_500.0, 1_500.0, 0.0, 0.0, 0.0]
    assert result.attribution["ruin"] == 12_500.0
    assert result.attribution["residual"] == pytest.approx(0.0, abs=1e-9)


def test_carry_that_was_due_is_settled_before_an_account_is_closed() -> None:
    # cash of 2,400 earns a day, 7,400 one more, of 360 at 3.6 %: 0.24 + 0.74; the borrow of
    # 5,000 at 0.36 % costs 0.05 · 1
    costs = replace(FREE, borrow=0.0036)
    tape = lay({"AAA": [1.0] * 4, "BBB": [50.0, 50.0, 80.0, 80.0]}, rate=0.036)
    result = play(short_once, arrange(tape, cash=2_400.0, costs=costs))
    money = {line[3]: line[5] for line in lines(result) if line[0] == 2}
    assert money["interest"] == pytest.approx(0.98, abs=1e-9)
    assert money["borrow"] == pytest.approx(-0.05, abs=1e-9)
    assert money["ruin"] == pytest.approx(500.0 - 0.98 + 0.05, abs=1e-9)
    # the ruin of an evening is no business of that morning
    ledger = result.tables["ledger"]
    assert set(ledger["phase"][ledger["session"] == 2].tolist()) == {int(Phase.MARGIN)}
    assert result.curves["equity"].tolist()[2:] == pytest.approx([0.0, 0.0], abs=1e-9)
    assert abs(result.attribution["residual"]) < 1e-9
