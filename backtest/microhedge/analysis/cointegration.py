"""Whether the prices of holding and hedge are tied to each other, not only their returns.

Correlation of returns says that the two move together from day to day; cointegration of levels
that what they drift apart comes back.  Either can be true without the other, so neither stands
for the other here.  Levels are logarithms of total-return prices.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil, log

import numpy as np
from scipy.linalg import eigh
from scipy.optimize import brentq
from scipy.signal import lfilter

from microhedge.analysis.resampling import block_length, draw_blocks
from microhedge.analysis.test_result import Estimate, TestResult
from microhedge.analysis.wording import chance, decimal
from microhedge.errors import BadData, NotCovered
from microhedge.tape import Floats
from microhedge.told import figure, told

LEAST, MOVES = 50, 10
"""Sessions that the levels must have, and in which each of them must move."""

DRAWS = 499
"""Resamples for the half-life's interval; the same for every φ that is tried."""

LAGS = 1
"""Lagged differences in both tests, fixed: a search for the best number takes ten seconds."""

_COPY = 1e-6  # of the least eigenvalue of the correlations: beyond, rounding decides

_SAME = 1e-9  # of the largest step: steps that differ by less differ by rounding

_TINY = 1e-300  # in place of 0 where a resample does not move

_FLOOR = -0.5  # the least φ that is tried: any below 0 is a half-life of 0

_ALPHA = 0.05


@dataclass(frozen=True, slots=True)
class Trace:
    """Johansen's trace statistics for at most 0, 1, … ties, with critical values at 10, 5, 1 %."""

    n: int
    eigenvalues: tuple[float, ...]
    statistics: tuple[float, ...]
    critical: tuple[tuple[float, float, float], ...]
    sentence: str

    @property
    def test(self) -> TestResult:
        """The test of no tie against one or more."""
        return TestResult(
            name="Johansen",
            question="Are the levels tied to each other by one relation or more?",
            null="no combination of the log levels comes back: they are not cointegrated",
            alternative="at least one does",
            statistic=self.statistics[0],
            pvalue=None,
            df=None,
            estimate=None,
            parts=tuple(Estimate("eigenvalue", one, self.n) for one in self.eigenvalues),
            method="trace statistic, constant outside of the ties, lagged differences fixed",
            reference="Johansen 1991, Econometrica 59:1551",
            n=self.n,
            critical=tuple(zip((0.10, 0.05, 0.01), self.critical[0], strict=True)),
            sentence=self.sentence,
        )

    @property
    def rank(self) -> int:
        """Number of ties at the 5 % level: of the first statistic that is not exceeded."""
        ranks = zip(self.statistics, self.critical, strict=True)
        return next((r for r, (one, c) in enumerate(ranks) if one <= c[1]), len(self.critical))


@dataclass(frozen=True, slots=True)
class HalfLife:
    """Sessions in which half of a spread is gone, −ln 2 / ln φ, with its 95 % interval.

    φ is the slope of the spread on its value the session before.  `sessions` is 0 where φ is not
    positive, None where it is 1 or more.  `high` is None where no end is in sight, for a spread
    that may be a random walk, and `low` where not even a shortest half-life can be told.
    """

    n: int
    phi: float
    sessions: float | None
    low: float | None
    high: float | None
    draws: int
    seed: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Cointegration:
    """All that is said about the levels of a pair."""

    engle_granger: TestResult
    johansen: Trace
    half_life: HalfLife
    sentence: str


def cointegration(y: Floats, x: Floats, *, draws: int = DRAWS, seed: int = 0) -> Cointegration:
    """Look at the log levels of total-return prices of a holding, `y`, and of its hedge, `x`.

    Raises NotCovered with fewer than 50 sessions; BadData for levels that are no numbers, hardly
    ever move, or are copies of each other.
    """
    test = engle_granger(y, x)
    trace = johansen(np.column_stack((y, x)))
    life = half_life(y, x, draws=draws, seed=seed)
    return Cointegration(test, trace, life, f"{test.sentence} {trace.sentence} {life.sentence}")


def spread(y: Floats, x: Floats) -> Floats:
    """Return what least squares with a constant leave of `y` after `x`; its mean is 0."""
    if y.shape != x.shape or y.ndim != 1:
        raise BadData(f"levels of shapes {y.shape} and {x.shape}: both must be one row of sessions")
    _require(np.column_stack((y, x)))
    b, a = y - y.mean(), x - x.mean()
    left: Floats = b - float(a @ b) / float(a @ a) * a
    return left


