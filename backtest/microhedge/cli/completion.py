"""`microhedge completion`: let the shell complete what is typed."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Final

import click

from microhedge.cli.options import Sections, debug_option
from microhedge.cli.outcome import say

VARIABLE: Final = "_MICROHEDGE_COMPLETE"
"""By which click is asked for a script (bash_source) or for words (bash_complete)."""

SHELLS: Final = ("bash", "zsh", "fish")


def answer(root: click.Command, environment: Mapping[str, str] = os.environ) -> int:
    """Print what a shell asks for by the environment; a line that is wrong completes to nothing."""
    from click.shell_completion import shell_complete

    from microhedge.errors import MicrohedgeError

    asked = environment[VARIABLE]
    if asked.endswith("_complete") and not {"COMP_WORDS", "COMP_CWORD"} <= set(environment):
        return 1
    try:
        return shell_complete(root, {}, "microhedge", VARIABLE, asked)
    except (MicrohedgeError, click.ClickException, click.exceptions.Exit):
        return 1


def _body(shell: str) -> None:
    from click.shell_completion import get_completion_class

    from microhedge.cli.app import root

    made = get_completion_class(shell)
    if made is None:
        raise click.UsageError(f"click completes no {shell}")
    say(made(root, {}, "microhedge", VARIABLE).source(), end="")


command = Sections(
    "completion",
    arguments=[click.Argument(["shell"], type=click.Choice(SHELLS))],
    sections={"Output": [debug_option()]},
    callback=_body,
    help="Print the script that lets a shell complete commands, options, strategies and symbols.",
    epilog="\b\nOnce, in the file that your shell reads at its start:\n"
    '  eval "$(microhedge completion bash)"      # ~/.bashrc\n'
    '  eval "$(microhedge completion zsh)"       # ~/.zshrc, after compinit\n'
    "  microhedge completion fish | source       # ~/.config/fish/config.fish",
)
