"""Does the cell that wins on one half of the past do better than the median on the other half?

Combinatorially symmetric cross-validation (Bailey, Borwein, López de Prado and Zhu 2017, Journal
of Computational Finance 20:39): the sessions are cut into S blocks, half of the blocks choose and
the other half judge, in every one of the S!/((S/2)!)² ways.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import combinations
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from microhedge.errors import BadData, NotCovered, ParameterError
from microhedge.tape import Floats

BLOCKS = 16

Measure = Literal["sharpe", "mean"]

_AT_A_TIME = 1_000_000  # numbers of splits × cells: an array of 8 MB

_LEAST = 1e-12  # of the mean square: a smaller variance is rounding


@dataclass(frozen=True, slots=True, eq=False)
class Overfitting:
    """How the winner of each half did on the other half.

    `probability` (PBO) is the share of splits in which the winner ranks no better than the median
    of the other half, `loss` the share in which its performance there is negative.  `logits` are
    ln(ω / (1 − ω)) of its relative ranks ω = rank / (cells + 1), `inside` and `outside` its
    performance on either half and `winner` its column, one a split.

    `slope` is that of `outside` on `inside`.  It is no evidence of overfitting: the sums of both
    halves add up to that of the whole sample, so that for a given cell one falls as the other
    rises, and the slope is negative whether or not the cell is any good.
    """

    probability: float
    loss: float
    slope: float | None
    blocks: int
    cells: int
    measure: Measure
    logits: Floats = field(repr=False)
    inside: Floats = field(repr=False)
    outside: Floats = field(repr=False)
    winner: NDArray[np.int64] = field(repr=False)

    @property
    def splits(self) -> int:
        """Number of splits: 12,870 for 16 blocks."""
        return len(self.logits)


def overfitting(leads: Floats, *, measure: Measure = "sharpe", blocks: int = BLOCKS) -> Overfitting:
    """Choose the best column on half of the blocks and rank it on the other half, in every way.

    `leads` is (sessions × cells).  Performance is the mean, or mean / standard deviation (0 where
    a half does not vary), from sums by block.  Blocks differ by one session at most; no session
    is left out.  Equal ranks share their mean; of equal winners the first counts.  Pure noise
    gives 0.5 on average over samples, though not in each.  Raises NotCovered for fewer than two
    cells or two sessions a block, BadData for a lead that is no number.
    """
    n, cells = leads.shape
    if blocks < 2 or blocks % 2:
        raise ParameterError(f"{blocks} blocks: an even number, as {BLOCKS}, can be halved")
    if cells < 2 or n < 2 * blocks:
        raise NotCovered(
            f"{cells} cells over {n} sessions: there is nothing to choose from with fewer than "
            f"2 cells or {2 * blocks} sessions"
        )
    if not np.isfinite(leads).all():
        raise BadData("a cell's lead is no number: leave the cell out and count it as tried")
    bounds = np.arange(blocks) * n // blocks
    sizes = np.diff(np.append(bounds, n)).astype(np.float64)
    sums = np.add.reduceat(leads, bounds, axis=0)
    squares = np.add.reduceat(leads * leads, bounds, axis=0) if measure == "sharpe" else None
    halves = _halves(blocks)
    found = [
        _judged(halves[first : first + step], sizes, sums, squares)
        for step in [max(_AT_A_TIME // cells, 1)]
        for first in range(0, len(halves), step)
    ]
    rank, inside, outside, winner = (np.concatenate(part) for part in zip(*found, strict=True))
    omega = rank / (cells + 1)
    spread = inside - inside.mean()
    across = float(spread @ spread)
    return Overfitting(
        probability=float(np.mean(omega <= 0.5)),
        loss=float(np.mean(outside < 0.0)),
        slope=float(spread @ outside) / across if across > 0.0 else None,
        blocks=blocks,
        cells=cells,
        measure=measure,
        logits=np.log(omega / (1.0 - omega)),
        inside=inside,
        outside=outside,
        winner=winner.astype(np.int64),
    )


def _halves(blocks: int) -> Floats:
    """One line for each choice of half of the blocks: 1.0 where a block is chosen."""
    chosen = np.array(list(combinations(range(blocks), blocks // 2)))
    lines = np.zeros((len(chosen), blocks))
    np.put_along_axis(lines, chosen, 1.0, axis=1)
    return lines


def _judged(
    half: Floats, sizes: Floats, sums: Floats, squares: Floats | None
) -> tuple[Floats, Floats, Floats, NDArray[np.int64]]:
    """Return the ranks outside, performances and columns of the winners of some splits."""
    within = _performance(half, sizes, sums, squares)
    winner = within.argmax(axis=1)
    line = np.arange(len(half))
    inside = within[line, winner]
    without = _performance(1.0 - half, sizes, sums, squares)
    outside = without[line, winner]
    below = (without < outside[:, None]).sum(axis=1)
    equal = (without == outside[:, None]).sum(axis=1)
    return below + (equal + 1) / 2.0, inside, outside, winner


def _performance(half: Floats, sizes: Floats, sums: Floats, squares: Floats | None) -> Floats:
    count = (half @ sizes)[:, None]
    mean: Floats = half @ sums / count
    if squares is None:
        return mean
    square = half @ squares / count
    variance = square - mean * mean
    moves = variance > _LEAST * square
    ratio = np.zeros(mean.shape)
    sd = np.sqrt(np.maximum(variance * (count / (count - 1.0)), 0.0))
    np.divide(mean, sd, out=ratio, where=moves)
    return ratio
