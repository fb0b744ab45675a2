"""Which cells of a grid are seen together, and what does each axis do?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from math import prod

import numpy as np
from numpy.typing import NDArray

from microhedge.reporting.sweeps.inputs import Floats, Places, SweepSubject

MOST_DRAWN = 60
"""Values of an axis that are drawn; of more, some at even distances."""
MOST_PAIRS = 6
"""Pairs of axes that are drawn, those with the largest effects."""


@dataclass(frozen=True, slots=True, eq=False)
class Plane:
    """The cells over two axes: `rows` has for each place (y, x) the cells there, mostly one.

    `x` and `y` are numbers of axes, `columns` and `lines` the values drawn of each.
    """

    x: int
    y: int
    columns: Places
    lines: Places
    rows: dict[tuple[int, int], list[int]]
    failed: frozenset[tuple[int, int]]

    @property
    def crowded(self) -> bool:
        """Whether there are so many cells that drawing them takes its time."""
        return len(self.rows) > 400

    def mean(self, values: Floats) -> Floats:
        """Return the mean over the cells at each place; NaN where there is none."""
        found = np.full((len(self.lines), len(self.columns)), np.nan)
        for (y, x), rows in self.rows.items():
            known = values[rows][np.isfinite(values[rows])]
            if len(known):
                found[y, x] = known.mean()
        return found

    def where(self, chosen: set[int]) -> frozenset[tuple[int, int]]:
        """Return the places whose only cell is one of those chosen."""
        return frozenset(
            place for place, rows in self.rows.items() if len(rows) == 1 and rows[0] in chosen
        )


def is_full(subject: SweepSubject) -> bool:
    """Whether every combination of the axes' values was tried."""
    every = prod(len(axis.values) for axis in subject.axes)
    return len(subject.at) + len(subject.failed) == every


def base(subject: SweepSubject) -> list[int]:
    """Return the place that other axes are held at: the best cell's, or the middle values."""
    if subject.best is not None:
        place: list[int] = subject.at[subject.best].tolist()
        return place
    return [len(axis.values) // 2 for axis in subject.axes]


def plane(subject: SweepSubject, first: int, second: int) -> Plane:
    """Return the cells over two axes, the others at `base`, or all of them in a sampled grid."""
    x, y = _lying(subject, first, second)
    columns, lines = (_drawn(len(subject.axes[one].values)) for one in (x, y))
    held = base(subject) if is_full(subject) else None
    rows: dict[tuple[int, int], list[int]] = {}
    for row, at in _inside(subject.at, held, x, y):
        rows.setdefault(at, []).append(row)
    failed = {at for _, at in _inside(subject.failed, held, x, y)}
    column = {value: k for k, value in enumerate(columns.tolist())}
    line = {value: k for k, value in enumerate(lines.tolist())}

    def shown(at: tuple[int, int]) -> tuple[int, int] | None:
        return (line[at[0]], column[at[1]]) if at[0] in line and at[1] in column else None

    return Plane(
        x,
        y,
        columns,
        lines,
        {place: some for at, some in rows.items() if (place := shown(at)) is not None},
        frozenset(place for at in failed - set(rows) if (place := shown(at)) is not None),
    )


def pairs(subject: SweepSubject) -> list[tuple[int, int]]:
    """Return the pairs of axes to draw, those whose effects are largest together first."""
    size = [effect.size for effect in effects(subject)]
    every = list(combinations(range(len(subject.axes)), 2))
    return sorted(every, key=lambda pair: -(size[pair[0]] + size[pair[1]]))[:MOST_PAIRS]


@dataclass(frozen=True, slots=True, eq=False)
class Effect:
    """What moving along one axis does: the mean over all cells with each value, NaN without."""

    axis: int
    means: Floats

    @property
    def size(self) -> float:
        """From the least mean to the greatest."""
        known = self.means[np.isfinite(self.means)]
        return float(known.max() - known.min()) if len(known) else 0.0


def effects(subject: SweepSubject) -> list[Effect]:
    """Return the effect of each axis on the advantage of eligible cells, or on the return."""
    values = ranked(subject)
    found = []
    for number, axis in enumerate(subject.axes):
        means = np.full(len(axis.values), np.nan)
        for value in range(len(means)):
            mine = values[subject.at[:, number] == value]
            known = mine[np.isfinite(mine)]
            if len(known):
                means[value] = known.mean()
        found.append(Effect(number, means))
    return found


def ranked(subject: SweepSubject) -> Floats:
    """Return what the cells are compared by; NaN for one that is not compared."""
    if subject.luck is None:
        return subject.measures["annual_return"]
    return np.where(subject.eligible, subject.advantage, np.nan)


def _lying(subject: SweepSubject, first: int, second: int) -> tuple[int, int]:
    """Put the axis with an order and more values across, and the other one down."""
    one, two = subject.axes[first], subject.axes[second]
    if (two.ordered, len(two.values)) > (one.ordered, len(one.values)):
        return second, first
    return first, second


def _drawn(count: int) -> NDArray[np.int64]:
    if count <= MOST_DRAWN:
        return np.arange(count)
    return np.unique(np.linspace(0, count - 1, MOST_DRAWN).astype(np.int64))


def _inside(
    at: Places, held: list[int] | None, x: int, y: int
) -> Iterator[tuple[int, tuple[int, int]]]:
    for row, place in enumerate(at.tolist()):
        others = (k for k in range(len(place)) if k not in {x, y})
        if held is None or all(place[k] == held[k] for k in others):
            yield row, (place[y], place[x])
