"""Which volatility does an option's price imply?

The European inversion works on the out-of-the-money option of the same strike, in the normalised
form b(x, s) of Jäckel (2015), *Let's be rational* (Wilmott): x = |ln(F/K)|, s = σ√T. Below the
inflection s² = 2x it solves for the logarithm of the price, above it for the logarithm of the
distance to the upper bound; both are nearly straight, so eight Halley steps reach machine accuracy.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.special import erfcx

from microhedge.pricing.american import american
from microhedge.pricing.black import FloatArray, greeks
from microhedge.pricing.forward import Escrow, aligned, escrow

HALLEY_STEPS = 8
SECANT_STEPS = 40
HIGHEST = 5.0  # annual volatility; American prices beyond it have no answer
CLOSE = 1e-11  # change of volatility at which the American iteration stops


def _normalised_deviation(x: FloatArray, beta: FloatArray) -> FloatArray:
    """Solve b(x, s) = beta for s, where 0 < beta < exp(−x/2)."""
    root = np.sqrt(2.0)
    ceiling = np.exp(-0.5 * x)
    inflection = np.sqrt(2.0 * x)
    turning = 0.5 * ceiling * (1.0 - erfcx(np.sqrt(x)))
    low = beta < turning
    target = np.log(np.where(low, beta, ceiling - beta))
    # both starts are exact at the inflection and right in the limit
    rise = np.log(turning / beta)
    fall = np.log((ceiling - turning) / (ceiling - beta))
    s = np.where(
        low,
        1.0 / np.sqrt(1.0 / (2.0 * x) + 2.0 * rise / (x * x)),
        np.sqrt(2.0 * x + 8.0 * fall),
    )
    for _ in range(HALLEY_STEPS):
        ratio = x / s
        near = erfcx(np.where(low, ratio - 0.5 * s, 0.5 * s - ratio) / root)
        far = erfcx((ratio + 0.5 * s) / root)
        amount = 0.5 * np.where(low, near - far, near + far)
        error = np.log(amount) - 0.5 * (ratio * ratio + 0.25 * s * s) - target
        slope = np.where(low, 1.0, -1.0) / (np.sqrt(2.0 * np.pi) * amount)
        newton = error / slope
        bend = ratio * ratio / s - 0.25 * s - slope
        step = newton / np.maximum(1.0 - 0.5 * newton * bend, 0.5)
        moved = s - step
        moved = np.where(moved > 0.0, moved, 0.5 * s)
        side = np.where(low, np.minimum(moved, inflection), np.maximum(moved, inflection))
        s = np.where(side > 0.0, side, 0.5 * s)
    return s


@np.errstate(all="ignore")
def implied_vol(
    price: npt.ArrayLike,
    F: npt.ArrayLike,
    K: npt.ArrayLike,
    T: npt.ArrayLike,
    df: npt.ArrayLike,
    cp: npt.ArrayLike,
) -> FloatArray:
    """Annual volatility at which :func:`black` gives this price.

    NaN, never 0 and never an error, where the price is not strictly between what the forward's
    intrinsic value and the upper bound allow, or where an input is NaN.
    """
    price, F, K, T, df, cp = (
        np.asarray(value, dtype=np.float64) for value in (price, F, K, T, df, cp)
    )
    time_value = price / df - np.maximum(cp * (F - K), 0.0)
    valid = (time_value > 0.0) & (time_value < np.minimum(F, K)) & (T > 0.0)
    x, beta, valid = np.broadcast_arrays(np.abs(np.log(F / K)), time_value / np.sqrt(F * K), valid)
    s = np.full(valid.shape, np.nan)
    s[valid] = _normalised_deviation(x[valid], beta[valid])
    return np.asarray(s / np.sqrt(T))


def _european_start(
    price: FloatArray,
    S: FloatArray,
    K: FloatArray,
    T: FloatArray,
    r: FloatArray,
    cp: FloatArray,
    q: FloatArray,
    cash: Escrow,
) -> tuple[FloatArray, FloatArray]:
    """Volatility and vega to start from: those of a European option of the same price."""
    net = S - cash.total
    factor = np.sqrt(cash.variance_factor(net, T))
    F, df = net * np.exp((r - q) * T), np.exp(-r * T)
    sigma = implied_vol(price, F, K, T, df, cp) / factor
    sigma = np.where(np.isnan(sigma), 0.5, np.clip(sigma, 0.01, 0.5 * HIGHEST))
    return sigma, greeks(F, K, T, sigma * factor, df, cp).vega * factor


@np.errstate(all="ignore")
def american_iv(
    price: npt.ArrayLike,
    S: npt.ArrayLike,
    K: npt.ArrayLike,
    T: npt.ArrayLike,
    r: npt.ArrayLike,
    cp: npt.ArrayLike,
    *,
    q: npt.ArrayLike = 0.0,
    div_t: npt.ArrayLike | None = None,
    div_a: npt.ArrayLike | None = None,
    n: int = 51,
) -> FloatArray:
    """Annual volatility at which :func:`american` gives this price with the same dividends.

    NaN where no volatility does: at or below what exercise pays now (where every low volatility
    would do), at or above the upper bound, above a volatility of 500 %, or where an input is NaN.
    """
    shape, flat, time, amount = aligned((price, S, K, T, r, cp, q), div_t, div_a)
    price, S, K, T, r, cp, q = flat

    def excess(sigma: FloatArray, rows: npt.NDArray[np.intp]) -> FloatArray:
        """By how much the model price at `sigma` is above the price given."""
        value = american(
            S[rows], K[rows], T[rows], sigma, r[rows], cp[rows],
            q=q[rows], div_t=time[:, rows].T, div_a=amount[:, rows].T, n=n,
        )  # fmt: skip
        return value - price[rows]

    low, high = np.zeros(price.size), np.full(price.size, HIGHEST)
    all_rows = np.arange(price.size)
    attainable = (excess(low, all_rows) < 0.0) & (excess(high, all_rows) > 0.0) & (T > 0.0)
    start, slope = _european_start(price, S, K, T, r, cp, q, escrow(T, r, time, amount))
    # rows that are still moving, and their state; each row's path depends on itself alone
    rows = np.flatnonzero(attainable)
    low, high, slope, sigma = low[rows], high[rows], slope[rows], start[rows]
    error = excess(sigma, rows)
    answer = np.full(price.size, np.nan)
    for _ in range(SECANT_STEPS):
        low, high = np.where(error < 0.0, sigma, low), np.where(error < 0.0, high, sigma)
        moved = sigma - error / slope
        moved = np.where((moved > low) & (moved < high), moved, 0.5 * (low + high))
        change = moved - sigma
        following = excess(moved, rows)
        slope = (following - error) / change
        sigma, error = moved, following
        answer[rows] = sigma
        going = (np.abs(change) > CLOSE) & (error != 0.0)
        rows, low, high, slope, sigma, error = (
            column[going] for column in (rows, low, high, slope, sigma, error)
        )
        if rows.size == 0:
            break
    return answer.reshape(shape)
