"""Which messages do the documents have, and what does a file say for them in another language?

The catalogue is read from the code itself: every call of `say`, `say_count` and `mark`, and of
`told` and `told_count` where the engine finishes sentences that documents show.  A file of a
language is TOML: a table `language` with the marks of numbers, and a table `words` with a text
for each English message, or the forms of one that counts.
"""

from __future__ import annotations

import ast
import json
import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from functools import cache
from gettext import c2py
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from microhedge.errors import BadData, UnknownName, nearest, unread
from microhedge.language import ENGLISH, Language, placeholders
from microhedge.reporting.style import lacking

_TAG = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_SAYING = {"say": 1, "mark": 1, "say_count": 2, "told": 1, "told_count": 2}
_SOURCES = (b"microhedge.language", b"microhedge.told")
"""A module without one of these has nothing to say: the `say` of a command is another."""
_COUNTS = 200
"""A rule of plurals is tried on the counts up to this."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message: its English, the English of many for one that counts, and where it is said."""

    one: str
    many: str | None
    where: str

    @property
    def placeholders(self) -> frozenset[str]:
        """The names of the values that it shows."""
        return placeholders(self.many or self.one)


@cache
def messages() -> Mapping[str, Message]:
    """Return every message by its English, in the order of the modules and of their lines."""
    found: dict[str, Message] = {}
    for where, tree in _modules():
        for call in ast.walk(tree):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name):
                texts = _texts(call)
                if texts:
                    known = found.setdefault(texts[0], Message(texts[0], None, where))
                    if len(texts) > 1 and known.many is None:
                        found[texts[0]] = Message(texts[0], texts[1], known.where)
    return found


def _texts(call: ast.Call) -> list[str]:
    """Return the messages of a call: one, or one and many; none where it says what was marked."""
    most = _SAYING.get(getattr(call.func, "id", ""), 0)
    return [
        one.value
        for one in call.args[:most]
        if isinstance(one, ast.Constant) and isinstance(one.value, str)
    ]


def _modules() -> Iterator[tuple[str, ast.Module]]:
    """Return the documents' own modules, then those that finish sentences for them."""
    package = resources.files("microhedge")
    yield from _inside(package.joinpath("reporting"), "")
    yield from _inside(package, "", without=("reporting", "cli"))


def _inside(
    folder: Traversable, under: str, without: tuple[str, ...] = ()
) -> Iterator[tuple[str, ast.Module]]:
    for entry in sorted(folder.iterdir(), key=lambda each: each.name):
        if entry.is_dir():
            if entry.name not in without:
                yield from _inside(entry, f"{under}{entry.name}/")
        elif entry.name.endswith(".py"):
            source = entry.read_bytes()
            if any(one in source for one in _SOURCES):
                yield under + entry.name.removesuffix(".py"), ast.parse(source)


def template() -> str:
    """Return a file with every message and nothing said for it, as TOML to be filled in."""
    marks = [
        f"{one.name} = {_toml(getattr(ENGLISH, one.name))}"
        for one in fields(Language)
        if one.name != "words"
    ]
    lines = [
        "# What is left empty is said in English.  Names in braces stay as they are.",
        "# plural: which form a count takes, in C as gettext has it; a message that counts has a",
        "# list of forms, the last one for fractions.",
        "# Letters that the font of the documents lacks are refused.",
        "",
        "[language]",
        *marks,
        "",
        "[words]",
    ]
    where = ""
    for message in messages().values():
        if message.where != where:
            where = message.where
            lines += ["", f"# {where}"]
        if message.many is None:
            lines.append(f'{_toml(message.one)} = ""')
        else:
            lines += [f"# many: {message.many}", f'{_toml(message.one)} = ["", ""]']
    return "\n".join(lines) + "\n"


def _toml(value: object) -> str:
    if isinstance(value, tuple):
        return json.dumps(list(value), ensure_ascii=False)
    return json.dumps(value, ensure_ascii=False)


def language_of(given: Language | str | os.PathLike[str] | None) -> Language:
    """Return a language as it is, or the one that a file holds; English for None."""
    if given is None:
        return ENGLISH
    return given if isinstance(given, Language) else read_language(given)


