"""What did a hedge bring where the holding fell far, a little, or rose?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from microhedge.tape import Floats

EDGES = (-0.10, -0.05, 0.0, 0.10)
"""Returns of the holding that part the moves; a return on an edge is the smaller move."""


@dataclass(frozen=True, slots=True)
class Move:
    """The periods whose return of the holding lay in one range: how many, and the mean returns.

    `unhedged` and `hedged`, one for each series, are None where there is no such period.
    """

    count: int
    unhedged: float | None
    hedged: tuple[float | None, ...]


def by_move(unhedged: Floats, hedged: tuple[Floats, ...]) -> tuple[Move, ...]:
    """Average returns by period over the five ranges between `EDGES`, the deepest falls first.

    `unhedged` and each of `hedged` have one return a period.  A period in which the holding stood
    still is of the first range of rises.
    """
    fell, slipped, still, rose = EDGES
    ranges = (
        unhedged < fell,
        (unhedged >= fell) & (unhedged < slipped),
        (unhedged >= slipped) & (unhedged < still),
        (unhedged >= still) & (unhedged <= rose),
        unhedged > rose,
    )
    return tuple(
        Move(
            int(np.count_nonzero(inside)),
            _mean(unhedged[inside]),
            tuple(_mean(one[inside]) for one in hedged),
        )
        for inside in ranges
    )


def _mean(values: Floats) -> float | None:
    return float(values.mean()) if len(values) else None
