"""`microhedge memo`: two pages that document a hedge, from a result that was saved."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from microhedge.cli.documents import beside, told
from microhedge.cli.options import (
    Sections,
    debug_option,
    language_option,
    paper_of,
    writable,
    writable_pdf,
)
from microhedge.cli.outcome import say
from microhedge.errors import ParameterError

LONGEST = 16_384  # bytes of a file of words: the memo takes 2,000 characters of them


def _body(result: Path, out: Path | None, **given: Any) -> None:
    from microhedge.reporting.memo.gate import classification_of, framework_of

    framework_of(given["framework"])
    classification_of(given["classification"])
    pdf = beside(result, ".memo.pdf") if out is None else out
    if pdf.suffix.lower() == ".csv":
        raise ParameterError(f"--out {pdf}: that is where the calculations go: name the PDF")
    writable_pdf(f"--out {pdf}", pdf)
    table = pdf.with_suffix(".csv")
    writable(f"--out {table}", table)
    words = words_of(given["relationship"])

    from microhedge.reopening import load_comparison
    from microhedge.reporting.memo import write_memo

    write_memo(
        load_comparison(result),
        pdf,
        framework=given["framework"],
        classification=given["classification"],
        hedge=given["hedge"],
        relationship=words,
        paper=paper_of(given["paper"]),
        saved=result,
        language=told(given["language"]),
    )
    say(f"memo: {pdf}")
    say(f"calculations: {pdf.with_suffix('.csv')}")


def words_of(given: str | None) -> str:
    """Return the words of --relationship: those of the file that it names, or they themselves.

    Raises ParameterError for a file that is no text.
    """
    if given is None:
        return ""
    # what is longer than a name can be is no name
    if len(given) > 255 or not Path(given).is_file():
        return given
    path = Path(given)
    if path.stat().st_size > LONGEST:
        raise ParameterError(f"--relationship {path}: {path.stat().st_size:,} bytes; too long")
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise ParameterError(f"--relationship {path} is no text in UTF-8") from None


command = Sections(
    "memo",
    arguments=[click.Argument(["result"], type=Path, metavar="RESULT")],
    sections={
        "Accounting": [
            click.Option(
                ["--framework"],
                default="economic",
                metavar="NAME",
                help="economic, ifrs9 or us-gaap.  [economic]",
            ),
            click.Option(
                ["--classification"],
                metavar="NAME",
                help="Of the share: fvoci or fvtpl.  [none: IFRS 9 is then undecided]",
            ),
        ],
        "Hedge": [
            click.Option(["--hedge"], metavar="NAME", help="Of its run.  [the first]"),
            click.Option(
                ["--relationship"],
                metavar="TEXT|FILE",
                help="Why it moves against the holding, in your words, at most 2,000 characters.  "
                "[INCOMPLETE]",
            ),
        ],
        "Output": [
            click.Option(
                ["--out"],
                type=Path,
                metavar="PDF",
                help="The memo; its calculations are a CSV beside it.  [RESULT, with .memo.pdf]",
            ),
            click.Option(
                ["--paper"], type=click.Choice(["a4", "letter"]), default="a4", help="[a4]"
            ),
            language_option(),
            debug_option(),
        ],
    },
    callback=_body,
    help="Draw up the hedge memo of RESULT, a file that `run --save` or `compare --save` wrote.\n\n"
    "Two pages: whether hedge accounting could be applied at all, a draft designation, what was "
    "to be expected before it and what came after. HYPOTHETICAL lies across both, and nothing "
    "passes or fails.",
)
