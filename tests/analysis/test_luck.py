"""Whether the best cell of a sweep is certified: on noise, with a better cell, on a plateau."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from sweeps import Sweep, sweep

from microhedge.analysis import luck_wording as words
from microhedge.analysis.luck import SweepLuck, judge_sweep
from microhedge.analysis.overfitting import Overfitting
from microhedge.analysis.sharpe import Deflated
from microhedge.analysis.standing_out import Neighbourhood
from microhedge.analysis.walk_forward import WalkForward, Year
from microhedge.errors import BadData, NotCovered, ParameterError
from microhedge.tape import Floats

GRID = np.array(list(product(range(5), range(4))))
CELLS = len(GRID)


def noise(n: int = 1600, cells: int = CELLS, seed: int = 2) -> Floats:
    return 0.0025 * np.random.default_rng(seed).standard_normal((n, cells))


def judged(made: Sweep, **options: object) -> SweepLuck:
    settings = {"grid": GRID, "draws": 499, **options}
    series = (made.runs, made.holding, made.sale, made.cash, made.day)
    return judge_sweep(*series, **settings)  # type: ignore[arg-type]


def hill(seed: int = 3) -> Sweep:
    """A plateau: the middle of the grid leads by 0.1 of its deviation a session, 6 points a year.

    All cells share most of their noise, as neighbours on a grid do.
    """
    lead = 0.3 * noise(seed=seed) + 0.0025 * np.random.default_rng(seed).standard_normal((1600, 1))
    middle = (GRID[:, 0] > 0) & (GRID[:, 0] < 4)
    return sweep(lead + np.where(middle, 0.0004, 0.0))


@pytest.fixture(scope="module")
def plateau() -> SweepLuck:
    return judged(hill())


@pytest.fixture(scope="module")
def luck() -> SweepLuck:
    return judged(sweep(noise()))


def test_the_best_cell_of_noise_is_not_certified(luck: SweepLuck) -> None:
    assert luck.verdict == "not_certified"
    assert luck.evidence is not None
    assert luck.evidence.pvalue > 0.05
    # independent cells are as many trials as cells
    assert luck.evidence.trials.effective == CELLS
    assert luck.sentences[0].startswith("Not certified: the best cell leads the sale")


def test_a_plateau_that_is_better_is_certified_whichever_cell_is_best(plateau: SweepLuck) -> None:
    assert plateau.verdict == "certified"
    proof = plateau.evidence
    assert proof is not None
    assert GRID[proof.cell][0] in {1, 2, 3}
    assert proof.pvalue < 0.05
    assert proof.trials.effective < CELLS
    assert plateau.sentences[0].startswith("Certified: the best cell leads the sale with")
    # e^(0.0004 · 261) − 1 = 11 %, less what the cells' own noise adds to the best
    assert proof.advantage == pytest.approx(0.11, abs=3.0 * proof.standard_error + 0.02)


def test_every_number_comes_with_the_best_cell(plateau: SweepLuck) -> None:
    text = plateau.sentence
    for part in (
        "Of 20 cells the best, cell",
        "standard error",
        "of the holding's tail loss",
        "against no hedge",
        "deflated Sharpe ratio",
        "independent trial",
        "probability of backtest overfitting",
        "one standard error of the best",
        "neighbours earned",
        "best of the whole sample, the years before included, earned",
    ):
        assert part in text
    assert len(plateau.sentences) == 9


def test_one_cell_that_is_better_than_its_neighbours_is_a_spike_and_inconclusive() -> None:
    lead = noise()
    lead[:, 9] += 0.0005
    found = judged(sweep(lead))
    assert found.verdict == "inconclusive"
    assert found.evidence is not None
    assert found.evidence.cell == 9
    assert found.evidence.failed == (words.SPIKE,)
    assert found.sentences[0] == (
        "Inconclusive: the best cell leads both sales by more than luck explains, but it is a "
        "spike among its neighbours."
    )
    alone = judged(sweep(lead), grid=None)
    assert alone.verdict == "certified"
    assert "No neighbour of the best cell was run." in alone.sentences


def test_cells_that_all_cost_more_than_selling_are_not_certified() -> None:
    found = judged(sweep(0.1 * noise() - 0.0004))
    assert found.verdict == "not_certified"
    assert found.evidence is not None
    assert found.evidence.advantage < 0.0
    assert found.sentences[0] == (
        "Not certified: none of 20 eligible cells beat the sale with its tail loss."
    )
    assert "points a year less than the sale" in found.sentences[1]


def test_a_sweep_in_which_nothing_protects_has_no_best_cell() -> None:
    found = judged(sweep(0.1 * noise(), fraction=0.1), tried=25)
    assert (found.verdict, found.evidence, len(found.sentences)) == ("not_certified", None, 1)
    assert found.sentence.startswith("Not certified: none of 25 cells removed 25% of the holding's")


def test_cells_that_add_to_the_tail_loss_are_told_as_such() -> None:
    assert words.nothing(6, 0.25, 0.06)[0].endswith("compare with selling; the most was 6%.")
    assert words.nothing(2, 0.25, -0.0138)[0].endswith("; each one added to it, the least 1%.")


def test_a_put_that_hedges_nothing_is_not_the_best_cell() -> None:
    # what the unhedged holding earns is far above every sale's here
    lead = np.zeros((1600, CELLS))
    made = sweep(lead + 0.0001 * np.random.default_rng(1).standard_normal(lead.shape))
    runs = made.runs.copy()
    rising = np.expm1(np.log1p(made.holding) + 0.0006)
    rising[0] = 0.0
    runs[:, 0] = rising
    found = judged(replace(made, runs=runs, holding=rising))
    assert not found.cells.eligible[0]
    assert found.evidence is None or found.evidence.cell != 0


def test_the_sale_fixed_beforehand_must_be_beaten_as_well() -> None:
    # the same cells as those certified, beside a sale that happened to earn 20 points more
    made = hill()
    better = np.expm1(np.log1p(made.sale) + 0.2 / 252)
    better[0] = 0.0
    found = judged(replace(made, sale=better))
    assert found.verdict == "not_certified"
    assert found.evidence is not None
    assert found.evidence.over_same_tail.pvalue < 0.05 < found.evidence.over_sale.pvalue
    assert found.evidence.advantage > 0.0 > found.evidence.advantage_over_sale
    assert words.TRAILS in found.sentences[0]
    assert words.SAME_TAIL not in found.sentences[0]
    assert words.SALE not in found.sentences[0]
    wide = np.repeat(better[:, None], CELLS, axis=1)
    again = judged(replace(made, sale=wide)).evidence
    assert again is not None
    assert again.over_sale.pvalue == found.evidence.over_sale.pvalue


def test_cells_that_failed_count_among_those_tried() -> None:
    made = hill()
    few, many = judged(made), judged(made, tried=400)
    assert few.evidence is not None
    assert many.evidence is not None
    assert many.tried == 400
    assert many.evidence.deflated_raw.expected > few.evidence.deflated_raw.expected
    assert many.evidence.deflated == few.evidence.deflated
    assert "Of 400 cells the best" in many.sentence
    assert "; 380 cells failed or lost everything." in many.sentences[1]


def test_failed_cells_and_those_of_too_little_protection_are_counted_apart() -> None:
    assert words.left_out(0, 0, 0.25) == ()
    assert words.left_out(3, 0, 0.25) == ("3 cells failed or lost everything",)
    assert words.left_out(1, 2, 0.25) == (
        "1 cell failed or lost everything",
        "2 cells removed less than 25%",
    )
    lead = np.zeros((1600, CELLS))
    made = sweep(lead + 0.0001 * np.random.default_rng(1).standard_normal(lead.shape))
    runs = made.runs.copy()
    runs[:, :4] = made.holding[:, None]
    found = judged(replace(made, runs=runs), tried=23)
    assert found.cells.eligible.sum() == CELLS - 4
    assert found.sentences[1].endswith(
        "; 3 cells failed or lost everything and 4 cells removed less than 25%."
    )


def test_one_cell_alone_is_judged_without_a_choice() -> None:
    lead = noise(cells=1) + 0.0005
    found = judged(sweep(lead), grid=None, names=["90%, 182 days"])
    assert found.verdict == "certified"
    assert found.evidence is not None
    assert found.evidence.overfitting is None
    assert found.evidence.deflated.expected == 0.0
    assert "the best, 90%, 182 days, earned" in found.sentence
    assert "The only eligible cell leads the sale" in found.sentence
    assert "there was nothing to choose" in found.sentence


def test_roll_dates_of_a_cell_are_one_cell() -> None:
    lead = noise(cells=6)
    lead[:, :3] += 0.0004
    made = sweep(lead)
    found = judged(made, grid=np.array([[0], [1]]), cell=np.array([0, 0, 0, 1, 1, 1]))
    assert found.tried == 2
    assert found.evidence is not None
    assert found.evidence.cell == 0
    assert found.cells.lowest[0] < found.cells.advantage[0] < found.cells.highest[0]


def test_errors_of_advantages_are_those_of_independent_sessions(luck: SweepLuck) -> None:
    # leads of 0.0025 a session that do not depend on one another: 0.0025 · √261 / √6.1 years
    expected = 0.0025 * np.sqrt(luck.per_year / luck.years)
    assert np.mean(luck.standard_errors) == pytest.approx(expected, rel=0.1)
    assert luck.evidence is not None
    assert luck.evidence.standard_error == luck.standard_errors[luck.evidence.cell]


def test_the_same_seed_gives_the_same_judgement() -> None:
    made = sweep(noise())
    one, other = judged(made, seed=4), judged(made, seed=4)
    assert one.sentences == other.sentences
    assert one.evidence is not None
    assert other.evidence is not None
    assert one.evidence.pvalue == other.evidence.pvalue


def test_neighbours_are_shown_for_every_cell(luck: SweepLuck) -> None:
    corner = luck.cells.advantage[[1, 4]]
    assert luck.around_mean[0] == pytest.approx(corner.mean())
    assert luck.around_least[0] == pytest.approx(corner.min())


def test_noise_is_certified_no_more_often_than_said() -> None:
    # the long form is tests/bench/noise_sweeps.py: 200 sweeps of 50 cells in four designs.  Here
    # 60 sweeps of 12: 3 are expected below 5 % at most, and 10 would be 3.5 errors more
    below = certified = 0
    for seed in range(60):
        made = sweep(noise(900, 12, seed=seed), seed=seed)
        found = judged(made, grid=None, draws=199, blocks=8)
        below += found.evidence is not None and found.evidence.pvalue < 0.05
        certified += found.verdict == "certified"
    assert certified <= below < 10


def test_what_does_not_fit_is_refused() -> None:
    made = sweep(noise(600, 3))
    with pytest.raises(BadData, match="20 rows of the grid and 3 cells"):
        judged(made)
    with pytest.raises(BadData, match="2 names and 3 cells"):
        judged(made, grid=None, names=["a", "b"])
    with pytest.raises(ParameterError, match="2 cells tried, and 3 of them ran"):
        judged(made, grid=None, tried=2)
    with pytest.raises(BadData, match="the sale has returns of shape"):
        judged(replace(made, sale=made.sale[:-1]), grid=None)
    with pytest.raises(BadData, match="a return of the sale is no number"):
        judged(replace(made, sale=np.full(600, np.nan)), grid=None)
    with pytest.raises(NotCovered, match="a sweep is judged on 504"):
        judged(sweep(noise(400, 3)), grid=None)


# the sentences: the true case, its opposite and the one between


def ratio(probability: float, trials: float = 4.0) -> Deflated:
    return Deflated(probability, 0.99, 0.9, 0.12, 0.08, trials, 240, 0.0, 3.0)


@pytest.mark.parametrize(
    ("probability", "says"),
    [
        (0.97, "0.12, is clear of the 0.08 that the best of 4 without skill should reach"),
        (
            0.78,
            "0.12, is not clear of the 0.08 that the best of 4 without skill should reach, though",
        ),
        (0.30, "0.12, is not above the 0.08 that the best of 4"),
    ],
)
def test_a_deflated_ratio_reads_as_it_is(probability: float, says: str) -> None:
    sentence = words.deflated(ratio(probability), cells=36, raw=0.5, tried=40)
    assert sentence.startswith("The 36 eligible cells amount to 4 independent trials; the monthly")
    assert says in sentence
    assert f"(deflated Sharpe ratio {probability:.0%}, 50% with all 40 counted)." in sentence


def test_one_trial_has_only_zero_to_beat() -> None:
    assert (
        "1 independent trial; the monthly Sharpe ratio of the best lead, 0.12, is clear of zero"
        in (words.deflated(ratio(0.99, 1.0), cells=3, raw=0.5, tried=3))
    )
    assert words.deflated(ratio(0.2, 1.0), cells=1, raw=0.5, tried=3).startswith(
        "The eligible cell amounts to 1 independent trial"
    )


@pytest.mark.parametrize(
    ("years", "says"),
    [
        (6.5, "the 6.5 at hand are enough."),
        (5.5, "the 5.5 at hand are enough for the trials, and too few for the cells."),
        (4.9, "the 4.9 at hand are too few."),
    ],
)
def test_a_sample_is_long_enough_or_not(years: float, says: str) -> None:
    sentence = words.length(4.998, 6.4, years, trials=45, tried=100)
    assert sentence.startswith("Keeping the best of luck below an annual Sharpe ratio of 1 takes")
    assert sentence.endswith(
        f"5.0 years for 45 independent trials and 6.4 for all 100 cells: {says}"
    )


def test_one_trial_takes_no_time_to_tell_from_luck() -> None:
    # the best of one is expected at nothing: its least length is 0
    assert words.length(0.0, 1.8, 5.0, trials=1, tried=6) == (
        "With 1 independent trial nothing was picked by luck; for all 6 cells, were they "
        "independent, keeping the best of luck below an annual Sharpe ratio of 1 would take 1.8 "
        "years: the 5.0 at hand are enough."
    )


def test_a_verdict_names_what_failed() -> None:
    none = (words.SAME_TAIL, words.TRAILS, words.SPIKE)
    assert words.verdict(none, advantage=0.01, pvalue=0.4, n=9) == (
        "Not certified: the best cell leads the sale with the same tail loss, but that lead is "
        "within luck and it earned less than the sale fixed beforehand (p = 0.4)."
    )
    some = (words.DEFLATED, words.LOSS)
    assert words.verdict(some, advantage=0.01, pvalue=0.01, n=9) == (
        "Inconclusive: the best cell leads both sales by more than luck explains, but its deflated "
        "Sharpe ratio is not above 95%; the winner of one half lost to the sale on the other half "
        "at least every fifth time."
    )
    assert words.verdict((), advantage=0.01, pvalue=0.01, n=9).startswith("Certified")
    assert words.verdict(none, advantage=-0.01, pvalue=0.4, n=1) == (
        "Not certified: the only eligible cell did not beat the sale with its tail loss."
    )


def split(probability: float) -> Overfitting:
    some = np.zeros(70)
    return Overfitting(probability, 0.4, None, 8, 5, "mean", some, some, some, some.astype(int))


def test_a_choice_is_called_chance_from_one_half_on() -> None:
    chance = ": choosing by the past was no better than choosing by chance"
    assert words.overfitted(split(0.5)).endswith(f"lost to the sale in 40%{chance}.")
    assert words.overfitted(split(0.13)).endswith("lost to the sale in 40%.")
    assert "in 13% of 70 splits" in words.overfitted(split(0.13))


@pytest.mark.parametrize(
    ("ties", "n", "says"),
    [
        (1, 1, "No other cell is eligible."),
        (1, 9, "No other eligible cell lies within one standard error of the best."),
        (2, 9, "1 other eligible cell lies within"),
        (9, 9, "8 other eligible cells lie within"),
    ],
)
def test_ties_are_counted(ties: int, n: int, says: str) -> None:
    assert words.tied(ties, n).startswith(says)


@pytest.mark.parametrize(
    ("better", "n", "says"),
    [
        (0, 5, "No eligible cell leads the sale"),
        (1, 5, "1 of 5 eligible cells leads the sale"),
        (3, 5, "3 of 5 eligible cells lead the sale"),
        (1, 1, "The only eligible cell leads the sale"),
    ],
)
def test_better_cells_are_counted(better: int, n: int, says: str) -> None:
    sentence = words.beyond_luck(0.0001, 0.04, 0.5, better=better, n=n)
    assert sentence.startswith(says)
    assert "(p < 0.001; p = 0.04 against the sale fixed beforehand, p = 0.5 against no" in sentence


def test_neighbours_read_as_a_spike_or_not() -> None:
    spike = Neighbourhood(4, 1.0, -0.1, -0.5, 1.1, 0.2, 60)
    level = replace(spike, mean=0.9, gap=0.1)
    assert words.among(spike, -0.002, -0.01) == (
        "Its 4 neighbours earned −0.2 points a year over their sales, −1.0 points at the least, "
        "so it stands on a spike."
    )
    assert words.among(level, 0.02, 0.01).endswith("which does not make it a spike.")
    one = words.among(replace(level, count=1), 0.02, 0.02)
    assert one.startswith("Its one neighbour earned +2.0 points a year over their sales, which")


@pytest.mark.parametrize(
    ("chosen", "changes", "says"),
    [
        (
            0.03,
            2,
            "the cell changed 2 times and earned +3.0 points a year over its sale, more than",
        ),
        (0.01, 1, "the cell changed once and earned +1.0 points a year over its sale, less than"),
        (0.02, 1, "earned +2.0 points a year over its sale, as much as the first choice kept"),
        (0.02, 0, "the cell was always the same and earned +2.0 points a year over its sale; the"),
    ],
)
def test_a_walk_reads_as_it_went(chosen: float, changes: int, says: str) -> None:
    none = np.zeros(0)
    year = Year(2008, 3, 0.0, 0.0, 0.0)
    walk = WalkForward(0, (year,), changes, 3, chosen, 0.02, 0.05, none, none, none)
    sentence = words.walked(walk)
    assert sentence.startswith("Chosen each year by its past from 2008 on, ")
    assert says in sentence
    assert sentence.endswith(
        "the best of the whole sample, the years before included, earned +5.0 points over those "
        "years."
    )


def test_a_walk_that_never_chose_says_so() -> None:
    none = np.zeros(0)
    walk = WalkForward(0, (Year(2008, None, 0, 0, 0),), 0, None, 0, 0, 0, none, none, none)
    assert "none would have been chosen" in words.walked(walk)
    assert "too short" in words.walked(None)
