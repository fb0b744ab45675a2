"""What do cash, short positions and index yields earn or cost between postings?

Carry is simple between postings: Σ balance(t−1) · rate(t−1) · days / 360 for interest,
Σ shares · close(t−1) · fee · days / 360 for borrow, and with days / 365 for the yield that a
price index is assumed to pay.  Sums over a stretch of constant balance come from prefix sums.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from microhedge.costs import Costs
from microhedge.tape import Floats, Tape


def _prefix(step: Floats) -> Floats:
    out: Floats = np.concatenate(([0.0], np.cumsum(step)))
    return out


@dataclass(frozen=True, slots=True, eq=False)
class Accruals:
    """Prefix sums of one tape: what a unit of balance accrued from row 0 to row t."""

    credit: Floats
    debit: Floats
    shares: dict[str, Floats] = field(default_factory=dict)

    @classmethod
    def of(cls, tape: Tape, costs: Costs) -> Accruals:
        """Build the sums; `shares[symbol]` is Σ close(t−1) · days, before any rate."""
        days = np.diff(tape.day).astype(float)
        y = tape.rate[:-1]
        return cls(
            credit=_prefix(np.maximum(y - costs.credit_spread, 0.0) * days / 360.0),
            debit=_prefix((y + costs.debit_spread) * days / 360.0),
            shares={s: _prefix(close[:-1] * days) for s, close in tape.close.items()},
        )


class Line:
    """One balance that accrues: constant since `row`, with what earlier balances left due."""

    __slots__ = ("due_before", "factor", "quantity", "row", "when_negative", "when_positive")

    def __init__(
        self, positive: Floats, negative: Floats, row: int, *, factor: float = 1.0
    ) -> None:
        self.when_positive = positive
        self.when_negative = negative
        self.factor = factor
        self.row = row
        self.quantity = 0.0
        self.due_before = 0.0

    def due(self, row: int) -> float:
        """Return what has accrued and not been taken up to the close of a row."""
        if self.quantity == 0.0:
            return self.due_before
        unit = self.when_positive if self.quantity > 0.0 else self.when_negative
        grown = float(unit[row]) - float(unit[self.row])
        return self.due_before + self.factor * self.quantity * grown

    def due_path(self, first: int, last: int) -> Floats:
        """Return `due` for rows first … last − 1, none of which changes the balance."""
        unit = self.when_positive if self.quantity > 0.0 else self.when_negative
        path: Floats = self.due_before + self.factor * self.quantity * (
            unit[first:last] - unit[self.row]
        )
        return path

    def change(self, row: int, quantity: float) -> None:
        """Set the balance from the close of a row on."""
        self.due_before = self.due(row)
        self.row, self.quantity = row, quantity

    def take(self, row: int) -> float:
        """Return what is due and start again from nothing."""
        due = self.due(row)
        self.due_before, self.row = 0.0, row
        return due


def accrual_rows(tape: Tape) -> list[int]:
    """Return the rows at which carry is posted: first sessions of a month, and the last row."""
    months = tape.day.astype("datetime64[D]").astype("datetime64[M]").astype(int)
    rows = [int(r) + 1 for r in np.flatnonzero(np.diff(months)) if r + 1 > tape.begin]
    last = len(tape) - 1
    return rows if rows and rows[-1] == last else [*rows, last]
