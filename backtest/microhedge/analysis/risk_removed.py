"""How much risk a hedge took out of a holding, by every usual measure, and at what price.

`hedged` and `unhedged` are simple returns by session of the holding with and without its hedge;
their first entries are 0 and enter nothing.  "Removed" is 1 − (risk with) / (risk without): 0.3
means that 30 % are gone, a negative number that the hedge added risk.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import atanh, ceil, sqrt, tanh

import numpy as np
from scipy.special import stdtr, stdtrit

from microhedge.analysis.bootstrap import DRAWS, FEWEST, MONTH, Interval, interval_of, quotient
from microhedge.analysis.performance import SESSIONS_PER_YEAR, max_drawdown, tail_count
from microhedge.analysis.resampling import Blocks, block_length, draw_blocks
from microhedge.analysis.scores import influence, is_copy, long_run_variance
from microhedge.analysis.test_result import Estimate, TestResult
from microhedge.analysis.wording import chance, percent
from microhedge.errors import BadData
from microhedge.tape import Floats

TAIL = 0.05
"""Part of the sessions that value at risk and expected shortfall look at: the worst ⌈5 %⌉."""

AVERSIONS = (1, 3, 5, 10)
"""Risk aversions γ for which the certainty equivalent is given."""

_CHUNK = 200  # resamples whose sessions are sorted at a time

_LEAST = 1e-12  # of the mean square: a smaller variance is rounding

# columns of the table of sessions that is added up; each has one for hedged and one for unhedged
_SUM, _SQUARE, _DOWN, _FALL, _RISE, _SUM_IN, _SQUARE_IN, _SUM_OUT, _SQUARE_OUT = range(0, 18, 2)
_COUNT, _COUNT_IN, _COUNT_OUT = 18, 19, 20


@dataclass(frozen=True, slots=True, eq=False)
class RiskRemoved:
    """What a hedge removed, kept and cost, with intervals from one set of resampled sessions.

    semivariance, value_at_risk, shortfall: parts removed of the mean square of daily losses, and
    of the 5 % value at risk and its expected shortfall (CVaR) of daily returns.
    variance_in, variance_out: parts removed of the variance up to and after row `first`.
    max_drawdown: part removed of the deepest fall; one event a sample has no interval.
    up_capture, down_capture: Σ hedged / Σ unhedged over the sessions that rose, or fell.
    cost_of_volatility, cost_of_shortfall: basis points a year for each percentage point less of
    annual volatility, or of daily expected shortfall.
    certainty_equivalent: for each γ of `AVERSIONS` the change a year, as a part of the value, of
    mean − γ/2 · variance; `break_even` is the γ from which on the hedge was worth having
    (Kroner and Sultan 1993, Journal of Financial and Quantitative Analysis 28:535).
    """

    n: int
    block: float
    draws: int
    seed: int
    semivariance: Interval
    value_at_risk: Interval
    shortfall: Interval
    variance_in: Interval
    variance_out: Interval
    max_drawdown: float | None
    up_capture: Interval
    down_capture: Interval
    cost_of_volatility: Interval
    cost_of_shortfall: Interval
    certainty_equivalent: Mapping[int, Interval]
    break_even: Interval
    sentence: str
    point: Mapping[str, Floats] = field(repr=False)
    drawn: Mapping[str, Floats] = field(repr=False)

    def difference(self, first: str, second: str) -> Interval:
        """Bound one number less another, draw by draw; names are those of `point`."""
        drawn = self.drawn[first] - self.drawn[second] if self.draws else None
        estimate = float(self.point[first][0] - self.point[second][0])
        return interval_of(estimate, drawn, self.n, self.block)


def risk_removed(
    hedged: Floats,
    unhedged: Floats,
    *,
    first: int = 0,
    cost: float | None = None,
    draws: int = DRAWS,
    seed: int = 0,
) -> RiskRemoved:
    """Measure what a hedge removed; `cost` is what it cost a year as a part of the value.

    Rows up to `first`, that of the first premise, are in sample, those after it out of it.
    Sessions of the whole sample are resampled in blocks as long as Politis and White's rule asks
    for ψ of the Pitman–Morgan test, ⌈n^{1/3}⌉ at least; one set of resamples serves all numbers,
    so that the `difference` of two of them is bounded coherently.  Fewer than 168 sessions, eight
    months, give estimates without intervals.  Raises BadData for a return that is no number.
    """
    _check(hedged, unhedged)
    with_hedge, without = hedged[1:], unhedged[1:]
    n = len(without)
    table = _table(with_hedge, without, max(first, 0))
    point = _numbers(table.sum(axis=0)[None, :], _tails(table[:, :2].T[:, None, :]), cost)
    drawn: dict[str, Floats] = {}
    length = 1.0
    if draws and n >= FEWEST * MONTH:
        length = max(float(ceil(n ** (1.0 / 3.0))), block_length(_psi(with_hedge, without)))
        blocks = draw_blocks(n, block=length, draws=draws, rng=np.random.default_rng(seed))
        drawn = _numbers(blocks.totals(table), _resampled(table, blocks), cost)
    found = {
        name: interval_of(float(x[0]), drawn.get(name), n, length) for name, x in point.items()
    }
    deepest, deepest_without = max_drawdown(hedged), max_drawdown(unhedged)
    return RiskRemoved(
        n=n,
        block=length,
        draws=draws if drawn else 0,
        seed=seed,
        max_drawdown=1.0 - (deepest or 0.0) / deepest_without if deepest_without else None,
        certainty_equivalent={g: found.pop(f"certainty_equivalent_{g}") for g in AVERSIONS},
        sentence=_sentence(found, n),
        point=point,
        drawn=drawn,
        **found,
    )


def pitman_morgan(hedged: Floats, unhedged: Floats, *, nu: int = 8) -> TestResult:
    """Test whether the hedge changed the variance: corr(I + N, I − N) is zero if it did not.

    Null: both variances are the same.  The correlation is positive where variance was removed.
    Its long-run variance is that of ψ with 8 cosines, so that spells of volatility, which make
    the textbook's t reject too often, are allowed; Student's t.  Statistic and p-value are None
    where the hedged returns are a multiple of the unhedged ones, or fewer than 60 sessions exist.
    Reference: Pitman 1939 and Morgan 1939, Biometrika 31:9 and 31:13.
    """
    _check(hedged, unhedged)
    n = max(len(unhedged) - 1, 0)
    total, less = hedged[1:] + unhedged[1:], unhedged[1:] - hedged[1:]
    statistic = pvalue = estimate = None
    caveat = "the hedged returns are a multiple of the unhedged ones: there is nothing to test"
    if n < 60:
        caveat = f"{n} sessions: the test needs 60"
    elif np.ptp(total) > 0.0 and np.ptp(less) > 0.0:
        rho, psi = influence(total, less)
        if not is_copy(rho):
            error = sqrt(long_run_variance(psi, nu) / n)
            statistic = atanh(rho) * (1.0 - rho**2) / error
            pvalue = 2.0 * float(stdtr(nu, -abs(statistic)))
            half = float(stdtrit(nu, 0.975)) * error / (1.0 - rho**2)
            low, high = tanh(atanh(rho) - half), tanh(atanh(rho) + half)
            estimate = Estimate("correlation of sum and difference", rho, n, error, low, high)
            caveat = ""
    parts = tuple(
        Estimate(f"daily variance {word}", float(np.var(series[1:])), n)
        for word, series in (("without", unhedged), ("with the hedge", hedged))
        if n > 0
    )
    sentence = f"The variances are not compared: {caveat}."
    if pvalue is not None:
        removed = 1.0 - parts[1].value / parts[0].value
        size = f"{percent(abs(removed))} of it was {'removed' if removed >= 0.0 else 'added'}"
        seen = "The hedge" if pvalue < 0.05 else "Not enough to be sure that the hedge"
        sentence = f"{seen} changed the variance: {size} ({chance(pvalue)})."
    return TestResult(
        name="Pitman–Morgan",
        question="Is the variance with the hedge another one than without it?",
        null="the variances with and without the hedge are the same",
        alternative="the variances differ",
        statistic=statistic,
        pvalue=pvalue,
        df=None if pvalue is None else float(nu),
        estimate=estimate,
        parts=parts,
        method=f"correlation of sum and difference of the returns, {nu} cosines, Student's t",
        reference="Pitman 1939, Biometrika 31:9; Morgan 1939, Biometrika 31:13",
        n=n,
        caveat=caveat,
        sentence=sentence,
    )


def _check(hedged: Floats, unhedged: Floats) -> None:
    if hedged.shape != unhedged.shape or hedged.ndim != 1:
        raise BadData(f"returns of shapes {hedged.shape} and {unhedged.shape}: both must be alike")
    for name, series in (("with", hedged), ("without", unhedged)):
        if not np.all(np.isfinite(series)):
            row = int(np.argmin(np.isfinite(series)))
            raise BadData(
                f"the return {name} the hedge in row {row} is no number: repair its price"
            )


def _psi(hedged: Floats, unhedged: Floats) -> Floats:
    """ψ of sum and difference; of a hedge that changed nothing, the squares of the returns."""
    total, less = hedged + unhedged, unhedged - hedged
    if np.ptp(total) == 0.0 or np.ptp(less) == 0.0 or is_copy(influence(total, less)[0]):
        return unhedged**2
    return influence(total, less)[1]


def _table(hedged: Floats, unhedged: Floats, first: int) -> Floats:
    """Lay out what adds up over sessions, both series side by side."""
    pair = np.column_stack((hedged, unhedged))
    inside = (np.arange(len(pair)) < first)[:, None]
    fell, rose = unhedged[:, None] < 0.0, unhedged[:, None] > 0.0
    before, after = pair * inside, pair * ~inside
    lost = np.minimum(pair, 0.0) ** 2
    sums = (pair, pair**2, lost, pair * fell, pair * rose, before, before**2, after, after**2)
    return np.hstack((*sums, np.ones((len(pair), 1)), inside, ~inside))


def _tails(returns: Floats) -> Floats:
    """Return value at risk and expected shortfall, as losses, along the last axis."""
    n = returns.shape[-1]
    if n == 0:
        return np.full((2, *returns.shape[:-1]), np.nan)
    worst = tail_count(n, part=TAIL)
    ordered = np.partition(returns, worst - 1, axis=-1)[..., :worst]
    return np.stack((-ordered[..., -1], -ordered.mean(axis=-1)))


def _resampled(table: Floats, blocks: Blocks) -> Floats:
    rows = blocks.rows()
    out = np.empty((2, 2, len(rows)))
    for start in range(0, len(rows), _CHUNK):
        some = rows[start : start + _CHUNK]
        for column in (0, 1):
            out[:, column, start : start + _CHUNK] = _tails(table[:, column][some])
    return out


def _numbers(totals: Floats, tails: Floats, cost: float | None) -> dict[str, Floats]:
    """Turn sums over sessions, one line a sample, and tails into what is reported."""
    count = totals[:, _COUNT]
    mean = [quotient(totals[:, _SUM + one], count) for one in (0, 1)]
    variance = _variances(totals, _SUM, _SQUARE, _COUNT)
    volatility = [np.sqrt(np.maximum(one, 0.0) * SESSIONS_PER_YEAR) for one in variance]
    at_risk, shortfall = tails
    more, wider = mean[0] - mean[1], variance[0] - variance[1]
    price = np.full(len(totals), np.nan if cost is None else 100.0 * cost)
    numbers = {
        "semivariance": _removed(totals[:, _DOWN], totals[:, _DOWN + 1]),
        "value_at_risk": _removed(at_risk[0], at_risk[1]),
        "shortfall": _removed(shortfall[0], shortfall[1]),
        "variance_in": _removed(*_variances(totals, _SUM_IN, _SQUARE_IN, _COUNT_IN)),
        "variance_out": _removed(*_variances(totals, _SUM_OUT, _SQUARE_OUT, _COUNT_OUT)),
        "up_capture": quotient(totals[:, _RISE], totals[:, _RISE + 1]),
        "down_capture": quotient(totals[:, _FALL], totals[:, _FALL + 1]),
        "cost_of_volatility": quotient(price, _positive(volatility[1] - volatility[0])),
        "cost_of_shortfall": quotient(price, _positive(shortfall[1] - shortfall[0])),
        "break_even": quotient(-2.0 * more, _positive(-wider)),
    }
    for aversion in AVERSIONS:
        change = SESSIONS_PER_YEAR * (more - aversion / 2.0 * wider)
        numbers[f"certainty_equivalent_{aversion}"] = change
    return numbers


def _variances(totals: Floats, sums: int, squares: int, count: int) -> list[Floats]:
    """Return the variances with and without the hedge; rounding of constant returns is 0."""
    out = []
    for one in (0, 1):
        square = quotient(totals[:, squares + one], totals[:, count])
        variance = square - quotient(totals[:, sums + one], totals[:, count]) ** 2
        out.append(np.where(variance <= _LEAST * square, 0.0, variance))
    return out


def _removed(with_hedge: Floats, without: Floats) -> Floats:
    """Return 1 − with / without; NaN where there was no risk to remove."""
    removed: Floats = 1.0 - quotient(with_hedge, _positive(without))
    return removed


def _positive(values: Floats) -> Floats:
    return np.where(values > 0.0, values, np.nan)


def _sentence(found: Mapping[str, Interval], n: int) -> str:
    said = [
        f"{percent(one.estimate)} of {what}"
        + (
            ""
            if one.low is None or one.high is None
            else f" (95% interval {percent(one.low)} to {percent(one.high)})"
        )
        for what, one in (
            ("the mean square of losses", found["semivariance"]),
            ("the expected shortfall of the worst 5% of days", found["shortfall"]),
        )
        if one.estimate is not None
    ]
    if not said:
        return f"In {n:,} sessions the holding bore no loss that a hedge could remove."
    return f"Over {n:,} sessions the hedge removed {' and '.join(said)}."
