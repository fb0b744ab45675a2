"""How the judgement of a sweep reads: each sentence is computed from the numbers it states."""

from __future__ import annotations

from collections.abc import Sequence

from microhedge.analysis.overfitting import Overfitting
from microhedge.analysis.sharpe import Deflated
from microhedge.analysis.standing_out import Neighbourhood
from microhedge.analysis.walk_forward import WalkForward
from microhedge.analysis.wording import apart, chance, decimal, percent, points
from microhedge.told import Told, figure, joined, listed, told, told_count

# the tests that the best cell must pass, as a verdict says that it failed one
SAME_TAIL = told("that lead is within luck")
SALE = told("its lead over the sale fixed beforehand is within luck")
TRAILS = told("it earned less than the sale fixed beforehand")
DEFLATED = told("its deflated Sharpe ratio is not above 95%")
LOSS = told("the winner of one half lost to the sale on the other half at least every fifth time")
CHOICE = told("the winner of one half ranked low on the other half at least every second time")
SPIKE = told("it is a spike among its neighbours")

ABOUT_SALES = frozenset({SAME_TAIL, SALE, TRAILS})
"""Failures without which a lead is beyond luck, whatever else speaks against it."""

_LEVEL = 0.0005  # a year: what reads as 0.0 points


def nothing(cells: int, target: float, most: float) -> tuple[Told, ...]:
    """Say that no cell protects from enough to be compared; `most` below 0 is what it added."""
    nearest = (
        told("the most was {most}", most=percent(most))
        if most >= 0.0
        else told("each one added to it, the least {most}", most=percent(-most))
    )
    return (
        told(
            "Not certified: none of {cells} removed {target} of the holding's tail loss, so that "
            "there is no protection to compare with selling; {nearest}.",
            cells=_cells(cells),
            target=percent(target),
            nearest=nearest,
        ),
    )


def verdict(failed: Sequence[str], *, advantage: float, pvalue: float, n: int) -> Told:
    """Say what became of the best cell, and by which tests it failed.

    `pvalue` is the larger one of both sales' when they failed, the verdict's otherwise; `n`
    counts the eligible cells.
    """
    if advantage <= 0.0:
        return told_count(
            "Not certified: the only eligible cell did not beat the sale with its tail loss.",
            "Not certified: none of {n} eligible cells beat the sale with its tail loss.",
            n,
            n=figure(f"{n}"),
        )
    if not failed:
        return told(
            "Certified: the best cell leads the sale with the same tail loss, and the one fixed "
            "beforehand, by more than luck and the number of cells explain ({chance}).",
            chance=chance(pvalue),
        )
    sales = [name for name in failed if name in ABOUT_SALES]
    if sales:
        return told(
            "Not certified: the best cell leads the sale with the same tail loss, but {failed} "
            "({chance}).",
            failed=listed(sales),
            chance=chance(pvalue),
        )
    return told(
        "Inconclusive: the best cell leads both sales by more than luck explains, but {failed}.",
        failed=joined("; ", failed),
    )


def best(
    name: str,
    *,
    tried: int,
    judged: int,
    eligible: int,
    target: float,
    advantage: float,
    error: float,
    over_sale: float,
    removed: float,
) -> Told:
    """Say what the best cell earned, how sure that is, and how many cells it is the best of.

    Of the cells `tried` those not `judged` failed or lost everything, and of the others those not
    `eligible` removed too little.
    """
    earned = told(
        "Of {cells} the best, {name}, earned {lead} than the sale with the same tail loss "
        "(standard error {error}), {over_sale} than the one fixed beforehand, and removed "
        "{removed} of the holding's tail loss",
        cells=_cells(tried),
        name=name,
        lead=apart(advantage),
        error=decimal(100.0 * error, 1),
        over_sale=apart(over_sale),
        removed=percent(removed),
    )
    out = left_out(tried - judged, judged - eligible, target)
    if not out:
        return told("{earned}.", earned=earned)
    return told("{earned}; {out}.", earned=earned, out=listed(out))


def left_out(failed: int, little: int, target: float) -> tuple[Told, ...]:
    """Say how many cells are not compared, a part of the sentence for each reason there is."""
    found = []
    if failed:
        found.append(told("{cells} failed or lost everything", cells=_cells(failed)))
    if little:
        text = told("{cells} removed less than {part}", cells=_cells(little), part=percent(target))
        found.append(text)
    return tuple(found)


def beyond_luck(same_tail: float, sale: float, unhedged: float, *, better: int, n: int) -> Told:
    """Give the p-values with the number of cells accounted for, and how many cells are better."""
    if n == better == 1:
        who = told("The only eligible cell leads")
    elif better == 0:
        who = told("No eligible cell leads")
    else:
        who = told_count(
            "{n} of {all} eligible cells leads",
            "{n} of {all} eligible cells lead",
            better,
            n=figure(f"{better}"),
            all=n,
        )
    return told(
        "{who} the sale with the same tail loss by more than luck and their number explain "
        "({same_tail}; {sale} against the sale fixed beforehand, {unhedged} against no hedge).",
        who=who,
        same_tail=chance(same_tail),
        sale=chance(sale),
        unhedged=chance(unhedged),
    )


