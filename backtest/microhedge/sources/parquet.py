"""How Parquet columns become numpy arrays, and tables files that are whole whenever they are seen.

A file is written beside its place and moved there: a reader, another writer or a kill finds the
old file or the new one, or none.  Reading needs no pandas.
"""

from __future__ import annotations

import errno
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from microhedge.errors import BadData
from microhedge.shipped_files import verified

Number = TypeVar("Number", bound=np.generic)

ABOUT: Final = b"microhedge"
"""Where the metadata of a file that was fetched describe it, as JSON."""

_LEFT_OVER: Final = 3600.0
"""Seconds after which an unfinished file belongs to nobody."""
_NO_LINKS: Final = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL}
"""What file systems without hard links, such as exFAT, answer when they are asked for one."""


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
    raw, about = verified(place, name)
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


def replace_whole(table: pa.Table, path: Path) -> None:
    """Write a file, in the place of the one that is there; of several writers the last stays."""
    with _beside(table, path) as part:
        part.replace(path)


def add_whole(table: pa.Table, path: Path) -> None:
    """Write a file that is not there yet; FileExistsError leaves one that is as it was."""
    with _beside(table, path) as part:
        try:
            path.hardlink_to(part)
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
            if path.exists():
                raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path)) from None
            part.replace(path)


@contextmanager
def _beside(table: pa.Table, path: Path) -> Iterator[Path]:
    """Yield a finished file beside a place, which is gone afterwards unless it was moved."""
    path.parent.mkdir(parents=True, exist_ok=True)
    _sweep(path.parent)
    handle, name = tempfile.mkstemp(prefix=f"{path.name}.", suffix=".part", dir=path.parent)
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            pq.write_table(table, file, compression="zstd")
            file.flush()
            os.fsync(file.fileno())
        yield part
    finally:
        part.unlink(missing_ok=True)


def _sweep(folder: Path) -> None:
    """Remove what killed writers left; a young file may be another writer's."""
    for part in folder.glob("*.parquet.*.part"):
        try:
            if time.time() - part.stat().st_mtime > _LEFT_OVER:
                part.unlink()
        except FileNotFoundError:
            continue  # its writer has just moved it, or another process swept first
