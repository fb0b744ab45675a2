"""What a hedge did to the holding beside it: variance removed, losses borne, gains kept.

`hedged` and `unhedged` are simple returns by session of the holding with and without its hedge;
their first entries are 0.  A number that is not defined is None.
"""

from __future__ import annotations

from math import sqrt

import numpy as np
from numpy.typing import NDArray

from microhedge.analysis.performance import months
from microhedge.calendar import next_session
from microhedge.tape import Days, Floats

Rows = NDArray[np.int64]


def variance_removed(hedged: Floats, unhedged: Floats, *, first: int = 0) -> float | None:
    """Return Ederington's effectiveness, 1 − var(hedged) / var(unhedged), of daily returns.

    Returns after row `first` enter: the row of the first premise gives the number out of sample.
    It is negative where the hedge added variance.  With the least-squares ratio of the very
    sample it equals that regression's R² (Ederington 1979, Journal of Finance 34:157).
    """
    with_hedge, without = hedged[first + 1 :], unhedged[first + 1 :]
    if len(without) < 2 or np.ptp(without) == 0.0:
        return None
    return 1.0 - float(np.var(with_hedge)) / float(np.var(without))


def sell_equivalent(variance_removed: float | None) -> float | None:
    """Return the part of the holding whose sale removes as much variance: 1 − √(1 − HE).

    None where the hedge added variance, which no sale does.
    """
    if variance_removed is None or not 0.0 <= variance_removed <= 1.0:
        return None
    return 1.0 - sqrt(1.0 - variance_removed)


def minimum_variance_ratio(item: Floats, hedge: Floats) -> float | None:
    """Return the units of hedge to sell per unit of the item that leave the least variance.

    cov(item, hedge) / var(hedge) of their changes; None where the hedge does not move.
    """
    if len(hedge) < 2 or np.ptp(hedge) == 0.0:
        return None
    centred = hedge - hedge.mean()
    return float(centred @ (item - item.mean())) / float(centred @ centred)


def period_returns(returns: Floats, bounds: Rows) -> Floats:
    """Return the compounded returns from each boundary row to the next; rows increase."""
    if len(bounds) < 2:
        return np.empty(0)
    factors = 1.0 + returns[bounds[0] + 1 : bounds[-1] + 1]
    compounded: Floats = np.multiply.reduceat(factors, bounds[:-1] - bounds[0]) - 1.0
    return compounded


def month_bounds(day: Days, following: int | None = None) -> Rows:
    """Return the rows that bound the complete calendar months of a run.

    They are the last sessions of the months; that the run's last one is over is told by
    `following`, the session after it by the calendar (New York's by default), never by the prices.
    """
    if following is None:
        following = next_session(int(day[-1]))
    return np.flatnonzero(months(np.append(day[1:], np.int32(following))) != months(day))


def losses_borne(hedged: Floats, unhedged: Floats, bounds: Rows) -> float | None:
    """Return Σ hedged / Σ unhedged over the periods in which the unhedged holding fell.

    `bounds` are rows: of completed rolls for options, of month ends for a linear hedge.  0.6
    means that 40 % of the losses were spared; None where the holding never fell.
    """
    return _share(hedged, unhedged, bounds, -1.0)


def gains_kept(hedged: Floats, unhedged: Floats, bounds: Rows) -> float | None:
    """Return Σ hedged / Σ unhedged over the periods in which the unhedged holding rose."""
    return _share(hedged, unhedged, bounds, 1.0)


def _share(hedged: Floats, unhedged: Floats, bounds: Rows, sign: float) -> float | None:
    without = period_returns(unhedged, bounds)
    counted = sign * without > 0.0
    if not counted.any():
        return None
    return float(period_returns(hedged, bounds)[counted].sum()) / float(without[counted].sum())
