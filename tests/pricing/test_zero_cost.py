"""Calls that pay for puts: strikes that QuantLib 1.44 gave, rounded to six digits."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import brentq

from microhedge.pricing import black, forward
from microhedge.volatility import smile

SPOT = 100.0
SKEW = {"a": -0.20, "b": 0.04}


def value(K: float, T: float, sigma: float, r: float, q: float, sign: float) -> float:
    ahead = float(forward(SPOT, r, T, q))
    return float(black(ahead, K, T, sigma, np.exp(-r * T), sign))


def test_a_collar_at_no_cost_on_a_flat_smile() -> None:
    market = 0.25, 0.25, 0.02, 0.01
    put = value(95.0, *market, -1.0)
    assert put == pytest.approx(2.669619, abs=1e-6)
    strike = brentq(lambda K: value(K, *market, 1.0) - put, 100.0, 200.0)
    assert strike == pytest.approx(106.277582, abs=1e-5)


def test_a_collar_at_no_cost_on_a_skew_sells_a_lower_call() -> None:
    T, atm, r, q = 0.25, 0.25, 0.02, 0.01
    ahead = float(forward(SPOT, r, T, q))

    def at(K: float, sign: float) -> float:
        return value(K, T, float(smile(atm, K, ahead, T, **SKEW)), r, q, sign)

    put = at(95.0, -1.0)
    assert float(smile(atm, 95.0, ahead, T, **SKEW)) == pytest.approx(0.27337, abs=5e-6)
    assert put == pytest.approx(3.08463, abs=5e-6)
    strike = brentq(lambda K: at(K, 1.0) - put, 100.0, 200.0)
    assert strike == pytest.approx(104.1522, abs=5e-5)
    assert float(smile(atm, strike, ahead, T, **SKEW)) == pytest.approx(0.23566, abs=5e-6)


def test_a_put_spread_paid_for_by_a_call() -> None:
    market = 1 / 12, 0.16, 0.02, 0.02
    high, low = (value(K, *market, -1.0) for K in (97.5, 95.0))
    assert high == pytest.approx(0.834678, abs=1e-6)
    assert low == pytest.approx(0.301980, abs=1e-6)
    strike = brentq(lambda K: value(K, *market, 1.0) - (high - low), 100.0, 200.0)
    assert strike == pytest.approx(103.923166, abs=1e-5)
