"""What does a report read of the exposure that each hedge left, close by close?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from microhedge.tape import Days, Floats


@dataclass(frozen=True, slots=True)
class Range:
    """A number over the closes from the first trade on: `end` is that of the last close.

    `money` is the same at the last close as money; None where nothing is held then.
    """

    mean: float
    least: float
    most: float
    end: float | None
    money: float | None


@dataclass(frozen=True, slots=True, eq=False)
class Held:
    """A hedge without options: money short per money held, or long if it bought what it holds."""

    path: Floats
    range: Range
    long: bool


@dataclass(frozen=True, slots=True, eq=False)
class Slopes:
    """The options of a hedge: delta, gamma, vega and theta, by the name of each.

    `paths` have a value for each close looked at, NaN where there is none; units are those of
    `exposure.Exposure`.  `little` is the part of the closes from the first trade on at which the
    hedge offset less than `LITTLE` of small moves.  `on` names an index under the options.
    `apart` is what the hedge held of anything else, of which the delta counts nothing, and `what`
    names that; None for a hedge of options alone.
    """

    paths: Mapping[str, Floats]
    ranges: Mapping[str, Range]
    little: float
    on: str | None
    apart: Held | None = None
    what: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Exposures:
    """The exposure of each hedge that traded, by its run, at `days`: one close in `step`."""

    days: Days
    step: int
    options: Mapping[str, Slopes]
    linear: Mapping[str, Held]
