"""A packed document is the same document, smaller."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime
from typing import Any

import pypdf
import pypdfium2
import pytest

from microhedge.errors import ReportError
from microhedge.reporting.packing import TOGETHER, packed
from microhedge.typesetting import typeset

TEMPLATE = """
#set document(title: "Rows")
#set text(font: "DejaVu Sans Mono", lang: "en")
= A table
#table(columns: 4, table.header[a][b][c][d], ..range(ROWS).map(n => [#n]))
"""


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A tagged table of 1,200 cells, as Typst writes it."""
    from microhedge.reporting import style

    place = tmp_path_factory.mktemp("typst")
    (place / "t.typ").write_text(TEMPLATE.replace("ROWS", "1200"), encoding="utf-8")
    return typeset(
        str(place / "t.typ"),
        {},
        fonts=str(style.mono().parent),
        standards=("a-2a", "ua-1"),
        timestamp=datetime(2020, 1, 2, tzinfo=UTC),
    )


def every_object(pdf: bytes) -> dict[int, Any]:
    """The value of every object, streams with their content."""
    reader = pypdf.PdfReader(io.BytesIO(pdf), strict=True)
    found: dict[int, Any] = {}
    for number in range(1, reader.trailer.raw_get("/Size")):
        if number in reader.xref.get(0, {}) or number in reader.xref_objStm:
            one = pypdf.generic.IndirectObject(number, 0, reader).get_object()
            data = one.get_data() if isinstance(one, pypdf.generic.StreamObject) else b""
            found[number] = (re.sub(r"0, \d+\)", "0)", repr(one)), data)
    return found


def test_every_object_of_a_packed_document_is_that_of_the_plain_one(plain: bytes) -> None:
    before, after = every_object(plain), every_object(packed(plain))
    assert len(before) > 2 * TOGETHER  # more than one stream is filled
    assert {number: after[number] for number in before} == before
    # beside them are the streams they lie in, and the index
    for number in after.keys() - before.keys():
        assert "/ObjStm" in after[number][0] or "/XRef" in after[number][0]


def test_a_packed_document_is_less_than_half_as_large_and_opens(plain: bytes) -> None:
    small = packed(plain)
    assert 2 * len(small) < len(plain)
    document = pypdfium2.PdfDocument(small)
    assert "1199" in document[len(document) - 1].get_textpage().get_text_range()
    ours, theirs = (pypdf.PdfReader(io.BytesIO(one)) for one in (small, plain))
    assert ours.metadata == theirs.metadata
    assert ours.trailer["/ID"] == theirs.trailer["/ID"]
    assert "'/Marked': True" in repr(ours.root_object["/MarkInfo"])


def test_a_packed_document_is_packed_once(plain: bytes) -> None:
    small = packed(plain)
    assert packed(small) == small


def test_an_index_that_leads_astray_is_refused(plain: bytes) -> None:
    line = re.search(rb"\n(\d{10}) 00000 n", plain)
    assert line is not None
    moved = plain[: line.start(1)] + b"%010d" % (int(line[1]) + 3) + plain[line.end(1) :]
    with pytest.raises(ReportError, match="does not lead to its object"):
        packed(moved)
    with pytest.raises(ReportError, match="cannot pack"):
        packed(plain.replace(b"trailer", b"trailor"))
