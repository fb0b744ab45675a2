"""How a number reads inside a computed sentence."""

from __future__ import annotations

MINUS = "\u2212"


def decimal(value: float, digits: int = 2) -> str:
    """Write a number with fixed decimals and a true minus sign; zero never carries a sign."""
    text = f"{abs(value):.{digits}f}"
    negative = value < 0.0 and float(text) != 0.0
    return MINUS + text if negative else text


def signed(value: float, digits: int = 2) -> str:
    """Write a change: as `decimal`, with a plus sign before what is positive."""
    text = decimal(value, digits)
    return text if text.startswith(MINUS) or float(text) == 0.0 else "+" + text


def percent(value: float, digits: int = 0) -> str:
    """Write a fraction in per cent: 0.126 is "13%" or, with one digit, "12.6%"."""
    return decimal(100.0 * value, digits) + "%"


def portion(value: float) -> str:
    """Write a part of a whole in per cent, so that a little is not told as nothing.

    Of less than 1 % a decimal is shown, and of less than a tenth of that the bound.
    """
    if 0.0 < value < 0.0005:
        return "under 0.1%"
    return percent(value, 1 if 0.0 < value < 0.00995 else 0)


def points(value: float, digits: int = 1) -> str:
    """Write the difference of two percentages: 0.021 is "+2.1 points"."""
    return signed(100.0 * value, digits) + " points"


def chance(pvalue: float) -> str:
    """Write a p-value: two digits, or the bound below which nobody needs the number."""
    return "p < 0.001" if pvalue < 0.001 else f"p = {pvalue:.2g}"
