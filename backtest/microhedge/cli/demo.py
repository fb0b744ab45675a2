"""`microhedge demo`: the main job on the shipped prices."""

from __future__ import annotations

from pathlib import Path

import click

from microhedge.cli.compare import command as compare
from microhedge.cli.options import Sections, debug_option
from microhedge.cli.outcome import note

JOB = (
    "AAPL --shares 1000 --weight 0.4 "
    "--with protective-put --with index-peer-short:peer=MSFT --report"
)


def _body(report: Path) -> None:
    arguments = [*JOB.split(), str(report)]
    note(f"microhedge compare {' '.join(arguments)}")
    ctx = click.get_current_context()
    with compare.make_context("compare", arguments, parent=ctx) as own:
        compare.invoke(own)


command = Sections(
    "demo",
    sections={
        "Output": [
            click.Option(
                ["--report"],
                type=Path,
                default=Path("reports/aapl.pdf"),
                metavar="PDF",
                help="Where the report goes.  [reports/aapl.pdf]",
            ),
            debug_option(),
        ]
    },
    callback=_body,
    help="Hedge 1,000 AAPL, 40 % of a portfolio, on the shipped prices of 2002 to 2022.",
)
