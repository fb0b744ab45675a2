"""What one series of daily returns amounts to: growth, risk, and its worst stretches.

Every function takes `returns`, simple returns by session whose first entry is 0 because the
position opens at the close of that session, and where the calendar matters `day`, the sessions
in days since 1970-01-01.  The first entry is no return and enters no statistic.  A number that
is not defined is None.
"""

from __future__ import annotations

from math import ceil, sqrt

import numpy as np
from numpy.typing import NDArray

from microhedge.tape import Days, Floats

SESSIONS_PER_YEAR = 252
DAYS_PER_YEAR = 365.25

_MONTHS_PER_QUARTER = 3


def growth(returns: Floats) -> Floats:
    """Return the value of 1 after each session, 1.0 at the first."""
    path: Floats = np.cumprod(1.0 + returns, dtype=np.float64)
    return path


def total_return(returns: Floats) -> float | None:
    """Return Π(1 + r) − 1; None without a single return."""
    if len(returns) < 2:
        return None
    return float(np.prod(1.0 + returns)) - 1.0


def annual_return(returns: Floats, day: Days) -> float | None:
    """Return the compounded return a year of 365.25 days.

    A total loss is −1; None where the value went below nothing, which no yearly rate describes.
    """
    whole = total_return(returns)
    if whole is None or whole < -1.0:
        return None
    years = float(day[-1] - day[0]) / DAYS_PER_YEAR
    return float((1.0 + whole) ** (1.0 / years)) - 1.0


def annual_volatility(returns: Floats) -> float | None:
    """Return the standard deviation (n − 1) of daily returns times √252."""
    if len(returns) < 3:
        return None
    return float(np.std(returns[1:], ddof=1)) * sqrt(SESSIONS_PER_YEAR)


def drawdowns(returns: Floats) -> Floats:
    """Return for each session how far the value is below its high so far, as a negative part."""
    path = growth(returns)
    below: Floats = path / np.maximum.accumulate(path) - 1.0
    return below


def max_drawdown(returns: Floats) -> float | None:
    """Return the deepest fall from a high; the first session counts as one."""
    return float(drawdowns(returns).min()) if len(returns) >= 2 else None


def worst_day(returns: Floats) -> float | None:
    """Return the lowest daily return."""
    return float(returns[1:].min()) if len(returns) >= 2 else None


def months(day: Days) -> NDArray[np.int64]:
    """Number the calendar month of each session, counted from January 1970."""
    return day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)


def monthly_returns(returns: Floats, day: Days) -> Floats:
    """Return compounded returns by calendar month, oldest first.

    The first and the last month count even where the run covers them in part: what was lost in
    them was lost.
    """
    return _compounded(returns[1:], months(day)[1:])


def worst_month(returns: Floats, day: Days) -> float | None:
    """Return the lowest compounded return of a calendar month."""
    return _least(monthly_returns(returns, day))


def worst_quarter(returns: Floats, day: Days) -> float | None:
    """Return the lowest compounded return of a calendar quarter."""
    return _least(_compounded(returns[1:], months(day)[1:] // _MONTHS_PER_QUARTER))


def tail_loss(returns: Floats, day: Days, *, part: float = 0.05) -> float | None:
    """Return the mean of the worst ⌈part · n⌉ monthly returns (expected shortfall, ES5)."""
    by_month = np.sort(monthly_returns(returns, day))
    if len(by_month) == 0:
        return None
    return float(by_month[: tail_count(len(by_month), part=part)].mean())


def tail_count(n: int, *, part: float = 0.05) -> int:
    """Return ⌈part · n⌉, the number of the worst of n months that a tail loss looks at."""
    # 0.05 · 140 is 7.000000000000001 in the machine, and seven months are meant
    return ceil(part * n - 1e-9)


def _compounded(returns: Floats, label: NDArray[np.int64]) -> Floats:
    """Compound runs of equal labels."""
    if len(returns) == 0:
        return np.empty(0)
    starts = np.concatenate(([0], np.flatnonzero(np.diff(label)) + 1))
    product: Floats = np.multiply.reduceat(1.0 + returns, starts) - 1.0
    return product


def _least(values: Floats) -> float | None:
    return float(values.min()) if len(values) else None
