"""What a textbook would have said about two correlations, and how often it would be wrong."""

from __future__ import annotations

from math import atanh, sqrt

import numpy as np
from scipy.special import ndtr, ndtri

from microhedge.analysis.sample import require
from microhedge.analysis.scores import influence, is_copy
from microhedge.analysis.test_result import Estimate, TestResult
from microhedge.analysis.wording import decimal
from microhedge.tape import Floats


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
        caveat=(
            "classical, invalid for fat tails: with an excess kurtosis of "
            f"{decimal(tails, 1)}, as here, it rejects a constant correlation in about "
            f"{100.0 * fisher_size(tails):.0f}% of cases instead of 5%"
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
