"""Sharpe ratios after N were tried, against the papers' printed examples and exact integrals."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import kurtosis, norm, skew

from microhedge.analysis.sharpe import (
    deflate,
    deflated_sharpe,
    expected_maximum,
    minimum_backtest_years,
    probabilistic_sharpe,
    sharpe_ratios,
)
from microhedge.errors import ParameterError

# Bailey and López de Prado 2014, "A numerical example": an annual ratio of 2.5 on 1,250 daily
# returns (250 a year), skewness −3, kurtosis 10, annual variance of the trials' ratios 1/2
EXAMPLE, DAILY_VARIANCE = 2.5 / sqrt(250.0), 0.5 / 250.0


def test_the_deflated_ratio_of_the_paper_s_example_is_0_9004() -> None:
    expected = sqrt(DAILY_VARIANCE) * expected_maximum(100)
    assert expected == pytest.approx(0.1132, abs=5e-5)
    found = deflated_sharpe(
        EXAMPLE, 1250, trials=100, variance=DAILY_VARIANCE, skew=-3.0, kurtosis=10.0
    )
    assert found == pytest.approx(0.9004, abs=5e-5)


def test_the_paper_s_example_passes_with_46_trials_and_with_88_were_it_normal() -> None:
    found = deflated_sharpe(
        EXAMPLE, 1250, trials=46, variance=DAILY_VARIANCE, skew=-3.0, kurtosis=10.0
    )
    assert found == pytest.approx(0.9505, abs=5e-5)
    normal = deflated_sharpe(EXAMPLE, 1250, trials=88, variance=DAILY_VARIANCE)
    assert normal == pytest.approx(0.9505, abs=5e-5)


def test_five_years_allow_45_trials() -> None:
    # Bailey, Borwein, López de Prado and Zhu 2014: no more than 45 independent configurations on
    # five years, or an annual ratio of 1 is expected of the best although none has any
    assert minimum_backtest_years(45) < 5.0 < minimum_backtest_years(46)


def test_the_best_of_ten_trials_without_skill_reaches_1_57() -> None:
    # the same paper, on its proposition 1
    assert expected_maximum(10) == pytest.approx(1.57, abs=0.006)


@pytest.mark.parametrize(
    ("trials", "error"), [(2, 0.08), (5, 0.03), (20, 0.03), (100, 0.01), (10_000, 0.01)]
)
def test_the_expected_maximum_is_near_the_exact_integral(trials: int, error: float) -> None:
    exact, _ = quad(
        lambda x: x * trials * norm.pdf(x) * norm.cdf(x) ** (trials - 1), -10, 10, limit=200
    )
    assert expected_maximum(trials) == pytest.approx(exact, rel=error)


def test_one_trial_has_nothing_to_deflate() -> None:
    assert expected_maximum(1) == 0.0
    once = deflated_sharpe(0.1, 500, trials=1, variance=0.5)
    assert once == probabilistic_sharpe(0.1, 500)


def test_the_probability_of_a_normal_ratio_is_that_of_its_textbook_error() -> None:
    # Lo (2002, Financial Analysts Journal 58:36): the error is √((1 + SR²/2) / n)
    expected = norm.cdf(0.1 / sqrt((1.0 + 0.1**2 / 2.0) / 399.0))
    assert probabilistic_sharpe(0.1, 400) == pytest.approx(expected, abs=1e-12)


def test_columns_are_deflated_by_their_own_moments_and_spread() -> None:
    rng = np.random.default_rng(3)
    columns = rng.gumbel(0.1, 1.0, (300, 6))
    ratios = columns.mean(axis=0) / columns.std(axis=0, ddof=1)
    np.testing.assert_allclose(sharpe_ratios(columns), ratios, rtol=1e-12)
    found = deflate(columns, 2, trials=5)
    tail = kurtosis(columns[:, 2], fisher=False)
    assert found.skew == pytest.approx(skew(columns[:, 2]))
    assert found.kurtosis == pytest.approx(tail)
    gamma = 0.5772156649015329
    maximum = (1 - gamma) * norm.ppf(1 - 1 / 5) + gamma * norm.ppf(1 - 1 / (5 * np.e))
    observed = np.var(ratios, ddof=1)
    spread = 1.0 - skew(columns[:, 2]) * ratios[2] + (tail - 1.0) / 4.0 * ratios[2] ** 2
    for variance, probability in (
        (min(observed, 1.0 / 299.0), found.probability),
        (observed, found.published),
    ):
        above = ratios[2] - np.sqrt(variance) * maximum
        assert probability == pytest.approx(norm.cdf(above * sqrt(299.0 / spread)))


def test_cells_that_are_bad_in_truth_do_not_speak_against_a_good_one() -> None:
    columns = np.random.default_rng(3).standard_normal((400, 8)) + 0.3
    alone = deflate(columns, 0, trials=3)
    beside = deflate(np.hstack((columns, columns - 2.0)), 0, trials=3)
    # the expected best of 3 without skill, 0.85 standard errors of 1/√399
    assert beside.expected == pytest.approx(expected_maximum(3) / sqrt(399.0))
    assert alone.probability == pytest.approx(1.0, abs=1e-3)
    assert beside.probability == pytest.approx(1.0, abs=1e-3)
    assert beside.published < 0.01


def test_a_lead_that_never_moves_has_no_ratio() -> None:
    found = deflate(np.zeros((50, 3)), 1, trials=1)
    assert (found.sharpe, found.probability, found.kurtosis) == (0.0, 0.5, 3.0)


def test_what_no_distribution_has_is_refused() -> None:
    with pytest.raises(ParameterError, match="it is at least 5 then"):
        probabilistic_sharpe(0.1, 100, skew=2.0, kurtosis=3.0)
    with pytest.raises(ParameterError, match="needs 2 at least"):
        probabilistic_sharpe(0.1, 1)
    with pytest.raises(ParameterError, match="the best of none"):
        expected_maximum(0.5)
    with pytest.raises(ParameterError, match="must lie above 0"):
        minimum_backtest_years(3, expected=0.0)
