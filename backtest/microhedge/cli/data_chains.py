"""`microhedge data chains`: how is this file of option quotes read, and what is left out of it?"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from microhedge.cli.options import Sections, debug_option, json_option
from microhedge.cli.outcome import say
from microhedge.cli.show import table
from microhedge.counting import count_of

if TYPE_CHECKING:
    from microhedge.sources.chains import ChainFile


def _chains(paths: tuple[Path, ...], *, symbol: str | None, as_json: bool) -> None:
    from microhedge.sources.chains import read_chain, underlyings

    named = underlyings(paths)
    if symbol is None and len(named) > 1:
        if as_json:
            say(json.dumps({"underlyings": named}, indent=2))
            return
        rows = [[name, f"{count:,}"] for name, count in named.items()]
        say(table([["underlying", "rows"], *rows]))
        say("name one with --symbol to see what of it are quotes")
        return
    found = read_chain(paths, symbol or next(iter(named), paths[0].stem.upper()))
    say(json.dumps(_document(found), indent=2) if as_json else "\n".join(_lines(found)))


def _document(found: ChainFile) -> dict[str, Any]:
    from microhedge.calendar import to_date

    chain = found.chain
    days = chain.day
    return {
        "underlying": chain.underlying,
        "layout": found.layout,
        "rows": found.rows,
        "quotes": len(chain),
        "calls": int(chain.call.sum()),
        "puts": int((~chain.call).sum()),
        "sessions": len(set(days.tolist())),
        "expiries": len(set(chain.expiry.tolist())),
        "first": str(to_date(int(days[0]))) if len(chain) else None,
        "last": str(to_date(int(days[-1]))) if len(chain) else None,
        "sha256": chain.sha256,
        "findings": [asdict(each) for each in found.findings],
    }


def _lines(found: ChainFile) -> list[str]:
    told = _document(found)
    single = 1 in (told["quotes"], told["rows"])
    lines = [
        f"{told['underlying']}: {told['quotes']:,} of {count_of(told['rows'], 'row')} "
        f"{'is a quote' if single else 'are quotes'} "
        f"(layout {told['layout']})"
    ]
    if told["quotes"]:
        lines.append(
            f"{told['puts']:,} of puts and {told['calls']:,} of calls, "
            f"{count_of(told['expiries'], 'expiry', 'expiries')}, "
            f"{count_of(told['sessions'], 'session')} "
            f"from {told['first']} to {told['last']}"
        )
    return [*lines, *(f"  {each}" for each in found.findings)]


command = Sections(
    "chains",
    arguments=[click.Argument(["paths"], nargs=-1, required=True, type=Path, metavar="PATH...")],
    sections={
        "File": [
            click.Option(["--symbol"], metavar="NAME", help="The underlying, where several are.")
        ],
        "Output": [json_option(), debug_option()],
    },
    callback=_chains,
    help="Say how files of option quotes are read, and count what is left out by its reason.\n\n"
    "Known are OptionsDX, Cboe DataShop, ORATS, Historical Option Data and a long table "
    "(docs/chains.md).",
    epilog="\b\nExample:\n  microhedge data chains aapl_eod_2022.csv",
)
