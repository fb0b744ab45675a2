"""In which language does a document speak?

English sentences are the keys.  A document's texts are written where they are needed, as
`say("Deepest loss {depth}", depth=…)`, and looked up in the language that is in force; its
numbers and dates take their marks from the same place.  A language is in force inside `speaking`
alone, in the thread that asked for it: two documents of one process do not disturb each other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache
from string import Formatter

MINUS = "\N{MINUS SIGN}"
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class Language:
    """A language: its marks of numbers, its months, and what it says for each English message.

    Parameters
    ----------
    tag
        Of BCP 47, as in "en-GB": the language of the document, for readers that speak it aloud.
    decimal, grouping, minus
        The marks of a number; `grouping` is between thousands and may be empty.
    percent
        How a percentage is written, with `{number}` where its number stands.
    months
        Twelve short names.
    plural
        Which of a message's forms a count takes, in C as gettext writes it: "n != 1".
    capitals
        Whether a name keeps its capital letter in the middle of a sentence.
    words
        What is said for a message: a text, or the forms of one that counts, each with the
        placeholders of the English.  A message that is not there is said in English.
    """

    tag: str = "en-GB"
    decimal: str = "."
    grouping: str = ","
    minus: str = MINUS
    percent: str = "{number}%"
    months: tuple[str, ...] = MONTHS
    plural: str = "n != 1"
    capitals: bool = False
    words: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)

    def number(
        self, value: float, places: int = 0, *, signed: bool = False, grouped: bool = True
    ) -> str:
        """Write a finite number with the language's marks, never as a negative zero."""
        rounded = round(value, places)
        text = f"{abs(rounded):,.{places}f}" if grouped else f"{abs(rounded):.{places}f}"
        if (self.decimal, self.grouping) != (".", ","):
            whole, _, part = text.partition(".")
            text = whole.replace(",", self.grouping) + (self.decimal + part if part else "")
        if float(f"{rounded:.{places}f}") == 0.0:
            return text
        if rounded < 0:
            return self.minus + text
        return "+" + text if signed else text

    def respelled(self, text: str) -> str:
        """Give a number that was written with English marks those of the language."""
        marks = {ord(","): self.grouping, ord("."): self.decimal, ord(MINUS): self.minus}
        number = text.removesuffix("%").translate(marks)
        return self.percent.format(number=number) if text.endswith("%") else number


ENGLISH = Language()
_in_force: ContextVar[Language] = ContextVar("language", default=ENGLISH)


@contextmanager
def speaking(language: Language | None) -> Iterator[None]:
    """Put a language in force, English for None, and the one before it back afterwards."""
    token = _in_force.set(language or ENGLISH)
    try:
        yield
    finally:
        _in_force.reset(token)


def language() -> Language:
    """Return the language that is in force."""
    return _in_force.get()


def mark(message: str) -> str:
    """Return a message as it is: it is said later, and the catalogue finds it here."""
    return message


def say(message: str, /, **values: object) -> str:
    """Say a message in the language in force, with values for its placeholders."""
    return said(message).format(**values)


def said(message: str) -> str:
    """Return what is said for a message, with its placeholders."""
    found = _in_force.get().words.get(message, message)
    return found if isinstance(found, str) else found[-1]


def say_count(one: str, many: str, number: float, /, **values: object) -> str:
    """Say a message that counts; `{n}` stands for the number, written as a count."""
    places = 0 if float(number).is_integer() else 2
    n = _in_force.get().number(number, places)
    return form(one, many, number).format(n=n, **values)


def form(one: str, many: str, number: float) -> str:
    """Return the form that a count takes of a message, in the language in force."""
    spoken = _in_force.get()
    forms = spoken.words.get(one)
    if forms is None:
        return one if number == 1 else many
    if isinstance(forms, str):
        return forms
    # a fraction has no form of its own: the last is the most general
    return forms[_rule(spoken.plural)(int(number)) if float(number).is_integer() else -1]


def placeholders(text: str) -> frozenset[str]:
    """Return the names in braces.

    Raises ValueError for braces that do not match, and for more than a name inside them.
    """
    found = set()
    for _, name, shape, conversion in Formatter().parse(text):
        if name is None:
            continue
        if shape or conversion or not name.isidentifier():
            raise ValueError(f"{{{name}}} is more than a name in braces")
        found.add(name)
    return frozenset(found)


@cache
def _rule(plural: str) -> Callable[[int], int]:
    from gettext import c2py  # noqa: PLC0415 - the engine imports this module and never counts

    return c2py(plural)
