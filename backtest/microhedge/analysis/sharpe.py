"""How likely is a Sharpe ratio to be real, and what does the best of many reach by luck?

Ratios, counts and moments are per observation and of the same observations: a daily ratio with
the number of days, the skewness and the kurtosis (3 for a normal) of daily returns.  Nothing
here annualises, but for the length of a backtest, which is in years and takes an annual ratio.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import e, sqrt

import numpy as np
from scipy.special import ndtr, ndtri

from microhedge.errors import ParameterError
from microhedge.tape import Floats

_NORMAL = 3.0  # kurtosis

_LEAST = 1e-12  # of the mean square: a smaller variance is rounding


@dataclass(frozen=True, slots=True)
class Deflated:
    """A Sharpe ratio beside what the best of N trials without skill is expected to reach.

    `probability` is the deflated Sharpe ratio: the chance that the true ratio lies above
    `expected`, the expected best of `trials` without skill; `undeflated` is the chance that it
    lies above zero, and `published` that with the variance of the ratios as it was observed.
    `sharpe`, `skew` and `kurtosis` are those of the `n` observations.
    """

    probability: float
    undeflated: float
    published: float
    sharpe: float
    expected: float
    trials: float
    n: int
    skew: float
    kurtosis: float


def sharpe_ratios(columns: Floats) -> Floats:
    """Return mean / standard deviation (n − 1) of each column; 0 for one that does not vary."""
    n = len(columns)
    mean = columns.mean(axis=0)
    variance = columns.var(axis=0) * n / max(n - 1, 1)
    moves = variance > _LEAST * mean * mean
    ratios = np.zeros(len(mean))
    np.divide(mean, np.sqrt(variance), out=ratios, where=moves)
    return ratios


def probabilistic_sharpe(
    sharpe: float, n: int, *, skew: float = 0.0, kurtosis: float = _NORMAL, benchmark: float = 0.0
) -> float:
    """Return the chance that the true Sharpe ratio exceeds a benchmark (PSR).

    Φ((SR − SR*)·√(n − 1) / √(1 − γ₃·SR + (γ₄ − 1)/4·SR²)) (Bailey and López de Prado 2012,
    Journal of Risk 15:3).  Raises ParameterError for fewer than two observations and for moments
    that no distribution has.
    """
    if n < 2:
        raise ParameterError(f"{n} observations: a Sharpe ratio needs 2 at least")
    variance = _variance(sharpe, skew, kurtosis)
    return float(ndtr((sharpe - benchmark) * sqrt((n - 1) / variance)))


def expected_maximum(trials: float) -> float:
    """Return what the largest of N independent standard normal numbers is expected to be.

    (1 − γ)·Φ⁻¹(1 − 1/N) + γ·Φ⁻¹(1 − 1/(N·e)) with γ = 0.5772…; 8 % below the exact number
    for two trials, at most 3 % above it from three on and 1 % from 100 on.  One trial is no
    choice: 0.
    """
    if trials < 1.0:
        raise ParameterError(f"{trials:g} trials: the best of none is not defined")
    if trials == 1.0:
        return 0.0
    gamma = float(np.euler_gamma)
    high, higher = ndtri([1.0 - 1.0 / trials, 1.0 - 1.0 / (trials * e)]).tolist()
    return float((1.0 - gamma) * high + gamma * higher)


def deflated_sharpe(
    sharpe: float,
    n: int,
    *,
    trials: float,
    variance: float,
    skew: float = 0.0,
    kurtosis: float = _NORMAL,
) -> float:
    """Return the chance that a Sharpe ratio exceeds the expected best of N trials (DSR).

    The probabilistic ratio against √V · `expected_maximum`(N), V the variance of the trials'
    ratios and N the number of independent ones (Bailey and López de Prado 2014, Journal of
    Portfolio Management 40:94).
    """
    benchmark = sqrt(variance) * expected_maximum(trials)
    return probabilistic_sharpe(sharpe, n, skew=skew, kurtosis=kurtosis, benchmark=benchmark)


def deflate(columns: Floats, best: int, *, trials: float) -> Deflated:
    """Deflate the Sharpe ratio of one column by the spread of all and a number of trials.

    Trials without skill have ratios of variance 1/(n − 1) at most.  Columns that differ in truth,
    as a grid that reaches into what is bad or dear, have more, and every bad cell would speak
    against a good one.  The observed variance therefore counts up to that number.
    """
    series = columns[:, best]
    n = len(series)
    ratios = sharpe_ratios(columns)
    sharpe = float(ratios[best])
    skew, kurtosis = _moments(series)
    observed = float(ratios.var(ddof=1)) if len(ratios) > 1 else 0.0
    variance = min(observed, 1.0 / (n - 1))
    probability, published = (
        deflated_sharpe(sharpe, n, trials=trials, variance=one, skew=skew, kurtosis=kurtosis)
        for one in (variance, observed)
    )
    return Deflated(
        probability=probability,
        undeflated=probabilistic_sharpe(sharpe, n, skew=skew, kurtosis=kurtosis),
        published=published,
        sharpe=sharpe,
        expected=sqrt(variance) * expected_maximum(trials),
        trials=trials,
        n=n,
        skew=skew,
        kurtosis=kurtosis,
    )


def minimum_backtest_years(trials: float, *, expected: float = 1.0) -> float:
    """Return the years that keep the best of N trials without skill at an annual ratio (MinBTL).

    (`expected_maximum`(N) / expected)²: on a shorter sample the best annual Sharpe ratio is
    expected to be higher although none has skill (Bailey, Borwein, López de Prado and Zhu 2014,
    Notices of the American Mathematical Society 61:458).
    """
    if expected <= 0.0:
        raise ParameterError(f"an expected best ratio of {expected:g}: it must lie above 0")
    return (expected_maximum(trials) / expected) ** 2


def _moments(series: Floats) -> tuple[float, float]:
    """Skewness and kurtosis about the mean; those of the normal for a series that never moves."""
    centred = series - series.mean()
    variance = float(np.mean(centred**2))
    if variance <= _LEAST * float(np.mean(series**2)):
        return 0.0, _NORMAL
    skew = float(np.mean(centred**3)) / variance**1.5
    return skew, float(np.mean(centred**4)) / variance**2


def _variance(sharpe: float, skew: float, kurtosis: float) -> float:
    if kurtosis < 1.0 + skew**2 - 1e-9:
        raise ParameterError(
            f"kurtosis {kurtosis:g} with skewness {skew:g}: it is at least {1.0 + skew**2:g} then"
        )
    return 1.0 - skew * sharpe + (kurtosis - 1.0) / 4.0 * sharpe**2
