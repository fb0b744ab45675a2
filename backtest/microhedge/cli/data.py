"""`microhedge data`: which prices there are, and what is wrong with them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from microhedge.cli.options import Sections, debug_option, json_option
from microhedge.cli.outcome import say
from microhedge.cli.show import table

if TYPE_CHECKING:
    from microhedge.market import Market

_BASES = {
    "raw": "as traded",
    "price_index": "price index",
    "total_return": "total return",
    "reference": "reference",
}


def _list(as_json: bool) -> None:
    from microhedge.sources.bundled import bundled

    found = _series(bundled())
    if as_json:
        say(json.dumps(found, indent=2, ensure_ascii=False))
        return
    head = ["symbol", "prices", "first", "last", "sessions"]
    rows = [
        [
            str(each["symbol"]),
            _BASES[str(each["basis"])],
            str(each["first"]),
            str(each["last"]),
            f"{each['sessions']:,}",
        ]
        for each in found
    ]
    say(table([head, *rows]))


def _series(market: Market) -> list[dict[str, object]]:
    """Every series and reference with its span and source."""
    from microhedge.calendar import to_date

    found: list[dict[str, object]] = []
    for symbol in market.symbols:
        for basis in market.bases(symbol):
            one = market.series(symbol, basis)
            if one is not None:
                found.append(_row(symbol, basis, one.first, one.last, len(one.day), one.source))
    for each in market.references:
        first, last = to_date(int(each.day[0])), to_date(int(each.day[-1]))
        found.append(_row(each.name, "reference", first, last, len(each.day), each.source))
    return found


def _row(*values: object) -> dict[str, object]:
    names = ("symbol", "basis", "first", "last", "sessions", "source")
    return {
        name: value if isinstance(value, int | str) else str(value)
        for name, value in zip(names, values, strict=True)
    }


command = click.Group(
    "data",
    help="List or check the prices.",
    commands=[
        Sections(
            "list",
            sections={"Output": [json_option(), debug_option()]},
            callback=_list,
            help="List every series with its span.",
        ),
    ],
)
