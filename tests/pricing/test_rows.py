"""Each row of a call is priced by itself: its neighbours change no bit of it."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest

from microhedge.pricing import (
    american,
    american_greeks,
    american_iv,
    black,
    forward,
    greeks,
    implied_vol,
)

FloatArray = npt.NDArray[np.float64]
Columns = dict[str, FloatArray]

SIZE = 1_500  # more than one chunk of every kind of row would hold


def _rows() -> Columns:
    draw = np.random.default_rng(3)
    S = draw.uniform(50, 150, SIZE)
    columns = {
        "S": S,
        "K": S * draw.uniform(0.6, 1.5, SIZE),
        "T": np.where(draw.random(SIZE) < 0.03, 0.0, draw.integers(0, 366, SIZE) / 365),
        "sigma": np.where(draw.random(SIZE) < 0.02, 0.0, draw.uniform(0.02, 1.2, SIZE)),
        "r": np.where(draw.random(SIZE) < 0.1, 0.0, draw.uniform(-0.01, 0.08, SIZE)),
        "q": np.where(draw.random(SIZE) < 0.5, 0.0, draw.uniform(-0.01, 0.05, SIZE)),
        "cp": draw.choice([-1.0, 1.0], SIZE),
        "div_t": draw.uniform([-0.1, 0.3], [0.5, 1.0], (SIZE, 2)),
        "div_a": np.where(draw.random((SIZE, 1)) < 0.5, 0.0, [0.7, 0.9]),
    }
    for name in ("S", "K", "T", "sigma", "r", "q"):
        columns[name][draw.integers(0, SIZE, 3)] = np.nan
    return columns


ROWS = _rows()


def _american(c: Columns) -> FloatArray:
    return american(
        c["S"], c["K"], c["T"], c["sigma"], c["r"], c["cp"],
        q=c["q"], div_t=c["div_t"], div_a=c["div_a"],
    )  # fmt: skip


def _european(c: Columns) -> FloatArray:
    ahead = forward(c["S"], c["r"], c["T"], c["q"], c["div_t"], c["div_a"])
    args = (ahead, c["K"], c["T"], c["sigma"], np.exp(0.0 * c["r"]), c["cp"])
    found = greeks(*args, r=c["r"], q=c["q"])
    value = black(*args)
    vol = implied_vol(value, *args[:3], *args[4:])
    return np.stack(
        [ahead, value, vol, found.delta, found.gamma, found.vega, found.theta, found.rho]
    )


def _american_greeks(c: Columns) -> FloatArray:
    found = american_greeks(
        c["S"], c["K"], c["T"], c["sigma"], c["r"], c["cp"],
        q=c["q"], div_t=c["div_t"], div_a=c["div_a"],
    )  # fmt: skip
    return np.stack([found.delta, found.gamma, found.vega, found.theta, found.rho])


def _american_iv(c: Columns) -> FloatArray:
    return american_iv(
        _american(c), c["S"], c["K"], c["T"], c["r"], c["cp"],
        q=c["q"], div_t=c["div_t"], div_a=c["div_a"],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("price", "every"), [(_american, 1), (_european, 1), (_american_greeks, 10), (_american_iv, 10)]
)
def test_a_row_alone_and_among_others_has_the_same_bits(
    price: Callable[[Columns], FloatArray], every: int
) -> None:
    whole = {name: column[::every] for name, column in ROWS.items()}
    together = price(whole)
    assert 0 < np.isnan(together).sum() < together.size / 3
    for i in range(len(whole["S"])):
        alone = price({name: column[i] for name, column in whole.items()})
        np.testing.assert_array_equal(alone, together[..., i], strict=False)
    draw = np.random.default_rng(4)
    for size in (2, 3, 17, 100):
        some = draw.choice(len(whole["S"]), size, replace=False)
        part = price({name: column[some] for name, column in whole.items()})
        np.testing.assert_array_equal(part, together[..., some])
    # a view with a stride takes other paths through numpy than a row of neighbours
    strided = price({name: column[::3] for name, column in whole.items()})
    np.testing.assert_array_equal(strided, together[..., ::3])


def test_the_size_of_a_chunk_changes_no_bit() -> None:
    many = {name: np.concatenate([column] * 6) for name, column in ROWS.items()}
    np.testing.assert_array_equal(_american(many), np.concatenate([_american(ROWS)] * 6))


@pytest.mark.parametrize("name", ["S", "K", "T", "sigma", "r", "q", "div_t", "div_a"])
def test_a_missing_input_gives_a_missing_value(name: str) -> None:
    row = {
        "S": np.array(100.0), "K": np.array(95.0), "T": np.array(0.5), "sigma": np.array(0.3),
        "r": np.array(0.04), "q": np.array(0.0), "cp": np.array(-1.0),
        "div_t": np.array([0.1]), "div_a": np.array([0.5]),
    }  # fmt: skip
    assert np.isfinite(_american(row))
    row[name] = np.full_like(row[name], np.nan)
    assert np.isnan(_american(row))
    assert np.isnan(_american_iv(row))


def test_no_input_makes_numpy_warn() -> None:
    odd = np.array([0.0, -1.0, np.inf, -np.inf, np.nan, 1e308, 1e-308, 5e-324, 100.0])
    a, b, c, d = (grid.ravel() for grid in np.meshgrid(odd, odd, odd, odd))
    for cp in (-1, 1):
        black(a, b, c, d, 1.0, cp)
        black(a, b, 0.5, 0.2, c, cp)
        greeks(a, b, c, d, 1.0, cp, r=0.1)
        implied_vol(a, b, c, d, 1.0, cp)
        forward(a, b, c, d)
        with_spot = ~(a <= 0.0)
        S, K, T, sigma = (column[with_spot] for column in (a, b, c, d))
        american(S, K, T, sigma, 0.05, cp)
        american(S, K, 0.5, 0.2, T, cp, q=sigma)
        american_greeks(S[::7], K[::7], T[::7], sigma[::7], 0.05, cp)
        american_iv(K[::7], S[::7], T[::7], sigma[::7], 0.05, cp)
    assert np.isnan(black(np.nan, 1.0, 1.0, 0.2, 1.0, 1))


def test_nothing_is_priced_without_complaint() -> None:
    assert american(np.zeros(0), 100.0, 1.0, 0.2, 0.05, -1).shape == (0,)
