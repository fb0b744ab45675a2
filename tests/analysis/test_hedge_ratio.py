"""The two parts of a hedge ratio's change, against designs in which each is known exactly."""

from __future__ import annotations

from math import cos, exp, log, pi, sqrt

import numpy as np
import pytest

from microhedge.analysis.hedge_ratio import HedgeRatioChange, Part, decompose
from microhedge.errors import BadData, NotCovered
from microhedge.tape import Floats


def uncorrelated(seed: int, n: int) -> tuple[Floats, Floats]:
    """Two series of mean 0 and variance 1 whose sample correlation is zero but for rounding."""
    z = np.random.default_rng(seed).standard_normal((n, 2))
    q, _ = np.linalg.qr(np.column_stack((np.ones(n), z)))
    return sqrt(n) * q[:, 1], sqrt(n) * q[:, 2]


def design(*sides: tuple[float, float], n: int = 1500, seed: int = 1) -> tuple[Floats, Floats]:
    """Sides with exactly these correlations and volatility ratios."""
    y, x = [], []
    for number, (rho, ratio) in enumerate(sides):
        a, b = uncorrelated(seed + number, n)
        x.append(a)
        y.append(ratio * (rho * a + sqrt(1.0 - rho * rho) * b))
    return np.concatenate(y), np.concatenate(x)


def parts(found: HedgeRatioChange) -> tuple[Part, Part, Part]:
    assert found.total is not None
    assert found.correlation is not None
    return found.total, found.correlation, found.volatility


def spread(part: Part) -> float:
    assert part.estimate.standard_error is not None
    return part.estimate.standard_error


def test_a_known_change_falls_into_its_known_parts() -> None:
    # β goes from 0.8·1.0 to 0.4·1.5: by 0.75 = 0.5 · 1.5
    found = decompose(*design((0.8, 1.0), (0.4, 1.5)), 1500)
    total, correlation, volatility = parts(found)
    assert [one.value for one in found.ratios] == pytest.approx([0.8, 0.6], abs=1e-12)
    assert [one.value for one in found.correlations] == pytest.approx([0.8, 0.4], abs=1e-12)
    assert [one.value for one in found.volatilities] == pytest.approx([1.0, 1.5], abs=1e-12)
    factors = [part.factor for part in (total, correlation, volatility)]
    assert factors == pytest.approx([0.75, 0.5, 1.5], abs=1e-12)
    assert "from 0.80 to 0.60, ×0.75" in found.sentence
    assert found.sentence.endswith("both moved, against each other.")
    assert found.caveat == ""


def test_the_ratios_are_regression_slopes_and_the_parts_add_up() -> None:
    rng = np.random.default_rng(2)
    x = rng.standard_t(5, 900)
    y = 0.7 * x + rng.standard_t(5, 900) + 3.0
    found = decompose(y, x, 400)
    slopes = [np.polyfit(x[rows], y[rows], 1)[0] for rows in (slice(400), slice(400, None))]
    assert [one.value for one in found.ratios] == pytest.approx(slopes, rel=1e-10)
    total, correlation, volatility = parts(found)
    assert total.estimate.value == pytest.approx(log(slopes[1] / slopes[0]), abs=1e-10)
    assert total.estimate.value == pytest.approx(
        correlation.estimate.value + volatility.estimate.value, abs=1e-14
    )


@pytest.mark.parametrize(
    ("after", "ending"),
    [
        ((0.4, 1.0), "what moved is the correlation."),
        ((0.8, 1.5), "what moved is the volatilities, not the correlation."),
        ((0.6, 0.6), "both moved, the same way."),
        ((0.8, 1.0), "neither moved by more than chance."),
    ],
)
def test_the_sentence_names_what_moved(after: tuple[float, float], ending: str) -> None:
    assert decompose(*design((0.8, 1.0), after), 1500).sentence.endswith(ending)


