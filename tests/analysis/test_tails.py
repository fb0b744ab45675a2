"""Large joint moves against closed forms, quadrature and distributions of known tails."""

from __future__ import annotations

from math import asin, pi

import numpy as np
import pytest
from scipy.special import ndtr, ndtri
from statsmodels.stats.sandwich_covariance import S_hac_simple

from microhedge.analysis.sample import require_whole
from microhedge.analysis.symmetry import symmetry
from microhedge.analysis.tail_dependence import tail_dependence
from microhedge.analysis.tails import (
    exceedances,
    normal_exceedance,
    normal_joint_tail,
)
from microhedge.errors import BadData, NotCovered
from microhedge.tape import Floats


def normal(rng: np.random.Generator, n: int, rho: float) -> tuple[Floats, Floats]:
    z = rng.standard_normal((2, n))
    return z[0], rho * z[0] + np.sqrt(1.0 - rho**2) * z[1]


def student(rng: np.random.Generator, n: int, rho: float) -> tuple[Floats, Floats]:
    y, x = normal(rng, n, rho)
    scale = np.sqrt(3.0 / rng.chisquare(5.0, n))
    return y * scale, x * scale


def clayton(rng: np.random.Generator, n: int, theta: float) -> tuple[Floats, Floats]:
    """Normal margins under Clayton's copula (Marshall and Olkin's draw): joint falls cluster."""
    shared = rng.gamma(1.0 / theta, size=n)
    u = (1.0 + rng.exponential(size=(2, n)) / shared) ** (-1.0 / theta)
    return ndtri(u[0]), ndtri(u[1])


@pytest.mark.parametrize(
    ("rho", "level", "value"),
    # by quadrature, printed in the design
    [(0.8, 0.0, 0.5965), (0.8, 1.0, 0.4694), (0.5, 0.0, 0.2687), (0.5, 1.0, 0.1789)],
)
def test_the_normal_benchmark_is_the_printed_one(rho: float, level: float, value: float) -> None:
    assert normal_exceedance(level, rho) == pytest.approx(value, abs=5e-5)


@pytest.mark.parametrize("rho", [-0.4, 0.0, 0.3, 0.9])
@pytest.mark.parametrize("level", [-0.5, 0.0, 0.5, 1.5])
def test_the_normal_benchmark_is_the_quadrature_of_its_density(rho: float, level: float) -> None:
    node, weight = np.polynomial.legendre.leggauss(160)
    point = level + (node + 1.0) * (9.0 - level) / 2.0
    mass = weight * (9.0 - level) / 2.0
    a, b = np.meshgrid(point, point)
    density = np.exp(-(a * a - 2.0 * rho * a * b + b * b) / (2.0 * (1.0 - rho**2)))
    p = density * np.outer(mass, mass) / (2.0 * pi * np.sqrt(1.0 - rho**2))
    total = p.sum()
    mean, square, product = ((p * what).sum() / total for what in (a, a * a, a * b))
    assert normal_joint_tail(level, rho) == pytest.approx(total, abs=1e-10)
    expected = (product - mean**2) / (square - mean**2)
    assert normal_exceedance(level, rho) == pytest.approx(expected, abs=1e-8)


@pytest.mark.parametrize("rho", [-1.0, -0.7, 0.0, 0.5, 1.0])
def test_the_joint_tail_at_zero_is_sheppards(rho: float) -> None:
    assert normal_joint_tail(0.0, rho) == pytest.approx(0.25 + asin(rho) / (2.0 * pi), abs=1e-12)


def test_the_normal_benchmark_of_copies_and_of_opposites() -> None:
    assert normal_exceedance(1.0, 1.0) == 1.0
    assert normal_exceedance(1.0, -0.95) is None
    assert normal_exceedance(0.0, -1.0) is None
    assert normal_joint_tail(1.0, 1.0) == pytest.approx(ndtr(-1.0))
    assert normal_joint_tail(-1.0, -1.0) == pytest.approx(1.0 - 2.0 * ndtr(-1.0))


def test_a_long_normal_sample_has_the_normal_exceedance_correlations() -> None:
    for row in exceedances(*normal(np.random.default_rng(1), 200_000, 0.8)):
        assert row.falls is not None
        assert row.rises is not None
        assert row.normal is not None
        assert row.falls.value == pytest.approx(row.normal, abs=0.025)
        assert row.rises.value == pytest.approx(row.normal, abs=0.025)


