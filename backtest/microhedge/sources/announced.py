"""Which earnings dates, and which volatilities by tenor, does the user give?

Both are plain text: a list of dates, or a CSV with a header.  What cannot be read is refused with
its line.
"""

from __future__ import annotations

import csv
import hashlib
import shlex
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np

from microhedge.calendar import day_number
from microhedge.errors import BadData, ParameterError, nearest, unread
from microhedge.market import MOVE, Market
from microhedge.origin import Origin, Source
from microhedge.series import TERMS, Reference


def with_earnings(market: Market, symbol: str, asked: str, *, move: float = MOVE) -> Market:
    """Return the market with the earnings dates of a symbol: dates joined by commas, or a file.

    A file has a date a line, or a CSV header with a column `date`, and where it is of several
    shares a column `symbol`.  Raises BadData for a line that is no date and for a file without
    any of the symbol, ParameterError for a text that is neither.
    """
    words = (f"--earnings {shlex.quote(asked)}", *((f"--earnings-move {move!r}",) * (move != MOVE)))
    path = Path(asked)
    if path.is_file():
        dates, rows = _dates_of(path, symbol)
        files: tuple[tuple[str, str], ...] = ((path.name, _sha256(path.read_bytes())),)
        told, source = path.name, Origin(files=files, rows=rows, kept=len(dates))
    else:
        dates = [_date(one, f"--earnings {asked}") for one in asked.split(",") if one.strip()]
        told, source = "the command line", Origin()
    if not dates:
        raise BadData(f"{asked} has no earnings date of {symbol}")
    return market.with_earnings(
        symbol,
        dates,
        move=move,
        source=Source(
            symbol=f"{symbol} earnings dates",
            source=f"a schedule of the user's, {told}",
            basis="reference",
            sha256=_sha256(",".join(map(str, sorted(dates))).encode()),
            currency=None,
            span=(min(dates), max(dates)),
            origin=source,
        ),
        words=words,
    )


def with_vol_terms(market: Market, path: Path) -> Market:
    """Return the market with indices like VIX of other tenors, in points at the close.

    The CSV has a column `date` and one or more of VIX9D, VIX3M, VIX6M and VIX1Y.
    """
    lines = list(_lines(path))
    head = [cell.upper() for cell in lines[0][1]]
    known = [name for name in head if name in TERMS]
    if "DATE" not in head or not known:
        odd = next((name for name in head if name != "DATE"), "")
        raise BadData(
            f"{path.name}: a header with date and {', '.join(TERMS)} is needed{nearest(odd, TERMS)}"
        )
    found: dict[str, dict[int, float]] = {name: {} for name in known}
    for number, cells in lines[1:]:
        row = dict(zip(head, cells, strict=False))
        day = day_number(_date(row["DATE"], f"{path.name} line {number}"))
        for name in known:
            if row.get(name):
                found[name][day] = _points(row[name], f"{path.name} line {number}")
    references = []
    for name, values in found.items():
        days = np.array(sorted(values), np.int32)
        value = np.array([values[day] for day in days.tolist()], np.float64)
        digest = _sha256(days.tobytes() + value.tobytes())
        files = ((path.name, _sha256(path.read_bytes())),)
        origin = Origin(files=files, rows=len(lines) - 1, kept=len(days))
        references.append(Reference(name, days, value, path.name, digest, origin))
    return market.with_references(references, (f"--vol-terms {shlex.quote(str(path))}",))


def _dates_of(path: Path, symbol: str) -> tuple[list[date], int]:
    """Return the dates of a symbol in a file, and how many rows it has."""
    lines = list(_lines(path))
    head = [cell.lower() for cell in lines[0][1]] if lines else []
    if "date" not in head:
        return [_date(cells[0], f"{path.name} line {number}") for number, cells in lines], len(
            lines
        )
    at, of = head.index("date"), head.index("symbol") if "symbol" in head else None
    rows = lines[1:]
    mine = [
        (number, cells)
        for number, cells in rows
        if of is None or (len(cells) > of and cells[of].upper() == symbol.upper())
    ]
    return [
        _date(cells[at] if len(cells) > at else "", f"{path.name} line {number}")
        for number, cells in mine
    ], len(rows)


def _lines(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield the lines of a CSV that hold something, by number; comments start with #."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            for number, cells in enumerate(csv.reader(file), start=1):
                bare = [cell.strip() for cell in cells]
                if any(bare) and not bare[0].startswith("#"):
                    yield number, bare
    except OSError as error:
        raise BadData(f"{path}: {unread(error)}") from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise BadData(f"{path} is no CSV: {unread(error)}") from None


def _date(text: str, where: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise ParameterError(
            f"{where}: {text.strip()!r} is no file and no date as in 2022-02-03"
        ) from None


def _points(text: str, where: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 1.0 <= value <= 500.0:
        raise BadData(f"{where}: {text!r} is no volatility in points, such as 18.5")
    return value


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
