"""What happens next?  The only thing that advances time.

`simulate` runs one hedge on one tape.  It visits only rows at which something is due: carry,
actions, fills, expiries, the evenings on which the hedge is awake, and margin breaches.  The
phases inside a session are those of `events.Phase`.
"""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import numpy as np

from microhedge import logged
from microhedge.assembly import assemble
from microhedge.books import Books
from microhedge.carry import accrual_rows
from microhedge.conditions import Condition, Flags, condition
from microhedge.desk import CALLED, TradingDesk
from microhedge.errors import MicrohedgeError, NotCovered, RunFailed
from microhedge.evening import Standing
from microhedge.events import NEVER, NOTHING_SHORT, Phase
from microhedge.hedge import Hedge
from microhedge.instruments import DEBT, Future, Stock
from microhedge.ledger import REST, Cause
from microhedge.result import Result
from microhedge.session import Session
from microhedge.setting import STOP, Rules, Setup, configuration
from microhedge.tape import ENDS, Tape
from microhedge.watch import MarginWatch

__all__ = ["COOLDOWN", "STOP", "Rules", "Setup", "played", "simulate"]

COOLDOWN = 21
"""Sessions after a margin call in which nothing new is sold short."""


def simulate(hedge: Hedge | None, setup: Setup) -> Result:
    """Run a hedge (or None: hold and do nothing) from `tape.begin` to the end of the tape.

    Returns the bare run; baselines and statistics are the business of `comparison`.  Raises
    RunFailed when the strategy raises, and the data errors of what it asks for.
    """
    run = _Run(hedge, setup)
    run.play(len(setup.tape) - 1)
    desk = run.desk
    if setup.rules.audit:
        desk.ledger.check()
    return assemble(desk, configuration(hedge, setup, desk.ledger), setup.costs)


def played(
    hedge: Hedge | None, setup: Setup, *, until: int
) -> tuple[TradingDesk, MicrohedgeError | None]:
    """Run a hedge to the end of row `until` and hand over the desk as it stands then.

    The error comes with it if one stopped the run before.
    """
    run = _Run(hedge, setup)
    try:
        run.play(until)
    except MicrohedgeError as error:
        return run.desk, error
    return run.desk, None


def _active(hedge: Hedge, tape: Tape) -> Flags | None:
    """Return the evenings on which the hedge may be held; None for all."""
    found = condition(hedge.when)
    if found is None:
        return None
    if tape.begin < found.warmup:
        raise NotCovered(
            f"when {hedge.when} looks back over {found.warmup} returns; "
            f"{tape.dates[tape.begin]} has {tape.begin}: choose a later start"
        )
    return tape.kernel(_flags, found, hedge.holding)


def _flags(tape: Tape, found: Condition, holding: str) -> Flags:
    return found(tape, holding)


def _turns(active: Flags | None, first: int) -> list[int]:
    """Return the rows after the first evening on which the condition changes, last one first."""
    if active is None:
        return [NEVER]
    rows: list[int] = (np.flatnonzero(active[1:] != active[:-1]) + 1).tolist()
    return [NEVER, *(row for row in reversed(rows) if row > first)]


def _remedy(error: Exception) -> str:
    """Say where a hedge that tried to keep something finds it instead."""
    if not isinstance(error, FrozenInstanceError):
        return ""
    return "; a hedge holds no state: what it did is in now.fills, now.legs and now.premise"


