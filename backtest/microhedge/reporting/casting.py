"""Which runs appear in charts, how is each drawn, and how is it named in a sentence?"""

from __future__ import annotations

from microhedge.calendar import to_date
from microhedge.language import mark, say
from microhedge.reporting import findings, numbers
from microhedge.reporting.inputs import Run, Subject
from microhedge.reporting.style import HEDGE_STROKES, STROKES, Stroke


def strokes(subject: Subject) -> dict[str, Stroke]:
    """Return how each run is drawn; the same strategy looks the same on every page."""
    look = {subject.unhedged.name: STROKES["unhedged"]}
    for run, name in zip(subject.hedges, HEDGE_STROKES, strict=False):
        look[run.name] = STROKES[name]
    for run in subject.runs:
        if run.kind == "sell-once":
            look[run.name] = STROKES["selling"]
    return look


def charted(subject: Subject) -> tuple[Run, ...]:
    """Return the runs that charts show: the first three hedges, and selling once instead."""
    selling = subject.yardstick("sell-once", subject.hedges[0])
    return (*subject.hedges[: len(HEDGE_STROKES)], *((selling,) if selling else ()))


ARTICLES = {
    "hindsight": mark("a {label}"),
    "constant-mix": mark("a {label}"),
    "stop-loss": mark("a {label}"),
    "macro-future": mark("a {label}"),
    "macro-put": mark("an {label}"),
}
"""How sentences name the yardsticks that are things; to keep and to sell are done."""


def spoken(run: Run) -> str:
    """Return a run as the middle of a sentence needs it."""
    if run.kind == "hedge":
        return findings.the(run.label)
    return say(ARTICLES.get(run.kind, "{label}"), label=findings.lower(run.label))


def span(subject: Subject) -> str:
    """Return the period in words."""
    return " – ".join(numbers.in_words(to_date(int(subject.days[n]))) for n in (0, -1))


def in_units(word: str, currency: str) -> str:
    """Return a currency with the unit that amounts are shown in: "USD million"."""
    return f"{currency} {word}" if word else currency
