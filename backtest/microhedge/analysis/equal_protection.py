"""What does a hedge earn beside a sale that leaves the same tail loss?

A hedge that protects less is cheaper, and one that protects from nothing is cheapest of all, so
that neither return nor cost may rank the cells of a sweep.  Each cell is compared with the
holding of which a part f was sold once, at the close of the first row, f such that both have the
same tail loss (ES5: the mean of the worst ⌈5 % · n⌉ calendar months):

    advantage = (Π(1 + r_cell) / Π(1 + r_sale))^(1 / years) − 1

A cell is eligible if it removed at least a target, 1/4 unless said otherwise, of the holding's
tail loss: 1 − ES5(cell) / ES5(unhedged).  The size f is known only afterwards.  It makes prices
comparable and is no rule that anybody could have followed; a verdict also needs the sale whose
size was fixed beforehand.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from microhedge.analysis.performance import DAYS_PER_YEAR, months, tail_count
from microhedge.errors import BadData, NotCovered
from microhedge.tape import Days, Floats

TARGET = 0.25
"""Part of the unhedged tail loss that a cell must remove to be eligible."""

LEAST = 504
"""Sessions of a sweep below which nothing is judged: two years."""

Rows = NDArray[np.int64]

_SIZES = np.linspace(0.0, 1.0, 2001)  # of a sale, between which its tail loss is interpolated


@dataclass(frozen=True, slots=True, eq=False)
class Panel:
    """The log returns of a sweep, its runs in columns, with the calendar months they fall in.

    `runs` is (n × runs), `unhedged` and `credit` have n rows, one less than there are sessions.
    `cell` is the cell of each run: a cell whose roll dates were varied has several.  `ends` are
    the rows after the last of each calendar month, `monthly` the sums of `runs` by month.
    """

    runs: Floats
    unhedged: Floats
    credit: Floats
    day: Days
    cell: Rows
    cells: int
    ends: Rows
    monthly: Floats

    @classmethod
    def of(
        cls, returns: Floats, unhedged: Floats, credit: Floats, day: Days, cell: Rows | None = None
    ) -> Panel:
        """Take simple returns by session, the first row 0, on common sessions `day`.

        `returns` is (sessions × runs), `credit` what cash earned.  `cell` numbers the cell of
        each run from 0; without it each run is a cell.  Raises NotCovered with fewer than 504
        sessions, BadData for shapes that do not fit, a return that is no number, and a run that
        lost everything.
        """
        n, many = returns.shape
        number = np.arange(many) if cell is None else cell
        if {len(unhedged), len(credit), len(day)} != {n} or len(number) != many or many == 0:
            raise BadData(
                f"returns of {n} sessions and {many} runs beside {len(unhedged)} unhedged, "
                f"{len(credit)} of cash, {len(day)} days and {len(number)} cells: they must agree"
            )
        if n < LEAST:
            raise NotCovered(f"{n} sessions: a sweep is judged on {LEAST} at least")
        for name, series in (("unhedged holding", unhedged), ("cash", credit)):
            _require(name, series)
        _require_runs(returns)
        if np.any(np.diff(day) <= 0):
            raise BadData("the days of a sweep do not increase")
        cells = int(number.max()) + 1
        if set(number.tolist()) != set(range(cells)):
            raise BadData("cells are numbered from 0, and each has a run")
        label = months(day)[1:]
        ends = np.append(np.flatnonzero(np.diff(label)) + 1, n - 1)
        runs = np.log1p(returns[1:])
        monthly = np.add.reduceat(runs, np.append(0, ends[:-1]), axis=0)
        held, cash = np.log1p(unhedged[1:]), np.log1p(credit[1:])
        return cls(runs, held, cash, day, number, cells, ends, monthly)

    @property
    def years(self) -> float:
        """Years of 365.25 days between the first session and the last."""
        return float(self.day[-1] - self.day[0]) / DAYS_PER_YEAR

    @property
    def per_year(self) -> float:
        """Sessions a year."""
        return len(self.runs) / self.years

    def only(self, cell: int) -> Panel:
        """Return the panel of one cell's runs."""
        mine = self.cell == cell
        return replace(
            self,
            runs=self.runs[:, mine],
            monthly=self.monthly[:, mine],
            cell=np.zeros(int(mine.sum()), dtype=np.int64),
            cells=1,
        )

    def by_cell(self, values: Floats) -> Floats:
        """Average what the last axis has for each run over the runs of each cell."""
        if self.cells == len(self.cell):
            ordered: Floats = values[..., np.argsort(self.cell)]
            return ordered
        weight = np.zeros((len(self.cell), self.cells))
        weight[np.arange(len(self.cell)), self.cell] = 1.0
        mean: Floats = values @ (weight / weight.sum(axis=0))
        return mean


