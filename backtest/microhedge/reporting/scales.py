"""Where do the ticks of an axis go?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, timedelta

from microhedge.reporting import numbers

EPOCH = date(1970, 1, 1)


def ticks(low: float, high: float, most: int) -> list[float]:
    """Return at most `most` round values that lie inside low…high, evenly spaced.

    Steps are 1, 2 or 5 times a power of ten (2.5 where that fills the axis better).
    """
    if not high > low:
        high = low + (abs(low) or 1.0)
    rough = (high - low) / max(most - 1, 1)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1.0, 2.0, 2.5, 5.0, 10.0) if factor * power >= rough)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [step * number for number in range(first, last + 1)] or [low]


def log_ticks(low: float, high: float, most: int = 8) -> list[float]:
    """Return three to `most` round values for a logarithmic axis: 1-2-5, 1-3 or 1 a decade.

    An axis that spans too little for three of them has evenly spaced ones.
    """
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    inside: list[float] = []
    for steps in ((1.0, 2.0, 5.0), (1.0, 3.0), (1.0,)):
        found = [s * 10.0**n for n in range(first, last + 1) for s in steps]
        inside = [tick for tick in found if low * 0.97 <= tick <= high * 1.03]
        if len(inside) <= most:
            break
    return inside if len(inside) > 2 else ticks(low, high, min(most, 7))


def places(values: Sequence[float]) -> int:
    """Return the decimals (0 to 3) that tell the given ticks apart."""
    for decimals in range(3):
        if all(
            abs(round(value, decimals) - value) < 1e-9 * max(1.0, abs(value)) for value in values
        ):
            return decimals
    return 3


def time_ticks(first: int, last: int, most: int) -> tuple[list[float], list[str]]:
    """Return day numbers and labels: years, or months where the span is under two years."""
    start, end = EPOCH + timedelta(days=first), EPOCH + timedelta(days=last)
    if last - first >= 730:
        years = range(start.year + 1, end.year + 1)
        step = next(n for n in (1, 2, 4, 5, 10, 20, 50, 100) if len(years) / n <= most)
        shown = [year for year in years if year % step == 0] or [end.year]
        return [float((date(year, 1, 1) - EPOCH).days) for year in shown], [str(y) for y in shown]
    months = [
        date(n // 12, n % 12 + 1, 1)
        for n in range(start.year * 12 + start.month - 1, end.year * 12 + end.month)
    ]
    inside = [day for day in months if first <= (day - EPOCH).days <= last] or [start]
    step = next(n for n in (1, 2, 3, 6, 12) if len(inside) / n <= most or n == 12)
    shown_months = inside[::step]
    return (
        [float((day - EPOCH).days) for day in shown_months],
        [numbers.month(day) for day in shown_months],
    )
