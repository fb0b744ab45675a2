"""The offset on the largest moves, against statsmodels and by hand."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm

from microhedge.analysis.largest_moves import largest_moves


def test_the_offset_is_a_slope_through_the_origin_with_whites_error() -> None:
    rng = np.random.default_rng(4)
    own = 0.02 * rng.standard_t(3, 1500)
    hedged = own - 0.6 * own - 0.01 * rng.standard_normal(1500) * (1.0 + 20.0 * np.abs(own))
    found = largest_moves(hedged, own)
    assert found is not None
    assert len(found.rows) == 15
    rest = np.setdiff1d(np.arange(1500), found.rows)
    assert np.abs(own[found.rows]).min() >= np.abs(own[rest]).max()
    line = sm.OLS(own[found.rows] - hedged[found.rows], own[found.rows]).fit(
        cov_type="HC1", use_t=True
    )
    assert found.offset.value == pytest.approx(float(line.params[0]), rel=1e-12)
    assert found.offset.standard_error == pytest.approx(float(line.bse[0]), rel=1e-12)
    assert (found.offset.low, found.offset.high) == pytest.approx(line.conf_int()[0], rel=1e-10)
    others = sm.OLS(own[rest] - hedged[rest], own[rest]).fit()
    assert found.others == pytest.approx(float(others.params[0]), rel=1e-12)


def test_a_hedge_that_misses_the_large_moves_by_hand() -> None:
    # ten moves of 10 % of which nothing was saved, ninety of 1 % of which all was
    own = np.concatenate((np.full(10, -0.10), np.full(90, 0.01)))
    hedged = np.concatenate((np.full(10, -0.10), np.zeros(90)))
    found = largest_moves(hedged, own)
    assert found is not None
    assert found.rows.tolist() == list(range(10))
    assert found.offset.value == 0.0
    assert found.others == pytest.approx(1.0)
    assert (found.offset.low, found.offset.high) == (0.0, 0.0)


def test_choosing_the_sessions_by_size_does_not_raise_the_offset() -> None:
    # a linear relation has one slope at every size of move: within two standard errors here
    found = [_linear(seed) for seed in range(200)]
    assert abs(np.mean(found) - 0.5) < 2.0 * np.std(found) / np.sqrt(200)


def _linear(seed: int) -> float:
    rng = np.random.default_rng(seed)
    own = 0.01 * rng.standard_normal(1000)
    one = largest_moves(own - 0.5 * own - 0.01 * rng.standard_normal(1000), own)
    assert one is not None
    return one.offset.value


def test_the_interval_holds_the_slope_about_as_often_as_it_says() -> None:
    held = 0
    for seed in range(400):
        rng = np.random.default_rng(1000 + seed)
        own = 0.01 * rng.standard_t(4, 3000)
        one = largest_moves(own - 0.5 * own - 0.01 * rng.standard_t(4, 3000), own)
        assert one is not None
        assert one.offset.low is not None
        assert one.offset.high is not None
        held += one.offset.low <= 0.5 <= one.offset.high
    assert 0.90 <= held / 400 <= 0.975


def test_too_few_sessions_or_a_holding_that_stands_still_have_none() -> None:
    own = np.linspace(-0.01, 0.01, 39)
    assert largest_moves(own, own) is None
    still = np.zeros(100)
    still[:5] = 0.01
    assert largest_moves(still, still) is None
