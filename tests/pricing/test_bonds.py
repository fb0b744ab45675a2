"""Bond arithmetic against QuantLib, and Merton's model against its own definition."""

from __future__ import annotations

from datetime import date, timedelta
from math import exp, log

import numpy as np
import pytest
import QuantLib as ql  # noqa: N813 (its own documentation's name for it)
from scipy.stats import norm

from microhedge.errors import ParameterError
from microhedge.instruments import Bond
from microhedge.pricing.bonds import (
    accrued,
    clean_price,
    coupon_dates,
    days_30_360,
    dirty_price,
    merton,
    merton_of_share,
    renewed,
)

FIVE = Bond("F", 5.0, date(2028, 5, 15))
SETTLE = date(2020, 8, 15)


def test_a_five_percent_bond_at_four_percent_is_quantlib_s_to_the_sixth_decimal() -> None:
    assert clean_price(FIVE, SETTLE, 0.04) == pytest.approx(106.601456, abs=1e-6)
    assert accrued(FIVE, SETTLE) == 1.25
    assert dirty_price(FIVE, SETTLE, 0.04) == pytest.approx(107.851456, abs=1e-6)


def on(day: date) -> ql.Date:
    return ql.Date(day.day, day.month, day.year)


@pytest.mark.parametrize("seed", range(40))
def test_random_bonds_are_quantlib_s(seed: int) -> None:
    draw = np.random.default_rng(seed)
    maturity = date(int(draw.integers(2015, 2050)), int(draw.integers(1, 13)), 15)
    day = maturity - timedelta(int(draw.integers(20, 11_000)))
    coupon, rate = float(draw.uniform(0, 12)), float(draw.uniform(-0.01, 0.15))
    freq = int(draw.choice([1, 2, 4]))
    bond = Bond("X", coupon, maturity, freq=freq)
    count = ql.Thirty360(ql.Thirty360.USA)
    every = {1: ql.Annual, 2: ql.Semiannual, 4: ql.Quarterly}[freq]
    schedule = ql.Schedule(
        on(day - timedelta(800)),
        on(maturity),
        ql.Period(every),
        ql.NullCalendar(),
        ql.Unadjusted,
        ql.Unadjusted,
        ql.DateGeneration.Backward,
        False,
    )
    oracle = ql.FixedRateBond(0, 100.0, schedule, [coupon / 100.0], count)
    given = count, ql.Compounded, every, on(day)
    clean = oracle.cleanPrice(rate, *given)
    assert clean_price(bond, day, rate) == pytest.approx(clean, rel=1e-10)
    assert accrued(bond, day) == pytest.approx(oracle.accruedAmount(on(day)), abs=1e-10)


@pytest.mark.parametrize("seed", range(20))
def test_days_of_thirty_and_three_hundred_and_sixty_are_quantlib_s(seed: int) -> None:
    draw = np.random.default_rng(seed)
    count = ql.Thirty360(ql.Thirty360.USA)
    start = date(2019, 12, 1) + timedelta(int(draw.integers(0, 500)))
    ends = [start + timedelta(n) for n in range(400)]
    assert [days_30_360(start, end) for end in ends] == [
        count.dayCount(on(start), on(end)) for end in ends
    ]


def test_coupon_dates_keep_the_day_of_the_maturity_where_a_month_has_it() -> None:
    bond = Bond("X", 4.0, date(2024, 8, 31))
    assert coupon_dates(bond, date(2023, 2, 28)) == (
        date(2023, 8, 31),
        date(2024, 2, 29),
        date(2024, 8, 31),
    )
    assert coupon_dates(bond, date(2023, 2, 27), date(2023, 3, 1)) == (date(2023, 2, 28),)
    assert accrued(bond, date(2024, 8, 31)) == 0.0


def test_a_bond_that_has_matured_has_no_price() -> None:
    with pytest.raises(ParameterError, match="not before the maturity"):
        dirty_price(FIVE, FIVE.maturity, 0.04)


def test_a_bond_renewed_at_par_earns_what_forty_payments_are_worth_a_day_older() -> None:
    """20 years at 4 %, the next day at 4.1 %, three days on at 4.05 %; each payment discounted."""
    par, days = np.array([0.04, 0.041, 0.0405]), np.array([1.0, 3.0])
    wanted = [1.0]
    for coupon, rate, gap in zip(par[:-1], par[1:], days, strict=True):
        times = np.arange(1, 41) / 2 - gap / 365
        paid = np.full(40, coupon / 2)
        paid[-1] += 1.0
        wanted.append(wanted[-1] * float(np.sum(paid / (1 + rate / 2) ** (2 * times))))
    np.testing.assert_allclose(renewed(par, days, 20.0), wanted, rtol=1e-13)
    # at an unchanged yield it earns that yield
    year = renewed(np.full(366, 0.05), np.ones(365), 30.0)
    assert year[-1] == pytest.approx(1.025**2, rel=1e-12)
    assert renewed(np.array([0.01, 0.0]), np.array([1.0]), 10.0)[-1] == pytest.approx(1.1)


def test_merton_s_firm_has_the_printed_values_and_its_debt_the_share_s_other_side() -> None:
    firm = merton(100, 60, 5, 0.25, 0.04)
    assert firm.equity == pytest.approx(52.7205, abs=5e-5)
    assert firm.debt == pytest.approx(47.2795, abs=5e-5)
    assert firm.sensitivity == pytest.approx(0.0717, abs=5e-5)
    assert firm.spread == pytest.approx(0.00765, abs=5e-6)
    # the sensitivity is what a bump of the assets does to both
    up, down = (merton(100 + bump, 60, 5, 0.25, 0.04) for bump in (1e-3, -1e-3))
    slope = (log(up.debt) - log(down.debt)) / (log(up.equity) - log(down.equity))
    assert firm.sensitivity == pytest.approx(slope, rel=1e-6)
    # a firm of investment grade and one of high yield
    assert merton(100, 35, 5, 0.22, 0.04).sensitivity == pytest.approx(0.0067, abs=5e-5)
    assert merton(100, 80, 5, 0.30, 0.04).sensitivity == pytest.approx(0.151, abs=5e-4)
    assert merton(100, 80, 5, 0.30, 0.04).spread == pytest.approx(0.0276, abs=5e-5)


@pytest.mark.parametrize("leverage", [0.05, 0.35, 0.6, 0.95])
@pytest.mark.parametrize("volatility", [0.08, 0.25, 0.6])
def test_the_assets_volatility_is_found_again_from_the_share_s(
    leverage: float, volatility: float
) -> None:
    firm = merton(1.0, leverage, 5.0, volatility, 0.03)
    d1 = (log(1 / leverage) + (0.03 + volatility**2 / 2) * 5) / (volatility * 5**0.5)
    of_share = float(norm.cdf(d1)) * volatility / firm.equity
    found = merton_of_share(of_share, leverage, 5.0, 0.03)
    assert found.equity == pytest.approx(firm.equity, rel=1e-9)
    assert found.sensitivity == pytest.approx(firm.sensitivity, rel=1e-6, abs=1e-12)
    assert firm.debt <= leverage * exp(-0.15) + 1e-12


@pytest.mark.parametrize(("leverage", "volatility"), [(0.0, 0.3), (1.0, 0.3), (0.5, 0.0)])
def test_a_firm_that_cannot_be_is_refused(leverage: float, volatility: float) -> None:
    with pytest.raises(ParameterError):
        merton_of_share(volatility, leverage, 5.0, 0.04)
    with pytest.raises(ParameterError, match="assets was -1"):
        merton(-1, 60, 5, 0.25, 0.04)
