"""What could selling once have returned, at which tail loss, and where is a hedge beside it?

The line is that of the yardstick "sell-once" for any part sold at the hedge's first fill.  The
sale with the hedge's own tail loss is known only afterwards: it prices the protection, and no
verdict rests on it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from microhedge.analysis.bootstrap import Interval, lead
from microhedge.analysis.performance import annual_return, tail_loss
from microhedge.engine import Setup
from microhedge.runs import Run
from microhedge.scorecard import roll_bounds
from microhedge.tape import Days, Floats
from microhedge.yardsticks import sold_once

PARTS = tuple(number / 10 for number in range(10))
"""Parts sold of the points that the line is drawn through."""

_HALVINGS = 30


@dataclass(frozen=True, slots=True)
class Sold:
    """A part sold once, and what came of it over the whole run; None is not defined."""

    part: float
    annual_return: float | None
    tail_loss: float | None


@dataclass(frozen=True, slots=True)
class Beside:
    """A hedge beside the sales that it stands for.

    `same_tail` is the part sold once that leaves the hedge's tail loss, None where the hedge did
    not cut it, or to less than that of cash.  `ahead` is the hedge's annual return less that of
    this sale over the whole run, and `lead` the same over its completed roll periods, or over the
    sessions of a linear hedge, with intervals in which the size of the sale is taken as given.
    """

    same_tail: Sold | None
    ahead: float | None
    lead: Interval


def line(hedge: Run, alone: Run, setup: Setup) -> tuple[Sold, ...]:
    """Return selling nothing, a tenth, … nine tenths at a hedge's first fill; () if it has none."""
    make = sold_once(hedge, alone, setup)
    if make is None or hedge.result is None:
        return ()
    return tuple(_sold(part, make(part), hedge.result.day) for part in PARTS)


def beside(hedge: Run, alone: Run, setup: Setup, *, seed: int) -> Beside:
    """Return how far a hedge is ahead of the sale that leaves the same tail loss."""
    make, result = sold_once(hedge, alone, setup), hedge.result
    aim, without = hedge.stats["tail_loss"], alone.stats["tail_loss"]
    if make is None or result is None or aim is None or without is None or not aim > without:
        return Beside(None, None, Interval())
    if (tail_loss(make(1.0), result.day) or 0.0) < aim:
        return Beside(None, None, Interval())
    part = _same(make, result.day, aim)
    returns = make(part)
    same = _sold(part, returns, result.day)
    ours, theirs = hedge.stats["annual_return"], same.annual_return
    return Beside(
        same_tail=same,
        ahead=None if ours is None or theirs is None else ours - theirs,
        lead=lead(
            hedge.returns,
            alone.returns,
            returns,
            result.day,
            bounds=roll_bounds(result) if hedge.uses_options else None,
            following=result.following,
            seed=seed,
        ),
    )


def _sold(part: float, returns: Floats, day: Days) -> Sold:
    return Sold(part, annual_return(returns, day), tail_loss(returns, day))


def _same(make: Callable[[float], Floats], day: Days, aim: float) -> float:
    """Return the part whose sale leaves a tail loss: the more is sold, the less is lost."""
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2.0
        if (tail_loss(make(middle), day) or 0.0) < aim:
            low = middle
        else:
            high = middle
    return (low + high) / 2.0
