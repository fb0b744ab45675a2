"""Which dividends were expected, by those already paid."""

from __future__ import annotations

import numpy as np
import pytest
from tapes import day, lay, sessions

from microhedge.dividends import Forecast, expected, forecast
from microhedge.tape import Action, Kind, Tape


def paying(*actions: tuple[str, Kind, float], first: str, count: int) -> Tape:
    found = tuple(Action(day(when), kind, value) for when, kind, value in actions)
    return lay({"AAA": [100.0] * count}, first=first, actions={"AAA": found})


def on(tape: Tape, found: Forecast, when: str) -> tuple[int, int, float]:
    row = int(np.searchsorted(tape.day, day(when)))
    return int(found.first[row]), int(found.spacing[row]), float(found.amount[row])


# MSFT's own ex-days of 2004–05; the special of 2004-11-15 is paid once
MSFT: tuple[tuple[str, Kind, float], ...] = (
    ("2003-10-15", "dividend", 0.16),
    ("2004-08-23", "dividend", 0.08),
    ("2004-11-15", "dividend", 0.08),
    ("2004-11-15", "special", 3.00),
    ("2005-02-15", "dividend", 0.08),
)


@pytest.fixture(scope="module")
def msft() -> Tape:
    return paying(*MSFT, first="2003-10-01", count=400)


def test_the_last_regular_dividend_is_expected_again_at_the_last_spacing(msft: Tape) -> None:
    # 2004-08-23 to 2004-11-15 is 84 days; 84 more lead to 2005-02-07
    found = forecast(msft, "AAA")
    assert on(msft, found, "2004-11-15") == (day("2005-02-07"), 84, 0.08)
    # 2003-10-15 to 2004-08-23 is 313 days; 313 more lead to 2005-07-02
    assert on(msft, found, "2004-11-12") == (day("2005-07-02"), 313, 0.08)


def test_a_special_dividend_is_never_expected(msft: Tape) -> None:
    assert set(forecast(msft, "AAA").amount.tolist()) == {0.0, 0.08}


def test_nothing_is_expected_before_the_second_dividend(msft: Tape) -> None:
    found = forecast(msft, "AAA")
    assert on(msft, found, "2004-08-20")[2] == 0.0
    assert on(msft, found, "2004-08-23")[2] == 0.08


def test_a_dividend_is_known_from_its_ex_day_and_not_before(msft: Tape) -> None:
    # on the eve of 2005-02-15 the one of 2005-02-07 is overdue: expected tomorrow
    found = forecast(msft, "AAA")
    assert on(msft, found, "2005-02-14") == (day("2005-02-15"), 84, 0.08)
    # from then on 92 days, to 2005-05-18
    assert on(msft, found, "2005-02-15") == (day("2005-05-18"), 92, 0.08)


def test_after_half_a_spacing_of_delay_the_payer_is_taken_to_have_stopped() -> None:
    # 2024-01-03 and 2024-02-02 are 30 days apart: due on 03-03, given up after 45 days, 03-18
    tape = paying(
        ("2024-01-03", "dividend", 1.0),
        ("2024-02-02", "dividend", 1.0),
        first="2024-01-02",
        count=70,
    )
    found = forecast(tape, "AAA")
    assert on(tape, found, "2024-03-15") == (day("2024-03-16"), 30, 1.0)
    assert on(tape, found, "2024-03-18") == (day("2024-03-19"), 30, 1.0)
    assert on(tape, found, "2024-03-19")[2] == 0.0


def test_two_dividends_on_one_day_are_one_dividend() -> None:
    # 94 days after the first, 0.50 and 0.25 together; 94 more lead to 2024-09-05
    tape = paying(
        ("2024-03-01", "dividend", 0.5),
        ("2024-06-03", "dividend", 0.5),
        ("2024-06-03", "dividend", 0.25),
        first="2024-01-02",
        count=150,
    )
    found = forecast(tape, "AAA")
    assert on(tape, found, "2024-06-03") == (day("2024-09-05"), 94, 0.75)
    row = np.searchsorted(tape.day, [day("2024-06-03")])
    assert expected(tape, "AAA", row, row, day("2024-12-01"))[1].sum() == 0.75


def test_a_split_changes_the_amount_expected_for_each_share() -> None:
    # AAPL: 3.29 on 2014-05-08 is 0.47 after the 7:1 split of 2014-06-09
    tape = paying(
        ("2014-02-06", "dividend", 3.05),
        ("2014-05-08", "dividend", 3.29),
        ("2014-06-09", "split", 7.0),
        first="2014-02-03",
        count=100,
    )
    found = forecast(tape, "AAA")
    assert on(tape, found, "2014-06-06")[2] == 3.29
    assert on(tape, found, "2014-06-09")[2] == pytest.approx(0.47, rel=1e-12)


