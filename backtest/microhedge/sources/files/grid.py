"""A file as named columns of cells, before anybody asks what they mean."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from microhedge.counting import count_of
from microhedge.errors import unread
from microhedge.sources.files.refusals import Refused, shown

_SEPARATORS: Final = (",", ";", "\t", "|")
_MAGIC: Final = {
    b"PK\x03\x04": "a spreadsheet or zip archive: save it as CSV",
    b"\xd0\xcf\x11\xe0": "an old spreadsheet: save it as CSV",
    b"\x1f\x8b": "compressed: unpack it first",
    b"%PDF": "a PDF: save the table as CSV",
    b"<": "a web page or XML, perhaps an error page of the download: fetch it again",
    b"{": "JSON: save the table as CSV or Parquet",
}
_DAMAGED: Final = (pa.ArrowException, OSError, ValueError, MemoryError, OverflowError)


@dataclass(frozen=True, slots=True)
class Grid:
    """Columns of one file; a name has two parts where the file has two header rows.

    `lines` are the physical lines of the rows (CSV), `blank` the lines without any cell, and
    `notes` the lines below the table that are none of it.
    """

    kind: str
    names: tuple[tuple[str, ...], ...]
    columns: tuple[pa.Array, ...]
    rows: int
    lines: tuple[int, ...] = ()
    blank: int = 0
    notes: tuple[str, ...] = ()

    def place(self, row: int) -> str:
        """Say where a row stands in the file."""
        return f"line {self.lines[row]}" if self.lines else f"row {row + 1}"

    def name(self, column: int) -> str:
        """Return a column's name in one word."""
        return " ".join(part for part in self.names[column] if part) or "(unnamed)"


def content(path: Path) -> bytes:
    """Return a file's bytes; Refused when there is none to be had."""
    if path.is_dir():
        raise Refused("is a folder: name a file in it", "no-file")
    try:
        raw = path.read_bytes()
    except (OSError, ValueError) as error:
        raise Refused(unread(error), "no-file") from error
    if not raw.strip():
        raise Refused("is empty: a header and at least one row are needed", "empty")
    return raw


def grid(raw: bytes) -> Grid:
    """Return the cells of a CSV or Parquet file, told apart by its first bytes."""
    if raw.startswith(b"PAR1"):
        try:
            return _parquet(raw)
        except _DAMAGED as error:
            if isinstance(error, Refused):
                raise
            raise Refused(
                f"cannot be read as Parquet ({shown(str(error))}): it is damaged or cut off, "
                "write it again",
                "unreadable",
            ) from error
    for magic, what in _MAGIC.items():
        if raw.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(magic):
            raise Refused(f"is {what}", "not-a-price-file")
    return _csv(_text(raw))


def _parquet(raw: bytes) -> Grid:
    table = pq.ParquetFile(pa.BufferReader(raw)).read(use_threads=False)
    table.validate(full=True)
    if not table.num_rows:
        raise Refused("has columns and no rows", "no-rows")
    names = tuple(_parts(name) for name in table.column_names)
    depth = max(map(len, names), default=0)
    columns = tuple(_flat(column.combine_chunks()) for column in table.columns)
    padded = tuple(name + ("",) * (depth - len(name)) for name in names)
    return Grid("Parquet", padded, columns, table.num_rows)


def _parts(name: str) -> tuple[str, ...]:
    """Return the two parts of a name that pandas wrote as "('Close', 'AAPL')"."""
    found = re.fullmatch(r"\(\s*'([^']*)'\s*,\s*'([^']*)'\s*\)", name)
    return (name,) if found is None else (found[1], found[2])


def _flat(column: Any) -> pa.Array:
    one = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    return one.dictionary_decode() if pa.types.is_dictionary(one.type) else one


def _text(raw: bytes) -> bytes:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return raw.decode("utf-16").encode()
        except UnicodeError as error:
            raise Refused("is no valid UTF-16: save it as UTF-8", "encoding") from error
    text = raw.removeprefix(b"\xef\xbb\xbf")
    if b"\0" in text:
        raise Refused("holds bytes that are no text: save it as CSV or Parquet", "not-a-price-file")
    try:
        text.decode()
    except UnicodeDecodeError as error:
        line = text.count(b"\n", 0, error.start) + 1
        raise Refused(f"line {line} is not UTF-8: save the file as UTF-8", "encoding") from error
    return text


