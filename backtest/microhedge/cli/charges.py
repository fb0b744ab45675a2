"""Which costs does --cost name, and is a number above 1 a fraction or a per cent?"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from microhedge.errors import ParameterError, UnknownName, nearest

if TYPE_CHECKING:
    from microhedge.costs import Costs


def costs_of(pairs: Sequence[str]) -> Costs:
    """Return the schedule of costs with the fields that pairs as borrow=0.02 name."""
    from dataclasses import fields

    from microhedge.costs import Costs

    names = [one.name for one in fields(Costs)]
    found: dict[str, float] = {}
    for pair in pairs:
        name, text = split_pair(pair)
        if name not in names:
            raise UnknownName(f"there is no cost {name!r}{nearest(name, names)}")
        try:
            found[name] = float(text)
        except ValueError:
            raise ParameterError(f"--cost {pair!r}: {text!r} is not a number") from None
    return Costs(**found)


def split_pair(pair: str) -> tuple[str, str]:
    """Return the name of a cost, and its value or values, those in per cent as fractions.

    Raises ParameterError for a fee above 1 that does not say which of both it is.
    """
    name, equals, text = pair.partition("=")
    if not equals:
        raise ParameterError(f"--cost {pair!r} has no value: write {pair}=…")
    name = name.strip().replace("-", "_")
    words = re.split(r"([,:])", text)
    return name, "".join(_fraction(name, word) for word in words)


def _fraction(name: str, word: str) -> str:
    bare = word.strip().removesuffix("%")
    try:
        value = float(bare)
    except ValueError:
        return word
    if word.strip().endswith("%") and name.endswith("_bp"):
        raise ParameterError(
            f"--cost {name}={word.strip()}: it is counted in hundredths of a per cent, "
            f"as in {name}={100 * value:g}"
        )
    if word.strip().endswith("%"):
        return repr(float(Decimal(bare) / 100))
    if name == "borrow" and 1 < value < math.inf:
        raise ParameterError(
            f"--cost borrow={bare} can be {value:g}% or {100 * value:g}% a year: write it with its "
            f"sign, as in borrow={value:g}%"
        )
    return word
