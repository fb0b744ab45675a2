"""The command line: the only place that prints, catches errors and exits.

Nothing but click is imported until a command is chosen, so that help and typing errors answer at
once.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from io import TextIOWrapper
from typing import TYPE_CHECKING

from microhedge.cli.outcome import perform

if TYPE_CHECKING:
    from microhedge.hedge import Hedge

__all__ = ["entry", "main"]


def entry(arguments: Sequence[str] | None = None) -> None:
    """Run `microhedge` with *arguments* (those of the process by default) and exit."""
    from microhedge.cli.app import root

    _print_anywhere()
    if "_MICROHEDGE_COMPLETE" in os.environ:
        from microhedge.cli.completion import answer

        sys.exit(answer(root))
    sys.exit(perform(root, arguments, name="microhedge"))


def main(strategy: type[Hedge], arguments: Sequence[str] | None = None) -> None:
    """Run one strategy from its own file, with the options of `microhedge run` for it."""
    from microhedge.cli.run import command_of

    _print_anywhere()
    sys.exit(perform(command_of(strategy), arguments, name=None))


def _print_anywhere() -> None:
    """Replace a sign that the terminal's encoding lacks, such as −, instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")
