"""What does a run see of a history that is kept?"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

from microhedge.calendar import day_number, to_date
from microhedge.errors import NotCovered
from microhedge.origin import Origin
from microhedge.series import Reference, Series
from microhedge.sources.yahoo.cache import Kept
from microhedge.sources.yahoo.columns import Columns, Floats
from microhedge.sources.yahoo.naming import symbol_of
from microhedge.sources.yahoo.rebuild import actions_of, holes

BILL_DAYS: Final = 91

_INDEX: Final = "INDEX"
_TRADED: Final = ("EQUITY", "ETF", "MUTUALFUND")


@dataclass(frozen=True, slots=True)
class Window:
    """First and last day that are asked for, both included; None where there is no limit."""

    start: date | None
    end: date | None

    def __str__(self) -> str:
        return f"from {self.start or 'the first day'} to {self.end or 'today'}"

    def of(self, columns: Columns) -> Columns:
        """Return the rows inside."""
        inside: NDArray[np.bool_] = np.ones(len(columns), dtype=np.bool_)
        if self.start is not None:
            inside &= columns.day >= day_number(self.start)
        if self.end is not None:
            inside &= columns.day <= day_number(self.end)
        return columns.rows(inside)


def series_of(kept: Kept, window: Window) -> Series:
    """Return prices as traded, or of an index the price index.

    An index gets no opens: Yahoo's repeat the previous close for years.  The hash is of every
    row of the window, those without a price included.  Raises NotCovered for what is no share,
    fund or index, and for a window without prices.
    """
    kind = kept.listing.instrument
    if kind != _INDEX and kind not in _TRADED:
        raise NotCovered(
            f"{kept.listing.ticker} is of the kind {kind} at Yahoo; "
            "shares, funds and indices can be held or watched"
        )
    symbol = symbol_of(kept.listing.ticker)
    inside = window.of(kept.columns)
    bars = inside.rows(~holes(inside))
    if not len(bars):
        first, last = (to_date(int(kept.columns.day[row])) for row in (0, -1))
        raise NotCovered(
            f"{symbol} has no price {window}; "
            f"Yahoo's run from {first} to {last}: choose a window inside"
        )
    is_index = kind == _INDEX
    return Series(
        symbol=symbol,
        basis="price_index" if is_index else "raw",
        day=bars.day,
        close=bars.close,
        open=np.full(len(bars), np.nan) if is_index else bars.open,
        actions=() if is_index else actions_of(inside),
        source=_source(kept),
        sha256=inside.sha256,
        currency=kept.listing.currency,
        high=bars.high,
        low=bars.low,
        volume=bars.volume,
        origin=Origin(fetched=kept.fetched),
    )


def reference_of(name: str, kept: Kept, window: Window) -> Reference:
    """Return "VIX" in points or "CMT3M" as a fraction; NotCovered without a value inside."""
    inside = window.of(kept.columns)
    known = np.isfinite(inside.close)
    if not known.any():
        raise NotCovered(
            f"{name} has no value {window}; "
            f"the last of {kept.listing.ticker} is of {to_date(int(kept.columns.day[-1]))}"
        )
    day, value = inside.day[known], inside.close[known]
    if name == "CMT3M":
        value = bond_equivalent(value / 100.0)
    day.flags.writeable = value.flags.writeable = False
    said = day.astype("<i4").tobytes() + value.astype("<f8").tobytes()
    digest = hashlib.sha256(said).hexdigest()
    return Reference(name, day, value, _source(kept), digest, Origin(fetched=kept.fetched))


def bond_equivalent(discount: Floats) -> Floats:
    """Return the yield a year, as a fraction, of a 91-day bill quoted at a bank discount.

    A bill quoted at d costs 1 − d·91/360 and pays 1 after 91 days; its gain on that price, on a
    year of 365 days, is 365·d / (360 − 91·d).  This is the yield that the US Treasury publishes
    beside the discount, and it stands in for the 3-month constant-maturity yield.
    """
    return 365.0 * discount / (360.0 - BILL_DAYS * discount)


def _source(kept: Kept) -> str:
    return f"Yahoo by yfinance {kept.yfinance}, fetched {kept.fetched:%Y-%m-%d %H:%M} UTC"
