"""The closed form against its goldens and against simulation, and the line against hand sums."""

from __future__ import annotations

from datetime import date
from math import atan, pi, sqrt
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import linregress
from scipy.stats import t as student
from statsmodels.regression.linear_model import OLS

from microhedge.analysis.effectiveness import month_bounds
from microhedge.analysis.offsets import (
    changes,
    dollar_offsets,
    expected_share,
    falling_offset,
    offset_regression,
)
from microhedge.calendar import day_number, sessions
from microhedge.errors import BadData
from microhedge.tape import Floats

HULL = Path(__file__).parents[1] / "golden" / "hull.csv"
FORBIDDEN = ("pass", "fail", "qualif", "effective")


def words_are_neutral(sentence: str) -> bool:
    return not any(word in sentence.lower() for word in FORBIDDEN)


@pytest.mark.parametrize(
    ("r_squared", "share"),
    # statistics.md 1f
    [
        (0.5, 0.1408),
        (0.64, 0.1854),
        (0.8, 0.2687),
        (0.9, 0.3769),
        (0.95, 0.4919),
        (0.98, 0.6373),
        (0.99, 0.7301),
        (0.0, 0.0),
        (1.0, 1.0),
    ],
)
def test_the_closed_form_has_the_printed_values(r_squared: float, share: float) -> None:
    assert expected_share(r_squared) == pytest.approx(share, abs=6e-5)


@pytest.mark.parametrize("r_squared", [0.05, 0.3, 0.7, 0.97, 0.9999])
def test_the_closed_form_is_a_cauchy_probability(r_squared: float) -> None:
    # −ΔH/ΔI of a least-variance hedge is Cauchy around R² with scale R·√(1 − R²)
    scale = sqrt(r_squared * (1.0 - r_squared))
    cauchy = (atan((1.25 - r_squared) / scale) - atan((0.8 - r_squared) / scale)) / pi
    assert expected_share(r_squared) == pytest.approx(cauchy, abs=1e-12)


@pytest.mark.parametrize("r_squared", [-0.1, 1.1, float("nan")])
def test_an_r_squared_out_of_range_is_refused(r_squared: float) -> None:
    with pytest.raises(BadData, match="between 0 and 1"):
        expected_share(r_squared)


def test_simulated_hedges_are_inside_as_often_as_expected() -> None:
    rng = np.random.default_rng(1)
    n = 40_000
    future = rng.standard_normal(n)
    item = 0.9 * future + sqrt(0.19) * rng.standard_normal(n)  # R² = 0.81, ratio 0.9
    table = np.concatenate(([0.0], item)), np.concatenate(([0.0], -0.9 * future))
    found = dollar_offsets(
        *table, np.ones(n + 1), np.arange(n + 1, dtype=np.int32), bounds=np.arange(n + 1), least=0.0
    )
    assert found.by_period.counted == n
    assert found.r_squared == pytest.approx(0.81, abs=0.005)
    assert found.expected is not None
    # the standard error of the share is 0.0022
    assert found.by_period.share == pytest.approx(found.expected, abs=0.008)


# four periods of one session in money: −10 of 8, +10 of −13, 0.05 of anything, −20 of 25
ITEM = np.array([0.0, -10.0, 10.0, 0.05, -20.0])
HEDGE = np.array([0.0, 8.0, -13.0, 7.0, 25.0])
VALUE = np.array([100.0, 90.0, 100.0, 100.05, 80.05])
DAY = np.arange(5, dtype=np.int32)
EACH = np.arange(5)


def test_offsets_by_period_and_from_the_start() -> None:
    found = dollar_offsets(ITEM, HEDGE, VALUE, DAY, bounds=EACH)
    # 0.05 is below 0.001 · 100 and skipped; 0.8 and 1.25 are inside themselves
    np.testing.assert_allclose(found.period, [0.8, 1.3, np.nan, 1.25])
    # sums: −10, 0, 0.05, −19.95 beside 8, −5, 2, 27
    np.testing.assert_allclose(found.cumulative, [0.8, np.nan, np.nan, 27.0 / 19.95])
    assert (found.by_period.inside, found.by_period.counted, found.by_period.skipped) == (2, 3, 1)
    assert found.by_period.share == pytest.approx(2.0 / 3.0)
    cumulative = found.by_cumulative
    assert (cumulative.inside, cumulative.counted, cumulative.skipped) == (1, 2, 2)
    assert found.end.tolist() == [1, 2, 3, 4]
    assert found.sentence.startswith("2 of 3 periods' offsets lie between 80% and 125%")
    assert "the last of 135%; skipped for hardly any change: 1." in found.sentence
    assert words_are_neutral(found.sentence)


