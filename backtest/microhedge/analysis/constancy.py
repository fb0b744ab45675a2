"""Was the correlation the same all through the sample, not even drifting?"""

from __future__ import annotations

from math import floor, log, sqrt

import numpy as np
from scipy.special import kolmogorov

from microhedge.analysis.sample import Sample
from microhedge.analysis.scores import bartlett, influence, is_copy
from microhedge.analysis.test_result import TestResult
from microhedge.analysis.wording import chance
from microhedge.tape import Floats

_FIRST = 10  # sessions before which a correlation so far says nothing


def constancy(y: Floats, x: Floats, split: int) -> TestResult:
    """Test for a constant correlation against any other course (Wied, Krämer and Dehling).

    max over j of (j/√n)·|ρ_j − ρ_n| over the root of the long-run variance of ψ, Bartlett's with
    ⌊log n⌋ lags; Kolmogorov's distribution.  It is applied to normal scores of devolatilised
    returns: on returns it rejects a constant correlation in 32–42 % of cases when volatility
    doubles.  Of a correlation that drifts to and fro it rejects constancy, as it should, in half
    of all cases and more: it does not tell drift from a lasting break, which T2 does.

    `split` only says what the sample must fulfil; raises as `microhedge.analysis.shift.shift`.
    Reference: Wied, Krämer and Dehling 2012, Econometric Theory 28:570.
    """
    sample = Sample.of(y, x, split)
    rho, psi = influence(sample.u, sample.v)
    statistic = pvalue = path = None
    sentence = "Nothing to test: the two series are copies of each other."
    variance = float(bartlett(psi[:, np.newaxis], floor(log(sample.n)))[0, 0])
    if not is_copy(rho) and variance > 0.0:
        place = np.arange(1, sample.n + 1)
        path = place / sqrt(sample.n) * (_so_far(sample.u, sample.v) - rho) / sqrt(variance)
        path[:_FIRST] = 0.0
        statistic = float(np.abs(path).max())
        pvalue = float(kolmogorov(statistic))
        moved = "was not constant" if pvalue < 0.05 else "may have been constant"
        sentence = f"The correlation {moved} ({chance(pvalue)})."
    return TestResult(
        name="Wied–Krämer–Dehling",
        question="Was the correlation constant, not even drifting?",
        null="the correlation is the same on every session",
        alternative="it is not",
        statistic=statistic,
        pvalue=pvalue,
        df=None,
        estimate=None,
        parts=(),
        method="largest change of the correlation so far, Bartlett's variance, Kolmogorov",
        reference="Wied, Krämer and Dehling 2012, Econometric Theory 28:570",
        n=sample.n,
        sentence=sentence,
        critical=((0.10, 1.224), (0.05, 1.358), (0.01, 1.628)),
        row=None if path is None else int(np.argmax(np.abs(path))) + 1,
        path=path,
    )


def _so_far(u: Floats, v: Floats) -> Floats:
    """Return the correlation of the first 1 … n rows; 0 while one of them stands still."""
    count = np.arange(1, len(u) + 1)
    a, b = u - u.mean(), v - v.mean()
    sums = [np.cumsum(column) / count for column in (a, b, a * b, a * a, b * b)]
    cross = sums[2] - sums[0] * sums[1]
    spread = (sums[3] - sums[0] ** 2) * (sums[4] - sums[1] ** 2)
    moves = spread > 1e-12
    found = np.zeros(len(u))
    found[moves] = np.clip(cross[moves] / np.sqrt(spread[moves]), -1.0, 1.0)
    return found
