"""In what order do things happen inside one session?

An instant is (session, phase, serial) and nothing else orders events, so two runs are
bit-identical.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Literal

from microhedge.language import mark

NEVER = 1 << 62
"""A row that no tape has."""
NOTHING_SHORT = mark("nothing short; the debit stays")
"""What a margin call closes where only a loan breaks the rule."""


class Phase(IntEnum):
    """The phases of a session, in their order."""

    ACCRUE = 1
    """Carry falls due: first session of a month, and the last of the run."""
    ACTIONS = 2
    """Splits and dividends with this ex-day; open contracts and orders are adjusted."""
    OPEN_FILLS = 3
    """Orders of which every leg has a genuine open."""
    SETTLE = 4
    """Expiry at the close."""
    CLOSE_FILLS = 5
    """The other orders of the evening before."""
    DECIDE = 6
    """The hedge sees data up to this close and places orders for the next session."""
    SAME_CLOSE_FILLS = 7
    """Only with fill="close": orders of this evening, as strategy indices are published."""
    MARGIN = 8
    """Maintenance margin and ruin."""


Code = Literal[
    "unfilled",
    "partly-filled",
    "recalled",
    "no-contracts",
    "no-shares",
    "margin-call",
    "adjusted",
    "expired",
    "assigned",
    "exercised",
    "bought-back",
    "ended",
    "ruin",
    "matured",
    "defaulted",
    "warning",
]


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the run's log; `amount` is money, such as the size of a margin call."""

    row: int
    phase: Phase
    code: Code
    text: str
    amount: float = 0.0
