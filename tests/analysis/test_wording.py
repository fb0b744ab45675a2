"""Numbers inside sentences."""

from __future__ import annotations

import pytest

from microhedge.analysis.wording import chance, decimal, percent, points, portion, signed


@pytest.mark.parametrize(
    ("value", "text"), [(0.126, "0.13"), (-0.126, "−0.13"), (-0.001, "0.00"), (0.0, "0.00")]
)
def test_a_negative_number_has_a_true_minus_and_zero_has_no_sign(value: float, text: str) -> None:
    assert decimal(value) == text


def test_a_change_carries_its_sign_unless_it_rounds_to_nothing() -> None:
    assert [signed(v) for v in (0.05, -0.05, 0.001)] == ["+0.05", "−0.05", "0.00"]


def test_per_cent_and_points_are_fractions_times_a_hundred() -> None:
    assert percent(-0.057, 1) == "−5.7%"
    assert points(0.021) == "+2.1 points"


def test_a_p_value_below_a_thousandth_is_given_as_a_bound() -> None:
    assert [chance(p) for p in (0.2942, 0.0051, 0.0004)] == ["p = 0.29", "p = 0.0051", "p < 0.001"]


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "0%"), (0.0003, "under 0.1%"), (0.0049, "0.5%"), (0.0099, "1.0%"), (0.00996, "1%"),
     (0.29, "29%"), (1.0, "100%")],
)  # fmt: skip
def test_a_little_is_not_told_as_nothing(value: float, text: str) -> None:
    assert portion(value) == text
