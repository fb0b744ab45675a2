"""What did a source deliver of one symbol: which days, at which prices, with which actions?

A `Series` is prices of one symbol on one basis, a `Reference` a series that is no price.  They are
checked when they are made and never change.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from math import isfinite
from typing import Self

import numpy as np
from numpy.typing import NDArray

from microhedge.calendar import to_date
from microhedge.errors import BadData
from microhedge.instruments import Debt
from microhedge.origin import Basis, Origin
from microhedge.tape import ENDS, Action, Days, Floats

TERMS: Mapping[str, int] = {"VIX9D": 9, "VIX3M": 93, "VIX6M": 184, "VIX1Y": 365}
"""Indices like VIX by their names, and the calendar days that they look ahead."""

BARS = 2048
"""More than the minutes of a day, so that day and bar make one number."""


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """Prices of one symbol on one basis, oldest first.

    `close` and `open` are in `currency` per share as traded on the day (basis "raw"), index
    points ("price_index") or adjusted for splits and dividends ("total_return").  `open` is NaN
    wherever the source has no genuine opening print.  `actions` belong to raw series only, and to
    those of a `bond`: closes on the basis "bond" have the accrued interest in them.

    A row is a session, or with `bar` a bar of one: its number within the session, from 0.  Bars
    are played by `engine.simulate`; they carry no corporate actions and no options.
    """

    symbol: str
    basis: Basis
    day: Days
    close: Floats
    open: Floats
    actions: tuple[Action, ...]
    source: str
    sha256: str
    currency: str = "USD"
    high: Floats | None = None
    low: Floats | None = None
    volume: Floats | None = None
    bar: Days | None = None
    origin: Origin = field(default_factory=Origin)
    bond: Debt | None = None

    def __post_init__(self) -> None:
        if len(self.day) == 0:
            raise BadData(f"{self.symbol}: no rows; a series needs at least one session")
        if self.bar is not None and self.actions:
            raise BadData(f"{self.symbol}: bars within a day cannot carry actions; use daily bars")
        if self.bar is not None and (self.bar.min() < 0 or self.bar.max() >= BARS):
            raise BadData(f"{self.symbol}: bars of a session are numbered 0 to {BARS - 1}")
        steps = np.diff(self.key)
        if np.any(steps <= 0):
            bad = to_date(int(self.day[int(np.argmax(steps <= 0)) + 1]))
            raise BadData(f"{self.symbol}: {bad} is out of order or twice; days must increase")
        wrong = ~(np.isfinite(self.close) & (self.close > 0.0))
        if np.any(wrong):
            row = int(np.argmax(wrong))
            raise BadData(
                f"{self.symbol}: close {self.close[row]} on {to_date(int(self.day[row]))}; "
                "a close must be a positive number"
            )
        prices = (self.close, self.open, self.high, self.low)
        last = [action for action in self.actions if action.kind in ENDS]
        if len(last) > 1 or (last and last[0].day <= self.day[-1]):
            raise BadData(
                f"{self.symbol}: a {last[0].kind} on {to_date(last[0].day)} and prices up to "
                f"{self.last}; it is the end of a share and comes after its last price, once"
            )
        if last and not (isfinite(last[0].value) and last[0].value > 0.0):
            raise BadData(
                f"{self.symbol}: a {last[0].kind} at {last[0].value}; give the money that a share "
                "became, at least the last price that was paid"
            )
        late = [action for action in self.actions if last and action.day > last[0].day]
        if late:
            raise BadData(
                f"{self.symbol}: a {late[0].kind} on {to_date(late[0].day)} and a {last[0].kind} "
                f"on {to_date(last[0].day)}; a share that has become money pays nothing: give it "
                "the day of the end, or leave it out"
            )
        for column in (self.day, self.bar, *prices, self.volume):
            if column is not None:
                column.flags.writeable = False

    @property
    def key(self) -> NDArray[np.int64]:
        """What orders the rows and matches those of several series: the day, then the bar."""
        return _key(self.day, self.bar)

    @property
    def end(self) -> Action | None:
        """The merger or delisting after the last row, if there was one."""
        return next((action for action in self.actions if action.kind in ENDS), None)

    def carried(self, days: Days) -> Self:
        """Return an ended series with the money that a share became on the days after its end."""
        end = self.end
        later = days[days > self.day[-1]]
        if end is None or len(later) == 0:
            return self
        return replace(
            self,
            day=np.concatenate((self.day, later)).astype(np.int32),
            close=np.concatenate((self.close, np.full(len(later), end.value))),
            open=np.concatenate((self.open, np.full(len(later), np.nan))),
            high=None,
            low=None,
            volume=None,
            actions=tuple(action for action in self.actions if action is not end),
        )

    @property
    def first(self) -> date:
        """The first session."""
        return to_date(int(self.day[0]))

    @property
    def last(self) -> date:
        """The last session."""
        return to_date(int(self.day[-1]))


@dataclass(frozen=True, slots=True, eq=False)
class Reference:
    """A series that is no price.

    Known names are "CMT3M" (a yield, as a fraction), "VIX" and those of `TERMS` (points), and
    "IV:<symbol>" (implied volatility at the money of a symbol's options, as a fraction a year,
    known at the close).
    """

    name: str
    day: Days
    value: Floats
    source: str
    sha256: str
    origin: Origin = field(default_factory=Origin)


def _key(day: Days, bar: Days | None) -> NDArray[np.int64]:
    return day.astype(np.int64) * BARS + (0 if bar is None else bar)
