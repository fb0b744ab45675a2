"""When were the regimes of a hedge ratio, if it had several?

The dates are those that leave the least squared error when each regime has a line of its own;
their number is the one of lowest BIC.  It describes a sample and is no test.  With a constant
correlation BIC finds a break in up to 2 % of samples of normal returns, but in 22, 37 and 53 % of
2, 4 and 10 years of GARCH(1,1) returns (0.08, 0.90, six degrees of freedom; 200 simulations
each): a hedge ratio also changes when volatilities do.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import ceil, inf, log, pi

import numpy as np

from microhedge.analysis.wording import decimal
from microhedge.calendar import to_date
from microhedge.errors import BadData, NotCovered
from microhedge.tape import Days, Floats

CAVEAT = (
    "dates of the hedge ratio, not of the correlation: volatilities that move in spells change "
    "the ratio too, and make a break in half of all ten-year samples of a constant correlation"
)

_EXACT = 1e-12  # of a series' variance: below it there is rounding and nothing else


@dataclass(frozen=True, slots=True)
class Dating:
    """The best dates for one number of breaks.

    `rows` are the first observations of the new regimes, so that a break lies after `row`
    observations.  `rss` is the sum of squared errors; `bic` is −∞ where there are none.
    """

    rows: tuple[int, ...]
    rss: float
    bic: float


@dataclass(frozen=True, slots=True)
class Regime:
    """The line of one regime, observations `first` … `last`, both included.

    `slope` is None where the regression has none, or where x stands still in the regime.
    """

    first: int
    last: int
    intercept: float
    slope: float | None


@dataclass(frozen=True, slots=True)
class Breaks:
    """The regimes of a regression; `datings[m]` are the best dates for m breaks.

    `rows`, `days` and `regimes` are those of the dating of lowest BIC; `days` are the last days
    before each break, and empty without days.  `least` is the shortest regime allowed.
    """

    n: int
    least: int
    datings: tuple[Dating, ...]
    rows: tuple[int, ...]
    days: tuple[int, ...]
    regimes: tuple[Regime, ...]
    caveat: str
    sentence: str


def weekly(day: Days, *columns: Floats) -> tuple[Days, tuple[Floats, ...]]:
    """Add daily log returns up to calendar weeks from Monday to Sunday (the weeks of ISO 8601).

    `day` counts days since 1970-01-01 and must increase.  Returns the last day seen of each week
    and one sum a week for each column; weeks without a day are left out, and a week cut off by
    the sample is shorter than the others.  Raises BadData for days that do not increase and for
    columns of another length.
    """
    if any(column.shape != day.shape for column in columns):
        raise BadData(f"{len(day)} days with columns of another length: give one return a day")
    if len(day) == 0:
        return day, columns
    if np.any(np.diff(day) <= 0):
        raise BadData("days that do not increase make no weeks: sort them and drop repeated ones")
    # day 0 was a Thursday, so Monday is the day whose number plus 3 divides by 7
    week = (day.astype(np.int64) + 3) // 7
    start = np.flatnonzero(np.diff(week, prepend=week[0] - 1))
    last = np.append(start[1:], len(day)) - 1
    return day[last], tuple(np.add.reduceat(column, start) for column in columns)


def break_dates(
    y: Floats, x: Floats | None = None, *, day: Days | None = None, trim: float = 0.15
) -> Breaks:
    """Date the breaks of the line of y on x, intercept and slope; without x, of the mean of y.

    Every regime has ⌊trim · n⌋ observations at least, and there are at most ⌈n/that⌉ − 2 breaks.
    BIC = n·(log(RSS/n) + log 2π + 1) + log n·(m + 1)(k + 1) for m breaks and k coefficients.
    Weekly log returns are meant (`weekly`); time and memory grow with n².  `day` dates the rows.

    Raises BadData for a value that is no number, rows of different lengths and an x that never
    moves; NotCovered when a regime would have no more observations than coefficients.
    Sources: Bai and Perron 2003, Journal of Applied Econometrics 18:1; the BIC is that of
    Zeileis, Kleiber, Krämer and Hornik 2003, Computational Statistics & Data Analysis 44:109.
    """
    n, k = len(y), 1 if x is None else 2
    for column in (y, x, day):
        if column is not None and (column.ndim != 1 or len(column) != n):
            raise BadData(f"{n} observations of y: x and the days must be as many, in one row")
    if not all(np.isfinite(column).all() for column in (y, x) if column is not None):
        raise BadData("a return that is no number has no place in a regression: drop its row")
    if x is not None and n and np.ptp(x) == 0.0:
        raise BadData("the hedge does not move: a constant series has no hedge ratio")
    least = int(trim * n + 1e-9)
    most = ceil(n / least) - 2 if least else 0
    if least <= k or most < 1:
        raise NotCovered(
            f"{n} observations with regimes of {trim:.0%} at least: each needs more than {k}, "
            f"and two must fit; {ceil((k + 1) / 0.15)} observations and 15% are enough"
        )
    datings = _datings(y, x, least, most, k)
    chosen = min(datings, key=lambda dating: dating.bic)
    bounds = pairwise((0, *chosen.rows, n))
    regimes = tuple(_regime(y, x, first, end) for first, end in bounds)
    days = () if day is None else tuple(int(day[row - 1]) for row in chosen.rows)
    sentence = _sentence(n, datings[0], chosen, days, regimes)
    return Breaks(n, least, datings, chosen.rows, days, regimes, CAVEAT, sentence)


def _datings(y: Floats, x: Floats | None, least: int, most: int, k: int) -> tuple[Dating, ...]:
    """Find the best dates for 0 … most breaks by dynamic programming over the last regime."""
    n = len(y)
    scale = float(y.std()) if np.ptp(y) else 1.0
    a = (y - y.mean()) / scale
    b = np.zeros(n) if x is None else (x - x.mean()) / x.std()
    sums = np.zeros((5, n + 1))
    np.cumsum([a, b, a * a, a * b, b * b], axis=1, out=sums[:, 1:])
    # best[m, j] is the least error of the first j observations in m + 1 regimes
    best = np.full((most + 1, n + 1), inf)
    cut = np.zeros((most + 1, n + 1), np.int64)
    for end in range(least, n + 1):
        sa, sb, aa, ab, bb = sums[:, end, None] - sums[:, : end - least + 1]
        size = np.arange(end, least - 1, -1)
        error = aa - sa * sa / size
        if x is not None:
            spread = bb - sb * sb / size
            cross = ab - sa * sb / size
            error -= cross * cross / np.where(spread > _EXACT * n, spread, inf)
        np.maximum(error, 0.0, out=error)
        best[0, end] = error[0]
        totals = best[:-1, : end - least + 1] + error
        cut[1:, end] = totals.argmin(axis=1)
        best[1:, end] = totals.min(axis=1)
    datings = []
    for m in range(most + 1):
        rows, end = [], n
        for level in range(m, 0, -1):
            end = int(cut[level, end])
            rows.append(end)
        exact = best[m, n] <= _EXACT * n
        rss = 0.0 if exact else float(best[m, n]) * scale**2
        bic = -inf if exact else n * (log(rss / n) + log(2.0 * pi) + 1.0)
        datings.append(Dating(tuple(rows[::-1]), rss, bic + log(n) * (m + 1) * (k + 1)))
    return tuple(datings)


def _regime(y: Floats, x: Floats | None, first: int, end: int) -> Regime:
    v, slope = y[first:end], None
    if x is None:
        return Regime(first, end - 1, float(v.mean()), None)
    u = x[first:end] - x[first:end].mean()
    if u @ u <= _EXACT * len(x) * x.var():
        return Regime(first, end - 1, float(v.mean()), None)
    slope = float(u @ v / (u @ u))
    return Regime(first, end - 1, float(v.mean() - slope * x[first:end].mean()), slope)


def _sentence(
    n: int, whole: Dating, chosen: Dating, days: tuple[int, ...], regimes: tuple[Regime, ...]
) -> str:
    """Say how many breaks there are, after which days or observations, and what changed."""
    sloped = any(one.slope is not None for one in regimes)
    values = [one.slope if sloped else one.intercept for one in regimes]
    shown = ", then ".join("undefined" if v is None else decimal(v) for v in values)
    name = "slope" if sloped else "mean"
    if not chosen.rows:
        if chosen.bic == -inf:
            return f"Nothing to date: one {name} ({shown}) fits all {n:,} observations exactly."
        return f"No break: by BIC one {name} ({shown}) is enough for all {n:,} observations."
    places = [str(to_date(one)) for one in days] or [f"observation {row}" for row in chosen.rows]
    count = "1 break" if len(places) == 1 else f"{len(places)} breaks"
    gain = whole.bic - chosen.bic
    better = "and leave no error" if gain == inf else f"(BIC lower by {gain:.1f} than without)"
    return f"{count}, after {', '.join(places)} {better}: the {name} was {shown}."