def test_the_errors_are_those_of_the_influence_functions() -> None:
    # ψ_β = u(v − βu)/σ_x², and the long-run variance by its definition as sums of cosines
    rng = np.random.default_rng(3)
    x = rng.standard_normal(300)
    y = 0.5 * x + rng.standard_normal(300)
    found = decompose(y, x, 120)

    def variance(psi: Floats) -> float:
        n = len(psi)
        waves = [
            sqrt(2.0 / n) * sum(p * cos(pi * j * (t + 0.5) / n) for t, p in enumerate(psi))
            for j in range(1, 9)
        ]
        return float(np.mean(np.square(waves))) / n

    of_beta, of_vr = [], []
    for rows in (slice(120), slice(120, None)):
        u, v = x[rows] - x[rows].mean(), y[rows] - y[rows].mean()
        beta = float(u @ v / (u @ u))
        of_beta.append(variance(u * (v - beta * u) / np.mean(u * u) / beta))
        of_vr.append(variance((v * v / np.mean(v * v) - u * u / np.mean(u * u)) / 2.0))
    total, _, volatility = parts(found)
    for part, (first, second) in ((total, of_beta), (volatility, of_vr)):
        assert spread(part) == pytest.approx(sqrt(first + second), rel=1e-10)
        df = 8.0 * (first + second) ** 2 / (first**2 + second**2)
        assert part.df == pytest.approx(df, rel=1e-10)
    assert found.ratios[0].standard_error == pytest.approx(
        sqrt(of_beta[0]) * found.ratios[0].value, rel=1e-10
    )


def test_for_normal_returns_the_errors_are_the_closed_forms() -> None:
    # n·var: (1 − ρ²)/ρ² of log β, (1 − ρ²)²/ρ² of log ρ, 1 − ρ² of log(σ_y/σ_x), for each side;
    # the mean of 80 estimates with about 16 degrees of freedom has a standard error of 4 %
    rho, n, squares = 0.6, 1000, []
    for seed in range(80):
        z = np.random.default_rng(seed).standard_normal((2 * n, 2))
        y = rho * z[:, 0] + sqrt(1.0 - rho**2) * z[:, 1]
        squares.append([spread(part) ** 2 for part in parts(decompose(y, z[:, 0], n))])
    off = 1.0 - rho**2
    expected = [2.0 * v / n for v in (off / rho**2, off**2 / rho**2, off)]
    np.testing.assert_allclose(np.mean(squares, axis=0), expected, rtol=0.15)


def test_intervals_hold_a_known_change_about_as_often_as_they_say() -> None:
    truth = [log(0.75), log(0.5), log(1.5)]
    hits = []
    for seed in range(200):
        z = np.random.default_rng(1000 + seed).standard_normal((1000, 2))
        rho = np.repeat([0.8, 0.4], 500)
        y = np.repeat([1.0, 1.5], 500) * (rho * z[:, 0] + np.sqrt(1.0 - rho**2) * z[:, 1])
        found = [part.estimate for part in parts(decompose(y, z[:, 0], 500))]
        hits.append(
            [(e.low or 0.0) <= t <= (e.high or 0.0) for e, t in zip(found, truth, strict=True)]
        )
    # 200 samples have a standard error of 1.5 points
    assert np.all(np.mean(hits, axis=0) > 0.90)


def test_only_the_strength_of_a_negative_correlation_counts() -> None:
    y, x = design((0.8, 1.0), (0.4, 1.5))
    plus, minus = decompose(y, x, 1500), decompose(-y, x, 1500)
    for one, other in zip(parts(plus), parts(minus), strict=True):
        assert other.estimate.value == pytest.approx(one.estimate.value, abs=1e-12)
        assert other.pvalue == pytest.approx(one.pvalue, abs=1e-12)
    assert minus.ratios[0].value == pytest.approx(-plus.ratios[0].value)
    assert "from −0.80 to −0.60, ×0.75" in minus.sentence


def test_the_unit_of_the_returns_does_not_matter() -> None:
    y, x = design((0.8, 1.0), (0.4, 1.5))
    for one, other in zip(
        parts(decompose(y, x, 1500)), parts(decompose(100.0 * y, x / 1e4, 1500)), strict=True
    ):
        assert other.statistic == pytest.approx(one.statistic, rel=1e-9)


