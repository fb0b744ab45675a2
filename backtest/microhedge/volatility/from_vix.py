"""What level of implied volatility does VIX give an index, or a stock?

Arrays have one row per session: `vix` in index points; `growth`, a total-return index by close;
`overnight`, the total-return factor from the close before to the open, NaN where there is no
genuine open.
"""

from __future__ import annotations

import numpy as np

from microhedge.language import mark
from microhedge.pricing.black import FloatArray
from microhedge.volatility.model import BLIND, LevelModel, titled
from microhedge.volatility.realised import Known, delayed, realised
from microhedge.volatility.smile import (
    INDEX_CURVATURE,
    INDEX_SLOPE,
    STOCK_CURVATURE,
    STOCK_SLOPE,
    atm_per_vix,
)
from microhedge.volatility.terms import TermStructure

YEAR = 252  # sessions


class VixSmile(LevelModel):
    """An index that VIX measures: the smile whose variance swap costs what VIX says."""

    __slots__ = ()

    def __init__(
        self,
        vix: FloatArray,
        *,
        a: float = INDEX_SLOPE,
        b: float = INDEX_CURVATURE,
        scale: float = 1.0,
        terms: TermStructure | None = None,
    ) -> None:
        super().__init__(
            name=titled(_by_tenor(mark("VIX with index skew"), terms), scale),
            fitted=mark("skew chosen among eight presets on Cboe PPUT, 1999–2018"),
            error=mark(
                "0.9 to 2.8 vol points off (rms) on 5 % out-of-the-money puts, SPXW of early 2018 "
                "and SPY of 2021"
            ),
            warmup=0,
            level=delayed(atm_per_vix(a, b) * vix / 100.0),
            a=a,
            b=b,
            scale=scale,
            vix=vix,
            terms=terms,
        )


class VixRatio(LevelModel):
    """A stock where VIX is known: the index's volatility at the money times the ratio of realised.

    The ratio of 252-session realised volatilities, stock over index, is held within `ratio`. An
    index has no genuine open, so at the open its realised volatility is that of the close before.
    """

    __slots__ = ()

    def __init__(
        self,
        growth: FloatArray,
        index_growth: FloatArray,
        vix: FloatArray,
        overnight: FloatArray | None = None,
        *,
        window: int = YEAR,
        a: float = STOCK_SLOPE,
        b: float = STOCK_CURVATURE,
        ratio: tuple[float, float] = (0.8, 5.0),
        scale: float = 1.0,
        terms: TermStructure | None = None,
    ) -> None:
        stock = realised(growth, overnight, window=window)
        index = delayed(realised(index_growth, None, window=window).close)
        market = delayed(atm_per_vix(INDEX_SLOPE, INDEX_CURVATURE) * vix / 100.0)
        with np.errstate(all="ignore"):
            level = Known(
                open=market.open * np.clip(stock.open / index.open, *ratio),
                close=market.close * np.clip(stock.close / index.close, *ratio),
            )
        super().__init__(
            name=titled(
                _by_tenor(mark("VIX × ratio of realised volatilities, stock skew"), terms), scale
            ),
            fitted=mark("skew read from chains of three stocks, one day each, 2013–2015"),
            error=BLIND,
            warmup=window,
            level=level,
            a=a,
            b=b,
            scale=scale,
            vix=vix,
            terms=terms,
        )


def _by_tenor(name: str, terms: TermStructure | None) -> str:
    return name if terms is None else f"{name}, {terms.title}"
