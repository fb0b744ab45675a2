"""`microhedge data inspect`: how would this file be read, and what is wrong with it?"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from microhedge.cli.options import Sections, date_of, debug_option, json_option
from microhedge.cli.outcome import say

if TYPE_CHECKING:
    from microhedge.sources.files import Imported


def told(path: str | Path, **declared: Any) -> str:
    """Return what is made of a file and what is wrong with it, in lines for people.

    `declared` are the keywords of `import_prices`, whose errors are raised.
    """
    from microhedge.sources.files import import_prices

    one = import_prices(path, **declared)
    lines = [*one.understood.lines(), ""]
    code = ""
    for found in one.findings:
        if found.code != code:
            lines.append(code := found.code)
        lines.append(f"  {found.symbol:<6}{found.day}  {found.sentence}")
    count = len(one.findings)
    lines.append(f"{count} finding{'' if count == 1 else 's'}; the prices are left as they are")
    return "\n".join(lines)


def _inspect(
    path: Path, *, as_json: bool, genuine: tuple[str, ...], **declared: str | None
) -> None:
    from microhedge.sources.files import import_prices

    days = [date_of("genuine", day) for day in genuine]
    if as_json:
        say(json.dumps(_document(import_prices(path, genuine=days, **declared)), indent=2))  # type: ignore[arg-type]
        return
    say(told(path, genuine=days, **declared))


def _document(one: Imported) -> dict[str, Any]:
    plain = {
        "understood": asdict(one.understood),
        "findings": [asdict(each) for each in one.findings],
    }
    made: dict[str, Any] = json.loads(json.dumps(plain, default=str))
    return made


def file_options() -> list[click.Option]:
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
        click.Option(
            ["--genuine"],
            multiple=True,
            metavar="DATE",
            help="A jump that is no split; can be repeated.",
        ),
    ]


command = Sections(
    "inspect",
    arguments=[click.Argument(["path"], type=Path, metavar="PATH")],
    sections={"File": file_options(), "Output": [json_option(), debug_option()]},
    callback=_inspect,
    help="Say how a CSV or Parquet file of daily prices is read, and every defect in it.",
)
