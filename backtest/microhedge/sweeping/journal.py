"""What has been done so far?  One line for each finished cell, and its daily returns.

The driver alone writes.  `journal.jsonl` begins with a line that names the sweep; every other
line is one cell, written at once.  `returns.f4` holds a row of 32-bit floats for each cell at
its place in the grid, written before the cell's line: a line that stands has its row.  Killed at
any moment, a journal lacks its last lines and no more; a torn one is dropped.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from microhedge.errors import BadData, SweepError, UsageError
from microhedge.plain import plain

JOURNAL, RETURNS = "journal.jsonl", "returns.f4"


@dataclass(slots=True)
class Journal:
    """The open journal of a sweep of `cells` cells of `width` daily returns each."""

    folder: Path
    cells: int
    width: int
    done: NDArray[np.bool_]
    failed: int
    _lines: int
    _rows: FileIO | None

    @classmethod
    def open(
        cls, folder: Path, header: Mapping[str, Any], cells: int, width: int, *, keep: bool
    ) -> Journal:
        """Open the journal of a folder, or start one; UsageError if it is of another sweep."""
        path = folder / JOURNAL
        done, failed = np.zeros(cells, np.bool_), 0
        end = 0
        if path.exists() and path.stat().st_size:
            end = whole(path)
            _, found = next(_parsed(path, end), (0, None))
            if found is not None and found != plain(header):
                raise UsageError(
                    f"{folder} holds another sweep: {_difference(found, plain(header))}; "
                    "choose another folder, or --fresh to start again in this one"
                )
            for _, line in entries(path):
                done[line["cell"]] = True
                failed += line["status"] != "ok"
        try:
            lines = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
            if path.is_file():
                os.ftruncate(lines, end)
            rows = _rows(folder / RETURNS) if keep else None
            journal = cls(folder, cells, width, done, failed, lines, rows)
            if end == 0:
                journal._write(plain(header))
        except OSError as error:
            raise SweepError(f"{path}: {error.strerror}") from error
        return journal

    def add(self, cell: int, returns: bytes, line: Mapping[str, Any]) -> None:
        """Record a finished cell; SweepError if the disk refuses it."""
        if self.done[cell]:
            return
        if self._rows is not None and returns:
            self._put(returns, cell * self.width * 4)
        self._write({"cell": cell, **line})
        self.done[cell] = True
        self.failed += line["status"] != "ok"

    def close(self) -> None:
        """Close the files."""
        os.close(self._lines)
        if self._rows is not None:
            self._rows.close()

    def _put(self, data: bytes, place: int) -> None:
        if self._rows is None:
            return
        try:
            self._rows.seek(place)
            if self._rows.write(data) < len(data):
                # a full disk takes a part, and then refuses
                self._rows.seek(place)
                self._rows.write(data)
        except OSError as error:
            raise self._refused(RETURNS, error) from error

    def _write(self, line: Mapping[str, Any]) -> None:
        text = json.dumps(line, separators=(",", ":"), allow_nan=False, ensure_ascii=False)
        data = text.encode() + b"\n"
        try:
            written = os.write(self._lines, data)
            if written < len(data):
                os.write(self._lines, data[written:])
        except OSError as error:
            raise self._refused(JOURNAL, error) from error

    def _refused(self, name: str, error: OSError) -> SweepError:
        return SweepError(
            f"{self.folder / name}: {error.strerror}; {int(self.done.sum()):,} of {self.cells:,} "
            "cells are kept: make room, and the same command goes on"
        )


def _rows(path: Path) -> FileIO:
    path.touch()
    return FileIO(path, "r+")


def whole(path: Path) -> int:
    """Return the bytes of a journal's whole lines; what follows them was torn."""
    with path.open("rb") as file:
        end = file.seek(0, os.SEEK_END)
        while end > 0:
            start = max(0, end - 65536)
            file.seek(start)
            cut = file.read(end - start).rfind(b"\n")
            if cut >= 0:
                return start + cut + 1
            end = start
    return 0


def header_of(folder: Path) -> dict[str, Any]:
    """Return the first line of a folder's journal."""
    path = folder / JOURNAL
    if not folder.is_dir():
        what = "is a file, no folder of a sweep" if folder.exists() else "there is no such folder"
        raise BadData(f"{folder}: {what}")
    if not path.is_file():
        raise BadData(f"{folder} holds no sweep: it has no {JOURNAL}")
    _, found = next(_parsed(path, whole(path)), (0, None))
    if found is None:
        raise BadData(f"{path} is empty: the sweep was stopped before it began")
    return found


def entries(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield each cell of a journal, in the order they were finished, after its line's place."""
    lines = _parsed(path, whole(path))
    next(lines, None)
    return lines


def _parsed(path: Path, end: int) -> Iterator[tuple[int, dict[str, Any]]]:
    place = 0
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if place + len(line) > end:
                return
            try:
                yield place, json.loads(line)
            except ValueError:
                raise BadData(f"{path} line {number} is no JSON: the file was damaged") from None
            place += len(line)


def _difference(found: Mapping[str, Any], asked: Mapping[str, Any]) -> str:
    names = [name for name in asked if found.get(name) != asked[name]]
    return f"its {' and '.join(names)} differ" if names else "it differs"
