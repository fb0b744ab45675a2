"""Interest, borrow and yields, against sums that a pocket calculator can do."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tapes import FREE, day, lay, sessions

from microhedge.carry import Accruals, Line, accrual_rows
from microhedge.costs import Costs

# yields 2.5 %, earned 2.0 % and paid 4.0 %
COSTS = replace(FREE, borrow=0.003, credit_spread=0.005, debit_spread=0.015)
# Friday, Monday, Tuesday
TAPE = lay({"AAA": [50.0, 52.0, 51.0]}, first="2024-01-05", rate=0.025)


def cash_line(row: int = 0) -> Line:
    unit = Accruals.of(TAPE, COSTS)
    return Line(unit.credit, unit.debit, row)


def test_cash_earns_over_the_weekend_by_actual_days_of_360() -> None:
    # 5,000 at 2 % for three days: 5,000 · 0.02 · 3 / 360
    line = cash_line()
    line.change(0, 5_000.0)
    assert line.due(0) == 0.0
    assert line.due(1) == pytest.approx(0.8333, abs=5e-5)
    assert line.due(2) == pytest.approx(5_000 * 0.02 * 4 / 360, rel=1e-12)


def test_a_loan_costs_the_yield_and_the_debit_spread() -> None:
    # 5,000 at 4 % for three days: 1.6667
    line = cash_line()
    line.change(0, -5_000.0)
    assert line.due(1) == pytest.approx(-1.6667, abs=5e-5)


def test_cash_never_earns_less_than_nothing() -> None:
    unit = Accruals.of(lay({"AAA": [50.0, 52.0]}, rate=0.003), COSTS)
    assert unit.credit.tolist() == [0.0, 0.0]
    # the loan still costs 0.3 % + 1.5 %, here for one day
    assert unit.debit[1] == pytest.approx(0.018 / 360, rel=1e-12)


def test_a_short_is_charged_on_the_close_before() -> None:
    # 100 shares at 50, 0.30 % for three days: 0.125; then at 52 for one: 0.04333
    unit = Accruals.of(TAPE, COSTS)
    line = Line(np.zeros(3), unit.shares("AAA"), 0, factor=COSTS.borrow / 360)
    line.change(0, -100.0)
    assert line.due(1) == pytest.approx(-0.125, rel=1e-12)
    assert line.due(2) == pytest.approx(-0.125 - 100 * 52 * 0.003 / 360, rel=1e-12)


def test_a_long_position_is_not_charged_for_borrowing() -> None:
    unit = Accruals.of(TAPE, COSTS)
    line = Line(np.zeros(3), unit.shares("AAA"), 0, factor=COSTS.borrow / 360)
    line.change(0, 100.0)
    assert line.due(2) == 0.0


def test_a_change_keeps_what_was_due_and_a_balance_of_nothing_adds_nothing() -> None:
    line = cash_line()
    line.change(0, 5_000.0)
    line.change(1, 0.0)
    assert line.due(1) == line.due(2) == pytest.approx(5_000 * 0.02 * 3 / 360, rel=1e-12)


def test_what_was_taken_is_not_due_again() -> None:
    line = cash_line()
    line.change(0, 5_000.0)
    assert line.take(1) == pytest.approx(5_000 * 0.02 * 3 / 360, rel=1e-12)
    assert line.due(1) == 0.0
    assert line.due(2) == pytest.approx(5_000 * 0.02 * 1 / 360, rel=1e-12)


balances = st.lists(st.floats(-1e6, 1e6), min_size=19, max_size=19)


@settings(deadline=None)
@given(balances=balances, rates=st.lists(st.floats(-0.01, 0.15), min_size=20, max_size=20))
def test_prefix_sums_give_what_adding_night_by_night_gives(
    balances: list[float], rates: list[float]
) -> None:
    tape = lay({"AAA": [10.0] * 20}, rate=rates)
    unit = Accruals.of(tape, Costs())
    line = Line(unit.credit, unit.debit, 0)
    owed, paths = 0.0, []
    for row, balance in enumerate(balances):
        line.change(row, balance)
        nights = int(tape.day[row + 1] - tape.day[row])
        earned = max(rates[row] - 0.005, 0.0) if balance > 0 else rates[row] + 0.015
        owed += balance * earned * nights / 360
        paths.append(float(line.due_path(row + 1, row + 2)[0]))
        assert line.due(row + 1) == pytest.approx(owed, rel=1e-9, abs=1e-6)
    assert paths[-1] == pytest.approx(owed, rel=1e-9, abs=1e-6)


# when it is posted


def posted(first: str, count: int, begin: int = 0) -> list[str]:
    tape = lay({"AAA": [1.0] * count}, first=first, begin=begin)
    return [tape.dates[row].isoformat() for row in accrual_rows(tape)]


def test_carry_is_posted_on_the_first_session_of_a_month_and_at_the_end() -> None:
    # New Year's Day was a Monday; 2024-02-01 a Thursday, 2024-03-01 a Friday
    assert posted("2023-12-28", 50) == ["2024-01-02", "2024-02-01", "2024-03-01", "2024-03-11"]


def test_an_end_on_the_first_of_a_month_is_posted_once() -> None:
    count = sessions("2024-01-30", 3).index(day("2024-02-01")) + 1
    assert posted("2024-01-30", count) == ["2024-02-01"]


def test_nothing_is_posted_up_to_the_first_decision() -> None:
    # the run begins on 2024-02-01 itself
    assert posted("2024-01-30", 10, begin=2) == ["2024-02-12"]
    assert date(2024, 2, 12).weekday() == 0
