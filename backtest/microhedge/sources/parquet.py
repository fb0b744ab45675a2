"""How Parquet columns become numpy arrays, proved to be the described ones, without pandas."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from microhedge.errors import BadData

Number = TypeVar("Number", bound=np.generic)


@contextmanager
def lean_memory() -> Iterator[None]:
    """Let Arrow allocate from the system while it reads: its own pool would keep what it freed.

    The pool of the process is put back afterwards; arrays made meanwhile stay valid.
    """
    usual = pa.default_memory_pool()
    pa.set_memory_pool(pa.system_memory_pool())
    try:
        yield
    finally:
        pa.set_memory_pool(usual)


def shipped(place: Path, name: str) -> tuple[pa.Table, dict[str, Any]]:
    """Read one file and its metadata; refuse a file that was changed since it was described."""
    sidecar = place / f"{name}.metadata.json"
    if not sidecar.is_file():
        raise BadData(f"{place / name} has no {sidecar.name} beside it: nobody knows its source")
    raw = (place / name).read_bytes()
    digest = hashlib.sha256(raw).hexdigest()
    try:
        about = json.loads(sidecar.read_text(encoding="utf-8"))
        expected = about["sha256"]
    except (ValueError, KeyError, TypeError) as error:
        raise BadData(f"{sidecar} cannot be read as metadata: {error!r}") from error
    if digest != expected:
        raise BadData(
            f"{place / name} was changed: its SHA-256 starts with {digest[:12]}, "
            f"its metadata say {str(expected)[:12]}; `python data/build.py` rebuilds it"
        )
    # read_table would import pandas
    return pq.ParquetFile(pa.BufferReader(raw)).read(use_threads=False), about


def days(table: pa.Table, column: str) -> NDArray[np.int32]:
    """Return a column of timestamps as days since 1970-01-01."""
    return _numbers(_cells(table, column).cast(pa.date32()).cast(pa.int32()), np.int32)


def floats(table: pa.Table, column: str) -> NDArray[np.float64]:
    """Return a numeric column in double precision, NaN where the file has nothing."""
    cells = _cells(table, column)
    values = _numbers(cells.cast(pa.float64()), np.float64)
    if cells.null_count:
        known = _numbers(cells.is_valid().cast(pa.int8()), np.int8)
        values = np.where(known, values, np.nan)
    return values


def words(table: pa.Table, column: str) -> tuple[list[str], NDArray[np.int32]]:
    """Return the words of a column and, for each row, which word it holds."""
    coded = _cells(table, column)
    return coded.dictionary.to_pylist(), _numbers(coded.indices, np.int32)


def _cells(table: pa.Table, column: str) -> pa.Array:
    if column not in table.column_names:
        raise BadData(f"no column {column!r} among {', '.join(table.column_names)}")
    return table[column].unify_dictionaries().combine_chunks()


def _numbers(cells: pa.Array, kind: type[Number]) -> NDArray[Number]:
    """View an Arrow array as numpy.  Its own `to_numpy` would import pandas, 0.3 s for nothing."""
    width = np.dtype(kind).itemsize
    return np.frombuffer(cells.buffers()[1], kind, len(cells), cells.offset * width)
