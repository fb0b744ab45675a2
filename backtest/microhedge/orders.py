"""What a hedge may ask for: orders that store intent, never a derived number.

Cover, moneyness and days are evaluated at the fill, with the spot and the shares of that moment.
A target in shares is multiplied by every split that it passes while it waits.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from microhedge.instruments import rung_contracts, whole_contracts


@dataclass(frozen=True, slots=True)
class Contract:
    """A listed option described by what is wanted of it; resolved when the order fills.

    `days` are calendar days from the fill to expiry, `moneyness` is strike ÷ spot of the fill.
    With `zero_cost` a call is struck as high as its bid still pays for what the order buys, and
    `moneyness` is the lowest that it may be.
    """

    underlying: str
    right: Literal["C", "P"]
    days: int
    moneyness: float
    zero_cost: bool = False


class Part(NamedTuple):
    """Part `number` of `of` equal parts of a position: a rung of a ladder."""

    number: int = 1
    of: int = 1

    def contracts(self, cover: float, shares: float) -> int:
        """Whole contracts of this part: the parts add up to those that fit into the cover."""
        return rung_contracts(whole_contracts(shares, cover=cover), self.number, self.of)


class Wanted(NamedTuple):
    """What a role was asked to cover from a row on, in shares of `symbol`."""

    row: int
    role: str
    symbol: str
    shares: float


class Ticket(NamedTuple):
    """One leg of an order.

    With a `contract`: close what the role holds and open the contract over `cover` of the
    holding's shares: buy it, or write it where not `long`.  A `budget` is the part of the
    holding's value that the premium of a whole position may come to.  With a `symbol`: bring the
    role to `shares` of it (negative is short).  With neither: close the role.
    """

    role: str
    contract: Contract | None = None
    cover: float = 1.0
    part: Part = Part()
    long: bool = True
    symbol: str | None = None
    shares: float = 0.0
    budget: float | None = None

    def wanted(self, row: int, holding: str, held: float) -> Wanted:
        """Return what the ticket asks to be covered from a row on, whether or not it fills.

        `held` are the shares of the holding, a part of which an option is to insure.
        """
        if self.symbol is not None:
            return Wanted(row, self.role, self.symbol, abs(self.shares))
        asked = self.cover * held / self.part.of if self.contract is not None else 0.0
        return Wanted(row, self.role, holding, asked)


class Order(NamedTuple):
    """Tickets that fill together or not at all, at the next fill after `placed`."""

    tickets: tuple[Ticket, ...]
    placed: int
    good_until: int

    @property
    def roles(self) -> frozenset[str]:
        """The roles the order touches; a later order for one of them replaces it."""
        return frozenset(ticket.role for ticket in self.tickets)

    def after_split(self, symbol: str, ratio: float) -> Order:
        """Return the order with share targets in `symbol` multiplied by a split."""
        return self._replace(
            tickets=tuple(
                t._replace(shares=t.shares * ratio) if t.symbol == symbol else t
                for t in self.tickets
            )
        )
