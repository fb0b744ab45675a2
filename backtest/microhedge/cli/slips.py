"""What was meant by a word that is no option of a command, or an option of another strategy?"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from typing import Any

import click

from microhedge.cli.options import Sections
from microhedge.cli.words import strategies
from microhedge.errors import UsageError
from microhedge.folders import strategy_files


class _Answering(Sections, ABC):
    """A command that knows what was probably meant by what it does not know."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Answer an option that is not there, and a word that belongs to none."""
        typed = list(args)
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            meant = self._option(error.option_name, typed)
            if meant is None:
                raise
            raise UsageError(f"{ctx.info_name} has no option {error.option_name}{meant}") from None
        except click.UsageError as error:
            opts, words = _left_over(self, ctx, typed, error)
            meant = self._word(words[0], opts) if words else None
            if meant is None:
                raise
            raise UsageError(f"unexpected {words[0]!r}: {meant}") from None

    @abstractmethod
    def _option(self, name: str, typed: list[str]) -> str | None:
        """Say what follows "has no option --name", or None where nothing is known of it."""

    @abstractmethod
    def _word(self, word: str, opts: dict[str, Any]) -> str | None:
        """Say what to write in place of a word, or None where nothing is known of it."""


class OfStrategy(_Answering):
    """The command of one strategy: `--holding SYMBOL`, and the strategy's own options."""

    def _option(self, name: str, typed: list[str]) -> str | None:
        others = _owners(name)
        return f": it is of {', '.join(others)}" if others else None

    def _word(self, word: str, opts: dict[str, Any]) -> str | None:
        name, equals, value = word.partition("=")
        if equals and f"--{name}" in {flag for param in self.params for flag in param.opts}:
            return f"write --{name} {value}"
        holds = opts.get("holding") is not None
        return None if holds else f"for the share held, write --holding {word}"


class Comparing(_Answering):
    """The command of several hedges: the values of each follow its name, behind a colon."""

    def _option(self, name: str, typed: list[str]) -> str | None:
        if name == "--holding":
            return ": the share held comes first, as in compare AAPL"
        others = _owners(name)
        if not others:
            return None
        asked = [word.partition(":")[0] for word in typed]
        meant = next((one for one in others if one in asked), others[0])
        return (
            f", a value of {', '.join(others)}: it follows the name of its hedge, "
            f"as in --with {meant}:{name.lstrip('-')}=…"
        )

    def _word(self, word: str, opts: dict[str, Any]) -> str | None:
        if "=" in word and opts.get("specs"):
            spec = opts["specs"][-1]
            sign = "," if ":" in spec else ":"
            return (
                "the values of a hedge follow its name without a space, "
                f"as in --with {spec}{sign}{word}"
            )
        if word in strategies():
            return f"each hedge has a --with of its own, as in --with {word}"
        return None


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
