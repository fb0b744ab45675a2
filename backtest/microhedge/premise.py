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
from microhedge.tape import Tape

_ROUNDING = 1e-13


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
    tape.need(symbol)
    spread = _product(tape, row, sessions, symbol, symbol)
    kept = [tape.need(name) for name in on]
    betas: dict[str, float] = dict.fromkeys(on, 0.0)
    r_squared = 0.0
    while kept:
        cross = [_product(tape, row, sessions, symbol, name) for name in kept]
        found = _solve(tape, row, sessions, kept, cross)
        if min(found) >= 0.0:
            betas.update(zip(kept, found, strict=True))
            if spread > 0.0:
                explained = sum(b * c for b, c in zip(found, cross, strict=True))
                r_squared = min(1.0, max(0.0, explained / spread))
            break
        kept.pop(found.index(min(found)))
    return Fit(symbol, MappingProxyType(betas), sqrt(r_squared), r_squared, sessions, row)


def _solve(
    tape: Tape, row: int, sessions: int, factors: list[str], cross: list[float]
) -> list[float]:
    """Solve the normal equations; a factor that does not move gets 0."""
    if len(factors) == 1:
        # the usual case, without the thirty microseconds of a general solver
        spread = _product(tape, row, sessions, factors[0], factors[0])
        return [cross[0] / spread if spread > 0.0 else 0.0]
    gram = np.array([[_product(tape, row, sessions, a, b) for b in factors] for a in factors])
    found: list[float] = np.linalg.lstsq(gram, np.array(cross))[0].tolist()
    return found


def _product(tape: Tape, row: int, sessions: int, a: str, b: str) -> float:
    """Sum of the products of two returns about their means over a window, from prefix sums."""
    first, last = row - sessions + 1, row + 1
    both = tape.kernel(_sums, *sorted((a, b)))
    one, other = tape.kernel(_sums, a), tape.kernel(_sums, b)
    total = both[last] - both[first]
    found = total - (one[last] - one[first]) * (other[last] - other[first]) / sessions
    # what rounding leaves of a series that stands still is nothing
    return found if abs(found) > _ROUNDING * abs(both[last]) else 0.0


def _sums(tape: Tape, *symbols: str) -> list[float]:
    """Prefix sums of a symbol's returns, or of the products of two symbols' returns."""
    factors = [tape.returns(symbol) for symbol in symbols]
    sums = np.concatenate(([0.0], np.cumsum(np.prod(factors, axis=0))))
    found: list[float] = sums.tolist()
    return found
