"""On which evenings may a conditional hedge be held?

A condition is spelled in one word, and only the engine evaluates it, to a column that knows of
each row no more than its close:

    always                        every evening
    2015-01-01..2016-12-31        evenings from one date to another, either may be left out
    2022-02-02~5                  from five sessions before a date to five after it
    earnings~5                    ... around each announced earnings date of the holding
    drawdown>0.10                 the holding's fall from its high of 252 sessions
    vol>0.80                      rank of its 21-session volatility among those of 252 sessions

Dates may be joined by +, and a trigger may have < for >.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from microhedge.calendar import day_number
from microhedge.errors import NotCovered, ParameterError, nearest
from microhedge.tape import Floats, Tape

ALWAYS = "always"
EARNINGS = "earnings"
LOOKED_BACK = 252
"""Sessions of the high, and of the volatilities among which today's is ranked."""
SPAN = 21
"""Returns behind one volatility."""

Flags = NDArray[np.bool_]

_TRIGGER = re.compile(r"(?P<what>[a-z]+)\s*(?P<sign>[<>])\s*(?P<level>\S+)")
_NAMES = ("drawdown", "vol")
_FIRST, _LAST = date.min, date.max


@dataclass(frozen=True, slots=True)
class Trigger:
    """A causal column of the holding above or below a level; outside the condition if unknown."""

    what: Literal["drawdown", "vol"]
    above: bool
    level: float

    def __call__(self, tape: Tape, holding: str) -> Flags:
        """Return for each row whether the hedge may be held from that evening on."""
        column = tape.kernel({"drawdown": drawdown, "vol": volatility_rank}[self.what], holding)
        return column > self.level if self.above else column < self.level

    @property
    def warmup(self) -> int:
        """Returns that must lie before the first evening."""
        return LOOKED_BACK + (SPAN if self.what == "vol" else 0)


@dataclass(frozen=True, slots=True)
class Windows:
    """Spans of days, both ends included, and days with so many sessions on either side.

    `earnings` asks for so many sessions around each announced earnings date of the holding.
    """

    spans: tuple[tuple[int, int], ...]
    around: tuple[tuple[int, int], ...] = ()
    warmup: int = 0
    earnings: int | None = None

    def __call__(self, tape: Tape, holding: str) -> Flags:
        """Return for each row whether the hedge may be held from that evening on."""
        inside = np.zeros(len(tape), np.bool_)
        around = [*self.around, *self._announced(tape, holding)]
        known = [_sessions_around(tape, day, count) for day, count in around]
        for first, last in (*self.spans, *known):
            inside |= (tape.day >= first) & (tape.day <= last)
        return inside

    def _announced(self, tape: Tape, holding: str) -> list[tuple[int, int]]:
        if self.earnings is None:
            return []
        if holding not in tape.earnings:
            raise NotCovered(
                f"when {EARNINGS}~{self.earnings} needs the earnings dates of {holding}: give them "
                "with --earnings"
            )
        return [(day, self.earnings) for day in tape.earnings[holding].days]


def _sessions_around(tape: Tape, day: int, count: int) -> tuple[int, int]:
    """Return the first and last day of a span, by the exchange's rules and not by the rows."""
    far = 3 * count + 30
    before = tape.exchange.sessions(day - far, day - 1).tolist()
    after = tape.exchange.sessions(day + 1, day + far).tolist()
    return (before[-count], after[count - 1]) if count else (day, day)


Condition = Trigger | Windows


def condition(text: str) -> Condition | None:
    """Return what a word asks for, None for always; raises ParameterError with what may be said."""
    word = text.strip()
    if word == ALWAYS:
        return None
    found = _TRIGGER.fullmatch(word)
    if found is not None:
        return _trigger(found["what"], found["sign"], found["level"])
    parts = [part.strip() for part in word.split("+")]
    announced = [part for part in parts if part.partition("~")[0].strip() == EARNINGS]
    if len(announced) > 1:
        raise ParameterError(f"when {text}: {EARNINGS} stands there twice; write it once")
    return Windows(
        spans=tuple(_span(part, text) for part in parts if ".." in part),
        around=tuple(
            _around(part, text) for part in parts if ".." not in part and part not in announced
        ),
        earnings=_count(announced[0], text) if announced else None,
    )


def _trigger(what: str, sign: str, spelled: str) -> Trigger:
    if what not in _NAMES:
        raise ParameterError(
            f"when {what}: a trigger is {' or '.join(_NAMES)}" + nearest(what, _NAMES)
        )
    try:
        level = float(spelled)
    except ValueError:
        level = -1.0
    if not 0.0 <= level < 1.0:
        slip = 1.0 <= level <= 100.0
        hint = f": did you mean {what}{sign}{level / 100:g}?" if slip else ""
        raise ParameterError(f"when {what}{sign}{spelled}: the level is a fraction below 1{hint}")
    return Trigger("vol" if what == "vol" else "drawdown", sign == ">", level)


def _span(part: str, text: str) -> tuple[int, int]:
    first, _, last = part.partition("..")
    start = _date(first, text) if first.strip() else _FIRST
    end = _date(last, text) if last.strip() else _LAST
    if end < start:
        raise ParameterError(f"when {part}: the window ends before it starts")
    return day_number(start), day_number(end)


def _around(part: str, text: str) -> tuple[int, int]:
    return day_number(_date(part.partition("~")[0], text)), _count(part, text)


def _count(part: str, text: str) -> int:
    """Return the sessions behind the ~ of a part."""
    _, sign, count = part.partition("~")
    if not sign or not count.strip().isdecimal() or int(count) > LOOKED_BACK:
        raise _unread(text)
    return int(count)


def _date(spelled: str, text: str) -> date:
    try:
        return date.fromisoformat(spelled.strip())
    except ValueError:
        raise _unread(text) from None


def _unread(text: str) -> ParameterError:
    return ParameterError(
        f"when {text!r} is no condition: write 2015-01-01..2016-12-31, 2022-02-02~5, "
        "earnings~5, drawdown>0.10 or vol>0.80"
    )


def drawdown(tape: Tape, symbol: str) -> Floats:
    """Return the fall of a symbol's total return from its high of 252 sessions, as a fraction."""
    path = tape.growth(symbol)
    padded = np.concatenate((np.full(LOOKED_BACK - 1, -np.inf), path))
    high = np.lib.stride_tricks.sliding_window_view(padded, LOOKED_BACK).max(axis=1)
    found: Floats = 1.0 - path / high
    return found


def volatility_rank(tape: Tape, symbol: str) -> Floats:
    """Return which part of the last 252 volatilities of 21 returns today's is not below.

    NaN, and outside of every condition, where there are not as many.
    """
    logs = np.log1p(tape.returns(symbol)[1:])
    out = np.full(len(tape), np.nan)
    if len(logs) < LOOKED_BACK + SPAN - 1:
        return out
    spans = np.lib.stride_tricks.sliding_window_view(logs, SPAN).std(axis=1)
    behind = np.lib.stride_tricks.sliding_window_view(spans, LOOKED_BACK)
    out[LOOKED_BACK + SPAN - 1 :] = (behind <= behind[:, -1:]).mean(axis=1)
    return out
