"""What does a comparison say of the course of the relation that a hedge leaned on?"""

from __future__ import annotations

from math import exp
from typing import TYPE_CHECKING

import numpy as np

from microhedge.analysis.crises import crises
from microhedge.analysis.crisis_windows import windows
from microhedge.analysis.effectiveness import variance_removed
from microhedge.analysis.hedge_ratio import ENOUGH, Part, decompose
from microhedge.analysis.largest_moves import largest_moves
from microhedge.analysis.offsets import dollar_offsets
from microhedge.analysis.relation_by_period import by_period
from microhedge.calendar import day_number
from microhedge.money_by_month import money_by_month
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

if TYPE_CHECKING:
    from microhedge.analysis.correlation import CorrelationResult
    from microhedge.comparison import Comparison
    from microhedge.relation import Relation
    from microhedge.result import Result
    from microhedge.runs import Run
    from microhedge.tape import Floats

OWN = 3
"""Falls of the holding itself that are told, the same as among its losses."""


def course_of(run: Run, relation: Relation, comparison: Comparison) -> Course | None:
    """Return the course of a relation that was judged; None for one that was not."""
    judged, result = relation.judged, run.result
    if judged is None or result is None:
        return None
    split = judged.split
    traded = len(result.tables["fills"]["role"]) > 0
    # the rows of the run that are those of the sample after the split
    first = relation.fits[0].row + 1 - comparison.tape.begin
    rows = slice(first, first + len(relation.y) - split)
    hedged, alone = run.returns[rows], comparison.unhedged.returns[rows]
    return Course(
        fluctuation=_fluctuation(judged, relation),
        change=_change(relation, split),
        spans=_spans(relation, split, hedged, alone, traded=traded),
        offset=_offset(result) if traded else None,
        falls=_falls(relation, split, hedged, alone, traded=traded),
        moves=_moves(hedged, alone) if traded else None,
        traded=traded,
    )


def _fluctuation(judged: CorrelationResult, relation: Relation) -> Fluctuation | None:
    test, holm = judged.tests[1], judged.adjusted[1]
    if test.path is None or test.row is None or test.statistic is None:
        return None
    sides = [part.value for part in test.parts]
    before, after = sides if len(sides) == 2 else (None, None)
    return Fluctuation(
        days=relation.day,
        path=test.path,
        boundary=dict(test.critical)[0.05],
        statistic=test.statistic,
        row=test.row,
        p=test.pvalue,
        holm=holm,
        before=before,
        after=after,
    )


def _change(relation: Relation, split: int) -> Change:
    found = decompose(relation.y, relation.x, split)
    one, two = found.correlations
    return Change(
        total=None if found.total is None else _factor(found.total),
        correlation=None if found.correlation is None else _factor(found.correlation),
        volatility=_factor(found.volatility),
        signs=(one.value, two.value),
        few=min(one.n, two.n) < ENOUGH,
    )


def _factor(part: Part) -> Factor:
    low, high = part.estimate.low, part.estimate.high
    bounds = None if low is None or high is None else (exp(low), exp(high))
    return Factor(part.factor, bounds, part.moved())


def _spans(
    relation: Relation, split: int, hedged: Floats, alone: Floats, *, traded: bool
) -> tuple[Span, ...]:
    found = []
    for one in by_period(relation.day, relation.y, relation.x, split):
        rows = slice(one.first - split, one.stop - split)
        removed = variance_removed(hedged[rows], alone[rows], first=-1) if traded else None
        found.append(
            Span(one.year, one.quarter, one.correlation, one.volatility, one.explained, removed)
        )
    return tuple(found)


def _offset(result: Result) -> Offset | None:
    """Return the offsets by month, as the details of the hedge have them."""
    made, value = money_by_month(result), result.curves["holding"]
    found = dollar_offsets(made.item, made.hedge, value, result.day, bounds=made.bounds)
    if not found.by_cumulative.counted:
        return None
    return Offset(
        days=result.day[found.end],
        cumulative=found.cumulative,
        inside=found.by_cumulative.inside,
        counted=found.by_cumulative.counted,
        single_inside=found.by_period.inside,
        single_counted=found.by_period.counted,
        expected=found.expected,
    )


def _falls(
    relation: Relation, split: int, hedged: Floats, alone: Floats, *, traded: bool
) -> tuple[Fall, ...]:
    day, y, x = relation.day[split:], relation.y[split:], relation.x[split:]
    told = {one.window: one for one in crises(day, y, x, worst=OWN)}
    found = []
    for window in windows(day, y, worst=OWN):
        rows, one = slice(window.first, window.stop), told.get(window)
        removed = saved = None
        if traded:
            removed = variance_removed(hedged[rows], alone[rows], first=-1) if one else None
            saved = float(np.prod(1.0 + hedged[rows]) - np.prod(1.0 + alone[rows]))
        bounds = None
        if one is not None and one.low is not None and one.high is not None:
            bounds = (one.low, one.high)
        found.append(
            Fall(
                name=window.name,
                place=int(window.name.split()[-1]) if window.own else None,
                whole=window.whole,
                low_day=day_number(window.low),
                n=window.n,
                fall=float(np.prod(1.0 + y[rows])) - 1.0,
                correlation=one.correlation if one else None,
                bounds=bounds,
                adjusted=one.adjusted if one else None,
                calm=one.calm if one else None,
                removed=removed,
                saved=saved,
            )
        )
    return tuple(found)


def _moves(hedged: Floats, alone: Floats) -> Moves | None:
    found = largest_moves(hedged, alone)
    if found is None or found.offset.low is None or found.offset.high is None:
        return None
    return Moves(
        n=len(found.rows),
        offset=found.offset.value,
        bounds=(found.offset.low, found.offset.high),
        others=found.others,
    )
