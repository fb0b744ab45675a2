"""One series of returns, measured by hand."""

from __future__ import annotations

from datetime import date
from math import sqrt

import numpy as np
import pytest

from microhedge.analysis import performance
from microhedge.calendar import day_number
from microhedge.tape import Days, Floats


def days(*texts: str) -> Days:
    return np.array([day_number(date.fromisoformat(t)) for t in texts], np.int32)


# Six sessions of two quarters: Q1 2020 has +10 % and −20 %, Q2 has +25 %, −10 % and +2 %.
DAY = days("2020-03-02", "2020-03-03", "2020-03-31", "2020-04-01", "2020-04-30", "2020-05-01")
RETURNS: Floats = np.array([0.0, 0.10, -0.20, 0.25, -0.10, 0.02])


def test_total_return_compounds() -> None:
    assert performance.total_return(RETURNS) == pytest.approx(1.1 * 0.8 * 1.25 * 0.9 * 1.02 - 1)


def test_annual_return_counts_actual_days() -> None:
    # 2020-03-02 to 2020-05-01 are 60 days
    expected = (1.1 * 0.8 * 1.25 * 0.9 * 1.02) ** (365.25 / 60) - 1
    assert performance.annual_return(RETURNS, DAY) == pytest.approx(expected)


def test_a_doubling_over_four_calendar_years_is_18_92_percent_a_year() -> None:
    # 2^(1/4) = 1.189207; 1,461 days are exactly four years of 365.25
    four_years = days("2001-01-01", "2005-01-01")
    assert performance.annual_return(np.array([0.0, 1.0]), four_years) == pytest.approx(
        0.189207, abs=1e-6
    )


def test_a_total_loss_is_minus_one_a_year_and_a_debt_has_no_rate() -> None:
    two = days("2001-01-02", "2002-01-02")
    assert performance.annual_return(np.array([0.0, -1.0]), two) == -1.0
    assert performance.annual_return(np.array([0.0, -1.5]), two) is None


def test_volatility_leaves_out_the_session_of_the_purchase() -> None:
    # sd of +1 %, −1 %, +1 %, −1 % with n − 1: 0.01 · √(4/3)
    flat = np.array([0.0, 0.01, -0.01, 0.01, -0.01])
    assert performance.annual_volatility(flat) == pytest.approx(0.01 * sqrt(4 / 3) * sqrt(252))


def test_the_deepest_fall_is_from_the_highest_value_before_it() -> None:
    # values 1, 1.1, 0.88, 1.1, 0.99, 1.0098: the fall from 1.1 to 0.88 is 20 %
    assert performance.max_drawdown(RETURNS) == pytest.approx(-0.20)


def test_the_first_session_counts_as_a_high() -> None:
    assert performance.max_drawdown(np.array([0.0, -0.3, 0.1])) == pytest.approx(-0.3)


def test_a_position_that_only_rises_has_no_drawdown() -> None:
    assert performance.max_drawdown(np.array([0.0, 0.1, 0.1])) == 0.0


def test_worst_day_month_and_quarter() -> None:
    assert performance.worst_day(RETURNS) == -0.20
    assert performance.worst_month(RETURNS, DAY) == pytest.approx(1.1 * 0.8 - 1)
    assert performance.worst_quarter(RETURNS, DAY) == pytest.approx(1.1 * 0.8 - 1)


def test_a_purchase_at_the_end_of_a_month_makes_no_return_of_that_month() -> None:
    day = days("2020-01-31", "2020-02-03", "2020-02-28")
    months = performance.monthly_returns(np.array([0.0, 0.05, 0.10]), day)
    np.testing.assert_allclose(months, [1.05 * 1.10 - 1])


def test_quarters_are_those_of_the_calendar() -> None:
    day = days("2020-12-30", "2020-12-31", "2021-01-04", "2021-03-31", "2021-04-01")
    returns = np.array([0.0, -0.05, -0.04, -0.04, -0.06])
    assert performance.worst_quarter(returns, day) == pytest.approx(0.96 * 0.96 - 1)


def test_the_tail_loss_averages_the_worst_twentieth_rounded_up() -> None:
    # 41 months of −1 %, −2 %, … −41 %: the worst ⌈0.05 · 41⌉ = 3 average −40 %
    first = np.datetime64("2010-01", "M") + np.arange(42).astype("timedelta64[M]")
    day = (first.astype("datetime64[D]") + np.timedelta64(14, "D")).astype(np.int32)
    returns = np.concatenate(([0.0], -0.01 * np.arange(1, 42)))
    assert performance.tail_loss(returns, day) == pytest.approx(-0.40)


@pytest.mark.parametrize("length", [0, 1])
def test_nothing_is_defined_without_a_return(length: int) -> None:
    none, day = np.zeros(length), np.arange(length, dtype=np.int32)
    assert performance.total_return(none) is None
    assert performance.annual_return(none, day) is None
    assert performance.annual_volatility(none) is None
    assert performance.max_drawdown(none) is None
    assert performance.worst_day(none) is None
    assert performance.worst_month(none, day) is None
    assert performance.worst_quarter(none, day) is None
    assert performance.tail_loss(none, day) is None


@pytest.mark.parametrize(("n", "worst"), [(1, 1), (20, 1), (21, 2), (140, 7), (280, 14), (281, 15)])
def test_a_tail_is_one_month_in_twenty_rounded_up(n: int, worst: int) -> None:
    # in floating point 0.05 · 140 is a little more than 7
    assert performance.tail_count(n) == worst
