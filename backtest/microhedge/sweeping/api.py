"""`mh.sweep`: a grid of cells, from Python."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Literal

from microhedge.costs import Costs
from microhedge.desk import FillRule
from microhedge.ending import Deliver
from microhedge.errors import UsageError
from microhedge.hedge import Hedge
from microhedge.market import Market
from microhedge.portfolio import Portfolio
from microhedge.sweeping.driver import Watcher, carry_out
from microhedge.sweeping.plan import PHASES, axes_of, planned
from microhedge.sweeping.results import Sweep
from microhedge.sweeping.travel import refuse_in_a_worker


def sweep(
    hedge: Hedge,
    market: Market,
    portfolio: Portfolio,
    axes: Mapping[str, object],
    *,
    zipped: Sequence[Sequence[str]] = (),
    sample: int | None = None,
    seed: int = 0,
    phases: int = PHASES,
    start: date | str | None = None,
    end: date | str | None = None,
    costs: Costs | None = None,
    rate: float | None = None,
    fill: FillRule = "next_close",
    vol: str | None = None,
    index_dividend: float = 0.0195,
    returns: Literal["sleeve", "account"] = "sleeve",
    deliver: Deliver = False,
    early_exercise: bool = False,
    workers: int | None = None,
    cluster: str | None = None,
    out: str | os.PathLike[str] | None = None,
    fresh: bool = False,
    progress: Watcher | None = None,
) -> Sweep:
    """Run a hedge with every combination of the values of some axes, all on one window.

    `axes` maps names to values: a list, or a text such as "0.80:1.00:0.05" (both ends included)
    or "91,182".  An axis is a parameter of the strategy, a field of `Costs`, or `start`, `vol`,
    `fill` or `wait` (sessions that the first evening is put off).  Axes named together in
    `zipped` move together; `sample` draws so many of the combinations by `seed`.

    A cell of a strategy that buys options is the mean over `phases` roll phases, spread over a
    quarter, with their least, median and greatest; 1 switches that off.

    `workers` is the number of processes (0 or 1: this one; by default as many as pay), `cluster`
    the address of a dask scheduler.  With `out`, a folder, the same call goes on after an
    interruption; `fresh` starts again.  The result is the same to the last bit wherever it ran.

    A cell that raises is a row with its error.  Raises the usage and data errors of a request
    that no cell can carry, SweepError when workers, cluster or disk fail, and Stopped (a
    KeyboardInterrupt) when it is interrupted.
    """
    refuse_in_a_worker()
    if not axes:
        raise UsageError("a sweep needs an axis, such as {'moneyness': '0.80:1.00:0.05'}")
    plan = planned(
        hedge,
        market,
        portfolio,
        axes_of(type(hedge), axes),
        zipped=zipped,
        sample=sample,
        seed=seed,
        phases=phases,
        start=start,
        end=end,
        costs=costs,
        rate=rate,
        fill=fill,
        vol=vol,
        index_dividend=index_dividend,
        returns=returns,
        deliver=deliver,
        early_exercise=early_exercise,
    )
    return carry_out(
        plan,
        workers=workers,
        cluster=cluster,
        out=None if out is None else Path(out),
        fresh=fresh,
        progress=progress,
    )
