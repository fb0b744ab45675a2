"""What exactly is asked for?  Axes that are checked, one window for every cell, and a name for it.

The declaration of the strategy, the schedule of costs and the options of a run say which names
may be axes and which values they take; all of them are checked before anything runs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from hashlib import blake2b
from typing import Any, Literal, get_args

import numpy as np

from microhedge.calendar import day_number
from microhedge.costs import Costs
from microhedge.declaration import dashed, declared
from microhedge.desk import FillRule
from microhedge.ending import USUAL, Deliver, end_rules
from microhedge.engine import Rules, Setup
from microhedge.errors import AdjustedSeries, NotCovered, ParameterError, UnknownName, nearest
from microhedge.hedge import Hedge
from microhedge.market import Market
from microhedge.parameter import Parameter, Range, Value
from microhedge.plain import plain
from microhedge.portfolio import Portfolio
from microhedge.quoted_prices import priced_by
from microhedge.result import canonical
from microhedge.sweeping.build import build
from microhedge.sweeping.grid import Axis, Grid, axis_of, grid_of
from microhedge.sweeping.job import COSTS, RUN, Bench, Job, sessions
from microhedge.sweeping.travel import packed, source_hash
from microhedge.vol_choice import Chooser, VolChoice
from microhedge.window import FEWEST_SESSIONS, INDEX, check_assumptions, laid, traded, warmup_of

SPAN = 63
"""Sessions over which roll phases are spread: a quarter."""

LOOKED_AT = 10_000
"""Cells among which one must have parameters that fit each other."""

PHASES = 3
_VOLUME = frozenset({"stock_impact", "stock_participation"})
"""Costs that the volume of a share decides."""

KEPT_BYTES = 4 << 30
"""Daily returns are kept up to this size; a larger grid keeps none."""

_RUN_AXES: Mapping[str, Parameter] = {
    name: Parameter(name, kind, None, bounds, False, "")
    for name, kind, bounds in (
        ("start", date, None),
        ("vol", str, None),
        ("fill", str, None),
        ("wait", int, Range(ge=0, le=SPAN * 4)),
    )
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A sweep that can be run: what a worker needs, and what names it."""

    hedge: Hedge
    job: Job
    header: Mapping[str, Any]
    summary: Mapping[str, Any]
    named: blake2b

    @property
    def grid(self) -> Grid:
        """The cells."""
        return self.job.grid

    def bench(self) -> Bench:
        """Return what runs cells in this process."""
        return Bench(self.job, type(self.hedge))

    def name_of(self, cell: int) -> str:
        """Return the hash of a cell: its configuration, the data and the code."""
        digest = self.named.copy()
        digest.update(canonical(plain(self.grid.at(cell))))
        return digest.hexdigest()


def own_names(hedge: Hedge) -> set[str]:
    """Return the names that a strategy declares."""
    return {each.name for each in declared(type(hedge))}


def axes_of(hedge: type[Hedge], wishes: Mapping[str, object]) -> tuple[Axis, ...]:
    """Return checked axes; UnknownName for what is neither a parameter nor an option of a run."""
    own = {each.name: each for each in declared(hedge) if each.name != "holding"}
    costs = {name: Parameter(name, float, None, Range(ge=0), False, "") for name in COSTS}
    known = {**costs, **_RUN_AXES, **own}
    found = []
    for name, wish in wishes.items():
        key = name.replace("-", "_").removeprefix("costs.")
        if key not in known:
            hint = nearest(key, known) or f"; it has {', '.join(own)}"
            raise UnknownName(f"{dashed(hedge)} has no parameter {name!r} to sweep{hint}")
        if name.startswith("costs.") and key not in costs:
            raise UnknownName(f"there is no cost {key!r}{nearest(key, costs)}: it is an option")
        axis = axis_of(costs[key] if name.startswith("costs.") else known[key], wish)
        for value in axis.values:
            if key == "vol" and key not in own:
                VolChoice.of(str(value))
            if key == "fill" and key not in own and value not in get_args(FillRule):
                rules = get_args(FillRule)
                hint = nearest(str(value), rules)
                raise ParameterError(f"no fill rule {value!r}{hint}; known: {', '.join(rules)}")
        found.append(axis)
    return tuple(found)


