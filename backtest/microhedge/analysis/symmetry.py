"""Whether a holding and its hedge are as correlated when both fall as when both rise."""

from __future__ import annotations

from math import ceil

import numpy as np

from microhedge.analysis.resampling import block_length, draw_blocks
from microhedge.analysis.scores import bartlett, influence, is_copy
from microhedge.analysis.tails import FEW, LEVELS, Exceedance, exceedances
from microhedge.analysis.test_result import Estimate, TestResult
from microhedge.analysis.wording import chance, decimal, signed
from microhedge.tape import Floats


def symmetry(
    y: Floats,
    x: Floats,
    levels: tuple[float, ...] = LEVELS,
    *,
    draws: int = 499,
    seed: int = 0,
) -> TestResult:
    """Test whether exceedance correlations in joint falls and joint rises are the same.

    J = n·d'Ω⁻¹d, d = correlations in rises less those in falls by level, Ω = Bartlett's estimate
    of the long-run covariance of the standardised products less their means, with ⌊4·(n/100)^{2/9}⌋
    lags.  Hong, Tu and Zhou (2007, Review of Financial Studies 20:1547) refer J to χ² with as
    many degrees of freedom as levels.  Its Ω leaves out that the deviations within a cell are
    estimated too, so J is too small for χ²; the p-value is therefore the share of J in stationary
    bootstrap draws that are symmetric by construction: the standardised returns of both series in
    a block change their sign together, with probability ½.

    Levels with fewer than 50 joint falls or rises are left out; where none remains, and for
    copies, there is nothing to test.  `y` and `x` are daily returns of any unit.  `parts` are the
    correlations by level, falls first; the estimate is the mean over the levels of falls less
    rises.  Raises NotCovered and BadData as `microhedge.analysis.sample.require_whole` does.
    """
    rows = exceedances(y, x, levels)
    usable = [row for row in rows if _usable(row)]
    rho, psi = influence(y, x)
    statistic = pvalue = estimate = None
    caveat = _caveat(rows, usable)
    if is_copy(rho):
        sentence = "Nothing to test: the two series are copies of each other."
    elif not usable:
        sentence = f"Too few joint moves to test: {FEW} falls and {FEW} rises are needed."
    else:
        a, b = (y - y.mean()) / y.std(), (x - x.mean()) / x.std()
        tested = tuple(row.level for row in usable)
        statistic, differences = statistic_of(a, b, tested)
        estimate = Estimate("falls less rises", -float(np.mean(differences)), len(y))
        block = max(float(ceil(len(y) ** (1.0 / 3.0))), block_length(psi))
        drawn = _symmetric_draws(a, b, tested, block=block, draws=draws, seed=seed)
        pvalue = (1.0 + float(np.count_nonzero(drawn >= statistic))) / (draws + 1.0)
        sentence = _sentence(usable, estimate.value, pvalue)
    return TestResult(
        name="Symmetry of tails",
        question="Is the correlation the same when both fall as when both rise?",
        null="at every level joint falls and joint rises are equally correlated",
        alternative="at some level they are not",
        statistic=statistic,
        pvalue=pvalue,
        df=float(len(usable)) if statistic is not None else None,
        estimate=estimate,
        parts=tuple(
            Estimate(f"{one.name} beyond {row.level:.1f}", one.value, one.n, *_bounds(one))
            for row in usable
            for one in (row.falls, row.rises)
            if one is not None
        ),
        method=f"J of exceedance correlations, {draws} stationary-bootstrap draws made symmetric",
        reference="Hong, Tu and Zhou 2007, RFS 20:1547",
        n=len(y),
        caveat=caveat,
        sentence=sentence,
    )


def statistic_of(a: Floats, b: Floats, levels: tuple[float, ...]) -> tuple[float, Floats]:
    """Return J and the differences, rises less falls by level, of two standardised series.

    J is infinite where a cell has fewer than two sessions or does not move.
    """
    n = len(a)
    terms = np.zeros((n, len(levels)))
    differences = np.zeros(len(levels))
    for i, level in enumerate(levels):
        for sign in (1.0, -1.0):
            where = np.flatnonzero((sign * a > level) & (sign * b > level))
            products = _products(a[where], b[where])
            if products is None:
                return float("inf"), differences
            correlation = float(products.mean())
            differences[i] += sign * correlation
            terms[where, i] = sign * (products - correlation) * (n / len(where))
    covariance = bartlett(terms, int(4.0 * (n / 100.0) ** (2.0 / 9.0)))
    # the pseudo-inverse: levels that hold the same sessions count once
    inverse = np.linalg.pinv(covariance, rcond=1e-10, hermitian=True)
    return float(n * differences @ inverse @ differences), differences


def _products(a: Floats, b: Floats) -> Floats | None:
    if len(a) < 2 or np.ptp(a) == 0.0 or np.ptp(b) == 0.0:
        return None
    products: Floats = (a - a.mean()) * (b - b.mean()) / (a.std() * b.std())
    return products


def _symmetric_draws(
    a: Floats, b: Floats, levels: tuple[float, ...], *, block: float, draws: int, seed: int
) -> Floats:
    rng = np.random.default_rng(seed)
    blocks = draw_blocks(len(a), block=block, draws=draws, rng=rng)
    signs = rng.choice(np.array([-1.0, 1.0]), blocks.length.shape)
    turned = np.repeat(signs.ravel(), blocks.length.ravel()).reshape(draws, -1)
    out = np.empty(draws)
    for i, (rows, sign) in enumerate(zip(blocks.rows(), turned, strict=True)):
        one, other = sign * a[rows], sign * b[rows]
        if np.ptp(one) == 0.0 or np.ptp(other) == 0.0:
            out[i] = np.inf
            continue
        one, other = (one - one.mean()) / one.std(), (other - other.mean()) / other.std()
        out[i], _ = statistic_of(one, other, levels)
    return out


def _usable(row: Exceedance) -> bool:
    counts = min(row.falls_n, row.rises_n)
    return counts >= FEW and row.falls is not None and row.rises is not None


def _bounds(one: Estimate) -> tuple[float | None, float | None, float | None]:
    return one.standard_error, one.low, one.high


def _caveat(rows: tuple[Exceedance, ...], usable: list[Exceedance]) -> str:
    left_out = [f"{row.level:.1f}" for row in rows if row not in usable]
    if not left_out:
        return ""
    return f"left out for fewer than {FEW} joint falls or rises: beyond {', '.join(left_out)}"


def _sentence(usable: list[Exceedance], gap: float, pvalue: float) -> str:
    numbers = "; ".join(
        f"{decimal(row.falls.value)} and {decimal(row.rises.value)} beyond {row.level:.1f}"
        for row in usable
        if row.falls is not None and row.rises is not None
    )
    told = f"falls and rises correlate {numbers} standard deviations ({chance(pvalue)})"
    if pvalue >= 0.05:
        return f"No difference between joint falls and joint rises can be seen: {told}."
    if abs(gap) < 0.005:
        return f"Joint falls and joint rises are not equally correlated: {told}."
    word = "more" if gap > 0.0 else "less"
    return f"Joint falls are {word} correlated than joint rises ({signed(gap)} on average): {told}."
