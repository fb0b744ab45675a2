"""T1 against an independent implementation on shipped prices, and every defined outcome."""

from __future__ import annotations

from math import erfc, sqrt

import numpy as np
import pytest
from pairs import SAMPLES, SHIPPED, pair, sample

from microhedge.analysis.classical import excess_kurtosis, fisher, fisher_size
from microhedge.analysis.correlation import holm, judge
from microhedge.analysis.shift import shift
from microhedge.errors import BadData, NotCovered


@pytest.mark.parametrize("name", SAMPLES)
def test_the_shift_agrees_with_the_independent_answers(name: str) -> None:
    y, x, expected = sample(name)
    found, answer = shift(y, x, expected["split"]), expected["T1"]
    assert found.statistic == pytest.approx(answer["stat"], abs=SHIPPED)
    assert found.df == pytest.approx(answer["df"], abs=SHIPPED)
    assert found.pvalue == pytest.approx(answer["p"], abs=SHIPPED)
    before, after = found.parts
    assert before.value == pytest.approx(answer["r_is"], abs=SHIPPED)
    assert after.value == pytest.approx(answer["r_oos"], abs=SHIPPED)
    assert found.estimate is not None
    assert found.estimate.standard_error == pytest.approx(answer["se"], abs=SHIPPED)


@pytest.mark.parametrize("name", SAMPLES)
def test_fishers_z_agrees_with_the_independent_answers(name: str) -> None:
    y, x, expected = sample(name)
    found = fisher(y, x, expected["split"])
    # the answers take before − after
    assert found.statistic == pytest.approx(-expected["fisher_z"], abs=SHIPPED)
    assert [part.value for part in found.parts] == pytest.approx(expected["raw_r"], abs=SHIPPED)


def test_the_textbook_finds_a_break_in_ko_and_pep_where_the_robust_test_does_not() -> None:
    # the design's example: Fisher |z| = 4.59, p = 4e-6; T1 p = 0.29
    y, x, expected = sample("KO_PEP_last2500")
    result = judge(y, x, expected["split"])
    (robust, _, _), (textbook, _) = result.tests, result.classical
    assert textbook.rejects(0.001)
    assert not textbook.valid
    assert "invalid for fat tails" in textbook.caveat
    assert not robust.rejects()
    assert robust.valid
    assert result.state == "held"


def test_the_unit_of_the_returns_does_not_matter() -> None:
    y, x = pair(np.random.default_rng(1), 1200, 0.7, 0.5)
    small, large = shift(y / 100.0, x / 1e5, 600), shift(3.0 * y, 7.0 * x, 600)
    assert small.statistic == pytest.approx(large.statistic, abs=1e-9)


@pytest.mark.parametrize("after", [0.70, 0.69, 0.64, 0.60, 0.55, 0.3, -0.2])
def test_the_interval_leaves_out_no_change_exactly_when_the_test_rejects(after: float) -> None:
    for seed in range(10):
        found = shift(*pair(np.random.default_rng(seed), 1000, 0.7, after, tails=5.0), 500)
        assert found.estimate is not None
        assert found.estimate.low is not None
        assert found.estimate.high is not None
        assert found.rejects() == (not found.estimate.low <= 0.0 <= found.estimate.high)


def test_the_robust_test_keeps_its_size_under_fat_tails_and_fishers_does_not() -> None:
    # size table of the design, t(4), n = 500: T1 about 5 %, Fisher z 21–27 %; 200 draws have a
    # standard error of 1.5 and 3 points
    rng = np.random.default_rng(11)
    pairs = [pair(rng, 500, 0.8, 0.8, tails=4.0) for _ in range(200)]
    robust = np.mean([shift(*p, 250).rejects() for p in pairs])
    textbook = np.mean([fisher(*p, 250).rejects() for p in pairs])
    assert robust < 0.10
    assert textbook > 0.15


def test_a_halved_correlation_is_found() -> None:
    # power table of the design: .8 to .4 is found in 97–100 % at n = 1,000
    rng = np.random.default_rng(12)
    found = [shift(*pair(rng, 1000, 0.8, 0.4, tails=4.0), 500).rejects() for _ in range(40)]
    assert np.mean(found) > 0.9


@pytest.mark.parametrize(
    ("kurtosis", "size"),
    # 2·Φ(−1.96/√(1 + κ)), κ = kurtosis / 3: t with 6 degrees of freedom has excess kurtosis 3,
    # t with 5 has 6 (printed in the design: 16.6 % and 25.8 %); a normal keeps 5 %
    [(0.0, 0.05), (3.0, 0.166), (6.0, 0.258)],
)
def test_fishers_size_for_elliptical_returns(kurtosis: float, size: float) -> None:
    assert fisher_size(kurtosis) == pytest.approx(size, abs=5e-4)
    assert fisher_size(kurtosis) == pytest.approx(
        erfc(1.959963985 / sqrt(2.0 * (1.0 + kurtosis / 3.0))), abs=1e-9
    )


def test_the_kurtosis_of_a_fair_coin_is_minus_two() -> None:
    assert excess_kurtosis(np.array([1.0, -1.0, 1.0, -1.0])) == pytest.approx(-2.0)


