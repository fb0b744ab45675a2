"""The three steps behind every robust test, against closed forms."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm, rankdata

from microhedge.analysis.scores import devolatilise, influence, long_run_variance, normal_scores
from microhedge.errors import BadData


def test_devolatilised_returns_follow_the_recursion_of_riskmetrics() -> None:
    rng = np.random.default_rng(1)
    returns = rng.standard_normal(70)
    centred = returns - returns.mean()
    s = float(np.mean(centred[:50] ** 2))
    expected = []
    for r in centred.tolist():
        expected.append(r / s**0.5)
        s = 0.94 * s + 0.06 * r * r
    np.testing.assert_allclose(devolatilise(returns), expected, rtol=1e-12)


def test_a_return_does_not_enter_its_own_volatility() -> None:
    calm = np.tile([1.0, -1.0], 100)
    shocked = calm.copy()
    shocked[150], shocked[151] = 9.0, -9.0
    # the mean stays zero, so the shock is divided by the volatility of 1 before it
    assert devolatilise(shocked)[150] == pytest.approx(9.0)


def test_a_constant_series_devolatilises_to_zeros() -> None:
    np.testing.assert_array_equal(devolatilise(np.full(80, 0.1)), np.zeros(80))


def test_a_price_that_stood_still_at_first_gives_finite_scores() -> None:
    returns = np.concatenate((np.zeros(100), np.tile([0.01, -0.01], 50)))
    assert np.all(np.isfinite(devolatilise(returns)))


def test_normal_scores_are_quantiles_of_average_ranks() -> None:
    values = np.array([3.0, 1.0, 2.0, 2.0, 5.0, 2.0, -4.0])
    expected = norm.ppf(rankdata(values, method="average") / (len(values) + 1))
    np.testing.assert_allclose(normal_scores(values), expected, atol=1e-14)


def test_the_influence_function_has_mean_zero_and_gives_pearsons_correlation() -> None:
    rng = np.random.default_rng(2)
    u = rng.standard_normal(500)
    v = 0.5 * u + rng.standard_normal(500)
    rho, psi = influence(u, v)
    assert rho == pytest.approx(np.corrcoef(u, v)[0, 1], abs=1e-14)
    assert psi.mean() == pytest.approx(0.0, abs=1e-14)


def test_the_variance_of_psi_is_that_of_a_normal_correlation() -> None:
    # var of √n·ρ̂ for normal data is (1 − ρ²)²; 200,000 draws give two digits
    rng = np.random.default_rng(3)
    u = rng.standard_normal(200_000)
    v = 0.6 * u + 0.8 * rng.standard_normal(200_000)
    _, psi = influence(u, v)
    assert np.var(psi) == pytest.approx((1.0 - 0.36) ** 2, rel=0.02)


def test_a_constant_series_has_no_influence_function() -> None:
    with pytest.raises(BadData, match="does not move"):
        influence(np.ones(50), np.arange(50.0))


def test_the_long_run_variance_is_the_mean_square_of_the_cosine_sums() -> None:
    # the definition: Λ_j = √(2/n)·Σ x_t·cos(π·j·(t − ½)/n), mean of Λ_j² for j = 1 … ν
    series = np.random.default_rng(4).standard_normal(101)
    t = np.arange(1, 102)
    waves = [np.sqrt(2 / 101) * series @ np.cos(np.pi * j * (t - 0.5) / 101) for j in range(1, 9)]
    assert long_run_variance(series, 8) == pytest.approx(np.mean(np.square(waves)), rel=1e-12)


def test_the_long_run_variance_of_a_moving_average_is_its_spectrum_at_zero() -> None:
    # x_t = e_t + 0.5·e_{t−1} has long-run variance (1 + 0.5)² = 2.25, variance 1.25
    e = np.random.default_rng(5).standard_normal(200_001)
    assert long_run_variance(e[1:] + 0.5 * e[:-1], 400) == pytest.approx(2.25, rel=0.2)
