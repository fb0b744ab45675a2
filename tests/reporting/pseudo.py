"""A language that nobody speaks: English with every vowel accented, and longer, and other marks.

What is shown without an accent has passed by the catalogue.
"""

from __future__ import annotations

import re
from typing import Any

from microhedge.language import Language
from microhedge.reporting.catalogue import language_from, messages

_ACCENTED = str.maketrans(
    {"a": "á", "e": "éé", "i": "í", "o": "ó", "u": "ú", "y": "ý", "A": "Á", "E": "É", "I": "Í",
     "O": "Ó", "U": "Ú", "Y": "Ý"}
)  # fmt: skip
MONTHS = ("Ján", "Féb", "Már", "Ápr", "Máý", "Jún", "Júl", "Áúg", "Séép", "Óct", "Nóv", "Dééc")


def accented(text: str) -> str:
    """The text with accents on its vowels, but for names in braces."""
    return "".join(
        part if part.startswith("{") else part.translate(_ACCENTED)
        for part in re.split(r"(\{\w+\})", text)
    )


def document() -> dict[str, Any]:
    """The language as the file would hold it."""
    return {
        "language": {
            "tag": "eo",
            "decimal": ",",
            "grouping": ".",
            "percent": "{number} %",
            "months": list(MONTHS),
            "capitals": True,
        },
        "words": {
            one.one: accented(one.one)
            if one.many is None
            else [accented(one.one), accented(one.many)]
            for one in messages().values()
        },
    }


def pseudo() -> Language:
    """Return the language with every message said."""
    return language_from(document())


def english(texts: list[str], given: set[str]) -> set[str]:
    """Return the words without an accent, but for those of the texts that were given."""
    found = set()
    for text in texts:
        left = text
        for known in sorted(given, key=len, reverse=True):
            left = left.replace(known, " ")
        found |= {
            word
            for word in re.findall(r"[^\W\d_]+", left)
            if len(word) > 2 and word.isascii() and re.search("[aeiouy]", word)
        }
    return found


def texts_of(value: Any, skipped: tuple[str, ...] = ()) -> list[str]:
    """Return every text inside a document, but under the keys that are skipped."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [
            t for key, one in value.items() if key not in skipped for t in texts_of(one, skipped)
        ]
    if isinstance(value, list | tuple):
        return [text for one in value for text in texts_of(one, skipped)]
    return []


def said_in(svg: str) -> list[str]:
    """Return what a chart says."""
    return re.findall(r">([^<>]*\w[^<>]*)</(?:text|tspan)>", svg)
