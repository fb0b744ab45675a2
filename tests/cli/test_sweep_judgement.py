"""No best cell is printed without what its number is worth."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pypdf
from sweep_folders import written

from .conftest import Typed

GRID: Mapping[str, Sequence[Any]] = {"moneyness": [0.85, 0.9, 0.95], "tenor": [91, 182]}


def test_results_end_with_the_judgement_and_write_its_report_and_page(
    typed: Typed, tmp_path: Path
) -> None:
    written(tmp_path / "swept", GRID, lead=lambda at: 0.05)
    answer = typed(*"results swept --sort advantage --descending --top 1".split(),
                   *"--report out/a.pdf --html out/a.html".split())  # fmt: skip
    assert answer.code == 0, answer.err
    table, judgement = answer.out.split("\n\n")
    assert len(table.splitlines()) == 3
    told = " ".join(judgement.split())
    assert told.startswith("Certified: the best cell leads")
    assert "probability of backtest overfitting" in told
    assert told.endswith("report: out/a.pdf html: out/a.html")
    assert len(pypdf.PdfReader("out/a.pdf").pages) == 3
    assert "Certified: the best cell leads" in Path("out/a.html").read_text(encoding="utf-8")
    assert sorted(one.name for one in Path("out").iterdir()) == ["a.html", "a.pdf"]


def test_the_document_has_the_judgement(typed: Typed, tmp_path: Path) -> None:
    written(tmp_path / "swept", GRID, lead=lambda at: -0.05)
    document = json.loads(typed("results", "swept", "--json").out)
    told = document["judgement"]
    assert told["state"] == "not_certified"
    assert told["sentences"][0].startswith("Not certified: none of 6 eligible cells beat")
    assert told["pvalues"]["same_tail"] > 0.05
    assert {"advantage", "removed", "eligible"} <= set(document["rows"][0])


def test_what_is_unfinished_is_shown_and_not_judged(typed: Typed, tmp_path: Path) -> None:
    written(tmp_path / "swept", GRID, done=4)
    answer = typed("results", "swept", "--report", "a.pdf")
    assert answer.code == 0, answer.err
    assert "Not judged: 4 of 6 cells are done" in answer.out
    assert "the best," not in answer.out
    assert Path("a.pdf").exists()


def test_a_sweep_is_judged_and_reported_in_one_go(typed: Typed) -> None:
    line = "sweep pair-short --holding KO --peer PEP --start 2013-01-02 --end 2015-12-31"
    answer = typed(*line.split(), *"--band 0.05,0.1 --json --report a.pdf --html a.html".split())
    assert answer.code == 0, answer.err
    told = json.loads(answer.out)["judgement"]
    assert told["state"] in {"certified", "not_certified", "inconclusive"}
    assert told["tried"] == 2
    assert Path("a.pdf").exists()
    assert Path("a.html").exists()
