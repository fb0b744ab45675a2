"""The number of trials behind a sweep: copies are one, groups are as many as there are."""

from __future__ import annotations

import numpy as np
import pytest

from microhedge.analysis.trials import APART, effective_trials
from microhedge.errors import BadData
from microhedge.tape import Floats


def groups(count: int, each: int, share: float, n: int = 240, seed: int = 1) -> Floats:
    """Columns in groups that have a correlation of `share` within and none between."""
    rng = np.random.default_rng(seed)
    common = np.repeat(rng.standard_normal((n, count)), each, axis=1)
    own = rng.standard_normal((n, count * each))
    mixed: Floats = np.sqrt(share) * common + np.sqrt(1.0 - share) * own
    return mixed


def test_groups_of_cells_that_move_together_are_one_trial_each() -> None:
    found = effective_trials(groups(4, 6, 0.9))
    assert (found.cells, found.effective) == (24, 4)
    labels = found.trial.reshape(4, 6)
    assert all(len(set(row)) == 1 for row in labels.tolist())
    assert len(set(labels[:, 0].tolist())) == 4


def test_cells_that_share_less_than_half_of_their_variance_are_trials_of_their_own() -> None:
    # pairs have a correlation of 0.5, and its error is (1 − 0.25)/√1000 = 0.024
    assert effective_trials(groups(5, 2, 0.5, n=1000)).effective == 10
    assert effective_trials(groups(5, 2, 0.9, n=1000)).effective == 5


def test_copies_scaled_and_shifted_are_one_trial() -> None:
    one = np.random.default_rng(2).standard_normal((100, 1))
    found = effective_trials(one * np.array([1.0, 2.0, 0.1]) + np.array([0.0, 1.0, 5.0]))
    assert found.effective == 1
    assert found.mean_correlation == pytest.approx(1.0)


def test_opposite_cells_are_two_trials() -> None:
    one = np.random.default_rng(2).standard_normal((100, 1))
    assert effective_trials(np.hstack((one, -one))).effective == 2


def test_clusters_are_those_of_average_linkage_done_step_by_step() -> None:
    series = groups(6, 4, 0.72, n=60, seed=4)
    distance: Floats = 1.0 - np.atleast_2d(np.corrcoef(series.T))
    clusters = [[k] for k in range(series.shape[1])]
    while len(clusters) > 1:
        apart, a, b = min(
            (float(distance[np.ix_(one, other)].mean()), i, j)
            for i, one in enumerate(clusters)
            for j, other in enumerate(clusters[:i])
        )
        if apart > APART:
            break
        clusters[b] += clusters.pop(a)
    found = effective_trials(series)
    assert 2 < len(clusters) < 24
    assert found.effective == len(clusters)
    mine = {frozenset(np.flatnonzero(found.trial == one).tolist()) for one in set(found.trial)}
    assert mine == {frozenset(cluster) for cluster in clusters}


def test_cells_that_do_not_move_are_one_trial_together() -> None:
    series = np.zeros((50, 4))
    assert effective_trials(series).effective == 1
    series[:, 3] = np.random.default_rng(1).standard_normal(50)
    assert effective_trials(series).effective == 2
    assert effective_trials(series[:, 3:]).effective == 1
    series[:, 2] = np.random.default_rng(2).standard_normal(50)
    assert effective_trials(series).trial[:2].tolist() == [0, 0]
    assert effective_trials(series).effective == 3


def test_a_lead_that_is_no_number_is_refused() -> None:
    with pytest.raises(BadData, match="leave the cell out"):
        effective_trials(np.full((10, 2), np.nan))
