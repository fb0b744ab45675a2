"""Two rows of returns: whether they are fit for a test, and their scores around a split."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from microhedge.analysis.scores import devolatilise, normal_scores
from microhedge.errors import BadData, NotCovered
from microhedge.tape import Floats

LEAST = 60
"""Common sessions that each side of a split, or a sample without one, must have."""


def require(y: Floats, x: Floats, split: int) -> None:
    """Refuse what no test of two sides can answer.

    `y` are the returns of the holding, `x` those of the hedge, `split` the first row of the
    second side.  Raises NotCovered with fewer than 60 sessions on a side, BadData for a return
    that is no number and for a series that does not move on a side.
    """
    _require_row(y, x)
    sides = (max(min(split, len(y)), 0), max(len(y) - max(split, 0), 0))
    if min(sides) < LEAST:
        raise NotCovered(
            f"{sides[0]} common sessions before the split and {sides[1]} after it: "
            f"a test of the correlation needs {LEAST} on each side"
        )
    for name, series in (("holding", y), ("hedge", x)):
        _require_numbers(name, series)
        _require_moves(name, series[:split], " before the split")
        _require_moves(name, series[split:], " after the split")


def require_whole(y: Floats, x: Floats, *, least: int = LEAST) -> None:
    """Refuse a sample, taken as a whole, that no number can be computed from.

    Raises NotCovered with fewer than `least` sessions, BadData for a return that is no number
    and for a series that does not move.
    """
    _require_row(y, x)
    if len(y) < least:
        raise NotCovered(f"{len(y)} common sessions: at least {least} are needed")
    for name, series in (("holding", y), ("hedge", x)):
        _require_numbers(name, series)
        _require_moves(name, series, "")


def _require_row(y: Floats, x: Floats) -> None:
    if y.shape != x.shape or y.ndim != 1:
        raise BadData(
            f"returns of shapes {y.shape} and {x.shape}: both must be one row of sessions"
        )


def _require_numbers(name: str, series: Floats) -> None:
    wrong = ~np.isfinite(series)
    if wrong.any():
        raise BadData(
            f"the return of the {name} in row {int(np.argmax(wrong))} is no number: "
            "drop the session or repair its price"
        )


def _require_moves(name: str, part: Floats, when: str) -> None:
    if np.ptp(part) == 0.0:
        raise BadData(f"the {name} does not move{when}: a constant series has no correlation")


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """The normal scores `u` and `v` of two devolatilised series; `split` opens the second side."""

    u: Floats
    v: Floats
    split: int

    @classmethod
    def of(cls, y: Floats, x: Floats, split: int) -> Sample:
        """Score the returns of a holding and of its hedge; refuses what `require` refuses."""
        require(y, x, split)
        return cls(normal_scores(devolatilise(y)), normal_scores(devolatilise(x)), split)

    @property
    def n(self) -> int:
        """Number of sessions."""
        return len(self.u)

    @property
    def sides(self) -> tuple[tuple[Floats, Floats], tuple[Floats, Floats]]:
        """The scores before the split, and those after it."""
        k = self.split
        return (self.u[:k], self.v[:k]), (self.u[k:], self.v[k:])
