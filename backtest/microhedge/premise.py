"""What relation does a hedge lean on, as it was measured on the day it was relied on?

A `Fit` is a dated least-squares regression of the holding's simple daily returns on those of one
or more other instruments, with a constant, over the sessions that end on the day of the fit.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import sqrt
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from microhedge.errors import NotCovered, ParameterError
from microhedge.estimators import ratios
from microhedge.tape import Floats, Tape

_ROUNDING = 1e-13


class Fit(NamedTuple):
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


def regress(
    tape: Tape,
    row: int,
    symbol: str,
    on: tuple[str, ...],
    sessions: int,
    estimator: str = "ols",
) -> Fit:
    """Fit the holding on its factors over the last `sessions` returns up to `row`.

    A factor with a negative coefficient is not worth a short: it leaves and the fit is repeated,
    its beta is then 0.  `estimator` is one of `estimators.ESTIMATORS`.

    Raises NotCovered when the window reaches before the first return.
    """
    if symbol in on:
        raise ParameterError(f"{symbol} cannot explain itself: choose another factor")
    if row < sessions:
        raise NotCovered(
            f"a regression on {sessions} sessions needs as many returns; "
            f"{tape.dates[row]} has {row}"
        )
    tape.need(symbol)
    if estimator != "ols":
        return _estimated(tape, row, symbol, on, sessions, estimator)
    if len(on) == 1:
        # the usual case: fitted once for every row of the tape
        beta, explained = tape.kernel(_fits, symbol, tape.need(on[0]), sessions)
        r_squared = explained.item(row)
        betas = MappingProxyType({on[0]: beta.item(row)})
        return Fit(symbol, betas, sqrt(r_squared), r_squared, sessions, row)
    spread = _product(tape, row, sessions, symbol, symbol)
    kept = [tape.need(name) for name in on]
    found: dict[str, float] = dict.fromkeys(on, 0.0)
    r_squared = 0.0
    while kept:
        cross = np.array([_product(tape, row, sessions, symbol, name) for name in kept])
        gram = np.array([[_product(tape, row, sessions, a, b) for b in kept] for a in kept])
        solved: list[float] = np.linalg.lstsq(gram, cross)[0].tolist()
        if min(solved) >= 0.0:
            found.update(zip(kept, solved, strict=True))
            if spread > 0.0:
                r_squared = min(1.0, max(0.0, float(np.dot(solved, cross)) / spread))
            break
        kept.pop(solved.index(min(solved)))
    return Fit(symbol, MappingProxyType(found), sqrt(r_squared), r_squared, sessions, row)


def _estimated(
    tape: Tape, row: int, symbol: str, on: tuple[str, ...], sessions: int, estimator: str
) -> Fit:
    """Fit by another estimator than least squares, straight from the window."""
    window = slice(row - sessions + 1, row + 1)
    y = tape.returns(symbol)[window]
    factors = np.column_stack([tape.returns(tape.need(name))[window] for name in on])
    betas = ratios(y, factors, estimator)
    hedged = factors @ betas
    u, v = y - y.mean(), hedged - hedged.mean()
    spread = float(u @ u) * float(v @ v)
    related = min(1.0, max(0.0, float(u @ v) / sqrt(spread))) if spread > 0.0 else 0.0
    named = MappingProxyType(dict(zip(on, betas.tolist(), strict=True)))
    return Fit(symbol, named, related, related**2, sessions, row)


def _fits(tape: Tape, symbol: str, factor: str, sessions: int) -> tuple[Floats, Floats]:
    """Beta and R² on one factor for the window that ends at each row; 0 where it is no hedge."""
    cross, moved, spread = (
        _products(tape, sessions, *pair)
        for pair in ((symbol, factor), (factor, factor), (symbol, symbol))
    )
    beta = np.divide(cross, moved, out=np.zeros(len(tape)), where=(moved > 0.0) & (cross > 0.0))
    explained = np.divide(beta * cross, spread, out=np.zeros(len(tape)), where=spread > 0.0)
    return beta, np.clip(explained, 0.0, 1.0)


def _products(tape: Tape, sessions: int, a: str, b: str) -> Floats:
    """Sums of the products of two returns about their means, by the last row of the window."""
    both, one, other = (tape.kernel(_sums, *names) for names in (sorted((a, b)), (a,), (b,)))
    total, first, second = (sums[sessions:] - sums[:-sessions] for sums in (both, one, other))
    found = np.zeros(len(tape))
    found[sessions - 1 :] = total - first * second / sessions
    # what rounding leaves of a series that stands still is nothing
    found[np.abs(found) <= _ROUNDING * np.abs(both[1:])] = 0.0
    return found


def _product(tape: Tape, row: int, sessions: int, a: str, b: str) -> float:
    return tape.kernel(_products, sessions, a, b).item(row)


def _sums(tape: Tape, *symbols: str) -> Floats:
    """Prefix sums of a symbol's returns, or of the products of two symbols' returns."""
    product = tape.returns(symbols[0])
    for symbol in symbols[1:]:
        product = product * tape.returns(symbol)
    sums: Floats = np.concatenate(([0.0], product.cumsum()))
    return sums