def read_language(path: str | os.PathLike[str]) -> Language:
    """Read a language from a file that began as `template`.

    Raises
    ------
    BadData
        There is no such file, it is no TOML, or a value breaks a rule: a placeholder that the
        English does not have or that is missing, too few forms of a count, a mark of no use.
    UnknownName
        The file says something for a message, or a mark, that there is not.
    """
    source = Path(path)
    try:
        document = tomllib.loads(source.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise BadData(f"{source}: {unread(error)}") from None
    except tomllib.TOMLDecodeError as error:
        raise BadData(f"{source}: it is no TOML: {error}") from None
    try:
        return language_from(document)
    except BadData as error:
        raise BadData(f"{source}: {error}") from None
    except UnknownName as error:
        raise UnknownName(f"{source}: {error}") from None


def language_from(document: Mapping[str, Any]) -> Language:
    """Return the language of a document with the tables `language` and `words`.

    Raises as `read_language` does.
    """
    _known(document, ("language", "words"), "table")
    tables = [document.get(name, {}) for name in ("language", "words")]
    if not all(isinstance(table, dict) for table in tables):
        raise BadData("language and words are tables")
    marks, words = tables
    _known(marks, [one.name for one in fields(Language) if one.name != "words"], "mark")
    given: dict[str, Any] = {
        name: tuple(v) if isinstance(v, list) else v for name, v in marks.items()
    }
    found = Language(**given)
    _check_marks(found)
    _known(words, messages(), "message")
    said = {}
    for message in map(messages().__getitem__, words):
        forms = words[message.one]
        each = [forms] if isinstance(forms, str) else forms
        if not isinstance(each, list) or not all(isinstance(one, str) for one in each):
            raise BadData(f"{message.one!r} takes a text, or a list of them for a count")
        if not any(each):
            continue
        _check(message, each, found)
        if lost := [char for text in each for char in lacking(text)]:
            raise BadData(f"{message.one!r}: the font of the documents has no {lost[0]!r}")
        said[message.one] = forms if isinstance(forms, str) else tuple(forms)
    return replace(found, words=said)


def unsaid(language: Language) -> list[str]:
    """Return the messages that a language leaves in English."""
    return [one for one in messages() if one not in language.words]


def _known(names: Mapping[str, object], known: Any, what: str) -> None:
    for name in names:
        if name not in known:
            raise UnknownName(f"there is no {what} {name!r}{nearest(name, known)}")


def _check_marks(found: Language) -> None:
    texts = (found.tag, found.decimal, found.grouping, found.minus, found.percent, found.plural)
    if not all(isinstance(one, str) for one in texts) or not isinstance(found.capitals, bool):
        raise BadData("marks are texts, and capitals is true or false")
    if not _TAG.fullmatch(found.tag):
        raise BadData(f"tag is {found.tag!r}; it is a language as in 'de' or 'pt-BR'")
    if not found.decimal or found.decimal == found.grouping:
        raise BadData("decimal is empty or the same as grouping: numbers could not be told apart")
    if not found.minus:
        raise BadData("minus is empty: losses would be gains")
    if not isinstance(found.months, tuple) or [type(m) for m in found.months] != [str] * 12:
        raise BadData("months are twelve short names")
    try:
        if placeholders(found.percent) != {"number"}:
            raise BadData(f"percent is {found.percent!r}; it holds {{number}} and its sign")
        rule = c2py(found.plural)
        for number in range(_COUNTS):
            rule(number)
    except (ValueError, RecursionError, ZeroDivisionError) as error:
        if isinstance(error, BadData):
            raise
        raise BadData(f"plural or percent cannot be read: {error}") from None


def _check(message: Message, forms: list[str], found: Language) -> None:
    """Refuse what would break a sentence: its placeholders, its spaces, the number of its forms."""
    short = repr(message.one if len(message.one) < 60 else message.one[:59] + "…")
    if message.many is None and len(forms) > 1:
        raise BadData(f"{short} does not count: it takes one text")
    if len(forms) > 1:
        need = 1 + max(map(c2py(found.plural), range(_COUNTS)))
        if len(forms) < need:
            raise BadData(f"{short} has {len(forms)} forms; the rule of plurals asks for {need}")
    wanted = message.placeholders
    for text in forms:
        try:
            used = placeholders(text)
        except ValueError as error:
            raise BadData(f"{short}: {error}") from None
        if unknown := sorted(used - wanted):
            hint = nearest(unknown[0], wanted) or "; it has no placeholder"
            raise BadData(f"{short} has no placeholder {{{unknown[0]}}}{hint}")
        # one of a thing needs no number
        if missing := sorted(wanted - used - ({"n"} if message.many else set())):
            raise BadData(f"{short}: {{{missing[0]}}} is missing in what is said for it")
        for end, name in ((str.lstrip, "before"), (str.rstrip, "after")):
            spaced = end(message.one) != message.one
            if spaced != (end(text) != text) and text.strip():
                raise BadData(f"{short}: the space {name} it is part of the message")
