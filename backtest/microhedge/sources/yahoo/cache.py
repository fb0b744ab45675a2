"""Which prices are on this machine already?

Each symbol is one Parquet file that carries its own description, so that bars and description
cannot come apart.  A file is written beside its place and moved there: a reader, another writer or
a kill finds the old file or the new one, both whole.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pyarrow as pa
import pyarrow.parquet as pq

from microhedge.errors import BadData
from microhedge.sources.parquet import ABOUT, floats, lean_memory, replace_whole
from microhedge.sources.yahoo.columns import Columns, Listing
from microhedge.version import __version__


@dataclass(frozen=True, slots=True, eq=False)
class Kept:
    """One symbol's history as traded, with what Yahoo said about it.

    `fetched` is when the last bars came and `whole` when all of them did (both UTC); `yfinance`
    and `microhedge` are the versions that fetched it.
    """

    listing: Listing
    columns: Columns
    fetched: datetime
    whole: datetime
    yfinance: str
    microhedge: str


def kept_now(listing: Listing, columns: Columns, fetched: datetime, whole: datetime) -> Kept:
    """Return a history with the versions of the running process."""
    return Kept(listing, columns, fetched, whole, version("yfinance"), __version__)


def path_of(folder: Path, ticker: str) -> Path:
    """Return the file of a symbol; signs that a file's name cannot have are spelt as %5E."""
    # the prefix keeps CON and NUL, which are symbols too, from being devices on Windows
    return folder / "yahoo" / f"daily-{quote(ticker, safe='')}.parquet"


def read(folder: Path, ticker: str) -> Kept | None:
    """Return what is kept of a symbol, None without a file.

    Raises BadData when the file is damaged, or was changed since it was written.
    """
    path = path_of(folder, ticker)
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        return None
    try:
        with lean_memory():
            table = pq.ParquetFile(pa.BufferReader(raw)).read(use_threads=False)
            kept, expected = _kept(table)
    except (pa.ArrowException, OSError, ValueError, LookupError, TypeError) as error:
        raise BadData(f"{path} cannot be read as prices ({error}): delete it") from error
    if kept.columns.sha256 != expected:
        raise BadData(f"{path} was changed since it was fetched: delete it")
    return kept


def write(folder: Path, kept: Kept) -> Path:
    """Replace the file of a symbol as a whole, and return its path.

    Of several writers the last one stays.
    """
    path = path_of(folder, kept.listing.ticker)
    replace_whole(_table(kept), path)
    return path


def _table(kept: Kept) -> pa.Table:
    columns = {one.name: getattr(kept.columns, one.name) for one in fields(Columns)}
    listing = kept.listing
    about = {
        "source": "Yahoo, by yfinance",
        "prices": "as traded",
        "ticker": listing.ticker,
        "currency": listing.currency,
        "zone": listing.zone,
        "instrument": listing.instrument,
        "has_gains": listing.has_gains,
        "fetched": kept.fetched.isoformat(),
        "whole": kept.whole.isoformat(),
        "yfinance": kept.yfinance,
        "microhedge": kept.microhedge,
        "sha256": kept.columns.sha256,
    }
    table = pa.table({name: pa.array(values) for name, values in columns.items()})
    return table.replace_schema_metadata({ABOUT: json.dumps(about).encode()})


def _kept(table: pa.Table) -> tuple[Kept, str]:
    about: dict[str, Any] = json.loads((table.schema.metadata or {})[ABOUT])
    day = floats(table, "day").astype("int32")
    values = (floats(table, one.name) for one in fields(Columns) if one.name != "day")
    listing = Listing(
        ticker=about["ticker"],
        currency=about["currency"],
        zone=about["zone"],
        instrument=about["instrument"],
        has_gains=about["has_gains"],
    )
    kept = Kept(
        listing=listing,
        columns=Columns(day, *values),
        fetched=datetime.fromisoformat(about["fetched"]),
        whole=datetime.fromisoformat(about["whole"]),
        yfinance=about["yfinance"],
        microhedge=about["microhedge"],
    )
    return kept, about["sha256"]
