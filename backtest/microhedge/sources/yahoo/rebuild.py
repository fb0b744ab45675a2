"""Which prices were traded, given that Yahoo divides all of them by every later split?

Yahoo's close is adjusted for splits even where no adjustment was asked for, and so are its
dividends.  A strike, a contract and a share count are of their day: everything is multiplied back.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from microhedge.calendar import day_number
from microhedge.exchange import SETTLED_AFTER
from microhedge.sources.yahoo.columns import Answer, Columns, Floats
from microhedge.tape import Action

LAST_BIT: Final = 2.0**-23
"""Relative; Yahoo answers in single precision, so 503.6 arrives as 503.60001."""


def as_traded(answer: Answer, now: datetime) -> Columns:
    """Return the finished sessions of an answer as they were traded.

    A price or dividend is multiplied by every split after its day, of which the answer must
    hold all: it was asked for up to the day after *now*.  A dividend is then per share held after
    that day's splits.  Splits that are still to come have not been applied and are left out.
    A price within the last bit of single precision of a whole cent is that cent, and dividends
    have six decimals.  Sessions that have not ended (with half an hour for the closing prints)
    are left out; rows without a price are kept as NaN, with what was paid on their day.
    """
    given = answer.columns
    today = day_number(now.astimezone(ZoneInfo(answer.listing.zone)).date())
    split = np.where((given.split > 0.0) & (given.day <= today), given.split, 1.0)
    # the splits strictly after each row
    later = np.append(np.cumprod(split[::-1])[::-1][1:], 1.0)
    columns = Columns(
        day=given.day,
        open=_cents(given.open * later),
        high=_cents(given.high * later),
        low=_cents(given.low * later),
        close=_cents(given.close * later),
        volume=np.round(given.volume / later),
        dividend=np.round(given.dividend * later, 6),
        split=np.where(given.day <= today, given.split, 0.0),
    )
    return columns.rows(given.day <= last_finished(answer, now))


def last_finished(answer: Answer, now: datetime) -> int:
    """Return the last day that is over at the exchange, by its clock and the end of its session.

    A day that Yahoo does not name as a session counts as over at midnight.
    """
    zone = ZoneInfo(answer.listing.zone)
    today = now.astimezone(zone).date()
    closes = answer.listing.closes
    ended = (
        closes is not None
        and closes.astimezone(zone).date() == today
        and now >= closes + SETTLED_AFTER
    )
    return day_number(today) - (0 if ended else 1)


def holes(columns: Columns) -> NDArray[np.bool_]:
    """Tell which rows hold no price: Yahoo sends nothing, or zero."""
    return ~(np.isfinite(columns.close) & (columns.close > 0.0))


def actions_of(columns: Columns) -> tuple[Action, ...]:
    """Return splits and dividends, each on its own day, splits first."""
    found = [
        Action(int(columns.day[row]), "split", float(columns.split[row]))
        for row in np.flatnonzero((columns.split > 0.0) & (columns.split != 1.0))
    ]
    found += [
        Action(int(columns.day[row]), "dividend", float(columns.dividend[row]))
        for row in np.flatnonzero(columns.dividend > 0.0)
    ]
    return tuple(sorted(found, key=lambda action: (action.day, action.kind != "split")))


def with_capital_gains(answer: Answer, gains: Floats) -> Answer:
    """Add a fund's distributed gains to its dividends.

    Yahoo gives them apart, and on some days within the dividend as well: a dividend that is at
    least as large is taken to hold them already.
    """
    paid = answer.columns.dividend
    total = np.where((gains > 0.0) & (paid < gains), paid + gains, paid)
    listing = replace(answer.listing, has_gains=bool(np.any(gains > 0.0)))
    return Answer(listing, replace(answer.columns, dividend=total))


def utc_now() -> datetime:
    """Return this moment, to the second."""
    return datetime.now(UTC).replace(microsecond=0)


def _cents(price: Floats) -> Floats:
    whole = np.round(price, 2)
    return np.where(np.abs(price - whole) <= LAST_BIT * np.abs(price), whole, price)
