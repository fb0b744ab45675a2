"""`microhedge stress`: what recalls, bans and squeezes would have done to a hedge's shorts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from microhedge.cli import options
from microhedge.cli.charges import costs_of
from microhedge.cli.options import date_of, json_option
from microhedge.cli.outcome import say
from microhedge.cli.prices import (
    chain_option,
    market_of,
    price_options,
    schedule_options,
    with_chains,
    with_schedules,
)
from microhedge.cli.run import Strategies, holding_option, with_own_options
from microhedge.errors import ParameterError

if TYPE_CHECKING:
    from microhedge.hedge import Hedge
    from microhedge.lending import Ban
    from microhedge.stressing import Line, Squeeze, StressTest

RUN = ("start", "end", "fill", "vol", "rate", "costs", "index_dividend", "seed")


class Stresses(Strategies):
    """Turns each strategy into the command that stresses it."""

    def command_for(self, strategy: type[Hedge], name: str) -> click.Command:
        """Return the stress of a strategy."""
        return with_own_options(
            strategy,
            name,
            _body,
            {
                "Stress": _stress_options(),
                "Portfolio": [holding_option(), *options.portfolio_options()],
                "Run": [one for one in options.run_options() if one.name in RUN],
                "Prices": [*price_options(), chain_option(), *schedule_options()],
                "Output": [json_option(), options.debug_option()],
            },
        )


def _stress_options() -> list[click.Option]:
    return [
        click.Option(
            ["--recall"],
            type=float,
            default=0.0,
            metavar="RATE",
            help="Recalls of a share a year, drawn by --seed.  [0]",
        ),
        click.Option(
            ["--blocked"],
            type=int,
            default=21,
            metavar="N",
            help="Sessions after a recall in which it cannot be borrowed.  [21]",
        ),
        click.Option(
            ["--ban"],
            multiple=True,
            metavar="[SYMBOLS:]DATE..DATE",
            help="No new shorts on these days, as JPM,BAC:2008-09-19..2008-10-08.",
        ),
        click.Option(
            ["--squeeze"],
            metavar="[SYMBOL:]DATE:FACTOR:N",
            help="A share that is short rises by FACTOR over N sessions from a date.",
        ),
    ]


def _body(hedge: Hedge, given: Mapping[str, Any]) -> None:
    from microhedge.stressing import stress
    from microhedge.window import INDEX

    bans = [ban_of(text) for text in given["ban"]]
    squeeze = None if given["squeeze"] is None else squeeze_of(given["squeeze"])
    portfolio = options.portfolio_of(given, hedge.holding)
    rest = () if portfolio.rest is None else portfolio.rest.symbols
    symbols = {*hedge.symbols, INDEX, *rest}
    window = {name: options.date_if(name, given[name]) for name in ("start", "end")}
    market = market_of(given, symbols, rated=given["rate"] is not None)
    market = with_chains(market, given["chains"], hedge.holding, **window)
    market = with_schedules(market, given, hedge.holding)
    found = stress(
        hedge,
        market,
        portfolio,
        recall=given["recall"],
        blocked=given["blocked"],
        bans=bans,
        squeeze=squeeze,
        costs=costs_of(given["costs"]),
        start=window["start"],
        end=window["end"],
        rate=given["rate"],
        fill=given["fill"],
        vol=given["vol"],
        index_dividend=given["index_dividend"],
        seed=given["seed"],
    )
    if given["as_json"]:
        say(json.dumps(found.document(), indent=2, allow_nan=False, ensure_ascii=False))
    else:
        say(told(found))


def ban_of(text: str) -> Ban:
    """Read "JPM,BAC:2008-09-19..2008-10-08", or the days alone."""
    from microhedge.calendar import day_number
    from microhedge.lending import Ban

    names, _, days = text.rpartition(":")
    first, dots, last = days.partition("..")
    if not dots:
        raise ParameterError(f"--ban {text!r}: write JPM,BAC:2008-09-19..2008-10-08")
    begin, end = (day_number(date_of("--ban", one.strip())) for one in (first, last))
    if end < begin:
        raise ParameterError(f"--ban {text!r} ends before it begins")
    return Ban(begin, end, tuple(one.strip() for one in names.split(",") if one.strip()))


def squeeze_of(text: str) -> Squeeze:
    """Read "AAPL:2020-06-01:2:5", or without the share."""
    from microhedge.stressing import Squeeze

    *names, day, factor, sessions = ["", "", "", *text.split(":")]
    name = [one for one in names if one]
    try:
        numbers = float(factor), int(sessions)
    except ValueError:
        raise ParameterError(f"--squeeze {text!r}: write 2020-06-01:2:5 for × 2 in 5") from None
    if len(name) > 1:
        raise ParameterError(f"--squeeze {text!r} names more than one share")
    return Squeeze(date_of("--squeeze", day), *numbers, name[0] if name else None)


def told(found: StressTest) -> str:
    """Return the runs as a table."""
    from microhedge.cli.show import table, wrapped

    head = (
        f"{found.hedge.holding}, {found.results[0].config['hedge']}, {found.start} to {found.end}"
    )
    columns = ["", "ends at", "hedge made", "cash need", "calls", "recalls", "lapsed", "unhedged"]
    rows = [[*columns, "squeeze took"], *map(_row, found.lines)]
    legend = (
        "Money first: the account at the end, what the hedge made, and the most cash that the "
        "hedge had taken. Then counts: margin calls, recalls, orders that lapsed, and closes with "
        "less than half of what was wanted. Squeeze took is the most that the hedge lost in the "
        "squeeze, over the holding before it."
    )
    return f"{head}\n\n{table(rows)}\n\n{wrapped(legend)}"


def _row(one: Line) -> list[str]:
    from microhedge.cli.show import percent

    return [
        one.name + (" (ruined)" if one.ruined else ""),
        *(
            f"{round(value) + 0:,}".replace("-", "−")
            for value in (one.ending_value, one.hedge_profit, one.largest_cash_need)
        ),
        *(f"{n:,}" for n in (one.margin_calls, one.recalls, one.lapsed, one.unhedged)),
        percent(one.loss),
    ]


command = Stresses(
    "stress",
    help="Run a hedge again under recalls, bans and squeezes of its shorts.\n\n"
    "The base run stands beside each stress and is not touched. Unhedged counts the closes with "
    "less than half of what was wanted.",
    options_metavar="",
    subcommand_metavar="STRATEGY|FILE [OPTIONS]",
)
