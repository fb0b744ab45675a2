"""How files of option quotes become one chain of an underlying.

Files are read in pieces and of each only the columns that are needed; what is kept are the
numbers of the underlying and the days asked for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from microhedge.calendar import day_number
from microhedge.errors import BadData, UnknownSymbol, nearest, unread
from microhedge.quotes import Chain
from microhedge.sources.chains.captures import ranks_of, refuse_changed
from microhedge.sources.chains.cells import calls_of, changed_of, dates_of, names_of, numbers_of
from microhedge.sources.chains.cleaning import ChainFinding, Rows, cleaned, joined
from microhedge.sources.chains.columns import Columns, columns_of

_PIECE: Final = 1 << 18
"""Rows of Parquet that are read at a time, whatever the size of its row groups."""
_BEFORE: Final = 28
"""Calendar days before the first that tell which quotes are stale on it."""
_FOREVER: Final = 1 << 24


@dataclass(frozen=True, slots=True)
class ChainFile:
    """A chain, its files, how they were read, and what was left out; `rows` are those read."""

    chain: Chain
    files: tuple[Path, ...]
    layout: str
    rows: int
    findings: tuple[ChainFinding, ...]

    def count(self, code: str) -> int:
        """Return how many rows have a finding."""
        return sum(one.count for one in self.findings if one.code == code)


def read_chain(
    paths: Path | str | Sequence[Path | str],
    underlying: str,
    *,
    start: date | None = None,
    end: date | None = None,
) -> ChainFile:
    """Read the quotes of one underlying from CSV or Parquet files, and clean them together.

    A folder stands for the .csv and .parquet files that lie in it, by name.
    Rows of other underlyings are passed over; files without a column that names it are all of
    it.  `start` and `end` bound the days that are kept, and some four weeks before `start` by
    which stale quotes are told.  Raises BadData for a file that is no chain, UnknownSymbol for
    one that lacks the underlying or the days.
    """
    first = -_FOREVER if start is None else day_number(start) - _BEFORE
    last = _FOREVER if end is None else day_number(end)
    pieces: list[Rows] = []
    layouts: list[str] = []
    others: set[str] = set()
    found = 0
    files = tuple(_files(paths))
    for path in files:
        with _named(path):
            for table, columns in _tables(path):
                layouts.append(columns.layout)
                for call, names in columns.sides:
                    rows = _rows(table, call, names, underlying, others)
                    found += len(rows)
                    inside = (rows.day >= first) & (rows.day <= last)
                    pieces.append(rows if inside.all() else rows.at(inside))
    if not found:
        held = f", only of {', '.join(sorted(others))}" if others else ""
        raise UnknownSymbol(f"no quotes of {underlying!r}{held}{nearest(underlying, others)}")
    rows = joined(pieces)
    pieces.clear()
    if not len(rows):
        raise UnknownSymbol(f"no quotes of {underlying!r} from {start} to {end}")
    kept, findings = cleaned(rows)
    count = len(rows)
    del rows
    chain = Chain(underlying, kept.day, kept.expiry, kept.call, kept.strike, kept.bid, kept.ask)
    return ChainFile(chain, files, " and ".join(dict.fromkeys(layouts)), count, findings)


def underlyings(paths: Path | str | Sequence[Path | str]) -> dict[str, int]:
    """Return how many rows files have of each underlying that they name, by name."""
    counted: Counter[str] = Counter()
    for path in _files(paths):
        with _named(path):
            for table, columns in _tables(path):
                name = columns.sides[0][1].get("symbol")
                if name is not None:
                    known, times = np.unique(names_of(table, name), return_counts=True)
                    counted.update(dict(zip(known.tolist(), times.tolist(), strict=True)))
    return dict(sorted(counted.items()))


def _files(paths: Path | str | Sequence[Path | str]) -> Iterator[Path]:
    """Yield the files, and those of quotes that lie in a folder."""
    for path in map(Path, [paths] if isinstance(paths, (str, Path)) else paths):
        if not path.is_dir():
            yield path
            continue
        held = sorted(one for one in path.iterdir() if one.suffix.lower() in {".csv", ".parquet"})
        if not held:
            raise BadData(f"{path} is a folder without a .csv or .parquet file of quotes in it")
        yield from held


@contextmanager
def _named(path: Path) -> Iterator[None]:
    """Put a file's name before what is wrong with it."""
    try:
        yield
    except (BadData, pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise BadData(f"{path}: {unread(error)}") from error


def _tables(path: Path) -> Iterator[tuple[pa.Table, Columns]]:
    """Yield the needed columns of a file piece by piece."""
    with path.open("rb") as file:
        magic = file.read(4)
    if magic == b"PK\x03\x04":
        raise BadData("is a spreadsheet or zip archive: save it as CSV")
    if magic == b"PAR1":
        with pq.ParquetFile(path) as parquet:
            columns = columns_of(parquet.schema_arrow.names)
            refuse_changed(parquet)
            for batch in parquet.iter_batches(_PIECE, columns=columns.read, use_threads=False):
                yield pa.Table.from_batches([batch]), columns
        return
    with path.open(encoding="utf-8-sig") as text:
        first = text.readline()
    if not first.strip():
        raise BadData("is empty: a header and at least one row are needed")
    separator = max(",;\t|", key=first.count)
    header = [name.strip("\r\n") for name in first.rstrip("\r\n").split(separator)]
    columns = columns_of([name.strip('"') for name in header])
    text_only = dict.fromkeys(columns.read, pa.string())
    with pa.csv.open_csv(
        path,
        read_options=pa.csv.ReadOptions(
            column_names=[name.strip('"') for name in header], skip_rows=1
        ),
        parse_options=pa.csv.ParseOptions(delimiter=separator),
        convert_options=pa.csv.ConvertOptions(
            column_types=text_only, include_columns=columns.read, strings_can_be_null=False
        ),
    ) as reader:
        for batch in reader:
            yield pa.Table.from_batches([batch]), columns


def _rows(
    table: pa.Table, right: str | None, names: Mapping[str, str], underlying: str, others: set[str]
) -> Rows:
    """Return the rows of the underlying in one piece of a file."""
    if "symbol" in names:
        symbol = names_of(table, names["symbol"])
        mine = symbol == underlying.removeprefix("^")
        others.update(np.unique(symbol[~mine]).tolist())
        table = table.filter(pa.array(mine))
    count = table.num_rows
    call = np.full(count, right == "C") if right else calls_of(table, names["right"])
    odd = np.zeros(count, np.bool_)
    if "delivery" in names:
        odd |= names_of(table, names["delivery"]) != ""
    if "root" in names:
        odd |= changed_of(table, names["root"])
    if "size" in names:
        odd |= names_of(table, names["size"]) != "REGULAR"
    spot = np.full(count, np.nan)
    if "spot" in names:
        spot = numbers_of(table, names["spot"])
    return Rows(
        dates_of(table, names["day"]),
        dates_of(table, names["expiry"]),
        call,
        numbers_of(table, names["strike"]),
        numbers_of(table, names["bid"]),
        numbers_of(table, names["ask"]),
        numbers_of(table, names["volume"]) > 0.0 if "volume" in names else np.zeros_like(odd),
        odd,
        spot,
        ranks_of(table, names["captured"], names["state"])
        if "captured" in names
        else np.full(count, np.nan),
    )
