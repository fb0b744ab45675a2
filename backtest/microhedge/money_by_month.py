"""What did the holding and its hedge make, month by month, from the hedge's first trade on?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from microhedge.analysis.effectiveness import Rows, month_bounds
from microhedge.analysis.offsets import changes
from microhedge.result import Result
from microhedge.scorecard import first_fill, hedge_profit
from microhedge.tape import Floats


@dataclass(frozen=True, slots=True, eq=False)
class Money:
    """Profits in money by session, and the rows that bound the months they are added up over.

    The first month begins at the close that the hedge opened at, the last one ends with the run;
    both may be parts of a month.  `item` is what the holding made with its dividends, `fair` the
    change in fair value of the hedge's instruments, and `hedge` that after costs, borrow fees and
    interest, where the costs of opening belong to the first session after it.
    """

    bounds: Rows
    item: Floats
    fair: Floats
    hedge: Floats

    @property
    def months(self) -> tuple[Floats, Floats]:
        """What the holding and its hedge made, after costs, in each month."""
        return changes(self.item, self.bounds), changes(self.hedge, self.bounds)


def money_by_month(result: Result, hedge: Floats | None = None) -> Money:
    """Return the profits of a run, from its start where the hedge never traded.

    `hedge` are the profits by session of what was done instead, where it is not the run's own.
    """
    begin, last = opened_at(result), len(result.day) - 1
    months = month_bounds(result.day, result.following)
    inside = months[(months > begin) & (months < last)]
    fair = np.zeros(last + 1)
    # by name, for a sum depends on its order in the last bit, and a saved run has another
    for name in sorted(result.curves):
        if name.startswith("profit/hedge/"):
            fair += result.curves[name]
    hedge = hedge_profit(result) if hedge is None else hedge.copy()
    if begin < last:
        hedge[begin + 1] += hedge[begin]
    hedge[begin] = 0.0
    item = result.curves["profit/holding"].copy()
    item[0] = 0.0  # the position opens at that close
    bounds = np.unique(np.concatenate(([begin], inside, [last]))).astype(np.int64)
    return Money(bounds, item, fair, hedge)


def opened_at(result: Result) -> int:
    """Return the row of the close from which on a hedge is held; the start for one that is not.

    A fill at the open is measured from the close before it.
    """
    first = first_fill(result) or 0
    return max(first - 1, 0) if result.config["fill"] == "next_open" else first
