"""What is a European option worth, and how does that value move, given its forward?

Black (1976), *The pricing of commodity contracts*, J. Financial Economics 3. Everything is per unit
of the underlying, broadcasts, and answers NaN where an input is NaN or has no meaning.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr, ndtri

from microhedge.errors import ParameterError

FloatArray: TypeAlias = npt.NDArray[np.float64]

LEAST_DEVIATION = 1e-6  # below this σ√T the option is worth the intrinsic value of the forward


@dataclass(frozen=True, slots=True, eq=False)
class Greeks:
    """Sensitivities of one option per unit of the underlying.

    ``delta`` and ``gamma`` per 1.00 of spot, ``vega`` per 1.00 of volatility (100 points),
    ``theta`` per year of passing time, ``rho`` per 1.00 of the continuous rate.
    """

    delta: FloatArray
    gamma: FloatArray
    vega: FloatArray
    theta: FloatArray
    rho: FloatArray


def _deviates(
    F: FloatArray, K: FloatArray, T: FloatArray, sigma: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return (d1, d2, σ√T); without deviation both d are ±infinity, or 0 at the forward."""
    deviation = np.where(sigma > 0.0, sigma, 0.0 * sigma) * np.sqrt(np.maximum(T, 0.0))
    moneyness = np.log(F / K)
    certain = deviation < LEAST_DEVIATION
    middle = np.where(
        certain,
        np.where(moneyness == 0.0, 0.0, moneyness * np.inf),
        moneyness / np.where(certain, 1.0, deviation),
    )
    half = 0.5 * deviation
    return middle + half, middle - half, deviation


def _float_arrays(*values: npt.ArrayLike) -> list[FloatArray]:
    return [np.asarray(value, dtype=np.float64) for value in values]


@np.errstate(all="ignore")
def black(
    F: npt.ArrayLike,
    K: npt.ArrayLike,
    T: npt.ArrayLike,
    sigma: npt.ArrayLike,
    df: npt.ArrayLike,
    cp: npt.ArrayLike,
) -> FloatArray:
    """Value of a European option on a forward.

    Parameters
    ----------
    F, K : forward for the expiry, and strike, in the same money.
    T : years to expiry, actual/365; at or below 0 the answer is the intrinsic value.
    sigma : annual volatility as a fraction; at or below 0 likewise.
    df : discount factor to the expiry.
    cp : +1 for calls, −1 for puts.
    """
    F, K, T, sigma, df, cp = _float_arrays(F, K, T, sigma, df, cp)
    d1, d2, deviation = _deviates(F, K, T, sigma)
    value = df * (cp * (F * ndtr(cp * d1) - K * ndtr(cp * d2)))
    certain = df * np.maximum(cp * (F - K), 0.0)
    # a price is never negative; rounding could make a worthless option so
    value = np.maximum(value, 0.0)
    return np.asarray(np.where(deviation < LEAST_DEVIATION, certain, value))


@np.errstate(all="ignore")
def greeks(
    F: npt.ArrayLike,
    K: npt.ArrayLike,
    T: npt.ArrayLike,
    sigma: npt.ArrayLike,
    df: npt.ArrayLike,
    cp: npt.ArrayLike,
    *,
    r: npt.ArrayLike = 0.0,
    q: npt.ArrayLike = 0.0,
) -> Greeks:
    """Sensitivities of a European option; arguments as in :func:`black`.

    `r` and `q` are the continuous rate and yield that lie between spot and forward, so that one
    unit of spot moves the forward by exp((r − q)·T). Left at 0, spot means the forward itself.
    ``theta`` holds the spot still, and ignores that the present value of a cash dividend grows.
    """
    F, K, T, sigma, df, cp, r, q = _float_arrays(F, K, T, sigma, df, cp, r, q)
    d1, d2, deviation = _deviates(F, K, T, sigma)
    years = np.maximum(T, 0.0)
    slope = np.exp((r - q) * years)
    density = np.exp(-0.5 * d1 * d1) / np.sqrt(2.0 * np.pi)
    near, far = ndtr(cp * d1), ndtr(cp * d2)
    uncertain = ~(deviation < LEAST_DEVIATION)
    gamma = df * density * slope * slope / (F * np.where(uncertain, deviation, 1.0))
    vega = df * F * density * np.sqrt(years)
    decay = -0.5 * df * F * density * sigma / np.sqrt(np.where(uncertain, years, 1.0))
    carry = cp * df * (q * F * near - r * K * far)
    return Greeks(
        delta=np.asarray(cp * df * slope * near),
        gamma=np.asarray(np.where(uncertain, gamma, 0.0)),
        vega=np.asarray(np.where(uncertain, vega, 0.0)),
        theta=np.asarray(np.where(uncertain, decay, 0.0) + carry),
        rho=np.asarray(cp * K * years * df * far),
    )


@np.errstate(all="ignore")
def strike_for_delta(
    F: npt.ArrayLike,
    T: npt.ArrayLike,
    sigma: npt.ArrayLike,
    delta: npt.ArrayLike,
    *,
    carry: npt.ArrayLike = 1.0,
) -> FloatArray:
    """Strike at which a European option has this delta: positive for a call, negative for a put.

    `carry` is what multiplies the probability in the delta wanted: 1 for the forward delta,
    exp(−q·T) for the spot delta. NaN where the delta cannot be had: 0, or beyond ±`carry`.
    """
    F, T, sigma, delta, carry = _float_arrays(F, T, sigma, delta, carry)
    if np.any(np.abs(delta) > 1.0):
        worst = float(delta.flat[np.nanargmax(np.abs(delta))])
        raise ParameterError(
            f"delta {worst:g}: must lie between -1 and 1 (did you mean {worst / 100.0:g}?)"
        )
    deviation = sigma * np.sqrt(T)
    d1 = np.sign(delta) * ndtri(np.abs(delta) / carry)
    strike = F * np.exp(deviation * (0.5 * deviation - d1))
    return np.asarray(np.where(np.isfinite(d1), strike, np.nan))
