"""What a hedge may ask for: orders that store intent, never a derived number.

Cover, moneyness and days are evaluated at the fill, with the spot and the shares of that moment.
A target in shares is multiplied by every split that it passes while it waits.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from math import ceil, isfinite
from typing import Literal, NamedTuple

from microhedge.calendar import Day, to_date
from microhedge.cycle import QUARTERLY, ROLL, held_on
from microhedge.errors import ParameterError
from microhedge.instruments import Future, rung_contracts, whole_contracts

SHARES, INDEX_POINT = 100.0, 5.0
"""What a future gains a point: one on a share, and the small one on an index (5 dollars)."""

_LATEST_ROLL = 15
"""Sessions before expiry: with more, a contract of a monthly cycle would never be held."""
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Contract:
    """A listed option described by what is wanted of it; resolved when the order fills.

    `days` are calendar days from the fill to expiry, `moneyness` is strike ÷ spot of the fill.
    With a `delta` the strike is the one whose delta is nearest to it, whatever the moneyness.
    With `zero_cost` a call is struck as high as its bid still pays for what the order buys, and
    `moneyness` is the lowest that it may be.
    """

    underlying: str
    right: Literal["C", "P"]
    days: int
    moneyness: float = 1.0
    zero_cost: bool = False
    delta: float | None = None


class Strike(NamedTuple):
    """How a strike is chosen: by `moneyness`, strike ÷ spot of the fill, or by `delta`.

    A delta is that of one option on one unit of spot: negative for a put, positive for a call.
    """

    moneyness: float | None = None
    delta: float | None = None

    @classmethod
    def of(cls, given: object, moneyness: float | None, delta: float | None) -> Strike:
        """Return the strike that was given, else one of a moneyness or a delta."""
        if given is None:
            return cls(moneyness, delta)
        if not isinstance(given, cls):
            raise ParameterError(
                f"a strike of {given!r}: name how it is chosen, as in moneyness=0.9 or delta=-0.25"
            )
        return given

    def contract(
        self, underlying: str, right: Literal["C", "P"], days: int, *, zero_cost: bool = False
    ) -> Contract:
        """Return the wish for a contract; ParameterError for what no contract can be."""
        moneyness, delta = self
        if (moneyness is None) == (delta is None):
            said = "neither" if delta is None else f"{moneyness} and {delta}"
            raise ParameterError(f"a strike by moneyness or by delta, was {said}: give one of them")
        if days < 1:
            raise ParameterError(f"an option of {days} days: it has at least 1 to its expiry")
        if delta is not None:
            return Contract(underlying, right, days, 1.0, zero_cost, _checked(delta, right))
        if moneyness is None or not 0.0 < moneyness < 10.0:
            hint = _percent(moneyness or 0.0)
            raise ParameterError(
                f"an option at {moneyness} of the price: moneyness is a fraction such as 0.95{hint}"
            )
        return Contract(underlying, right, days, moneyness, zero_cost)


def _percent(number: float) -> str:
    return f" (did you mean {number / 100:g}?)" if 10.0 <= abs(number) < 1000.0 else ""


def _checked(delta: float, right: Literal["C", "P"]) -> float:
    """Return a delta of a right, or refuse it with the one that was meant."""
    sign, name = (-1.0, "put") if right == "P" else (1.0, "call")
    size = abs(delta) / 100.0 if 1.0 <= abs(delta) < 100.0 else abs(delta)
    if 0.0 < sign * delta < 1.0:
        return delta
    hint = f" (did you mean {sign * size:g}?)" if 0.0 < size < 1.0 else ""
    bounds = "between -1 and 0" if right == "P" else "between 0 and 1"
    raise ParameterError(f"a {name} of delta {delta:g}: its delta lies {bounds}{hint}")


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


def future_role(symbol: str) -> str:
    """Return the role of the futures on a symbol."""
    return f"{symbol} future"


class Forward(NamedTuple):
    """A future described by what is wanted of it; which contract that is follows from the day.

    It is replaced `roll` sessions before its expiry by the next of a cycle of `months`; a contract
    gains `multiplier` of money a point.  With `keep` the position stays as large as it is, and
    only its contract is replaced.
    """

    multiplier: float
    roll: int = ROLL
    months: int = QUARTERLY
    fractional: bool = False
    keep: bool = False

    def check(self, symbol: str, value: float, *, index: bool) -> None:
        """Raise ParameterError for what no contract on the symbol can be."""
        asked = f"a future on {value:g} of {symbol}"
        if not isfinite(value):
            raise ParameterError(f"{asked}: the value is a number, negative to be short")
        if not 0 <= self.roll <= _LATEST_ROLL:
            raise ParameterError(
                f"{asked} with roll {self.roll}: it is replaced 0 to {_LATEST_ROLL} sessions "
                "before its expiry"
            )
        if self.months not in (1, 3):
            raise ParameterError(f"{asked} with months {self.months}: contracts are 3 or 1 apart")
        if self.fractional and not index:
            raise ParameterError(
                f"{asked} in fractions: only an index has them; a share has whole contracts"
            )

    def expiry(self, day: Day) -> date:
        """The last trading day of the contract that is held after a day's trading."""
        return to_date(held_on(day, roll=self.roll, months=self.months))

    def contracts(self, units: float) -> float:
        """Contracts on so many units of the underlying: the nearest whole number, halves down."""
        wanted = units / self.multiplier
        if self.fractional:
            return wanted
        size = ceil(abs(wanted) - 0.5 - _ROUNDING)
        return float(size if wanted > 0.0 else -size) if size else 0.0

    def ticket(
        self,
        role: str,
        symbol: str,
        units: float,
        held: tuple[Future, float],
        day: Day,
        band: float,
    ) -> Ticket | None:
        """Return what brings a role to so many units by a fill on a day; None where it is there.

        `held` is its future with its contracts, 0 where none is open.  Within `band` of the
        target the position is left alone, but for the replacement of its contract.
        """
        future, quantity = held
        if quantity == 0.0:
            return Ticket(role, symbol=symbol, shares=units, future=self) if units else None
        now = quantity * future.multiplier
        near = units != 0.0 and abs(units - now) <= band * abs(units)
        if not near and self.contracts(units) * self.multiplier != now:
            return Ticket(role, symbol=symbol, shares=units, future=self)
        if future.expiry == self.expiry(day):
            return None
        return Ticket(role, symbol=symbol, shares=now, future=self._replace(keep=True))


