from __future__ import annotations

import math
from datetime import date

import pytest

from microhedge.errors import ReportError
from microhedge.language import say_count
from microhedge.reporting import numbers


def test_a_negative_number_carries_a_true_minus_sign() -> None:
    assert numbers.percent(-0.0531) == "\N{MINUS SIGN}5.3%"
    assert "-" not in numbers.plain(-1234.5, 1)


@pytest.mark.parametrize("value", [-0.0, -0.0004, 0.0, 0.0004])
def test_what_rounds_to_zero_has_no_sign(value: float) -> None:
    assert numbers.percent(value) == "0.0%"
    assert numbers.points(value) == "0.0"


def test_thousands_are_grouped_and_the_rounding_decides_the_group() -> None:
    assert numbers.plain(999.6) == "1,000"
    assert numbers.money(-1_234_567.0) == "\N{MINUS SIGN}1,234,567"


def test_a_missing_value_is_a_dash() -> None:
    dash = "\N{EN DASH}"
    assert [numbers.percent(None), numbers.a_year(None), numbers.ratio(None)] == [dash] * 3
    assert [numbers.points(None), numbers.money(None), numbers.p_value(None)] == [dash] * 3


@pytest.mark.parametrize("value", [math.inf, -math.inf, math.nan])
def test_a_value_that_is_not_finite_is_refused(value: float) -> None:
    with pytest.raises(ReportError, match="must be finite"):
        numbers.plain(value)


def test_a_yearly_rate_beyond_500_percent_is_refused() -> None:
    assert numbers.a_year(5.0) == "500.0%"
    with pytest.raises(ReportError, match="not plausible"):
        numbers.a_year(-9.0)  # the "−900.0%" that a mixed-up variable once printed


def test_an_interval_that_was_not_computed_says_so() -> None:
    assert numbers.interval(None) == "not run"
    assert numbers.interval((0.031, 0.0405)) == "3.1% to 4.0%"
    assert numbers.interval((-0.15, 0.07), 2, unit="") == "\N{MINUS SIGN}0.15 to 0.07"


def test_a_difference_of_percentages_is_signed() -> None:
    assert numbers.points(0.012) == "+1.2"
    assert numbers.points(-0.012) == "\N{MINUS SIGN}1.2"


@pytest.mark.parametrize(
    ("value", "text"), [(0.0004, "<0.001"), (0.001, "0.001"), (0.29, "0.290"), (1.0, "1.000")]
)
def test_a_p_value_shows_three_decimals_or_a_bound(value: float, text: str) -> None:
    assert numbers.p_value(value) == text


def test_dates_are_iso_in_tables_and_words_in_sentences() -> None:
    day = date(2002, 3, 7)
    assert numbers.iso(day) == "2002-03-07"
    assert numbers.in_words(day) == "7 Mar 2002"
    assert numbers.month(day) == "Mar 2002"


def test_a_row_of_amounts_shares_one_unit() -> None:
    assert numbers.money_unit([340_000.0, 4_190_000.0]) == (1e6, 2, "million")
    assert numbers.money_unit([-250_000.0]) == (1e3, 1, "thousand")
    assert numbers.money_unit([99_000.0, 12.0]) == (1.0, 0, "")
    assert numbers.money_unit([]) == (1.0, 0, "")


def test_an_amount_in_a_sentence_names_its_currency() -> None:
    assert numbers.spoken_money(41_250.4, "USD") == "USD 41,250"
    assert numbers.spoken_money(1_240_000.0, "EUR") == "EUR 1.24 million"


def test_one_is_singular() -> None:
    told = [say_count("{n} roll", "{n} rolls", number) for number in (1, 0, 1200, 2.5)]
    assert told == ["1 roll", "0 rolls", "1,200 rolls", "2.50 rolls"]


def test_a_long_name_is_cut_with_an_ellipsis() -> None:
    cut = numbers.shortened("x" * 60)
    assert len(cut) == 28
    assert cut.endswith("…")
    assert numbers.shortened("\x00a\nb") == "a b"


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "–"), (0.0, "0%"), (0.0003, "under 0.1%"), (0.0049, "0.5%"), (0.29, "29%")],
)
def test_a_little_is_not_told_as_nothing(value: float | None, text: str) -> None:
    assert numbers.portion(value) == text
