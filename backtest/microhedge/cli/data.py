"""`microhedge data`: which prices there are, and what is wrong with them."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from microhedge.cli.data_chains import command as chains
from microhedge.cli.data_check import command as check
from microhedge.cli.data_fetch import command as fetch
from microhedge.cli.data_snapshot import command as snapshot
from microhedge.cli.options import Sections, debug_option, json_option
from microhedge.cli.outcome import say
from microhedge.cli.show import table

_BASES = {
    "raw": "as traded",
    "price_index": "price index",
    "bond": "model bond",
    "total_return": "total return",
    "reference": "reference",
}

_MODEL = (
    "model bond: at par, sold and bought anew every evening at a published yield (docs/bonds.md)"
)


def _list(*, as_json: bool) -> None:
    from microhedge.sources.bonds import with_model_bonds
    from microhedge.sources.bundled import bundled
    from microhedge.sources.checks import describe

    found = describe(with_model_bonds(bundled()))
    if as_json:
        say(json.dumps([asdict(each) for each in found], indent=2, default=str))
        return
    head = ["symbol", "prices", "first", "last", "sessions", "splits", "dividends"]
    rows = [
        [
            each.symbol,
            _BASES[each.basis],
            str(each.first),
            str(each.last),
            f"{each.sessions:,}",
            str(each.splits or ""),
            str(each.dividends or ""),
        ]
        for each in found
    ]
    say(table([head, *rows]))
    if any(each.basis == "bond" for each in found):
        say(_MODEL)


class Data(click.Group):
    """What is done with prices, as commands of their own."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Refuse an empty line in one line, where click would print the whole help."""
        if not args and not ctx.resilient_parsing:
            raise click.UsageError(f"nothing to do with data: there are {', '.join(self.commands)}")
        return super().parse_args(ctx, args)


command = Data(
    "data",
    help="List, check and fetch prices and option quotes.",
    commands=[
        Sections(
            "list",
            sections={"Output": [json_option(), debug_option()]},
            callback=_list,
            help="List every series with its span.",
        ),
        check,
        fetch,
        snapshot,
        chains,
    ],
)
