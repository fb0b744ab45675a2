"""Cells that are dates, and the time stamps behind them; which session that is, `zones` decides."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from microhedge.calendar import day_number
from microhedge.sources.files.declared import Declared
from microhedge.sources.files.grid import Grid, is_note
from microhedge.sources.files.refusals import Refused, shown
from microhedge.sources.parquet import floats

Integers = NDArray[np.int64]

DAY: Final = 86_400
_PER_SECOND: Final = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}
_EPOCH_FROM: Final = -300_000_000
"""Seconds: the middle of 1960."""
_EPOCH_TO: Final = 4_200_000_000
_MONTHS: Final = tuple(
    "jan,feb,mar,apr,may,jun,jul,aug,sep,oct,nov,dec".split(",")  # noqa: SIM905 - twelve words
)
_ISO: Final = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?\s*(Z|UTC|[-+]\d\d:?\d\d)?)?"
)
_SLASHED: Final = re.compile(r"(\d{1,4})([./-])(\d{1,2})\2(\d{4}|\d\d)(?: 00:00(?::00)?)?")
_NAMED: Final = re.compile(
    r"(\d{1,2})[ -]([a-z]{3})[a-z]*\.?[ -],?(\d{4})|"
    r"([a-z]{3})[a-z]*\.? (\d{1,2}),? (\d{4})"
)


@dataclass(frozen=True, slots=True)
class Stamps:
    """The dates of a file as written: `second` counts from 1970-01-01 00:00 on the wall clock.

    `offset` is what that clock is ahead of UTC, in seconds, or None for a clock without a zone.
    `zone` is the column's own zone.  Rows that are not `known` are notes below the table.
    """

    second: Integers
    offset: Integers | None
    known: NDArray[np.bool_]
    written: str
    zone: str | None = None
    notes: tuple[str, ...] = ()


def stamps(grid: Grid, column: int, declared: Declared) -> Stamps:
    """Read a column of dates; Refused names the first cell that is none."""
    cells = grid.columns[column]
    kind = cells.type
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
        return _typed(grid, cells)
    if pa.types.is_integer(kind) or pa.types.is_floating(kind):
        values = floats(pa.table({"x": cells.cast(pa.float64(), safe=False)}), "x")
        if np.isnan(values).any():
            _no_date(grid, int(np.argmax(np.isnan(values))))
        if np.abs(values).max() > 9e18:
            raise Refused(f"the dates hold {values.max():g}, which is none", "date-unreadable")
        return _counted(grid, values.astype(np.int64))
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        # without pc.fill_null, whose scalar would import pandas
        text = pc.utf8_trim_whitespace(cells.cast(pa.string()))
        quick = None if text.null_count else _quick(text)
        return quick or _slow(grid, [cell or "" for cell in text.to_pylist()], declared)
    raise Refused(f"column {grid.name(column)!r} holds {kind}, no dates", "date-unreadable")


def _typed(grid: Grid, cells: pa.Array) -> Stamps:
    if cells.null_count:
        known = pc.is_valid(cells)
        _no_date(grid, int(pc.index(known, False).as_py()))
    kind = cells.type
    every = np.ones(len(cells), dtype=bool)
    if pa.types.is_date(kind):
        days = np.array(_integers(cells.cast(pa.date32()).cast(pa.int32())))
        return Stamps(days * DAY, None, every, "days")
    utc = _integers(cells.cast(pa.int64())) // _PER_SECOND[kind.unit]
    if kind.tz is None:
        return Stamps(utc, None, every, f"time stamps in {kind.unit}")
    local = _integers(pc.local_timestamp(cells).cast(pa.int64())) // _PER_SECOND[kind.unit]
    return Stamps(local, local - utc, every, f"time stamps in {kind.unit}", kind.tz)


def _integers(cells: pa.Array) -> Integers:
    wide = cells.cast(pa.int64())
    return np.frombuffer(wide.buffers()[1], np.int64, len(wide), wide.offset * 8).copy()


def _counted(grid: Grid, values: Integers) -> Stamps:
    """Read whole numbers: 20200131, or units of time since 1970."""
    every = np.ones(len(values), dtype=bool)
    if values.min() >= 19_000_101 and values.max() <= 21_001_231:
        parts = values // 10_000, values // 100 % 100, values % 100
        found = [_day(*each) for each in zip(*(p.tolist() for p in parts), strict=True)]
        if None in found:
            row = found.index(None)
            raise _unreadable(grid, row, str(values[row]))
        return Stamps(np.array(found, np.int64) * DAY, None, every, "whole numbers YYYYMMDD")
    fits = {
        unit: (values >= _EPOCH_FROM * per) & (values <= _EPOCH_TO * per)
        for unit, per in _PER_SECOND.items()
    }
    # the smallest unit in which every cell is a time between 1960 and 2103
    unit = next((unit for unit, fit in fits.items() if fit.all()), None)
    size = np.abs(values)
    if (
        unit is not None
        and size.max() > 100_000
        and (unit == "s" or size.min() > size.max() // 1000)
    ):
        second = values // _PER_SECOND[unit]
        return Stamps(second, None, every, f"whole numbers, {unit} since 1970")
    if values.min() > 0 and values.max() < 100_000:
        raise Refused(
            f"the dates are day numbers of a spreadsheet, as {values[0]}: save them as 2020-01-31",
            "date-unreadable",
        )
    row = int(np.argmax(~fits["s"])) if fits["s"].any() else 0
    if np.logical_or.reduce(list(fits.values())).all():
        raise Refused(
            f"{grid.place(row)}: {values[row]} counts another unit of time than the dates "
            "around it: keep one of s, ms, us, ns",
            "mixed-units",
        )
    raise _unreadable(grid, row, str(values[row]))


def _quick(text: pa.Array) -> Stamps | None:
    """Read a column written 2020-01-31 throughout, or with one form of time; None otherwise."""
    widths = pc.unique(pc.utf8_length(text)).to_pylist()
    if (
        widths not in ([10], [19], [25])
        or not pc.all(pc.match_substring_regex(text, rf"^(?:{_ISO.pattern})$")).as_py()
    ):
        return None
    try:
        second = np.array(pc.utf8_slice_codeunits(text, 0, 19).to_pylist(), "datetime64[s]")
    except ValueError:
        return None  # a 30 February: the slow way names it
    every = np.ones(len(text), dtype=bool)
    if widths != [25]:
        return Stamps(second.astype(np.int64), None, every, "text YYYY-MM-DD")
    coded = pc.utf8_slice_codeunits(text, 19, 25).dictionary_encode()
    each = np.array([_offset(word) for word in coded.dictionary.to_pylist()], np.int64)
    offset = each[_integers(coded.indices.cast(pa.int64()))]
    return Stamps(second.astype(np.int64), offset, every, "text YYYY-MM-DD with a time")


def _slow(grid: Grid, text: Sequence[str], declared: Declared) -> Stamps:
    if all(re.fullmatch(r"-?\d{8,19}", cell) for cell in text):
        return _counted(grid, np.array([int(cell) for cell in text], np.int64))
    end = len(text)
    while end and is_note(text[end - 1]) and _read(text[end - 1], None) is None:
        end -= 1
    if not end:
        raise _unreadable(grid, 0, text[0])
    order = _order(text[:end], declared)
    found: list[Any] = []
    for row, cell in enumerate(text[:end]):
        one = _read(cell, order)
        if one is None:
            if not cell:
                _no_date(grid, row)
            raise _unreadable(grid, row, cell)
        found.append(one)
    zoned = {one[1] is None for one in found}
    if len(zoned) > 1:
        row = next(r for r, one in enumerate(found) if (one[1] is None) != (found[0][1] is None))
        raise Refused(
            f"{grid.place(row)}: {shown(text[row])} and the dates before it do not both have a "
            "time zone: write all of them alike",
            "date-unreadable",
        )
    known = np.arange(len(text)) < end
    second = np.zeros(len(text), np.int64)
    second[:end] = [one[0] for one in found]
    offset = None
    if False in zoned:
        offset = np.zeros(len(text), np.int64)
        offset[:end] = [one[1] for one in found]
    return Stamps(second, offset, known, f"text as {shown(text[0])}", None, tuple(text[end:]))


def _read(cell: str, order: str | None) -> tuple[int, int | None] | None:
    """Return the second on the clock and the clock's offset, or None for no date."""
    if iso := _ISO.fullmatch(cell):
        clock = [int(part or 0) for part in iso.group(4, 5, 6)]
        day = _day(int(iso[1]), int(iso[2]), int(iso[3]))
        if day is None or clock[0] > 23 or clock[1] > 59 or clock[2] > 59:
            return None
        second = day * DAY + clock[0] * 3600 + clock[1] * 60 + clock[2]
        return second, _offset(iso[7]) if iso[7] else None
    if cell.isascii() and cell.isdigit() and len(cell) == 8:
        day = _day(int(cell[:4]), int(cell[4:6]), int(cell[6:]))
    elif parts := _SLASHED.fullmatch(cell):
        first, second_, third = int(parts[1]), int(parts[3]), int(parts[4])
        if len(parts[1]) == 4 and len(parts[4]) == 2:
            day = _day(first, second_, third)
        elif len(parts[1]) > 2 or len(parts[4]) != 4:
            return None  # a year of two digits could be either end
        elif order == "month-first":
            day = _day(third, first, second_)
        else:
            day = _day(third, second_, first)
    elif named := _NAMED.fullmatch(cell.lower()):
        word, number, year = named[2] or named[4], named[1] or named[5], named[3] or named[6]
        day = _day(int(year), _MONTHS.index(word) + 1, int(number)) if word in _MONTHS else None
    else:
        return None
    return None if day is None else (day * DAY, None)


