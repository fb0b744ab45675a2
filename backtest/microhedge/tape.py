"""The prices of one run: aligned columns, corporate actions, rates, and causal kernels.

A tape is frozen.  Whatever is computed from it is a *kernel*: a pure function of the tape whose
row t depends on rows ≤ t alone, computed once and shared by every run on the tape.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from functools import cached_property
from hashlib import sha256
from typing import Any, Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

from microhedge.errors import NotCovered, UnknownSymbol, nearest
from microhedge.exchange import Exchange, new_york
from microhedge.instruments import Debt
from microhedge.origin import Basis, Source

Kind = Literal[
    "split", "dividend", "special", "merger", "delisting", "coupon", "redemption", "default"
]
ENDS: tuple[Kind, ...] = ("merger", "delisting")
Floats = NDArray[np.float64]
Days = NDArray[np.int32]
T = TypeVar("T")

PAID_OUT: frozenset[Kind] = frozenset({"redemption", "default"})
"""Actions that pay a bond out; its price stands still from then on."""

HELD_AFTER = 10
"""A rate that has not been renewed for more sessions than this is *held*."""

_STRETCH = 63
"""Sessions over which opens are looked at."""

KEPT = 512
"""Kernels that a tape remembers."""


@dataclass(frozen=True, slots=True)
class Action:
    """A corporate action on its ex-day.

    `value` is new shares per old share for a split, money per share held after that day's
    splits for a dividend.  A "special" dividend adjusts option strikes, a regular one does not.
    A "merger" and a "delisting" are the last action of a share: from that day on it is `value`
    of money, and so are its closes.  A "coupon" is money per bond; a "redemption" or "default"
    pays so much for each and ends it, likewise.
    """

    day: int
    kind: Kind
    value: float


@dataclass(frozen=True, slots=True)
class Earnings:
    """Announced earnings dates of a symbol: the days of the sessions that react, sorted.

    `move` is the standard deviation of the move of such a session, a fraction: an assumption.
    """

    days: tuple[int, ...]
    move: float


@dataclass(frozen=True, eq=False)
class Tape:
    """Aligned columns of one run; row `begin` is the first decision, earlier rows are warm-up.

    `rate` is the 3-month constant-maturity Treasury yield (a fraction, bond-equivalent) carried
    forward, `rate_age` the sessions since it was last renewed (−1: never known).  `vix` is the VIX
    and `implied` a symbol's own implied volatility, where they cover every session from `begin`;
    `vix_terms` are indices like VIX by their calendar days, `earnings` the dates of a symbol that
    were announced beforehand.  `volume` has the shares traded, as of the day, where a run asks.
    `dropped` counts the sessions of a symbol that the others lack.  `exchange` says which day
    follows a session.  `bonds` are the symbols that are bonds: their closes have their accrued
    interest in them.

    With `bar`, the number of a bar within its session, a row is a bar and a session has several:
    carry and actions come with its first, settlement and margin with its last.
    """

    day: Days
    begin: int
    close: Mapping[str, Floats]
    open: Mapping[str, Floats]
    basis: Mapping[str, Basis]
    actions: Mapping[str, tuple[Action, ...]]
    rate: Floats
    rate_age: Days
    vix: Floats | None = None
    implied: Mapping[str, Floats] = field(default_factory=dict)
    index_dividend: float = 0.0195
    dropped: Mapping[str, int] = field(default_factory=dict)
    sources: tuple[Source, ...] = ()
    bar: Days | None = None
    exchange: Exchange = field(default_factory=new_york)
    bonds: Mapping[str, Debt] = field(default_factory=dict)
    vix_terms: Mapping[int, Floats] = field(default_factory=dict)
    earnings: Mapping[str, Earnings] = field(default_factory=dict)
    volume: Mapping[str, Floats] = field(default_factory=dict)
    _kernels: dict[tuple[Any, ...], Any] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        self.day.flags.writeable = False
        if self.bar is not None:
            self.bar.flags.writeable = False
        self.rate_age.flags.writeable = False
        for column in (self.rate, *self.close.values(), *self.open.values()):
            column.flags.writeable = False

    def __len__(self) -> int:
        return len(self.day)

    def __getstate__(self) -> dict[str, Any]:
        """What travels to another process: the columns, and nothing computed from them."""
        kept = {one.name: getattr(self, one.name) for one in fields(self)}
        return {**kept, "_kernels": {}}

    @cached_property
    def dates(self) -> tuple[date, ...]:
        """The sessions as dates."""
        return tuple(self.day.astype("datetime64[D]").tolist())

    @cached_property
    def session(self) -> Days:
        """Number of each row's session, 0 for the first; the row itself on a daily tape."""
        first = np.diff(self.day, prepend=self.day[:1]) != 0
        return np.cumsum(first, dtype=np.int32)

    @cached_property
    def closing(self) -> NDArray[np.bool_]:
        """Rows that are the last of their session."""
        return np.append(np.diff(self.day) != 0, True)

    @cached_property
    def next_day(self) -> Days:
        """For each row the day of the next session by the exchange's calendar, not by the data."""
        return self.exchange.next_sessions(self.day)

    @cached_property
    def option_rate(self) -> Floats:
        """Continuously compounded rate for options: 2·ln(1 + y/2) of the 3-month yield y."""
        return 2.0 * np.log1p(self.rate / 2.0)

    @cached_property
    def held(self) -> NDArray[np.bool_]:
        """Rows whose rate is older than ten sessions."""
        return self.rate_age > HELD_AFTER

    @cached_property
    def actions_at(self) -> dict[int, list[tuple[str, Action]]]:
        """Actions by row; an action between sessions falls on the next.

        Of one day splits come first, and the end of a share last: who owns it at the close before
        an ex-date is paid the dividend, and has nothing to be paid on once it is money.
        """
        found: dict[int, list[tuple[str, Action]]] = {}
        for symbol in sorted(self.actions):
            for action in sorted(self.actions[symbol], key=_turn):
                row = int(np.searchsorted(self.day, action.day))
                if 0 < row < len(self.day):
                    found.setdefault(row, []).append((symbol, action))
        return found

    @cached_property
    def ended(self) -> dict[str, int]:
        """The row from which a symbol is money, for those that a merger or a delisting ended."""
        return {
            symbol: row
            for row, acts in self.actions_at.items()
            for symbol, action in acts
            if action.kind in ENDS
        }

    def ends_at(self, expiry: int) -> int:
        """Return the row at which a contract settles: the first one not before its expiry's day.

        That is the row of its expiry unless the data have a hole there; a row that the tape does
        not have if it ends earlier.  Until a day has come nobody knows that it has no prices.
        """
        return int(self.day.searchsorted(expiry))

    def settlement(self, symbol: str, expiry: int) -> float:
        """Return the close that settles a contract: the last one not after its expiry's day.

        It is in the share units of the row at which the contract settles.
        """
        row = self.ends_at(expiry)
        last = row - int(self.day.item(row) != expiry)
        index = self.split_index(symbol)
        return self.close[symbol].item(last) * index.item(last) / index.item(row)

    def opening_settlement(self, symbol: str, expiry: int) -> float:
        """Return the opening print that settles a contract on its expiry's day.

        Where the source has none (`prints`), or the day is missing, it is as `settlement` says.
        """
        row = self.ends_at(expiry)
        if row < len(self) and self.day[row] == expiry and self.prints(symbol)[row]:
            return float(self.open[symbol][row])
        return self.settlement(symbol, expiry)

    def prints(self, symbol: str) -> NDArray[np.bool_]:
        """Tell for each row whether its open is a print: not empty, nor the close before.

        Vendors of indices fill opens with the close before.  Where more than a tenth of the last
        63 opens equal it, none of them is taken for a print.
        """
        return self.kernel(_prints, symbol)

    def need(self, symbol: str) -> str:
        """Return the symbol, or refuse it with the nearest one on the tape."""
        if symbol not in self.close:
            meant = nearest(symbol, self.close) or (
                ": a strategy has the prices of a symbol that a parameter of type str names, "
                f"as peer: str = {symbol!r}"
            )
            raise UnknownSymbol(f"{symbol!r} is not part of this run{meant}")
        return symbol

    def prices(self, at: Literal["open", "close"]) -> Mapping[str, Floats]:
        """Return the opens or the closes."""
        return self.open if at == "open" else self.close

    def need_daily(self, what: str) -> None:
        """Refuse bars within the day: what is asked for is defined by sessions."""
        if self.bar is not None:
            raise NotCovered(
                f"{what} needs daily bars, and these are bars within the day: "
                "give one row a session, its close"
            )

    def over(self, symbol: str, row: int) -> bool:
        """Tell whether a bond has been paid out by the close of a row."""
        today = self.day[row]
        return any(a.kind in PAID_OUT and a.day <= today for a in self.actions.get(symbol, ()))

    def kernel(self, function: Callable[..., T], *key: Any) -> T:
        """Return `function(tape, *key)`, computed once per tape; the oldest go beyond `KEPT`."""
        name = (function, *key)
        try:
            found: T = self._kernels[name]
        except KeyError:
            found = function(self, *key)
            if len(self._kernels) >= KEPT:
                del self._kernels[next(iter(self._kernels))]
            self._kernels[name] = found
        return found

    def split_index(self, symbol: str) -> Floats:
        """Cumulative split factor: row t has the shares that one share of row 0 became."""
        return self.kernel(_split_index, symbol)

    def growth(self, symbol: str) -> Floats:
        """Total-return index, 1.0 at row 0: splits and every dividend reinvested on the ex-day."""
        return self.kernel(_growth, symbol)

    def returns(self, symbol: str) -> Floats:
        """Simple total returns; row 0 is 0."""
        return self.kernel(_returns, symbol)

    def overnight(self, symbol: str) -> Floats:
        """Total-return factor from yesterday's close to today's open; NaN without an open."""
        return self.kernel(_overnight, symbol)

    def with_rate_shift(self, shift: float) -> Tape:
        """Return the same tape with the yield moved by `shift` on the sessions where it is held."""
        moved = np.where(self.held, self.rate + shift, self.rate)
        return replace(self, rate=moved, _kernels={})

    @cached_property
    def data_hash(self) -> str:
        """SHA-256 over the columns and sessions that a run on this tape can see."""
        digest = sha256()
        digest.update(self.day.astype("<i4").tobytes())
        if self.bar is not None:
            digest.update(self.bar.astype("<i4").tobytes())
        for symbol in sorted(self.close):
            digest.update(f"{symbol} {self.basis[symbol]}".encode())
            digest.update(self.close[symbol].astype("<f8").tobytes())
            digest.update(self.open[symbol].astype("<f8").tobytes())
        for row, acts in sorted(self.actions_at.items()):
            digest.update(repr((row, [(s, a.kind, a.value) for s, a in acts])).encode())
        digest.update(self.rate.astype("<f8").tobytes())
        if self.vix is not None:
            digest.update(self.vix.astype("<f8").tobytes())
        for symbol in sorted(self.implied):
            digest.update(f"IV:{symbol}".encode())
            digest.update(self.implied[symbol].astype("<f8").tobytes())
        for days in sorted(self.vix_terms):
            digest.update(f"VIX {days} days".encode())
            digest.update(self.vix_terms[days].astype("<f8").tobytes())
        for symbol in sorted(self.volume):
            digest.update(f"volume:{symbol}".encode())
            digest.update(self.volume[symbol].astype("<f8").tobytes())
        for symbol, known in sorted(self.earnings.items()):
            digest.update(repr((symbol, known.days, known.move)).encode())
        if not self.exchange.is_new_york:
            digest.update(self.exchange.code.encode())
        for symbol in sorted(self.bonds):
            digest.update(repr(self.bonds[symbol]).encode())
        return digest.hexdigest()


