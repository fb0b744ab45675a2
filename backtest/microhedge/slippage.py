"""How much worse does a large order of shares fill, and how much of it at once?

The usual volume of a session is the mean of the 21 before it, in the shares of the session; the
daily volatility is the standard deviation of the same sessions' total returns.  An order of q
shares moves the price against itself by the square-root law, k·σ·√(q / usual volume) of the
price (Grinold & Kahn 1999; Almgren, Thum, Hauptmann & Li 2005 measured powers of 0.5 to 0.6), and
by a fixed part beside it.  A fill takes at most a part of the usual volume; the rest of the order
waits for the next session unless the hedge asks for something else.

Where no volume is known only the fixed part is charged, and nothing waits.
"""

from __future__ import annotations

from math import floor

import numpy as np

from microhedge.costs import Costs
from microhedge.tape import Floats, Tape

WINDOW = 21
"""Sessions behind the usual volume and the volatility; the session of the fill is none of them."""

_ROUNDING = 1e-9


def usual_volume(tape: Tape, symbol: str) -> Floats:
    """Return the mean volume of the 21 sessions before each row; NaN where one is not known."""
    out = np.full(len(tape), np.nan)
    volume = tape.volume.get(symbol)
    if volume is None or len(tape) <= WINDOW:
        return out
    index = tape.split_index(symbol)
    shares = np.where(volume > 0.0, volume / index, np.nan)
    out[WINDOW:] = np.lib.stride_tricks.sliding_window_view(shares[:-1], WINDOW).mean(axis=1)
    return out * index


def daily_volatility(tape: Tape, symbol: str) -> Floats:
    """Return the standard deviation of the 21 returns before each row; NaN until there are so."""
    out = np.full(len(tape), np.nan)
    returns = tape.returns(symbol)[1:-1]
    if len(returns) >= WINDOW:
        moved = np.lib.stride_tricks.sliding_window_view(returns, WINDOW).std(axis=1, ddof=1)
        out[WINDOW + 1 :] = moved
    return out


def slip(tape: Tape, symbol: str, row: int, shares: float, costs: Costs) -> float:
    """Return by which part of the price an order fills worse, beside the half-spread."""
    fixed = costs.stock_slippage_bp * 1e-4
    if not (costs.stock_impact and shares):
        return fixed
    volume = tape.kernel(usual_volume, symbol).item(row)
    moved = costs.stock_impact * tape.kernel(daily_volatility, symbol).item(row)
    impact = float(moved * np.sqrt(abs(shares) / volume))
    return fixed + impact if np.isfinite(impact) else fixed


def at_once(tape: Tape, symbol: str, row: int, shares: float, costs: Costs) -> float:
    """Return which of the shares of an order fill on a row: whole ones where prices are raw."""
    if not costs.stock_participation:
        return shares
    most = costs.stock_participation * tape.kernel(usual_volume, symbol).item(row)
    if not abs(shares) > most:
        return shares  # nor where the volume is not known
    if tape.basis[symbol] == "raw":
        most = float(floor(most + _ROUNDING))
    return most if shares > 0.0 else -most
