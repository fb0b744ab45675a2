"""What is made of a sweep on disk: its cells, its roll dates, its sale, and the reasons not to."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sweep_folders import lead_of, written

import microhedge as mh
from microhedge.loading import load
from microhedge.sweeping import judgement
from microhedge.sweeping.judgement import judge
from microhedge.sweeping.results import Sweep

GRID: Mapping[str, Sequence[Any]] = {"moneyness": [0.8, 0.85, 0.9, 0.95], "tenor": [91, 182]}


def hill(at: Mapping[str, Any]) -> float:
    """Five points a year at 0.9, three beside it."""
    return 0.05 - 0.4 * abs(float(at["moneyness"]) - 0.9)


def test_the_fabrication_has_the_leads_that_were_asked_for(tmp_path: Path) -> None:
    ahead = written(tmp_path / "a", GRID, lead=hill, noise=0.0, phases=2)
    level = written(tmp_path / "b", GRID, noise=0.0, phases=2)
    asked = [0.01, 0.03, 0.05, 0.03]
    apart = (lead_of(ahead) - lead_of(level)).reshape(4, 2, 2)
    assert apart == pytest.approx(np.array(asked)[:, None, None] * np.ones((4, 2, 2)), abs=1e-4)


def test_a_lead_on_a_hill_is_certified_and_its_cell_is_named(tmp_path: Path) -> None:
    judged = judge(written(tmp_path, GRID, lead=hill, noise=0.01))
    assert judged.luck is not None
    assert judged.luck.verdict == "certified"
    assert judged.sentences[0].startswith("Certified: ")
    assert "Of 8 cells the best, moneyness 0.9, tenor " in judged.sentences[1]
    told = judged.document()
    assert told["state"] == "certified"
    assert told["best"]["at"]["moneyness"] == 0.9
    # e^0.05 − 1 = 5.1 %, and what its own noise adds to the best of two
    assert told["best"]["advantage"] == pytest.approx(0.051, abs=0.01)
    assert told["failed"] == []
    assert json.loads(json.dumps(told, allow_nan=False)) == told


def test_a_lag_behind_selling_is_not_certified(tmp_path: Path) -> None:
    judged = judge(written(tmp_path, GRID, lead=lambda at: hill(at) - 0.1))
    assert judged.luck is not None
    assert judged.luck.verdict == "not_certified"
    assert judged.sentences[0] == (
        "Not certified: none of 8 eligible cells beat the sale with its tail loss."
    )
    assert judged.document()["best"]["advantage"] < 0.0


def test_a_spike_is_inconclusive(tmp_path: Path) -> None:
    axes: Mapping[str, Sequence[Any]] = {"moneyness": [0.8, 0.84, 0.88, 0.92, 0.96, 1.0]}
    sweep = written(tmp_path, axes, lead=lambda at: 0.05 * (at["moneyness"] == 0.88), noise=0.01)
    judged = judge(sweep)
    assert judged.luck is not None
    assert judged.luck.verdict == "inconclusive"
    assert judged.sentences[0].startswith("Inconclusive: the best cell leads both sales")
    assert "it is a spike among its neighbours" in judged.document()["failed"]


def test_names_have_no_neighbours_and_numbers_do(tmp_path: Path) -> None:
    lead = {"MSFT": 0.05}
    words = written(tmp_path / "words", {"peer": ["MSFT", "IBM", "ORCL"]},
                    lead=lambda at: lead.get(at["peer"], 0.0))  # fmt: skip
    told = judge(words).luck
    assert told is not None
    assert told.evidence is not None
    assert told.evidence.around is None
    days = ["2001-01-02", "2001-02-01", "2001-03-01"]
    dates = judge(written(tmp_path / "dates", {"until": days})).luck
    assert dates is not None
    assert dates.evidence is not None
    assert dates.evidence.around is not None


def test_axes_that_move_together_are_one_axis(tmp_path: Path) -> None:
    axes: Mapping[str, Sequence[Any]] = {"moneyness": [0.8, 0.9, 1.0], "tenor": [30, 91, 182]}
    judged = judge(written(tmp_path, axes, zipped=[["moneyness", "tenor"]], lead=hill))
    assert [axis.name for axis in judged.layout.axes] == ["moneyness / tenor"]
    assert judged.names == (
        "moneyness 0.8, tenor 30",
        "moneyness 0.9, tenor 91",
        "moneyness 1, tenor 182",
    )
    assert judged.luck is not None
    assert judged.luck.evidence is not None
    assert judged.luck.evidence.around is not None
    assert judged.luck.evidence.around.count == 2


def test_cells_that_differ_by_their_first_evening_are_runs_of_one_cell(tmp_path: Path) -> None:
    axes: Mapping[str, Sequence[Any]] = {"moneyness": [0.8, 0.9], "wait": [0, 5, 10]}
    judged = judge(written(tmp_path, axes, lead=hill))
    assert judged.tried == 2
    assert judged.names == ("moneyness 0.8", "moneyness 0.9")
    assert judged.place.tolist() == [0, 0, 0, 1, 1, 1]
    alone = judge(written(tmp_path / "one", {"wait": [0, 5]}, lead=lambda _: 0.05))
    assert alone.tried == 1
    assert "the best, over its roll dates, earned" in alone.sentences[1]


def test_a_cell_is_left_out_whole_if_one_of_its_roll_dates_failed(tmp_path: Path) -> None:
    axes: Mapping[str, Sequence[Any]] = {"moneyness": [0.8, 0.9], "wait": [0, 5, 10]}
    judged = judge(
        written(
            tmp_path,
            axes,
            fails=lambda at: "no quotes" if (at["moneyness"], at["wait"]) == (0.9, 5) else None,
        )
    )
    assert judged.place.tolist() == [0, 0, 0, -1, -1, -1]
    assert judged.tried == 2
    assert judged.notes == ("1 cell failed or lost everything and counted as tried.",)


def test_what_failed_or_lost_everything_counts_as_tried(tmp_path: Path) -> None:
    sweep = written(tmp_path, GRID, lead=hill,
                    fails=lambda at: "no" if at["moneyness"] == 0.8 else None)  # fmt: skip
    rows = np.memmap(tmp_path / "returns.f4", np.float32, "r+", shape=(8, 1512))
    rows[7, 700] = -1.0
    rows.flush()
    judged = judge(sweep)
    assert judged.tried == 8
    assert len(judged.names) == 5
    assert judged.place.tolist() == [-1, -1, 0, 1, 2, 3, 4, -1]
    assert "Of 8 cells the best" in judged.sentences[1]
    assert judged.sentences[-1] == "3 cells failed or lost everything and counted as tried."


def test_a_cell_without_a_sale_beforehand_is_compared_with_keeping_all(tmp_path: Path) -> None:
    made = written(tmp_path, GRID, lead=hill)
    lines = (tmp_path / "journal.jsonl").read_text(encoding="utf-8").splitlines()
    for row in (1, 2):
        lines[row] = lines[row].replace('"sell_fraction": 0.4', '"sell_fraction": null')
    (tmp_path / "journal.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert judge(Sweep.read(made.folder)).notes == (
        "For 2 cells no size of a sale was known beforehand, as they never traded or too few "
        "prices preceded their first trade; they were compared with keeping all instead.",
    )


def test_roll_phases_are_averaged_and_told_apart(tmp_path: Path) -> None:
    judged = judge(written(tmp_path, GRID, lead=hill, phases=3))
    assert judged.luck is not None
    cells = judged.luck.cells
    assert (cells.lowest < cells.advantage).all()
    assert (cells.advantage < cells.highest).all()
    assert len(cells.sold) == 24


def test_the_sale_fixed_beforehand_is_the_one_whose_fraction_the_cell_kept(tmp_path: Path) -> None:
    sweep = written(tmp_path, {"moneyness": [0.9]}, lead=lambda _: 0.02, noise=0.0, fraction=0.3)
    told = sweep.evidence
    # by hand: 70 % of the growth of the holding and 30 % of that of cash, never rebalanced
    held, cash = (np.prod(1.0 + one[1:]) for one in (told.unhedged, told.credit))
    run = np.prod(1.0 + np.asarray(told.returns[0, 1:], np.float64))
    years = float(told.day[-1] - told.day[0]) / 365.25
    expected = (run / (0.7 * held + 0.3 * cash)) ** (1.0 / years) - 1.0
    luck = judge(sweep).luck
    assert luck is not None
    assert luck.evidence is not None
    assert luck.evidence.advantage_over_sale == pytest.approx(expected, abs=1e-4)


def test_a_cell_that_removes_little_has_no_advantage_to_sort_by(tmp_path: Path) -> None:
    judged = judge(written(tmp_path, GRID, lead=lambda _: 0.1, fraction=0.05))
    frame = judged.frame
    assert (frame["removed"] < 0.25).all()
    assert not frame["eligible"].any()
    assert frame["advantage"].isna().all()
    assert judged.document()["best"] is None
    assert "none of 8 cells removed 25%" in judged.sentences[0]


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"done": 5}, "5 of 8 cells are done"),
        ({"windows": 2}, "cells that start on different dates cannot be compared"),
        ({"kept": False}, "keeps no daily returns"),
        ({"sessions": 400}, "400 sessions: a sweep is judged on 504 at least"),
        ({"fails": lambda _: "no"}, "no cell has returns to judge"),
    ],
)
def test_what_cannot_be_judged_says_why(
    tmp_path: Path, options: Mapping[str, Any], why: str
) -> None:
    judged = judge(written(tmp_path, GRID, **options))
    assert judged.luck is None
    assert len(judged.sentences) == 1
    assert judged.sentences[0].startswith("Not judged: ")
    assert why in judged.sentences[0]
    assert judged.tried == 8
    told = judged.document()
    assert told["state"] == "not_judged"
    assert "best" not in told
    assert judged.frame["advantage"].isna().all()


def test_too_many_runs_are_judged_by_the_mean_of_each_cell_and_too_many_cells_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sweep = written(tmp_path, GRID, lead=hill, phases=3)
    whole = judge(sweep).luck
    monkeypatch.setattr(judgement, "MOST", 8 * 1512)
    fewer = judge(sweep)
    assert whole is not None
    assert fewer.luck is not None
    assert "each was judged by the mean of its roll dates" in fewer.notes[0]
    assert fewer.luck.cells.advantage == pytest.approx(whole.cells.advantage, abs=5e-4)
    monkeypatch.setattr(judgement, "MOST", 7 * 1512)
    refused = judge(sweep)
    assert refused.luck is None
    assert "8 cells of 1,512 sessions are more than can be weighed at once" in refused.notes[0]
    assert "sample 7 of them" in refused.notes[0]


def test_a_sweep_keeps_the_sale_that_a_run_of_the_same_hedge_stands_beside() -> None:
    hedge = load("protective-put")(holding="AAPL")
    market, portfolio = mh.data.bundled(), mh.Portfolio(shares=1000)
    end = date(2005, 12, 30)
    found = mh.sweep(
        hedge, market, portfolio, {"moneyness": [0.9, 0.95]}, phases=1, end=end, workers=0
    )
    run = mh.run(hedge, market, portfolio, end=end)
    once = next(one for one in run.runs if one.kind == "sell-once")
    assert found.frame["sell_fraction"].iloc[0] == pytest.approx(once.sold, abs=1e-12)
    told = found.evidence
    assert told.returns[0] == pytest.approx(run.run("protective-put").returns, abs=1e-7)
    assert told.unhedged.tolist() == run.runs[0].returns.tolist()
    # cash earns the bill rate less half a point, at least nothing, on actual days over 360
    first = int(np.flatnonzero(told.credit > 0.0)[0])
    tape = run.tape
    row = tape.begin + first
    earned = (tape.rate[row - 1] - 0.005) * (tape.day[row] - tape.day[row - 1]) / 360.0
    assert told.credit[first] == pytest.approx(earned, rel=1e-12)
