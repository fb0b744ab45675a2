"""Hull's hedge, what a sale removes, the normal's tails, and simulated hedges of known truth."""

from __future__ import annotations

from math import exp, pi, sqrt
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import pearsonr

from microhedge.analysis.risk_removed import AVERSIONS, RiskRemoved, pitman_morgan, risk_removed
from microhedge.errors import BadData
from microhedge.tape import Floats

HULL = Path(__file__).parents[1] / "golden" / "hull.csv"
NAMES = (
    "semivariance value_at_risk shortfall variance_in variance_out up_capture down_capture "
    "cost_of_volatility cost_of_shortfall break_even"
).split()


def returns(values: Floats) -> Floats:
    """Put the 0 of the first session before returns."""
    return np.concatenate(([0.0], values))


def pair(
    rng: np.random.Generator, n: int, *, ratio: float, rho: float = 0.8, tails: float | None = None
) -> tuple[Floats, Floats]:
    """A holding hedged with `ratio` of a peer of the same volatility; hedged returns first."""
    z = 0.01 * rng.standard_normal((n, 2))
    if tails is not None:
        z *= np.sqrt((tails - 2.0) / rng.chisquare(tails, (n, 1)))
    peer = rho * z[:, 0] + sqrt(1.0 - rho**2) * z[:, 1]
    return returns(z[:, 0] - ratio * peer), returns(z[:, 0])


def estimates(found: RiskRemoved) -> dict[str, float | None]:
    return {name: getattr(found, name).estimate for name in NAMES}


def test_hulls_hedge_effectiveness_in_and_out_of_sample() -> None:
    spot, future = np.loadtxt(HULL, delimiter=",", comments=("#", "d")).T
    hedged, unhedged = returns(spot - 0.7777 * future), returns(spot)
    after, before = risk_removed(hedged, unhedged), risk_removed(hedged, unhedged, first=15)
    assert after.variance_out.estimate == pytest.approx(0.8619, abs=5e-4)
    assert after.variance_in.estimate is None
    assert before.variance_in.estimate == pytest.approx(0.8619, abs=5e-4)
    assert before.variance_out.estimate is None


def test_the_sample_is_cut_after_the_row_of_the_premise() -> None:
    unhedged = np.array([0.0, 0.05, -0.05, 0.01, -0.01, 0.01, -0.01])
    hedged = np.array([0.0, 0.10, -0.10, 0.005, -0.005, 0.005, -0.005])
    found = risk_removed(hedged, unhedged, first=2)
    assert found.variance_in.estimate == pytest.approx(-3.0)  # twice the returns
    assert found.variance_out.estimate == pytest.approx(0.75)  # half of them


def test_selling_a_part_scales_every_risk() -> None:
    rng = np.random.default_rng(1)
    unhedged = returns(0.001 + 0.01 * rng.standard_t(4, 600))
    found = risk_removed(0.7 * unhedged, unhedged, first=200, draws=200)
    for name in ("semivariance", "variance_in", "variance_out"):
        interval = getattr(found, name)
        assert interval.estimate == pytest.approx(0.51)  # 1 − 0.7²
        assert (interval.low, interval.high) == pytest.approx((0.51, 0.51))
    for name in ("value_at_risk", "shortfall"):
        assert getattr(found, name).estimate == pytest.approx(0.3)
    for name in ("up_capture", "down_capture"):
        assert getattr(found, name).estimate == pytest.approx(0.7)
    mean, variance = float(unhedged[1:].mean()), float(unhedged[1:].var())
    for aversion in AVERSIONS:
        change = found.certainty_equivalent[aversion].estimate
        expected = 252.0 * (-0.3 * mean + aversion / 2.0 * 0.51 * variance)
        assert change == pytest.approx(expected)
    # 0.3·m = γ/2 · 0.51·v
    assert found.break_even.estimate == pytest.approx(0.6 * mean / (0.51 * variance))


