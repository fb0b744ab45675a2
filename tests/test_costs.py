import math
from dataclasses import asdict, replace
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from microhedge.costs import Costs, Preset
from microhedge.errors import ParameterError, UnknownName

COSTS = Costs()
PRESETS: tuple[Preset, ...] = ("spy", "spx", "stock_liquid", "stock_illiquid")
CENT = 0.005  # a printed price is rounded to the cent

mids = st.floats(0, 1_000)
stresses = st.floats(1, 3)


def test_a_put_at_two_dollars_is_bought_at_2_08_and_sold_at_1_92() -> None:
    # half-spread 0.04 + 0.02 · mid, fitted to quotes of liquid shares
    assert COSTS.option_ask(2.00) == pytest.approx(2.08, rel=1e-12)
    assert COSTS.option_bid(2.00) == pytest.approx(1.92, rel=1e-12)


def test_a_put_at_two_cents_is_bought_at_six_and_sold_for_nothing() -> None:
    assert COSTS.option_ask(0.02) == pytest.approx(0.06, abs=CENT)
    assert COSTS.option_bid(0.02) == 0


def test_nothing_is_bought_for_less_than_a_tick() -> None:
    tight = replace(COSTS, spread_base=0.0, spread_rate=0.0)
    assert tight.option_ask(0.0) == 0.01


@pytest.mark.parametrize(
    ("mid", "half"),
    [
        # the penny pilot quotes in cents below 3 dollars and in nickels from there
        (2.99, 0.005),
        (3.00, 0.025),
    ],
)
def test_half_a_tick_is_the_narrowest_half_spread(mid: float, half: float) -> None:
    tight = replace(COSTS, spread_base=0.0, spread_rate=0.0)
    assert tight.option_half_spread(mid) == half


def test_a_put_in_the_money_is_not_sold_below_what_exercising_it_brings() -> None:
    # mid 10.00, half-spread 0.24: the bid is 9.76, but exercising brings 9.98 less the share's
    # half-spread of a basis point of 90.02
    assert COSTS.option_half_spread(10.00) == pytest.approx(0.24, rel=1e-12)
    floor = COSTS.option_sale_floor(9.98, 90.02)
    assert floor == pytest.approx(9.98 - 0.009002, rel=1e-12)
    assert COSTS.option_bid(10.00, floor=floor) == floor
    assert COSTS.option_bid(10.00) == pytest.approx(9.76, rel=1e-12)


def test_the_floor_of_a_sale_is_never_negative() -> None:
    assert COSTS.option_sale_floor(0.0, 100.0) == 0
    assert COSTS.option_sale_floor(0.001, 100.0) == 0


def test_stress_widens_spreads_and_a_worked_order_narrows_them() -> None:
    assert COSTS.option_half_spread(2.00, stress=2.5) == pytest.approx(0.20, rel=1e-12)
    worked = replace(COSTS, spread_fraction=0.5)
    assert worked.option_half_spread(2.00) == pytest.approx(0.04, rel=1e-12)


@given(mids, stresses)
def test_bid_mid_and_ask_stand_in_order(mid: float, stress: float) -> None:
    assert 0 <= COSTS.option_bid(mid, stress=stress) <= mid < COSTS.option_ask(mid, stress=stress)


@given(mids, mids, stresses)
def test_a_dearer_option_has_no_narrower_spread(one: float, other: float, stress: float) -> None:
    low, high = sorted((one, other))
    for name in PRESETS:
        costs = Costs.preset(name)
        narrow = costs.option_half_spread(low, stress=stress)
        assert narrow <= costs.option_half_spread(high, stress=stress)


@pytest.mark.parametrize(
    ("contracts", "premium", "commission"),
    [
        # examples printed in Interactive Brokers' schedule for US options, 2025
        (1, 2.00, 1.00),
        (2, 5.00, 1.30),
        (3, 0.075, 1.50),
        (5, 0.03, 1.25),
        # its rates: 0.65 from ten cents, 0.50 from five, 0.25 below; 1.00 at least
        (3, 2.00, 1.95),
        (10, 0.10, 6.50),
        (10, 0.05, 5.00),
        (10, 0.0499, 2.50),
        (1, 0.01, 1.00),
        (-3, 2.00, 1.95),
        (0, 2.00, 0.00),
    ],
)
def test_option_commissions_are_those_of_the_published_schedule(
    contracts: int, premium: float, commission: float
) -> None:
    assert COSTS.option_commission(contracts, premium) == pytest.approx(commission, rel=1e-12)


