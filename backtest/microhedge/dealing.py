"""What does a ticket come to: how many of which contract, and at what price?

Everything is decided at the fill, from its spot, its shares and its prices.  The tickets of one
order belong together: contracts for the same tenor end on the same day, and no more is written
than the order buys.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import floor, isfinite, nan
from typing import Literal

from microhedge import logged
from microhedge.calendar import day_number
from microhedge.costs import Costs
from microhedge.errors import NoContract
from microhedge.evening import Desk, Fill, Leg
from microhedge.events import Phase
from microhedge.execution import (
    Trade,
    bond_trade,
    future_trade,
    option_trade,
    paid_per_share,
    stock_trade,
)
from microhedge.future_prices import need_future, price_at
from microhedge.instruments import PIECES, BondIndex, Future, Option, Stock
from microhedge.ledger import Instrument
from microhedge.option_prices import OptionPrices, Quote
from microhedge.orders import Contract, Forward, Order, Part, Ticket
from microhedge.slippage import at_once, slip
from microhedge.striking import Strikes, Wish
from microhedge.volatility import At
from microhedge.written import uncovered

Offer = tuple[Instrument, Trade, Quote | None]

_AFFORDED = 1e-9


@dataclass(slots=True)
class _Package:
    """What the tickets of an order before this one came to."""

    days: int = -1
    expiry: int = 0
    bought: int | None = None
    debit: float = 0.0


@dataclass(frozen=True, slots=True)
class Dealer:
    """Prices tickets for a desk; `opened` has the row from which each contract is known."""

    desk: Desk
    prices: OptionPrices
    costs: Costs
    strikes: Strikes
    opened: dict[Option, int]

    def offers(self, order: Order, at: At, *, barred: bool) -> list[tuple[Ticket, list[Offer]]]:
        """Price what each ticket closes and opens, or raise NoContract.

        With `barred` no short of stock and no future may grow, nor what is written without cover.
        """
        if len(order.tickets) > 1:
            self._prepare(order, at)
        package = _Package()
        for symbol, row in self.desk.tape.ended.items():
            if self.desk.row >= row and symbol in order.symbols:
                raise NoContract(logged.ENDED.format(symbol=symbol))
        found = [(t, self._offers(t, at, package, barred=barred)) for t in order.tickets]
        if barred:
            self._refuse_uncovered(found)
        return found

    def has_open(self, ticket: Ticket) -> bool:
        """Tell whether all that a ticket trades has a genuine open today."""
        desk = self.desk
        names = [ticket.symbol] if ticket.symbol else []
        if ticket.contract is not None:
            names += [ticket.contract.underlying, desk.holding]
        leg = desk.leg(ticket.role)
        if leg is not None:
            item = leg.instrument
            names.append(item.symbol if isinstance(item, PIECES) else item.underlying)
        return all(isfinite(desk.tape.open[name][desk.row]) for name in names)

    def _prepare(self, order: Order, at: At) -> None:
        """Have the options of a spread priced together, where nothing of the order chooses them."""
        first, wishes = order.tickets[0].contract, [t.contract for t in order.tickets]
        if at == "open" or first is None or first.delta is not None or first.zero_cost:
            return
        alike = [one for one in wishes if one and one == replace(first, moneyness=one.moneyness)]
        if len(alike) < 2:
            return
        self.prices.model(first.underlying)
        taken = self._taken(order.tickets[0].role)
        try:
            found = [self.strikes.option(Wish(one, one.days, taken, at)) for one in alike]
        except NoContract:
            return  # the order will say so
        if len({option.expiry for option in found}) == 1:
            self.prices.prepare(list(dict.fromkeys(found)), self.desk.row)

    def _taken(self, role: str) -> frozenset[int]:
        """Return the expiries of the other rungs of a role's ladder."""
        return frozenset(
            [
                day_number(leg.instrument.expiry)
                for leg in self._siblings(role)
                if isinstance(leg.instrument, Option)
            ]
        )

    def _refuse_uncovered(self, offers: list[tuple[Ticket, list[Offer]]]) -> None:
        """Raise NoContract where trades would leave more options written without cover."""
        legs = self.desk.legs()
        held = [(x.instrument, x.quantity) for x in legs if isinstance(x.instrument, Option)]
        traded = [
            (item, trade.quantity)
            for _, found in offers
            for item, trade, _ in found
            if isinstance(item, Option)
        ]
        before, after = (uncovered(each, self.desk.shares()) for each in (held, [*held, *traded]))
        if after > before:
            raise NoContract(logged.BARRED_WRITING)

    def _offers(self, ticket: Ticket, at: At, package: _Package, *, barred: bool) -> list[Offer]:
        if ticket.symbol is None:
            return self._options(ticket, at, package)
        if ticket.future is not None:
            return list(self._futures(ticket, ticket.symbol, ticket.future, at, barred=barred))
        held = self.desk.held(ticket.role)
        if barred and abs(ticket.shares) > abs(held):
            barred_what = logged.BARRED_SHORTS if ticket.shares < 0.0 else logged.BARRED_BONDS
            raise NoContract(barred_what.format(role=ticket.role))
        if ticket.shares == held:
            return []
        return [self._stock(ticket.symbol, ticket.shares - held, at)]

    def _options(self, ticket: Ticket, at: At, package: _Package) -> list[Offer]:
        """Close what a role holds, and open the contract that it asks for."""
        leg, asked = self.desk.leg(ticket.role), ticket.contract
        found = [] if leg is None else [self._close(leg, at)]
        if asked is not None:
            wanted = self._contracts(ticket, asked, at)
            if not ticket.long and package.bought is not None:
                wanted = min(wanted, package.bought)
            offer = self._open(ticket, asked, wanted, at, package) if wanted else None
            if ticket.long:
                package.bought = 0 if offer is None else int(offer[1].quantity)
            if offer is not None:
                found.append(offer)
        return found

    def _futures(
        self, ticket: Ticket, symbol: str, asked: Forward, at: At, *, barred: bool
    ) -> Iterator[Offer]:
        """Bring a role to a position in the contract of this day, whichever it holds."""
        expiry = asked.expiry(int(self.desk.tape.day[self.desk.row]))
        future = Future(need_future(self.desk.tape, symbol), expiry, asked.multiplier)
        contracts = asked.contracts(ticket.shares)
        leg = self.desk.leg(ticket.role)
        held = 0.0
        if leg is not None and isinstance(leg.instrument, Future):
            held = leg.quantity * leg.instrument.multiplier
        if barred and abs(contracts) * future.multiplier > abs(held):
            raise NoContract(logged.BARRED_FUTURES.format(role=ticket.role))
        if leg is not None and leg.instrument == future:
            contracts -= leg.quantity
        elif leg is not None:
            yield self._close(leg, at)
        if contracts:
            yield self._future(future, contracts, at)

    def _future(self, future: Future, quantity: float, at: At) -> Offer:
        price = price_at(self.desk.tape, future, self.desk.row, at)
        half = self.costs.future_half_spread()
        if self.desk.tape.basis[future.underlying] != "price_index":
            half = self.costs.stock_future_half_spread(price.spot)
        trade = future_trade(future, quantity, price.price, half, self.costs)
        return future, trade, Quote(price.price, price.spot, nan, price.rate)

    def units(self, asked: Contract, at: At) -> float:
        """Return the holding in units of what a contract is on: its shares, or as much.

        On another underlying it is as many units as the holding is worth at this moment.
        """
        desk = self.desk
        if asked.underlying == desk.holding:
            return desk.shares()
        return desk.shares() * self._spot(desk.holding, at) / self._spot(asked.underlying, at)

    def _contracts(self, ticket: Ticket, asked: Contract, at: At) -> int:
        """Return the contracts that a ticket asks for: its part, within what its siblings leave.

        After a split the rungs of a ladder hold parts of another rounding; together they must
        not cover more than was asked for.
        """
        units = self.units(asked, at)
        wanted = ticket.part.contracts(ticket.cover, units)
        if ticket.part.of == 1:
            return wanted
        held = sum(abs(leg.quantity) for leg in self._siblings(ticket.role))
        room = Part().contracts(ticket.cover, units) - int(held)
        return max(0, min(wanted, room))

    def _siblings(self, role: str) -> list[Leg]:
        """Return the open option legs of the other rungs of a role's ladder."""
        family = role.split("/", maxsplit=1)[0]
        return [
            leg
            for leg in self.desk.legs()
            if isinstance(leg.instrument, Option)
            and leg.role != role
            and leg.role.split("/")[0] == family
        ]

    def _open(
        self, ticket: Ticket, asked: Contract, contracts: int, at: At, package: _Package
    ) -> Offer | None:
        desk = self.desk
        self.prices.model(asked.underlying)
        if asked.days == package.days:
            # the legs of a spread end together, whatever else is listed for one of them
            days, taken = package.expiry - int(desk.tape.day[desk.row]), frozenset[int]()
        else:
            days, taken = asked.days, self._taken(ticket.role)
        wish = Wish(asked, days, taken, at)
        option = self.strikes.option(wish)
        expiry = day_number(option.expiry)
        if asked.days == package.days and expiry != package.expiry:
            raise NoContract(logged.OTHER_EXPIRY.format(option=option))
        package.days, package.expiry = asked.days, expiry
        if asked.zero_cost and package.debit > 0.0:
            option = self.strikes.paying(option, wish, package.debit)
        offer = self._option(option, float(contracts if ticket.long else -contracts), at, desk.row)
        if ticket.budget is not None:
            purse = ticket.budget * desk.shares() * self._spot(desk.holding, at)
            price = paid_per_share(offer[1], option) * option.multiplier
            contracts = min(contracts, floor(purse / ticket.part.of / price + _AFFORDED))
            if contracts == 0:
                return None
            offer = self._option(option, float(contracts), at, desk.row)
        package.debit += paid_per_share(offer[1], option)
        return offer

    def _option(self, option: Option, quantity: float, at: At, begin: int) -> Offer:
        row = self.desk.row
        quote = self.prices.quote(option, row, at, begin)
        if not isfinite(quote.mid):
            raise NoContract(logged.NO_VOLATILITY.format(option=option))
        stress = self.prices.model(option.underlying).stress(row, at)
        return option, option_trade(option, quantity, quote, self.costs, stress=stress), quote

    def _stock(self, symbol: str, quantity: float, at: At) -> Offer:
        tape, row, costs = self.desk.tape, self.desk.row, self.costs
        price, bond = self._spot(symbol, at), tape.bonds.get(symbol)
        if bond is not None:
            if tape.over(symbol, row):
                raise NoContract(logged.PAID_OUT.format(symbol=symbol))
            return bond, bond_trade(bond, quantity, price, costs), None
        filled = at_once(tape, symbol, row, quantity, costs)
        if filled == 0.0 and quantity != 0.0:
            raise NoContract(logged.THIN.format(symbol=symbol))
        lost = slip(tape, symbol, row, filled, costs)
        return Stock(symbol), stock_trade(filled, price, costs, slip=lost), None

    def _close(self, leg: Leg, at: At) -> Offer:
        if isinstance(leg.instrument, Option):
            return self._option(leg.instrument, -leg.quantity, at, self.opened[leg.instrument])
        if isinstance(leg.instrument, Future):
            return self._future(leg.instrument, -leg.quantity, at)
        return self._stock(leg.instrument.symbol, -leg.quantity, at)

    def _spot(self, symbol: str, at: At) -> float:
        return self.desk.tape.prices(at)[symbol].item(self.desk.row)


def fill_of(row: int, phase: Phase, ticket: Ticket, offer: Offer) -> Fill:
    """Return what is written down of a trade, with the inputs of its price."""
    instrument, (quantity, mid, _, spread, commission, fee), quote = offer
    spot, volatility, rate = mid, None, None
    source: Literal["model", "quote", "price"] = "price"
    if quote is not None:
        spot, source = quote.spot, quote.source
        if source == "model":
            rate = quote.rate
            volatility = None if isinstance(instrument, Future) else quote.volatility
    elif isinstance(instrument, BondIndex):
        source = "model"
    return Fill(
        row,
        int(phase),
        ticket.role,
        instrument,
        quantity,
        mid,
        spread,
        commission,
        fee,
        spot,
        volatility,
        rate,
        source,
        ticket.why,
    )
