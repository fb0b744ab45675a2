"""What a textbook would have said about two correlations, and how often it would be wrong."""

from __future__ import annotations

from math import atanh, sqrt

import numpy as np
from scipy.special import chdtrc, ndtr, ndtri

from microhedge.analysis.sample import require
from microhedge.analysis.scores import influence, is_copy
from microhedge.analysis.test_result import Estimate, TestResult
from microhedge.analysis.wording import decimal, percent
from microhedge.tape import Floats
from microhedge.told import told


def fisher(y: Floats, x: Floats, split: int) -> TestResult:
    """Compare the correlations before and after a split by Fisher's z, for normal returns.

    Null: both correlations are the same.  The variance of atanh ρ is 1/(n − 3) for normal
    returns and (1 + κ)/n for elliptical ones of excess kurtosis 3κ, so that the test rejects far
    too often on daily returns: it is marked as not valid and stands for comparison only.
    Raises NotCovered and BadData as `microhedge.analysis.correlation.shift` does.
    """
    require(y, x, split)
    before, after = (
        Estimate(f"correlation {word} the split", influence(y[rows], x[rows])[0], len(y[rows]))
        for word, rows in (("before", slice(split)), ("after", slice(split, None)))
    )
    statistic = pvalue = None
    if not (is_copy(before.value) or is_copy(after.value)):
        error = sqrt(1.0 / (before.n - 3) + 1.0 / (after.n - 3))
        statistic = (atanh(after.value) - atanh(before.value)) / error
        pvalue = 2.0 * float(ndtr(-abs(statistic)))
    tails = (excess_kurtosis(y) + excess_kurtosis(x)) / 2.0
    return TestResult(
        name="Fisher z",
        question="Do the correlations of normal returns before and after the split differ?",
        null="the correlation is the same on both sides of the split, and the returns are normal",
        alternative="the correlations differ",
        statistic=statistic,
        pvalue=pvalue,
        df=None,
        estimate=Estimate("change", after.value - before.value, len(y)),
        parts=(before, after),
        method="difference of atanh ρ of returns over √(1/(n₁−3) + 1/(n₂−3)), normal",
        reference="Fisher 1921, Metron 1:3",
        n=len(y),
        valid=False,
        caveat=told(
            "classical, invalid for fat tails: with an excess kurtosis of {tails}, as here, it "
            "rejects a constant correlation in about {often} of cases instead of 5%",
            tails=decimal(tails, 1),
            often=percent(fisher_size(tails)),
        ),
    )


def jennrich(y: Floats, x: Floats, split: int) -> TestResult:
    """Compare the two correlation matrices before and after a split, for normal returns.

    For two series Jennrich's statistic is c·(ρ₁ − ρ₂)² / (1 − ρ²)², ρ the pooled correlation and
    c = n₁·n₂/(n₁ + n₂), and follows χ² with one degree of freedom.  As invalid on daily returns
    as Fisher's z.  Raises NotCovered and BadData as `fisher` does.
    """
    require(y, x, split)
    sides = ((y[:split], x[:split]), (y[split:], x[split:]))
    before, after = (influence(u, v)[0] for u, v in sides)
    first, second = len(y[:split]), len(y[split:])
    pooled = (first * before + second * after) / (first + second)
    statistic = pvalue = None
    if not is_copy(pooled):
        weight = first * second / (first + second)
        statistic = weight * (before - after) ** 2 / (1.0 - pooled**2) ** 2
        pvalue = float(chdtrc(1.0, statistic))
    return TestResult(
        name="Jennrich",
        question="Do the correlation matrices of normal returns before and after differ?",
        null="both correlation matrices are the same, and the returns are normal",
        alternative="they differ",
        statistic=statistic,
        pvalue=pvalue,
        df=1.0,
        estimate=None,
        parts=(),
        method="difference of two correlation matrices in the metric of their mean, χ²(1)",
        reference="Jennrich 1970, JASA 65:904",
        n=len(y),
        valid=False,
        caveat=told(
            "classical, invalid for fat tails: for two series it is as wrong as Fisher's z"
        ),
    )


def fisher_size(excess: float, *, alpha: float = 0.05) -> float:
    """Return how often Fisher's test rejects a constant correlation of elliptical returns.

    2·Φ(−z/√(1 + κ)) for large samples, κ = excess kurtosis / 3, z the upper alpha/2 quantile of
    the normal.
    """
    z = float(ndtri(alpha / 2.0))
    return 2.0 * float(ndtr(z / sqrt(max(1.0 + excess / 3.0, 1e-9))))


def excess_kurtosis(returns: Floats) -> float:
    """Return the fourth standardised moment less 3; the series must move."""
    a = returns - returns.mean()
    return float(np.mean(a**4) / np.mean(a * a) ** 2 - 3.0)
