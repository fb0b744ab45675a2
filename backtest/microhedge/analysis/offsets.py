"""How far the hedge's profits made up for the holding's losses, money against money.

The dollar offset, −ΣΔH / ΣΔI, and the regression of ΔH on ΔI are the numbers that accountants
ask for.  Both are reported beside what is customary and beside what chance alone would give;
neither is a judgement.  ΔI and ΔH are changes in money of the holding and of its hedge.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import atan, pi, sqrt

import numpy as np
from scipy.special import stdtr, stdtrit

from microhedge.analysis.effectiveness import Rows, month_bounds
from microhedge.analysis.wording import chance, decimal, percent
from microhedge.errors import BadData
from microhedge.tape import Days, Floats

LOW, HIGH = 0.80, 1.25
"""The customary corridor of the dollar offset (practice under IAS 39, AG105(b))."""

EXPLAINED = 0.80
"""The customary least R² of the regression."""

LEAST = 0.001
"""Part of the holding's value that it must have moved for an offset to mean anything."""

FEWEST = 8
"""Periods below which the regression has no p-value."""

_EXACT = 1e-20  # of the variance: what rounding leaves of a hedge that follows a line exactly


@dataclass(frozen=True, slots=True)
class Corridor:
    """How many offsets lie between 0.80 and 1.25; those of too small a change are skipped."""

    inside: int
    counted: int
    skipped: int

    @property
    def share(self) -> float | None:
        """The part inside of those counted; None where every period was skipped."""
        return self.inside / self.counted if self.counted else None


@dataclass(frozen=True, slots=True, eq=False)
class DollarOffset:
    """Offsets by period and from the first period on, NaN where one was skipped.

    `end` are the last rows of the periods.  `r_squared` is the squared correlation of ΔI and ΔH
    by period, `expected` the share of single periods that normal changes of that R² would put
    inside the corridor by chance (`expected_share`).
    """

    end: Rows
    period: Floats
    cumulative: Floats
    by_period: Corridor
    by_cumulative: Corridor
    least: float
    r_squared: float | None
    expected: float | None
    sentence: str


@dataclass(frozen=True, slots=True)
class OffsetRegression:
    """The line ΔH = a + b·ΔI: its slope b with standard error, p-value (of b = 0) and interval.

    A perfect offset has the slope −1.  A number that is not defined is None.
    """

    n: int
    slope: float | None
    r_squared: float | None
    standard_error: float | None
    pvalue: float | None
    low: float | None
    high: float | None
    lags: int
    sentence: str


def expected_share(r_squared: float, slope: float | None = None) -> float:
    """Return how often a hedge of that R² offsets between 80 and 125 % in one period.

    For changes that are jointly normal with mean zero −ΔH/ΔI is Cauchy around the slope b of −ΔH
    on ΔI, with the scale γ = |b|·√(1 − R²)/R, so that the share is
    [atan((1.25 − b)/γ) − atan((0.8 − b)/γ)] / π.  Without a `slope` it is that of a least-variance
    hedge, b = R²: [atan(0.25/s) + atan(0.2/s)] / π with s = √(1 − R²)/R.  Even R² = 0.8 is inside
    in 27 % only (Hailer and Rump 2005 and Finnerty and Grant 2003 discuss what the rule asks for).
    """
    if not 0.0 <= r_squared <= 1.0:
        raise BadData(f"R² was {r_squared:g}; it lies between 0 and 1")
    if slope is not None:
        scale = abs(slope) * sqrt((1.0 - r_squared) / r_squared) if r_squared > 0.0 else 0.0
        if scale == 0.0:
            return float(r_squared > 0.0 and LOW <= slope <= HIGH)
        return (atan((HIGH - slope) / scale) - atan((LOW - slope) / scale)) / pi
    if r_squared == 1.0:
        return 1.0
    s = sqrt((1.0 - r_squared) / r_squared) if r_squared > 0.0 else float("inf")
    return (atan(0.25 / s) + atan(0.20 / s)) / pi


def dollar_offsets(
    item: Floats,
    hedge: Floats,
    value: Floats,
    day: Days,
    *,
    bounds: Rows | None = None,
    least: float = LEAST,
) -> DollarOffset:
    """Compare the hedge's profit with the holding's loss, by period and cumulatively.

    `item` and `hedge` are the profits in money of each session, the first entries 0, and `value`
    the holding's value at each close.  `bounds` are the rows that bound the periods: the
    complete calendar months unless given.  A period in which |ΔI| is below `least` times the
    value at its start is skipped: its ratio would be one of small numbers.
    """
    rows = month_bounds(day) if bounds is None else bounds
    own, other = changes(item, rows), changes(hedge, rows)
    start = value[rows[:-1]] if len(rows) > 1 else np.empty(0)
    if not np.all(np.isfinite(start)):
        raise BadData("a value of the holding is no number: repair its price")
    period = _offset(own, other, least * start)
    cumulative = _offset(np.cumsum(own), np.cumsum(other), least * start[:1])
    r_squared = _r_squared(own, other)
    seen = None if r_squared is None else (r_squared, expected_share(r_squared))
    by_period, by_cumulative = _corridor(period), _corridor(cumulative)
    return DollarOffset(
        end=rows[1:],
        period=period,
        cumulative=cumulative,
        by_period=by_period,
        by_cumulative=by_cumulative,
        least=least,
        r_squared=r_squared,
        expected=None if seen is None else seen[1],
        sentence=_offset_sentence(cumulative, by_period, by_cumulative, seen),
    )


