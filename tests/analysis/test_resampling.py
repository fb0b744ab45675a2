"""Blocks against their own row numbers, and block lengths against another implementation."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from microhedge.analysis.resampling import block_length, draw_blocks
from microhedge.errors import NotCovered

PRICES = Path(__file__).parents[2] / "data" / "total_return_prices.parquet"


def rng(seed: int = 1) -> np.random.Generator:
    return np.random.default_rng(seed)


@pytest.mark.parametrize(("n", "block"), [(1, 1.0), (7, 1.0), (7, 50.0), (253, 6.0), (40, 400.0)])
def test_a_resample_has_as_many_rows_as_the_sample(n: int, block: float) -> None:
    rows = draw_blocks(n, block=block, draws=20, rng=rng()).rows()
    assert rows.shape == (20, n)
    assert rows.dtype == np.int32
    assert rows.min() >= 0
    assert rows.max() < n


@pytest.mark.parametrize(("n", "block"), [(1, 1.0), (7, 50.0), (253, 6.0)])
def test_sums_over_blocks_are_sums_over_rows(n: int, block: float) -> None:
    blocks = draw_blocks(n, block=block, draws=300, rng=rng())
    table = rng(2).standard_normal((n, 3))
    expected = table[blocks.rows()].sum(axis=1)
    np.testing.assert_allclose(blocks.totals(table), expected, atol=1e-10)


@pytest.mark.parametrize(("n", "block"), [(42, 1.0), (43, 50.0), (253, 6.0)])
def test_running_sums_over_blocks_are_running_sums_over_rows(n: int, block: float) -> None:
    blocks = draw_blocks(n, block=block, draws=300, rng=rng())
    column = rng(2).standard_normal(n)
    positions = np.arange(0, n + 1, 21, dtype=np.int32)
    cumulated = np.cumsum(column[blocks.rows()], axis=1)
    expected = np.hstack((np.zeros((300, 1)), cumulated))[:, positions]
    np.testing.assert_allclose(blocks.running(column, positions), expected, atol=1e-10)


def test_rows_follow_one_another_inside_a_block_and_wrap_around() -> None:
    rows = draw_blocks(100, block=10.0, draws=2000, rng=rng()).rows()
    follows = (rows[:, 1:] - rows[:, :-1]) % 100 == 1
    # a block ends with probability 1/10, and a new one follows by chance one time in 100
    assert np.mean(follows) == pytest.approx(0.9 + 0.1 / 100, abs=0.003)
    assert np.any((rows[:, :-1] == 99) & (rows[:, 1:] == 0))


def test_every_row_is_as_likely_as_the_others() -> None:
    rows = draw_blocks(50, block=5.0, draws=4000, rng=rng()).rows()
    share = np.bincount(rows.ravel(), minlength=50) / rows.size
    np.testing.assert_allclose(share, 1 / 50, rtol=0.1)


def test_the_same_seed_draws_the_same_blocks() -> None:
    first, second = (draw_blocks(60, block=4.0, draws=9, rng=rng(5)).rows() for _ in range(2))
    np.testing.assert_array_equal(first, second)


@pytest.mark.parametrize(("n", "block", "draws"), [(0, 1.0, 1), (5, 0.5, 1), (5, 1.0, 0)])
def test_a_draw_of_nothing_is_refused(n: int, block: float, draws: int) -> None:
    with pytest.raises(NotCovered, match="must be 1 at least"):
        draw_blocks(n, block=block, draws=draws, rng=rng())


def test_block_lengths_agree_with_arch() -> None:
    # arch 8.0.0, optimal_block_length(...)["stationary"] on the last 1,000 log returns of the
    # shipped prices: KO, KO − PEP, KO squared
    table = pq.read_table(PRICES, columns=["KO", "PEP"])
    ko, pep = (np.diff(np.log(table[s].to_numpy().astype(float)))[-1000:] for s in ("KO", "PEP"))
    assert block_length(ko) == pytest.approx(11.926763084611709, abs=1e-6)
    assert block_length(ko - pep) == pytest.approx(4.840855518949317, abs=1e-6)
    assert block_length(ko**2) == pytest.approx(41.54305579782577, abs=1e-6)


def test_a_block_is_never_longer_than_three_roots_of_the_sample() -> None:
    # arch 8.0.0 gives the same bound, ⌈3·√200⌉, for a saw of seven steps
    assert block_length(np.arange(200.0) % 7) == 43.0


def test_a_series_that_does_not_move_has_no_memory() -> None:
    assert block_length(np.ones(40)) == 1.0
    assert block_length(np.ones(1)) == 1.0
