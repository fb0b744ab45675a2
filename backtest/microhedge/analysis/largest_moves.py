"""How much of the holding's largest moves of one session did the hedge take away?

A hedge that works on average may miss the sessions that matter, when news is of one firm alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from microhedge.analysis.test_result import Estimate
from microhedge.tape import Floats

PART = 0.01
"""Part of the sessions that counts as the largest moves, ten sessions at least."""

FEWEST = 10


@dataclass(frozen=True, slots=True)
class LargestMoves:
    """The offset on the largest moves, and on all other sessions; 1 takes a move away whole.

    `rows` are those of the largest moves, in order of time.  `offset` has a 95 % interval.
    """

    rows: NDArray[np.intp]
    offset: Estimate
    others: float


def largest_moves(hedged: Floats, unhedged: Floats) -> LargestMoves | None:
    """Measure the offset −Σ ΔH·ΔI / Σ ΔI² on the sessions of the largest moves, up or down.

    `hedged` and `unhedged` are simple returns by session of the holding with and without its
    hedge, ΔI the latter and ΔH their difference.  It is the slope of −ΔH on ΔI through the
    origin.  Unlike a correlation it is not raised by choosing sessions for the size of ΔI, so
    that the two groups can be compared.  Its standard error allows for any variance of each
    session (White 1980, Econometrica 48:817, times n/(n − 1)), with Student's t of n − 1.  None
    with fewer than 40 sessions, and where the holding did not move on those left.
    """
    n = max(FEWEST, round(PART * len(unhedged)))
    if len(unhedged) < 4 * FEWEST:
        return None
    order = np.argsort(-np.abs(unhedged), kind="stable")
    rows, rest = np.sort(order[:n]), order[n:]
    own, less = unhedged[rows], unhedged[rows] - hedged[rows]
    square, other = float(own @ own), float(unhedged[rest] @ unhedged[rest])
    if other == 0.0:
        return None
    slope = float(own @ less) / square
    left = less - slope * own
    error = sqrt(float((own * left) @ (own * left)) * n / (n - 1)) / square
    half = float(stdtrit(n - 1, 0.975)) * error
    others = float(unhedged[rest] @ (unhedged[rest] - hedged[rest])) / other
    return LargestMoves(
        rows, Estimate("largest moves", slope, n, error, slope - half, slope + half), others
    )
