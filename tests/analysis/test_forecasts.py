"""Forecast tests against goldens, paired t tests, definitions, and known truths."""

from __future__ import annotations

from math import cos, pi, sqrt
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from scipy.stats import linregress, t, ttest_rel

from microhedge.analysis.forecasts import (
    clark_west,
    diebold_mariano,
    forecast_value,
    trailing_ratio,
)
from microhedge.errors import BadData, NotCovered
from microhedge.tape import Floats

PRICES = Path(__file__).parents[2] / "data" / "total_return_prices.parquet"


def shipped(holding: str, hedge: str) -> tuple[Floats, Floats]:
    """The last 2,500 log returns of two shipped symbols, in per cent."""
    table = pq.read_table(PRICES, columns=[holding, hedge])
    y, x = (
        100.0 * np.diff(np.log(table[name].to_numpy().astype(float)))[-2500:]
        for name in (holding, hedge)
    )
    return y, x


def pair(seed: int, n: int, beta: Floats | float = 0.7) -> tuple[Floats, Floats]:
    rng = np.random.default_rng(seed)
    x = rng.standard_normal(n)
    return beta * x + 0.6 * rng.standard_normal(n), x


@pytest.mark.parametrize(
    ("holding", "hedge", "statistic", "pvalue"),
    # table of the design, section 1g
    [("KO", "PEP", -3.43, 0.0006), ("XOM", "CVX", -2.75, 0.006)],
)
def test_60_sessions_against_one_to_one_on_shipped_prices(
    holding: str, hedge: str, statistic: float, pvalue: float
) -> None:
    y, x = shipped(holding, hedge)
    found = diebold_mariano(y, x, trailing_ratio(y, x), 1.0, "a 1:1 hedge")
    assert found.n == 2440
    assert found.statistic == pytest.approx(statistic, abs=5e-3)
    assert found.pvalue == pytest.approx(pvalue, rel=0.05)
    assert "less squared error than a 1:1 hedge" in found.sentence
    assert found.rejects()


def test_one_step_ahead_it_is_the_paired_t_test_of_the_losses() -> None:
    y, x = pair(1, 400)
    b = trailing_ratio(y, x)
    found = diebold_mariano(y, x, b, 0.9, "nine tenths")
    y, x, b = y[60:], x[60:], b[60:]
    expected = ttest_rel((y - b * x) ** 2, (y - 0.9 * x) ** 2)
    assert found.statistic == pytest.approx(expected.statistic, abs=1e-10)
    assert found.pvalue == pytest.approx(expected.pvalue, abs=1e-10)
    assert found.df == expected.df
    interval = expected.confidence_interval(0.95)
    assert found.estimate is not None
    assert (found.estimate.low, found.estimate.high) == pytest.approx(tuple(interval), abs=1e-10)
    assert found.parts[1].value == pytest.approx(np.mean((y - 0.9 * x) ** 2))


def test_clark_and_wests_adjusted_difference_is_twice_b_x_y() -> None:
    y, x = pair(2, 300)
    b = trailing_ratio(y, x)
    found = clark_west(y, x, b)
    y, x, b = y[60:], x[60:], b[60:]
    # the paper: f = e₁² − [e₂² − (ŷ₁ − ŷ₂)²] with ŷ₁ = 0, ŷ₂ = b·x
    adjusted = y**2 - ((y - b * x) ** 2 - (0.0 - b * x) ** 2)
    np.testing.assert_allclose(2.0 * b * x * y, adjusted, atol=1e-12)
    n = len(y)
    waves = [
        sqrt(2.0 / n) * sum(a * cos(pi * j * (i + 0.5) / n) for i, a in enumerate(adjusted))
        for j in range(1, 9)
    ]
    statistic = np.mean(adjusted) / sqrt(np.mean(np.square(waves)) / n)
    assert found.statistic == pytest.approx(statistic, rel=1e-10)
    assert found.pvalue == pytest.approx(t.sf(statistic, 8), rel=1e-8)
    assert found.estimate is not None
    assert found.estimate.value == pytest.approx(np.mean(adjusted), rel=1e-12)
    assert [part.value for part in found.parts] == pytest.approx(
        [np.mean((y - b * x) ** 2), np.mean(y**2)]
    )


def test_the_trailing_ratio_is_the_slope_of_the_sessions_before() -> None:
    y, x = pair(3, 90)
    found = trailing_ratio(y + 5.0, x - 3.0, 20)
    assert np.isnan(found[:20]).all()
    for row in range(20, 90):
        slope = linregress(x[row - 20 : row], y[row - 20 : row]).slope
        assert found[row] == pytest.approx(slope, abs=1e-10)


def test_no_ratio_knows_its_own_session() -> None:
    y, x = pair(4, 200)
    other_y, other_x = y.copy(), x.copy()
    other_y[120:] *= -3.0
    other_x[120:] += 1.0
    one, other = trailing_ratio(y, x), trailing_ratio(other_y, other_x)
    np.testing.assert_array_equal(one[:121], other[:121])
    assert one[121] != other[121]


