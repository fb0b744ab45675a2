"""What does the account own, and what accrues on it between postings?

The books pair the ledger with one accruing line per balance: cash, each short, each index
position.  `post` is the only way in, so that no balance changes without its line.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import inf

import numpy as np

from microhedge.carry import Accruals, Line
from microhedge.costs import Costs
from microhedge.errors import UsageError
from microhedge.events import Phase
from microhedge.instruments import PIECES, Debt, Stock
from microhedge.ledger import CASH, HOLDING, REST, Cause, Instrument, Ledger
from microhedge.tape import Floats, Tape


class Books:
    """The ledger of a run and what accrues beside it."""

    def __init__(self, tape: Tape, costs: Costs) -> None:
        self.ledger = Ledger()
        self._tape = tape
        self._borrow = costs.borrow / 360.0
        self._unit = Accruals.of(tape, costs)
        self._cash = Line(self._unit.credit, self._unit.debit, tape.begin)
        self._lines: dict[tuple[Cause, str, Instrument | None], Line] = {
            (Cause.INTEREST, CASH, None): self._cash
        }

    def open(
        self, holding: str, shares: float, rest: Iterable[tuple[str, float]], cash: float
    ) -> None:
        """Post the opening positions at the close of the first session, at no cost.

        Raises UsageError for a bond: it can be a leg of a hedge and nothing else.
        """
        row, phase = self._tape.begin, Phase.CLOSE_FILLS
        rest = list(rest)
        for symbol in (holding, *(name for name, _ in rest)):
            if symbol in self._tape.bonds:
                raise UsageError(f"{symbol} is a bond: it can hedge a share, and not be the one")
        self.post(row, phase, HOLDING, Cause.OPENING, instrument=Stock(holding), quantity=shares)
        for symbol, units in rest:
            stock = Stock(symbol)
            self.post(row, phase, REST, Cause.OPENING, instrument=stock, quantity=units)
        if cash != 0.0:
            self.post(row, phase, CASH, Cause.OPENING, cash=cash)

    def post(
        self,
        row: int,
        phase: Phase,
        account: str,
        cause: Cause,
        *,
        instrument: Instrument | None = None,
        quantity: float = 0.0,
        cash: float = 0.0,
        spread: float = 0.0,
        commission: float = 0.0,
        fee: float = 0.0,
    ) -> None:
        """Post to the ledger and let the balances that moved accrue from here."""
        ledger = self.ledger
        ledger.post(row, phase, account, cause, instrument, quantity, cash, spread, commission, fee)
        self._cash.change(row, ledger.cash)
        if quantity and isinstance(instrument, PIECES):
            self._accrue_on(row, account, instrument)

    def accrue(self, row: int, phase: Phase = Phase.ACCRUE) -> None:
        """Post the carry that has accrued since it was last posted."""
        due = [(key, line.take(row)) for key, line in self._lines.items()]
        for (cause, account, instrument), money in due:
            if money != 0.0:
                self.post(row, phase, account, cause, instrument=instrument, cash=money)

    def accrued(self, row: int) -> float:
        """Return the unposted carry at the close of a row."""
        return sum(line.due(row) for line in self._lines.values())

    def accrued_path(self, first: int, last: int) -> Floats:
        """Return the unposted carry at the closes of rows first … last − 1, free of postings."""
        total = np.zeros(last - first)
        for line in self._lines.values():
            total += line.due_path(first, last)
        return total

    def accrued_least(self, first: int, last: int) -> float:
        """Return a bound below what `accrued` is on rows first … last − 1, free of postings."""
        if not self._unit.rising:
            return -inf
        end, least = last - 1, 0.0
        for line in self._lines.values():
            # a debt grows all the way, a credit too
            least += line.due(end if line.quantity < 0.0 else first)
        return least

    def _accrue_on(self, row: int, account: str, stock: Stock | Debt) -> None:
        held = self.ledger.quantity(account, stock)
        if self._borrow:
            lent = (Cause.BORROW, account, stock)
            line = self._lines.get(lent)
            if line is not None:
                line.change(row, held)
            elif held < 0.0:
                unit, nothing = self._unit.shares(stock.symbol), self._tape.kernel(_zeros)
                line = self._lines[lent] = Line(nothing, unit, row, factor=self._borrow)
                line.change(row, held)
        if self._tape.basis[stock.symbol] == "price_index":
            paid = (Cause.DIVIDEND, account, stock)
            line = self._lines.get(paid)
            if line is None:
                factor, unit = self._tape.index_dividend / 365.0, self._unit.shares(stock.symbol)
                line = self._lines[paid] = Line(unit, unit, row, factor=factor)
            line.change(row, held)


def _zeros(tape: Tape) -> Floats:
    return np.zeros(len(tape))