def planned(
    hedge: Hedge,
    market: Market,
    portfolio: Portfolio,
    axes: Sequence[Axis],
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
) -> Plan:
    """Lay the window that all cells share, and say what they are.

    The first cell is run once to see whether the strategy buys options: then its roll phases
    are run as well, and every cell is measured from the last of their starts.
    """
    check_assumptions(rate, index_dividend, seed)
    if phases < 1:
        raise ParameterError(f"phases must be 1 or more, was {phases}")
    grid = grid_of(axes, zipped)
    if sample is not None:
        grid = grid.sampled(sample, seed)
    swept = {axis.name: axis.values for axis in grid.axes}
    own = own_names(hedge)
    runs = {name: values for name, values in swept.items() if name in RUN and name not in own}
    hedges = _named(hedge, {name: v for name, v in swept.items() if name in own})
    vols = [VolChoice.of(str(one)) for one in runs.get("vol", ())] or [VolChoice.of(vol)]
    starts = [one for one in runs.get("start", ()) if isinstance(one, date)]
    looked_back = {each.name for each in declared(type(hedge)) if each.is_warmup}
    longest = [int(v) for name in looked_back for v in swept.get(name, ()) if isinstance(v, int)]
    warmup = max([warmup_of([hedge], vols), *longest])
    tape = laid(
        hedges,
        market,
        rest=() if portfolio.rest is None else portfolio.rest.symbols,
        warmup=warmup,
        start=min(starts, default=start),
        end=end,
        rate=rate,
        index_dividend=index_dividend,
        what="a sweep",
        volume=(costs or Costs()).needs_volume or not _VOLUME.isdisjoint(swept),
    )
    for one in starts:
        if len(tape) - int(np.searchsorted(tape.day, day_number(one))) < FEWEST_SESSIONS:
            raise NotCovered(f"start {one} leaves fewer than {FEWEST_SESSIONS} sessions to run")
    fills = [str(one) for one in runs.get("fill", (fill,))]
    chooser = Chooser(tape, VolChoice.of(vol), index=INDEX)
    prices, listing = priced_by(market.chains, tape, chooser, earlier="next_open" in fills)
    setup = Setup(
        tape=tape,
        holding=hedge.holding,
        portfolio=portfolio,
        prices=prices,
        costs=costs or Costs(),
        rules=Rules(
            fill=fill, returns=returns, rest=INDEX, ends=end_rules(deliver, early_exercise)
        ),
        listing=listing,
    )
    job = Job(
        luggage=None,
        base={one.name: getattr(hedge, one.name) for one in fields(hedge)},
        grid=grid,
        setup=setup,
        vol=vol,
        index=INDEX,
        costs=frozenset(swept) & COSTS - own,
    )
    try:
        return finished(hedge, job, phases, rate=rate)
    except AdjustedSeries as error:
        hint = traded(market, error.symbol, warmup, tape.dates[-1])
        raise AdjustedSeries(f"{error}: {hint}", error.symbol) from None


