"""Write the page of every command's help: `python tests/commands_page.py docs/commands.md`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from microhedge.cli.app import root

HEAD = """# Commands

What `--help` says of each.
"""


def helps(command: click.Command, ctx: click.Context) -> Iterator[str]:
    """Yield the help of a command, and of those below it."""
    yield f"## {ctx.command_path}\n\n```\n{command.get_help(ctx)}\n```\n"
    if isinstance(command, click.Group):
        for name in command.list_commands(ctx):
            below = command.get_command(ctx, name)
            if below is not None:
                inner = click.Context(below, info_name=name, parent=ctx, max_content_width=100)
                yield from helps(below, inner)


def page() -> str:
    """The whole page."""
    # click keeps the help option of the first context, so that this one must have root's settings
    wide = {"max_content_width": 100, "terminal_width": 100}
    ctx = click.Context(root, info_name="microhedge", **{**root.context_settings, **wide})
    return "\n".join([HEAD, *helps(root, ctx)])


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(page(), encoding="utf-8")
