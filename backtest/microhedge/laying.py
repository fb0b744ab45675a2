"""On which sessions, and each symbol on which basis, is a run played?

The rule of the window.  The end defaults to the earliest of the symbols' last dates, each taken
on its longest basis.  Then each symbol gets its basis: prices as traded if they cover the
window with its warm-up, else the index or total-return series, which is labelled as such.
The start defaults to the first session that has the whole warm-up behind it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from microhedge.calendar import day_number, to_date
from microhedge.counting import count_of
from microhedge.errors import NotCovered, UsageError
from microhedge.exchange import Exchange
from microhedge.origin import Source
from microhedge.series import BARS, TERMS, Reference, Series
from microhedge.tape import Days, Earnings, Floats, Tape

Candidates = Mapping[str, Sequence[Series]]
"""The series of each symbol, on its preferred basis first."""
References = Mapping[str, Reference]
LEAST = 2
"""Sessions of a run: a decision, and one that follows it."""


def lay(
    candidates: Candidates,
    references: References,
    exchange: Exchange,
    *,
    start: date | None,
    end: date | None,
    warmup: int,
    index_dividend: float,
    rate: float | None,
    volume: bool,
    earnings: Mapping[str, Earnings],
    quotes: Sequence[Source],
    least: int = LEAST,
    shortest: int = 0,
) -> Tape:
    """Lay the symbols on one axis of sessions; `Market.tape` says what the numbers are.

    Raises NotCovered for what the series do not cover, UsageError for a window without a length.
    """
    stop = _stop(candidates, exchange, end)
    if start is not None and day_number(start) >= stop:
        until = "" if end is not None else f", the last price of {_first_to_end(candidates)[0]}"
        raise UsageError(
            f"start {start} is not before the end, {to_date(stop)}{until}: choose an earlier start"
            f"{_or_longer(candidates) if until else ''}"
        )
    chosen = [_choose(one, exchange, start, stop, warmup) for one in candidates.values()]
    kinds = {one.bar is None for one in chosen}
    if len(kinds) > 1:
        daily = ", ".join(one.symbol for one in chosen if one.bar is None)
        raise NotCovered(f"{daily} has daily bars and the others have bars within the day")
    days = next((one.day for one in chosen if one.end is None), np.zeros(0, np.int32))
    laid = [one.carried(days) for one in chosen]
    keys = laid[0].key
    for one in laid[1:]:
        keys = np.intersect1d(keys, one.key, assume_unique=True)
    keys = keys[keys // BARS <= stop]
    axis = (keys // BARS).astype(np.int32)
    least = least if laid[0].bar is None else LEAST
    begin = _begin(chosen, exchange, axis, start, stop, warmup, least, shortest)
    for one in chosen:
        if one.end is not None and one.end.day <= axis[begin]:
            raise NotCovered(
                f"{one.symbol} ended on {one.last}, before the first decision on "
                f"{to_date(int(axis[begin]))}: choose an earlier start"
            )
    rows = {one.symbol: np.searchsorted(one.key, keys) for one in laid}
    yields, age = _carried(references.get("CMT3M"), axis)
    if rate is not None:
        yields, age = np.full(len(axis), rate), np.zeros(len(axis), np.int32)
    quoted = {one.symbol: _covering(references, f"IV:{one.symbol}", axis, begin) for one in laid}
    implied = {symbol: values for symbol, values in quoted.items() if values is not None}
    vix, terms = _covering(references, "VIX", axis, begin), _terms(references, axis, begin)
    used = ["CMT3M"] if rate is None else []
    used += [] if vix is None else ["VIX"]
    used += [name for name, days in TERMS.items() if days in terms]
    used += [f"IV:{symbol}" for symbol in implied]
    found = [references[name] for name in used if name in references]
    return Tape(
        day=axis,
        begin=begin,
        close={s.symbol: s.close[rows[s.symbol]] for s in laid},
        open={s.symbol: s.open[rows[s.symbol]] for s in laid},
        basis={s.symbol: s.basis for s in laid},
        actions={s.symbol: s.actions for s in chosen},
        rate=yields,
        rate_age=age,
        vix=vix,
        implied=implied,
        index_dividend=index_dividend,
        dropped={s.symbol: _missing(s.key, keys) for s in laid},
        bar=None if laid[0].bar is None else (keys % BARS).astype(np.int32),
        exchange=exchange,
        bonds={s.symbol: s.bond for s in laid if s.bond is not None},
        vix_terms=terms,
        earnings=earnings,
        volume={
            s.symbol: s.volume[rows[s.symbol]] for s in laid if volume and s.volume is not None
        },
        sources=(
            *(_source(one, axis) for one in chosen),
            *(_source(one, axis) for one in found if len(one.day)),
            *quotes,
        ),
    )


def last_days(candidates: Candidates) -> dict[str, int]:
    """Return the last day of each symbol on its longest basis; without the shares that ended."""
    going = [s for s, known in candidates.items() if all(one.end is None for one in known)]
    return {s: max(int(one.day[-1]) for one in candidates[s]) for s in going or candidates}


def _first_to_end(candidates: Candidates) -> tuple[str, int]:
    last = last_days(candidates)
    return min(last.items(), key=lambda each: each[1])


def _or_longer(candidates: Candidates) -> str:
    symbol, _ = _first_to_end(candidates)
    if candidates[symbol][0].basis == "bond":
        return ""  # made of yields, or of a file that its own page explains
    return f", or give prices of {symbol} that go on (docs/own-prices.md)"


def _stop(candidates: Candidates, exchange: Exchange, end: date | None) -> int:
    """Return the last day of the window; a share that ended does not end it."""
    shortest, last = _first_to_end(candidates)
    if end is None:
        return last
    stop = day_number(end)
    if exchange.next_session(last) <= stop:
        raise NotCovered(
            f"end {end} lies after the last price of {shortest}, {to_date(last)}: "
            f"choose an end on or before it{_or_longer(candidates)}"
        )
    return stop


def _choose(
    known: Sequence[Series], exchange: Exchange, start: date | None, stop: int, warmup: int
) -> Series:
    covering = [
        one
        for one in known
        # an end may be a Sunday
        if one.end is not None or exchange.next_session(int(one.day[-1])) > stop
    ]
    if start is not None:
        for one in covering:
            if int(np.searchsorted(one.day, day_number(start))) >= warmup and not _missing_from(
                start, int(one.day[0]), exchange
            ):
                return one
        return max(covering, key=lambda one: -int(one.day[0]))
    return covering[0]


def _begin(
    chosen: Sequence[Series],
    exchange: Exchange,
    axis: Days,
    start: date | None,
    stop: int,
    warmup: int,
    least: int,
    shortest: int,
) -> int:
    names = ", ".join(one.symbol for one in chosen)
    latest = max(chosen, key=lambda one: int(one.day[0]))
    from_when = f"the prices of {latest.symbol} begin on {latest.first}"
    going_on = [one for one in chosen if one.end is None] or chosen
    soonest = min(going_on, key=lambda one: int(one.day[-1]))
    going = int(soonest.day[-1]) > stop
    room = len(axis) - least
    if room < warmup:
        ways = ["a later end"] if going else []
        if max(shortest, 1) <= room:
            ways.append(f"a window of at most {count_of(room, 'session')}")
        if int(latest.day[-1]) > stop and not going:
            ways.append(f"prices of {soonest.symbol} that go on (docs/own-prices.md)")
        ways.append(f"earlier prices of {latest.symbol} or another symbol")
        raise NotCovered(
            f"{names} have {count_of(len(axis), 'common session')} up to {to_date(stop)}; "
            f"{warmup + least} are needed ({warmup} of warm-up, {least} to run), and {from_when}: "
            f"choose {', '.join(ways)}"
        )
    if start is None:
        return warmup
    begin = int(np.searchsorted(axis, day_number(start)))
    if begin < warmup or _missing_from(start, int(axis[0]), exchange):
        first = f"the first common session of {names}"
        if warmup:
            first = f"with {warmup} sessions of warm-up the first possible decision for {names}"
        raise NotCovered(
            f"start {start} is too early: {first} is {to_date(int(axis[warmup]))} ({from_when})"
        )
    if begin >= len(axis) - 1:
        raise NotCovered(
            f"start {start} leaves no session to run: the last common one of {names} "
            f"is {to_date(int(axis[-1]))}"
        )
    if begin > room:
        raise NotCovered(
            f"start {start} leaves {count_of(len(axis) - begin, 'common session')} of {names} to "
            f"{to_date(int(axis[-1]))}; {least} are needed: choose a start on or before "
            f"{to_date(int(axis[room]))}{' or a later end' if going else ''}"
        )
    return begin


def _missing_from(start: date, first: int, exchange: Exchange) -> bool:
    """Whether a session from `start` on lies before the first price; a holiday does not count."""
    return len(exchange.sessions(day_number(start), first - 1)) > 0


def _terms(references: References, axis: Days, begin: int) -> dict[int, Floats]:
    """Return the indices by tenor; NotCovered where one has no value on every session."""
    found = {}
    for name, days in TERMS.items():
        if name in references:
            column = _covering(references, name, axis, begin)
            if column is None:
                raise NotCovered(
                    f"{name} does not cover every session from {to_date(int(axis[begin]))} to "
                    f"{to_date(int(axis[-1]))}: choose a window that it covers, or leave it out"
                )
            found[days] = column
    return found


def _covering(references: References, name: str, axis: Days, begin: int) -> Floats | None:
    """Return a reference on the axis if every session from `begin` on has its own value."""
    value, age = _carried(references.get(name), axis)
    return value if np.all(age[begin:] == 0) else None


def _source(one: Series | Reference, axis: Days) -> Source:
    """Return where a series came from, with the days of it that lie within a run."""
    first, last = max(one.day[0], axis[0]), min(one.day[-1], axis[-1])
    span = (to_date(int(first)), to_date(int(last))) if first <= last else None
    if isinstance(one, Reference):
        return Source(one.name, one.source, "reference", one.sha256, None, span, one.origin)
    return Source(one.symbol, one.source, one.basis, one.sha256, one.currency, span, one.origin)


def _missing(own: NDArray[np.int64], keys: NDArray[np.int64]) -> int:
    """Count rows of a series between the ends of the axis that the axis lacks."""
    inside = np.count_nonzero((own >= keys[0]) & (own <= keys[-1]))
    return int(inside) - len(keys)


def _carried(reference: Reference | None, axis: Days) -> tuple[Floats, Days]:
    """Carry a reference forward onto the axis, never backward; age in sessions, −1 unknown."""
    if reference is None or len(reference.day) == 0:
        return np.zeros(len(axis)), np.full(len(axis), -1, np.int32)
    days, session = np.unique(axis, return_inverse=True)
    row = np.searchsorted(reference.day, days, side="right") - 1
    known = row >= 0
    value = np.where(known, reference.value[np.maximum(row, 0)], 0.0)
    since = np.searchsorted(days, reference.day[np.maximum(row, 0)])
    age = np.where(known, np.arange(len(days)) - since, -1).astype(np.int32)
    return value[session], age[session]
