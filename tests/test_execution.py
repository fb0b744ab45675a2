"""Fills against prices worked out by hand from the broker's schedule."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from microhedge.costs import Costs
from microhedge.execution import option_trade, stock_trade
from microhedge.instruments import Option
from microhedge.option_prices import Quote

COSTS = Costs()
PUT = Option("AAA", "P", 100.0, date(2024, 6, 21))


def at(mid: float, spot: float = 120.0) -> Quote:
    return Quote(mid=mid, spot=spot, volatility=0.2, rate=0.0)


def test_three_puts_at_two_dollars_are_bought_at_2_08() -> None:
    trade = option_trade(PUT, 3.0, at(2.00), COSTS, stress=1.0)
    assert trade.quantity == 3.0
    assert trade.cash == -600.0
    assert trade.spread == pytest.approx(24.00, rel=1e-12)  # (0.04 + 0.02 · 2) · 300
    assert trade.commission == pytest.approx(1.95, rel=1e-12)  # 3 · 0.65
    assert trade.fee == pytest.approx(0.14055, rel=1e-12)  # 3 · (0.02685 + 0.02)


def test_three_puts_at_two_dollars_are_sold_at_1_92() -> None:
    trade = option_trade(PUT, -3.0, at(2.00), COSTS, stress=1.0)
    assert trade.quantity == -3.0
    assert trade.cash == 600.0
    assert trade.spread == pytest.approx(24.00, rel=1e-12)
    assert trade.commission == pytest.approx(1.95, rel=1e-12)
    # a sale also pays 3 · 0.00279 and 8 per million of its 576.00
    assert trade.fee == pytest.approx(0.14055 + 0.00837 + 0.004608, rel=1e-12)


def test_a_single_contract_pays_the_minimum_of_a_dollar() -> None:
    assert option_trade(PUT, 1.0, at(2.00), COSTS, stress=1.0).commission == 1.00


def test_five_puts_sold_at_three_cents_pay_a_quarter_each() -> None:
    # at a half-spread of a cent the bid is 0.03
    narrow = replace(COSTS, spread_base=0.01, spread_rate=0.0)
    trade = option_trade(PUT, -5.0, at(0.04), narrow, stress=1.0)
    assert trade.commission == pytest.approx(1.25, rel=1e-12)


def test_a_worthless_put_is_sold_for_nothing_and_not_for_less() -> None:
    # mid 0.02, half-spread 0.0404: the bid is 0, and no fee is taken of no proceeds
    trade = option_trade(PUT, -1.0, at(0.02), COSTS, stress=1.0)
    assert trade.cash - trade.spread == pytest.approx(0.0, abs=1e-12)
    assert trade.fee == pytest.approx(0.04685, rel=1e-12)


def test_a_put_without_value_is_not_bought_for_less_than_a_tick() -> None:
    free_spread = replace(COSTS, spread_base=0.0, spread_rate=0.0)
    trade = option_trade(PUT, 1.0, at(0.0), free_spread, stress=1.0)
    assert -trade.cash + trade.spread == pytest.approx(1.00, rel=1e-12)  # 100 · 0.01


def test_nobody_sells_an_american_put_below_what_exercise_brings() -> None:
    # mid 10.00 at a spot of 90.02: half-spread 0.24, but exercise brings 9.98 − 0.009002
    trade = option_trade(PUT, -1.0, at(10.00, spot=90.02), COSTS, stress=1.0)
    assert trade.cash - trade.spread == pytest.approx(100 * (9.98 - 0.009002), rel=1e-12)


def test_a_european_put_can_be_sold_below_parity() -> None:
    european = replace(PUT, style="european", settle="cash")
    trade = option_trade(european, -1.0, at(10.00, spot=90.02), COSTS, stress=1.0)
    assert trade.cash - trade.spread == pytest.approx(976.0, rel=1e-12)


def test_the_floor_of_an_adjusted_contract_counts_the_shares_it_delivers() -> None:
    # 1:10 reverse split: 10 shares at 400 against 100 · 50; exercise brings 5,000 − 4,000, and
    # buying the 10 shares crosses a basis point of 4,000: 0.40
    adjusted = replace(PUT, strike=50.0, deliverable=10.0)
    trade = option_trade(adjusted, -1.0, at(10.00, spot=400.0), COSTS, stress=1.0)
    assert trade.cash - trade.spread == pytest.approx(1_000.0 - 0.40, rel=1e-12)


def test_stress_widens_the_spread() -> None:
    trade = option_trade(PUT, 1.0, at(2.00), COSTS, stress=2.5)
    assert trade.spread == pytest.approx(100 * 0.08 * 2.5, rel=1e-12)


@pytest.mark.parametrize("quantity", [1000.0, -1000.0])
def test_a_thousand_shares_pay_half_a_cent_each_and_a_basis_point(quantity: float) -> None:
    trade = stock_trade(quantity, 50.0, COSTS)
    assert trade.cash == -quantity * 50.0
    assert trade.commission == pytest.approx(5.00, rel=1e-12)
    assert trade.spread == pytest.approx(5.00, rel=1e-12)
    assert trade.fee == 0.0


def test_a_small_stock_order_pays_the_minimum() -> None:
    assert stock_trade(-10.0, 50.0, COSTS).commission == 1.00


@pytest.mark.parametrize("quantity", [2.0, -2.0])
def test_without_frictions_a_trade_moves_its_mid_alone(quantity: float) -> None:
    free = Costs.none()
    for trade in (
        option_trade(PUT, quantity, at(2.00), free, stress=1.0),
        stock_trade(quantity, 2.00, free),
    ):
        assert (trade.spread, trade.commission, trade.fee) == (0.0, 0.0, 0.0)
