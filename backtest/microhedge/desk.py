"""Who trades for the hedge: fills orders, adjusts and settles contracts, keeps the books.

The desk owns the state of one run beside its books: the waiting orders, the premises and the log.
The engine tells it what time it is; the hedge reaches it through a `Session`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from math import isfinite
from typing import Literal

import numpy as np

from microhedge.books import Books
from microhedge.calendar import day_number
from microhedge.chain import Listing, select
from microhedge.costs import Costs
from microhedge.errors import NoContract
from microhedge.events import NEVER, Code, Entry, Phase
from microhedge.execution import Trade, option_trade, stock_trade
from microhedge.hedge import Fill, Leg
from microhedge.instruments import Option, Stock
from microhedge.ledger import HOLDING, REST, Cause, Instrument, Ledger, leg_account
from microhedge.option_prices import OptionPrices, Quote
from microhedge.orders import Order, Part, Ticket, Wanted
from microhedge.premise import Fit
from microhedge.tape import Action, Tape
from microhedge.volatility import At

FillRule = Literal["next_close", "next_open", "close"]


_Trades = list[tuple[Instrument, Trade, Quote | None]]
_Inputs = tuple[float, float | None, float | None, Literal["model", "quote", "price"]]


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
    barred_until: int = -1
    expiry: int = NEVER
    listing: Listing = select
    _filled: dict[str, list[Fill]] = field(default_factory=dict)
    _without: set[str] = field(default_factory=set)
    _opened: dict[Option, int] = field(default_factory=dict)
    _expiries: dict[int, list[str]] = field(default_factory=dict)

    @property
    def ledger(self) -> Ledger:
        """The ledger of the run."""
        return self.books.ledger

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

    def pending(self, role: str) -> Order | None:
        """Return the waiting order that touches a role."""
        return next((order for order in self.orders if role in order.roles), None)

    def submit(self, tickets: tuple[Ticket, ...], good_until: date | None) -> None:
        """Place an order for the next fill; it replaces a waiting one for the same role."""
        last = self.row + 1
        if good_until is not None:
            until = day_number(good_until)
            end = int(np.searchsorted(self.tape.day, until, side="right")) - 1
            # it still waits where only the data end: nobody knew that on the day
            last = max(last, end + int(until > self.tape.day[-1]))
        order = Order(tickets, self.row, last)
        if self.orders:
            self.orders = [o for o in self.orders if not o.roles & order.roles]
        self.orders.append(order)
        self.placed.append(order)

    def sleep(self, row: int) -> None:
        """Let the hedge sleep until a row, unless something concerns it earlier."""
        self.awake, self.wake_row = False, min(self.wake_row, row)

    # what a session brings

    def act(self, symbol: str, action: Action) -> None:
        """Apply a corporate action to every position and waiting order in the symbol."""
        concerned = False
        for account, instrument, quantity in list(self.ledger.positions()):
            if isinstance(instrument, Option):
                if instrument.underlying == symbol:
                    concerned |= self._adjust(account, instrument, quantity, action)
            elif instrument.symbol == symbol:
                concerned |= account != REST
                post = partial(self.books.post, self.row, Phase.ACTIONS, account)
                if action.kind == "split":
                    added = quantity * (action.value - 1.0)
                    post(Cause.SPLIT, instrument=instrument, quantity=added)
                else:
                    paid = quantity * action.value
                    post(Cause.DIVIDEND, instrument=instrument, cash=paid)
        if action.kind == "split":
            self.orders = [order.after_split(symbol, action.value) for order in self.orders]
        self.awake |= concerned

    def settle(self) -> None:
        """Settle what expires: sold at intrinsic less the stock's cost, the holding is kept."""
        if self.row < self.expiry:
            return
        ending = self._expiries.pop(self.row, ())
        self.expiry = min(self._expiries, default=NEVER)
        for account in ending:
            option, quantity = self.ledger.only(account) or (None, 0.0)
            if not isinstance(option, Option) or self.prices.last_row(option) != self.row:
                continue
            spot = self.prices.settlement_spot(option)
            worth = option.payoff(spot)
            # where cash is delivered no share has to be traded
            cost = 0.0
            if option.settle == "physical":
                cost = self.costs.option_settlement(worth, spot, option.deliverable)
            self.books.post(
                self.row,
                Phase.SETTLE,
                account,
                Cause.EXPIRY,
                instrument=option,
                quantity=-quantity,
                cash=quantity * worth,
                spread=abs(quantity) * cost,
            )
            paid = f"{worth / option.multiplier:.2f} a share" if worth > 0.0 else "nothing"
            self.note(Phase.SETTLE, "expired", f"{option} paid {paid}")
            self.awake = True

    def fill(self, phase: Phase, rule: FillRule) -> None:
        """Fill the orders whose turn it is; those that cannot lapse with a reason."""
        at: At = "open" if phase is Phase.OPEN_FILLS else "close"
        waiting, self.orders = self.orders, []
        for order in waiting:
            early = rule != "close" and order.placed >= self.row
            if early or (at == "open" and not all(map(self._has_open, order.tickets))):
                self.orders.append(order)
            else:
                self._fill(order, phase, at)

    def note(self, phase: Phase, code: Code, text: str, amount: float = 0.0) -> None:
        """Write a line into the run's log."""
        self.log.append(Entry(self.row, phase, code, text, amount))

    # how

    def _fill(self, order: Order, phase: Phase, at: At) -> None:
        row, wanted = self.row, self.wanted
        for ticket in order.tickets:
            # a broker's close changes what is covered, not what is wanted
            if row >= self.barred_until or ticket.symbol is None or ticket.shares != 0.0:
                held = 0.0 if ticket.contract is None else self.shares()
                wanted.append(ticket.wanted(row, self.holding, held))
        try:
            resolved = [(ticket, self._resolve(ticket, at)) for ticket in order.tickets]
        except NoContract as reason:
            if row < order.good_until:
                self.orders.append(order)
                return
            self.note(phase, "unfilled", str(reason))
            self.awake = True
            return
        for ticket, trades in resolved:
            self._execute(ticket, trades, phase)

    def _resolve(self, ticket: Ticket, at: At) -> _Trades:
        """Price what is closed and what is opened in a ticket's role, or raise NoContract."""
        if ticket.symbol is not None:
            held = self.held(ticket.role)
            if self.row < self.barred_until and abs(ticket.shares) > abs(held):
                raise NoContract(f"{ticket.role}: a margin call bars new shorts for a month")
            if ticket.shares == held:
                return []
            return [self._stock(ticket.symbol, ticket.shares - held, at)]
        trades: _Trades = []
        leg = self.leg(ticket.role)
        if leg is not None:
            trades.append(self._close(leg, at))
        if ticket.contract is not None:
            wanted = self._contracts(ticket)
            if wanted:
                trades.append(self._open(ticket, wanted, at))
        return trades

    def _contracts(self, ticket: Ticket) -> int:
        """Return the contracts that a ticket asks for: its part, within what its siblings leave.

        After a split the rungs of a ladder hold parts of another rounding; together they must
        not cover more than was asked for.
        """
        shares = self.shares()
        wanted = ticket.part.contracts(ticket.cover, shares)
        if ticket.part.of == 1:
            return wanted
        held = sum(abs(leg.quantity) for leg in self._siblings(ticket.role))
        room = Part().contracts(ticket.cover, shares) - int(held)
        return max(0, min(wanted, room))

    def _siblings(self, role: str) -> list[Leg]:
        """Return the open option legs of the other rungs of a role's ladder."""
        family = role.split("/", maxsplit=1)[0]
        return [
            leg
            for leg in self.legs()
            if isinstance(leg.instrument, Option)
            and leg.role != role
            and leg.role.split("/")[0] == family
        ]

    def _stock(self, symbol: str, quantity: float, at: At) -> tuple[Instrument, Trade, None]:
        price = (self.tape.open if at == "open" else self.tape.close)[symbol].item(self.row)
        return Stock(symbol), stock_trade(quantity, price, self.costs), None

    def _close(self, leg: Leg, at: At) -> tuple[Instrument, Trade, Quote | None]:
        if isinstance(leg.instrument, Option):
            return self._option(leg.instrument, -leg.quantity, at, self._opened[leg.instrument])
        return self._stock(leg.instrument.symbol, -leg.quantity, at)

    def _open(self, ticket: Ticket, contracts: int, at: At) -> tuple[Instrument, Trade, Quote]:
        asked = ticket.contract
        if asked is None:
            raise NoContract(f"{ticket.role}: no contract was asked for")
        self.prices.model(asked.underlying)
        price = self.tape.open if at == "open" else self.tape.close
        taken = frozenset(
            day_number(leg.instrument.expiry)
            for leg in self._siblings(ticket.role)
            if isinstance(leg.instrument, Option)
        )
        index = self.tape.basis[asked.underlying] == "price_index"
        option = self.listing(
            asked.underlying,
            asked.right,
            day=int(self.tape.day[self.row]),
            spot=float(price[asked.underlying][self.row]),
            days=asked.days,
            moneyness=asked.moneyness,
            taken=taken,
            grid="index" if index else "liquid",
            style="european" if index else "american",
            settle="cash" if index else "physical",
        )
        return self._option(option, float(contracts if ticket.long else -contracts), at, self.row)

    def _option(
        self, option: Option, quantity: float, at: At, begin: int
    ) -> tuple[Instrument, Trade, Quote]:
        quote = self.prices.quote(option, self.row, at, begin)
        if not isfinite(quote.mid):
            raise NoContract(f"{option} has no price: its volatility is not known yet")
        stress = self.prices.model(option.underlying).stress(self.row, at)
        return option, option_trade(option, quantity, quote, self.costs, stress=stress), quote

    def _execute(self, ticket: Ticket, trades: _Trades, phase: Phase) -> None:
        row, role = self.row, ticket.role
        account = leg_account(role)
        bought = False
        for instrument, trade, quote in trades:
            quantity, mid, cash, spread, commission, fee = trade
            bought |= quantity > 0.0
            if quote is not None and isinstance(instrument, Option):
                self._opened.setdefault(instrument, row)
                self._follow(account, instrument)
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
            inputs: _Inputs = mid, None, None, "price"
            if quote is not None and quote.source == "model":
                inputs = quote.spot, quote.volatility, quote.rate, "model"
            elif quote is not None:
                inputs = quote.spot, None, None, "quote"
            traded = quantity, mid, spread, commission, fee
            fill = Fill(row, int(phase), role, instrument, *traded, *inputs)
            self.trades.append(fill)
            self._filled.setdefault(role, []).append(fill)
        self.awake = True
        if bought:
            self._without.discard(role)
        elif ticket.contract is not None and ticket.cover > 0.0 and role not in self._without:
            # said once, though a hedge may ask again on every evening
            self._without.add(role)
            self.note(phase, "no-contracts", f"{role}: no whole contract fits")

    def _adjust(self, account: str, option: Option, quantity: float, action: Action) -> bool:
        """Replace a contract by the one that the clearing house makes of it."""
        if action.kind == "dividend":
            return False
        if action.kind == "split":
            new, factor = option.after_split(action.value)
        else:
            before = float(self.tape.close[option.underlying][self.row - 1])
            new, factor = option.after_special(action.value, before, action.day), 1.0
        if new == option:
            return False
        self.books.post(
            self.row, Phase.ACTIONS, account, Cause.ADJUST, instrument=option, quantity=-quantity
        )
        self._opened.setdefault(new, self.row)
        self.books.post(
            self.row,
            Phase.ACTIONS,
            account,
            Cause.ADJUST,
            instrument=new,
            quantity=quantity * factor,
        )
        self._follow(account, new)
        text = f"{quantity:g} {option} became {quantity * factor:g} {new}"
        self.note(Phase.ACTIONS, "adjusted", text)
        return True

    def _follow(self, account: str, instrument: Instrument) -> None:
        """Remember when an option settles."""
        if isinstance(instrument, Option):
            last = self.prices.last_row(instrument)
            self.expiry = min(self.expiry, last)
            accounts = self._expiries.setdefault(last, [])
            if account not in accounts:
                accounts.append(account)

    def mark(self, instrument: Instrument) -> float:
        """Return the value of one unit at this close: a share, or a contract."""
        if isinstance(instrument, Option):
            begin = self._opened[instrument]
            quote = self.prices.quote(instrument, self.row, "close", begin)
            return quote.mid * instrument.multiplier
        return self.tape.close[instrument.symbol].item(self.row)

    def _has_open(self, ticket: Ticket) -> bool:
        names = [ticket.symbol] if ticket.symbol else []
        if ticket.contract is not None:
            names.append(ticket.contract.underlying)
        leg = self.leg(ticket.role)
        if leg is not None:
            item = leg.instrument
            names.append(item.underlying if isinstance(item, Option) else item.symbol)
        return all(np.isfinite(self.tape.open[name][self.row]) for name in names)
