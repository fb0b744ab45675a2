import csv
from fractions import Fraction
from pathlib import Path

import numpy as np
import option_oracle
import pytest
from hypothesis import given
from hypothesis import strategies as st

from microhedge.errors import ParameterError
from microhedge.pricing import (
    american,
    american_delta,
    american_greeks,
    black,
    forward,
)

GOLDEN = Path(__file__).parents[1] / "golden" / "option_cases.csv"
CASES = list(csv.DictReader(GOLDEN.read_text().splitlines()))

# per 100 of spot, over puts struck at 80–110 % with 7–182 days
ROOT_MEAN_SQUARE, WORST = 3e-3, 2e-2
ROOT_MEAN_SQUARE_WITH_CASH, WORST_WITH_CASH = (
    6e-3,
    4e-2,
)  # against a spot that falls by its dividends: the escrow is a model too
ROUNDING = 1e-11  # the same value by another order of operations
TREE_NOISE = 2e-2  # neighbouring strikes have trees of their own

strikes = st.floats(70.0, 130.0)
lives = st.floats(0.02, 1.0)
sigmas = st.floats(0.1, 0.8)
rates = st.floats(-0.01, 0.06)
yields = st.floats(0.0, 0.05)
sides = st.sampled_from([-1, 1])
amounts = st.floats(0.0, 1.5)


def valued(case: dict[str, str]) -> float:
    """Our value of a golden case."""
    S, K, sigma, r, q = (float(case[k]) for k in ("spot", "strike", "sigma", "rate", "yield"))
    T = float(Fraction(case["years"]))
    cp = 1 if case["right"] == "C" else -1
    cash = [entry.split("@") for entry in case["dividends"].split()]
    div_a = [float(amount) for amount, _ in cash]
    div_t = [float(Fraction(date)) for _, date in cash]
    if case["style"] == "american":
        return float(american(S, K, T, sigma, r, cp, q=q, div_t=div_t, div_a=div_a))
    return float(black(forward(S, r, T, q, div_t, div_a), K, T, sigma, np.exp(-r * T), cp))


@pytest.mark.parametrize(
    "case", CASES, ids=[f"{c['case']}-{c['style']}-{c['right']}-{c['strike']}" for c in CASES]
)
def test_published_cases(case: dict[str, str]) -> None:
    assert valued(case) == pytest.approx(float(case["expected"]), abs=float(case["tolerance"]))


def test_the_volatility_belongs_to_the_share_and_not_to_the_share_less_its_dividends() -> None:
    # 4.9143 by finite differences on the spot; the escrow with σ unadjusted gives 4.8887
    value = float(american(100, 100, 90 / 365, 0.25, 0.05, -1, div_t=[45 / 365], div_a=[1.0]))
    assert abs(value - 4.9143) < 0.005 < abs(value - 4.8887)


def test_puts_agree_with_quantlib_in_high_precision() -> None:
    draw = np.random.default_rng(11)
    size = 250
    K, days = draw.uniform(80, 110, size), draw.integers(7, 183, size)
    sigma, r = draw.uniform(0.12, 0.6, size), draw.uniform(0.005, 0.06, size)
    q = np.where(np.arange(size) % 2 == 0, 0.0, draw.uniform(0, 0.04, size))
    expected = [
        option_oracle.american(100.0, float(k), int(d), float(s), float(i), float(y), -1)
        for k, d, s, i, y in zip(K, days, sigma, r, q, strict=True)
    ]
    error = american(100.0, K, days / 365, sigma, r, -1, q=q) - expected
    assert np.sqrt(np.mean(error**2)) <= ROOT_MEAN_SQUARE
    assert np.max(np.abs(error)) <= WORST


@pytest.mark.parametrize("cp", [-1, 1])
def test_options_before_cash_dividends_agree_with_quantlib(cp: int) -> None:
    draw = np.random.default_rng(13)
    size = 60
    K, days = draw.uniform(80, 120, size), draw.integers(14, 183, size)
    sigma, r = draw.uniform(0.12, 0.6, size), draw.uniform(0.005, 0.06, size)
    first = draw.integers(1, np.minimum(days, 92))
    amount = draw.uniform(0.2, 1.2, size)
    dates = np.column_stack([first, first + 91])
    expected = [
        option_oracle.american_with_cash(
            100.0,
            float(K[i]),
            int(days[i]),
            float(sigma[i]),
            float(r[i]),
            cp,
            [(int(day), float(amount[i])) for day in dates[i] if day < days[i]],
        )
        for i in range(size)
    ]
    value = american(
        100.0, K, days / 365, sigma, r, cp, div_t=dates / 365, div_a=amount[:, np.newaxis]
    )
    error = value - expected
    assert np.sqrt(np.mean(error**2)) <= ROOT_MEAN_SQUARE_WITH_CASH
    assert np.max(np.abs(error)) <= WORST_WITH_CASH


