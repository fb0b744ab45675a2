"""`microhedge diagnose`: is this holding worth a hedge?"""

from __future__ import annotations

import json
from typing import Any

import click

from microhedge.cli.options import Sections, date_if, debug_option, json_option
from microhedge.cli.outcome import say
from microhedge.cli.prices import market_of, price_options
from microhedge.cli.show import wrapped


def _body(
    *,
    holding: str,
    weight: float,
    rest: str,
    start: str | None,
    end: str | None,
    as_json: bool,
    **given: Any,
) -> None:
    from microhedge.diagnosis import diagnose

    found = diagnose(
        market_of(given, (holding, rest), rated=True),
        holding,
        weight,
        rest=rest,
        start=date_if("start", start),
        end=date_if("end", end),
    )
    if as_json:
        say(json.dumps(found.document(), indent=2, allow_nan=False, ensure_ascii=False))
    else:
        head = f"{holding} beside {rest}, {found.start} to {found.end}, {found.sessions:,} returns"
        say(f"{wrapped(head)}\n\n{wrapped(found.sentence)}")


command = Sections(
    "diagnose",
    arguments=[click.Argument(["holding"])],
    sections={
        "Portfolio": [
            click.Option(
                ["--weight"],
                type=float,
                required=True,
                metavar="FRACTION",
                help="The holding's part of the account.",
            ),
            click.Option(
                ["--rest"], default="SPX", metavar="SYMBOL", help="What the rest holds.  [SPX]"
            ),
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
