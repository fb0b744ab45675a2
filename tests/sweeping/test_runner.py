"""A sweep comes to the same wherever it runs, and whoever dies on the way."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import numpy as np
import pytest
from grid_jobs import SUMS, cheap, pairs, puts

from microhedge.sweeping.driver import carry_out
from microhedge.sweeping.places import Processes
from microhedge.sweeping.plan import travelling
from microhedge.sweeping.results import Sweep


def content(found: Sweep) -> tuple[bytes, bytes]:
    """What a sweep came to, to the last bit."""
    return (found.folder / "results.parquet").read_bytes(), (
        found.folder / "returns.f4"
    ).read_bytes()


@pytest.mark.parametrize(("name", "workers"), [("pairs", 0), ("puts", 2)])
def test_the_grids_end_where_every_other_engine_does(name: str, workers: int) -> None:
    found = carry_out(pairs() if name == "pairs" else puts(), workers=workers)
    assert len(found.frame) == 200
    assert found.frame["final_equity"].sum() == pytest.approx(SUMS[name], abs=0.005)


def test_processes_come_to_the_same_as_one(tmp_path: Path) -> None:
    here = carry_out(cheap(), workers=0, out=tmp_path / "here")
    there = carry_out(cheap(), workers=2, out=tmp_path / "there")
    assert len(here.frame) == 320
    assert content(here) == content(there)


def test_a_cell_that_raises_is_a_row_with_its_error() -> None:
    found = carry_out(cheap(fault="raise"), workers=0)
    frame = found.frame
    bad = frame[frame["status"] == "failed"]
    assert bad["part"].tolist() == [0.25] * 20
    assert "ZeroDivisionError: on purpose" in bad["error"].iloc[0]
    assert frame["annual_return"].isna().sum() == 20
    assert np.isfinite(found.evidence.returns).all()
    assert len(found.evidence.returns) == 300


def test_a_cell_that_ends_its_worker_is_found_and_the_rest_go_on(tmp_path: Path) -> None:
    plan = cheap(parts=16, days=1, fault="exit")
    frame = carry_out(plan, workers=2, out=tmp_path).frame
    assert frame["status"].value_counts().to_dict() == {"ok": 15, "crashed": 1}
    assert frame.loc[frame["status"] == "crashed", "part"].tolist() == [0.25]


def test_a_worker_that_was_killed_once_costs_nothing(tmp_path: Path) -> None:
    mark = str(tmp_path / "died")
    found = carry_out(cheap(days=1, fault="once", mark=mark), workers=2)
    assert Path(mark).exists()
    assert set(found.frame["status"]) == {"ok"}


def test_a_process_computes_with_one_thread() -> None:
    # as many threads of the linear algebra as cores, in as many processes, would fight over them
    place = Processes(travelling(cheap()), 1)
    try:
        asked = place._pool.submit(_threads)
        assert asked.result() == ["1", "1", "1"]
    finally:
        place.close(at_once=True)


def test_a_pool_that_is_closed_with_work_just_handed_out_says_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said: list[object] = []
    monkeypatch.setattr(threading, "excepthook", said.append)
    for _ in range(3):
        place = Processes(travelling(cheap()), 2)
        place.submit((0,)).result()
        for number in range(1, 4):
            place.submit((number,))
        place.close(at_once=True)
    assert said == []


def _threads() -> list[str | None]:
    return [os.environ.get(f"{name}_NUM_THREADS") for name in ("OMP", "OPENBLAS", "MKL")]
