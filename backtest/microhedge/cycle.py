"""Which contract of a cycle of futures is held on a day?

Contracts end on third Fridays, of March, June, September and December where the cycle is
quarterly, or on the session before a third Friday that is a holiday.  Some sessions before its end
a contract is replaced by the next.  All of it follows from the calendar's rules.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np

from microhedge.calendar import (
    FIRST_YEAR,
    LAST_YEAR,
    Day,
    Days,
    monthly_expiry,
    previous_session,
    to_date,
)

QUARTERLY: Final = 3
"""Months from one contract of an index to the next."""

ROLL: Final = 5
"""Sessions before expiry on which the contract is replaced, where nothing else is asked for."""


def held_on(day: Day, *, roll: int = ROLL, months: int = QUARTERLY) -> Day:
    """Return the expiry of the contract that is held after a day's trading.

    It is the first of the cycle that has more than `roll` sessions to go.
    """
    expiries, rolls = _schedule(to_date(day).year, roll, months)
    return int(expiries[rolls.searchsorted(day, side="right")])


def held_after(days: Days, *, roll: int = ROLL, months: int = QUARTERLY) -> Days:
    """Return `held_on` for each of many days."""
    found = np.empty(len(days), np.int32)
    years = days.astype("datetime64[D]").astype("datetime64[Y]").astype(int) + 1970
    for year in np.unique(years).tolist():
        expiries, rolls = _schedule(year, roll, months)
        mine = years == year
        found[mine] = expiries[rolls.searchsorted(days[mine], side="right")]
    return found


@lru_cache(maxsize=1024)
def _schedule(year: int, roll: int, months: int) -> tuple[Days, Days]:
    """Return the expiries that can be held in a year, and the days on which they are left."""
    expiries = [
        monthly_expiry(each, month)
        for each in range(max(year - 1, FIRST_YEAR), min(year + 1, LAST_YEAR) + 1)
        for month in range(months, 13, months)
    ]
    rolls = []
    for expiry in expiries:
        left = expiry
        for _ in range(roll):
            left = previous_session(left)
        rolls.append(left)
    return np.array(expiries, np.int32), np.array(rolls, np.int32)
