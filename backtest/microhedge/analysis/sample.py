"""Whether two rows of returns are fit for a test of their correlation around a split."""

from __future__ import annotations

import numpy as np

from microhedge.errors import BadData, NotCovered
from microhedge.tape import Floats

LEAST = 60
"""Sessions that each side of a split must have."""


def require(y: Floats, x: Floats, split: int) -> None:
    """Refuse what no test can answer.

    `y` are the returns of the holding, `x` those of the hedge, `split` the first row of the
    second side.  Raises NotCovered with fewer than 60 sessions on a side, BadData for a return
    that is no number and for a series that does not move on a side.
    """
    if y.shape != x.shape or y.ndim != 1:
        raise BadData(
            f"returns of shapes {y.shape} and {x.shape}: both must be one row of sessions"
        )
    sides = (max(min(split, len(y)), 0), max(len(y) - max(split, 0), 0))
    if min(sides) < LEAST:
        raise NotCovered(
            f"{sides[0]} common sessions before the split and {sides[1]} after it: "
            f"a test of the correlation needs {LEAST} on each side"
        )
    for name, series in (("holding", y), ("hedge", x)):
        wrong = ~np.isfinite(series)
        if wrong.any():
            raise BadData(
                f"the return of the {name} in row {int(np.argmax(wrong))} is no number: "
                "drop the session or repair its price"
            )
        for word, part in (("before", series[:split]), ("after", series[split:])):
            if np.ptp(part) == 0.0:
                raise BadData(
                    f"the {name} does not move {word} the split: a constant series has no "
                    "correlation"
                )
