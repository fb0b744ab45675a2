"""What is a listed option worth on a tape, by the model?

The price of a contract is computed for its whole life in one vectorised call when it is first
needed, from the volatility model, the option rate and the expected dividends of each row, and
shared by every run on the tape.  Fills and marks read the same numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from microhedge.calendar import day_number
from microhedge.dividends import expected
from microhedge.errors import AdjustedSeries
from microhedge.instruments import Option
from microhedge.pricing import american, american_delta, black, forward
from microhedge.tape import Floats, Tape
from microhedge.volatility import At, VolModel


@dataclass(frozen=True, slots=True)
class Quote:
    """A model price per share with the inputs that gave it."""

    mid: float
    spot: float
    volatility: float
    rate: float


@dataclass(frozen=True, slots=True, eq=False)
class Life:
    """Marks per share and volatilities of one contract, from row `begin` to its last row."""

    begin: int
    mid: Floats
    volatility: Floats


class OptionPrices:
    """Prices the options of one tape; the model of each underlying is chosen once."""

    def __init__(self, tape: Tape, model: Callable[[str], VolModel]) -> None:
        self._tape = tape
        self._choose = model
        self._models: dict[str, VolModel] = {}
        self._lives: dict[tuple[Option, int], Life] = {}

    def model(self, underlying: str) -> VolModel:
        """Return the volatility model of an underlying; refuse adjusted prices."""
        tape = self._tape
        if underlying not in self._models:
            tape.need_daily(f"an option on {underlying}")
            if tape.basis[tape.need(underlying)] == "total_return":
                raise AdjustedSeries(
                    f"a strike needs prices as traded, and {underlying} has only adjusted ones "
                    f"from {tape.dates[tape.begin]} to {tape.dates[-1]}"
                )
            self._models[underlying] = self._choose(underlying)
        return self._models[underlying]

    def on(self, tape: Tape) -> OptionPrices:
        """Return the prices of the same models on another tape of the same sessions."""
        return OptionPrices(tape, self.model)

    @property
    def models(self) -> dict[str, VolModel]:
        """The models that have been used, by underlying."""
        return dict(self._models)

    def last_row(self, option: Option) -> int:
        """Return the row at which a contract settles: the first one not before its expiry.

        That is the row of its expiry unless the data have a hole there; a row that the tape does
        not have if it ends earlier.  Until a day has come nobody knows that it has no prices.
        """
        return int(np.searchsorted(self._tape.day, day_number(option.expiry)))

    def settlement_spot(self, option: Option) -> float:
        """Return the close that settles a contract: the last one not after its expiry.

        It is in the share units of the row at which the contract settles.
        """
        tape, symbol = self._tape, option.underlying
        last = int(np.searchsorted(tape.day, day_number(option.expiry), side="right")) - 1
        index = tape.split_index(symbol)
        return float(tape.close[symbol][last] * index[last] / index[self.last_row(option)])

    def life(self, option: Option, begin: int) -> Life:
        """Return the marks of a contract from a row to its expiry or the end of the tape."""
        key = (option, begin)
        if key not in self._lives:
            rows = np.arange(begin, min(self.last_row(option), len(self._tape) - 1) + 1)
            self._lives[key] = Life(begin, *self._price(option, rows, "close"))
        return self._lives[key]

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
        spot = float(tape.close[option.underlying][row])
        rate = float(tape.option_rate[row])
        return Quote(float(life.mid[k]), spot, float(life.volatility[k]), rate)

    def delta(self, option: Option, row: int) -> float:
        """Return the delta of one share's worth of the option at a close, per share."""
        rows = np.array([row])
        spot, years, vol, rate, div_t, div_a, cp, _ = self._inputs(option, rows, "close")
        q = self._yield(option.underlying)
        found = american_delta(
            spot, option.strike, years, vol, rate, cp, q=q, div_t=div_t, div_a=div_a
        )
        return float(np.asarray(found).reshape(-1)[0]) * option.deliverable / option.multiplier

    def _inputs(
        self, option: Option, rows: np.ndarray[tuple[int], np.dtype[np.intp]], at: At
    ) -> tuple[Floats, Floats, Floats, Floats, Floats, Floats, int, Floats]:
        tape = self._tape
        model = self.model(option.underlying)
        known = rows if at == "close" else rows - 1
        price = tape.close if at == "close" else tape.open
        per_share = option.deliverable / option.multiplier
        spot = price[option.underlying][rows] * per_share
        expiry = day_number(option.expiry)
        years = np.maximum(expiry - tape.day[rows], 0) / 365.0
        late = tape.day[rows] > expiry
        if late.any():
            spot = np.where(late, self.settlement_spot(option) * per_share, spot)
        rate = tape.option_rate[known]
        div_t, div_a = expected(tape, option.underlying, known, rows, expiry)
        div_a = div_a * per_share
        # a payer whose price collapsed will not pay half of it out: such a forecast is void
        div_a[div_a.sum(axis=1) > spot / 2.0] = 0.0
        ahead = forward(spot, rate, years, self._yield(option.underlying), div_t, div_a)
        vol = model.iv(rows, at, option.strike, ahead, years)
        return spot, years, vol, rate, div_t, div_a, (1 if option.right == "C" else -1), ahead

    def _yield(self, underlying: str) -> float:
        """Return the yield that a price index pays; a share pays its expected dividends."""
        tape = self._tape
        return tape.index_dividend if tape.basis[underlying] == "price_index" else 0.0

    def _price(
        self, option: Option, rows: np.ndarray[tuple[int], np.dtype[np.intp]], at: At
    ) -> tuple[Floats, Floats]:
        spot, years, vol, rate, div_t, div_a, cp, ahead = self._inputs(option, rows, at)
        if option.style == "european":
            mid = black(ahead, option.strike, years, vol, np.exp(-rate * years), cp)
        else:
            q = self._yield(option.underlying)
            mid = american(spot, option.strike, years, vol, rate, cp, q=q, div_t=div_t, div_a=div_a)
        return np.asarray(mid), np.asarray(vol)
