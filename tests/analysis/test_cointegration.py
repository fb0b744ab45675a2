"""Danish money demand, the shipped pairs, sums by hand, and simulated pairs of known truth."""

from __future__ import annotations

from math import log
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from scipy.linalg import eigh
from scipy.signal import lfilter

from microhedge.analysis.cointegration import (
    cointegration,
    engle_granger,
    half_life,
    johansen,
    spread,
)
from microhedge.errors import BadData, NotCovered
from microhedge.tape import Floats

PRICES = Path(__file__).parents[2] / "data" / "total_return_prices.parquet"


# urca::ca.jo(ecdet = "none", K = 2) in R on urca's denmark data: statistics.md row 6
DANISH_TRACE = (48.8037309587, 17.2901719814, 7.1448883769, 0.5560157619)


def danish() -> Floats:
    """Danish money demand: money, income and two rates of interest, by quarter."""
    from statsmodels.datasets import danish_data

    table: Floats = danish_data.load().data[["lrm", "lry", "ibo", "ide"]].to_numpy()
    return table


def levels(holding: str, hedge: str, *, last: int = 2500) -> tuple[Floats, Floats]:
    """The last log prices of a shipped pair."""
    table = pq.read_table(PRICES, columns=[holding, hedge])
    y, x = (np.log(table[c].to_numpy().astype(float))[-last:] for c in (holding, hedge))
    return y, x


def tied(
    rng: np.random.Generator, n: int, phi: float, *, noise: float = 1.0
) -> tuple[Floats, Floats]:
    """Two levels whose spread y − 0.8·x is an AR(1); φ = 1 does not tie them at all."""
    z = rng.standard_normal((n, 2))
    x = np.cumsum(z[:, 1])
    y: Floats = 0.5 + 0.8 * x + noise * lfilter([1.0], [1.0, -phi], z[:, 0])
    return y, x


def test_johansens_trace_of_danish_money_demand() -> None:
    found = johansen(danish())
    assert found.statistics == pytest.approx(DANISH_TRACE, abs=1e-7)
    # Osterwald-Lenum 1992 prints 47.21, 29.68, 15.41, 3.76; these are MacKinnon's finer ones
    assert [c[1] for c in found.critical] == pytest.approx([47.21, 29.68, 15.41, 3.76], rel=0.03)
    assert found.rank == 1
    assert found.n == 55


def test_the_trace_follows_from_canonical_correlations() -> None:
    y, x = tied(np.random.default_rng(1), 400, 0.9)
    table = np.column_stack((y, x))
    step = np.diff(table, axis=0)
    design = np.column_stack((np.ones(398), step[:-1]))

    def left(values: Floats) -> Floats:
        out: Floats = values - design @ np.linalg.lstsq(design, values, rcond=None)[0]
        return out

    moved, level = left(step[1:]), left(table[1:-1])
    cross = level.T @ moved
    roots = eigh(cross @ np.linalg.solve(moved.T @ moved, cross.T), level.T @ level)[0][::-1]
    found = johansen(table)
    assert found.eigenvalues == pytest.approx(roots, rel=1e-6)
    expected = [-398.0 * float(np.log1p(-roots[r:]).sum()) for r in (0, 1)]
    assert found.statistics == pytest.approx(expected, rel=1e-6)


def test_the_spread_statistic_follows_from_least_squares() -> None:
    y, x = tied(np.random.default_rng(2), 300, 0.9)
    e = spread(y, x)
    assert e @ x == pytest.approx(0.0, abs=1e-7)
    step = np.diff(e)
    design = np.column_stack((e[1:-1], step[:-1]))
    (slope, _), (rss,), *_ = np.linalg.lstsq(design, step[1:], rcond=None)
    error = np.sqrt(rss / (298 - 2) * np.linalg.inv(design.T @ design)[0, 0])
    assert engle_granger(y, x).statistic == pytest.approx(slope / error, rel=1e-6)


@pytest.mark.parametrize(
    ("pair", "pvalue", "within", "is_tied"),
    # statistics.md 1d
    [(("KO", "PEP"), 0.003, 5e-4, True), (("XOM", "CVX"), 0.80, 5e-3, False)],
)
def test_the_shipped_pairs(
    pair: tuple[str, str], pvalue: float, within: float, is_tied: bool
) -> None:
    found = cointegration(*levels(*pair), draws=99)
    assert found.engle_granger.pvalue == pytest.approx(pvalue, abs=within)
    assert found.engle_granger.rejects() == is_tied
    assert (found.johansen.rank > 0) == is_tied
    assert found.johansen.test.rejects() == is_tied
    assert (found.half_life.high is not None) == is_tied
    assert found.half_life.low is not None
    assert ("cannot be called tied" in found.sentence) != is_tied
    different = "cointegration of levels and correlation of returns are different claims"
    assert different in found.engle_granger.sentence
    assert "another claim than a correlation of returns" in found.johansen.sentence


def test_the_half_life_of_ko_and_pep() -> None:
    found = half_life(*levels("KO", "PEP"), draws=99)
    assert found.phi == pytest.approx(0.98540, abs=5e-6)
    assert found.sessions == pytest.approx(47.0, abs=0.5)
    assert found.low is not None
    assert found.high is not None
    assert found.low < 47.0 < found.high
    assert found.sentence.startswith("Half of the spread is gone in 47 sessions (95% interval ")


def test_a_strong_correlation_of_returns_ties_nothing() -> None:
    z = np.random.default_rng(3).standard_normal((1500, 2))
    x, y = np.cumsum(z[:, 0]), np.cumsum(0.9 * z[:, 0] + 0.436 * z[:, 1])
    assert np.corrcoef(np.diff(x), np.diff(y))[0, 1] > 0.85
    assert not engle_granger(y, x).rejects()
    assert johansen(np.column_stack((y, x))).rank == 0


