"""The days on which the US markets trade, and those on which their monthly options expire.

Days are counted from 1970-01-01 (so 2014-06-20 is 16241), as numpy's datetime64[D] counts them.
The sessions follow from the holiday rules of the New York Stock Exchange and from the days on
which it shut for an event.  They are exact from 1971, two years before options were listed;
for 1960–1970, which kept other holidays, they are the later rules carried back.

Nothing here looks at prices: an expiry that is years away is known from the rules alone, and no
closure for an event has ever fallen on one.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from microhedge.errors import NotCovered

Day: TypeAlias = int
Days: TypeAlias = NDArray[np.int32]

FIRST_YEAR: Final = 1960
LAST_YEAR: Final = 2100

_EPOCH: Final = date(1970, 1, 1).toordinal()
_FIRST: Final = date(FIRST_YEAR, 1, 1).toordinal() - _EPOCH
_LAST: Final = date(LAST_YEAR, 12, 31).toordinal() - _EPOCH

_MONDAY, _THURSDAY, _FRIDAY, _SATURDAY, _SUNDAY = 0, 3, 4, 5, 6

# The exchange shut for an event, not by a rule that was known in advance.
CLOSURES: Final = (
    date(1972, 11, 7),  # presidential election, as in 1976 and 1980
    date(1972, 12, 28),  # funeral of President Truman
    date(1973, 1, 25),  # funeral of President Johnson
    date(1976, 11, 2),
    date(1977, 7, 14),  # blackout in New York
    date(1980, 11, 4),
    date(1985, 9, 27),  # hurricane Gloria
    date(1994, 4, 27),  # funeral of President Nixon
    date(2001, 9, 11),  # attacks on New York and Washington
    date(2001, 9, 12),
    date(2001, 9, 13),
    date(2001, 9, 14),
    date(2004, 6, 11),  # funeral of President Reagan
    date(2007, 1, 2),  # funeral of President Ford
    date(2012, 10, 29),  # hurricane Sandy
    date(2012, 10, 30),
    date(2018, 12, 5),  # funeral of President G. H. W. Bush
    date(2025, 1, 9),  # funeral of President Carter
)


def day_number(when: date) -> Day:
    """Return the number of days from 1970-01-01 to a date."""
    return when.toordinal() - _EPOCH


def to_date(day: Day) -> date:
    """Return the date that lies `day` days after 1970-01-01."""
    return date.fromordinal(day + _EPOCH)


def is_session(day: Day) -> bool:
    """Tell whether the exchange trades on a day (early closes count as sessions)."""
    table = _table()
    return table.at_or_before[_offset(day)] == day


def sessions(first: Day, last: Day) -> Days:
    """Return every session from `first` to `last`, both included."""
    _offset(first)
    _offset(last)
    days = _table().days
    low, high = np.searchsorted(days, (first, last + 1))
    return days[low:high].copy()


def next_session(day: Day) -> Day:
    """Return the first session after a day."""
    following = _table().after[_offset(day)]
    if following > _LAST:
        raise NotCovered(
            f"{to_date(day)} has no later session in the calendar, which ends with {LAST_YEAR}"
        )
    return following


def next_sessions(days: ArrayLike) -> Days:
    """Return for each of many days the first session after it."""
    wanted = np.asarray(days, dtype=np.int64)
    if wanted.size == 0:
        return np.empty(wanted.shape, dtype=np.int32)
    _offset(int(wanted.min()))
    next_session(int(wanted.max()))
    known = _table().days
    return known[np.searchsorted(known, wanted, side="right")]


def previous_session(day: Day) -> Day:
    """Return the last session before a day."""
    return last_trade_day(day - 1)


def last_trade_day(day: Day) -> Day:
    """Return the last session on or before a day.

    This is what turns a vendor's expiry into the day on which the contract last traded.
    Contracts that expired before February 2015 carry the Saturday after it, and a few carry a
    Friday that was a holiday.
    """
    latest = _table().at_or_before[_offset(day)]
    if latest < _FIRST:
        raise NotCovered(
            f"{to_date(day)} has no session on or before it in the calendar, "
            f"which starts with {FIRST_YEAR}"
        )
    return latest


def monthly_expiry(year: int, month: int) -> Day:
    """Return the last trading day of a month's standard options.

    It is the third Friday of the month or, where that is a holiday, the session before it.
    """
    if not (FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= 12):
        raise NotCovered(
            f"year {year}, month {month} is outside the calendar; "
            f"it covers January {FIRST_YEAR} to December {LAST_YEAR}"
        )
    return _expiries()[(year - FIRST_YEAR) * 12 + month - 1]


@lru_cache(maxsize=16_384)
def listed_expiries(day: Day) -> tuple[Day, ...]:
    """Return the expiries that can be bought on a day, nearest first.

    These are all monthly expiries after `day` up to the same date a year later, and the
    Januaries of the next two years.  It simplifies the exchanges' rule, under which a share
    lists the two nearest months and the nearest two of its quarterly cycle: with so few
    expiries the rungs of a ladder would meet on one of them.
    """
    _offset(day)
    today = to_date(day)
    expiries = _expiries()
    first = bisect_right(expiries, day)
    # 29 February has no anniversary; the rule then ends on the last of February
    last_day = 28 if (today.month, today.day) == (2, 29) else today.day
    horizon = date(today.year + 1, today.month, last_day).toordinal() - _EPOCH
    listed = expiries[first : bisect_right(expiries, horizon)]
    for year in (today.year + 1, today.year + 2):
        if year <= LAST_YEAR and (january := monthly_expiry(year, 1)) > horizon:
            listed = (*listed, january)
    return listed


@dataclass(frozen=True, slots=True)
class _Table:
    """Sessions of the whole calendar, and for every day the sessions around it."""

    days: Days
    at_or_before: list[int]
    after: list[int]


def _offset(day: Day) -> int:
    """Return a day's row in the table."""
    if not _FIRST <= day <= _LAST:
        nearest = _FIRST if day < _FIRST else _LAST
        raise NotCovered(
            f"day {day} is outside the calendar of sessions; "
            f"the nearest day it covers is {to_date(nearest)} ({nearest})"
        )
    return day - _FIRST


