"""Every answer in the case for it, the case against it, and the undecided one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from microhedge.analysis.bootstrap import Interval, Intervals
from microhedge.analysis.verdict import Bands, Judged, Verdict, selling_better, worked

# intervals around a number: far from `at` at 95 %, at 80 % only, or not at all
LESS = Interval(0.60, 0.50, 0.75, 0.55, 0.70)
RATHER_LESS = Interval(0.80, 0.60, 1.05, 0.70, 0.95)
EITHER = Interval(0.95, 0.70, 1.20, 0.80, 1.10)
RATHER_MORE = Interval(1.20, 0.95, 1.40, 1.05, 1.30)
MORE = Interval(1.40, 1.10, 1.60, 1.20, 1.50)

SALE_AHEAD = Interval(-0.020, -0.035, -0.005, -0.030, -0.010)  # hedge less sale
SALE_RATHER_AHEAD = Interval(-0.010, -0.030, 0.005, -0.020, -0.001)
SALE_LEVEL = Interval(-0.001, -0.030, 0.030, -0.020, 0.020)
SALE_RATHER_BEHIND = Interval(0.010, -0.005, 0.030, 0.001, 0.020)
SALE_BEHIND = Interval(0.020, 0.005, 0.035, 0.010, 0.030)

CONFIRM = Bands(phases=(0.1, 0.2, 0.3), vols=(0.1, 0.2))
DENY = Bands(phases=(-0.1, -0.2, -0.3), vols=(-0.1, -0.2))
TURN_AT_A_PHASE = Bands(phases=(-0.1, 0.2, 0.3), vols=(0.1, 0.2))
TURN_AT_A_VOL = Bands(phases=(0.1, 0.2, 0.3), vols=(0.1, -0.2))
MEDIAN_AGAINST = Bands(phases=(-0.1, -0.2, 0.3), vols=(0.1, 0.2))


def found(
    lost: Interval = LESS, sale: Interval = SALE_LEVEL, won: Interval | None = None
) -> Intervals:
    """One comparison of which two numbers matter; gains are kept whole unless said otherwise."""
    return Intervals(
        unit="roll period",
        n=60,
        block=4.0,
        draws=2000,
        seed=0,
        over_unhedged=SALE_LEVEL,
        over_sale=sale,
        losses_borne=lost,
        gains_kept=Interval(0.97, 0.8, 1.1, 0.9, 1.0) if won is None else won,
        variance_removed=Interval(0.3, 0.2, 0.4, 0.25, 0.35),
    )


@pytest.mark.parametrize(
    ("lost", "bands", "answer"),
    [
        (LESS, CONFIRM, "yes"),
        (LESS, Bands(), "yes"),
        (MORE, CONFIRM, "unclear"),
        (EITHER, CONFIRM, "unclear"),
        (LESS, TURN_AT_A_PHASE, "likely"),
        (LESS, TURN_AT_A_VOL, "likely"),
        (LESS, MEDIAN_AGAINST, "unclear"),
        (RATHER_LESS, CONFIRM, "likely"),
        (RATHER_LESS, MEDIAN_AGAINST, "unclear"),
        (RATHER_MORE, DENY, "unclear"),
        (MORE, DENY, "no"),
        (MORE, Bands(), "no"),
        (LESS, DENY, "unclear"),
    ],
)
def test_whether_it_worked_needs_interval_roll_dates_and_volatility(
    lost: Interval, bands: Bands, answer: str
) -> None:
    assert worked(found(lost), bands=bands).answer == answer


@pytest.mark.parametrize(
    ("lost", "answer"),
    [(LESS, "likely"), (RATHER_LESS, "likely"), (EITHER, "unclear"), (MORE, "unclear")],
)
def test_without_other_runs_nothing_is_more_than_likely(lost: Interval, answer: str) -> None:
    assert worked(found(lost)).answer == answer


@pytest.mark.parametrize(
    ("lost", "kept", "answer"),
    [
        (LESS, 0.50, "partly"),
        (LESS, 0.60, "partly"),  # a tie is what selling does
        (LESS, 0.61, "yes"),
        (RATHER_LESS, 0.50, "unclear"),
        (EITHER, 0.50, "unclear"),
        (MORE, 0.50, "unclear"),
    ],
)
def test_losses_and_gains_cut_alike_are_part_of_the_way(
    lost: Interval, kept: float, answer: str
) -> None:
    won = Interval(kept, kept - 0.1, kept + 0.1, kept - 0.05, kept + 0.05)
    assert worked(found(lost, won=won), bands=CONFIRM).answer == answer


@pytest.mark.parametrize(
    ("sale", "bands", "answer"),
    [
        (SALE_AHEAD, CONFIRM, "yes"),
        (SALE_AHEAD, TURN_AT_A_VOL, "likely"),
        (SALE_AHEAD, None, "likely"),
        (SALE_AHEAD, MEDIAN_AGAINST, "unclear"),
        (SALE_RATHER_AHEAD, CONFIRM, "likely"),
        (SALE_LEVEL, CONFIRM, "unclear"),
        (SALE_RATHER_BEHIND, DENY, "unclear"),
        (SALE_BEHIND, DENY, "no"),
        (SALE_BEHIND, None, "unclear"),
        (SALE_BEHIND, CONFIRM, "unclear"),
    ],
)
def test_whether_selling_was_better_needs_the_same(
    sale: Interval, bands: Bands | None, answer: str
) -> None:
    assert selling_better(found(sale=sale), bands=bands).answer == answer


def test_a_hedge_that_never_traded_is_not_judged() -> None:
    assert worked(found(), traded=False) == Judged(
        "not_applicable", "The hedge never traded: there is nothing to judge."
    )


def test_a_holding_that_never_fell_tests_no_hedge() -> None:
    assert worked(found(Interval())).answer == "not_applicable"


def test_without_a_sale_nothing_is_compared() -> None:
    assert selling_better(found(sale=Interval())).answer == "not_applicable"
    nothing = selling_better(found(), fraction=0.0)
    assert nothing.answer == "not_applicable"
    assert nothing.sentence.endswith("took no risk away, and nothing was to be sold.")


def test_a_few_rolls_are_too_few_to_judge() -> None:
    short = replace(found(Interval(0.6), Interval(-0.02)), n=5, draws=0)
    assert worked(short) == Judged(
        "unclear",
        "5 completed roll periods are too few to judge the hedge: it bore 60% of the holding's "
        "losses and kept 97% of its gains.",
    )
    assert selling_better(replace(short, n=1)).sentence.startswith(
        "1 completed roll period is too few to compare with a sale: "
    )


def test_the_sentences_carry_their_numbers() -> None:
    assert worked(found(), bands=CONFIRM).sentence == (
        "The hedge cut losses: it bore 60% of the holding's losses (95% interval 50% to 75%) and "
        "kept 97% of its gains, and so it is with every roll date and volatility tried."
    )
    assert selling_better(found(sale=SALE_AHEAD), fraction=0.314).sentence == (
        "Selling was probably better: over the completed rolls, selling 31% once returned 2.0 "
        "points a year more than the hedge (95% interval +0.5 to +3.5 points); roll dates and the "
        "model's volatility have not been varied."
    )
    assert selling_better(found(sale=SALE_BEHIND), bands=DENY).sentence.startswith(
        "The hedge was better than selling: over the completed rolls, selling a part once "
        "returned 2.0 points a year less"
    )


def test_an_undecided_sentence_says_what_turns() -> None:
    assert worked(found(), bands=TURN_AT_A_PHASE).sentence.endswith(
        "; the sign turns with the roll date or the model's volatility."
    )
    assert worked(found(EITHER)).sentence == (
        "Not enough to be sure that the hedge cut losses: it bore 95% of the holding's losses "
        "(95% interval 70% to 120%) and kept 97% of its gains."
    )


def test_a_hedge_that_bore_more_than_all_losses_is_said_to_have_added_to_them() -> None:
    said = worked(found(MORE))
    assert said.answer == "unclear"
    assert said.sentence.startswith("The hedge probably added to losses: it bore 140% of ")
    assert worked(found(RATHER_MORE), bands=DENY).sentence.startswith("The hedge probably added")
    assert worked(found(MORE), bands=CONFIRM).sentence.startswith("Not enough to be sure")


def test_losses_and_gains_cut_alike_do_not_read_as_a_doubt_about_roll_dates() -> None:
    said = worked(found(RATHER_LESS, won=Interval(0.79, 0.7, 0.9, 0.75, 0.85)), bands=CONFIRM)
    assert said == Judged(
        "unclear",
        "Not enough to be sure that the hedge cut losses: it bore 80% of the holding's losses "
        "(95% interval 60% to 105%) and kept 79% of its gains, so gains were cut as much or more.",
    )


def test_a_linear_hedge_has_no_rolls_to_vary() -> None:
    linear = replace(found(), unit="session", n=2000)
    assert worked(linear).sentence.endswith("; trading dates have not been varied.")
    assert worked(linear, bands=Bands()).sentence.endswith("kept 97% of its gains.")
    turned = worked(linear, bands=Bands(phases=(-0.1, 0.2, 0.3)))
    assert turned.sentence.endswith("; the sign turns with the trading date.")


def test_a_verdict_reads_in_order() -> None:
    both = Verdict(Judged("yes", "It did."), Judged("no", "It was not."))
    assert both.sentence == "It did. It was not."


def test_a_negative_interval_swaps_its_ends() -> None:
    assert SALE_AHEAD.negative() == Interval(0.020, 0.005, 0.035, 0.010, 0.030)
    assert Interval().negative() == Interval()
