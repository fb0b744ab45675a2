"""Every finding in the case it was written for, in the opposite one, and where nothing decides."""

from __future__ import annotations

import pytest

from microhedge.reporting import (
    findings,
    findings_of_losses,
    findings_of_relations,
    findings_of_trades,
)
from microhedge.reporting.inputs import Answer

PUT = "Protective put"


@pytest.mark.parametrize(
    ("worked", "selling", "text"),
    [
        ("yes", "no", "The protective put did its job, and selling was not better"),
        ("yes", "yes", "The protective put did its job, but selling was better"),
        ("likely", "likely", "The protective put probably did its job, "
                             "but selling was probably better"),
        ("no", "yes", "The protective put did not do its job, and selling was better"),
        ("no", "no", "The protective put did not do its job, but selling was no better"),
        ("partly", "unclear", "The protective put cut gains as much as losses; "
                              "whether selling was better is not clear"),
        ("unclear", "yes", "Selling was better; whether the protective put cut losses is not "
                           "clear"),
        (None, "likely", "Selling was probably better; whether the protective put cut losses is "
                         "not clear"),
        ("unclear", "no", "Selling was not better; whether the protective put cut losses is not "
                          "clear"),
        ("unclear", "unclear", "Not enough to be sure"),
        (None, None, "Not enough to be sure"),
    ],
)  # fmt: skip
def test_the_headline_says_no_more_than_the_verdict(
    worked: Answer | None, selling: Answer | None, text: str
) -> None:
    assert findings.headline(PUT, worked, selling) == text


@pytest.mark.parametrize(
    ("label", "text"),
    [("Protective put", "the protective put"), ("My hedge", "my hedge"), ("Myopia", "the myopia")],
)
def test_what_is_called_mine_takes_no_article(label: str, text: str) -> None:
    assert findings.the(label) == text


@pytest.mark.parametrize(
    ("borne", "kept", "words"),
    [
        (0.70, 0.81, "kept more of the gains (81%) than it took of the losses (70%)"),
        (0.81, 0.70, "kept less of the gains (70%) than it took of the losses (81%)"),
        (0.70, 0.72, "took about as much of the losses (70%) as it kept of the gains (72%)"),
        (None, 0.72, "cannot be measured"),
    ],
)
def test_losses_and_gains_are_compared_beyond_five_points(
    borne: float | None, kept: float | None, words: str
) -> None:
    assert words in findings.shares_kept(PUT, borne, kept)


@pytest.mark.parametrize(
    ("borne", "answer"),
    [
        (0.74, "74% of it"),
        (1.0, "100% of it"),
        (1.12, "More: 112%"),
        (-0.1, "None of it"),
        (None, "–"),
    ],
)
def test_the_share_of_the_fall_reads_as_an_answer(borne: float | None, answer: str) -> None:
    assert findings.losses_answer(borne) == answer


@pytest.mark.parametrize(
    ("cost", "answer"),
    [(0.031, "3.1% a year"), (-0.012, "Earned 1.2% a year"), (-0.0001, "0.0% a year"), (None, "–")],
)
def test_a_negative_cost_is_an_income(cost: float | None, answer: str) -> None:
    assert findings.cost_answer(cost) == answer


@pytest.mark.parametrize(
    ("difference", "answer"),
    [(0.041, "+4.1 points"), (-0.041, "−4.1 points"), (0.0002, "The same return"), (None, "–")],
)
def test_selling_is_measured_against_the_hedge(difference: float | None, answer: str) -> None:
    assert findings.selling_answer(difference) == answer


def test_the_growth_finding_names_the_highest_and_the_lowest() -> None:
    ends = [("keeping all", 894.0), ("the protective put", 1690.0), ("selling 29% once", 735.0)]
    assert findings.finish(ends) == (
        "Of the lines drawn, the protective put finished highest, at 1,690; selling 29% once "
        "lowest, at 735."
    )
    assert findings.finish(list(reversed(ends))) == findings.finish(ends)


def test_lines_within_one_percent_finish_level() -> None:
    assert findings.finish([("a", 122.6), ("b", 123.4)]) == "All lines finished level, near 123."


@pytest.mark.parametrize(
    ("depth", "words"),
    [
        (-0.40, "cut it to −40%"),
        (-0.29, "halved it to −29%"),
        (-0.55, "barely moved it (−55%)"),
        (-0.61, "made it a little deeper (−61%)"),
        (-0.70, "deepened it to −70%"),
    ],
)
def test_the_word_for_a_drawdown_follows_its_threshold(depth: float, words: str) -> None:
    found = findings_of_losses.deepest(-0.58, [("the put", depth)])
    assert found == f"The deepest loss was −58%: the put {words}."


def test_a_third_of_a_small_loss_is_a_cut_though_it_is_few_points() -> None:
    assert "cut it to −7%" in findings_of_losses.deepest(-0.107, [("it", -0.073)])
    assert "barely moved it (−10%)" in findings_of_losses.deepest(-0.107, [("it", -0.10)])


