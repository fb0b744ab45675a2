"""A dask cluster comes to the same as one process, also when a worker dies."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

import pytest
from grid_jobs import cheap

from microhedge.errors import UsageError
from microhedge.sweeping import places
from microhedge.sweeping.driver import Progress, carry_out
from microhedge.sweeping.results import Sweep

pytest.importorskip("distributed", reason="a cluster needs the package distributed")
# a client that waits for a scheduler nobody started leaves its coroutine to the collector
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@contextmanager
def cluster(folder: Path, workers: int) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """Start a scheduler and workers that know the library and nothing of this folder."""
    about = folder / "scheduler.json"
    library = str(Path(places.__file__).parents[2])
    places_of = {"cwd": folder, "env": os.environ | {"PYTHONPATH": library}}
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    dask, options = "distributed.cli.dask_", ["--no-dashboard", "--scheduler-file", str(about)]

    def start(what: str, *words: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", dask + what, *options, *words]
        return subprocess.Popen(command, **places_of, **quiet)  # type: ignore[call-overload, no-any-return]

    started = [start("scheduler", "--host", "127.0.0.1", "--port", "0")]
    try:
        until = monotonic() + 60
        while not about.exists() or not about.read_text():
            assert monotonic() < until
            sleep(0.05)
        started += [start("worker", "--nthreads", "1", "--no-nanny") for _ in range(workers)]
        yield json.loads(about.read_text())["address"], started[1:]
    finally:
        for process in reversed(started):
            process.terminate()
        for process in started:
            process.wait(timeout=30)


def content(found: Sweep) -> tuple[bytes, bytes]:
    table, returns = found.folder / "results.parquet", found.folder / "returns.f4"
    return table.read_bytes(), returns.read_bytes()


def test_a_cluster_comes_to_the_same_with_a_worker_killed_on_the_way(tmp_path: Path) -> None:
    (tmp_path / "away").mkdir()
    here = content(carry_out(cheap(days=60), workers=0, out=tmp_path / "here"))
    with cluster(tmp_path / "away", workers=2) as (address, workers):
        seen: list[int] = []

        def watch(progress: Progress) -> None:
            if progress.done > 100 and not seen:
                os.kill(workers[0].pid, signal.SIGKILL)
                seen.append(progress.done)

        there = carry_out(cheap(days=60), cluster=address, out=tmp_path / "there", progress=watch)
    assert seen
    assert seen[0] < 960
    assert content(there) == here


def test_a_cluster_that_is_not_there_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "ANSWER", 1)
    with pytest.raises(UsageError, match="no dask scheduler answers at 'tcp://127"):
        carry_out(cheap(days=1), cluster="tcp://127.0.0.1:9", out=tmp_path)
    with pytest.raises(UsageError, match="a cluster has its own"):
        carry_out(cheap(days=1), cluster="tcp://127.0.0.1:9", workers=2)
