"""What can be concluded about one hedge, and how sure is it?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from microhedge.analysis.bootstrap import Intervals, intervals
from microhedge.analysis.verdict import Answer, Judged, Verdict, selling_better, worked
from microhedge.bands import Bands
from microhedge.runs import Run, sale_beside
from microhedge.scorecard import roll_bounds, ruined_on
from microhedge.told import Told, told

_UNRECORDED = told(
    "Selling was not compared: the size of the sale follows from the premise, and the hedge "
    "recorded none with now.expect(now.regress(...))."
)


@dataclass(frozen=True, slots=True)
class Judgement:
    """The two answers about a hedge, with the intervals that they rest on."""

    verdict: Verdict
    intervals: Intervals

    @property
    def worked(self) -> Answer:
        """Whether the hedge cut the holding's losses."""
        return self.verdict.worked.answer

    @property
    def selling_better(self) -> Answer:
        """Whether selling a part once would have been better."""
        return self.verdict.selling_better.answer

    @property
    def sentence(self) -> Told:
        """Both answers in words."""
        return self.verdict.sentence


def judge(hedge: Run, runs: Sequence[Run], *, seed: int, bands: Bands | None = None) -> Judgement:
    """Judge a hedge against the holding alone and the sale that belongs to it.

    Without `bands`, the reruns over roll dates and volatilities, no answer is stronger than
    "likely".
    """
    alone = runs[0]
    sale = sale_beside(hedge, runs)
    if hedge.result is None:
        raise ValueError(f"{hedge.name} has no run on the ledger to judge")
    found = intervals(
        hedge.returns,
        alone.returns,
        None if sale is None else sale.returns,
        hedge.result.day,
        bounds=roll_bounds(hedge.result) if hedge.uses_options else None,
        following=hedge.result.following,
        seed=seed,
    )
    traded = len(hedge.result.tables["fills"]["role"]) > 0
    if (ended := ruined_on(hedge.result)) is not None:
        return Judgement(_ruined(ended, sale), found)
    unrecorded = sale is None and bool(hedge.unrecorded)
    verdict = Verdict(
        worked=worked(found, traded=traded, bands=None if bands is None else bands.worked()),
        selling_better=selling_better(
            found,
            fraction=None if sale is None else sale.sold,
            bands=None if bands is None else bands.selling(),
        )
        if not unrecorded
        else Judged("not_applicable", _UNRECORDED),
    )
    return Judgement(verdict, found)


def _ruined(ended: date, sale: Run | None) -> Verdict:
    """Judge a hedge that used the whole account up; nothing else about it matters."""
    lost = told(
        "The hedge ruined the account: on {ended} it was worth nothing and was closed.", ended=ended
    )
    kept = sale is not None and sale.equity is not None and float(sale.equity.min()) > 0.0
    if not kept:
        none = told("No sale is there to compare with.")
        return Verdict(Judged("no", lost), Judged("unclear", none))
    better = Judged("yes", told("Selling was better: it kept the account."))
    return Verdict(Judged("no", lost), better)
