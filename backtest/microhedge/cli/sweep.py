"""`microhedge sweep`: one strategy with many values of its parameters."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from microhedge.cli import options
from microhedge.cli.charges import split_pair
from microhedge.cli.judged import shown_options
from microhedge.cli.options import date_if, json_option
from microhedge.cli.outcome import note, say
from microhedge.cli.prices import (
    chain_option,
    market_of,
    price_options,
    schedule_options,
    with_chains,
    with_schedules,
)
from microhedge.cli.run import Strategies, holding_option
from microhedge.cli.slips import OfStrategy
from microhedge.counting import count_of
from microhedge.declaration import Parameter, parameters
from microhedge.errors import StrategyFileError, UsageError

if TYPE_CHECKING:
    from microhedge.hedge import Hedge
    from microhedge.sweeping.grid import Axis, Grid
    from microhedge.sweeping.plan import Plan
    from microhedge.sweeping.results import Sweep

FIRST = 5
"""Cells that a dry run names."""


class Sweeps(Strategies):
    """Turns each strategy into a command whose options take several values."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the words that a file spells in its place, and remember what was typed."""
        ctx.meta["typed"] = shlex.join(["microhedge", "sweep", *args])
        if args and args[0].endswith(".toml"):
            from microhedge.cli.sweep_file import words_of

            args = [*words_of(Path(args[0])), *args[1:]]
        return super().parse_args(ctx, args)

    def command_for(self, strategy: type[Hedge], name: str) -> click.Command:
        """Return the command that sweeps one strategy."""
        from microhedge.loading import summary_of

        sections = {
            "Strategy": [_axis_option(each) for each in parameters(strategy)],
            "Sweep": _sweep_options(),
            "Portfolio": [holding_option(), *options.portfolio_options()],
            "Run": _run_options(),
            "Prices": [*price_options(), chain_option(), *schedule_options()],
            "Output": _output_options(),
        }
        taken = {
            one.name for title, some in sections.items() if title != "Strategy" for one in some
        }
        for each in parameters(strategy):
            if each.name in taken | {"debug", "json"}:
                raise StrategyFileError(
                    f"{strategy.__name__}.{each.name} is an option of every sweep: "
                    "give the parameter another name"
                )
        return OfStrategy(
            name,
            sections={title: some for title, some in sections.items() if some},
            callback=lambda **given: _body(strategy, given),
            help=f"{strategy.__doc__}\n\nA value is a number or a word, `a,b,c`, or "
            "`first:last:step` with both ends included.",
            short_help=summary_of(strategy),
        )


def _axis_option(parameter: Parameter) -> click.Option:
    spelled = "" if parameter.is_required else str(parameter.default)
    extra = "; ".join(filter(None, (spelled, str(parameter.range or ""))))
    return click.Option(
        ["--" + parameter.name.replace("_", "-"), parameter.name],
        metavar="VALUES",
        required=parameter.is_required,
        help=f"{parameter.help}  [{extra}]".strip() if extra else parameter.help,
    )


def _sweep_options() -> list[click.Option]:
    return [
        click.Option(
            ["--cost", "costs"],
            multiple=True,
            metavar="NAME=VALUES",
            help="A field of the schedule of costs, as in borrow=0.003,0.02; can be repeated.",
        ),
        click.Option(
            ["--zip", "zipped"],
            multiple=True,
            metavar="A,B",
            help="Axes that move together; can be repeated.",
        ),
        click.Option(["--sample"], type=int, metavar="N", help="Draw so many combinations."),
        click.Option(["--seed"], type=int, default=0, metavar="N", help="Of the draw.  [0]"),
        click.Option(
            ["--phases"],
            type=int,
            metavar="N",
            help="Roll dates that cells with options are averaged over; 1 for none.  [3]",
        ),
        click.Option(
            ["--wait"], metavar="VALUES", help="Or sessions that the first evening is put off."
        ),
        click.Option(
            ["--workers"],
            type=int,
            metavar="N",
            help="Processes; 0 for this one.  [as many as pay]",
        ),
        click.Option(
            ["--cluster"], metavar="ADDRESS", help="A dask scheduler, as in tcp://host:8786."
        ),
    ]


