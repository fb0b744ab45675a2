"""Where is independent work done: here, or on every core of this machine?"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from time import perf_counter
from typing import TypeVar

Job = TypeVar("Job")
Done = TypeVar("Done")

WORTH = 1.0
"""Seconds that processes must save: what they take to start, twice."""


def cores() -> int:
    """Return the cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def spread(work: Callable[[Job], Done], jobs: Sequence[Job]) -> list[Done]:
    """Return `work(job)` of every job in their order, the same wherever it is done.

    The first is done here, and timed; the rest go to other processes where that saves `WORTH`.
    """
    began = perf_counter()
    done = [work(job) for job in jobs[:1]]
    rest = jobs[1:]
    workers = min(cores(), len(rest))
    if workers < 2 or (perf_counter() - began) * len(rest) * (1.0 - 1.0 / workers) < WORTH:
        return done + [work(job) for job in rest]
    from joblib import Parallel, delayed  # noqa: PLC0415 - most runs never need it

    with Parallel(n_jobs=workers, inner_max_num_threads=1) as pool:
        return done + list(pool(delayed(work)(job) for job in rest))