def test_what_hardly_moved_is_as_small_as_asked() -> None:
    found = dollar_offsets(ITEM, HEDGE, VALUE, DAY, bounds=EACH, least=0.0)
    assert found.by_period.skipped == 0
    assert found.period[2] == pytest.approx(-140.0)
    assert "skipped" not in found.sentence


def test_periods_are_the_complete_months_unless_given() -> None:
    day = sessions(day_number(date(2021, 11, 10)), day_number(date(2022, 3, 14)))
    rng = np.random.default_rng(2)
    item, hedge = rng.standard_normal((2, len(day)))
    found = dollar_offsets(item, hedge, np.full(len(day), 10.0), day)
    assert found.end.tolist() == month_bounds(day)[1:].tolist()
    december = (day > day_number(date(2021, 11, 30))) & (day <= day_number(date(2021, 12, 31)))
    assert found.period[0] == pytest.approx(-hedge[december].sum() / item[december].sum())


def test_a_perfect_hedge_is_inside_always() -> None:
    found = dollar_offsets(ITEM, -ITEM, VALUE, DAY, bounds=EACH)
    assert found.by_period.share == 1.0
    assert found.r_squared == pytest.approx(1.0)
    assert found.expected == pytest.approx(1.0, abs=1e-6)


@pytest.mark.parametrize("bounds", [[], [0], [0, 4]])
def test_few_periods_have_no_r_squared(bounds: list[int]) -> None:
    found = dollar_offsets(ITEM, HEDGE, VALUE, DAY, bounds=np.array(bounds, dtype=np.int64))
    assert found.r_squared is None
    assert found.expected is None
    assert found.by_period.counted == max(len(bounds) - 1, 0)
    assert found.sentence.endswith(".")


def test_a_holding_that_stands_still_is_compared_with_nothing() -> None:
    found = dollar_offsets(np.zeros(5), HEDGE, np.zeros(5), DAY, bounds=EACH)
    assert found.by_period.share is None
    assert found.by_cumulative.share is None
    assert found.sentence.startswith("The holding did not move enough")


def test_a_hedge_that_stands_still_offsets_nothing() -> None:
    found = dollar_offsets(ITEM, np.zeros(5), VALUE, DAY, bounds=EACH)
    assert found.by_period.inside == 0
    assert found.r_squared is None


def test_a_profit_or_a_value_that_is_no_number_is_refused() -> None:
    spoilt = ITEM.copy()
    spoilt[2] = np.nan
    with pytest.raises(BadData, match="row 2"):
        dollar_offsets(spoilt, HEDGE, VALUE, DAY, bounds=EACH)
    with pytest.raises(BadData, match="value of the holding"):
        dollar_offsets(ITEM, HEDGE, spoilt, DAY, bounds=EACH)


def test_changes_add_up_between_the_bounds() -> None:
    assert changes(ITEM, np.array([1, 3, 4])).tolist() == [10.05, -20.0]


@pytest.fixture(scope="module")
def hull() -> tuple[Floats, Floats]:
    table = np.loadtxt(HULL, delimiter=",", comments=("#", "d"))
    return table[:, 0], table[:, 1]


def test_hulls_hedge_as_a_regression(hull: tuple[Floats, Floats]) -> None:
    spot, future = hull
    found = offset_regression(spot, -0.7777 * future)
    # R² is the book's hedge effectiveness, and the slope of a least-variance hedge is −R²
    assert found.r_squared == pytest.approx(0.8619, abs=5e-4)
    assert found.slope == pytest.approx(-0.8619, abs=5e-4)
    assert found.pvalue is not None
    assert found.pvalue < 0.001
    assert "customary: −1.25 to −0.80" in found.sentence
    assert "R² of 0.86" in found.sentence
    assert words_are_neutral(found.sentence)


def hand_error(x: Floats, y: Floats, lags: int) -> float:
    """Newey and West's standard error of a slope, written out sum by sum."""
    line = linregress(x, y)
    score = (x - x.mean()) * (y - line.intercept - line.slope * x)
    total = sum(float(s * s) for s in score)
    for lag in range(1, lags + 1):
        weight = 1.0 - lag / (lags + 1.0)
        total += 2.0 * weight * sum(float(a * b) for a, b in zip(score[lag:], score, strict=False))
    return sqrt(total) / float(np.sum((x - x.mean()) ** 2))


