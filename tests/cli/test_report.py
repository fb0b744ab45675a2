"""`microhedge report`: the report of a saved result, and the charts of any."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image
from pypdf import PdfReader

from .conftest import Typed

LINE = "run protective-put --holding AAPL --tenor 91 --start 2014-01-02 --end 2015-12-31"


def test_a_saved_result_gives_the_report_of_its_run(
    typed: Typed, tmp_path: Path, my_collar: Path
) -> None:
    line = f"run {my_collar.name} --holding AAPL --start 2014-01-02 --end 2015-12-31"
    assert typed(*line.split(), "--save", "a.mhr", "--report", "first.pdf").code == 0
    my_collar.unlink()
    answer = typed("report", "a.mhr")
    assert (answer.code, answer.out, answer.err) == (0, "report: a.pdf\n", "")
    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "first.pdf").read_bytes()
    assert "bands" not in answer.err


def test_charts_and_paper_are_chosen_where_the_report_is_made(typed: Typed, tmp_path: Path) -> None:
    asked = "--charts drawn --paper letter"
    made = typed(
        *LINE.split(), "--no-bands", "--save", "a.mhr", "--report", "a.pdf", *asked.split()
    )
    assert made.code == 0, made.err
    assert "charts: drawn" in made.out
    first = {path.name: path.read_bytes() for path in (tmp_path / "drawn").iterdir()}
    assert "01-growth.svg" in first
    answer = typed(
        "report", "a.mhr", "--out", "deep/b.pdf", "--charts", "again", "--paper", "letter"
    )
    assert answer.out == "report: deep/b.pdf\ncharts: again\n"
    assert "without its reruns" in answer.err
    assert {path.name: path.read_bytes() for path in (tmp_path / "again").iterdir()} == first
    pdf = tmp_path / "deep" / "b.pdf"
    assert pdf.read_bytes() == (tmp_path / "a.pdf").read_bytes()
    assert [float(side) for side in PdfReader(pdf).pages[0].mediabox[2:]] == [612.0, 792.0]


def test_charts_can_be_had_without_a_report(typed: Typed, tmp_path: Path) -> None:
    assert typed(*LINE.split(), "--charts", "drawn").code == 0
    assert (tmp_path / "drawn" / "01-growth.svg").exists()
    assert not list(tmp_path.glob("*.pdf"))


def test_charts_can_be_had_as_pictures(typed: Typed, tmp_path: Path) -> None:
    answer = typed(*LINE.split(), "--charts", "drawn", "--charts-as", "png")
    assert answer.code == 0, answer.err
    drawn = sorted((tmp_path / "drawn").iterdir())
    assert {path.suffix for path in drawn} == {".png"}
    with Image.open(drawn[0]) as growth:
        assert growth.size == (1370, 700)  # 493.2 and 252 points, at 200 dots to the inch
    assert typed(*LINE.split(), "--charts", "again", "--charts-as", "png").code == 0
    for path in drawn:
        assert path.read_bytes() == (tmp_path / "again" / path.name).read_bytes()


def test_what_cannot_be_reported_is_said_in_one_line(typed: Typed, tmp_path: Path) -> None:
    (tmp_path / "plain.mhr").write_text("no archive", encoding="utf-8")
    for arguments, code, said in (
        (["report", "none.mhr"], 3, "there is no such file"),
        (["report", "plain.mhr"], 3, "not a file of results"),
        (["report", "plain.mhr", "--out", "."], 2, "is a folder: name a file in it"),
        (["report", "plain.mhr", "--charts", "plain.mhr"], 2, "is a file, no folder"),
        (["report"], 2, "RESULT"),
        (["report", "plain.mhr", "--paper", "a5"], 2, "a4"),
    ):
        answer = typed(*arguments)
        assert answer.code == code, arguments
        assert said in answer.error, arguments
    assert [path.name for path in tmp_path.iterdir()] == ["plain.mhr"]


@pytest.mark.parametrize("option", ["--report", "--save"])
def test_what_is_kept_holds_the_reruns_and_what_is_only_shown_does_not(
    typed: Typed, option: str
) -> None:
    kept = json.loads(typed(*LINE.split(), option, "kept", "--json").out)
    assert kept["bands"]["protective-put"]["roll_phases"] is not None
    shown = json.loads(typed(*LINE.split(), "--json").out)
    assert shown["bands"]["protective-put"]["roll_phases"] is None
