"""Which rows of one symbol are kept: in order, each date once, each with a close."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

from microhedge.calendar import to_date
from microhedge.counting import count_of
from microhedge.sources.files.refusals import Refused
from microhedge.sources.findings import Finding

Floats = NDArray[np.float64]
Days = NDArray[np.int32]

_PRICES: Final = ("open", "high", "low", "close", "adjusted")
SMALLEST: Final = 1e-6
"""Of a price; below it returns are noise."""


@dataclass(frozen=True, slots=True)
class Dropped:
    """Rows of a file that are in no series, with the reason; `first` is the earliest date."""

    symbol: str
    reason: str
    count: int
    first: date


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """The kept rows of one symbol by role, oldest first, with what was said about the others."""

    symbol: str
    day: Days
    columns: Mapping[str, Floats]
    dropped: tuple[Dropped, ...]
    findings: tuple[Finding, ...]


def kept(
    symbol: str, day: Days, clock: NDArray[np.int64], columns: Mapping[str, Floats], *, wide: bool
) -> Rows:
    """Sort the rows, drop identical repeats and rows without a close, and count both.

    With *wide* an empty cell before a symbol's first price or after its last is no defect.
    Refused for a date with two different rows, and for prices that are not positive.
    """
    found: list[Finding] = []
    dropped: list[Dropped] = []
    backward = int(np.count_nonzero(np.diff(day) < 0))
    if backward:
        order = np.argsort(day, kind="stable")
        day, clock = day[order], clock[order]
        columns = {role: values[order] for role, values in columns.items()}
        times = "once" if backward == 1 else f"{backward} times"
        how = "newest first" if backward == len(day) - 1 else f"{times} out of order"
        when = to_date(int(day[0]))
        sentence = f"{len(day)} rows were {how} and have been sorted"
        found.append(Finding("unsorted-rows", symbol, when, backward, sentence))
    close = columns["close"] if "close" in columns else columns["adjusted"]
    keep = np.isfinite(close)
    if wide and keep.any():
        first, last = np.flatnonzero(keep)[[0, -1]]
        outside = ~keep & ((np.arange(len(day)) < first) | (np.arange(len(day)) > last))
        _drop(dropped, symbol, day, outside, "no close before its first or after its last")
        rest = ~outside
        day, clock, keep = day[rest], clock[rest], keep[rest]
        columns = {role: values[rest] for role, values in columns.items()}
    if not keep.any():
        raise Refused(f"{symbol} has no close on any of its rows, {len(day):,} in all", "no-close")
    _actions_have_prices(symbol, day, keep, columns)
    _drop(dropped, symbol, day, ~keep, "no close")
    _tell(found, dropped)
    day, clock = day[keep], clock[keep]
    columns = {role: values[keep] for role, values in columns.items()}
    twice = _repeats(symbol, day, clock, columns)
    _drop(dropped, symbol, day, twice, "repeats a row")
    if twice.any():
        when, count = to_date(int(day[twice][0])), int(np.count_nonzero(twice))
        rows = count_of(count, "row repeats", "rows repeat")
        sentence = f"{rows} another row of the same date; one of each was kept"
        found.append(Finding("duplicate-row", symbol, when, count, sentence))
    day, clock = day[~twice], clock[~twice]
    columns = {role: values[~twice] for role, values in columns.items()}
    if len(day) > 1 and clock[-1] and not clock[:-1].any():
        when = to_date(int(day[-1]))
        sentence = "the last row has a time of day and no other has: its session was still open"
        found.append(Finding("unfinished-session", symbol, when, 1, sentence))
    _positive(symbol, day, columns)
    return Rows(
        symbol, day, _without_zero_opens(symbol, day, columns, found), tuple(dropped), tuple(found)
    )


def _drop(
    dropped: list[Dropped], symbol: str, day: Days, which: NDArray[np.bool_], reason: str
) -> None:
    if which.any():
        when = to_date(int(day[which].min()))
        dropped.append(Dropped(symbol, reason, int(np.count_nonzero(which)), when))


def _tell(found: list[Finding], dropped: list[Dropped]) -> None:
    for one in dropped:
        if one.reason == "no close":
            rows = count_of(one.count, "row without a close is", "rows without a close are")
            sentence = f"{rows} in no series"
            found.append(Finding("row-dropped", one.symbol, one.first, one.count, sentence))


def _actions_have_prices(
    symbol: str, day: Days, keep: NDArray[np.bool_], columns: Mapping[str, Floats]
) -> None:
    for role in ("dividend", "gains", "split", "merger", "delisting"):
        acts = np.nan_to_num(columns.get(role, np.zeros(len(day)))) != 0.0
        if role == "split":
            acts &= np.nan_to_num(columns.get(role, np.ones(len(day)))) != 1.0
        lost = acts & ~keep
        if lost.any():
            row = int(np.argmax(lost))
            raise Refused(
                f"{symbol} has a {role} of {columns[role][row]:g} on {to_date(int(day[row]))} and "
                "no close: give the close, or move it to the next session",
                "action-without-price",
            )


def _repeats(
    symbol: str, day: Days, clock: NDArray[np.int64], columns: Mapping[str, Floats]
) -> NDArray[np.bool_]:
    """Mark rows that say what the row before says; refuse those that say something else."""
    twice = np.zeros(len(day), dtype=bool)
    twice[1:] = np.diff(day) == 0
    if not twice.any():
        return twice
    times = np.flatnonzero(twice & (np.diff(clock, prepend=clock[0]) != 0))
    if len(times):
        row = int(times[0])
        raise Refused(
            f"{symbol} has several times of day on {to_date(int(day[row]))}: only daily prices "
            "can be read, keep one row a session",
            "intraday",
        )
    for role, values in columns.items():
        same = np.ones(len(day), dtype=bool)
        same[1:] = (values[1:] == values[:-1]) | (np.isnan(values[1:]) & np.isnan(values[:-1]))
        odd = np.flatnonzero(twice & ~same)
        if len(odd):
            row = int(odd[0])
            raise Refused(
                f"{symbol} has two rows of {to_date(int(day[row]))} with a different {role}, "
                f"{values[row - 1]:g} and {values[row]:g}: keep the right one",
                "duplicate-dates",
            )
    return twice


def _positive(symbol: str, day: Days, columns: Mapping[str, Floats]) -> None:
    for role in _PRICES:
        values = columns.get(role)
        if values is None:
            continue
        bad = values < SMALLEST
        if role == "open":
            bad &= values != 0.0
        if bad.any():
            row = int(np.argmax(bad))
            raise Refused(
                f"{symbol} has a {role} of {values[row]:g} on {to_date(int(day[row]))}: a price "
                f"must be positive, at least {SMALLEST:g}: leave the cell empty if there was none",
                "price-not-positive",
            )


def _without_zero_opens(
    symbol: str, day: Days, columns: Mapping[str, Floats], found: list[Finding]
) -> Mapping[str, Floats]:
    opens = columns.get("open")
    zero = None if opens is None else opens == 0.0
    if opens is None or zero is None or not zero.any():
        return columns
    when, count = to_date(int(day[zero][0])), int(np.count_nonzero(zero))
    opened = count_of(count, "open is zero and counts", "opens are zero and count")
    sentence = f"{opened} as no opening print"
    found.append(Finding("no-open", symbol, when, count, sentence))
    return {**columns, "open": np.where(zero, np.nan, opens)}
