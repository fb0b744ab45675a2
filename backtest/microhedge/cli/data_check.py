"""`microhedge data check`: what is wrong with these prices, and how would this file be read?"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from microhedge.cli.options import Sections, date_of, debug_option, json_option
from microhedge.cli.outcome import note, say
from microhedge.cli.prices import SETTLED, calendar_option, genuine_option, source_options
from microhedge.counting import count_of
from microhedge.errors import UnknownSymbol, UsageError, nearest

if TYPE_CHECKING:
    from datetime import date

    from microhedge.exchange import Exchange
    from microhedge.sources.files import Imported
    from microhedge.sources.findings import Finding

_WRITTEN: Final = {".csv", ".txt", ".tsv", ".parquet", ".pq"}
"""How the name of a price file ends; what ends otherwise may be a symbol, such as VOD.L."""


def _check(
    named: tuple[str, ...],
    *,
    source: str,
    offline: bool,
    calendar: str | None,
    genuine: tuple[str, ...],
    as_json: bool,
    **declared: str | None,
) -> None:
    vouched = [date_of("genuine", day) for day in genuine]
    from microhedge.sources.exchanges import exchange

    at = exchange(calendar)
    paths = [word for word in named if _is_path(word)]
    symbols = [word for word in named if word not in paths]
    given = [name for name, value in declared.items() if value not in (None, _DEFAULTS.get(name))]
    if given and not paths:
        raise UsageError(f"--{given[0]} says what a file holds, and no file is named")
    files = [_read(path, at, vouched, declared) for path in paths]
    found: list[Finding] = []
    if symbols or not paths:
        found += _of_symbols(symbols, source, at, vouched, offline=offline)
    everything = [*(each for file in files for each in file.findings), *found]
    if as_json:
        document = {
            "files": [asdict(file.understood) for file in files],
            "findings": [asdict(each) for each in everything],
        }
        say(json.dumps(document, indent=2, default=str))
        return
    for file in files:
        say("\n".join([*file.understood.lines(), "", *_told(file.findings)]))
    for line in _told(found):
        say(line)
    say(f"{count_of(len(everything), 'finding')}; the prices are left as they are")


def _is_path(word: str) -> bool:
    """Tell a file, whatever is said behind its name, from a symbol.

    What only looks like a file is refused as one, with a reason.
    """
    from microhedge.sources.files.declared import split_off

    path = Path(split_off(word)[0])
    return path.is_file() or path.name != word or path.suffix.lower() in _WRITTEN


def _read(word: str, at: Exchange, genuine: list[date], declared: dict[str, Any]) -> Imported:
    from microhedge.sources.files import Refused, import_prices
    from microhedge.sources.files.declared import split_off

    name, said = split_off(word)
    path = Path(name)
    if not path.exists():
        beside = _files_in(path.parent)
        raise Refused(f"{path}: there is no such file{nearest(path.name, beside)}", "no-file")
    try:
        return import_prices(path, calendar=at, genuine=genuine, **declared | said)
    except Refused as refusal:
        if (example := SETTLED.get(refusal.code)) is None:
            raise
        option = example.replace("=", " ", 1)
        raise Refused(f"{refusal}, as in --{option}", refusal.code) from refusal


def _files_in(folder: Path) -> list[str]:
    """Return the names of the price files in a folder, none where there is no folder."""
    if not folder.is_dir():
        return []
    return sorted(one.name for one in folder.iterdir() if one.suffix.lower() in _WRITTEN)


def _of_symbols(
    symbols: list[str], source: str, at: Exchange, genuine: list[date], *, offline: bool
) -> Iterable[Finding]:
    """Return what is wrong with symbols of a source; without any, with all that ships."""
    from microhedge.sources.bundled import bundled
    from microhedge.sources.checks import check, check_shipped

    if source == "yahoo":
        from microhedge.sources.yahoo import yahoo

        if not symbols:
            raise UsageError("Yahoo has no list to check: name the symbols")
        market = yahoo(symbols, offline=offline, calendar=at, genuine=genuine)
        for each in market.notes:
            note(f"note: {each}")
        return check(market)
    shipped = bundled()
    known = [*shipped.symbols, *(one.name for one in shipped.references)]
    for symbol in symbols:
        if symbol not in known:
            raise UnknownSymbol(
                f"{symbol!r} is neither a file nor a shipped symbol"
                f"{nearest(symbol, [*_files_in(Path()), *known])}; `microhedge data list` shows "
                "the symbols, and --source yahoo has others"
            )
    found = check_shipped(exchange=at)
    return [each for each in found if not symbols or each.symbol in symbols]


def _told(findings: Iterable[Finding]) -> Iterator[str]:
    for code, each in groupby(findings, key=lambda finding: finding.code):
        yield code
        for finding in each:
            yield f"  {finding.symbol:<5} {finding.day}  {finding.sentence}"


_DEFAULTS: Final = {"decimal": "."}


def _file_options() -> list[click.Option]:
    """What a price file cannot say itself; the names are the keywords of `import_prices`."""
    return [
        click.Option(["--symbol"], metavar="NAME", help="Its name, or the one to take of several."),
        click.Option(
            ["--basis"],
            metavar="BASIS",
            help="raw (as traded), total_return or price_index.  [what the file tells]",
        ),
        click.Option(["--currency"], metavar="CODE", help="As in EUR; GBX is pence.  [USD]"),
        click.Option(["--decimal"], default=".", metavar="SIGN", help="Decimal sign.  [.]"),
        click.Option(["--thousands"], metavar="SIGN", help="Sign between thousands.  [none]"),
        click.Option(["--zone"], metavar="ZONE", help="Whose date a time stamp is of."),
        click.Option(
            ["--dates"], metavar="ORDER", help="month-first or day-first, where both are possible."
        ),
    ]


command = Sections(
    "check",
    arguments=[click.Argument(["named"], nargs=-1, metavar="[FILE|SYMBOL]...")],
    sections={
        "File": _file_options(),
        "Prices": [*source_options(), calendar_option(), genuine_option()],
        "Output": [json_option(), debug_option()],
    },
    callback=_check,
    help="Name every defect of price files or symbols, of all that ships without any.\n\n"
    "Of a file, CSV or Parquet, it says how it is read. Nothing is repaired.",
    epilog="\b\nExamples:\n  microhedge data check AAPL\n"
    "  microhedge data check VOD.L.csv --currency GBX --calendar XLON",
)
