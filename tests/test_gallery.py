"""The reports that are shown are those that the script makes."""

from __future__ import annotations

import hashlib
import importlib.util
import io
import sys
from pathlib import Path
from types import ModuleType

import pypdf
import pytest

REPORTS = Path(__file__).parents[1] / "reports"


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