def _run_options() -> list[click.Option]:
    plain = {option.name: option for option in options.run_options()}
    swept = [
        click.Option(["--start"], metavar="DATES", help="First decision.  [the first possible]"),
        click.Option(
            ["--fill"],
            metavar="RULES",
            help="When orders are filled: next_close, next_open or close.  [next_close]",
        ),
        click.Option(
            ["--vol"],
            metavar="MODELS",
            help="Implied volatility: constant:0.25, realised, proxy, vix or vix-ratio.  "
            "[by what the data cover]",
        ),
    ]
    same = ("end", "rate", "index_dividend", "returns", "deliver", "rebuy", "early_exercise")
    return [*swept, *(plain[name] for name in same)]


def _output_options() -> list[click.Option]:
    return [
        click.Option(
            ["--out"],
            type=Path,
            metavar="DIR",
            help="Keep the results, and go on where the last command stopped.",
        ),
        click.Option(["--fresh"], is_flag=True, help="Start again in a folder that has results."),
        click.Option(
            ["--dry-run"], is_flag=True, help="Count the cells, and run two to time them."
        ),
        *shown_options(),
        json_option(),
        options.debug_option(),
    ]


def _body(strategy: type[Hedge], given: Mapping[str, Any]) -> int:
    from microhedge.cli.judged import writable_shown
    from microhedge.sweeping.driver import carry_out

    writable_shown(given)
    plan = _planned(strategy, given)
    if given["dry_run"]:
        _tell_dry(plan, given["as_json"])
        return 0
    from microhedge.cli.meter import meter

    with meter() as watch:
        found = carry_out(
            plan,
            workers=given["workers"],
            cluster=given["cluster"],
            out=given["out"],
            fresh=given["fresh"],
            progress=watch,
            command=click.get_current_context().meta["typed"],
        )
    return _tell(found, given)


def _planned(strategy: type[Hedge], given: Mapping[str, Any]) -> Plan:
    from microhedge.costs import Costs
    from microhedge.reach import bounds_told
    from microhedge.sweeping.grid import grid_of
    from microhedge.sweeping.job import COSTS
    from microhedge.sweeping.plan import PHASES, axes_of, planned, symbols_of, template

    own = [each.name for each in parameters(strategy)]
    wishes = {name: given[name] for name in (*own, "start", "vol", "fill", "wait") if given[name]}
    charges = {f"costs.{name}": text for name, text in map(split_pair, given["costs"])}
    axes = axes_of(strategy, {**wishes, **charges})
    swept = [axis for axis in axes if len(axis.values) > 1 or axis.name == "wait"]
    if not swept:
        raise UsageError("nothing to sweep: give an option several values, as in a,b or 0.8:1:0.05")
    fixed: dict[str, Any] = {axis.name: axis.values[0] for axis in axes if axis not in swept}
    zipped = [
        [name.strip().replace("-", "_") for name in one.split(",")] for one in given["zipped"]
    ]
    grid = grid_of(swept, zipped)
    hedge = template(
        strategy,
        {"holding": given["holding"], **{name: fixed[name] for name in own if name in fixed}},
        grid,
    )
    portfolio = options.portfolio_of(given, hedge.holding)
    rest = () if portfolio.rest is None else portfolio.rest.symbols
    symbols = symbols_of(hedge, swept) | set(rest)
    market = market_of(given, symbols, rated=given["rate"] is not None, quiet=True)
    market = with_chains(market, given["chains"], hedge.holding)
    market = with_schedules(market, given, hedge.holding)
    for each in market.notes:
        note(f"note: {each}")
    plan = planned(
        hedge,
        market,
        portfolio,
        swept,
        zipped=zipped,
        sample=given["sample"],
        seed=given["seed"],
        phases=PHASES if given["phases"] is None else given["phases"],
        start=fixed.get("start"),
        end=date_if("end", given["end"]),
        costs=Costs(**{name: fixed[name] for name in COSTS if name in fixed and name not in own}),
        rate=given["rate"],
        fill=fixed.get("fill", "next_close"),
        vol=fixed.get("vol"),
        index_dividend=given["index_dividend"],
        returns=given["returns"],
        **options.ending_of(given),
    )
    tape = plan.job.setup.tape
    earliest = 0 if given["start"] else tape.begin
    for each in bounds_told(market, tape, hedge.holding, warmup=earliest):
        note(f"note: {each}")
    return plan


