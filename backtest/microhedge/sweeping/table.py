"""How does a journal become a table?  `results.parquet`: one row a cell, in grid order."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from microhedge.errors import SweepError
from microhedge.sweeping.journal import JOURNAL, entries, header_of
from microhedge.sweeping.metrics import METRICS

TABLE = "results.parquet"
_ROWS = 4096

_KINDS = {bool: pa.bool_(), int: pa.int64(), float: pa.float64(), str: pa.string()}


def write_table(folder: Path) -> Path:
    """Write the cells that are done, the same bytes in whatever order they were finished.

    Reads the journal twice and holds some thousand cells at a time.
    """
    header = header_of(folder)
    schema = _schema(header["axes"])
    path = folder / TABLE
    part = folder / f".{TABLE}-{os.getpid()}"
    try:
        with pq.ParquetWriter(part, schema, compression="zstd") as writer:
            for rows in _in_order(folder / JOURNAL, header["cells"]):
                columns = {name: [_cell(row, name) for row in rows] for name in schema.names}
                writer.write_table(pa.table(columns, schema=schema))
        part.replace(path)
    except OSError as error:
        raise SweepError(f"{path}: {error.strerror or error}") from error
    finally:
        part.unlink(missing_ok=True)
    return path


def _schema(axes: Mapping[str, list[Any]]) -> pa.Schema:
    swept = [(name, _KINDS[type(values[0])]) for name, values in axes.items()]
    numbers = [(name, pa.float64()) for name in METRICS]
    texts = [("error", pa.string()), ("id", pa.string())]
    return pa.schema([("cell", pa.int64()), *swept, ("status", pa.string()), *numbers, *texts])


def _cell(row: Mapping[str, Any], name: str) -> Any:
    if name in row["at"]:
        return row["at"][name]
    if name in row:
        return row[name]
    return (row.get("stats") or {}).get(name)


def _in_order(path: Path, cells: int) -> Iterator[list[dict[str, Any]]]:
    """Yield lines by the cell's number, some at a time; of the places all are known at once."""
    places = np.full(cells, -1, np.int64)
    for place, line in entries(path):
        places[line["cell"]] = place
    with path.open("rb") as file:
        known = places[places >= 0]
        for begin in range(0, len(known), _ROWS):
            rows = []
            for place in known[begin : begin + _ROWS].tolist():
                file.seek(place)
                rows.append(json.loads(file.readline()))
            yield rows
        if len(known) == 0:
            yield []
