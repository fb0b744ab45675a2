"""What is an option worth, and which is chosen, where somebody quoted it and where nobody did?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from microhedge.chain import Grid, Listing, select
from microhedge.instruments import Option, Right
from microhedge.option_prices import Life, ModelInputs, OptionPrices, Quote
from microhedge.pricing import american_iv, implied_vol
from microhedge.quotes import Chain, quote_mid
from microhedge.tape import Floats, Tape
from microhedge.volatility import At, VolModel


class QuotedPrices(OptionPrices):
    """Prices of one tape with chains: a close has the day's quote, an open never has.

    A quote counts only where the model has a price as well, for the model marks the contract on
    the days without one.
    """

    def __init__(
        self, tape: Tape, model: Callable[[str], VolModel], chains: Mapping[str, Chain]
    ) -> None:
        super().__init__(tape, model)
        self._chains = dict(chains)

    @property
    def quoted(self) -> dict[str, str]:
        """The hash of the quotes of each underlying that has some."""
        return {symbol: chain.sha256 for symbol, chain in sorted(self._chains.items())}

    def quoted_part(self, contracts: Iterable[Option], first: int, last: int) -> float:
        """Return the part of the closes of rows first … last − 1 that one of them was quoted at."""
        days = self._tape.day[first : last if last >= 0 else len(self._tape)]
        known = np.zeros(len(days), np.bool_)
        for option in contracts:
            chain = self._chains.get(option.underlying)
            if chain is not None:
                known |= np.isfinite(chain.series(option, days)[1])
        return float(known.mean()) if len(days) else 0.0

    def made(self, tape: Tape, model: Callable[[str], VolModel]) -> QuotedPrices:
        """Return prices with the same quotes on another tape or of another model."""
        return QuotedPrices(tape, model, self._chains)

    def life(self, option: Option, begin: int) -> Life:
        """Return the marks of a contract: the middle of its quotes, or the model's price."""
        if (option, begin) in self._lives:
            return self._lives[option, begin]
        life = super().life(option, begin)
        chain = self._chains.get(option.underlying)
        if chain is not None:
            days = self._tape.day[begin : begin + len(life.mid)]
            mid = quote_mid(*chain.series(option, days))
            known = np.isfinite(mid) & np.isfinite(life.mid)
            life = replace(life, mid=np.where(known, mid, life.mid))
            self._lives[option, begin] = life
        return life

    def quote(self, option: Option, row: int, at: At, begin: int | None = None) -> Quote:
        """Return the price at a row, with the bid and the ask of a close that has them."""
        return self._quoted(option, row, at, super().quote(option, row, at, begin))

    def side_by_side(
        self, options: Sequence[Option], row: int, at: At, *, roughly: bool = False
    ) -> list[Quote]:
        """Return the prices at one row of contracts that differ in their strikes alone."""
        found = []
        model = super().side_by_side(options, row, at, roughly=roughly)
        for option, priced in zip(options, model, strict=True):
            quote = self._quoted(option, row, at, priced)
            if quote.bid is not None and quote.ask is not None:
                middle = quote_mid(np.array(quote.bid), np.array(quote.ask))
                quote = replace(quote, mid=float(middle))
            found.append(quote)
        return found

    def _risk(
        self,
        option: Option,
        rows: np.ndarray[tuple[int], np.dtype[np.intp]],
        at: At = "close",
        strikes: Floats | None = None,
    ) -> ModelInputs:
        """Return what deltas are computed from: the volatility that a quote implies, if it does."""
        one = super()._risk(option, rows, at, strikes)
        chain = self._chains.get(option.underlying)
        if at == "open" or chain is None:
            return one
        days = self._tape.day[rows]
        if strikes is None:
            mid = quote_mid(*chain.series(option, days))
        else:
            each = [replace(option, strike=strike) for strike in strikes.tolist()]
            found = [chain.at(one, int(day)) for one, day in zip(each, days, strict=True)]
            bid, ask = np.array([pair or (np.nan, np.nan) for pair in found]).T
            mid = quote_mid(bid, ask)
        if option.style == "european":
            discount = np.exp(-one.rate * one.years)
            vol = implied_vol(mid, one.ahead, one.strike, one.years, discount, one.sign)
        else:
            paid = one.dividend_time, one.dividend_amount
            priced = mid, one.spot, one.strike, one.years, one.rate, one.sign
            vol = american_iv(*priced, q=one.yielded, div_t=paid[0], div_a=paid[1])
        return replace(one, volatility=np.where(np.isfinite(vol), vol, one.volatility))

    def _quoted(self, option: Option, row: int, at: At, priced: Quote) -> Quote:
        chain = self._chains.get(option.underlying)
        if at == "open" or chain is None or not np.isfinite(priced.mid):
            return priced
        found = chain.at(option, int(self._tape.day[row]))
        return priced if found is None else replace(priced, bid=found[0], ask=found[1])


@dataclass(frozen=True, slots=True)
class ChainListing:
    """A `chain.Listing`: quoted contracts on days with quotes, the exchanges' rules on others.

    `earlier` belongs to fills at the open, which cannot know what the day's end will quote.
    """

    chains: Mapping[str, Chain]
    earlier: bool = False

    def __call__(self, underlying: str, right: Right, *, grid: Grid, **wish: Any) -> Option:
        """Return the contract nearest to a tenor in calendar days and to strike ÷ spot."""
        chain = self.chains.get(underlying)
        found = chain and chain.listed(underlying, right, earlier=self.earlier, **wish)
        return found or select(underlying, right, grid=grid, **wish)


def priced_by(
    chains: Mapping[str, Chain], tape: Tape, model: Callable[[str], VolModel], *, earlier: bool
) -> tuple[OptionPrices, Listing]:
    """Return prices and a listing with the quotes of chains, or of the model alone without any.

    With `earlier`, contracts are chosen by the quotes of the session before, as an order at the
    open must.
    """
    if not chains:
        return OptionPrices(tape, model), select
    return QuotedPrices(tape, model, chains), ChainListing(chains, earlier=earlier)
