"""What do cash, short positions and index yields earn or cost between postings?

Carry is simple between postings: Σ balance(t−1) · rate(t−1) · days / 360 for interest,
Σ shares · close(t−1) · fee · days / 360 for borrow, and with days / 365 for the yield that a
price index is assumed to pay.  Sums over a stretch of constant balance come from prefix sums.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from microhedge.costs import Costs
from microhedge.tape import Floats, Tape


def _prefix(step: Floats) -> Floats:
    out: Floats = np.concatenate(([0.0], np.cumsum(step)))
    return out


@dataclass(frozen=True, slots=True, eq=False)
class Accruals:
    """Prefix sums of one tape: what a unit of balance accrued from row 0 to row t.

    `rising` tells that no unit ever loses what it accrued: rates below minus the debit spread,
    which no market has seen, would make it so.
    """

    tape: Tape
    credit: Floats
    debit: Floats
    rising: bool

    @classmethod
    def of(cls, tape: Tape, costs: Costs) -> Accruals:
        """Return the sums, which every run on the tape at these rates shares."""
        return tape.kernel(_accruals, costs.credit_spread, costs.debit_spread)

    def shares(self, symbol: str) -> Floats:
        """Σ close(t−1) · days of a symbol, before any rate."""
        return self.tape.kernel(_share_days, symbol)


def _accruals(tape: Tape, credit_spread: float, debit_spread: float) -> Accruals:
    days = np.diff(tape.day).astype(float)
    y = tape.rate[:-1]
    paid = y + debit_spread
    return Accruals(
        tape,
        credit=_prefix(np.maximum(y - credit_spread, 0.0) * days / 360.0),
        debit=_prefix(paid * days / 360.0),
        rising=not bool((paid < 0.0).any()),
    )


def _share_days(tape: Tape, symbol: str) -> Floats:
    return _prefix(tape.close[symbol][:-1] * np.diff(tape.day).astype(float))


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
        grown = unit.item(row) - unit.item(self.row)
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
        if row != self.row:
            self.due_before = self.due(row)
            self.row = row
        self.quantity = quantity

    def take(self, row: int) -> float:
        """Return what is due and start again from nothing."""
        due = self.due(row)
        self.due_before, self.row = 0.0, row
        return due


def accrual_rows(tape: Tape) -> tuple[int, ...]:
    """Return the rows at which carry is posted: first sessions of a month, and the last row."""
    return tape.kernel(_accrual_rows)


def _accrual_rows(tape: Tape) -> tuple[int, ...]:
    first, end = tape.day[[0, -1]].astype("datetime64[D]").astype("datetime64[M]")
    months = np.arange(first, end + np.timedelta64(1, "M")).astype("datetime64[D]").astype(np.int32)
    rows = np.unique(tape.day.searchsorted(months))
    found: list[int] = rows[rows > tape.begin].tolist()
    last = len(tape) - 1
    return tuple(found) if found and found[-1] == last else (*found, last)
