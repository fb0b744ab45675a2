"""How much higher or lower than VIX is the volatility of another tenor?

Between the tenors that are known, total variance is taken to run in straight lines; below the
shortest the volatility is that of the shortest, above the longest that of the longest.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from microhedge.errors import ParameterError
from microhedge.pricing.black import FloatArray
from microhedge.volatility.model import At, Rows
from microhedge.volatility.realised import delayed

VIX_DAYS = 30
YEAR = 365.0


@dataclass(frozen=True, slots=True, eq=False)
class TermStructure:
    """Indices of volatility by tenor: `days` to expiry, increasing, and a row of each a session.

    `open` and `close` hold what is known of them then; one line for each tenor.
    """

    days: FloatArray
    open: FloatArray
    close: FloatArray

    @classmethod
    def of(cls, vix: FloatArray, terms: Mapping[int, FloatArray]) -> TermStructure:
        """Put VIX among indices like it by their calendar days; all in points, at the close."""
        if VIX_DAYS in terms or min(terms) < 1:
            raise ParameterError("tenors beside VIX are 1 or more calendar days, and not its 30")
        known = {**terms, VIX_DAYS: vix}
        order = sorted(known)
        each = [delayed(known[days]) for days in order]
        return cls(
            days=np.array(order, np.float64),
            open=np.array([one.open for one in each]),
            close=np.array([one.close for one in each]),
        )

    @property
    def title(self) -> str:
        """The tenors, for a model's name."""
        return "tenors of " + ", ".join(f"{days:g}" for days in self.days) + " days"

    def factor(self, i: Rows, at: At, T: npt.ArrayLike) -> FloatArray:
        """Volatility of years `T` over that of 30 days at rows `i`."""
        known = self.open if at == "open" else self.close
        rows, years = np.broadcast_arrays(i, np.asarray(T, np.float64))
        days = np.clip(years * YEAR, self.days[0], self.days[-1])
        right = np.clip(np.searchsorted(self.days, days), 1, len(self.days) - 1)
        low, high = self.days[right - 1], self.days[right]
        below, above = known[right - 1, rows] ** 2 * low, known[right, rows] ** 2 * high
        total = below + (above - below) * (days - low) / (high - low)
        base = known[int(np.searchsorted(self.days, VIX_DAYS)), rows]
        return np.asarray(np.sqrt(total / days) / base)
