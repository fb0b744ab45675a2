"""Is the best cell of this sweep better than selling, or the luckiest of many?

The join between a sweep on disk and `analysis.luck`: which runs belong to which cell, where a
cell lies on the grid, what was sold in its place beforehand, and what could not be judged.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from microhedge.analysis.equal_protection import TARGET, TOO_SHORT
from microhedge.analysis.luck import SweepLuck, judge_sweep
from microhedge.analysis.sale import sell_once
from microhedge.errors import BadData, NotCovered
from microhedge.plain import plain
from microhedge.sweeping.layout import Layout
from microhedge.sweeping.results import NOT_KEPT, SEVERAL_STARTS, Evidence, Sweep
from microhedge.tape import Floats
from microhedge.told import figure, heard, told, told_count

if TYPE_CHECKING:
    import pandas as pd

MOST = 28_000_000
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
    layout: Layout
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
        """The sweep's table with the part of tail loss removed, eligibility and the advantage.

        A cell that is not eligible has no advantage: sorting by it must not bring it up.
        """
        frame = self.sweep.frame
        cells = None if self.luck is None else self.luck.cells
        removed = self._by_row(None if cells is None else cells.removed)
        eligible = removed >= (np.inf if self.luck is None else self.luck.target)
        advantage = self._by_row(None if cells is None else cells.advantage)
        frame["removed"], frame["eligible"] = removed, eligible
        frame["advantage"] = np.where(eligible, advantage, np.nan)
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
                    "advantage_over_sale": found.advantage_over_sale,
                    "removed": float(luck.cells.removed[found.cell]),
                    "ties": [self.at[one] for one in found.ties],
                },
                "pvalue": found.pvalue,
                "pvalues": {
                    "same_tail": found.over_same_tail.pvalue,
                    "sale": found.over_sale.pvalue,
                    "unhedged": found.over_unhedged.pvalue,
                },
                "failed": list(found.failed),
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
    layout = Layout.of(sweep, frame)
    if len(frame) < len(sweep):
        return _not_judged(
            sweep,
            layout,
            told(
                "{done} of {cells} cells are done, and the best of some is not the best of all",
                done=figure(f"{len(frame):,}"),
                cells=figure(f"{len(sweep):,}"),
            ),
        )
    # before anything is read: a large sweep has some gigabytes of returns
    cells = len(set(layout.cell[frame["status"].to_numpy() == "ok"].tolist()))
    sessions = int(sweep.about["sessions"]) - int(sweep.header["fixed"]["first"])
    if sweep.about["returns_kept"] and sessions * cells > MOST:
        return _not_judged(
            sweep,
            layout,
            told(
                "{cells} cells of {sessions} sessions are more than can be weighed at once; sample "
                "{most} of them, or take wider steps",
                cells=figure(f"{cells:,}"),
                sessions=figure(f"{sessions:,}"),
                most=figure(f"{MOST // sessions:,}"),
            ),
        )
    try:
        evidence = sweep.evidence
    except BadData as error:
        why = str(error).removeprefix(f"{sweep.folder}: ")
        return _not_judged(sweep, layout, heard(why, (NOT_KEPT, SEVERAL_STARTS)))
    place = _numbered(layout, evidence)
    many = int(place.max(initial=-1)) + 1
    if many == 0:
        return _not_judged(sweep, layout, told("no cell has returns to judge"))
    notes = []
    if many < layout.cells:
        text = told_count(
            "{n} cell failed or lost everything and counted as tried.",
            "{n} cells failed or lost everything and counted as tried.",
            layout.cells - many,
        )
        notes.append(text)
    runs = place[evidence.cells]
    kept = np.flatnonzero(runs >= 0)
    if sessions * len(kept) > MOST:
        returns, runs = _means(evidence.returns, runs, many), np.arange(many)
        text = told(
            "With so many cells each was judged by the mean of its roll dates: a ladder over them, "
            "which loses less at its worst than one of them."
        )
        notes.append(text)
    else:
        returns, runs = np.array(evidence.returns[kept].T, np.float64, order="C"), runs[kept]
    sold = _Sales.of(frame, place, many, first=int(sweep.header["fixed"]["first"]))
    if sold.missing:
        text = told_count(
            "For {n} cell no size of a sale was known beforehand, as it never traded or too few "
            "prices preceded its first trade; it was compared with keeping all instead.",
            "For {n} cells no size of a sale was known beforehand, as they never traded or too few "
            "prices preceded their first trade; they were compared with keeping all instead.",
            sold.missing,
        )
        notes.append(text)
    rows = _first_rows(place, many)
    names = tuple(map(layout.name, rows))
    try:
        luck = judge_sweep(
            returns,
            evidence.unhedged,
            sold.returns(evidence, runs),
            evidence.credit,
            evidence.day,
            cell=runs,
            grid=layout.places[rows],
            ordered=[axis.ordered for axis in layout.axes],
            names=names,
            tried=layout.cells,
            target=target,
            cost=sold.usual_cost,
            seed=seed,
        )
    except (NotCovered, BadData) as error:
        return _not_judged(sweep, layout, heard(str(error), (TOO_SHORT,)))
    at = tuple(map(layout.at, rows))
    return Judged(sweep, layout, luck, layout.cells, at, names, place, tuple(notes))


def _not_judged(sweep: Sweep, layout: Layout, why: str) -> Judged:
    none = np.full(len(layout.cell), -1, np.int64)
    # which cells of an unfinished sweep are roll dates of one another is not known yet
    tried = layout.cells if len(layout.cell) == len(sweep) else len(sweep)
    return Judged(sweep, layout, None, tried, (), (), none, (told("Not judged: {why}.", why=why),))


def _numbered(layout: Layout, evidence: Evidence) -> Rows:
    """Return the place of each row's cell, in grid order; −1 unless all its runs are sound."""
    good = np.zeros(len(layout.cell), np.bool_)
    good[evidence.cells] = True
    for row, cell in zip(evidence.returns, evidence.cells.tolist(), strict=True):
        good[cell] &= bool((row[1:] > -1.0).all() and np.isfinite(row[1:]).all())
    kept = np.ones(layout.cells, np.bool_)
    kept[layout.cell[~good]] = False
    found: Rows = np.where(kept, np.cumsum(kept) - 1, -1)[layout.cell]
    return found


