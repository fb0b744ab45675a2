"""Which jumps cannot be returns: an unrecorded split, or pence for pounds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from microhedge.calendar import to_date
from microhedge.counting import count_of
from microhedge.series import Series
from microhedge.sources.files.declared import Declared
from microhedge.sources.files.refusals import Refused
from microhedge.sources.findings import Finding
from microhedge.sources.price_defects import large_returns, total_factors

HUNDREDFOLD: Final = (75.0, 133.0)
APART: Final = 0.0025
"""Relative; the rounding of an adjusted close and of a dividend stays below."""


def refuse_jumps(series: Series, declared: Declared) -> None:
    """Refuse a hundredfold jump and one by a whole ratio, unless its day is vouched for."""
    factor = total_factors(series)
    size = np.maximum(factor, 1.0 / factor)
    for row in np.flatnonzero((size > HUNDREDFOLD[0]) & (size < HUNDREDFOLD[1])).tolist():
        when = to_date(int(series.day[row]))
        if when not in declared.genuine:
            raise Refused(
                f"{series.symbol} goes from {series.close[row - 1]:g} to {series.close[row]:g} on "
                f"{when}, a hundredfold: pence and pounds are mixed, bring all rows to one unit "
                "and declare it (currency='GBX' for pence)",
                "hundredfold-jump",
            )
    for found in large_returns(series, None):
        if found.code == "suspected-split" and found.day not in declared.genuine:
            raise Refused(
                f"{series.symbol} on {found.day}: {found.sentence}; record it in a column "
                "'Stock Splits' (2 where one share became two), or vouch for the day "
                f"(--genuine {found.day})",
                "unrecorded-split",
            )


def adjustment(series: Series, adjusted: NDArray[np.float64] | None) -> Iterator[Finding]:
    """Compare the total return of prices and actions with the vendor's adjusted close."""
    if adjusted is None or series.basis != "raw" or len(adjusted) < 2:
        return
    apart = np.abs(total_factors(series)[1:] / (adjusted[1:] / adjusted[:-1]) - 1.0)
    rows = np.flatnonzero(apart > APART) + 1
    if len(rows):
        when = to_date(int(series.day[rows[0]]))
        sentence = (
            f"on {count_of(len(rows), 'session')} the adjusted close moves otherwise than the "
            f"close with its actions, by {apart[rows[0] - 1]:.2%} on the first: a dividend or "
            "split may be missing"
        )
        yield Finding("adjustment-disagrees", series.symbol, when, len(rows), sentence)
