"""`microhedge correlation`: did the correlation of two symbols hold after a date."""

from __future__ import annotations

import json

import click

from microhedge.cli.options import Sections, date_if, date_of, debug_option, json_option
from microhedge.cli.outcome import say
from microhedge.cli.show import wrapped


def _body(*, a: str, b: str, split: str, start: str | None, end: str | None, as_json: bool) -> None:
    from microhedge.relation import correlation
    from microhedge.sources.bundled import bundled

    found = correlation(
        bundled(),
        a,
        b,
        split=date_of("split", split),
        start=date_if("start", start),
        end=date_if("end", end),
    )
    if as_json:
        say(json.dumps(found.document(), indent=2, allow_nan=False, ensure_ascii=False))
    else:
        say(wrapped(found.sentence))


command = Sections(
    "correlation",
    arguments=[click.Argument(["a"]), click.Argument(["b"])],
    sections={
        "Window": [
            click.Option(
                ["--split"], required=True, metavar="DATE", help="Last day of what was known."
            ),
            click.Option(["--start"], metavar="DATE", help="First session.  [the first common]"),
            click.Option(["--end"], metavar="DATE", help="Last session.  [the last common]"),
        ],
        "Output": [json_option(), debug_option()],
    },
    callback=_body,
    help="Ask whether the correlation of A and B held after a date.",
)
