"""Hull's jet fuel hedge, the identity with R², and the sums over falling and rising periods."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import linregress

from microhedge.analysis import effectiveness
from microhedge.calendar import day_number, sessions
from microhedge.tape import Days, Floats

HULL = Path(__file__).parents[1] / "golden" / "hull.csv"
PRINTED = 5e-4  # the book prints four decimals, from moments that it rounded


@pytest.fixture(scope="module")
def hull() -> tuple[Floats, Floats]:
    table = np.loadtxt(HULL, delimiter=",", comments=("#", "d"))
    return table[:, 0], table[:, 1]


def test_the_pairs_have_the_moments_that_the_book_prints(hull: tuple[Floats, Floats]) -> None:
    spot, future = hull
    assert np.std(spot, ddof=1) == pytest.approx(0.0263, abs=PRINTED)
    assert np.std(future, ddof=1) == pytest.approx(0.0313, abs=PRINTED)
    assert np.corrcoef(spot, future)[0, 1] == pytest.approx(0.928, abs=PRINTED)


def test_hulls_minimum_variance_ratio(hull: tuple[Floats, Floats]) -> None:
    assert effectiveness.minimum_variance_ratio(*hull) == pytest.approx(0.7777, abs=PRINTED)


def test_hulls_hedge_effectiveness(hull: tuple[Floats, Floats]) -> None:
    spot, future = (np.concatenate(([0.0], column)) for column in hull)
    ratio = effectiveness.minimum_variance_ratio(*hull)
    assert ratio is not None
    removed = effectiveness.variance_removed(spot - ratio * future, spot)
    assert removed == pytest.approx(0.8619, abs=PRINTED)


def test_the_least_squares_ratio_removes_r_squared_of_the_variance() -> None:
    rng = np.random.default_rng(7)
    x = rng.standard_normal(400)
    y = 0.8 * x + rng.standard_t(4, 400)
    line = linregress(x, y)
    hedged, unhedged = (np.concatenate(([0.0], c)) for c in (y - line.slope * x, y))
    removed = effectiveness.variance_removed(hedged, unhedged)
    assert removed == pytest.approx(line.rvalue**2, abs=1e-12)


def test_effectiveness_out_of_sample_starts_after_the_premise() -> None:
    unhedged = np.array([0.0, 5.0, -5.0, 1.0, -1.0, 1.0, -1.0])
    hedged = np.array([0.0, 9.0, -9.0, 0.5, -0.5, 0.5, -0.5])
    assert effectiveness.variance_removed(hedged, unhedged, first=2) == pytest.approx(0.75)
    everything = effectiveness.variance_removed(hedged, unhedged)
    assert everything is not None
    assert everything < 0.0


def test_a_holding_that_does_not_move_has_no_variance_to_remove() -> None:
    assert effectiveness.variance_removed(np.ones(5), np.zeros(5)) is None
    assert effectiveness.minimum_variance_ratio(np.ones(5), np.zeros(5)) is None


@pytest.mark.parametrize(
    ("removed", "sold"), [(0.25, 0.13), (0.33, 0.18), (0.42, 0.24), (0.51, 0.30), (0.70, 0.45)]
)
def test_what_removing_variance_is_like_selling(removed: float, sold: float) -> None:
    # 1 − √(1 − HE) = 0.1340, 0.1815, 0.2384, 0.3000, 0.4523
    assert effectiveness.sell_equivalent(removed) == pytest.approx(sold, abs=0.005)


def test_no_sale_adds_variance() -> None:
    assert effectiveness.sell_equivalent(-0.1) is None
    assert effectiveness.sell_equivalent(None) is None


# Three periods of two sessions: the holding makes −19 %, +21 % and −10 %, its hedge takes half.
UNHEDGED = np.array([0.0, -0.1, -0.1, 0.1, 0.1, 0.0, -0.1])
HEDGED = np.array([0.0, 0.0, -0.08, 0.15, 0.0, 0.0, -0.05])
BOUNDS = np.array([0, 2, 4, 6])


def test_losses_borne_add_up_over_falling_periods_alone() -> None:
    # (−8 % − 5 %) / (−19 % − 10 %)
    assert effectiveness.losses_borne(HEDGED, UNHEDGED, BOUNDS) == pytest.approx(0.13 / 0.29)


def test_gains_kept_add_up_over_rising_periods_alone() -> None:
    assert effectiveness.gains_kept(HEDGED, UNHEDGED, BOUNDS) == pytest.approx(0.15 / 0.21)


def test_returns_outside_the_boundaries_do_not_count() -> None:
    inner = effectiveness.period_returns(UNHEDGED, np.array([2, 4]))
    np.testing.assert_allclose(inner, [0.21])


def test_a_period_of_total_loss_does_not_spoil_the_next() -> None:
    wiped = np.array([0.0, -1.0, 0.0, 0.5])
    np.testing.assert_allclose(
        effectiveness.period_returns(wiped, np.array([0, 2, 3])), [-1.0, 0.5]
    )


@pytest.mark.parametrize("bounds", [[], [0], [0, 2]])
def test_without_a_rising_period_no_gains_were_there_to_keep(bounds: list[int]) -> None:
    rows = np.array(bounds, dtype=np.int64)
    assert effectiveness.gains_kept(HEDGED, UNHEDGED, rows) is None


def test_the_months_of_a_run_are_the_complete_ones() -> None:
    # Thanksgiving and Christmas 2021; 31 December was the year's last session
    day: Days = sessions(day_number(date(2021, 11, 10)), day_number(date(2022, 1, 14)))
    ends = [int(day[row]) for row in effectiveness.month_bounds(day)]
    assert ends == [day_number(date(2021, 11, 30)), day_number(date(2021, 12, 31))]


def test_a_run_that_ends_with_a_month_has_that_month_complete() -> None:
    day: Days = sessions(day_number(date(2021, 11, 30)), day_number(date(2021, 12, 31)))
    assert effectiveness.month_bounds(day).tolist() == [0, len(day) - 1]


def test_another_exchange_says_which_session_follows_the_last() -> None:
    # 31 August 2015 was a bank holiday in London and a session in New York
    day = np.array([day_number(date(2015, 7, 31)), day_number(date(2015, 8, 28))], np.int32)
    assert effectiveness.month_bounds(day).tolist() == [0]
    following = day_number(date(2015, 9, 1))
    assert effectiveness.month_bounds(day, following).tolist() == [0, 1]