def _order(text: Sequence[str], declared: Declared) -> str | None:
    """Tell whether the month or the day comes first in 03/04/2020."""
    if declared.dates is not None:
        return declared.dates
    parts = [p for cell in text if (p := _SLASHED.fullmatch(cell)) and len(p[4]) == 4]
    if not parts or parts[0][2] == ".":
        return "day-first"  # with full stops the day is first everywhere
    day_first = any(int(p[1]) > 12 for p in parts)
    month_first = any(int(p[3]) > 12 for p in parts)
    if day_first == month_first:
        raise Refused(
            f"{shown(parts[0][0])} can be a day and a month or a month and a day, and no other "
            "date in the file decides: declare dates='month-first' or dates='day-first'",
            "date-ambiguous",
        )
    return "day-first" if day_first else "month-first"


def _day(year: int, month: int, day: int) -> int | None:
    try:
        return day_number(date(year, month, day))
    except ValueError:
        return None


def _offset(word: str) -> int:
    if word in {"Z", "UTC"}:
        return 0
    hours, minutes = int(word[1:3]), int(word[-2:])
    return (-1 if word[0] == "-" else 1) * (hours * 3600 + minutes * 60)


def _no_date(grid: Grid, row: int) -> None:
    raise Refused(
        f"{grid.place(row)} has no date: give it one, or remove the line if it is a total",
        "no-date",
    )


def _unreadable(grid: Grid, row: int, cell: str) -> Refused:
    return Refused(
        f"{grid.place(row)}: {shown(cell)} is no date: write it as 2020-01-31", "date-unreadable"
    )
