"""What does a hedge earn beside a sale that leaves the same tail loss?

A hedge that protects less is cheaper, and one that protects from nothing is cheapest of all, so
that neither return nor cost may rank the cells of a sweep.  Each cell is compared with the
constant mix of which a part f is cash (`sale.constant_mix` from the first session on), f such
that both have the same tail loss (ES5: the mean of the worst ⌈5 % · n⌉ calendar months):

    advantage = (Π(1 + r_cell) / Π(1 + r_mix))^(1 / years) − 1

A cell is eligible if it removed at least a target, 1/4 unless said otherwise, of the holding's
tail loss: 1 − ES5(cell) / ES5(unhedged).

Why a mix: after one sale the rest of the holding grows, and with it the loss.  Of a share that
rose three-hundredfold 92 % would have had to be sold at first to end with the tail loss of a put
ladder.  Its size is known only afterwards, and it buys the share back when it falls: it makes
prices comparable, and is no rule that anybody followed.  A verdict also needs the sale whose
size was fixed beforehand.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from microhedge.analysis.performance import DAYS_PER_YEAR, months, tail_count
from microhedge.errors import BadData, NotCovered
from microhedge.language import mark
from microhedge.tape import Days, Floats

TOO_SHORT = mark("{sessions} sessions: a sweep is judged on {least} at least")
TARGET = 0.25
"""Part of the unhedged tail loss that a cell must remove to be eligible."""

LEAST = 504
"""Sessions of a sweep below which nothing is judged: two years."""

Rows = NDArray[np.int64]

_SIZES = np.linspace(0.0, 1.0, 401)  # parts sold, between which is interpolated


@dataclass(frozen=True, slots=True, eq=False)
class Panel:
    """The runs of a sweep in columns, beside the holding and cash, with their calendar months.

    `runs` (n × runs) are log returns, `unhedged` and `credit` simple ones of n rows, one less
    than there are sessions.  `cell` is the cell of each run: a cell whose roll dates were varied
    has several.  `ends` are the rows after the last of each calendar month, `monthly` the sums of
    `runs` by month and `mixes` those of mixes of 401 sizes.  `cost` is the part of what is sold
    or bought back that spread and commission take.
    """

    runs: Floats
    unhedged: Floats
    credit: Floats
    day: Days
    cell: Rows
    cells: int
    cost: float
    ends: Rows
    monthly: Floats
    mixes: Floats

    @classmethod
    def of(
        cls,
        returns: Floats,
        unhedged: Floats,
        credit: Floats,
        day: Days,
        cell: Rows | None = None,
        *,
        cost: float = 0.0,
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
            raise NotCovered(TOO_SHORT.format(sessions=n, least=LEAST))
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
        starts = np.append(0, ends[:-1])
        runs = np.log1p(returns[1:])
        mixes = _mixes(unhedged[1:], credit[1:], _SIZES, cost, opens=True)
        return cls(
            runs=runs,
            unhedged=unhedged[1:],
            credit=credit[1:],
            day=day,
            cell=number,
            cells=cells,
            cost=cost,
            ends=ends,
            monthly=np.add.reduceat(runs, starts, axis=0),
            mixes=np.add.reduceat(mixes, starts, axis=0),
        )

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
    `advantage` a year over the mix with the same tail loss, `lowest` and `highest` those of its
    runs; `eligible`.  All are means over the cell's runs, the advantage of their logarithms.  By
    run: `sold`, the part of the mix in cash; 0 where nothing was removed, 1 where all was.
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


def protection(panel: Panel, *, target: float = TARGET, over: int | None = None) -> Protection:
    """Size the mix of each run by its tail loss, and measure what the run earned beside it.

    `over` is the number of months to look at, counted from the first; all by default.  Sizes are
    exact to 1e-4, advantages to 1e-5.
    """
    last = len(panel.ends) if over is None else over
    row = int(panel.ends[last - 1])
    # a larger part in cash never has the larger tail loss, but for rounding
    by_size = np.maximum.accumulate(_tails(np.expm1(panel.mixes[:last])))
    unhedged_tail = float(by_size[0])
    tails = _tails(np.expm1(panel.monthly[:last]))
    removed = 1.0 - tails / unhedged_tail if unhedged_tail < 0.0 else np.zeros(len(tails))
    sold = np.interp(tails, by_size, _SIZES)
    sold[tails <= unhedged_tail] = 0.0
    mix = np.interp(sold, _SIZES, panel.mixes[:last].sum(axis=0))
    years = float(panel.day[row] - panel.day[0]) / DAYS_PER_YEAR
    lead = (panel.monthly[:last].sum(axis=0) - mix) / years
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
    panel: Panel, sold: Floats, *, first: int = 0, last: int | None = None, opens: bool = True
) -> Floats:
    """Return (rows × cells): the log return of each cell less that of its mix, by session.

    Rows are those of the panel from `first` up to `last`, `sold` the part of each run's mix in
    cash; unless the mix `opens`, it does not pay for the first sale.  The mean over a whole panel
    times `per_year` is ln(1 + advantage).
    """
    rows = slice(first, last)
    mixes = _mixes(panel.unhedged[rows], panel.credit[rows], sold, panel.cost, opens=opens)
    return panel.by_cell(np.subtract(panel.runs[rows], mixes, out=mixes))


def _mixes(unhedged: Floats, credit: Floats, sold: Floats, cost: float, *, opens: bool) -> Floats:
    """Log returns (rows × sizes) of constant mixes: those of `sale.constant_mix`."""
    change = np.outer(unhedged, 1.0 - sold)
    change += np.outer(credit, sold)
    traded = None
    if cost > 0.0:
        traded = np.outer(np.abs(unhedged - credit), sold * (1.0 - sold)) / (1.0 + change)
        if opens:
            traded[0] += sold
    growth: Floats = np.log1p(change, out=change)
    return growth if traded is None else growth + np.log1p(-cost * traded)


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
