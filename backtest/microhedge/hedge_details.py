"""What exactly did a hedge remove, how steadily did it offset, and on what did it lean?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

from microhedge.analysis.account_risk import AccountRisk, account_risk
from microhedge.analysis.offsets import (
    DollarOffset,
    OffsetRegression,
    dollar_offsets,
    offset_regression,
)
from microhedge.analysis.risk_removed import RiskRemoved, pitman_morgan, risk_removed
from microhedge.analysis.test_result import TestResult
from microhedge.floors import Floor, floor_sentence, floors
from microhedge.money_by_month import money_by_month
from microhedge.plain import plain
from microhedge.relation import Relation
from microhedge.relation_details import Details, details
from microhedge.runs import Run
from microhedge.scorecard import first_premise
from microhedge.tape import Floats


@dataclass(frozen=True, slots=True, eq=False)
class HedgeDetails:
    """The effectiveness of one hedge in full, and all that is known of its relation.

    `risk` and `variances` are of the returns that the run is judged by; `offset` and `line` of
    money by calendar month from the first trade on, `floors` are those of completed puts.
    `account` is None where the holding is the whole account, `relation` where the hedge leans on
    none.
    """

    risk: RiskRemoved
    variances: TestResult
    offset: DollarOffset
    line: OffsetRegression
    floors: tuple[Floor, ...]
    account: AccountRisk | None
    relation: Details | None

    @property
    def sentences(self) -> tuple[str, ...]:
        """What a reader should know of each."""
        relation = () if self.relation is None else self.relation.sentences
        own = (self.risk, self.variances, self.offset, self.line)
        promised = (floor_sentence(self.floors),) if self.floors else ()
        account = () if self.account is None else (self.account.sentence,)
        return (*(one.sentence for one in own), *promised, *account, *relation)

    def document(self) -> dict[str, Any]:
        """Return all of it as one JSON-able element; paths are left out."""
        found = {one.name: plain(getattr(self, one.name)) for one in fields(self)}
        # resamples are for differences, not to be read
        for name in ("point", "drawn"):
            found["risk"].pop(name)
        return found


def look_into(
    pairs: Sequence[tuple[Run, Relation]],
    alone: Run,
    *,
    weight: float,
    rest: Floats | None,
    seed: int,
) -> dict[str, HedgeDetails]:
    """Work out the details of several hedges, each with its relation, by the name of its run."""
    return {
        run.name: hedge_details(run, alone, relation, weight=weight, rest=rest, seed=seed)
        for run, relation in pairs
    }


def hedge_details(
    run: Run,
    alone: Run,
    relation: Relation,
    *,
    weight: float = 1.0,
    rest: Floats | None = None,
    seed: int = 0,
) -> HedgeDetails:
    """Work out the details of a hedge beside the holding alone.

    `rest` are the returns of the rest of the account, of which the holding is the part `weight`.
    Out of sample begins after the first premise; a hedge that leans on none is out of sample
    from its first session on.  Raises ValueError for a run without a ledger.
    """
    result = run.result
    if result is None:
        raise ValueError(f"{run.name} has no run on the ledger to look into")
    value, made = result.curves["holding"], money_by_month(result)
    return HedgeDetails(
        risk=risk_removed(
            run.returns,
            alone.returns,
            first=first_premise(result) or 0,
            cost=run.stats["cost_per_year"],
            seed=seed,
        ),
        variances=pitman_morgan(run.returns, alone.returns),
        offset=dollar_offsets(made.item, made.hedge, value, result.day, bounds=made.bounds),
        line=offset_regression(*made.months),
        floors=floors(result),
        account=None
        if rest is None
        else account_risk(weight, alone.returns[1:], run.returns[1:], rest[1:]),
        relation=details(relation, seed=seed),
    )
