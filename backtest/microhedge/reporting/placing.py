"""Where does a label go, so that it lies on no mark and no other label?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from microhedge.reporting import style

_HIGH = 0.62 * style.SIZE
"""Half of what a line of text takes from the one above to the one below."""
_NEAR = 7.5
_OUT = 1000.0
"""A point outside the axes is as bad as so much of a label on others."""
_CROSSED = 0.001
"""A line over a label is better than any two labels on one another."""
_STEP = 9.5

Line = Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle inside the axes, points from the lower left corner."""

    left: float
    low: float
    right: float
    high: float


def around(x: float, y: float, size: float) -> Box:
    """Return the square of a mark."""
    return Box(x - size, y - size, x + size, y + size)


def along(points: Line) -> list[Box]:
    """Return small boxes along a line in points, so that no label lies on it."""
    found = []
    for (x, y), (right, high) in pairwise(points):
        steps = max(1, int(max(abs(right - x), abs(high - y)) / 4.0))
        for step in range(steps + 1):
            part = step / steps
            found.append(around(x + part * (right - x), y + part * (high - y), 2.1))
    return found


@dataclass(slots=True)
class Placer:
    """Places labels on axes whose limits are final, one after the other, weightiest first."""

    ax: Axes
    taken: list[Box] = field(default_factory=list)
    _labels: list[Box] = field(default_factory=list)
    _corners: NDArray[np.float64] = field(default_factory=lambda: np.empty((0, 4)))

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Return a point of the data in points from the lower left corner of the axes."""
        place = self.ax.transAxes.inverted().transform(self.ax.transData.transform((x, y)))
        return float(place[0]) * self.ax.bbox.width, float(place[1]) * self.ax.bbox.height

    def avoid(self, boxes: Iterable[Box]) -> None:
        """Keep labels away from what is drawn."""
        self.taken += boxes

    def label(
        self, x: float, y: float, text: str, *, colour: str, weight: int = 600, must: bool = True
    ) -> bool:
        """Write a label beside a point (in points), with a thin line where it must lie far off.

        One that need not be there is left out where no place is free, and False comes back.
        """
        wide = style.text_width(text, weight) + 3.0
        box = self._free(x, y, wide, must=must)
        if box is None:
            return False
        self.taken.append(box)
        self._labels.append(box)
        across, up = float(self.ax.bbox.width), float(self.ax.bbox.height)
        style.write(
            self.ax, box.left / across, (box.low + box.high) / 2.0 / up, text,
            colour=colour, weight=weight, within="axes",
        )  # fmt: skip
        if (leader := _leader(x, y, box)) is not None:
            self.avoid(along(leader))
            self.ax.plot(
                [one / across for one, _ in leader], [one / up for _, one in leader],
                color=colour, linewidth=0.5, transform=self.ax.transAxes, zorder=2.5,
            )  # fmt: skip
        return True

    def _free(self, x: float, y: float, wide: float, *, must: bool) -> Box | None:
        """Return the nearest free place, or the least covered one where a label must be."""
        least: tuple[float, Box] | None = None
        for box in _places(x, y, wide):
            covered = self._covered(box) + self._crossed(_leader(x, y, box))
            if covered == 0.0:
                return box
            if least is None or covered < least[0]:
                least = covered, box
        return least[1] if must and least is not None else None

    def _crossed(self, leader: Line | None) -> float:
        """Return how much of labels a line to one would cover."""
        if leader is None:
            return 0.0
        return _CROSSED * sum(
            one.left < box.right
            and box.left < one.right
            and one.low < box.high
            and box.low < one.high
            for one in along(leader)
            for box in self._labels
        )

    def _covered(self, box: Box) -> float:
        """Return how much of a box is taken already or lies outside the axes."""
        if len(self._corners) != len(self.taken):
            self._corners = np.array([(b.left, b.low, b.right, b.high) for b in self.taken])
        left, low, right, high = self._corners.T
        wide = np.minimum(box.right, right) - np.maximum(box.left, left)
        tall = np.minimum(box.high, high) - np.maximum(box.low, low)
        across, up = float(self.ax.bbox.width), float(self.ax.bbox.height)
        outside = max(-box.left, box.right - across, 1.0 - box.low, box.high - up, 0.0)
        return float(np.sum(wide * tall, where=(wide > 0.0) & (tall > 0.0))) + _OUT * outside


def _leader(x: float, y: float, box: Box) -> Line | None:
    """Return the thin line from a point to a label that is far above or below it."""
    middle = (box.low + box.high) / 2.0
    if abs(middle - y) <= 1.6 * _STEP:
        return None
    edge = box.low if middle > y else box.high
    return [(x, y), (min(max(x, box.left), box.right), edge)]


def _places(x: float, y: float, wide: float) -> Iterable[Box]:
    """Yield where a label may lie, the nearest first: right, left, above, below, then further."""
    beside = (x + _NEAR, x - _NEAR - wide)
    yield from (_box(left, y, wide) for left in beside)
    lefts = (x - wide / 2.0, x + 4.0, x - wide - 4.0)
    for steps in range(1, 15):
        for up in (steps * _STEP, -steps * _STEP):
            yield from (_box(left, y + up, wide) for left in (*lefts, *beside))


def _box(left: float, middle: float, wide: float) -> Box:
    return Box(left, middle - _HIGH, left + wide, middle + _HIGH)
