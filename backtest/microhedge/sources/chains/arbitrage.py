"""Which quotes cannot all be true, because trading them against each other would be free money?

Only quotes of one day are held against each other, and only at prices that could be dealt: bought
at the ask, sold at the bid.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from microhedge.calendar import Days
from microhedge.quotes import Floats

Mask = NDArray[np.bool_]

_RATE: Final = 0.10
"""A year; no interest and no dividend yield above it explains an ask below the payoff."""
_YEAR: Final = 365.0
_CENT_PART: Final = 1e-9
_WIDEST: Final = 1 << 22
"""Cells of the padded tables in which strikes stand beside each other."""


def out_of_bounds(
    day: Days, expiry: Days, call: Mask, strike: Floats, bid: Floats, ask: Floats, spot: Floats
) -> Mask:
    """Mark quotes that no price of the underlying allows; never where the spot is not known.

    A call is worth at most the share and a put at most its strike.  Neither is worth less than
    what exercise would bring; since European options may be, by the interest and the dividends
    until expiry, what is received at expiry is discounted at 10 % a year here.
    """
    known = spot > 0.0
    discount = np.exp(-_RATE * (expiry - day) / _YEAR)
    payoff = np.where(call, spot * discount - strike, strike * discount - spot)
    dear = bid > np.where(call, spot, strike) + _CENT_PART
    found: Mask = known & (dear | (ask < payoff - _CENT_PART))
    return found


def contradictory(
    day: Days, expiry: Days, call: Mask, strike: Floats, bid: Floats, ask: Floats
) -> Mask:
    """Mark the quotes of an expiry that the others contradict.

    A put is worth no less than one with a lower strike, a call than one with a higher; and of
    three strikes the middle is worth no more than the line between the others (a butterfly is
    never worth less than nothing).  Of the quotes that break a rule the one in the most conflicts
    goes first, and with it all that are in as many, until no conflict is left.
    """
    # along a group the price must not fall: puts by rising strikes, calls by falling ones
    order = np.lexsort((np.where(call, -strike, strike), call, expiry, day))
    where = [column[order] for column in (day, expiry, call)]
    begins = np.ones(len(order), np.bool_)
    begins[1:] = np.any([np.diff(column.astype(np.int32)) != 0 for column in where], axis=0)
    starts = np.flatnonzero(begins)
    sizes = np.diff(np.append(starts, len(order)))
    marked = np.zeros(len(order), np.bool_)
    columns = strike[order], bid[order], ask[order]
    for first, count in _suspects(starts, sizes, *columns):
        group = slice(first, first + count)
        marked[group] = _conflicting(*(column[group] for column in columns))
    found = np.zeros(len(order), np.bool_)
    found[order] = marked
    return found


def _suspects(
    starts: NDArray[np.intp], sizes: NDArray[np.intp], strike: Floats, bid: Floats, ask: Floats
) -> Iterator[tuple[int, int]]:
    """Yield the groups with a conflict: where each begins, and how many quotes it has."""
    by_size = np.argsort(sizes, kind="stable")
    by_size = by_size[sizes[by_size] > 1]
    while len(by_size):
        # groups of like sizes share a table, padded to the largest
        widths = sizes[by_size] * np.arange(1, len(by_size) + 1)
        taken = max(1, int(np.searchsorted(widths, _WIDEST, side="right")))
        some, by_size = by_size[:taken], by_size[taken:]
        width = int(sizes[some].max())
        at = starts[some, None] + np.arange(width)
        real = np.arange(width) < sizes[some, None]
        at = np.where(real, at, 0)
        bids = np.where(real, bid[at], -np.inf)
        asks = np.where(real, ask[at], np.inf)
        falls = np.maximum.accumulate(bids, axis=1)[:, :-1] > asks[:, 1:] + _CENT_PART
        bad = falls.any(axis=1)
        if width > 2:
            bad |= (_bent(strike[at], bids, asks) & real[:, 2:]).any(axis=1)
        for k in some[bad]:
            yield int(starts[k]), int(sizes[k])


def _bent(strike: Floats, bid: Floats, ask: Floats) -> Mask:
    """Mark each inner strike whose bid is above the line between its neighbours' asks."""
    low, middle, high = strike[..., :-2], strike[..., 1:-1], strike[..., 2:]
    with np.errstate(invalid="ignore", divide="ignore"):
        part = (high - middle) / (high - low)
        line = part * ask[..., :-2] + (1.0 - part) * ask[..., 2:]
    bent: Mask = bid[..., 1:-1] > line + _CENT_PART
    return bent


def _conflicting(strike: Floats, bid: Floats, ask: Floats) -> Mask:
    """Mark the quotes of one group that have to go until no conflict is left."""
    left = np.arange(len(strike))
    gone = np.zeros(len(strike), np.bool_)
    while True:
        falls = np.triu(bid[left, None] > ask[left] + _CENT_PART, k=1)
        conflicts = falls.sum(axis=0) + falls.sum(axis=1)
        bent = _bent(strike[left], bid[left], ask[left]) if len(left) > 2 else np.zeros(0, np.bool_)
        for shift in range(3 if len(bent) else 0):
            conflicts[shift : shift + len(bent)] += bent
        if not conflicts.any():
            return gone
        worst = conflicts == conflicts.max()
        gone[left[worst]] = True
        left = left[~worst]