def test_forty_percent_less_is_not_halved() -> None:
    assert "halved" not in findings_of_losses.deepest(-0.50, [("it", -0.30)])


@pytest.mark.parametrize(
    ("hedged", "words"),
    [
        ([-0.05, -0.04], "the put paid back 40%"),
        ([-0.10, -0.08], "the put added 20%"),
        ([-0.08, -0.07], "the put hardly mattered (0%)"),
    ],
)
def test_the_worst_sessions_say_what_a_hedge_paid_back(hedged: list[float], words: str) -> None:
    found = findings_of_losses.worst_days([-0.08, -0.07], [("the put", hedged)])
    assert found == f"Of the loss on the 2 worst sessions, {words}."


@pytest.mark.parametrize(
    ("every", "without", "words"),
    [
        (0.021, -0.013, "was ahead of keeping all only through them (+2.1, not −1.3)"),
        (-0.012, -0.013, "stood nearly the same against keeping all (−1.2 and −1.3)"),
        (-0.012, -0.034, "stood at −3.4 points a year against keeping all, not −1.2"),
        (-0.034, 0.012, "stood at +1.2 points a year against keeping all, not −3.4"),
        (None, 0.012, "has no yearly return to compare"),
    ],
)
def test_a_lead_that_hangs_on_three_days_is_called_so(
    every: float | None, without: float | None, words: str
) -> None:
    found = findings_of_losses.without_gaps([("the put", every, without)])
    assert found == f"Without the holding's largest moves, the put {words}."


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (73.0, "The put ended behind keeping all, at 73."),
        (140.0, "The put ended ahead of keeping all, at 140."),
        (100.4, "The put ended level with keeping all."),
    ],
)
def test_a_hedge_ends_behind_ahead_or_level(value: float, words: str) -> None:
    assert findings_of_losses.against_keeping([("the put", value)]) == words


@pytest.mark.parametrize(
    ("inside", "words"),
    [
        (0.95, "kept to its band, 5% of the time outside"),
        (0.71, "left its band 29% of the time"),
        (0.31, "was outside its band most of the time (69%)"),
    ],
)
def test_the_band_is_kept_left_or_mostly_left(inside: float, words: str) -> None:
    said = findings_of_relations.band_kept(inside, -0.03, 0.9, (0.1, 0.9))
    assert words in said
    assert "from −0.03 to 0.90" in said


def test_a_band_over_half_of_all_correlations_is_kept_by_nearly_anything() -> None:
    assert findings_of_relations.band_kept(1.0, -0.04, 0.86, (-0.64, 1.0)) == (
        "The band, from −0.64 to 1.00, is too wide to say much: "
        "the rolling correlation ran from −0.04 to 0.86."
    )
    assert "kept to its band" in findings_of_relations.band_kept(1.0, -0.04, 0.86, (-0.05, 0.94))


def test_a_ratio_that_moves_by_less_than_a_fifth_hardly_moved() -> None:
    assert findings_of_relations.ratios_moved([("SPX", 0.60, 1.20), ("MSFT", 0.95, 1.05)]) == (
        "The ratio on SPX moved between 0.60 and 1.20 and MSFT hardly moved (0.95 to 1.05)."
    )
    assert "hardly moved" in findings_of_relations.ratios_moved([("SPX", 0.0, 0.0)])


def test_few_rolls_carry_no_best_three() -> None:
    assert findings_of_trades.rolls_paid([], []) == "No roll was completed."
    assert findings_of_trades.rolls_paid([-5.0], [0.0]) == "The only roll expired worthless."
    assert findings_of_trades.rolls_paid([3.0], [9.0]) == (
        "1 of 1 completed roll brought in more than it cost."
    )
    assert findings_of_trades.rolls_paid([-1.0] * 4, [0.0] * 4) == (
        "None of 4 completed rolls brought in anything."
    )


def test_many_rolls_say_how_much_the_best_three_brought() -> None:
    net, received = [1.0, 2.0, *[-1.0] * 8], [30.0, 20.0, *[5.0] * 8]
    assert findings_of_trades.rolls_paid(net, received) == (
        "2 of 10 completed rolls brought in more than they cost; "
        "the best three brought 61% of what the completed ones received."
    )  # (30 + 20 + 5) / 90


def test_the_busiest_year_is_named() -> None:
    assert findings_of_trades.rebalances([(2007, 12), (2008, 38)], -1_730_000.0, "USD") == (
        "50 trades in 2 calendar years, most in 2008 (38); the shorts lost USD 1.73 million net."
    )
    assert findings_of_trades.rebalances([(2007, 0)], 0.0, "USD") == "The shorts never traded."
    assert "the shorts brought in USD 5 net." in findings_of_trades.rebalances(
        [(2007, 1)], 5.0, "USD"
    )


