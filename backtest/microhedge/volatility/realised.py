"""How volatile was a share lately, as known at a close or at an open?

Windows are differences of prefix sums that only ever accumulate the past, so a row does not change
in any bit when later rows do.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from microhedge.pricing.black import FloatArray

SESSIONS_PER_YEAR = 252.0
INTRADAY_WINDOW = 63  # sessions over which the move from open to close is averaged


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """One number per session, as it is known at the session's open and at its close."""

    open: FloatArray
    close: FloatArray


def delayed(close: FloatArray) -> Known:
    """What is only published at the close: at the open, yesterday's number is the last known."""
    return Known(open=np.concatenate(([np.nan], close[:-1])), close=close)


def _trailing(values: FloatArray, window: int) -> tuple[FloatArray, FloatArray]:
    """Sum and number of the finite values over the `window` rows that end at each row."""
    there = np.isfinite(values)
    sums = np.cumsum(np.where(there, values, 0.0))
    counts = np.cumsum(there, dtype=np.float64)
    return (
        np.concatenate((sums[:window], sums[window:] - sums[:-window])),
        np.concatenate((counts[:window], counts[window:] - counts[:-window])),
    )


@np.errstate(all="ignore")
def realised(growth: FloatArray, overnight: FloatArray | None, *, window: int) -> Known:
    """Annualised root mean square of the last `window` daily log returns, 252 sessions a year.

    `growth` is a total-return index by close, `overnight` the total-return factor from the close
    before to the open, NaN where there is no genuine open. At the close of t the window ends with
    the return of t. At its open it ends with the overnight return squared plus the mean square of
    the moves from open to close of the last 63 sessions; without an open it is NaN. NaN also
    until the window is full, and wherever it holds a missing price.
    """
    returns = np.full(len(growth), np.nan)
    returns[1:] = np.log(growth[1:] / growth[:-1])
    squares = returns * returns
    sums, counts = _trailing(squares, window)
    close = np.where(counts == window, sums, np.nan)
    if overnight is None:
        today = np.full(len(growth), np.nan)
    else:
        night = np.log(overnight)
        daytime = returns - night
        total, number = _trailing(daytime * daytime, INTRADAY_WINDOW)
        today = night * night + delayed(total / number).open
    sums, counts = _trailing(squares, window - 1)
    before = delayed(np.where(counts == window - 1, sums, np.nan)).open
    year = SESSIONS_PER_YEAR / window
    return Known(open=np.sqrt(year * (before + today)), close=np.sqrt(year * close))
