"""Where does the market price a delivery: the forward of a share with its carry and dividends?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

import numpy as np
import numpy.typing as npt

from microhedge.errors import ParameterError
from microhedge.pricing.black import FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Escrow:
    """Cash dividends that fall due before expiry, set aside from the spot at their present value.

    `time` and `present` hold one row per dividend and one column per option: years to the ex-date,
    and present value, 0 where the entry is padding or falls outside the option's life. `total` is
    the present value of all of them.
    """

    time: FloatArray
    present: FloatArray
    total: FloatArray

    def take(self, rows: npt.NDArray[np.intp] | np.intp) -> Escrow:
        """The dividends of some of the options; of one, as one number per dividend."""
        return Escrow(
            time=self.time[:, rows], present=self.present[:, rows], total=self.total[rows]
        )

    def variance_factor(self, net_spot: FloatArray, T: FloatArray) -> FloatArray:
        """What the variance must be multiplied by when it is applied to spot less dividends.

        The volatility belongs to the whole share, S* + R, where R is the part of the dividends
        that has not been paid yet. Its time-weighted square over the life, relative to S*, is
        1 + (2·Σ pv·t / S* + ΣΣ pv·pv′·min(t, t′) / S*²) / T.
        """
        first = np.zeros_like(net_spot)
        second = np.zeros_like(net_spot)
        for i in range(len(self.time)):
            first += self.present[i] * self.time[i]
            for j in range(len(self.time)):
                both = self.present[i] * self.present[j]
                second += both * np.minimum(self.time[i], self.time[j])
        life = np.where(T > 0.0, T, 1.0)
        return 1.0 + (2.0 * first + second / net_spot) / (net_spot * life)


def aligned(
    values: Sequence[npt.ArrayLike],
    div_t: npt.ArrayLike | None,
    div_a: npt.ArrayLike | None,
) -> tuple[tuple[int, ...], list[FloatArray], FloatArray, FloatArray]:
    """Broadcast options and their dividends against each other, one row per option.

    Returns the shape of the options, their flat `values`, and the times and amounts of the
    dividends with one row per dividend and one column per option.
    """
    if (div_t is None) != (div_a is None):
        raise ParameterError("div_t and div_a: only one was given; give both, or neither")
    arrays = [np.asarray(value, dtype=np.float64) for value in values]
    time = np.asarray(() if div_t is None else div_t, dtype=np.float64)
    amount = np.asarray(() if div_a is None else div_a, dtype=np.float64)
    if np.any(amount < 0.0):
        raise ParameterError(f"dividend {float(np.nanmin(amount)):g}: must not be negative; use 0")
    *leading, count = np.broadcast_shapes(time.shape, amount.shape, (1,))
    shape = np.broadcast_shapes(*(array.shape for array in arrays), tuple(leading))
    flat = np.empty((len(arrays), *shape))
    for row, array in enumerate(arrays):
        flat[row] = array
    dividends = np.empty((2, *shape, count))
    dividends[0], dividends[1] = time, amount
    time, amount = np.ascontiguousarray(dividends.reshape(2, prod(shape), count).swapaxes(1, 2))
    return shape, list(flat.reshape(len(arrays), prod(shape))), time, amount


def escrow(T: FloatArray, r: FloatArray, time: FloatArray, amount: FloatArray) -> Escrow:
    """Set aside the dividends that :func:`aligned` has laid out.

    Entries with no amount, or with an ex-date outside (0, T], are padding.
    """
    # written so that a NaN among times or amounts counts, and makes the value NaN
    live = (amount != 0.0) & ~(time <= 0.0) & ~(time > T)
    used = live.any(axis=1)
    time, amount, live = time[used], amount[used], live[used]
    present = np.where(live, amount * np.exp(-r * time), 0.0)
    total = np.zeros_like(T)
    for row in present:  # in a fixed order, so that padding cannot change a bit
        total += row
    return Escrow(time=np.where(live, time, 0.0), present=present, total=total)


@np.errstate(all="ignore")
def forward(
    S: npt.ArrayLike,
    r: npt.ArrayLike,
    T: npt.ArrayLike,
    q: npt.ArrayLike = 0.0,
    div_t: npt.ArrayLike | None = None,
    div_a: npt.ArrayLike | None = None,
) -> FloatArray:
    """Forward price: (spot − present value of cash dividends) · exp((r − q)·T).

    `r` and `q` are continuous and annual, `T` is in years (actual/365); the dividends have one
    entry each on the last axis of `div_t` (years to ex-date) and `div_a` (money per share), and
    entries with no amount, or with an ex-date outside (0, T], are padding. Raises ParameterError
    for a negative amount.
    """
    shape, (S, r, T, q), time, amount = aligned((S, r, T, q), div_t, div_a)
    return forward_columns(S, r, T, q, escrow(T, r, time, amount)).reshape(shape)


@np.errstate(all="ignore")
def forward_columns(
    S: FloatArray, r: FloatArray, T: FloatArray, q: FloatArray, cash: Escrow
) -> FloatArray:
    """Forward prices as :func:`forward` says it, of columns that are aligned."""
    return np.asarray((S - cash.total) * np.exp((r - q) * T))
