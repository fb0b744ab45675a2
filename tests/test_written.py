"""Written options: ledgers worked by hand to the cent, their cover, and what they cost a holder.

A put struck at half as much again as the price, or a call at half of it, is worth its intrinsic
value exactly at a volatility of 10 % and no interest; at a volatility of 2 % an option ten per
cent out of the money is worth nothing at all.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest
import QuantLib as ql  # noqa: N813 (its own documentation's name for it)
from hypothesis import given
from hypothesis import strategies as st
from tapes import acting, arrange, day, lay, lines, noted, play, sessions

from microhedge.calendar import day_number
from microhedge.costs import Costs
from microhedge.engine import simulate
from microhedge.floors import floor_sentence, floors
from microhedge.hedge import Session
from microhedge.instruments import Option
from microhedge.portfolio import Portfolio
from microhedge.quoted_prices import priced_by
from microhedge.quotes import Chain
from microhedge.runs import premium_source
from microhedge.scorecard import hedge_stats
from microhedge.tape import Action
from microhedge.volatility import Constant
from microhedge.written import Part, parts, required, uncovered

COSTS = replace(Costs(), borrow=0.0, credit_spread=0.0, debit_spread=0.0)


def near(money: float) -> Any:
    """The same to a millionth of money, however large it is."""
    return pytest.approx(money, abs=1e-6)


def wide_collar(now: Session) -> None:
    """A put 50 % in the money and a call 50 % in the money, both bought and written once."""
    if not now.fills("put"):
        call = now.call(days=30, moneyness=0.5)
        now.roll("put", now.put(days=30, moneyness=1.5), write={"call": call})


# a collar


def test_a_collar_through_a_two_for_one_split_to_the_cent() -> None:
    """200 shares, two puts at 150 and two calls at 50 written, at 100; then 2:1, and expiry at 60.

    Put: 2 · 100 · 50 = 10,000; half-spread 0.04 + 0.02 · 50 = 1.04 a share, 208.00; commission
    1.30; fees 2 · 0.04685.  Call: +10,000; nobody sells below intrinsic less a basis point of 100,
    0.01 a share, 2.00; commission 1.30; fees 2 · 0.04685, 2 · 0.00279 and 8e-6 · 9,998.
    After the split four puts at 75 and four calls at 25.  At 60: puts pay 15, calls take 35 a
    share; a basis point of 60 is 0.006 a share on 400 shares each, 2.40.
    """
    axis = sessions("2024-01-02", 34)
    closes = [100.0] * 3 + [50.0] * 28 + [60.0] * 3
    tape = lay({"AAA": closes}, actions={"AAA": (Action(axis[3], "split", 2.0),)})
    result = play(wide_collar, arrange(tape, shares=200.0, costs=COSTS))
    end = axis.index(day("2024-02-16"))
    put, call = "AAA 2024-02-16 P 150", "AAA 2024-02-16 C 50"
    late_put, late_call = "AAA 2024-02-16 P 75", "AAA 2024-02-16 C 25"
    assert lines(result, "hedge") == [
        (
            1,
            "hedge/put",
            put,
            "trade",
            2.0,
            near(-10_000.0),
            near(208.0 + 1.30 + 0.0937),
        ),
        (
            1,
            "hedge/call",
            call,
            "trade",
            -2.0,
            near(10_000.0),
            near(2.0 + 1.30 + 0.0937 + 0.00558 + 8e-6 * 9_998),
        ),
        (3, "hedge/put", put, "adjust", -2.0, 0.0, 0.0),
        (3, "hedge/put", late_put, "adjust", 4.0, 0.0, 0.0),
        (3, "hedge/call", call, "adjust", 2.0, 0.0, 0.0),
        (3, "hedge/call", late_call, "adjust", -4.0, 0.0, 0.0),
        (end, "hedge/put", late_put, "expiry", -4.0, near(6_000.0), near(2.40)),
        (
            end,
            "hedge/call",
            late_call,
            "expiry",
            4.0,
            near(-14_000.0),
            near(2.40),
        ),
    ]
    assert result.curves["equity"][2:4].tolist() == [near(20_000 - 209.3937 - 3.4792640)] * 2
    # 400 · 60 + 6,000 − 14,000 and the costs: nothing is gained between the two strikes
    paid = 209.3937 + 3.479264 + 4.80
    assert result.curves["equity"][end] == near(16_000 - paid)
    assert [line for line in lines(result, "holding") if line[3] not in ("opening", "split")] == []
    assert abs(result.attribution["residual"]) < 1e-9
    assert set(result.attribution["legs"]) == {"put", "call"}
    assert result.curves["cover"][1:end].tolist() == [1.0] * (end - 1)
    assert result.curves["written_options"][1:3].tolist() == [near(10_000.0)] * 2
    assert [r.tolist() for r in (result.tables["rolls"]["end"],)] == [["expired", "expired"]]
    assert result.log["text"].tolist()[-1] == f"{late_call} cost 35.00 a share"


def test_what_a_collar_cost_is_counted_from_the_cash_that_moved() -> None:
    tape = lay({"AAA": [100.0] * 40})
    result = play(wide_collar, arrange(tape, shares=200.0))
    rolls = result.tables["rolls"]
    assert sorted(rolls["net"].tolist()) == pytest.approx([0.0, 0.0], abs=1e-6)
    stats = hedge_stats(result)
    years = float(result.day[-1] - result.day[0]) / 365.25
    # 10,000 for the puts, and 10,000 that the calls took at expiry
    assert stats["gross_per_year"] == pytest.approx(20_000 / years / 20_000)
    assert stats["rolls"] == 1.0
    # the calls pay for the puts: no cash is ever needed
    assert stats["largest_cash_need"] == pytest.approx(0.0, abs=1e-6)
    assert premium_source(result) == {"quote": 0.0, "model": 1.0}


def test_legs_of_one_transaction_fill_together_or_not_at_all() -> None:
    # at 3 dollars there is a call at or above 3 · 1.5 = 5, none within a tenth of 3 · 1.1
    def act(now: Session) -> None:
        if now.today == date(2024, 1, 2):
            call = now.call(days=30, moneyness=1.1)
            now.roll("put", now.put(days=30, moneyness=1.0), write={"call": call})

    result = play(act, arrange(lay({"AAA": [3.0] * 4})))
    assert lines(result, "hedge") == []
    assert noted(result) == [(1, "unfilled")]


def test_no_more_is_written_than_the_transaction_buys() -> None:
    # 1.1 · 40,000 buys eight puts at 50 a share, of the four that fit: four; 0.3 of it buys two
    for budget, contracts in ((1.1, 4.0), (0.3, 2.0), (0.1, 0.0)):

        def within(now: Session, budget: float = budget) -> None:
            if now.today == date(2024, 1, 2):
                put, lower = (now.put(days=30, moneyness=m) for m in (1.5, 1.2))
                now.roll("put", put, budget=budget, write={"lower": lower})

        held = play(within, arrange(lay({"AAA": [100.0] * 4}), shares=400.0))
        assert [line[4] for line in lines(held, "hedge")] == (
            [contracts, -contracts] if contracts else []
        )


# early assignment


def test_a_call_is_assigned_before_an_ex_date_to_the_cent() -> None:
    """A call at 50 on 200 shares at 100, written on the second session; 0.75 is paid on the fourth.

    Deep in the money its time value is nothing, which is less than the dividend.  It closes at the
    intrinsic value of the close before, 2 · 100 · (102 − 50), and a basis point of 102 on 200
    shares; the shares are kept and earn 150.00.
    """
    axis = sessions("2024-01-02", 6)
    tape = lay(
        {"AAA": [100.0, 100.0, 102.0, 101.0, 103.0, 103.0]},
        actions={"AAA": (Action(axis[3], "dividend", 0.75),)},
    )

    def once(now: Session) -> None:
        if not now.fills("call"):
            now.write("call", now.call(days=40, moneyness=0.5))

    result = play(once, arrange(tape, shares=200.0, costs=COSTS))
    call = "AAA 2024-02-16 C 50"
    assert lines(result)[1:] == [
        (
            1,
            "hedge/call",
            call,
            "trade",
            -2.0,
            near(10_000.0),
            near(2.0 + 1.30 + 0.0937 + 0.00558 + 8e-6 * 9_998),
        ),
        (3, "hedge/call", call, "assignment", 2.0, near(-10_400.0), near(2.04)),
        (3, "holding", "AAA", "dividend", 0.0, near(150.0), 0.0),
    ]
    assert noted(result) == [(3, "assigned")]
    assert result.tables["rolls"]["end"].tolist() == ["assigned"]
    kept = 10_000 - 3.479264 - 10_400 - 2.04 + 150
    assert result.curves["equity"][3:].tolist() == [
        near(200 * price + kept) for price in (101, 103, 103)
    ]
    # a written call insures nothing, so that nothing is uncovered
    assert np.isnan(result.curves["cover"]).all()
    assert abs(result.attribution["residual"]) < 1e-9


@pytest.mark.parametrize(("dividend", "moneyness"), [(0.75, 1.0), (0.0, 0.5)])
def test_a_call_with_time_value_or_without_a_dividend_is_left_alone(
    dividend: float, moneyness: float
) -> None:
    # at the money for six weeks at a volatility of 40 % its time value is some 5.4 dollars
    axis = sessions("2024-01-02", 6)
    acts = (Action(axis[3], "dividend", dividend),) if dividend else ()

    def once(now: Session) -> None:
        if not now.fills("call"):
            now.write("call", now.call(days=40, moneyness=moneyness))

    tape = lay({"AAA": [100.0] * 6}, actions={"AAA": acts})
    result = play(once, arrange(tape, shares=200.0, sigma=0.4 if dividend else 0.1))
    assert [line[3] for line in lines(result, "hedge")] == ["trade"]


@pytest.mark.parametrize("gap", [-0.02, 0.02])
def test_assignment_turns_where_the_dividend_is_worth_the_time_that_is_left(gap: float) -> None:
    """The time value is QuantLib's: the call at 90 of a share at 100 that pays nothing known.

    American without dividends is European, so Black's formula: 34 days at 30 % and 4 %.
    """
    axis = sessions("2024-01-02", 6)
    years = (day("2024-02-16") - axis[2]) / 365
    rate = 2 * np.log(1 + 0.04 / 2)
    forward, deviation = 100 * np.exp(rate * years), 0.30 * np.sqrt(years)
    value = ql.blackFormula(ql.Option.Call, 90.0, forward, deviation, float(np.exp(-rate * years)))
    dividend = round(value - 10.0 + gap, 4)

    def once(now: Session) -> None:
        if not now.fills("call"):
            now.write("call", now.call(days=40, moneyness=0.9))

    acts = {"AAA": (Action(axis[3], "dividend", dividend),)}
    tape = lay({"AAA": [100.0] * 6}, actions=acts, rate=0.04)
    result = play(once, arrange(tape, sigma=0.3))
    assert ("assigned" in [code for _, code in noted(result)]) == (gap > 0)


def test_a_special_dividend_that_lowers_the_strike_gives_no_reason_to_exercise() -> None:
    axis = sessions("2024-01-02", 6)

    def once(now: Session) -> None:
        if not now.fills("call"):
            now.write("call", now.call(days=40, moneyness=0.5))

    tape = lay({"AAA": [100.0] * 6}, actions={"AAA": (Action(axis[3], "special", 3.0),)})
    result = play(once, arrange(tape))
    assert [line[3] for line in lines(result, "hedge")] == ["trade", "adjust", "adjust"]
    assert lines(result, "hedge")[-1][2:5] == ("AAA 2024-02-16 C 47", "adjust", -1.0)


# a put spread at expiry


@pytest.mark.parametrize(
    ("last", "paid", "taken"),
    [
        # the bought put at 95 pays, the written one at 80 takes, each with a basis point
        (70.0, 2 * 100 * 25.0, 2 * 100 * 10.0),
        (90.0, 2 * 100 * 5.0, 0.0),
        (100.0, 0.0, 0.0),
    ],
)
def test_a_put_spread_expires_below_between_and_above_its_strikes_to_the_cent(
    last: float, paid: float, taken: float
) -> None:
    def once(now: Session) -> None:
        if not now.fills("put"):
            put, lower = (now.put(days=2, moneyness=m) for m in (0.95, 0.8))
            now.roll("put", put, write={"written": lower})

    tape = lay({"AAA": [100.0, 100.0, 100.0, last, last]}, first="2024-01-16")
    result = play(once, arrange(tape, shares=200.0, costs=COSTS, sigma=0.02))
    bought, written = lines(result, "hedge")[:2]
    # both are worth nothing: bought at 0.04 a share, and sold for nothing
    assert bought[4:6] == (2.0, near(0.0))
    assert bought[6] == near(200 * 0.04 + 1.00 + 0.0937)
    assert written[4:6] == (-2.0, near(0.0))
    assert written[6] == near(1.00 + 0.0937)
    cost = 200 * last * 1e-4
    assert lines(result, "hedge")[2:] == [
        (
            3,
            "hedge/put",
            "AAA 2024-01-19 P 95",
            "expiry",
            -2.0,
            near(paid),
            near(cost if paid else 0.0),
        ),
        (
            3,
            "hedge/written",
            "AAA 2024-01-19 P 80",
            "expiry",
            2.0,
            near(-taken),
            near(cost if taken else 0.0),
        ),
    ]
    spent = 8 + 1.0937 + 1.0937 + (cost if paid else 0.0) + (cost if taken else 0.0)
    assert result.curves["equity"][3] == near(200 * last + paid - taken - spent)
    (floor,) = floors(result)
    assert floor.ends == near(-0.2)
    assert floor.through == (last < 80)
    assert floor.promised == near(-0.05 - spent / 20_000)
    assert floor.held
    if last < 80:
        assert "below which they fell 1 time" in floor_sentence((floor,))


# the call that pays for a put


def test_a_zero_cost_call_beside_a_put_that_costs_nothing_is_the_last_one_with_a_bid() -> None:
    def once(now: Session) -> None:
        if not now.fills("put"):
            call = now.call(days=180, moneyness=1.01, zero_cost=True)
            now.roll("put", now.put(days=180, moneyness=0.1), write={"call": call})

    free = Costs.none()
    made = arrange(lay({"AAA": [100.0] * 3}), costs=free, sigma=0.10)
    fills = simulate(acting(once), made).tables["fills"]
    assert fills["mid"][0] < 1e-9  # a put at a tenth of the price, at a volatility of 10 %
    strike, expiry = float(fills["strike"][1]), date.fromisoformat(str(fills["expiry"][1]))
    years = (day_number(expiry) - int(made.tape.day[1])) / 365

    def value(at: float) -> float:  # Black without dividends, by QuantLib
        return float(ql.blackFormula(ql.Option.Call, at, 100.0, 0.10 * np.sqrt(years)))

    assert value(strike) > 0.009
    assert value(strike + 1.0) < 0.011


@given(level=st.floats(20.0, 600.0), sigma=st.floats(0.15, 0.6))
def test_a_zero_cost_call_is_the_highest_strike_that_pays_for_the_put(
    level: float, sigma: float
) -> None:
    level = round(level, 2)

    def once(now: Session) -> None:
        if not now.fills("put"):
            call = now.call(days=180, moneyness=1.01, zero_cost=True)
            now.roll("put", now.put(days=180, moneyness=0.9), write={"call": call})

    made = arrange(lay({"AAA": [level] * 3}), costs=Costs(), sigma=sigma)
    fills = simulate(acting(once), made).tables["fills"]
    if not len(fills["role"]):
        return  # no strike is listed within a tenth of the price
    put_price = fills["mid"][0] + fills["spread"][0] / 100
    strike, expiry = float(fills["strike"][1]), date.fromisoformat(str(fills["expiry"][1]))
    assert fills["mid"][1] - fills["spread"][1] / 100 >= put_price
    # the next strike of the exchange's grid does not pay: Black without dividends, by QuantLib
    step = 1.0 if strike < 200 else 2.5 if strike < 500 else 5.0
    years = (day_number(expiry) - int(made.tape.day[1])) / 365
    above = ql.blackFormula(ql.Option.Call, strike + step, level, sigma * np.sqrt(years))
    half = Costs().option_half_spread(above)
    assert above - half < put_price + 0.02


def test_a_call_that_cannot_pay_is_written_at_the_lowest_strike_allowed() -> None:
    def once(now: Session) -> None:
        if not now.fills("put"):
            call = now.call(days=30, moneyness=1.4, zero_cost=True)
            now.roll("put", now.put(days=30, moneyness=1.0), write={"call": call})

    fills = play(once, arrange(lay({"AAA": [100.0] * 3}), sigma=0.3)).tables["fills"]
    assert fills["strike"].tolist() == [100.0, 140.0]


# cover and margin

MARCH, JUNE = date(2024, 3, 15), date(2024, 6, 21)


def option(right: str, strike: float, expiry: date = MARCH) -> Option:
    return Option("AAA", "C" if right == "C" else "P", strike, expiry)


def test_shares_cover_calls_and_better_puts_that_last_as_long_cover_puts() -> None:
    call, put, low = option("C", 105.0), option("P", 80.0), option("P", 70.0)
    assert parts([(call, -2.0)], 250.0) == (Part(call, 2.0, covered=True),)
    assert parts([(call, -3.0)], 200.0) == (
        Part(call, 2.0, covered=True),
        Part(call, 1.0, covered=False),
    )
    assert parts([(option("P", 95.0), 2.0), (put, -2.0)], 0.0) == (
        Part(put, 2.0, covered=True, owed=0.0),
    )
    # a lower put leaves the difference of the strikes, 10 · 100
    assert parts([(low, 1.0), (put, -2.0)], 0.0) == (
        Part(put, 1.0, covered=True, owed=1_000.0),
        Part(put, 1.0, covered=False),
    )
    # one that ends before leaves it bare
    assert uncovered([(option("P", 95.0), 1.0), (option("P", 80.0, JUNE), -1.0)], 0.0) == 1.0
    assert uncovered([(call, 1.0), (option("C", 100.0), -1.0)], 0.0) == 0.0


def test_what_an_uncovered_option_needs_is_the_exchange_s_example() -> None:
    """20 % of the shares less what it is out of the money, 10 % at least (FINRA 4210 (f)(2)).

    A call at 105 with the share at 100: 2,000 − 500; at 115: 2,000 − 1,500 is less than 1,000.
    A put at 80: 2,000 − 2,000, so 10 % of its strike, 800.  On an index at 15 %: 1,500 − 500.
    """
    costs = Costs()
    assert required(option("C", 105.0), 100.0, costs) == pytest.approx(1_500.0)
    assert required(option("C", 115.0), 100.0, costs) == pytest.approx(1_000.0)
    assert required(option("P", 80.0), 100.0, costs) == pytest.approx(800.0)
    index = replace(option("C", 105.0), style="european", settle="cash")
    assert required(index, 100.0, costs) == pytest.approx(1_000.0)


def test_a_broker_s_printed_example_of_a_written_put_comes_out() -> None:
    """One put at 200 for 1.20 with the share at 209 needs 3,400 (edeltapro.com, "Margin").

    That is its premium of 120, and 20 % of 20,900 less the 900 that it is out of the money.
    """
    assert required(option("P", 200.0), 209.0, Costs()) + 120.0 == pytest.approx(3_400.0)


def test_a_put_spread_owes_the_difference_of_its_strikes() -> None:
    """Long a put at 120, short one at 125: 500, beside what the bought one cost (same page)."""
    (pair,) = parts([(option("P", 120.0), 1.0), (option("P", 125.0), -1.0)], 0.0)
    assert pair.covered
    assert pair.owed == 500.0


def test_a_written_put_without_cover_is_called_and_bought_back() -> None:
    """100 shares at 10 and 1,500 in cash; ten puts at 15 are written for 5,000."""

    def once(now: Session) -> None:
        if not now.fills("put"):
            now.write("put", now.put(days=30, moneyness=1.5), cover=10.0)

    # ten puts at 15 with the share at 10 owe 5,000 and need 10 · 200: 1,000 + 6,500 − 5,000 is
    # 2,500, which is enough; at 9 they owe 6,000: 900 + 6,500 − 6,000 = 1,400 < 1,800
    tape = lay({"AAA": [10.0, 10.0, 9.0, 9.0, 9.0, 9.0]})
    result = play(once, arrange(tape, cash=1_500.0))
    assert noted(result)[0] == (2, "margin-call")
    assert result.tables["log"]["amount"][0] == pytest.approx(1_800.0 - 1_400.0)
    assert [(line[0], line[4]) for line in lines(result, "hedge")] == [(1, -10.0), (3, 10.0)]


def test_after_a_call_nothing_is_written_without_cover_but_covered_calls_are() -> None:
    def act(now: Session) -> None:
        if not now.fills("put"):
            now.write("put", now.put(days=30, moneyness=1.5), cover=10.0)
        elif now.leg("put") is None and now.number > 3:
            now.write("put", now.put(days=30, moneyness=1.5), cover=10.0)
            if now.leg("call") is None:
                now.write("call", now.call(days=30, moneyness=1.2))

    tape = lay({"AAA": [10.0, 10.0, 9.0, 9.0, 9.0, 9.0, 9.0, 9.0]})
    result = play(act, arrange(tape, cash=1_500.0))
    assert [line[1] for line in lines(result, "hedge") if line[0] > 3] == ["hedge/call"]
    assert "bars writing options" in " ".join(result.log["text"].tolist())


def test_a_covered_call_is_never_called_for_however_far_the_share_rises() -> None:
    def once(now: Session) -> None:
        if not now.fills("call"):
            now.write("call", now.call(days=40, moneyness=1.0))

    tape = lay({"AAA": [100.0, 100.0, 200.0, 400.0, 900.0, 900.0]})
    assert noted(play(once, arrange(tape, sigma=0.3))) == []


def test_a_loan_and_a_covered_call_are_margined_together() -> None:
    """The call written for 5,000 pays for the put of 5,000: there is no loan to be called.

    `test_margin` has the put alone, whose account is called below 6,666.67 of stock.
    """
    result = play(wide_collar, arrange(lay({"AAA": [100.0, 100.0, 67.0, 60.0]}), shares=100.0))
    assert noted(result) == []


@given(
    calls=st.integers(0, 5),
    puts=st.lists(st.tuples(st.sampled_from([70.0, 80.0, 90.0]), st.integers(-3, 3)), max_size=4),
    shares=st.sampled_from([0.0, 150.0, 500.0]),
)
def test_every_written_contract_has_one_kind_of_cover(
    calls: int, puts: list[tuple[float, int]], shares: float
) -> None:
    legs = [(option("P", k), float(q)) for k, q in puts] + [(option("C", 100.0), -float(calls))]
    held: dict[Option, float] = {}
    for item, quantity in legs:
        held[item] = held.get(item, 0.0) + quantity
    found = parts(legs, shares)
    for item, quantity in held.items():
        total = sum(one.contracts for one in found if one.option == item)
        assert total == pytest.approx(max(-quantity, 0.0))


def test_the_books_of_a_put_that_is_sold_to_open_add_up_with_interest() -> None:
    def once(now: Session) -> None:
        if not now.fills("put"):
            now.write("put", now.put(days=30, moneyness=0.95))

    tape = lay({"AAA": [100.0 - k for k in range(20)]}, rate=0.04)
    made = replace(arrange(tape, costs=Costs()), portfolio=Portfolio(shares=100.0, cash=20_000.0))
    result = simulate(acting(once), made)
    assert abs(result.attribution["residual"]) < 1e-9
    worth = result.curves["cash"][-1] + 100 * 81.0 - result.curves["written_options"][-1]
    assert result.curves["equity"][-1] == pytest.approx(worth)


def test_quotes_decide_the_zero_cost_call_where_there_are_some() -> None:
    """The put at 90 is asked at 2.10: the call at 112 is bid 2.15, the one at 114 only 2.05."""
    axis = sessions("2024-01-02", 3)
    expiry = day("2024-02-16")
    rows = [
        ("P", 90.0, 1.90, 2.10),
        ("C", 105.0, 4.00, 4.20),
        ("C", 110.0, 2.60, 2.80),
        ("C", 112.0, 2.15, 2.35),
        ("C", 114.0, 2.05, 2.25),
        ("C", 120.0, 1.00, 1.20),
    ]
    count = len(rows)
    chain = Chain(
        "AAA",
        np.full(count, axis[1], np.int32),
        np.full(count, expiry, np.int32),
        np.array([right == "C" for right, *_ in rows]),
        np.array([row[1] for row in rows]),
        np.array([row[2] for row in rows]),
        np.array([row[3] for row in rows]),
    )

    def once(now: Session) -> None:
        if not now.fills("put"):
            call = now.call(days=40, moneyness=1.05, zero_cost=True)
            now.roll("put", now.put(days=40, moneyness=0.9), write={"call": call})

    tape = lay({"AAA": [100.0] * 3})
    prices, listing = priced_by({"AAA": chain}, tape, lambda _: Constant(0.3), earlier=False)
    made = replace(arrange(tape, costs=Costs()), prices=prices, listing=listing)
    result = simulate(acting(once), made)
    fills = result.tables["fills"]
    assert fills["strike"].tolist() == [90.0, 112.0]
    assert fills["source"].tolist() == ["quote", "quote"]
    assert fills["mid"].tolist() == pytest.approx([2.0, 2.25])
    assert premium_source(result) == {"quote": 1.0, "model": 0.0}
