"""How is a number written?

Every number and date of a report passes through this module, so that the minus sign, the
decimals, the dash for a missing value and the guard against an implausible one are decided
once.  Fractions come in (0.05), text goes out ("5.0%").
"""

from __future__ import annotations

import math
from datetime import date

from microhedge.analysis import wording
from microhedge.errors import ReportError
from microhedge.language import language, mark, say
from microhedge.told import retold

DASH = "\N{EN DASH}"
NOT_RUN = mark("not run")
TOO_FEW = mark("too few")

MOST_A_YEAR = 5.0
"""A yearly rate beyond ±500 % is taken for a slip of the pen, not for a result."""

_SCALES = ((1e9, mark("billion")), (1e6, mark("million")), (1e3, mark("thousand")))


def plain(value: float, places: int = 0, *, signed: bool = False, grouped: bool = True) -> str:
    """Write a number with a true minus sign, never as a negative zero.

    Raises
    ------
    ReportError
        The number is infinite or not a number: a missing value is None, and the caller's affair.
    """
    if not math.isfinite(value):
        raise ReportError(f"a figure of the report is {value!r}; it must be finite, or None")
    return language().number(value, places, signed=signed, grouped=grouped)


def percent(value: float | None, places: int = 1, *, signed: bool = False) -> str:
    """Write a fraction as a percentage: -0.0531 becomes "−5.3%"."""
    if value is None:
        return DASH
    return _percent(plain(100.0 * value, places, signed=signed))


def _percent(number: str) -> str:
    return language().percent.format(number=number)


def portion(value: float | None) -> str:
    """Write a part of a whole as a percentage, so that a little is not told as nothing."""
    return percent(value, 0) if value is None else retold(wording.portion(value))


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


def spoken_points(value: float) -> str:
    """Write a difference of two percentages with its unit: "+2.1 points"."""
    return say("{difference} points", difference=points(value))


def ratio(value: float | None, places: int = 2) -> str:
    """Write a correlation, a beta, a statistic: two decimals."""
    return DASH if value is None else plain(value, places)


def p_value(value: float | None) -> str:
    """Write a p-value; below one in a thousand only the bound is given."""
    if value is None:
        return DASH
    return "<" + plain(0.001, 3) if value < 0.001 else plain(value, 3)


def count(value: float | None) -> str:
    """Write a whole number, grouped; a number that is not whole keeps two decimals."""
    if value is None:
        return DASH
    return plain(value, 0 if float(value).is_integer() else 2)


def short(value: float) -> str:
    """Write a number with no more decimals than it has, at most six digits."""
    text = f"{value:g}"
    return text if "e" in text else plain(value, len(text.partition(".")[2]), grouped=False)


def money(value: float | None, *, unit: float = 1.0, places: int = 0, signed: bool = False) -> str:
    """Write an amount in units of `unit` (1e6: millions) without its currency."""
    return DASH if value is None else plain(value / unit, places, signed=signed)


def spoken_money(value: float | None, currency: str) -> str:
    """Write an amount as a sentence needs it: "USD 1.24 million"."""
    if value is None:
        return DASH
    for unit, word in _SCALES[:2]:
        if abs(value) >= unit:
            return f"{currency} {plain(value / unit, 2)} {say(word)}"
    return f"{currency} {plain(value)}"


def money_unit(values: list[float]) -> tuple[float, int, str]:
    """Return divisor, decimals and word ("", "thousand", …) that keep a row of amounts short."""
    largest = max((abs(value) for value in values), default=0.0)
    for unit, word in _SCALES:
        if largest >= 100 * unit if unit == 1e3 else largest >= unit:
            return unit, 2 if unit > 1e3 else 1, say(word)
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
        return say(NOT_RUN)
    if unit == "%":
        low, high = (percent(bound, places, signed=signed) for bound in bounds)
    else:
        low, high = (plain(bound, places, signed=signed) + unit for bound in bounds)
    return say("{low} to {high}", low=low, high=high)


def lead(bounds: tuple[float, float] | None) -> str:
    """Write an interval of a difference of returns in points: "−0.3 to +8.4 pts"."""
    if bounds is None:
        return say(NOT_RUN)
    return say("{low} to {high} pts", low=points(bounds[0]), high=points(bounds[1]))


def iso(day: date) -> str:
    """Write a date for a table: 2002-03-07."""
    return day.isoformat()


def in_words(day: date) -> str:
    """Write a date for a sentence: 7 Mar 2002."""
    return say("{day} {month} {year}", day=day.day, month=_month(day), year=day.year)


def month(day: date) -> str:
    """Write a month: Mar 2002."""
    return say("{month} {year}", month=_month(day), year=day.year)


def _month(day: date) -> str:
    return language().months[day.month - 1]


def shortened(name: str, most: int = 28) -> str:
    """Cut a name at `most` characters, with an ellipsis; control characters become spaces."""
    clean = "".join(char if char.isprintable() else " " for char in name).strip() or DASH
    return clean if len(clean) <= most else clean[: most - 1].rstrip() + "…"
