"""How a number reads inside a computed sentence."""

from __future__ import annotations

from microhedge.told import Told, figure, told

MINUS = "\u2212"


def decimal(value: float, digits: int = 2) -> Told:
    """Write a number with fixed decimals and a true minus sign; zero never carries a sign."""
    text = f"{abs(value):.{digits}f}"
    negative = value < 0.0 and float(text) != 0.0
    return figure(MINUS + text if negative else text)


def signed(value: float, digits: int = 2) -> Told:
    """Write a change: as `decimal`, with a plus sign before what is positive."""
    text = decimal(value, digits)
    return text if text.startswith(MINUS) or float(text) == 0.0 else figure("+" + text)


def percent(value: float, digits: int = 0) -> Told:
    """Write a fraction in per cent: 0.126 is "13%" or, with one digit, "12.6%"."""
    return figure(decimal(100.0 * value, digits) + "%")


def portion(value: float) -> Told:
    """Write a part of a whole in per cent, so that a little is not told as nothing.

    Of less than 1 % a decimal is shown, and of less than a tenth of that the bound.
    """
    if 0.0 < value < 0.0005:
        return told("under {bound}", bound=percent(0.001, 1))
    return percent(value, 1 if 0.0 < value < 0.00995 else 0)


def points(value: float, digits: int = 1) -> Told:
    """Write the difference of two percentages: 0.021 is "+2.1 points"."""
    return told("{difference} points", difference=signed(100.0 * value, digits))


def chance(pvalue: float) -> Told:
    """Write a p-value: two digits, or the bound below which nobody needs the number."""
    return figure("p < 0.001" if pvalue < 0.001 else f"p = {pvalue:.2g}")


def apart(difference: float) -> Told:
    """Write how far a yearly return is from another: "2.1 points a year more"."""
    size = figure(signed(100.0 * difference, 1).lstrip("+" + MINUS))
    if difference >= 0.0:
        return told("{size} points a year more", size=size)
    return told("{size} points a year less", size=size)
