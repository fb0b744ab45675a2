"""One value that may be set on a strategy: its type, its range, and how it is spelled.

A standard term has the same range wherever it occurs (`STANDARD`); any other number says its own
as `Annotated[float, Range(gt=0, lt=3)]`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from numbers import Integral, Real
from typing import Annotated, TypeAlias

from microhedge.errors import ParameterError, nearest
from microhedge.roll_policy import RollPolicy, days_before, roll_policy

Value: TypeAlias = int | float | str | bool | date | RollPolicy

KINDS: tuple[type[Value], ...] = (int, float, str, bool, date, RollPolicy)
_NOUNS = {
    int: "a whole number",
    float: "a number",
    str: "a text",
    bool: "yes or no",
    date: "a date as in 2015-01-02",
    RollPolicy: "a roll policy as in 30, or days-before=30+delta-drift=0.10..0.60",
}
_TRUTH = {"yes": True, "true": True, "on": True, "1": True}
_TRUTH |= {"no": False, "false": False, "off": False, "0": False}


@dataclass(frozen=True, slots=True)
class Warmup:
    """Marks a count of sessions that must have passed before the first decision."""


Sessions: TypeAlias = Annotated[int, Warmup()]
"""A count of sessions that a strategy looks back over: `window: Sessions = 504`."""


@dataclass(frozen=True, slots=True)
class Range:
    """Bounds of a number, as in `Annotated[float, Range(gt=0, lt=3)]`; a missing bound is open."""

    gt: float | None = None
    ge: float | None = None
    lt: float | None = None
    le: float | None = None

    def __contains__(self, value: float) -> bool:
        return (
            (self.gt is None or value > self.gt)
            and (self.ge is None or value >= self.ge)
            and (self.lt is None or value < self.lt)
            and (self.le is None or value <= self.le)
        )

    def __str__(self) -> str:
        bounds = (
            ("above", self.gt),
            ("at least", self.ge),
            ("below", self.lt),
            ("at most", self.le),
        )
        return " and ".join(f"{word} {bound:g}" for word, bound in bounds if bound is not None)

    @property
    def is_fraction(self) -> bool:
        """Whether the upper bound is so low that 95 can only have meant 95 percent."""
        upper = self.lt if self.le is None else self.le
        return upper is not None and upper <= 3


@dataclass(frozen=True, slots=True, init=False)
class Choice:
    """Names of which one is chosen, as in `Annotated[str, Choice("ols", "ewma")]`."""

    names: tuple[str, ...]

    def __init__(self, *names: str) -> None:
        object.__setattr__(self, "names", names)


STANDARD: Mapping[str, Range] = {
    "moneyness": Range(gt=0, lt=3),
    "delta": Range(gt=-1, lt=1),
    "cover": Range(ge=0, le=1),
    "tenor": Range(ge=1),
    "roll": Range(ge=0),
    "tranches": Range(ge=1, le=12),
    "band": Range(ge=0, le=1),
    "drift": Range(ge=0, le=1),
    "window": Range(ge=20),
}
"""Ranges of the standard terms, which hold wherever a class gives a parameter no range of its own.

`moneyness` is strike / price, `delta` that of an option (below 0 of a put; 0: none), `cover` the
fraction of the shares that is hedged, `tenor` and `roll` are calendar days to expiry, `tranches`
counts the rungs of a ladder, `band` and `drift` are distances from a target as a fraction of it
(more than 1 was nearly always meant as percent), and `window` counts sessions of a regression.
"""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One declared parameter: its name, type, default (None if required), range and meaning."""

    name: str
    kind: type[Value]
    default: Value | None
    range: Range | None
    is_warmup: bool
    help: str
    choice: Choice | None = None

    @property
    def is_required(self) -> bool:
        """Whether a value must be given."""
        return self.default is None

    def check(self, value: object) -> Value:
        """Return *value* as the declared type; ParameterError unless it has it and is in range."""
        return self._within(self._typed(value))

    def parse(self, text: str) -> Value:
        """Return the value that *text* spells; ParameterError as for `check`."""
        spelled = text.strip()
        try:
            if self.kind is bool:
                return _TRUTH[spelled.lower()]
            if self.kind is date:
                return date.fromisoformat(spelled)
            if self.kind is RollPolicy:
                return roll_policy(spelled)
            return self.check(self.kind(spelled))  # type: ignore[call-arg, arg-type]
        except (KeyError, ValueError) as error:
            if isinstance(error, ParameterError):
                raise
            raise self._mistyped(text) from None

    def _typed(self, value: object) -> Value:
        if isinstance(value, bool):
            if self.kind is bool:
                return value
        elif self.kind is RollPolicy:
            return self._policy(value)
        elif self.kind is int and isinstance(value, Integral):
            return int(value)
        elif self.kind is float and isinstance(value, Real):
            return float(value)
        if self.kind is str and isinstance(value, str) and value:
            return value
        if self.kind is date and isinstance(value, date) and not isinstance(value, datetime):
            return value
        raise self._mistyped(value)

    def _policy(self, value: object) -> RollPolicy:
        """Return a policy, the one that a text spells, or so many days before expiry."""
        if isinstance(value, RollPolicy):
            return value
        if isinstance(value, str):
            return roll_policy(value)
        if isinstance(value, Integral):
            return days_before(int(value))
        raise self._mistyped(value)

    def _within(self, value: Value) -> Value:
        if self.choice is not None and value not in self.choice.names:
            known = self.choice.names
            hint = nearest(str(value), known) or f"; it is one of {', '.join(known)}"
            raise ParameterError(f"{self.name} {value!r} is not to be chosen{hint}")
        if not isinstance(value, int | float) or isinstance(value, bool):
            return value
        if not math.isfinite(value):
            raise ParameterError(f"{self.name} must be a finite number, was {value}")
        if self.range is None or value in self.range:
            return value
        if self.range.is_fraction and abs(value) > 3 and value / 100 in self.range:
            raise self._percent(f"{value:g}", value / 100)
        raise ParameterError(f"{self.name} must be {self.range}, was {value:g}")

    def _mistyped(self, value: object) -> ParameterError:
        if self.kind is float and isinstance(value, str):
            percent = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*%\s*", value)
            if percent:
                return self._percent(value.strip(), float(percent[1]) / 100)
        return ParameterError(f"{self.name} must be {_NOUNS[self.kind]}, was {value!r}")

    def _percent(self, spelled: str, fraction: float) -> ParameterError:
        of_price = " of the price" if "moneyness" in self.name else ""
        return ParameterError(
            f"{self.name} {spelled} is not a fraction{of_price}: did you mean {fraction:g}?"
        )