def deflated(found: Deflated, *, cells: int, raw: float, tried: int) -> Told:
    """Set the best cell's Sharpe ratio beside the expected best of as many trials."""
    trials = _trials(found.trials)
    bar = told(
        "the {expected} that the best of {trials} without skill should reach",
        expected=decimal(found.expected),
        trials=figure(f"{found.trials:.0f}"),
    )
    if found.trials == 1.0:
        bar = told("zero, all that one trial has to beat")
    if found.trials == 1.0 and cells == 1:
        opening = told("The eligible cell amounts to {trials}", trials=trials)
    else:
        opening = told("The {cells} eligible cells amount to {trials}", cells=cells, trials=trials)
    if found.probability > 0.95:
        stands = told("is clear of {bar}", bar=bar)
    elif found.probability > 0.5:
        stands = told("is not clear of {bar}, though above it", bar=bar)
    else:
        stands = told("is not above {bar}", bar=bar)
    return told(
        "{opening}; the monthly Sharpe ratio of the best lead, {sharpe}, {stands} (deflated Sharpe "
        "ratio {probability}, {raw} with all {tried} counted).",
        opening=opening,
        sharpe=decimal(found.sharpe),
        stands=stands,
        probability=percent(found.probability),
        raw=percent(raw),
        tried=tried,
    )


def length(minimum: float, raw: float, years: float, *, trials: int, tried: int) -> Told:
    """Compare the sample with those that keep luck below an annual Sharpe ratio of 1."""
    if years < minimum:
        enough = told("are too few")
    elif years < raw:
        enough = told("are enough for the trials, and too few for the cells")
    else:
        enough = told("are enough")
    if trials == 1:
        return told(
            "With {trials} nothing was picked by luck; for all {cells}, were they independent, "
            "keeping the best of luck below an annual Sharpe ratio of 1 would take {raw} years: "
            "the {years} at hand {enough}.",
            trials=_trials(trials),
            cells=_cells(tried),
            raw=decimal(raw, 1),
            years=decimal(years, 1),
            enough=enough,
        )
    return told(
        "Keeping the best of luck below an annual Sharpe ratio of 1 takes {minimum} years for "
        "{trials} and {raw} for all {cells}: the {years} at hand {enough}.",
        minimum=decimal(minimum, 1),
        trials=_trials(trials),
        raw=decimal(raw, 1),
        cells=_cells(tried),
        years=decimal(years, 1),
        enough=enough,
    )


def overfitted(found: Overfitting | None) -> Told:
    """Say how the winner of one half did on the other half."""
    if found is None:
        return told("With one eligible cell there was nothing to choose, and no choice to overfit.")
    lost = told(
        "Chosen on half of the sessions, the winner ranked in the lower half on the others in "
        "{part} of {splits} splits (probability of backtest overfitting), and lost to the sale in "
        "{loss}",
        part=percent(found.probability),
        splits=figure(f"{found.splits:,}"),
        loss=percent(found.loss),
    )
    if found.probability >= 0.5:
        return told(
            "{lost}: choosing by the past was no better than choosing by chance.", lost=lost
        )
    return told("{lost}.", lost=lost)


def tied(ties: int, n: int) -> Told:
    """Say how many other cells cannot be told apart from the best."""
    if n == 1:
        return told("No other cell is eligible.")
    if ties <= 1:
        return told("No other eligible cell lies within one standard error of the best.")
    return told_count(
        "{n} other eligible cell lies within one standard error of the best, so that it does not "
        "stand out.",
        "{n} other eligible cells lie within one standard error of the best, so that it does not "
        "stand out.",
        ties - 1,
        n=figure(f"{ties - 1}"),
    )


def among(found: Neighbourhood | None, mean: float, least: float) -> Told:
    """Say whether the cells beside the best one are good as well; advantages are by year."""
    if found is None:
        return told("No neighbour of the best cell was run.")
    end = told("which does not make it a spike")
    if found.is_spike:
        end = told("so it stands on a spike")
    if found.count == 1:
        return told(
            "Its one neighbour earned {mean} a year over their sales, {end}.",
            mean=points(mean),
            end=end,
        )
    return told(
        "Its {count} neighbours earned {mean} a year over their sales, {least} at the least, "
        "{end}.",
        count=found.count,
        mean=points(mean),
        least=points(least),
        end=end,
    )


def walked(found: WalkForward | None) -> Told:
    """Say what choosing anew each year would have earned."""
    if found is None:
        return told(
            "The sample is too short to choose by the past and see a year of what came of it."
        )
    if all(year.cell is None for year in found.years):
        return told(
            "Year by year no cell was eligible by its past, so that none would have been chosen."
        )
    first, chosen = found.years[0].year, points(found.chosen)
    hindsight = told(
        "the best of the whole sample, the years before included, earned {hindsight} over those "
        "years",
        hindsight=points(found.hindsight),
    )
    if found.changes == 0:
        return told(
            "Chosen each year by its past from {first} on, the cell was always the same and earned "
            "{chosen} a year over its sale; {hindsight}.",
            first=first,
            chosen=chosen,
            hindsight=hindsight,
        )
    ahead = found.chosen - found.fixed
    than = told("less than the first choice kept")
    if abs(ahead) < _LEVEL:
        than = told("as much as the first choice kept")
    elif ahead > 0.0:
        than = told("more than the first choice kept")
    return told_count(
        "Chosen each year by its past from {first} on, the cell changed once and earned {chosen} a "
        "year over its sale, {than} ({fixed}); {hindsight}.",
        "Chosen each year by its past from {first} on, the cell changed {n} times and earned "
        "{chosen} a year over its sale, {than} ({fixed}); {hindsight}.",
        found.changes,
        n=figure(f"{found.changes}"),
        first=first,
        chosen=chosen,
        than=than,
        fixed=points(found.fixed),
        hindsight=hindsight,
    )


def _cells(count: int) -> Told:
    return told_count("{n} cell", "{n} cells", count, n=figure(f"{count}"))


def _trials(count: float) -> Told:
    return told_count(
        "{n} independent trial", "{n} independent trials", count, n=figure(f"{count:.0f}")
    )
