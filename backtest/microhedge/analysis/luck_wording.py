"""How the judgement of a sweep reads: each sentence is computed from the numbers it states."""

from __future__ import annotations

from collections.abc import Sequence

from microhedge.analysis.overfitting import Overfitting
from microhedge.analysis.sharpe import Deflated
from microhedge.analysis.standing_out import Neighbourhood
from microhedge.analysis.walk_forward import WalkForward
from microhedge.analysis.wording import MINUS, chance, decimal, percent, points

# the tests that the best cell must pass, as a verdict says that it failed one
SAME_TAIL = "that lead is within luck"
SALE = "its lead over the sale fixed beforehand is within luck"
TRAILS = "it earned less than the sale fixed beforehand"
DEFLATED = "its deflated Sharpe ratio is not above 95%"
LOSS = "the winner of one half lost to the sale on the other half at least every fifth time"
CHOICE = "the winner of one half ranked low on the other half at least every second time"
SPIKE = "it is a spike among its neighbours"

ABOUT_SALES = frozenset({SAME_TAIL, SALE, TRAILS})
"""Failures without which a lead is beyond luck, whatever else speaks against it."""

_LEVEL = 0.0005  # a year: what reads as 0.0 points


def nothing(cells: int, target: float, most: float) -> tuple[str, ...]:
    """Say that no cell protects from enough to be compared."""
    return (
        f"Not certified: none of {_cells(cells)} removed {percent(target)} of the holding's tail "
        f"loss, so that there is no protection to compare with selling; the most was "
        f"{percent(most)}.",
    )


def verdict(failed: Sequence[str], *, advantage: float, pvalue: float, n: int) -> str:
    """Say what became of the best cell, and by which tests it failed.

    `pvalue` is the larger one of both sales' when they failed, the verdict's otherwise; `n`
    counts the eligible cells.
    """
    if advantage <= 0.0:
        who = "the only" if n == 1 else f"none of {n}"
        what = "cell did not beat" if n == 1 else "cells beat"
        return f"Not certified: {who} eligible {what} the sale with its tail loss."
    if not failed:
        return (
            "Certified: the best cell leads the sale with the same tail loss, and the one fixed "
            f"beforehand, by more than luck and the number of cells explain ({chance(pvalue)})."
        )
    sales = [name for name in failed if name in ABOUT_SALES]
    if sales:
        return (
            "Not certified: the best cell leads the sale with the same tail loss, but "
            f"{' and '.join(sales)} ({chance(pvalue)})."
        )
    return (
        "Inconclusive: the best cell leads both sales by more than luck explains, but "
        f"{'; '.join(failed)}."
    )


def best(
    name: str,
    *,
    tried: int,
    eligible: int,
    target: float,
    advantage: float,
    error: float,
    over_sale: float,
    removed: float,
) -> str:
    """Say what the best cell earned, how sure that is, and how many cells it is the best of."""
    out = tried - eligible
    left = "" if out == 0 else f"; {_cells(out)} failed or removed less than {percent(target)}"
    gone = f"{percent(removed)} of the holding's tail loss"
    return (
        f"Of {_cells(tried)} the best, {name}, earned {_apart(advantage)} than the sale with the "
        f"same tail loss (standard error {decimal(100.0 * error, 1)}), {_apart(over_sale)} than "
        f"the one fixed beforehand, and removed {gone}{left}."
    )


def beyond_luck(same_tail: float, sale: float, unhedged: float, *, better: int, n: int) -> str:
    """Give the p-values with the number of cells accounted for, and how many cells are better."""
    who = {0: "No eligible cell leads", 1: f"1 of {n} eligible cells leads"}.get(
        better, f"{better} of {n} eligible cells lead"
    )
    if n == better == 1:
        who = "The only eligible cell leads"
    return (
        f"{who} the sale with the same tail loss by more than luck and their number explain "
        f"({chance(same_tail)}; {chance(sale)} against the sale fixed beforehand, "
        f"{chance(unhedged)} against no hedge)."
    )


