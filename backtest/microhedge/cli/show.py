"""How a result looks on a terminal: a sentence for each hedge and one small table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from shutil import get_terminal_size
from textwrap import fill
from typing import Any

from microhedge.analysis.wording import portion

COLUMNS = (
    ("a year", "annual_return"),
    ("volatility", "annual_volatility"),
    ("deepest fall", "max_drawdown"),
    ("worst day", "worst_day"),
    ("cost a year", "cost_per_year"),
)


def summary(document: Mapping[str, Any]) -> str:
    """Return the verdicts, the table of all runs and the warnings of one result."""
    holding = document["holding"]
    shares = "share" if holding["shares"] == 1 else "shares"
    head = (
        f"{holding['symbol']}, {_number(holding['shares'])} {shares}, "
        f"{document['start']} to {document['end']}, {document['sessions']:,} sessions"
    )
    verdicts = [f"{name}: {each['sentence']}" for name, each in document["verdict"].items()]
    relied = [
        f"{name}: {each['sentence']}"
        for name, each in document["correlation"].items()
        if each.get("sentence")
    ]
    told = document["diagnosis"]
    diagnosed = [] if told is None else [told["sentence"]]
    warnings = [f"note: {each}" for each in document["warnings"]]
    parts = [[head], verdicts, relied, [table(_rows(document["runs"]))], diagnosed, warnings]
    return "\n\n".join("\n".join(map(wrapped, part)) for part in parts if part)


def wrapped(text: str) -> str:
    """Break a sentence that is wider than the terminal; a table is left alone."""
    if "\n" in text:
        return text
    width = min(get_terminal_size().columns, 100)
    return fill(text, width, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)


def table(rows: Sequence[Sequence[str]]) -> str:
    """Align rows of words: the first column to the left, the others to the right."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return "\n".join(
        "  ".join(
            word.ljust(width) if i == 0 else word.rjust(width)
            for i, (word, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )


def percent(value: float | None) -> str:
    """A fraction as percent with one decimal, 0 without a sign; a dash when it is not defined."""
    return "–" if value is None else f"{round(100 * value, 1) + 0.0:,.1f}%".replace("-", "−")


def _rows(runs: Sequence[Mapping[str, Any]]) -> list[list[str]]:
    """A row for each run, the yardsticks of a hedge below it."""
    ordered = [
        row
        for run in runs
        if run["for"] is None
        for row in [run, *(each for each in runs if each["for"] == run["name"])]
    ]
    head = ["", *(title for title, _ in COLUMNS)]
    return [head] + [
        [_name(run), *(percent(run["stats"][key]) for _, key in COLUMNS)] for run in ordered
    ]


def _name(run: Mapping[str, Any]) -> str:
    sold = "" if run["sold"] is None else f" {portion(run['sold'])}"
    return f"  {run['kind']}{sold}" if run["for"] else str(run["name"])


def _number(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) else f"{value:,.2f}"
