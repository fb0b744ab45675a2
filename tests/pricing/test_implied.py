import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from microhedge.pricing import american, american_iv, black, implied_vol

ROUND_TRIP = 1e-8  # of volatility, where the time value is at least a hundredth of a cent per 100
TIME_VALUE = 1e-4


def test_the_volatility_of_a_price_is_found_again() -> None:
    draw = np.random.default_rng(7)
    size = 20_000
    K, T = draw.uniform(50, 200, size), draw.uniform(1 / 365, 5, size)
    sigma, cp = draw.uniform(0.03, 1.5, size), draw.choice([-1.0, 1.0], size)
    df = np.exp(-0.03 * T)
    price = black(100.0, K, T, sigma, df, cp)
    told = price - df * np.maximum(cp * (100.0 - K), 0.0) >= TIME_VALUE
    assert told.sum() > 15_000
    found = implied_vol(price, 100.0, K, T, df, cp)
    assert np.all(np.abs(found - sigma)[told] <= ROUND_TRIP)


@pytest.mark.parametrize("deviation", [0.001, 0.01, 0.1, 1.0, 6.0])
@pytest.mark.parametrize("moneyness", [0.0, 1e-9, 1e-3, 0.1, 1.0, 3.0])
def test_the_smallest_and_the_largest_prices_have_a_volatility(
    moneyness: float, deviation: float
) -> None:
    F, K = np.exp(-moneyness / 2), np.exp(moneyness / 2)
    price = black(F, K, 1.0, deviation, 1.0, 1)
    if price > 1e-300:
        assert float(implied_vol(price, F, K, 1.0, 1.0, 1)) == pytest.approx(deviation, rel=1e-10)
    else:
        assert np.isnan(implied_vol(0.0, F, K, 1.0, 1.0, 1))


@pytest.mark.parametrize(
    ("price", "cp"),
    [
        (-1.0, 1),
        (0.0, 1),
        (9.99, -1),  # below the intrinsic value of the put, 10
        (10.0, -1),  # at it
        (100.0, 1),  # the forward, which no call reaches
        (110.0, -1),  # the strike, which no put reaches
        (500.0, 1),
        (np.nan, 1),
        (np.inf, -1),
    ],
)
def test_a_price_outside_the_bounds_has_no_volatility(price: float, cp: int) -> None:
    assert np.isnan(implied_vol(price, 100.0, 110.0, 0.5, 1.0, cp))


def test_a_price_at_expiry_has_no_volatility() -> None:
    assert np.isnan(implied_vol(5.0, 100.0, 100.0, 0.0, 1.0, 1))


@given(
    K=st.floats(70.0, 130.0),
    days=st.integers(7, 365),
    sigma=st.floats(0.1, 1.0),
    r=st.floats(0.0, 0.06),
    cp=st.sampled_from([-1, 1]),
    amount=st.sampled_from([0.0, 0.7]),
)
def test_the_volatility_of_an_american_price_is_found_again(
    K: float, days: int, sigma: float, r: float, cp: int, amount: float
) -> None:
    dates, cash, T = [20 / 365, 111 / 365], [amount, amount], days / 365

    def price(vol: npt.ArrayLike) -> float:
        return float(american(100.0, K, T, vol, r, cp, div_t=dates, div_a=cash))

    assume(price(sigma) - price(0.0) > 0.01)
    found = american_iv(price(sigma), 100.0, K, T, r, cp, div_t=dates, div_a=cash)
    assert price(found) == pytest.approx(price(sigma), abs=1e-7)


def test_the_american_volatility_is_that_of_the_price_and_not_of_its_european_twin() -> None:
    # 100/110/182 days, r 5 %, q 3 %: 12.722731 is the American price at 25 % (QuantLib 1.44 QdFp);
    # a European reading of it is 1.4 points too high
    found = float(american_iv(12.722731, 100.0, 110.0, 182 / 365, 0.05, -1, q=0.03))
    assert found == pytest.approx(0.25, abs=5e-4)


@pytest.mark.parametrize("price", [19.0, 20.0, 120.0, 130.0, np.nan])
def test_an_american_price_that_no_volatility_explains_has_none(price: float) -> None:
    # a put struck at 120 with the spot at 100: 20 is what exercise pays, 120 the bound
    assert np.isnan(american_iv(price, 100.0, 120.0, 0.5, 0.06, -1))
