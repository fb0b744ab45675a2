"""How does implied volatility vary with the strike, and what does VIX say about its level?"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from microhedge.errors import ParameterError
from microhedge.pricing.black import FloatArray, black

INDEX_SLOPE, INDEX_CURVATURE = -0.20, 0.04
STOCK_SLOPE, STOCK_CURVATURE = -0.10, 0.025

LOWEST_Z, HIGHEST_Z = -3.0, 2.0  # standard deviations; the smile is flat beyond
SHORTEST = 1.0 / 365.0  # years; on the last day z stays finite
REFERENCE_DEVIATION = 0.05  # σ√T of an at-the-money option of 30 days at a VIX of 20


@np.errstate(all="ignore")
def smile(
    atm: npt.ArrayLike,
    K: npt.ArrayLike,
    F: npt.ArrayLike,
    T: npt.ArrayLike,
    *,
    a: float,
    b: float,
) -> FloatArray:
    """Implied volatility atm·(1 + a·z + b·z²) at z = ln(K/F) / (atm·√T), z held within [−3, 2].

    Slope and curvature in this z are about the same at all tenors. On index options of early 2018
    and 2021 a was −0.20 to −0.30 and b 0.04 to 0.05; on single stocks −0.05 to −0.11, and 0.01 to
    0.05. The long run of index puts supports (−0.20, 0.04).
    """
    atm = np.asarray(atm, dtype=np.float64)
    K, F, T = (np.asarray(value, dtype=np.float64) for value in (K, F, T))
    z = np.log(K / F) / (atm * np.sqrt(np.maximum(T, SHORTEST)))
    return np.asarray(atm * _relative(np.clip(z, LOWEST_Z, HIGHEST_Z), a, b))


def _relative(z: FloatArray, a: float, b: float) -> FloatArray:
    return 1.0 + z * (a + b * z)


@lru_cache(maxsize=64)
def atm_per_vix(a: float, b: float) -> float:
    """At-the-money volatility per unit of VIX that makes the smile agree with VIX.

    The square of VIX is the price of a variance swap, 2/T·∫ V(K)/K² dK over out-of-the-money
    options; integrating a smile gives its VIX. The ratio falls by 1 % of itself as VIX doubles; it
    is taken for 30 days at a VIX of 20: 0.867 for (−0.20, 0.04).

    Raises ParameterError when the smile is not positive everywhere.
    """
    z = np.linspace(-25.0, 15.0, 8_001)
    relative = _relative(np.clip(z, LOWEST_Z, HIGHEST_Z), a, b)
    if not np.all(relative > 0.0):
        raise ParameterError(
            f"smile a={a:g}, b={b:g}: volatility would not be positive between z=-3 and z=2; "
            f"use a={INDEX_SLOPE}, b={INDEX_CURVATURE}"
        )
    s = REFERENCE_DEVIATION
    value = black(1.0, np.exp(s * z), 1.0, s * relative, 1.0, np.where(z < 0.0, -1.0, 1.0))
    swap = 2.0 * np.trapezoid(value * np.exp(-s * z), s * z)
    return float(s / np.sqrt(swap))
