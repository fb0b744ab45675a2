"""Is the best cell of this sweep better than selling, or the luckiest of many?

The join between a sweep on disk and `analysis.luck`: which runs belong to which cell, where a
cell lies on the grid, what was sold in its place beforehand, and what could not be judged.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from microhedge.analysis.equal_protection import TARGET
from microhedge.analysis.luck import SweepLuck, judge_sweep
from microhedge.analysis.sale import sell_once
from microhedge.errors import BadData, NotCovered
from microhedge.plain import plain
from microhedge.sweeping.results import Evidence, Sweep
from microhedge.tape import Floats

if TYPE_CHECKING:
    import pandas as pd

WAIT = "wait"
"""The axis of roll dates: cells that differ by it alone are runs of one cell."""

MOST = 24_000_000
"""Daily returns that are judged at once: with what is derived from them some 2 GB."""

Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """A sweep and the judgement of its best cell; `luck` is None where there is none.

    Luck knows the cells that could be judged by their place, from 0: `at` has the values of each,
    `names` how a sentence calls it, and `place` the place of each row of the sweep's table, −1 for
    one that was not judged.  `tried` counts every cell, roll dates apart.  `notes` say what the
    judgement rests on, or why there is none.
    """

    sweep: Sweep
    luck: SweepLuck | None
    tried: int
    at: tuple[Mapping[str, Any], ...]
    names: tuple[str, ...]
    place: Rows = field(repr=False)
    notes: tuple[str, ...]

    @property
    def sentences(self) -> tuple[str, ...]:
        """The verdict first, what it was made of last."""
        return (*(self.luck.sentences if self.luck else ()), *self.notes)

    @property
    def frame(self) -> pd.DataFrame:
        """The sweep's table with the advantage, the part of tail loss removed and eligibility."""
        frame = self.sweep.frame
        frame["advantage"] = self._by_row(None if self.luck is None else self.luck.cells.advantage)
        frame["removed"] = self._by_row(None if self.luck is None else self.luck.cells.removed)
        frame["eligible"] = (
            False
            if self.luck is None
            else (self.place >= 0) & self.luck.cells.eligible[np.maximum(self.place, 0)]
        )
        return frame

    def _by_row(self, values: Floats | None) -> Floats:
        found = np.full(len(self.place), np.nan)
        if values is not None:
            found[self.place >= 0] = values[self.place[self.place >= 0]]
        return found

    def document(self) -> dict[str, Any]:
        """Return the judgement as JSON has it: numbers, and the sentences that belong to them."""
        luck = self.luck
        told: dict[str, Any] = {
            "state": "not_judged" if luck is None else luck.verdict,
            "sentences": list(self.sentences),
            "tried": self.tried,
            "judged": len(self.at),
        }
        if luck is None:
            return told
        found = luck.evidence
        told |= {
            "target": luck.target,
            "eligible": int(luck.cells.eligible.sum()),
            "years": luck.years,
            "best": None,
        }
        if found is not None:
            split, walk = found.overfitting, found.walk
            told |= {
                "best": {
                    "at": self.at[found.cell],
                    "advantage": found.advantage,
                    "standard_error": found.standard_error,
                    "removed": float(luck.cells.removed[found.cell]),
                    "ties": [self.at[one] for one in found.ties],
                },
                "pvalue": found.pvalue,
                "pvalues": {
                    "same_tail": found.over_same_tail.pvalue,
                    "sale": found.over_sale.pvalue,
                    "unhedged": found.over_unhedged.pvalue,
                },
                "failed": [name for name, did in found.passed if not did],
                "effective_trials": found.trials.effective,
                "deflated_sharpe": found.deflated.probability,
                "deflated_sharpe_all_cells": found.deflated_raw.probability,
                "minimum_years": found.minimum_years,
                "overfitting_probability": None if split is None else split.probability,
                "overfitting_loss": None if split is None else split.loss,
                "walk_forward": None
                if walk is None
                else {"chosen": walk.chosen, "fixed": walk.fixed, "hindsight": walk.hindsight},
            }
        document: dict[str, Any] = plain(told)
        return document


