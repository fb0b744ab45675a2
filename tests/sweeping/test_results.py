"""What came of a sweep can be read, chosen and compared."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from grid_jobs import cheap

from microhedge.errors import BadData, ParameterError, UnknownName
from microhedge.sweeping import plan
from microhedge.sweeping.driver import carry_out
from microhedge.sweeping.journal import JOURNAL
from microhedge.sweeping.results import Sweep, column_of, where

FRAME = pd.DataFrame({"moneyness": [0.8, 0.9, 1.0], "peer": ["KO", "PEP", "KO"]})


@pytest.mark.parametrize(
    ("rules", "kept"),
    [
        (["moneyness>=0.9"], [1, 2]),
        (["moneyness > 0.9"], [2]),
        (["moneyness!=0.9", "peer=KO"], [0, 2]),
        (["moneyness<1", "peer==KO"], [0]),
        (["moneyness<=0.8"], [0]),
        ([], [0, 1, 2]),
    ],
)
def test_rows_are_chosen_by_simple_rules(rules: list[str], kept: list[int]) -> None:
    assert where(FRAME, rules).index.tolist() == kept


def test_a_rule_that_makes_no_sense_is_refused() -> None:
    with pytest.raises(UnknownName, match="no column 'moneynes'"):
        where(FRAME, ["moneynes>1"])
    with pytest.raises(ParameterError, match="moneyness is a number, was 'high'"):
        where(FRAME, ["moneyness>high"])
    with pytest.raises(ParameterError, match="is no rule"):
        where(FRAME, ["moneyness"])


def test_a_column_answers_to_its_heading_in_any_case() -> None:
    frame = FRAME.rename(columns={"moneyness": "advantage"})
    headings = {"over selling": "advantage"}
    assert column_of(frame, "Over selling", headings) == "advantage"
    assert column_of(frame, "PEER") == "peer"
    assert where(frame, ["Over Selling >= 0.9"], headings).index.tolist() == [1, 2]
    with pytest.raises(UnknownName, match=r"no column 'over buying'.*; there are advantage, peer"):
        column_of(frame, "over buying", headings)


def test_a_column_that_begins_as_was_asked_is_nearer_than_one_with_more_letters_in_common() -> None:
    frame = FRAME.rename(columns={"moneyness": "cost_per_year", "peer": "sell_cost"})
    with pytest.raises(UnknownName, match=r"'costs' \(did you mean 'cost_per_year'\?\)"):
        column_of(frame, "costs")


def test_a_folder_is_read_again_as_it_was_written(tmp_path: Path) -> None:
    found = carry_out(cheap(days=2), workers=0, out=tmp_path)
    again = Sweep.read(tmp_path)
    pd.testing.assert_frame_equal(again.frame, found.frame)
    assert again.header == found.header
    assert len(again) == 32
    assert again.frame["id"].is_unique


def test_a_sweep_that_was_stopped_shows_what_is_done(tmp_path: Path) -> None:
    carry_out(cheap(days=2), workers=0, out=tmp_path)
    lines = (tmp_path / JOURNAL).read_text().splitlines(keepends=True)
    (tmp_path / JOURNAL).write_text("".join([*lines[:11], lines[11][:40]]))
    (tmp_path / "results.parquet").unlink()
    found = Sweep.read(tmp_path)
    assert len(found.frame) == 10
    assert found.evidence.returns.shape == (10, 300)
    assert np.array_equal(found.evidence.cells, found.frame["cell"])


def test_a_damaged_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadData, match=r"holds no sweep: it has no journal\.jsonl"):
        Sweep.read(tmp_path)
    carry_out(cheap(days=2), workers=0, out=tmp_path)
    lines = (tmp_path / JOURNAL).read_text().splitlines(keepends=True)
    lines[3] = "nonsense\n"
    (tmp_path / JOURNAL).write_text("".join(lines))
    (tmp_path / "results.parquet").unlink()
    with pytest.raises(BadData, match=r"journal\.jsonl"):
        Sweep.read(tmp_path)


def test_a_grid_too_large_for_daily_returns_keeps_none_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plan, "KEPT_BYTES", 1000)
    found = carry_out(cheap(days=1), workers=0, out=tmp_path)
    assert not (tmp_path / "returns.f4").exists()
    assert json.loads((tmp_path / "sweep.json").read_text())["returns_kept"] is False
    with pytest.raises(BadData, match="keeps no daily returns"):
        _ = found.evidence
