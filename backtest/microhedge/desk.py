"""Who trades for the hedge: fills orders, adjusts and settles contracts, keeps the books.

The desk owns the state of one run beside its books: the waiting orders, the premises and the log.
The engine tells it what time it is; the hedge reaches it through a `Session`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from math import isclose
from typing import Literal

import numpy as np

from microhedge import logged
from microhedge.adjusting import Adjusting
from microhedge.books import Books
from microhedge.borrowing import Borrowing
from microhedge.calendar import day_number
from microhedge.chain import Listing, select
from microhedge.clearing import Clearing
from microhedge.costs import Costs
from microhedge.dealing import Dealer, Offer, fill_of
from microhedge.ending import USUAL, Endings, EndRules
from microhedge.errors import NoContract
from microhedge.evening import Fill, Leg
from microhedge.events import NEVER, Code, Entry, Phase
from microhedge.instruments import Future, Option
from microhedge.ledger import HOLDING, Cause, Instrument, Ledger, leg_account
from microhedge.lending import FREELY, Lending
from microhedge.option_prices import OptionPrices
from microhedge.orders import Order, Ticket, Wanted
from microhedge.premise import Fit
from microhedge.striking import Strikes
from microhedge.tape import ENDS, Action, Floats, Tape
from microhedge.volatility import At

CALLED = "margin-call"
"""Why an order of the broker's was placed."""
FillRule = Literal["next_close", "next_open", "close"]


