"""What does a comparison say of the exposure that each hedge left?

Everything is computed from the prices and the ledger that a saved comparison has too.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING

import numpy as np

from microhedge.exposure import Exposure, exposure
from microhedge.option_prices import OptionPrices
from microhedge.reporting.findings_exposure import LITTLE
from microhedge.reporting.inputs_exposure import Exposures, Held, Range, Slopes
from microhedge.scorecard import first_fill, index_of, underlying_of
from microhedge.vol_choice import Chooser, VolChoice
from microhedge.window import INDEX

if TYPE_CHECKING:
    from microhedge.comparison import Comparison
    from microhedge.result import Result
    from microhedge.tape import Floats

GREEKS = ("delta", "gamma", "vega", "theta")
MOST_CLOSES = 1000
"""Every close of so many sessions is looked at, of more every second, third …, and the last."""
_ONE_PERCENT = 0.01


def exposures_of(comparison: Comparison) -> Exposures | None:
    """Return the exposure of each hedge that traded; None where none did."""
    tape = comparison.tape
    prices = OptionPrices(tape, Chooser(tape, VolChoice.of(comparison.vol), index=INDEX))
    step = -(-len(comparison.day) // MOST_CLOSES)
    rows = np.unique(np.append(np.arange(0, len(comparison.day), step), len(comparison.day) - 1))
    options, linear = {}, {}
    for run in comparison.hedges:
        first = None if run.result is None else first_fill(run.result)
        if run.result is None or first is None:
            continue
        found = exposure(run.result, tape, prices, rows)
        traded = rows >= first
        if not np.isfinite(found.delta[traded]).any():
            continue
        value = float(run.result.curves["holding"][-1])
        if found.optional:
            options[run.name] = _slopes(found, traded, value, run.result)
        else:
            linear[run.name] = _held(found.legs, traded, value)
    if not options and not linear:
        return None
    return Exposures(comparison.day[rows], step, options, linear)


def _slopes(found: Exposure, traded: np.ndarray, value: float, result: Result) -> Slopes:
    paths = {name: getattr(found, name) for name in GREEKS}
    # what one percent on the price is worth, and how that changes with one percent more
    scale = {"delta": _ONE_PERCENT, "gamma": _ONE_PERCENT}
    offset = 1.0 - found.delta[traded]
    known = np.isfinite(offset)
    on = {index_of(result, k) for k in range(len(result.tables["rolls"]["role"]))}
    what = _apart(result, on)
    return Slopes(
        paths=paths,
        ranges={
            name: _range(path[traded], value * scale.get(name, 1.0)) for name, path in paths.items()
        },
        little=float(np.mean(offset[known] < LITTLE)),
        on=next((name for name in sorted(filter(None, on))), None),
        apart=_held(found.apart, traded, value) if what else None,
        what=what,
    )


def _apart(result: Result, on: AbstractSet[str | None]) -> tuple[str, ...]:
    """Return what was traded as it is, beside the holding and what options are on."""
    fills = result.tables["fills"]
    straight = np.flatnonzero(fills["right"] == "").tolist()
    near = {result.config["holding"], *on}
    return tuple(sorted({underlying_of(fills, k) for k in straight} - near))


def _held(legs: Floats, traded: np.ndarray, value: float) -> Held:
    mean = float(np.nanmean(legs[traded]))
    path = legs if mean > 0.0 else 0.0 - legs
    return Held(path, _range(path[traded], value), mean > 0.0)


def _range(path: Floats, value: float) -> Range:
    end = float(path[-1]) if np.isfinite(path[-1]) else None
    return Range(
        mean=float(np.nanmean(path)),
        least=float(np.nanmin(path)),
        most=float(np.nanmax(path)),
        end=end,
        money=None if end is None else end * value,
    )