def deflated(found: Deflated, *, cells: int, raw: float, tried: int) -> str:
    """Set the best cell's Sharpe ratio beside the expected best of as many trials."""
    trials = f"{found.trials:.0f}"
    if found.trials == 1.0:
        what = f"The {cells} eligible cells amount" if cells > 1 else "The eligible cell amounts"
        bar = "zero, all that one trial has to beat"
        opening = f"{what} to 1 independent trial"
    else:
        bar = f"the {decimal(found.expected)} that the best of {trials} without skill should reach"
        opening = f"The {cells} eligible cells amount to {trials} independent trials"
    if found.probability > 0.95:
        stands = f"is clear of {bar}"
    elif found.probability > 0.5:
        stands = f"is not clear of {bar}, though above it"
    else:
        stands = f"is not above {bar}"
    return (
        f"{opening}; the monthly Sharpe ratio of the best lead, {decimal(found.sharpe)}, {stands} "
        f"(deflated Sharpe ratio {percent(found.probability)}, {percent(raw)} with all {tried} "
        f"counted)."
    )


def length(minimum: float, raw: float, years: float, *, trials: int, tried: int) -> str:
    """Compare the sample with those that keep luck below an annual Sharpe ratio of 1."""
    if years < minimum:
        enough = "are too few"
    elif years < raw:
        enough = "are enough for the trials, and too few for the cells"
    else:
        enough = "are enough"
    many = "1 independent trial" if trials == 1 else f"{trials} independent trials"
    return (
        f"Keeping the best of luck below an annual Sharpe ratio of 1 takes {decimal(minimum, 1)} "
        f"years for {many} and {decimal(raw, 1)} for all {_cells(tried)}: the "
        f"{decimal(years, 1)} at hand {enough}."
    )


def overfitted(found: Overfitting | None) -> str:
    """Say how the winner of one half did on the other half."""
    if found is None:
        return "With one eligible cell there was nothing to choose, and no choice to overfit."
    end = ""
    if found.probability >= 0.5:
        end = ": choosing by the past was no better than choosing by chance"
    return (
        f"Chosen on half of the sessions, the winner ranked in the lower half on the others in "
        f"{percent(found.probability)} of {found.splits:,} splits (probability of backtest "
        f"overfitting), and lost to the sale in {percent(found.loss)}{end}."
    )


def tied(ties: int, n: int) -> str:
    """Say how many other cells cannot be told apart from the best."""
    if n == 1:
        return "No other cell is eligible."
    if ties <= 1:
        return "No other eligible cell lies within one standard error of the best."
    others = "1 other eligible cell lies" if ties == 2 else f"{ties - 1} other eligible cells lie"
    return f"{others} within one standard error of the best, so that it does not stand out."


def among(found: Neighbourhood | None, mean: float, least: float) -> str:
    """Say whether the cells beside the best one are good as well; advantages are by year."""
    if found is None:
        return "No neighbour of the best cell was run."
    many = found.count > 1
    what = f"Its {found.count} neighbours" if many else "Its one neighbour"
    low = f", {points(least)} at the least" if many else ""
    end = "so it stands on a spike" if found.is_spike else "which does not make it a spike"
    return f"{what} earned {points(mean)} a year over their sales{low}, {end}."


def walked(found: WalkForward | None) -> str:
    """Say what choosing anew each year would have earned."""
    if found is None:
        return "The sample is too short to choose by the past and see a year of what came of it."
    if all(year.cell is None for year in found.years):
        return "Year by year no cell was eligible by its past, so that none would have been chosen."
    opening = f"Chosen each year by its past from {found.years[0].year} on, the cell"
    hindsight = f"the best in hindsight earned {points(found.hindsight)}"
    if found.changes == 0:
        return (
            f"{opening} was always the same and earned {points(found.chosen)} a year over its "
            f"sale; {hindsight}."
        )
    apart = found.chosen - found.fixed
    than = "as much as" if abs(apart) < _LEVEL else "more than" if apart > 0.0 else "less than"
    times = "once" if found.changes == 1 else f"{found.changes} times"
    return (
        f"{opening} changed {times} and earned {points(found.chosen)} a year over its sale, {than} "
        f"the first choice kept ({points(found.fixed)}); {hindsight}."
    )


def _cells(count: int) -> str:
    return "1 cell" if count == 1 else f"{count} cells"


def _apart(difference: float) -> str:
    size = points(difference).lstrip("+" + MINUS)
    return f"{size} a year {'more' if difference >= 0.0 else 'less'}"
