"""Orders say what is wanted; what that is in contracts and shares is worked out at the fill."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from microhedge.errors import ParameterError
from microhedge.orders import Contract, Order, Part, Strike, Ticket

PUT = Contract("AAA", "P", 91, 0.90)


def test_the_rungs_of_a_thousand_shares_hold_three_three_and_four() -> None:
    # floor(10 · k / 3) − floor(10 · (k − 1) / 3)
    assert [Part(k, 3).contracts(1.0, 1000.0) for k in (1, 2, 3)] == [3, 3, 4]


def test_two_contracts_fit_into_250_shares() -> None:
    # 50 shares stay without cover
    assert Part().contracts(1.0, 250.0) == 2


@pytest.mark.parametrize(("shares", "cover"), [(99.0, 1.0), (1000.0, 0.0), (199.0, 0.5)])
def test_nothing_fits_into_less_than_a_hundred_shares(shares: float, cover: float) -> None:
    assert Part().contracts(cover, shares) == 0


@given(shares=st.floats(0, 1e6), cover=st.floats(0, 1.5), rungs=st.integers(1, 12))
def test_the_rungs_of_a_ladder_add_up_to_the_contracts_of_one_position(
    shares: float, cover: float, rungs: int
) -> None:
    parts = [Part(k, rungs).contracts(cover, shares) for k in range(1, rungs + 1)]
    assert sum(parts) == Part().contracts(cover, shares)
    assert max(parts) - min(parts) <= 1


def test_an_order_touches_the_roles_of_its_tickets() -> None:
    order = Order((Ticket("put/1", PUT), Ticket("BBB", symbol="BBB", shares=-5.0)), 3, 4)
    assert order.roles == {"put/1", "BBB"}


def test_a_split_multiplies_targets_in_the_symbol_and_nothing_else() -> None:
    # a contract is an intent without a number of shares: nothing to change
    order = Order(
        (
            Ticket("BBB", symbol="BBB", shares=-100.0),
            Ticket("CCC", symbol="CCC", shares=-100.0),
            Ticket("put", PUT, cover=0.5),
        ),
        3,
        4,
    )
    after = order.after_split("BBB", 7.0)
    assert [ticket.shares for ticket in after.tickets] == [-700.0, -100.0, 0.0]
    assert after.tickets[1:] == order.tickets[1:]
    assert (after.placed, after.good_until) == (3, 4)
    assert order.after_split("AAA", 7.0) == order


def test_a_strike_that_does_not_say_how_it_is_chosen_is_refused() -> None:
    with pytest.raises(ParameterError, match=r"a strike of 0\.9: .* moneyness=0\.9 or delta"):
        Strike.of(0.9, None, None)
    assert Strike.of(None, 0.9, None) == Strike.of(Strike(0.9), None, None) == Strike(0.9)