@dataclass(slots=True)
class TradingDesk:
    """State of one run; satisfies the `Desk` that a session talks to."""

    tape: Tape
    holding: str
    prices: OptionPrices
    costs: Costs
    books: Books
    row: int
    premises: list[Fit] = field(default_factory=list)
    log: list[Entry] = field(default_factory=list)
    wanted: list[Wanted] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)
    placed: list[Order] = field(default_factory=list)
    trades: list[Fill] = field(default_factory=list)
    awake: bool = True
    wake_row: int = 0
    lulled: tuple[str, int] = ("", -1)  # what put it to sleep, and on which row
    barred_until: int = -1
    expiry: int = NEVER
    listing: Listing = select
    lending: Lending = FREELY
    _filled: dict[str, list[Fill]] = field(default_factory=dict)
    _said: set[str] = field(default_factory=set)
    _opened: dict[Option, int] = field(default_factory=dict)
    ends: EndRules = USUAL
    ledger: Ledger = field(init=False)
    _endings: Endings = field(init=False)
    _dealer: Dealer = field(init=False)
    _clearing: Clearing = field(init=False)
    _adjusting: Adjusting = field(init=False)
    _borrowing: Borrowing = field(init=False)

    def __post_init__(self) -> None:
        self.ledger = self.books.ledger
        strikes = Strikes(self, self.prices, self.costs, self.listing)
        self._dealer = Dealer(self, self.prices, self.costs, strikes, self._opened)
        self._clearing = Clearing(self.tape, self.books)
        self._endings = Endings(
            self.tape,
            self.holding,
            self.prices,
            self.costs,
            self.books,
            self._opened,
            self.ends,
            self.note,
        )
        self._adjusting = Adjusting(
            self.tape,
            self.books,
            self._clearing,
            self._endings,
            self._opened,
            self.wanted,
            self.log,
            self.note,
        )
        self._borrowing = Borrowing(self.tape, self.costs, self.lending)

    # what a session may ask

    def shares(self) -> float:
        """Shares of the holding owned now."""
        return self.ledger.held_in(HOLDING)

    def leg(self, role: str) -> Leg | None:
        """Return the open leg of a role."""
        found = self.ledger.only(leg_account(role))
        return None if found is None else Leg(role, found[0], found[1])

    def held(self, role: str) -> float:
        """Return the quantity of a role's open leg; 0 without one."""
        return self.ledger.held_in(leg_account(role))

    def legs(self) -> Sequence[Leg]:
        """Return every open leg of the hedge."""
        return [
            Leg(account[len("hedge/") :], instrument, quantity)
            for account, instrument, quantity in self.ledger.positions()
            if account.startswith("hedge/")
        ]

    def fills(self, role: str) -> Sequence[Fill]:
        """Return the fills of a role and of the rungs below it."""
        exact = self._filled.get(role)
        if exact is not None:
            return tuple(exact)
        below = [f for name, fs in self._filled.items() if name.startswith(role + "/") for f in fs]
        return tuple(sorted(below, key=lambda fill: fill.row))

    def exercised(self, role: str) -> bool:
        """Tell whether a contract of a role ended before its expiry tonight, by exercise."""
        return self._endings.early.get(leg_account(role)) == self.row

    def pending(self, role: str) -> Order | None:
        """Return the waiting order that touches a role."""
        return next((order for order in self.orders if role in order.roles), None)

    def submit(self, tickets: tuple[Ticket, ...], good_until: date | None) -> None:
        """Place an order for the next fill; it replaces a waiting one for the same role.

        What a margin call closes over several sessions is withdrawn by nobody: such an order stays.
        """
        last = self.row + 1
        if good_until is not None:
            until = day_number(good_until)
            end = int(np.searchsorted(self.tape.day, until, side="right")) - 1
            # it still waits where only the data end: nobody knew that on the day
            last = max(last, end + int(until > self.tape.day[-1]))
        order = Order(tickets, self.row, last)
        if self.orders:
            if any(
                t.why == CALLED and t.role in order.roles for o in self.orders for t in o.tickets
            ):
                return
            self.orders = [o for o in self.orders if not o.roles & order.roles]
        self.orders.append(order)
        self.placed.append(order)

    def sleep(self, row: int, by: str) -> None:
        """Let the hedge sleep until a row, unless something concerns it earlier.

        `by` names what it wrote to ask for that.
        """
        self.awake = False
        if row < self.wake_row:
            self.wake_row, self.lulled = row, (by, self.row)

    def stand_aside(self) -> None:
        """Drop what waits, close every open leg at the next fill, and want no cover from here."""
        self.orders = []
        tickets = tuple(leg.closing._replace(why="condition") for leg in self.legs())
        if tickets:
            self.submit(tickets, None)
        last = {one.role: one for one in self.wanted}
        closing = {ticket.role for ticket in tickets}
        self.wanted += [
            Wanted(self.row, one.role, one.symbol, 0.0)
            for one in last.values()
            if one.shares and one.role not in closing
        ]
        self.awake = False

    # what a session brings

    def act(self, symbol: str, action: Action) -> None:
        """Apply a corporate action to every position and waiting order in the symbol."""
        if action.kind in ENDS:
            self._pay_out(symbol, action)
            return
        self.awake |= self._adjusting.act(self.row, symbol, action)
        self.expiry = min(self.expiry, self._endings.next)
        if action.kind == "split":
            if symbol == self.holding:
                self._endings.missing *= action.value
            self.orders = [order.after_split(symbol, action.value) for order in self.orders]

    def _pay_out(self, symbol: str, action: Action) -> None:
        """Turn what is held of a share that ended into money; orders for it lapse."""
        futures = list(self._clearing.pay_out(self.row, symbol, action.value))
        held = self._endings.pay_out(self.row, symbol, action) or futures
        text = {
            (True, True): logged.BOUGHT_OUT,
            (True, False): logged.BOUGHT_OUT_UNHELD,
            (False, True): logged.DELISTED,
            (False, False): logged.DELISTED_UNHELD,
        }[action.kind == "merger", bool(held)].format(symbol=symbol, price=f"{action.value:g}")
        self.note(Phase.ACTIONS, "ended", text)
        lapsed = [order for order in self.orders if symbol in order.symbols]
        self.orders = [order for order in self.orders if symbol not in order.symbols]
        for order in lapsed:
            roles = ", ".join(sorted(order.roles))
            self.note(
                Phase.ACTIONS, "unfilled", logged.ORDER_ENDED.format(role=roles, symbol=symbol)
            )
        self.awake = True

    def assign(self, actions: Sequence[tuple[str, Action]]) -> None:
        """Assign written calls whose holders exercised before today's ex-date."""
        if self.ledger.wrote and self._endings.assign(self.row, actions):
            self._woken()
            self.expiry = min(self.expiry, self._endings.next)

    def settle(self, *, opening: bool = False) -> None:
        """Settle what expires, as `Endings` does it; a future is settled at every close."""
        if self.row < self.expiry:
            return
        if not opening and self._clearing.is_open:
            for future, price in self._clearing.settle(self.row):
                self.note(Phase.SETTLE, "expired", f"{future} ended at {price:.2f}")
                self.awake = True
        if self._endings.settle(self.row, opening=opening):
            self._woken()
        if not opening:
            self.expiry = self.row + 1 if self._clearing.is_open else self._endings.next

    def _woken(self) -> None:
        """Wake the hedge for what ended; of shares that went no cover is wanted."""
        self.awake = True
        if not self._endings.delivered:
            return
        roles = [account.removeprefix("hedge/") for account in self._endings.delivered]
        asked = {one.role: one for one in self.wanted}
        self.wanted += [Wanted(self.row, x, asked[x].symbol, 0.0) for x in roles if x in asked]
        self._endings.delivered.clear()

    def fill(self, phase: Phase, rule: FillRule) -> None:
        """Fill the orders whose turn it is; those that cannot lapse with a reason."""
        at: At = "open" if phase is Phase.OPEN_FILLS else "close"
        if self._endings.missing > 0.0 and self.ends.rebuy:
            self._buy_back(phase, rule, at)
        waiting, self.orders = self.orders, []
        for order in waiting:
            early = rule != "close" and order.placed >= self.row
            if early or (at == "open" and not all(map(self._dealer.has_open, order.tickets))):
                self.orders.append(order)
            else:
                self._fill(order, phase, at)

    def warn(self, topic: str, text: str, code: Code = "warning") -> None:
        """Say something in the log, once a run for each topic."""
        if (topic := f"about {topic}") not in self._said:
            self._said.add(topic)
            self.note(Phase.DECIDE, code, text)

    def _buy_back(self, phase: Phase, rule: FillRule, at: At) -> None:
        """Buy back what went, as an order of the evening on which it went would."""
        ends, price = self._endings, self.tape.prices(at)[self.holding].item(self.row)
        shares = ends.missing if rule == "close" else ends.ripe(self.row)
        if shares > 0.0 and np.isfinite(price):
            ends.buy_back(self.row, phase, shares, price)

    def note(self, phase: Phase, code: Code, text: str, amount: float = 0.0) -> None:
        """Write a line into the run's log."""
        self.log.append(Entry(self.row, phase, code, text, amount))

    # how

    def _fill(self, order: Order, phase: Phase, at: At) -> None:
        row, wanted = self.row, self.wanted
        for ticket in order.tickets:
            if not ticket.long:
                continue  # what is written insures nothing
            if ticket.future is not None and ticket.future.keep:
                continue  # the position was asked for before
            # a broker's close changes what is covered, not what is wanted
            if row >= self.barred_until or ticket.symbol is None or ticket.shares != 0.0:
                held = 0.0 if ticket.contract is None else self._dealer.units(ticket.contract, at)
                wanted.append(ticket.wanted(row, self.holding, held))
        try:
            if self.lending is not FREELY:
                self._borrowing.refuse(self.row, order, self.held)
            resolved = self._dealer.offers(order, at, barred=row < self.barred_until)
        except NoContract as reason:
            if row < order.good_until:
                self.orders.append(order)
                return
            self.note(phase, "unfilled", str(reason))
            self.awake = True
            return
        for ticket, trades in resolved:
            self._execute(ticket, trades, phase)
        if self.costs.stock_participation:
            self._leave(order, phase)

    def buy_in(self, symbols: Sequence[str]) -> None:
        """Buy back at this close, for the whole spread, what is short of recalled shares."""
        for leg, stock, trade in self._borrowing.bought_in(self.row, self.legs(), symbols):
            self.orders = [one for one in self.orders if leg.role not in one.roles]
            self._execute(leg.closing, [(stock, trade, None)], Phase.CLOSE_FILLS)
            shares = f"{trade.quantity:,.0f} shares"
            text = f"{stock}: {shares} were recalled and bought back"
            self.note(Phase.CLOSE_FILLS, "recalled", text, trade.quantity * trade.mid)

    def _leave(self, order: Order, phase: Phase) -> None:
        """Let wait what of an order in shares the usual volume did not take."""
        left = tuple(
            ticket
            for ticket in order.tickets
            if ticket.contract is None
            and ticket.future is None
            and not isclose(self.held(ticket.role), ticket.shares, rel_tol=1e-9, abs_tol=1e-9)
        )
        if left:
            self.orders.append(order._replace(tickets=left))
        for ticket in left:
            rest = ticket.shares - self.held(ticket.role)
            self.note(phase, "partly-filled", f"{ticket.role}: {rest:+,.0f} shares wait", rest)

    def _execute(self, ticket: Ticket, trades: list[Offer], phase: Phase) -> None:
        row, role = self.row, ticket.role
        account = leg_account(role)
        opened = False
        for instrument, trade, quote in trades:
            quantity, mid, cash, spread, commission, fee = trade
            opened |= (quantity > 0.0) == ticket.long
            # what has no quote is a share or a bond
            is_future = quote is not None and isinstance(instrument, Future)
            if quote is not None and isinstance(instrument, Option):
                self._opened.setdefault(instrument, row)
                ends = self._endings.follow(row, account, instrument)
                self.expiry = min(self.expiry, ends)
            if is_future:
                self._clearing.mark(row, phase, account, mid)
                # what trades at the open is settled at the close of the same session
                self.expiry = min(self.expiry, row + int(phase is not Phase.OPEN_FILLS))
            self.books.post(
                row,
                phase,
                account,
                Cause.TRADE,
                instrument=instrument,
                quantity=quantity,
                cash=cash,
                spread=spread,
                commission=commission,
                fee=fee,
            )
            if is_future:
                self._clearing.closed(account)
            fill = fill_of(row, phase, ticket, (instrument, trade, quote))
            self.trades.append(fill)
            self._filled.setdefault(role, []).append(fill)
        self.awake = True
        if opened:
            self._said.discard(role)
        elif ticket.opens and not self.held(role) and role not in self._said:
            # said once, though a hedge may ask again on every evening
            self._said.add(role)
            self.note(phase, "no-contracts", logged.NO_WHOLE.format(role=role))

    def mark(self, instrument: Instrument) -> float:
        """Return the value of one unit at this close: 0 for a future, whose gain was paid."""
        if isinstance(instrument, Future):
            return 0.0
        if isinstance(instrument, Option):
            begin = self._opened[instrument]
            quote = self.prices.quote(instrument, self.row, "close", begin)
            return quote.mid * instrument.multiplier
        return self.tape.close[instrument.symbol].item(self.row)

    def opened(self, option: Option) -> int:
        """Return the row from which the prices of a contract are known."""
        return self._opened[option]

    def marks(self, option: Option, first: int, last: int) -> Floats:
        """Return what one contract is worth at the closes of rows first … last − 1."""
        begin = self._opened[option]
        mids: Floats = self.prices.life(option, begin).mid[first - begin : last - begin]
        return mids * option.multiplier
