"""Which implied volatility does a model give an option, seen from an open or a close?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

from microhedge.errors import ParameterError
from microhedge.language import mark
from microhedge.pricing.black import FloatArray
from microhedge.volatility.realised import Known
from microhedge.volatility.smile import smile

At: TypeAlias = Literal["open", "close"]
Rows: TypeAlias = int | np.integer | npt.NDArray[np.integer]

LEAST_LEVEL, GREATEST_LEVEL = 0.02, 5.0  # annual volatility; outside no model is to be believed
CALM_VIX = 20.0  # index points at and below which spreads are as measured
WIDEST = 3.0  # times the spread, at a VIX of 60 and above
BLIND = mark(
    "not measured; blind to earnings dates, which moved a quoted volatility from 21 to 30 %"
)
"""What a model of no dates says of its error; with dates it is not true."""


class Terms(Protocol):
    """How volatility differs by tenor."""

    def factor(self, i: Rows, at: At, T: npt.ArrayLike) -> FloatArray:
        """Volatility of years `T` over the level's own at rows `i`."""


class VolModel(Protocol):
    """The implied volatility of one underlying over the sessions of a run.

    The contract: a row is a function of what was known at that row. At ``"open"`` that is the open
    itself and everything up to the close before; at ``"close"`` everything up to that close. Later
    data must not change a bit of it. Rows in the warm-up are NaN.
    """

    @property
    def name(self) -> str:
        """What the model is, in a few words."""

    @property
    def fitted(self) -> str | None:
        """The sample that its constants were fitted on, or None if none was."""

    @property
    def error(self) -> str | None:
        """How far it was from quoted volatilities, and where; None if it is given."""

    @property
    def warmup(self) -> int:
        """Returns that it needs before its first number."""

    def stress(self, i: int, at: At = "close") -> float:
        """Multiple of the usual option spread on a session; 1.0 where VIX is not known."""

    def iv(
        self, i: Rows, at: At, K: npt.ArrayLike, F: npt.ArrayLike, T: npt.ArrayLike
    ) -> FloatArray:
        """Annual volatility at rows `i` for strike `K`, forward `F` and years to expiry `T`."""


def titled(name: str, scale: float) -> str:
    """Name of a model, with the factor that a band puts on its volatilities."""
    return name if scale == 1.0 else f"{name} × {scale:g}"


@dataclass(frozen=True, slots=True, eq=False)
class LevelModel:
    """A volatility at the money for each session, and a smile around it.

    `a` and `b` are the slope and curvature of the smile; `scale` multiplies every volatility, for
    the bands of a report; `vix`, in index points, widens spreads where it is given; `terms` make
    the level another one at other tenors. Levels are held between 2 % and 500 %.
    """

    name: str
    fitted: str | None
    error: str | None
    warmup: int
    level: Known
    a: float = 0.0
    b: float = 0.0
    scale: float = 1.0
    vix: FloatArray | None = None
    terms: Terms | None = None

    def __post_init__(self) -> None:
        if not 0.0 < self.scale < np.inf:
            raise ParameterError(f"scale {self.scale:g}: must be positive; use 1.0")

    def stress(self, i: int, at: At = "close") -> float:
        """Multiple of the usual spread: VIX over 20, from 1 to 3, as known at the open or close."""
        row = i if at == "close" else i - 1
        if self.vix is None or row < 0:
            return 1.0
        times = float(self.vix[row]) / CALM_VIX
        return min(max(times, 1.0), WIDEST) if np.isfinite(times) else 1.0

    def iv(
        self, i: Rows, at: At, K: npt.ArrayLike, F: npt.ArrayLike, T: npt.ArrayLike
    ) -> FloatArray:
        """Annual volatility at rows `i` for strike `K`, forward `F` and years to expiry `T`."""
        atm = self._levels(i, at)
        if self.terms is not None:
            atm = np.clip(atm * self.terms.factor(i, at, T), LEAST_LEVEL, GREATEST_LEVEL)
        return np.asarray(self.scale * smile(atm, K, F, T, a=self.a, b=self.b))

    def _levels(self, i: Rows, at: At) -> FloatArray:
        known = self.level.close if at == "close" else self.level.open
        return np.clip(known[i], LEAST_LEVEL, GREATEST_LEVEL)
