"""What can go wrong, as one tree.

MicrohedgeError
├── UsageError (ValueError)          the request cannot be run: exit code 2
│   ├── ParameterError               a strategy's or a command's value is out of its range
│   ├── UnknownName (KeyError)       no strategy, option or parameter of that name
│   └── StrategyFileError            a strategy file raises, or holds no hedge
├── DataError (ValueError)           the data cannot carry the request: exit code 3
│   ├── UnknownSymbol (KeyError)     no prices for that symbol
│   ├── NotCovered                   the window asked for is not covered
│   ├── AdjustedSeries               an option or a future was asked for on adjusted prices
│   └── BadData                      a file breaks a rule of the data
├── NoContract (LookupError)         no listed contract fits the order; the order lapses
├── RunFailed (RuntimeError)         a strategy raised while it ran: exit code 1
├── LedgerError (RuntimeError)       the books do not add up; never expected: exit code 1
├── SweepError (RuntimeError)        a sweep cannot go on where it runs: exit code 1
└── ReportError (RuntimeError)       the document could not be built: exit code 1

A message names the bad value, the rule, and the nearest good value, in one line.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class MicrohedgeError(Exception):
    """Base of every error that microhedge raises on purpose."""

    exit_code = 1

    def __str__(self) -> str:
        # KeyError would print the repr of its argument
        return str(self.args[0]) if self.args else ""


class UsageError(MicrohedgeError, ValueError):
    """The request cannot be run as it stands."""

    exit_code = 2


class ParameterError(UsageError):
    """A value is of the wrong type or out of its range."""


class UnknownName(UsageError, KeyError):
    """A strategy, option or parameter of that name does not exist."""


class StrategyFileError(UsageError):
    """A strategy file could not be loaded as exactly one hedge."""


class DataError(MicrohedgeError, ValueError):
    """The data at hand cannot carry the request."""

    exit_code = 3


class UnknownSymbol(DataError, KeyError):
    """No prices are known for a symbol."""


class NotCovered(DataError):
    """The data do not cover the window that was asked for."""


class AdjustedSeries(DataError):
    """A contract on `symbol` needs prices as traded; only adjusted ones cover the window."""

    def __init__(self, text: str, symbol: str) -> None:
        super().__init__(text, symbol)
        self.symbol = symbol

    def __str__(self) -> str:
        return str(self.args[0])


class BadData(DataError):
    """A file breaks a rule that every series must keep."""


class NoContract(MicrohedgeError, LookupError):
    """No listed contract fits an order; the order lapses and the reason is logged."""


class RunFailed(MicrohedgeError, RuntimeError):
    """A strategy raised while it ran."""


class LedgerError(MicrohedgeError, RuntimeError):
    """The books do not add up."""


class SweepError(MicrohedgeError, RuntimeError):
    """A sweep cannot go on: its workers, its cluster or its disk is at fault."""


class ReportError(MicrohedgeError, RuntimeError):
    """The document could not be built."""


def nearest(word: str, known: Iterable[str]) -> str:
    """Return " (did you mean 'x'?)" for the closest known word in any case, or an empty string."""
    by_letters = {name.lower(): name for name in known}
    match = get_close_matches(word.lower(), list(by_letters), n=1, cutoff=0.5)
    return f" (did you mean {by_letters[match[0]]!r}?)" if match else ""


def unread(error: Exception) -> str:
    """Return why a file could not be read, the same words wherever it was named."""
    if isinstance(error, FileNotFoundError):
        return "there is no such file"
    if isinstance(error, UnicodeDecodeError):
        return "it is no text in UTF-8"
    return getattr(error, "strerror", None) or str(error).partition("\n")[0]
