"""On which days does an exchange trade, and when is a session over?

The default is New York by the rules of `calendar`; other exchanges come from
`sources.exchanges`.  Days are counted from 1970-01-01.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any, Final
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import ArrayLike

from microhedge import calendar
from microhedge.calendar import FIRST_YEAR, LAST_YEAR, Day, Days, day_number, to_date
from microhedge.errors import NotCovered

NEW_YORK: Final = "XNYS"

SETTLED_AFTER: Final = timedelta(minutes=30)
"""After the close; vendors show prices a quarter of an hour late, and auctions print after it."""


@dataclass(frozen=True, slots=True, eq=False)
class Exchange:
    """The sessions of one exchange.

    `code` is its market identifier (ISO 10383), `zone` its IANA time zone, `closes` the end of a
    regular session on its clock, `days` every session that is known, oldest first, and `source`
    who knows them.
    """

    code: str
    zone: str
    closes: time
    days: Days
    source: str

    def __post_init__(self) -> None:
        self.days.flags.writeable = False

    def __reduce__(self) -> tuple[Any, ...]:
        """What travels to another process; New York is made there."""
        if self.is_new_york:
            return new_york, ()
        return Exchange, (self.code, self.zone, self.closes, self.days, self.source)

    @property
    def is_new_york(self) -> bool:
        """Whether these are the built-in sessions, those of the exchanges that list US options."""
        return self.code == NEW_YORK

    @property
    def city(self) -> str:
        """The city of its time zone."""
        return self.zone.rpartition("/")[2].replace("_", " ")

    def sessions(self, first: Day, last: Day) -> Days:
        """Return every known session from `first` to `last`, both included."""
        low, high = np.searchsorted(self.days, (first, last + 1))
        return self.days[low:high]

    def next_session(self, day: Day) -> Day:
        """Return the first session after a day; NotCovered where that is not known."""
        return int(self.next_sessions([day])[0])

    def next_sessions(self, days: ArrayLike) -> Days:
        """Return for each of many days the first session after it; NotCovered likewise."""
        wanted = np.asarray(days, dtype=np.int64)
        if wanted.size and not self.days[0] <= wanted.min() <= wanted.max() < self.days[-1]:
            first, last = to_date(int(self.days[0])), to_date(int(self.days[-1]))
            beyond = wanted.min() if wanted.min() < self.days[0] else wanted.max()
            raise NotCovered(
                f"the session after {to_date(int(beyond))} is not known: the calendar of "
                f"{self.code} runs from {first} to {last}"
            )
        return self.days[np.searchsorted(self.days, wanted, side="right")]

    def last_finished(self, now: datetime) -> Day:
        """Return the last session that was over, with half an hour for its closing prints."""
        local = now.astimezone(ZoneInfo(self.zone))
        over = local >= datetime.combine(local, self.closes, local.tzinfo) + SETTLED_AFTER
        today = day_number(local.date()) - (0 if over else 1)
        return int(self.days[max(int(np.searchsorted(self.days, today, side="right")) - 1, 0)])


@cache
def new_york() -> Exchange:
    """Return the New York Stock Exchange by the built-in rules."""
    first, last = date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31)
    days = calendar.sessions(day_number(first), day_number(last))
    return Exchange(NEW_YORK, "America/New_York", time(16), days, "built-in rules")
