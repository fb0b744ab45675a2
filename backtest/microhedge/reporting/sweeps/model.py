"""What does the report of a sweep hold?  One dictionary of final strings for the template."""

from __future__ import annotations

from typing import Any

from microhedge.language import say, say_count
from microhedge.reporting import numbers
from microhedge.reporting.exhibits import Block, Page, document_words, drawn, final, parts
from microhedge.reporting.numbers import percent
from microhedge.reporting.style import PALETTE
from microhedge.reporting.sweeps import findings, page_cells, page_grid, page_walk
from microhedge.reporting.sweeps.cards import cards
from microhedge.reporting.sweeps.inputs import SweepSubject
from microhedge.reporting.sweeps.reading import MODEL_PRICES


def model(subject: SweepSubject) -> dict[str, Any]:
    """Return the whole document of one sweep."""
    # of cells that all failed none could stand out
    pages = [*([page_cells.page(subject)] if len(subject.at) else []), page_walk.page(subject)]
    front = page_grid.front(subject)
    _number(front, pages)
    name = say(
        "{holding}: which {strategy}, if any?",
        holding=subject.holding,
        strategy=findings.quiet(subject.strategy),
    )
    return {
        "meta": {
            "title": name,
            "author": f"microhedge {subject.version}",
            "description": say(
                "Parameter sweep of hedges of {holding}, {start} – {end}",
                holding=subject.holding,
                start=numbers.in_words(subject.start),
                end=numbers.in_words(subject.end),
            ),
            "keywords": ["hedge", "backtest", say("parameter sweep"), subject.holding],
            **document_words(),
            "overline": say("Parameter sweep"),
            "verdict-title": say("Verdict"),
            "care-title": say("Read with care."),
            "facts": _facts(subject),
            "period": f"{numbers.month(subject.start)} – {numbers.month(subject.end)}",
            "footer": [
                f"microhedge {subject.version}",
                say("sweep {sweep_hash}", sweep_hash=subject.sweep_hash[:8]),
                say("data {data_hash}", data_hash=subject.data_hash[:8]),
                say("not investment research"),
            ],
        },
        "palette": {name: PALETTE[name] for name in ("ink", "muted", "rule", "tint")},
        "verdict": _verdict(subject),
        "cards": cards(subject),
        "front": [drawn(block) for block in front],
        "care": _care(subject),
        "pages": [final(page) for page in pages],
    }


def _facts(subject: SweepSubject) -> list[list[str]]:
    grid = " × ".join(f"{len(axis.values)} {axis.name}" for axis in subject.axes)
    cells = say_count("{n} cell", "{n} cells", subject.tried)
    return [
        [
            say("Holding"),
            say("{shares} of {holding}", shares=subject.shares, holding=subject.holding),
        ],
        [say("Grid"), numbers.shortened(f"{grid}, {cells}" if grid else cells, 70)],
        [say("Yardstick"), say("selling with the same tail loss")],
        [say("Sessions"), numbers.count(subject.sessions)],
    ]


def _verdict(subject: SweepSubject) -> dict[str, str]:
    luck = subject.luck
    headline = findings.headline(
        luck.verdict if luck else None, ran=len(subject.at), compared=subject.best is not None
    )
    if luck is None:
        return {"headline": headline, "sentence": " ".join(subject.notes)}
    # the verdict, the best cell, what its number is worth, and how the choice did out of sample
    told = luck.sentences
    shown = told if len(told) < 7 else (told[0], told[1], told[5], told[6])
    return {"headline": headline, "sentence": " ".join(shown)}


def _care(subject: SweepSubject) -> list[str]:
    found: list[str] = []
    if subject.luck is not None and subject.luck.evidence is not None:
        found += subject.notes
        raw = subject.luck.evidence.deflated_raw.probability
        if raw < 0.95 <= subject.luck.evidence.deflated.probability:
            found.append(
                say(
                    "With every cell counted as a trial the deflated Sharpe ratio is {raw}, below "
                    "the bar of 95%.",
                    raw=percent(raw, 0),
                )
            )
    return [*found, *(one for one in subject.limits if one == say(MODEL_PRICES))]


def _number(front: list[Block], pages: list[Page]) -> None:
    """Give figures and tables their numbers, in reading order."""
    counts = {"chart": 0, "table": 0}
    for block in [*front, *(block for page in pages for block in page.body)]:
        for one in parts(block):
            if one["kind"] in counts:
                counts[one["kind"]] += 1
                name = {"chart": say("Figure"), "table": say("Table")}[one["kind"]]
                one["number"] = f"{name} {counts[one['kind']]}"
