"""Which session a time stamp belongs to: its own date, or the date it was at the exchange."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from microhedge.calendar import FIRST_YEAR, LAST_YEAR, day_number, to_date
from microhedge.exchange import Exchange
from microhedge.sources.files.dates import DAY, Integers, Stamps
from microhedge.sources.files.declared import Declared
from microhedge.sources.files.refusals import Refused

TOO_MANY: Final = 0.05
"""Share of Saturdays and Sundays; a make-up session or two in a year stay below."""


@dataclass(frozen=True, slots=True)
class Dated:
    """The session of each row, and how it was found; `clock` is the time of day written."""

    day: NDArray[np.int32]
    clock: Integers
    zone: str
    moved: int


def dated(stamps: Stamps, declared: Declared) -> Dated:
    """Return the day of every row that is known.

    A time stamp without a zone, and one at midnight of its own zone, is a date.  A stamp in UTC
    is read as the date in UTC or at the exchange, whichever makes more of the rows sessions.
    Refused when both make as many, on different days.
    """
    known = stamps.known
    own = stamps.second // DAY
    clock = np.where(known, stamps.second % DAY, 0)
    _in_range(own[known])
    if declared.zone is not None and (stamps.offset is not None or clock.any() or _timed(stamps)):
        chosen = _in_zone(_utc(stamps), declared.zone)
        zone = f"dates in {declared.zone}, as declared"
    elif stamps.offset is None:
        chosen, zone = own, "none: dates as written"
    else:
        chosen, zone = _zoned(stamps, own, clock, declared.exchange)
    _in_range(chosen[known])
    _weekdays(chosen[known], declared.exchange)
    moved = int(np.count_nonzero((chosen != own) & known))
    return Dated(chosen.astype(np.int32), clock, zone, moved)


def _timed(stamps: Stamps) -> bool:
    return "time" in stamps.written or "since 1970" in stamps.written


def _utc(stamps: Stamps) -> Integers:
    return stamps.second if stamps.offset is None else stamps.second - stamps.offset


def _zoned(
    stamps: Stamps, own: Integers, clock: Integers, exchange: Exchange
) -> tuple[Integers, str]:
    assert stamps.offset is not None
    known = stamps.known
    named = f"dates in {stamps.zone}" if stamps.zone else "dates on the clock that was written"
    if stamps.offset[known].any():
        return own, named
    there, city = _in_zone(_utc(stamps), exchange.zone), exchange.city
    if np.array_equal(there[known], own[known]):
        return own, f"UTC; the date in {city} is the same"
    here, over = _hits(own[known], exchange), _hits(there[known], exchange)
    if here == over:
        row = int(np.argmax(there != own))
        raise Refused(
            f"the time stamps are in UTC, and the first is {to_date(int(own[row]))} there and "
            f"{to_date(int(there[row]))} in {city}; both are sessions: declare zone='UTC' or "
            f"zone={exchange.zone!r}",
            "zone-ambiguous",
        )
    if here > over:
        return own, f"UTC dates: more of them are sessions than of the dates in {city}"
    return there, f"dates in {city}: more of them are sessions than of the UTC dates"


def _hits(days: Integers, exchange: Exchange) -> int:
    return int(np.isin(days, exchange.sessions(int(days.min()), int(days.max()))).sum())


def _in_zone(utc: Integers, zone: str) -> Integers:
    place = ZoneInfo(zone)
    seen: dict[int, int] = {}
    for second in np.unique(utc).tolist():
        local = datetime.fromtimestamp(second, UTC).astimezone(place)
        seen[second] = day_number(local.date())
    return np.array([seen[second] for second in utc.tolist()], np.int64)


def _in_range(days: Integers) -> None:
    first, last = day_number(date(FIRST_YEAR, 1, 5)), day_number(date(LAST_YEAR, 12, 20))
    today = day_number(datetime.now(UTC).date()) + 1
    if days.min() < first:
        early = int(days.min())
        told = str(to_date(early)) if early > -700_000 else f"day {early} before 1970"
        raise Refused(
            f"{told} is before {FIRST_YEAR}, where the calendar of sessions begins: remove "
            "the rows before it",
            "date-out-of-range",
        )
    if days.max() > min(today, last):
        late = int(days.max())
        told = str(to_date(late)) if late < last else f"day {late} since 1970"
        raise Refused(f"{told} is still to come: correct the date", "date-out-of-range")


def _weekdays(days: Integers, exchange: Exchange) -> None:
    weekend = ((days + 3) % 7 >= 5) & ~np.isin(days, exchange.days)
    count = int(np.count_nonzero(weekend))
    if count >= 2 and count > TOO_MANY * len(days):
        first = to_date(int(days[int(np.argmax(weekend))]))
        raise Refused(
            f"{count} of {len(days)} rows are on a Saturday or Sunday, the first on {first}: "
            f"time stamps in UTC need zone={exchange.zone!r}, and an exchange with other weekdays "
            "its calendar, as in calendar='XSAU'",
            "weekend-prices",
        )
