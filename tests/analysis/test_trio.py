"""T1, T2, T3 and the verdict against an independent implementation and designs of known truth."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.figure import Figure
from pairs import SAMPLES, SHIPPED, pair, sample

from microhedge.analysis.classical import fisher, jennrich
from microhedge.analysis.correlation import State, judge
from microhedge.analysis.drift import drift
from microhedge.analysis.lasting_break import CRITICAL, lasting_break
from microhedge.analysis.scores import devolatilise, influence, normal_scores
from microhedge.errors import BadData, NotCovered, ParameterError
from microhedge.tape import Floats

# the answers take the session after the largest sum by its place in the returns of the sample
DATED = {name: sample(name)[2]["T2"]["arg"] for name in SAMPLES}


@pytest.mark.parametrize("name", SAMPLES)
def test_the_break_agrees_with_the_independent_answers(name: str) -> None:
    y, x, expected = sample(name)
    found, answer = lasting_break(y, x, expected["split"]), expected["T2"]
    assert found.statistic == pytest.approx(answer["stat"], abs=SHIPPED)
    assert found.pvalue == pytest.approx(answer["p"], abs=SHIPPED)
    assert found.row == DATED[name]
    assert found.path is not None
    assert len(found.path) == expected["n"]
    # the path ends where it began: ψ sums to nothing over the whole sample
    assert found.path[-1] == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize("name", SAMPLES)
def test_the_drift_agrees_with_the_independent_answers(name: str) -> None:
    y, x, expected = sample(name)
    found, answer = drift(y, x, expected["split"]), expected["T3"]
    assert found.statistic == pytest.approx(answer["vr"], abs=SHIPPED)
    # of the random signs nothing is left: no draw of 999 is as large, in either generator
    assert found.pvalue == answer["p"]


@pytest.mark.parametrize(
    ("name", "realised", "since", "bound", "sd", "spell"),
    # printed in the design, by the same independent implementation
    [
        ("KO_PEP_last2500", 0.738, None, -0.028, 0.073, 0.62),
        ("KO_PEP_full", 0.673, 0.684, 0.125, 0.094, 0.52),
        ("XOM_CVX_last2500", 0.836, None, 0.022, 0.069, 0.72),
        ("XOM_CVX_full", 0.809, None, 0.066, 0.093, 0.66),
    ],
)
def test_on_shipped_pairs_the_verdict_is_held_with_the_numbers_of_the_design(
    name: str, realised: float, since: float | None, bound: float, sd: float, spell: float
) -> None:
    y, x, expected = sample(name)
    found = judge(y, x, expected["split"], draws=199)
    assert found.state == "held"
    assert found.realised == pytest.approx(realised, abs=6e-4)
    if since is not None:
        assert found.since_break == pytest.approx(since, abs=6e-4)
    assert found.change_bound == pytest.approx(bound, abs=6e-4)
    assert found.drift_sd == pytest.approx(sd, abs=6e-4)
    assert found.bad_spell == pytest.approx(spell, abs=6e-3)
    assert found.useful == (realised**2 >= 0.25)


def test_the_variance_ratio_is_the_one_of_another_library_s_formula() -> None:
    """Lo and MacKinnon's overlapping estimate, written out sum by sum."""
    y, x = pair(np.random.default_rng(2), 400, 0.6, 0.6)
    q, parts = 20, []
    u, v = normal_scores(devolatilise(y)), normal_scores(devolatilise(x))
    for side in (slice(0, 200), slice(200, 400)):
        _, psi = influence(u[side], v[side])
        parts.append((psi - psi.mean()) / psi.std())
    series = np.concatenate(parts)
    n = len(series)
    mean = series.mean()
    sums = [sum(series[k : k + q]) - q * mean for k in range(n - q + 1)]
    scale = q * (n - q + 1) * (1 - q / n)
    expected = sum(s * s for s in sums) / scale / (sum((z - mean) ** 2 for z in series) / (n - 1))
    assert drift(y, x, 200, window=q, draws=9).statistic == pytest.approx(expected, rel=1e-9)


def test_the_critical_values_are_those_of_the_shipped_table() -> None:
    from microhedge.analysis.lasting_break import _levels, _quantiles

    for level, value in CRITICAL:
        assert np.interp(1.0 - level, _levels(), _quantiles()) == pytest.approx(value, abs=6e-4)


def test_the_null_of_the_break_test_is_that_of_its_table() -> None:
    """Independent ψ of a constant correlation reject about as often as the level says."""
    rng = np.random.default_rng(5)
    found = [lasting_break(*pair(rng, 500, 0.8, 0.8), 250).pvalue for _ in range(300)]
    small = np.mean([p is not None and p < 0.10 for p in found])
    assert small == pytest.approx(0.10, abs=0.06)  # 3.5 standard errors


@pytest.mark.parametrize(
    ("before", "after", "state"),
    # n = 2,500, break in the middle: rows of the design's confusion matrix that are near certain
    [
        (0.8, 0.8, "held"),
        (0.8, 0.4, "broken"),
        (-0.8, -0.4, "broken"),
        (0.8, -0.2, "broken"),
        (-0.8, -0.8, "held"),
        (0.8, 0.68, "weakened"),
        (0.5, 0.75, "held"),
    ],
)
def test_what_is_built_in_is_found(before: float, after: float, state: State) -> None:
    for seed in range(3):
        y, x = pair(np.random.default_rng(seed), 2500, before, after, tails=6.0)
        found = judge(y, x, 1250, draws=99)
        assert found.state == state
        assert found.sentence.startswith("The correlation ")


