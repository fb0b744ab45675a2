"""Means by size of the move: sums by hand, and a move on an edge is the smaller one."""

from __future__ import annotations

import numpy as np
import pytest

from microhedge.analysis.by_move import EDGES, by_move

ALONE = np.array([-0.30, -0.12, -0.10, -0.07, -0.05, -0.01, 0.0, 0.04, 0.10, 0.20])
HEDGED = np.array([-0.12, -0.10, -0.09, -0.07, -0.06, -0.03, -0.02, 0.02, 0.08, 0.16])


def test_means_by_hand() -> None:
    found = by_move(ALONE, (HEDGED, ALONE / 2.0))
    assert [one.count for one in found] == [2, 2, 2, 3, 1]
    # (0.30 + 0.12) / 2, (0.10 + 0.07) / 2, (0.05 + 0.01) / 2, (0.00 + 0.04 + 0.10) / 3
    means = [-0.21, -0.085, -0.03, 0.14 / 3.0, 0.20]
    assert [one.unhedged for one in found] == pytest.approx(means)
    hedged = [one.hedged[0] for one in found]
    assert hedged == pytest.approx([-0.11, -0.08, -0.045, 0.08 / 3.0, 0.16])
    assert [one.hedged[1] for one in found] == pytest.approx([mean / 2.0 for mean in means])


def test_a_range_without_a_period_has_no_mean() -> None:
    found = by_move(np.array([0.02]), (np.array([0.01]),))
    assert [one.count for one in found] == [0, 0, 0, 1, 0]
    assert found[0].unhedged is None
    assert found[0].hedged == (None,)
    nothing = by_move(np.empty(0), (np.empty(0),))
    assert all(one.count == 0 and one.unhedged is None for one in nothing)


@pytest.mark.parametrize(("edge", "place"), list(zip(EDGES, (1, 2, 3, 3), strict=True)))
def test_a_return_on_an_edge_is_the_smaller_move(edge: float, place: int) -> None:
    found = by_move(np.array([edge]), (np.array([edge]),))
    assert [one.count for one in found].index(1) == place