def test_intervals_of_differences_move_together() -> None:
    rng = np.random.default_rng(2)
    unhedged = returns(0.01 * rng.standard_t(4, 600))
    sold = risk_removed(0.7 * unhedged, unhedged, draws=200)
    apart = sold.difference("value_at_risk", "shortfall")
    assert (apart.estimate, apart.low, apart.high) == pytest.approx((0.0, 0.0, 0.0), abs=1e-12)
    hedged, unhedged = pair(rng, 600, ratio=0.8)
    found = risk_removed(hedged, unhedged, draws=400)
    apart = found.difference("semivariance", "variance_out")
    alone = found.semivariance, found.variance_out
    assert apart.low is not None
    assert apart.high is not None
    widths = [one.high - one.low for one in alone if one.high is not None and one.low is not None]
    assert apart.high - apart.low < 0.8 * sqrt(sum(width**2 for width in widths))


def test_the_tails_and_the_price_of_normal_returns() -> None:
    n = 100_000
    z = np.random.default_rng(3).standard_normal((2, n))
    hedged, unhedged = returns(0.01 * z[0]), returns(0.02 * z[1])
    found = risk_removed(hedged, unhedged, cost=0.02, draws=2)
    # all risks of a normal are multiples of its standard deviation
    for name in ("value_at_risk", "shortfall"):
        assert getattr(found, name).estimate == pytest.approx(0.5, abs=0.01)
    assert found.semivariance.estimate == pytest.approx(0.75, abs=0.01)
    # 200 basis points for √252 · 1 point of volatility, and for φ(1.6449)/0.05 = 2.0627 of tail
    tail = exp(-(1.644854**2) / 2.0) / sqrt(2.0 * pi) / 0.05
    assert found.cost_of_volatility.estimate == pytest.approx(200.0 / sqrt(252.0), rel=0.01)
    assert found.cost_of_shortfall.estimate == pytest.approx(200.0 / tail, rel=0.02)


def test_the_tail_is_the_worst_twentieth_rounded_up() -> None:
    # of 21 sessions the two worst: −8 % and −4 % without, −2 % and −1 % with the hedge
    unhedged = returns(np.array([-0.08, -0.04, *([0.01] * 19)]))
    hedged = returns(np.array([-0.02, -0.01, *([0.0] * 19)]))
    found = risk_removed(hedged, unhedged, cost=0.01)
    assert found.value_at_risk.estimate == pytest.approx(1.0 - 0.01 / 0.04)
    assert found.shortfall.estimate == pytest.approx(1.0 - 0.015 / 0.06)
    # 100 basis points for 4.5 points of expected shortfall
    assert found.cost_of_shortfall.estimate == pytest.approx(100.0 / 4.5)
    assert found.semivariance.estimate == pytest.approx(1.0 - 0.0005 / 0.008)
    assert found.down_capture.estimate == pytest.approx(0.03 / 0.12)
    assert found.up_capture.estimate == 0.0


def test_the_deepest_fall() -> None:
    unhedged = np.array([0.0, -0.1, -0.1, 0.3, 0.0])
    hedged = np.array([0.0, 0.0, -0.05, 0.1, -0.02])
    found = risk_removed(hedged, unhedged)
    assert found.max_drawdown == pytest.approx(1.0 - 0.05 / 0.19)


def test_a_hedge_that_adds_risk_has_no_price_of_removing_it() -> None:
    rng = np.random.default_rng(4)
    hedged, unhedged = pair(rng, 400, ratio=-1.0)
    found = risk_removed(hedged, unhedged, cost=0.01, draws=200)
    assert found.semivariance.estimate is not None
    assert found.semivariance.estimate < 0.0
    for name in ("cost_of_volatility", "cost_of_shortfall", "break_even"):
        interval = getattr(found, name)
        assert (interval.estimate, interval.low) == (None, None)


def test_without_a_cost_there_is_no_price() -> None:
    found = risk_removed(*pair(np.random.default_rng(5), 300, ratio=0.8), draws=100)
    assert found.cost_of_volatility.estimate is None
    assert found.cost_of_shortfall.estimate is None


