"""Is what is kept of a symbol still true, and what has to be fetched?

Yahoo revises its history and now and then forgets a dividend.  So an update asks for the last
sessions that are kept as well, and fetches everything again when they differ, after a new split,
and once a month.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from microhedge.calendar import to_date
from microhedge.errors import BadData, NotCovered, UnknownSymbol
from microhedge.exchange import Exchange, new_york
from microhedge.sources.yahoo.cache import Kept, kept_now, read, write
from microhedge.sources.yahoo.columns import Columns
from microhedge.sources.yahoo.fetch import BEGINNING, OTHERWISE, Line, Unavailable, fetch
from microhedge.sources.yahoo.rebuild import as_traded, holes

State = Literal["fetched", "updated", "cached"]

OVERLAP: Final = 10
"""Sessions that are kept and asked for again."""
WHOLE_AFTER: Final = timedelta(days=30)
"""An update compares ten sessions only; the dividends of older ones are renewed this often."""
RELATIVE: Final = 2e-4
"""Two identical requests differ in the seventh digit; a revision by less than this is none."""
ABSOLUTE: Final = 1e-4
"""Money per share, for small dividends."""

LOST: Final = 0.1
"""Part of the kept sessions that an answer may lack before it is doubted."""
MULTIPLE: Final = 1.2
"""Median change of all kept prices; revisions touch a few, a misplaced split all before it."""


@dataclass(frozen=True, slots=True, eq=False)
class History:
    """One symbol's history and how it was come by.

    `revised` are the days whose kept values Yahoo no longer gives; `note` says what a user must
    know, such as why the prices end where they do.
    """

    kept: Kept
    state: State
    revised: tuple[int, ...] = ()
    note: str | None = None


def history(
    ticker: str,
    now: datetime,
    folder: Path,
    line: Line,
    exchange: Exchange,
    *,
    offline: bool,
    refresh: bool,
) -> History:
    """Return a symbol's whole history, from the cache as far as that is still true.

    `exchange` tells when a session of its time zone is over, beside New York, which is known.
    Without an answer of Yahoo the kept prices are returned, with a note that says until when.
    Raises Unavailable, UnknownSymbol or NotCovered when there are none.
    """
    kept, damage = _read(folder, ticker)
    if offline:
        if kept is None:
            raise NotCovered(
                f"{ticker}: no prices are kept in {folder}{_because(damage)}: "
                f"fetch them once without --offline; {OTHERWISE}"
            )
        return History(kept, "cached")
    if kept is not None and not refresh and _is_fresh(kept, now, exchange):
        return History(kept, "cached")
    try:
        found = _asked(ticker, None if refresh else kept, kept, now, line)
    except (Unavailable, UnknownSymbol) as error:
        if kept is None:
            raise
        note = (
            f"{ticker}: prices up to {to_date(int(kept.columns.day[-1]))}, as kept since "
            f"{kept.fetched:%Y-%m-%d}, because they could not be renewed: {error}"
        )
        return History(kept, "cached", (), note)
    write(folder, found.kept)
    if damage is None:
        return found
    return History(found.kept, found.state, (), f"{ticker}: fetched again{_because(damage)}")


def _read(folder: Path, ticker: str) -> tuple[Kept | None, BadData | None]:
    try:
        return read(folder, ticker), None
    except BadData as damage:
        return None, damage


def _because(damage: BadData | None) -> str:
    return "" if damage is None else f", because {damage}"


def _asked(
    ticker: str, base: Kept | None, before: Kept | None, now: datetime, line: Line
) -> History:
    """Bring *base* up to date, or fetch everything; *before* tells what was revised."""
    if base is not None and now - base.whole < WHOLE_AFTER:
        known = base.columns.rows(slice(-OVERLAP, None))
        answer = fetch(ticker, to_date(int(known.day[0])), now, line)
        recent = as_traded(answer, now)
        is_new = recent.day > known.day[-1]
        again, more = recent.rows(~is_new), recent.rows(is_new)
        split_since = np.any((more.split > 0.0) & (more.split != 1.0))
        same_listing = answer.listing.currency == base.listing.currency
        if same_listing and not split_since and not _differing(known, again):
            has_gains = base.listing.has_gains or answer.listing.has_gains
            listing = replace(base.listing, has_gains=has_gains)
            columns = base.columns.then(more)
            return History(kept_now(listing, columns, now, base.whole), "updated")
    answer = fetch(ticker, BEGINNING, now, line)
    columns = as_traded(answer, now)
    if not len(columns):
        raise Unavailable(
            f"{ticker}: Yahoo has no finished session up to {now:%Y-%m-%d %H:%M} UTC: "
            f"try again after the close; {OTHERWISE}"
        )
    if base is not None and (doubt := _doubt(base.columns, columns)):
        raise Unavailable(
            f"{ticker}: {doubt}: try again in a day or two, or refresh to take it as it is"
        )
    revised = () if before is None else _differing(before.columns, columns)
    note = f"{ticker}: {_said(revised)}" if revised else None
    return History(kept_now(answer.listing, columns, now, now), "fetched", revised, note)


def _is_fresh(kept: Kept, now: datetime, exchange: Exchange) -> bool:
    """Tell whether a price of the last finished session is there, where its day is known."""
    known = {new_york().zone: new_york(), exchange.zone: exchange}
    if kept.listing.zone not in known or holes(kept.columns)[-1]:
        return False
    return int(kept.columns.day[-1]) >= known[kept.listing.zone].last_finished(now)


def _differing(known: Columns, again: Columns) -> tuple[int, ...]:
    """Return the days of *known* that *again* lacks or values otherwise, up to its last day.

    Days before the last one known that come only now differ as well.
    """
    common, mine, theirs = np.intersect1d(
        known.day, again.day, assume_unique=True, return_indices=True
    )
    same: NDArray[np.bool_] = np.ones(len(common), dtype=np.bool_)
    for name in ("close", "dividend", "split"):
        old, new = getattr(known, name)[mine], getattr(again, name)[theirs]
        same &= np.isclose(new, old, rtol=RELATIVE, atol=ABSOLUTE, equal_nan=True)
    inside = again.day[(again.day >= known.day[0]) & (again.day <= known.day[-1])]
    lost_or_new = np.setxor1d(known.day, inside)
    days = np.union1d(common[~same], lost_or_new)
    return tuple(days.tolist())


def _doubt(known: Columns, again: Columns) -> str | None:
    """Say why a whole answer is not to be believed beside what is kept, or None.

    Yahoo records a split before it adjusts its prices, or the other way round, for days.
    """
    _, mine, theirs = np.intersect1d(known.day, again.day, assume_unique=True, return_indices=True)
    if len(mine) < (1.0 - LOST) * len(known):
        return f"Yahoo's answer lacks {len(known) - len(mine):,} of {len(known):,} kept sessions"
    priced = ~(holes(known)[mine] | holes(again)[theirs])
    if not priced.any():
        return None
    ratio = float(np.median(again.close[theirs][priced] / known.close[mine][priced]))
    if 1.0 / MULTIPLE <= ratio <= MULTIPLE:
        return None
    return (
        f"as traded, Yahoo's history is {ratio:.3g} times the kept one, so a split is recorded "
        "and not applied to its prices, or applied and not recorded"
    )


def _said(revised: tuple[int, ...]) -> str:
    first, last = to_date(revised[0]), to_date(revised[-1])
    if len(revised) == 1:
        return f"Yahoo revised the session of {first}"
    return f"Yahoo revised {len(revised):,} sessions between {first} and {last}"
