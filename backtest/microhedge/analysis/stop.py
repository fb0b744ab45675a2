"""At which session would a stop-loss order have sold, and at what price?

A stop-loss waits below the price of the entry and sells all of the holding once.  Of a session
the open and the close are known, nothing between them: a stop that was touched and left again
within the session is not seen.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from microhedge.errors import ParameterError
from microhedge.given import check_number
from microhedge.tape import Floats


def check_stop(fraction: float) -> None:
    """Raise ParameterError for a stop that is no part of the price."""
    check_number("stop_loss", fraction, "0.15")
    if not 0.0 < fraction < 1.0:
        hint = f": did you mean {fraction / 100:g}?" if 1.0 < fraction < 100.0 else ""
        raise ParameterError(
            f"a stop-loss {fraction:g} below the entry is a fraction, above 0 and below 1{hint}"
        )


class Stop(NamedTuple):
    """The row of the sale and its price, in share units of the first row."""

    row: int
    price: float


def stop_sale(
    close: Floats, opened: Floats, *, fraction: float = 0.15, trailing: bool = False
) -> Stop | None:
    """Find where a stop `fraction` below the entry sells; None if it never does.

    Prices are in share units of the first row, at whose close the holding is entered; `opened` is
    NaN where there is no genuine open.  A trailing stop follows the highest close so far and never
    falls.  An open at or below the stop fills at the open, the gap included.  A close at or below
    it after an open above fills at the stop, through which the price came; where no open is known
    it fills at the close, since the gap is not known either.

    Raises ParameterError for a fraction outside 0 … 1.
    """
    check_stop(fraction)
    high = np.maximum.accumulate(close) if trailing else np.full(len(close), close[0])
    stop = (1.0 - fraction) * high[:-1]
    known = np.isfinite(opened[1:])
    gapped = known & (opened[1:] <= stop)
    hit = gapped | (close[1:] <= stop)
    if not hit.any():
        return None
    at = int(hit.argmax())
    price = stop[at] if known[at] else close[at + 1]
    if gapped[at]:
        price = opened[at + 1]
    return Stop(at + 1, float(price))
