"""Which sentence about a sweep is true of these numbers?

No sentence here names a best cell without saying what the tests made of it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from microhedge.analysis.luck import Evidence, Verdict
from microhedge.analysis.walk_forward import WalkForward
from microhedge.analysis.wording import points
from microhedge.reporting import numbers
from microhedge.reporting.numbers import percent, plain
from microhedge.reporting.sweeps.inputs import Floats

ALIKE = 0.1
"""Two axes whose effects differ by less than this part of the larger one matter alike."""
TOGETHER = 0.5
"""A rank correlation from here on is called a relation."""
LEVEL = 0.0005
"""A year: what reads as 0.0 points."""

WORDS: dict[Verdict, str] = {
    "certified": "certified",
    "not_certified": "not certified",
    "inconclusive": "inconclusive",
}
ANSWERS: dict[Verdict, str] = {
    "certified": "Yes, certified",
    "not_certified": "Not shown",
    "inconclusive": "Inconclusive",
}


def headline(verdict: Verdict | None, *, ran: int) -> str:
    """Say in one line what became of the sweep."""
    if ran == 0:
        return "Every cell failed"
    if verdict is None:
        return "Not judged"
    return {
        "certified": "The best cell beats selling by more than luck",
        "not_certified": "No cell is shown to beat selling",
        "inconclusive": "Not enough to be sure",
    }[verdict]


def highest(
    verdict: Verdict, name: str, advantage: float, *, leading: int, eligible: int, ties: int
) -> str:
    """Say where the map is highest, and what the tests say about that."""
    if advantage <= 0.0:
        return f"No eligible cell beat selling; the least bad, {name}, earned {points(advantage)}."
    lead = f"{leading:,} of {eligible:,} eligible cells earned more than their sale"
    if ties > 1:
        return f"{lead}; {ties:,} share the top, which is {WORDS[verdict]}."
    return f"{lead}; the highest, {name}, is {WORDS[verdict]}."


def cost_of_protection(cost: Floats, removed: Floats) -> str:
    """Say whether cells that removed more of the tail loss cost more."""
    known = np.isfinite(cost) & np.isfinite(removed)
    if known.sum() < 3 or np.ptp(cost[known]) == 0.0 or np.ptp(removed[known]) == 0.0:
        return "What each cell cost, and what it removed."
    ranks = [np.argsort(np.argsort(one[known], kind="stable")) for one in (cost, removed)]
    found = float(np.corrcoef(ranks[0], ranks[1])[0, 1])
    told = f"(rank correlation {plain(found, 2)})"
    if found >= TOGETHER:
        return f"Cells that removed more of the tail loss cost more {told}."
    if found <= -TOGETHER:
        return f"Cells that removed more of the tail loss cost less {told}."
    return f"Cost and tail loss removed hardly go together {told}."


def matters(names: Sequence[str], sizes: Sequence[float], what: str) -> str:
    """Say which axis moves the cells most."""
    order = np.argsort([-size for size in sizes], kind="stable")
    first = int(order[0])
    size = sizes[first]
    if size < LEVEL:
        return f"No axis changes the mean {what}."
    told = f"its values are up to {plain(100.0 * size, 1)} points apart"
    if len(names) > 1:
        second = int(order[1])
        if sizes[second] > (1.0 - ALIKE) * size:
            return f"{_upper(names[first])} and {names[second]} matter alike; of the first, {told}."
        return f"{_upper(names[first])} matters most: {told}."
    return f"{_upper(names[first])} alone was varied: {told}."


def ranking(eligible: int, shown: int) -> str:
    """Say which cells a table lists."""
    if eligible == 0:
        return "No cell removed enough of the tail loss to be compared."
    if shown >= eligible:
        return "The only eligible cell." if eligible == 1 else f"All {eligible:,} eligible cells."
    half = shown // 2
    return f"The first and the last {half} of {eligible:,} eligible cells."


def tests(evidence: Evidence, verdict: Verdict) -> str:
    """Say how many of the tests the best cell failed."""
    if evidence.advantage <= 0.0:
        return "The best cell earned no more than selling, which no test can mend."
    if not evidence.failed:
        return f"The best cell passes every test: {WORDS[verdict]}."
    return f"The best cell fails {numbers.plural(len(evidence.failed), 'test')}: {WORDS[verdict]}."


def overfitted(probability: float) -> str:
    """State the probability of backtest overfitting, and what it is no better than."""
    told = f"Probability of backtest overfitting: {percent(probability, 0)}"
    return f"{told}, no better than chance." if probability >= 0.5 else f"{told}."


def chosen(walk: WalkForward) -> str:
    """Say what choosing anew each year did beside keeping the first choice."""
    if all(year.cell is None for year in walk.years):
        return "No cell was eligible by its past, so none would have been chosen."
    if walk.changes == 0:
        return f"The choice never changed, and earned {points(walk.chosen)} a year over its sale."
    apart = walk.chosen - walk.fixed
    if abs(apart) < LEVEL:
        return "Choosing anew each year earned as much as keeping the first choice."
    than = "more" if apart > 0.0 else "less"
    size = plain(100.0 * abs(apart), 1)
    return f"Choosing anew each year earned {size} points a year {than} than the first choice kept."


def failures(failed: int, tried: int) -> str:
    """Say how many cells failed."""
    if failed == tried:
        return f"All {numbers.plural(tried, 'cell')} failed."
    return f"{numbers.plural(failed, 'cell')} of {tried:,} failed."


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]
