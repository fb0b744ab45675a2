"""What does a comparison say of what each hedge cost, and of selling instead?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from microhedge.by_cause import by_cause
from microhedge.frontier import beside, line
from microhedge.reporting.inputs_cost import Cost, Reruns
from microhedge.runs import sale_beside
from microhedge.scorecard import value_years

if TYPE_CHECKING:
    from microhedge.bands import Bands
    from microhedge.comparison import Comparison
    from microhedge.result import Result
    from microhedge.runs import Run

NOTHING = 1e-9
"""A cause of less than this part of the holding a year is the rounding of a sum."""


def cost_of(comparison: Comparison) -> Cost | None:
    """Return what is known of each hedge that traded; None where none did."""
    traded = comparison.traded
    if not traded:
        return None
    alone, setup = comparison.unhedged, comparison.setup
    review, _ = traded[0]
    rerun = comparison.bands or {}
    return Cost(
        of=review.name,
        line=line(review, alone, setup),
        beside={run.name: beside(run, alone, setup, seed=comparison.seed) for run, _ in traded},
        causes={run.name: _causes(result) for run, result in traded},
        reruns={
            run.name: _reruns(run, rerun[run.name], sale_beside(run, comparison.runs))
            for run, _ in traded
            if run.name in rerun
        },
    )


def _causes(result: Result) -> dict[str, float]:
    base = value_years(result)
    shares = {cause: money / base for cause, money in by_cause(result).items()}
    return {cause: share for cause, share in shares.items() if abs(share) > NOTHING}


def _reruns(run: Run, bands: Bands, sale: Run | None) -> Reruns:
    ends = (bands.vol_minus_20, bands.vol_plus_20)
    low, high = (one.cost_per_year for one in ends)
    leads = [one.selling_lead for one in bands.phases]
    return Reruns(
        costs=tuple(one.cost_per_year for one in bands.phases),
        leads=tuple(lead for lead in leads if lead is not None),
        cost_by_vol=(low, run.stats["cost_per_year"] or 0.0, high),
        lead_by_vol=_leads(run, sale, ends[0].selling_lead, ends[1].selling_lead),
        even=bands.break_even_vol,
    )


def _leads(
    run: Run, sale: Run | None, low: float | None, high: float | None
) -> tuple[float, float, float] | None:
    ours = run.stats["annual_return"]
    theirs = None if sale is None else sale.stats["annual_return"]
    if ours is None or theirs is None or low is None or high is None:
        return None
    return low, theirs - ours, high