def judge(sweep: Sweep, *, target: float = TARGET, seed: int = 0) -> Judged:
    """Judge a finished sweep by luck, number and equal protection.

    Cells that failed, or lost everything, are counted as tried.  A sweep that cannot be judged is
    returned without `luck` and says why: it is unfinished, keeps no daily returns, starts on
    several dates, has fewer than 504 sessions, or is too large.
    """
    frame = sweep.frame
    cells = _Cells.of(sweep, frame)
    if len(frame) < len(sweep):
        return cells.not_judged(
            f"{len(frame):,} of {len(sweep):,} cells are done, and the best of some is not the "
            "best of all"
        )
    try:
        evidence = sweep.evidence
    except BadData as error:
        return cells.not_judged(str(error).removeprefix(f"{sweep.folder}: "))
    kept = _sound(evidence)
    place = cells.numbered(evidence.cells, kept)
    many = int(place.max(initial=-1)) + 1
    if many == 0:
        return cells.not_judged("no cell has returns to judge")
    sessions = len(evidence.day)
    notes = cells.left_out(place)
    if sessions * many > MOST:
        return cells.not_judged(
            f"{many:,} cells of {sessions:,} sessions are more than can be weighed at once: "
            f"sample {MOST // sessions:,} of them, or take wider steps"
        )
    runs = place[evidence.cells]
    rows = np.flatnonzero(runs >= 0)
    if sessions * len(rows) > MOST:
        returns = _means(evidence.returns, runs, many)
        runs = np.arange(many)
        notes.append(
            "With so many cells each was judged by the mean of its roll phases, a ladder over "
            "them, which loses less at its worst than one of them."
        )
    else:
        runs = runs[rows]
        returns = np.array(evidence.returns[rows].T, np.float64, order="C")
    sold = cells.sales(place, many, first=int(sweep.header["fixed"]["first"]))
    at = cells.at(place, many)
    names = tuple(", ".join(f"{_said(k)} {_said(v)}" for k, v in one.items()) for one in at)
    grid, ordered = cells.grid(place, many)
    if sold.missing:
        notes.append(
            f"{_cells(sold.missing)} fixed no part to sell beforehand and stood beside the "
            "holding itself instead."
        )
    try:
        luck = judge_sweep(
            returns,
            evidence.unhedged,
            _selling(evidence, sold, runs),
            evidence.credit,
            evidence.day,
            cell=runs,
            grid=grid,
            ordered=ordered,
            names=names,
            tried=cells.tried,
            target=target,
            cost=sold.usual_cost,
            seed=seed,
        )
    except NotCovered as error:
        return cells.not_judged(str(error))
    return Judged(sweep, luck, cells.tried, at, names, place, tuple(notes))


@dataclass(frozen=True, slots=True, eq=False)
class _Sales:
    """The sale that was fixed beforehand, by place: how much, at which row, at which cost."""

    fraction: Floats
    row: Rows
    cost: Floats
    missing: int

    @property
    def usual_cost(self) -> float:
        costs = self.cost[self.fraction > 0.0]
        return float(costs.mean()) if len(costs) else 0.0


