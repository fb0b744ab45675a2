"""What a check of prices can say: one finding is one kind of defect in one series."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, TypeAlias, get_args

Code: TypeAlias = Literal[
    "stale-bar",  # open, high, low and close all repeat the session before
    "unchanged-closes",  # long runs of one and the same close: not traded, or filled forward
    "close-disagrees",  # the close of a day is away from another source of the same symbol
    "suspected-split",  # a return that a whole split ratio explains, and no split is recorded
    "unexplained-return",  # up 50 % or down 40 % in a day, no action, no second source confirms it
    "impossible-bar",  # a high below the open or close, a low above, a price that is not positive
    "no-volume",  # sessions on which nothing was traded
    "missing-session",  # the exchange traded and the series has no row
    "extra-session",  # the series has a row and the exchange was closed
    "calendar-short",  # days before or after those that the exchange's calendar knows
    "sub-cent-close",  # closes as traded that are no whole number of cents
    "open-repeats-close",  # the open of a year is mostly the previous close: no opening print
    "rounding-noise",  # the decimals kept are coarse against the price
    "same-as-another",  # the closes of one symbol are filed under another as well
    "odd-action",  # a corporate action off the sessions, or too large to be true
    "suspected-special",  # a dividend several times its neighbours, recorded as a regular one
    "reference-gap",  # sessions without a value inside a rate or volatility series
    "reference-off-session",  # values on days on which the exchange was closed
    "reference-short",  # prices begin before or end after a rate or volatility series
    "bars-left-out",  # bars without corporate actions were not loaded
    "row-dropped",  # rows of a file without a close
    "duplicate-row",  # rows of a file that repeat another word for word
    "unsorted-rows",  # rows of a file that were not oldest first
    "footer-row",  # lines below the table of a file
    "no-open",  # opens of zero, which stand for no opening print
    "unfinished-session",  # the last row of a file is from a session that was still open
    "zone-moved",  # time stamps whose session is not the date that was written
    "un-split",  # split-adjusted prices that were turned back into prices as traded
    "no-actions",  # prices as traded without their splits and dividends
    "adjustment-disagrees",  # dividends and splits do not explain the adjusted close
]

CODES: Final[tuple[str, ...]] = get_args(Code)


@dataclass(frozen=True, slots=True)
class Finding:
    """A defect that was found and left in place.

    `day` is the first session concerned and `count` how many sessions are; `sentence` says what
    was seen, in the units of the series.
    """

    code: Code
    symbol: str
    day: date
    count: int
    sentence: str

    def __str__(self) -> str:
        return f"{self.code} {self.symbol} {self.day}: {self.sentence}"