def test_a_useful_hedge_beats_none_and_a_worthless_one_does_not() -> None:
    useful = [clark_west(*(p := pair(s, 500)), trailing_ratio(*p)).rejects() for s in range(40)]
    assert np.mean(useful) > 0.9
    # one-sided 5 %, with a standard error of 1.3 points
    worthless = [
        clark_west(*(p := pair(s, 400, 0.0)), trailing_ratio(*p)).rejects() for s in range(300)
    ]
    assert np.mean(worthless) < 0.08


def test_a_ratio_of_one_is_better_left_alone_and_one_that_moves_is_not() -> None:
    y, x = pair(5, 2000, 1.0)
    constant = forecast_value(y, x, 1000).tests[1]
    assert constant.statistic is not None
    assert constant.statistic > 0.0
    assert "more squared error than a 1:1 hedge" in constant.sentence
    beta = np.where(np.arange(2000) < 1000, 0.2, 1.4)
    none, naive, frozen, _ = forecast_value(*pair(6, 2000, beta), 1000).tests
    assert all(test.rejects() for test in (none, naive, frozen))
    assert frozen.sentence.startswith("The trailing ratio left")
    assert "less squared error than the frozen ratio" in frozen.sentence


def test_four_hedges_are_compared_on_the_sessions_after_the_split() -> None:
    y, x = pair(7, 400)
    found = forecast_value(y, x, 150)
    assert found.frozen == pytest.approx(linregress(x[:150], y[:150]).slope)
    assert found.full == pytest.approx(linregress(x, y).slope)
    assert [test.n for test in found.tests] == [250] * 4
    assert [test.name for test in found.tests] == [
        "Clark–West against no hedge",
        "Diebold–Mariano against a 1:1 hedge",
        "Diebold–Mariano against the frozen ratio",
        "Diebold–Mariano against the full-sample ratio (looks ahead)",
    ]
    frozen = ttest_rel(
        (y - found.ratio * x)[150:] ** 2, (y - linregress(x[:150], y[:150]).slope * x)[150:] ** 2
    )
    assert found.tests[2].statistic == pytest.approx(frozen.statistic, abs=1e-8)
    looked = y[150:] - found.full * x[150:]
    assert found.tests[3].parts[1].value == pytest.approx(np.mean(looked**2))


def test_the_unit_of_the_returns_does_not_matter() -> None:
    y, x = pair(8, 400)
    one, other = forecast_value(y, x, 200), forecast_value(y / 1e4, x / 1e4, 200)
    assert [test.statistic for test in other.tests] == pytest.approx(
        [test.statistic for test in one.tests], rel=1e-8
    )


def test_copies_leave_nothing_to_test_but_against_no_hedge() -> None:
    _, x = pair(9, 300)
    none, naive, frozen, full = forecast_value(x.copy(), x, 150).tests
    assert none.rejects()
    assert none.sentence.startswith("The trailing ratio left 100% less squared error than no hedge")
    for test in (naive, frozen, full):
        assert (test.statistic, test.pvalue, test.df) == (None, None, None)
        assert test.sentence.startswith("Nothing to test")
        assert test.caveat
    doubled = diebold_mariano(x, x, np.full(300, 2.0), 1.0, "a 1:1 hedge")
    assert doubled.sentence.endswith("than a 1:1 hedge, which left none.")


def test_losses_that_differ_by_a_constant_leave_nothing_to_test() -> None:
    coin = np.tile([1.0, -1.0], 50)
    half = np.full(100, 0.5)
    assert clark_west(coin, coin, half).pvalue is None
    assert diebold_mariano(coin, coin, half, 0.25, "a quarter").pvalue is None
    assert clark_west(coin, coin, np.zeros(100)).pvalue is None


def test_a_hedge_that_stood_still_has_no_ratio_and_its_sessions_are_left_out() -> None:
    y, x = pair(10, 400)
    x[100:200] = 0.01
    ratio = trailing_ratio(y, x)
    assert np.isnan(ratio[160:201]).all()
    assert np.isfinite(ratio[60:160]).all()
    assert np.isfinite(ratio[201:]).all()
    assert clark_west(y, x, ratio).n == 400 - 60 - 41


def test_value_hidden_by_the_noise_of_the_ratio_is_told() -> None:
    # b is five times too large: the hedge is worth something and the ratio harms
    y, x = pair(11, 2000, 0.3)
    found = clark_west(y, x, np.full(2000, 1.5))
    assert found.rejects()
    assert found.sentence.startswith("The hedge has value, but its ratio has more noise")


def test_what_cannot_be_compared_is_refused() -> None:
    y, x = pair(12, 200)
    with pytest.raises(NotCovered, match="needs 60 on each side"):
        forecast_value(y, x, 30)
    with pytest.raises(NotCovered, match="40 sessions have a ratio"):
        forecast_value(y, x, 100, window=160)
    with pytest.raises(NotCovered, match="window 1"):
        trailing_ratio(y, x, 1)
    assert np.isnan(trailing_ratio(y[:60], x[:60])).all()
    bad = np.where(np.arange(200) == 90, np.nan, y)
    with pytest.raises(BadData, match="no number"):
        forecast_value(bad, x, 100)
    for function in (
        lambda: trailing_ratio(bad, x),
        lambda: clark_west(bad, x, x),
        lambda: clark_west(y, x[:-1], x),
        lambda: diebold_mariano(y, x, x[:-1], 1.0, "a 1:1 hedge"),
    ):
        with pytest.raises(BadData):
            function()
