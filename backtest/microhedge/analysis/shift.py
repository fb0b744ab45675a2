"""Is the correlation after a split that was fixed beforehand another one than before it?  (T1)"""

from __future__ import annotations

from math import atanh, copysign, sqrt, tanh

from scipy.special import stdtr, stdtrit

from microhedge.analysis.sample import Sample
from microhedge.analysis.scores import influence, is_copy, long_run_variance
from microhedge.analysis.test_result import Estimate, TestResult
from microhedge.analysis.wording import chance, decimal, signed
from microhedge.language import mark
from microhedge.tape import Floats
from microhedge.told import figure, joined, listed, told

ENOUGH = 500
"""Sessions on each side below which drift is too often taken for a lasting change."""

MARGIN = 0.10
"""A fall of the correlation that would matter."""


def shift(y: Floats, x: Floats, split: int, *, nu: int = 8) -> TestResult:
    """Test whether the correlation changed for good at a split that was fixed beforehand (T1).

    Model: normal scores of devolatilised returns, stationary on each side of the split, where
    the correlation may drift around its level.  Null: both levels are the same.
    t = (atanh ρ₂ − atanh ρ₁) / √(V₁/(1−ρ₁²)² + V₂/(1−ρ₂²)²), V = long-run variance of ψ over
    the number of sessions; Student's t with Welch–Satterthwaite degrees of freedom.  ν = 8 was
    chosen on drifting correlations, for which longer sums of cosines reject 20–28 % at 5 %.

    `y` and `x` are daily returns, simple or log, of any unit.  The interval of the change is
    that of atanh ρ₂ − atanh ρ₁, brought back by the slope between the two: it leaves out zero
    exactly when the test rejects at 5 %.  The standard error of the change is √(V₁ + V₂).

    Raises NotCovered with fewer than 60 sessions on a side, BadData for a return that is no
    number and for a series that does not move.  Where a side holds two copies of one series
    there is no sampling error: statistic and p-value are None.
    """
    return shift_of(Sample.of(y, x, split), nu=nu)


def shift_of(sample: Sample, *, nu: int = 8) -> TestResult:
    """Test a sample whose scores are known; see :func:`shift`."""
    u, v, split, n = sample.u, sample.v, sample.split, sample.n
    before = _side("correlation before the split", u[:split], v[:split], nu)
    after = _side("correlation after the split", u[split:], v[split:], nu)
    caveat = _caveat(before.n, after.n)
    statistic = pvalue = df = None
    if before.standard_error and after.standard_error:
        first = before.standard_error / (1.0 - before.value**2)
        second = after.standard_error / (1.0 - after.value**2)
        on_atanh = atanh(after.value) - atanh(before.value)
        error = sqrt(first**2 + second**2)
        df = nu * error**4 / (first**4 + second**4)
        statistic = on_atanh / error
        pvalue = 2.0 * float(stdtr(df, -abs(statistic)))
        moved = after.value - before.value
        slope = moved / on_atanh if on_atanh else 1.0 - after.value**2
        half = float(stdtrit(df, 0.975)) * error * slope
        width = sqrt(before.standard_error**2 + after.standard_error**2)
        low, high = moved - half, moved + half
        change = Estimate("change", moved, n, width, low, high)
        reach = float(stdtrit(df, 0.95)) * width
        sentence = _sentence(before.value, after.value, (low, high), reach, pvalue)
    else:
        change = Estimate("change", after.value - before.value, n)
        copy = told("one side leaves no sampling error to test with")
        caveat = joined("; ", filter(None, (copy, caveat)))
        sentence = (
            f"Nothing to test: {decimal(before.value)} before the split, {decimal(after.value)} "
            "after it, and where it is 1.00 in size the two series are copies of each other."
        )
    return TestResult(
        name="T1 shift",
        question="Is the correlation after the split different from the one relied on?",
        null="the correlation has the same level on both sides of the split; it may drift",
        alternative="the level after the split is another one",
        statistic=statistic,
        pvalue=pvalue,
        df=df,
        estimate=change,
        parts=(before, after),
        method=f"difference of atanh ρ of devolatilised normal scores, {nu} cosines, Student's t",
        reference="Lazarus, Lewis, Stock and Watson 2018, JBES 36:541",
        n=n,
        caveat=caveat,
        sentence=sentence,
    )


def _side(name: str, u: Floats, v: Floats, nu: int) -> Estimate:
    """Estimate one side's correlation; a copy has neither standard error nor interval."""
    rho, psi = influence(u, v)
    if is_copy(rho):
        return Estimate(name, copysign(1.0, rho), len(u))
    error = sqrt(long_run_variance(psi, nu) / len(u))
    half = float(stdtrit(nu, 0.975)) * error / (1.0 - rho**2)
    return Estimate(name, rho, len(u), error, tanh(atanh(rho) - half), tanh(atanh(rho) + half))


def _caveat(before: int, after: int) -> str:
    sides = (
        (before, mark("{n} sessions before the split")),
        (after, mark("{n} sessions after the split")),
    )
    few = [told(side, n=figure(f"{n}")) for n, side in sides if n < ENOUGH]
    if not few:
        return ""
    return told(
        "{few}, fewer than {enough}: a correlation that only drifts is then taken for a changed "
        "one in up to 24% of cases instead of 5%",
        few=listed(few),
        enough=ENOUGH,
    )


def _sentence(
    before: float, after: float, interval: tuple[float, float], reach: float, pvalue: float
) -> str:
    """Say whether it changed and whether a fall that matters can be excluded.

    `reach` is the distance from the change to its one-sided 95 % bound.  The fall of a negative
    correlation is its way towards zero.
    """
    change = after - before
    # a bound that rounds to zero would hide on which side of it it lies
    digits = 2 if min(abs(bound) for bound in interval) >= 0.005 else 3
    low, high = (signed(bound, digits) for bound in interval)
    numbers = (
        f"{decimal(before)} before the split, {decimal(after)} after it (change "
        f"{signed(change)}, 95% interval {low} to {high}, "
        f"{chance(pvalue)})"
    )
    fall = f"a fall{' in strength' if before < 0.0 else ''} of more than {MARGIN:.2f}"
    gain = copysign(1.0, before) * change
    excluded = gain - reach > -MARGIN
    if pvalue < 0.05:
        if excluded:
            judged = f"{fall} can be excluded"
        elif gain + reach < -MARGIN:
            judged = f"{fall} is certain at 95%"
        else:
            judged = f"{fall} cannot be excluded"
        return f"The correlation changed: {numbers}; {judged}."
    if excluded:
        return f"No change can be seen: {numbers}, and {fall} can be excluded."
    return (
        f"Inconclusive: {numbers}; the interval includes no change, yet {fall} cannot be excluded."
    )
