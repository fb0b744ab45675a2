"""`microhedge sweep` and `results`, end to end on the shipped prices."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from microhedge.cli.meter import clock, told
from microhedge.sweeping.driver import Progress

from .conftest import Typed

SHORT = "--holding KO --peer PEP --start 2014-01-02 --end 2015-12-31".split()
GRID = ["sweep", "pair-short", *SHORT, "--window", "252,504", "--band", "0.05:0.15:0.05"]

TOML = """
strategy = "pair-short"
holding = "KO"
peer = "PEP"
start = 2014-01-02
end = 2015-12-31
workers = 0

[sweep]
window = [252, 504]
band = {from = 0.05, to = 0.15, step = 0.05}
"""


def test_a_sweep_prints_its_cells_in_grid_order_and_calls_none_the_best(typed: Typed) -> None:
    answer = typed(*GRID, "--out", "here")
    assert answer.code == 0, answer.err
    lines = answer.out.splitlines()
    assert lines[0].split()[:2] == ["window", "band"]
    cells = [tuple(line.split()[:2]) for line in lines[1:7]]
    assert cells == [(w, b) for w in ("252", "504") for b in ("0.05", "0.1", "0.15")]
    assert lines[7:10] == ["6 cells were tried on one path", "results: here", ""]
    assert "best" not in "".join(lines[:10])
    assert lines[10].startswith("Not certified: ")
    about = json.loads(Path("here/sweep.json").read_text(encoding="utf-8"))
    assert about["command"].startswith("microhedge sweep pair-short --holding KO")


def test_a_file_spells_the_same_sweep(typed: Typed) -> None:
    typed(*GRID, "--out", "typed", "--workers", "0")
    Path("run.toml").write_text(TOML, encoding="utf-8")
    assert typed("sweep", "run.toml", "--out", "read").code == 0
    first, second = (Path(name, "results.parquet").read_bytes() for name in ("typed", "read"))
    assert first == second


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (
            "strategy = 'pair-short'\nwindw = 3\nholding='KO'\npeer='PEP'",
            "'--window'?",
        ),
        ("holding = 'KO'", "run.toml names no strategy"),
        ("strategy = ", "run.toml is no TOML"),
        ("strategy = 'pair-short'\n[sweep]\nwindow = {from = 1}", "run.toml: window must be a"),
    ],
)
def test_a_wrong_file_is_refused_in_one_line(typed: Typed, text: str, line: str) -> None:
    Path("run.toml").write_text(text, encoding="utf-8")
    answer = typed("sweep", "run.toml")
    assert answer.code == 2
    assert line in answer.error


def test_results_are_chosen_sorted_and_exported(typed: Typed) -> None:
    typed(*GRID, "--out", "here")
    answer = typed(
        *"results here --where band>=0.1 --sort annual_return --descending --top 2".split(),
        *"--csv some.csv --parquet some.parquet".split(),
    )
    assert answer.code == 0, answer.err
    assert "6 cells were tried on one path, 2 are listed" in answer.out
    csv, parquet = pd.read_csv("some.csv"), pd.read_parquet("some.parquet")
    assert len(csv) == len(parquet) == 2
    assert parquet["annual_return"].is_monotonic_decreasing
    assert (parquet["band"] >= 0.1).all()
    document = json.loads(typed("results", "here", "--json").out)
    assert [row["cell"] for row in document["rows"]] == list(range(6))
    assert document["rows"][0]["annual_return_min"] is None
    assert typed("results", "nowhere").code == 3
    assert (
        "no column 'bnd' (did you mean 'band'?); there"
        in typed("results", "here", "--sort", "bnd").error
    )


def test_a_dry_run_counts_and_runs_next_to_nothing(typed: Typed) -> None:
    answer = typed(*GRID, "--dry-run", "--out", "here")
    assert answer.out.startswith("6 cells of 6 combinations: 2 of window, 3 of band\n")
    assert "  … 1 more" in answer.out
    assert not Path("here").exists()
    document = json.loads(typed(*GRID, "--dry-run", "--json", "--sample", "4").out)
    assert document["cells"] == 4
    assert document["bytes_of_returns"] == 4 * 4 * 504


def test_a_failed_cell_makes_the_command_fail_and_is_shown(typed: Typed) -> None:
    line = "sweep protective-put --holding AAPL --start 2014-01-02 --end 2014-12-31"
    answer = typed(*line.split(), *"--tenor 35,91 --roll 10,30 --phases 1 --json".split())
    assert answer.code == 1
    document = json.loads(answer.out)
    assert (document["done"], document["failed"], document["folder"]) == (3, 1, None)


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ("--holding AAPL", "nothing to sweep"),
        ("--holding AAPL --moneyness 0.8,90", "did you mean 0.9?"),
        ("--holding AAPL --moneynes 0.8,0.9", "Did you mean '--moneyness'?"),
        ("--holding AAPL --cover 0.5,1 --cost borow=0,1", "did you mean 'borrow'?"),
        ("--holding AAPL --cover 0.5,1 --cost borrow", "write borrow=…"),
        ("--holding AAPL --cover 0.5,1 --zip cover,roll", "zip names no axis 'roll'"),
        ("--holding AAPL --cover 0.5,1 --workers -1", "workers must be 0 or more"),
    ],
)
def test_a_wrong_request_is_refused_in_one_line(typed: Typed, words: str, line: str) -> None:
    answer = typed("sweep", "protective-put", "--start", "2014-01-02", *words.split())
    assert answer.code == 2
    assert line in answer.error


def test_progress_says_how_much_is_left() -> None:
    half = Progress(done=1200, failed=2, cells=4800, rate=60.0, place="2 processes")
    assert told(half) == "1,200 of 4,800 cells · 2 failed · 60 a second · 1:00 left · 2 processes"
    none = Progress(done=0, failed=0, cells=10, rate=None, place="in process")
    assert told(none) == "0 of 10 cells · in process"
    assert clock(3 * 3600 + 61) == "3:01:01"
