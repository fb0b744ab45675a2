"""Promises kept where the relation stands, broken where it breaks, and never over-judged."""

from __future__ import annotations

from math import atanh, sqrt, tanh

import numpy as np
import pytest
from scipy.stats import binom

from microhedge.analysis.premises import score_premises
from microhedge.errors import NotCovered
from microhedge.premise import Fit
from microhedge.tape import Floats


def returns(seed: int, n: int, rho: Floats | float) -> tuple[Floats, Floats]:
    rng = np.random.default_rng(seed)
    z = rng.standard_normal((n, 2))
    z[:, 1] = rho * z[:, 0] + np.sqrt(1.0 - np.square(rho)) * z[:, 1]
    z[0] = 0.0
    return z[:, 0], z[:, 1]


def fit(y: Floats, x: Floats, row: int, sessions: int = 504) -> Fit:
    window = slice(row - sessions + 1, row + 1)
    cov = np.cov(y[window], x[window])
    rho = float(cov[0, 1] / np.sqrt(cov[0, 0] * cov[1, 1]))
    return Fit("Y", {"X": float(cov[0, 1] / cov[1, 1])}, rho, rho**2, sessions, row)


def test_spans_do_not_overlap_and_last_63_sessions_at_least() -> None:
    y, x = returns(1, 800, 0.7)
    monthly = [fit(y, x, row) for row in range(504, 800, 21)]
    scores = score_premises(monthly, y, {"X": x}).scores
    # premises at 504, 567, 630, 693; the one at 756 is followed by 43 sessions only
    assert [(s.row, s.first, s.last) for s in scores] == [
        (504, 505, 567),
        (567, 568, 630),
        (630, 631, 693),
        (693, 694, 756),
    ]
    assert all(s.sessions == 63 for s in scores)


def test_a_premise_that_stands_alone_is_scored_to_the_end() -> None:
    y, x = returns(2, 900, 0.7)
    (only,) = score_premises([fit(y, x, 504)], y, {"X": x}).scores
    assert (only.first, only.last) == (505, 899)
    assert only.realised == pytest.approx(np.corrcoef(y[505:], x[505:])[0, 1], abs=1e-12)


def test_the_interval_is_that_of_two_estimates_of_normal_returns() -> None:
    # for normal returns the variance of atanh ρ̂ is 1/n, so the half-width averages close to
    # t(8) = 2.306 times √(1/504 + 1/63), less a little for the spread of a chi with 8 degrees
    width = []
    for seed in range(40):
        y, x = returns(seed, 568, 0.5)
        (score,) = score_premises([fit(y, x, 504)], y, {"X": x}).scores
        width.append(atanh(score.high) - atanh(score.low))
        assert tanh((atanh(score.high) + atanh(score.low)) / 2) == pytest.approx(score.promised)
    assert np.mean(width) / 2 == pytest.approx(2.306 * sqrt(1 / 504 + 1 / 63), rel=0.1)


def test_a_relation_that_stands_keeps_95_promises_in_100() -> None:
    kept = []
    for seed in range(300):
        y, x = returns(1000 + seed, 568, 0.6)
        kept.append(score_premises([fit(y, x, 504)], y, {"X": x}).scores[0].kept)
    # 93–95 % in larger simulations; 300 draws have a standard error of 1.4 points
    assert 0.90 < np.mean(kept) < 0.985


def test_several_factors_are_weighed_by_the_betas_of_their_premise() -> None:
    rng = np.random.default_rng(3)
    a, b = rng.standard_normal((2, 700))
    y = 0.5 * a + 2.0 * b
    premise = Fit("Y", {"A": 0.5, "B": 2.0}, 1.0, 1.0, 504, 504)
    (score,) = score_premises([premise], y, {"A": a, "B": b}).scores
    assert score.realised == 1.0
    assert score.kept


def test_a_promise_of_one_is_broken_by_anything_less() -> None:
    y, x = returns(4, 700, 0.9)
    (score,) = score_premises([Fit("Y", {"X": 1.0}, 1.0, 1.0, 504, 504)], y, {"X": x}).scores
    assert (score.low, score.high) == (1.0, 1.0)
    assert not score.kept


def test_a_relation_that_breaks_loses_more_promises_than_chance_allows() -> None:
    rho = np.where(np.arange(1400) < 600, 0.9, 0.0)
    y, x = returns(5, 1400, rho)
    # twelve promises of what held before the break
    stale = [
        Fit("Y", {"X": 0.9}, fit(y, x, 600).correlation, 0.81, 504, 600 + 63 * k) for k in range(12)
    ]
    result = score_premises(stale, y, {"X": x})
    kept = sum(score.kept for score in result.scores)
    assert result.n == 12
    assert result.pvalue == pytest.approx(binom.cdf(kept, 12, 0.95), abs=1e-12)
    assert result.pvalue is not None
    assert result.pvalue < 0.05
    assert "is beyond chance" in result.sentence
    assert "fell short, 0 exceeded it" in result.sentence
    assert result.worst is not None
    assert result.worst.realised - result.worst.promised == min(
        s.realised - s.promised for s in result.scores
    )


def test_a_relation_that_stands_is_called_within_chance() -> None:
    y, x = returns(6, 504 + 63 * 20 + 1, 0.7)
    result = score_premises([fit(y, x, 504 + 63 * k) for k in range(20)], y, {"X": x})
    assert result.n == 20
    assert result.share is not None
    assert result.share >= 0.85
    # P(K ≤ 16) = 1.6 %, P(K ≤ 17) = 7.5 % for n = 20 at 95 % (binomial table)
    assert result.sentence.endswith("95% would be expected, and 17 or more is within chance.")


def test_a_few_premises_are_too_few_to_say() -> None:
    y, x = returns(7, 800, 0.7)
    result = score_premises([fit(y, x, 504 + 63 * k) for k in range(4)], y, {"X": x})
    assert result.sentence.endswith("fewer than 8 are too few to say.")


def test_without_a_premise_there_is_nothing_to_score() -> None:
    y, x = returns(8, 600, 0.7)
    result = score_premises([fit(y, x, 560)], y, {"X": x})
    assert (result.n, result.share, result.pvalue, result.worst) == (0, None, None, None)
    assert result.sentence == "No premise was followed by 63 sessions: there is nothing to score."


def test_a_premise_that_traded_no_factor_is_counted_and_not_scored() -> None:
    y, x = returns(9, 700, 0.7)
    nothing = Fit("Y", {"X": 0.0}, 0.0, 0.0, 504, 504)
    result = score_premises([nothing], y, {"X": x})
    assert (result.n, result.unscored) == (0, 1)


@pytest.mark.parametrize(("row", "sessions"), [(503, 504), (200, 59)])
def test_a_premise_without_its_sample_is_refused(row: int, sessions: int) -> None:
    y, x = returns(10, 700, 0.7)
    with pytest.raises(NotCovered, match="cannot be scored"):
        score_premises([Fit("Y", {"X": 1.0}, 0.7, 0.49, sessions, row)], y, {"X": x})
