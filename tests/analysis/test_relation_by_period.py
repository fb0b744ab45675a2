"""A relation year by year, against scipy's regressions and designs that are known exactly."""

from __future__ import annotations

from datetime import date
from math import log, sqrt

import numpy as np
import pytest
from scipy.stats import linregress

from microhedge.analysis.hedge_ratio import decompose
from microhedge.analysis.relation_by_period import by_period
from microhedge.calendar import day_number, sessions, to_date
from microhedge.errors import BadData, NotCovered
from microhedge.tape import Days, Floats


def days(first: str, last: str) -> Days:
    return sessions(day_number(date.fromisoformat(first)), day_number(date.fromisoformat(last)))


def pair(day: Days, seed: int = 1) -> tuple[Floats, Floats]:
    rng = np.random.default_rng(seed)
    x = 0.01 * rng.standard_t(5, len(day))
    return 0.7 * x + 0.008 * rng.standard_t(5, len(day)), x


def row_of(day: Days, text: str) -> int:
    return int(np.searchsorted(day, day_number(date.fromisoformat(text))))


def test_the_parts_of_each_year_add_up_to_the_change_of_its_regression_slope() -> None:
    day = days("2010-01-04", "2016-12-30")
    y, x = pair(day)
    split = row_of(day, "2012-01-03")
    found = by_period(day, y, x, split)
    assert [(one.year, one.quarter) for one in found] == [
        (year, None) for year in range(2012, 2017)
    ]
    before = linregress(x[:split], y[:split])
    for one in found:
        inside = np.array([to_date(int(each)).year == one.year for each in day])
        assert one.n == inside.sum()
        line = linregress(x[inside], y[inside])
        assert one.total == pytest.approx(log(line.slope / before.slope), abs=1e-12)
        assert one.correlation == pytest.approx(log(line.rvalue / before.rvalue), abs=1e-12)
        # the variance that the slope of that very year leaves, by hand
        left = y[inside] - line.intercept - line.slope * x[inside]
        assert one.explained == pytest.approx(1.0 - left.var() / y[inside].var(), abs=1e-12)


def test_a_design_of_known_parts() -> None:
    # ρ 0.8 and σ_y/σ_x 1 before, 0.4 and 1.5 in 2013: ln 0.5, ln 1.5
    day = days("2012-01-03", "2013-12-31")
    split = row_of(day, "2013-01-02")

    def side(n: int, rho: float, ratio: float) -> tuple[Floats, Floats]:
        z = np.random.default_rng(n).standard_normal((n, 2))
        q = np.linalg.qr(np.column_stack((np.ones(n), z)))[0] * sqrt(n)
        return ratio * (rho * q[:, 1] + sqrt(1.0 - rho * rho) * q[:, 2]), q[:, 1]

    one, two = side(split, 0.8, 1.0), side(len(day) - split, 0.4, 1.5)
    y, x = (np.concatenate(each) for each in zip(one, two, strict=True))
    # a year after the split is told by quarters, which together make the sides
    found = by_period(day, y, x, split)
    assert [(p.year, p.quarter) for p in found] == [(2013, q) for q in (1, 2, 3, 4)]
    longer = days("2012-01-03", "2016-03-31")
    later = pair(longer[len(day) :])
    y, x = (np.concatenate(each) for each in zip((y, x), later, strict=True))
    first = by_period(longer, y, x, split)[0]
    assert (first.year, first.quarter) == (2013, None)
    assert first.correlation == pytest.approx(log(0.5), abs=1e-12)
    assert first.volatility == pytest.approx(log(1.5), abs=1e-12)
    assert first.explained == pytest.approx(0.16, abs=1e-12)


def test_one_period_after_the_split_is_the_decomposition_at_the_split() -> None:
    day = days("2012-01-03", "2013-03-28")
    y, x = pair(day, seed=3)
    split = row_of(day, "2013-01-02")
    (one,) = by_period(day, y, x, split)
    whole = decompose(y, x, split)
    assert whole.correlation is not None
    assert one.correlation == pytest.approx(whole.correlation.estimate.value, abs=1e-14)
    assert one.volatility == pytest.approx(whole.volatility.estimate.value, abs=1e-14)


def test_a_change_of_sign_and_a_series_that_stood_still_have_no_logarithm() -> None:
    day = days("2010-01-04", "2014-12-31")
    y, x = pair(day, seed=2)
    y = y.copy()
    flipped, still = (
        np.array([to_date(int(one)).year == year for one in day]) for year in (2012, 2013)
    )
    y[flipped] = -y[flipped]
    y[still] = 0.0
    found = {one.year: one for one in by_period(day, y, x, row_of(day, "2011-01-03"))}
    assert found[2012].correlation is None
    assert found[2012].total is None
    assert found[2012].volatility is not None
    assert found[2012].explained is not None
    assert (found[2013].volatility, found[2013].explained) == (None, None)
    assert found[2014].total is not None


def test_a_year_of_few_sessions_is_left_out() -> None:
    day = days("2010-01-04", "2015-02-26")  # 39 sessions of 2015
    y, x = pair(day)
    found = by_period(day, y, x, row_of(day, "2011-01-03"))
    assert [one.year for one in found] == [2011, 2012, 2013, 2014]


def test_what_no_test_takes_is_refused() -> None:
    day = days("2010-01-04", "2010-12-31")
    y, x = pair(day)
    with pytest.raises(NotCovered, match="30 common sessions before"):
        by_period(day, y, x, 30)
    with pytest.raises(BadData, match="does not move"):
        by_period(day, y, np.zeros(len(day)), 100)
