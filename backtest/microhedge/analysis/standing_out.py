"""Which cells can the best cell be told apart from, and does it stand on a hill or on a spike?

The error that matters is that of the difference of two cells.  Two puts of nearly the same strike
pay on the same days: each is known badly, their difference well.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from microhedge.errors import ParameterError
from microhedge.tape import Floats

Marks = NDArray[np.bool_]
Grid = NDArray[np.int64]

HALF = 0.5
"""Part of the best cell's lead that its neighbours must keep where they are clearly worse."""


def degrees(n: int) -> int:
    """Return the number of cosines for n observations: ⌈0.4·n^{2/3}⌉, n − 1 at most.

    The rule of Lazarus, Lewis, Stock and Watson (2018, Journal of Business & Economic Statistics
    36:541) for the equal-weighted-cosine estimate, which then has as many degrees of freedom.
    """
    asked = 0.4 * float(n ** (2.0 / 3.0))
    return min(ceil(asked), n - 1)


def standard_errors(columns: Floats) -> Floats:
    """Return the standard error of the mean of each column, its memory accounted for.

    √(Λ/n), Λ the mean square of the first `degrees`(n) coefficients of the orthonormal cosine
    transform (type II).
    """
    n = len(columns)
    order = np.arange(1, degrees(n) + 1)[:, None]
    waves = sqrt(2.0 / n) * np.cos(np.pi * order * (np.arange(n) + 0.5) / n)
    coefficients = waves @ columns
    errors: Floats = np.sqrt(np.mean(coefficients * coefficients, axis=0) / n)
    return errors


def errors_of_difference(leads: Floats, best: int) -> Floats:
    """Return for each column the standard error of the best column's mean less its own."""
    return standard_errors(leads[:, [best]] - leads)


def as_good(leads: Floats, best: int) -> Marks:
    """Mark the columns whose mean lies within one standard error of the difference to the best.

    A column that is the best one in all but name is marked, the best itself always.
    """
    # the mean of the difference, and not the difference of means, is exactly 0 for a copy
    behind = (leads[:, [best]] - leads).mean(axis=0)
    marks: Marks = behind <= errors_of_difference(leads, best)
    return marks


def neighbours(grid: Grid, ordered: Sequence[bool] | None = None) -> tuple[tuple[int, ...], ...]:
    """Return for each cell the cells one step away on one axis.

    `grid` is (cells × axes): the position of a cell's value among the values of each axis.  An
    axis without an order, such as the peer's name, has no steps (`ordered` false).  Raises
    ParameterError for two cells at one place.
    """
    places = [tuple(place) for place in grid.tolist()]
    at = {place: cell for cell, place in enumerate(places)}
    if len(at) < len(places):
        twice = next(place for cell, place in enumerate(places) if at[place] != cell)
        raise ParameterError(f"two cells at {twice} of the grid: each place holds one")
    axes = [axis for axis in range(grid.shape[1]) if ordered is None or ordered[axis]]
    found = []
    for place in places:
        around = (
            (*place[:axis], place[axis] + step, *place[axis + 1 :])
            for axis in axes
            for step in (-1, 1)
        )
        found.append(tuple(at[one] for one in around if one in at))
    return tuple(found)


def surroundings(objective: Floats, around: Sequence[Sequence[int]]) -> tuple[Floats, Floats]:
    """Return the mean and the least of each cell's neighbours' objective; NaN without neighbours.

    `around` is what `neighbours` returns.
    """
    mean, least = np.full((2, len(objective)), np.nan)
    for cell, others in enumerate(around):
        if others:
            values = objective[list(others)]
            mean[cell], least[cell] = values.mean(), values.min()
    return mean, least


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """The best cell beside the cells one step away.

    `mean` and `least` are of the neighbours' mean leads, `gap` is the best cell's less `mean`,
    and `error` the standard error of the gap; all in the unit of the leads.
    """

    count: int
    own: float
    mean: float
    least: float
    gap: float
    error: float
    df: int

    @property
    def is_spike(self) -> bool:
        """Whether the neighbours are worse at 5 % and keep less than half of a positive lead.

        The cell was chosen for being high, so that by luck alone it stands out more than 1 time
        in 20: a spike speaks against a cell, and no spike is no proof for it.
        """
        clear = self.gap > float(stdtrit(self.df, 0.95)) * self.error
        return clear and self.own > 0.0 and self.mean < HALF * self.own


def neighbourhood(leads: Floats, best: int, around: Sequence[int]) -> Neighbourhood | None:
    """Compare the best column with its neighbours; None for a cell that has none."""
    if len(around) == 0:
        return None
    others = leads[:, list(around)]
    gaps = leads[:, best] - others.mean(axis=1)
    means = others.mean(axis=0)
    return Neighbourhood(
        count=len(around),
        own=float(leads[:, best].mean()),
        mean=float(means.mean()),
        least=float(means.min()),
        gap=float(gaps.mean()),
        error=float(standard_errors(gaps[:, None])[0]),
        df=degrees(len(leads)),
    )
