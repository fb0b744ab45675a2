"""What does a comparison say of the job that each hedge did?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from microhedge.analysis.by_move import Move, by_move
from microhedge.analysis.effectiveness import period_returns, variance_removed
from microhedge.analysis.offsets import (
    FEWEST,
    changes,
    dollar_offsets,
    expected_share,
    falling_offset,
    offset_regression,
)
from microhedge.analysis.risk_removed import risk_removed
from microhedge.floors import Floor, floors
from microhedge.language import say
from microhedge.money_by_month import money_by_month
from microhedge.reporting.inputs_protection import (
    Floors,
    Miss,
    Payoff,
    Periods,
    Protection,
    Put,
    Tests,
)
from microhedge.runs import sale_beside
from microhedge.scorecard import hedge_profit, index_of, roll_bounds

if TYPE_CHECKING:
    from microhedge.comparison import Comparison
    from microhedge.result import Result
    from microhedge.runs import Run
    from microhedge.tape import Action, Floats

COVERED = 0.98
"""The line of a put's payoff is drawn where at least this part of the shares had one."""


def protection_of(comparison: Comparison) -> Protection | None:
    """Return what is known of each hedge that traded; None where none did."""
    traded = comparison.traded
    if not traded:
        return None
    tests, put_floors = {}, {}
    acts = comparison.tape.actions.get(comparison.holding, ())
    for run, result in traded:
        tests[run.name] = _tests(run, hedge_profit(result), result, comparison)
        rolls = result.tables["rolls"]
        if ((rolls["right"] == "P") & (rolls["contracts"] > 0.0)).any():
            put_floors[run.name] = _floors(result, acts)
    review, result = traded[0]
    sale = sale_beside(review, comparison.runs)
    if sale is not None and sale.equity is not None and comparison.unhedged.equity is not None:
        gained = np.diff(sale.equity - comparison.unhedged.equity, prepend=0.0)
        tests[sale.name] = _tests(sale, gained, result, comparison)
    runs = [*(run for run, _ in traded), *([] if sale is None else [sale])]
    return Protection(_periods(review, result, runs, comparison), tests, put_floors)


def _periods(review: Run, result: Result, runs: list[Run], comparison: Comparison) -> Periods:
    bounds = roll_bounds(result)
    alone = period_returns(comparison.unhedged.returns, bounds)
    returns = {run.name: period_returns(run.returns, bounds) for run in runs}
    hedged = tuple(returns.values())
    return Periods(
        of=review.name,
        rolls=review.uses_options,
        alone=alone,
        returns=returns,
        names=tuple(returns),
        moves=by_move(alone, hedged),
        whole=Move(
            len(alone),
            _mean(alone),
            tuple(_mean(one) for one in hedged),
        ),
        payoff=_payoff(result) if comparison.returns == "sleeve" else None,
    )


def _mean(values: Floats) -> float | None:
    return float(values.mean()) if len(values) else None


def _payoff(result: Result) -> Payoff | None:
    """Return the payoff of puts on the holding that follow one another and expire; else None."""
    rolls = result.tables["rolls"]
    order = np.argsort(rolls["opened"], kind="stable")
    order = order[rolls["closed"][order] >= 0]
    cover = result.curves["cover"][int(rolls["opened"].min()) if len(order) else 0 :]
    if (
        not len(order)
        or not ((rolls["right"] == "P") & (rolls["contracts"] > 0.0)).all()
        or not (rolls["end"][order] == "expired").all()
        or (rolls["opened"][order][1:] < rolls["closed"][order][:-1]).any()
        or index_of(result, int(order[0])) is not None
        or float(np.nanmean(cover)) < COVERED
    ):
        return None
    spot = rolls["spot"][order]
    paid = rolls["premium"][order] / (rolls["contracts"][order] * 100.0 * spot)
    return Payoff(float((rolls["strike"][order] / spot).mean()), float(paid.mean()))


def _tests(run: Run, hedge: Floats, result: Result, comparison: Comparison) -> Tests:
    """Measure a run; `hedge` is what it made by session, and `result` bounds its periods."""
    alone = comparison.unhedged
    bounds = roll_bounds(result)
    count = max(len(bounds) - 1, 0)
    removed = risk_removed(run.returns, alone.returns, draws=0)
    tail, bare_tail = run.stats["tail_loss"], alone.stats["tail_loss"]
    found = Tests(
        count=count,
        rolls=len(result.tables["rolls"]["opened"]) > 0,
        semivariance=removed.semivariance.estimate,
        tail=1.0 - tail / bare_tail if tail is not None and bare_tail else None,
    )
    if count < FEWEST:
        return found
    made = money_by_month(result, hedge)
    spans = bounds if found.rolls else made.bounds
    offset = dollar_offsets(
        made.item, made.hedge, result.curves["holding"], result.day, bounds=spans
    )
    own, other = changes(made.item, spans), changes(made.hedge, spans)
    line = offset_regression(own, other)
    with_hedge, without = (
        np.concatenate(([0.0], period_returns(series, bounds)))
        for series in (run.returns, alone.returns)
    )
    return Tests(
        count=count,
        rolls=found.rolls,
        semivariance=found.semivariance,
        tail=found.tail,
        variance=variance_removed(with_hedge, without),
        offset=falling_offset(own, other),
        inside=offset.by_period.inside,
        counted=offset.by_period.counted,
        expected=None
        if line.r_squared is None or line.slope is None
        else expected_share(line.r_squared, -line.slope),
        r_squared=line.r_squared,
        slope=line.slope,
        slope_bounds=None if line.low is None or line.high is None else (line.low, line.high),
    )


def _floors(result: Result, acts: Sequence[Action]) -> Floors:
    found = floors(result)
    missed = [floor for floor in found if floor.tested and not floor.held]
    worst = min(missed, key=_short_by, default=None)
    return Floors(
        puts=tuple(
            Put(
                day=int(result.day[one.closed]),
                promised=one.promised,
                delivered=one.delivered,
                unhedged=one.unhedged,
                tested=one.tested,
                held=one.held,
                through=one.through,
            )
            for one in found
        ),
        on=found[0].on if found else None,
        worst=None
        if worst is None
        else Miss(
            day=int(result.day[worst.closed]),
            missing=-_short_by(worst),
            why=_why(worst, result, acts),
        ),
    )


def _short_by(floor: Floor) -> float:
    """Return what a put delivered less what it had promised, negative for a miss."""
    beyond = floor.unhedged - floor.ends if floor.ends is not None and floor.through else 0.0
    return floor.delivered - floor.promised - beyond


def _why(floor: Floor, result: Result, acts: Sequence[Action]) -> str:
    """Say what can have broken a floor; `acts` are the holding's corporate actions."""
    first, last = int(result.day[floor.opened]), int(result.day[floor.closed])
    if any(one.kind == "special" and first < one.day <= last for one in acts):
        return say("a special dividend was paid while it was held")
    rolls = result.tables["rolls"]
    mine = (rolls["role"] == floor.role) & (rolls["opened"] == floor.opened)
    row = int(np.flatnonzero(mine & (rolls["contracts"] > 0.0))[0])
    if rolls["end"][row] == "sold":
        return say("it was sold for less than its exercise would have paid")
    return say("it paid less than its strike promised")
