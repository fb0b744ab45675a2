"""How much of a hedge's result is the luck of its dates, and how much the model's volatility?

Roll phases run the same hedge with its first evening put off over one roll interval, all measured
from the last of those starts.  The volatility band runs it again with every model volatility
times 0.8 and 1.2; the break-even is the multiple at which it returns as much as selling once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from statistics import median

import numpy as np

from microhedge.analysis import verdict
from microhedge.analysis.effectiveness import losses_borne
from microhedge.analysis.performance import DAYS_PER_YEAR, annual_return
from microhedge.engine import Setup, simulate
from microhedge.hedge import Hedge
from microhedge.option_prices import OptionPrices
from microhedge.result import Result
from microhedge.runs import Run
from microhedge.scorecard import hedge_profit, roll_bounds

PHASES = 9
LOW, HIGH = 0.8, 1.2
BREAK_EVEN = (0.5, 2.0)
"""Multiples of the model's volatility between which the break-even is looked for."""

_STEPS = 7  # halvings of that range: within 0.012

Pricing = Callable[[float], OptionPrices]
"""Makes option prices with every model volatility times a factor."""


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


def bands(hedge: Hedge, run: Run, runs: tuple[Run, ...], setup: Setup, pricing: Pricing) -> Bands:
    """Rerun an option hedge over its roll phases and around the model's volatility."""
    alone = runs[0]
    sale = next((r for r in runs if r.kind == "sell-once" and r.of == run.name), None)

    def outcome(result: Result, first: int) -> Outcome:
        return _outcome(result, alone, sale, first)

    def scaled(factor: float) -> Result:
        return simulate(hedge, replace(setup, prices=pricing(factor)))

    interval = roll_interval(run)
    waits = sorted({round(interval * k / PHASES) for k in range(PHASES)})
    first = waits[-1]
    shifted = [
        simulate(hedge, replace(setup, rules=replace(setup.rules, wait=wait))) for wait in waits
    ]
    low, high = scaled(LOW), scaled(HIGH)
    return Bands(
        phases=tuple(outcome(result, first) for result in shifted),
        interval=interval,
        vol_minus_20=outcome(low, 0),
        vol_plus_20=outcome(high, 0),
        break_even_vol=_break_even(lambda factor: outcome(scaled(factor), 0)),
    )


def roll_interval(run: Run) -> int:
    """Return the usual number of sessions from a roll of any rung to the next."""
    if run.result is None:
        return 1
    gaps = np.diff(roll_bounds(run.result))
    longest = max(1, len(run.result.day) // 4)
    return min(longest, max(1, int(np.median(gaps)))) if len(gaps) else 1


def _outcome(result: Result, alone: Run, sale: Run | None, first: int) -> Outcome:
    """Measure a rerun from row `first` on."""
    kept = slice(first, None)
    day = result.day[kept]
    ours, unhedged = _from(result.returns, first), _from(alone.returns, first)
    grown = annual_return(ours, day)
    sold = None if sale is None else annual_return(_from(sale.returns, first), day)
    bounds = roll_bounds(result)
    years = float(day[-1] - day[0]) / DAYS_PER_YEAR
    profit = float(hedge_profit(result)[first + 1 :].sum()) if first else hedge_profit(result).sum()
    return Outcome(
        annual_return=grown,
        cost_per_year=-float(profit) / years / float(result.curves["holding"][kept].mean()),
        losses_borne=losses_borne(ours, unhedged, bounds[bounds >= first] - first),
        selling_lead=None if sold is None or grown is None else sold - grown,
    )


def _from(
    returns: np.ndarray[tuple[int], np.dtype[np.float64]], first: int
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return the returns of a window that opens at the close of row `first`."""
    window = returns[first:].copy()
    if first:
        window[0] = 0.0
    return window


def _break_even(outcome: Callable[[float], Outcome]) -> float | None:
    """Bisect for the factor at which the sale's lead is zero; None if it has one sign."""
    low, high = BREAK_EVEN
    at_low, at_high = outcome(low).selling_lead, outcome(high).selling_lead
    if at_low is None or at_high is None or (at_low < 0.0) == (at_high < 0.0):
        return None
    for _ in range(_STEPS):
        middle = (low + high) / 2.0
        lead = outcome(middle).selling_lead
        if lead is None:
            return None
        if (lead < 0.0) == (at_low < 0.0):
            low = middle
        else:
            high = middle
    return (low + high) / 2.0


def _spared(runs: tuple[Outcome, ...]) -> tuple[float, ...]:
    return tuple(1.0 - one.losses_borne for one in runs if one.losses_borne is not None)


def _leads(runs: tuple[Outcome, ...]) -> tuple[float, ...]:
    return tuple(one.selling_lead for one in runs if one.selling_lead is not None)
