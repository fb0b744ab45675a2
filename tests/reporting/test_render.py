from __future__ import annotations

import io
import os
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pypdf
import pypdfium2
import pytest

from microhedge.errors import ReportError
from microhedge.reporting import style
from microhedge.reporting.inputs import Subject
from microhedge.reporting.model import model
from microhedge.reporting.render import Paper, render

from .sample import subject

STAMP = date(2012, 2, 29)
TALL = {"a4": 841.89, "letter": 792.0}


def pages_of(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]


def every_object(pdf: bytes) -> list[str]:
    """Every object of a document, as text."""
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    numbers = {*reader.xref.get(0, {}), *reader.xref_objStm}
    return [repr(pypdf.generic.IndirectObject(n, 0, reader).get_object()) for n in numbers]


def filled(pdf: bytes) -> list[float]:
    """How far down each page its last mark is, footer apart; 1 is the whole text height."""
    shares = []
    document = pypdfium2.PdfDocument(pdf)
    try:
        for page in document:
            ink = page.render(scale=1.0).to_numpy()[:, :, :3].min(axis=2) < 200
            height = ink.shape[0]
            rows = np.flatnonzero(ink[: int(height - 47)].any(axis=1))
            shares.append((rows[-1] - 54) / (height - 105))
            page.close()
    finally:
        document.close()
    return shares


@pytest.fixture(scope="module")
def document(sample: Subject) -> dict[str, Any]:
    return model(sample)


@pytest.fixture(scope="module")
def pdf(document: dict[str, Any]) -> bytes:
    return render(document, timestamp=STAMP)


@pytest.fixture(scope="module")
def reader(pdf: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(pdf))


def test_the_verdict_and_the_key_numbers_are_text(pdf: bytes) -> None:
    front = " ".join(pages_of(pdf)[0].split())
    for text in ("Not enough to be sure", "74% of it", "3.1% a year", "Sell 29% once", "8.3%"):
        assert text in front
    assert "−" in front


def test_the_text_of_a_chart_can_be_searched(pdf: bytes, sample: Subject) -> None:
    final = f"{100 * sample.hedges[0].growth[-1]:,.0f}"
    assert f"Protective put {final}" in " ".join(pages_of(pdf)[0].split())


def test_page_1_is_one_page(pdf: bytes) -> None:
    first, second = pages_of(pdf)[:2]
    assert "Read with care." in first
    assert "Data and assumptions" in first
    assert "Did the correlation hold?" in second


def test_bookmarks_are_the_titles_of_the_pages(
    reader: pypdf.PdfReader, document: dict[str, Any]
) -> None:
    titles = [
        str(one.title) for one in reader.outline if isinstance(one, pypdf.generic.Destination)
    ]
    assert titles == ["Verdict", *(page["title"] for page in document["pages"])]


def test_contents_and_cards_are_links(reader: pypdf.PdfReader, document: dict[str, Any]) -> None:
    links = [a for a in reader.pages[0].annotations or () if a["/Subtype"] == "/Link"]
    assert len(links) >= len(document["pages"]) + len(document["cards"])


def test_every_font_is_embedded(reader: pypdf.PdfReader) -> None:
    names = set()
    for page in reader.pages:
        resources: Any = page["/Resources"]
        for font in resources["/Font"].values():
            inner = font.get_object()["/DescendantFonts"][0].get_object()
            descriptor = inner["/FontDescriptor"].get_object()
            assert {"/FontFile2", "/FontFile3"} & set(descriptor)
            names.add(str(inner["/BaseFont"]).split("+")[-1])
    assert {"SourceSansPro-Regular", "SourceSansPro-Semibold"} <= names
    assert all(name.startswith(("SourceSansPro", "DejaVuSansMono")) for name in names)


def test_there_is_no_raster_image(reader: pypdf.PdfReader) -> None:
    assert [image.name for page in reader.pages for image in page.images] == []


def test_the_document_is_tagged_titled_and_in_a_language(
    reader: pypdf.PdfReader, pdf: bytes
) -> None:
    root: Any = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en-GB"
    assert "/StructTreeRoot" in root
    assert reader.metadata is not None
    assert reader.metadata.title == "AAPL: protective put against the alternatives"
    assert b"<pdfaid:part>2</pdfaid:part>" in pdf
    assert b"<pdfuaid:part>1</pdfuaid:part>" in pdf


