"""Intervals against formulas, and against the truth that simulated returns were drawn from."""

from __future__ import annotations

from datetime import date
from math import exp, log1p, sqrt

import numpy as np
import pytest

from microhedge.analysis import effectiveness
from microhedge.analysis.bootstrap import Interval, intervals
from microhedge.calendar import day_number, sessions
from microhedge.tape import Days, Floats

DAY: Days = sessions(day_number(date(2010, 1, 29)), day_number(date(2019, 12, 31)))
ROLLS = np.arange(0, len(DAY), 41)


def run(seed: int = 1, n: int = len(DAY)) -> tuple[Floats, Floats]:
    """A holding, and a hedge that takes 60 % of its moves and has noise of its own."""
    rng = np.random.default_rng(seed)
    unhedged = 0.0005 + 0.012 * rng.standard_normal(n)
    hedged = 0.4 * unhedged + 0.004 * rng.standard_normal(n)
    unhedged[0] = hedged[0] = 0.0
    return hedged, unhedged


def bounds_of(interval: Interval) -> tuple[float, float]:
    assert interval.low is not None
    assert interval.high is not None
    return interval.low, interval.high


def test_the_interval_of_a_yearly_difference_has_the_width_of_independent_returns() -> None:
    # log growth a year is Σ log(1 + r) / T, so for independent sessions the difference of two
    # runs has a standard error of sd(d)·√n / T, and g·(that) after conversion when both grow g
    rng = np.random.default_rng(3)
    unhedged = 0.01 * rng.standard_normal(len(DAY))
    hedged = unhedged + 0.004 * rng.standard_normal(len(DAY))
    unhedged[0] = hedged[0] = 0.0
    years = (DAY[-1] - DAY[0]) / 365.25
    growth = exp(np.log1p(hedged).sum() / years)
    error = growth * np.std(np.log1p(hedged[1:]) - np.log1p(unhedged[1:])) * sqrt(len(DAY)) / years
    low, high = bounds_of(intervals(hedged, unhedged, None, DAY).over_unhedged)
    assert (high - low) / (2 * 1.96) == pytest.approx(error, rel=0.15)


def test_the_estimates_are_those_of_the_definitions() -> None:
    hedged, unhedged = run()
    found = intervals(hedged, unhedged, 0.5 * unhedged, DAY)
    years = (DAY[-1] - DAY[0]) / 365.25
    annual = [np.prod(1.0 + r) ** (1.0 / years) for r in (hedged, unhedged, 0.5 * unhedged)]
    months = effectiveness.month_bounds(DAY)
    assert found.over_unhedged.estimate == pytest.approx(annual[0] - annual[1])
    assert found.over_sale.estimate == pytest.approx(annual[0] - annual[2])
    assert found.losses_borne.estimate == effectiveness.losses_borne(hedged, unhedged, months)
    assert found.gains_kept.estimate == effectiveness.gains_kept(hedged, unhedged, months)
    assert found.variance_removed.estimate == pytest.approx(
        effectiveness.variance_removed(hedged, unhedged)
    )


def test_roll_periods_are_all_that_an_option_hedge_is_judged_by() -> None:
    hedged, unhedged = run()
    bounds = ROLLS[3:30]
    found = intervals(hedged, unhedged, None, DAY, bounds=bounds)
    first, last = int(bounds[0]), int(bounds[-1])
    years = (DAY[last] - DAY[first]) / 365.25
    ours, theirs = (
        exp(sum(log1p(r) for r in returns[first + 1 : last + 1]) / years)
        for returns in (hedged, unhedged)
    )
    assert (found.unit, found.n) == ("roll period", 26)
    assert found.over_unhedged.estimate == pytest.approx(ours - theirs)
    hedged[last + 1 :] = unhedged[: first + 1] = 0.5  # outside: must not matter
    assert intervals(hedged, unhedged, None, DAY, bounds=bounds) == found


@pytest.mark.parametrize("bounds", [None, ROLLS])
def test_a_hedge_that_does_nothing_differs_by_nothing(bounds: np.ndarray | None) -> None:
    _, unhedged = run()
    found = intervals(unhedged, unhedged, unhedged, DAY, bounds=bounds)
    nothing = Interval(0.0, 0.0, 0.0, 0.0, 0.0)
    assert found.over_unhedged == nothing
    assert found.over_sale == nothing
    assert bounds_of(found.losses_borne) == pytest.approx((1.0, 1.0))
    assert bounds_of(found.gains_kept) == pytest.approx((1.0, 1.0))
    assert bounds_of(found.variance_removed) == pytest.approx((0.0, 0.0))


