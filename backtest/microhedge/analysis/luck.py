"""Is the best cell of a sweep better than selling, or only the luckiest of many?

Every number about a sweep's best cell comes from here, together with what weakens it, so that
none is shown without the other.  All leads are log returns by session, less those of a sale:
"the sale with the same tail loss" is the constant mix of `equal_protection`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import expm1
from typing import Literal

import numpy as np

from microhedge.analysis import luck_wording as words
from microhedge.analysis.equal_protection import (
    TARGET,
    Panel,
    Protection,
    Rows,
    leads,
    protection,
)
from microhedge.analysis.overfitting import BLOCKS, Overfitting, overfitting
from microhedge.analysis.sharpe import Deflated, deflate, minimum_backtest_years
from microhedge.analysis.standing_out import (
    Grid,
    Neighbourhood,
    as_good,
    neighbourhood,
    neighbours,
    standard_errors,
    surroundings,
)
from microhedge.analysis.superior import DRAWS, Superior, superior
from microhedge.analysis.trials import Trials, effective_trials
from microhedge.analysis.walk_forward import WARM_UP, WalkForward, walk_forward
from microhedge.errors import BadData, ParameterError
from microhedge.tape import Days, Floats

ALPHA = 0.05

LOSSES = 0.2
"""Share of the splits in which the winner of one half may lose to the sale on the other half."""

Verdict = Literal["certified", "not_certified", "inconclusive"]


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """What is known about the best cell of a sweep; cells are numbered as in the sweep.

    advantage, standard_error: a year over the sale with the same tail loss; advantage_over_sale:
    over the sale whose size was fixed beforehand.
    over_same_tail, over_sale, over_unhedged: whether any eligible cell leads the sale with the
    same tail loss, the sale whose size was fixed beforehand, and the holding alone, with the
    number of cells accounted for; entries are those of `eligible`.
    deflated: the Sharpe ratio of the monthly leads, deflated by the effective trials, and
    deflated_raw by every cell tried.  minimum_years, minimum_years_raw: the backtest that as many
    trials, and as many cells, ask for.
    overfitting: None with a single eligible cell.  ties: eligible cells within one standard error
    of the difference to the best.  around: None where no neighbour was run.
    pvalue: the largest of those of the two sales and of 1 − the deflated ratio; under no skill
    it is below 5 % at most 5 times in 100.  failed: the tests that the cell failed, in words.
    """

    cell: int
    advantage: float
    standard_error: float
    advantage_over_sale: float
    eligible: Rows
    over_same_tail: Superior
    over_sale: Superior
    over_unhedged: Superior
    trials: Trials
    deflated: Deflated
    deflated_raw: Deflated
    minimum_years: float
    minimum_years_raw: float
    overfitting: Overfitting | None
    ties: tuple[int, ...]
    around: Neighbourhood | None
    walk: WalkForward | None
    pvalue: float
    failed: tuple[str, ...]

    @property
    def leads_sales(self) -> bool:
        """Whether the best cell leads both sales by more than luck explains."""
        return not words.ABOUT_SALES.intersection(self.failed)


@dataclass(frozen=True, slots=True, eq=False)
class SweepLuck:
    """The judgement of a sweep, with computed sentences that belong beside its best cell.

    `certified`: the best cell's lead over selling is more than luck, by every test.
    `not_certified`: it is not even positive, or the best of as many cells without skill would
    show it; that no hedge is better has not been shown.  `inconclusive`: the tests disagree.
    By cell: `standard_errors` of the advantages, `around_mean` and `around_least` of the
    neighbours' advantages.  `per_year` scales mean leads by session to a year.
    """

    verdict: Verdict
    tried: int
    years: float
    per_year: float
    target: float
    cells: Protection
    standard_errors: Floats = field(repr=False)
    around_mean: Floats = field(repr=False)
    around_least: Floats = field(repr=False)
    evidence: Evidence | None
    sentences: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """All sentences, the verdict first."""
        return " ".join(self.sentences)


def judge_sweep(
    returns: Floats,
    unhedged: Floats,
    selling: Floats,
    credit: Floats,
    day: Days,
    *,
    cell: Rows | None = None,
    grid: Grid | None = None,
    ordered: Sequence[bool] | None = None,
    names: Sequence[str] | None = None,
    tried: int | None = None,
    target: float = TARGET,
    cost: float = 0.0,
    warm_up: int = WARM_UP,
    blocks: int = BLOCKS,
    draws: int = DRAWS,
    seed: int = 0,
) -> SweepLuck:
    """Judge a sweep by the simple returns of its runs, by session, the first row 0.

    `returns` is (sessions × runs), `unhedged` and `credit`, what cash earned, have one return a
    session; `selling` is that of the part sold once whose size was fixed beforehand, for all runs
    or (sessions × runs).  `cell` numbers the cell of each run: runs that differ by their roll
    dates alone are one cell, and averaged.  `grid` and `ordered` are as in
    `standing_out.neighbours`, with a row per cell; `names` are what the sentences call the cells.
    `tried` counts all cells, those that failed or lost everything included.  `cost` is the part of
    a sale's value that it takes.  Raises what `Panel.of` raises.
    """
    panel = Panel.of(returns, unhedged, credit, day, cell, cost=cost)
    _check(panel, returns, selling, grid, names)
    every = panel.cells if tried is None else tried
    if every < panel.cells:
        raise ParameterError(f"{every} cells tried, and {panel.cells} of them ran: count them all")
    found = protection(panel, target=target)
    steps = neighbours(grid, ordered) if grid is not None else ((),) * panel.cells
    same_tail = leads(panel, found.sold)
    errors = (1.0 + found.advantage) * standard_errors(same_tail) * panel.per_year
    evidence = None
    if found.best is not None:
        sold = np.log1p(selling[1:] if selling.ndim == 2 else selling[1:, None])
        evidence = _evidence(
            panel,
            found,
            found.best,
            same_tail,
            error=float(errors[found.best]),
            beside_sale=panel.by_cell(panel.runs - sold),
            beside_holding=panel.by_cell(panel.runs - np.log1p(panel.unhedged)[:, None]),
            around=steps[found.best],
            walk=walk_forward(panel, found, target=target, warm_up=warm_up),
            tried=every,
            blocks=blocks,
            draws=draws,
            seed=seed,
        )
    around_mean, around_least = surroundings(found.advantage, steps)
    verdict = _verdict(evidence)
    return SweepLuck(
        verdict=verdict,
        tried=every,
        years=panel.years,
        per_year=panel.per_year,
        target=target,
        cells=found,
        standard_errors=errors,
        around_mean=around_mean,
        around_least=around_least,
        evidence=evidence,
        sentences=_sentences(verdict, evidence, found, panel, every, target, names),
    )


def _evidence(
    panel: Panel,
    found: Protection,
    best: int,
    same_tail: Floats,
    *,
    error: float,
    beside_sale: Floats,
    beside_holding: Floats,
    around: Sequence[int],
    walk: WalkForward | None,
    tried: int,
    blocks: int,
    draws: int,
    seed: int,
) -> Evidence:
    """Put the best cell to every test, among the cells that are eligible."""
    eligible = np.flatnonzero(found.eligible)
    place = int(np.flatnonzero(eligible == best)[0])
    running = same_tail[:, eligible]
    over_same_tail, over_sale, over_unhedged = (
        superior(table[:, eligible], draws=draws, seed=seed)
        for table in (same_tail, beside_sale, beside_holding)
    )
    by_month = np.add.reduceat(running, np.append(0, panel.ends[:-1]), axis=0)
    trials = effective_trials(by_month)
    deflated = deflate(by_month, place, trials=trials.effective)
    split = overfitting(running, measure="mean", blocks=blocks) if len(eligible) > 1 else None
    ties = as_good(running, place)
    near = neighbourhood(same_tail, best, around)
    advantage = float(found.advantage[best])
    over_fixed = expm1(float(beside_sale[:, best].mean()) * panel.per_year)
    asked = (
        (words.SAME_TAIL, over_same_tail.pvalue < ALPHA and over_same_tail.better[place]),
        (
            words.SALE if over_fixed > 0.0 else words.TRAILS,
            over_sale.pvalue < ALPHA and over_sale.better[place],
        ),
        (words.DEFLATED, deflated.probability > 1.0 - ALPHA),
        (words.LOSS, split is None or split.loss < LOSSES),
        # on a plateau the choice does not matter, and nothing is lost by its being one of luck
        (words.CHOICE, split is None or split.probability < 0.5 or 2 * ties.sum() >= len(ties)),
        (words.SPIKE, near is None or not near.is_spike),
    )
    return Evidence(
        cell=best,
        advantage=advantage,
        standard_error=error,
        advantage_over_sale=over_fixed,
        eligible=eligible,
        over_same_tail=over_same_tail,
        over_sale=over_sale,
        over_unhedged=over_unhedged,
        trials=trials,
        deflated=deflated,
        deflated_raw=deflate(by_month, place, trials=tried),
        minimum_years=minimum_backtest_years(trials.effective),
        minimum_years_raw=minimum_backtest_years(tried),
        overfitting=split,
        ties=tuple(eligible[ties].tolist()),
        around=near,
        walk=walk,
        pvalue=max(over_same_tail.pvalue, over_sale.pvalue, 1.0 - deflated.probability),
        failed=tuple(name for name, is_passed in asked if not is_passed),
    )


def _verdict(evidence: Evidence | None) -> Verdict:
    if evidence is None or evidence.advantage <= 0.0:
        return "not_certified"
    if not evidence.failed:
        return "certified"
    return "inconclusive" if evidence.leads_sales else "not_certified"


def _sentences(
    verdict: Verdict,
    evidence: Evidence | None,
    found: Protection,
    panel: Panel,
    tried: int,
    target: float,
    names: Sequence[str] | None,
) -> tuple[str, ...]:
    if evidence is None:
        return words.nothing(tried, target, float(found.removed.max()))
    many = len(evidence.eligible)
    sales = max(evidence.over_same_tail.pvalue, evidence.over_sale.pvalue)
    near = evidence.around
    scale = panel.per_year
    return (
        words.verdict(
            evidence.failed,
            advantage=evidence.advantage,
            pvalue=evidence.pvalue if verdict == "certified" else sales,
            n=many,
        ),
        words.best(
            f"cell {evidence.cell}" if names is None else names[evidence.cell],
            tried=tried,
            judged=panel.cells,
            eligible=many,
            target=target,
            advantage=evidence.advantage,
            error=evidence.standard_error,
            over_sale=evidence.advantage_over_sale,
            removed=float(found.removed[evidence.cell]),
        ),
        words.beyond_luck(
            evidence.over_same_tail.pvalue,
            evidence.over_sale.pvalue,
            evidence.over_unhedged.pvalue,
            better=sum(evidence.over_same_tail.better),
            n=many,
        ),
        words.deflated(
            evidence.deflated, cells=many, raw=evidence.deflated_raw.probability, tried=tried
        ),
        words.length(
            evidence.minimum_years,
            evidence.minimum_years_raw,
            panel.years,
            trials=evidence.trials.effective,
            tried=tried,
        ),
        words.overfitted(evidence.overfitting),
        words.tied(len(evidence.ties), many),
        words.among(
            near,
            expm1(near.mean * scale) if near else 0.0,
            expm1(near.least * scale) if near else 0.0,
        ),
        words.walked(evidence.walk),
    )


def _check(
    panel: Panel,
    returns: Floats,
    selling: Floats,
    grid: Grid | None,
    names: Sequence[str] | None,
) -> None:
    if selling.shape not in {returns.shape, returns.shape[:1]}:
        raise BadData(
            f"the sale has returns of shape {selling.shape}: one a session, {returns.shape[:1]}, "
            f"or one a session and run, {returns.shape}"
        )
    if not (np.isfinite(selling) & (selling > -1.0)).all():
        raise BadData("a return of the sale is no number above −100%: a sweep needs its sale")
    for what, count in (
        ("rows of the grid", None if grid is None else len(grid)),
        ("names", None if names is None else len(names)),
    ):
        if count is not None and count != panel.cells:
            raise BadData(f"{count} {what} and {panel.cells} cells: each cell has one")
