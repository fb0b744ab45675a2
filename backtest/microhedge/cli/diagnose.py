"""`microhedge diagnose`: is this holding worth a hedge?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from microhedge.cli.options import (
    Sections,
    date_if,
    debug_option,
    json_option,
    portfolio_file_option,
    portfolio_of,
)
from microhedge.cli.outcome import say
from microhedge.cli.prices import market_of, price_options
from microhedge.cli.show import wrapped
from microhedge.errors import UsageError


def _body(
    *,
    holding: str,
    weight: float | None,
    rest: str,
    portfolio: Path | None,
    start: str | None,
    end: str | None,
    as_json: bool,
    **given: Any,
) -> None:
    from microhedge.diagnosis import diagnose, diagnose_in

    window = {"start": date_if("start", start), "end": date_if("end", end)}
    if (weight is None) == (portfolio is None):
        raise UsageError("give --weight, or the whole account as --portfolio, one of the two")
    if portfolio is not None:
        account = portfolio_of(
            {"shares": None, "value": None, "weight": None, "portfolio": portfolio, "cash": 0.0},
            holding,
        )
        others = () if account.rest is None else account.rest.symbols
        market = market_of(given, {holding, rest, *others}, rated=True)
        found = diagnose_in(market, holding, account, index=rest, **window)
    else:
        market = market_of(given, (holding, rest), rated=True)
        found = diagnose(market, holding, weight or 0.0, rest=rest, **window)
    if as_json:
        say(json.dumps(found.document(), indent=2, allow_nan=False, ensure_ascii=False))
    else:
        head = (
            f"{holding} beside {found.rest}, {found.start} to {found.end}, "
            f"{found.sessions:,} returns"
        )
        say(f"{wrapped(head)}\n\n{wrapped(found.sentence)}")


command = Sections(
    "diagnose",
    arguments=[click.Argument(["holding"])],
    sections={
        "Portfolio": [
            click.Option(
                ["--weight"],
                type=float,
                metavar="FRACTION",
                help="The holding's part of the account.",
            ),
            click.Option(
                ["--rest"],
                default="SPX",
                metavar="SYMBOL",
                help="What the rest holds, and a macro hedge sells.  [SPX]",
            ),
            portfolio_file_option(),
        ],
        "Window": [
            click.Option(["--start"], metavar="DATE", help="First session.  [the first common]"),
            click.Option(["--end"], metavar="DATE", help="Last session.  [the last common]"),
        ],
        "Prices": price_options(),
        "Output": [json_option(), debug_option()],
    },
    callback=_body,
    help="Ask whether a holding is worth a hedge.",
)
