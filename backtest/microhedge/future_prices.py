"""What is a future worth on a tape, by the cost of carry?

The price is a model's: spot with its carry, (S − PV of the dividends expected) · e^{(r − q)·T}.
A share pays the dividends that were expected on the evening, by `dividends`, and never those that
came; a price index pays the yield that it is assumed to have.  r is the rate for options, T is
actual days / 365 to the expiry, at which the future is the spot.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from microhedge.calendar import day_number
from microhedge.dividends import believed, expected
from microhedge.errors import AdjustedSeries, NotCovered
from microhedge.instruments import Future
from microhedge.tape import Floats, Tape

LONGEST = 220
"""Calendar days before its expiry at which a future is first priced: two quarters and a month."""


class FuturePrice(NamedTuple):
    """A future's price per unit of the underlying, with what the model made it of."""

    price: float
    spot: float
    rate: float


def need_future(tape: Tape, symbol: str) -> str:
    """Return the symbol, or refuse it: a contract is on prices as traded, by sessions."""
    tape.need_daily(f"a future on {symbol}")
    if not tape.exchange.is_new_york:
        raise NotCovered(
            f"a future on {symbol} needs the calendar XNYS, and this run is on "
            f"{tape.exchange.code}: its expiries are those of the US exchanges; hedge with stock"
        )
    if tape.basis[tape.need(symbol)] == "total_return":
        raise AdjustedSeries(
            f"a future needs prices as traded, and {symbol} has only adjusted ones "
            f"from {tape.dates[tape.begin]} to {tape.dates[-1]}",
            symbol,
        )
    return symbol


def at_closes(tape: Tape, future: Future) -> tuple[int, Floats]:
    """Return the first row of a future's price and its path to its last row, or the tape's."""
    return tape.kernel(_closes, future.underlying, day_number(future.expiry))


def price_at(tape: Tape, future: Future, row: int, at: Literal["open", "close"]) -> FuturePrice:
    """Return the price at the open or the close of a row."""
    symbol, expiry = future.underlying, day_number(future.expiry)
    if at == "open":
        price = _prices(tape, symbol, expiry, np.array([row]), "open").item()
        return FuturePrice(price, tape.open[symbol].item(row), tape.option_rate.item(row - 1))
    first, path = at_closes(tape, future)
    spot, rate = tape.close[symbol].item(row), tape.option_rate.item(row)
    return FuturePrice(path.item(row - first), spot, rate)


def _closes(tape: Tape, symbol: str, expiry: int) -> tuple[int, Floats]:
    first = int(tape.day.searchsorted(expiry - LONGEST))
    last = min(tape.ends_at(expiry), len(tape) - 1)
    return first, _prices(tape, symbol, expiry, np.arange(first, last + 1), "close")


def _prices(
    tape: Tape, symbol: str, expiry: int, rows: NDArray[np.intp], at: Literal["open", "close"]
) -> Floats:
    known = rows if at == "close" else rows - 1
    spot = tape.prices(at)[symbol][rows]
    late = tape.day[rows] > expiry
    if late.any():
        spot = np.where(late, tape.settlement(symbol, expiry), spot)
    years = np.maximum(expiry - tape.day[rows], 0) / 365.0
    yielded = tape.index_dividend if tape.basis[symbol] == "price_index" else 0.0
    time, amount = expected(tape, symbol, known, rows, expiry)
    rate = tape.option_rate[known]
    # with scipy, which a strategy that is only read, as by a completing shell, has no use for
    from microhedge.pricing import forward  # noqa: PLC0415

    return forward(spot, rate, years, yielded, time, believed(amount, spot))
