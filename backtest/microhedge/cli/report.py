"""`microhedge report`: the report of a result that was saved."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from microhedge.cli.documents import beside, draw
from microhedge.cli.options import (
    Sections,
    charts_of,
    debug_option,
    drawing_options,
    paper_of,
    writable_pdf,
)
from microhedge.cli.outcome import note, say


def _body(result: Path, out: Path | None, **given: Any) -> None:
    from microhedge.reopening import load_comparison

    pdf = beside(result, ".pdf") if out is None else out
    writable_pdf(f"--out {pdf}", pdf)
    kind = charts_of(given)
    found = load_comparison(result)
    if found.bands is None and any(run.uses_options for run in found.hedges):
        note("it was saved without its reruns over roll dates and volatilities: they are left out")
    draw(
        found,
        report=pdf,
        charts=given["charts"],
        charts_as=kind,
        paper=paper_of(given["paper"]),
        language=given["language"],
    )
    for name, path in (("report", pdf), ("charts", given["charts"])):
        if path is not None:
            say(f"{name}: {path}")


command = Sections(
    "report",
    arguments=[click.Argument(["result"], type=Path, metavar="RESULT")],
    sections={
        "Output": [
            click.Option(
                ["--out"], type=Path, metavar="PDF", help="The report.  [RESULT, with .pdf]"
            ),
            *drawing_options(),
            debug_option(),
        ]
    },
    callback=_body,
    help="Write the report of RESULT, a file that `run --save` or `compare --save` wrote.\n\n"
    "Nothing is run again: the same version of microhedge writes the same bytes that --report "
    "would have written, without prices and without the strategies.",
)