def test_every_chart_carries_its_description(pdf: bytes, document: dict[str, Any]) -> None:
    parts = every_object(pdf)
    drawn = sum("'/S': '/Figure'" in part for part in parts)
    outer = [*document["front"], *(b for page in document["pages"] for b in page["body"])]
    charts = sum(2 if b["kind"] == "pair" else b["kind"] == "chart" for b in outer)
    assert drawn == charts
    assert sum("'/Alt': " in part for part in parts) == charts


def test_the_date_of_the_document_is_the_datas_not_the_clocks(reader: pypdf.PdfReader) -> None:
    assert reader.metadata is not None
    made = reader.metadata.creation_date
    assert made is not None
    assert made.date() == STAMP


def test_another_process_writes_the_same_bytes(pdf: bytes) -> None:
    script = (
        "import sys; sys.path.insert(0, sys.argv[1]); import sample; from datetime import date\n"
        "from microhedge.reporting.model import model\n"
        "from microhedge.reporting.render import render\n"
        "pdf = render(model(sample.subject()), timestamp=date(2012, 2, 29))\n"
        "sys.stdout.buffer.write(pdf)"
    )
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", script, str(Path(__file__).parent)],
        check=True,
        capture_output=True,
        env={"PYTHONHASHSEED": "4", "PATH": "", "HOME": str(Path.home())}
        | {name: os.environ[name] for name in ("PYTHONPATH",) if name in os.environ},
    )
    assert ran.stderr == b""
    assert ran.stdout == pdf


@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_no_page_but_the_last_is_more_than_half_empty(
    document: dict[str, Any], paper: Paper
) -> None:
    pdf = render(document, paper=paper, timestamp=STAMP)
    box = pypdf.PdfReader(io.BytesIO(pdf)).pages[0].mediabox
    assert float(box.height) == pytest.approx(TALL[paper], abs=0.1)
    assert min(filled(pdf)[:-1]) > 0.5
    assert "Read with care." in pages_of(pdf)[0]


def test_a_paper_has_the_name_of_the_command_line_and_another_is_refused_with_both(
    document: dict[str, Any],
) -> None:
    with pytest.raises(ReportError, match="paper was 'us-letter'; known are a4 and letter"):
        render(document, paper="us-letter", timestamp=STAMP)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "name", ["#set page(fill: red)", "$x$", "<svg onload=1>", "../x", "@ref *b* _i_"]
)
def test_a_hostile_name_is_inert_text(name: str) -> None:
    pdf = render(model(subject(count=300, rolls=9, holding=name)), timestamp=STAMP)
    assert name in " ".join(pages_of(pdf)[0].split())


def test_a_hostile_label_is_inert_in_charts_and_tables(sample: Subject) -> None:
    label = "$x$ #emph[y] <svg>"
    runs = tuple(
        replace(run, label=label) if run.name == "protective-put" else run for run in sample.runs
    )
    pdf = render(model(replace(sample, runs=runs)), timestamp=STAMP)
    front = " ".join(pages_of(pdf)[0].split())
    assert front.count(label) >= 3


def test_letters_beyond_ascii_are_set() -> None:
    pdf = render(model(subject(count=300, rolls=9, holding="Åkersö & Čas")), timestamp=STAMP)
    assert "Åkersö & Čas" in pages_of(pdf)[0]


@pytest.mark.parametrize("rolls", [0, 1, 2, 8])
def test_few_rolls_still_make_a_document(rolls: int) -> None:
    pdf = render(model(subject(count=120, rolls=rolls)), timestamp=STAMP)
    assert len(pages_of(pdf)) >= 4


def test_two_sessions_are_enough_for_a_document() -> None:
    found = subject(count=80, rolls=1)
    short = replace(
        found,
        days=found.days[:2],
        runs=tuple(
            replace(run, growth=run.growth[:2], returns=run.returns[:2], rolls=(), years=())
            for run in found.runs
        ),
        correlations={},
    )
    assert render(model(short), timestamp=STAMP).startswith(b"%PDF-1.7")


def test_a_warning_of_the_typesetter_is_an_error(document: dict[str, Any]) -> None:
    broken = {**document, "meta": {**document["meta"], "title": ""}}
    with pytest.raises(ReportError, match="title"):
        render(broken, timestamp=STAMP)


def test_an_unknown_paper_is_refused(document: dict[str, Any]) -> None:
    with pytest.raises(ReportError, match="paper was 'a5'"):
        render(document, paper="a5", timestamp=STAMP)  # type: ignore[arg-type]


def test_no_block_asks_where_it_stands() -> None:
    # with six hedges, eight tables that did so found no rest in the five layouts that Typst makes
    text = (Path(style.__file__).parent / "blocks.typ").read_text()
    assert not any(word in text for word in ("query(", "locate(", ".position()"))
