"""What is left of a hedge's result without the largest gaps of the holding?

A gap is the holding's total return from one close to the next, up or down; the three largest in
size are ranked, the earlier first of two alike.  To leave them out, the returns of those sessions
are dropped from the hedged and the unhedged sleeve alike, and the money of the hedge's legs on
them from its cost; nothing is run again, and years stay as long as they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from microhedge.analysis.effectiveness import losses_borne, variance_removed
from microhedge.analysis.performance import DAYS_PER_YEAR, annual_return, max_drawdown
from microhedge.calendar import to_date
from microhedge.plain import plain
from microhedge.runs import Run
from microhedge.scorecard import first_premise, hedge_profit, roll_bounds

GAPS = 3
"""Sessions that are left out."""

Rows = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Score:
    """What a hedge came to on some sessions.

    `annual_return` is of the holding with the hedge and `lead` that less the holding's own;
    `cost_per_year` is what the hedge lost a year over the mean value of the holding.
    """

    annual_return: float | None
    lead: float | None
    cost_per_year: float
    losses_borne: float | None
    variance_removed: float | None
    max_drawdown: float | None
    unhedged_max_drawdown: float | None


@dataclass(frozen=True, slots=True)
class Gap:
    """One session left out: the return of the holding, and of the holding with its hedge."""

    day: int
    unhedged: float
    hedged: float


@dataclass(frozen=True, slots=True)
class Gaps:
    """A hedge on all sessions, and without the largest gaps of its holding."""

    left_out: tuple[Gap, ...]
    every: Score
    without: Score

    def document(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return {
            "left_out": [
                {"date": str(to_date(one.day)), "unhedged": one.unhedged, "hedged": one.hedged}
                for one in self.left_out
            ],
            "every": plain(self.every),
            "without": plain(self.without),
        }


def gaps_of(run: Run, alone: Run) -> Gaps | None:
    """Measure a hedge's run with and without the three largest gaps of the holding alone.

    None for a run that is not on the ledger.  `alone` is the holding without a hedge.
    """
    result, bare = run.result, alone.result
    if result is None or bare is None:
        return None
    rows = largest(bare.curves["sleeve"])
    kept = np.ones(len(run.returns), np.bool_)
    kept[rows] = False
    return Gaps(
        left_out=tuple(
            Gap(int(result.day[row]), float(alone.returns[row]), float(run.returns[row]))
            for row in rows.tolist()
        ),
        every=_score(run, alone, np.ones_like(kept)),
        without=_score(run, alone, kept),
    )


def largest(returns: NDArray[np.float64], count: int = GAPS) -> Rows:
    """Return the rows of the largest returns in size, the first row aside, in order of time."""
    order = np.argsort(-np.abs(returns[1:]), kind="stable")[:count] + 1
    return np.sort(order)


def _score(run: Run, alone: Run, kept: NDArray[np.bool_]) -> Score:
    """Score a run on the sessions kept; a session that is dropped returns nothing."""
    result = run.result
    if result is None:
        raise ValueError("only a run on the ledger has legs to measure")
    ours, unhedged = (np.where(kept, one.returns, 0.0) for one in (run, alone))
    day = result.day
    years = float(day[-1] - day[0]) / DAYS_PER_YEAR
    profit = float(hedge_profit(result)[kept].sum())
    grown, left = annual_return(ours, day), annual_return(unhedged, day)
    first = first_premise(result) or 0
    return Score(
        annual_return=grown,
        lead=None if grown is None or left is None else grown - left,
        cost_per_year=-profit / years / float(result.curves["holding"].mean()),
        losses_borne=losses_borne(ours, unhedged, roll_bounds(result)),
        variance_removed=variance_removed(
            run.returns[kept], alone.returns[kept], first=int(kept[: first + 1].sum()) - 1
        ),
        max_drawdown=max_drawdown(ours),
        unhedged_max_drawdown=max_drawdown(unhedged),
    )