def test_the_intervals_hold_the_truth_as_often_as_they_say() -> None:
    # least-variance ratio of a peer of the same volatility: 1 − ρ² of the variance stays, and
    # as much of every mean square and tail of a normal
    rng, held = np.random.default_rng(6), np.zeros(3)
    for seed in range(60):
        hedged, unhedged = pair(rng, 400, ratio=0.8)
        found = risk_removed(hedged, unhedged, draws=199, seed=seed)
        truths = ((found.semivariance, 0.64), (found.variance_out, 0.64), (found.shortfall, 0.4))
        held += [one.side(truth) == 0 for one, truth in truths]
    # 95 % of 60 are 57, with a standard error of 1.7
    assert held.min() >= 51


def test_one_seed_gives_one_answer() -> None:
    hedged, unhedged = pair(np.random.default_rng(7), 300, ratio=0.8)
    one, same, other = (
        risk_removed(hedged, unhedged, draws=100, seed=seed).semivariance for seed in (1, 1, 2)
    )
    assert one == same
    assert one != other


def test_blocks_are_at_least_the_cube_root() -> None:
    found = risk_removed(*pair(np.random.default_rng(8), 1000, ratio=0.8), draws=10)
    assert (found.n, found.draws) == (1000, 10)
    assert found.block >= 10.0


@pytest.mark.parametrize(("n", "draws"), [(167, 0), (168, 50)])
def test_eight_months_are_needed_for_an_interval(n: int, draws: int) -> None:
    found = risk_removed(*pair(np.random.default_rng(9), n, ratio=0.8), draws=50)
    assert found.draws == draws
    assert (found.semivariance.low is not None) == (draws > 0)
    assert ("95% interval" in found.sentence) == (draws > 0)
    assert found.difference("semivariance", "shortfall").estimate is not None


@pytest.mark.parametrize("n", [0, 1, 2, 200])
def test_a_holding_that_stands_still_has_no_risk_to_remove(n: int) -> None:
    found = risk_removed(np.zeros(n), np.zeros(n), cost=0.01, draws=20)
    assert set(estimates(found).values()) == {None}
    assert found.max_drawdown is None
    assert found.sentence == (
        f"In {max(n - 1, 0)} sessions the holding bore no loss that a hedge could remove."
    )


def test_a_steady_gain_is_no_risk_either() -> None:
    steady = returns(np.full(300, 0.001))
    found = risk_removed(steady, steady, draws=20)
    assert found.variance_out.estimate is None
    assert found.semivariance.estimate is None
    assert found.up_capture.estimate == pytest.approx(1.0)


def test_without_draws_the_estimates_are_the_same_and_stand_alone() -> None:
    returns = pair(np.random.default_rng(3), 400, ratio=0.8)
    found, bounded = (risk_removed(*returns, draws=draws) for draws in (0, 50))
    assert found.semivariance.estimate == bounded.semivariance.estimate
    assert found.semivariance.low is None
    assert bounded.semivariance.low is not None
    assert found.draws == 0


def test_no_hedge_removes_nothing() -> None:
    _, unhedged = pair(np.random.default_rng(10), 300, ratio=0.0)
    found = risk_removed(unhedged, unhedged, cost=0.0, draws=50)
    assert found.semivariance.estimate == 0.0
    assert found.certainty_equivalent[5].estimate == 0.0
    assert found.cost_of_volatility.estimate is None
    assert found.break_even.estimate is None


def test_everything_sold_removes_everything() -> None:
    _, unhedged = pair(np.random.default_rng(11), 300, ratio=0.0)
    found = risk_removed(np.zeros(301), unhedged, draws=50)
    assert found.variance_out.estimate == 1.0
    assert found.shortfall.estimate == 1.0
    assert found.max_drawdown == 1.0


