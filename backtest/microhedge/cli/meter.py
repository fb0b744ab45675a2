"""How does a long command show how far it is?"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING

from microhedge.cli.outcome import note

if TYPE_CHECKING:
    from microhedge.sweeping.driver import Progress, Watcher

ON_A_TERMINAL, ELSEWHERE = 0.2, 15.0
"""Seconds between two looks."""


@contextmanager
def meter() -> Iterator[Watcher]:
    """Give what a sweep reports its progress to."""
    live = sys.stderr.isatty()
    began = last = monotonic()
    shown = False

    def watch(progress: Progress) -> None:
        nonlocal last, shown
        now = monotonic()
        if now - last < (ON_A_TERMINAL if live else ELSEWHERE) or now - began < 1.0:
            return
        last, line = now, told(progress)
        if live:
            sys.stderr.write(f"\r\x1b[K{line}")
            sys.stderr.flush()
            shown = True
        else:
            note(line)

    try:
        yield watch
    finally:
        if shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


def told(progress: Progress) -> str:
    """Say how far it is: done, failed, rate, time left, and where it runs."""
    parts = [f"{progress.done:,} of {progress.cells:,} cells"]
    if progress.failed:
        parts.append(f"{progress.failed:,} failed")
    if progress.rate is not None:
        parts.append(f"{progress.rate:,.3g} a second")
    if progress.seconds_left is not None:
        parts.append(f"{clock(progress.seconds_left)} left")
    return " · ".join([*parts, progress.place])


def clock(seconds: float) -> str:
    """Return a span of time as h:mm:ss, or m:ss below an hour."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
