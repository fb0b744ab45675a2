"""What does a corporate action make of what is held?

A split multiplies shares, a dividend is paid on them; the clearing house adjusts contracts, and a
bond pays its coupon or its face.  The end of a share is the business of `ending`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from microhedge.books import Books
from microhedge.clearing import Clearing
from microhedge.ending import Endings
from microhedge.events import Code, Entry, Phase
from microhedge.instruments import DEBT, Future, Option, Stock
from microhedge.ledger import REST, Cause
from microhedge.orders import Wanted
from microhedge.redemption import pay
from microhedge.tape import Action, Tape

Note = Callable[[Phase, Code, str], None]


@dataclass(frozen=True, slots=True)
class Adjusting:
    """Posts to the books of a run what actions make of its positions."""

    tape: Tape
    books: Books
    clearing: Clearing
    endings: Endings
    opened: dict[Option, int]
    wanted: list[Wanted]
    log: list[Entry]
    note: Note

    def act(self, row: int, symbol: str, action: Action) -> bool:
        """Apply an action to every position in the symbol; tell whether it concerns the hedge."""
        concerned = False
        for account, item, quantity in list(self.books.ledger.positions()):
            name = item.underlying if isinstance(item, (Option, Future)) else item.symbol
            if name != symbol:
                continue
            if isinstance(item, Option):
                concerned |= self._option(row, account, item, quantity, action)
            elif isinstance(item, Future):
                said = self.clearing.adjust(row, account, item, quantity, action)
                if said is not None:
                    self.note(Phase.ACTIONS, "adjusted", said)
                    concerned = True
            elif isinstance(item, DEBT):
                held = account, item, quantity
                concerned |= pay(self.books, row, held, action, self.wanted, self.log)
            else:
                concerned |= account != REST
                self._stock(row, account, item, quantity, action)
        return concerned

    def _stock(self, row: int, account: str, stock: Stock, quantity: float, action: Action) -> None:
        if action.kind == "split":
            cause, added, paid = Cause.SPLIT, quantity * (action.value - 1.0), 0.0
        else:
            cause, added, paid = Cause.DIVIDEND, 0.0, quantity * action.value
        post = self.books.post
        post(row, Phase.ACTIONS, account, cause, instrument=stock, quantity=added, cash=paid)

    def _option(
        self, row: int, account: str, option: Option, quantity: float, action: Action
    ) -> bool:
        """Replace a contract by the one that the clearing house makes of it."""
        if action.kind == "dividend":
            return False
        if action.kind == "split":
            new, factor = option.after_split(action.value)
        else:
            before = float(self.tape.close[option.underlying][row - 1])
            new, factor = option.after_special(action.value, before, action.day), 1.0
        if new == option:
            return False
        stamp = row, Phase.ACTIONS, account, Cause.ADJUST
        self.books.post(*stamp, instrument=option, quantity=-quantity)
        self.opened.setdefault(new, row)
        self.books.post(*stamp, instrument=new, quantity=quantity * factor)
        self.endings.follow(row, account, new)
        text = f"{quantity:g} {option} became {quantity * factor:g} {new}"
        self.note(Phase.ACTIONS, "adjusted", text)
        return True
