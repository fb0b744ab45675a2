"""Where did a series of a run come from, and how are its prices adjusted?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

Basis = Literal["raw", "price_index", "total_return", "bond"]


@dataclass(frozen=True, slots=True)
class Origin:
    """When a series was asked for, and which files it was read from.

    `fetched` is in UTC, None where nobody was asked.  `files` are names with the SHA-256 of their
    bytes; of their rows `rows` were of this series, and `kept` are in it.
    """

    fetched: datetime | None = None
    files: tuple[tuple[str, str], ...] = ()
    rows: int | None = None
    kept: int | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """Where one series of a run came from: the prices of a symbol, a rate, quotes of options.

    `sha256` is over the values of the series, `span` what of it a run can see; a `currency`
    belongs to prices alone.
    """

    symbol: str
    source: str
    basis: Basis | Literal["reference", "quotes"]
    sha256: str
    currency: str | None
    span: tuple[date, date] | None
    origin: Origin = Origin()

    def record(self) -> dict[str, Any]:
        """Return it as plain JSON values, null where something is not known."""
        fetched = self.origin.fetched
        return {
            "series": self.symbol,
            "source": self.source,
            "span": None if self.span is None else [str(day) for day in self.span],
            "adjustment": self.basis,
            "hash": self.sha256,
            "fetched": None if fetched is None else fetched.isoformat(),
            "files": [{"name": name, "sha256": digest} for name, digest in self.origin.files],
            "rows": self.origin.rows,
            "kept": self.origin.kept,
        }