def test_what_is_no_return_is_refused() -> None:
    hedged, unhedged = pair(np.random.default_rng(12), 100, ratio=0.8)
    with pytest.raises(BadData, match="both must be alike"):
        risk_removed(hedged[1:], unhedged)
    hedged[17] = np.nan
    with pytest.raises(BadData, match="with the hedge in row 17"):
        risk_removed(hedged, unhedged)
    with pytest.raises(BadData, match="without the hedge in row 17"):
        pitman_morgan(unhedged, hedged)


def test_the_correlation_of_sum_and_difference_is_that_of_the_variances() -> None:
    hedged, unhedged = pair(np.random.default_rng(13), 500, ratio=0.5)
    found = pitman_morgan(hedged, unhedged)
    a, b = float(np.var(unhedged[1:])), float(np.var(hedged[1:]))
    r = float(np.corrcoef(unhedged[1:], hedged[1:])[0, 1])
    # Pitman 1939: (σ₁² − σ₂²) / √((σ₁² + σ₂²)² − 4·r²·σ₁²·σ₂²)
    expected = (a - b) / sqrt((a + b) ** 2 - 4.0 * r * r * a * b)
    assert found.estimate is not None
    assert found.estimate.value == pytest.approx(expected, abs=1e-12)
    assert [part.value for part in found.parts] == pytest.approx([a, b])
    assert found.n == 500


def test_the_test_keeps_its_size_under_fat_tails_and_the_textbook_does_not() -> None:
    # ratio 2·ρ leaves the variance as it was; 300 draws have standard errors of 1.3 and 2.5 points
    rng, robust, textbook = np.random.default_rng(14), 0, 0
    for _ in range(300):
        hedged, unhedged = pair(rng, 400, ratio=1.6, tails=4.0)
        robust += pitman_morgan(hedged, unhedged).rejects()
        textbook += bool(pearsonr(hedged + unhedged, unhedged - hedged).pvalue < 0.05)
    assert robust / 300 < 0.09
    assert textbook / 300 > 0.12


@pytest.mark.parametrize(("ratio", "sign"), [(0.8, 1.0), (-0.4, -1.0)])
def test_a_change_of_the_variance_is_found_with_its_sign(ratio: float, sign: float) -> None:
    found = pitman_morgan(*pair(np.random.default_rng(15), 1000, ratio=ratio, tails=5.0))
    assert found.rejects(0.01)
    assert found.statistic is not None
    assert sign * found.statistic > 0.0
    word = "removed" if sign > 0.0 else "added"
    assert found.sentence.startswith("The hedge changed the variance: ")
    assert found.sentence.endswith(f"% of it was {word} (p < 0.001).")


def test_the_interval_leaves_out_zero_exactly_when_the_test_rejects() -> None:
    rng = np.random.default_rng(16)
    for ratio in np.linspace(1.2, 2.0, 30):
        found = pitman_morgan(*pair(rng, 300, ratio=float(ratio)))
        assert found.estimate is not None
        assert found.estimate.low is not None
        assert found.estimate.high is not None
        assert found.rejects() == (not found.estimate.low <= 0.0 <= found.estimate.high)


@pytest.mark.parametrize("part", [1.0, 0.5, 0.0, -1.0])
def test_a_multiple_of_the_holding_leaves_nothing_to_test(part: float) -> None:
    _, unhedged = pair(np.random.default_rng(17), 300, ratio=0.0)
    found = pitman_morgan(part * unhedged, unhedged)
    assert (found.statistic, found.pvalue, found.estimate) == (None, None, None)
    assert "nothing to test" in found.sentence


@pytest.mark.parametrize("n", [0, 1, 60])
def test_sixty_sessions_are_needed(n: int) -> None:
    hedged, unhedged = pair(np.random.default_rng(18), 60, ratio=0.8)
    found = pitman_morgan(hedged[:n], unhedged[:n])
    assert found.pvalue is None
    assert found.caveat == f"{max(n - 1, 0)} sessions: the test needs 60"
    assert pitman_morgan(hedged, unhedged).pvalue is not None
