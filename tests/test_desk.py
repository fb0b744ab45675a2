"""Fills, adjustments and expiries, as ledgers worked by hand to the cent.

A put struck at half as much again as the price, at a volatility of 10 % and no interest, is worth
its intrinsic value exactly: no node of the tree comes near the strike.  So every premium below is
a subtraction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from tapes import FREE, Line, acting, arrange, day, lay, lines, noted, play, sessions

from microhedge.books import Books
from microhedge.costs import Costs
from microhedge.desk import FillRule, TradingDesk
from microhedge.engine import simulate
from microhedge.events import Phase
from microhedge.hedge import Session
from microhedge.option_prices import OptionPrices
from microhedge.orders import Contract, Ticket
from microhedge.result import Result
from microhedge.tape import Action
from microhedge.volatility import Constant, Realised

# the broker's schedule without interest and borrow
COSTS = replace(Costs(), borrow=0.0, credit_spread=0.0, debit_spread=0.0)
CENT = 5e-3


def buy_once(now: Session, days: int = 30) -> None:
    if not now.fills("put"):
        now.roll("put", now.put(days=days, moneyness=1.5))


def short_once(now: Session) -> None:
    if not now.fills("BBB") and not now.pending("BBB"):
        now.short("BBB", value=5_000.0)


def fills(result: Result) -> list[Line]:
    """Session, phase, role, quantity and mid of every fill."""
    table = result.tables["fills"]
    names = ("session", "phase", "role", "quantity", "mid")
    return list(zip(*(table[name].tolist() for name in names), strict=True))


# corporate actions


def test_a_two_for_one_split_with_puts_and_a_pending_short() -> None:
    """250 AAA with two puts at 150; a short of 100 BBB is ordered before BBB splits.

    Puts: 2 · 100 · 50 = 10,000 and half-spreads of 0.04 + 0.02 · 50 = 1.04 a share, 208.00;
    commission 1.30; fees 2 · 0.04685.  Short: 200 at 25 after the split = 5,000, a basis point
    0.50 and 1.00 of commission.  Then AAA splits: 500 shares and four puts at 75.
    """

    def act(now: Session) -> None:
        buy_once(now)
        if now.today >= date(2024, 1, 3):
            short_once(now)

    tape = lay(
        {"AAA": [100.0, 100.0, 100.0, 51.0, 50.0], "BBB": [50.0, 50.0, 25.0, 26.0, 25.0]},
        actions={
            "AAA": (Action(day("2024-01-05"), "split", 2.0),),
            "BBB": (Action(day("2024-01-04"), "split", 2.0),),
        },
    )
    result = play(act, arrange(tape, shares=250.0, costs=COSTS))
    old, new = "AAA 2024-02-16 P 150", "AAA 2024-02-16 P 75"
    assert lines(result) == [
        (0, "holding", "AAA", "opening", 250.0, 0.0, 0.0),
        (1, "hedge/put", old, "trade", 2.0, pytest.approx(-10_000.0), pytest.approx(209.3937)),
        (2, "hedge/BBB", "BBB", "trade", -200.0, 5_000.0, 1.50),
        (3, "holding", "AAA", "split", 250.0, 0.0, 0.0),
        (3, "hedge/put", old, "adjust", -2.0, 0.0, 0.0),
        (3, "hedge/put", new, "adjust", 4.0, 0.0, 0.0),
    ]
    # cash −10,000 − 209.3937 + 5,000 − 1.50 = −5,210.8937 from session 2 on
    assert result.curves["equity"].tolist() == [
        pytest.approx(25_000.0, abs=CENT),
        pytest.approx(25_000 + 10_000 - 10_209.3937, abs=CENT),
        pytest.approx(25_000 + 10_000 - 5_000 - 5_210.8937, abs=CENT),
        pytest.approx(500 * 51 + 400 * (75 - 51) - 200 * 26 - 5_210.8937, abs=CENT),
        pytest.approx(25_000 + 400 * (75 - 50) - 5_000 - 5_210.8937, abs=CENT),
    ]
    assert noted(result) == [(3, "adjusted")]
    assert result.attribution["residual"] == pytest.approx(0.0, abs=1e-9)


def test_msft_s_special_dividend_lowers_the_strike_and_its_regular_one_does_not() -> None:
    """Closes of 2004-11-10 to -16 as traded; ex 0.08 and 3.00 on Monday the 15th.

    Bought on the 11th: 45 − 29.98 = 15.02 a share.  Struck at 42 from the 15th, worth
    42 − 27.39 = 14.61.
    """
    ex = day("2004-11-15")
    tape = lay(
        {"MSFT": [29.73, 29.98, 29.97, 27.39, 27.12]},
        first="2004-11-10",
        actions={"MSFT": (Action(ex, "dividend", 0.08), Action(ex, "special", 3.00))},
    )

    def act(now: Session) -> None:
        if not now.fills("put"):
            now.roll("put", now.put(days=37, moneyness=1.502))  # 1.502 · 29.98 = 45.03

    result = play(act, arrange(tape, holding="MSFT"))
    old, new = "MSFT 2004-12-17 P 45", "MSFT 2004-12-17 P 42"
    assert lines(result)[1:] == [
        (1, "hedge/put", old, "trade", 1.0, pytest.approx(-1_502.0, abs=1e-9), 0.0),
        (3, "holding", "MSFT", "dividend", 0.0, 8.0, 0.0),
        (3, "holding", "MSFT", "dividend", 0.0, 300.0, 0.0),
        (3, "hedge/put", old, "adjust", -1.0, 0.0, 0.0),
        (3, "hedge/put", new, "adjust", 1.0, 0.0, 0.0),
    ]
    # shares and put: 2,739 + 1,461 − 1,502 + 308
    assert result.curves["equity"].tolist() == [
        pytest.approx(money, abs=CENT) for money in (2_973, 2_998, 2_998, 3_006, 3_006)
    ]


@pytest.mark.parametrize("amount", [0.08, 3.00])
def test_a_regular_dividend_changes_no_contract_whatever_its_size(amount: float) -> None:
    tape = lay(
        {"AAA": [100.0, 100.0, 100.0 - amount, 100.0]},
        actions={"AAA": (Action(day("2024-01-04"), "dividend", amount),)},
    )
    result = play(buy_once, arrange(tape))
    assert {line[2] for line in lines(result, "hedge")} == {"AAA 2024-02-16 P 150"}
    assert noted(result) == []


@pytest.mark.parametrize(
    ("ratio", "contracts", "name"),
    [
        (4.0, 8.0, "P 37.5"),
        (7.0, 14.0, "P 21.43"),  # 150 / 7 to the cent
        (1.5, 2.0, "P 150 (delivers 150)"),
        (0.1, 2.0, "P 150 (delivers 10)"),
    ],
)
def test_contracts_are_adjusted_as_the_clearing_house_does(
    ratio: float, contracts: float, name: str
) -> None:
    # whole splits change contracts and strike, odd and reverse ones the shares delivered
    after = 100.0 / ratio
    tape = lay(
        {"AAA": [100.0, 100.0, after, after]},
        actions={"AAA": (Action(day("2024-01-04"), "split", ratio),)},
    )
    result = play(buy_once, arrange(tape, shares=200.0))
    assert lines(result)[-1][2:5] == (f"AAA 2024-02-16 {name}", "adjust", contracts)
    # nothing gained or lost but the cents that the strike was rounded by
    rounding = abs(round(150 / ratio, 2) * ratio - 150) * 200 if ratio == round(ratio) else 0.0
    assert result.curves["equity"][2] == pytest.approx(20_000.0, abs=rounding + 1e-6)


def test_a_hundred_shares_become_seven_hundred_and_no_odd_cash() -> None:
    tape = lay(
        {"AAA": [645.57, 93.70]}, actions={"AAA": (Action(day("2024-01-03"), "split", 7.0),)}
    )
    assert lines(play(None, arrange(tape)))[1:] == [(1, "holding", "AAA", "split", 600.0, 0.0, 0.0)]


def test_splits_and_dividends_reach_the_rest_of_the_portfolio() -> None:
    tape = lay(
        {"AAA": [100.0, 100.0], "SPX": [50.0, 25.0]},
        actions={
            "SPX": (
                Action(day("2024-01-03"), "split", 2.0),
                Action(day("2024-01-03"), "dividend", 0.5),
            )
        },
    )
    made = arrange(tape)
    # a weight of 40 % of 10,000 leaves 15,000: 300 shares at 50
    result = simulate(None, replace(made, portfolio=replace(made.portfolio, weight=0.4)))
    assert lines(result, "rest") == [
        (0, "rest", "SPX", "opening", pytest.approx(300.0), 0.0, 0.0),
        (1, "rest", "SPX", "split", pytest.approx(300.0), 0.0, 0.0),
        (1, "rest", "SPX", "dividend", 0.0, pytest.approx(300.0), 0.0),
    ]


# expiry: bought for 50 on Wednesday 2024-01-17, last day Friday 2024-01-19

EXPIRY = "AAA 2024-01-19 P 150"


def held_to_expiry(last: float, costs: Costs = COSTS) -> Result:
    def act(now: Session) -> None:
        buy_once(now, days=2)

    tape = lay({"AAA": [100.0, 100.0, 110.0, last, last]}, first="2024-01-16")
    return play(act, arrange(tape, shares=200.0, costs=costs))


def test_a_put_in_the_money_is_sold_for_its_intrinsic_value_less_the_share_s_spread() -> None:
    # 2 · 100 · (150 − 120) = 6,000; a basis point of 2 · 100 · 120 is 2.40
    result = held_to_expiry(120.0)
    assert lines(result, "hedge")[1:] == [
        (3, "hedge/put", EXPIRY, "expiry", -2.0, 6_000.0, pytest.approx(2.40))
    ]
    assert noted(result) == [(3, "expired")]
    assert result.log["text"].tolist() == [f"{EXPIRY} paid 30.00 a share"]
    # the shares are kept
    assert [line for line in lines(result, "holding") if line[0] > 0] == []
    # premium 10,000 and 209.3937, then 6,000 − 2.40: 200 · 120 − 4,211.7937
    assert (
        result.curves["equity"][3:].tolist()
        == [pytest.approx(24_000 - 10_209.3937 + 5_997.60, abs=CENT)] * 2
    )


def test_an_index_put_is_settled_in_cash_and_no_share_is_traded() -> None:
    # instruments of the index: European, paid in money, so there is no half-spread of a share
    tape = lay({"IDX": [5_000.0] * 60 + [4_000.0] * 60}, basis={"IDX": "price_index"})

    def once(now: Session) -> None:
        if not now.fills("put"):
            now.roll("put", now.put(days=90, moneyness=1.0))

    result = play(once, arrange(tape, holding="IDX", costs=Costs()))
    assert lines(result, "hedge")[-1][3:] == ("expiry", -1.0, 100_000.0, 0.0)


@pytest.mark.parametrize("last", [150.0, 150.01, 200.0])
def test_a_put_that_is_not_in_the_money_expires_for_nothing(last: float) -> None:
    result = held_to_expiry(last)
    assert lines(result, "hedge")[1:] == [(3, "hedge/put", EXPIRY, "expiry", -2.0, 0.0, 0.0)]
    assert result.log["text"].tolist() == [f"{EXPIRY} paid nothing"]
    assert result.curves["equity"][3] == pytest.approx(200 * last - 10_209.3937, abs=CENT)


def test_settling_never_costs_more_than_the_option_pays() -> None:
    # a cent in the money: 1.00 for a contract, less than a basis point of 14,999
    result = held_to_expiry(149.99)
    assert lines(result, "hedge")[1:] == [
        (3, "hedge/put", EXPIRY, "expiry", -2.0, pytest.approx(2.0), pytest.approx(2.0))
    ]


def test_a_contract_whose_last_day_is_missing_settles_at_the_close_before_once_that_is_known() -> (
    None
):
    days = [each for each in sessions("2024-01-16", 6) if each != day("2024-01-19")]
    tape = lay({"AAA": [100.0, 100.0, 120.0, 110.0, 110.0]}, days=days)
    result = play(lambda now: buy_once(now, days=2), arrange(tape))
    assert lines(result, "hedge")[1:] == [
        (3, "hedge/put", EXPIRY, "expiry", -1.0, pytest.approx(3_000.0), 0.0)
    ]


def test_a_contract_that_expires_in_a_hole_is_settled_behind_it_and_not_lost() -> None:
    # bought on Thursday the 18th for 50 a share; nobody knows yet that the 19th will be missing
    days = [each for each in sessions("2024-01-17", 5) if each != day("2024-01-19")]
    tape = lay({"AAA": [100.0] * 4}, days=days)

    def act(now: Session) -> None:
        if now.today == date(2024, 1, 17):
            buy_once(now, days=1)

    result = play(act, arrange(tape))
    assert [line[:4] for line in lines(result, "hedge")] == [
        (1, "hedge/put", EXPIRY, "trade"),
        (2, "hedge/put", EXPIRY, "expiry"),
    ]
    assert result.curves["equity"] == pytest.approx([10_000.0] * 4, abs=CENT)


def test_a_contract_may_be_bought_on_the_last_session_and_is_marked() -> None:
    result = play(buy_once, arrange(lay({"AAA": [100.0, 104.0]})))
    assert lines(result, "hedge") == [
        (1, "hedge/put", "AAA 2024-02-16 P 156", "trade", 1.0, pytest.approx(-5_200.0), 0.0)
    ]
    assert result.curves["value/hedge/put"].tolist() == [0.0, pytest.approx(5_200.0)]


# fills


def both(now: Session) -> None:
    buy_once(now)
    short_once(now)


def test_orders_fill_at_the_next_close_by_default() -> None:
    tape = lay(
        {"AAA": [100.0, 102.0, 102.0], "BBB": [50.0, 51.0, 51.0]},
        opens={"AAA": [100.0, 98.0, 98.0], "BBB": [50.0, 48.0, 48.0]},
    )
    # 1.5 · 102 = 153, worth 51
    assert fills(play(both, arrange(tape))) == [
        (1, Phase.CLOSE_FILLS, "put", 1.0, pytest.approx(51.0)),
        (1, Phase.CLOSE_FILLS, "BBB", -100.0, 51.0),
    ]


def test_orders_fill_at_a_genuine_open_where_that_is_the_rule() -> None:
    tape = lay(
        {"AAA": [100.0, 102.0, 102.0], "BBB": [50.0, 51.0, 51.0]},
        opens={"AAA": [100.0, 98.0, 98.0], "BBB": [50.0, 48.0, 48.0]},
    )
    result = play(both, arrange(tape, fill="next_open"))
    # 1.5 · 98 = 147, worth 49 at the open and 45 at the close
    assert fills(result) == [
        (1, Phase.OPEN_FILLS, "put", 1.0, pytest.approx(49.0)),
        (1, Phase.OPEN_FILLS, "BBB", -100.0, 48.0),
    ]
    assert result.curves["value/hedge/put"][1] == pytest.approx(4_500.0)
    assert result.tables["fills"]["spot"].tolist() == [98.0, 48.0]
    # 10,000 + 200 on the shares − 400 on the put − 300 on the short
    assert result.curves["equity"][1] == pytest.approx(10_000 + 200 - 400 - 300)


def test_without_a_genuine_open_an_order_waits_for_the_close() -> None:
    tape = lay(
        {"AAA": [100.0, 102.0, 102.0], "BBB": [50.0, 51.0, 51.0]},
        opens={"BBB": [50.0, 48.0, 48.0]},
    )
    assert fills(play(both, arrange(tape, fill="next_open"))) == [
        (1, Phase.OPEN_FILLS, "BBB", -100.0, 48.0),
        (1, Phase.CLOSE_FILLS, "put", 1.0, pytest.approx(51.0)),
    ]


def test_orders_fill_at_the_close_they_were_decided_on_where_that_is_the_rule() -> None:
    tape = lay({"AAA": [100.0, 102.0, 102.0], "BBB": [50.0, 51.0, 51.0]})
    result = play(both, arrange(tape, costs=COSTS, fill="close"))
    assert fills(result) == [
        (0, Phase.SAME_CLOSE_FILLS, "put", 1.0, pytest.approx(50.0)),
        (0, Phase.SAME_CLOSE_FILLS, "BBB", -100.0, 50.0),
    ]
    # the first session bears its costs: 104.00 + 1.00 + 0.04685, and 0.50 + 1.00
    assert result.curves["equity"][0] == pytest.approx(10_000 - 105.04685 - 1.50, abs=CENT)
    assert result.returns[0] == pytest.approx(-(105.04685 + 1.50) / 10_000, abs=1e-9)
    assert result.attribution["residual"] == pytest.approx(0.0, abs=1e-9)


# what does not fill; a share of 3 has no strike within a tenth of 0.9 · 3


def test_an_order_that_cannot_fill_is_logged_wakes_the_hedge_and_leaves_it_uncovered() -> None:
    awake: list[date] = []

    def act(now: Session) -> None:
        awake.append(now.today)
        if len(awake) == 1:
            now.roll("put", now.put(days=30, moneyness=0.9))
        now.sleep_until(date(2024, 2, 1))

    result = play(act, arrange(lay({"AAA": [3.0] * 5})))
    assert awake == [date(2024, 1, 2), date(2024, 1, 3)]
    assert lines(result, "hedge") == []
    assert noted(result) == [(1, "unfilled")]
    assert "no listed strike" in result.log["text"].iloc[0]
    np.testing.assert_array_equal(result.curves["cover"], [np.nan, 0.0, 0.0, 0.0, 0.0])


def test_a_roll_that_cannot_buy_does_not_sell_either() -> None:
    def act(now: Session) -> None:
        if now.today in (date(2024, 1, 2), date(2024, 1, 3)):
            now.roll("put", now.put(days=30, moneyness=1.5 if not now.fills("put") else 0.9))

    result = play(act, arrange(lay({"AAA": [100.0, 100.0, 3.0, 3.0]}), cash=5_000.0))
    assert [line[:5] for line in lines(result, "hedge")] == [
        (1, "hedge/put", "AAA 2024-02-16 P 150", "trade", 1.0)
    ]
    assert noted(result) == [(2, "unfilled")]
    assert result.curves["cover"][1:].tolist() == [1.0, 1.0, 1.0]


def test_a_roll_sells_and_buys_as_many_at_one_fill() -> None:
    # 150 is worth 50 at 100 and 55 at 95; 1.5 · 95 = 142.50 is struck at 142, worth 47
    def act(now: Session) -> None:
        if now.today in (date(2024, 1, 2), date(2024, 1, 3)):
            now.roll("put", now.put(days=30, moneyness=1.5))

    tape = lay({"AAA": [100.0, 100.0, 95.0, 95.0]})
    result = play(act, arrange(tape, shares=300.0, costs=COSTS))
    assert fills(result) == [
        (1, Phase.CLOSE_FILLS, "put", 3.0, pytest.approx(50.0)),
        (2, Phase.CLOSE_FILLS, "put", -3.0, pytest.approx(55.0)),
        (2, Phase.CLOSE_FILLS, "put", 3.0, pytest.approx(47.0)),
    ]
    # sold no lower than exercise allows: a basis point of 95; bought at 0.04 + 0.02 · 47 above
    sold, bought = lines(result, "hedge")[1:]
    assert sold[6] == pytest.approx(2.85 + 1.95 + 0.14055 + 0.00837 + 8e-6 * 3 * 5_499.05)
    assert bought[6] == pytest.approx(294.00 + 1.95 + 0.14055)


def test_a_leg_that_is_closed_is_sold_whole() -> None:
    def act(now: Session) -> None:
        buy_once(now)
        if now.leg("put") is not None:
            now.close("put")

    result = play(act, arrange(lay({"AAA": [100.0, 100.0, 96.0, 96.0]})))
    assert fills(result)[1:] == [(2, Phase.CLOSE_FILLS, "put", -1.0, pytest.approx(54.0))]
    assert result.curves["cash"][2:].tolist() == [pytest.approx(400.0)] * 2
    # nothing is wanted any more
    assert np.isnan(result.curves["cover"][2])


def test_a_waiting_order_lives_until_its_date_and_then_lapses() -> None:
    def act(now: Session) -> None:
        if now.today == date(2024, 1, 2):
            put = now.put(days=30, moneyness=0.9)
            now.roll("put", put, good_until=date(2024, 1, 5))

    recovers = play(act, arrange(lay({"AAA": [3.0, 3.0, 3.0, 100.0, 100.0]})))
    assert [line[0] for line in lines(recovers, "hedge")] == [3]
    assert noted(recovers) == []
    lapses = play(act, arrange(lay({"AAA": [3.0, 3.0, 3.0, 3.0, 100.0]})))
    assert lines(lapses, "hedge") == []
    assert noted(lapses) == [(3, "unfilled")]
    ends = play(act, arrange(lay({"AAA": [3.0, 3.0, 3.0]})))  # on 2024-01-04
    assert noted(ends) == []


def test_a_second_order_for_a_role_replaces_the_first() -> None:
    def act(now: Session) -> None:
        if not now.fills("BBB"):
            now.short("BBB", value=5_000.0)
            now.short("BBB", value=2_500.0)

    tape = lay({"AAA": [100.0] * 3, "BBB": [50.0] * 3})
    assert [fill[3] for fill in fills(play(act, arrange(tape)))] == [-50.0]


def test_a_put_that_does_not_cover_a_hundred_shares_is_a_logged_nothing() -> None:
    def act(now: Session) -> None:
        if now.today == date(2024, 1, 2):
            now.roll("put", now.put(days=30, moneyness=1.5))

    result = play(act, arrange(lay({"AAA": [100.0] * 3}), shares=99.0))
    assert lines(result, "hedge") == []
    assert noted(result) == [(1, "no-contracts")]
    assert result.curves["cover"][1] == 0.0


def test_a_put_without_a_price_is_not_bought() -> None:
    # a volatility of 63 returns is not known after one
    tape = lay({"AAA": [100.0] * 4})
    made = arrange(tape)
    prices = OptionPrices(tape, lambda _: Realised(tape.growth("AAA")))

    def act(now: Session) -> None:
        if now.today == date(2024, 1, 2):
            now.roll("put", now.put(days=30, moneyness=0.9))

    result = play(act, replace(made, prices=prices))
    assert lines(result, "hedge") == []
    assert noted(result) == [(1, "unfilled")]
    assert result.curves["equity"].tolist() == [10_000.0] * 4


def trading(opens: Sequence[float] = (np.nan, np.nan)) -> TradingDesk:
    """A desk on its second session, with 100 AAA at 3 dollars."""
    tape = lay({"AAA": [3.0, 3.0], "BBB": [50.0, 50.0]}, opens={"AAA": opens, "BBB": [50.0, 50.0]})
    books = Books(tape, FREE)
    books.open("AAA", 100.0, (), 0.0)
    return TradingDesk(tape, "AAA", OptionPrices(tape, lambda _: Constant(0.3)), FREE, books, 0)


@pytest.mark.parametrize("rule", ["next_close", "next_open"])
def test_tickets_of_an_order_fill_together_or_not_at_all(rule: FillRule) -> None:
    desk = trading(opens=[3.0, 3.0])
    put = Ticket("put", Contract("AAA", "P", 30, 0.9))
    short = Ticket("BBB", symbol="BBB", shares=-10.0)
    desk.submit((short, put), None)
    desk.row = 1
    desk.fill(Phase.OPEN_FILLS if rule == "next_open" else Phase.CLOSE_FILLS, rule)
    assert desk.trades == []
    assert [entry.code for entry in desk.log] == ["unfilled"]
    assert desk.orders == []


def test_an_order_fills_at_the_open_only_if_each_of_its_tickets_has_one() -> None:
    desk = trading()
    sale = Ticket("AAA", symbol="AAA", shares=-5.0)
    short = Ticket("BBB", symbol="BBB", shares=-10.0)
    desk.submit((short, sale), None)
    desk.row = 1
    desk.fill(Phase.OPEN_FILLS, "next_open")
    assert desk.trades == []
    desk.fill(Phase.CLOSE_FILLS, "next_open")
    assert [(fill.role, fill.phase) for fill in desk.trades] == [("BBB", 5), ("AAA", 5)]


# no hedge


@pytest.mark.parametrize("fill", ["next_close", "next_open", "close"])
@pytest.mark.parametrize("what", ["cover of 0", "short of 0", "lapses", "99 shares"])
def test_a_hedge_of_zero_size_equals_no_hedge_bit_for_bit(what: str, fill: FillRule) -> None:
    def act(now: Session) -> None:
        if what == "short of 0":
            now.short("BBB", value=0.0)
        else:
            cover = 0.0 if what == "cover of 0" else 1.0
            now.roll(
                "put", now.put(days=30, moneyness=0.05 if what == "lapses" else 1.5), cover=cover
            )

    noise = np.random.default_rng(7)
    walk = (20.0 * np.exp(noise.normal(0, 0.02, (2, 60)).cumsum(axis=1))).tolist()
    tape = lay(
        {"AAA": walk[0], "BBB": walk[1]},
        opens={"AAA": walk[0], "BBB": walk[1]},
        rate=0.04,
        actions={"AAA": (Action(day("2024-01-25"), "dividend", 0.3),)},
    )
    made = arrange(tape, shares=99.0, cash=1_234.56, costs=Costs(), fill=fill)
    hedged, alone = simulate(acting(act), made), simulate(None, made)
    assert len(hedged.tables["fills"]["role"]) == 0
    for name in ("equity", "cash", "sleeve", "account", "holding"):
        assert hedged.curves[name].tobytes() == alone.curves[name].tobytes()


def test_after_a_split_the_rungs_of_a_ladder_together_cover_no_more_than_was_asked() -> None:
    # 100 shares are one contract, which the third of three rungs holds; 7:1 makes seven of it,
    # so that the others, whose parts of seven are two and two, have nothing left to insure
    split = sessions("2024-01-02", 12)[4]
    tape = lay(
        {"AAA": [700.0] * 4 + [100.0] * 8},
        actions={"AAA": (Action(split, "split", 7.0),)},
    )

    def ladder(now: Session) -> None:
        for rung in now.rungs("put", 3):
            if rung.leg is None:
                now.roll(rung, now.put(days=40 * rung.number, moneyness=0.9))

    result = play(ladder, arrange(tape, shares=100.0, cash=50_000.0))
    assert result.curves["cover"][1:].max() == 1.0
    held = [line for line in lines(result, "hedge") if line[3] == "trade"]
    assert [(line[1], line[4]) for line in held] == [("hedge/put/3", 1.0)]
    # that nothing fits is said once for each of the empty rungs, not on every evening
    codes = [code for _, code in noted(result)]
    assert codes.count("no-contracts") == 2
