"""What happens next?  The only thing that advances time.

`simulate` runs one hedge on one tape.  It visits only rows at which something is due: carry,
actions, fills, expiries, the evenings on which the hedge is awake, and margin breaches.  The
phases inside a session are those of `events.Phase`.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from hashlib import sha256
from typing import Any, Literal

import numpy as np

from microhedge.assembly import assemble
from microhedge.books import Books
from microhedge.carry import accrual_rows
from microhedge.chain import Listing, select
from microhedge.costs import Costs
from microhedge.declaration import Value, dashed, values
from microhedge.desk import FillRule, TradingDesk
from microhedge.errors import MicrohedgeError, RunFailed
from microhedge.events import Phase
from microhedge.hedge import Hedge, Session
from microhedge.identity import source_of
from microhedge.instruments import Option, Stock
from microhedge.ledger import Cause, Ledger
from microhedge.margin import shortfall
from microhedge.option_prices import OptionPrices
from microhedge.orders import Ticket
from microhedge.portfolio import Portfolio
from microhedge.result import Result
from microhedge.tape import Tape
from microhedge.version import __version__

Sides = list[tuple[str, float]]

COOLDOWN = 21
"""Sessions after a margin call in which nothing new is sold short."""


@dataclass(frozen=True, slots=True)
class Rules:
    """How a run is played, beside its costs.

    `returns` names the returns that statistics are made of: those of the sleeve (the holding
    and its hedge) or of the whole account.  `rest` is what the rest of the portfolio holds.
    `wait` lets that many sessions pass before the hedge's first evening: a roll phase.
    """

    fill: FillRule = "next_close"
    returns: Literal["sleeve", "account"] = "sleeve"
    sleep: bool = True
    audit: bool = False
    rest: str = "SPX"
    wait: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """All that a run needs beside its hedge; several runs may share one."""

    tape: Tape
    holding: str
    portfolio: Portfolio
    prices: OptionPrices
    costs: Costs
    rules: Rules = Rules()
    listing: Listing = select


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
    return assemble(desk, _config(hedge, setup, desk.ledger), setup.costs)


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


def _config(hedge: Hedge | None, setup: Setup, ledger: Ledger) -> dict[str, Any]:
    """Return all that decides the run beside its data, as plain JSON values.

    Models are those whose options the run held: others that share the set-up chose theirs.
    """
    name = source = parameters = None
    if hedge is not None:
        name = dashed(type(hedge))
        source = sha256(source_of(type(hedge)).encode()).hexdigest()
        parameters = {key: _plain(value) for key, value in values(hedge).items()}
    tape = setup.tape
    held = {i.underlying for i in ledger.rows().instruments if isinstance(i, Option)}
    return {
        "microhedge": __version__,
        "hedge": name,
        "source": source,
        "parameters": parameters,
        "holding": setup.holding,
        "start": str(tape.dates[tape.begin]),
        "end": str(tape.dates[-1]),
        "portfolio": asdict(setup.portfolio),
        "rest": setup.rules.rest,
        "costs": asdict(setup.costs),
        "fill": setup.rules.fill,
        "returns": setup.rules.returns,
        "wait": setup.rules.wait,
        "index_dividend": tape.index_dividend,
        "basis": dict(sorted(tape.basis.items())),
        "models": {
            name: {"name": model.name, "fitted": model.fitted, "error": model.error}
            for name, model in sorted(setup.prices.models.items())
            if name in held
        },
    }


def _plain(value: Value) -> str | int | float | bool:
    return str(value) if isinstance(value, date) else value


class _Run:
    """One run of the loop."""

    def __init__(self, hedge: Hedge | None, setup: Setup) -> None:
        tape, holding, costs = setup.tape, setup.holding, setup.costs
        portfolio, rules = setup.portfolio, setup.rules
        self._hedge, self._tape, self._rules, self._costs = hedge, tape, rules, costs
        self._last = len(tape) - 1
        self._first = tape.begin + rules.wait
        self._desk = TradingDesk(
            tape,
            holding,
            setup.prices,
            costs,
            Books(tape, costs),
            tape.begin,
            listing=setup.listing,
        )
        self._session = Session(self._desk)
        self._accruals = accrual_rows(tape)
        self._actions = sorted(row for row in tape.actions_at if row > tape.begin)
        self._over = False
        self._closing: list[bool] = tape.closing.tolist()
        self._sides: tuple[int, Sides, Sides] = (-1, [], [])
        price = float(tape.close[tape.need(holding)][tape.begin])
        shares = portfolio.shares_at(price, whole=tape.basis[holding] == "raw")
        rest = None
        if portfolio.weight < 1.0:
            worth = shares * price * (1.0 / portfolio.weight - 1.0)
            rest = rules.rest, worth / float(tape.close[tape.need(rules.rest)][tape.begin])
        self._desk.books.open(holding, shares, rest, portfolio.cash)

    @property
    def desk(self) -> TradingDesk:
        """The desk as the run has left it so far."""
        return self._desk

    def play(self, until: int) -> None:
        """Advance from the first decision to the end of a row."""
        row = self._tape.begin
        if self._first == row:
            self._decide()
        else:
            self._desk.awake, self._desk.wake_row = False, self._first
        self._close_of_day()
        while not self._over:
            row = self._next(row)
            if row > until:
                break
            self._visit(row)

    def _visit(self, row: int) -> None:
        desk = self._desk
        desk.row = row
        if self._accruals and self._accruals[0] <= row:
            self._accruals.pop(0)
            desk.books.accrue(row)
        if self._actions and self._actions[0] <= row:
            self._actions.pop(0)
            for symbol, action in self._tape.actions_at[row]:
                desk.act(symbol, action)
        if self._rules.fill == "next_open":
            desk.fill(Phase.OPEN_FILLS, "next_open")
        desk.settle()
        desk.fill(Phase.CLOSE_FILLS, self._rules.fill)
        awake = desk.awake or row >= desk.wake_row or not self._rules.sleep
        if awake and row >= self._first:
            self._decide()
        self._close_of_day()

    def _decide(self) -> None:
        """Phase 6: the hedge looks at the evening; every wake cancels its sleep."""
        desk = self._desk
        desk.awake, desk.wake_row = True, self._last + 1
        if self._hedge is None:
            desk.awake = False
            return
        try:
            self._hedge.on_session(self._session)
        except MicrohedgeError:
            raise
        except Exception as error:
            raise RunFailed(
                f"{type(self._hedge).__name__}.on_session raised on {self._session.today}: "
                f"{type(error).__name__}: {error}"
            ) from error

    def _close_of_day(self) -> None:
        """Phases 7 and 8."""
        desk = self._desk
        if self._rules.fill == "close":
            desk.fill(Phase.SAME_CLOSE_FILLS, "close")
        if not self._closing[desk.row]:
            return
        if (missing := self._shortfall(desk.row)) > 0.0:
            if self._worth() <= 0.0:
                self._ruin()
            elif desk.row >= desk.barred_until:
                self._margin_call(missing)

    def _next(self, row: int) -> int:
        """Return the next row at which something is due."""
        desk = self._desk
        if desk.orders or desk.awake or not self._rules.sleep:
            return row + 1
        due = [
            desk.wake_row,
            self._accruals[0] if self._accruals else self._last,
            self._actions[0] if self._actions else self._last,
            desk.next_expiry() or self._last,
        ]
        row_due = max(row + 1, min(*due, self._last))
        return self._first_breach(row + 1, row_due)

    # margin

    def _stocks(self) -> tuple[Sides, Sides]:
        """Return what stock is held long and short, read anew once something was posted."""
        rows, long, short = self._sides
        if rows != len(self._desk.ledger):
            long, short = self._read_stocks()
            self._sides = len(self._desk.ledger), long, short
        return long, short

    def _read_stocks(self) -> tuple[Sides, Sides]:
        long: list[tuple[str, float]] = []
        short: list[tuple[str, float]] = []
        for _, instrument, quantity in self._desk.ledger.positions():
            if isinstance(instrument, Stock):
                (long if quantity > 0 else short).append((instrument.symbol, quantity))
        return long, short

    def _shortfall(self, row: int) -> float:
        """Return by how much the margin rule is broken at a close; 0 or less where it is kept."""
        long, short = self._stocks()
        cash = self._desk.ledger.cash
        if not short and cash >= 0.0:
            return 0.0
        close = self._tape.close
        owned = sum(q * float(close[s][row]) for s, q in long)
        owed = -sum(q * float(close[s][row]) for s, q in short)
        cash += self._desk.books.accrued(row)
        return float(shortfall(owned, owed, cash, self._costs))

    def _first_breach(self, first: int, last: int) -> int:
        """Return the first row in first … last − 1 that breaks the margin rule, else `last`."""
        long, short = self._stocks()
        desk = self._desk
        if first >= last or (not short and desk.ledger.cash >= 0.0):
            return last
        close = self._tape.close
        zero = np.zeros(last - first)
        owned = sum((q * close[s][first:last] for s, q in long), zero)
        owed = -sum((q * close[s][first:last] for s, q in short), zero)
        cash = desk.ledger.cash + desk.books.accrued_path(first, last)
        late = (shortfall(owned, owed, cash, self._costs) > 0.0) & self._tape.closing[first:last]
        return first + int(late.argmax()) if late.any() else last

    def _margin_call(self, missing: float) -> None:
        """Phase 8: close the shorts at the next fill, wake the hedge, bar new shorts.

        Puts may still be bought: a floor is what such an account needs most.
        """
        desk = self._desk
        shorts = [leg for leg in desk.legs() if leg.quantity < 0]
        for leg in shorts:
            desk.submit(
                (
                    Ticket(leg.role, symbol=leg.instrument.symbol, shares=0.0)
                    if isinstance(leg.instrument, Stock)
                    else Ticket(leg.role),
                ),
                None,
            )
        what = ", ".join(leg.role for leg in shorts) or "nothing short; the debit stays"
        desk.note(
            Phase.MARGIN, "margin-call", f"maintenance margin broken: closing {what}", missing
        )
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
        desk.note(Phase.MARGIN, "ruin", f"the account was worth {worth} and was closed")
        self._over = True
