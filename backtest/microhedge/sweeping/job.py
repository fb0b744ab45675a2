"""What does a worker need to run any cell of a sweep?  Sent to it once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from functools import lru_cache
from typing import Any

import numpy as np

from microhedge.calendar import day_number
from microhedge.costs import Costs
from microhedge.engine import Setup, simulate
from microhedge.hedge import Hedge
from microhedge.plain import plain
from microhedge.result import Result
from microhedge.scorecard import roll_interval
from microhedge.sweeping.grid import Grid
from microhedge.sweeping.metrics import averaged, measure
from microhedge.sweeping.travel import Luggage
from microhedge.vol_choice import Chooser, VolChoice

MOST_LIVES = 20_000
"""Contracts whose prices a worker keeps for other cells: some 100 MB of half-year puts."""

COSTS = frozenset(one.name for one in fields(Costs))
RUN = ("start", "vol", "fill", "wait")
"""Axes that are neither of the strategy nor of the costs."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Job:
    """A sweep as its cells see it.

    `base` holds every parameter of the strategy, the holding among them; the axes of the grid
    replace some.  Names in `costs` are axes of the schedule of costs.  `vol` is the volatility
    model of cells that name none, by `index`.  With `phases` above 1 a cell that buys options is
    run so many times, its first evening put off by up to `span` sessions.  Every cell is
    measured from row `first` of its run.  `keep` asks for the daily returns of each cell.
    """

    luggage: Luggage | None
    base: Mapping[str, Any]
    grid: Grid
    setup: Setup
    vol: str | None
    index: str
    costs: frozenset[str] = frozenset()
    phases: int = 1
    span: int = 0
    first: int = 0
    keep: bool = True


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell that has been run: its metrics and the daily returns of its phases, or its error."""

    number: int
    stats: Mapping[str, float | None] | None
    returns: bytes = b""
    error: str | None = None


class Bench:
    """Runs cells of one job, and keeps between them what they share."""

    def __init__(self, job: Job, strategy: type[Hedge]) -> None:
        self._job, self._strategy = job, strategy
        # few at once: cells arrive ordered by start and volatility
        self._setup = lru_cache(maxsize=4)(self._laid)
        self._alone = lru_cache(maxsize=64)(self._held)

    def hedge(self, values: Mapping[str, Any]) -> Hedge:
        """Return the strategy of a cell."""
        job = self._job
        own = {k: v for k, v in values.items() if k not in job.costs and k not in RUN}
        return self._strategy(**{**job.base, **own})

    def play(self, values: Mapping[str, Any], wait: int | None = None) -> Result:
        """Return the bare run of a cell."""
        return simulate(self.hedge(values), self.setup(values, wait))

    def setup(self, values: Mapping[str, Any], wait: int | None = None) -> Setup:
        """Return the set-up of a cell; cells with the same start and volatility share prices."""
        start, vol = values.get("start"), values.get("vol")
        shared = self._setup(start, vol)
        if len(shared.prices) > MOST_LIVES:
            shared.prices.forget()
        rules = replace(
            shared.rules,
            fill=values.get("fill", shared.rules.fill),
            wait=values.get("wait", 0) if wait is None else wait,
        )
        priced = {name: values[name] for name in self._job.costs if name in values}
        costs = replace(shared.costs, **priced) if priced else shared.costs
        return replace(shared, rules=rules, costs=costs)

    def cell(self, number: int) -> Cell:
        """Run a cell, over its roll phases if it buys options."""
        job = self._job
        values = job.grid.at(number)
        runs = [self.play(values)]
        if job.phases > 1 and len(runs[0].tables["rolls"]["role"]):
            runs += [self.play(values, wait) for wait in waits(job, roll_interval(runs[0]))[1:]]
        setup = self.setup(values)
        alone = self._alone(values.get("start"), setup.costs)
        # as JSON has it, here and not in the driver: there are many workers
        stats = plain(averaged([measure(run, alone, setup, job.first) for run in runs]))
        if not job.keep:
            return Cell(number, stats)
        whole = np.full((job.phases, sessions(job)), np.nan, np.float32)
        for row, run in zip(whole, runs, strict=False):  # a short interval has fewer phases
            row[len(row) - len(run.returns) :] = run.returns
        return Cell(number, stats, whole.tobytes())

    def alone(self, values: Mapping[str, Any]) -> Result:
        """Return the holding alone beside a cell."""
        return self._alone(values.get("start"), self.setup(values).costs)

    def _laid(self, start: date | None, vol: str | None) -> Setup:
        job = self._job
        setup = job.setup
        if start is not None:
            row = int(np.searchsorted(setup.tape.day, day_number(start)))
            setup = replace(setup, tape=replace(setup.tape, begin=row, _kernels={}))
        if start is None and vol is None:
            return setup
        chooser = Chooser(setup.tape, VolChoice.of(vol or job.vol), index=job.index)
        return replace(setup, prices=setup.prices.made(setup.tape, chooser))

    def _held(self, start: date | None, costs: Costs) -> Result:
        return simulate(None, replace(self._setup(start, None), costs=costs))


def waits(job: Job, interval: int) -> list[int]:
    """Return how long each phase puts its first evening off: evenly, up to the interval."""
    reach = min(interval, job.span)
    return sorted({round(reach * k / job.phases) for k in range(job.phases)})


def sessions(job: Job) -> int:
    """Return the sessions of the longest run, whose daily returns a cell keeps."""
    tape = job.setup.tape
    return int(np.count_nonzero(tape.closing[tape.begin :]))
