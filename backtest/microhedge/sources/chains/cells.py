"""How the cells of a chain file become days, rights and numbers; each distinct one is read once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from re import compile as pattern
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from microhedge.calendar import day_number
from microhedge.errors import BadData
from microhedge.sources.parquet import days as typed_days
from microhedge.sources.parquet import floats, words

_ISO: Final = pattern(r"(\d{4})-?(\d\d)-?(\d\d)(?:[T ].*)?")
_US: Final = pattern(r"(\d{1,2})/(\d{1,2})/(\d{4})(?: .*)?")
_SYMBOL_END: Final = pattern(r" *\d{6}[CP]\d{8}$")
_RIGHTS: Final = {"c": True, "call": True, "calls": True, "p": False, "put": False, "puts": False}


def dates_of(table: pa.Table, column: str) -> NDArray[np.int32]:
    """Return a column of dates as days since 1970-01-01."""
    kind = table.schema.field(column).type
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
        if table[column].null_count:
            raise BadData(f"column {column!r} has {table[column].null_count} cells without a date")
        return typed_days(table, column)
    return _told(table, column, _date).astype(np.int32)


def moments_of(table: pa.Table, column: str) -> NDArray[np.float64]:
    """Return a column of moments as seconds since 1970; those without a zone are in UTC."""
    if pa.types.is_timestamp(table.schema.field(column).type):
        cells = table[column].cast(pa.timestamp("us", "UTC")).cast(pa.int64())
        return floats(pa.table({column: cells}), column) / 1e6
    return _told(table, column, _moment).astype(np.float64)


def numbers_of(table: pa.Table, column: str) -> NDArray[np.float64]:
    """Return a column of numbers, NaN where a cell is blank."""
    kind = table.schema.field(column).type
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return floats(table, column)
    return _told(table, column, _number).astype(np.float64)


def calls_of(table: pa.Table, column: str) -> NDArray[np.bool_]:
    """Return for each row whether its right is a call."""
    return _told(table, column, _call).astype(np.bool_)


def names_of(table: pa.Table, column: str) -> NDArray[np.str_]:
    """Return a column of names without blanks and the caret of an index."""
    return _told(table, column, lambda text: text.removeprefix("^")).astype(np.str_)


def changed_of(table: pa.Table, column: str) -> NDArray[np.bool_]:
    """Return for each row whether its root or symbol is of a contract that was changed.

    Such a contract trades under a root that ends in a digit, as AAPL7 does.  A symbol of 2010
    and later is the root, the date as yymmdd, C or P, and the strike in thousandths.
    """
    return _told(table, column, _changed).astype(np.bool_)


def _told(table: pa.Table, column: str, read: Callable[[str], Any]) -> NDArray[Any]:
    cells = table[column].combine_chunks()
    if not pa.types.is_dictionary(cells.type):
        cells = cells.cast(pa.string()).dictionary_encode("encode")
    known, at = words(pa.table({column: cells}), column)
    try:
        values = [read("" if text is None else str(text).strip()) for text in known]
    except ValueError as error:
        raise BadData(f"column {column!r}: {error}") from None
    return np.array(values)[at] if values else np.empty(0)


def _date(text: str) -> int:
    if found := _ISO.fullmatch(text):
        year, month, day = found.groups()
    elif found := _US.fullmatch(text):
        month, day, year = found.groups()
    else:
        raise ValueError(f"{text!r} is no date; write 2024-01-31 or 01/31/2024")
    try:
        return day_number(date(int(year), int(month), int(day)))
    except ValueError:
        raise ValueError(f"{text!r} is no date; write 2024-01-31 or 01/31/2024") from None


def _moment(text: str) -> float:
    try:
        said = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text!r} is no moment; write 2024-01-31T20:45:00+00:00") from None
    return (said if said.tzinfo else said.replace(tzinfo=UTC)).timestamp()


def _number(text: str) -> float:
    if not text or text.lower() in {"nan", "null", "na"}:
        return np.nan
    try:
        return float(text)
    except ValueError:
        raise ValueError(f"{text!r} is no number") from None


def _changed(text: str) -> bool:
    return _SYMBOL_END.sub("", text)[-1:].isdigit()


def _call(text: str) -> bool:
    if text.lower() not in _RIGHTS:
        raise ValueError(f"{text!r} is neither a call ('C', 'call') nor a put ('P', 'put')")
    return _RIGHTS[text.lower()]