def test_the_interval_holds_the_truth_about_as_often_as_it_says() -> None:
    rng = np.random.default_rng(2)
    held = []
    for _ in range(150):
        for row in exceedances(*normal(rng, 1000, 0.6), (0.0, 0.5)):
            truth = normal_exceedance(row.level, 0.6)
            assert truth is not None
            for one in (row.falls, row.rises):
                assert one is not None
                assert one.low is not None
                assert one.high is not None
                held.append(one.low <= truth <= one.high)
    assert 0.90 < np.mean(held) < 0.99


def test_signs_turn_falls_into_rises_and_units_do_not_matter() -> None:
    y, x = clayton(np.random.default_rng(3), 1500, 2.0)
    for row, turned in zip(exceedances(y, x), exceedances(-y / 100.0, -7.0 * x), strict=True):
        assert (row.falls_n, row.rises_n) == (turned.rises_n, turned.falls_n)
        assert row.falls is not None
        assert turned.rises is not None
        assert row.falls.value == pytest.approx(turned.rises.value, abs=1e-9)


def test_few_joint_moves_have_no_interval_and_fewer_no_number() -> None:
    # independent: (1/4, Φ(−.5)² = .095, .025, .0045) of 400 sessions
    rows = exceedances(*normal(np.random.default_rng(4), 400, 0.0))
    assert rows[0].falls is not None
    assert rows[0].falls.low is not None
    assert rows[1].falls is not None
    assert 20 <= rows[1].falls_n < 50
    assert (rows[1].falls.standard_error, rows[1].falls.low) == (None, None)
    assert rows[3].falls is None
    assert "unknown in joint falls" in rows[3].sentence


def test_copies_are_copies_in_every_tail() -> None:
    y, _ = normal(np.random.default_rng(5), 1200, 0.0)
    for row in exceedances(y, 3.0 * y):
        assert row.falls is not None
        assert (row.falls.value, row.falls.low, row.normal) == (1.0, None, 1.0)
    for tail in tail_dependence(y, 3.0 * y, draws=5):
        assert tail.lower is not None
        assert tail.upper is not None
        assert (tail.lower.value, tail.upper.value, tail.lower.low) == (1.0, 1.0, None)
        assert tail.normal == pytest.approx(1.0)
    found = symmetry(y, 3.0 * y, draws=5)
    assert (found.statistic, found.pvalue) == (None, None)
    assert "copies" in found.sentence


def test_opposites_have_no_joint_falls() -> None:
    y, _ = normal(np.random.default_rng(5), 1200, 0.0)
    assert [row.falls for row in exceedances(y, -y)] == [None] * 4
    tail = tail_dependence(y, -y, draws=5)[0]
    assert tail.lower is not None
    assert (tail.lower.value, tail.lower.low, tail.normal) == (0.0, None, 0.0)
    assert symmetry(y, -y, draws=5).pvalue is None


@pytest.mark.parametrize("q", [0.05, 0.10])
def test_tail_dependence_of_claytons_copula(q: float) -> None:
    # C(u, u) = (2·u^−θ − 1)^(−1/θ); upper: (1 − 2·(1−q) + C(1−q, 1−q)) / q
    theta = 2.0
    (tail,) = tail_dependence(*clayton(np.random.default_rng(6), 100_000, theta), (q,), draws=2)
    below, above = ((2.0 * u**-theta - 1.0) ** (-1.0 / theta) for u in (q, 1.0 - q))
    assert tail.lower is not None
    assert tail.upper is not None
    assert tail.lower.value == pytest.approx(below / q, abs=0.02)
    assert tail.upper.value == pytest.approx((2.0 * q - 1.0 + above) / q, abs=0.02)


def test_tail_dependence_of_independent_and_of_normal_returns() -> None:
    rng = np.random.default_rng(7)
    for rho in (0.0, 0.5):
        (tail,) = tail_dependence(*normal(rng, 100_000, rho), (0.1,), draws=2)
        # Φ₂(Φ⁻¹(.1), Φ⁻¹(.1); .5) by scipy.stats.multivariate_normal: 0.0324
        assert tail.normal == pytest.approx(0.1 if rho == 0.0 else 0.324, abs=0.01)
        assert tail.lower is not None
        assert tail.lower.value == pytest.approx(tail.normal, abs=0.015)


def test_the_interval_of_tail_dependence_holds_the_truth() -> None:
    rng = np.random.default_rng(8)
    held = []
    for seed in range(60):
        (tail,) = tail_dependence(*clayton(rng, 1000, 2.0), (0.1,), draws=149, seed=seed)
        truth = (2.0 * 0.1**-2.0 - 1.0) ** -0.5 / 0.1
        assert tail.lower is not None
        assert tail.lower.low is not None
        assert tail.lower.high is not None
        held.append(tail.lower.low <= truth <= tail.lower.high)
    assert np.mean(held) > 0.85