class _Run:
    """One run of the loop."""

    def __init__(self, hedge: Hedge | None, setup: Setup) -> None:
        tape, holding, costs = setup.tape, setup.holding, setup.costs
        portfolio, rules = setup.portfolio, setup.rules
        self._hedge, self._tape, self._rules = hedge, tape, rules
        self._first = tape.begin + rules.wait
        books = Books(tape, costs)
        self._desk = TradingDesk(
            tape,
            holding,
            setup.prices,
            costs,
            books,
            tape.begin,
            listing=setup.listing,
            lending=setup.lending,
            ends=rules.ends,
        )
        self._standing = Standing()
        self._session = Session(self._desk, self._first, self._standing)
        self._active = None if hedge is None else _active(hedge, tape)
        self._turns = _turns(self._active, self._first)
        self._excess = 0.0 if hedge is None else hedge.excess_over
        self._watch = MarginWatch(tape, books, costs, self._desk.marks)
        self._accruals = frozenset(accrual_rows(tape))
        actions = (row for row in tape.actions_at if row > tape.begin)
        self._recalls = setup.lending.recalls(tape)
        self._calendar = sorted(self._accruals.union(actions, self._recalls), reverse=True)
        self._over = False
        price = float(tape.close[tape.need(holding)][tape.begin])
        shares = portfolio.shares_at(price, whole=tape.basis[holding] == "raw")
        rest = portfolio.bought(tape, shares * price, rules.rest)
        books.open(holding, shares, rest, portfolio.cash)

    @property
    def desk(self) -> TradingDesk:
        """The desk as the run has left it so far."""
        return self._desk

    def play(self, until: int) -> None:
        """Advance from the first decision to the end of a row.

        What is done on every row is done here, and nothing else is: a hedge that is awake at
        every close costs its own work and half a microsecond.
        """
        desk, watch, rules = self._desk, self._watch, self._rules
        calendar, ledger, first = self._calendar, desk.ledger, self._first
        fill, same_close = rules.fill, rules.fill == "close"
        dense, recalls = not rules.sleep, self._recalls
        row = self._tape.begin
        due, turn = calendar[-1], self._turns[-1]
        if first == row:
            self._decide()
        else:
            desk.awake, desk.wake_row = False, first
        while True:
            if same_close and desk.orders:
                desk.fill(Phase.SAME_CLOSE_FILLS, fill)
            if row >= watch.until or ledger.posted != watch.seen:
                self._margin(row)
            if row >= until or self._over:
                return
            if desk.awake or desk.orders or dense:
                row += 1
            else:
                row = max(row + 1, min(desk.wake_row, due, desk.expiry, watch.until, turn))
                if row > until:
                    return
            desk.row = row
            if row == due:
                self._fall_due(row)
                due = calendar[-1] if calendar else NEVER
            if row >= turn:
                desk.awake = True
                self._turns.pop()
                turn = self._turns[-1]
            if desk.orders or row >= desk.expiry:
                if fill == "next_open":
                    desk.settle(opening=True)
                    desk.fill(Phase.OPEN_FILLS, fill)
                desk.settle()
                desk.fill(Phase.CLOSE_FILLS, fill)
            if recalls and row in recalls:
                desk.buy_in(recalls[row])
            if (desk.awake or row >= desk.wake_row or dense) and row >= first:
                self._decide()

    def _fall_due(self, row: int) -> None:
        """Phases 1 and 2: carry and corporate actions."""
        self._calendar.pop()
        if row in self._accruals:
            self._desk.books.accrue(row)
        actions = self._tape.actions_at.get(row)
        if actions is None:
            return
        self._desk.assign(actions)
        for symbol, action in actions:
            self._desk.act(symbol, action)
            if action.kind in ENDS and self._hedge is not None and symbol in self._hedge.symbols:
                self._finish(symbol)

    def _finish(self, symbol: str) -> None:
        """End the hedge with a share that it was about: close what is left, and decide no more."""
        desk = self._desk
        desk.stand_aside()
        self._hedge = None
        desk.note(Phase.ACTIONS, "ended", logged.ENDS_HEDGE.format(symbol=symbol))

    def _decide(self) -> None:
        """Phase 6: the hedge looks at the evening; every wake cancels its sleep."""
        desk = self._desk
        desk.awake, desk.wake_row = True, NEVER
        if self._hedge is None:
            desk.awake = False
            return
        if self._active is not None and not self._may_be_held(self._active, desk.row):
            return
        if self._excess:
            self._standing.part = self._above(self._excess)
        try:
            self._hedge.on_session(self._session)
        except MicrohedgeError:
            raise
        except Exception as error:
            raise RunFailed(
                f"{type(self._hedge).__name__}.on_session raised on {self._session.today}: "
                f"{type(error).__name__}: {error}{_remedy(error)}"
            ) from error

    def _may_be_held(self, active: Flags, row: int) -> bool:
        """Tell whether the condition holds; where it does not, close what is open and sleep."""
        standing, desk = self._standing, self._desk
        if active[row]:
            if standing.since < 0 or not active[row - 1]:
                standing.since = row
            return True
        desk.stand_aside()
        return False

    def _above(self, weight: float) -> float:
        """Return which part of the holding lies above a weight of the invested portfolio."""
        desk = self._desk
        close = self._tape.close
        held = desk.shares() * close[desk.holding].item(desk.row)
        rest = sum(
            quantity * desk.mark(instrument)
            for instrument, quantity in desk.ledger.held(REST).items()
        )
        return max(0.0, 1.0 - weight * (held + rest) / held) if held > 0.0 else 0.0

    def _margin(self, row: int) -> None:
        """Phase 8."""
        missing = self._watch.look(row)
        if missing > 0.0:
            if self._worth() <= 0.0:
                self._ruin()
            elif row >= self._desk.barred_until:
                self._margin_call(missing)

    def _margin_call(self, missing: float) -> None:
        """Phase 8: close shorts and futures at the next fill, wake the hedge, bar new shorts.

        Bonds are closed too, short or bought: those that were bought repay the loan.
        Puts may still be bought: a floor is what such an account needs most.  What is written
        with cover stays: closing it would take money and free none.
        """
        desk = self._desk
        bare = self._watch.uncovered()
        shorts = [
            leg
            for leg in desk.legs()
            if isinstance(leg.instrument, (Future, *DEBT))
            or (leg.quantity < 0 and (leg.instrument in bare or isinstance(leg.instrument, Stock)))
        ]
        for leg in shorts:
            desk.submit((leg.closing._replace(why=CALLED),), None)
        what = ", ".join(leg.role for leg in shorts) or NOTHING_SHORT
        desk.note(Phase.MARGIN, "margin-call", logged.CALLED.format(what=what), missing)
        session = self._tape.session
        desk.barred_until = int(np.searchsorted(session, session[desk.row] + COOLDOWN + 1))
        desk.awake = True

    def _worth(self) -> float:
        """Equity of the account at this close, options at their marks."""
        desk = self._desk
        total = desk.ledger.cash + desk.books.accrued(desk.row)
        for _, instrument, quantity in desk.ledger.positions():
            total += quantity * desk.mark(instrument)
        return total

    def _ruin(self) -> None:
        """Liquidate everything; equity is 0 to the end."""
        desk = self._desk
        desk.books.accrue(desk.row, Phase.MARGIN)
        for account, instrument, quantity in list(desk.ledger.positions()):
            desk.books.post(
                desk.row,
                Phase.MARGIN,
                account,
                Cause.TRADE,
                instrument=instrument,
                quantity=-quantity,
                cash=quantity * desk.mark(instrument),
            )
        owed = -desk.ledger.cash
        desk.books.post(desk.row, Phase.MARGIN, "cash", Cause.RUIN, cash=owed)
        desk.orders.clear()
        worth = f"{-owed:,.2f}".replace("-", "−")
        desk.note(Phase.MARGIN, "ruin", logged.RUINED.format(worth=worth))
        self._over = True
