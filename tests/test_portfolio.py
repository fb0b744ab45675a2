"""What a portfolio may be."""

from __future__ import annotations

import math

import pytest

from microhedge.errors import ParameterError
from microhedge.portfolio import Portfolio


def test_shares_are_held_as_given() -> None:
    assert Portfolio(shares=1000).shares_at(12.34, whole=True) == 1000.0
    assert Portfolio(shares=10.5).shares_at(12.34, whole=True) == 10.5


def test_a_holding_is_the_whole_portfolio_without_cash_unless_more_is_said() -> None:
    assert (Portfolio(shares=1).weight, Portfolio(shares=1).cash) == (1.0, 0.0)


def test_a_value_buys_whole_shares_where_prices_are_as_traded() -> None:
    # 10,000 / 3.17 = 3,154.57
    assert Portfolio(value=10_000).shares_at(3.17, whole=True) == 3154.0
    assert Portfolio(value=10_000).shares_at(3.17, whole=False) == pytest.approx(10_000 / 3.17)


def test_a_value_below_one_share_is_refused() -> None:
    with pytest.raises(ParameterError, match=r"value 100 buys no share at 645\.57"):
        Portfolio(value=100).shares_at(645.57, whole=True)


@pytest.mark.parametrize("both", [True, False])
def test_shares_and_value_exclude_each_other_and_one_is_needed(both: bool) -> None:
    size = 1.0 if both else None
    with pytest.raises(ParameterError, match="one of the two"):
        Portfolio(shares=size, value=size)


@pytest.mark.parametrize("size", [0.0, -1.0, math.nan, math.inf])
def test_a_holding_is_a_positive_number(size: float) -> None:
    with pytest.raises(ParameterError, match=r"^shares .* a holding is a positive number"):
        Portfolio(shares=size)
    with pytest.raises(ParameterError, match=r"^value .* a holding is a positive number"):
        Portfolio(value=size)


@pytest.mark.parametrize("weight", [0.0, -0.4, 1.01, 101.0, math.nan])
def test_a_weight_is_a_fraction(weight: float) -> None:
    with pytest.raises(ParameterError, match="not a fraction of the portfolio"):
        Portfolio(shares=1, weight=weight)


def test_a_weight_in_per_cent_is_refused_with_the_fraction() -> None:
    with pytest.raises(ParameterError, match=r"weight 40 .* did you mean 0\.4\?"):
        Portfolio(shares=1, weight=40)
    with pytest.raises(ParameterError, match=r"at most 1$"):  # no slip of per cent: 120 % of all
        Portfolio(shares=1, weight=1.2)


@pytest.mark.parametrize("cash", [-0.01, math.nan, math.inf])
def test_cash_is_zero_or_more(cash: float) -> None:
    with pytest.raises(ParameterError, match="the cash of the account is 0 or more"):
        Portfolio(shares=1, cash=cash)
