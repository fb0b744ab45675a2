"""What does the document hold?  A comparison's report as one dictionary of final strings.

The dictionary is all that the template sees, and what tests look at.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from microhedge.calendar import to_date
from microhedge.errors import ReportError
from microhedge.language import say
from microhedge.reporting import (
    numbers,
    page_account,
    page_correlation,
    page_data,
    page_exposure,
    page_ledger,
    page_losses,
    page_protection,
    style,
)
from microhedge.reporting import page_verdict as front
from microhedge.reporting.cards import cards
from microhedge.reporting.casting import span
from microhedge.reporting.caveats import care
from microhedge.reporting.exhibits import Block, Page, document_words, drawn, final, parts
from microhedge.reporting.inputs import Subject
from microhedge.reporting.key_table import key_table
from microhedge.reporting.style import PALETTE

_UNSEEN = ("svgs", "alt", "name")
"""Parts of the document that are drawn already, or that no font sets."""


def model(subject: Subject) -> dict[str, Any]:
    """Return the whole document of one comparison.

    Raises
    ------
    ReportError
        There is no hedge to report on, no session, or a path holds a value that cannot be drawn.
    """
    body, pages = exhibits(subject)
    document = _document(subject, body, pages)
    missing = {char for text in _texts(document) for char in style.lacking(text)}
    if missing:
        codes = ", ".join(f"U+{ord(char):04X}" for char in sorted(missing))
        document["care"].append(
            say("The report's font has no {codes}: each is shown as “?”.", codes=codes)
        )
    final: dict[str, Any] = _settable(document)
    return final


def _document(subject: Subject, body: list[Block], pages: list[Page]) -> dict[str, Any]:
    name = front.title(subject)
    return {
        "meta": {
            "title": name,
            "author": f"microhedge {subject.version}",
            "description": say(
                "Backtest of hedges of {holding}, {span}",
                holding=subject.holding,
                span=span(subject),
            ),
            "keywords": [
                "hedge",
                "backtest",
                subject.holding,
                *(run.label for run in subject.hedges),
            ],
            **document_words(),
            "overline": say("Micro-hedge backtest"),
            "verdict-title": say("Verdict"),
            "care-title": say("Read with care."),
            "facts": front.facts(subject),
            "period": " – ".join(numbers.month(to_date(int(subject.days[n]))) for n in (0, -1)),
            "footer": [
                f"microhedge {subject.version}",
                say("config {config_hash}", config_hash=subject.config_hash[:8]),
                say("data {data_hash}", data_hash=subject.data_hash[:8]),
                say("not investment research"),
            ],
        },
        "palette": {name: PALETTE[name] for name in ("ink", "muted", "rule", "tint")},
        "verdict": front.verdict(subject),
        "cards": cards(subject),
        "front": [drawn(block) for block in body],
        "care": care(subject),
        "pages": [final(page) for page in pages],
    }


def _texts(value: Any) -> Iterator[str]:
    """Return every text that the page shows; drawings have replaced theirs."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)
    elif isinstance(value, dict):
        for key, one in value.items():
            if key not in _UNSEEN:
                yield from _texts(one)


def _settable(value: Any) -> Any:
    if isinstance(value, str):
        return style.settable(value)
    if isinstance(value, list):
        return [_settable(one) for one in value]
    if isinstance(value, dict):
        return {key: one if key in _UNSEEN else _settable(one) for key, one in value.items()}
    return value


def exhibits(subject: Subject) -> tuple[list[Block], list[Page]]:
    """Return the exhibits of page 1 and the other pages, numbered, their charts as figures.

    Raises ReportError as `model` does.
    """
    _refuse(subject)
    body = [front.growth(subject), key_table(subject)]
    pages = [
        *page_correlation.pages(subject),
        page_losses.page(subject),
        *page_protection.pages(subject),
        *page_account.pages(subject),
        page_ledger.page(subject),
        *page_exposure.pages(subject),
        page_data.page(subject),
    ]
    _number(body, pages)
    return body, pages


def _labels(subject: Subject) -> list[str]:
    return [run.label for run in subject.hedges]


def _refuse(subject: Subject) -> None:
    if not subject.hedges:
        raise ReportError("a report needs a hedge under review; the comparison holds none")
    if len(subject.days) < 2:
        raise ReportError(f"a report needs two sessions; the comparison has {len(subject.days)}")
    for run in subject.runs:
        if len(run.growth) != len(subject.days) or not all(map(_drawable, run.growth.tolist())):
            raise ReportError(
                f"the growth of {run.label!r} has a gap or a value that is not a number; "
                "the growth chart of page 1 cannot be drawn"
            )


def _drawable(value: float) -> bool:
    return value - value == 0.0  # false for NaN and infinities


def _number(front_body: list[Block], pages: list[Page]) -> None:
    """Give figures and tables their numbers, in reading order."""
    counts = {"chart": 0, "table": 0}
    names = {"chart": say("Figure"), "table": say("Table")}
    outer = [*front_body, *(block for page in pages for block in page.body)]
    for block in (part for one in outer for part in parts(one)):
        kind = block["kind"]
        if kind in counts:
            counts[kind] += 1
            block["number"] = f"{names[kind]} {counts[kind]}"
