from itertools import pairwise

import numpy as np
import option_oracle
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad

from microhedge.errors import ParameterError
from microhedge.volatility import atm_per_vix, smile

INDEX = {"a": -0.20, "b": 0.04}
MONTH = 30 / 365


def _vix(atm: float, T: float, a: float, b: float) -> float:
    """VIX of a smile by its definition (Cboe white paper), with QuantLib's prices."""

    def integrand(k: float) -> float:
        vol = float(smile(atm, np.exp(k), 1.0, T, a=a, b=b))
        cp = 1 if k > 0 else -1
        price = option_oracle.black(1.0, float(np.exp(k)), vol * T**0.5, 1.0, cp)
        return price * float(np.exp(-k))

    width = atm * T**0.5
    knots = [z * width for z in (-15, -3, 0, 2, 12)]
    parts = [quad(integrand, *ends)[0] for ends in pairwise(knots)]
    return float(np.sqrt(2 / T * sum(parts)))


@pytest.mark.parametrize("vix", [0.16, 0.20])
@pytest.mark.parametrize("shape", [(-0.20, 0.04), (-0.30, 0.04), (-0.10, 0.025), (0.0, 0.0)])
def test_a_variance_swap_on_the_smile_costs_what_vix_says(
    vix: float, shape: tuple[float, float]
) -> None:
    atm = atm_per_vix(*shape) * vix
    # the ratio is taken at one level of VIX for all
    assert _vix(atm, MONTH, *shape) == pytest.approx(vix, rel=0.005)


def test_an_index_is_at_the_money_at_0_867_of_vix() -> None:
    # SPXW and SPY chains of 2018 and 2021 had 0.77 with a steeper skew; a flat smile has 1
    assert atm_per_vix(-0.20, 0.04) == pytest.approx(0.867, abs=0.005)
    assert atm_per_vix(0.0, 0.0) == pytest.approx(1.0, abs=1e-5)


def test_the_smile_by_hand() -> None:
    # z = ln 0.95 / (0.1734·√(30/365)) = −1.0318; 0.1734·(1 + 0.2064 + 0.0426)
    assert float(smile(0.1734, 0.95, 1.0, MONTH, **INDEX)) == pytest.approx(0.21657, abs=1e-5)
    # a quarter at 25 %, forward 100.2503: a put struck at 95, a call at 104.1522
    ahead = 100 * np.exp(0.0025)
    assert smile(0.25, [95.0, 104.1522], ahead, 0.25, **INDEX) == pytest.approx(
        [0.27337, 0.23566], abs=1e-5
    )


@pytest.mark.parametrize(("vix", "quoted"), [(0.2814, 0.2933), (0.2576, 0.2558)])
def test_a_put_5_percent_out_of_the_money_is_near_what_cboe_quoted(
    vix: float, quoted: float
) -> None:
    # 30 days, 95 %: 11 February and 24 June 2016 (Cboe blog); a flat smile at 0.867·VIX is 4 off
    atm = atm_per_vix(-0.20, 0.04) * vix
    assert float(smile(atm, 0.95, 1.0, MONTH, **INDEX)) == pytest.approx(quoted, abs=0.01)


@given(T=st.floats(0.0, 2.0), atm=st.floats(0.05, 1.0))
def test_beyond_its_ends_the_smile_is_flat(T: float, atm: float) -> None:
    low, lower, high, higher = smile(atm, [1e-6, 1e-9, 1e6, 1e9], 1.0, T, **INDEX)
    assert low == lower == pytest.approx(atm * (1 + 0.6 + 0.36))
    assert high == higher == pytest.approx(atm * (1 - 0.4 + 0.16))


def test_a_missing_level_has_no_smile() -> None:
    assert np.isnan(smile(np.nan, 1.0, 1.0, MONTH, **INDEX))


def test_a_smile_that_would_turn_negative_is_refused() -> None:
    with pytest.raises(ParameterError, match=r"smile a=-0\.6, b=0: volatility would not be"):
        atm_per_vix(-0.6, 0.0)
