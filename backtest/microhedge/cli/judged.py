"""How a sweep's judgement is told: its sentences, its report and its page."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from microhedge.cli.documents import told as in_language
from microhedge.cli.documents import whole
from microhedge.cli.options import language_option, writable_pdf
from microhedge.cli.outcome import note, say
from microhedge.cli.show import wrapped
from microhedge.errors import ReportError

if TYPE_CHECKING:
    from microhedge.sweeping.judgement import Judged
    from microhedge.sweeping.results import Sweep

SLOW = 500
"""Cells from which on judging takes seconds, and is announced."""


def shown_options() -> list[click.Option]:
    """What shows a sweep beside its table."""
    return [
        click.Option(["--report"], type=Path, metavar="FILE", help="Write the judgement as a PDF."),
        click.Option(
            ["--html"], type=Path, metavar="FILE", help="Write a page to look its cells through."
        ),
        language_option(),
    ]


def writable_shown(given: Mapping[str, Any]) -> None:
    """Refuse a report that could not be written, before anything is run or judged."""
    if given["report"] is not None:
        writable_pdf(f"--report {given['report']}", given["report"])


def judged(found: Sweep) -> Judged:
    """Judge a sweep, and say so where it takes its time."""
    from microhedge.sweeping.judgement import judge

    if len(found) >= SLOW:
        note(f"judging {len(found):,} cells")
    return judge(found)


def write_shown(given: Mapping[str, Any], told: Judged) -> None:
    """Write the report and the page that were asked for."""
    spoken = in_language(given["language"])
    if given["report"] is not None:
        try:
            from microhedge.reporting.sweeps import sweep_report
        except ValueError as error:  # matplotlib refuses an MPLBACKEND that it does not know
            raise ReportError(f"the charts cannot be drawn: {error}") from None

        with whole(given["report"]) as part:
            sweep_report(told, part, language=spoken)
    if given["html"] is not None:
        from microhedge.sweeping.explorer import sweep_page

        with whole(given["html"]) as part:
            sweep_page(told, part, language=spoken)


def say_judgement(given: Mapping[str, Any], told: Judged) -> None:
    """Print the sentences, without which no best cell is shown, and what was written."""
    say("\n" + "\n".join(map(wrapped, told.sentences)))
    for name in ("report", "html"):
        if given[name] is not None:
            say(f"{name}: {given[name]}")