@dataclass(frozen=True, slots=True, eq=False)
class _Cells:
    """The rows of a sweep's table, and the cell of each: rows that differ by roll dates are one."""

    sweep: Sweep
    frame: pd.DataFrame
    axes: tuple[str, ...]
    key: Rows
    tried: int

    @classmethod
    def of(cls, sweep: Sweep, frame: pd.DataFrame) -> _Cells:
        axes = tuple(name for name in sweep.axes if name != WAIT)
        known: dict[tuple[Any, ...], int] = {}
        values = zip(*(frame[name].tolist() for name in axes), strict=True)
        keys = list(values) if axes else [()] * len(frame)
        key = np.array([known.setdefault(one, len(known)) for one in keys], np.int64)
        # what was drawn or is still to come cannot be told apart before it has run
        tried = len(known) if len(frame) == len(sweep) else len(sweep)
        return cls(sweep, frame, axes, key, tried)

    def not_judged(self, why: str) -> Judged:
        none = np.full(len(self.frame), -1, np.int64)
        return Judged(self.sweep, None, self.tried, (), (), none, (f"Not judged: {why}.",))

    def numbered(self, cells: Rows, sound: NDArray[np.bool_]) -> Rows:
        """Return the place of each row's cell; −1 unless every run of the cell is sound."""
        bad = np.ones(len(self.frame), np.bool_)
        bad[cells] = False
        bad[cells[~sound]] = True
        lost = np.zeros(self.key.max(initial=-1) + 1, np.bool_)
        lost[self.key[bad]] = True
        numbers = np.where(lost, -1, np.cumsum(~lost) - 1)
        found: Rows = numbers[self.key]
        return found

    def left_out(self, place: Rows) -> list[str]:
        """Say which cells are not among those that were judged."""
        out = len(set(self.key[place < 0].tolist()))
        if out == 0:
            return []
        return [f"{_cells(out)} failed or lost everything and count as tried."]

    def _first_rows(self, place: Rows, many: int) -> Rows:
        found = np.full(many, -1, np.int64)
        rows = np.flatnonzero(place >= 0)[::-1]
        found[place[rows]] = rows
        return found

    def at(self, place: Rows, many: int) -> tuple[Mapping[str, Any], ...]:
        """Return the values of each place by axis."""
        columns = {name: self.frame[name].tolist() for name in self.axes}
        rows = self._first_rows(place, many).tolist()
        return tuple({name: columns[name][row] for name in self.axes} for row in rows)

    def grid(self, place: Rows, many: int) -> tuple[Rows, list[bool]]:
        """Return where each place lies, axes that move together as one; and which have an order."""
        zipped = [[*names] for names in self.sweep.header["zip"]]
        follow = {name for names in zipped for name in names[1:]}
        lead = [name for name in self.axes if name not in follow]
        rows = self._first_rows(place, many)
        columns = []
        for name in lead:
            values = self.sweep.header["axes"][name]
            order = {value: k for k, value in enumerate(sorted(values, key=_rank))}
            told = self.frame[name].iloc[rows].tolist()
            columns.append([order[str(v) if isinstance(v, date) else v] for v in told])
        grid = np.array(columns, np.int64).T.reshape(many, len(lead))
        return grid, [_has_order(self.sweep.header["axes"][name]) for name in lead]

    def sales(self, place: Rows, many: int, first: int) -> _Sales:
        """Return the sale beside each place: the mean over its rows, from the common row on."""
        rows = np.flatnonzero(place >= 0)
        count = np.bincount(place[rows], minlength=many)
        columns = [
            self.frame[name].to_numpy(np.float64)[rows]
            for name in ("sell_fraction", "sell_row", "sell_cost")
        ]
        unknown = np.isnan(columns[0])
        fraction, row, cost = (
            np.bincount(place[rows], np.where(unknown, 0.0, column), minlength=many) / count
            for column in columns
        )
        return _Sales(
            fraction=fraction,
            row=np.maximum(np.rint(row).astype(np.int64) - first, 0),
            cost=cost,
            missing=len(set(place[rows][unknown].tolist())),
        )


def _sound(evidence: Evidence) -> NDArray[np.bool_]:
    """Mark the runs whose returns are numbers above −100%."""
    found = np.ones(len(evidence.returns), np.bool_)
    for k, row in enumerate(evidence.returns):
        found[k] = bool((row[1:] > -1.0).all() and np.isfinite(row[1:]).all())
    return found


def _means(returns: NDArray[np.float32], runs: Rows, many: int) -> Floats:
    """Average the runs of each cell: (sessions × cells)."""
    total = np.zeros((many, returns.shape[1]))
    for row, run in zip(returns, runs, strict=True):
        if run >= 0:
            total[run] += row
    total /= np.bincount(runs[runs >= 0], minlength=many)[:, None]
    return np.ascontiguousarray(total.T)


def _selling(evidence: Evidence, sold: _Sales, runs: Rows) -> Floats:
    """Return the returns of the sale beside each run: (sessions × runs), 32 bits each."""
    found = np.empty((len(evidence.day), len(sold.fraction)), np.float32)
    for k, (fraction, row, cost) in enumerate(
        zip(sold.fraction.tolist(), sold.row.tolist(), sold.cost.tolist(), strict=True)
    ):
        found[:, k] = sell_once(
            evidence.unhedged, evidence.credit, fraction=fraction, first=row, cost=cost
        )
    by_run: Any = found if len(runs) == found.shape[1] else found[:, runs]
    return by_run  # type: ignore[no-any-return]


def _has_order(values: Sequence[Any]) -> bool:
    """Whether one can step from a value to the next: numbers and dates, no words."""
    return all(not isinstance(value, bool) and _rank(value)[0] == 0 for value in values)


def _rank(value: Any) -> tuple[int, Any]:
    """Return what to sort a value by: dates, as the header spells them, sort as text."""
    if not isinstance(value, str):
        return 0, value
    try:
        return 0, date.fromisoformat(value).toordinal()
    except ValueError:
        return 1, value


def _said(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:g}"
    return str(value).replace("_", " ")


def _cells(count: int) -> str:
    return "1 cell" if count == 1 else f"{count:,} cells"