class Ticket(NamedTuple):
    """One leg of an order.

    With a `contract`: close what the role holds and open the contract over `cover` of the
    holding's shares: buy it, or write it where not `long`.  A `budget` is the part of the
    holding's value that the premium of a whole position may come to.  With a `symbol`: bring the
    role to `shares` of it (negative is short), or with a `future` to as many units by contracts on
    it.  With neither: close the role.  `why` names what the order answers to.
    """

    role: str
    contract: Contract | None = None
    cover: float = 1.0
    part: Part = Part()
    long: bool = True
    symbol: str | None = None
    shares: float = 0.0
    budget: float | None = None
    future: Forward | None = None
    why: str = ""

    @property
    def opens(self) -> bool:
        """Whether it asks for contracts."""
        if self.future is not None:
            return self.shares != 0.0
        return self.contract is not None and self.cover > 0.0

    def wanted(self, row: int, holding: str, held: float) -> Wanted:
        """Return what the ticket asks to be covered from a row on, whether or not it fills.

        `held` is the holding in units of what the contract is on, a part of which is to be insured.
        """
        if self.symbol is not None:
            return Wanted(row, self.role, self.symbol, abs(self.shares))
        if self.contract is None:
            return Wanted(row, self.role, holding, 0.0)
        asked = self.cover * held / self.part.of
        return Wanted(row, self.role, self.contract.underlying, asked)


class Order(NamedTuple):
    """Tickets that fill together or not at all, at the next fill after `placed`."""

    tickets: tuple[Ticket, ...]
    placed: int
    good_until: int

    @property
    def roles(self) -> frozenset[str]:
        """The roles the order touches; a later order for one of them replaces it."""
        return frozenset(ticket.role for ticket in self.tickets)

    @property
    def symbols(self) -> frozenset[str]:
        """The symbols that the order names: those of shares, and the underlyings of contracts."""
        named = (t.symbol if t.contract is None else t.contract.underlying for t in self.tickets)
        return frozenset(symbol for symbol in named if symbol is not None)

    def after_split(self, symbol: str, ratio: float) -> Order:
        """Return the order with share targets in `symbol` multiplied by a split."""
        return self._replace(
            tickets=tuple(
                t._replace(shares=t.shares * ratio) if t.symbol == symbol else t
                for t in self.tickets
            )
        )
