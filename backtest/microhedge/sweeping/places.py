"""Where are cells run: in this process, in others on this machine, or on a dask cluster?

A place takes chunks and hands back futures; what a chunk comes to is the same everywhere.
"""

from __future__ import annotations

import os
import pickle
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Collection, Sequence
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait
from functools import partial
from importlib import import_module
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from microhedge.errors import SweepError, UsageError
from microhedge.sweeping.build import build
from microhedge.sweeping.cell import Done, quiet, run_cells, run_chunk
from microhedge.sweeping.job import Bench, Job

# a chunk is one task of one core: threads of the linear algebra would fight over it
THREADS = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")

IDLE = 20
"""Seconds after which a worker without a driver leaves."""

PICKED_UP = 2
"""Seconds in which a pool has picked up a new chunk; no more are handed out than it takes."""

ANSWER = 10
"""Seconds in which a scheduler must answer."""

LONELY = 60
"""Seconds without any worker after which a cluster is given up."""


class WorkerDied(Exception):
    """A worker was lost with its chunk."""


class Place(ABC):
    """Runs chunks of cells."""

    name: str

    @property
    @abstractmethod
    def width(self) -> int:
        """Chunks that run at once."""

    @abstractmethod
    def submit(self, numbers: Sequence[int]) -> Any:
        """Start a chunk and return its future."""

    @abstractmethod
    def finished(self, futures: Collection[Any], timeout: float) -> set[Any]:
        """Wait for a future to finish, and return those that have."""

    @abstractmethod
    def result(self, future: Any) -> Done:
        """Return what a finished chunk came to; raises WorkerDied if its worker was lost."""

    @abstractmethod
    def close(self, *, at_once: bool = False) -> None:
        """Leave no worker and no file behind; `at_once` does not wait for what is running."""


class Here(Place):
    """The process itself, one cell after the other."""

    name = "in process"
    width = 1

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    def submit(self, numbers: Sequence[int]) -> Future[Done]:
        """Run the chunk, and return its future, which is done."""
        future: Future[Done] = Future()
        future.set_result(run_cells(self._bench, numbers))
        return future

    def finished(self, futures: Collection[Any], timeout: float) -> set[Any]:
        """Return all."""
        return set(futures)

    def result(self, future: Future[Done]) -> Done:
        """Return what the chunk came to."""
        return future.result()

    def close(self, *, at_once: bool = False) -> None:
        """Nothing was started."""


class Processes(Place):
    """Processes of this machine, started without this one's memory (loky).

    The job lies in a file that each reads once; a chunk is a few whole numbers.
    """

    def __init__(self, job: Job, workers: int) -> None:
        self._workers = workers
        self.name = f"{workers} processes"
        handle, self._path = tempfile.mkstemp(prefix="microhedge-sweep-", suffix=".pickle")
        with os.fdopen(handle, "wb") as file:
            pickle.dump(job, file, pickle.HIGHEST_PROTOCOL)
        self._pool: Any = None
        self._newest: Any = None
        self._restart()

    @property
    def width(self) -> int:
        """Processes."""
        return self._workers

    def submit(self, numbers: Sequence[int]) -> Any:
        """Start a chunk."""
        from joblib.externals.loky.process_executor import BrokenProcessPool  # noqa: PLC0415

        task = partial(run_chunk, self._path, build(), tuple(numbers))
        try:
            self._newest = self._pool.submit(task)
        except BrokenProcessPool:
            self._restart()
            self._newest = self._pool.submit(task)
        return self._newest

    def finished(self, futures: Collection[Any], timeout: float) -> set[Any]:
        """Wait for the first."""
        return wait(futures, timeout, FIRST_COMPLETED).done

    def result(self, future: Any) -> Done:
        """Return what the chunk came to."""
        from joblib.externals.loky.process_executor import BrokenProcessPool  # noqa: PLC0415

        try:
            found: Done = future.result()
        except BrokenProcessPool as error:
            raise WorkerDied from error
        return found

    def _restart(self) -> None:
        """Start a pool, in the place of one that broke."""
        # loky costs a tenth of a second that a sweep in process does not need
        from joblib.externals.loky import ProcessPoolExecutor  # noqa: PLC0415

        if self._pool is not None:
            self._pool.shutdown(wait=True, kill_workers=True)
        self._pool = ProcessPoolExecutor(
            self._workers, timeout=IDLE, initializer=quiet, env=THREADS
        )

    def close(self, *, at_once: bool = False) -> None:
        """End every process."""
        until = monotonic() + PICKED_UP
        while self._newest is not None and monotonic() < until:
            # loky stumbles over a chunk that it is told to drop before it has picked it up
            if self._newest.running() or self._newest.done():
                break
            sleep(0.001)
        self._pool.shutdown(wait=True, kill_workers=True)
        Path(self._path).unlink(missing_ok=True)


class Cluster(Place):
    """The workers of a dask scheduler that the user started."""

    def __init__(self, job: Job, address: str) -> None:
        try:
            self._dask: Any = import_module("distributed")  # an extra
        except ModuleNotFoundError:
            raise UsageError(
                "a cluster needs the package distributed: pip install 'microhedge[cluster]'"
            ) from None
        self._address = address
        try:
            self._client: Any = self._dask.Client(address, timeout=ANSWER, set_as_default=False)
        except (OSError, ValueError) as error:
            raise UsageError(
                f"no dask scheduler answers at {address!r} ({error}): "
                "start one with `dask scheduler`, as in tcp://host:8786"
            ) from None
        self.name = f"the cluster at {address}"
        self._seen = monotonic()
        try:
            self._client.wait_for_workers(1, timeout=ANSWER)
        except TimeoutError:
            self._client.close()
            raise UsageError(
                f"the scheduler at {address} has no worker: "
                f"start some with `dask worker {address} --nthreads 1`"
            ) from None
        # as a task, and not as scattered data, it is made again when its worker is lost
        self._job = self._client.submit(
            bytes, pickle.dumps(job, pickle.HIGHEST_PROTOCOL), pure=False
        )

    @property
    def width(self) -> int:
        """Threads of all workers."""
        return max(1, sum(map(int, self._client.nthreads().values())))

    def submit(self, numbers: Sequence[int]) -> Any:
        """Start a chunk."""
        return self._client.submit(run_chunk, self._job, build(), tuple(numbers), pure=False)

    def finished(self, futures: Collection[Any], timeout: float) -> set[Any]:
        """Wait for the first."""
        try:
            with self._client.as_current():
                return set(self._dask.wait(list(futures), timeout, "FIRST_COMPLETED").done)
        except TimeoutError:
            self._look()
            return set()

    def result(self, future: Any) -> Done:
        """Return what the chunk came to."""
        try:
            found: Done = future.result()
        except self._dask.KilledWorker as error:
            raise WorkerDied from error
        except CancelledError:
            raise SweepError(f"the scheduler at {self._address} is gone") from None
        except (ImportError, AttributeError) as error:
            raise SweepError(
                f"a worker cannot run this sweep ({error}): "
                f"install microhedge {build()} on every worker and start it again"
            ) from None
        return found

    def _look(self) -> None:
        """Give up a cluster that is no longer there."""
        if self._client.status != "running":
            raise SweepError(f"the scheduler at {self._address} is gone")
        if self._client.nthreads():
            self._seen = monotonic()
        elif monotonic() - self._seen > LONELY:
            raise SweepError(f"the scheduler at {self._address} lost its last worker")

    def close(self, *, at_once: bool = False) -> None:
        """Leave the cluster; what it has not begun is forgotten."""
        self._client.close(timeout=1 if at_once else 10)
