"""`microhedge language`: the messages of all documents, to be said in another language."""

from __future__ import annotations

from pathlib import Path

import click

from microhedge.cli.options import Sections, debug_option
from microhedge.cli.outcome import say


def _body(file: Path | None) -> None:
    from microhedge.reporting.catalogue import messages, read_language, template, unsaid

    if file is None:
        say(template().rstrip("\n"))
        return
    left = len(unsaid(read_language(file)))
    say(f"{len(messages()) - left:,} of {len(messages()):,} messages are said; no rule is broken")


command = Sections(
    "language",
    arguments=[click.Argument(["file"], type=Path, metavar="[FILE]", required=False)],
    sections={"Output": [debug_option()]},
    callback=_body,
    help="Write every message of the documents as a file to fill in (`microhedge language > "
    "my.toml`), or check FILE, one that was filled in.\n\n"
    "`report`, `memo`, `compare`, `run`, `sweep` and `results` take it as --language.",
)
