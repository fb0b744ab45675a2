"""How are captured quotes kept, and are they still as they were captured?

A capture is one Parquet file of one underlying, a row for each contract, as it was quoted: crossed
quotes, missing bids and adjusted contracts are in it, and the reader of chains leaves them out.
Yahoo's implied volatility is kept for the record and never read.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from re import compile as pattern
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from microhedge.errors import BadData
from microhedge.sources.chains.cells import moments_of, names_of
from microhedge.sources.parquet import ABOUT, add_whole, floats

_MOMENT: Final = pa.timestamp("us", "UTC")
SCHEMA: Final = pa.schema(
    [
        ("captured_at", _MOMENT),  # when the capture began
        ("quote_date", pa.date32()),  # of the exchange
        ("underlying", pa.string()),
        ("underlying_price", pa.float64()),
        ("underlying_time", _MOMENT),
        ("market_state", pa.string()),  # REGULAR while the exchange trades
        ("expiration", pa.date32()),
        ("strike", pa.float64()),
        ("right", pa.string()),  # C or P
        ("bid", pa.float64()),
        ("ask", pa.float64()),
        ("last", pa.float64()),
        ("last_trade", _MOMENT),
        ("volume", pa.float64()),
        ("open_interest", pa.float64()),
        ("iv_yahoo", pa.float64()),
        ("contract_symbol", pa.string()),
        ("contract_size", pa.string()),  # REGULAR for 100 shares
        ("currency", pa.string()),
    ]
)
"""The columns of a capture; prices are a share's, in `currency`, and null where none was given."""

OPEN: Final = "REGULAR"
"""The state of a market while it trades, in Yahoo's word."""

OCC: Final = pattern(r"(?P<root>.+?)(?P<expiry>\d{6})(?P<right>[CP])\d{8}")
"""The name of a contract: its root, when it expires as YYMMDD, C or P, and a strike × 1000."""

_OUTSIDE: Final = 1e11
"""Seconds that put a capture of a closed market before every one of an open market."""


def keep(table: pa.Table, about: Mapping[str, str], path: Path) -> str:
    """Write a capture as a new file with its description, and return the hash of its values.

    FileExistsError leaves a file that is there as it was.
    """
    digest = _digest(table)
    said = json.dumps({**about, "sha256": digest}).encode()
    add_whole(table.replace_schema_metadata({ABOUT: said}), path)
    return digest


def refuse_changed(file: pq.ParquetFile) -> None:
    """Raise BadData for a capture that is not what its own description says it is."""
    said = (file.schema_arrow.metadata or {}).get(ABOUT)
    if said is None:
        return
    try:
        expected = json.loads(said)["sha256"]
    except (ValueError, LookupError, TypeError) as error:
        raise BadData(f"its own description cannot be read ({error!r})") from error
    if _digest(file.read(use_threads=False)) != expected:
        raise BadData("was changed since it was captured: delete it, or restore it from a copy")


def ranks_of(table: pa.Table, captured: str, state: str) -> NDArray[np.float64]:
    """Return for each row a number by which the captures of a day are ordered.

    A later capture counts before an earlier one, and each that was made while the market was open
    before all that were not; those are below 0.
    """
    closed = names_of(table, state) != OPEN
    moment = moments_of(table, captured)
    return np.where(closed, moment - _OUTSIDE, moment)


def _digest(table: pa.Table) -> str:
    """Hash every value in one byte order; moments as microseconds and days as days since 1970."""
    digest = sha256()
    for name in table.column_names:
        kind = table.schema.field(name).type
        digest.update(name.encode())
        if pa.types.is_string(kind):
            digest.update(json.dumps(table[name].to_pylist()).encode())
            continue
        if pa.types.is_timestamp(kind) or pa.types.is_date32(kind):
            cells = table[name].cast(pa.int32() if pa.types.is_date32(kind) else pa.int64())
            table = table.set_column(table.schema.get_field_index(name), name, cells)
        digest.update(floats(table, name).astype("<f8").tobytes())
    return digest.hexdigest()
