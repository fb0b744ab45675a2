"""What does the clearing house pay on open futures, and what does it make of a contract?

Every close settles a future: the change of its price since the last settlement is paid in cash,
so that an open contract is worth nothing.  A trade settles what was held at the price traded.
"""

from __future__ import annotations

from collections.abc import Iterator

from microhedge.books import Books
from microhedge.calendar import day_number
from microhedge.events import Phase
from microhedge.future_prices import price_at
from microhedge.instruments import Future, adjusts
from microhedge.ledger import Cause
from microhedge.tape import Action, Tape


class Clearing:
    """The open futures of a run, by the account of their leg, and their last settlement price."""

    __slots__ = ("_books", "_last", "_tape")

    def __init__(self, tape: Tape, books: Books) -> None:
        self._tape, self._books = tape, books
        self._last: dict[str, float] = {}

    @property
    def is_open(self) -> bool:
        """Whether a future is open, which the next close will settle."""
        return bool(self._last)

    def mark(self, row: int, phase: Phase, account: str, price: float) -> None:
        """Pay an account what its future moved since its last settlement, and remember the price.

        An account that holds none begins with the price.
        """
        future, quantity = self._held(account)
        if future is not None and account in self._last:
            gained = quantity * future.multiplier * (price - self._last[account])
            if gained != 0.0:
                self._books.post(
                    row, phase, account, Cause.VARIATION, instrument=future, cash=gained
                )
        self._last[account] = price

    def _held(self, account: str) -> tuple[Future | None, float]:
        instrument, quantity = self._books.ledger.only(account) or (None, 0.0)
        return (instrument, quantity) if isinstance(instrument, Future) else (None, 0.0)

    def closed(self, account: str) -> None:
        """Forget the settlement price of an account that holds no future any more."""
        if self._books.ledger.only(account) is None:
            self._last.pop(account, None)

    def settle(self, row: int) -> Iterator[tuple[Future, float]]:
        """Settle every open future at a close; yield those that end with it, and their price."""
        for account in list(self._last):
            future, quantity = self._held(account)
            if future is None:
                continue
            price = price_at(self._tape, future, row, "close").price
            self.mark(row, Phase.SETTLE, account, price)
            if row == self._tape.ends_at(day_number(future.expiry)):
                ended = row, Phase.SETTLE, account, Cause.EXPIRY
                self._books.post(*ended, instrument=future, quantity=-quantity)
                self.closed(account)
                yield future, price

    def pay_out(self, row: int, symbol: str, price: float) -> Iterator[Future]:
        """Settle the futures on a symbol that ended at what its share became; yield them."""
        for account in list(self._last):
            future, quantity = self._held(account)
            if future is not None and future.underlying == symbol:
                self.mark(row, Phase.ACTIONS, account, price)
                ended = row, Phase.ACTIONS, account, Cause.EXPIRY
                self._books.post(*ended, instrument=future, quantity=-quantity)
                self.closed(account)
                yield future

    def adjust(
        self, row: int, account: str, future: Future, quantity: float, action: Action
    ) -> str | None:
        """Adjust a contract for a corporate action; say what was done, or None for nothing.

        A split changes contracts, or the shares of each, and the last settlement price: their
        product stays.  A special dividend of the size that adjusts options lowers that price, so
        that it moves no money.  A regular one moves the price only where it was not expected.
        """
        if action.kind == "split":
            new, factor = future.after_split(action.value)
            self._last[account] /= action.value
            self._adjusted(row, account, (future, quantity), (new, quantity * factor))
            return f"{quantity:g} {future} became {quantity * factor:g} {new}"
        if action.kind == "dividend" or action.day > day_number(future.expiry):
            return None
        before = self._tape.close[future.underlying].item(row - 1)
        if not adjusts(action.value, before, action.day):
            return None
        self._last[account] -= action.value
        return f"the settlement price of {future} was lowered by {action.value:g} for a special"

    def _adjusted(
        self, row: int, account: str, old: tuple[Future, float], new: tuple[Future, float]
    ) -> None:
        for future, quantity in ((old[0], -old[1]), new):
            self._books.post(
                row, Phase.ACTIONS, account, Cause.ADJUST, instrument=future, quantity=quantity
            )
