"""Whether a holding and its hedge correlate in large moves as they do in ordinary ones.

Large moves of normal returns correlate less than all of them, by construction: every number
stands beside what a normal pair of the same correlation would show.  For a hedge that moves
against its holding, pass the hedge's returns with the other sign.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import atanh, copysign, exp, pi, sqrt, tanh

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, owens_t, stdtrit

from microhedge.analysis.sample import require_whole
from microhedge.analysis.scores import influence, is_copy, long_run_variance
from microhedge.analysis.test_result import Estimate
from microhedge.analysis.wording import decimal
from microhedge.counting import count_of
from microhedge.tape import Floats

LEVELS = (0.0, 0.5, 1.0, 1.5)
"""Thresholds of joint moves, in standard deviations."""

LEAST = 20
"""Joint moves, or sessions in a tail, below which a number is not told."""

FEW = 50
"""Joint moves, or sessions in a tail, below which a number has no interval and no test."""

_COSINES = 8  # as in the test of a shift


@dataclass(frozen=True, slots=True)
class Exceedance:
    """The correlation of the sessions in which both moved by more than `level` deviations.

    `falls_n` and `rises_n` count these sessions; an estimate is None with fewer than 20 of them
    and has no interval with fewer than 50.  `normal` is the same correlation of a normal pair
    as correlated as the whole sample, None where such a pair would hardly ever move so.
    """

    level: float
    falls_n: int
    rises_n: int
    falls: Estimate | None
    rises: Estimate | None
    normal: float | None
    sentence: str


def normal_joint_tail(level: float, rho: float) -> float:
    """Return the probability that both of a standard normal pair exceed `level`.

    Φ(−c) − 2·T(c, √((1−ρ)/(1+ρ))) with the function T of Owen (1956, Annals of Mathematical
    Statistics 27:1075); by symmetry also that both fall below −c.
    """
    if rho <= -1.0:
        return max(0.0, 1.0 - 2.0 * float(ndtr(level)))
    slope = sqrt(max(1.0 - rho, 0.0) / (1.0 + rho))
    return max(0.0, float(ndtr(-level)) - 2.0 * float(owens_t(level, slope)))


def normal_exceedance(level: float, rho: float) -> float | None:
    """Return the correlation of a normal pair where both exceed `level` standard deviations.

    From the moments of the truncated normal (Rosenbaum 1961, Journal of the Royal Statistical
    Society B 23:405; Ang and Chen 2002, Journal of Financial Economics 63:443).  None where
    both exceed it less often than once in a million.
    """
    if is_copy(rho) and rho > 0.0:
        return 1.0
    mass = normal_joint_tail(level, rho)
    if mass < 1e-6:
        return None
    spread = sqrt(1.0 - rho * rho)
    edge = exp(-level * level / 2.0) / sqrt(2.0 * pi) * float(ndtr(-level * (1.0 - rho) / spread))
    corner = spread * exp(-level * level / (1.0 + rho)) / (2.0 * pi)
    mean = (1.0 + rho) * edge / mass
    square = 1.0 + ((1.0 + rho * rho) * level * edge + rho * corner) / mass
    product = rho + (2.0 * rho * level * edge + corner) / mass
    return (product - mean * mean) / (square - mean * mean)


def exceedances(y: Floats, x: Floats, levels: tuple[float, ...] = LEVELS) -> tuple[Exceedance, ...]:
    """Correlate the returns of a holding and its hedge in joint falls and in joint rises.

    A joint fall beyond c is a session in which both are more than c standard deviations below
    their means.  Intervals are of 95 %, on the scale of atanh ρ, from the long-run variance of
    the influence function, which is zero on all other sessions, and Student's t; the thresholds
    are taken as given.  Longin and Solnik (2001, Journal of Finance 56:649).

    `y` and `x` are daily returns of any unit.  Raises NotCovered and BadData as `require_whole`.
    """
    require_whole(y, x)
    rho, _ = influence(y, x)
    a, b = (y - y.mean()) / y.std(), (x - x.mean()) / x.std()
    return tuple(_exceedance(a, b, level, normal_exceedance(level, rho)) for level in levels)


def _exceedance(a: Floats, b: Floats, level: float, normal: float | None) -> Exceedance:
    fell, rose = (a < -level) & (b < -level), (a > level) & (b > level)
    falls, rises = _correlation("falls", a, b, fell), _correlation("rises", a, b, rose)
    counts = int(fell.sum()), int(rose.sum())
    told = " and ".join(
        f"{decimal(one.value)} in joint {word} ({count_of(n, 'session')})"
        if one
        else f"unknown in joint {word} (only {count_of(n, 'session')})"
        for word, one, n in (("falls", falls, counts[0]), ("rises", rises, counts[1]))
    )
    beside = "" if normal is None else f"; {decimal(normal)} for a normal pair"
    sentence = f"Beyond {level:.1f} standard deviations the correlation is {told}{beside}."
    return Exceedance(level, *counts, falls, rises, normal, sentence)


def _correlation(name: str, a: Floats, b: Floats, where: NDArray[np.bool_]) -> Estimate | None:
    m, n = int(where.sum()), len(a)
    if m < LEAST or np.ptp(a[where]) == 0.0 or np.ptp(b[where]) == 0.0:
        return None
    rho, psi = influence(a[where], b[where])
    if is_copy(rho):
        return Estimate(name, copysign(1.0, rho), m)
    if m < FEW:
        return Estimate(name, rho, m)
    spread = np.zeros(n)
    spread[where] = psi * (n / m)
    error = sqrt(long_run_variance(spread, _COSINES) / n)
    half = float(stdtrit(_COSINES, 0.975)) * error / (1.0 - rho**2)
    return Estimate(name, rho, m, error, tanh(atanh(rho) - half), tanh(atanh(rho) + half))