def test_a_call_out_of_the_money_may_be_exercised_for_its_dividend() -> None:
    # net of 12.00 the share ends below the strike on most paths that exercise before the ex-date
    dividend = [(85, 12.0)]
    expected = option_oracle.american_with_cash(100.0, 100.0, 90, 0.2, 0.03, 1, dividend)
    value = american(100.0, 100.0, 90 / 365, 0.2, 0.03, 1, div_t=[85 / 365], div_a=[12.0])
    # a dividend of 12 % is far outside what the escrow is good for; without those paths: 0.23
    assert float(value) == pytest.approx(expected, abs=0.1)


@given(K=strikes, T=lives, sigma=sigmas, r=rates, q=yields, cp=sides, amount=amounts)
def test_an_american_option_is_worth_its_european_twin_and_what_exercise_pays_at_least(
    K: float, T: float, sigma: float, r: float, q: float, cp: int, amount: float
) -> None:
    dates, cash = [0.1, 0.35], [amount, amount]
    value = float(american(100.0, K, T, sigma, r, cp, q=q, div_t=dates, div_a=cash))
    ahead = forward(100.0, r, T, q, dates, cash)
    twin = float(black(ahead, K, T, sigma, np.exp(-r * T), cp))
    assert value >= twin - ROUNDING
    assert value >= max(cp * (100.0 - K), 0.0)
    assert value <= (100.0 if cp > 0 else K * max(1.0, np.exp(-r * T))) + ROUNDING


@given(T=lives, sigma=sigmas, r=rates, q=yields, cp=sides, amount=amounts)
def test_a_put_rises_and_a_call_falls_with_the_strike(
    T: float, sigma: float, r: float, q: float, cp: int, amount: float
) -> None:
    values = american(
        100.0, np.arange(70.0, 131.0), T, sigma, r, cp, q=q, div_t=[0.1], div_a=[amount]
    )
    assert np.all(cp * np.diff(values) <= TREE_NOISE)


@given(K=strikes, T=lives, sigma=sigmas, r=st.floats(-0.04, 0.08), q=st.floats(-0.04, 0.08))
def test_a_call_is_a_put_with_spot_and_strike_and_rate_and_yield_exchanged(
    K: float, T: float, sigma: float, r: float, q: float
) -> None:
    # McDonald and Schroder (1998), A parity result for American options; a right to pay K for S
    call = float(american(100.0, K, T, sigma, r, 1, q=q))
    put = float(american(K, 100.0, T, sigma, q, -1, q=r))
    assert call == pytest.approx(put, abs=TREE_NOISE)


def test_negative_rates_make_calls_and_negative_yields_make_puts_worth_exercising() -> None:
    # 100/80/1 year, σ 20 %, at −4 %: 20 is what exercise pays, the European call is worth less
    call = american(100.0, 80.0, 1.0, 0.2, -0.04, 1)
    put = american(80.0, 100.0, 1.0, 0.2, 0.0, -1, q=-0.04)
    expected = option_oracle.american(100.0, 80.0, 365, 0.2, -0.04, 0.0, 1)
    assert float(call) == pytest.approx(expected, abs=WORST)
    assert float(put) == pytest.approx(expected, abs=WORST)


@given(K=strikes, T=lives, sigma=sigmas, r=st.floats(0.0, 0.06))
def test_a_call_that_pays_no_dividend_is_worth_its_european_twin(
    K: float, T: float, sigma: float, r: float
) -> None:
    twin = black(forward(100.0, r, T), K, T, sigma, np.exp(-r * T), 1)
    assert float(american(100.0, K, T, sigma, r, 1)) == pytest.approx(float(twin), abs=ROUNDING)


@given(K=strikes, T=lives, sigma=sigmas, q=yields)
def test_a_put_is_worth_its_european_twin_when_money_earns_nothing(
    K: float, T: float, sigma: float, q: float
) -> None:
    twin = black(forward(100.0, 0.0, T, q), K, T, sigma, 1.0, -1)
    value = float(american(100.0, K, T, sigma, 0.0, -1, q=q))
    assert value == pytest.approx(float(twin), abs=ROUNDING)


@given(K=strikes, T=lives, sigma=sigmas, r=rates, q=yields, cp=sides)
def test_no_dividend_and_a_dividend_of_nothing_are_the_same(
    K: float, T: float, sigma: float, r: float, q: float, cp: int
) -> None:
    bare = american(100.0, K, T, sigma, r, cp, q=q)
    for div_t, div_a in (([0.01], [0.0]), ([0.0, -1.0, T + 0.1], [1.0, 1.0, 1.0])):
        padded = american(100.0, K, T, sigma, r, cp, q=q, div_t=div_t, div_a=div_a)
        assert padded.tobytes() == bare.tobytes()


