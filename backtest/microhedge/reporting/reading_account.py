"""What does a comparison say of the account around the holding?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from microhedge.analysis import performance as perf
from microhedge.analysis.account_risk import account_risk
from microhedge.analysis.contributions import (
    contribution,
    short_in_beta,
    tail_cut,
)
from microhedge.reporting.inputs_account import Account, Cut, Kept, Reach
from microhedge.runs import account_returns
from microhedge.told import retold

if TYPE_CHECKING:
    from microhedge import runs
    from microhedge.comparison import Comparison
    from microhedge.tape import Floats

WEIGHTS = np.array(
    [0.025, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0]
)
"""At these weights of the holding the cut in the account's tail loss is drawn."""
SEEN = ("hedge", "sell-once", "macro-future", "macro-put")
"""Kinds of runs whose cut is drawn."""


def account_of(comparison: Comparison) -> Account | None:
    """Return what is known of the account; None where the holding is all of it."""
    if comparison.diagnosis is None:
        return None
    tape, basket, weight = comparison.tape, comparison.portfolio.rest, comparison.weight
    index = comparison.setup.rules.rest
    market = tape.returns(index)[tape.begin + 1 :]
    rest = _rest(comparison)
    alone = _held(comparison.unhedged, comparison)
    if alone is None:
        raise ValueError("the holding alone is a run on the ledger")
    series = {
        run.name: found
        for run in comparison.runs
        if run.kind in SEEN and (found := _held(run, comparison)) is not None
    }
    # the first row is the close from which returns count
    held, around = alone[1:], rest[1:]
    whole = weight * held + (1.0 - weight) * around
    largest, even = _largest(comparison)
    return Account(
        sentence=retold(comparison.diagnosis.sentence),
        rest=index if basket is None else basket.name,
        count=1 if basket is None else len(basket.parts),
        largest=largest,
        even=even,
        end_weight=_end_weight(comparison.unhedged),
        weights=WEIGHTS,
        kept={run.name: _kept(run, comparison) for run in comparison.runs},
        cuts={
            name: cut
            for name, one in series.items()
            if (cut := _cut(alone, one, rest, comparison)) is not None
        },
        reach={
            run.name: _reach(weight, held, series[run.name][1:], around)
            for run in comparison.hedges
            # what never moves has no correlation with the rest
            if series[run.name][1:].std() > 0.0
        },
        parts={
            name: contribution(weight, one[1:], around, whole=whole)
            for name, one in {comparison.unhedged.name: alone, **series}.items()
        },
        index_short=contribution(weight, short_in_beta(held, market), around, whole=whole),
        sold=contribution(weight, around, around, whole=whole),
    )


def _rest(comparison: Comparison) -> Floats:
    """Return the returns of the rest as the diagnosis and the details read them."""
    tape, basket = comparison.tape, comparison.portfolio.rest
    index = comparison.setup.rules.rest
    return (tape.returns(index) if basket is None else basket.returns(tape))[tape.begin :]


def _held(run: runs.Run, comparison: Comparison) -> Floats | None:
    """Return what the holding with its hedge returned, also where runs count the account's.

    A yardstick that is defined by its returns alone knows only those that are counted.
    """
    if comparison.returns == "sleeve":
        return run.returns
    return None if run.result is None else run.result.curves["sleeve"]


def _kept(run: runs.Run, comparison: Comparison) -> Kept:
    path = np.zeros(0) if run.equity is None else account_returns(run.equity)
    if not len(path):
        return Kept(None, None, None)
    return Kept(
        annual_return=perf.annual_return(path, comparison.day),
        annual_volatility=perf.annual_volatility(path),
        tail_loss=perf.tail_loss(path, comparison.day),
    )


def _cut(alone: Floats, hedged: Floats, rest: Floats, comparison: Comparison) -> Cut | None:
    day = comparison.day
    here = tail_cut(comparison.weight, alone, hedged, rest, day)
    path = [tail_cut(weight, alone, hedged, rest, day) for weight in WEIGHTS.tolist()]
    known = [cut for cut in path if cut is not None]
    return None if here is None or len(known) < len(path) else Cut(np.array(known), here)


def _reach(weight: float, alone: Floats, hedged: Floats, rest: Floats) -> Reach:
    found = account_risk(weight, alone, hedged, rest)
    return Reach(found.removed, found.net_of_market, found.matters_from)


def _largest(comparison: Comparison) -> tuple[tuple[str, float] | None, bool]:
    """Return the share of a basket that weighs most at the start, as a part of the account.

    And whether all of them weigh alike.
    """
    basket = comparison.portfolio.rest
    if basket is None:
        return None, False
    parts = basket.values(comparison.tape, 1.0)
    parts = parts / parts.sum() * (1.0 - comparison.weight)
    most = int(np.argmax(parts))
    return (basket.symbols[most], float(parts[most])), bool(np.allclose(parts, parts[most]))


def _end_weight(alone: runs.Run) -> float | None:
    """Return the holding's part of the account at the last close; None where nothing is."""
    result = alone.result
    if result is None or alone.equity is None or not alone.equity[-1] > 0.0:
        return None
    return float(result.curves["holding"][-1] / alone.equity[-1])
