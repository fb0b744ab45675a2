"""A made-up course of a relation, for the sample of the report."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from microhedge.reporting.inputs_correlation import (
    Change,
    Course,
    Factor,
    Fall,
    Fluctuation,
    Moves,
    Offset,
    Span,
)


def course(days: NDArray[np.int32], before: int) -> Course:
    """Two falls, a year for each 252 sessions, and a path that stays inside its boundary."""
    count = len(days)
    path = 1.12 * np.sin(np.arange(count) / count * np.pi)
    row = int(np.argmax(np.abs(path))) + 1
    years = range(2002, 2002 + max(1, (count - before) // 252))
    months = days[before::21]
    cumulative = 0.8 + 0.3 * np.sin(np.arange(len(months)) / 7.0)
    fall = Fall(
        name="Own fall 1",
        place=1,
        whole=True,
        low_day=int(days[-1]),
        n=180,
        fall=-0.42,
        correlation=0.61,
        bounds=(0.48, 0.72),
        adjusted=0.44,
        calm=0.55,
        removed=0.31,
        saved=0.12,
    )
    return Course(
        fluctuation=Fluctuation(days, path, 1.3, 1.12, row, 0.151, 0.301, 0.57, 0.53),
        change=Change(
            Factor(0.9, (0.7, 1.16), moved=False),
            Factor(0.93, (0.8, 1.08), moved=False),
            Factor(0.97, (0.85, 1.11), moved=False),
            (0.57, 0.53),
            few=True,
        ),
        spans=tuple(
            Span(year, None, 0.1 * np.sin(year), 0.08 * np.cos(year), 0.35, 0.28) for year in years
        ),
        offset=Offset(months, cumulative, 31, len(months), 9, len(months), 0.11),
        falls=(
            fall,
            Fall("Euro and US debt", None, False, int(days[-1]), 7, -0.1, None, None, None, None,
                 None, -0.01),
        ),
        moves=Moves(26, 0.41, (0.22, 0.6), 0.5),
        traded=True,
    )  # fmt: skip
