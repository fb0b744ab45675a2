"""When may a share not be sold short, and when does its lender want it back?

Both are off unless asked for.  A recall is drawn for every share and session by a seed, at a rate
a year of actual days; it concerns whoever is short at that close, who is bought in there for the
whole spread and finds no shares to borrow for some sessions.  A ban refuses new shorts on its days
and leaves old ones alone, as the emergency orders of 2008 did.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from math import exp
from typing import Any
from zlib import crc32

import numpy as np

from microhedge import logged
from microhedge.calendar import to_date
from microhedge.errors import ParameterError
from microhedge.tape import Tape

BLOCKED = 21
"""Sessions after a recall in which a share cannot be borrowed, where nothing else is said."""


@dataclass(frozen=True, slots=True)
class Ban:
    """Days, both ends included, on which some shares may not be sold short; none named: all."""

    first: int
    last: int
    symbols: tuple[str, ...] = ()

    def holds(self, symbol: str, day: int) -> bool:
        """Whether a share is banned on a day."""
        return self.first <= day <= self.last and (not self.symbols or symbol in self.symbols)


@dataclass(frozen=True, slots=True)
class Lending:
    """How shares are lent: `recall_rate` a year, `blocked` sessions after one, and bans."""

    recall_rate: float = 0.0
    blocked: int = BLOCKED
    bans: tuple[Ban, ...] = ()
    seed: int = 0

    def __post_init__(self) -> None:
        if not 0.0 <= self.recall_rate <= 250.0:
            raise ParameterError(f"a recall rate of {self.recall_rate:g}: 0 to 250 a year")
        if self.blocked < 0 or self.seed < 0:
            raise ParameterError("sessions blocked and the seed are 0 or more")

    @property
    def is_usual(self) -> bool:
        """Whether shares are lent to all and never recalled."""
        return self.recall_rate == 0.0 and not self.bans

    def recalls(self, tape: Tape) -> dict[int, tuple[str, ...]]:
        """Return the symbols recalled at the close of each row after the first decision."""
        found: dict[int, tuple[str, ...]] = {}
        if self.recall_rate == 0.0:
            return found
        for symbol in sorted(tape.close):
            draw = np.random.default_rng([self.seed, crc32(symbol.encode())]).random(len(tape))
            for row in range(tape.begin + 1, len(tape)):
                years = int(tape.day[row] - tape.day[row - 1]) / 365.0
                if draw[row] < 1.0 - exp(-self.recall_rate * years) and tape.closing[row]:
                    found[row] = (*found.get(row, ()), symbol)
        return found

    def refusal(self, symbol: str, day: int) -> str | None:
        """Return why a share may not be sold short on a day; None where it may."""
        for ban in self.bans:
            if ban.holds(symbol, day):
                return logged.BANNED.format(symbol=symbol, date=to_date(ban.last))
        return None

    def config(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        bans = [[str(to_date(b.first)), str(to_date(b.last)), *b.symbols] for b in self.bans]
        return asdict(self) | {"bans": bans}


FREELY = Lending()
"""Shares are lent to all, and never recalled."""
