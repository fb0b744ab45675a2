"""Other samples that the past could as well have produced: blocks of it, drawn again.

The stationary bootstrap of Politis and Romano (1994, Journal of the American Statistical
Association 89:1303): blocks start anywhere, have geometric lengths and wrap around the end.
A resample is kept as its blocks.  Sums over it come from prefix sums, two look-ups a block,
so that thousands of resamples of thousands of sessions take a fraction of a second.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, log10, sqrt

import numpy as np
from numpy.typing import NDArray

from microhedge.errors import NotCovered
from microhedge.tape import Floats

Rows = NDArray[np.int32]

_CHUNK = 200  # draws at a time: the look-ups of one chunk stay in the processor's cache

_WIDE = 64  # columns from which on counting how often each row was drawn costs less than looking up


@dataclass(frozen=True, slots=True, eq=False)
class Blocks:
    """Resamples of `n` rows, one a line: the blocks that make it up, in order.

    Block k of a resample takes `length` rows from `start` on, and stands at position `begin`.
    Lines with fewer blocks are filled up with blocks of no length at position n.
    """

    n: int
    start: Rows
    begin: Rows
    length: Rows

    def totals(self, table: Floats) -> Floats:
        """Sum each column of a table of n rows over every resample."""
        if table.shape[1] >= _WIDE:
            return self._weighed(table)
        prefix = _prefix(table)
        out = np.empty((len(self.start), table.shape[1]))
        for first in range(0, len(out), _CHUNK):
            rows = slice(first, first + _CHUNK)
            start, length = self.start[rows], self.length[rows]
            out[rows] = (prefix[start + length] - prefix[start]).sum(axis=1)
        return out

    def _weighed(self, table: Floats) -> Floats:
        """Do the same by one product: how often each row was drawn, times the rows."""
        out = np.empty((len(self.start), table.shape[1]))
        for first in range(0, len(out), _CHUNK):
            rows = slice(first, first + _CHUNK)
            start, length = self.start[rows], self.length[rows]
            line = np.arange(len(start))[:, None] * (2 * self.n + 1)
            size = len(start) * (2 * self.n + 1)
            # a block adds one to its rows; it may pass the end, into a second round of rows
            step = np.bincount((line + start).ravel(), minlength=size)
            step -= np.bincount((line + start + length).ravel(), minlength=size)
            count = np.cumsum(step.reshape(len(start), -1), axis=1)
            out[rows] = (count[:, : self.n] + count[:, self.n : 2 * self.n]) @ table
        return out

    def running(self, column: Floats, positions: Rows) -> Floats:
        """Sum a column of n rows over the first p rows of every resample, for increasing p."""
        prefix = _prefix(column)
        out = np.empty((len(self.start), len(positions)))
        for first in range(0, len(out), _CHUNK):
            rows = slice(first, first + _CHUNK)
            start, begin = self.start[rows], self.begin[rows]
            sums = prefix[start + self.length[rows]] - prefix[start]
            before = np.cumsum(sums, axis=1) - sums
            # a position lies in the last block that begins at or before it
            width = len(positions) + 1
            line = np.arange(len(start))[:, None]
            slot = line * width + np.searchsorted(positions, begin)
            begun = np.bincount(slot.ravel(), minlength=len(start) * width)
            block = np.cumsum(begun.reshape(len(start), width), axis=1)[:, :-1] - 1
            source = start[line, block]
            part = prefix[source + positions - begin[line, block]] - prefix[source]
            out[rows] = before[line, block] + part
        return out

    def rows(self) -> Rows:
        """Write the resamples out as row numbers, one line of n a resample."""
        lengths = self.length.ravel()
        offset = np.repeat((self.start - self.begin).ravel(), lengths).reshape(-1, self.n)
        rows: Rows = (offset + np.arange(self.n, dtype=np.int32)) % np.int32(self.n)
        return rows


def draw_blocks(n: int, *, block: float, draws: int, rng: np.random.Generator) -> Blocks:
    """Draw resamples of n rows in blocks of `block` rows on average (1 draws single rows)."""
    if n < 1 or block < 1.0 or draws < 1:
        raise NotCovered(f"{draws} draws of {n} rows in blocks of {block}: each must be 1 at least")
    # enough blocks for nearly every line; the rest follows in the loop
    expected = n / block
    columns = ceil(expected + 5.0 * sqrt(expected) + 5.0)
    lengths = rng.geometric(1.0 / block, (draws, columns))
    ends = np.cumsum(np.minimum(lengths, n), axis=1)
    while ends[:, -1].min() < n:
        more = np.minimum(rng.geometric(1.0 / block, (draws, columns)), n)
        ends = np.hstack((ends, ends[:, -1:] + np.cumsum(more, axis=1)))
    ends = np.minimum(ends, n)
    begin = np.hstack((np.zeros((draws, 1), ends.dtype), ends[:, :-1]))
    start = rng.integers(0, n, begin.shape, dtype=np.int32)
    return Blocks(n, start, begin.astype(np.int32), (ends - begin).astype(np.int32))


def block_length(series: Floats) -> float:
    """Return the mean block length that suits a series' memory; 1.0 for one that never moves.

    Politis and White (2004, Econometric Reviews 23:53) for the stationary bootstrap, as corrected
    by Patton, Politis and White (2009, 28:372): (2·G²/D)^{1/3}·n^{1/3} with flat-top sums of
    autocovariances up to twice the first lag from which max(5, log₁₀ n) in a row are within
    ±2·√(log₁₀ n / n); at most min(3·√n, n/3).
    """
    n = len(series)
    if n < 2 or np.ptp(series) == 0.0:
        return 1.0
    centred = series - series.mean()
    run = max(5, int(log10(n)))
    last = min(ceil(sqrt(n)) + run, n - 1)
    covariance = np.array([centred[lag:] @ centred[: n - lag] for lag in range(last + 1)]) / n
    small = np.abs(covariance) < 2.0 * sqrt(log10(n) / n) * covariance[0]
    quiet = next((lag for lag in range(1, last - run + 2) if small[lag : lag + run].all()), None)
    reach = min(2 * quiet, last) if quiet is not None else last
    lag = np.arange(1, reach + 1)
    weight = np.minimum(1.0, 2.0 * (1.0 - lag / reach))
    slope = 2.0 * float(np.sum(weight * lag * covariance[1 : reach + 1]))
    level = float(covariance[0] + 2.0 * np.sum(weight * covariance[1 : reach + 1]))
    most = ceil(min(3.0 * sqrt(n), n / 3.0))
    if level <= 0.0:
        return float(most)
    return float(min(max((slope**2 / level**2) ** (1.0 / 3.0) * n ** (1.0 / 3.0), 1.0), most))


def _prefix(table: Floats) -> Floats:
    """Running sums over two rounds of the rows, so that a block may pass the end."""
    twice = np.concatenate((table, table))
    return np.concatenate((np.zeros_like(twice[:1]), np.cumsum(twice, axis=0)))
