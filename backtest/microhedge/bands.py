"""How much of a hedge's result is the luck of its dates, and how much the model's volatility?

Roll phases run the same hedge with its first evening put off over one roll interval, all measured
from the last of those starts.  The volatility band runs it again with every model volatility
times 0.8 and 1.2; the break-even is the multiple at which it returns as much as selling once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from statistics import median
from typing import Literal

from microhedge.analysis import verdict
from microhedge.analysis.effectiveness import losses_borne
from microhedge.analysis.performance import DAYS_PER_YEAR, annual_return
from microhedge.engine import Setup, simulate
from microhedge.hedge import Hedge
from microhedge.result import Result
from microhedge.runs import Run, sale_beside
from microhedge.scorecard import hedge_profit, held_value, roll_bounds, roll_interval, since
from microhedge.tape import Floats
from microhedge.vol_choice import Chooser
from microhedge.workers import spread

PHASES = 9
LOW, HIGH = 0.8, 1.2
BREAK_EVEN = (0.5, 2.0)
"""Multiples of the model's volatility between which the break-even is looked for."""

_STEPS, _NEAR = 7, 0.005  # how often the break-even is tried, and how well it is known


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one rerun came to.

    `selling_lead` is the annual return of selling once less that of the hedge.
    """

    annual_return: float | None
    cost_per_year: float
    losses_borne: float | None
    selling_lead: float | None


@dataclass(frozen=True, slots=True)
class Bands:
    """Reruns of one option hedge.  `interval` is the sessions over which its dates were moved."""

    phases: tuple[Outcome, ...]
    interval: int
    vol_minus_20: Outcome
    vol_plus_20: Outcome
    break_even_vol: float | None

    def spread(self, name: str) -> tuple[float, float, float] | None:
        """Return least, median and greatest of a number over the roll phases."""
        found = [v for v in (getattr(one, name) for one in self.phases) if v is not None]
        return (min(found), median(found), max(found)) if found else None

    def worked(self) -> verdict.Bands:
        """Return what decides whether the hedge worked: losses spared in every rerun."""
        return verdict.Bands(*(_spared(runs) for runs in self._sides()))

    def selling(self) -> verdict.Bands:
        """Return what decides whether selling was better: its lead in every rerun."""
        return verdict.Bands(*(_leads(runs) for runs in self._sides()))

    def _sides(self) -> tuple[tuple[Outcome, ...], tuple[Outcome, ...]]:
        return self.phases, (self.vol_minus_20, self.vol_plus_20)


_Job = tuple[Literal["wait", "scale"], float, int]


@dataclass(frozen=True, slots=True, eq=False)
class _Rerun:
    """One hedge, run again with its first evening put off or its volatilities multiplied.

    `alone` and `sold` are the returns of the holding and of selling once, beside which it is
    measured.
    """

    hedge: Hedge
    setup: Setup
    chooser: Chooser
    alone: Floats
    sold: Floats | None

    def waiting(self, wait: int, first: int) -> Outcome:
        """Put the first evening off, and measure from row `first` on."""
        rules = replace(self.setup.rules, wait=wait)
        return self.measured(simulate(self.hedge, replace(self.setup, rules=rules)), first)

    def scaled(self, factor: float) -> Outcome:
        """Multiply every volatility of the model."""
        setup = self.setup
        prices = setup.prices.made(setup.tape, replace(self.chooser, scale=factor))
        return self.measured(simulate(self.hedge, replace(setup, prices=prices)), 0)

    def measured(self, result: Result, first: int) -> Outcome:
        """Measure a rerun from row `first` on."""
        kept = slice(first, None)
        day = result.day[kept]
        ours, unhedged = since(result.returns, first), since(self.alone, first)
        grown = annual_return(ours, day)
        sold = None if self.sold is None else annual_return(since(self.sold, first), day)
        bounds = roll_bounds(result)
        years = float(day[-1] - day[0]) / DAYS_PER_YEAR
        profit = hedge_profit(result)
        gained = float((profit[first + 1 :] if first else profit).sum())
        return Outcome(
            annual_return=grown,
            cost_per_year=-gained / years / float(held_value(result)[kept].mean()),
            losses_borne=losses_borne(ours, unhedged, bounds[bounds >= first] - first),
            selling_lead=None if sold is None or grown is None else sold - grown,
        )

    def __call__(self, job: _Job) -> Outcome:
        kind, value, first = job
        return self.waiting(int(value), first) if kind == "wait" else self.scaled(value)


def bands(hedge: Hedge, run: Run, runs: tuple[Run, ...], setup: Setup, chooser: Chooser) -> Bands:
    """Rerun an option hedge over its roll phases and around the model's volatility.

    `runs` are those of the comparison, the holding alone first; `chooser` is what chose the
    model.  The reruns go to every core where that pays; their number and numbers are the same.
    """
    sale = sale_beside(run, runs)
    again = _Rerun(hedge, setup, chooser, runs[0].returns, None if sale is None else sale.returns)
    interval = 1 if run.result is None else roll_interval(run.result)
    waits = sorted({round(interval * k / PHASES) for k in range(PHASES)})
    factors = (LOW, HIGH, *(BREAK_EVEN if sale is not None else ()))
    known: dict[_Job, Outcome] = {}
    if run.result is not None:
        # the run itself waited for nothing, at the model's own volatility
        known["wait", 0.0, waits[-1]] = again.measured(run.result, waits[-1])
        known["scale", 1.0, 0] = again.measured(run.result, 0)
    jobs: list[_Job] = [("wait", float(wait), waits[-1]) for wait in waits]
    jobs += [("scale", factor, 0) for factor in factors]
    missing = [job for job in jobs if job not in known]
    known.update(zip(missing, spread(again, missing), strict=True))
    phases = [known[job] for job in jobs[: len(waits)]]
    scaled = {job[1]: outcome for job, outcome in known.items() if job[0] == "scale"}
    leads = {factor: one.selling_lead for factor, one in scaled.items()}
    return Bands(
        phases=tuple(phases),
        interval=interval,
        vol_minus_20=scaled[LOW],
        vol_plus_20=scaled[HIGH],
        break_even_vol=_break_even(leads, lambda factor: again.scaled(factor).selling_lead),
    )


def _break_even(
    known: Mapping[float, float | None], lead: Callable[[float], float | None]
) -> float | None:
    """Return the factor at which the sale's lead is zero; None if both ends have one sign.

    The leads that are known bracket it; false position closes in on it, for the lead is nearly
    a straight line.
    """
    points = [(x, y) for x, y in sorted(known.items()) if y is not None]
    if len(points) < len(known) or not points or (points[0][1] < 0.0) == (points[-1][1] < 0.0):
        return None
    k = next(k for k in range(1, len(points)) if (points[k][1] < 0.0) != (points[0][1] < 0.0))
    (low, at_low), (high, at_high) = points[k - 1], points[k]
    best, kept = low, 0
    for _ in range(_STEPS):
        before, best = best, high - at_high * (high - low) / (at_high - at_low)
        if abs(best - before) < _NEAR:
            break
        found = lead(best)
        if found is None:
            return None
        # an end that stays twice running loses half of its weight, so that both close in
        if (found < 0.0) == (at_low < 0.0):
            low, at_low = best, found
            at_high, kept = (at_high / 2.0 if kept > 0 else at_high), 1
        else:
            high, at_high = best, found
            at_low, kept = (at_low / 2.0 if kept < 0 else at_low), -1
    return best


def _spared(runs: tuple[Outcome, ...]) -> tuple[float, ...]:
    return tuple(1.0 - one.losses_borne for one in runs if one.losses_borne is not None)


def _leads(runs: tuple[Outcome, ...]) -> tuple[float, ...]:
    return tuple(one.selling_lead for one in runs if one.selling_lead is not None)
