"""Would choosing a cell by its past have worked, year after year?

At the end of each calendar year the cell is chosen that had the largest advantage at equal
protection so far.  What it earned in the year after is measured against the mix of share and cash
that had, up to the choice, the same tail loss.  Nothing after a choice enters it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from math import expm1

import numpy as np

from microhedge.analysis.equal_protection import TARGET, Panel, Protection, leads, protection
from microhedge.analysis.performance import DAYS_PER_YEAR, months
from microhedge.tape import Floats

WARM_UP = 756
"""Sessions before the first choice, at least: three years."""

_MONTHS_PER_YEAR = 12


@dataclass(frozen=True, slots=True)
class Year:
    """What three ways of choosing earned over their mixes in one year, as a part of the value.

    `cell` was chosen at the end of the year before; None where no cell was eligible, which earns
    0.  The last year may be incomplete.
    """

    year: int
    cell: int | None
    chosen: float
    fixed: float
    hindsight: float


@dataclass(frozen=True, slots=True, eq=False)
class WalkForward:
    """The cell chosen every year, the first choice kept, and the best of the whole sample.

    `chosen`, `fixed` and `hindsight` are advantages a year from the first choice on; the last is
    known only afterwards.  `changes` counts the years whose cell is not that of the year before.
    `first` is the row of the first choice among the sessions, and the series have the log leads
    of the sessions after it.
    """

    first: int
    years: tuple[Year, ...]
    changes: int
    fixed_cell: int | None
    chosen: float
    fixed: float
    hindsight: float
    chosen_leads: Floats = field(repr=False)
    fixed_leads: Floats = field(repr=False)
    hindsight_leads: Floats = field(repr=False)


def walk_forward(
    panel: Panel,
    whole: Protection,
    *,
    target: float = TARGET,
    warm_up: int = WARM_UP,
) -> WalkForward | None:
    """Choose at the end of each year from the first third of the sample on.

    The first choice falls on the end of the first calendar year that has at least `warm_up`
    sessions and a third of all before it.  `whole` is the protection of the whole sample, whose
    best cell is the one of hindsight.  None where no year follows the first choice.
    """
    n = len(panel.runs)
    year = months(panel.day)[panel.ends] // _MONTHS_PER_YEAR
    closes = np.flatnonzero(np.diff(year))  # months that end a year that another follows
    closes = closes[panel.ends[closes] >= max(warm_up, n / 3.0)]
    if len(closes) == 0:
        return None
    spans = list(pairwise([*panel.ends[closes].tolist(), n]))
    choices = [protection(panel, target=target, over=int(m) + 1) for m in closes]
    kept = [choices[0]] * len(spans)
    chosen, fixed, hindsight = (
        [
            _earned(panel, one, span, opens=span is spans[0])
            for one, span in zip(by, spans, strict=True)
        ]
        for by in (choices, kept, [whole] * len(spans))
    )
    cells = [choice.best for choice in choices]
    start = spans[0][0]
    time = float(panel.day[-1] - panel.day[start]) / DAYS_PER_YEAR
    earned = [np.concatenate(parts) for parts in (chosen, fixed, hindsight)]
    return WalkForward(
        first=start,
        years=tuple(
            Year(int(year[m + 1]) + 1970, cell, *(expm1(float(part.sum())) for part in parts))
            for m, cell, *parts in zip(closes, cells, chosen, fixed, hindsight, strict=True)
        ),
        changes=sum(before != after for before, after in pairwise(cells)),
        fixed_cell=cells[0],
        chosen=expm1(float(earned[0].sum()) / time),
        fixed=expm1(float(earned[1].sum()) / time),
        hindsight=expm1(float(earned[2].sum()) / time),
        chosen_leads=earned[0],
        fixed_leads=earned[1],
        hindsight_leads=earned[2],
    )


def _earned(panel: Panel, choice: Protection, span: tuple[int, int], *, opens: bool) -> Floats:
    """Return the leads of the best cell of a choice over the mix that was sized for it."""
    first, last = span
    if choice.best is None:
        return np.zeros(last - first)
    sold = choice.sold[panel.cell == choice.best]
    return leads(panel.only(choice.best), sold, first=first, last=last, opens=opens)[:, 0]
