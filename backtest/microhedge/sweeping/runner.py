"""How are the cells of a sweep spread over a place, and what if a worker dies?

Chunks take some 0.3 s each, so that what is in flight is soon done again.  When a worker is lost,
the chunks in flight are run again one at a time and halved until one cell is left that ends its
worker alone, twice: that cell has crashed, and the rest go on.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from microhedge.sweeping.cell import Done
from microhedge.sweeping.job import Cell
from microhedge.sweeping.places import Place, WorkerDied

CHUNK_SECONDS = 0.3
MOST_CELLS = 200
"""Cells of one chunk at most."""

LOOK = 0.25
"""Seconds after which a wait without news is reported."""

Chunk = tuple[int, ...]


@dataclass(slots=True)
class Runner:
    """Runs cells at a place and hands each to `deliver`; `report` is called along the way."""

    place: Place
    deliver: Callable[[Cell, bool], None]
    report: Callable[[], None]
    seconds: float | None = None
    _flying: dict[Any, Chunk] = field(default_factory=dict)
    _suspects: deque[Chunk] = field(default_factory=deque)
    _alone: bool = False
    _died: set[int] = field(default_factory=set)

    def run(self, cells: NDArray[np.int64]) -> None:
        """Run every cell given, in chunks of neighbours."""
        waiting = self._cut(cells)
        while True:
            self._start(waiting)
            if not self._flying:
                return
            for future in self.place.finished(self._flying, LOOK):
                self._take(future)
            self.report()

    def _start(self, waiting: Iterator[Chunk]) -> None:
        if self._suspects or self._alone:
            # alone, or the one that dies next could not be told from its neighbours
            if not self._flying:
                self._alone = bool(self._suspects)
                if self._alone:
                    self._fly(self._suspects.popleft())
            if self._alone:
                return
        while not self._suspects and len(self._flying) < 2 * self.place.width:
            chunk = next(waiting, None)
            if chunk is None:
                return
            self._fly(chunk)

    def _fly(self, chunk: Chunk) -> None:
        self._flying[self.place.submit(chunk)] = chunk

    def _take(self, future: Any) -> None:
        chunk = self._flying.pop(future)
        try:
            done = self.place.result(future)
        except WorkerDied:
            self._lost(chunk)
            return
        self._time(done, len(chunk))
        for cell in done.cells:
            self.deliver(cell, False)

    def _lost(self, chunk: Chunk) -> None:
        half = len(chunk) // 2
        if not self._alone:
            self._suspects.append(chunk)
        elif half:
            self._suspects.extendleft((chunk[half:], chunk[:half]))
        elif chunk[0] in self._died:
            self.deliver(Cell(chunk[0], None, error="ended the process that ran it"), True)
        else:
            self._died.add(chunk[0])
            self._suspects.appendleft(chunk)

    def _time(self, done: Done, count: int) -> None:
        each = done.seconds / count
        self.seconds = each if self.seconds is None else 0.7 * self.seconds + 0.3 * each

    def _cut(self, cells: NDArray[np.int64]) -> Iterator[Chunk]:
        """Cut chunks as long as cells turn out to take, and shorter towards the end."""
        begin = 0
        while begin < len(cells):
            fair = -(-(len(cells) - begin) // (2 * self.place.width))
            size = 1 if self.seconds is None else int(CHUNK_SECONDS / max(self.seconds, 1e-6))
            size = max(1, min(size, fair, MOST_CELLS))
            yield tuple(cells[begin : begin + size].tolist())
            begin += size