@given(K=strikes, T=lives, sigma=sigmas, r=rates, q=yields, amount=amounts)
def test_puts_and_calls_obey_the_american_parity_bound(
    K: float, T: float, sigma: float, r: float, q: float, amount: float
) -> None:
    # C − P ≤ S − K·min(1, e^{−rT}), for any dividends (Hull, chapter on properties of options)
    call, put = american(
        100.0, K, T, sigma, r, np.array([1, -1]), q=q, div_t=[T / 2], div_a=[amount]
    )
    assert call - put <= 100.0 - K * min(1.0, float(np.exp(-r * T))) + TREE_NOISE


def test_at_expiry_and_after_it_an_option_is_worth_what_exercise_pays() -> None:
    assert american(90.0, 95.0, [0.0, -0.1], 0.3, 0.05, -1).tolist() == [5.0, 5.0]


def test_without_volatility_a_put_is_exercised_when_that_pays_most() -> None:
    # at once without a dividend; else just after the ex-date, from when the strike earns interest
    assert float(american(90.0, 100.0, 1.0, 0.0, 0.05, -1)) == pytest.approx(10.0, abs=1e-9)
    later = float(american(90.0, 100.0, 1.0, 0.0, 0.05, -1, div_t=[0.5], div_a=[5.0]))
    exact = 100.0 * np.exp(-0.025) - (90.0 - 5.0 * np.exp(-0.025))
    # the step nearest to the ex-date is up to half a step, of a year in 51, away
    assert later == pytest.approx(exact, abs=100 * 0.05 * 0.5 / 51 + 1e-9)


def test_dividends_that_are_worth_more_than_the_spot_are_refused() -> None:
    with pytest.raises(ParameterError, match=r"spot 10 with dividends worth .* \(row 1\)"):
        american([20.0, 10.0], 10.0, 1.0, 0.3, 0.0, -1, div_t=[0.5], div_a=[12.0])


@pytest.mark.parametrize("steps", [-1, 1, 50])
def test_an_even_or_tiny_number_of_steps_is_refused(steps: int) -> None:
    with pytest.raises(ParameterError, match=f"n={steps}: the tree needs an odd number"):
        american(100.0, 100.0, 1.0, 0.3, 0.0, -1, n=steps)


def test_greeks_are_those_of_a_much_finer_tree() -> None:
    # the reference is QuantLib's price, moved: a central difference of the same width
    K, days, sigma, r = 100.0, 91, 0.3, 0.03

    def price(spot: float = 100.0, vol: float = sigma, rate: float = r) -> float:
        return option_oracle.american(spot, K, days, vol, rate, 0.0, -1)

    found = american_greeks(100.0, K, days / 365, sigma, r, -1)
    assert float(found.delta) == pytest.approx((price(101.0) - price(99.0)) / 2.0, abs=1e-3)
    assert float(found.gamma) == pytest.approx(price(101.0) - 2.0 * price() + price(99.0), rel=0.01)
    assert float(found.vega) == pytest.approx((price(vol=0.31) - price(vol=0.29)) / 0.02, rel=0.01)
    assert float(found.rho) == pytest.approx(
        (price(rate=0.031) - price(rate=0.029)) / 0.002, rel=0.02
    )
    shorter = option_oracle.american(100.0, K, days - 1, sigma, r, 0.0, -1)
    assert float(found.theta) == pytest.approx((shorter - price()) * 365, rel=0.01)
    assert found.delta == american_delta(100.0, K, days / 365, sigma, r, -1)


def test_a_put_that_should_be_exercised_moves_against_the_share_one_for_one() -> None:
    found = american_greeks(100.0, 150.0, 30 / 365, 0.2, 0.05, -1)
    assert float(found.delta) == pytest.approx(-1.0, abs=1e-12)
    assert float(found.gamma) == pytest.approx(0.0, abs=1e-9)
    assert float(found.vega) == pytest.approx(0.0, abs=1e-9)
    assert float(found.theta) == pytest.approx(0.0, abs=1e-9)


def test_theta_leaves_the_ex_dates_where_they_are() -> None:
    day = 1 / 365
    today = american(100.0, 100.0, 90 * day, 0.3, 0.06, -1, div_t=[45 * day], div_a=[5.0])
    later = american(100.0, 100.0, 89 * day, 0.3, 0.06, -1, div_t=[44 * day], div_a=[5.0])
    found = american_greeks(100.0, 100.0, 90 * day, 0.3, 0.06, -1, div_t=[45 * day], div_a=[5.0])
    assert float(found.theta) == pytest.approx(float(later - today) / day, rel=1e-9)
    # half a day before the ex-date the fall of the share is not a loss of time value
    near = american_greeks(100.0, 100.0, 90 * day, 0.3, 0.06, -1, div_t=[0.5 * day], div_a=[1.0])
    assert -20.0 < float(near.theta) < 0.0