def test_copies_leave_nothing_to_test() -> None:
    y, _ = pair(np.random.default_rng(3), 400, 0.5, 0.5)
    found = shift(y, -2.0 * y, 200)
    assert found.statistic is None
    assert found.pvalue is None
    assert not found.rejects()
    assert [part.value for part in found.parts] == [-1.0, -1.0]
    assert found.estimate is not None
    assert (found.estimate.value, found.estimate.low) == (0.0, None)
    assert "copies" in found.sentence
    assert fisher(y, -2.0 * y, 200).statistic is None


def test_a_copy_on_one_side_alone_is_told_and_not_tested() -> None:
    y, x = pair(np.random.default_rng(4), 2000, 0.5, 0.5)
    x = np.concatenate((y[:1000], x[1000:]))
    # the ranks of both sides mix, so the first side is a copy of the returns, not of the scores
    found = shift(y, x, 1000)
    assert found.parts[0].value > 0.99
    assert found.rejects()
    assert fisher(y, x, 1000).statistic is None


def test_ties_and_stale_prices_give_a_finite_answer() -> None:
    y, x = pair(np.random.default_rng(5), 800, 0.6, 0.6)
    y[:120] = 0.0  # no trade for half a year
    y[500:560] = 0.0
    found = shift(np.round(y), np.round(x), 400)
    assert found.statistic is not None
    assert np.isfinite(found.statistic)


@pytest.mark.parametrize(("n", "split"), [(100, 59), (100, 41), (119, 60), (300, 0), (300, 300)])
def test_sixty_sessions_are_needed_on_each_side(n: int, split: int) -> None:
    y, x = pair(np.random.default_rng(6), n, 0.5, 0.5)
    with pytest.raises(NotCovered, match="needs 60 on each side"):
        shift(y, x, split)


def test_sixty_sessions_on_each_side_are_enough_and_carry_a_caveat() -> None:
    found = shift(*pair(np.random.default_rng(6), 120, 0.5, 0.5), 60)
    assert found.pvalue is not None
    assert found.caveat.startswith("60 sessions before the split and 60 sessions after the split")


def test_the_caveat_names_the_short_side_alone() -> None:
    y, x = pair(np.random.default_rng(6), 1400, 0.5, 0.5)
    assert shift(y, x, 499).caveat.startswith("499 sessions before the split, fewer than 500")
    assert shift(y, x, 901).caveat.startswith("499 sessions after the split, fewer than 500")
    assert shift(y, x, 700).caveat == ""


def test_a_return_that_is_no_number_is_refused_with_its_row() -> None:
    y, x = pair(np.random.default_rng(6), 300, 0.5, 0.5)
    x[17] = np.nan
    with pytest.raises(BadData, match="hedge in row 17"):
        shift(y, x, 150)


@pytest.mark.parametrize("side", [slice(0, 150), slice(150, 300)])
def test_a_series_that_does_not_move_is_refused(side: slice) -> None:
    y, x = pair(np.random.default_rng(6), 300, 0.5, 0.5)
    y[side] = 0.001
    with pytest.raises(BadData, match="the holding does not move"):
        shift(y, x, 150)


def test_unequal_lengths_are_refused() -> None:
    with pytest.raises(BadData, match="one row of sessions"):
        shift(np.zeros(200), np.zeros(201), 100)


def test_holm_multiplies_the_smallest_by_all_and_keeps_the_order() -> None:
    # 3 · 0.01, then max(0.03, 2 · 0.03), then max(0.06, 0.04)
    assert holm((0.04, 0.01, 0.03)) == pytest.approx((0.06, 0.03, 0.06))
    assert holm((0.5, None, 0.9)) == (1.0, None, 1.0)


@pytest.mark.parametrize(
    ("n", "before", "after", "start", "ending"),
    [
        (4000, 0.8, 0.8, "No change can be seen: ", "a fall of more than 0.10 can be excluded."),
        (400, 0.4, 0.4, "Inconclusive: ", "yet a fall of more than 0.10 cannot be excluded."),
        (4000, 0.8, 0.4, "The correlation changed: ", "more than 0.10 is certain at 95%."),
        (4000, 0.8, 0.7, "The correlation changed: ", "more than 0.10 cannot be excluded."),
        (4000, 0.5, 0.7, "The correlation changed: ", "a fall of more than 0.10 can be excluded."),
        (
            4000,
            -0.8,
            -0.4,
            "The correlation changed: ",
            "strength of more than 0.10 is certain at 95%.",
        ),
        (
            4000,
            -0.4,
            -0.8,
            "The correlation changed: ",
            "strength of more than 0.10 can be excluded.",
        ),
    ],
)
def test_the_sentence_says_what_the_numbers_say(
    n: int, before: float, after: float, start: str, ending: str
) -> None:
    found = shift(*pair(np.random.default_rng(8), n, before, after), n // 2)
    assert found.sentence.startswith(start)
    assert found.sentence.endswith(ending)


def test_a_bound_near_zero_is_printed_with_the_digit_that_tells_its_side() -> None:
    y, x, expected = sample("XOM_CVX_last2500")
    found = shift(y, x, expected["split"])
    assert found.rejects()
    assert "95% interval +0.004 to +0.197" in found.sentence