@pytest.mark.parametrize(("n", "lags"), [(20, 0), (60, 3), (120, None)])
def test_the_regression_agrees_with_sums_by_hand(n: int, lags: int | None) -> None:
    rng = np.random.default_rng(n)
    x = np.convolve(rng.standard_normal(n + 2), np.ones(3), mode="valid")
    y = -0.9 * x + np.convolve(rng.standard_normal(n + 2), np.ones(3), mode="valid")
    found = offset_regression(x, y, lags=lags)
    line = linregress(x, y)
    error = hand_error(x, y, found.lags)
    assert found.lags == (4 if lags is None else lags)  # ⌊4·1.2^{2/9}⌋
    assert found.slope == pytest.approx(line.slope, abs=1e-12)
    assert found.r_squared == pytest.approx(line.rvalue**2, abs=1e-12)
    assert found.standard_error == pytest.approx(error, rel=1e-9)
    assert found.pvalue == pytest.approx(2.0 * student.sf(abs(line.slope) / error, n - 2), rel=1e-6)
    half = student.ppf(0.975, n - 2) * error
    assert (found.low, found.high) == pytest.approx((line.slope - half, line.slope + half))


def test_the_regression_agrees_with_statsmodels(hull: tuple[Floats, Floats]) -> None:
    spot, future = hull
    found = offset_regression(spot, -future, lags=2)
    design = np.column_stack((np.ones(len(spot)), spot))
    fitted = OLS(-future, design).fit(cov_type="HAC", cov_kwds={"maxlags": 2}, use_t=True)
    assert found.standard_error == pytest.approx(float(fitted.bse[1]), rel=1e-9)
    assert found.pvalue == pytest.approx(float(fitted.pvalues[1]), rel=1e-6)
    assert (found.low, found.high) == pytest.approx(tuple(map(float, fitted.conf_int()[1])))


def test_a_line_without_error_has_no_p_value() -> None:
    found = offset_regression(ITEM.repeat(3), -0.5 * ITEM.repeat(3))
    assert found.slope == pytest.approx(-0.5)
    assert found.r_squared == pytest.approx(1.0)
    assert found.pvalue is None
    assert "no p-value" in found.sentence


def test_a_hedge_that_does_not_move_has_slope_zero() -> None:
    found = offset_regression(ITEM.repeat(3), np.full(15, 0.1))
    assert found.slope == pytest.approx(0.0, abs=1e-15)
    assert found.r_squared is None
    assert found.pvalue is None


@pytest.mark.parametrize("n", [0, 1, 2, 5])
def test_without_a_moving_holding_there_is_no_line(n: int) -> None:
    found = offset_regression(np.full(n, 0.1), np.arange(float(n)))
    assert found.slope is None
    assert found.pvalue is None


def test_seven_periods_have_a_slope_alone() -> None:
    rng = np.random.default_rng(3)
    found = offset_regression(*rng.standard_normal((2, 7)))
    assert found.slope is not None
    assert found.pvalue is None


def test_the_offset_of_the_falls_leaves_the_rises_out() -> None:
    # lost 10 + 30, and the hedge made 8 - 2: (8 - 2) / 40; the rise of 25 does not count
    item, hedge = np.array([-10.0, 25.0, -30.0, 0.0]), np.array([8.0, -20.0, -2.0, -1.0])
    assert falling_offset(item, hedge) == pytest.approx(0.15)
    assert falling_offset(-np.abs(item), np.abs(item)) == pytest.approx(1.0)
    assert falling_offset(np.abs(item), hedge) is None
    assert falling_offset(np.empty(0), np.empty(0)) is None


def test_changes_that_are_no_numbers_are_refused() -> None:
    with pytest.raises(BadData, match="one pair for each period"):
        offset_regression(np.array([1.0, np.inf, 2.0]), np.zeros(3))
    with pytest.raises(BadData, match="one pair for each period"):
        offset_regression(np.zeros(3), np.zeros(4))


def test_the_closed_form_knows_the_ratio_that_was_used() -> None:
    # a least-variance hedge has the slope R²; by hand for slope and R² of a half: γ = 0.5
    assert expected_share(0.64, 0.64) == pytest.approx(expected_share(0.64))
    assert expected_share(0.5, 0.5) == pytest.approx((0.9827937 - 0.5404195) / 3.14159265, abs=1e-7)
    # a hedge of the wrong sign is inside as rarely as the tail of a Cauchy allows
    assert expected_share(0.5, -0.5) < expected_share(0.5, 0.5)
    assert (expected_share(1.0, 1.0), expected_share(1.0, 0.5)) == (1.0, 0.0)
    assert expected_share(0.0, 0.0) == 0.0


def test_the_closed_form_is_what_random_changes_show() -> None:
    rng = np.random.default_rng(3)
    own = rng.standard_normal(200_000)
    other = 0.7 * own + 0.4 * rng.standard_normal(200_000)
    r_squared = 0.49 / (0.49 + 0.16)
    ratio = other / own
    shown = float(np.mean((ratio >= 0.8) & (ratio <= 1.25)))
    assert expected_share(r_squared, 0.7) == pytest.approx(shown, abs=0.004)
