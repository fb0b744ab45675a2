"""`microhedge language` and `--language`."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pypdf
import pytest

from microhedge.cli.app import root
from microhedge.cli.outcome import perform


def typed(*words: str) -> int:
    return perform(root, list(words), name="microhedge")


def test_the_template_is_written_and_checked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert typed("language") == 0
    written = capsys.readouterr().out
    assert tomllib.loads(written)["words"]["Verdict"] == ""
    file = tmp_path / "my.toml"
    file.write_text(written.replace('"Verdict" = ""', '"Verdict" = "Urteil"'), encoding="utf-8")
    assert typed("language", str(file)) == 0
    assert capsys.readouterr().out.startswith("1 of ")


def test_a_run_writes_its_report_in_the_language_of_a_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, pdf, saved = (tmp_path / name for name in ("my.toml", "my.pdf", "my.mhr"))
    file.write_text('[language]\ntag = "de"\n[words]\n"Verdict" = "Urteil"\n')
    asked = ("pair-short", "--holding", "KO", "--peer", "PEP", "--shares", "100", "--no-bands")
    window = ("--start", "2010-01-04", "--end", "2010-12-31")
    assert typed("run", *asked, *window, "--save", str(saved)) == 0
    capsys.readouterr()
    assert typed("report", str(saved), "--out", str(pdf), "--language", str(file)) == 0
    assert "messages are not in" in capsys.readouterr().err
    reader = pypdf.PdfReader(pdf)
    assert str(reader.root_object["/Lang"]) == "de"
    assert "urteil" in reader.pages[0].extract_text().lower()
    memo = tmp_path / "memo.pdf"
    assert typed("memo", str(saved), "--out", str(memo), "--language", str(file)) == 0
    assert str(pypdf.PdfReader(memo).root_object["/Lang"]) == "de"
    file.write_text('[words]\n"Verdikt" = "Urteil"\n')
    assert typed("report", str(saved), "--out", str(pdf), "--language", str(file)) == 2
    assert "did you mean 'Verdict'?" in capsys.readouterr().err
