"""What does an announced earnings date add to the volatility of an option that lives over it?

Between the evening t and expiry T, each date d with t < d ≤ T adds move² to the total variance:
σ(K, T)²·T + n·move², at every strike.  Once the session of the date is over nothing of it is left,
so that the volatility falls that evening, as quoted ones do.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from microhedge.language import mark
from microhedge.pricing.black import FloatArray
from microhedge.volatility.model import BLIND, At, Rows, VolModel

YEAR = 365.0


@dataclass(frozen=True, slots=True, eq=False)
class WithEarnings:
    """A model, and what announced dates add to it.

    `day` has the day of every row, `dates` those of the sessions that react, sorted; `move` is
    the standard deviation of one such session, a fraction.
    """

    model: VolModel
    day: npt.NDArray[np.int32]
    dates: npt.NDArray[np.int32]
    move: float

    @property
    def name(self) -> str:
        """What the model is, in a few words."""
        return f"{self.model.name}, with a move of {100 * self.move:g}% on earnings dates"

    @property
    def fitted(self) -> str | None:
        """The sample that its constants were fitted on."""
        return self.model.fitted

    @property
    def error(self) -> str | None:
        """How far the model without earnings was from quoted volatilities, and where."""
        told = self.model.error
        return mark("not measured") if told == BLIND else told

    @property
    def warmup(self) -> int:
        """Returns that it needs before its first number."""
        return self.model.warmup

    def stress(self, i: int, at: At = "close") -> float:
        """Multiple of the usual option spread on a session."""
        return self.model.stress(i, at)

    def iv(
        self, i: Rows, at: At, K: npt.ArrayLike, F: npt.ArrayLike, T: npt.ArrayLike
    ) -> FloatArray:
        """Annual volatility at rows `i` for strike `K`, forward `F` and years to expiry `T`."""
        plain = self.model.iv(i, at, K, F, T)
        years = np.asarray(T, np.float64)
        today = self.day[i]
        ahead = np.searchsorted(self.dates, today + np.rint(years * YEAR), side="right")
        count = ahead - np.searchsorted(self.dates, today, side="right")
        added = count * self.move**2 / np.where(count > 0, np.maximum(years, 1 / YEAR), 1.0)
        # where nothing is added the model's own number stays, to the last bit
        return np.asarray(np.where(count > 0, np.sqrt(plain * plain + added), plain))
