"""What does a worker do?  It unpacks the job once, and answers for each chunk of cells."""

from __future__ import annotations

import os
import pickle
import signal
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from time import perf_counter

from microhedge.errors import MicrohedgeError, SweepError
from microhedge.sweeping.build import build
from microhedge.sweeping.job import Bench, Cell, Job

_ONE_AT_A_TIME = Lock()


@dataclass(frozen=True, slots=True)
class Done:
    """A chunk that was run: its cells, and the seconds that it took."""

    cells: tuple[Cell, ...]
    seconds: float


def run_cells(bench: Bench, numbers: Sequence[int]) -> Done:
    """Run cells; one that raises is a cell with an error."""
    began = perf_counter()
    cells = tuple(_guarded(bench, number) for number in numbers)
    return Done(cells, perf_counter() - began)


def run_chunk(packed: bytes | str, expected: str, numbers: Sequence[int]) -> Done:
    """Run cells of a job that arrived as bytes, or as the path of a file with them.

    Raises SweepError if this worker's code is not that of the driver.
    """
    if build() != expected:
        raise SweepError(
            f"a worker runs microhedge {build()} and the sweep is of {expected}: "
            "install the same on both and start the worker again"
        )
    # threads of one process would share caches that expect one user
    with _ONE_AT_A_TIME:
        return run_cells(_unpacked(packed), numbers)


def quiet() -> None:
    """Leave an interrupt to the driver, which ends this worker itself."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


@lru_cache(maxsize=1)
def _unpacked(packed: bytes | str) -> Bench:
    if isinstance(packed, str):
        with open(packed, "rb") as file:
            job: Job = pickle.load(file)
    else:
        job = pickle.loads(packed)
    if job.luggage is None:
        raise SweepError(f"process {os.getpid()} was sent a strategy that cannot travel")
    return Bench(job, job.luggage.unpack())


def _guarded(bench: Bench, number: int) -> Cell:
    try:
        return bench.cell(number)
    except MicrohedgeError as error:
        return Cell(number, None, error=" ".join(str(error).split()))
    except Exception as error:
        # whatever a strategy's own code raises belongs to its cell, not to the sweep
        said = " ".join(f"{type(error).__name__}: {error}".split())
        return Cell(number, None, error=said)
