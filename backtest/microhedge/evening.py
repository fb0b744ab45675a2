"""What does the engine tell a session of a hedge's own trades, and who takes its orders?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple, Protocol

from microhedge.instruments import PIECES, Future
from microhedge.ledger import Instrument
from microhedge.orders import Contract, Forward, Order, Part, Ticket
from microhedge.premise import Fit
from microhedge.tape import Tape


class Leg(NamedTuple):
    """An open position of the hedge: contracts of an option or a future, or shares of a stock."""

    role: str
    instrument: Instrument
    quantity: float

    @property
    def closing(self) -> Ticket:
        """The order that closes it."""
        item = self.instrument
        if isinstance(item, PIECES):
            return Ticket(self.role, symbol=item.symbol, shares=0.0)
        if isinstance(item, Future):
            return Ticket(self.role, symbol=item.underlying, future=Forward(item.multiplier))
        return Ticket(self.role)


class Fill(NamedTuple):
    """A trade of a leg.  `mid` and `spot` are per share, costs are money paid.

    `volatility` and `rate` are the inputs of a model price; `source` is "model", which every
    future's is, "quote" for an option that a chain quotes, or "price" for
    stock and bonds.
    """

    row: int
    phase: int
    role: str
    instrument: Instrument
    quantity: float
    mid: float
    spread: float
    commission: float
    fee: float
    spot: float
    volatility: float | None
    rate: float | None
    source: Literal["model", "quote", "price"]


@dataclass(frozen=True, slots=True)
class Rung:
    """One tranche of a ladder, a role of its own.

    `days_left` counts calendar days from the next session, at which an order would fill, to
    expiry; −1 if nothing is open.  `is_new` until the rung has filled for the first time, or for
    the first time again in a new spell of a conditional hedge.
    """

    role: str
    number: int
    of: int
    days_left: int
    is_new: bool
    leg: Leg | None


def ticket_of(leg: Rung | str, contract: Contract, cover: float, *, long: bool = True) -> Ticket:
    """Return the ticket of a contract for a role, or for its part of a ladder."""
    role, part = leg, Part()
    if isinstance(leg, Rung):
        role, part = leg.role, Part(leg.number, leg.of)
    return Ticket(str(role), contract=contract, cover=cover, part=part, long=long)


class Desk(Protocol):
    """What the engine offers to a session; nothing else may place orders or tell the time."""

    tape: Tape
    row: int
    holding: str
    premises: list[Fit]

    def shares(self) -> float:
        """Shares of the holding owned now."""

    def leg(self, role: str) -> Leg | None:
        """Return the open leg of a role."""

    def held(self, role: str) -> float:
        """Return the quantity of a role's open leg; 0 without one."""

    def legs(self) -> Sequence[Leg]:
        """Return every open leg of the hedge."""

    def fills(self, role: str) -> Sequence[Fill]:
        """Return the fills of a role and of the rungs below it."""

    def pending(self, role: str) -> Order | None:
        """Return the waiting order that touches a role."""

    def mark(self, instrument: Instrument) -> float:
        """Return the value of one unit at this close: a share, or a contract."""

    def submit(self, tickets: tuple[Ticket, ...], good_until: date | None) -> None:
        """Place an order for the next fill."""

    def warn(self, topic: str, text: str) -> None:
        """Say something in the log, once a run for each topic."""

    def sleep(self, row: int) -> None:
        """Let the hedge sleep until a row, unless something concerns it earlier."""


@dataclass(slots=True)
class Standing:
    """What the engine says of a hedge on an evening: its spell, and the part it is to protect.

    `since` is the row on which the spell began in which the hedge may be held, `part` the
    fraction of the holding that lies above the weight from which on it is hedged.
    """

    since: int = -1
    part: float = 1.0
