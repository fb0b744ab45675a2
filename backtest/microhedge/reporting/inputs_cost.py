"""What does a report read of what each hedge cost, and of selling instead?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from microhedge.frontier import Beside, Sold


@dataclass(frozen=True, slots=True)
class Reruns:
    """One option hedge under other roll dates and other volatilities.

    `costs` are a year over the roll dates, the dates as they were first, and `leads` the annual
    return of selling once less the hedge's, () where no sale was run.  All of these are
    measured from the last of the starts.  `cost_by_vol` and `lead_by_vol` are at the model's
    volatility −20 %, as it is, and +20 %, over the whole run.  `even` is the multiple of it at
    which the sale returns as much.
    """

    costs: tuple[float, ...]
    leads: tuple[float, ...]
    cost_by_vol: tuple[float, float, float]
    lead_by_vol: tuple[float, float, float] | None
    even: float | None


@dataclass(frozen=True, slots=True)
class Cost:
    """What each hedge that traded cost; mappings are by the name of its run.

    `line` is selling once at the first fill of the hedge `of`, from nothing sold to nine tenths.
    `causes` are parts of the holding's mean value a year, gained (positive) or paid, in the
    order and under the names of `by_cause.CAUSES`, without those that never moved; they add up to
    less than nothing by the net cost.  `reruns` has the option hedges whose reruns were made.
    """

    of: str
    line: tuple[Sold, ...]
    beside: Mapping[str, Beside]
    causes: Mapping[str, Mapping[str, float]]
    reruns: Mapping[str, Reruns]
