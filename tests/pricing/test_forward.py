import numpy as np
import pytest

from microhedge.errors import ParameterError
from microhedge.pricing import forward
from microhedge.pricing.forward import escrow


def test_a_yield_and_a_cash_dividend_lower_the_forward() -> None:
    # S 100, r 5 %, T 0.25: 100·e^{0.03/4} with q 2 %; (100 − e^{−0.05·60/365})·e^{0.05/4} with 1.00
    assert float(forward(100.0, 0.05, 0.25, 0.02)) == pytest.approx(100.752820, abs=1e-6)
    assert float(forward(100.0, 0.05, 0.25, 0.0, [60 / 365], [1.0])) == pytest.approx(
        100.253555, abs=1e-6
    )


def test_a_dividend_outside_the_life_and_an_empty_one_are_padding() -> None:
    bare = forward(100.0, 0.05, 0.25)
    padded = forward(100.0, 0.05, 0.25, 0.0, [-0.1, 0.0, 0.26, 0.1], [1.0, 1.0, 1.0, 0.0])
    assert padded.tobytes() == bare.tobytes()


def test_a_dividend_on_the_last_day_counts() -> None:
    assert float(forward(100.0, 0.0, 0.25, 0.0, [0.25], [1.0])) == 99.0


def test_options_and_dividends_broadcast() -> None:
    spots = np.array([[90.0], [100.0]])
    dates = np.array([[0.1, 0.2], [0.1, 0.9], [0.8, 0.9]])
    assert forward(spots, 0.0, 0.5, 0.0, dates, [1.0, 2.0]).tolist() == [
        [87.0, 89.0, 90.0],
        [97.0, 99.0, 100.0],
    ]


def test_a_negative_dividend_and_half_a_schedule_are_refused() -> None:
    with pytest.raises(ParameterError, match=r"dividend -1: must not be negative"):
        forward(100.0, 0.0, 0.5, 0.0, [0.1], [-1.0])
    with pytest.raises(ParameterError, match="only one was given"):
        forward(100.0, 0.0, 0.5, 0.0, [0.1])


def test_a_missing_dividend_makes_the_forward_missing() -> None:
    assert np.isnan(forward(100.0, 0.0, 0.5, 0.0, [0.1, 0.2], [1.0, np.nan]))
    assert np.isnan(forward(100.0, 0.0, 0.5, 0.0, [0.1, np.nan], [1.0, 1.0]))


def test_the_variance_is_that_of_the_share_averaged_over_the_life() -> None:
    # two dividends, worth 4 and 6 today, at 0.2 and 0.5 of a year; S* = 90, T = 0.8:
    # ((1 + 10/90)²·0.2 + (1 + 6/90)²·0.3 + 0.3) / 0.8
    cash = escrow(
        np.array([0.8]), np.array([0.0]), np.array([[0.2], [0.5]]), np.array([[4.0], [6.0]])
    )
    assert float(cash.total[0]) == 10.0
    expected = ((100 / 90) ** 2 * 0.2 + (96 / 90) ** 2 * 0.3 + 0.3) / 0.8
    factor = cash.variance_factor(np.array([90.0]), np.array([0.8]))
    assert float(factor[0]) == pytest.approx(expected, rel=1e-14)