@dataclass(frozen=True, slots=True, eq=False)
class Protection:
    """What the cells of a sweep removed and earned, over all months or the first few.

    By cell: `removed`, the part of the unhedged tail loss (negative where a cell added to it);
    `advantage` a year over the sale with the same tail loss, `lowest` and `highest` those of its
    runs; `eligible`.  All are means over the cell's runs, the advantage of their logarithms.  By
    run: `sold`, the part that has to be sold; 0 where nothing was removed, 1 where all was.
    """

    unhedged_tail: float
    removed: Floats
    advantage: Floats
    lowest: Floats
    highest: Floats
    eligible: NDArray[np.bool_]
    sold: Floats

    @property
    def best(self) -> int | None:
        """The eligible cell with the largest advantage; None without an eligible one."""
        if not self.eligible.any():
            return None
        return int(np.argmax(np.where(self.eligible, self.advantage, -np.inf)))


def protection(
    panel: Panel, *, target: float = TARGET, cost: float = 0.0, over: int | None = None
) -> Protection:
    """Size the sale of each run by its tail loss, and measure what the run earned beside it.

    `cost` is the part of the value sold that spread and commission take, `over` the number of
    months to look at, counted from the first; all by default.  Sizes are exact to 1e-6.
    """
    last = len(panel.ends) if over is None else over
    row = int(panel.ends[last - 1])
    held, cash = (
        np.exp(np.cumsum(series)[panel.ends[:last] - 1])
        for series in (panel.unhedged, panel.credit)
    )
    unhedged_tail = float(_tails(_changes(held[:, None]))[0])
    tails = _tails(np.expm1(panel.monthly[:last]))
    removed = 1.0 - tails / unhedged_tail if unhedged_tail < 0.0 else np.zeros(len(tails))
    # no size sells a larger tail loss away than a larger size does, but for rounding
    by_size = np.maximum.accumulate(_tails(_changes(_value(held, cash, _SIZES, cost))))
    by_size[0] = min(by_size[0], unhedged_tail)
    sold = np.interp(tails, by_size, _SIZES)
    sold[tails <= unhedged_tail] = 0.0
    years = float(panel.day[row] - panel.day[0]) / DAYS_PER_YEAR
    sale = np.log(_value(held[-1:], cash[-1:], sold, cost)[0])
    lead = (panel.runs[:row].sum(axis=0) - sale) / years
    lowest, highest = np.full(panel.cells, np.inf), np.full(panel.cells, -np.inf)
    np.minimum.at(lowest, panel.cell, lead)
    np.maximum.at(highest, panel.cell, lead)
    by_cell = panel.by_cell(removed)
    return Protection(
        unhedged_tail=unhedged_tail,
        removed=by_cell,
        advantage=np.expm1(panel.by_cell(lead)),
        lowest=np.expm1(lowest),
        highest=np.expm1(highest),
        eligible=by_cell >= target,
        sold=sold,
    )


def leads(
    panel: Panel,
    sold: Floats,
    *,
    cost: float = 0.0,
    first: int = 0,
    last: int | None = None,
) -> Floats:
    """Return (rows × cells): the log return of each cell less that of its sale, by session.

    The part `sold` of each run is sold before row `first` of the panel; rows up to `last`.  Their
    mean over a whole panel times `per_year` is ln(1 + advantage).
    """
    rows = slice(first, last)
    held, cash = (np.exp(np.cumsum(series[rows])) for series in (panel.unhedged, panel.credit))
    path = np.log(_value(held, cash, sold, cost))
    path[1:] -= path[:-1].copy()
    return panel.by_cell(np.subtract(panel.runs[rows], path, out=path))


def _value(held: Floats, cash: Floats, sold: Floats, cost: float) -> Floats:
    """The value of 1 of which a part was sold: (rows × sizes)."""
    kept = np.outer(held, 1.0 - sold)
    kept += np.outer(cash, sold * (1.0 - cost))
    return kept


def _changes(value: Floats) -> Floats:
    """Simple returns from row to row of what was 1 before the first."""
    change = value.copy()
    change[1:] /= value[:-1]
    change -= 1.0
    return change


def _tails(monthly: Floats) -> Floats:
    """Expected shortfall of each column of monthly returns."""
    worst = tail_count(len(monthly))
    mean: Floats = np.partition(monthly, worst - 1, axis=0)[:worst].mean(axis=0)
    return mean


def _require(name: str, series: Floats) -> None:
    wrong = ~(np.isfinite(series) & (series > -1.0))
    if wrong.any():
        raise BadData(
            f"the return of the {name} in row {int(np.argmax(wrong))} is no number above −100%: "
            "a sweep cannot be judged beside it"
        )


def _require_runs(returns: Floats) -> None:
    wrong = ~(np.isfinite(returns) & (returns > -1.0)).all(axis=0)
    if wrong.any():
        raise BadData(
            f"run {int(np.argmax(wrong))} has a return that is no number, or lost everything: "
            "leave its cell out and count it as tried"
        )