def _csv(text: bytes) -> Grid:
    every = text.splitlines()
    numbered = [(n, line) for n, line in enumerate(every, 1) if line.strip(b' \t,;|"')]
    if not numbered:
        raise Refused("has only blank lines", "empty")
    first = numbered[0][1].decode()
    separator = max(_SEPARATORS, key=first.count)
    if separator not in first:
        raise Refused(
            f"has one column, {shown(first)}: dates and prices must be separated by a comma, "
            "semicolon, tab or bar",
            "no-header" if first[:1].isdigit() else "no-date-column",
        )
    names, heads = _header([line.decode() for _, line in numbered[:3]], separator)
    body = numbered[heads:]
    if not body:
        raise Refused("has a header and no rows below it", "no-rows")
    columns, strange = _cells([line for _, line in body], separator, len(names))
    kept = len(body) - len(strange)
    _settle_strange(strange, body, kept, len(names))
    if len(columns[0]) != kept:
        raise Refused(
            f"has {count_of(kept, 'line')}, read as {count_of(len(columns[0]), 'row')}: "
            "a quotation mark opens and does not close on its line",
            "quotes",
        )
    if not kept:
        raise Refused("has a header and no rows below it", "no-rows")
    return Grid(
        kind=f"CSV, {_called(separator)}",
        names=names,
        columns=columns,
        rows=kept,
        lines=tuple(n for n, _ in body[:kept]),
        blank=len(every) - len(numbered),
        notes=tuple(strange),
    )


def _cells(
    lines: Sequence[bytes], separator: str, width: int
) -> tuple[tuple[pa.Array, ...], list[str]]:
    """Return the columns of cells, and the lines that have another number of them."""
    strange: list[str] = []

    def aside(row: Any) -> str:
        strange.append(str(row.text))
        return "skip"

    keys = [str(number) for number in range(width)]
    try:
        table = pa.csv.read_csv(
            pa.BufferReader(b"\n".join(lines) + b"\n"),
            pa.csv.ReadOptions(use_threads=False, column_names=keys, block_size=1 << 26),
            pa.csv.ParseOptions(delimiter=separator, invalid_row_handler=aside),
            pa.csv.ConvertOptions(
                column_types=dict.fromkeys(keys, pa.string()),
                null_values=[""],
                strings_can_be_null=True,
            ),
        )
    except _DAMAGED as error:
        raise Refused(f"cannot be read as CSV: {shown(str(error))}", "quotes") from error
    return tuple(_flat(column.combine_chunks()) for column in table.columns), strange


def _settle_strange(
    strange: list[str], body: list[tuple[int, bytes]], kept: int, width: int
) -> None:
    """Refuse lines of another width, unless they are words below the table."""
    tail = [line.decode() for _, line in body[kept:]]
    for text in strange:
        if text not in tail or not is_note(text.strip('" \t')):
            line = next((n for n, each in body if each.decode() == text), body[-1][0])
            raise Refused(
                f"line {line} ({shown(text)}) has not the {width} cells of the header: the file "
                "is cut off, or a comma within a number needs quotes",
                "ragged",
            )


def is_note(text: str) -> bool:
    """Tell words below a table ("Total", "Source: …") from a date or a row that is damaged."""
    return bool(re.match(r"[^\W\d_]{3}", text)) and not re.search(r"\d[-/.:]\d", text)


def _header(lines: list[str], separator: str) -> tuple[tuple[tuple[str, ...], ...], int]:
    """Return the names of the columns and the number of header lines."""
    rows = [next(csv.reader([line], delimiter=separator), []) for line in lines]
    rows = [[cell.strip() for cell in row] for row in rows]
    if re.match(r"[-+]?\d", rows[0][0]):
        raise Refused(
            f"begins with {shown(lines[0])}, which is data: put a header line above it, as in "
            "date,close",
            "no-header",
        )
    if len(rows) < 2 or len(rows[1]) != len(rows[0]) or not _is_header(rows[1]):
        return tuple((name,) for name in rows[0]), 1
    third = len(rows) > 2 and rows[2][0].isalpha() and not any(rows[2][1:])
    head = [(rows[2][0] if third else rows[0][0], ""), *zip(rows[0][1:], rows[1][1:], strict=True)]
    return tuple(head), 3 if third else 2


def _is_header(row: list[str]) -> bool:
    """Tell a second header row: words in every column but perhaps the first."""
    return not any(c.isdigit() for c in row[0]) and all(
        re.search(r"[^\W\d_]", cell) and cell.lower() not in {"nan", "null", "none", "na", "n/a"}
        for cell in row[1:]
    )


def _called(separator: str) -> str:
    return {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}[separator]