@pytest.mark.parametrize("bounds", [None, ROLLS])
def test_half_the_holding_has_a_quarter_of_its_variance_in_every_resample(
    bounds: np.ndarray | None,
) -> None:
    _, unhedged = run()
    found = intervals(0.5 * unhedged, unhedged, None, DAY, bounds=bounds)
    assert bounds_of(found.variance_removed) == pytest.approx((0.75, 0.75))
    # compounding moves half the loss of a month a little from 50 %
    assert bounds_of(found.losses_borne) == pytest.approx((0.5, 0.5), abs=0.03)
    assert found.losses_borne.side(1.0) == -1


@pytest.mark.parametrize("bounds", [None, ROLLS])
def test_intervals_are_nested_around_the_estimate(bounds: np.ndarray | None) -> None:
    hedged, unhedged = run()
    found = intervals(hedged, unhedged, 0.6 * unhedged, DAY, bounds=bounds)
    for one in (found.over_unhedged, found.over_sale, found.losses_borne, found.gains_kept):
        assert one.estimate is not None
        assert one.low80 is not None
        assert one.high80 is not None
        low, high = bounds_of(one)
        assert low < one.low80 < one.estimate < one.high80 < high


@pytest.mark.parametrize("sessions_a_roll", [None, 30, 12])
def test_intervals_hold_the_truth_about_as_often_as_they_say(sessions_a_roll: int | None) -> None:
    # 0.4 of the moves and noise of a third of them: 1 − (0.16·0.0144 + 0.0016)/0.0144
    truth = 1.0 - (0.16 * 0.012**2 + 0.004**2) / 0.012**2
    n, hits = 600, []
    # 19 and 49 roll periods; sessions
    bounds = np.arange(0, n, sessions_a_roll) if sessions_a_roll else None
    for seed in range(100):
        found = intervals(*run(100 + seed, n), None, DAY[:n], bounds=bounds, draws=200)
        low, high = bounds_of(found.variance_removed)
        hits.append(low <= truth <= high)
    # 100 samples have a standard error of 2.2 points; plain percentiles of 19 periods give 79 %
    assert np.mean(hits) > 0.88


def test_the_seed_decides_the_draws_and_little_else() -> None:
    hedged, unhedged = run()
    one, same, other = (
        intervals(hedged, unhedged, None, DAY, bounds=ROLLS, seed=seed) for seed in (4, 4, 5)
    )
    assert one == same
    assert one.over_unhedged != other.over_unhedged
    assert bounds_of(one.losses_borne) == pytest.approx(bounds_of(other.losses_borne), abs=0.03)


@pytest.mark.parametrize("periods", [0, 1, 7])
def test_a_few_roll_periods_allow_no_inference(periods: int) -> None:
    hedged, unhedged = run()
    found = intervals(hedged, unhedged, None, DAY, bounds=ROLLS[: periods + 1])
    assert (found.n, found.draws) == (periods, 0)
    assert found.over_unhedged.low is None
    assert found.over_unhedged.side() == 0
    assert (found.over_unhedged.estimate is None) == (periods == 0)


def test_a_few_months_allow_no_inference_about_a_linear_hedge() -> None:
    hedged, unhedged = run(n=150)
    assert intervals(hedged, unhedged, None, DAY[:150]).losses_borne.low is None


def test_without_a_sale_there_is_no_difference_to_it() -> None:
    hedged, unhedged = run()
    assert intervals(hedged, unhedged, None, DAY).over_sale == Interval()


def test_a_hedge_that_lost_everything_has_no_yearly_difference() -> None:
    hedged, unhedged = run()
    hedged[100] = -1.0
    found = intervals(hedged, unhedged, None, DAY, bounds=ROLLS)
    assert found.over_unhedged == Interval()
    assert found.losses_borne.low is not None


def test_a_holding_that_never_fell_has_no_losses_to_bear() -> None:
    _, unhedged = run()
    rising = np.abs(unhedged)
    found = intervals(0.5 * rising, rising, None, DAY, bounds=ROLLS)
    assert found.losses_borne == Interval()
    assert found.gains_kept.low is not None


def test_a_side_is_told_at_either_level() -> None:
    one = Interval(0.2, -0.1, 0.5, 0.05, 0.4)
    assert [one.side(), one.side(level=80), one.side(0.6), one.side(0.45, level=80)] == [
        0,
        1,
        -1,
        -1,
    ]
