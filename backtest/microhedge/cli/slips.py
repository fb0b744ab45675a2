"""What was meant by a word that is no option of a command, or an option of another strategy?"""

from __future__ import annotations

import re
from typing import Any

import click

from microhedge.cli.options import Sections
from microhedge.cli.words import strategies
from microhedge.errors import UsageError
from microhedge.folders import strategy_files


class OfStrategy(Sections):
    """The command of one strategy: `--holding SYMBOL`, and the strategy's own options."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Answer a word without its option, and an option of another strategy."""
        typed = list(args)
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            if others := _owners(error.option_name):
                name, of = error.option_name, ", ".join(others)
                raise UsageError(f"{ctx.info_name} has no option {name}: it is of {of}") from None
            raise
        except click.UsageError as error:
            opts, words = _left_over(self, ctx, typed, error)
            if not words:
                raise
            name, equals, value = words[0].partition("=")
            known = {flag for param in self.params for flag in param.opts}
            if equals and f"--{name}" in known:
                raise UsageError(f"unexpected {words[0]!r}: write --{name} {value}") from None
            if opts.get("holding") is None:
                raise UsageError(
                    f"unexpected {words[0]!r}: for the share held, write --holding {words[0]}"
                ) from None
            raise


class Comparing(Sections):
    """The command of several hedges: the values of each follow its name, behind a colon."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Answer values and names of hedges that stand apart from their --with."""
        typed = list(args)
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            if others := _owners(error.option_name):
                name, key = error.option_name, error.option_name.lstrip("-")
                asked = [word.partition(":")[0] for word in typed]
                meant = next((one for one in others if one in asked), others[0])
                raise UsageError(
                    f"compare has no option {name}, a value of {', '.join(others)}: it follows "
                    f"the name of its hedge, as in --with {meant}:{key}=…"
                ) from None
            raise
        except click.UsageError as error:
            opts, words = _left_over(self, ctx, typed, error)
            if not words:
                raise
            if "=" in words[0] and opts.get("specs"):
                spec = opts["specs"][-1]
                sign = "," if ":" in spec else ":"
                raise UsageError(
                    f"unexpected {words[0]!r}: the values of a hedge follow its name without a "
                    f"space, as in --with {spec}{sign}{words[0]}"
                ) from None
            if words[0] in strategies():
                raise UsageError(
                    f"unexpected {words[0]!r}: each hedge has a --with of its own, as in "
                    f"--with {words[0]}"
                ) from None
            raise


def refuse_several(spec: str) -> None:
    """Refuse two hedges behind one --with."""
    words = spec.split(",")
    known = strategies()
    if len(words) > 1 and all(word.partition(":")[0].strip() in known for word in words):
        ways = " ".join(f"--with {word.strip()}" for word in words)
        raise UsageError(f"--with {spec} names {len(words)} hedges: repeat it, {ways}")


def _left_over(
    command: click.Command, ctx: click.Context, typed: list[str], error: click.UsageError
) -> tuple[dict[str, Any], list[str]]:
    """Return the options that were given and the words that belong to none, if that is the fault.

    A missing option may be missing because its word was left out.
    """
    if not isinstance(error, click.MissingParameter) and type(error) is not click.UsageError:
        return {}, []
    opts, words, _ = command.make_parser(ctx).parse_args(args=list(typed))
    return opts, words


def _owners(option: str) -> list[str]:
    """Return the strategies that have an option, by the text of their files, which are not run."""
    name = option.lstrip("-").removeprefix("no-").replace("-", "_")
    declared = re.compile(rf"^    {re.escape(name)} *: *\w", re.MULTILINE)
    texts = {one: path.read_text("utf-8", "replace") for one, path in strategy_files().items()}
    return sorted(one for one, text in texts.items() if declared.search(text))
