"""What is one symbol's daily history made of, and which hash proves it?"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, fields
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Days = NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """Daily bars of one symbol, oldest first; all columns have the same length.

    Prices and `dividend` are money per share and `split` is new shares per old one; 0 where
    nothing was paid or split.  Either everything is adjusted for the splits that came later, as
    Yahoo answers, or everything is as it was on its day.  A price is NaN where there is none.
    """

    day: Days
    open: Floats
    high: Floats
    low: Floats
    close: Floats
    volume: Floats
    dividend: Floats
    split: Floats

    def __len__(self) -> int:
        return len(self.day)

    def rows(self, wanted: NDArray[np.bool_] | slice) -> Columns:
        """Return some of the rows."""
        return Columns(*(getattr(self, one.name)[wanted] for one in fields(self)))

    def then(self, later: Columns) -> Columns:
        """Return these rows followed by others."""
        pairs = ((getattr(self, one.name), getattr(later, one.name)) for one in fields(self))
        return Columns(*(np.concatenate(pair) for pair in pairs))

    @property
    def sha256(self) -> str:
        """Hash of every value, in one byte order on every machine."""
        digest = hashlib.sha256()
        for one in fields(self):
            values = getattr(self, one.name)
            digest.update(values.astype("<i4" if one.name == "day" else "<f8").tobytes())
        return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class Listing:
    """What Yahoo says about a symbol beside its bars.

    `zone` is the exchange's IANA time zone and `closes` the moment at which the session that is
    running or was the last to run ends, None when Yahoo does not say.  With `has_gains` a fund
    distributed realised gains, which are kept among the dividends.
    """

    ticker: str
    currency: str
    zone: str
    instrument: str
    closes: datetime | None = None
    has_gains: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """One answer of Yahoo: columns adjusted to the day on which it was given."""

    listing: Listing
    columns: Columns
