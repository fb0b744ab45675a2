"""What may a strategy see and do on an evening?

Nothing that a `Session` returns reaches beyond the close of `today`, and orders are all that it
changes.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from math import inf

from microhedge import logged
from microhedge.bond_ratio import bond_ratio, bond_ticket, check_grade
from microhedge.calendar import day_number
from microhedge.cycle import QUARTERLY, ROLL
from microhedge.errors import ParameterError
from microhedge.evening import Desk, Fill, Leg, Rung, Standing
from microhedge.future_prices import need_future
from microhedge.instruments import Future
from microhedge.orders import (
    INDEX_POINT,
    SHARES,
    Contract,
    Forward,
    Order,
    Strike,
    Ticket,
    future_role,
)
from microhedge.premise import Fit, regress
from microhedge.roll_policy import RollPolicy, completed
from microhedge.tape import Floats
from microhedge.tranches import SLEEP_UNTIL, Evening, beside, closing, ticket_for

NOTHING: Mapping[str, Contract] = {}


class Session:
    """One evening, as the strategy sees it: everything up to today's close, nothing after."""

    __slots__ = ("_desk", "_evening", "_first", "_standing")

    def __init__(self, desk: Desk, first: int = 0, standing: Standing | None = None) -> None:
        self._desk, self._first = desk, first
        self._standing = standing or Standing()
        self._evening = Evening(desk, self._standing, first)

    # what is known

    @property
    def today(self) -> date:
        """The date of this session."""
        return self._desk.tape.dates[self._desk.row]

    @property
    def bar(self) -> int:
        """Number of this bar within its session, from 0; 0 on daily bars."""
        bars = self._desk.tape.bar
        return 0 if bars is None else int(bars[self._desk.row])

    @property
    def number(self) -> int:
        """Number of this evening, or bar: 0 on the hedge's first, counting those it sleeps."""
        return self._desk.row - self._first

    @property
    def new_month(self) -> bool:
        """Whether this is the first session of a calendar month."""
        dates, row = self._desk.tape.dates, self._desk.row
        return row > 0 and dates[row].month != dates[row - 1].month

    def price(self, symbol: str) -> float:
        """Return today's close on the run's basis: as traded, index points, or adjusted."""
        tape = self._desk.tape
        return tape.close[tape.need(symbol)].item(self._desk.row)

    def history(self, symbol: str, sessions: int) -> Floats:
        """Return the last closes up to today in today's share units, oldest first (a copy)."""
        tape, row = self._desk.tape, self._desk.row
        window = self._window(sessions)
        index = tape.split_index(tape.need(symbol))
        copied: Floats = tape.close[symbol][window] * (index[window] / index[row])
        return copied

    def returns(self, symbol: str, sessions: int) -> Floats:
        """Return the last simple total returns up to today, oldest first (a copy)."""
        tape = self._desk.tape
        return tape.returns(tape.need(symbol))[self._window(sessions)].copy()

    def regress(
        self, symbol: str, *, on: tuple[str, ...] | str, sessions: int, estimator: str = "ols"
    ) -> Fit:
        """Regress a symbol's returns on others' over the last `sessions` returns.

        `estimator` names how the ratios are found (see `estimators`).
        """
        factors = (on,) if isinstance(on, str) else tuple(on)
        return regress(self._desk.tape, self._desk.row, symbol, factors, sessions, estimator)

    @property
    def shares(self) -> float:
        """Shares of the holding owned now."""
        return self._desk.shares()

    @property
    def value(self) -> float:
        """Market value of the holding at today's close."""
        desk = self._desk
        return desk.shares() * desk.tape.close[desk.holding].item(desk.row)

    def leg(self, role: str) -> Leg | None:
        """Return the open leg of a role, or None; it survives contract adjustments."""
        return self._desk.leg(role)

    def legs(self, role: str) -> tuple[Leg, ...]:
        """Return the open legs of a role and of its rungs."""
        return tuple(
            x for x in self._desk.legs() if x.role == role or x.role.startswith(role + "/")
        )

    def rungs(self, role: str, of: int) -> tuple[Rung, ...]:
        """Return the `of` tranches of a ladder: roles `role/1` … `role/of`."""
        return self._evening.rungs(role, of)

    def due(
        self,
        role: str,
        *,
        tenor: int,
        roll: RollPolicy | int,
        tranches: int = 1,
        budget: float | None = None,
        gain: float | None = None,
        sleep: bool = True,
    ) -> list[Rung]:
        """Return the tranches of a role that are empty, or due by a roll policy, and sleep.

        `roll` may be a number: calendar days before expiry.  Each rung says for how many `days` a
        contract is to be opened: `tenor` calendar days, and less for the first set, whose lives
        are staggered.  What the policy does not say of tranches, budget and gain is said here.
        The whole hedge sleeps until the next tranche is due, unless drift or gain must be looked
        at.  A strategy that looks at anything else in between says `sleep=False`.
        """
        policy = completed(roll, tranches, budget, gain)
        return self._evening.due(role, tenor, policy, sleep=sleep)

    def fills(self, role: str) -> tuple[Fill, ...]:
        """Return the fills of a role and of its rungs so far."""
        return tuple(self._desk.fills(role))

    def pending(self, role: str) -> Order | None:
        """Return the order that waits for a role, or None."""
        return self._desk.pending(role)

    def worth(self, leg: Leg) -> float:
        """Return what an open leg is worth at today's close, in money; a written one owes it.

        A future is worth nothing: what it gained was paid at every close.
        """
        return self._evening.worth(leg)

    def paid(self, leg: Leg) -> float:
        """Return what an open leg cost at the mid, in money; a written one brought it in."""
        return self._evening.paid(leg)

    # what may be done

    def put(
        self,
        strike: Strike | None = None,
        *,
        days: int,
        moneyness: float | None = None,
        delta: float | None = None,
        on: str | None = None,
    ) -> Contract:
        """Describe a put on the holding, or `on` an index, by its life from the fill and strike.

        The strike is chosen by `moneyness`, strike ÷ spot, or by `delta` (−0.25), whichever is
        given; a `Strike` says either.
        """
        found = Strike.of(strike, moneyness, delta)
        return found.contract(on or self._desk.holding, "P", days)

    def call(
        self,
        strike: Strike | None = None,
        *,
        days: int,
        moneyness: float | None = None,
        delta: float | None = None,
        zero_cost: bool = False,
    ) -> Contract:
        """Describe a call on the holding by its life from the fill and strike, as for `put`.

        With `zero_cost` it is written as high as its bid still pays for what is bought with it,
        never below `moneyness`.
        """
        found = Strike.of(strike, moneyness, delta)
        return found.contract(self._desk.holding, "C", days, zero_cost=zero_cost)

    def roll(
        self,
        leg: Rung | str,
        contract: Contract,
        *,
        cover: float = 1.0,
        budget: float | None = None,
        write: Mapping[Rung, Contract] | Mapping[str, Contract] = NOTHING,
        good_until: date | None = None,
    ) -> None:
        """Close what the role holds and buy the contract over `cover` of the shares, together.

        With a `budget` no more is bought than that part of the holding's value pays for; what is
        covered is the result.  The roles of `write` close what they hold and sell their contract
        over the same shares in the same transaction, tranche by tranche where `leg` is one.
        """
        if budget is None and isinstance(leg, Rung):
            budget = leg.budget
        if budget is not None and not 0.0 <= budget < inf:
            raise ParameterError(f"a budget of {budget}: it is a part of the holding, 0 or more")
        cover *= self._standing.part
        bought = ticket_for(leg, contract, cover)
        if budget is not None:
            bought = bought._replace(budget=budget)
        written = [
            ticket_for(beside(leg, role), each, cover, long=False) for role, each in write.items()
        ]
        self._desk.submit((bought, *written), good_until)

    def write(
        self,
        leg: Rung | str,
        contract: Contract,
        *,
        cover: float = 1.0,
        good_until: date | None = None,
    ) -> None:
        """Close what the role holds and sell the contract over `cover` of the shares, together."""
        if isinstance(leg, Rung) and leg.budget is not None:
            raise ParameterError(f"{leg.role}: a budget pays for what is bought; this is written")
        cover *= self._standing.part
        self._desk.submit((ticket_for(leg, contract, cover, long=False),), good_until)

    def close(self, *legs: Rung | str) -> None:
        """Close what the roles hold at the next fill, all of them or none."""
        self._desk.submit(tuple(map(closing, legs)), None)

    def short(self, symbol: str, *, value: float, band: float = 0.0) -> None:
        """Be short `value` of a symbol; no order while within `band` of that; 0 closes.

        The target is fixed in shares at today's close: whole ones where prices are as traded,
        fractions of an index or an adjusted series.
        """
        if not 0.0 <= value < inf:
            raise ParameterError(f"short {symbol} of {value}: a short's value is 0 or more")
        desk = self._desk
        tape = desk.tape
        value *= self._standing.part
        target = -value / tape.close[tape.need(symbol)].item(desk.row)
        if tape.basis[symbol] == "raw":
            target = float(round(target))
            if not target and value >= 0.01:  # less is what a difference leaves
                price = f"{tape.close[symbol].item(desk.row):.2f}"
                text = logged.NO_SHARE.format(symbol=symbol, value=f"{value:g}", price=price)
                desk.warn(f"short {symbol}", text, "no-shares")
        held = desk.held(symbol)
        if target == held or (target and held and abs(target - held) <= band * abs(target)):
            return
        desk.submit((Ticket(symbol, symbol=symbol, shares=target),), None)

    def future(
        self,
        symbol: str,
        *,
        value: float,
        roll: int = ROLL,
        band: float = 0.0,
        months: int = QUARTERLY,
        multiplier: float | None = None,
        fractional: bool = False,
    ) -> None:
        """Hold futures on `value` of a symbol at today's close: negative is short, 0 closes.

        Contracts are whole, the nearest number, each on 100 shares or on 5 of money an index point
        unless a `multiplier` is given; an index may be held in fractions.  No order while within
        `band` of the target, but `roll` sessions before expiry the contract is replaced by the
        next of a cycle of `months`, 3 or 1, in one transaction: ask on every evening.  The price
        is a model price, by the cost of carry.
        """
        desk = self._desk
        tape, role = desk.tape, future_role(need_future(desk.tape, symbol))
        index = tape.basis[symbol] == "price_index"
        size = multiplier or (INDEX_POINT if index else SHARES)
        asked = Forward(size, roll, months, fractional)
        asked.check(symbol, value, index=index)
        units = value * self._standing.part / tape.close[symbol].item(desk.row)
        leg, coming = desk.leg(role), int(tape.next_day[desk.row])
        held, contracts = Future(symbol, asked.expiry(coming), size), 0.0
        if leg is not None and isinstance(leg.instrument, Future):
            held, contracts = leg.instrument, leg.quantity
        ticket = asked.ticket(role, symbol, units, (held, contracts), coming, band)
        if ticket is not None:
            desk.submit((ticket,), None)

    def bond_ratio(
        self,
        symbol: str,
        *,
        sessions: int,
        ratio: str = "regression",
        leverage: float = 0.35,
        treasury: bool | None = None,
    ) -> Fit:
        """Return how many bonds, by value, hedge one of the holding (see `bond_ratio`).

        Positive ones are to be sold short; of a Treasury, that is bought, they are negative.  Where
        a bond hardly moves with the share the log says how many would be needed.  A hedge for one
        of the two only says by `treasury` which it is; the other is refused.
        """
        desk = self._desk
        if treasury is not None:
            check_grade(desk.tape, symbol, treasury=treasury)
        found = bond_ratio(desk.tape, desk.row, desk.holding, symbol, sessions, ratio, leverage)
        if found.warning:
            desk.warn(symbol, found.warning)
        return found.fit

    def bond(self, symbol: str, *, value: float, band: float = 0.0) -> None:
        """Hold bonds of `value` at today's close: negative is short, 0 closes.

        No order within `band` of that, none for a bond that was paid out or will be by the next
        session.  Bonds are whole, each of 100 of face value; an index of bonds has fractions.
        """
        desk = self._desk
        held, part = desk.held(symbol), self._standing.part
        ticket = bond_ticket(desk.tape, desk.row, symbol, value * part, held, band)
        if ticket is not None:
            desk.submit((ticket,), None)

    def expect(self, fit: Fit) -> Fit:
        """Record the relation that the hedge leans on from today; it is judged afterwards."""
        self._desk.premises.append(fit)
        return fit

    @property
    def premise(self) -> Fit | None:
        """The last relation recorded by `expect`, or None; None too when a new spell begins."""
        found = self._desk.premises[-1] if self._desk.premises else None
        # of an earlier spell it is out of date
        return None if found is None or found.row < self._standing.since else found

    def sleep_until(
        self,
        when: date | None = None,
        *,
        days_left: int | None = None,
        number: int | None = None,
    ) -> None:
        """Skip empty evenings: to a date, a `number`, or until a leg has `days_left` to expiry.

        Without an open option or future there is no sleep by `days_left`.  A fill, an order that
        lapses, an expiry, a margin call or a corporate action wakes the hedge earlier.
        """
        desk = self._desk
        if number is not None:
            desk.sleep(self._first + number, SLEEP_UNTIL)
        if when is not None:
            desk.sleep(int(desk.tape.day.searchsorted(day_number(when))), SLEEP_UNTIL)
        if days_left is not None:
            self._evening.sleep(days_left, SLEEP_UNTIL)

    def _window(self, sessions: int) -> slice:
        row = self._desk.row
        if not 0 < sessions <= row + 1:
            raise ParameterError(
                f"{sessions} sessions asked for on {self.today}, which has {row + 1}: declare the "
                "length as `Sessions`, so that it is part of the warm-up"
            )
        return slice(row - sessions + 1, row + 1)
