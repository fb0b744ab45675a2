"""Which tranches of a position are due tonight, and by which clause of their roll policy?

A tranche is due when it is empty or when its contract meets a clause.  All that is looked at is
known at this close.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from microhedge.calendar import day_number
from microhedge.evening import Desk, Leg, Rung, Standing
from microhedge.instruments import Future, Option
from microhedge.orders import Contract, Part, Ticket
from microhedge.roll_policy import Band, RollPolicy
from microhedge.tape import Floats

YEAR = 365.0
"""Days of a year, over which a budget is spent."""
DUE = "now.due"
SLEEP_UNTIL = "now.sleep_until"
"""What a strategy writes to be put to sleep."""


@dataclass(frozen=True, slots=True)
class Evening:
    """The desk at a close, with the hedge's spell and the row of its first evening."""

    desk: Desk
    standing: Standing
    first: int

    def rungs(self, role: str, of: int) -> tuple[Rung, ...]:
        """Return the tranches of a role: roles `role/1` … `role/of`."""
        desk, found = self.desk, []
        coming = int(desk.tape.next_day[desk.row])
        for number in range(1, of + 1):
            name = f"{role}/{number}"
            leg = desk.leg(name)
            left = -1
            if leg is not None and isinstance(leg.instrument, Option):
                left = day_number(leg.instrument.expiry) - coming
            is_new = all(fill.row < self.standing.since for fill in desk.fills(name))
            found.append(Rung(name, number, of, left, is_new, leg))
        return tuple(found)

    def due(self, role: str, tenor: int, policy: RollPolicy, *, sleep: bool = True) -> list[Rung]:
        """Return the tranches that are due, each with the days, the budget and the reason.

        With `sleep` the hedge sleeps until the next is, unless something is looked at before.
        """
        of = policy.tranches or 1
        rungs = self.rungs(role, of)
        found = []
        for rung in rungs:
            why = self._why(rung, policy)
            if why:
                life = tenor - policy.before
                if rung.is_new:  # stagger the first set
                    life = life * rung.number // of
                share = None if policy.budget is None else policy.budget * life / YEAR
                found.append(replace(rung, days=policy.before + life, budget=share, why=why))
        asked = policy.watches or not (policy.budget is None or all(rung.leg for rung in rungs))
        if sleep and not asked:
            self.sleep(policy.before, DUE)
        if policy.wait is None:
            return found
        for rung in found:
            if rung.why == "monetise":
                self._sell(rung)
        return [rung for rung in found if rung.why != "monetise"]

    def sleep(self, days_left: int, by: str) -> None:
        """Sleep until an option or a future has so many days left; not without one."""
        desk = self.desk
        dated = (x.instrument for x in desk.legs())
        ends = [item.expiry for item in dated if isinstance(item, Option | Future)]
        if ends:
            row = int(desk.tape.next_day.searchsorted(day_number(min(ends)) - days_left))
            desk.sleep(row, by)

    def worth(self, leg: Leg) -> float:
        """Return what an open leg is worth at this close, in money; a written one owes it."""
        return leg.quantity * self.desk.mark(leg.instrument)

    def paid(self, leg: Leg) -> float:
        """Return what an open leg cost at the mid, in money; a written one brought it in."""
        fill = self.desk.fills(leg.role)[-1]
        if isinstance(fill.instrument, Future):
            return 0.0
        size = fill.instrument.multiplier if isinstance(fill.instrument, Option) else 1
        return fill.quantity * fill.mid * size

    def _why(self, rung: Rung, policy: RollPolicy) -> str:
        """Name the clause by which a tranche is due; nothing where it is not."""
        leg = rung.leg
        if leg is None or not isinstance(leg.instrument, Option):
            return "opening" if self._may_open(rung, policy) else ""
        if policy.gain is not None and self._gained(leg, policy.gain):
            return "monetise"
        if rung.days_left <= policy.before:
            return "days-before" if policy.before else "hold-to-expiry"
        if policy.delta is not None and _drifted(self._deltas(leg, leg.instrument), policy.delta):
            return "delta-drift"
        if policy.moneyness is not None and _drifted(
            self._moneyness(leg, leg.instrument), policy.moneyness
        ):
            return "moneyness-drift"
        return ""

    def _may_open(self, rung: Rung, policy: RollPolicy) -> bool:
        desk, over = self.desk, False
        if policy.wait is not None and not rung.is_new:
            last = desk.fills(rung.role)[-1]
            if last.why == "monetise":
                coming, until = desk.tape.next_day, int(desk.tape.day[last.row]) + policy.wait
                if coming[desk.row] < until:
                    return False
                over = bool(coming[desk.row - 1] < until)
        # the first evening of all, of a spell of the condition, or after the wait or an exercise
        if policy.budget is None or over or desk.row in (self.first, self.standing.since):
            return True
        if desk.exercised(rung.role):
            return True
        # where a budget buys nothing it is asked again once a month
        dates = desk.tape.dates
        return dates[desk.row].month != dates[desk.row - 1].month

    def _gained(self, leg: Leg, gain: float) -> bool:
        worth, paid = self.worth(leg), self.paid(leg)
        return worth >= gain * paid if leg.quantity > 0.0 else worth * gain >= paid

    def _sell(self, rung: Rung) -> None:
        """Close a tranche and what was written with it."""
        tranche = rung.role.rpartition("/")[2]
        legs = [leg for leg in self.desk.legs() if leg.role.rpartition("/")[2] == tranche]
        tickets = tuple(leg.closing._replace(why=rung.why) for leg in legs)
        self.desk.submit(tickets, None)

    def _held(self, leg: Leg, option: Option) -> list[tuple[Option, slice]]:
        """Return the closes at which a leg has been what it is now, and what it was at first.

        The two differ where a corporate action adjusted it.
        """
        bought, begun = self.desk.fills(leg.role)[-1], self.desk.opened(option)
        found = [(option, slice(max(bought.row, begun), self.desk.row + 1))]
        if isinstance(bought.instrument, Option) and bought.row < begun:
            found.insert(0, (bought.instrument, slice(bought.row, begun)))
        return found

    def _deltas(self, leg: Leg, option: Option) -> Floats:
        paths = []
        for each, rows in self._held(leg, option):
            begin = self.desk.opened(each)
            path = self.desk.prices.deltas(each, begin)
            paths.append(path[rows.start - begin : rows.stop - begin])
        found: Floats = np.abs(np.concatenate(paths))
        return found

    def _moneyness(self, leg: Leg, option: Option) -> Floats:
        close = self.desk.tape.close[option.underlying]
        found: Floats = np.concatenate(
            [
                each.strike * each.multiplier / (close[rows] * each.deliverable)
                for each, rows in self._held(leg, option)
            ]
        )
        return found


def _drifted(path: Floats, band: Band) -> bool:
    """Tell whether the last value lies outside a range in which an earlier one lay."""
    inside = (path >= band[0]) & (path <= band[1])
    return bool(inside.any() and not inside[-1] and not np.isnan(path[-1]))


def beside(leg: Rung | str, role: Rung | str) -> Rung | str:
    """Return the tranche of another role that belongs to a leg."""
    if isinstance(role, Rung) or not isinstance(leg, Rung):
        return role
    return replace(leg, role=f"{role}/{leg.number}")


def ticket_for(leg: Rung | str, contract: Contract, cover: float, *, long: bool = True) -> Ticket:
    """Return the ticket that opens a contract in a role, or in a tranche its part."""
    if not isinstance(leg, Rung):
        return Ticket(leg, contract=contract, cover=cover, long=long)
    part = Part(leg.number, leg.of)
    return Ticket(leg.role, contract=contract, cover=cover, part=part, long=long, why=leg.why)


def closing(leg: Rung | str) -> Ticket:
    """Return the ticket that closes a role or a tranche."""
    return Ticket(leg.role, why=leg.why) if isinstance(leg, Rung) else Ticket(leg)
