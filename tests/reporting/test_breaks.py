"""Where a page may end: never between a total and its rows, nor before a lonely last line."""

from __future__ import annotations

import io
import re
from datetime import date
from typing import Any

import pypdf
import pytest

from microhedge.errors import ReportError
from microhedge.reporting.exhibits import (
    Block,
    Column,
    bullets,
    final,
    notice,
    table,
    typewriter,
)
from microhedge.reporting.exhibits import Page as Section
from microhedge.reporting.inputs import Subject
from microhedge.reporting.model import model
from microhedge.reporting.render import render

from .test_render import filled

STAMP = date(2012, 2, 29)
COLUMNS = (Column("Name", "left"), Column("Value"))


def test_a_column_without_a_head_is_refused() -> None:
    with pytest.raises(ReportError, match="a column of a table has no head"):
        Column(" ", "left")


@pytest.fixture(scope="module")
def document(sample: Subject) -> dict[str, Any]:
    return model(sample)


def sections(document: dict[str, Any], bodies: list[list[Block]]) -> bytes:
    """The document with other pages, each of one body."""
    pages = [
        final(Section(f"Section {n}", "x", f"s{n}", "", tuple(body)))
        for n, body in enumerate(bodies)
    ]
    cards = [{**card, "ref": "s0"} for card in document["cards"]]
    return render({**document, "pages": pages, "cards": cards}, timestamp=STAMP)


def texts(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]


def rows(n: int, name: str) -> list[list[str]]:
    return [[f"{name}.{k}.", "1"] for k in range(n)]


def ledger(n: int) -> Block:
    made = table(
        COLUMNS,
        [*rows(n, f"t{n}"), [f"Total{n}", str(n)]],
        finding=f"Ledger of {n}.",
        sub="",
        bold=[n],
        rules=[n],
    )
    return {**made, "number": f"Table {n}"}


def test_a_total_is_never_alone_on_a_page(document: dict[str, Any]) -> None:
    sizes = range(58, 82)
    pages = texts(sections(document, [[ledger(n)] for n in sizes]))
    for n in sizes:
        (page,) = [text for text in pages if f"Total{n}" in text]
        assert f"t{n}.{n - 1}." in page
        assert f"t{n}.{n - 2}." in page


def test_a_heading_inside_a_table_is_followed_by_its_row(document: dict[str, Any]) -> None:
    bodies: list[list[Block]] = []
    for n in range(21, 33):
        inside = [row for k in range(n) for row in ([f"Heading.{n}.{k}."], *rows(2, f"b{n}.{k}"))]
        made = table(COLUMNS, [*rows(7 * n % 5, "a"), *inside], finding=f"Runs of {n}.", sub="")
        bodies.append([{**made, "number": f"Table {n}"}])
    for page in texts(sections(document, bodies)):
        for n, k in re.findall(r"Heading\.(\d+)\.(\d+)\.", page):
            assert f"b{n}.{k}.0." in page


def test_a_table_goes_on_where_moving_it_would_leave_the_page_empty(
    document: dict[str, Any],
) -> None:
    filler = [notice("Not shown: filler", "Words. " * 60) for _ in range(6)]
    made = table(COLUMNS, rows(30, "x"), finding="Thirty rows.", sub="")
    body = [*filler, {**made, "number": "Table 1"}, *filler]
    pdf = sections(document, [body])
    (page,) = [text for text in texts(pdf) if "Thirty rows." in text]
    assert "Section 0" in page
    assert "x.29." not in page
    assert min(filled(pdf)[1:-1]) > 0.9


def test_the_lines_that_end_a_document_are_not_alone_on_a_page(document: dict[str, Any]) -> None:
    sizes = range(52, 66)
    bodies = [
        [
            bullets(f"Limits {n}", [f"item.{n}.{k}." for k in range(n)]),
            typewriter(f"Reproduce{n}", ["$ microhedge", "line", "line", "line"]),
        ]
        for n in sizes
    ]
    pages = texts(sections(document, bodies))
    together = 0
    for n in sizes:
        (page,) = [text for text in pages if f"Reproduce{n}" in text]
        assert f"item.{n}.{n - 4}." in page
        together += f"item.{n}.0." in page
    assert 0 < together < len(sizes)