def test_a_short_tail_is_told_as_such() -> None:
    five, ten = tail_dependence(*normal(np.random.default_rng(9), 300, 0.5), draws=9)
    assert five.lower is None
    assert "only 15 sessions: too few" in five.sentence
    assert ten.lower is not None
    assert ten.lower.low is None


def test_stale_and_rounded_prices_give_finite_answers() -> None:
    y, x = (np.round(one) for one in normal(np.random.default_rng(10), 900, 0.7))
    y[:200] = x[100:300] = 0.0
    for tail in tail_dependence(y, x, draws=49):
        assert tail.lower is not None
        assert 0.0 <= tail.lower.value <= 1.0
    found = symmetry(y, x, draws=49)
    assert found.pvalue is not None
    assert np.isfinite(found.pvalue)
    two = np.where(y > 0.0, 1.0, -1.0)
    assert all(row.falls is None for row in exceedances(two, x))
    assert symmetry(two, x, draws=9).pvalue is None


def test_the_statistic_agrees_with_statsmodels_covariance() -> None:
    y, x = clayton(np.random.default_rng(11), 1200, 1.0)
    a, b = (y - y.mean()) / y.std(), (x - x.mean()) / x.std()
    gap, terms = [], []
    for level in (0.0, 0.5):
        column, size = np.zeros(1200), []
        for sign in (1.0, -1.0):
            cell = (sign * a > level) & (sign * b > level)
            rho = np.corrcoef(a[cell], b[cell])[0, 1]
            z = [(one[cell] - one[cell].mean()) / one[cell].std() for one in (a, b)]
            column[cell] += sign * 1200 / cell.sum() * (z[0] * z[1] - rho)
            size.append(rho)
        gap.append(size[0] - size[1])
        terms.append(column)
    # ⌊4·12^{2/9}⌋ = 6 lags
    omega = S_hac_simple(np.column_stack(terms), nlags=6) / 1200
    expected = 1200 * np.array(gap) @ np.linalg.solve(omega, np.array(gap))
    found = symmetry(y, x, (0.0, 0.5), draws=9)
    assert found.statistic == pytest.approx(expected, rel=1e-9)
    assert found.df == 2.0
    assert found.estimate is not None
    assert found.estimate.value == pytest.approx(-np.mean(gap))


def test_symmetric_fat_tails_are_not_rejected_more_often_than_stated() -> None:
    rng = np.random.default_rng(12)
    rejected = [symmetry(*student(rng, 500, 0.6), draws=59, seed=s).rejects() for s in range(50)]
    assert np.mean(rejected) <= 0.12


def test_the_clusters_of_claytons_falls_are_found() -> None:
    rng = np.random.default_rng(13)
    found = [symmetry(*clayton(rng, 600, 2.0), draws=99, seed=s) for s in range(8)]
    assert all(one.rejects() for one in found)
    assert found[0].sentence.startswith("Joint falls are more correlated than joint rises")


def test_levels_with_few_moves_are_left_out_and_told() -> None:
    found = symmetry(*normal(np.random.default_rng(14), 400, 0.5), draws=19)
    assert found.df is not None
    assert found.df < 4.0
    assert "left out for fewer than 50 joint falls or rises: beyond" in found.caveat
    none = symmetry(*normal(np.random.default_rng(14), 80, 0.5), draws=19)
    assert (none.statistic, none.pvalue, none.df) == (None, None, None)
    assert none.sentence.startswith("Too few joint moves")


def test_the_same_seed_gives_the_same_answer() -> None:
    y, x = student(np.random.default_rng(15), 500, 0.6)
    assert symmetry(y, x, draws=29, seed=3) == symmetry(y, x, draws=29, seed=3)
    assert tail_dependence(y, x, draws=29) == tail_dependence(y, x, draws=29)


def test_what_no_number_can_be_computed_from_is_refused() -> None:
    y, x = normal(np.random.default_rng(16), 200, 0.5)
    with pytest.raises(NotCovered, match="59 common sessions: at least 60 are needed"):
        require_whole(y[:59], x[:59])
    with pytest.raises(BadData, match="one row of sessions"):
        require_whole(y, x[:-1])
    with pytest.raises(BadData, match="the holding does not move"):
        exceedances(np.full(200, 0.1), x)
    x[17] = np.nan
    for refused in (exceedances, tail_dependence, symmetry):
        with pytest.raises(BadData, match="hedge in row 17 is no number"):
            refused(y, x)
