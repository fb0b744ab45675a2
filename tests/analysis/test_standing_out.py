"""Which cells are as good as the best, and whether it stands alone on the grid."""

from __future__ import annotations

import numpy as np
import pytest

from microhedge.analysis.standing_out import (
    as_good,
    degrees,
    errors_of_difference,
    neighbourhood,
    neighbours,
    standard_errors,
    surroundings,
)
from microhedge.errors import ParameterError
from microhedge.tape import Floats


def moving_average(n: int, columns: int, theta: float, seed: int = 1) -> Floats:
    shock = np.random.default_rng(seed).standard_normal((n + 1, columns))
    return shock[1:] + theta * shock[:-1]


@pytest.mark.parametrize("theta", [0.0, 0.6, -0.5])
def test_standard_errors_are_those_of_the_long_run_variance(theta: float) -> None:
    # an MA(1) has a long-run variance of (1 + θ)²; each estimate has 117 degrees of freedom and
    # so an error of 1/√(2·117) = 6.5 %, the root mean square of 400 one of 0.4 %
    n = 5000
    found = standard_errors(moving_average(n, 400, theta))
    expected = abs(1.0 + theta) / np.sqrt(n)
    assert np.sqrt(np.mean(found**2)) == pytest.approx(expected, rel=0.02)
    assert np.std(found / expected) == pytest.approx(0.065, abs=0.01)


def test_degrees_follow_the_rule_of_lazarus_and_others() -> None:
    # ν = 0.41·T^{2/3}, about; 0.4·5000^{2/3} = 116.96, 0.4·1000^{2/3} = 40
    assert (degrees(5000), degrees(1001), degrees(4)) == (117, 41, 2)


def test_means_are_found_apart_as_often_as_said() -> None:
    # one standard error either way holds the truth 68.3 times in 100; 3 errors of 2,000 are 3.1
    columns = moving_average(1000, 2000, 0.5, seed=3)
    inside = np.abs(columns.mean(axis=0)) <= standard_errors(columns)
    assert np.mean(inside) == pytest.approx(0.683, abs=0.031)


def test_nearly_the_same_series_is_told_apart_by_its_difference_alone() -> None:
    rng = np.random.default_rng(5)
    common = rng.standard_normal(2000)
    tiny = 0.001 * rng.standard_normal((2000, 2))
    leads = np.column_stack((common + 1e-3, common + 1e-3 - 5e-7, common, common - tiny[:, 0]))
    # all four means lie within one of their own errors, 0.022
    assert np.ptp(leads.mean(axis=0)) < float(standard_errors(leads[:, :1])[0])
    marks = as_good(np.column_stack((leads[:, 0], leads[:, 0], leads[:, 2:])), 0)
    # a copy is as good; what is lower by 1e-3 on every session, or nearly so, is not
    assert marks.tolist() == [True, True, False, False]


def test_the_error_is_that_of_the_difference() -> None:
    leads = moving_average(1500, 3, 0.3, seed=9)
    apart = errors_of_difference(leads, 1)
    by_hand = standard_errors(np.column_stack((leads[:, 1] - leads[:, 0], leads[:, 0] * 0.0)))
    assert apart[0] == pytest.approx(by_hand[0])
    assert apart[1] == 0.0
    assert as_good(leads, 1)[1]


def test_neighbours_are_one_step_away_on_one_axis() -> None:
    # a grid of 3 × 2 without its last corner
    grid = np.array([(0, 0), (0, 1), (1, 0), (1, 1), (2, 0)])
    assert [set(one) for one in neighbours(grid)] == [{1, 2}, {0, 3}, {0, 3, 4}, {1, 2}, {2}]
    assert neighbours(grid, ordered=(True, False)) == ((2,), (3,), (0, 4), (1,), (2,))


def test_two_cells_at_one_place_are_refused() -> None:
    with pytest.raises(ParameterError, match=r"two cells at \(0, 1\)"):
        neighbours(np.array([(0, 1), (1, 1), (0, 1)]))


def test_surroundings_are_the_mean_and_the_least_of_neighbours() -> None:
    mean, least = surroundings(np.array([1.0, 3.0, 5.0]), ((1, 2), (0,), ()))
    np.testing.assert_array_equal(mean, [4.0, 1.0, np.nan])
    np.testing.assert_array_equal(least, [3.0, 1.0, np.nan])


def test_a_cell_whose_neighbours_have_no_lead_is_a_spike() -> None:
    leads = np.random.default_rng(2).standard_normal((2000, 5))
    leads -= leads.mean(axis=0)
    leads[:, 2] += 0.2
    found = neighbourhood(leads, 2, (1, 3))
    assert found is not None
    assert found.is_spike
    # the variance of a mean of two is a half, so that of the gap is 1.5; with 64 degrees of
    # freedom the error is known to 1/√128 = 8.8 %
    assert found.error == pytest.approx(np.sqrt(1.5 / 2000), rel=0.35)
    assert found.count == 2
    assert found.gap == pytest.approx(0.2)


def test_a_cell_on_a_hill_is_no_spike_however_well_the_difference_is_known() -> None:
    rng = np.random.default_rng(2)
    common = 0.2 + rng.standard_normal((2000, 1))
    leads = common + 1e-4 * rng.standard_normal((2000, 3))
    leads[:, 1] += 0.02
    found = neighbourhood(leads, 1, (0, 2))
    assert found is not None
    assert found.gap > 100.0 * found.error
    assert not found.is_spike


def test_a_gap_within_its_error_and_a_lead_below_zero_are_no_spikes() -> None:
    leads = np.random.default_rng(4).standard_normal((2000, 3))
    leads -= leads.mean(axis=0)
    leads[:, 0] += 0.02
    near = neighbourhood(leads, 0, (1, 2))
    assert near is not None
    assert not near.is_spike
    below = neighbourhood(leads - 1.0, 0, (1, 2))
    assert below is not None
    assert not below.is_spike
    assert neighbourhood(leads, 0, ()) is None