def changes(profits: Floats, bounds: Rows) -> Floats:
    """Add profits by session up over the periods between rows that increase.

    Raises BadData for a profit that is no number.
    """
    wrong = ~np.isfinite(profits)
    if wrong.any():
        raise BadData(f"the profit in row {int(np.argmax(wrong))} is no number: repair its price")
    running = np.cumsum(profits)
    return running[bounds[1:]] - running[bounds[:-1]]


def offset_regression(item: Floats, hedge: Floats, *, lags: int | None = None) -> OffsetRegression:
    """Regress the changes of the hedge on those of the holding, one entry a period.

    Standard errors allow for changing variance and `lags` of autocorrelation, ⌊4·(n/100)^{2/9}⌋
    unless given (Newey and West 1987, Econometrica 55:703), with Student's t of n − 2 degrees of
    freedom.  Fewer than 8 periods, and a hedge that follows the line exactly, have no p-value.
    Raises BadData for changes that are no numbers.
    """
    if item.shape != hedge.shape or not np.all(np.isfinite(item) & np.isfinite(hedge)):
        raise BadData("the changes of holding and hedge must be numbers, one pair for each period")
    n = len(item)
    lags = int(4.0 * (n / 100.0) ** (2.0 / 9.0)) if lags is None else lags
    if n < 3 or np.ptp(item) == 0.0:
        text = f"{n} periods, in which the holding did not move enough, give no line to report."
        return OffsetRegression(n, None, None, None, None, None, None, lags, text)
    x, y = item - item.mean(), hedge - hedge.mean()
    slope = float(x @ y) / float(x @ x)
    left = y - slope * x
    r_squared = _r_squared(item, hedge)
    error = pvalue = low = high = None
    if n >= FEWEST and np.ptp(hedge) > 0.0 and left @ left > _EXACT * (y @ y):
        error = _newey_west(x * left, lags) / float(x @ x)
        half = float(stdtrit(n - 2, 0.975)) * error
        pvalue = 2.0 * float(stdtr(n - 2, -abs(slope) / error)) if error > 0.0 else None
        low, high = slope - half, slope + half
    text = _line_sentence(n, slope, r_squared, pvalue)
    return OffsetRegression(n, slope, r_squared, error, pvalue, low, high, lags, text)


def _newey_west(scores: Floats, lags: int) -> float:
    """Return the root of the long-run sum of squares, lags weighted down in a line."""
    total = float(scores @ scores)
    for lag in range(1, min(lags, len(scores) - 1) + 1):
        total += 2.0 * (1.0 - lag / (lags + 1.0)) * float(scores[lag:] @ scores[:-lag])
    return sqrt(max(total, 0.0))


def falling_offset(item: Floats, hedge: Floats) -> float | None:
    """Return −ΣΔH / ΣΔI over the periods in which the holding lost; None where it never did.

    `item` and `hedge` are the changes in money, one entry a period.
    """
    lost = item < 0.0
    return -float(hedge[lost].sum()) / float(item[lost].sum()) if lost.any() else None


def _offset(own: Floats, other: Floats, least: Floats) -> Floats:
    out = np.full(len(own), np.nan)
    np.divide(-other, own, where=(np.abs(own) >= least) & (own != 0.0), out=out)
    return out


def _corridor(offsets: Floats) -> Corridor:
    counted = int(np.isfinite(offsets).sum())
    inside = int(np.sum((offsets >= LOW) & (offsets <= HIGH)))
    return Corridor(inside, counted, len(offsets) - counted)


def _r_squared(own: Floats, other: Floats) -> float | None:
    if len(own) < 2 or np.ptp(own) == 0.0 or np.ptp(other) == 0.0:
        return None
    x, y = own - own.mean(), other - other.mean()
    return min(1.0, float(x @ y) ** 2 / (float(x @ x) * float(y @ y)))


def _offset_sentence(
    cumulative: Floats, single: Corridor, summed: Corridor, seen: tuple[float, float] | None
) -> str:
    if not single.counted:
        return "The holding did not move enough in any period to compare the hedge with it."
    text = f"{single.inside} of {single.counted} periods' offsets lie between 80% and 125%"
    if seen is not None:
        text += f" ({percent(seen[1])} of normal changes with their R² of {decimal(seen[0])} would)"
    if summed.counted:
        last = float(cumulative[np.isfinite(cumulative)][-1])
        text += (
            f"; of the offsets since the start {summed.inside} of {summed.counted} do, the last of "
            f"{percent(last)}"
        )
    skipped = f"; skipped for hardly any change: {single.skipped}"
    return text + (skipped if single.skipped else "") + "."


def _line_sentence(n: int, slope: float, r_squared: float | None, pvalue: float | None) -> str:
    explained = "not defined" if r_squared is None else decimal(r_squared)
    sure = "no p-value" if pvalue is None else chance(pvalue)
    return (
        f"Over {n:,} periods the hedge changed by {decimal(slope)} for each 1 of the holding "
        f"(customary: {decimal(-HIGH)} to {decimal(-LOW)}) with an R² of {explained} "
        f"(customary: {decimal(EXPLAINED)} or more; {sure}); the numbers describe the hedge and "
        "settle nothing under any accounting standard."
    )
