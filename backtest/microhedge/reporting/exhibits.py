"""What are the building blocks of a page?  Plain dictionaries that the template knows how to set.

A chart or table states its finding above (one computed sentence), what is plotted below that,
and source or method under the exhibit.  All values are final strings; numbers of figures and
tables are given when the document is put together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.figure import Figure

from microhedge.errors import ReportError
from microhedge.language import language, say
from microhedge.reporting import style

Block = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Page:
    """A section of the report: its title is a heading, a bookmark and a line of the contents."""

    title: str
    nav: str
    label: str
    lead: str
    body: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table: head, alignment, width ("auto", or shares of the rest: "1.3fr").

    Every column has a head: whoever has a table read aloud hears it before each cell.
    Raises ReportError for one without.
    """

    head: str
    align: str = "right"
    width: str = "auto"
    tinted: bool = False

    def __post_init__(self) -> None:
        if not self.head.strip():
            raise ReportError("a column of a table has no head")


def document_words() -> dict[str, str]:
    """Return what the template itself says, and the language for those who read aloud."""
    tag, _, rest = language().tag.partition("-")
    return {
        "lang": tag,
        "region": rest.rpartition("-")[2],
        "of": say("of"),
        "moved": say("is on the next page."),
    }


def chart(
    figures: Sequence[Figure], *, finding: str, sub: str, alt: str, note: str = "", name: str = ""
) -> Block:
    """Return a chart; of several figures the page takes the tallest that fits (page 1).

    `name` tells it from the other charts of the document, whatever their numbers are.
    """
    return {
        "kind": "chart",
        "name": name,
        "figures": list(figures),
        "heights": [round(72.0 * float(figure.get_size_inches()[1]), 2) for figure in figures],
        "width": round(72.0 * float(figures[0].get_size_inches()[0]), 2),
        "finding": finding,
        "sub": sub,
        "alt": alt,
        "note": note,
    }


def drawn(block: Block) -> Block:
    """Return a block as the template takes it: its figures are written as SVG."""
    if block["kind"] == "pair":
        return {**block, "left": drawn(block["left"]), "right": drawn(block["right"])}
    if block["kind"] != "chart":
        return block
    rest = {key: value for key, value in block.items() if key != "figures"}
    return {**rest, "svgs": [style.svg(figure) for figure in block["figures"]]}


def final(page: Page) -> Block:
    """Return a page as the template takes it."""
    return {
        "title": page.title,
        "nav": page.nav,
        "label": page.label,
        "lead": page.lead,
        "body": [drawn(block) for block in page.body],
    }


def pair(left: Block, right: Block) -> Block:
    """Return two exhibits side by side, each of half the width."""
    return {"kind": "pair", "left": left, "right": right}


def parts(block: Block) -> list[Block]:
    """Return the exhibits inside a block, in reading order."""
    return [block["left"], block["right"]] if block["kind"] == "pair" else [block]


def table(
    columns: Sequence[Column],
    rows: Sequence[Sequence[str]],
    *,
    finding: str,
    sub: str,
    note: str = "",
    bold: Sequence[int] = (),
    grey: Sequence[int] = (),
    rules: Sequence[int] = (),
    size: float = 8.2,
) -> Block:
    """Return a table of strings; a row of one cell is a heading inside the table.

    `bold` and `grey` are row numbers, `rules` the rows that a hairline precedes.
    """
    for row in rows:
        if len(row) not in (1, len(columns)):
            raise ReportError(
                f"a row of {finding!r} has {len(row)} cells; the table has {len(columns)} columns"
            )
    return {
        "kind": "table",
        "head": [column.head for column in columns],
        "align": [column.align for column in columns],
        "widths": [column.width for column in columns],
        "tint": [number for number, column in enumerate(columns) if column.tinted],
        "rows": [list(row) for row in rows],
        "finding": finding,
        "sub": sub,
        "note": note,
        "bold": list(bold),
        "grey": list(grey),
        "rules": list(rules),
        "size": size,
    }


def notice(title: str, text: str) -> Block:
    """Return the box that stands where an exhibit cannot: what is missing and what to do."""
    return {"kind": "notice", "title": title, "text": text}


def bullets(title: str, items: Sequence[str]) -> Block:
    """Return a titled list of full sentences."""
    return {"kind": "list", "title": title, "items": list(items)}


def typewriter(title: str, lines: Sequence[str]) -> Block:
    """Return lines to be copied as they stand."""
    return {"kind": "mono", "title": title, "lines": list(lines)}


def paragraph(text: str) -> Block:
    """Return a paragraph of running text."""
    return {"kind": "text", "text": text}
