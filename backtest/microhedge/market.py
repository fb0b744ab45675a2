"""What prices are at hand, and what must be known of them?

A `Market` holds raw columns as its sources delivered them.  A run asks it for a `Tape`: the
symbols it needs, each on one basis, on one axis of sessions (see `laying`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import copy
from datetime import date
from typing import TYPE_CHECKING, Self

from microhedge.calendar import day_number
from microhedge.errors import ParameterError, UnknownSymbol, nearest
from microhedge.exchange import Exchange, new_york
from microhedge.laying import LEAST, lay
from microhedge.origin import Basis, Source
from microhedge.series import Reference, Series
from microhedge.tape import Earnings, Tape

if TYPE_CHECKING:
    from microhedge.quotes import Chain

MOVE = 0.05
"""Standard deviation of the move on an earnings date, where nothing else is said."""

_PREFERENCE: tuple[Basis, ...] = ("raw", "price_index", "total_return", "bond")


class Market:
    """Every series at hand, by symbol and basis.  Values are never changed after loading."""

    def __init__(
        self,
        series: Iterable[Series],
        references: Iterable[Reference] = (),
        *,
        notes: Iterable[str] = (),
        words: Iterable[str] = (),
        exchange: Exchange | None = None,
    ) -> None:
        """Take series and references; `notes` must be known to whoever reads a result.

        `words` are the options that make the command line use these prices again.  `exchange`
        tells which days are sessions, by default New York.
        """
        self.exchange = exchange or new_york()
        self.notes, self.words = tuple(notes), tuple(words)
        self.chains: Mapping[str, Chain] = {}
        self.earnings: Mapping[str, Earnings] = {}
        self._quotes: tuple[Source, ...] = ()
        self._left_out: Mapping[str, str] = {}
        self._series: dict[str, dict[Basis, Series]] = {}
        for one in series:
            self._series.setdefault(one.symbol, {})[one.basis] = one
        self._references: Mapping[str, Reference] = {r.name: r for r in references}

    def with_chain(
        self, chain: Chain, source: Source, *, notes: Iterable[str], words: Iterable[str]
    ) -> Self:
        """Return the same market with the option quotes of one underlying, and their source."""
        other = copy(self)
        other.chains = {**self.chains, chain.underlying: chain}
        other._quotes = (*self._quotes, source)
        other.notes, other.words = (*self.notes, *notes), (*self.words, *words)
        return other

    def with_bonds(self, bonds: Iterable[Series], *, words: Iterable[str] = ()) -> Self:
        """Return the same market with series of bonds, each in the place of its symbol's prices."""
        other = copy(self)
        other._series = {**self._series, **{one.symbol: {one.basis: one} for one in bonds}}
        other.words = (*self.words, *words)
        return other

    def with_earnings(
        self,
        symbol: str,
        dates: Iterable[date],
        *,
        move: float = MOVE,
        source: Source | None = None,
        words: Iterable[str] = (),
    ) -> Self:
        """Return the same market with announced earnings dates of a symbol.

        A date is that of the session that reacts: after an announcement behind the close, the
        next one.  Options that live over it are priced with its `move` (one standard deviation,
        a fraction) before it happens, so every date must have been announced by then: nothing
        here can know that.  Raises ParameterError for no date and for a move outside (0, 1].
        """
        days = tuple(sorted({day_number(one) for one in dates}))
        if not days:
            raise ParameterError(f"no earnings date of {symbol}: give one, or leave them out")
        if not 0.0 < move <= 1.0:
            hint = f" (did you mean {move / 100:g}?)" if 1.0 < move <= 100.0 else ""
            raise ParameterError(f"an earnings move of {move:g}: it is a fraction up to 1{hint}")
        other = copy(self)
        other.earnings = {**self.earnings, symbol: Earnings(days, move)}
        other._quotes = (*self._quotes, *(() if source is None else (source,)))
        other.words = (*self.words, *words)
        return other

    def with_references(self, references: Iterable[Reference], words: Iterable[str] = ()) -> Self:
        """Return the same market with more series that are no prices, in place of their like."""
        other = copy(self)
        other._references = {**self._references, **{one.name: one for one in references}}
        other.words = (*self.words, *words)
        return other

    def noting(self, notes: Iterable[str]) -> Self:
        """Return the same market with more that must be known to whoever reads a result."""
        other = copy(self)
        other.notes = (*self.notes, *notes)
        return other

    def lacking(self, why: Mapping[str, str]) -> Self:
        """Return the same market with the symbols it lacks for a reason: a sentence for each."""
        other = copy(self)
        other._left_out = {**self._left_out, **why}
        return other

    def at(self, exchange: Exchange) -> Self:
        """Return the same market with its sessions judged by another exchange's calendar."""
        other = copy(self)
        other.exchange = exchange
        other.words = (*self.words, f"--calendar {exchange.code}")
        return other

    @property
    def symbols(self) -> tuple[str, ...]:
        """Every symbol, sorted."""
        return tuple(sorted(self._series))

    @property
    def references(self) -> tuple[Reference, ...]:
        """Rates and volatility indices, in the order they were given."""
        return tuple(self._references.values())

    def bases(self, symbol: str) -> tuple[Basis, ...]:
        """Return the bases a symbol is known on, preferred one first."""
        known = self._series.get(symbol)
        if known is None:
            if symbol in self._left_out:
                raise UnknownSymbol(self._left_out[symbol])
            raise UnknownSymbol(
                f"no prices for {symbol!r}{nearest(symbol, self._series)}; "
                "`microhedge data list` shows what there is"
            )
        return tuple(basis for basis in _PREFERENCE if basis in known)

    def series(self, symbol: str, basis: Basis) -> Series | None:
        """Return one series, or None."""
        return self._series.get(symbol, {}).get(basis)

    def reference(self, name: str) -> Reference | None:
        """Return a reference series, or None."""
        return self._references.get(name)

    def tape(
        self,
        symbols: Iterable[str],
        *,
        start: date | None = None,
        end: date | None = None,
        warmup: int = 0,
        index_dividend: float = 0.0195,
        rate: float | None = None,
        volume: bool = False,
        least: int = LEAST,
        shortest: int = 0,
    ) -> Tape:
        """Lay the symbols on one axis of sessions, by the rule of the window (see `laying`).

        `warmup` is the number of returns that must lie before the first decision.
        `index_dividend` is the yield a year that a price index is assumed to pay.
        `rate` replaces the 3-month yield on every session; `volume` lays volumes beside prices.
        `least` daily sessions must be left from the first decision on; `shortest` is the least
        warm-up that another window could have, which a refusal is told by.
        """
        wanted = dict.fromkeys(symbols)
        return lay(
            {s: [self._series[s][basis] for basis in self.bases(s)] for s in wanted},
            self._references,
            self.exchange,
            start=start,
            end=end,
            warmup=warmup,
            index_dividend=index_dividend,
            rate=rate,
            volume=volume,
            earnings={s: self.earnings[s] for s in wanted if s in self.earnings},
            quotes=self._quotes,
            least=least,
            shortest=shortest,
        )
