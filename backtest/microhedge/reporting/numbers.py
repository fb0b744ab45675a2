"""How is a number written?

Every number and date of a report passes through this module, so that the minus sign, the
decimals, the dash for a missing value and the guard against an implausible one are decided
once.  Fractions come in (0.05), text goes out ("5.0%").
"""

from __future__ import annotations

import math
from datetime import date

from microhedge.errors import ReportError

MINUS = "\N{MINUS SIGN}"
DASH = "\N{EN DASH}"
TIMES = "\N{MULTIPLICATION SIGN}"
NOT_RUN = "not run"
TOO_FEW = "too few"

MOST_A_YEAR = 5.0
"""A yearly rate beyond ±500 % is taken for a slip of the pen, not for a result."""

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_SCALES = ((1e9, "billion"), (1e6, "million"), (1e3, "thousand"))


def plain(value: float, places: int = 0, *, signed: bool = False, grouped: bool = True) -> str:
    """Write a number with a true minus sign, never as a negative zero.

    Raises
    ------
    ReportError
        The number is infinite or not a number: a missing value is None, and the caller's affair.
    """
    if not math.isfinite(value):
        raise ReportError(f"a figure of the report is {value!r}; it must be finite, or None")
    rounded = round(value, places)
    text = f"{abs(rounded):,.{places}f}" if grouped else f"{abs(rounded):.{places}f}"
    if float(f"{rounded:.{places}f}") == 0.0:
        return text
    if rounded < 0:
        return MINUS + text
    return "+" + text if signed else text


def percent(value: float | None, places: int = 1, *, signed: bool = False) -> str:
    """Write a fraction as a percentage: -0.0531 becomes "−5.3%"."""
    return DASH if value is None else plain(100.0 * value, places, signed=signed) + "%"


def a_year(value: float | None, places: int = 1, *, signed: bool = False) -> str:
    """Write a yearly rate as a percentage, refusing one beyond ±500 %."""
    if value is not None and not abs(value) <= MOST_A_YEAR:
        raise ReportError(
            f"a rate of {value!r} a year is not plausible; the most is ±{MOST_A_YEAR}"
        )
    return percent(value, places, signed=signed)


def points(value: float | None, places: int = 1) -> str:
    """Write a difference of two percentages: 0.012 becomes "+1.2"."""
    return DASH if value is None else plain(100.0 * value, places, signed=True)


def ratio(value: float | None, places: int = 2) -> str:
    """Write a correlation, a beta, a statistic: two decimals."""
    return DASH if value is None else plain(value, places)


def p_value(value: float | None) -> str:
    """Write a p-value; below one in a thousand only the bound is given."""
    if value is None:
        return DASH
    return "<0.001" if value < 0.001 else plain(value, 3)


def count(value: float | None) -> str:
    """Write a whole number, grouped; a number that is not whole keeps two decimals."""
    if value is None:
        return DASH
    return plain(value, 0 if float(value).is_integer() else 2)


def money(value: float | None, *, unit: float = 1.0, places: int = 0, signed: bool = False) -> str:
    """Write an amount in units of `unit` (1e6: millions) without its currency."""
    return DASH if value is None else plain(value / unit, places, signed=signed)


def spoken_money(value: float | None, currency: str) -> str:
    """Write an amount as a sentence needs it: "USD 1.24 million"."""
    if value is None:
        return DASH
    for unit, word in _SCALES[:2]:
        if abs(value) >= unit:
            return f"{currency} {plain(value / unit, 2)} {word}"
    return f"{currency} {plain(value)}"


def money_unit(values: list[float]) -> tuple[float, int, str]:
    """Return divisor, decimals and word ("", "thousand", …) that keep a row of amounts short."""
    largest = max((abs(value) for value in values), default=0.0)
    for unit, word in _SCALES:
        if largest >= 100 * unit if unit == 1e3 else largest >= unit:
            return unit, 2 if unit > 1e3 else 1, word
    return 1.0, 0, ""


def interval(
    bounds: tuple[float, float] | None,
    places: int = 1,
    *,
    unit: str = "%",
    signed: bool = False,
) -> str:
    """Write an interval: "2.1% to 4.0%", "0.31 to 0.52" with unit "", "not run" for None."""
    if bounds is None:
        return NOT_RUN
    factor = 100.0 if unit == "%" else 1.0
    low, high = (plain(factor * bound, places, signed=signed) + unit for bound in bounds)
    return f"{low} to {high}"


def lead(bounds: tuple[float, float] | None) -> str:
    """Write an interval of a difference of returns in points: "−0.3 to +8.4 pts"."""
    if bounds is None:
        return NOT_RUN
    return f"{points(bounds[0])} to {points(bounds[1])} pts"


def iso(day: date) -> str:
    """Write a date for a table: 2002-03-07."""
    return day.isoformat()


def in_words(day: date) -> str:
    """Write a date for a sentence: 7 Mar 2002."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def month(day: date) -> str:
    """Write a month: Mar 2002."""
    return f"{_MONTHS[day.month - 1]} {day.year}"


def plural(number: float, one: str, many: str = "") -> str:
    """Write a count with its noun: "1 roll", "12 rolls"."""
    return f"{count(number)} {one if number == 1 else many or one + 's'}"


def shortened(name: str, most: int = 28) -> str:
    """Cut a name at `most` characters, with an ellipsis; control characters become spaces."""
    clean = "".join(char if char.isprintable() else " " for char in name).strip() or DASH
    return clean if len(clean) <= most else clean[: most - 1].rstrip() + "…"