def test_a_tie_needs_no_correlation_of_returns() -> None:
    y, x = tied(np.random.default_rng(4), 1500, 0.9, noise=10.0)
    assert abs(np.corrcoef(np.diff(x), np.diff(y))[0, 1]) < 0.15
    assert engle_granger(y, x).rejects(0.001)
    assert johansen(np.column_stack((y, x))).rank == 1


def test_random_walks_are_tied_as_rarely_as_the_level_says() -> None:
    # 200 draws at 5 % have a standard error of 1.5 points
    rng = np.random.default_rng(5)
    walks = [np.cumsum(rng.standard_normal((300, 2)), axis=0) for _ in range(200)]
    assert np.mean([engle_granger(w[:, 0], w[:, 1]).rejects() for w in walks]) < 0.10
    assert np.mean([johansen(w).rank > 0 for w in walks]) < 0.11


def test_two_series_that_each_come_back_have_two_ties() -> None:
    z = lfilter([1.0], [1.0, -0.5], np.random.default_rng(6).standard_normal((500, 2)), axis=0)
    assert johansen(z).rank == 2


def test_a_long_sample_finds_the_true_half_life() -> None:
    found = half_life(*tied(np.random.default_rng(7), 8_000, 0.9), draws=19)
    # −ln 2 / ln 0.9 = 6.58, the standard error of φ is √(1 − φ²)/√n = 0.005
    assert found.sessions == pytest.approx(6.5788, abs=0.9)


@pytest.mark.parametrize("phi", [0.8, 0.95, 0.99])
def test_the_interval_holds_the_true_half_life_as_often_as_it_says(phi: float) -> None:
    rng, truth, held = np.random.default_rng(8), -log(2.0) / log(phi), 0
    for seed in range(40):
        found = half_life(*tied(rng, 250, phi), draws=99, seed=seed)
        # without a lower end not even the longest half-life is long enough
        above = found.low is not None and found.low <= truth
        held += above and (found.high is None or found.high >= truth)
    # 95 % of 40 are 38, with a standard error of 1.4
    assert held >= 34


def test_a_random_walk_has_no_longest_half_life() -> None:
    found = half_life(*tied(np.random.default_rng(9), 400, 1.0), draws=99)
    assert found.high is None
    assert "sessions (95% interval from " in found.sentence


def test_a_spread_without_memory_is_gone_at_once() -> None:
    found = half_life(*tied(np.random.default_rng(10), 400, -0.4), draws=99)
    assert (found.sessions, found.low, found.high) == (0.0, 0.0, 0.0)


def test_a_spread_that_grows_has_no_half_life() -> None:
    x = np.cumsum(np.random.default_rng(11).standard_normal(120))
    found = half_life(0.8 * x + 1.1 ** np.arange(120.0), x, draws=99)
    assert found.phi > 1.0
    assert (found.sessions, found.low, found.high) == (None, None, None)
    assert found.sentence == "A spread that may never come back has no half-life to be told."


def test_one_seed_gives_one_interval() -> None:
    pair = tied(np.random.default_rng(12), 200, 0.8)
    assert half_life(*pair, draws=99, seed=3) == half_life(*pair, draws=99, seed=3)
    assert half_life(*pair, draws=99, seed=3) != half_life(*pair, draws=99, seed=4)


def test_a_price_that_mostly_stands_still_is_no_trouble() -> None:
    rng = np.random.default_rng(13)
    x = np.repeat(rng.standard_normal(11), 100)  # ten moves in 1,100 sessions
    found = cointegration(x + rng.standard_normal(1100), x, draws=99)
    assert found.half_life.sessions is not None


def test_a_price_that_hardly_ever_moves_is_refused() -> None:
    y, _ = tied(np.random.default_rng(13), 60, 0.9)
    with pytest.raises(BadData, match="moves in 1 sessions"):
        johansen(np.column_stack((y, np.arange(60.0) > 1.0)))
    with pytest.raises(BadData, match="always alike"):
        cointegration(y, 0.1 * np.arange(60.0))


def test_the_unit_of_the_levels_does_not_matter() -> None:
    y, x = tied(np.random.default_rng(14), 300, 0.9)
    one, other = engle_granger(y, x), engle_granger(3.0 * y + 7.0, 0.1 * x - 2.0)
    assert one.statistic == pytest.approx(other.statistic, rel=1e-8)


def test_few_sessions_are_refused() -> None:
    y, x = tied(np.random.default_rng(15), 49, 0.9)
    for test in (engle_granger, half_life, cointegration):
        with pytest.raises(NotCovered, match="49 common sessions"):
            test(y, x)
    assert cointegration(*tied(np.random.default_rng(15), 50, 0.9), draws=19).half_life.n == 50


@pytest.mark.parametrize("slope", [1.0, 2.0, -0.5])
def test_copies_are_refused(slope: float) -> None:
    _, x = tied(np.random.default_rng(16), 200, 0.9)
    with pytest.raises(BadData, match="copies of each other"):
        cointegration(slope * x + 3.0, x)
    # a copy but for a trend, which leaves the changes copies
    with pytest.raises(BadData, match="copies of each other"):
        johansen(np.column_stack((slope * x + np.arange(200.0), x)))


def test_what_is_no_level_is_refused() -> None:
    y, x = tied(np.random.default_rng(17), 200, 0.9)
    with pytest.raises(BadData, match="moves in 0 sessions"):
        cointegration(y, np.full(200, 4.2))
    with pytest.raises(BadData, match="one row of sessions"):
        cointegration(y, x[1:])
    x[17] = np.nan
    with pytest.raises(BadData, match="row 17"):
        cointegration(y, x)