def _turn(action: Action) -> tuple[int, bool, bool]:
    return action.day, action.kind != "split", action.kind in ENDS


def _prints(tape: Tape, symbol: str) -> NDArray[np.bool_]:
    opens, close = tape.open[symbol], tape.close[symbol]
    filled = np.zeros(len(tape), np.int64)
    filled[1:] = opens[1:] == close[:-1]
    total = np.concatenate((np.zeros(_STRETCH, np.int64), filled.cumsum()))
    often = (total[_STRETCH:] - total[:-_STRETCH]) * 10 > _STRETCH
    found: NDArray[np.bool_] = np.isfinite(opens) & (filled == 0) & ~often
    return found


def _split_index(tape: Tape, symbol: str) -> Floats:
    step = np.ones(len(tape))
    for row, acts in tape.actions_at.items():
        for name, action in acts:
            if name == symbol and action.kind == "split":
                step[row] *= action.value
    index: Floats = np.cumprod(step, dtype=np.float64)
    return index


def _factors(tape: Tape, symbol: str, price: Floats) -> Floats:
    """Total-return factor of each row from the close before it to `price` of the row."""
    close = tape.close[symbol]
    split = np.ones(len(tape))
    paid = np.zeros(len(tape))
    for row, acts in tape.actions_at.items():
        for name, action in acts:
            if name == symbol:
                if action.kind == "split":
                    split[row] *= action.value
                elif action.kind not in ENDS and action.kind not in PAID_OUT:
                    paid[row] += action.value
    out = np.ones(len(tape))
    out[1:] = (price[1:] + paid[1:]) * split[1:] / close[:-1]
    return out


def _growth(tape: Tape, symbol: str) -> Floats:
    path: Floats = np.cumprod(_factors(tape, symbol, tape.close[symbol]), dtype=np.float64)
    return path


def _returns(tape: Tape, symbol: str) -> Floats:
    return _factors(tape, symbol, tape.close[symbol]) - 1.0


def _overnight(tape: Tape, symbol: str) -> Floats:
    return _factors(tape, symbol, tape.open[symbol])
