"""Which rows of a chain file are quotes?  The others are left out and counted by their reason.

Nothing is repaired but expiries, which vendors print as a Saturday before 2015.  Whether a row is
kept depends on rows of its own day and earlier ones alone: a quote that stands still is stale
from the fifth session on, not from its first.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import NDArray

from microhedge.calendar import Days, last_trade_day, to_date
from microhedge.quotes import Floats, quote_keys

Mask = NDArray[np.bool_]
ChainCode: TypeAlias = Literal[
    "no-session",  # quoted on a day on which the exchange was closed
    "odd-contract",  # a corporate action changed what it delivers
    "expired",  # quoted after its last trading day
    "no-strike",  # a strike that is not a number above 0 and below a million
    "negative",  # a bid below 0
    "no-quote",  # no bid or no ask, or an ask of 0
    "crossed",  # an ask below the bid
    "absurd-spread",  # wider than half of the mid and than two dollars
    "later-capture",  # a later capture of its day counts, or one of the market's hours
    "duplicate",  # a row that repeats another of the same contract and day
    "conflicting",  # quotes of one contract and day that differ: none is taken
    "stale",  # the same bid and ask, and nothing traded, for five sessions and more
    "outside-hours",  # kept: captured while the market was closed
    "zero-bid",  # kept: sold for nothing, marked at a cent at most, never chosen
    "wide-spread",  # kept: wider than half of the mid
    "expiry-moved",  # kept: an expiry that is no session is the last session before it
]
CODES: Final[tuple[ChainCode, ...]] = get_args(ChainCode)
KEPT: Final = frozenset({"outside-hours", "zero-bid", "wide-spread", "expiry-moved"})
"""The findings about quotes that were taken."""

WIDE: Final = 0.5
"""Of the mid."""
ABSURD: Final = 2.0
"""Dollars a share; narrower spreads are those of cheap options, however wide for their price."""
STALE: Final = 5
"""Sessions on which the same quote without a trade is one that nobody renews."""
_APART: Final = 7
"""Calendar days between two quotes of a contract after which a run begins anew."""


@dataclass(frozen=True, slots=True)
class ChainFinding:
    """How many rows of a file have one defect, the first and the last day, and what was done."""

    code: ChainCode
    count: int
    first: str
    last: str
    kept: bool

    def __str__(self) -> str:
        done = "kept" if self.kept else "left out"
        return f"{self.code}: {self.count} rows {done}, {self.first} to {self.last}"


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Rows of a file, a column each; `volume` is NaN where it is not known.

    `capture` orders the captures of a day: the largest counts, one below 0 was made while the
    market was closed, and rows that are not of a capture have NaN.
    """

    day: Days
    expiry: Days
    call: Mask
    strike: Floats
    bid: Floats
    ask: Floats
    volume: Floats
    odd: Mask
    capture: Floats

    def at(self, kept: Mask | NDArray[np.intp]) -> Rows:
        """Return some of the rows."""
        return Rows(*(getattr(self, name)[kept] for name in self.__slots__))


def cleaned(rows: Rows) -> tuple[Rows, tuple[ChainFinding, ...]]:
    """Return the rows that are quotes, and a finding for each reason that others are none."""
    closed, last = _last_sessions(rows.day) != rows.day, _last_sessions(rows.expiry)
    moved = last != rows.expiry
    rows = Rows(rows.day, last, *(getattr(rows, name) for name in rows.__slots__[2:]))
    found = _finding("no-session", rows.day[closed])
    rows, moved = rows.at(~closed), moved[~closed]
    for code, mask in _REASONS.items():
        bad = mask(rows)
        found += _finding(code, rows.day[bad])
        rows, moved = rows.at(~bad), moved[~bad]
    width, mid = rows.ask - rows.bid, (rows.ask + rows.bid) / 2.0
    found += _finding("outside-hours", rows.day[rows.capture < 0.0])
    found += _finding("zero-bid", rows.day[rows.bid == 0.0])
    found += _finding("wide-spread", rows.day[(rows.bid > 0.0) & (width > WIDE * mid)])
    found += _finding("expiry-moved", rows.day[moved])
    return rows, tuple(found)


def _absurd(rows: Rows) -> Mask:
    width = rows.ask - rows.bid
    return (width > ABSURD) & (width > WIDE * (rows.ask + rows.bid) / 2.0)


def _superseded(rows: Rows) -> Mask:
    """Mark what another capture quotes again; what only an earlier one quotes stays."""
    key = quote_keys(rows.day, rows.expiry, rows.call, rows.strike)
    known, at = np.unique(key, return_inverse=True)
    latest = np.full(len(known), -np.inf)
    np.fmax.at(latest, at, rows.capture)
    earlier: Mask = rows.capture < latest[at]
    return earlier


def _repeated(rows: Rows) -> Mask:
    key = quote_keys(rows.day, rows.expiry, rows.call, rows.strike)
    order = np.lexsort((rows.ask, rows.bid, key))
    same = np.zeros(len(order), np.bool_)
    for column in (key, rows.bid, rows.ask):
        equal = np.diff(column[order]) == 0
        same[1:] = equal if column is key else same[1:] & equal
    again = np.zeros(len(order), np.bool_)
    again[order] = same
    return again


def _conflicting(rows: Rows) -> Mask:
    key = quote_keys(rows.day, rows.expiry, rows.call, rows.strike)
    _, at, count = np.unique(key, return_inverse=True, return_counts=True)
    clash: Mask = count[at] > 1
    return clash


def _stale(rows: Rows) -> Mask:
    """Mark quotes from the fifth session of a run on; a volume that is not known is none."""
    contract = quote_keys(np.zeros_like(rows.day), 0, rows.call, rows.strike)
    order = np.lexsort((rows.day, contract, rows.expiry))
    idle = ~(rows.volume[order] > 0.0)
    goes_on = idle.copy()
    goes_on[:1] = False
    for column in (contract, rows.expiry, rows.bid, rows.ask):
        goes_on[1:] &= np.diff(column[order]) == 0
    goes_on[1:] &= np.diff(rows.day[order]) <= _APART
    # a run may begin with a trade: what is counted are its sessions since
    number = np.arange(len(order))
    start = np.maximum.accumulate(np.where(goes_on, 0, number))
    lasted = number - start + idle[start]
    stale = np.zeros(len(order), np.bool_)
    stale[order] = lasted >= STALE
    return stale


def _last_sessions(days: Days) -> Days:
    known, at = np.unique(days, return_inverse=True)
    return np.array([last_trade_day(int(one)) for one in known], np.int32)[at]


def _finding(code: ChainCode, days: Days) -> list[ChainFinding]:
    if not len(days):
        return []
    first, last = to_date(int(days.min())), to_date(int(days.max()))
    return [ChainFinding(code, len(days), str(first), str(last), code in KEPT)]


# Each reason to leave a row out, in the order in which they are asked.
_REASONS: Final[dict[ChainCode, Callable[[Rows], Mask]]] = {
    "odd-contract": lambda rows: rows.odd,
    "expired": lambda rows: rows.expiry < rows.day,
    "no-strike": lambda rows: ~((rows.strike >= 0.001) & (rows.strike < 1e6)),
    "negative": lambda rows: rows.bid < 0.0,
    "no-quote": lambda rows: ~(np.isfinite(rows.bid) & np.isfinite(rows.ask) & (rows.ask > 0.0)),
    "crossed": lambda rows: rows.ask < rows.bid,
    "absurd-spread": _absurd,
    "later-capture": _superseded,
    "duplicate": _repeated,
    "conflicting": _conflicting,
    "stale": _stale,
}
