"""`microhedge run`: one strategy, whose options come from its declaration."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from microhedge.cli import options
from microhedge.cli.prices import chain_option, price_options, schedule_options
from microhedge.cli.slips import OfStrategy
from microhedge.cli.words import completions, strategies
from microhedge.declaration import Parameter, build, declared, parameters
from microhedge.errors import StrategyFileError
from microhedge.roll_policy import RollPolicy

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from microhedge.hedge import Hedge


COMMON = ("when", "excess_over")
"""Parameters that every strategy has."""


class Strategies(click.Group):
    """Turns each strategy, named or in a file, into a command."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Refuse an empty line in one line, where click would print the whole help."""
        if not args and not ctx.resilient_parsing:
            raise click.UsageError("no strategy named: `microhedge list` shows what there is")
        return super().parse_args(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the strategies at hand."""
        from microhedge.loading import registered

        return [each.name for each in registered() if each.error is None]

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Return the strategies that begin so, without running their files."""
        if incomplete.startswith("-"):
            return click.Command.shell_complete(self, ctx, incomplete)
        return completions(incomplete, strategies, files=True)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command:
        """Load the strategy; its own error says what is wrong with it."""
        from microhedge.loading import load

        return self.command_for(load(cmd_name), cmd_name)

    def command_for(self, strategy: type[Hedge], name: str) -> click.Command:
        """Return what is done with a strategy."""
        return command_of(strategy, name)


def command_of(strategy: type[Hedge], name: str | None = None) -> click.Command:
    """Return the command that runs one strategy."""

    def body(hedge: Hedge, given: Mapping[str, Any]) -> None:
        from microhedge.cli.job import report_on

        report_on([hedge], given, single=True)

    return with_own_options(
        strategy,
        name,
        body,
        {
            "Portfolio": [holding_option(), *options.portfolio_options()],
            "Run": options.run_options(),
            "Prices": [*price_options(), chain_option(), *schedule_options()],
            "Output": options.output_options(),
        },
    )


def with_own_options(
    strategy: type[Hedge],
    name: str | None,
    body: Callable[[Hedge, Mapping[str, Any]], int | None],
    sections: Mapping[str, Sequence[click.Option]],
) -> click.Command:
    """Return a command with a strategy's options beside those of `sections`, --holding among them.

    `body` is given the hedge that was built, and every option; it returns the exit code.
    """
    from microhedge.loading import summary_of

    # those of its own, then what every strategy has but the holding, which is asked for apart
    own = [*parameters(strategy), *(each for each in declared(strategy) if each.name in COMMON)]
    known = {option.name for listed in sections.values() for option in listed}
    for each in parameters(strategy):
        if each.name in known | {"debug", "json"}:
            raise StrategyFileError(
                f"{strategy.__name__}.{each.name} is an option of every run: "
                "give the parameter another name"
            )

    def callback(**given: Any) -> int | None:
        chosen = {each.name: given[each.name] for each in own}
        return body(build(strategy, {"holding": given["holding"]} | chosen), given)

    asked = {"Strategy": [_option(each) for each in own]}
    return OfStrategy(
        name,
        sections={title: listed for title, listed in (asked | dict(sections)).items() if listed},
        callback=callback,
        help=strategy.__doc__,
        short_help=summary_of(strategy),
    )


def holding_option() -> click.Option:
    """What is held."""
    return click.Option(["--holding"], required=True, metavar="SYMBOL", help="The share held.")


def _option(parameter: Parameter) -> click.Option:
    """One declared parameter as an option; its text is checked by the declaration itself."""
    flag = "--" + parameter.name.replace("_", "-")
    spelled = "" if parameter.is_required else str(parameter.default)
    if parameter.kind is bool:
        spelled = "yes" if parameter.default else "no"
        flag = f"{flag}/--no-{flag[2:]}"
    of = "" if parameter.choice is None else "one of " + ", ".join(parameter.choice.names)
    extra = "; ".join(filter(None, (spelled, str(parameter.range or ""), of)))
    return click.Option(
        [flag, parameter.name],
        help=f"{parameter.help}  [{extra}]".strip() if extra else parameter.help,
        metavar=_metavar(parameter),
        required=parameter.is_required,
        default=None,
    )


def _metavar(parameter: Parameter) -> str | None:
    if parameter.kind is bool:
        return None
    if parameter.choice is not None:
        return "NAME"
    return "CONDITION" if parameter.name == "when" else _METAVARS[parameter.kind]


_METAVARS: dict[type, str] = {
    int: "N",
    float: "NUMBER",
    str: "SYMBOL",
    date: "DATE",
    RollPolicy: "POLICY",
}


command = Strategies(
    "run",
    help="Run one strategy, by name or from a file, beside simply selling some.\n\n"
    "Its own options: microhedge run protective-put --help",
    options_metavar="",
    subcommand_metavar="STRATEGY|FILE [OPTIONS]",
)
