"""`microhedge data fetch`: bring prices from Yahoo to this machine."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from microhedge.cli.options import Sections, date_if, date_of, debug_option, json_option
from microhedge.cli.outcome import note, say
from microhedge.cli.prices import calendar_option, genuine_option
from microhedge.cli.show import table


def _fetch(
    symbols: tuple[str, ...],
    *,
    start: str | None,
    end: str | None,
    offline: bool,
    refresh: bool,
    calendar: str | None,
    genuine: tuple[str, ...],
    as_json: bool,
) -> None:
    first, last = date_if("start", start), date_if("end", end)
    vouched = [date_of("genuine", day) for day in genuine]
    from microhedge.errors import UsageError
    from microhedge.sources.yahoo import yahoo

    if offline and refresh:
        raise UsageError("--offline and --refresh exclude each other: leave one out")
    market = yahoo(
        symbols,
        start=first,
        end=last,
        offline=offline,
        refresh=refresh,
        calendar=calendar,
        genuine=vouched,
    )
    for each in market.notes:
        note(f"note: {each}")
    if as_json:
        say(json.dumps([asdict(each) for each in market.fetched], indent=2, default=str))
        return
    head = ["symbol", "first", "last", "sessions", "splits", "dividends", "currency", "prices"]
    rows = [
        [
            each.symbol,
            str(each.first),
            str(each.last),
            f"{each.sessions:,}",
            str(each.splits or ""),
            str(each.dividends or ""),
            each.currency,
            each.state,
        ]
        for each in market.fetched
    ]
    say(table([head, *rows]))


command = Sections(
    "fetch",
    arguments=[click.Argument(["symbols"], nargs=-1, required=True, metavar="SYMBOL...")],
    sections={
        "Prices": [
            click.Option(["--start"], metavar="DATE", help="First session to count.  [the first]"),
            click.Option(["--end"], metavar="DATE", help="Last session to count.  [the last]"),
            click.Option(["--offline"], is_flag=True, help="Show what is kept; ask nobody."),
            click.Option(["--refresh"], is_flag=True, help="Fetch everything again."),
            calendar_option(),
            genuine_option(),
        ],
        "Output": [json_option(), debug_option()],
    },
    callback=_fetch,
    help="Fetch daily prices from Yahoo, as traded, and keep them on this machine.",
    epilog="\b\nExample:\n  microhedge data fetch AAPL IBM SPX --start 2000-01-01",
)
