"""Which volatility model does the data allow for a whole run?"""

from __future__ import annotations

import numpy as np

from microhedge.pricing.black import FloatArray
from microhedge.volatility.from_prices import IndexProxy, Proxy
from microhedge.volatility.from_vix import VixRatio, VixSmile
from microhedge.volatility.given import Series
from microhedge.volatility.model import LevelModel
from microhedge.volatility.smile import (
    INDEX_CURVATURE,
    INDEX_SLOPE,
    STOCK_CURVATURE,
    STOCK_SLOPE,
)
from microhedge.volatility.terms import TermStructure


def covers(values: FloatArray | None, begin: int) -> bool:
    """Whether there is a positive number on every session from row `begin` to the end."""
    if values is None:
        return False
    wanted = values[begin:]
    return bool(np.all(np.isfinite(wanted) & (wanted > 0.0)))


def choose(
    growth: FloatArray,
    overnight: FloatArray | None = None,
    *,
    is_index: bool,
    begin: int,
    series: FloatArray | None = None,
    vix: FloatArray | None = None,
    index_growth: FloatArray | None = None,
    scale: float = 1.0,
    terms: TermStructure | None = None,
) -> LevelModel:
    """Choose one model for a run from coverage alone, so that it never switches inside the run.

    The user's `series` if it covers every session from `begin`, the first decision; else VIX if it
    does (a stock also needs `index_growth`); else the proxy from realised volatilities. `is_index`
    says that the underlying is the index that VIX measures, or a fund on it. Spreads widen with
    VIX only where VIX covers the run; `terms` make VIX another level at other tenors.
    """
    known = vix if covers(vix, begin) else None
    if series is not None and covers(series, begin):
        a, b = (INDEX_SLOPE, INDEX_CURVATURE) if is_index else (STOCK_SLOPE, STOCK_CURVATURE)
        return Series(series, a=a, b=b, vix=known, scale=scale)
    if is_index:
        if known is not None:
            return VixSmile(known, scale=scale, terms=terms)
        return IndexProxy(growth, overnight, scale=scale)
    if known is not None and index_growth is not None:
        return VixRatio(growth, index_growth, known, overnight, scale=scale, terms=terms)
    return Proxy(growth, overnight, vix=known, scale=scale)
