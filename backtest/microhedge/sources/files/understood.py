"""What was made of a file, so that a reader can see whether it was understood."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from microhedge.counting import count_of
from microhedge.origin import Basis
from microhedge.sources.files.rows import Dropped

_SAID: Final[dict[Basis, str]] = {
    "raw": "as traded",
    "price_index": "a price index",
    "total_return": "total return, adjusted: no use for listed strikes",
}


@dataclass(frozen=True, slots=True)
class Taken:
    """One series that was made: `rows` in the file, `kept` in the series, and what they are.

    `rows` is `kept` and the counts of this symbol's `dropped` together.
    """

    symbol: str
    basis: Basis
    why: str
    currency: str
    rows: int
    kept: int
    first: date
    last: date
    splits: int
    dividends: int
    end: str | None = None


@dataclass(frozen=True, slots=True)
class Understood:
    """How a file was read.

    `columns` pairs what was taken with the column it came from.  `dropped` counts every row that
    is in no series, with its reason: rows of the file are those of all series and these.
    `sha256` is that of the file's bytes.
    """

    path: str
    sha256: str
    kind: str
    form: str
    rows: int
    columns: tuple[tuple[str, str], ...]
    ignored: tuple[str, ...]
    dates: str
    zone: str
    units: str
    symbol: str
    currency: str
    blank: int
    notes: tuple[str, ...]
    taken: tuple[Taken, ...]
    dropped: tuple[Dropped, ...]

    def lines(self) -> Iterator[str]:
        """Say it for people, a line for each thing."""
        yield f"{self.path}: {self.kind}, {self.form}, {count_of(self.rows, 'row')}"
        shown = [f"{role} from {name!r}" for role, name in self.columns]
        yield f"columns: {_listed(shown)}"
        if self.ignored:
            yield f"not used: {_listed([repr(name) for name in self.ignored])}"
        yield f"dates: {self.dates}; time zone {self.zone}"
        yield f"units: {self.units}; currency {self.currency}; symbol {self.symbol}"
        for one in self.taken:
            yield (
                f"{one.symbol}: {one.kept:,} of {count_of(one.rows, 'row')}, "
                f"{one.first} to {one.last}, "
                f"{one.currency}, {count_of(one.splits, 'split')}, "
                f"{count_of(one.dividends, 'dividend')}, "
                f"{'' if one.end is None else one.end + ', '}"
                f"{_SAID[one.basis]} ({one.why})"
            )
        for each in self.dropped:
            rows = count_of(each.count, "row")
            yield f"dropped: {rows} of {each.symbol} from {each.first}: {each.reason}"
        if self.blank:
            yield f"skipped: {count_of(self.blank, 'blank line')}"
        if self.notes:
            yield f"skipped below the table: {_listed([repr(note) for note in self.notes])}"


def _listed(words: list[str]) -> str:
    return ", ".join(words[:10]) + (f", … ({len(words)})" if len(words) > 10 else "")