def engle_granger(y: Floats, x: Floats, *, lags: int = LAGS) -> TestResult:
    """Test whether the spread of `y` over `x` comes back (Engle and Granger 1987).

    Null: it is a random walk, the levels are not tied.  Dickey–Fuller t of the spread with
    `lags` lagged differences; p-values by MacKinnon (2010) for a spread that was estimated.
    Raises as `cointegration` does.
    """
    spread(y, x)
    from statsmodels.tsa.stattools import coint  # noqa: PLC0415

    statistic, pvalue, critical = coint(y, x, trend="c", maxlag=lags, autolag=None)
    tied = float(pvalue) < _ALPHA
    return TestResult(
        name="Engle–Granger",
        question="Do the prices come back to each other after they drifted apart?",
        null="the spread of the log levels is a random walk: they are not cointegrated",
        alternative="the spread comes back: the levels are cointegrated",
        statistic=float(statistic),
        pvalue=float(pvalue),
        df=None,
        estimate=None,
        parts=(),
        method=f"Dickey–Fuller t of the least-squares spread, constant, {lags} lagged differences",
        reference="Engle and Granger 1987, Econometrica 55:251; MacKinnon 2010",
        n=len(y),
        critical=tuple(zip((0.01, 0.05, 0.10), map(float, critical), strict=True)),
        sentence=_tie_sentence(tied, chance(float(pvalue))),
    )


def johansen(levels: Floats, *, lags: int = LAGS) -> Trace:
    """Count the ties between log levels, one column each, by Johansen's trace statistic.

    A constant is allowed for outside of the ties, so that levels may have a trend (Johansen
    1991, Econometrica 59:1551).  There is no p-value, only critical values.  Raises as
    `cointegration` does.
    """
    _require(levels)
    from statsmodels.tsa.coint_tables import c_sjt  # noqa: PLC0415

    eigenvalues, rows = _canonical(levels, lags)
    gone = -rows * np.log1p(-eigenvalues)
    statistics = tuple(gone[::-1].cumsum()[::-1].tolist())
    tables = (c_sjt(len(eigenvalues) - ties, 0) for ties in range(len(eigenvalues)))
    critical = tuple((float(a), float(b), float(c)) for a, b, c in tables)
    above = statistics[0] > critical[0][1]
    return Trace(
        n=len(levels),
        eigenvalues=tuple(eigenvalues.tolist()),
        statistics=statistics,
        critical=critical,
        sentence=_trace_sentence(
            above, value=decimal(statistics[0], 1), critical=decimal(critical[0][1], 1)
        ),
    )


def _canonical(levels: Floats, lags: int) -> tuple[Floats, int]:
    """Return the squared canonical correlations of changes and levels, largest first, and n.

    Both are taken without their means and without what the lagged changes explain.  The problem
    is solved as the symmetric one that it is, so that no rounding makes a root complex.
    """
    moved = np.diff(levels, axis=0)
    count = len(moved) - lags
    past = np.column_stack([moved[lags - k : len(moved) - k] for k in range(1, lags + 1)])
    past = past - past.mean(axis=0)

    def unexplained(of: Floats) -> Floats:
        centred = of - of.mean(axis=0)
        left: Floats = centred - past @ np.linalg.lstsq(past, centred, rcond=None)[0]
        return left

    change, level = unexplained(moved[lags:]), unexplained(levels[1 : len(levels) - lags])
    both = level.T @ change
    between = both @ np.linalg.solve(change.T @ change, both.T)
    found: Floats = eigh(between, level.T @ level, eigvals_only=True)[::-1]
    return found, count


def half_life(y: Floats, x: Floats, *, draws: int = DRAWS, seed: int = 0) -> HalfLife:
    """Estimate in how many sessions half of the spread of `y` over `x` is gone.

    φ by least squares without a constant.  The interval holds every φ whose resampled estimates
    leave the one seen within their middle 95 % (the grid bootstrap of Hansen 1999, Review of
    Economics and Statistics 81:594, since estimates near 1 are too low): innovations and changes
    of `x` are drawn together in blocks, and the spread is estimated anew in every resample.
    Where Engle–Granger does not reject a random walk at 5 %, the interval has no upper end.
    Raises as `cointegration` does.
    """
    left = spread(y, x)
    n = len(left)
    phi = float(_phi(left[None, :])[0])
    shocks = left[1:] - phi * left[:-1]
    shocks -= shocks.mean()
    block = max(float(ceil(n ** (1.0 / 3.0))), block_length(shocks**2))
    rows = draw_blocks(n - 1, block=block, draws=draws, rng=np.random.default_rng(seed)).rows()
    walk = np.zeros((draws, n))
    np.cumsum(np.diff(x)[rows], axis=1, out=walk[:, 1:])
    walk -= walk.mean(axis=1, keepdims=True)
    walk /= np.sqrt(np.maximum(np.sum(walk * walk, axis=1, keepdims=True), _TINY))
    drawn = np.concatenate((np.full((draws, 1), left[0]), shocks[rows]), axis=1)

    def above(candidate: float, level: float) -> float:
        """The quantile of resampled estimates of a φ, less the estimate seen."""
        path = lfilter([1.0], [1.0, -candidate], drawn, axis=1)
        path -= path.mean(axis=1, keepdims=True)
        path -= np.sum(path * walk, axis=1, keepdims=True) * walk
        return float(np.quantile(_phi(path), level)) - phi

    lower = _solve(above, 0.975)
    upper = _solve(above, 0.025) if engle_granger(y, x).rejects(_ALPHA) else 1.0
    life, low, high = _sessions(phi), _sessions(lower), _sessions(upper)
    return HalfLife(n, phi, life, low, high, draws, seed, _life_sentence(life, low, high))


