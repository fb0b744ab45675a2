"""The books: what is posted is held, and what is held was posted."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from microhedge.errors import LedgerError
from microhedge.instruments import Option, Stock
from microhedge.ledger import (
    CASH,
    HOLDING,
    Cause,
    Instrument,
    Ledger,
    Posting,
    leg_account,
    postings,
)

AAA, BBB = Stock("AAA"), Stock("BBB")
PUT = Option("AAA", "P", 90.0, date(2024, 6, 21))


def bought_a_put() -> Ledger:
    """100 shares and 1,000 in cash; one put at a mid of 2.00."""
    ledger = Ledger()
    ledger.post(0, 5, HOLDING, Cause.OPENING, instrument=AAA, quantity=100.0)
    ledger.post(0, 5, CASH, Cause.OPENING, cash=1_000.0)
    ledger.post(
        1,
        5,
        leg_account("put"),
        Cause.TRADE,
        instrument=PUT,
        quantity=1.0,
        cash=-200.0,
        spread=8.0,
        commission=1.0,
        fee=0.05,
    )
    return ledger


def test_a_purchase_moves_the_contract_in_and_price_and_costs_out() -> None:
    ledger = bought_a_put()
    # 1,000 − 200 − 8 − 1 − 0.05
    assert ledger.cash == pytest.approx(790.95, abs=1e-9)
    assert ledger.held("hedge/put") == {PUT: 1.0}
    assert ledger.only("hedge/put") == (PUT, 1.0)
    assert ledger.quantity(HOLDING, AAA) == 100.0
    assert ledger.posted == 3
    ledger.check()


def test_a_trade_expands_to_a_posting_for_each_cost() -> None:
    found = list(postings(bought_a_put().rows()))[2:]
    stamp = (1, 5, "hedge/put", PUT)
    assert found == [
        Posting(*stamp, 1.0, -200.0, Cause.TRADE),
        Posting(*stamp, 0.0, -8.0, Cause.SPREAD),
        Posting(*stamp, 0.0, -1.0, Cause.COMMISSION),
        Posting(*stamp, 0.0, -0.05, Cause.FEE),
    ]


def test_columns_hold_each_row_with_its_cash_after_costs() -> None:
    rows = bought_a_put().rows()
    assert rows.accounts == ("holding", "cash", "hedge/put")
    assert rows.instruments == (AAA, PUT)
    assert rows.instrument.tolist() == [0, -1, 1]
    assert rows.total_cash.tolist() == [0.0, 1_000.0, pytest.approx(-209.05, abs=1e-9)]


def test_a_position_that_is_closed_is_gone() -> None:
    ledger = bought_a_put()
    ledger.post(2, 4, "hedge/put", Cause.EXPIRY, instrument=PUT, quantity=-1.0, cash=500.0)
    assert ledger.held("hedge/put") == {}
    assert ledger.only("hedge/put") is None
    assert list(ledger.positions()) == [(HOLDING, AAA, 100.0)]
    ledger.check()


def test_what_an_account_holds_is_handed_out_as_a_copy() -> None:
    ledger = bought_a_put()
    ledger.held(HOLDING)[AAA] = 0.0
    assert ledger.quantity(HOLDING, AAA) == 100.0


def test_an_empty_ledger_owns_nothing() -> None:
    ledger = Ledger()
    assert (ledger.cash, ledger.posted, list(ledger.positions())) == (0.0, 0, [])
    assert len(ledger.rows().session) == 0
    assert ledger.quantity("holding", AAA) == 0.0
    ledger.check()


def test_cash_that_was_not_posted_is_found() -> None:
    ledger = bought_a_put()
    ledger.cash += 0.01
    with pytest.raises(LedgerError, match=r"cash index .* differs from the fold"):
        ledger.check()


def test_a_position_that_was_not_posted_is_found() -> None:
    ledger = bought_a_put()
    ledger._held[HOLDING][AAA] = 101.0
    with pytest.raises(
        LedgerError, match=r"holding AAA: index 101\.0 differs from the fold 100\.0"
    ):
        ledger.check()


def test_a_row_that_is_stamped_before_its_predecessor_is_found() -> None:
    ledger = bought_a_put()
    ledger.post(0, 5, CASH, Cause.INTEREST, cash=1.0)
    with pytest.raises(LedgerError, match="row stamped 0 after 1"):
        ledger.check()


amounts = st.integers(-10_000, 10_000).map(lambda cents: cents / 100)
paid = st.integers(0, 1_000).map(lambda cents: cents / 100)
entries = st.lists(
    st.tuples(
        st.sampled_from([HOLDING, "rest", "hedge/put", CASH]),
        st.sampled_from([AAA, BBB, PUT, None]),
        st.integers(-10, 10).map(float),
        amounts,
        st.tuples(paid, paid, paid),
        st.sampled_from(Cause),
    ),
    max_size=40,
)


@given(entries=entries)
def test_the_sum_of_all_postings_is_the_change_of_cash_and_of_every_position(
    entries: list[tuple[str, Instrument | None, float, float, tuple[float, float, float], Cause]],
) -> None:
    ledger = Ledger()
    cents = 0
    owned: dict[tuple[str, Instrument], float] = {}
    for k, (account, item, quantity, cash, costs, cause) in enumerate(entries):
        spread, commission, fee = costs
        ledger.post(
            k,
            5,
            account,
            cause,
            instrument=item,
            quantity=quantity,
            cash=cash,
            spread=spread,
            commission=commission,
            fee=fee,
        )
        cents += round(100 * cash) - sum(round(100 * each) for each in costs)
        if item is not None:
            owned[account, item] = owned.get((account, item), 0.0) + quantity
    ledger.check()
    assert ledger.cash == pytest.approx(cents / 100, abs=1e-6)
    folded = sum(posting.cash for posting in postings(ledger.rows()))
    assert folded == pytest.approx(cents / 100, abs=1e-6)
    assert {(a, i): q for a, i, q in ledger.positions()} == {k: q for k, q in owned.items() if q}
