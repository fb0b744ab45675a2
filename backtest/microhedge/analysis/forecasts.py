"""Was the trailing hedge ratio worth its updating, or would a simpler one have done?

The loss of a session is (y_t − b_{t−1}·x_t)².  Four simpler hedges are compared: none at all,
one for one, the ratio of the first sample kept for good, and that of the whole, which looks ahead.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf, sqrt

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from scipy.special import stdtr, stdtrit

from microhedge.analysis.sample import LEAST, require
from microhedge.analysis.scores import long_run_variance
from microhedge.analysis.test_result import Estimate, TestResult
from microhedge.analysis.wording import chance, percent
from microhedge.errors import BadData, NotCovered
from microhedge.tape import Floats
from microhedge.told import told

WINDOW = 60
"""Sessions from which the trailing ratio is estimated."""

_TRAILING = "the trailing ratio"
_EXACT = 1e-12  # of a mean square: below it there is rounding and nothing else
_NOTHING = "the losses differ by no more than a constant, so there is no sampling error"


@dataclass(frozen=True, slots=True, eq=False)
class ForecastValue:
    """The trailing ratio against four simpler hedges, on the sessions from `split` on.

    `ratio` is the ratio known before each of all sessions, NaN where there was none.  `frozen`
    is the ratio of the sessions before the split, `full` that of all, which nobody had.
    """

    split: int
    ratio: Floats
    frozen: float
    full: float
    tests: tuple[TestResult, ...]


def forecast_value(y: Floats, x: Floats, split: int, *, window: int = WINDOW) -> ForecastValue:
    """Compare the trailing hedge ratio with no hedge, 1:1, the frozen and the full-sample ratio.

    `y` and `x` are daily returns of the holding and of the hedge, in the same unit.  The first
    test is Clark and West's, the others are Diebold and Mariano's.  Raises NotCovered with fewer
    than 60 sessions before the split, or after it with a ratio; BadData for a return that is no
    number and for a series that does not move on a side.
    """
    require(y, x, split)
    ratio = trailing_ratio(y, x, window)
    frozen, full = _slope(y[:split], x[:split]), _slope(y, x)
    after = y[split:], x[split:], ratio[split:]
    tests = (
        clark_west(*after),
        diebold_mariano(*after, 1.0, "a 1:1 hedge"),
        diebold_mariano(*after, frozen, "the frozen ratio"),
        diebold_mariano(*after, full, "the full-sample ratio (looks ahead)"),
    )
    return ForecastValue(split, ratio, frozen, full, tests)


def trailing_ratio(y: Floats, x: Floats, window: int = WINDOW) -> Floats:
    """Return the regression slope of y on x, with a mean, over the `window` sessions before each.

    Row t uses rows t − window … t − 1, so that it was known before session t.  NaN until the
    window is full and where x stood still in it.  Raises NotCovered for a window below 2, BadData
    for a return that is no number.
    """
    if window < 2:
        raise NotCovered(f"window {window}: a ratio needs 2 sessions at least; {WINDOW} is usual")
    _check(y, x)
    out = np.full(len(y), np.nan)
    if len(y) <= window:
        return out
    u, v = (sliding_window_view(column, window)[:-1] for column in (x, y))
    u = u - u.mean(axis=1, keepdims=True)
    spread, cross = np.sum(u * u, axis=1), np.sum(u * v, axis=1)
    moves = spread > _EXACT * window * np.mean(x * x)
    out[window:][moves] = cross[moves] / spread[moves]
    return out


def clark_west(y: Floats, x: Floats, ratio: Floats, *, nu: int = 8) -> TestResult:
    """Test whether hedging by a ratio known beforehand beats no hedge at all.

    No hedge is the ratio zero, a special case of any other, so that an estimated ratio loses by
    its noise alone where the hedge is worthless.  Adjusted for that noise the difference of the
    losses is y² − [(y − b·x)² − (b·x)²] = 2·b·x·y.  Its mean over its long-run standard error of
    ν cosines is Student's t with ν degrees of freedom; one-sided, the 95 % interval two-sided.
    A 60-session ratio of a worthless hedge is found worth something in 1–3 % of samples, not 5.

    `ratio` is b_{t−1} in the row of session t; NaN rows are left out.  Raises NotCovered when
    fewer than 60 remain and BadData for a return that is no number.  Where the adjusted
    differences are all the same, statistic and p-value are None.
    """
    y, x, b = _rows(y, x, ratio)
    adjusted = 2.0 * b * x * y
    n, losses = len(y), (_loss(_TRAILING, y - b * x, y), _loss("no hedge", y, y))
    estimate = Estimate("adjusted reduction of the mean squared error", float(adjusted.mean()), n)
    statistic = pvalue = None
    if adjusted.std() > _EXACT * losses[1].value:
        estimate = _with_error(estimate, sqrt(long_run_variance(adjusted, nu) / n), nu)
        statistic = estimate.value / (estimate.standard_error or inf)
        pvalue = float(stdtr(nu, -statistic))
    return TestResult(
        name="Clark–West against no hedge",
        question="Does the trailing hedge ratio beat no hedge at all?",
        null="the hedge is worth nothing: the best ratio is zero",
        alternative="hedging by the trailing ratio leaves a smaller expected squared error",
        statistic=statistic,
        pvalue=pvalue,
        df=None if statistic is None else float(nu),
        estimate=estimate,
        parts=losses,
        method=f"mean of 2·b·x·y over its long-run error, {nu} cosines, Student's t, one-sided",
        reference="Clark and West 2007, Journal of Econometrics 138:291",
        n=n,
        caveat="" if statistic is not None else _NOTHING,
        sentence=_sentence("no hedge", *losses, pvalue),
    )


def diebold_mariano(y: Floats, x: Floats, ratio: Floats, benchmark: float, name: str) -> TestResult:
    """Test whether a ratio known beforehand and a constant one leave the same squared error.

    With a rolling window it is a test of the two methods, the estimation included (Giacomini and
    White).  A negative statistic speaks for the trailing ratio.  Two-sided, for one step ahead:
    no lags, Harvey, Leybourne and Newbold's factor, Student's t with n − 1 degrees of freedom.

    `ratio` and the errors raised are as in `clark_west`; `name` says what the benchmark is.
    Where the losses differ by a constant, statistic and p-value are None.
    """
    y, x, b = _rows(y, x, ratio)
    n, losses = len(y), (_loss(_TRAILING, y - b * x, y), _loss(name, y - benchmark * x, y))
    difference = (y - b * x) ** 2 - (y - benchmark * x) ** 2
    estimate = Estimate("difference of the mean squared errors", float(difference.mean()), n)
    statistic = pvalue = None
    if difference.std() > _EXACT * float(np.mean(y * y)):
        from statsmodels.tsa.stattools import diebold_mariano_test  # noqa: PLC0415

        found = diebold_mariano_test(y, b * x, benchmark * x, lags=0, harvey_adj=True)
        statistic, pvalue = float(found.statistic), float(found.pvalue)
        estimate = _with_error(estimate, float(difference.std(ddof=1)) / sqrt(n), n - 1)
    return TestResult(
        name=f"Diebold–Mariano against {name}",
        question=f"Does the trailing hedge ratio leave another error than {name}?",
        null=f"the trailing ratio and {name} leave the same expected squared error",
        alternative="one of them leaves less",
        statistic=statistic,
        pvalue=pvalue,
        df=None if statistic is None else float(n - 1),
        estimate=estimate,
        parts=losses,
        method="mean difference of squared errors, no lags, Harvey's factor, Student's t",
        reference="Diebold and Mariano 1995, JBES 13:253; Giacomini and White 2006, Ecta 74:1545",
        n=n,
        caveat="" if statistic is not None else _NOTHING,
        sentence=_sentence(name, *losses, pvalue),
    )


def _slope(y: Floats, x: Floats) -> float:
    u = x - x.mean()
    return float(u @ y / (u @ u))


def _check(y: Floats, x: Floats) -> None:
    if y.shape != x.shape or y.ndim != 1:
        raise BadData(f"returns of shapes {y.shape} and {x.shape}: give one row of sessions each")
    if not (np.isfinite(y).all() and np.isfinite(x).all()):
        raise BadData("a return is no number: drop the session or repair its price")


def _rows(y: Floats, x: Floats, ratio: Floats) -> tuple[Floats, Floats, Floats]:
    """Keep the sessions that have a ratio, and refuse what cannot be compared."""
    _check(y, x)
    if ratio.shape != y.shape:
        raise BadData(f"{ratio.size} ratios for {len(y)} sessions: give one a session")
    known = np.isfinite(ratio)
    if known.sum() < LEAST:
        raise NotCovered(f"{known.sum()} sessions have a ratio: a comparison needs {LEAST}")
    return y[known], x[known], ratio[known]


def _loss(name: str, error: Floats, y: Floats) -> Estimate:
    """Return the mean square of an error, and zero where it is the rounding of y alone."""
    loss = float(np.mean(error * error))
    loss = loss if loss > _EXACT * float(np.mean(y * y)) else 0.0
    return Estimate(f"mean squared error of {name}", loss, len(y))


def _with_error(one: Estimate, error: float, df: float) -> Estimate:
    half = float(stdtrit(df, 0.975)) * error
    return replace(one, standard_error=error, low=one.value - half, high=one.value + half)


def _sentence(name: str, trailing: Estimate, simpler: Estimate, pvalue: float | None) -> str:
    """Say by how much the squared error differs, and whether by more than chance."""
    other = _named(name)
    if pvalue is None:
        return told(
            "Nothing to test: the trailing ratio against {name} wins or loses the same always.",
            name=other,
        )
    if simpler.value == 0.0:
        return told(
            "The trailing ratio left more squared error than {name}, which left none.", name=other
        )
    gain = 1.0 - trailing.value / simpler.value
    values = {"size": percent(abs(gain)), "name": other, "chance": chance(pvalue)}
    if gain < 0.0:
        numbers = told("{size} more squared error than {name} ({chance})", **values)
    else:
        numbers = told("{size} less squared error than {name} ({chance})", **values)
    if pvalue >= 0.05:
        return told(
            "No difference can be seen: the trailing ratio left {numbers}.", numbers=numbers
        )
    if name == "no hedge" and gain < 0.0:
        return told(
            "The hedge has value, but its ratio has more noise: it left {numbers}.",
            numbers=numbers,
        )
    return told("The trailing ratio left {numbers}.", numbers=numbers)


def _named(name: str) -> str:
    known = (
        told("no hedge"),
        told("a 1:1 hedge"),
        told("the frozen ratio"),
        told("the full-sample ratio (looks ahead)"),
    )
    return next((one for one in known if one == name), name)
