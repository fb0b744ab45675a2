"""Which words complete the one that is being typed?

What an option or an argument takes is told from the name of its value in the help, as in
`--holding SYMBOL`.  Nothing here costs an import.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Final

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

_SHIPPED = """
    AAPL AMD AMZN BAC BBY CVX GE GOOG HD IBM IXIC JNJ JPM KO LLY META MRK MSFT MTUM NFLX NVDA PEP
    PFE PG QUAL RRC SIZE SPX UNH USMV VLUE WMT XOM
"""
SYMBOLS: Final = tuple(_SHIPPED.split())
"""The symbols that ship, all that `microhedge data list` lists."""

MODELS: Final = ("constant:0.25", "realised", "proxy", "vix", "vix-ratio")

Words = Callable[[str], Iterable[str]]


def strategies(_: str = "") -> list[str]:
    """Return the names of the strategies at hand, whose files are not run."""
    from microhedge.folders import strategy_files

    return sorted(strategy_files())


def _symbols(_: str) -> Iterable[str]:
    return SYMBOLS


def _models(_: str) -> Iterable[str]:
    return MODELS


class Completed(click.ParamType):  # type: ignore[type-arg]  # generic since click 8.4 alone
    """A type that knows words, or files, beside what it converts."""

    def __init__(self, inner: click.ParamType[Any], words: Words | None, *, files: bool) -> None:
        self.inner, self.words, self.files = inner, words, files
        self.name = inner.name

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Leave the value to the type itself."""
        return self.inner.convert(value, param, ctx)

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Return the words that begin so; the shell adds files."""
        return completions(incomplete, self.words, files=self.files)


def completions(incomplete: str, words: Words | None, *, files: bool) -> list[CompletionItem]:
    """Return words that begin as typed, in any case; with `files` the shell's own too."""
    from click.shell_completion import CompletionItem

    known = words(incomplete) if words else ()
    found = [CompletionItem(word) for word in known if word.lower().startswith(incomplete.lower())]
    # bash would replace our words by its files
    if files and not found:
        found.append(CompletionItem(incomplete, type="file"))
    return found


_BY_VALUE: Final[dict[str, tuple[Words | None, bool]]] = {
    "SYMBOL": (_symbols, False),
    "SYMBOL...": (_symbols, False),
    "[FILE|SYMBOL]...": (_symbols, True),
    "STRATEGY[:k=v,…]": (strategies, True),
    "STRATEGY|FILE": (strategies, True),
    "[STRATEGY]...": (strategies, False),
    "MODEL": (_models, False),
    **dict.fromkeys(("FILE", "FILE[:k=v,…]", "DATES|FILE", "CSV", "PATH..."), (None, True)),
    **dict.fromkeys(("DIR", "FOLDER", "PDF", "MHR", "SVG"), (None, True)),
}
_BY_ARGUMENT: Final = {"holding": (_symbols, False), "a": (_symbols, False), "b": (_symbols, False)}


def complete(parameter: click.Parameter) -> None:
    """Teach a parameter the words that its value can be, if its name in the help tells."""
    known = _BY_VALUE.get(parameter.metavar or "")
    if known is None and isinstance(parameter, click.Argument):
        known = _BY_ARGUMENT.get(parameter.name or "")
    if known is not None:
        words, files = known
        parameter.type = Completed(parameter.type, words, files=files)