@pytest.mark.parametrize(
    ("hedged", "cost", "text"),
    [
        (-0.24, 0.031, "The put cut the worst quarter from −38% to −24% and cost 3.1% a year."),
        (
            -0.51,
            -0.02,
            "The put deepened the worst quarter from −38% to −51% and earned 2.0% a year.",
        ),
        (
            -0.36,
            0.0,
            "The put barely moved the worst quarter (from −38% to −36%) and cost nothing, net.",
        ),
        (-0.24, None, "The put cut the worst quarter from −38% to −24%."),
        (None, 0.1, "What the put did to the worst quarter cannot be measured on this window."),
    ],
)
def test_the_key_table_states_the_quarter_and_its_price(
    hedged: float | None, cost: float | None, text: str
) -> None:
    assert findings.quarter_and_cost("Put", -0.38, hedged, cost) == text


@pytest.mark.parametrize(
    ("sale", "words"),
    [
        (140.0, "ended ahead, at 140 against 100"),
        (70.0, "ended behind, at 70 against 100"),
        (100.5, "ended level, near 100"),
    ],
)
def test_a_sale_ends_ahead_behind_or_level(sale: float, words: str) -> None:
    found = findings.sold_instead(0.29, sale, 100.0, (-0.52, -0.54))
    assert words in found
    assert found.startswith("Selling 29% at the start instead would have ")
    assert "−52.0% against −54.0%" in found


def test_what_came_back_is_said_roll_by_roll_and_in_money() -> None:
    assert findings_of_trades.came_back(1000.0, 690.0, 0.72, "USD", premiums=920.0) == (
        "In money the options brought back 75% of their premiums, 69% of premiums and costs "
        "together, USD 1,000; with each roll in percent of the holding on its day, 72%."
    )
    assert findings_of_trades.came_back(1000.0, 1210.0, 0.9, "USD").startswith(
        "In money the options brought in 121% of premiums and costs together, USD 1,000; "
    )
    assert findings_of_trades.came_back(0.0, 0.0, 0.0, "USD") == "No premium was paid."


def test_two_equal_returns_have_no_best() -> None:
    assert findings.best_return([("keeping all", 0.111), ("the put", 0.08)]) == (
        "Keeping all had the highest annual return, 11.1%."
    )
    shared = findings.best_return([("a", 0.1111), ("b", 0.1109), ("c", 0.05)])
    assert shared == "A and b shared the highest annual return, 11.1%."
    many = findings.best_return([(name, 0.1) for name in "abcd"])
    assert many == "4 runs shared the highest annual return, 10.0%."
    assert findings.best_return([]) == "No run has an annual return on this window."


# 1 − √(1 − 0.57²) = 0.178, the sell-equivalent of the definitions
@pytest.mark.parametrize(
    ("came", "words"),
    [(0.154, "18% of the holding; 15% came"), (0.178, "and that came"), (None, "equals no sale")],
)
def test_the_promised_sale_is_compared_with_the_one_that_came(
    came: float | None, words: str
) -> None:
    assert words in findings_of_relations.promised_sale(0.57, came)


def test_inputs_that_are_assumed_are_counted() -> None:
    assert findings.assumed(["data", "model", "assumption", "rule"]) == (
        "2 of 4 inputs are models or assumptions."
    )


def test_time_below_the_high_is_compared() -> None:
    assert findings_of_losses.below_high([("keeping all", 0.761), ("the put", 0.392)]) == (
        "Keeping all spent 76% of the sessions more than 10% below the high, the put 39%."
    )


@pytest.mark.parametrize(
    ("label", "text"),
    [
        ("Protective put", "protective put"),
        ("Keep all", "keeping all"),
        ("Sell 29% once", "selling 29% once"),
        ("AAPL collar", "AAPL collar"),
        ("#set", "#set"),
        ("", ""),
    ],
)
def test_a_label_fits_into_the_middle_of_a_sentence(label: str, text: str) -> None:
    assert findings.lower(label) == text


def test_a_quarter_that_never_fell_is_not_called_a_loss() -> None:
    found = findings.quarter_and_cost("Put", 0.10, 0.06, 0.13)
    assert found == (
        "The holding fell in no quarter; the put made the least of them from 10% to 6% "
        "and cost 13.0% a year."
    )


@pytest.mark.parametrize(
    ("factor", "said"), [(0.884, "vol ×0.88"), (1.2, "vol ×1.20"), (None, "no vol ×0.5 to ×2")]
)
def test_the_break_even_is_a_multiple_or_none(factor: float | None, said: str) -> None:
    assert findings.break_even(factor) == said


def test_margin_calls_are_counted_with_the_worst_beside_the_account() -> None:
    said = findings_of_trades.called(1, 1_800.0, 0.12, 2_500, "USD")
    assert said == (
        "The margin rule was broken once in 2,500 sessions; at worst USD 1,800 was missing, 12% "
        "of the account."
    )
    assert "broken 16 times" in findings_of_trades.called(16, 296_262.0, 0.08, 5_241, "USD")
