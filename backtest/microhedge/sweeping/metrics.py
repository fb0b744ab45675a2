"""What is kept of a cell: its statistics beside the holding alone, over its roll phases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median

import numpy as np

from microhedge.analysis.performance import DAYS_PER_YEAR
from microhedge.engine import Setup
from microhedge.result import Result
from microhedge.scorecard import (
    Stats,
    against_unhedged,
    first_premise,
    hedge_profit,
    hedge_stats,
    held_value,
    returns_stats,
    roll_bounds,
    since,
)
from microhedge.yardsticks import beforehand

RETURNS = (
    "annual_return",
    "annual_volatility",
    "max_drawdown",
    "tail_loss",
    "worst_day",
    "worst_month",
    "worst_quarter",
    "total_return",
    "losses_borne",
    "gains_kept",
    "variance_removed",
    "sell_equivalent",
    "cost_per_year",
)
"""Measured from the common row on: the first decision, or the last start of the roll phases."""

LEDGER = (
    "gross_per_year",
    "hedge_profit",
    "largest_cash_need_share",
    "largest_debit_share",
    "cover_mean",
    "cover_min",
    "uncovered_sessions",
    "rolls",
    "realised_tenor",
    "trades",
    "turnover",
    "margin_calls",
    "max_call",
    "final_equity",
    "sell_fraction",
    "sell_row",
    "sell_cost",
)
"""Read from the ledger of the whole run; the last three are the sale that is fixed beforehand."""

SPREAD = ("annual_return", "cost_per_year", "losses_borne")
"""Of these the least, median and greatest over the roll phases are kept as well."""

ENDS = ("min", "median", "max")
METRICS = (*RETURNS, *LEDGER, *(f"{name}_{end}" for name in SPREAD for end in ENDS))
"""The columns of a cell, in order."""


def measure(result: Result, alone: Result, setup: Setup, first: int) -> Stats:
    """Return the statistics of one run beside the holding alone, from row `first` on."""
    bounds = roll_bounds(result)
    ours, held = since(result.returns, first), since(alone.returns, first)
    sold = beforehand(result, alone, setup) or (None, None, None)
    premise = max((first_premise(result) or 0) - first, 0)
    stats = {
        **returns_stats(ours, result.day[first:]),
        **against_unhedged(ours, held, bounds[bounds >= first] - first, premise),
        **hedge_stats(result),
        "final_equity": float(result.curves["equity"][-1]),
        **dict(zip(("sell_fraction", "sell_row", "sell_cost"), sold, strict=True)),
    }
    if first:
        years = float(result.day[-1] - result.day[first]) / DAYS_PER_YEAR
        gained = float(hedge_profit(result)[first + 1 :].sum())
        stats["cost_per_year"] = -gained / years / float(held_value(result)[first:].mean())
    return stats


def averaged(phases: Sequence[Stats]) -> dict[str, float | None]:
    """Return every metric of a cell: the mean over its phases, and the spread of some.

    A mean is None if one phase has no such number.  One phase has no spread.
    """
    found: dict[str, float | None] = {}
    for name in (*RETURNS, *LEDGER):
        known = _known(phases, name)
        if len(phases) == 1:
            found[name] = phases[0][name]
        else:
            found[name] = float(np.mean(known)) if len(known) == len(phases) else None
    for name in SPREAD:
        known = _known(phases, name)
        ends = (min(known), median(known), max(known)) if known and len(phases) > 1 else (None,) * 3
        found.update(zip((f"{name}_{end}" for end in ENDS), ends, strict=True))
    return found


def _known(phases: Sequence[Mapping[str, float | None]], name: str) -> list[float]:
    return [value for one in phases if (value := one[name]) is not None]
