"""`microhedge data snapshot`: keep the option quotes of this moment, which nobody gives later."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from microhedge.cli.options import Sections, debug_option, json_option
from microhedge.cli.outcome import note, say
from microhedge.cli.show import table


def _snapshot(symbols: tuple[str, ...], *, out: Path, anyway: bool, as_json: bool) -> None:
    from microhedge.sources.yahoo.snapshot import snapshot

    found = snapshot(symbols, out=out, anyway=anyway)
    for each in found.taken:
        for said in each.notes:
            note(f"note: {said}")
    if as_json:
        say(json.dumps([asdict(each) for each in found.taken], indent=2, default=str))
    elif found.taken:
        counts = ["expiries", "contracts", "two-sided quotes", "zero bids", "crossed"]
        rows = [
            [
                each.symbol,
                f"{each.expiries:,}",
                f"{each.contracts:,}",
                f"{each.two_sided:,}",
                f"{each.zero_bids:,}" if each.zero_bids else "",
                f"{each.crossed:,}" if each.crossed else "",
                str(each.file),
            ]
            for each in found.taken
        ]
        say(table([["symbol", *counts, "file"], *rows]))
    if len(found.failed) > 1:
        for error in found.failed:
            note(f"note: {error}")
    found.all_taken()


command = Sections(
    "snapshot",
    arguments=[click.Argument(["symbols"], nargs=-1, required=True, metavar="SYMBOL...")],
    sections={
        "Quotes": [
            click.Option(
                ["--out"],
                type=click.Path(file_okay=False, writable=True, path_type=Path),
                default=Path(),
                metavar="DIR",
                help="Make chains/SYMBOL in this folder.  [here]",
            ),
            click.Option(
                ["--anyway"],
                is_flag=True,
                help="Outside the market's hours too, when quotes are old and often zero.",
            ),
        ],
        "Output": [json_option(), debug_option()],
    },
    callback=_snapshot,
    help="Keep the whole option chain as Yahoo quotes it now, a new file each time.",
    epilog="\b\nExample, shortly before each close, as a backtest takes quotes for the close's:\n"
    "  microhedge data snapshot AAPL MSFT\n"
    "  microhedge run protective-put --holding AAPL --source yahoo --chains chains/AAPL",
)
