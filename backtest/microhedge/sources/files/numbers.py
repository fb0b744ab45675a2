"""Cells that are numbers, whatever way they are written; what is declared is held to."""

from __future__ import annotations

import re
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from microhedge.sources.files.declared import Declared
from microhedge.sources.files.grid import Grid
from microhedge.sources.files.refusals import RefusalCode, Refused, shown
from microhedge.sources.parquet import floats

Floats = NDArray[np.float64]

MISSING: Final = frozenset({"", "na", "n/a", "#n/a", "nan", "null", "none", "-", "–", "."})
"""What stands for nothing, in small letters."""

LARGEST: Final = 1e15


def numbers(grid: Grid, column: int, declared: Declared, rows: NDArray[np.bool_]) -> Floats:
    """Return a column in double precision, NaN where a cell is empty.

    Only the rows marked in *rows* are read; the others are NaN.  Refused names the first cell
    that is no number, and what to declare if it would then be one.
    """
    cells = grid.columns[column]
    kind = cells.type
    if pa.types.is_null(kind):
        return np.full(grid.rows, np.nan)
    if pa.types.is_floating(kind) or pa.types.is_integer(kind) or pa.types.is_decimal(kind):
        values = floats(pa.table({"x": cells.cast(pa.float64(), safe=False)}), "x")
    elif pa.types.is_string(kind) or pa.types.is_large_string(kind):
        values = _written(grid, column, cells.cast(pa.string()), declared, rows)
    else:
        raise Refused(f"column {grid.name(column)!r} holds {kind}, no numbers", "not-a-number")
    values = np.where(rows, values, np.nan)
    large = np.abs(values) > LARGEST  # which leaves NaN alone
    if large.any():
        row = int(np.argmax(large))
        raise Refused(
            f"{grid.place(row)}, column {grid.name(column)!r}: {values[row]:g} is beyond "
            f"{LARGEST:g}, too large for a price or a volume",
            "not-a-number",
        )
    return values


def _written(
    grid: Grid, column: int, cells: pa.Array, declared: Declared, rows: NDArray[np.bool_]
) -> Floats:
    text = pc.utf8_trim_whitespace(cells)
    if declared.decimal == "." and declared.thousands is None:
        try:
            return floats(pa.table({"x": text.cast(pa.float64())}), "x")
        except pa.ArrowInvalid:
            pass  # a cell is no plain number: the way below finds it and says why
    values = np.full(grid.rows, np.nan)
    for row, cell in enumerate(text.to_pylist()):
        if rows[row] and cell is not None and cell.lower() not in MISSING:
            values[row] = _number(cell, declared, grid, row, column)
    return values


def _number(cell: str, declared: Declared, grid: Grid, row: int, column: int) -> float:
    point, group = re.escape(declared.decimal), declared.thousands
    whole = r"\d+" if group is None else rf"(?:\d{{1,3}}(?:{re.escape(group)}\d{{3}})+|\d+)"
    if re.fullmatch(rf"[-+]?(?:{whole}(?:{point}\d*)?|{point}\d+)(?:[eE][-+]?\d{{1,3}})?", cell):
        plain = cell.replace(group, "") if group else cell
        return float(plain.replace(declared.decimal, "."))
    where = f"{grid.place(row)}, column {grid.name(column)!r}: {shown(cell)}"
    hint, code = _advice(cell, declared)
    raise Refused(f"{where} is no number{hint}", code)


def _advice(cell: str, declared: Declared) -> tuple[str, RefusalCode]:
    """Say under which declaration a cell would be a number."""
    grouped = re.fullmatch(
        r"[-+]?\d{1,3}(?P<sign>[,.'’ \u00a0\u202f_])\d{3}(?:(?P=sign)\d{3})*"
        r"(?P<rest>[.,]\d*)?",
        cell,
    )
    if grouped and grouped["sign"] != (grouped["rest"] or " ")[0]:
        sign, rest = grouped["sign"], (grouped["rest"] or "")[:1]
        if rest == "," or (sign == "." and not rest):
            return f": declare decimal=',' and thousands={sign!r} if that is meant", "decimal-comma"
        if sign != ",":
            return f": declare thousands={sign!r}", "thousands"
        also = "" if rest else ", or decimal=',' if the comma is a decimal one"
        return f": declare thousands=','{also}", "thousands"
    if declared.decimal == "." and re.fullmatch(r"[-+]?\d+,\d*", cell):
        return ": declare decimal=',' if the comma is a decimal one", "decimal-comma"
    if declared.decimal == "," and re.fullmatch(r"[-+]?\d+\.\d*", cell):
        return " with a decimal comma: leave decimal=',' out", "not-a-number"
    return ": correct the cell, or leave it empty", "not-a-number"