def test_an_interval_leaves_out_zero_exactly_when_the_part_moved() -> None:
    for after in np.linspace(0.6, 0.8, 15):
        for part in parts(decompose(*design((0.7, 1.0), (float(after), 1.5 * after)), 1500)):
            low, high = part.estimate.low, part.estimate.high
            assert low is not None
            assert high is not None
            assert part.moved() == (not low <= 0.0 <= high)


def test_a_correlation_that_changes_its_sign_has_no_shares() -> None:
    found = decompose(*design((0.5, 1.0), (-0.3, 2.0)), 1500)
    assert found.total is None
    assert found.correlation is None
    assert found.volatility.factor == pytest.approx(2.0)
    assert "from 0.50 to −0.60" in found.sentence
    assert "not defined" in found.sentence


def test_a_correlation_of_exactly_zero_has_no_sign() -> None:
    y, x = design((0.5, 1.0), n=100)
    one, other = np.tile([1.0, -1.0, 1.0, -1.0], 25), np.tile([1.0, 1.0, -1.0, -1.0], 25)
    found = decompose(np.concatenate((y, one)), np.concatenate((x, other)), 100)
    assert found.correlations[1].value == 0.0
    assert found.total is None


def test_copies_leave_no_sampling_error() -> None:
    a, _ = uncorrelated(5, 1000)
    y = np.repeat([2.0, -2.0, 3.0], [300, 0, 700]) * a
    total, correlation, volatility = parts(decompose(y, a, 300))
    assert [total.pvalue, correlation.pvalue, volatility.pvalue] == [None] * 3
    assert total.factor == pytest.approx(1.5)
    assert (total.moved(), correlation.moved(), volatility.moved()) == (True, False, True)
    same = decompose(2.0 * a, a, 300)
    assert not same.volatility.moved()
    assert same.ratios[0].low is None
    assert same.sentence.endswith(
        "×1.00 in size: ×1.00 by the correlation, ×1.00 by the volatilities; "
        "neither moved by more than chance."
    )


def test_a_copy_on_one_side_adds_no_error_of_its_own() -> None:
    y, x = design((0.5, 1.0), n=500)
    found = decompose(np.concatenate((x, y)), np.concatenate((x, x)), 500)
    _, correlation, _ = parts(found)
    assert found.correlations[0].standard_error is None
    second = found.correlations[1].standard_error
    assert second is not None
    assert spread(correlation) == pytest.approx(second / 0.5, rel=1e-9)
    assert correlation.df == pytest.approx(8.0)


def test_series_that_move_by_the_same_size_have_one_volatility() -> None:
    rng = np.random.default_rng(6)
    half = rng.standard_normal((2, 200))
    x = np.concatenate((half, -half), axis=1)  # each side has a mean of zero
    y = x * np.tile(np.where(rng.random((2, 200)) < 0.9, 1.0, -1.0), 2)
    volatility = decompose(y.ravel(), x.ravel(), 400).volatility
    assert volatility.pvalue is None
    assert not volatility.moved()


def test_short_sides_and_weak_correlations_are_told() -> None:
    few = decompose(*design((0.8, 1.0), (0.8, 1.0), n=200), 200).caveat
    assert few.startswith("fewer than 1,000 sessions on a side")
    assert "told from zero" not in few
    weak = decompose(*design((0.8, 1.0), (0.001, 1.0)), 1500).caveat
    assert weak.startswith("the correlation after the split cannot be told from zero")


def test_what_cannot_be_answered_is_refused() -> None:
    y, x = design((0.8, 1.0), (0.8, 1.0), n=100)
    with pytest.raises(NotCovered, match="needs 60 on each side"):
        decompose(y, x, 50)
    with pytest.raises(BadData, match="row 7 is no number"):
        decompose(np.where(np.arange(200) == 7, np.nan, y), x, 100)
    with pytest.raises(BadData, match="does not move after the split"):
        decompose(y, np.concatenate((x[:100], np.full(100, 0.1))), 100)


def test_the_factor_is_that_of_the_logarithm() -> None:
    total, _, _ = parts(decompose(*design((0.8, 1.0), (0.4, 1.5)), 1500))
    assert total.factor == pytest.approx(exp(total.estimate.value))