def test_a_relation_that_comes_and_goes_is_unstable_though_both_halves_agree() -> None:
    rng = np.random.default_rng(0)
    n = 2500
    z = rng.standard_normal((n, 2))
    rho = np.where(np.arange(n) // 156 % 2 == 0, 0.8, 0.4)
    x = rho * z[:, 0] + np.sqrt(1.0 - rho**2) * z[:, 1]
    found = judge(z[:, 0], x, n // 2, draws=199)
    assert found.state == "unstable"
    assert not found.tests[0].rejects()
    assert found.tests[2].rejects()


def test_a_weak_relation_that_held_is_said_to_be_no_hedge() -> None:
    found = judge(*pair(np.random.default_rng(1), 6000, 0.3, 0.3), 3000, draws=99)
    assert found.state == "held"
    assert not found.useful
    assert "too little to hedge with" in found.sentence


def test_a_rise_is_told_as_a_strengthening() -> None:
    for sign in (1.0, -1.0):
        found = judge(
            *pair(np.random.default_rng(1), 2500, sign * 0.5, sign * 0.75), 1250, draws=99
        )
        assert found.strengthened
        assert "became stronger" in found.sentence


def test_few_sessions_leave_it_open() -> None:
    found = judge(*pair(np.random.default_rng(3), 130, 0.4, 0.4), 65, draws=99)
    assert found.state == "inconclusive"
    assert found.sentence.startswith("Inconclusive")


def test_copies_held_and_nothing_is_tested() -> None:
    y, _ = pair(np.random.default_rng(3), 400, 0.5, 0.5)
    with np.errstate(all="raise"):
        found = judge(y, -2.0 * y, 200)
    assert [test.pvalue for test in found.tests] == [None, None, None]
    assert found.adjusted == (None, None, None)
    assert (found.state, found.expected, found.realised) == ("held", -1.0, -1.0)


def test_the_refusals_are_those_of_the_shift() -> None:
    y, x = pair(np.random.default_rng(3), 300, 0.5, 0.5)
    for test in (lasting_break, drift):
        with pytest.raises(NotCovered, match="needs 60 on each side"):
            test(y, x, 10)
        with pytest.raises(BadData, match="does not move"):
            test(np.zeros(300), x, 150)
    with pytest.raises(ParameterError, match="half of the sample"):
        drift(y, x, 150, window=151)


def test_the_same_seed_gives_the_same_p_and_another_seed_nearly_so() -> None:
    y, x = pair(np.random.default_rng(9), 600, 0.6, 0.6)
    one, same, other = (drift(y, x, 300, seed=seed).pvalue for seed in (1, 1, 2))
    assert one == same
    assert one == pytest.approx(other, abs=0.06)


def test_jennrich_for_two_series_is_the_published_matrix_formula() -> None:
    # ½·tr Z² − dg(Z)'·S⁻¹·dg(Z), Z = √c·R⁻¹(R₁ − R₂), S = I + R∘R⁻¹ (Jennrich 1970)
    y, x = pair(np.random.default_rng(4), 500, 0.7, 0.5)
    found = jennrich(y, x, 200)
    first, second = (np.corrcoef(y[s], x[s]) for s in (slice(0, 200), slice(200, 500)))
    pooled = (200 * first + 300 * second) / 500
    inverse = np.linalg.inv(pooled)
    z = np.sqrt(200 * 300 / 500) * inverse @ (first - second)
    s = np.linalg.inv(np.eye(2) + pooled * inverse)
    expected = 0.5 * np.trace(z @ z) - np.diag(z) @ s @ np.diag(z)
    assert found.statistic == pytest.approx(expected, rel=1e-9)
    assert not found.valid
    # rows of the size table: Jennrich and Fisher reject alike
    assert found.pvalue == pytest.approx(fisher(y, x, 200).pvalue, abs=0.02)


def test_a_result_draws_its_path_or_its_estimates() -> None:
    y, x = pair(np.random.default_rng(4), 500, 0.7, 0.3)
    found = judge(y, x, 250, draws=19)
    for test in found.tests:
        axes = Figure().add_subplot()
        test.plot(axes)
        assert axes.get_title() == test.name
        assert axes.lines


def noisy(rho: Floats, rng: np.random.Generator) -> tuple[Floats, Floats]:
    z = rng.standard_normal((len(rho), 2))
    return z[:, 0], rho * z[:, 0] + np.sqrt(1.0 - rho**2) * z[:, 1]


def test_a_break_long_before_the_split_is_no_fall_after_it() -> None:
    rho = np.where(np.arange(3000) < 600, 0.8, 0.5)
    found = judge(*noisy(rho, np.random.default_rng(1)), 2000, draws=99)
    assert found.tests[1].rejects()
    assert found.break_row == pytest.approx(600, abs=60)
    assert found.since_break is None
