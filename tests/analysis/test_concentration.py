"""Shares of an account's variance, against the printed table and sums over simulated returns."""

from __future__ import annotations

import numpy as np
import pytest

from microhedge.analysis.concentration import Concentration
from microhedge.errors import BadData, ParameterError

# the design's table: s = 0.28, q = 0.16, r = 0.55, R² = 0.6, correlation of hedge and rest 0.55
TABLE = [
    (0.02, 0.030, 0.039),
    (0.05, 0.075, 0.099),
    (0.10, 0.151, 0.201),
    (0.20, 0.292, 0.402),
    (0.30, 0.409, 0.581),
    (0.50, 0.556, 0.833),
]


@pytest.mark.parametrize(("weight", "hedged", "sold"), TABLE)
def test_what_a_hedge_and_a_sale_take_of_the_variance(
    weight: float, hedged: float, sold: float
) -> None:
    account = Concentration(weight, 0.28, 0.16, 0.55)
    assert account.removed_by_hedge(0.6, 0.55) == pytest.approx(hedged, abs=6e-4)
    assert account.removed_by_cash == pytest.approx(sold, abs=6e-4)


def test_the_shares_are_those_of_the_returns_themselves() -> None:
    rng = np.random.default_rng(1)
    m, e = rng.normal(0, 0.01, 200_000), rng.normal(0, 0.015, 200_000)
    y = 1.2 * m + e
    account = Concentration.of(0.3, y, m)
    whole = 0.3 * y + 0.7 * m
    cov = float(np.mean((0.3 * (y - y.mean())) * (whole - whole.mean())))
    assert account.variance == pytest.approx(float(whole.var()), rel=1e-9)
    assert account.share == pytest.approx(cov / float(whole.var()), rel=1e-9)
    # 1.2² · 1 against 1.5²: the market explains 39 %
    assert account.own == pytest.approx(2.25 / (2.25 + 1.44), abs=0.01)
    beta = float(np.cov(y, m, ddof=0)[0, 1] / m.var())
    hedged = whole - 0.3 * beta * m
    removed = 1.0 - float(hedged.var()) / float(whole.var())
    assert account.removed_by_index == pytest.approx(removed, abs=1e-9)
    assert account.removed_by_selling == pytest.approx(1 - float(m.var() / whole.var()), rel=1e-9)
    own = 1.0 - float((whole - 0.3 * (y - beta * m)).var() / whole.var())
    assert account.removed_own == pytest.approx(own, abs=1e-9)


def test_contributions_add_up_to_one() -> None:
    ours = Concentration(0.4, 0.3, 0.2, 0.5)
    theirs = Concentration(0.6, 0.2, 0.3, 0.5)
    assert ours.share + theirs.share == pytest.approx(1.0, rel=1e-12)


def test_the_weight_from_which_it_matters_takes_just_a_tenth() -> None:
    account = Concentration(0.4, 0.28, 0.16, 0.55)
    weight = account.matters_from()
    assert weight is not None
    assert Concentration(weight, 0.28, 0.16, 0.55).removed_own == pytest.approx(0.10, abs=1e-9)
    assert Concentration(0.4, 0.28, 0.16, 0.99).matters_from() is None


def test_what_is_no_account_is_refused() -> None:
    with pytest.raises(ParameterError, match="0 to 1"):
        Concentration(1.2, 0.3, 0.2, 0.5)
    with pytest.raises(ParameterError, match="0 to 1"):
        Concentration(0.2, 0.3, 0.2, 0.5).removed_by_hedge(1.4, 0.0)
    with pytest.raises(BadData, match="does not move"):
        Concentration.of(0.5, np.zeros(10), np.zeros(10))
