"""Which volatility does the user give: one number, or one per session?"""

from __future__ import annotations

import numpy as np

from microhedge.errors import ParameterError
from microhedge.language import mark
from microhedge.pricing.black import FloatArray
from microhedge.volatility.model import At, LevelModel, Rows, titled
from microhedge.volatility.realised import Known, delayed


class Constant(LevelModel):
    """One volatility for every session, strike and tenor; `sigma` as a fraction."""

    __slots__ = ()

    def __init__(self, sigma: float, *, scale: float = 1.0) -> None:
        if not 0.0 < sigma <= 5.0:
            hint = f" (did you mean {sigma / 100.0:g}?)" if 5.0 < sigma <= 500.0 else ""
            raise ParameterError(f"volatility {sigma:g}: must be a fraction in (0, 5]{hint}")
        only = np.array([float(sigma)])
        super().__init__(
            name=titled(f"constant {sigma:.4g}", scale),
            fitted=None,
            error=mark(
                "a constant 16 % was 6 to 10 vol points off (rms) on 5 % out-of-the-money index "
                "puts of early 2018 and 2021"
            ),
            warmup=0,
            level=Known(open=only, close=only),
            scale=scale,
        )

    def _levels(self, i: Rows, at: At) -> FloatArray:
        return np.full(np.shape(i), self.level.close[0])


class Series(LevelModel):
    """The user's own volatilities at the money, one per session, known at its close."""

    __slots__ = ()

    def __init__(
        self,
        values: FloatArray,
        *,
        a: float = 0.0,
        b: float = 0.0,
        vix: FloatArray | None = None,
        scale: float = 1.0,
    ) -> None:
        super().__init__(
            name=titled(mark("series of the user"), scale),
            fitted=None,
            error=None,
            warmup=0,
            level=delayed(values),
            a=a,
            b=b,
            scale=scale,
            vix=vix,
        )
