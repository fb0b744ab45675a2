"""Which listed contract does a wish come to: by moneyness, by delta, or for no cost?

All strikes are looked for at the fill, with its spot and its prices.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from math import exp, isfinite, log, nan
from typing import NamedTuple

from microhedge import logged
from microhedge.calendar import day_number
from microhedge.chain import Listing
from microhedge.costs import Costs
from microhedge.errors import NoContract
from microhedge.evening import Desk
from microhedge.execution import option_trade, paid_per_share
from microhedge.instruments import Option
from microhedge.option_prices import OptionPrices
from microhedge.orders import Contract
from microhedge.pricing import strike_for_delta
from microhedge.volatility import At

_NEXT_STRIKE = 1e-5  # above a strike, in money: more than what counts as being on it
_LOOKED_AT = (1.0, 1.02, 1.04, 1.07, 1.11, 1.16, 1.24, 1.36, 1.6)
"""Multiples of the lowest strike at which the strike of a zero-cost call is first looked for."""
_LEAST_BID = 0.01
"""Per share: the smallest step of any option's price, so that less is no bid at all."""
MAX_DELTA_GAP = 0.10  # between the delta wished for and that of a listed strike
_BATCH, _INWARDS = 16, (1.03, 1.15, 1.5, 2.5)  # strikes of one look, where the walk begins
_TRIED, _BACK = 6, 0.98  # strikes priced together, and how far to go back where none of them pays


class Wish(NamedTuple):
    """A contract that is asked for at a fill: for `days`, ending when none of `taken` does."""

    asked: Contract
    days: float
    taken: frozenset[int]
    at: At


@dataclass(frozen=True, slots=True)
class Strikes:
    """Finds the strikes of a run's contracts."""

    desk: Desk
    prices: OptionPrices
    costs: Costs
    listing: Listing

    def option(self, wish: Wish) -> Option:
        """Return the listed option that answers a wish, or raise NoContract."""
        delta = wish.asked.delta
        if delta is None:
            return self.listed(wish, wish.asked.moneyness)
        return self._by_delta(wish, abs(delta))

    def listed(self, wish: Wish, moneyness: float) -> Option:
        """Return the listed option at a moneyness, whatever the wish says of it."""
        asked, days, taken, at = wish
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

    def _by_delta(self, wish: Wish, wanted: float) -> Option:
        """Return the listed option whose delta is nearest to a size; the cheaper one on a tie.

        The strikes are walked outwards from one that is nearer to the money than the wish.
        """
        asked, at = wish.asked, wish.at
        row, spot = self.desk.row, self._spot(asked.underlying, at)
        middle = self.listed(wish, 1.0)
        quote = self.prices.side_by_side([middle], row, at)[0]
        if not isfinite(quote.mid):
            raise NoContract(logged.NO_VOLATILITY.format(option=middle))
        years = (day_number(middle.expiry) - int(self.desk.tape.day[row])) / 365.0
        ahead = spot * exp(quote.rate * years)
        guess = strike_for_delta(ahead, years, quote.volatility, middle.sign * wanted).item()
        found: list[tuple[Option, float]] = []
        for inwards in _INWARDS:
            found.clear()
            walk = self._outwards(wish, guess * inwards**-middle.sign)
            while batch := list(islice(walk, _BATCH)):
                sizes = abs(self.prices.deltas_at(batch, row, at)).tolist()
                found += zip(batch, sizes, strict=True)
                if sizes[-1] < wanted:
                    break
            if found and found[0][1] >= wanted:
                break
        if not found:
            raise NoContract(
                logged.NO_DELTA_LISTED.format(guess=f"{guess:.2f}", wanted=f"{wanted:g}")
            )
        # the last of equals is the farthest out of the money
        option, size = min(reversed(found), key=lambda one: round(abs(one[1] - wanted), 12))
        if abs(size - wanted) > MAX_DELTA_GAP:
            raise NoContract(
                logged.NO_DELTA.format(
                    underlying=asked.underlying,
                    right=asked.right,
                    expiry=option.expiry,
                    gap=f"{MAX_DELTA_GAP:g}",
                    wanted=f"{wanted:g}",
                    size=f"{size:.2f}",
                    strike=f"{option.strike:g}",
                )
            )
        return option

    def _outwards(self, wish: Wish, strike: float) -> Iterator[Option]:
        """Yield listed options from a strike on, each farther out of the money."""
        spot = self._spot(wish.asked.underlying, wish.at)
        onwards = -_NEXT_STRIKE if wish.asked.right == "P" else _NEXT_STRIKE
        before = nan
        while strike > 0.0:
            try:
                option = self.listed(wish, strike / spot)
            except NoContract:
                return
            if option.strike == before:
                return
            yield option
            before = option.strike
            strike = before + onwards

    def paying(self, lowest: Option, wish: Wish, debit: float) -> Option:
        """Return the highest listed call whose bid still pays a debit per share.

        A bid is a cent at least, also where nothing has to be paid: otherwise any strike would
        do.  It is `lowest` where not even its own bid pays.
        """
        debit = max(debit, _LEAST_BID)
        at, spot = wish.at, self._spot(wish.asked.underlying, wish.at)

        def listed(strike: float) -> Option | None:
            try:
                found = self.listed(wish, strike / spot)
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

    def _spot(self, symbol: str, at: At) -> float:
        return self.desk.tape.prices(at)[symbol].item(self.desk.row)


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
