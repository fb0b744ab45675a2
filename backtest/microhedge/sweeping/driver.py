"""How is a sweep carried out?  The driver opens the journal, runs what is missing, and tells.

Nothing is lost: what is finished is on disk before the next chunk is asked for, and the same
command goes on where the last one ended, however it ended.
"""

from __future__ import annotations

import json
import platform
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from time import monotonic
from typing import Any
from weakref import finalize

import numpy as np
from numpy.typing import NDArray

from microhedge.errors import ParameterError, SweepError, UsageError
from microhedge.plain import plain
from microhedge.sweeping.build import build
from microhedge.sweeping.job import RUN, Cell, sessions
from microhedge.sweeping.journal import JOURNAL, RETURNS, Journal
from microhedge.sweeping.places import Cluster, Here, Place, Processes
from microhedge.sweeping.plan import Plan, travelling
from microhedge.sweeping.results import ABOUT, CREDIT, DAYS, HELD, Sweep
from microhedge.sweeping.runner import Runner
from microhedge.sweeping.table import TABLE, write_table
from microhedge.workers import WORTH, cores
from microhedge.yardsticks import credit_returns

TIMED = 2
"""Cells that are run in this process before others are started."""


class Stopped(KeyboardInterrupt):
    """The user stopped a sweep; its text says how far it came and how it goes on."""

    @property
    def told(self) -> str:
        """How far it came."""
        return str(self).partition(":")[0]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a sweep has come.  `rate` is cells a second since it (re)started, None at first."""

    done: int
    failed: int
    cells: int
    rate: float | None
    place: str

    @property
    def seconds_left(self) -> float | None:
        """What is left at the present rate."""
        return (self.cells - self.done) / self.rate if self.rate else None


Watcher = Callable[[Progress], None]


def carry_out(
    plan: Plan,
    *,
    workers: int | None = None,
    cluster: str | None = None,
    out: Path | None = None,
    fresh: bool = False,
    progress: Watcher | None = None,
    command: str | None = None,
) -> Sweep:
    """Run every cell that a folder does not have yet, and return the sweep.

    `workers` is the number of processes, 0 or 1 for this one; by default as many as pay.
    `cluster` is the address of a dask scheduler.  Without `out` the results live as long as
    what is returned.  Raises Stopped on an interrupt.
    """
    if workers is not None and workers < 0:
        raise ParameterError(f"workers must be 0 or more, was {workers}")
    if workers is not None and cluster is not None:
        raise UsageError("workers are those of this machine: a cluster has its own")
    if out is not None:
        return _carried_out(plan, out, workers, cluster, progress, fresh=fresh, command=command)
    folder = Path(mkdtemp(prefix="microhedge-sweep-"))
    try:
        found = _carried_out(plan, folder, workers, cluster, progress, command=command)
    except Stopped as stop:
        rmtree(folder, ignore_errors=True)
        raise Stopped(f"{stop.told}: nothing was kept without a folder") from None
    except BaseException:
        rmtree(folder, ignore_errors=True)
        raise
    finalize(found, rmtree, folder, ignore_errors=True)
    return found


def _carried_out(
    plan: Plan,
    folder: Path,
    workers: int | None,
    cluster: str | None,
    progress: Watcher | None,
    *,
    fresh: bool = False,
    command: str | None = None,
) -> Sweep:
    journal = _opened(folder, plan, fresh, command)
    try:
        _Driver(plan, journal, progress).run(workers, cluster)
    except KeyboardInterrupt:
        done, cells = int(journal.done.sum()), journal.cells
        raise Stopped(
            f"stopped; {done:,} of {cells:,} cells are done: the same command goes on"
        ) from None
    finally:
        journal.close()
    write_table(folder)
    return Sweep.read(folder)


def _opened(folder: Path, plan: Plan, fresh: bool, command: str | None) -> Journal:
    job = plan.job
    width = job.phases * sessions(job)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if fresh:
            for name in (JOURNAL, RETURNS, TABLE, ABOUT, DAYS, HELD, CREDIT):
                (folder / name).unlink(missing_ok=True)
        journal = Journal.open(folder, plan.header, len(plan.grid), width, keep=job.keep)
        alone = plan.bench().alone({})
        np.save(folder / DAYS, alone.day)
        np.save(folder / HELD, alone.returns)
        np.save(folder / CREDIT, credit_returns(job.setup))
        about: Mapping[str, Any] = {
            "microhedge": build(),
            "python": platform.python_version(),
            "numpy": np.__version__,
            "command": command,
            **plan.header,
            **plan.summary,
        }
        text = json.dumps(plain(about), indent=1, allow_nan=False, ensure_ascii=False)
        (folder / ABOUT).write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise SweepError(f"{error.filename or folder}: {error.strerror}") from error
    return journal


class _Driver:
    """Carries one sweep out."""

    def __init__(self, plan: Plan, journal: Journal, progress: Watcher | None) -> None:
        self._plan, self._journal, self._progress = plan, journal, progress
        self._before = int(journal.done.sum())
        self._done = self._before
        self._began = monotonic()
        self._place = ""

    def run(self, workers: int | None, cluster: str | None) -> None:
        """Run what is missing where it was asked for, or where it is soonest done."""
        left = self._ordered()
        plan = self._plan
        if len(left) == 0:
            return
        if cluster is not None:
            self._at(Cluster(travelling(plan), cluster), left)
        elif workers is not None and workers > 1:
            self._at(Processes(travelling(plan), workers), left)
        elif workers is not None or cores() < 2:
            self._at(Here(plan.bench()), left)
        else:
            here = Here(plan.bench())
            seconds = self._at(here, left[:TIMED], of=1)
            left = left[TIMED:]
            if (seconds or 0.0) * len(left) * (1.0 - 1.0 / cores()) < WORTH:
                self._at(here, left, seconds)
            else:
                self._at(Processes(travelling(plan), cores()), left, seconds)

    def _ordered(self) -> NDArray[np.int64]:
        """Return the missing cells, those that share prices and fits beside each other."""
        grid, job = self._plan.grid, self._plan.job
        fast = {*job.costs, "fill", "wait"}
        own = [axis.name for axis in grid.axes if axis.name not in {*fast, *RUN}]
        left = np.flatnonzero(~self._journal.done)
        return grid.grouped(left, ("start", "vol", *own))

    def _at(
        self,
        place: Place,
        cells: NDArray[np.int64],
        seconds: float | None = None,
        of: int | None = None,
    ) -> float | None:
        self._place = place.name
        runner = Runner(place, self._deliver, self._tell, seconds)
        try:
            for part in [cells] if of is None else np.array_split(cells, len(cells) // of):
                runner.seconds = seconds if of is None else None
                runner.run(part)
        except BaseException:
            place.close(at_once=True)
            raise
        place.close()
        return runner.seconds

    def _deliver(self, cell: Cell, crashed: bool) -> None:
        status = "ok" if cell.error is None else "crashed" if crashed else "failed"
        line = {
            "id": self._plan.name_of(cell.number),
            "at": plain(self._plan.grid.at(cell.number)),
            "status": status,
            **({"error": cell.error} if cell.stats is None else {"stats": cell.stats}),
        }
        self._journal.add(cell.number, cell.returns, line)
        self._done += 1

    def _tell(self) -> None:
        if self._progress is not None:
            passed = monotonic() - self._began
            mine = self._done - self._before
            self._progress(
                Progress(
                    done=self._done,
                    failed=self._journal.failed,
                    cells=self._journal.cells,
                    rate=mine / passed if mine and passed > 0.0 else None,
                    place=self._place,
                )
            )
