"""What a hedge may ask for: orders that store intent, never a derived number.

Cover, moneyness and days are evaluated at the fill, with the spot and the shares of that moment.
A target in shares is multiplied by every split that it passes while it waits.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import floor
from typing import Literal

CONTRACT = 100
"""Shares that one standard listed contract covers."""


@dataclass(frozen=True, slots=True)
class Contract:
    """A listed option described by what is wanted of it; resolved when the order fills.

    `days` are calendar days from the fill to expiry, `moneyness` is strike ÷ spot of the fill.
    """

    underlying: str
    right: Literal["C", "P"]
    days: int
    moneyness: float


@dataclass(frozen=True, slots=True)
class Part:
    """Part `number` of `of` equal parts of a position: a rung of a ladder."""

    number: int = 1
    of: int = 1

    def contracts(self, cover: float, shares: float) -> int:
        """Whole contracts of this part: the parts add up to floor(cover · shares / 100)."""
        # a hair above guards 0.3 · 1000 / 100 = 2.9999999999999996
        total = floor(cover * shares / CONTRACT + 1e-9)
        return total * self.number // self.of - total * (self.number - 1) // self.of


@dataclass(frozen=True, slots=True)
class Ticket:
    """One leg of an order.

    With a `contract`: close what the role holds and open the contract over `cover` of the
    holding's shares.  With a `symbol`: bring the role to `shares` of it (negative is short).
    With neither: close the role.
    """

    role: str
    contract: Contract | None = None
    cover: float = 1.0
    part: Part = Part()
    long: bool = True
    symbol: str | None = None
    shares: float = 0.0


@dataclass(frozen=True, slots=True)
class Order:
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
        return replace(
            self,
            tickets=tuple(
                replace(t, shares=t.shares * ratio) if t.symbol == symbol else t
                for t in self.tickets
            ),
        )