def test_a_split_before_the_tape_begins_changes_the_amount_all_the_same() -> None:
    tape = paying(
        ("2014-02-06", "dividend", 3.05),
        ("2014-05-08", "dividend", 3.29),
        ("2014-06-09", "split", 7.0),
        first="2014-07-01",
        count=10,
    )
    assert forecast(tape, "AAA").amount.tolist() == pytest.approx([0.47] * 10, rel=1e-12)


def test_a_dividend_with_its_ex_day_on_a_split_s_is_money_for_the_new_shares() -> None:
    tape = paying(
        ("2024-01-03", "dividend", 1.0),
        ("2024-01-05", "dividend", 0.5),
        ("2024-01-05", "split", 2.0),
        first="2024-01-02",
        count=6,
    )
    found = forecast(tape, "AAA")
    assert on(tape, found, "2024-01-05")[2] == 0.5


def test_what_never_pays_is_expected_to_pay_nothing() -> None:
    tape = lay({"AAA": [100.0] * 3})
    assert not forecast(tape, "AAA").amount.any()
    years, amounts = expected(tape, "AAA", np.array([0]), np.array([0]), day("2025-01-17"))
    assert years.shape == amounts.shape == (1, 0)


def test_each_row_looks_ahead_to_expiry_with_its_own_forecast() -> None:
    # monthly payer of 0.10, ex 2024-01-03 and 2024-02-02 (30 days): then 03-03, 04-02, 05-02, …
    tape = paying(
        ("2024-01-03", "dividend", 0.1),
        ("2024-02-02", "dividend", 0.1),
        first="2024-01-02",
        count=40,
    )
    rows = np.array([0, int(np.searchsorted(tape.day, day("2024-02-16")))])
    years, amounts = expected(tape, "AAA", rows, rows, day("2024-04-19"))
    left = [(t, a) for t, a in zip(years[1], amounts[1], strict=True) if a]
    # from 2024-02-16: 16 days to 03-03 and 46 to 04-02; 05-02 is after expiry
    assert left == [(16 / 365, 0.1), (46 / 365, 0.1)]
    assert not amounts[0].any()  # one dividend had not been seen yet


def test_a_dividend_on_the_day_of_expiry_counts_and_one_on_the_day_itself_does_not() -> None:
    tape = paying(
        ("2024-01-03", "dividend", 0.1),
        ("2024-02-02", "dividend", 0.1),
        first="2024-01-02",
        count=45,
    )
    row = np.array([sessions("2024-01-02", 45).index(day("2024-03-01"))])
    # due on 2024-03-03, a Sunday
    assert expected(tape, "AAA", row, row, day("2024-03-03"))[1].sum() == 0.1
    assert expected(tape, "AAA", row, row, day("2024-03-02"))[1].sum() == 0.0


def test_at_the_open_yesterday_s_forecast_is_used_in_today_s_shares() -> None:
    tape = paying(
        ("2014-02-06", "dividend", 3.05),
        ("2014-05-08", "dividend", 3.29),
        ("2014-06-09", "split", 7.0),
        first="2014-02-03",
        count=100,
    )
    row = np.array([int(np.searchsorted(tape.day, day("2014-06-09")))])
    years, amounts = expected(tape, "AAA", row - 1, row, day("2014-08-15"))
    # 2014-02-06 to 2014-05-08 is 91 days: the next is 2014-08-07, 59 days from the split
    assert amounts[amounts > 0].tolist() == [pytest.approx(0.47, rel=1e-12)]
    assert years[amounts > 0].tolist() == [59 / 365]


def test_a_dividend_paid_today_is_not_expected_at_today_s_open() -> None:
    # due on 2024-03-03 by the forecast of the evening before; at the open of 03-04 it is past
    tape = paying(
        ("2024-01-03", "dividend", 0.1),
        ("2024-02-02", "dividend", 0.1),
        first="2024-01-02",
        count=45,
    )
    row = np.array([int(np.searchsorted(tape.day, day("2024-03-04")))])
    assert tape.dates[int(row[0]) - 1].isoformat() == "2024-03-01"
    assert expected(tape, "AAA", row - 1, row, day("2024-03-15"))[1].sum() == 0.0
