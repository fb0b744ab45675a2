"""What does the memo hold?  One dictionary of final strings, as the template sets it.

The dictionary is all that the template sees, and what tests look at.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from microhedge.errors import ParameterError
from microhedge.language import mark, say
from microhedge.reporting import findings, style
from microhedge.reporting.exhibits import Block, document_words
from microhedge.reporting.memo.facts import Facts
from microhedge.reporting.memo.gate import Gate
from microhedge.reporting.memo.picture import picture
from microhedge.reporting.memo.prospective import Regression
from microhedge.reporting.memo.retrospective import Leg, Lookback
from microhedge.reporting.memo.section_designation import designation, knowledge
from microhedge.reporting.memo.section_files import files, rebalancing
from microhedge.reporting.memo.section_offsets import prospective, retrospective
from microhedge.reporting.naming import hedge_label
from microhedge.reporting.numbers import in_words, month, shortened
from microhedge.reporting.style import PALETTE
from microhedge.version import __version__

MOST = 2000
"""Characters of the economic relationship that the two pages have room for."""

INCOMPLETE = mark("INCOMPLETE")

_SHORT, _LONG = 9.4, 8.0  # type of the relationship, points
_FEW = 700  # characters that are set in the larger one
_ROOM = 12  # lines of it that leave the first page to the first four sections
_ENDS, _SHORTER = 8, 1  # trades from each end of the log; with long words of the user
_WORD = 60  # letters after which a word may be broken


@dataclass(frozen=True, slots=True, eq=False)
class Subject:
    """All that a memo says: the gate, the hedge, both tests, the words of the user, the files."""

    framework: str
    classification: str | None
    gate: Gate
    facts: Facts
    regression: Regression | None
    lookback: Lookback
    legs: tuple[Leg, ...]
    relationship: str
    files: tuple[tuple[str, str], ...]


def tidied(text: str) -> str:
    """Return the words of the user on one line, or refuse more than there is room for.

    Raises ParameterError above `MOST` characters: half a sentence would be worse than none.
    """
    clean = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    if len(clean) > MOST:
        raise ParameterError(
            f"relationship has {len(clean):,} characters; the memo has room for {MOST:,}: shorten "
            "it, or name the document that says the rest"
        )
    return clean


def model(subject: Subject) -> dict[str, Any]:
    """Return the whole document."""
    facts = subject.facts
    holding = shortened(facts.comparison.holding)
    title = say(
        "{holding}: {hedge}, hedge memo",
        holding=holding,
        hedge=findings.lower(hedge_label(facts.run.name)),
    )
    days = [facts.day(row) for row in (0, -1)]
    relationship = _relationship(subject.relationship)
    document = {
        "meta": {
            "title": title,
            "author": f"microhedge {__version__}",
            "description": say(
                "Hypothetical hedge memo of {holding}, from a backtest", holding=holding
            ),
            "keywords": ["hedge", "memo", "hypothetical", "backtest", facts.comparison.holding],
            **document_words(),
            "overline": say("Hedge memo, drawn up from a backtest"),
            "mark": say("HYPOTHETICAL"),
            "facts": [
                [say("Framework"), _framework(subject)],
                [say("Designated"), in_words(facts.day(facts.first))],
                [say("Looked back on until"), in_words(days[1])],
                [say("Strategy"), shortened(facts.run.name, 44)],
            ],
            "period": " – ".join(month(day) for day in days),
            "footer": [
                f"microhedge {__version__}",
                say("config {config_hash}", config_hash=facts.comparison.config_hash[:8]),
                say("data {data_hash}", data_hash=facts.comparison.data_hash[:8]),
                say("hypothetical; no accounting advice"),
            ],
        },
        "palette": {name: PALETTE[name] for name in ("ink", "muted", "rule", "tint")},
        "gate": {"headline": subject.gate.headline, "reasons": list(subject.gate.reasons)},
        "relationship": relationship,
        "first": _numbered(
            [
                (say("Draft designation"), designation(facts, _under_ifrs(subject))),
                (say("Economic relationship, in the words of the user"), []),
                (say("Dates of knowledge"), knowledge(facts, subject.regression)),
                (
                    say("Prospective test, on data from before the designation alone"),
                    prospective(facts, subject.regression),
                ),
            ],
            1,
        ),
        "picture": picture(facts, subject.lookback),
        "second": _numbered(
            [
                (
                    say("Retrospective offset, from the designation to the end"),
                    retrospective(facts, subject.regression, subject.lookback, subject.legs),
                ),
                (
                    say("Rebalancing log"),
                    rebalancing(facts, subject.legs, _SHORTER if relationship["long"] else _ENDS),
                ),
                (say("Calculations and how to reproduce"), files(facts, subject.files)),
            ],
            5,
        ),
    }
    settable: dict[str, Any] = _settable(document)
    return settable


def _under_ifrs(subject: Subject) -> bool:
    return subject.framework == "ifrs9" and subject.gate.state in ("open", "undecided")


def _framework(subject: Subject) -> str:
    name = {"economic": say("none (economic)"), "ifrs9": say("IFRS 9"), "us-gaap": say("US GAAP")}[
        subject.framework
    ]
    return name if subject.classification is None else f"{name}, {subject.classification.upper()}"


def _relationship(text: str) -> dict[str, Any]:
    size = _SHORT if len(text) <= _FEW else _LONG
    lines = ceil(style.text_width(text, size=size) / style.WIDTH) if text else 1
    # a word without end has nowhere to be broken
    words = [part for word in text.split(" ") for part in re.findall(f".{{1,{_WORD}}}", word)]
    return {
        "text": " ".join(words) if text else say(INCOMPLETE),
        "missing": not text,
        "size": size,
        "long": lines > _ROOM,
    }


def _numbered(parts: Sequence[tuple[str, list[Block]]], start: int) -> list[dict[str, Any]]:
    return [
        {"title": f"{number}  {title}", "body": body}
        for number, (title, body) in enumerate(parts, start=start)
    ]


def _settable(value: Any) -> Any:
    if isinstance(value, str):
        return style.settable(value)
    if isinstance(value, list):
        return [_settable(one) for one in value]
    if isinstance(value, dict):
        # a drawing has its own letters, and its description is set by no font
        return {
            key: one if key in ("svgs", "alt") else _settable(one) for key, one in value.items()
        }
    return value
