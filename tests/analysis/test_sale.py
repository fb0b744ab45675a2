"""Sales whose outcome can be worked out on paper."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from microhedge.analysis.performance import growth
from microhedge.analysis.sale import (
    constant_mix,
    linear_fraction,
    month_starts,
    option_fraction,
    sell_once,
    staged_sale,
)
from microhedge.calendar import day_number, sessions
from microhedge.errors import ParameterError
from microhedge.tape import Days

# The holding doubles in session 2 and halves in session 3; cash earns 1 % a session.
HOLDING = np.array([0.0, 0.0, 1.0, -0.5])
CASH = np.array([0.0, 0.01, 0.01, 0.01])
FOUR: Days = sessions(day_number(date(2020, 1, 2)), day_number(date(2020, 1, 7)))
YEAR: Days = sessions(day_number(date(2020, 1, 2)), day_number(date(2021, 2, 26)))


@pytest.mark.parametrize(
    ("delta", "shares", "sold"),
    [
        (690.0, 1000.0, 0.31),
        (1000.0, 1000.0, 0.0),
        (0.0, 1000.0, 1.0),
        (1200.0, 1000.0, 0.0),
        (-250.0, 1000.0, 0.75),
    ],
)
def test_an_option_hedge_is_worth_the_sale_that_leaves_its_delta(
    delta: float, shares: float, sold: float
) -> None:
    assert option_fraction(delta, shares) == pytest.approx(sold)


@pytest.mark.parametrize(("r_squared", "sold"), [(0.0, 0.0), (0.51, 0.30), (0.75, 0.5), (1.0, 1.0)])
def test_a_linear_hedge_is_worth_the_sale_that_removes_its_variance(
    r_squared: float, sold: float
) -> None:
    # 1 − √(1 − 0.51) = 0.30
    assert linear_fraction(r_squared) == pytest.approx(sold)


def test_a_part_sold_once_is_cash_ever_after() -> None:
    # 0.25 sold at the close of session 1: 0.75·2 + 0.25·1.01, then 0.75·1 + 0.25·1.01²
    value = growth(sell_once(HOLDING, CASH, fraction=0.25, first=1))
    np.testing.assert_allclose(value, [1.0, 1.0, 1.7525, 0.75 + 0.25 * 1.0201])


def test_the_sale_pays_its_cost_on_the_session_of_the_sale() -> None:
    # 1 % of a quarter is lost at once, and earns nothing later
    value = growth(sell_once(HOLDING, CASH, fraction=0.25, first=1, cost=0.01))
    np.testing.assert_allclose(value[1:3], [0.9975, 1.5 + 0.25 * 0.99 * 1.01])


def test_a_sale_in_the_first_session_costs_the_second() -> None:
    returns = sell_once(HOLDING, CASH, fraction=0.25, first=0, cost=0.01)
    assert returns[0] == 0.0
    np.testing.assert_allclose(growth(returns)[1], 0.75 + 0.25 * 0.99 * 1.01)


def test_everything_sold_is_what_the_proceeds_are_put_into() -> None:
    rest = np.array([0.0, 0.03, -0.02, 0.05])
    np.testing.assert_allclose(sell_once(HOLDING, rest, fraction=1.0, first=0), rest, atol=1e-15)


def test_nothing_sold_is_the_holding() -> None:
    np.testing.assert_allclose(
        sell_once(HOLDING, CASH, fraction=0.0, first=1, cost=0.01), HOLDING, atol=1e-15
    )


def test_a_holding_that_is_lost_leaves_the_cash() -> None:
    wiped = np.array([0.0, 0.0, -1.0, 0.0])
    value = growth(sell_once(wiped, np.zeros(4), fraction=0.25, first=1))
    np.testing.assert_allclose(value, [1.0, 1.0, 0.25, 0.25])


def test_a_staged_sale_ends_with_the_same_shares_after_twelve_months() -> None:
    # on a price that never moves only cash counts: all of it earns in the end
    flat, cash = np.zeros(len(YEAR)), np.full(len(YEAR), 0.0001)
    value = growth(staged_sale(flat, cash, YEAR, fraction=0.6, first=0))
    starts = month_starts(YEAR)[:11]
    by_hand = 0.4 + sum(0.05 * 1.0001 ** (len(YEAR) - 1 - row) for row in (0, *starts))
    assert value[-1] == pytest.approx(by_hand, rel=1e-9)


def test_a_staged_sale_sells_a_twelfth_of_the_shares_at_each_price() -> None:
    # the price doubles after the second of two sales: half of the shares at 1, half at 1, none at 2
    doubled = np.zeros(len(YEAR))
    second = month_starts(YEAR)[0]
    doubled[second + 1] = 1.0
    value = growth(staged_sale(doubled, np.zeros(len(YEAR)), YEAR, fraction=1.0, first=0))
    # 2 twelfths at 1, 10 twelfths at 2
    assert value[-1] == pytest.approx(2 / 12 + 10 / 12 * 2)


def test_months_start_with_their_first_session() -> None:
    starts = YEAR[month_starts(YEAR, first=30)]
    assert starts[0] == day_number(date(2020, 3, 2))
    assert starts[-1] == day_number(date(2021, 2, 1))


def test_a_constant_mix_has_the_weighted_return_of_every_session() -> None:
    mixed = constant_mix(HOLDING, CASH, FOUR, fraction=0.25, first=1)
    np.testing.assert_allclose(mixed.returns, [0.0, 0.0, 0.7525, -0.3725])


def test_a_constant_mix_counts_what_it_trades_back() -> None:
    # session 2 ends with 1.5 in shares and 0.2525 in cash of 1.7525; three quarters would be
    # 1.314375, so 0.185625 is sold: 0.105920 of the value
    one = constant_mix(HOLDING[:3], CASH[:3], FOUR[:3], fraction=0.25, first=1, cost=0.01)
    years = float(FOUR[2] - FOUR[1]) / 365.25
    assert one.turnover == pytest.approx(0.105920 / years, rel=1e-5)
    # 1 % of a quarter when it is set up, 1 % of what is traded back
    np.testing.assert_allclose(one.returns[1:], [-0.0025, 1.7525 * (1 - 0.00105920) - 1], rtol=1e-6)


def test_a_mix_is_not_a_sale_when_prices_go_up_and_down() -> None:
    # the mix sells at 2 and buys back at 1: it beats the sale without any skill
    once = growth(sell_once(HOLDING, np.zeros(4), fraction=0.5, first=1))[-1]
    mix = growth(constant_mix(HOLDING, np.zeros(4), FOUR, fraction=0.5, first=1).returns)[-1]
    assert once == pytest.approx(1.0)
    assert mix == pytest.approx(1.5 * 0.75)


def test_a_mix_that_starts_with_the_run_pays_in_its_second_session() -> None:
    mixed = constant_mix(np.zeros(4), np.zeros(4), FOUR, fraction=0.5, first=0, cost=0.01)
    np.testing.assert_allclose(mixed.returns, [0.0, -0.005, 0.0, 0.0])


@pytest.mark.parametrize("fraction", [-0.1, 1.1])
def test_a_part_is_between_nothing_and_all(fraction: float) -> None:
    with pytest.raises(ParameterError, match="between 0 and 1"):
        sell_once(HOLDING, CASH, fraction=fraction, first=1)


def test_what_cannot_be_sold_is_refused() -> None:
    with pytest.raises(ParameterError, match="of a holding only"):
        option_fraction(0.0, 0.0)
    with pytest.raises(ParameterError, match="between 0 and 1"):
        linear_fraction(1.2)
    with pytest.raises(ParameterError, match="below 1"):
        constant_mix(HOLDING, CASH, FOUR, fraction=0.5, first=1, cost=1.0)
    with pytest.raises(ParameterError, match="lost everything"):
        sell_once(HOLDING, np.array([0.0, -1.0, 0.0, 0.0]), fraction=0.5, first=1)