def _tell_dry(plan: Plan, as_json: bool) -> None:
    from time import perf_counter

    from microhedge.cli.meter import clock
    from microhedge.workers import cores

    bench, grid = plan.bench(), plan.grid
    bench.cell(0)  # with what all cells share
    began = perf_counter()
    bench.cell(len(grid) - 1)
    each = perf_counter() - began
    cells = len(grid)
    size = plan.summary["sessions"] * plan.job.phases * 4 * cells if plan.job.keep else 0
    if as_json:
        told = {"cells": cells, "phases": plan.job.phases, "seconds_each": each}
        say(json.dumps({**told, "bytes_of_returns": size, "first": _first(grid)}, indent=2))
        return
    combinations = count_of(grid.combinations, "combination")
    say(f"{count_of(cells, 'cell')} of {combinations}: {_axes(grid.axes)}")
    for values in _first(grid):
        say("  " + ", ".join(f"{name} {value}" for name, value in values.items()))
    if cells > FIRST:
        say(f"  … {cells - FIRST:,} more")
    phases = f", each over {plan.job.phases} roll phases" if plan.job.phases > 1 else ""
    say(f"{plan.header['fixed']['start']} to {plan.header['fixed']['end']}{phases}")
    say(
        f"about {each * 1e3:,.0f} ms a cell: {clock(each * cells)} on one core, "
        f"{clock(each * cells / cores())} on the {cores()} of this machine"
    )
    say(f"daily returns: {size / 1e6:,.1f} MB" if size else "daily returns: too many to keep")


def _first(grid: Grid) -> list[dict[str, Any]]:
    from microhedge.plain import plain

    return [plain(grid.at(k)) for k in range(min(FIRST, len(grid)))]


def _axes(axes: tuple[Axis, ...]) -> str:
    return ", ".join(f"{len(axis.values)} of {axis.name}" for axis in axes)


def _tell(found: Sweep, given: Mapping[str, Any]) -> int:
    from microhedge.cli.judged import judged, say_judgement, write_shown
    from microhedge.cli.results import counts, table

    told_of = judged(found)
    kept, frame = given["out"] is not None, told_of.frame
    number = counts(frame)
    write_shown(given, told_of)
    if given["as_json"]:
        told = {
            "schema": 1,
            "microhedge": found.about["microhedge"],
            "command": "sweep",
            "cells": len(found),
            **number,
            "axes": found.header["axes"],
            "start": found.header["fixed"]["start"],
            "end": found.header["fixed"]["end"],
            "sessions": found.about["sessions"],
            "phases": found.header["fixed"]["phases"],
            "folder": str(found.folder) if kept else None,
            "judgement": told_of.document(),
        }
        say(json.dumps(told, indent=2, allow_nan=False, ensure_ascii=False))
    else:
        say(table(found, frame))
        if kept:
            say(f"results: {found.folder}")
        say_judgement(given, told_of)
    return 1 if number["failed"] or number["crashed"] else 0


command = Sweeps(
    "sweep",
    help="Run one strategy with many values of its parameters.\n\n"
    "Its own options: microhedge sweep protective-put --help",
    options_metavar="",
    subcommand_metavar="STRATEGY|FILE|RUN.TOML [OPTIONS]",
)