def _require(levels: Floats) -> None:
    if len(levels) < LEAST:
        raise NotCovered(f"{len(levels)} common sessions: a test of levels needs {LEAST}")
    if not np.all(np.isfinite(levels)):
        row = int(np.argmin(np.all(np.isfinite(levels), axis=1)))
        raise BadData(f"a log level in row {row} is no number: repair its price")
    steps = np.diff(levels, axis=0)
    moves = int(np.count_nonzero(steps, axis=0).min())
    if moves < MOVES or np.any(np.ptp(steps, axis=0) <= _SAME * np.abs(steps).max(axis=0)):
        raise BadData(
            f"a price that moves in {moves} sessions, always alike or in fewer than {MOVES}, has "
            "no level to be tied: choose another"
        )
    for series in (levels[LAGS + 1 :], steps[LAGS:]):
        if float(np.linalg.eigvalsh(np.corrcoef(series.T))[0]) < _COPY:
            raise BadData("the prices are copies of each other: there is no spread to test")


def _phi(path: Floats) -> Floats:
    before = path[:, :-1]
    squares = np.maximum(np.sum(before * before, axis=1), _TINY)
    phi: Floats = np.sum(path[:, 1:] * before, axis=1) / squares
    return phi


def _solve(above: Callable[[float, float], float], level: float) -> float:
    """Find the φ at which the estimate seen is that quantile; the end of the range without one."""
    if above(1.0, level) <= 0.0:
        return 1.0
    if above(_FLOOR, level) >= 0.0:
        return _FLOOR
    found: float = brentq(lambda one: above(one, level), _FLOOR, 1.0, xtol=1e-6)
    return found


def _sessions(phi: float) -> float | None:
    """Turn φ into a half-life: 0 for one that is not positive, None for one that reaches 1."""
    if phi <= 0.0:
        return 0.0
    return -log(2.0) / log(phi) if phi < 1.0 else None


def _tie_sentence(tied: bool, sure: str) -> str:
    if tied:
        return told(
            "The two prices are tied: their spread comes back ({chance}); cointegration of levels "
            "and correlation of returns are different claims.",
            chance=sure,
        )
    return told(
        "The two prices cannot be called tied: their spread may drift away for good ({chance}); "
        "cointegration of levels and correlation of returns are different claims.",
        chance=sure,
    )


def _trace_sentence(above: bool, **values: str) -> str:
    if above:
        return told(
            "Johansen's trace statistic of {value} is above its 5% critical value of {critical}: "
            "a tie of levels is seen, which is another claim than a correlation of returns.",
            **values,
        )
    return told(
        "Johansen's trace statistic of {value} is not above its 5% critical value of {critical}: "
        "no tie of levels is seen, which is another claim than a correlation of returns.",
        **values,
    )


def _life_sentence(life: float | None, low: float | None, high: float | None) -> str:
    if life is None or low is None:
        return told("A spread that may never come back has no half-life to be told.")
    values = {"sessions": figure(f"{life:.0f}"), "low": figure(f"{low:.0f}")}
    if high is None and low > life:
        return told(
            "Half of the spread is gone in {sessions} sessions (95% interval from {low} on; "
            "estimates as long as this tend to be too short).",
            **values,
        )
    if high is None:
        return told(
            "Half of the spread is gone in {sessions} sessions (95% interval from {low} on).",
            **values,
        )
    values["high"] = figure(f"{high:.0f}")
    if low > life:
        return told(
            "Half of the spread is gone in {sessions} sessions (95% interval {low} to {high}; "
            "estimates as long as this tend to be too short).",
            **values,
        )
    return told(
        "Half of the spread is gone in {sessions} sessions (95% interval {low} to {high}).",
        **values,
    )
