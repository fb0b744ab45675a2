"""A slow, plain engine to hold the real one to: every session, one by one, no shortcuts.

It shares with the library only what has its own tests (costs, listing rules, option prices and
volatilities of a single row); the order of events, the books, carry, marks, coverage and returns
are written here a second time, in the most literal way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np

from microhedge.calendar import day_number, monthly_expiry, previous_session, to_date
from microhedge.chain import select, strike_step
from microhedge.costs import Costs
from microhedge.dividends import expected
from microhedge.ending import USUAL, EndRules
from microhedge.errors import NoContract
from microhedge.evening import Fill, Leg
from microhedge.events import Code
from microhedge.hedge import Hedge, Session
from microhedge.instruments import (
    Bond,
    BondIndex,
    Future,
    Option,
    Stock,
    Style,
    exercise_threshold,
)
from microhedge.option_prices import OptionPrices
from microhedge.orders import Order, Ticket
from microhedge.portfolio import Portfolio
from microhedge.premise import Fit
from microhedge.pricing import american, black, forward
from microhedge.tape import Tape
from microhedge.volatility import VolModel

Row = tuple[
    int, str, str, str, float, float, float
]  # row, account, instrument, cause, q, cash, costs


@dataclass
class Reference:
    """One run, session by session."""

    tape: Tape
    hedge: Hedge | None
    holding: str
    portfolio: Portfolio
    model: VolModel
    costs: Costs
    row: int = 0
    cash: float = 0.0
    book: dict[tuple[str, Any], float] = field(default_factory=dict)
    owed: dict[tuple[str, str, str], float] = field(default_factory=dict)
    ledger: list[Row] = field(default_factory=list)
    equity: list[float] = field(default_factory=list)
    sleeve: list[float] = field(default_factory=list)
    premises: list[Fit] = field(default_factory=list)
    queue: list[Order] = field(default_factory=list)
    filling: tuple[Ticket, ...] = ()
    done: dict[str, list[Fill]] = field(default_factory=dict)
    settled: dict[str, float] = field(default_factory=dict)
    ends: EndRules = USUAL
    missing: float = 0.0
    aside: list[float] = field(default_factory=lambda: [0.0, 0.0])  # shares that went, and money
    tomorrow: list[Order] = field(default_factory=list)
    over: bool = False
    bought: float = 0.0  # shares to be bought back at the next close; negative: more came
    known: dict[Option, int] = field(default_factory=dict)
    early: dict[str, int] = field(default_factory=dict)

    # the desk that a session talks to

    @cached_property
    def prices(self) -> OptionPrices:
        return OptionPrices(self.tape, lambda _: self.model)

    def opened(self, option: Option) -> int:
        """The first row since when the contract has been listed as it is."""
        return self.known[option]

    def shares(self) -> float:
        return self.book.get(("holding", Stock(self.holding)), 0.0)

    def legs(self) -> Sequence[Leg]:
        return [Leg(a[6:], i, q) for (a, i), q in self.book.items() if a.startswith("hedge/") and q]

    def leg(self, role: str) -> Leg | None:
        return next((leg for leg in self.legs() if leg.role == role), None)

    def held(self, role: str) -> float:
        leg = self.leg(role)
        return 0.0 if leg is None else leg.quantity

    def fills(self, role: str) -> Sequence[Fill]:
        return [
            f for r, fs in self.done.items() if r == role or r.startswith(role + "/") for f in fs
        ]

    def exercised(self, role: str) -> bool:
        return self.early.get("hedge/" + role) == self.row

    def pending(self, role: str) -> Order | None:
        return next((order for order in self.queue if role in order.roles), None)

    def submit(self, tickets: tuple[Ticket, ...], good_until: date | None) -> None:
        order = Order(tickets, self.row, self.row + 1)
        self.queue = [o for o in self.queue if not o.roles & order.roles] + [order]

    def sleep(self, row: int, by: str) -> None:
        """Never sleeps."""

    def warn(self, topic: str, text: str, code: Code = "warning") -> None:
        """Keeps no log."""

    # the loop

    def run(self) -> Reference:
        tape = self.tape
        self.row = tape.begin
        price = float(tape.close[self.holding][self.row])
        shares = self.portfolio.shares_at(price, whole=True)
        self.write("holding", Stock(self.holding), "opening", shares, 0.0, 0.0)
        if self.portfolio.weight < 1.0:
            worth = shares * price * (1.0 / self.portfolio.weight - 1.0)
            parts = {"SPX": 1.0} if self.portfolio.rest is None else dict(self.portfolio.rest.parts)
            for symbol, part in parts.items():
                money = part / sum(parts.values()) * worth
                units = money / float(tape.close[symbol][self.row])
                self.write("rest", Stock(symbol), "opening", units, 0.0, 0.0)
        if self.portfolio.cash:
            self.write("cash", None, "opening", 0.0, self.portfolio.cash, 0.0)
        self.decide()
        self.equity.append(self.worth())
        self.sleeve.append(0.0)
        for row in range(tape.begin + 1, len(tape)):
            self.session(row)
        return self

    def session(self, row: int) -> None:
        tape = self.tape
        before = self.sleeve_worth()
        base = self.value("holding") + sum(
            self.mark(i) * q for (a, i), q in self.book.items() if isinstance(i, Option) and q > 0
        )
        base += self.aside[1]
        bills = float(tape.rate[row - 1])
        nights = int(tape.day[row] - tape.day[row - 1])
        on_money = self.aside[1] * max(bills - self.costs.credit_spread, 0.0) * nights / 360
        opened = {(a, i) for (a, i), q in self.book.items() if q}
        moved = len(self.ledger)
        on_shorts = self.accrue(row)
        self.row = row
        for (account, item), quantity in list(self.book.items()):
            if isinstance(item, Option) and item.right == "C" and quantity < 0:
                self.assign(account, item, quantity)
        if tape.dates[row].month != tape.dates[row - 1].month or row == len(tape) - 1:
            for (account, symbol, cause), money in list(self.owed.items()):
                if money:
                    self.write(account, Stock(symbol) if symbol else None, cause, 0.0, money, 0.0)
            self.owed.clear()
        for symbol, action in tape.actions_at.get(row, []):
            if action.kind in ("merger", "delisting"):
                self.finish(symbol, action.kind, action.value)
            else:
                self.act(symbol, action.kind, action.value, action.day)
        called, self.missing = self.missing, 0.0  # by assignments of the evening before
        spare = self.room(row)
        for (account, item), quantity in list(self.book.items()):
            if not isinstance(item, Option) or not quantity:
                continue
            if day_number(item.expiry) <= tape.day[row]:
                spare = self.expire(account, item, quantity, spare)
            elif (account, item) in opened and self.exercises(item):
                spare = self.expire(account, item, quantity, spare, early=True)
        for (account, item), quantity in list(self.book.items()):
            if isinstance(item, Future) and quantity:
                price = self.future_price(item)
                gain = quantity * item.multiplier * (price - self.settled[account])
                if gain:
                    self.write(account, item, "variation", 0.0, gain, 0.0)
                self.settled[account] = price
                if day_number(item.expiry) <= tape.day[row]:
                    self.write(account, item, "expiry", -quantity, 0.0, 0.0)
        # what came tonight need not be bought, and what went tonight is bought tomorrow
        self.bought += called
        ripe = max(self.bought + min(self.missing, 0.0), 0.0)
        if self.ends.rebuy and ripe:
            self.buy(ripe)
            self.bought -= ripe
        self.bought, self.missing = self.bought + self.missing, 0.0
        waiting, self.queue = self.queue, []
        for order in waiting:
            self.fill(order)
        self.queue, self.tomorrow = [*self.queue, *self.tomorrow], []
        self.decide()
        self.put_aside(self.ledger[moved:])
        self.equity.append(self.worth())
        gain = self.sleeve_worth() - before + on_shorts + on_money
        for _, account, _, cause, _, money, cost in self.ledger[moved:]:
            if account != "rest" and cause not in ("interest", "borrow"):
                yielded = cause == "dividend" and account == "hedge/SPX"
                gain += (0.0 if yielded else money) - cost
        self.sleeve.append(gain / base if base > 0.0 else 0.0)

    def put_aside(self, rows: list[Row]) -> None:
        """Follow the money that stands where shares of the holding stood."""
        ended = ("exercise", "assignment", "merger", "delisting", "trade")
        mine = [r for r in rows if r[1] == "holding" and r[3] in ended]
        went = -sum(r[4] for r in mine)
        if went > 0.0:
            self.aside = [self.aside[0] + went, self.aside[1] + sum(r[5] for r in mine)]
        elif went < 0.0 and self.aside[0] > 0.0:
            left = max(1.0 + went / self.aside[0], 0.0)
            self.aside = [part * left for part in self.aside]

    def finish(self, symbol: str, kind: str, value: float) -> None:
        """Turn all that is held of a symbol into money; its hedge ends."""
        for (account, item), quantity in list(self.book.items()):
            if not quantity:
                continue
            if isinstance(item, Future) and item.underlying == symbol:
                gain = quantity * item.multiplier * (value - self.settled[account])
                if gain:
                    self.write(account, item, "variation", 0.0, gain, 0.0)
                self.write(account, item, "expiry", -quantity, 0.0, 0.0)
            elif isinstance(item, Option) and item.underlying == symbol:
                self.write(account, item, kind, -quantity, quantity * item.payoff(value), 0.0)
            elif isinstance(item, Stock) and item.symbol == symbol:
                self.write(account, item, kind, -quantity, quantity * value, 0.0)
        if symbol == self.holding:
            self.missing = self.bought = 0.0
        self.queue = [order for order in self.queue if symbol not in order.symbols]
        if self.hedge is not None and symbol in self.hedge.symbols and not self.over:
            self.over, self.queue = True, []
            tickets = tuple(leg.closing for leg in self.legs())
            if tickets:
                self.tomorrow.append(Order(tickets, self.row, self.row + 1))

    def buy(self, shares: float) -> None:
        """Buy back shares that went."""
        price = float(self.tape.close[self.holding][self.row])
        cost = shares * self.costs.stock_half_spread(price) + self.costs.stock_commission(shares)
        self.write("holding", Stock(self.holding), "trade", shares, -shares * price, cost)

    def room(self, row: int) -> float:
        """Shares that can be delivered tonight: those held, and those that come."""
        there = self.shares()
        for (_, item), quantity in self.book.items():
            ends = isinstance(item, Option) and quantity
            if not ends or day_number(item.expiry) > self.tape.day[row]:
                ends = ends and self.exercises(item)
            if ends and self.moves(item, self.spot(item)) and quantity * item.sign > 0:
                there += abs(quantity) * item.deliverable
        return there

    def exercises(self, option: Option) -> bool:
        """Tell whether a put's owner exercises tonight, for he loses less than a cent."""
        close = float(self.tape.close[option.underlying][self.row])
        worth = option.payoff(close)
        return bool(
            self.ends.early
            and option.right == "P"
            and worth > 0.0
            and (self.mark(option) - worth) / option.multiplier < 0.01
            and self.tape.rate[self.row] > 0.0
        )

    def moves(self, option: Option, spot: float, *, least: float | None = None) -> bool:
        """Tell whether an option that ends delivers."""
        least = exercise_threshold(option.expiry) if least is None else least
        worth = option.payoff(spot) / option.multiplier
        mine = option.underlying == self.holding and option.settle == "physical"
        return self.ends.deliver and mine and worth >= least - 1e-9

    def accrue(self, row: int) -> float:
        """Let one night pass; return what the sleeve gained by it beside prices."""
        tape, costs = self.tape, self.costs
        days = int(tape.day[row] - tape.day[row - 1])
        y = float(tape.rate[row - 1])
        credit = max(y - costs.credit_spread, 0.0)
        rate = credit if self.cash > 0 else y + costs.debit_spread
        self.owe("cash", "", "interest", self.cash * rate * days / 360)
        gained = 0.0
        for (account, item), quantity in self.book.items():
            if not isinstance(item, Stock | Bond | BondIndex) or not quantity:
                continue
            worth = quantity * float(tape.close[item.symbol][row - 1])
            leg = account.startswith("hedge/")
            if quantity < 0:
                fee = worth * costs.borrow * days / 360
                self.owe(account, item.symbol, "borrow", fee)
                gained += fee - worth * credit * days / 360
            elif isinstance(item, Bond | BondIndex):
                # the money for it is taken as borrowed
                gained -= worth * (y + costs.debit_spread) * days / 360
            if tape.basis[item.symbol] == "price_index":
                paid = worth * tape.index_dividend * days / 365
                self.owe(account, item.symbol, "dividend", paid)
                gained += paid if leg else 0.0
        return gained

    def owe(self, account: str, symbol: str, cause: str, money: float) -> None:
        key = (account, symbol, cause)
        self.owed[key] = self.owed.get(key, 0.0) + money

    def act(self, symbol: str, kind: str, value: float, day: int) -> None:
        if kind == "split":  # an order that waits was for shares of before
            for k, order in enumerate(self.queue):
                tickets = tuple(
                    t._replace(shares=t.shares * value) if t.symbol == symbol else t
                    for t in order.tickets
                )
                self.queue[k] = Order(tickets, order.placed, order.good_until)
        if kind == "split" and symbol == self.holding:
            self.missing, self.bought = self.missing * value, self.bought * value
            self.aside[0] *= value
        for (account, item), quantity in list(self.book.items()):
            if isinstance(item, Bond) and item.symbol == symbol and quantity:
                if kind == "coupon":
                    self.write(account, item, "coupon", 0.0, quantity * value, 0.0)
                else:
                    cause = "default" if kind == "default" else "expiry"
                    self.write(account, item, cause, -quantity, quantity * value, 0.0)
            elif isinstance(item, Stock) and item.symbol == symbol and quantity:
                if kind == "split":
                    self.write(account, item, "split", quantity * value - quantity, 0.0, 0.0)
                else:
                    self.write(account, item, "dividend", 0.0, quantity * value, 0.0)
            elif isinstance(item, Future) and item.underlying == symbol and quantity:
                if kind == "split":
                    # a whole split makes more contracts, another one larger contracts
                    more = value if value == round(value) else 1.0
                    larger = replace(item, multiplier=item.multiplier * value / more)
                    self.write(account, item, "adjust", -quantity, 0.0, 0.0)
                    self.write(account, larger, "adjust", quantity * more, 0.0, 0.0)
                    self.settled[account] /= value
                elif kind == "special":
                    # as options are adjusted: 12.5 cents since 2009, a tenth of the price before
                    close = float(self.tape.close[symbol][self.row - 1])
                    if value >= 0.125 if day >= 14276 else value > close / 10:
                        self.settled[account] -= value
            elif isinstance(item, Option) and item.underlying == symbol and quantity:
                factor, new = 1.0, item
                if kind == "split":
                    new, factor = item.after_split(value)
                elif kind == "special":
                    close = float(self.tape.close[symbol][self.row - 1])
                    new = item.after_special(value, close, day)
                if new != item:
                    self.write(account, item, "adjust", -quantity, 0.0, 0.0)
                    self.write(account, new, "adjust", quantity * factor, 0.0, 0.0)
                    self.known.setdefault(new, self.row)

    def assign(self, account: str, option: Option, quantity: float) -> None:
        """Exercise of a written call on the evening before, when its dividend beats its time."""
        close = float(self.tape.close[option.underlying][self.row - 1])
        dividend, ratio = 0.0, 1.0
        for symbol, action in self.tape.actions_at.get(self.row, []):
            if symbol != option.underlying or action.kind in ("merger", "delisting"):
                continue
            if action.kind == "split":
                ratio *= action.value
                continue
            special = action.kind == "special"
            after = option.after_special(action.value, close / ratio, action.day)
            if not special or after == option:
                dividend += action.value * ratio
        worth = option.payoff(close)
        self.row -= 1
        left = self.mark(option) - worth
        self.row += 1
        if worth > 0.0 and dividend > 0.0 and left < dividend * option.deliverable:
            self.end(account, option, quantity, close, "assignment", self.shares())

    def spot(self, option: Option) -> float:
        """The price that settles a contract that ends tonight."""
        if day_number(option.expiry) < self.tape.day[self.row]:
            # a halt went over the expiry: the last close before it, in the shares of today
            spot = float(self.tape.close[option.underlying][self.row - 1])
            for symbol, action in self.tape.actions_at.get(self.row, []):
                if symbol == option.underlying and action.kind == "split":
                    spot /= action.value
            return spot
        return float(self.tape.close[option.underlying][self.row])

    def expire(
        self, account: str, option: Option, quantity: float, spare: float, *, early: bool = False
    ) -> float:
        cause = ("exercise" if quantity > 0 else "assignment") if early else "expiry"
        return self.end(account, option, quantity, self.spot(option), cause, spare)

    def end(
        self, account: str, option: Option, quantity: float, spot: float, cause: str, spare: float
    ) -> float:
        """Close a contract in money, or in shares as far as there are some."""
        worth, count = option.payoff(spot), abs(quantity)
        cost = self.costs.stock_half_spread(spot) * option.deliverable
        if quantity > 0 or worth == 0.0:
            cost = min(cost, worth)
        if option.settle == "cash":
            cost = 0.0
        if cause != "expiry":
            self.early[account] = self.row
        least = None if cause == "expiry" else min(exercise_threshold(option.expiry), 0.01)
        moved = 0.0
        if self.moves(option, spot, least=least):
            moved = count
            if quantity * option.sign < 0:
                moved = min(count, max(int(spare / option.deliverable + 1e-9), 0))
                spare -= moved * option.deliverable
        if moved:
            cause = "exercise" if quantity > 0 else "assignment"
        paid = quantity * worth
        self.write(account, option, cause, -quantity, paid, (count - moved) * cost)
        if moved:
            shares = moved * option.deliverable * (1 if quantity * option.sign > 0 else -1)
            self.write("holding", Stock(self.holding), cause, shares, -shares * spot, 0.0)
            self.missing -= shares
        return spare

    def fill(self, order: Order) -> None:
        opened: list[tuple[str, Option | None, float]] = []
        try:
            for ticket in order.tickets:
                if ticket.contract is not None:
                    opened.append(self.open(ticket, opened))
        except NoContract:
            return
        self.filling = order.tickets
        for ticket in order.tickets:
            leg = self.leg(ticket.role)
            if ticket.future is not None:
                self.trade_future(ticket, leg)
                continue
            if ticket.symbol is not None:
                held = leg.quantity if leg else 0.0
                self.trade_stock(ticket.role, ticket.symbol, ticket.shares - held)
                continue
            if leg is not None and isinstance(leg.instrument, Option):
                self.trade_option(ticket.role, leg.instrument, -leg.quantity)
            elif leg is not None and isinstance(leg.instrument, Stock | Bond | BondIndex):
                self.trade_stock(ticket.role, leg.instrument.symbol, -leg.quantity)
            for role, option, contracts in opened:
                if role == ticket.role and option is not None:
                    self.trade_option(role, option, contracts)

    def open(
        self, ticket: Ticket, others: list[tuple[str, Option | None, float]]
    ) -> tuple[str, Option | None, float]:
        """Which contract a ticket opens, and how many of it (negative: written)."""
        asked = ticket.contract
        assert asked is not None
        units = self.shares()
        if asked.underlying != self.holding:  # as many units as the holding is worth
            close = self.tape.close
            units *= float(close[self.holding][self.row]) / float(close[asked.underlying][self.row])
        contracts = ticket.part.contracts(ticket.cover, units)
        if ticket.part.of > 1:
            # the rungs together never cover more than was asked for
            family = ticket.role.split("/")[0] + "/"
            taken = sum(
                abs(leg.quantity)
                for leg in self.legs()
                if leg.role.startswith(family) and leg.role != ticket.role
            )
            whole = int(ticket.cover * units / 100 + 1e-9)
            contracts = max(0, min(contracts, whole - int(taken)))
        if not ticket.long and others:
            contracts = min(contracts, int(others[0][2]))
        if not contracts:
            return ticket.role, None, 0.0
        option = self.choose(ticket, next((o for _, o, _ in others if o), None))
        if asked.zero_cost:
            debit = sum(self.price(o, q) * (1 if q > 0 else -1) for _, o, q in others if o)
            option = self.dearest(option, debit)
        if ticket.budget is not None:
            spot = float(self.tape.close[asked.underlying][self.row])
            money = ticket.budget * self.shares() * spot / ticket.part.of
            while contracts and contracts * self.price(option, 1.0) * 100 > money * (1 + 1e-9):
                contracts -= 1
        if not contracts:
            return ticket.role, None, 0.0
        return ticket.role, option, float(contracts if ticket.long else -contracts)

    def dearest(self, lowest: Option, debit: float) -> Option:
        """The highest strike whose bid still pays, looked for one strike after another."""
        best, debit = lowest, max(debit, 0.01)  # no bid is below a cent
        strike = lowest.strike
        while True:
            option = replace(lowest, strike=strike)
            if self.price(option, -1.0) < debit:
                return best
            best = option
            strike += strike_step(strike + 1e-6)

    def price(self, option: Option, quantity: float) -> float:
        """What one share's worth is bought or sold at."""
        mid = self.mark(option) / option.multiplier
        stress = self.model.stress(self.row)
        if quantity > 0:
            return self.costs.option_ask(mid, stress=stress)
        spot = float(self.tape.close[option.underlying][self.row])
        units = option.deliverable / option.multiplier
        floor = 0.0
        if option.style == "american":
            worth = option.payoff(spot) / option.multiplier
            floor = self.costs.option_sale_floor(worth, spot * units)
        return self.costs.option_bid(mid, stress=stress, floor=floor)

    def choose(self, ticket: Ticket, first: Option | None) -> Option:
        """Which contract answers a ticket; one beside a first ends with it, whoever else does."""
        assert ticket.contract is not None
        asked = ticket.contract
        days = float(asked.days)
        family = ticket.role.split("/")[0]
        taken = frozenset(
            day_number(leg.instrument.expiry)
            for leg in self.legs()
            if isinstance(leg.instrument, Option)
            and leg.role != ticket.role
            and leg.role.split("/")[0] == family
        )
        if first is not None:
            taken, days = (
                frozenset(),
                float(day_number(first.expiry) - int(self.tape.day[self.row])),
            )
        spot = float(self.tape.close[asked.underlying][self.row])
        index = self.tape.basis[asked.underlying] == "price_index"
        style: Style = "european" if index else "american"
        return select(
            asked.underlying,
            asked.right,
            day=int(self.tape.day[self.row]),
            spot=spot,
            days=days,
            moneyness=asked.moneyness,
            taken=taken,
            grid="index" if self.tape.basis[asked.underlying] == "price_index" else "liquid",
            style=style,
            settle="physical" if style == "american" else "cash",
        )

    def trade_option(self, role: str, option: Option, quantity: float) -> None:
        mid, price = self.mark(option) / option.multiplier, self.price(option, quantity)
        size = abs(quantity) * option.multiplier
        cost = size * abs(price - mid) + self.costs.option_commission(abs(quantity), price)
        cost += self.costs.option_fees(abs(quantity), size * price if quantity < 0 else 0.0)
        self.trade(role, option, quantity, -quantity * option.multiplier * mid, cost)

    def trade_stock(self, role: str, symbol: str, quantity: float) -> None:
        if quantity == 0.0:
            return
        price = float(self.tape.close[symbol][self.row])
        bond = self.tape.bonds.get(symbol)
        if bond is not None:
            if not self.gone(symbol):
                costs, basis_points = self.costs, self.costs.bond_spread_bp
                if bond.grade == "treasury":
                    basis_points = costs.treasury_spread_bp
                elif bond.grade == "high-yield":
                    basis_points = costs.high_yield_spread_bp
                cost = abs(quantity) * price * basis_points / 10_000
                self.trade(role, bond, quantity, -quantity * price, cost)
            return
        cost = abs(quantity) * self.costs.stock_half_spread(price)
        cost += self.costs.stock_commission(abs(quantity))
        self.trade(role, Stock(symbol), quantity, -quantity * price, cost)

    def gone(self, symbol: str) -> bool:
        """Whether a bond was paid back, or failed."""
        ends = [
            a.day for a in self.tape.actions.get(symbol, ()) if a.kind in ("redemption", "default")
        ]
        return any(end <= int(self.tape.day[self.row]) for end in ends)

    def trade_future(self, ticket: Ticket, leg: Leg | None) -> None:
        """Leave the old contract, and hold as many as are asked for of the one that is due."""
        asked, symbol = ticket.future, ticket.symbol
        assert asked is not None
        assert symbol is not None
        today = int(self.tape.day[self.row])
        year, month = to_date(today).year, asked.months
        while True:
            expiry = leave = monthly_expiry(year, month)
            for _ in range(asked.roll):
                leave = previous_session(leave)
            if leave > today:
                break
            year, month = (year + 1, asked.months) if month == 12 else (year, month + asked.months)
        new = Future(symbol, to_date(expiry), asked.multiplier)
        sign, size = (1 if ticket.shares > 0 else -1), abs(ticket.shares) / asked.multiplier
        contracts = sign * float(int(size + 0.5 - 1e-9))
        if asked.fractional:
            contracts = sign * size
        old, held = (leg.instrument, leg.quantity) if leg else (new, 0.0)
        index = self.tape.basis[symbol] == "price_index"
        for item, quantity in (
            [(new, contracts - held)] if old == new else [(old, -held), (new, contracts)]
        ):
            if not quantity:
                continue
            assert isinstance(item, Future)
            spot, costs = float(self.tape.close[symbol][self.row]), self.costs
            half = costs.future_tick / 2
            if not index:
                half = max(costs.stock_future_tick / 2, spot * costs.stock_spread_bp / 10_000)
            cost = abs(quantity) * (item.multiplier * half + costs.future_rate)
            self.trade(ticket.role, item, quantity, 0.0, cost)
            self.settled[f"hedge/{ticket.role}"] = self.future_price(item)

    def future_price(self, future: Future) -> float:
        """Spot with its carry: the index's yield, or the dividends expected of a share."""
        tape, row, symbol = self.tape, self.row, future.underlying
        spot, expiry = float(tape.close[symbol][row]), day_number(future.expiry)
        if tape.day[row] >= expiry:
            if tape.day[row] > expiry:
                # a halt went over the expiry: the last close before it, in the shares of today
                spot = float(tape.close[symbol][row - 1])
                for name, action in tape.actions_at.get(row, []):
                    if name == symbol and action.kind == "split":
                        spot /= action.value
            return spot
        years = (expiry - int(tape.day[row])) / 365
        rate = 2 * np.log(1 + tape.rate[row] / 2)
        if tape.basis[symbol] == "price_index":
            return float(spot * np.exp((rate - tape.index_dividend) * years))
        rows = np.array([row])
        times, amounts = expected(tape, symbol, rows, rows, expiry)
        if amounts.sum() > spot / 2:
            amounts = amounts * 0
        for time, amount in zip(times.ravel(), amounts.ravel(), strict=True):
            spot -= float(amount * np.exp(-rate * time))
        return float(spot * np.exp(rate * years))

    def trade(self, role: str, item: Any, quantity: float, cash: float, cost: float) -> None:
        self.write(f"hedge/{role}", item, "trade", quantity, cash, cost)
        fill = Fill(
            self.row,
            5,
            role,
            item,
            quantity,
            self.mark(item) / (100 if isinstance(item, Option) else 1),
            0,
            0,
            0,
            0,
            None,
            None,
            "model",
            next((t.why for t in self.filling if t.role == role), ""),
        )
        if isinstance(item, Option):
            self.known.setdefault(item, self.row)
        self.done.setdefault(role, []).append(fill)

    def decide(self) -> None:
        if self.hedge is not None and not self.over:
            self.hedge.on_session(Session(self, self.tape.begin))

    def write(
        self, account: str, item: Any, cause: str, quantity: float, cash: float, cost: float
    ) -> None:
        self.ledger.append((self.row, account, str(item or ""), cause, quantity, cash, cost))
        self.cash += cash - cost
        if item is not None:
            left = self.book.get((account, item), 0.0) + quantity
            self.book[account, item] = 0.0 if abs(left) < 1e-9 else left

    # values

    def mark(self, item: Any) -> float:
        """Value of one share, or of one contract priced alone on this session."""
        tape, row = self.tape, self.row
        if isinstance(item, Stock | Bond | BondIndex):
            return float(tape.close[item.symbol][row])
        if isinstance(item, Future):
            return 0.0
        rows = np.array([row])
        expiry = day_number(item.expiry)
        years = (expiry - int(tape.day[row])) / 365
        spot = float(tape.close[item.underlying][row])
        rate = 2 * np.log(1 + tape.rate[row] / 2)
        div_t, div_a = expected(tape, item.underlying, rows, rows, expiry)
        # after a split of 3 for 2 a contract delivers 150 shares for a hundred strikes
        units = item.deliverable / item.multiplier
        spot, div_a = spot * units, div_a * units
        paid = tape.index_dividend if tape.basis[item.underlying] == "price_index" else 0.0
        ahead = forward(spot, rate, years, paid, div_t, div_a)
        vol = self.model.iv(rows, "close", item.strike, ahead, years)
        cp = 1 if item.right == "C" else -1
        if item.style == "european":
            owed = black(ahead, item.strike, years, vol, np.exp(-rate * years), cp)
            return float(owed.item() * item.multiplier)
        price = american(spot, item.strike, years, vol, rate, cp, div_t=div_t, div_a=div_a)
        value: float = float(np.asarray(price).reshape(-1)[0]) * item.multiplier
        return value

    def value(self, account: str) -> float:
        return sum(q * self.mark(i) for (a, i), q in self.book.items() if a == account and q)

    def sleeve_worth(self) -> float:
        return sum(q * self.mark(i) for (a, i), q in self.book.items() if a != "rest" and q)

    def worth(self) -> float:
        positions = sum(q * self.mark(i) for (_, i), q in self.book.items() if q)
        return self.cash + sum(self.owed.values()) + positions
