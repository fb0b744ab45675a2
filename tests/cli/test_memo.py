"""`microhedge memo`: the hedge memo of a saved result."""

from __future__ import annotations

from pathlib import Path

import pytest
from pypdf import PdfReader

from .conftest import Typed

PAIR = "run pair-short --holding MRK --peer PFE --start 2004-01-02 --end 2005-03-31 --save a.mhr"


@pytest.fixture
def saved(typed: Typed) -> Typed:
    """A folder with a saved pair."""
    answer = typed(*PAIR.split())
    assert answer.code == 0, answer.err
    return typed


def front(path: Path) -> str:
    return " ".join(PdfReader(path).pages[0].extract_text().split())


def test_the_memo_and_its_calculations_are_named(saved: Typed, tmp_path: Path) -> None:
    answer = saved("memo", "a.mhr")
    told = "memo: a.memo.pdf\ncalculations: a.memo.csv\n"
    assert (answer.code, answer.out, answer.err) == (0, told, "")
    assert "An economic memo" in front(tmp_path / "a.memo.pdf")
    assert "INCOMPLETE" in front(tmp_path / "a.memo.pdf")


def test_words_come_from_the_line_or_from_a_file(saved: Typed, tmp_path: Path) -> None:
    (tmp_path / "why.txt").write_text("Both sell medicines.\nSo they do.", encoding="utf-8")
    line = "memo a.mhr --framework ifrs9 --classification fvoci --paper letter --hedge pair-short"
    answer = saved(*line.split(), "--relationship", "why.txt", "--out", "deep/m.pdf")
    assert answer.out == "memo: deep/m.pdf\ncalculations: deep/m.csv\n", answer.err
    assert "Both sell medicines. So they do." in front(tmp_path / "deep" / "m.pdf")
    assert saved("memo", "a.mhr", "--relationship", "One trade.").code == 0
    assert "One trade." in front(tmp_path / "a.memo.pdf")


def test_what_cannot_be_drawn_up_is_said_in_one_line(saved: Typed, tmp_path: Path) -> None:
    (tmp_path / "plain.mhr").write_text("no archive", encoding="utf-8")
    (tmp_path / "bits").write_bytes(b"\xff\xfe\x00")
    before = sorted(path.name for path in tmp_path.iterdir())
    for words, code, said in (
        (["a.mhr", "--framework", "usgaap"], 2, "did you mean 'us-gaap'"),
        (["a.mhr", "--classification", "fvto"], 2, "did you mean 'fvtpl'"),
        (["a.mhr", "--hedge", "pair"], 2, "did you mean 'pair-short'"),
        (["a.mhr", "--relationship", "x" * 2001], 2, "2,001 characters"),
        (["a.mhr", "--relationship", "bits"], 2, "no text in UTF-8"),
        (["a.mhr", "--out", "plain.mhr/x.pdf"], 2, "is a file, no folder"),
        (["a.mhr", "--out", "x.csv"], 2, "name the PDF"),
        (["none.mhr"], 3, "there is no such file"),
        (["plain.mhr"], 3, "not a file of results"),
        ([], 2, "RESULT"),
    ):
        answer = saved("memo", *words)
        assert answer.code == code, words
        assert said in answer.error, words
    assert sorted(path.name for path in tmp_path.iterdir()) == before
