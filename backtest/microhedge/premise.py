"""What relation does a hedge lean on, as it was measured on the day it was relied on?

A `Fit` is a dated least-squares regression of the holding's simple daily returns on those of one
or more other instruments, with a constant, over the sessions that end on the day of the fit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt
from types import MappingProxyType

import numpy as np

from microhedge.errors import NotCovered, ParameterError
from microhedge.tape import Floats, Tape


@dataclass(frozen=True, slots=True)
class Fit:
    """A hedge ratio for each factor, and how well they explained the holding in the sample.

    `betas` are money of the factor per unit of money held; `correlation` is the one between
    the holding's returns and Σ beta · factor's returns in the sample, `r_squared` its square.
    `row` is the session on whose evening the sample of `sessions` returns ended.
    """

    symbol: str
    betas: Mapping[str, float]
    correlation: float
    r_squared: float
    sessions: int
    row: int


def regress(tape: Tape, row: int, symbol: str, on: tuple[str, ...], sessions: int) -> Fit:
    """Fit the holding on its factors over the last `sessions` returns up to `row`.

    A factor with a negative coefficient is not worth a short: it leaves and the fit is repeated,
    its beta is then 0.  Raises NotCovered when the window reaches before the first return.
    """
    if symbol in on:
        raise ParameterError(f"{symbol} cannot explain itself: choose another factor")
    if row < sessions:
        raise NotCovered(
            f"a regression on {sessions} sessions needs as many returns; "
            f"{tape.dates[row]} has {row}"
        )
    window = slice(row - sessions + 1, row + 1)
    y = tape.returns(tape.need(symbol))[window]
    kept = list(on)
    betas: dict[str, float] = dict.fromkeys(on, 0.0)
    r_squared = 0.0
    y0 = y - y.mean()
    spread = float(y0 @ y0)
    while kept:
        x = np.stack([tape.returns(tape.need(name))[window] for name in kept])
        x0 = x - x.mean(axis=1, keepdims=True)
        gram, cross = x0 @ x0.T, x0 @ y0
        found: Floats = np.linalg.lstsq(gram, cross)[0]
        if found.min() >= 0.0:
            betas.update(zip(kept, found.tolist(), strict=True))
            if spread > 0.0:
                r_squared = min(1.0, max(0.0, float(found @ cross) / spread))
            break
        kept.pop(int(found.argmin()))
    return Fit(symbol, MappingProxyType(betas), sqrt(r_squared), r_squared, sessions, row)
