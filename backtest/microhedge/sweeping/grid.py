"""Which combinations of values does a sweep try, and in what order?

An axis is written `a:b:step`, both ends included and exact in decimals, or `a,b,c`.  A grid is
the product of its axes, the last one moving fastest; axes that are zipped move together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cached_property
from math import prod
from random import Random

import numpy as np
from numpy.typing import NDArray

from microhedge.errors import ParameterError, UnknownName, nearest
from microhedge.parameter import Parameter, Value
from microhedge.roll_policy import RollPolicy

MOST_VALUES = 100_000
"""Values that one axis may have."""


@dataclass(frozen=True, slots=True)
class Axis:
    """A name and the values that it takes, each of them once."""

    name: str
    values: tuple[Value, ...]

    def __post_init__(self) -> None:
        if not self.values:
            raise ParameterError(f"{self.name} has no value")
        seen: set[Value] = set()
        for value in self.values:
            if value in seen:
                raise ParameterError(f"{self.name} has {value} twice: name each value once")
            seen.add(value)


@dataclass(frozen=True)
class Grid:
    """All combinations of the axes, or a sample of them, numbered from 0 in grid order.

    `groups` are axes that move together, mostly one each; `chosen` are the combinations that
    were sampled, increasing, or None for all.
    """

    groups: tuple[tuple[Axis, ...], ...]
    chosen: tuple[int, ...] | None = None

    @cached_property
    def axes(self) -> tuple[Axis, ...]:
        """The axes in the order of their groups."""
        return tuple(axis for group in self.groups for axis in group)

    @cached_property
    def combinations(self) -> int:
        """How many combinations there are, sampled or not."""
        return prod(len(group[0].values) for group in self.groups)

    def __len__(self) -> int:
        return self.combinations if self.chosen is None else len(self.chosen)

    def at(self, cell: int) -> dict[str, Value]:
        """Return the values of a cell by axis."""
        left = cell if self.chosen is None else self.chosen[cell]
        found: dict[str, Value] = {}
        for group in reversed(self.groups):
            left, k = divmod(left, len(group[0].values))
            found.update((axis.name, axis.values[k]) for axis in reversed(group))
        return dict(reversed(found.items()))

    def sampled(self, count: int, seed: int) -> Grid:
        """Return a grid of `count` cells drawn without replacement, in grid order."""
        if count < 1:
            raise ParameterError(f"sample must be 1 or more, was {count}")
        if count >= self.combinations:
            return self
        drawn = Random(seed).sample(range(self.combinations), count)
        return Grid(self.groups, tuple(sorted(drawn)))

    def grouped(self, cells: NDArray[np.int64], slowest: Sequence[str]) -> NDArray[np.int64]:
        """Return cells so ordered that the axes named move slowest, the first of them least."""
        place = cells if self.chosen is None else np.array(self.chosen, np.int64)[cells]
        digits: list[tuple[int, NDArray[np.int64]]] = []
        for number, group in reversed(list(enumerate(self.groups))):
            place, digit = np.divmod(place, len(group[0].values))
            rank = min(slowest.index(a.name) if a.name in slowest else len(slowest) for a in group)
            digits.append((rank * len(self.groups) + number, digit))
        keys = [digit for _, digit in sorted(digits, key=lambda one: -one[0])]
        return cells[np.lexsort(keys)] if keys else cells


def grid_of(axes: Sequence[Axis], zipped: Iterable[Sequence[str]] = ()) -> Grid:
    """Make the grid of some axes, of which those named together in `zipped` move together."""
    known = {axis.name: axis for axis in axes}
    group_of: dict[str, tuple[Axis, ...]] = {}
    for names in zipped:
        for name in names:
            if name not in known:
                hint = nearest(name, known) or f"; the axes are {', '.join(known)}"
                raise UnknownName(f"zip names no axis {name!r}{hint}")
            if name in group_of:
                raise ParameterError(f"{name} is zipped twice")
        group = tuple(known[name] for name in names)
        counts = {len(axis.values) for axis in group}
        if len(counts) > 1:
            told = ", ".join(f"{axis.name} {len(axis.values)}" for axis in group)
            raise ParameterError(f"axes that are zipped need as many values each: {told}")
        group_of.update(dict.fromkeys(names, group))
    groups = dict.fromkeys(group_of.get(axis.name, (axis,)) for axis in axes)
    return Grid(tuple(groups))


def axis_of(parameter: Parameter, wish: object) -> Axis:
    """Return an axis of values that a declaration accepts.

    `wish` is a text in the grid's syntax, one value, or a sequence of values and texts.  Roll
    policies are numbers of days where none of them says more, else texts.
    """
    if isinstance(wish, str):
        parts: Iterable[object] = _spelled(parameter, wish)
    elif isinstance(wish, Iterable) and not isinstance(wish, Mapping):
        parts = list(wish)
    else:
        parts = [wish]
    values = [
        parameter.parse(part) if isinstance(part, str) else parameter.check(part) for part in parts
    ]
    if parameter.kind is RollPolicy:
        told = [one.plain for one in values if isinstance(one, RollPolicy)]
        whole = all(isinstance(one, int) for one in told)
        values = [one if whole else str(one) for one in told]
    return Axis(parameter.name, tuple(values))


def _spelled(parameter: Parameter, text: str) -> list[str]:
    """Split `a,b,c`, or count `a:b:step` where the parameter is a number."""
    parts = [part.strip() for part in text.split(",")]
    if "" in parts:
        raise ParameterError(f"{parameter.name} {text!r} has an empty value")
    if parameter.kind not in {int, float, RollPolicy}:
        return parts
    return [value for part in parts for value in (_counted(part) if ":" in part else [part])]


def _counted(text: str) -> list[str]:
    """Count from the first number to the last by the step, in decimals."""
    rule = "a range is first:last:step as in 0.80:1.00:0.05"
    try:
        first, last, step = map(Decimal, text.split(":"))
        count = (last - first) / step
    except (InvalidOperation, ValueError, ZeroDivisionError):
        raise ParameterError(f"{text!r}: {rule}") from None
    if not count.is_finite() or count < 0:
        raise ParameterError(f"{text!r} leads nowhere: {rule}")
    if count >= MOST_VALUES:
        raise ParameterError(f"{text!r} has more than {MOST_VALUES:,} values: take a wider step")
    return [f"{first + k * step:f}" for k in range(int(count) + 1)]
