"""What level of implied volatility do past prices suggest, where nothing else is known?

Arrays have one row per session: `growth`, a total-return index by close; `overnight`, the
total-return factor from the close before to the open, NaN where there is no genuine open.
"""

from __future__ import annotations

import numpy as np

from microhedge.errors import ParameterError
from microhedge.language import mark
from microhedge.pricing.black import FloatArray
from microhedge.volatility.model import LevelModel, titled
from microhedge.volatility.realised import Known, realised
from microhedge.volatility.smile import INDEX_CURVATURE, INDEX_SLOPE, STOCK_CURVATURE, STOCK_SLOPE

MONTH, QUARTER, YEAR = 21, 63, 252  # sessions
INDEX_PREMIUM = 1.09  # see IndexProxy


class Realised(LevelModel):
    """Realised volatility times `premium`, the same for every strike.

    Without a skew it makes protection look nearly free; it is offered for comparison.
    """

    __slots__ = ()

    def __init__(
        self,
        growth: FloatArray,
        overnight: FloatArray | None = None,
        *,
        window: int = QUARTER,
        premium: float = 1.10,
        floor: float = 0.08,
        cap: float = 2.0,
        scale: float = 1.0,
    ) -> None:
        super().__init__(
            name=titled(f"realised {window} sessions × {premium:g}", scale),
            fitted=None,
            error=mark(
                "63 sessions without premium or skew were 9 to 12 vol points off (rms) on 5 % "
                "out-of-the-money index puts of early 2018 and 2021"
            ),
            warmup=window,
            level=_lifted(growth, overnight, window, premium, floor, cap),
            scale=scale,
        )


class IndexProxy(LevelModel):
    """An index that VIX does not cover: 63-session realised volatility × 1.09, with index skew.

    The constant makes a monthly 5 % out-of-the-money put programme on SPX, with this smile, grow
    by the 6.20 % a year that the published Cboe PPUT index did from January 2014 to December 2018
    (month-ends; dividend yield 1.95 %, 3-month bill yields, no costs; exactly 1.087). Outside the
    sample it is dear: 1999 to 2018 the programme grew 1.6 % a year, PPUT 3.2 %, and its deepest
    fall was 49 %, PPUT's 39 %, because realised volatility falls later than implied after a crash.
    """

    __slots__ = ()

    def __init__(
        self, growth: FloatArray, overnight: FloatArray | None = None, *, scale: float = 1.0
    ) -> None:
        super().__init__(
            name=titled(mark("index proxy: realised 63 sessions × 1.09, index skew"), scale),
            fitted=mark("premium fitted on Cboe PPUT, 2014–2018"),
            error=mark(
                "±2.6 vol points against VIX, mean absolute, 2014–18; a monthly put programme "
                "cost 1.6 % a year more than published over 1999–2018"
            ),
            warmup=QUARTER,
            level=_lifted(growth, overnight, QUARTER, INDEX_PREMIUM, 0.08, 2.0),
            a=INDEX_SLOPE,
            b=INDEX_CURVATURE,
            scale=scale,
        )


class Proxy(LevelModel):
    """A stock where nothing is known but its prices: a regression on its realised volatilities.

    ln IV = −0.0975 + 0.1898 ln RV21 + 0.2758 ln RV63 + 0.4385 ln RV252, for three months at the
    money. Out of sample, 2017–22: correlation with quoted 0.933, bias +0.1 points.
    """

    __slots__ = ()

    def __init__(
        self,
        growth: FloatArray,
        overnight: FloatArray | None = None,
        *,
        a: float = STOCK_SLOPE,
        b: float = STOCK_CURVATURE,
        vix: FloatArray | None = None,
        scale: float = 1.0,
    ) -> None:
        month, quarter, year = (
            realised(growth, overnight, window=window) for window in (MONTH, QUARTER, YEAR)
        )
        super().__init__(
            name=titled(mark("proxy from realised volatilities, stock skew"), scale),
            fitted=mark("fitted on 20 US stocks, 2010–2016"),
            error=mark("±3.3 vol points, mean absolute, 2017–22"),
            warmup=YEAR,
            level=Known(
                open=_regression(month.open, quarter.open, year.open),
                close=_regression(month.close, quarter.close, year.close),
            ),
            a=a,
            b=b,
            scale=scale,
            vix=vix,
        )


def _regression(month: FloatArray, quarter: FloatArray, year: FloatArray) -> FloatArray:
    with np.errstate(all="ignore"):
        logs = 0.1898 * np.log(month) + 0.2758 * np.log(quarter) + 0.4385 * np.log(year)
        return np.exp(-0.0975 + logs)


def _lifted(
    growth: FloatArray,
    overnight: FloatArray | None,
    window: int,
    premium: float,
    floor: float,
    cap: float,
) -> Known:
    if window < 2:
        raise ParameterError(f"window {window}: must be at least 2 sessions; the default is 63")
    if not 0.0 < premium < np.inf:
        raise ParameterError(f"premium {premium:g}: must be positive; the default is 1.10")
    if not 0.0 < floor <= cap:
        raise ParameterError(f"floor {floor:g} and cap {cap:g}: need 0 < floor ≤ cap; use 0.08, 2")
    found = realised(growth, overnight, window=window)
    return Known(
        open=np.clip(premium * found.open, floor, cap),
        close=np.clip(premium * found.close, floor, cap),
    )
