"""Which rows of a chain file are quotes?  The others are left out and counted by their reason.

Nothing is repaired but expiries, which vendors print as a Saturday before 2015.  Whether a row is
kept depends on rows of its own day and earlier ones alone: a quote that stands still is stale
from the fifth session on, not from its first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import NDArray

from microhedge.calendar import Days, last_trade_day, to_date
from microhedge.counting import count_of
from microhedge.quotes import Floats, quote_keys
from microhedge.sources.chains.arbitrage import contradictory, out_of_bounds

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
    "out-of-bounds",  # dearer than what it is of, or cheaper than exercise, by the file's own spot
    "arbitrage",  # other strikes of its expiry contradict it
    "stale",  # the same bid and ask, and nothing traded, for five sessions and more
    "outside-hours",  # kept: captured while the market was closed
    "zero-bid",  # kept: sold for nothing, marked at a cent at most, never chosen
    "wide-spread",  # kept: wider than half of the mid
    "thin-expiry",  # kept: fewer than three strikes of the expiry have a bid on the day
    "expiry-moved",  # kept: an expiry that is no session is the last session before it
]
CODES: Final[tuple[ChainCode, ...]] = get_args(ChainCode)
KEPT: Final = frozenset({"outside-hours", "zero-bid", "wide-spread", "thin-expiry", "expiry-moved"})
"""The findings about quotes that were taken."""

WIDE: Final = 0.5
"""Of the mid."""
ABSURD: Final = 2.0
"""Dollars a share; narrower spreads are those of cheap options, however wide for their price."""
STALE: Final = 5
"""Sessions on which the same quote without a trade is one that nobody renews."""
THIN: Final = 3
"""Strikes with a bid that an expiry needs on each side for its prices to check each other."""
_APART: Final = 7
"""Calendar days between two quotes of a contract after which a run begins anew."""
_STRETCH: Final = 1 << 20
"""Rows that are cleaned together, so that a large file needs little more memory than itself."""


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
        rows = count_of(self.count, "row")
        span = self.first if self.first == self.last else f"{self.first} to {self.last}"
        return f"{self.code}: {rows} {done}, {span}"


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Rows of a file, a column each; `spot` is NaN and `traded` False where a file has none.

    `capture` orders the captures of a day: the largest counts, one below 0 was made while the
    market was closed, and rows that are not of a capture have NaN.
    """

    day: Days
    expiry: Days
    call: Mask
    strike: Floats
    bid: Floats
    ask: Floats
    traded: Mask
    odd: Mask
    spot: Floats
    capture: Floats

    def __len__(self) -> int:
        return len(self.day)

    def at(self, kept: Mask | NDArray[np.intp] | slice) -> Rows:
        """Return some of the rows."""
        return Rows(*(getattr(self, name)[kept] for name in self.__slots__))


def joined(pieces: Sequence[Rows]) -> Rows:
    """Return the rows of several pieces as one."""
    return Rows(*(np.concatenate([getattr(p, name) for p in pieces]) for name in Rows.__slots__))


def cleaned(rows: Rows, *, stretch: int = _STRETCH) -> tuple[Rows, tuple[ChainFinding, ...]]:
    """Return the rows that are quotes, and a finding for each reason that others are none.

    About `stretch` rows are looked at together, whole days of them: the outcome does not depend
    on it.
    """
    if len(rows) <= stretch:
        kept, found = _cleaned(rows)
        return kept, _summed([found])
    if (np.diff(rows.day) < 0).any():
        rows = rows.at(np.argsort(rows.day, kind="stable"))
    day = rows.day
    pieces, counted = [], []
    start = 0
    while start < len(day):
        last = day[min(start + stretch, len(day)) - 1]
        end = int(np.searchsorted(day, last, side="right"))
        # what a quote stood at on its last four days tells whether it is stale
        before = int(np.searchsorted(day, day[start] - (STALE - 1) * _APART))
        kept, found = _cleaned(rows.at(slice(before, end)), since=int(day[start]))
        pieces.append(kept)
        counted.append(found)
        start = end
    return joined(pieces), _summed(counted)


_Days = dict[ChainCode, Days]


def _cleaned(rows: Rows, *, since: int | None = None) -> tuple[Rows, _Days]:
    """Return the quotes from a day on, and the days of the rows that each finding is about."""
    closed, last = _last_sessions(rows.day) != rows.day, _last_sessions(rows.expiry)
    moved = last != rows.expiry
    rows = Rows(rows.day, last, *(getattr(rows, name) for name in rows.__slots__[2:]))
    found: _Days = {"no-session": rows.day[closed]}
    rows, moved = rows.at(~closed), moved[~closed]
    for code, mask in _REASONS.items():
        bad = mask(rows)
        found[code] = rows.day[bad]
        rows, moved = rows.at(~bad), moved[~bad]
    width, mid = rows.ask - rows.bid, (rows.ask + rows.bid) / 2.0
    found["outside-hours"] = rows.day[rows.capture < 0.0]
    found["zero-bid"] = rows.day[rows.bid == 0.0]
    found["wide-spread"] = rows.day[(rows.bid > 0.0) & (width > WIDE * mid)]
    found["thin-expiry"] = rows.day[_thin(rows)]
    found["expiry-moved"] = rows.day[moved]
    if since is None:
        return rows, found
    return rows.at(rows.day >= since), {code: on[on >= since] for code, on in found.items()}


def _summed(found: Sequence[_Days]) -> tuple[ChainFinding, ...]:
    """Return one finding for each code that any row has, in the order of the codes."""
    told = []
    for code in (code for code in CODES if any(len(one.get(code, ())) for one in found)):
        days = [one[code] for one in found if len(one[code])]
        first, last = min(int(one.min()) for one in days), max(int(one.max()) for one in days)
        count = sum(map(len, days))
        told.append(
            ChainFinding(code, count, str(to_date(first)), str(to_date(last)), code in KEPT)
        )
    return tuple(told)


def _thin(rows: Rows) -> Mask:
    """Mark the rows of expiries with too few strikes that somebody bid for, on each side."""
    group = rows.day.astype(np.int64) << 32 | rows.expiry.astype(np.int64) << 1 | rows.call
    _, at = np.unique(group, return_inverse=True)
    thin: Mask = np.bincount(at[rows.bid > 0.0], minlength=len(rows))[at] < THIN
    return thin


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
    """Mark quotes from the fifth session of a run on; a trade that is not known is none."""
    contract = quote_keys(np.zeros_like(rows.day), 0, rows.call, rows.strike)
    order = np.lexsort((rows.day, contract, rows.expiry))
    idle = ~rows.traded[order]
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
    "out-of-bounds": lambda rows: out_of_bounds(
        rows.day, rows.expiry, rows.call, rows.strike, rows.bid, rows.ask, rows.spot
    ),
    "arbitrage": lambda rows: contradictory(
        rows.day, rows.expiry, rows.call, rows.strike, rows.bid, rows.ask
    ),
    "stale": _stale,
}
