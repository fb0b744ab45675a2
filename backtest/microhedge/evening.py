"""What does the engine tell a session of a hedge's own trades, and who takes its orders?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol

from microhedge.events import Code
from microhedge.instruments import PIECES, Future, Option
from microhedge.ledger import Instrument
from microhedge.orders import Forward, Order, Ticket
from microhedge.premise import Fit
from microhedge.tape import Tape

if TYPE_CHECKING:
    from microhedge.option_prices import OptionPrices


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
    future's and every index of bonds' is, "quote" for an option that a chain quotes, or "price" for
    stock and bonds.  `why` names what the order answered to: a clause of a roll policy, or nothing.
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
    why: str = ""


@dataclass(frozen=True, slots=True)
class Rung:
    """One tranche of a ladder, a role of its own.

    `days_left` counts calendar days from the next session, at which an order would fill, to
    expiry; −1 if nothing is open.  `is_new` until the rung has filled for the first time, or for
    the first time again in a new spell of a conditional hedge.  One that is due says `why`, for
    how many `days` a contract is to be opened, and of a `budget` the part of the holding's value
    that the premium of a whole position may come to.
    """

    role: str
    number: int
    of: int
    days_left: int
    is_new: bool
    leg: Leg | None
    days: int = 0
    budget: float | None = None
    why: str = ""


class Desk(Protocol):
    """What the engine offers to a session; nothing else may place orders or tell the time."""

    tape: Tape
    row: int
    holding: str
    premises: list[Fit]

    @property
    def prices(self) -> OptionPrices:
        """The prices of the run's options."""

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

    def exercised(self, role: str) -> bool:
        """Tell whether a contract of a role ended before its expiry tonight, by exercise."""

    def pending(self, role: str) -> Order | None:
        """Return the waiting order that touches a role."""

    def mark(self, instrument: Instrument) -> float:
        """Return the value of one unit at this close: a share, or a contract."""

    def opened(self, option: Option) -> int:
        """Return the row from which the prices of a contract are known."""

    def submit(self, tickets: tuple[Ticket, ...], good_until: date | None) -> None:
        """Place an order for the next fill."""

    def warn(self, topic: str, text: str, code: Code = "warning") -> None:
        """Say something in the log, once a run for each topic."""

    def sleep(self, row: int, by: str) -> None:
        """Let the hedge sleep until a row, unless something concerns it earlier.

        `by` names what it wrote to ask for that.
        """


@dataclass(slots=True)
class Standing:
    """What the engine says of a hedge on an evening: its spell, and the part it is to protect.

    `since` is the row on which the spell began in which the hedge may be held, `part` the
    fraction of the holding that lies above the weight from which on it is hedged.
    """

    since: int = -1
    part: float = 1.0
