"""What was known on a date: every series at hand, and which of them a run may use.

A `Market` holds raw columns as its sources delivered them.  A run asks it for a `Tape`: the
symbols it needs, each on one basis, on one axis of sessions.

The rule of the window.  The end defaults to the earliest of the symbols' last dates, each taken
on its longest basis.  Then each symbol gets its basis: prices as traded if they cover the
window with its warm-up, else the index or total-return series, which is labelled as such.
The start defaults to the first session that has the whole warm-up behind it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import date
from math import isfinite
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import NDArray

from microhedge.calendar import day_number, to_date
from microhedge.errors import (
    BadData,
    NotCovered,
    ParameterError,
    UnknownSymbol,
    UsageError,
    nearest,
)
from microhedge.exchange import Exchange, new_york
from microhedge.instruments import Debt
from microhedge.tape import ENDS, Action, Basis, Earnings, Origin, Source, Tape

if TYPE_CHECKING:
    from microhedge.quotes import Chain

Floats = NDArray[np.float64]
Days = NDArray[np.int32]

TERMS: Mapping[str, int] = {"VIX9D": 9, "VIX3M": 93, "VIX6M": 184, "VIX1Y": 365}
"""Indices like VIX by their names, and the calendar days that they look ahead."""

MOVE = 0.05
"""Standard deviation of the move on an earnings date, where nothing else is said."""

_BARS = 2048
"""More than the minutes of a day, so that day and bar make one number."""

_PREFERENCE: tuple[Basis, ...] = ("raw", "price_index", "total_return", "bond")


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """Prices of one symbol on one basis, oldest first.

    `close` and `open` are in `currency` per share as traded on the day (basis "raw"), index
    points ("price_index") or adjusted for splits and dividends ("total_return").  `open` is NaN
    wherever the source has no genuine opening print.  `actions` belong to raw series only, and to
    those of a `bond`: closes on the basis "bond" have the accrued interest in them.

    A row is a session, or with `bar` a bar of one: its number within the session, from 0.  Bars
    are played by `engine.simulate`; they carry no corporate actions and no options.
    """

    symbol: str
    basis: Basis
    day: Days
    close: Floats
    open: Floats
    actions: tuple[Action, ...]
    source: str
    sha256: str
    currency: str = "USD"
    high: Floats | None = None
    low: Floats | None = None
    volume: Floats | None = None
    bar: Days | None = None
    origin: Origin = field(default_factory=Origin)
    bond: Debt | None = None

    def __post_init__(self) -> None:
        if len(self.day) == 0:
            raise BadData(f"{self.symbol}: no rows; a series needs at least one session")
        if self.bar is not None and self.actions:
            raise BadData(f"{self.symbol}: bars within a day cannot carry actions; use daily bars")
        if self.bar is not None and (self.bar.min() < 0 or self.bar.max() >= _BARS):
            raise BadData(f"{self.symbol}: bars of a session are numbered 0 to {_BARS - 1}")
        steps = np.diff(self.key)
        if np.any(steps <= 0):
            bad = to_date(int(self.day[int(np.argmax(steps <= 0)) + 1]))
            raise BadData(f"{self.symbol}: {bad} is out of order or twice; days must increase")
        wrong = ~(np.isfinite(self.close) & (self.close > 0.0))
        if np.any(wrong):
            row = int(np.argmax(wrong))
            raise BadData(
                f"{self.symbol}: close {self.close[row]} on {to_date(int(self.day[row]))}; "
                "a close must be a positive number"
            )
        prices = (self.close, self.open, self.high, self.low)
        last = [action for action in self.actions if action.kind in ENDS]
        if len(last) > 1 or (last and last[0].day <= self.day[-1]):
            raise BadData(
                f"{self.symbol}: a {last[0].kind} on {to_date(last[0].day)} and prices up to "
                f"{self.last}; it is the end of a share and comes after its last price, once"
            )
        if last and not (isfinite(last[0].value) and last[0].value > 0.0):
            raise BadData(
                f"{self.symbol}: a {last[0].kind} at {last[0].value}; give the money that a share "
                "became, at least the last price that was paid"
            )
        for column in (self.day, self.bar, *prices, self.volume):
            if column is not None:
                column.flags.writeable = False

    @property
    def key(self) -> NDArray[np.int64]:
        """What orders the rows and matches those of several series: the day, then the bar."""
        return _key(self.day, self.bar)

    @property
    def end(self) -> Action | None:
        """The merger or delisting after the last row, if there was one."""
        return next((action for action in self.actions if action.kind in ENDS), None)

    def carried(self, days: Days) -> Self:
        """Return an ended series with the money that a share became on the days after its end."""
        end = self.end
        later = days[days > self.day[-1]]
        if end is None or len(later) == 0:
            return self
        return replace(
            self,
            day=np.concatenate((self.day, later)).astype(np.int32),
            close=np.concatenate((self.close, np.full(len(later), end.value))),
            open=np.concatenate((self.open, np.full(len(later), np.nan))),
            high=None,
            low=None,
            volume=None,
            actions=tuple(action for action in self.actions if action is not end),
        )

    @property
    def first(self) -> date:
        """The first session."""
        return to_date(int(self.day[0]))

    @property
    def last(self) -> date:
        """The last session."""
        return to_date(int(self.day[-1]))


@dataclass(frozen=True, slots=True, eq=False)
class Reference:
    """A series that is no price.

    Known names are "CMT3M" (a yield, as a fraction), "VIX" and those of `TERMS` (points), and
    "IV:<symbol>" (implied volatility at the money of a symbol's options, as a fraction a year,
    known at the close).
    """

    name: str
    day: Days
    value: Floats
    source: str
    sha256: str
    origin: Origin = field(default_factory=Origin)


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
    ) -> Tape:
        """Lay the symbols on one axis of sessions, by the rule of the window.

        `warmup` is the number of returns that must lie before the first decision.
        `index_dividend` is the yield a year that a price index is assumed to pay.
        `rate` replaces the 3-month yield on every session; `volume` lays volumes beside prices.
        """
        wanted = tuple(dict.fromkeys(symbols))
        going = [s for s in wanted if not self._ended(s)]
        last = {s: max(self._last(s, b) for b in self.bases(s)) for s in going or wanted}
        shortest = min(last, key=lambda s: last[s])
        if end is None:
            stop = last[shortest]
        else:
            stop = day_number(end)
            if self.exchange.next_session(last[shortest]) <= stop:
                raise NotCovered(
                    f"end {end} lies after the last price of {shortest}, "
                    f"{to_date(last[shortest])}: choose an end on or before it"
                )
        if start is not None and day_number(start) >= stop:
            raise UsageError(
                f"start {start} is not before the end, {to_date(stop)}: choose an earlier start"
            )
        chosen = [self._choose(s, start, stop, warmup) for s in wanted]
        kinds = {one.bar is None for one in chosen}
        if len(kinds) > 1:
            daily = ", ".join(one.symbol for one in chosen if one.bar is None)
            raise NotCovered(f"{daily} has daily bars and the others have bars within the day")
        days = next((one.day for one in chosen if one.end is None), np.zeros(0, np.int32))
        laid = [one.carried(days) for one in chosen]
        keys = laid[0].key
        for one in laid[1:]:
            keys = np.intersect1d(keys, one.key, assume_unique=True)
        keys = keys[keys // _BARS <= stop]
        axis = (keys // _BARS).astype(np.int32)
        begin = self._begin(wanted, axis, start, stop, warmup)
        for one in chosen:
            if one.end is not None and one.end.day <= axis[begin]:
                raise NotCovered(
                    f"{one.symbol} ended on {one.last}, before the first decision on "
                    f"{to_date(int(axis[begin]))}: choose an earlier start"
                )
        tape = self._assemble(laid, chosen, keys, begin, index_dividend, rate)
        return replace(tape, volume=_volumes(laid, keys)) if volume else tape

    def _ended(self, symbol: str) -> bool:
        return any(one.end is not None for one in self._series.get(symbol, {}).values())

    def _last(self, symbol: str, basis: Basis) -> int:
        return int(self._series[symbol][basis].day[-1])

    def _choose(self, symbol: str, start: date | None, stop: int, warmup: int) -> Series:
        covering = [
            self._series[symbol][basis]
            for basis in self.bases(symbol)
            # an end may be a Sunday
            if self._series[symbol][basis].end is not None
            or self.exchange.next_session(self._last(symbol, basis)) > stop
        ]
        if start is not None:
            for one in covering:
                if int(np.searchsorted(one.day, day_number(start))) >= warmup:
                    return one
            return max(covering, key=lambda one: -int(one.day[0]))
        return covering[0]

    def _begin(
        self, symbols: tuple[str, ...], axis: Days, start: date | None, stop: int, warmup: int
    ) -> int:
        names = ", ".join(symbols)
        if len(axis) <= warmup + 1:
            raise NotCovered(
                f"{names} have {len(axis)} common sessions up to {to_date(stop)}; "
                f"{warmup + 2} are needed ({warmup} of warm-up): "
                "choose a later end or a shorter window"
            )
        if start is None:
            return warmup
        begin = int(np.searchsorted(axis, day_number(start)))
        if begin < warmup:
            raise NotCovered(
                f"start {start} is too early: with {warmup} sessions of warm-up the first "
                f"possible decision for {names} is {to_date(int(axis[warmup]))}"
            )
        if begin >= len(axis) - 1:
            raise NotCovered(
                f"start {start} leaves no session to run: the last common one of {names} "
                f"is {to_date(int(axis[-1]))}"
            )
        return begin

    def _assemble(
        self,
        chosen: list[Series],
        given: list[Series],
        keys: NDArray[np.int64],
        begin: int,
        index_dividend: float,
        rate: float | None,
    ) -> Tape:
        rows = {one.symbol: np.searchsorted(one.key, keys) for one in chosen}
        axis = (keys // _BARS).astype(np.int32)
        bars = None if chosen[0].bar is None else (keys % _BARS).astype(np.int32)
        yields, age = _carried(self._references.get("CMT3M"), axis)
        if rate is not None:
            yields, age = np.full(len(axis), rate), np.zeros(len(axis), np.int32)
        quoted = {one.symbol: self._covering(f"IV:{one.symbol}", axis, begin) for one in chosen}
        vix = self._covering("VIX", axis, begin)
        terms = self._terms(axis, begin)
        used = ["CMT3M"] if rate is None else []
        used += [] if vix is None else ["VIX"]
        used += [name for name, days in TERMS.items() if days in terms]
        used += [f"IV:{symbol}" for symbol, values in quoted.items() if values is not None]
        known = [one for name in used if (one := self._references.get(name)) is not None]
        return Tape(
            day=axis,
            begin=begin,
            close={s.symbol: s.close[rows[s.symbol]] for s in chosen},
            open={s.symbol: s.open[rows[s.symbol]] for s in chosen},
            basis={s.symbol: s.basis for s in chosen},
            actions={s.symbol: s.actions for s in given},
            rate=yields,
            rate_age=age,
            vix=vix,
            implied={symbol: values for symbol, values in quoted.items() if values is not None},
            index_dividend=index_dividend,
            dropped={s.symbol: _missing(s.key, keys) for s in chosen},
            bar=bars,
            exchange=self.exchange,
            bonds={s.symbol: s.bond for s in chosen if s.bond is not None},
            vix_terms=terms,
            earnings={name: self.earnings[name] for name in rows if name in self.earnings},
            sources=(
                *(_source(one, axis) for one in given),
                *(_source(one, axis) for one in known if len(one.day)),
                *self._quotes,
            ),
        )

    def _terms(self, axis: Days, begin: int) -> dict[int, Floats]:
        """Return the indices by tenor; NotCovered where one has no value on every session."""
        found = {}
        for name, days in TERMS.items():
            if name in self._references:
                column = self._covering(name, axis, begin)
                if column is None:
                    raise NotCovered(
                        f"{name} does not cover every session from {to_date(int(axis[begin]))} to "
                        f"{to_date(int(axis[-1]))}: choose a window that it covers, or leave it out"
                    )
                found[days] = column
        return found

    def _covering(self, name: str, axis: Days, begin: int) -> Floats | None:
        """Return a reference on the axis if every session from `begin` on has its own value."""
        value, age = _carried(self._references.get(name), axis)
        return value if np.all(age[begin:] == 0) else None


def _volumes(chosen: list[Series], keys: NDArray[np.int64]) -> dict[str, Floats]:
    """Return the volumes of the series that have them, on an axis."""
    return {
        one.symbol: one.volume[np.searchsorted(one.key, keys)]
        for one in chosen
        if one.volume is not None
    }


def _key(day: Days, bar: Days | None) -> NDArray[np.int64]:
    return day.astype(np.int64) * _BARS + (0 if bar is None else bar)


def _source(one: Series | Reference, axis: Days) -> Source:
    """Return where a series came from, with the days of it that lie within a run."""
    first, last = max(one.day[0], axis[0]), min(one.day[-1], axis[-1])
    span = (to_date(int(first)), to_date(int(last))) if first <= last else None
    if isinstance(one, Reference):
        return Source(one.name, one.source, "reference", one.sha256, None, span, one.origin)
    return Source(one.symbol, one.source, one.basis, one.sha256, one.currency, span, one.origin)


def _missing(own: NDArray[np.int64], keys: NDArray[np.int64]) -> int:
    """Count rows of a series between the ends of the axis that the axis lacks."""
    inside = np.count_nonzero((own >= keys[0]) & (own <= keys[-1]))
    return int(inside) - len(keys)


def _carried(reference: Reference | None, axis: Days) -> tuple[Floats, Days]:
    """Carry a reference forward onto the axis, never backward; age in sessions, −1 unknown."""
    if reference is None or len(reference.day) == 0:
        return np.zeros(len(axis)), np.full(len(axis), -1, np.int32)
    days, session = np.unique(axis, return_inverse=True)
    row = np.searchsorted(reference.day, days, side="right") - 1
    known = row >= 0
    value = np.where(known, reference.value[np.maximum(row, 0)], 0.0)
    since = np.searchsorted(days, reference.day[np.maximum(row, 0)])
    age = np.where(known, np.arange(len(days)) - since, -1).astype(np.int32)
    return value[session], age[session]
