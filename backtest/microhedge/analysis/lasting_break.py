"""Did the correlation change for good at some date that nobody named?  (T2)"""

from __future__ import annotations

from functools import cache
from math import sqrt
from pathlib import Path

import numpy as np

from microhedge.analysis.sample import LEAST, Sample
from microhedge.analysis.scores import influence, is_copy, long_run_variance
from microhedge.analysis.test_result import Estimate, TestResult
from microhedge.analysis.wording import chance, decimal
from microhedge.tape import Floats
from microhedge.told import told

COSINES = 16

CRITICAL = ((0.10, 1.192), (0.05, 1.300), (0.01, 1.484))
"""Levels and critical values of the limit with 16 cosines; Kolmogorov's 1.358 is for many."""

_LEAST_P = 1e-4  # the table comes from 10,000 draws


def lasting_break(y: Floats, x: Floats, split: int) -> TestResult:
    """Test for one lasting change of the correlation at an unknown date (T2).

    Model and null: normal scores of devolatilised returns, whose correlation may drift around
    one level all through the sample.  The statistic is max |Σ_{s ≤ t} ψ_s| / √(n·LRV), the
    fluctuation of Wied, Krämer and Dehling (2012, Econometric Theory 28:570) in its linear form
    with a long-run variance of 16 cosines; its null distribution depends on their number and is
    a table of simulated quantiles.  The session after the extreme is dated.  `split` only says
    what the sample must fulfil: see `microhedge.analysis.shift.shift`, which raises the same.
    """
    return lasting_break_of(Sample.of(y, x, split))


def lasting_break_of(sample: Sample) -> TestResult:
    """Test a sample whose scores are known; see :func:`lasting_break`."""
    rho, psi = influence(sample.u, sample.v)
    n, statistic, pvalue, row = sample.n, None, None, None
    path = None
    parts: tuple[Estimate, ...] = ()
    variance = 0.0 if is_copy(rho) else long_run_variance(psi, COSINES)
    sentence = "Nothing to test: the two series are copies of each other."
    if variance > 0.0:
        path = np.cumsum(psi) / sqrt(n * variance)
        row = int(np.argmax(np.abs(path))) + 1
        statistic = float(abs(path[row - 1]))
        pvalue = max(_LEAST_P, 1.0 - float(np.interp(statistic, _quantiles(), _levels())))
        parts = _around(sample, row)
        numbers = f"{' and '.join(f'{decimal(p.value)} {p.name}' for p in parts)}"
        if pvalue < 0.05:
            sentence = f"A lasting change: {numbers or 'too close to an end to measure'}"
        else:
            sentence = "No lasting change beyond ordinary drift"
        sentence += f" ({chance(pvalue)})."
    return TestResult(
        name="T2 lasting break",
        question="Did the correlation change for good at some date?",
        null="the correlation has one level all through the sample, around which it may drift",
        alternative="it has another level from some date on",
        statistic=statistic,
        pvalue=pvalue,
        df=None,
        estimate=None,
        parts=parts,
        method=f"largest sum of ψ of devolatilised normal scores, {COSINES} cosines",
        reference="Wied, Krämer and Dehling 2012, Econometric Theory 28:570",
        n=n,
        caveat="" if row is None or len(parts) == 2 else told("the date lies close to an end"),
        sentence=sentence,
        critical=CRITICAL,
        row=row,
        path=path,
    )


def since(sample: Sample, row: int) -> float | None:
    """Return the correlation from a row on; None where fewer than 60 sessions remain."""
    u, v = sample.u[row:], sample.v[row:]
    if len(u) < LEAST or np.ptp(u) == 0.0 or np.ptp(v) == 0.0:
        return None
    return influence(u, v)[0]


def _around(sample: Sample, row: int) -> tuple[Estimate, ...]:
    """Estimate the correlation before and after a row, where both sides have 60 sessions."""
    after = since(sample, row)
    before = since(Sample(sample.u[:row][::-1], sample.v[:row][::-1], 0), 0)
    if before is None or after is None:
        return ()
    return (
        Estimate("before it", before, row),
        Estimate("after it", after, sample.n - row),
    )


@cache
def _quantiles() -> Floats:
    found: Floats = np.loadtxt(Path(__file__).with_name("cusum_quantiles.csv"))
    return found


def _levels() -> Floats:
    return np.linspace(0.0, 1.0, len(_quantiles()))
