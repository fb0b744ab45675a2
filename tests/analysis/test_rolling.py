"""Paths of the correlation against numpy's own, and the band against simulated windows."""

from __future__ import annotations

import numpy as np
import pytest

from microhedge.analysis.rolling import (
    constant_band,
    correlation_paths,
    rolling_correlation,
    smooth_correlation,
)
from microhedge.errors import BadData, NotCovered
from microhedge.tape import Floats


def pair(seed: int, n: int, rho: float, *, tails: float | None = None) -> tuple[Floats, Floats]:
    rng = np.random.default_rng(seed)
    z = rng.standard_normal((n, 2))
    z[:, 1] = rho * z[:, 0] + np.sqrt(1.0 - rho**2) * z[:, 1]
    if tails is not None:
        z *= np.sqrt((tails - 2.0) / rng.chisquare(tails, (n, 1)))
    return z[:, 0], z[:, 1]


def test_each_window_has_pearsons_correlation_of_its_sessions() -> None:
    y, x = pair(1, 300, 0.6)
    path = rolling_correlation(y + 5.0, x, 60)
    assert np.all(np.isnan(path[:59]))
    for row in (59, 60, 187, 299):
        expected = np.corrcoef(y[row - 59 : row + 1], x[row - 59 : row + 1])[0, 1]
        assert path[row] == pytest.approx(expected, abs=1e-12)


def test_a_window_in_which_the_price_stands_still_has_no_correlation() -> None:
    y, x = pair(2, 300, 0.6)
    y[100:160] = 0.0
    path = rolling_correlation(y, x, 60)
    assert np.isnan(path[159])
    assert np.isfinite(path[158])
    assert np.isfinite(path[160])


def test_a_sample_shorter_than_the_window_has_no_path() -> None:
    assert np.all(np.isnan(rolling_correlation(*pair(3, 59, 0.5), 60)))


def test_a_window_of_one_session_is_refused() -> None:
    with pytest.raises(NotCovered, match="needs 2 sessions"):
        rolling_correlation(*pair(3, 59, 0.5), 1)


def test_copies_are_smooth_at_one() -> None:
    y, _ = pair(4, 200, 0.0)
    np.testing.assert_allclose(smooth_correlation(y, 3.0 * y), np.ones(200), atol=1e-12)
    np.testing.assert_allclose(smooth_correlation(y, -y), -np.ones(200), atol=1e-12)


def test_the_smooth_path_follows_a_correlation_that_turns() -> None:
    y, x = pair(5, 1000, 0.9)
    x[500:] = -x[500:]
    path = smooth_correlation(y, x)
    assert path[499] > 0.7
    assert path[999] < -0.7


def test_the_band_of_normal_returns_is_the_textbooks() -> None:
    # ρ ± 1.96·(1 − ρ²)/√60 for normal data of constant variance
    level, low, high = constant_band(*pair(6, 50_000, 0.5))
    assert level == pytest.approx(0.5, abs=0.02)
    assert high - low == pytest.approx(2 * 1.96 * 0.75 / np.sqrt(60), rel=0.1)


@pytest.mark.parametrize("tails", [None, 4.0])
def test_a_constant_correlation_stays_inside_the_band(tails: float | None) -> None:
    # independent windows; t(4) returns leave Fisher's band in about a fifth of them
    inside, textbook = [], []
    for seed in range(10, 22):
        y, x = pair(seed, 2500, 0.5, tails=tails)
        _, low, high = constant_band(y, x)
        windows = rolling_correlation(y, x, 60)[59::60]
        inside.append(np.mean((windows >= low) & (windows <= high)))
        textbook.append(np.mean(np.abs(windows - 0.5) <= 1.96 * 0.75 / np.sqrt(60)))
    assert np.mean(inside) > 0.92
    if tails is not None:
        assert np.mean(textbook) < 0.88


def test_the_paths_carry_both_windows_and_the_band() -> None:
    y, x = pair(7, 600, 0.9)
    paths = correlation_paths(y, x)
    assert np.flatnonzero(np.isfinite(paths.short))[0] == 59
    assert np.flatnonzero(np.isfinite(paths.context))[0] == 251
    assert np.all(np.isfinite(paths.smooth))
    assert -1.0 <= paths.low < paths.level < paths.high <= 1.0


def test_a_band_needs_a_series_that_moves() -> None:
    with pytest.raises(BadData, match="does not move"):
        constant_band(np.zeros(100), np.arange(100.0))
