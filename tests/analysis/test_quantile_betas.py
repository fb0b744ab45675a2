"""Quantile lines against Koenker and Bassett's example and against a spread of known quantiles."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import ndtri
from statsmodels.datasets import engel

from microhedge.analysis.quantile_betas import quantile_betas
from microhedge.errors import BadData, NotCovered

TOLERANCE = 5e-4
# R's quantreg 5.94, method "br", on Engel's food expenditure: quantile, intercept, slope
ENGEL = (
    (0.05, 124.88004, 0.34336106),
    (0.5, 81.48224742, 0.56018055),
    (0.95, 64.10396, 0.70906852),
)


@pytest.mark.parametrize(("tau", "intercept", "slope"), ENGEL)
def test_engels_law(tau: float, intercept: float, slope: float) -> None:
    data = engel.load_pandas().data
    y, x = data["foodexp"].to_numpy(float), data["income"].to_numpy(float)
    (line,) = quantile_betas(y, x, (tau,)).lines
    assert line.slope is not None
    assert line.settled
    assert line.slope.value == pytest.approx(slope, abs=TOLERANCE)
    assert line.intercept == pytest.approx(intercept, abs=TOLERANCE)


def test_the_slopes_of_a_spread_that_grows_with_the_hedge() -> None:
    # y = x·(1 + e): the quantile tau of y is (1 + Φ⁻¹(tau))·x
    rng = np.random.default_rng(1)
    x = rng.uniform(0.5, 2.5, 6000)
    found = quantile_betas(x * (1.0 + rng.standard_normal(6000)), x)
    for line in found.lines:
        assert line.slope is not None
        assert line.slope.low is not None
        assert line.slope.high is not None
        assert line.slope.value == pytest.approx(1.0 + float(ndtri(line.tau)), abs=0.2)
        assert line.slope.low < line.slope.value < line.slope.high
    assert found.least_squares.value == pytest.approx(1.0, abs=0.15)
    assert "by least squares, and by quantile of the holding's return" in found.sentence


def test_least_squares_is_that_of_polyfit() -> None:
    rng = np.random.default_rng(2)
    x = 0.01 * rng.standard_normal(300)
    y = 0.7 * x + 0.005 * rng.standard_normal(300)
    found = quantile_betas(y, x).least_squares
    assert found.value == pytest.approx(np.polyfit(x, y, 1)[0], rel=1e-9)
    assert found.standard_error == pytest.approx(0.5 / np.sqrt(300), rel=0.3)


def test_units_do_not_matter() -> None:
    rng = np.random.default_rng(3)
    x = rng.standard_t(4, 400)
    y = 0.5 * x + rng.standard_t(4, 400)
    large, small = quantile_betas(y, x, (0.25,)), quantile_betas(1e-4 * y, 1e-6 * x, (0.25,))
    assert large.lines[0].slope is not None
    assert small.lines[0].slope is not None
    assert small.lines[0].slope.value == pytest.approx(100.0 * large.lines[0].slope.value, rel=1e-6)


def test_few_sessions_beyond_a_quantile_give_no_interval_and_fewer_no_line() -> None:
    rng = np.random.default_rng(4)
    x = rng.standard_normal(150)
    lines = quantile_betas(x + rng.standard_normal(150), x).lines
    assert [line.beyond for line in lines] == [8, 38, 75, 38, 8]
    assert (lines[0].slope, lines[0].intercept) == (None, None)
    assert lines[1].slope is not None
    assert lines[1].slope.low is None
    assert lines[2].slope is not None
    assert lines[2].slope.low is not None


def test_copies_have_the_same_line_at_every_quantile() -> None:
    x = np.random.default_rng(5).standard_normal(200)
    found = quantile_betas(2.0 - 3.0 * x, x)
    for line in found.lines:
        assert line.slope is not None
        assert line.slope.value == pytest.approx(-3.0)
        assert line.slope.low is None
        assert line.intercept == pytest.approx(2.0)
    assert found.least_squares.value == pytest.approx(-3.0)
    assert found.sentence.startswith("The two are copies")


def test_stale_prices_warn_of_nothing() -> None:
    rng = np.random.default_rng(6)
    y, x = np.round(rng.standard_normal(400)), np.round(rng.standard_normal(400))
    y[:300] = 0.0
    for line in quantile_betas(y, x).lines:
        assert line.slope is not None
        assert np.isfinite(line.slope.value)


def test_what_no_line_can_be_drawn_through_is_refused() -> None:
    x = np.random.default_rng(7).standard_normal(100)
    with pytest.raises(BadData, match="the hedge does not move"):
        quantile_betas(x, np.ones(100))
    with pytest.raises(NotCovered):
        quantile_betas(x[:40], x[:40])
