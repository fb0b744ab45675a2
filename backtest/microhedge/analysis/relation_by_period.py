"""What became of a relation year by year: its two parts, and the variance that it explained?"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import log

import numpy as np

from microhedge.analysis.sample import require
from microhedge.analysis.scores import influence
from microhedge.calendar import to_date
from microhedge.tape import Days, Floats

LEAST = 40
"""Sessions that a period must have to be told: a quarter has some 63."""

YEARS = 3 * 365
"""Days after the split below which the periods are calendar quarters instead of years."""


@dataclass(frozen=True, slots=True)
class Period:
    """One calendar year, or quarter (1 to 4), after the split; its rows are first … stop − 1.

    `correlation` and `volatility` are the natural logarithms of what |ρ| and σ_y / σ_x were
    multiplied by against the sample before the split; their sum is that of the hedge ratio.
    `correlation` is None where it changed its sign, and both are None where a series stood still.
    `explained` is ρ²: what the one ratio that suited the period best, known only afterwards,
    removes of its variance.
    """

    year: int
    quarter: int | None
    first: int
    stop: int
    correlation: float | None
    volatility: float | None
    explained: float | None

    @property
    def n(self) -> int:
        """Sessions of the period."""
        return self.stop - self.first

    @property
    def total(self) -> float | None:
        """The logarithm of what the hedge ratio was multiplied by; None across zero."""
        if self.correlation is None or self.volatility is None:
            return None
        return self.correlation + self.volatility


def by_period(day: Days, y: Floats, x: Floats, split: int) -> tuple[Period, ...]:
    """Compare a relation period by period with the sample on which it was relied on.

    `day` are the sessions in days since 1970-01-01, `y` and `x` the simple returns of the holding
    and of its hedge, `split` the first row after that sample.  Periods are calendar years, or
    quarters where fewer than three years follow the split; one with fewer than 40 sessions is
    left out.  β = ρ · σ_y / σ_x is the least-squares slope of `y` on `x` (see `hedge_ratio`).
    Raises NotCovered and BadData as `microhedge.analysis.sample.require` does.
    """
    require(y, x, split)
    rho = influence(y[:split], x[:split])[0]
    ratio = float(y[:split].std() / x[:split].std())
    by_year = int(day[-1]) - int(day[split]) >= YEARS
    found = []
    for name, first, stop in _spans(day, split, by_year=by_year):
        if stop - first < LEAST:
            continue
        ours, theirs = y[first:stop], x[first:stop]
        correlation = volatility = explained = None
        if np.ptp(ours) > 0.0 and np.ptp(theirs) > 0.0:
            own = influence(ours, theirs)[0]
            volatility = log(float(ours.std() / theirs.std()) / ratio)
            correlation = log(own / rho) if own * rho > 0.0 else None
            explained = own * own
        found.append(Period(*name, first, stop, correlation, volatility, explained))
    return tuple(found)


def _spans(
    day: Days, split: int, *, by_year: bool
) -> list[tuple[tuple[int, int | None], int, int]]:
    """Return the periods after the split: (year, quarter), first row, row after the last."""
    dates = [to_date(int(one)) for one in day[split:]]
    names = [(one.year, None if by_year else (one.month + 2) // 3) for one in dates]
    turns = [k for k in range(1, len(names)) if names[k] != names[k - 1]]
    edges = [0, *turns, len(names)]
    return [
        (names[first], split + first, split + stop)
        for first, stop in pairwise(edges)
        if stop > first
    ]