def test_a_purchase_pays_the_regulatory_and_the_clearing_fee() -> None:
    # Interactive Brokers, 2025: ORF 0.02685 and OCC 0.02 a contract
    assert COSTS.option_fees(10) == pytest.approx(0.2685 + 0.20, rel=1e-12)


def test_a_sale_pays_the_activity_and_the_sale_fee_as_well() -> None:
    # FINRA 0.00279 a contract, SEC 0.000008 of the proceeds
    expected = 0.2685 + 0.20 + 0.0279 + 0.016
    assert COSTS.option_fees(10, 2_000.0) == pytest.approx(expected, rel=1e-12)
    assert COSTS.option_fees(-10, 2_000.0) == pytest.approx(expected, rel=1e-12)


def test_the_clearing_fee_is_capped_at_55_dollars_a_trade() -> None:
    # OCC: from 2,750 contracts on
    assert COSTS.option_fees(2_750) == pytest.approx(2_750 * 0.02685 + 55, rel=1e-12)
    assert COSTS.option_fees(9_000) == pytest.approx(9_000 * 0.02685 + 55, rel=1e-12)


def test_shares_pay_half_a_cent_each_and_a_dollar_at_least() -> None:
    # Interactive Brokers' fixed pricing: 0.005 a share, 1.00 an order
    assert COSTS.stock_commission(1_000) == pytest.approx(5.00, rel=1e-12)
    assert COSTS.stock_commission(-1_000) == pytest.approx(5.00, rel=1e-12)
    assert COSTS.stock_commission(100) == 1.00
    assert COSTS.stock_commission(0) == 0


def test_a_share_at_fifty_dollars_costs_half_a_cent_to_cross() -> None:
    assert COSTS.stock_half_spread(50.0) == pytest.approx(0.005, rel=1e-12)


def test_a_future_pays_half_a_tick_and_a_fee_on_each_side() -> None:
    # CME: the tick of the E-mini S&P 500 is 0.25 points
    assert COSTS.future_half_spread() == 0.125
    assert COSTS.future_commission(-4) == 9.00


def test_everything_is_free_without_costs_and_the_margin_rules_stay() -> None:
    free = Costs.none()
    charged = {name: value for name, value in asdict(free).items() if "margin" not in name}
    assert set(charged.values()) == {0.0}
    kept = ("margin_short", "margin_debit", "margin_future")
    assert [getattr(free, name) for name in kept] == [getattr(COSTS, name) for name in kept]
    assert free.option_ask(2.00) == free.option_bid(2.00) == 2.00
    assert free.option_commission(3, 2.00) == free.option_fees(3, 600.0) == 0
    assert free.stock_commission(100) == free.stock_half_spread(50.0) == 0
    assert free.future_commission(1) == free.future_half_spread() == 0


@pytest.mark.parametrize(
    ("name", "half"),
    [
        # at a mid of 2.00; median regressions on quotes of SPY, SPX weeklies and shares
        ("spy", 0.008),
        ("spx", 0.078),
        ("stock_liquid", 0.08),
        ("stock_illiquid", 0.24),
    ],
)
def test_presets_differ_by_what_crossing_their_spread_costs(name: Preset, half: float) -> None:
    assert Costs.preset(name).option_half_spread(2.00) == pytest.approx(half, rel=1e-12)


def test_a_liquid_share_is_the_default() -> None:
    assert Costs.preset("stock_liquid") == COSTS


def test_an_unknown_preset_names_its_neighbour() -> None:
    with pytest.raises(UnknownName, match="did you mean 'spx'"):
        Costs.preset(cast("Preset", "spxw"))


@pytest.mark.parametrize("value", [-0.01, math.nan, math.inf])
def test_a_cost_that_is_no_amount_is_refused(value: float) -> None:
    with pytest.raises(ParameterError, match="borrow was"):
        Costs(borrow=value)


def test_a_fee_may_take_more_than_the_share_a_year_and_other_rates_may_not() -> None:
    assert Costs(borrow=2.5).borrow == 2.5
    with pytest.raises(ParameterError, match=r"borrow was 30; .* 10 is the most .*mean 0\.3\?"):
        Costs(borrow=30)
    with pytest.raises(ParameterError, match=r"debit_spread was 1\.5; .* 1 is the most"):
        Costs(debit_spread=1.5)


def test_a_part_above_one_is_refused() -> None:
    with pytest.raises(ParameterError, match=r"spread_fraction was 1\.5"):
        Costs(spread_fraction=1.5)