@cache
def _table() -> _Table:
    every = np.arange(_FIRST, _LAST + 1, dtype=np.int32)
    is_open = (every + _THURSDAY) % 7 < _SATURDAY  # 1970-01-01 was a Thursday
    shut = [day for year in range(FIRST_YEAR, LAST_YEAR + 1) for day in _holidays(year)]
    shut += [day_number(closure) for closure in CLOSURES]
    is_open[np.array(shut) - _FIRST] = False
    days = every[is_open]
    days.flags.writeable = False
    fenced = np.concatenate(([_FIRST - 1], days, [_LAST + 1]))
    row = np.searchsorted(days, every, side="right")
    return _Table(days, fenced[row].tolist(), fenced[row + 1].tolist())


@cache
def _expiries() -> tuple[Day, ...]:
    return tuple(
        last_trade_day(_nth(3, _FRIDAY, year, month))
        for year in range(FIRST_YEAR, LAST_YEAR + 1)
        for month in range(1, 13)
    )


def _holidays(year: int) -> list[Day]:
    """Return the days on which the rules close the exchange in a year."""
    days = [
        _nth(3, _MONDAY, year, 2),  # Washington's birthday
        _easter(year) - 2,  # Good Friday
        _nth(1, _MONDAY, year, 6) - 7,  # Memorial Day, the last Monday of May
        _observed(date(year, 7, 4)),
        _nth(1, _MONDAY, year, 9),  # Labor Day
        _nth(4, _THURSDAY, year, 11),  # Thanksgiving
        _observed(date(year, 12, 25)),
    ]
    new_year = date(year, 1, 1)
    if new_year.weekday() != _SATURDAY:  # 31 December stays open: the books of the year close
        days.append(_observed(new_year))
    if year >= 1998:
        days.append(_nth(3, _MONDAY, year, 1))  # Martin Luther King Jr.
    if year >= 2022:
        days.append(_observed(date(year, 6, 19)))  # Juneteenth
    return days


def _observed(holiday: date) -> Day:
    """Move a holiday on a Saturday to the Friday, on a Sunday to the Monday."""
    shift = {_SATURDAY: -1, _SUNDAY: 1}.get(holiday.weekday(), 0)
    return day_number(holiday) + shift


def _nth(nth: int, weekday: int, year: int, month: int) -> Day:
    """Return the first, second, … of a weekday in a month."""
    first = date(year, month, 1)
    return day_number(first) + (weekday - first.weekday()) % 7 + 7 * (nth - 1)


def _easter(year: int) -> Day:
    """Return Easter Sunday of the Gregorian calendar, valid for 1900–2199.

    The date of the full moon follows Gauss's rule with the constants of those three centuries.
    """
    moon = (19 * (year % 19) + 24) % 30
    # two of the computed moons fall a day late and are moved back by the rule's exceptions
    if moon == 29 or (moon == 28 and year % 19 > 10):
        moon -= 1
    full_moon = date(year, 3, 21).toordinal() + moon - _EPOCH
    return full_moon + 7 - (full_moon + _THURSDAY - _SUNDAY) % 7
