"""What exactly does the report of a sweep read?

The pages know nothing of journals or runs: `reading` fills these values from a judged sweep, and
tests fill them by hand.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray

from microhedge.analysis.luck import SweepLuck

Floats = NDArray[np.float64]
Places = NDArray[np.int64]

MEASURES = ("annual_return", "cost_per_year", "tail_loss", "max_drawdown", "sell_fraction")
"""Columns of the sweep's table that the report shows."""


@dataclass(frozen=True, slots=True)
class Axis:
    """One axis: its name, its values as they are written, and whether they have an order."""

    name: str
    values: tuple[str, ...]
    ordered: bool


@dataclass(frozen=True, slots=True, eq=False)
class SweepSubject:
    """A sweep as its report sees it.

    `at` has, for each cell that ran, its place on each axis; by cell are also `measures` (NaN
    where a run has no such number) and, for the cells that could be judged, their number in `luck`
    in `judged` (−1 for the others).  `failed` are the places of the cells that did not run, and
    `reasons` says for each error how many cells it stopped.  `uses_options` is whether a cell held
    an option until it ended.  `luck` is None where nothing could
    be judged, and then the first of `notes` says why.
    """

    holding: str
    strategy: str
    shares: str
    start: date
    end: date
    sessions: int
    phases: int
    tried: int
    axes: tuple[Axis, ...]
    at: Places
    judged: Places
    measures: Mapping[str, Floats]
    failed: Places
    reasons: tuple[tuple[str, int], ...]
    luck: SweepLuck | None
    names: tuple[str, ...]
    notes: tuple[str, ...]
    items: tuple[tuple[str, str, str], ...]
    limits: tuple[str, ...]
    command: str
    version: str
    versions: str
    sweep_hash: str
    data_hash: str
    uses_options: bool = False
    walk_days: Places = field(default_factory=lambda: np.zeros(0, np.int64))

    @property
    def advantage(self) -> Floats:
        """The advantage of each cell over the sale with the same tail loss; NaN unless judged."""
        return self.of_luck("advantage")

    @property
    def removed(self) -> Floats:
        """The part of the tail loss that each cell removed; NaN unless judged."""
        return self.of_luck("removed")

    @property
    def eligible(self) -> NDArray[np.bool_]:
        """Which cells removed enough to be compared."""
        if self.luck is None:
            return np.zeros(len(self.at), np.bool_)
        return (self.judged >= 0) & self.luck.cells.eligible[np.maximum(self.judged, 0)]

    @property
    def best(self) -> int | None:
        """The row of the best cell among those that ran."""
        if self.luck is None or self.luck.evidence is None:
            return None
        return int(np.flatnonzero(self.judged == self.luck.evidence.cell)[0])

    @property
    def ties(self) -> set[int]:
        """The rows of the cells that cannot be told apart from the best, itself among them."""
        if self.luck is None or self.luck.evidence is None:
            return set()
        return set(np.flatnonzero(np.isin(self.judged, self.luck.evidence.ties)).tolist())

    @property
    def standard_error(self) -> Floats:
        """The standard error of each cell's advantage; NaN unless judged."""
        return self.by_cell(None if self.luck is None else self.luck.standard_errors)

    def of_luck(self, name: str) -> Floats:
        """Return a number of each cell's protection by its name; NaN unless judged."""
        return self.by_cell(None if self.luck is None else getattr(self.luck.cells, name))

    def by_cell(self, values: Floats | None) -> Floats:
        """Return what is known by the number in `luck` for each cell; NaN unless judged."""
        found = np.full(len(self.at), np.nan)
        if values is not None:
            found[self.judged >= 0] = values[self.judged[self.judged >= 0]]
        return found
