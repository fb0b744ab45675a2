"""Which sentence about a sweep is true of these numbers?

No sentence here names a best cell without saying what the tests made of it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from microhedge.analysis import luck_wording as words
from microhedge.analysis.luck import Evidence, Verdict
from microhedge.analysis.walk_forward import WalkForward
from microhedge.language import language, mark, say, say_count
from microhedge.reporting.findings import listed
from microhedge.reporting.numbers import count, percent, plain, spoken_points
from microhedge.reporting.sweeps.inputs import Floats

ALIKE = 0.1
"""Two axes whose effects differ by less than this part of the larger one matter alike."""
TOGETHER = 0.5
"""A rank correlation from here on is called a relation."""
LEVEL = 0.0005
"""A year: what reads as 0.0 points."""

WORDS: dict[Verdict, str] = {
    "certified": mark("certified"),
    "not_certified": mark("not certified"),
    "inconclusive": mark("inconclusive"),
}
ANSWERS: dict[Verdict, str] = {
    "certified": mark("Yes, certified"),
    "not_certified": mark("Not shown"),
    "inconclusive": mark("Inconclusive"),
}


TESTS: dict[str, str] = {
    words.SAME_TAIL: mark("lead over the sale with the same tail loss"),
    words.SALE: mark("lead over the sale fixed beforehand"),
    words.TRAILS: mark("lead over the sale fixed beforehand"),
    words.DEFLATED: mark("deflated Sharpe ratio"),
    words.LOSS: mark("loss on the other half"),
    words.CHOICE: mark("probability of backtest overfitting"),
    words.SPIKE: mark("neighbours"),
}
"""What a test is called, by the sentence that says that a cell failed it."""


def headline(verdict: Verdict | None, *, ran: int, compared: bool = True) -> str:
    """Say in one line what became of the sweep; `compared` is whether a cell was eligible."""
    if ran == 0:
        return say("Every cell failed")
    if verdict is None:
        return say("Not judged")
    if not compared:
        return say("No cell protected enough to be compared with selling")
    return {
        "certified": say("The best cell beats selling by more than luck"),
        "not_certified": say("No cell is shown to beat selling"),
        "inconclusive": say("Not enough to be sure"),
    }[verdict]


def highest(
    verdict: Verdict, name: str, advantage: float, *, leading: int, eligible: int, ties: int
) -> str:
    """Say where the map is highest, and what the tests say about that."""
    if advantage <= 0.0:
        return say(
            "No eligible cell beat selling; the least bad, {name}, earned {advantage}.",
            name=name,
            advantage=spoken_points(advantage),
        )
    lead = say(
        "{leading} of {eligible} eligible cells earned more than their sale",
        leading=count(leading),
        eligible=count(eligible),
    )
    if ties > 1:
        return say(
            "{lead}; {ties} share the top, which is {words}.",
            lead=lead,
            ties=count(ties),
            words=say(WORDS[verdict]),
        )
    return say(
        "{lead}; the highest, {name}, is {words}.", lead=lead, name=name, words=say(WORDS[verdict])
    )


def cost_of_protection(cost: Floats, removed: Floats) -> str:
    """Say whether cells that removed more of the tail loss cost more."""
    known = np.isfinite(cost) & np.isfinite(removed)
    if known.sum() < 3 or np.ptp(cost[known]) == 0.0 or np.ptp(removed[known]) == 0.0:
        return say("What each cell cost, and what it removed.")
    ranks = [np.argsort(np.argsort(one[known], kind="stable")) for one in (cost, removed)]
    found = float(np.corrcoef(ranks[0], ranks[1])[0, 1])
    told = say("(rank correlation {found})", found=plain(found, 2))
    if found >= TOGETHER:
        return say("Cells that removed more of the tail loss cost more {told}.", told=told)
    if found <= -TOGETHER:
        return say("Cells that removed more of the tail loss cost less {told}.", told=told)
    return say("Cost and tail loss removed hardly go together {told}.", told=told)


def matters(names: Sequence[str], sizes: Sequence[float]) -> str:
    """Say which axis moves the cells most."""
    order = np.argsort([-size for size in sizes], kind="stable")
    first = int(order[0])
    size = sizes[first]
    if size < LEVEL:
        return say("No axis changes the mean advantage.")
    told = say("its values are up to {size} points apart", size=plain(100.0 * size, 1))
    if len(names) > 1:
        second = int(order[1])
        if sizes[second] > (1.0 - ALIKE) * size:
            return say(
                "{upper} and {names} matter alike; of the first, {told}.",
                upper=_upper(names[first]),
                names=names[second],
                told=told,
            )
        return say("{upper} matters most: {told}.", upper=_upper(names[first]), told=told)
    return say("{upper} alone was varied: {told}.", upper=_upper(names[first]), told=told)


def ranking(eligible: int, shown: int) -> str:
    """Say which cells a table lists."""
    if shown >= eligible:
        return (
            say("The only eligible cell.")
            if eligible == 1
            else say("All {eligible} eligible cells.", eligible=count(eligible))
        )
    half = shown // 2
    return say(
        "The first and the last {half} of {eligible} eligible cells.",
        half=half,
        eligible=count(eligible),
    )


def tests(evidence: Evidence, verdict: Verdict) -> str:
    """Say which of the tests the best cell failed."""
    if evidence.advantage <= 0.0:
        return say("The best cell earned no more than selling, which no test can mend.")
    if not evidence.failed:
        return say("The best cell passes every test: {words}.", words=say(WORDS[verdict]))
    return say(
        "The best cell is {words}, failing {failed}: {names}.",
        failed=say_count("{n} test", "{n} tests", len(evidence.failed)),
        names=listed([say(TESTS[name]) for name in evidence.failed]),
        words=say(WORDS[verdict]),
    )


def overfitted(probability: float) -> str:
    """State the probability of backtest overfitting, and what it is no better than."""
    told = say(
        "Probability of backtest overfitting: {probability}", probability=percent(probability, 0)
    )
    return say("{told}, no better than chance.", told=told) if probability >= 0.5 else f"{told}."


def chosen(walk: WalkForward) -> str:
    """Say what choosing anew each year did beside keeping the first choice."""
    if all(year.cell is None for year in walk.years):
        return say("No cell was eligible by its past, so none would have been chosen.")
    if walk.changes == 0:
        return say(
            "The choice never changed, and earned {chosen} a year over its sale.",
            chosen=spoken_points(walk.chosen),
        )
    apart = walk.chosen - walk.fixed
    if abs(apart) < LEVEL:
        return say("Choosing anew each year earned as much as keeping the first choice.")
    than = say("more") if apart > 0.0 else say("less")
    size = plain(100.0 * abs(apart), 1)
    return say(
        "Choosing anew each year earned {size} points a year {than} than the first choice kept.",
        size=size,
        than=than,
    )


def failures(failed: int, tried: int) -> str:
    """Say how many cells failed."""
    if failed == tried:
        return say("All {tried} failed.", tried=say_count("{n} cell", "{n} cells", tried))
    return say(
        "{failed} of {tried} failed.",
        failed=say_count("{n} cell", "{n} cells", failed),
        tried=count(tried),
    )


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def quiet(label: str) -> str:
    """Return a label as the middle of a sentence needs it, without capitals."""
    return label if language().capitals else label.lower()
