"""What is a listed option worth on a tape, by the model?

The price of a contract is computed for its whole life in one vectorised call when it is first
needed, from the volatility model, the option rate and the expected dividends of each row, and
shared by every run on the tape.  Fills and marks read the same numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

import numpy as np

from microhedge.calendar import day_number
from microhedge.dividends import believed, expected
from microhedge.errors import AdjustedSeries, NotCovered
from microhedge.instruments import Option
from microhedge.pricing import (
    Escrow,
    aligned,
    american_columns,
    american_delta,
    black,
    escrow,
    forward_columns,
    greeks,
)
from microhedge.tape import Floats, Tape
from microhedge.volatility import At, VolModel


@dataclass(frozen=True, slots=True)
class Quote:
    """A price per share with the inputs of the model; a quoted one has its bid and its ask."""

    mid: float
    spot: float
    volatility: float
    rate: float
    bid: float | None = None
    ask: float | None = None

    @property
    def source(self) -> Literal["model", "quote"]:
        """Who gave the price: the model, or a quote in a chain."""
        return "model" if self.bid is None or self.ask is None else "quote"


@dataclass(frozen=True, slots=True, eq=False)
class Life:
    """Marks per share and volatilities of one contract, from row `begin` to its last row."""

    begin: int
    mid: Floats
    volatility: Floats


@dataclass(frozen=True, slots=True, eq=False)
class ModelColumns:
    """What prices of options are computed from, a number for each row."""

    spot: Floats
    strike: Floats
    years: Floats
    volatility: Floats
    rate: Floats
    sign: Floats
    yielded: Floats
    ahead: Floats
    dividend_time: Floats
    dividend_amount: Floats


@dataclass(frozen=True, slots=True, eq=False)
class ModelInputs(ModelColumns):
    """The same of one contract, and the dividends that are set aside for its tree."""

    cash: Escrow


class OptionPrices:
    """Prices the options of one tape; the model of each underlying is chosen once."""

    def __init__(self, tape: Tape, model: Callable[[str], VolModel]) -> None:
        self._tape = tape
        self._choose = model
        self._models: dict[str, VolModel] = {}
        self._lives: dict[tuple[Option, int], Life] = {}
        self._ready: dict[tuple[Option, int], Life] = {}
        self._deltas: dict[tuple[Option, int], Floats] = {}
        self._last: dict[date, int] = {}

    def __getstate__(self) -> dict[str, Any]:
        """What travels to another process: the models, without the prices made of them."""
        return {**vars(self), "_lives": {}, "_ready": {}, "_deltas": {}}

    def __len__(self) -> int:
        """Contracts whose prices are known."""
        return len(self._lives)

    def forget(self) -> None:
        """Drop the prices of every contract; they are computed again when they are needed."""
        for known in (self._lives, self._ready, self._deltas):
            known.clear()

    def model(self, underlying: str) -> VolModel:
        """Return the volatility model of an underlying; refuse one without strikes."""
        tape = self._tape
        if underlying not in self._models:
            tape.need_daily(f"an option on {underlying}")
            if not tape.exchange.is_new_york:
                raise NotCovered(
                    f"an option on {underlying} needs the calendar XNYS, and this run is on "
                    f"{tape.exchange.code}: expiries, strikes and contracts of 100 shares are "
                    "those of the US exchanges; hedge with stock"
                )
            if tape.basis[tape.need(underlying)] == "total_return":
                raise AdjustedSeries(
                    f"a strike needs prices as traded, and {underlying} has only adjusted ones "
                    f"from {tape.dates[tape.begin]} to {tape.dates[-1]}",
                    underlying,
                )
            self._models[underlying] = self._choose(underlying)
        return self._models[underlying]

    @property
    def quoted(self) -> dict[str, str]:
        """The hash of the quotes of each underlying that has some: none, by the model alone."""
        return {}

    def quoted_part(self, contracts: Iterable[Option], first: int, last: int) -> float:
        """Return the part of the closes of rows first … last − 1 that one of them was quoted at.

        A negative `last` means the end of the tape.
        """
        return 0.0

    def made(self, tape: Tape, model: Callable[[str], VolModel]) -> OptionPrices:
        """Return prices of the same kind on another tape or of another model."""
        return OptionPrices(tape, model)

    def on(self, tape: Tape) -> OptionPrices:
        """Return the prices of the same models on the tape with other rates.

        Contracts that ended before the first session whose rate differs keep their prices.
        """
        found = self.made(tape, self.model)
        moved = tape.rate != self._tape.rate
        first = int(moved.argmax()) if moved.any() else len(tape)
        for (option, begin), life in self._lives.items():
            if begin + len(life.mid) <= first:
                found._lives[option, begin] = life
        return found

    @property
    def models(self) -> dict[str, VolModel]:
        """The models that have been used, by underlying."""
        return dict(self._models)

    def last_row(self, option: Option) -> int:
        """Return the row at which a contract settles, as `Tape.ends_at` says it."""
        row = self._last.get(option.expiry)
        if row is None:
            row = self._last[option.expiry] = self._tape.ends_at(day_number(option.expiry))
        return row

    def settlement_spot(self, option: Option) -> float:
        """Return the price that settles a contract, as the tape says it."""
        expiry = day_number(option.expiry)
        if option.am:
            return self._tape.opening_settlement(option.underlying, expiry)
        return self._tape.settlement(option.underlying, expiry)

    def life(self, option: Option, begin: int) -> Life:
        """Return the marks of a contract from a row to its expiry or the end of the tape."""
        key = (option, begin)
        found = self._lives.get(key)
        if found is None:
            found = self._ready.pop(key, None) if self._ready else None
            if found is None:
                found = Life(begin, *self._price(option, self._rows(option, begin), "close"))
            self._lives[key] = found
        return found

    def prepare(self, options: Sequence[Option], begin: int) -> None:
        """Price the lives of contracts that differ in their strikes alone in one go.

        It saves time and changes nothing: `life` finds them ready.
        """
        self._ready.clear()
        options = [option for option in options if (option, begin) not in self._lives]
        if len(options) < 2:
            return
        rows = self._rows(options[0], begin)
        strikes = np.repeat([option.strike for option in options], len(rows))
        mid, vol = self._struck(options[0], np.tile(rows, len(options)), "close", strikes)
        for k, option in enumerate(options):
            mine = slice(k * len(rows), (k + 1) * len(rows))
            self._ready[option, begin] = Life(begin, mid[mine].copy(), vol[mine].copy())

    def _rows(self, option: Option, begin: int) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
        return np.arange(begin, min(self.last_row(option), len(self._tape) - 1) + 1)

    def quote(self, option: Option, row: int, at: At, begin: int | None = None) -> Quote:
        """Return the price at the open or the close of a row.

        `begin` is the row from which the contract's life is already known, if it is.
        """
        tape = self._tape
        if at == "open":
            mid, vol = self._price(option, np.array([row]), "open")
            price = float(mid[0]), float(tape.open[option.underlying][row]), float(vol[0])
            return Quote(*price, float(tape.option_rate[row - 1]))
        life = self.life(option, row if begin is None else begin)
        k = row - life.begin
        spot, rate = tape.close[option.underlying].item(row), tape.option_rate.item(row)
        return Quote(life.mid.item(k), spot, life.volatility.item(k), rate)

    def side_by_side(
        self, options: Sequence[Option], row: int, at: At, *, roughly: bool = False
    ) -> list[Quote]:
        """Return the prices at one row of contracts that differ in their strikes alone.

        Prices that are `roughly` right leave out what early exercise is worth.
        """
        rows = np.full(len(options), row)
        strikes = np.array([option.strike for option in options])
        first = replace(options[0], style="european") if roughly else options[0]
        mids, vols = self._struck(first, rows, at, strikes)
        spot = float(self._tape.prices(at)[options[0].underlying][row])
        rate = float(self._tape.option_rate[row if at == "close" else row - 1])
        return [
            Quote(mid, spot, vol, rate)
            for mid, vol in zip(mids.tolist(), vols.tolist(), strict=True)
        ]

    def delta(self, option: Option, row: int) -> float:
        """Return the delta of one share's worth of the option at a close, per share."""
        found = _delta(option, self._inputs(option, np.array([row]), "close"))
        return found.item(0) * option.deliverable / option.multiplier

    def deltas(self, option: Option, begin: int) -> Floats:
        """Return the deltas of a contract at the closes of its life, as `life` has its marks.

        Each is per unit of what the contract delivers for its strike, whatever that has become.
        """
        key = (option, begin)
        if key not in self._deltas:
            self._deltas[key] = _delta(option, self._risk(option, self._rows(option, begin)))
        return self._deltas[key]

    def deltas_at(self, options: Sequence[Option], row: int, at: At) -> Floats:
        """Return the deltas at one row of contracts that differ in their strikes alone."""
        strikes = np.array([option.strike for option in options])
        rows = np.full(len(options), row)
        return _delta(options[0], self._risk(options[0], rows, at, strikes))

    def model_inputs(
        self, option: Option, rows: np.ndarray[tuple[int], np.dtype[np.intp]]
    ) -> ModelInputs:
        """Return what the model's prices of a contract at the closes of rows are computed from."""
        return self._inputs(option, rows, "close")

    def _risk(
        self,
        option: Option,
        rows: np.ndarray[tuple[int], np.dtype[np.intp]],
        at: At = "close",
        strikes: Floats | None = None,
    ) -> ModelInputs:
        """Return what deltas are computed from: what the model's prices are."""
        return self._inputs(option, rows, at, strikes)

    def _inputs(
        self,
        option: Option,
        rows: np.ndarray[tuple[int], np.dtype[np.intp]],
        at: At,
        strikes: Floats | None = None,
    ) -> ModelInputs:
        tape = self._tape
        model = self.model(option.underlying)
        known = rows if at == "close" else rows - 1
        per_share = option.deliverable / option.multiplier
        spot = tape.prices(at)[option.underlying][rows] * per_share
        expiry = day_number(option.expiry)
        years = np.maximum(expiry - tape.day[rows], 0) / 365.0
        late = tape.day[rows] > expiry
        if late.any():
            spot = np.where(late, self.settlement_spot(option) * per_share, spot)
        div_t, div_a = expected(tape, option.underlying, known, rows, expiry)
        div_a = believed(div_a * per_share, spot)
        struck = option.strike if strikes is None else strikes
        columns = spot, struck, years, tape.option_rate[known], option.sign
        _, flat, time, amount = aligned((*columns, self._yield(option.underlying)), div_t, div_a)
        spot, strike, years, rate, sign, yielded = flat
        cash = escrow(years, rate, time, amount)
        ahead = forward_columns(spot, rate, years, yielded, cash)
        vol = model.iv(rows, at, struck, ahead, years)
        return ModelInputs(spot, strike, years, vol, rate, sign, yielded, ahead, div_t, div_a, cash)

    def _yield(self, underlying: str) -> float:
        """Return the yield that a price index pays; a share pays its expected dividends."""
        tape = self._tape
        return tape.index_dividend if tape.basis[underlying] == "price_index" else 0.0

    def _price(
        self, option: Option, rows: np.ndarray[tuple[int], np.dtype[np.intp]], at: At
    ) -> tuple[Floats, Floats]:
        return self._struck(option, rows, at, None)

    def _struck(
        self,
        option: Option,
        rows: np.ndarray[tuple[int], np.dtype[np.intp]],
        at: At,
        strikes: Floats | None,
    ) -> tuple[Floats, Floats]:
        one = self._inputs(option, rows, at, strikes)
        if option.style == "european":
            discount = np.exp(-one.rate * one.years)
            mid = black(one.ahead, one.strike, one.years, one.volatility, discount, one.sign)
        else:
            mid = american_columns(
                one.spot,
                one.strike,
                one.years,
                one.volatility,
                one.rate,
                one.sign,
                one.yielded,
                one.cash,
            )
        return np.asarray(mid), one.volatility


def _delta(option: Option, one: ModelInputs) -> Floats:
    """Return deltas per unit of the underlying, of an American option those of its tree."""
    if option.style == "european":
        discount = np.exp(-one.rate * one.years)
        struck = one.ahead, one.strike, one.years, one.volatility, discount, one.sign
        return greeks(*struck, r=one.rate, q=one.yielded).delta
    return american_delta(
        one.spot,
        one.strike,
        one.years,
        one.volatility,
        one.rate,
        one.sign,
        q=one.yielded,
        div_t=one.dividend_time,
        div_a=one.dividend_amount,
    )
