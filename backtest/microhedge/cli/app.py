"""Which command was typed.

A command's module is imported only once the command is chosen; the help line of each stands here.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

import click

from microhedge.cli.outcome import HELP
from microhedge.version import __version__

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

COMMANDS = {
    "compare": "Hedge a holding in one or more ways, beside simply selling some.",
    "run": "Run one strategy, by name or from a file.",
    "stress": "Run a hedge again under recalls, bans and squeezes of its shorts.",
    "report": "Write the report of a result that was saved.",
    "memo": "Draw up the hedge memo of a result that was saved.",
    "language": "Write a file to fill in, for documents in another language.",
    "sweep": "Run one strategy with many values of its parameters.",
    "results": "Show, choose and export the cells of a sweep.",
    "diagnose": "Ask whether a holding is worth a hedge.",
    "find-hedge": "Ask whether another share hedges this one better than the index.",
    "correlation": "Ask whether the correlation of two symbols held after a date.",
    "check": "Prove that a strategy does not look ahead, as far as can be proven.",
    "new": "Start a strategy of your own from one that there is.",
    "list": "List the strategies, or the parameters of one.",
    "data": "List, check and fetch prices and option quotes.",
    "demo": "Run the main job on the shipped prices.",
    "completion": "Let the shell complete what is typed.",
    "doctor": "Look whether all that is needed is on this machine.",
}


class Lazy(click.Group):
    """A group that knows its commands' names and help lines without importing them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the chosen command."""
        if cmd_name not in COMMANDS:
            return None
        command = import_module(f"microhedge.cli.{cmd_name.replace('-', '_')}").command
        return command if isinstance(command, click.Command) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the table of commands."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Return the commands that begin so, without importing them."""
        from click.shell_completion import CompletionItem

        commands = [
            CompletionItem(name, help=said)
            for name, said in COMMANDS.items()
            if name.startswith(incomplete)
        ]
        return [*commands, *click.Command.shell_complete(self, ctx, incomplete)]

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Answer an unknown command with the nearest."""
        if args and not args[0].startswith("-") and args[0] not in COMMANDS:
            from microhedge.errors import UnknownName, nearest

            options = [f"--{args[0]}"] if args[0] in ("help", "version") else []
            hint = nearest(args[0], options or COMMANDS) or f"; there are {', '.join(COMMANDS)}"
            raise UnknownName(f"no command {args[0]!r}{hint}")
        return super().resolve_command(ctx, args)


def _version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted:
        click.echo(f"microhedge {__version__}")
        ctx.exit()


@click.group(
    cls=Lazy,
    invoke_without_command=True,
    context_settings=HELP,
    epilog="\b\nExample:\n  microhedge compare AAPL --shares 1000 --weight 0.4 \\\n"
    "      --with protective-put --with index-peer-short:peer=MSFT --report aapl.pdf",
)
@click.option(
    "--version",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=_version,
    help="Show the version.",
)
@click.pass_context
def root(ctx: click.Context) -> None:
    """Hedge one holding, and judge whether the hedge was worth it."""
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())
