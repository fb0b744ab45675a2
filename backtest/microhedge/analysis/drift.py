"""Does the correlation wander more than sampling alone would make it?  (T3)"""

from __future__ import annotations

from math import sqrt

import numpy as np

from microhedge.analysis.sample import Sample
from microhedge.analysis.scores import influence, is_copy
from microhedge.analysis.test_result import Estimate, TestResult
from microhedge.analysis.wording import chance, decimal
from microhedge.errors import ParameterError
from microhedge.tape import Floats

WINDOW = 60
DRAWS = 999
_CHUNK = 32  # draws at a time: what one needs stays in the processor's cache


def drift(
    y: Floats,
    x: Floats,
    split: int,
    *,
    window: int = WINDOW,
    draws: int = DRAWS,
    seed: int = 0,
) -> TestResult:
    """Test whether the correlation over `window` sessions moves more than noise allows (T3).

    Null: on each side of the split the correlation is constant.  The statistic is the variance
    ratio of ψ (Lo and MacKinnon 1988, Review of Financial Studies 1:41): the variance of its sums
    over `window` sessions over what it would be if its terms were uncorrelated.  ψ is scaled on
    each side to mean 0 and variance 1, so that a change at the split is no drift.  One-sided;
    the p-value is (1 + number of draws with as large a ratio) / (draws + 1), each draw giving
    every term a random sign (Kim 2006, Economics Letters 92:38).

    The estimate is the standard deviation of the drift after the split, in units of the
    correlation: √(max(0, VR − 1)·var ψ / window).  Raises as `microhedge.analysis.shift.shift`
    does, and ParameterError for a window that does not fit four times into a side.
    """
    return drift_of(Sample.of(y, x, split), window=window, draws=draws, seed=seed)


def drift_of(
    sample: Sample, *, window: int = WINDOW, draws: int = DRAWS, seed: int = 0
) -> TestResult:
    """Test a sample whose scores are known; see :func:`drift`."""
    if window < 2 or window > sample.n // 2:
        raise ParameterError(
            f"a window of {window} sessions in a sample of {sample.n}: 2 is the least and half of "
            f"the sample the most; {WINDOW} is usual"
        )
    statistic = pvalue = None
    sd: Estimate | None = None
    sentence = "Nothing to test: on one side the two series are copies of each other."
    terms = [influence(u, v) for u, v in sample.sides]
    if not any(is_copy(rho) or np.ptp(psi) == 0.0 for rho, psi in terms):
        scaled = np.concatenate([(psi - psi.mean()) / psi.std() for _, psi in terms])
        statistic = float(_ratios(scaled[None, :], window)[0])
        pvalue = _pvalue(scaled, statistic, window, draws, np.random.default_rng(seed))
        wander = sqrt(max(0.0, statistic - 1.0) * float(terms[1][1].var()) / window)
        sd = Estimate("standard deviation of the drift", wander, sample.n - sample.split)
        seen = f"by {decimal(wander)} (one standard deviation, {chance(pvalue)})"
        sentence = (
            f"The correlation over {window} sessions drifts {seen}."
            if pvalue < 0.05
            else f"No drift beyond sampling noise ({chance(pvalue)})."
        )
    return TestResult(
        name="T3 drift",
        question=f"Does the correlation over {window} sessions move more than noise allows?",
        null="the correlation is constant on each side of the split",
        alternative="it drifts",
        statistic=statistic,
        pvalue=pvalue,
        df=None,
        estimate=sd,
        parts=(),
        method=f"variance ratio of ψ over {window} sessions, {draws} draws of random signs",
        reference="Lo and MacKinnon 1988, RFS 1:41; Kim 2006, Economics Letters 92:38",
        n=sample.n,
        sentence=sentence,
    )


def _ratios(series: Floats, window: int) -> Floats:
    """Return the variance ratio of each line, with overlapping sums and without its mean."""
    n = series.shape[1]
    mean = series.mean(axis=1)
    total = series.cumsum(axis=1)
    sums = total[:, window - 1 :].copy()
    sums[:, 1:] -= total[:, :-window]
    sums -= window * mean[:, None]
    moved = np.einsum("ij,ij->i", sums, sums)
    spread = np.einsum("ij,ij->i", series, series) - n * mean * mean
    scale = window * (n - window + 1) * (1.0 - window / n)
    ratios: Floats = moved / scale / (spread / (n - 1))
    return ratios


def _pvalue(
    series: Floats, statistic: float, window: int, draws: int, rng: np.random.Generator
) -> float:
    n = len(series)
    as_large = 0
    for first in range(0, draws, _CHUNK):
        count = min(_CHUNK, draws - first)
        bits = np.frombuffer(rng.bytes(count * ((n + 7) // 8)), np.uint8).reshape(count, -1)
        signs = np.unpackbits(bits, axis=1, count=n)
        drawn = np.where(signs, series, -series)
        as_large += int((_ratios(drawn, window) >= statistic).sum())
    return (1 + as_large) / (draws + 1)
