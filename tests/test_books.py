"""What accrues beside the ledger, and when it is posted."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tapes import FREE, arrange, day, lay, lines, play

from microhedge.books import Books
from microhedge.costs import Costs
from microhedge.events import Phase
from microhedge.hedge import Session
from microhedge.instruments import Stock
from microhedge.ledger import HOLDING, Cause, leg_account
from microhedge.tape import Action

# 2.5 % of yield less 0.5 % is the 2 % that cash earns
COSTS = replace(FREE, borrow=0.003, credit_spread=0.005, debit_spread=0.015)
AAA, BBB, SPX = Stock("AAA"), Stock("BBB"), Stock("SPX")
FRIDAY = "2024-01-05"


def short(books: Books, row: int, shares: float, price: float) -> None:
    books.post(
        row,
        Phase.CLOSE_FILLS,
        leg_account("BBB"),
        Cause.TRADE,
        instrument=BBB,
        quantity=-shares,
        cash=shares * price,
    )


def test_a_short_of_100_at_50_costs_12_5_cents_and_its_proceeds_earn_83_over_a_weekend() -> None:
    # 5,000 · 0.30 % · 3 / 360 = 0.125 and 5,000 · 2 % · 3 / 360 = 0.8333
    books = Books(lay({"BBB": [50.0, 51.0, 52.0]}, first=FRIDAY, rate=0.025), COSTS)
    short(books, 0, 100.0, 50.0)
    assert books.accrued(0) == 0.0
    assert books.accrued(1) == pytest.approx(0.8333 - 0.125, abs=5e-5)
    # and one more night at a close of 51
    one_more = 5_000 * 0.02 / 360 - 5_100 * 0.003 / 360
    assert books.accrued(2) == pytest.approx(5_000 * 0.02 * 3 / 360 - 0.125 + one_more, rel=1e-12)


def test_accruing_posts_what_is_due_by_cause_and_starts_again() -> None:
    books = Books(lay({"BBB": [50.0, 51.0, 52.0]}, first=FRIDAY, rate=0.025), COSTS)
    short(books, 0, 100.0, 50.0)
    books.accrue(1)
    assert books.accrued(1) == 0.0
    rows = books.ledger.rows()
    posted = dict(zip(rows.cause.tolist(), rows.cash.tolist(), strict=True))
    assert posted[Cause.INTEREST] == pytest.approx(0.8333, abs=5e-5)
    assert posted[Cause.BORROW] == pytest.approx(-0.125, rel=1e-12)
    # what was posted earns interest from now on
    balance = 5_000 + 0.8333333 - 0.125
    assert books.accrued(2) == pytest.approx(balance * 0.02 / 360 - 5_100 * 0.003 / 360, rel=1e-7)


def test_a_short_that_was_covered_owes_what_had_accrued_and_no_more() -> None:
    books = Books(lay({"BBB": [50.0, 51.0, 52.0]}, first=FRIDAY), COSTS)
    short(books, 0, 100.0, 50.0)
    short(books, 1, -100.0, 51.0)
    books.accrue(2)
    rows = books.ledger.rows()
    borrow = rows.cash[rows.cause == int(Cause.BORROW)]
    assert borrow.tolist() == [pytest.approx(-0.125, rel=1e-12)]
    assert books.ledger.held("hedge/BBB") == {}


@pytest.mark.parametrize("units", [10.0, -10.0])
def test_an_index_pays_its_yield_to_who_owns_it_and_is_owed_it_by_who_is_short(
    units: float,
) -> None:
    # 50,000 · 1.95 % · 3 / 365 = 8.0137 over a weekend
    tape = lay(
        {"SPX": [5_000.0, 5_100.0]},
        first=FRIDAY,
        basis={"SPX": "price_index"},
        index_dividend=0.0195,
    )
    books = Books(tape, FREE)
    books.post(0, Phase.CLOSE_FILLS, "rest", Cause.OPENING, instrument=SPX, quantity=units)
    books.accrue(1)
    rows = books.ledger.rows()
    assert rows.cause.tolist() == [Cause.OPENING, Cause.DIVIDEND]
    assert rows.cash[1] == pytest.approx(np.sign(units) * 8.0137, abs=5e-5)


def test_a_share_that_is_owned_accrues_nothing() -> None:
    books = Books(lay({"AAA": [50.0, 51.0]}, first=FRIDAY, rate=0.025), COSTS)
    books.post(0, Phase.CLOSE_FILLS, HOLDING, Cause.OPENING, instrument=AAA, quantity=100.0)
    assert books.accrued(1) == 0.0
    books.accrue(1)
    assert books.ledger.posted == 1


def test_opening_positions_cost_nothing() -> None:
    tape = lay({"AAA": [50.0, 51.0], "SPX": [4_000.0, 4_000.0]})
    books = Books(tape, Costs())
    books.open("AAA", 100.0, [("SPX", 1.875)], 1_000.0)
    assert books.ledger.cash == 1_000.0
    assert list(books.ledger.positions()) == [("holding", AAA, 100.0), ("rest", SPX, 1.875)]
    plain = Books(tape, Costs())
    plain.open("AAA", 100.0, (), 0.0)
    assert plain.ledger.posted == 1


@settings(max_examples=30, deadline=None)
@given(
    shares=st.floats(-1e4, 1e4).filter(bool),
    cash=st.floats(-1e5, 1e5),
    first=st.integers(1, 15),
    count=st.integers(1, 5),
)
def test_a_path_of_accruals_is_the_accrual_of_each_session(
    shares: float, cash: float, first: int, count: int
) -> None:
    closes = (50.0 + 3 * np.sin(np.arange(20))).tolist()
    tape = lay({"BBB": closes}, rate=np.linspace(0, 0.05, 20).tolist())
    books = Books(tape, Costs())
    short(books, 0, shares, 50.0)
    books.post(1, Phase.CLOSE_FILLS, "cash", Cause.OPENING, cash=cash)
    path = books.accrued_path(first, first + count)
    assert path.tolist() == [books.accrued(row) for row in range(first, first + count)]


# through a whole run


def short_once(now: Session) -> None:
    if not now.fills("BBB"):
        now.short("BBB", value=5_000.0)


def test_a_run_posts_fee_interest_and_the_dividend_of_a_short_over_a_weekend() -> None:
    # sold at 50 on Friday 2024-01-05; ex 0.50 on the Monday, the last session, carry posted first
    tape = lay(
        {"AAA": [100.0] * 3, "BBB": [50.0, 50.0, 49.5]},
        first="2024-01-04",
        actions={"BBB": (Action(day("2024-01-08"), "dividend", 0.50),)},
        rate=0.025,
    )
    result = play(short_once, arrange(tape, costs=COSTS))
    assert lines(result)[1:] == [
        (1, "hedge/BBB", "BBB", "trade", -100.0, 5_000.0, 0.0),
        (2, "cash", "", "interest", 0.0, pytest.approx(0.8333, abs=5e-5), 0.0),
        (2, "hedge/BBB", "BBB", "borrow", 0.0, pytest.approx(-0.125, abs=1e-9), 0.0),
        (2, "hedge/BBB", "BBB", "dividend", 0.0, -50.0, 0.0),
    ]
    # the price fell by the dividend: only carry is left
    assert result.curves["equity"].tolist() == [
        10_000.0,
        10_000.0,
        pytest.approx(10_000.0 + 5_000 * 0.02 * 3 / 360 - 0.125, abs=1e-9),
    ]
    assert result.attribution["legs"] == {"BBB": pytest.approx(0.0, abs=1e-9)}


def test_carry_is_posted_once_a_month_and_is_in_the_equity_of_every_session() -> None:
    """100 BBB short at 50 and a tenth of an index unit short at 5,000, from 2024-01-03 to 03-05.

    The balance of 10,500 stays until 2024-02-01. Each night at 2 % on cash, 0.30 % on 5,000 and
    on 500, and the index's 1.95 % on 500.
    """

    def act(now: Session) -> None:
        if not now.fills("BBB"):
            now.short("BBB", value=5_000.0)
            now.short("SPX", value=500.0)

    count = 44
    tape = lay(
        {"AAA": [100.0] * count, "BBB": [50.0] * count, "SPX": [5_000.0] * count},
        basis={"SPX": "price_index"},
        rate=0.025,
        index_dividend=0.0195,
    )
    assert (tape.dates[1], tape.dates[-1]) == (date(2024, 1, 3), date(2024, 3, 5))
    result = play(act, arrange(tape, cash=5_000.0, costs=COSTS))
    posted = {line[0] for line in lines(result) if line[3] in ("interest", "borrow", "dividend")}
    assert [tape.dates[row] for row in sorted(posted)] == [
        date(2024, 2, 1),
        date(2024, 3, 1),
        date(2024, 3, 5),
    ]
    night = 10_500 * 0.02 / 360 - 5_500 * 0.003 / 360 - 500 * 0.0195 / 365
    first = 5_000 * 0.02 / 360  # the night before the sales
    january = [row for row in range(1, count) if tape.dates[row] <= date(2024, 2, 1)]
    for row in january:
        nights = int(tape.day[row] - tape.day[1])
        assert result.curves["equity"][row] == pytest.approx(15_000 + first + nights * night)
    # in February the carry of January earns too
    gained = january[-1]
    month = int(tape.day[gained] - tape.day[1]) * night + first
    after = result.curves["equity"][gained + 1] - result.curves["equity"][gained]
    assert after == pytest.approx(night + month * 0.02 / 360, rel=1e-6)
    # of the sleeve: without the interest on the account's own cash
    alone = 5_500 * (0.02 - 0.003) / 360 - 500 * 0.0195 / 365
    assert result.returns[2] == pytest.approx(alone / 10_000, rel=1e-9)
    # what the hedge needed is what it owed
    owed = 5_500 * 0.003 / 360 + 500 * 0.0195 / 365
    assert result.curves["need"][2] == pytest.approx(owed, rel=1e-6)


def test_opening_a_short_leaves_equity_alone() -> None:
    tape = lay({"AAA": [100.0] * 3, "BBB": [50.0, 50.0, 50.0]})
    assert play(short_once, arrange(tape)).curves["equity"].tolist() == [10_000.0] * 3


def test_a_loan_for_a_premium_costs_the_debit_rate_until_the_end() -> None:
    # 5,000 borrowed on Tuesday 2024-01-09 at 2.5 % + 1.5 %, one night: 0.5556
    def put(now: Session) -> None:
        if not now.fills("put"):
            now.roll("put", now.put(days=30, moneyness=1.5))

    tape = lay({"AAA": [100.0] * 3}, first="2024-01-08", rate=0.025)
    result = play(put, arrange(tape, costs=COSTS))
    owed = pytest.approx(-5_000 * 0.04 / 360, rel=1e-9)
    assert lines(result)[-1:] == [(2, "cash", "", "interest", 0.0, owed, 0.0)]
