"""How can a sentence that was finished in English be said again in another language?

What the analysis concludes is finished long before a document begins: commands print it, and JSON
and files hold it.  Such a sentence is `Told`, English text that remembers what it was made of, so
that `retold` can say it in the language in force.  Cut or put into another text it is forgotten:
`told`, `joined` and `listed` alone put sentences together.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from microhedge.errors import BadData
from microhedge.language import ENGLISH, form, language, placeholders, said, speaking

_NUMBER = r"[-+−]?[\d,.]*\d%?"


class Told(str):
    """English text and its `parts`, as JSON can hold them.

    The parts are the text itself; {"number": text}; {"between": text, "parts": [parts, …]}; or
    {"message": text, "values": {name: parts}}, with "many" and "count" for one that counts.
    """

    __slots__ = ("parts",)
    parts: Any


def _of(text: str, parts: Any) -> Told:
    found = Told(text)
    found.parts = parts
    return found


def told(message: str, /, **values: object) -> Told:
    """Tell a message in English, with values for its placeholders."""
    return _of(message.format(**values), {"message": message, "values": _parts(values)})


def told_count(one: str, many: str, count: float, /, **values: object) -> Told:
    """Tell a message that counts in English; `{n}` is the number, unless `n` says how it reads."""
    values = {"n": figure(f"{count:,.0f}"), **values}
    parts = {"message": one, "many": many, "count": float(count), "values": _parts(values)}
    return _of((one if count == 1 else many).format(**values), parts)


def figure(text: str) -> Told:
    """Tell a number, given as English writes it: "1,234.5" or "−13%"."""
    return _of(text, {"number": str(text)})


def joined(separator: str, parts: Iterable[str]) -> Told:
    """Tell several texts in a row; what stands between them is the same in every language."""
    texts = tuple(parts)
    return _of(separator.join(texts), {"between": separator, "parts": [*map(parts_of, texts)]})


def listed(parts: Iterable[str]) -> Told:
    """Tell texts as prose does: "a, b and c"."""
    texts = tuple(parts)
    if len(texts) < 2:
        return joined("", texts)
    return told("{most} and {last}", most=joined(", ", texts[:-1]), last=texts[-1])


def heard(text: str, messages: Iterable[str]) -> str:
    """Tell again what is there as text alone, as in a log: the first of the messages that fits."""
    for message in messages:
        if found := _pattern(message).fullmatch(text):
            return told(message, **{k: _read(v) for k, v in found.groupdict().items()})
    return str(text)


def _read(text: str) -> str:
    return figure(text) if re.fullmatch(_NUMBER, text) else text


@cache
def _pattern(message: str) -> re.Pattern[str]:
    pieces = re.split(r"\{(\w+)\}", message)
    return re.compile(
        "".join(f"(?P<{p}>.+?)" if k % 2 else re.escape(p) for k, p in enumerate(pieces))
    )


def retold(text: str) -> str:
    """Say a finished sentence in the language in force.

    Of other text, as of a file, a whole message is said, and the rest stays as it is.
    """
    return str(text) if language() is ENGLISH else _spoken(parts_of(text))


def first(text: str) -> str:
    """Return the first of the sentences that a space joins; of other text up to a full stop."""
    parts = parts_of(text)
    if isinstance(parts, str):
        return text.split(". ", maxsplit=1)[0].rstrip(".") + "."
    if parts.get("between") != " ":
        return text
    return _of(_spoken_in_english(parts["parts"][0]), parts["parts"][0])


def parts_of(text: str) -> Any:
    """Return what a finished sentence was made of, text that is none as it is."""
    return text.parts if isinstance(text, Told) else str(text)


def restored(text: str, parts: Any) -> str:
    """Return the sentence that a file holds, with the parts that it holds beside it.

    Raises BadData for parts that do not make this text.
    """
    try:
        same = _spoken_in_english(parts) == text
    except (LookupError, TypeError, ValueError, AttributeError, RecursionError):
        same = False
    if not same:
        raise BadData(f"a sentence that is not what its parts say: {text!r}")
    return text if isinstance(parts, str) else _of(text, parts)


def _parts(values: Mapping[str, object]) -> dict[str, Any]:
    return {name: parts_of(v) if isinstance(v, str) else str(v) for name, v in values.items()}


def _spoken_in_english(parts: Any) -> str:
    with speaking(ENGLISH):
        return _spoken(parts)


def _spoken(parts: Any) -> str:
    if isinstance(parts, str):
        return said(parts)
    if "number" in parts:
        return language().respelled(parts["number"])
    if "between" in parts:
        return str(parts["between"]).join(map(_spoken, parts["parts"]))
    one, many = parts["message"], parts.get("many")
    text = said(one) if many is None else form(one, many, parts["count"])
    placeholders(text)  # what a file says is looked up and never looked into
    return text.format(**{name: _spoken(one) for name, one in parts["values"].items()})
