"""What happened?  One run as columns and configuration, saved, loaded and compared by value.

A file `.mhr` is a ZIP archive without compression and with fixed timestamps: `meta.json` and one
`.npy` per column, of the results and of what is attached to them.  Loading it never executes
anything.
"""

from __future__ import annotations

import io
import json
import os
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final

import numpy as np
from numpy.typing import NDArray

from microhedge.calendar import day_number, next_session, to_date
from microhedge.errors import BadData, unread
from microhedge.tape import Days, Floats

if TYPE_CHECKING:
    import pandas as pd

Column = NDArray[Any]
Table = Mapping[str, Column]

FORMAT = 1
_EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """One run.  Row k of every curve is session `day[k]` (days since 1970-01-01).

    `curves` hold money, returns and ratios by session: equity, cash, sleeve, account, holding,
    long_options, written_options, short_stock, cover, need, and profit/…, costs/…, borrow/… by
    account; notional/… is what the futures of an account stand for, which is no part of its value.
    `tables` hold ledger, fills, rolls, premises and log; `session` columns index `day`.
    `attribution` splits the account's change in money.  `config` says how to run it again.
    `provenance` says where each series came from and when it was fetched, as `docs/json.md` has it;
    it is no part of the value.
    """

    config: Mapping[str, Any]
    day: Days
    curves: Mapping[str, Floats]
    tables: Mapping[str, Table]
    attribution: Mapping[str, Any]
    data_hash: str
    provenance: Sequence[Mapping[str, Any]] = ()

    @property
    def start(self) -> date:
        """The first decision."""
        return to_date(int(self.day[0]))

    @property
    def end(self) -> date:
        """The last session."""
        return to_date(int(self.day[-1]))

    @property
    def returns(self) -> Floats:
        """Simple returns of the sleeve (or the account, where the run says so); first is 0."""
        return self.curves[str(self.config.get("returns", "sleeve"))]

    @property
    def following(self) -> int:
        """The day of the session after the last one, by the run's calendar."""
        told = self.config.get("calendar")
        if told is None:
            return next_session(int(self.day[-1]))
        return day_number(date.fromisoformat(told["next_session"]))

    @property
    def config_hash(self) -> str:
        """SHA-256 of the configuration in canonical JSON."""
        return sha256(canonical(self.config)).hexdigest()

    @property
    def hash(self) -> str:
        """SHA-256 over configuration, data and every column."""
        digest = sha256(f"{self.config_hash}{self.data_hash}".encode())
        for name, column in self._columns():
            digest.update(name.encode())
            digest.update(np.ascontiguousarray(column).tobytes())
        return digest.hexdigest()

    def __eq__(self, other: object) -> bool:
        """Compare configuration and every column bit for bit; NaN equals NaN."""
        return isinstance(other, Result) and self.hash == other.hash

    def __hash__(self) -> int:
        return int(self.hash[:15], 16)

    # frames, made on request

    @property
    def equity(self) -> pd.DataFrame:
        """Every curve, indexed by date."""
        from microhedge import frames  # noqa: PLC0415 - pandas loads only when asked for

        return frames.equity(self)

    @property
    def trades(self) -> pd.DataFrame:
        """Every fill of the hedge."""
        return self._frame("fills")

    @property
    def rolls(self) -> pd.DataFrame:
        """Every option that the hedge held."""
        return self._frame("rolls")

    @property
    def positions(self) -> pd.DataFrame:
        """Quantity of each instrument in each account at each close."""
        from microhedge import frames  # noqa: PLC0415

        return frames.positions(self)

    @property
    def ledger(self) -> pd.DataFrame:
        """Every posting, costs expanded."""
        from microhedge import frames  # noqa: PLC0415

        return frames.postings(self)

    @property
    def premises(self) -> pd.DataFrame:
        """Every relation that the hedge leaned on."""
        return self._frame("premises")

    @property
    def log(self) -> pd.DataFrame:
        """What the run noted: lapsed orders, adjustments, expiries, margin calls."""
        return self._frame("log")

    def _frame(self, name: str) -> pd.DataFrame:
        from microhedge import frames  # noqa: PLC0415

        return frames.table(self, name)

    # files

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the result to a file, replacing it whole or not at all."""
        return save([self], path)

    def _columns(self) -> list[tuple[str, Column]]:
        found: list[tuple[str, Column]] = [("day", self.day)]
        found += [(f"curves|{name}", self.curves[name]) for name in sorted(self.curves)]
        for table in sorted(self.tables):
            columns = self.tables[table]
            found += [(f"tables|{table}|{name}", columns[name]) for name in columns]
        return found


@dataclass(frozen=True, slots=True)
class Attachment:
    """What travels in a file beside its results: plain JSON values, and columns by name."""

    values: Mapping[str, Any]
    columns: Mapping[str, Column]


def save(
    results: Sequence[Result], path: str | os.PathLike[str], attached: Attachment | None = None
) -> Path:
    """Write results to one file, replacing it whole or not at all."""
    target = Path(path)
    partial = target.with_name(f".{target.name}.{os.getpid()}.partial")
    try:
        with partial.open("wb") as stream:
            _write(results, attached, stream)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(partial, target)
    finally:
        partial.unlink(missing_ok=True)
    return target


def load(path: str | os.PathLike[str]) -> Result:
    """Read the one result of a file; raises BadData when the file is not one, or holds several."""
    found = load_all(path)
    if len(found) != 1:
        raise BadData(f"{path} holds {len(found)} results: `load_all` reads them all")
    return found[0]


def load_all(path: str | os.PathLike[str]) -> tuple[Result, ...]:
    """Read every result of a file; raises BadData when it is not a file of results."""
    with _opened(path) as (archive, meta):
        return tuple(_read(one, k, archive) for k, one in enumerate(meta["results"]))


def load_attachment(path: str | os.PathLike[str]) -> Attachment | None:
    """Read what is attached to the results of a file; None if nothing is."""
    with _opened(path) as (archive, meta):
        found = meta.get("attached")
        if found is None:
            return None
        names = enumerate(found["columns"])
        columns = {name: _array(archive, f"attached/{number}.npy") for number, name in names}
        return Attachment(found["values"], columns)


_NO_RESULTS: Final = "is not a file of results, as --save writes them"


@contextmanager
def _opened(path: str | os.PathLike[str]) -> Iterator[tuple[zipfile.ZipFile, dict[str, Any]]]:
    """Open a file of this format; whatever is wrong inside becomes one line."""
    try:
        with zipfile.ZipFile(path) as archive:
            if "meta.json" not in archive.namelist():
                raise BadData(f"{path} {_NO_RESULTS}")
            meta = json.loads(archive.read("meta.json"))
            if meta["format"] != FORMAT:
                raise BadData(f"{path}: format {meta['format']}; this version reads {FORMAT}")
            yield archive, meta
    except FileNotFoundError as error:
        raise BadData(f"{path}: {unread(error)}") from None
    except IsADirectoryError:
        raise BadData(f"{path} is a folder, not a file of results") from None
    except (zipfile.BadZipFile, AttributeError, KeyError, TypeError, ValueError) as error:
        if isinstance(error, BadData):
            raise
        # what is no archive at all is named as such; a damaged one says where
        said = f"{_NO_RESULTS}: {error}" if zipfile.is_zipfile(path) else _NO_RESULTS
        raise BadData(f"{path} {said}") from None


def _write(results: Sequence[Result], attached: Attachment | None, stream: BinaryIO) -> None:
    meta: dict[str, Any] = {
        "format": FORMAT,
        "results": [
            {
                "config": one.config,
                "attribution": one.attribution,
                "data_hash": one.data_hash,
                "provenance": one.provenance,
                "columns": [name for name, _ in one._columns()],
            }
            for one in results
        ],
    }
    if attached is not None:
        meta["attached"] = {"values": attached.values, "columns": list(attached.columns)}
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(zipfile.ZipInfo("meta.json", _EPOCH), canonical(meta))
        for k, one in enumerate(results):
            for number, (_, column) in enumerate(one._columns()):
                _put(archive, f"{k}/{number}.npy", column)
        if attached is not None:
            for number, column in enumerate(attached.columns.values()):
                _put(archive, f"attached/{number}.npy", column)


def _put(archive: zipfile.ZipFile, name: str, column: Column) -> None:
    buffer = io.BytesIO()
    np.lib.format.write_array(buffer, np.ascontiguousarray(column), allow_pickle=False)
    archive.writestr(zipfile.ZipInfo(name, _EPOCH), buffer.getvalue())


def _array(archive: zipfile.ZipFile, name: str) -> Column:
    column: Column = np.lib.format.read_array(io.BytesIO(archive.read(name)), allow_pickle=False)
    return column


def _read(meta: Mapping[str, Any], k: int, archive: zipfile.ZipFile) -> Result:
    tables: dict[str, dict[str, Column]] = {name: {} for name in TABLES}
    curves: dict[str, Floats] = {}
    day: Days | None = None
    for number, name in enumerate(meta["columns"]):
        column = _array(archive, f"{k}/{number}.npy")
        kind, *rest = name.split("|")
        if kind == "curves":
            curves[rest[0]] = column
        elif kind == "tables":
            tables[rest[0]][rest[1]] = column
        else:
            day = column
    if day is None:
        raise BadData("a result without its sessions")
    return Result(
        config=meta["config"],
        day=day,
        curves=curves,
        tables=tables,
        attribution=meta["attribution"],
        data_hash=meta["data_hash"],
        provenance=meta["provenance"],
    )


TABLES = ("ledger", "fills", "rolls", "premises", "log")


def combined(hashes: Sequence[str]) -> str:
    """Return one hash for several."""
    return sha256("".join(hashes).encode()).hexdigest()


def canonical(value: object) -> bytes:
    """Return JSON with sorted keys and no spaces, the same bytes on every machine."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode()
