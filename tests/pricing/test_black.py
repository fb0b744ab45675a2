import numpy as np
import option_oracle
import pytest
from hypothesis import given
from hypothesis import strategies as st

from microhedge.errors import ParameterError
from microhedge.pricing import black, forward, greeks, strike_for_delta

FORMULA = 1e-10  # per max(1, strike): both sides round a normal distribution
PARITY = 1e-12  # per strike

prices = st.floats(1.0, 1_000.0)
years = st.floats(1 / 365, 5.0)
sigmas = st.floats(0.02, 2.0)
discounts = st.floats(0.7, 1.05)
sides = st.sampled_from([-1.0, 1.0])


@given(F=prices, K=prices, T=years, sigma=sigmas, df=discounts, cp=sides)
def test_the_formula_agrees_with_quantlib(
    F: float, K: float, T: float, sigma: float, df: float, cp: float
) -> None:
    expected = option_oracle.black(F, K, sigma * T**0.5, df, int(cp))
    assert float(black(F, K, T, sigma, df, cp)) == pytest.approx(
        expected, abs=FORMULA * max(1.0, K, F)
    )


@given(F=prices, K=prices, T=years, sigma=sigmas, df=discounts)
def test_call_less_put_is_the_discounted_forward_less_strike(
    F: float, K: float, T: float, sigma: float, df: float
) -> None:
    call, put = black(F, K, T, sigma, df, np.array([1.0, -1.0]))
    assert float(call - put) == pytest.approx(df * (F - K), abs=PARITY * max(F, K))


def test_parity_holds_for_ten_thousand_random_options() -> None:
    draw = np.random.default_rng(5)
    F, K = draw.uniform(50, 150, (2, 10_000))
    T, sigma = draw.uniform(0.003, 3, 10_000), draw.uniform(0.05, 1, 10_000)
    df = np.exp(-0.05 * T)
    gap = black(F, K, T, sigma, df, 1) - black(F, K, T, sigma, df, -1) - df * (F - K)
    assert np.all(np.abs(gap) <= PARITY * K)


def test_at_expiry_a_put_is_worth_its_intrinsic_value() -> None:
    assert black([100.0, 90.0], 95.0, 0.0, 0.2, 1.0, -1).tolist() == [0.0, 5.0]


def test_without_volatility_a_put_is_worth_the_discounted_strike_less_the_spot() -> None:
    # 100·exp(−0.05) − 90
    ahead = forward(90.0, 0.05, 1.0)
    assert float(black(ahead, 100.0, 1.0, 0.0, np.exp(-0.05), -1)) == pytest.approx(
        5.122942450071, abs=1e-11
    )


@given(F=prices, K=prices, T=years, sigma=sigmas, df=discounts, cp=sides)
def test_a_value_lies_between_the_forward_intrinsic_value_and_the_bound(
    F: float, K: float, T: float, sigma: float, df: float, cp: float
) -> None:
    value = float(black(F, K, T, sigma, df, cp))
    slack = PARITY * max(F, K)
    assert df * max(cp * (F - K), 0.0) - slack <= value <= df * (F if cp > 0 else K) + slack


@given(F=prices, T=years, sigma=sigmas, cp=sides)
def test_a_put_rises_and_a_call_falls_with_the_strike(
    F: float, T: float, sigma: float, cp: float
) -> None:
    values = black(F, F * np.linspace(0.5, 2.0, 40), T, sigma, 1.0, cp)
    assert np.all(cp * np.diff(values) <= PARITY * F)


def test_greeks_are_those_that_hull_prints() -> None:
    # Hull: S 49, K 50, r 5 %, σ 20 %, T 0.3846 prints 0.522, 0.066, 12.1, −4.31, 8.91;
    # the digits are QuantLib 1.44's
    ahead, df = forward(49.0, 0.05, 0.3846), np.exp(-0.05 * 0.3846)
    found = greeks(ahead, 50.0, 0.3846, 0.2, df, 1, r=0.05)
    assert float(black(ahead, 50.0, 0.3846, 0.2, df, 1)) == pytest.approx(2.400461, abs=1e-6)
    assert float(found.delta) == pytest.approx(0.521602, abs=1e-6)
    assert float(found.gamma) == pytest.approx(0.065545, abs=1e-6)
    assert float(found.vega) == pytest.approx(12.105243, abs=1e-6)
    assert float(found.theta) == pytest.approx(-4.305390, abs=1e-6)
    assert float(found.rho) == pytest.approx(8.906574, abs=1e-6)


@given(K=st.floats(60.0, 160.0), T=st.floats(0.05, 2.0), sigma=st.floats(0.1, 0.8), cp=sides)
def test_greeks_are_the_slopes_of_the_value(K: float, T: float, sigma: float, cp: float) -> None:
    r, q = 0.04, 0.015

    def value(spot: float = 100.0, vol: float = sigma, rate: float = r, life: float = T) -> float:
        ahead = forward(spot, rate, life, q)
        return float(black(ahead, K, life, vol, np.exp(-rate * life), cp))

    found = greeks(forward(100.0, r, T, q), K, T, sigma, np.exp(-r * T), cp, r=r, q=q)
    h = 1e-4
    slopes = {
        "delta": (value(spot=100 + h) - value(spot=100 - h)) / (2 * h),
        "gamma": (value(spot=100.1) - 2 * value() + value(spot=99.9)) / 0.01,
        "vega": (value(vol=sigma + h) - value(vol=sigma - h)) / (2 * h),
        "theta": (value(life=T - h) - value(life=T + h)) / (2 * h),
        "rho": (value(rate=r + h) - value(rate=r - h)) / (2 * h),
    }
    for name, slope in slopes.items():
        # the error of a second difference, and of a first one over a short life
        assert float(getattr(found, name)) == pytest.approx(slope, rel=2e-3, abs=2e-4), name


def test_at_expiry_only_the_delta_is_left() -> None:
    found = greeks([90.0, 110.0], 100.0, 0.0, 0.2, 1.0, -1)
    assert found.delta.tolist() == [-1.0, 0.0]
    assert found.gamma.tolist() == found.vega.tolist() == [0.0, 0.0]


def test_the_25_delta_put_is_struck_where_quantlib_strikes_it() -> None:
    # spot delta, S 100, T 0.25, σ 20 %, r 3 %, q 1 %: QuantLib 1.44
    strike = strike_for_delta(
        forward(100.0, 0.03, 0.25, 0.01), 0.25, 0.2, -0.25, carry=np.exp(-0.01 * 0.25)
    )
    assert float(strike) == pytest.approx(94.435589, abs=1e-6)


@given(delta=st.floats(0.02, 0.95), cp=sides, T=years, sigma=st.floats(0.05, 1.0))
def test_the_strike_for_a_delta_has_that_delta(
    delta: float, cp: float, T: float, sigma: float
) -> None:
    strike = strike_for_delta(100.0, T, sigma, cp * delta)
    assert float(greeks(100.0, strike, T, sigma, 1.0, cp).delta) == pytest.approx(cp * delta)


def test_a_delta_in_percent_is_refused_with_the_fraction() -> None:
    with pytest.raises(ParameterError, match=r"delta -25: .*did you mean -0\.25"):
        strike_for_delta(100.0, 0.25, 0.2, -25.0)


def test_a_delta_that_cannot_be_had_has_no_strike() -> None:
    assert np.isnan(strike_for_delta(100.0, 0.25, 0.2, [0.0, -0.99, np.nan], carry=0.98)).all()
