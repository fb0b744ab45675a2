"""When it went wrong: the worst falls of a holding, and the falls of the market by name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from microhedge.calendar import day_number, to_date
from microhedge.tape import Days, Floats

LEAST = 20
"""Common sessions that a window must have to be told."""

_AP = "S&P Dow Jones Indices, in: Associated Press, 6 February 2018"
_YARDENI = "Yardeni Research, S&P 500 Bull & Bear Market Tables"
_NDR = "Ned Davis Research, in: Hartford Funds, Bear Markets, July 2023"
_CLOSES = "closes of the S&P 500"

MARKET_FALLS = (
    ("Crash of 1987", date(1987, 8, 25), date(1987, 12, 4), _YARDENI),
    ("Invasion of Kuwait", date(1990, 7, 16), date(1990, 10, 11), _CLOSES),
    ("Russian default and LTCM", date(1998, 7, 17), date(1998, 8, 31), _AP),
    ("Dot-com bust", date(2000, 3, 24), date(2002, 10, 9), _YARDENI),
    ("Global financial crisis", date(2007, 10, 9), date(2009, 3, 9), _YARDENI),
    ("Greek debt and flash crash", date(2010, 4, 23), date(2010, 7, 2), _AP),
    ("Euro and US debt", date(2011, 4, 29), date(2011, 10, 3), _AP),
    ("Rate fears of 2018", date(2018, 9, 20), date(2018, 12, 24), _CLOSES),
    ("Covid-19", date(2020, 2, 19), date(2020, 3, 23), _NDR),
    ("Inflation of 2022", date(2022, 1, 3), date(2022, 10, 12), _NDR),
    ("Tariffs of 2025", date(2025, 2, 19), date(2025, 4, 8), _CLOSES),
)
"""Falls of the S&P 500 by 15 % or more from 1987 on: name, day of the closing high, day of the
closing low, source.  2000–2002 and 2007–2009, which some sources cut in two, are one each."""


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of the sample: its rows are those after the high up to the low.

    `own` tells a fall of the holding itself from one of the market.  `whole` is False where the
    sample starts after the high or ends before the low.
    """

    name: str
    source: str
    own: bool
    high: date
    low: date
    first: int
    stop: int
    whole: bool

    @property
    def n(self) -> int:
        """Common sessions in the window."""
        return self.stop - self.first


def worst_falls(y: Floats, most: int) -> tuple[tuple[int, int], ...]:
    """Return the deepest falls of a holding from a high to a low, the deepest first.

    `y` are simple returns.  A pair (first, stop) are the rows of the returns that make up the
    fall.  The deepest fall of the sample is taken out and the search goes on before it and after
    it, so that no two have a row in common.
    """
    value = np.concatenate((np.ones(1), np.cumprod(1.0 + y)))
    open_parts = [_deepest(value, 0, len(value))]
    found: list[tuple[int, int]] = []
    while len(found) < most and open_parts:
        open_parts.sort()
        depth, high, low, begin, end = open_parts.pop(0)
        if depth >= 0.0:
            break
        found.append((high, low))
        open_parts += [_deepest(value, begin, high + 1), _deepest(value, low, end)]
    return tuple(found)


def windows(day: Days, y: Floats, *, worst: int = 3) -> tuple[Window, ...]:
    """Return the holding's own worst falls and then the market's falls that touch the sample.

    `day` are the sessions in days since 1970-01-01, `y` the holding's simple returns over the
    session of each.
    """
    own = tuple(
        Window(
            name=f"Own fall {place}",
            source="the holding's returns",
            own=True,
            high=to_date(int(day[max(first - 1, 0)])),
            low=to_date(int(day[stop - 1])),
            first=first,
            stop=stop,
            whole=True,
        )
        for place, (first, stop) in enumerate(worst_falls(y, worst), start=1)
    )
    market = []
    for name, high, low, source in MARKET_FALLS:
        after, last = day_number(high), day_number(low)
        first, stop = (int(np.searchsorted(day, edge, side="right")) for edge in (after, last))
        if stop > first:
            whole = int(day[0]) <= after + 1 and int(day[-1]) >= last
            market.append(Window(name, source, False, high, low, first, stop, whole))
    return (*own, *market)


def left_out(every: tuple[Window, ...]) -> str:
    """Say which windows are too short to be described; an empty string if none is."""
    short = [one for one in every if one.n < LEAST]
    if not short:
        return ""
    told = ", ".join(f"{one.name} ({one.n})" for one in short)
    return f"{len(short)} left out for fewer than {LEAST} common sessions: {told}."


def _deepest(value: Floats, begin: int, end: int) -> tuple[float, int, int, int, int]:
    """The deepest fall within a part of the path: depth, high, low and the part."""
    part = value[begin:end]
    highest = np.maximum.accumulate(part)
    depth = np.zeros(len(part))
    np.divide(part, highest, out=depth, where=highest > 0.0)
    depth[highest > 0.0] -= 1.0
    low = int(np.argmin(depth))
    high = low - int(np.argmax(part[low::-1]))  # the last of equal highs
    return float(depth[low]), begin + high, begin + low, begin, end
