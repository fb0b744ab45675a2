"""Covered over wanted, close by close."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from tapes import day, lay

from microhedge.coverage import coverage
from microhedge.instruments import Option, Stock
from microhedge.ledger import Cause, Instrument, Ledger, leg_account
from microhedge.orders import Wanted
from microhedge.tape import Action, Floats, Tape

PUT = Option("AAA", "P", 90.0, date(2024, 6, 21))


def covered(
    tape: Tape, moves: list[tuple[int, str, Instrument, float]], wanted: list[Wanted]
) -> Floats:
    ledger = Ledger()
    for row, role, instrument, quantity in moves:
        account = leg_account(role)
        ledger.post(row, 5, account, Cause.TRADE, instrument=instrument, quantity=quantity)
    return coverage(ledger.rows(), wanted, tape, "AAA")


def test_nothing_wanted_is_no_number() -> None:
    tape = lay({"AAA": [100.0] * 3})
    np.testing.assert_array_equal(covered(tape, [], []), [np.nan] * 3)


def test_eight_of_ten_hundreds_are_four_fifths() -> None:
    # 1,050 shares: ten contracts of which eight are held
    tape = lay({"AAA": [100.0] * 4})
    found = covered(tape, [(1, "put", PUT, 8.0)], [Wanted(1, "put", "AAA", 1_050.0)])
    np.testing.assert_allclose(found, [np.nan, 800 / 1_050, 800 / 1_050, 800 / 1_050])


def test_an_order_that_did_not_fill_is_not_covered() -> None:
    tape = lay({"AAA": [100.0] * 3})
    found = covered(tape, [], [Wanted(1, "put", "AAA", 100.0)])
    np.testing.assert_array_equal(found, [np.nan, 0.0, 0.0])


def test_what_is_not_wanted_any_more_is_no_number() -> None:
    tape = lay({"AAA": [100.0] * 4})
    found = covered(
        tape,
        [(1, "put", PUT, 1.0), (2, "put", PUT, -1.0)],
        [Wanted(1, "put", "AAA", 100.0), Wanted(2, "put", "AAA", 0.0)],
    )
    np.testing.assert_array_equal(found, [np.nan, 1.0, np.nan, np.nan])


def test_a_split_changes_nothing_in_cover() -> None:
    split = (Action(day("2024-01-04"), "split", 7.0),)
    tape = lay({"AAA": [70.0, 70.0, 10.0, 10.0]}, actions={"AAA": split})
    after, factor = PUT.after_split(7.0)
    found = covered(
        tape,
        [(1, "put", PUT, 2.0), (2, "put", PUT, -2.0), (2, "put", after, 2.0 * factor)],
        [Wanted(1, "put", "AAA", 250.0)],
    )
    np.testing.assert_allclose(found[1:], [0.8, 0.8, 0.8], rtol=1e-12)


def test_an_adjusted_contract_covers_the_shares_that_it_delivers() -> None:
    split = (Action(day("2024-01-04"), "split", 1.5),)
    tape = lay({"AAA": [90.0, 90.0, 60.0]}, actions={"AAA": split})
    after, factor = PUT.after_split(1.5)
    assert (after.deliverable, factor) == (150.0, 1.0)
    found = covered(
        tape,
        [(1, "put", PUT, 1.0), (2, "put", PUT, -1.0), (2, "put", after, 1.0)],
        [Wanted(1, "put", "AAA", 100.0)],
    )
    np.testing.assert_allclose(found[1:], [1.0, 1.0], rtol=1e-12)


def test_rungs_add_up() -> None:
    # of three rungs of 1,000 shares one is open
    tape = lay({"AAA": [100.0] * 2})
    wanted = [Wanted(1, f"put/{k}", "AAA", 1_000 / 3) for k in (1, 2, 3)]
    assert covered(tape, [(1, "put/2", PUT, 3.0)], wanted)[1] == pytest.approx(0.3)


def test_shorts_are_weighted_by_their_value() -> None:
    # wanted 100 at 30 and 10 at 100; the first is short, the second is not: 3,000 of 4,000
    tape = lay({"AAA": [1.0] * 2, "BBB": [30.0] * 2, "CCC": [100.0] * 2})
    found = covered(
        tape,
        [(1, "BBB", Stock("BBB"), -100.0)],
        [Wanted(1, "BBB", "BBB", 100.0), Wanted(1, "CCC", "CCC", 10.0)],
    )
    assert found[1] == pytest.approx(0.75)


def test_rows_before_the_run_are_not_counted() -> None:
    tape = lay({"AAA": [100.0] * 4}, begin=2)
    found = covered(tape, [(3, "put", PUT, 1.0)], [Wanted(3, "put", "AAA", 100.0)])
    np.testing.assert_array_equal(found, [np.nan, 1.0])
