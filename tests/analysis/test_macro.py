"""The index short against the carry identity, the contract calendar and costs on paper."""

from __future__ import annotations

from datetime import date
from math import exp

import numpy as np
import pytest

from microhedge.analysis.macro import MacroFuture, macro_future
from microhedge.calendar import day_number, sessions
from microhedge.errors import NotCovered, ParameterError
from microhedge.tape import Days, Floats

DAY: Days = sessions(day_number(date(2012, 12, 3)), day_number(date(2015, 12, 31)))
BEGIN = int(np.searchsorted(DAY, day_number(date(2013, 12, 31))))
YIELD = 0.02
N = len(DAY)


def index_path(seed: int = 1, *, flat_after: int = N) -> Floats:
    """A price index from 1,000 that stands still after a row."""
    step = 0.01 * np.random.default_rng(seed).standard_normal(N)
    step[0] = 0.0
    step[flat_after:] = 0.0
    path: Floats = 1000.0 * np.exp(np.cumsum(step))
    return path


def total_returns(index: Floats) -> Floats:
    """Simple returns of the index with its dividends, which accrue by the day."""
    out = np.zeros(N)
    out[1:] = index[1:] / index[:-1] - 1.0 + YIELD * np.diff(DAY) / 365.0
    return out


def short(
    index: Floats, holding: Floats, value: Floats, rate: float, **other: float
) -> MacroFuture:
    return macro_future(
        DAY,
        index,
        holding,
        value,
        rate=np.full(N, rate),
        dividend_yield=YIELD,
        begin=BEGIN,
        **other,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize("rate", [0.0, 0.01, 0.05])
def test_the_index_hedged_with_its_own_future_earns_the_risk_free_rate(rate: float) -> None:
    # cash and carry: long the index with dividends, short the future is a bill
    index = index_path()
    found = short(index, total_returns(index), index, rate, tick=0.0, fee=0.0)
    hedged = found.returns[2:]  # decided on row 0, filled at the close of row 1
    years = float(DAY[-1] - DAY[BEGIN + 1]) / 365.0
    assert np.prod(1.0 + hedged) == pytest.approx(exp(rate * years), abs=0.002)
    assert np.std(hedged) * np.sqrt(252) < 0.003
    np.testing.assert_allclose(found.beta[1:], 1.0)


def test_the_first_session_is_not_hedged_yet() -> None:
    index = index_path()
    holding = total_returns(index)
    found = short(index, holding, index, 0.01, tick=0.0, fee=0.0)
    assert found.returns[0] == 0.0
    assert found.returns[1] == holding[BEGIN + 1]
    assert found.short[0] == 0.0
    assert found.short[1] == pytest.approx(1.0)


def test_beta_is_that_of_the_holding_before_the_decision() -> None:
    index = index_path()
    holding = 1.3 * total_returns(index)
    holding[BEGIN + 1 :] = 0.0
    found = short(index, holding, index, 0.01)
    assert found.beta[1] == pytest.approx(1.3)
    assert found.short[1] == pytest.approx(1.3)


def test_contracts_are_rolled_five_sessions_before_the_third_friday_of_a_quarter() -> None:
    # third Fridays of 2014: 21 March, 20 June, 19 September, 19 December
    index = index_path(flat_after=BEGIN + 1)
    found = short(index, total_returns(index), index, YIELD, window=200)
    traded = DAY[BEGIN:][found.cost > 0.0].tolist()
    in_2014 = [day for day in traded if day < day_number(date(2015, 1, 1))]
    assert in_2014 == [
        day_number(date(2014, 1, 2)),  # the first fill
        day_number(date(2014, 3, 14)),
        day_number(date(2014, 6, 13)),
        day_number(date(2014, 9, 12)),
        day_number(date(2014, 12, 12)),
    ]
    assert found.rolls == 8


def test_each_side_pays_half_a_tick_and_its_fee() -> None:
    # with r = q and a flat index F = S = value: 0.125 + 2.25/50 = 0.17 points a side
    index = index_path(flat_after=BEGIN + 1)
    found = short(index, total_returns(index), index, YIELD)
    level = float(index[-1])
    paid = found.cost[found.cost > 0.0]
    np.testing.assert_allclose(paid[:2], [0.17 / level, 0.34 / level], rtol=1e-12)
    free = short(index, total_returns(index), index, YIELD, tick=0.0, fee=0.0)
    np.testing.assert_allclose(free.returns - found.returns, found.cost, atol=1e-15)


def test_as_many_contracts_are_opened_as_a_roll_closes() -> None:
    index = index_path(flat_after=BEGIN + 1)
    found = short(index, total_returns(index), index, 0.10, tick=0.0, fee=0.0)
    roll = int(np.searchsorted(DAY, day_number(date(2014, 3, 14)))) - BEGIN
    # on a flat index the June future is dearer than March's by 8 % of carry a year, over the 91
    # days between 21 March and 20 June; the session before the roll had one day more to go
    assert found.short[roll] / found.short[roll - 1] == pytest.approx(exp(0.08 * (91 - 1) / 365))


def test_a_reset_leaves_a_short_alone_that_is_within_a_tenth_of_its_target() -> None:
    index = index_path(flat_after=BEGIN + 1)
    holding = total_returns(index)
    later = np.arange(N) >= BEGIN + 10
    near, far = (index * np.where(later, factor, 1.0) for factor in (1.08, 1.12))
    assert short(index, holding, near, YIELD).trades == 1
    rebalanced = short(index, holding, far, YIELD)
    assert rebalanced.trades == 2
    reset = int(np.searchsorted(DAY, day_number(date(2014, 2, 3)))) - BEGIN
    assert rebalanced.short[reset] == pytest.approx(1.0 / 1.12)
    assert rebalanced.short[reset + 1] == pytest.approx(1.0)


def test_a_holding_that_moves_against_the_index_needs_no_short() -> None:
    index = index_path()
    holding = -total_returns(index)
    found = short(index, holding, index, 0.01)
    np.testing.assert_array_equal(found.short, 0.0)
    np.testing.assert_array_equal(found.returns[1:], holding[BEGIN + 1 :])
    assert (found.trades, found.rolls) == (0, 0)


def test_what_comes_later_moves_nothing_before_it() -> None:
    index = index_path(2)
    holding = 0.8 * total_returns(index)
    value: Floats = 500.0 * np.cumprod(1.0 + holding, dtype=np.float64)
    row = BEGIN + 150
    noise = np.exp(0.02 * np.random.default_rng(3).standard_normal(N - row))
    other_index, other_holding, other_value = index.copy(), holding.copy(), value.copy()
    other_index[row:] *= noise
    other_holding[row:] += noise - 1.0
    other_value[row:] *= noise
    one = short(index, holding, value, 0.03)
    two = short(other_index, other_holding, other_value, 0.03)
    for name in ("returns", "short", "beta", "cost"):
        np.testing.assert_array_equal(getattr(one, name)[:150], getattr(two, name)[:150])
    assert one.returns[150] != two.returns[150]


def test_a_beta_needs_its_window() -> None:
    index = index_path()
    with pytest.raises(NotCovered, match="begin at row 300"):
        short(index, total_returns(index), index, 0.01, window=300)


def test_a_contract_is_worth_something() -> None:
    index = index_path()
    with pytest.raises(ParameterError, match="more than nothing"):
        short(index, total_returns(index), index, 0.01, multiplier=0.0)
