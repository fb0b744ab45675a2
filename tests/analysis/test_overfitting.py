"""The probability of backtest overfitting: by hand, on noise, and with one cell that is better."""

from __future__ import annotations

from itertools import combinations
from math import comb, log
from typing import Literal

import numpy as np
import pytest
from scipy.stats import rankdata

from microhedge.analysis.overfitting import overfitting
from microhedge.errors import BadData, NotCovered, ParameterError


@pytest.mark.parametrize("measure", ["mean", "sharpe"])
@pytest.mark.parametrize(("n", "cells", "blocks"), [(24, 3, 4), (50, 6, 6), (41, 5, 8)])
def test_every_split_is_as_if_the_rows_were_put_together_by_hand(
    measure: Literal["mean", "sharpe"], n: int, cells: int, blocks: int
) -> None:
    leads = np.random.default_rng(n).standard_normal((n, cells)) + 0.1
    parts = [range(k * n // blocks, (k + 1) * n // blocks) for k in range(blocks)]

    def performance(chosen: tuple[int, ...]) -> list[float]:
        rows = [row for k in chosen for row in parts[k]]
        part = leads[rows]
        mean = part.mean(axis=0)
        return list(mean if measure == "mean" else mean / part.std(axis=0, ddof=1))

    logits, insides, outsides = [], [], []
    for chosen in combinations(range(blocks), blocks // 2):
        within = performance(chosen)
        without = performance(tuple(k for k in range(blocks) if k not in chosen))
        winner = within.index(max(within))
        omega = rankdata(without)[winner] / (cells + 1)
        logits.append(log(omega / (1.0 - omega)))
        insides.append(within[winner])
        outsides.append(without[winner])
    found = overfitting(leads, measure=measure, blocks=blocks)
    assert found.splits == comb(blocks, blocks // 2)
    np.testing.assert_allclose(found.logits, logits, atol=1e-12)
    np.testing.assert_allclose(found.inside, insides, rtol=1e-9)
    np.testing.assert_allclose(found.outside, outsides, rtol=1e-9, atol=1e-12)
    assert found.probability == np.mean(np.array(logits) <= 0.0)
    assert found.loss == np.mean(np.array(outsides) < 0.0)
    assert found.slope == pytest.approx(np.polyfit(insides, outsides, 1)[0])


@pytest.mark.parametrize(
    # pypbo (Python, GitHub esvhd/pypbo, commit 12fc196) on the same numbers: pbo, prob_oos_loss,
    # slope and the mean logit
    ("seed", "edge", "pbo", "loss", "slope", "logit"),
    [
        (1, 0.0, 0.17063492063492064, 0.17063492063492064, -0.800193839861365, 0.9013899711292036),
        (2, 0.15, 0.34523809523809523, 0.31746031746031744, -0.0715109446139, 0.6996089633858765),
    ],
)
def test_another_implementation_finds_the_same(
    seed: int, edge: float, pbo: float, loss: float, slope: float, logit: float
) -> None:
    leads = np.random.default_rng(seed).standard_normal((400, 12))
    leads[:, 4] += edge
    found = overfitting(leads, blocks=10)
    assert (found.probability, found.loss) == (pbo, loss)
    assert found.slope == pytest.approx(slope, abs=1e-10)
    assert found.logits.mean() == pytest.approx(logit, abs=1e-12)


def test_two_cells_in_four_blocks_by_pencil() -> None:
    # means by block: A 3 3 −2 −2 (0.5 overall), B 0.  A wins the splits that hold block 1 or 2
    # and loses only that of blocks 3 and 4.  {1,2}: A out −2, below B; {3,4}: B out 0, below A;
    # {1,3} and the other three: A in 0.5, out 0.5, above B.  2 of 6 splits are overfitted.
    leads = np.zeros((8, 2))
    leads[:, 0] = [3, 3, 3, 3, -2, -2, -2, -2]
    found = overfitting(leads, measure="mean", blocks=4)
    assert found.winner.tolist() == [0, 0, 0, 0, 0, 1]
    assert found.probability == pytest.approx(2 / 6)
    assert found.loss == pytest.approx(1 / 6)
    assert found.outside.tolist() == [-2.0, 0.5, 0.5, 0.5, 0.5, 0.0]


def test_on_noise_the_winner_of_a_half_is_as_good_as_any() -> None:
    # one sample's probability has a standard deviation of about 0.25: that of the mean of 60 is
    # 0.03, and 0.12 are 4 of them
    rng = np.random.default_rng(7)
    found = [overfitting(rng.standard_normal((400, 20)), blocks=8).probability for _ in range(60)]
    assert np.mean(found) == pytest.approx(0.5, abs=0.12)
    assert 0.1 < np.std(found) < 0.4


def test_one_better_cell_is_found_again_on_the_other_half() -> None:
    # its lead is 0.2 · √1000 = 6 standard errors in a half
    leads = np.random.default_rng(3).standard_normal((2000, 50))
    leads[:, 17] += 0.2
    found = overfitting(leads)
    assert found.splits == 12_870
    assert found.probability < 0.01
    assert found.loss < 0.01
    assert np.mean(found.winner == 17) > 0.99


def test_the_slope_is_minus_one_for_means_of_a_single_winner_and_says_nothing() -> None:
    # both halves of a mean add up to twice the whole where blocks are of one size
    leads = np.random.default_rng(3).standard_normal((1600, 2))
    leads[:, 0] += 1.0
    found = overfitting(leads, measure="mean")
    assert set(found.winner.tolist()) == {0}
    assert found.probability == 0.0
    assert found.slope == pytest.approx(-1.0)


def test_chunks_of_splits_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    leads = np.random.default_rng(5).standard_normal((200, 7))
    whole = overfitting(leads, blocks=10)
    monkeypatch.setattr("microhedge.analysis.overfitting._AT_A_TIME", 70)
    parts = overfitting(leads, blocks=10)
    np.testing.assert_array_equal(whole.logits, parts.logits)
    np.testing.assert_array_equal(whole.winner, parts.winner)


def test_cells_that_are_all_the_same_are_no_better_than_the_median() -> None:
    found = overfitting(np.zeros((64, 3)))
    assert found.probability == 1.0
    assert found.loss == 0.0
    assert found.slope is None


def test_what_cannot_be_split_is_refused() -> None:
    with pytest.raises(ParameterError, match="can be halved"):
        overfitting(np.zeros((64, 3)), blocks=7)
    with pytest.raises(NotCovered, match="nothing to choose from"):
        overfitting(np.zeros((64, 1)))
    with pytest.raises(NotCovered, match="fewer than 2 cells or 32 sessions"):
        overfitting(np.zeros((31, 2)))
    with pytest.raises(BadData, match="no number"):
        overfitting(np.full((64, 2), np.inf))
