"""Where do two runs first differ, among all that they decided, traded, booked and were worth?

Numbers are compared bit for bit, except that any NaN equals another.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from microhedge.assembly import assemble
from microhedge.calendar import to_date
from microhedge.costs import Costs
from microhedge.desk import TradingDesk
from microhedge.errors import MicrohedgeError
from microhedge.events import Phase
from microhedge.orders import Order, Ticket
from microhedge.result import Column, Table
from microhedge.tape import Days, Floats

# in the order in which they are told when several differ on one session
NOUNS = {
    "orders": "order",
    "fills": "fill",
    "premises": "premise",
    "log": "log entry",
    "ledger": "posting",
}
POSTED_AT_THE_END = frozenset({"equity", "cash", "account"})
"""Curves that change in their last bits where carry is posted rather than due."""


@dataclass(frozen=True, slots=True, eq=False)
class Trace:
    """A run, or the part of it that was played.

    `tables` have a `session` column that indexes `day`; orders are in the words of `spoken`.
    `error` is what stopped the run, at session `stopped`.
    """

    day: Days
    tables: Mapping[str, Table]
    curves: Mapping[str, Floats]
    error: MicrohedgeError | None = None
    stopped: int = -1

    def only(self, table: str) -> Trace:
        """Return the trace with one table alone."""
        return Trace(self.day, {table: self.tables[table]}, {})


@dataclass(frozen=True, slots=True)
class Reach:
    """How far two runs have to agree: to a phase of a session.

    With `at_end` one of them ends there, which posts the carry that the other still has due.
    """

    session: int
    phase: int = int(Phase.MARGIN)
    at_end: bool = False

    def holds(self, table: Table, name: str) -> NDArray[np.bool_]:
        """Mark the rows of a table that lie within reach."""
        session = table["session"]
        phase = table.get("phase", np.full(len(session), int(Phase.DECIDE)))
        within: NDArray[np.bool_] = session < self.session
        within = within | ((session == self.session) & (phase <= self.phase))
        if self.at_end and name == "ledger":
            within &= (session < self.session) | (phase != int(Phase.ACCRUE))
        return within

    def length(self, curve: str) -> int:
        """Return how many sessions of a curve lie within reach."""
        whole = self.phase >= int(Phase.MARGIN)
        return self.session + int(whole and not (self.at_end and curve in POSTED_AT_THE_END))


def trace(
    desk: TradingDesk, costs: Costs, error: MicrohedgeError | None = None, *, upto: int
) -> Trace:
    """Read the state of a run that was played to session `upto`."""
    result = assemble(desk, {}, costs)
    begin = desk.tape.begin
    tables = {name: result.tables[name] for name in NOUNS if name in result.tables}
    tables["orders"] = _orders(desk.placed, begin, upto)
    return Trace(result.day, tables, result.curves, error, desk.row - begin)


def first_difference(one: Trace, other: Trace, reach: Reach) -> str | None:
    """Say in a sentence where the other run first differs from the one, or None."""
    found = list(_table_differences(one, other, reach))
    found += _curve_differences(one, other, reach)
    if other.error is not None and (other.stopped, int(Phase.DECIDE)) <= (
        reach.session,
        reach.phase,
    ):
        found.append((other.stopped, f"the other run stopped: {other.error}"))
    if not found:
        return None
    session, text = min(found, key=lambda each: each[0])
    return f"{to_date(int(one.day[session]))}: {text}"


def spoken(order: Order) -> str:
    """Say an order in words that hold all of its numbers."""
    return " and ".join(map(_ticket, order.tickets))


def _ticket(ticket: Ticket) -> str:
    if ticket.future is not None:
        size = "as many" if ticket.future.keep else f"{ticket.shares!r} units"
        return f"{ticket.role}: {size} by {ticket.future!r}"
    if ticket.symbol is not None:
        return f"{ticket.role}: {ticket.shares!r} shares of {ticket.symbol}"
    asked = ticket.contract
    if asked is None:
        return f"{ticket.role}: close"
    right = "put" if asked.right == "P" else "call"
    free = " or as high as pays for the rest" if asked.zero_cost else ""
    purse = "" if ticket.budget is None else f" for {ticket.budget!r} of its value at most"
    return (
        f"{ticket.role}: {'buy' if ticket.long else 'sell'} a {asked.days}-day {right} on "
        f"{asked.underlying} at {asked.moneyness!r}{free} over {ticket.cover!r} of the shares"
        f"{purse}, part {ticket.part.number} of {ticket.part.of}"
    )


def _orders(placed: list[Order], begin: int, upto: int) -> Table:
    # an order that waits beyond the reach waits until its end, as far as can be compared
    return {
        "session": np.array([order.placed - begin for order in placed], np.int32),
        "order": np.array([spoken(order) for order in placed], np.str_),
        "waits until session": np.array(
            [min(order.good_until - begin, upto + 1) for order in placed], np.int32
        ),
    }


def _table_differences(one: Trace, other: Trace, reach: Reach) -> Iterator[tuple[int, str]]:
    for name, noun in NOUNS.items():
        if name not in one.tables:
            continue
        ours = _within(one.tables[name], reach.holds(one.tables[name], name))
        theirs = _within(other.tables[name], reach.holds(other.tables[name], name))
        sizes = len(ours["session"]), len(theirs["session"])
        row, column = min(sizes), ""
        for each in dict.fromkeys([*ours, *theirs]):
            found = unlike(ours.get(each), theirs.get(each), row)
            if found is not None:
                row, column = found, each
        if column:
            session = min(int(ours["session"][row]), int(theirs["session"][row]))
            was, became = (_cell(table, column, row) for table in (ours, theirs))
            yield session, f"{noun}{_role(ours, row)}: {column} was {was}, became {became}"
        elif sizes[0] != sizes[1]:
            longer = ours if sizes[0] > sizes[1] else theirs
            words = f"{noun}{_role(longer, row)} ({_row(longer, row)})"
            fate = "is missing" if longer is ours else "is there only"
            yield int(longer["session"][row]), f"{words} {fate} in the other run"


def _curve_differences(one: Trace, other: Trace, reach: Reach) -> Iterator[tuple[int, str]]:
    for name in dict.fromkeys([*one.curves, *other.curves]):
        size = reach.length(name)
        ours, theirs = (run.curves.get(name, np.zeros(len(run.day)))[:size] for run in (one, other))
        row = unlike(ours, theirs, size)
        if row is not None:
            yield row, f"{name} was {ours[row]!s}, became {theirs[row]!s}"


def _within(table: Table, rows: NDArray[np.bool_]) -> dict[str, Column]:
    return {name: column[rows] for name, column in table.items()}


def unlike(ours: Column | None, theirs: Column | None, size: int) -> int | None:
    """Return the first of `size` rows at which two columns differ; an absent one is all NaN."""
    if size == 0:
        return None
    a = np.full(size, np.nan) if ours is None else ours[:size]
    b = np.full(size, np.nan) if theirs is None else theirs[:size]
    if a.dtype.kind == "f":
        bits = np.ascontiguousarray(a).view(np.int64) != np.ascontiguousarray(b).view(np.int64)
        other = bits & ~(np.isnan(a) & np.isnan(b))
    else:
        other = np.asarray(a != b)
    return int(other.argmax()) if other.any() else None


def _role(table: Table, row: int) -> str:
    for name in ("role", "account"):
        if name in table:
            return f" for {table[name][row]}"
    return ""


def _cell(table: Table, column: str, row: int) -> Any:
    return table[column][row].item() if column in table else "absent"


def _row(table: Table, row: int) -> str:
    return ", ".join(
        f"{name} {column[row].item()!s}"
        for name, column in table.items()
        if name not in {"session", "phase", "role", "account"} and column[row].item() != 0.0
    )