def finished(hedge: Hedge, job: Job, phases: int = 1, *, rate: float | None = None) -> Plan:
    """Try the first cell, decide on phases, and name the sweep."""
    grid, setup, tape = job.grid, job.setup, job.setup.tape
    own = own_names(hedge)
    waits = [int(one) for one in _values(grid, "wait") if isinstance(one, int)]
    if waits and phases > 1:
        phases = 1  # the axis shows each phase by itself
    first = max(waits, default=0)
    if phases > 1:
        tried = Bench(job, type(hedge)).play(_first_that_builds(type(hedge), job.base, grid, own))
        uses_options = len(tried.tables["rolls"]["role"]) > 0
        phases, first = (phases, SPAN) if uses_options else (1, 0)
    if sessions(job) - first < FEWEST_SESSIONS:
        raise NotCovered(
            f"{sessions(job)} sessions are too few for roll phases: choose --phases 1 or a "
            "longer window"
        )
    job = replace(job, phases=phases, span=SPAN if phases > 1 else 0, first=first)
    keep = len(grid) * job.phases * sessions(job) * 4 <= KEPT_BYTES
    job = replace(job, keep=keep)
    fixed = {
        "build": build(),
        "hedge": dashed(type(hedge)),
        "source": source_hash(type(hedge)),
        "data": tape.data_hash,
        "start": str(tape.dates[tape.begin]),
        "end": str(tape.dates[-1]),
        "base": dict(job.base),
        "portfolio": setup.portfolio.config(),
        "costs": setup.costs.config(),
        "rules": _told(setup.rules),
        "vol": job.vol,
        "rate": rate,
        "index_dividend": tape.index_dividend,
        "chains": setup.prices.quoted,
        "phases": job.phases,
        "first": job.first,
    }
    axes = {axis.name: list(axis.values) for axis in grid.axes}
    shape = {"axes": axes, "zip": [[a.name for a in g] for g in grid.groups if len(g) > 1]}
    # of a sample its cells, and not the draw, make the sweep
    drawn = None if grid.chosen is None else blake2b(canonical(grid.chosen)).hexdigest()[:24]
    header = {"fixed": plain(fixed), **plain(shape), "cells": len(grid), "sample": drawn}
    return Plan(
        hedge=hedge,
        job=job,
        header=header,
        named=blake2b(canonical(header["fixed"]), digest_size=12),
        summary={
            "combinations": grid.combinations,
            "sessions": sessions(job),
            "returns_kept": keep,
            "sources": [plain(one) for one in tape.sources],
            "windows": len(_values(grid, "start")) or 1,
        },
    )


def _told(rules: Rules) -> dict[str, Any]:
    """Return the rules as JSON values; how options end only where that is not the usual."""
    told = asdict(rules)
    ends = told.pop("ends")
    return told if rules.ends == USUAL else {**told, "ends": ends}


def travelling(plan: Plan) -> Job:
    """Return the job with its strategy packed, as it is sent to other processes."""
    return replace(plan.job, luggage=packed(type(plan.hedge)))


def _values(grid: Grid, name: str) -> tuple[Value, ...]:
    return next((axis.values for axis in grid.axes if axis.name == name), ())


def _named(hedge: Hedge, swept: Mapping[str, tuple[Value, ...]]) -> list[Hedge]:
    """Return hedges that between them name every symbol of every axis."""
    found = [hedge]
    for name, values in swept.items():
        for value in values:
            if isinstance(value, str):
                change: dict[str, Any] = {name: value}
                try:
                    found.append(replace(hedge, **change))
                except ParameterError:
                    continue  # the cells with this value say why
    return found


def symbols_of(hedge: Hedge, axes: Sequence[Axis]) -> set[str]:
    """Return every symbol that a cell may name, and the index."""
    own = own_names(hedge)
    hedges = _named(hedge, {axis.name: axis.values for axis in axes if axis.name in own})
    return {symbol for one in hedges for symbol in one.symbols} | {INDEX}


def template(hedge: type[Hedge], fixed: Mapping[str, Any], grid: Grid) -> Hedge:
    """Return a strategy with the values that are fixed, and of the axes the first that fit."""
    own = {each.name for each in declared(hedge)}
    values = _first_that_builds(hedge, fixed, grid, own)
    return hedge(**{**fixed, **{name: v for name, v in values.items() if name in own}})


def _first_that_builds(
    hedge: type[Hedge], fixed: Mapping[str, Any], grid: Grid, own: set[str]
) -> dict[str, Value]:
    """Return the values of the first cell whose parameters fit each other."""
    refusal: ParameterError | None = None
    for cell in range(min(len(grid), LOOKED_AT)):
        values = grid.at(cell)
        try:
            hedge(**{**fixed, **{name: v for name, v in values.items() if name in own}})
        except ParameterError as error:
            refusal = refusal or error
        else:
            return values
    raise refusal or ParameterError("the grid has no cell")
