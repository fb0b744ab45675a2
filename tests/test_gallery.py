"""The reports that are shown are those that the script makes."""

from __future__ import annotations

import hashlib
import importlib.util
import io
import re
import shlex
import sys
from pathlib import Path
from types import ModuleType

import pypdf
import pytest
from labels import clashes, clipped
from matplotlib.figure import Figure
from reporting.test_render import filled

from microhedge.cli.app import root
from microhedge.cli.outcome import perform
from microhedge.reporting import style

REPORTS = Path(__file__).parents[1] / "reports"
COUNT = 11


@pytest.fixture(scope="module")
def gallery() -> ModuleType:
    spec = importlib.util.spec_from_file_location("gallery", REPORTS / "build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["gallery"] = module  # its dataclass looks for its own module
    spec.loader.exec_module(module)
    return module


def test_the_page_lists_the_reports_that_are_there(gallery: ModuleType) -> None:
    assert (REPORTS / "README.md").read_text(encoding="utf-8") == gallery.page()
    # the demo's own report may lie beside them
    there = {path.stem for path in REPORTS.glob("*.pdf")} - {"aapl"}
    assert there == {*(case.name for case in gallery.CASES), gallery.MEMO}


def test_every_report_is_small_and_was_made_by_its_command(gallery: ModuleType) -> None:
    for case in gallery.CASES:
        path = REPORTS / f"{case.name}.pdf"
        assert path.stat().st_size < 450_000, case.name
        pages = pypdf.PdfReader(io.BytesIO(path.read_bytes())).pages
        front, last = (" ".join(pages[k].extract_text().split()) for k in (0, -1))
        holding, *words = case.words.split()
        assert front.startswith(
            (f"MICRO-HEDGE BACKTEST {holding}:", f"Micro-hedge backtest {holding}:")
        )
        for word in words:
            assert word in last, (case.name, word)
        assert "is on the next page" not in front, case.name


@pytest.mark.parametrize("number", range(COUNT))
def test_a_report_that_is_built_again_says_the_same(
    gallery: ModuleType, number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert len(gallery.CASES) == COUNT
    case = gallery.CASES[number]
    monkeypatch.chdir(REPORTS)
    drawn: list[Figure] = []
    draw = style.svg

    def watched(figure: Figure) -> str:
        drawn.append(figure)
        return draw(figure)

    monkeypatch.setattr(style, "svg", watched)
    words = [*shlex.split(case.command)[1:], "--report", str(tmp_path / "new.pdf")]
    assert perform(root, words, name="microhedge") == 0
    built = (tmp_path / "new.pdf").read_bytes()
    assert said(built) == said((REPORTS / f"{case.name}.pdf").read_bytes())
    assert min(filled(built)[:-1]) > 0.5
    assert len(drawn) > 5
    assert [pair for figure in drawn for pair in clashes(figure)] == []
    assert [text for figure in drawn for text in clipped(figure)] == []


def said(pdf: bytes) -> list[list[str]]:
    """The words of each page, but for the versions that it was made with and its own name."""
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]
    pages[-1] = re.sub(r"python 3\S+.*seed", "", pages[-1], flags=re.DOTALL)
    return [re.sub(r"--report\s+\S+", "", page).split() for page in pages]


def test_the_memo_is_small_and_stands_beside_its_calculations(gallery: ModuleType) -> None:
    path = REPORTS / f"{gallery.MEMO}.pdf"
    assert path.stat().st_size + path.with_suffix(".csv").stat().st_size < 200_000
    pages = [" ".join(page.extract_text().split()) for page in pypdf.PdfReader(path).pages]
    assert len(pages) == 2
    assert all("HYPOTHETICAL" in page for page in pages)
    assert "Both sell prescription medicines" in pages[0]
    digest = hashlib.sha256(path.with_suffix(".csv").read_bytes()).hexdigest()
    assert digest in pages[1]
    assert not list(REPORTS.glob("*.mhr"))


def test_an_unknown_report_is_named(
    gallery: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    assert gallery.main(["ko-pep", "nothing"]) == 2
    assert "no report named nothing" in capsys.readouterr().err
