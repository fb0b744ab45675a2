"""What does a ticket come to: which contract, how many, and at what price?

Everything is decided at the fill, from its spot, its shares and its prices.  The tickets of one
order belong together: contracts for the same tenor end on the same day, and no more is written
than the order buys.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from math import exp, floor, isfinite, log, nan

from microhedge.calendar import day_number
from microhedge.chain import Listing
from microhedge.costs import Costs
from microhedge.errors import NoContract
from microhedge.evening import Desk, Leg
from microhedge.execution import (
    Trade,
    bond_trade,
    future_trade,
    option_trade,
    paid_per_share,
    stock_trade,
)
from microhedge.future_prices import need_future, price_at
from microhedge.instruments import PIECES, Future, Option, Stock
from microhedge.ledger import Instrument
from microhedge.option_prices import OptionPrices, Quote
from microhedge.orders import Contract, Forward, Order, Part, Ticket
from microhedge.pricing import strike_for_delta
from microhedge.slippage import at_once, slip
from microhedge.volatility import At
from microhedge.written import uncovered

Offer = tuple[Instrument, Trade, Quote | None]

_AFFORDED = 1e-9
_NEXT_STRIKE = 1e-5  # above a strike, in money: more than what counts as being on it
_LOOKED_AT = (1.0, 1.02, 1.04, 1.07, 1.11, 1.16, 1.24, 1.36, 1.6)
"""Multiples of the lowest strike at which the strike of a zero-cost call is first looked for."""
_LEAST_BID = 1e-3
MAX_DELTA_GAP = 0.10  # between the delta wished for and that of a listed strike
_BATCH, _INWARDS = 16, (1.03, 1.15, 1.5, 2.5)  # strikes of one look, where the walk begins
_TRIED, _BACK = 6, 0.98  # strikes priced together, and how far to go back where none of them pays


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
    listing: Listing
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
                raise NoContract(f"{symbol} has ended and cannot be traded")
        found = [(t, list(self._offers(t, at, package, barred=barred))) for t in order.tickets]
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
            found = [self._listed(one, one.days, taken, one.moneyness, at) for one in alike]
        except NoContract:
            return  # the order will say so
        if len({option.expiry for option in found}) == 1:
            self.prices.prepare(list(dict.fromkeys(found)), self.desk.row)

    def _taken(self, role: str) -> frozenset[int]:
        """Return the expiries of the other rungs of a role's ladder."""
        return frozenset(
            day_number(leg.instrument.expiry)
            for leg in self._siblings(role)
            if isinstance(leg.instrument, Option)
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
            raise NoContract("a margin call bars writing options without cover for a month")

    def _offers(
        self, ticket: Ticket, at: At, package: _Package, *, barred: bool
    ) -> Iterator[Offer]:
        if ticket.symbol is not None and ticket.future is not None:
            yield from self._futures(ticket, ticket.symbol, ticket.future, at, barred=barred)
            return
        if ticket.symbol is not None:
            held = self.desk.held(ticket.role)
            if barred and abs(ticket.shares) > abs(held):
                what = "shorts" if ticket.shares < 0.0 else "bonds on a loan"
                raise NoContract(f"{ticket.role}: a margin call bars new {what} for a month")
            if ticket.shares != held:
                yield self._stock(ticket.symbol, ticket.shares - held, at)
            return
        leg = self.desk.leg(ticket.role)
        if leg is not None:
            yield self._close(leg, at)
        if ticket.contract is not None:
            wanted = self._contracts(ticket, at)
            if not ticket.long and package.bought is not None:
                wanted = min(wanted, package.bought)
            offer = self._open(ticket, ticket.contract, wanted, at, package) if wanted else None
            if ticket.long:
                package.bought = 0 if offer is None else int(offer[1].quantity)
            if offer is not None:
                yield offer

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
            raise NoContract(f"{ticket.role}: a margin call bars new futures for a month")
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

    def units(self, ticket: Ticket, at: At) -> float:
        """Return the holding in units of what a ticket's contract is on: its shares, or as much.

        On another underlying it is as many units as the holding is worth at this moment.
        """
        desk, asked = self.desk, ticket.contract
        if asked is None:
            return 0.0
        if asked.underlying == desk.holding:
            return desk.shares()
        return desk.shares() * self._spot(desk.holding, at) / self._spot(asked.underlying, at)

    def _contracts(self, ticket: Ticket, at: At) -> int:
        """Return the contracts that a ticket asks for: its part, within what its siblings leave.

        After a split the rungs of a ladder hold parts of another rounding; together they must
        not cover more than was asked for.
        """
        units = self.units(ticket, at)
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
        if asked.delta is None:
            option = self._listed(asked, days, taken, asked.moneyness, at)
        else:
            option = self._by_delta(asked, days, taken, at, abs(asked.delta))
        expiry = day_number(option.expiry)
        if asked.days == package.days and expiry != package.expiry:
            raise NoContract(f"{option} does not end with the other contracts of its order")
        package.days, package.expiry = asked.days, expiry
        if asked.zero_cost and package.debit > 0.0:
            option = self._paying(option, asked, days, taken, at, package.debit)
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

    def _listed(
        self, asked: Contract, days: float, taken: frozenset[int], moneyness: float, at: At
    ) -> Option:
        tape, row = self.desk.tape, self.desk.row
        index = tape.basis[asked.underlying] == "price_index"
        return self.listing(
            asked.underlying,
            asked.right,
            day=int(tape.day[row]),
            spot=self._spot(asked.underlying, at),
            days=days,
            moneyness=moneyness,
            taken=taken,
            grid="index" if index else "liquid",
            style="european" if index else "american",
            settle="cash" if index else "physical",
        )

    def _by_delta(
        self, asked: Contract, days: float, taken: frozenset[int], at: At, wanted: float
    ) -> Option:
        """Return the listed option whose delta is nearest to a size; the cheaper one on a tie.

        The strikes are walked outwards from one that is nearer to the money than the wish.
        """
        row, spot = self.desk.row, self._spot(asked.underlying, at)
        middle = self._listed(asked, days, taken, 1.0, at)
        quote = self.prices.side_by_side([middle], row, at)[0]
        if not isfinite(quote.mid):
            raise NoContract(f"{middle} has no price: its volatility is not known yet")
        years = (day_number(middle.expiry) - int(self.desk.tape.day[row])) / 365.0
        ahead = spot * exp(quote.rate * years)
        guess = strike_for_delta(ahead, years, quote.volatility, middle.sign * wanted).item()
        found: list[tuple[Option, float]] = []
        for inwards in _INWARDS:
            found.clear()
            walk = self._outwards(asked, days, taken, at, guess * inwards**-middle.sign)
            while batch := list(islice(walk, _BATCH)):
                sizes = abs(self.prices.deltas_at(batch, row, at)).tolist()
                found += zip(batch, sizes, strict=True)
                if sizes[-1] < wanted:
                    break
            if found and found[0][1] >= wanted:
                break
        if not found:
            raise NoContract(f"no strike is listed around {guess:.2f} for a delta of {wanted:g}")
        # the last of equals is the farthest out of the money
        option, size = min(reversed(found), key=lambda one: round(abs(one[1] - wanted), 12))
        if abs(size - wanted) > MAX_DELTA_GAP:
            raise NoContract(
                f"no {asked.underlying} {asked.right} for {option.expiry} has a delta within "
                f"{MAX_DELTA_GAP:g} of {wanted:g}; the nearest is {size:.2f} at {option.strike:g}"
            )
        return option

    def _outwards(
        self, asked: Contract, days: float, taken: frozenset[int], at: At, strike: float
    ) -> Iterator[Option]:
        """Yield listed options from a strike on, each farther out of the money."""
        spot = self._spot(asked.underlying, at)
        onwards = -_NEXT_STRIKE if asked.right == "P" else _NEXT_STRIKE
        before = nan
        while strike > 0.0:
            try:
                option = self._listed(asked, days, taken, strike / spot, at)
            except NoContract:
                return
            if option.strike == before:
                return
            yield option
            before = option.strike
            strike = before + onwards

    def _paying(
        self,
        lowest: Option,
        asked: Contract,
        days: float,
        taken: frozenset[int],
        at: At,
        debit: float,
    ) -> Option:
        """Return the highest listed call whose bid still pays a debit per share.

        That is `lowest` where not even its own bid does.
        """
        spot = self._spot(asked.underlying, at)

        def listed(strike: float) -> Option | None:
            try:
                found = self._listed(asked, days, taken, strike / spot, at)
            except NoContract:
                return None
            return found if found.expiry == lowest.expiry else None

        def upwards(strike: float) -> list[Option]:
            found: list[Option] = []
            while len(found) < _TRIED and (option := listed(strike)) is not None:
                if found and option.strike <= found[-1].strike:
                    break
                found.append(option)
                strike = option.strike + _NEXT_STRIKE
            return found

        # whether anybody lists them does not matter yet
        marks = [replace(lowest, strike=lowest.strike * each) for each in _LOOKED_AT]
        near = self._bids(marks, at, roughly=True)
        start = _crossing([option.strike for option in marks], near, debit)
        best = None
        while True:
            batch = upwards(max(start, lowest.strike))
            pays = [bid >= debit for bid in self._bids(batch, at)]
            count = pays.index(False) if False in pays else len(pays)
            best = batch[count - 1] if count else best
            if best is None and start > lowest.strike:
                start *= _BACK
            elif best is None or count < _TRIED:
                return best or lowest
            else:
                start = best.strike + _NEXT_STRIKE

    def _bids(self, options: list[Option], at: At, *, roughly: bool = False) -> list[float]:
        """Return the bids per share of options that differ in their strikes alone."""
        if not options:
            return []
        row = self.desk.row
        stress = self.prices.model(options[0].underlying).stress(row, at)
        quotes = self.prices.side_by_side(options, row, at, roughly=roughly)
        return [
            -paid_per_share(option_trade(option, -1.0, quote, self.costs, stress=stress), option)
            for option, quote in zip(options, quotes, strict=True)
        ]

    def _option(self, option: Option, quantity: float, at: At, begin: int) -> Offer:
        row = self.desk.row
        quote = self.prices.quote(option, row, at, begin)
        if not isfinite(quote.mid):
            raise NoContract(f"{option} has no price: its volatility is not known yet")
        stress = self.prices.model(option.underlying).stress(row, at)
        return option, option_trade(option, quantity, quote, self.costs, stress=stress), quote

    def _stock(self, symbol: str, quantity: float, at: At) -> Offer:
        tape, row, costs = self.desk.tape, self.desk.row, self.costs
        price, bond = self._spot(symbol, at), tape.bonds.get(symbol)
        if bond is not None:
            if tape.over(symbol, row):
                raise NoContract(f"{symbol} has been paid out: there is nothing left to trade")
            return bond, bond_trade(bond, quantity, price, costs), None
        filled = at_once(tape, symbol, row, quantity, costs)
        if filled == 0.0 and quantity != 0.0:
            raise NoContract(f"{symbol} trades too little for one share of the order")
        lost = slip(tape, symbol, row, filled, costs)
        return Stock(symbol), stock_trade(filled, price, costs, slip=lost), None

    def _close(self, leg: Leg, at: At) -> Offer:
        if isinstance(leg.instrument, Option):
            return self._option(leg.instrument, -leg.quantity, at, self.opened[leg.instrument])
        if isinstance(leg.instrument, Future):
            return self._future(leg.instrument, -leg.quantity, at)
        return self._stock(leg.instrument.symbol, -leg.quantity, at)

    def _spot(self, symbol: str, at: At) -> float:
        tape = self.desk.tape
        return (tape.open if at == "open" else tape.close)[symbol].item(self.desk.row)


def _crossing(strikes: list[float], bids: list[float], debit: float) -> float:
    """Return a strike at or shortly before the one at which bids fall below a debit.

    The logarithm of a call's price bends downwards: the line between two strikes lies below it.
    """
    for k in range(1, len(strikes)):
        if bids[k] < debit:
            high, low = bids[k - 1], max(bids[k], _LEAST_BID)
            part = log(high / debit) / log(high / low) if high > debit > low else 0.0
            return _BACK * (strikes[k - 1] + part * (strikes[k] - strikes[k - 1]))
    return strikes[-1] if strikes else 0.0
