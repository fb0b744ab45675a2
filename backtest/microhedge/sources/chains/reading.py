"""How files of option quotes become one chain of an underlying.

Files are read in pieces (the row groups of Parquet, the blocks of CSV) and of each only the
columns that are needed; what is kept are the numbers of the underlying asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
from numpy.typing import NDArray

from microhedge.errors import BadData, UnknownSymbol, nearest
from microhedge.quotes import Chain
from microhedge.sources.chains.captures import ranks_of, refuse_changed, roots_of
from microhedge.sources.chains.cells import calls_of, dates_of, names_of, numbers_of
from microhedge.sources.chains.cleaning import ChainFinding, Rows, cleaned
from microhedge.sources.chains.columns import Columns, columns_of


@dataclass(frozen=True, slots=True)
class ChainFile:
    """A chain, how its files were read, and what was left out of it; `rows` are those read."""

    chain: Chain
    layout: str
    rows: int
    findings: tuple[ChainFinding, ...]

    def count(self, code: str) -> int:
        """Return how many rows have a finding."""
        return sum(one.count for one in self.findings if one.code == code)


def read_chain(paths: Path | str | Sequence[Path | str], underlying: str) -> ChainFile:
    """Read the quotes of one underlying from CSV or Parquet files, and clean them together.

    A folder stands for the .csv and .parquet files that lie in it, by name.
    Rows of other underlyings are passed over; files without a column that names it are all of
    it.  Raises BadData for a file that is no chain, UnknownSymbol for one that lacks it.
    """
    several = [paths] if isinstance(paths, (str, Path)) else list(paths)
    pieces: list[Rows] = []
    layouts: list[str] = []
    others: set[str] = set()
    for path in _files(map(Path, several)):
        try:
            for table, columns in _tables(path):
                layouts.append(columns.layout)
                for call, names in columns.sides:
                    pieces.append(_rows(table, call, names, underlying, others))
        except (BadData, pa.ArrowException, OSError, UnicodeDecodeError) as error:
            said = getattr(error, "strerror", None) or str(error).splitlines()[0]
            raise BadData(f"{path}: {said}") from error
    found = sum(len(piece.day) for piece in pieces)
    if not found:
        held = f", only of {', '.join(sorted(others))}" if others else ""
        raise UnknownSymbol(f"no quotes of {underlying!r}{held}{nearest(underlying, others)}")
    joined = [np.concatenate([getattr(p, name) for p in pieces]) for name in Rows.__slots__]
    kept, findings = cleaned(Rows(*joined))
    chain = Chain(underlying, kept.day, kept.expiry, kept.call, kept.strike, kept.bid, kept.ask)
    return ChainFile(chain, " and ".join(dict.fromkeys(layouts)), found, findings)


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        held = sorted(one for one in path.iterdir() if one.suffix.lower() in {".csv", ".parquet"})
        if not held:
            raise BadData(f"{path} is a folder without a .csv or .parquet file of quotes in it")
        yield from held


def _tables(path: Path) -> Iterator[tuple[pa.Table, Columns]]:
    """Yield the needed columns of a file piece by piece."""
    with path.open("rb") as file:
        magic = file.read(4)
    if magic == b"PAR1":
        with pq.ParquetFile(path) as parquet:
            columns = columns_of(parquet.schema_arrow.names)
            refuse_changed(parquet)
            for group in range(parquet.num_row_groups):
                yield parquet.read_row_group(group, columns=columns.read), columns
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
    unknown = np.full(count, np.nan)
    odd = np.zeros(count, np.bool_)
    if "delivery" in names:
        odd |= names_of(table, names["delivery"]) != ""
    if "root" in names:
        # a contract that was changed trades under a root with a digit, such as AAPL7
        odd |= _changed(names_of(table, names["root"]))
    if "size" in names:
        odd |= names_of(table, names["size"]) != "REGULAR"
        odd |= _changed(roots_of(table, names["contract"]))
    return Rows(
        dates_of(table, names["day"]),
        dates_of(table, names["expiry"]),
        call,
        numbers_of(table, names["strike"]),
        numbers_of(table, names["bid"]),
        numbers_of(table, names["ask"]),
        numbers_of(table, names["volume"]) if "volume" in names else unknown,
        odd,
        ranks_of(table, names["captured"], names["state"]) if "captured" in names else unknown,
    )


def _changed(roots: NDArray[np.str_]) -> NDArray[np.bool_]:
    return np.array([bool(name) and name[-1].isdigit() for name in roots.tolist()], np.bool_)
