"""At which close must the margin rule be looked at next?

Between postings only prices and accruals move.  A stretch on which even the least value of what
is owned and the greatest of what is owed keep the rule needs no further look; only where that
bound fails are its closes tested one by one.
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf

import numpy as np

from microhedge.books import Books
from microhedge.calendar import day_number
from microhedge.costs import Costs
from microhedge.events import NEVER
from microhedge.future_prices import price_at
from microhedge.instruments import Option, Stock
from microhedge.ledger import HOLDING
from microhedge.margin import shortfall
from microhedge.tape import Floats, Tape
from microhedge.written import Part, parts, required

AHEAD = 64
"""Rows for which the rule is proved at once, a power of two; the more, the further apart lie the
extremes that have to keep it."""


Marks = Callable[[Option, int, int], Floats]


class MarginWatch:
    """The margin rule of one run.

    `marks` gives what one contract of an option is worth at the closes of some rows.  `until` is
    the first row whose close is not known to keep the rule, and `seen` the number of postings of
    which that is true.
    """

    __slots__ = (
        "_books",
        "_close",
        "_costs",
        "_greatest",
        "_least",
        "_marks",
        "_parted",
        "_parts",
        "_tape",
        "seen",
        "until",
    )

    def __init__(self, tape: Tape, books: Books, costs: Costs, marks: Marks) -> None:
        self._tape, self._books, self._costs, self._marks = tape, books, costs, marks
        self._least: dict[str, Floats] = {}
        self._greatest: dict[str, Floats] = {}
        self._close = self._parted = -1
        self._parts: tuple[Part, ...] = ()
        self.seen, self.until = 0, NEVER

    def look(self, row: int) -> float:
        """Return by how much the rule is broken at the close of a row; 0 or less where kept."""
        ledger = self._books.ledger
        self.seen = ledger.posted
        bars = self._tape.bar is not None
        if bars:  # the rule is asked for at the closes of sessions
            if row > self._close:
                self._close = row + int(self._tape.closing[row:].argmax())
            if row != self._close:
                self.until = self._close
                return 0.0
        long, short = ledger.stocks()
        written = self._written() if ledger.wrote else ()
        riskless = not written or all(one.covered and not one.owed for one in written)
        futures = self._futures(row) if ledger.margined else 0.0
        if not (short or futures) and ledger.cash >= 0.0 and riskless:
            self.until = NEVER
            return 0.0
        last = min(row + AHEAD, len(self._tape))
        if bars or futures:
            last = row + 1  # the settlement of futures is posted at every close
        if written:
            # what ends is posted on its last day
            ends = [self._end(one.option) + 1 for one in written]
            last = min(last, *(end for end in ends if end > row))
        missing = inf if written or futures else self._most(long, short, row, last)
        self.until = last
        if missing > 0.0:
            close, books = self._tape.close, self._books
            owned = sum(q * close[s].item(row) for s, q in long)
            owed = -sum(q * close[s].item(row) for s, q in short)
            cash = ledger.cash + books.accrued(row)
            worth = bare = 0.0
            if written:
                worth, bare = (each.item(0) for each in self._owing(written, row, row + 1))
            bare += futures
            missing = shortfall(float(owned), float(owed), cash, self._costs, worth, bare)
            if missing > 0.0:
                self.until = row + 1
            else:
                self.until = self._first(long, short, written, row + 1, last)
        return missing

    def uncovered(self) -> frozenset[Option]:
        """Return the options that are written without cover now."""
        return frozenset(one.option for one in self._written() if not one.covered)

    def _futures(self, row: int) -> float:
        """Return what open futures need at the close of a row: a part of what they stand for."""
        needed, costs = 0.0, self._costs
        for future, quantity in self._books.ledger.futures():
            index = self._tape.basis[future.underlying] == "price_index"
            part = costs.margin_future if index else costs.margin_stock_future
            price = price_at(self._tape, future, row, "close").price
            needed += part * abs(quantity) * future.multiplier * price
        return needed

    def _written(self) -> tuple[Part, ...]:
        ledger = self._books.ledger
        if self._parted != ledger.posted:
            self._parted, self._parts = ledger.posted, ()
            options = ledger.options()
            if any(quantity < 0.0 for _, quantity in options):
                calls = (o.underlying for o, q in options if o.right == "C" and q < 0.0)
                symbol = next(calls, options[0][0].underlying)
                self._parts = parts(options, ledger.quantity(HOLDING, Stock(symbol)))
        return self._parts

    def _end(self, option: Option) -> int:
        """Return the row at which a contract settles."""
        return int(self._tape.day.searchsorted(day_number(option.expiry)))

    def _owing(self, written: tuple[Part, ...], first: int, last: int) -> tuple[Floats, Floats]:
        """Return what written options owe at some closes, and what those without cover need."""
        worth, bare = np.zeros(last - first), np.zeros(last - first)
        for option, contracts, covered, owed in written:
            if owed is not None:
                worth += contracts * owed
                continue
            worth += contracts * self._marks(option, first, last)
            if not covered:
                spot = self._tape.close[option.underlying][first:last]
                bare += contracts * required(option, spot, self._costs)
        return worth, bare

    def _most(
        self, long: list[tuple[str, float]], short: list[tuple[str, float]], first: int, last: int
    ) -> float:
        """Return a bound above every shortfall at the closes first … last − 1."""
        owned = owed = 0.0
        for symbol, quantity in long:
            if symbol not in self._least:
                self._least[symbol] = _ahead(self._tape.close[symbol], np.minimum)
            owned += quantity * self._least[symbol].item(first)
        for symbol, quantity in short:
            if symbol not in self._greatest:
                self._greatest[symbol] = _ahead(self._tape.close[symbol], np.maximum)
            owed -= quantity * self._greatest[symbol].item(first)
        cash = self._books.ledger.cash + self._books.accrued_least(first, last)
        return shortfall(owned, owed, cash, self._costs) if cash > -inf else inf

    def _first(
        self,
        long: list[tuple[str, float]],
        short: list[tuple[str, float]],
        written: tuple[Part, ...],
        first: int,
        last: int,
    ) -> int:
        """Return the first row in first … last − 1 that breaks the rule, else `last`."""
        if first >= last:
            return last
        close = self._tape.close
        zero = np.zeros(last - first)
        owned = sum((q * close[s][first:last] for s, q in long), zero)
        owed = -sum((q * close[s][first:last] for s, q in short), zero)
        cash = self._books.ledger.cash + self._books.accrued_path(first, last)
        owing = self._owing(written, first, last) if written else (0.0, 0.0)
        late = shortfall(owned, owed, cash, self._costs, *owing) > 0.0
        return first + int(late.argmax()) if late.any() else last


def _ahead(column: Floats, merge: Callable[[Floats, Floats], Floats]) -> Floats:
    """Return the extreme of each row and the rows after it, `AHEAD` together."""
    out = column.copy()
    step = 1
    while step < AHEAD:
        out[:-step] = merge(out[:-step], out[step:])
        step *= 2
    return out