def _first_rows(place: Rows, many: int) -> list[int]:
    found = np.zeros(many, np.int64)
    rows = np.flatnonzero(place >= 0)[::-1]
    found[place[rows]] = rows
    rows_of: list[int] = found.tolist()
    return rows_of


def _means(returns: NDArray[np.float32], runs: Rows, many: int) -> Floats:
    """Average the runs of each cell: (sessions × cells)."""
    total = np.zeros((many, returns.shape[1]))
    for row, run in zip(returns, runs.tolist(), strict=True):
        if run >= 0:
            total[run] += row
    total /= np.bincount(runs[runs >= 0], minlength=many)[:, None]
    return np.ascontiguousarray(total.T)


@dataclass(frozen=True, slots=True, eq=False)
class _Sales:
    """The sale that was fixed beforehand, by place: how much, at which row, at which cost."""

    fraction: Floats
    row: Rows
    cost: Floats
    missing: int

    @classmethod
    def of(cls, frame: pd.DataFrame, place: Rows, many: int, *, first: int) -> _Sales:
        """Take the mean over the rows of a place; no sale is earlier than the common row."""
        rows = np.flatnonzero(place >= 0)
        places = place[rows]
        fraction, row, cost = (
            frame[name].to_numpy(np.float64)[rows]
            for name in ("sell_fraction", "sell_row", "sell_cost")
        )
        unknown = np.isnan(fraction)
        count = np.bincount(places, minlength=many)
        means = [
            np.bincount(places, np.where(unknown, 0.0, column), minlength=many) / count
            for column in (fraction, row, cost)
        ]
        return cls(
            fraction=means[0],
            row=np.maximum(np.rint(means[1]).astype(np.int64) - first, 0),
            cost=means[2],
            missing=len(set(places[unknown].tolist())),
        )

    @property
    def usual_cost(self) -> float:
        """The mean cost of a sale of anything."""
        costs = self.cost[self.fraction > 0.0]
        return float(costs.mean()) if len(costs) else 0.0

    def returns(self, evidence: Evidence, runs: Rows) -> Floats:
        """Return the returns of the sale beside each run: (sessions × runs), 32 bits each."""
        found = np.empty((len(evidence.day), len(self.fraction)), np.float32)
        each = zip(self.fraction.tolist(), self.row.tolist(), self.cost.tolist(), strict=True)
        for k, (fraction, row, cost) in enumerate(each):
            found[:, k] = sell_once(
                evidence.unhedged, evidence.credit, fraction=fraction, first=row, cost=cost
            )
        by_run: Any = found[:, runs]
        return by_run  # type: ignore[no-any-return]
