"""Futures in the books: hand-worked ledgers, the carry that is left, margin, splits and ends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from math import exp
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tapes import FREE, arrange, day, lay, lines, noted, play

from microhedge.costs import Costs
from microhedge.errors import ParameterError
from microhedge.hedge import Session
from microhedge.tape import Action, Floats

RATE = 0.04
YIELD = 2.0 * (exp(RATE / 2.0) - 1.0)  # bond-equivalent, which is 4 % continuous
# cash that is never negative earns nothing, so that the future alone carries
COSTS = replace(Costs(), credit_spread=0.05)
FREE_OF_INTEREST = replace(FREE, credit_spread=1.0)


def near(money: float) -> Any:
    """The same to a millionth of money, however large it is."""
    return pytest.approx(money, abs=1e-6)


def one_to_one(now: Session) -> None:
    now.future("AAA", value=-now.value)


def once(**asked: Any) -> Callable[[Session], None]:
    """Ask for a future on the first evening, and sleep for ever."""

    def act(now: Session) -> None:
        if now.number == 0:
            now.future(**asked)
        now.sleep_until(date(2100, 1, 1))

    return act


def test_a_short_future_over_a_roll_to_the_cent() -> None:
    """Ten contracts on 1,000 shares at 4 %, from Wednesday 6 to Monday 11 March 2024.

    The contract of 15 March is left at the close of 8 March, five sessions before its end, for
    that of 21 June. F = S·e^(0.04·days/365):

    | close of | spot | days | March     | days | June       |
    |----------|------|------|-----------|------|------------|
    | 6 March  | 100  | 9    | 100.098679|      |            |
    | 7 March  | 101  | 8    | 101.088587|      |            |
    | 8 March  | 99   | 7    | 99.075974 | 105  | 100.145757 |
    | 11 March | 98   |      |           | 102  | 99.101597  |

    Settlement on −1,000 shares: −989.907980, +2,012.612429 and, in June's, +1,044.160011. Each
    trade costs 2.25 a contract and 1 bp of the spot a share: 22.50 + 10.00 at 100, 22.50 + 9.90
    twice at 99.
    """
    tape = lay({"AAA": [100.0, 100.0, 101.0, 99.0, 98.0]}, first="2024-03-05", rate=YIELD)
    result = play(one_to_one, arrange(tape, shares=1_000.0, cash=10_000.0, costs=COSTS))
    march, june = "AAA 2024-03-15 future of 100", "AAA 2024-06-21 future of 100"
    leg = "hedge/AAA future"
    assert lines(result, "hedge") == [
        (1, leg, march, "trade", -10.0, 0.0, near(22.50 + 10.00)),
        (2, leg, march, "variation", 0.0, near(-989.907980), 0.0),
        (3, leg, march, "variation", 0.0, near(2_012.612429), 0.0),
        (3, leg, march, "trade", 10.0, 0.0, near(22.50 + 9.90)),
        (3, leg, june, "trade", -10.0, 0.0, near(22.50 + 9.90)),
        (4, leg, june, "variation", 0.0, near(1_044.160011), 0.0),
    ]
    # 98,000 of shares, 10,000 of cash and what was settled, 2,066.864461, less 97.30
    assert result.curves["equity"].tolist()[-1] == near(98_000 + 10_000 + 2_066.864461 - 97.30)
    parts = result.attribution
    assert parts["legs"] == {"AAA future": near(2_066.864461)}
    assert (parts["holding"], parts["costs"]) == (near(-2_000.0), near(-97.30))
    assert parts["residual"] == near(0.0)
    # what it stands for is no part of its value
    assert result.curves["notional/hedge/AAA future"].tolist() == [
        0.0,
        *map(near, (-100_098.678793, -101_088.586772, -100_145.757469, -99_101.597458)),
    ]
    assert not result.curves["value/hedge/AAA future"].any()
    fills = result.tables["fills"]
    assert fills["mid"].tolist() == [*map(near, (100.098678793, 99.075974343, 100.145757469))]
    assert (set(fills["source"]), set(fills["right"])) == ({"model"}, {""})
    assert fills["multiplier"].tolist() == [100.0] * 3
    assert np.nanmax(result.curves["cover"]) == 1.0


def test_fifty_points_of_a_large_index_contract_are_two_and_a_half_thousand() -> None:
    """Short one contract of 50 a point from 3,000 to 2,950, without any carry: +2,500 that day."""
    tape = lay(
        {"AAA": [100.0] * 4, "SPX": [3_000.0, 3_000.0, 2_950.0, 2_950.0]},
        basis={"SPX": "price_index"},
    )
    act = once(symbol="SPX", value=-150_000.0, multiplier=50.0)
    result = play(act, arrange(tape, cash=50_000.0, costs=Costs()))
    # half a tick of 0.25 on 50 a point, and 2.25
    assert [line[3:] for line in lines(result, "hedge")] == [
        ("trade", -1.0, 0.0, near(0.125 * 50 + 2.25)),
        ("variation", 0.0, near(2_500.0), 0.0),
    ]
    assert noted(result) == []


walks = st.integers(0, 2**32 - 1).map(
    lambda seed: np.exp(np.random.default_rng(seed).normal(0, 0.03, 140).cumsum()) * 80.0
)


@settings(max_examples=25, deadline=None)
@given(walk=walks, rate=st.sampled_from([0.0, 0.01, RATE, 0.10]))
def test_shares_with_a_short_future_on_them_earn_the_carry_and_nothing_else(
    walk: Floats, rate: float
) -> None:
    """Held to its end a short future loses S(T) − F(t), so that S(t)·(e^rT − 1) is left."""
    tape = lay({"AAA": walk.tolist()}, rate=2.0 * (exp(rate / 2.0) - 1.0))

    def to_the_end(now: Session) -> None:
        now.future("AAA", value=-now.value, roll=0)

    setup = arrange(tape, shares=500.0, cash=1e6, costs=FREE_OF_INTEREST)
    result = play(to_the_end, setup)
    # opened on 2024-01-03, then at the ends of March and June
    opened, march, june = (
        tape.dates.index(date(2024, *when)) for when in ((1, 3), (3, 15), (6, 21))
    )
    left = sum(
        500.0 * walk[a] * (exp(rate * (int(tape.day[b]) - int(tape.day[a])) / 365.0) - 1.0)
        for a, b in ((opened, march), (march, june))
    )
    equity = result.curves["equity"]
    assert equity[june] - equity[opened] == pytest.approx(left, abs=1e-6)
    assert [line[0] for line in lines(result) if line[3] == "expiry"] == [march, june]


def test_every_dividend_expected_before_its_end_is_left_out_of_the_price() -> None:
    """0.60 on 1 and 29 February, so again on 28 March and every 28 days, is known on 29 February.

    On 1 March, 112 days before the end in June, F = 50·e^(r·T) − Σ 0.60·e^(r·(T − t)).
    """
    tape = lay({"AAA": [50.0] * 140}, rate=YIELD)
    paid = tuple(
        Action(day(when), "dividend", 0.60) for when in ("2024-02-01", "2024-02-29", "2024-03-28")
    )
    tape = replace(tape, actions={"AAA": paid}, begin=tape.dates.index(date(2024, 2, 29)))

    def second_quarter(now: Session) -> None:
        now.future("AAA", value=-now.value, roll=15)

    result = play(second_quarter, arrange(tape, shares=100.0, cash=1e5, costs=FREE_OF_INTEREST))
    first = result.tables["fills"]
    assert first["instrument"][0] == "AAA 2024-06-21 future of 100"
    ahead = [27, 55, 83, 111]
    forward = 50 * exp(RATE * 112 / 365) - sum(0.60 * exp(RATE * (112 - t) / 365) for t in ahead)
    assert first["mid"][0] == pytest.approx(forward, abs=1e-9)


def test_what_trades_at_the_open_is_settled_at_the_close_of_the_same_session() -> None:
    """Sold at an open of 102, settled at 100; bought back at an open of 97, 3 below the close."""
    tape = lay({"AAA": [100.0, 100.0, 100.0, 99.0]}, opens={"AAA": [100.0, 102.0, 97.0, 99.0]})

    def in_and_out(now: Session) -> None:
        now.future("AAA", value=-now.value if now.number == 0 else 0.0)

    result = play(in_and_out, arrange(tape, fill="next_open"))
    assert [(line[0], *line[3:6]) for line in lines(result, "hedge")] == [
        (1, "trade", -1.0, 0.0),
        (1, "variation", 0.0, 200.0),
        (2, "variation", 0.0, 300.0),
        (2, "trade", 1.0, 0.0),
    ]


def test_a_change_of_size_settles_the_old_contracts_alone() -> None:
    tape = lay({"AAA": [100.0, 100.0, 104.0, 103.0, 103.0]})

    def growing(now: Session) -> None:
        now.future("AAA", value=-now.value * (1 if now.number < 2 else 3), band=0.5)

    result = play(growing, arrange(tape))
    assert [(line[0], *line[3:6]) for line in lines(result, "hedge")] == [
        (1, "trade", -1.0, 0.0),
        (2, "variation", 0.0, -400.0),
        (3, "variation", 0.0, 100.0),
        (3, "trade", -2.0, 0.0),
    ]


@pytest.mark.parametrize(
    ("ratio", "contracts", "multiplier"),
    [(3.0, -6.0, 100.0), (1.5, -2.0, 150.0), (0.1, -2.0, 10.0)],
)
def test_a_split_changes_the_contract_and_moves_no_money(
    ratio: float, contracts: float, multiplier: float
) -> None:
    closes = [90.0, 90.0, 90.0 / ratio, 90.0 / ratio + 1.0]
    split = (Action(day("2024-01-04"), "split", ratio),)
    tape = lay({"AAA": closes}, actions={"AAA": split})
    act = once(symbol="AAA", value=-18_000.0)
    result = play(act, arrange(tape, shares=200.0))
    new = f"AAA 2024-03-15 future of {multiplier:g}"
    assert [(line[0], *line[2:6]) for line in lines(result, "hedge")][1:] == [
        (2, "AAA 2024-03-15 future of 100", "adjust", 2.0, 0.0),
        (2, new, "adjust", contracts, 0.0),
        (3, new, "variation", 0.0, near(-200.0 * ratio)),
    ]
    assert noted(result) == [(2, "adjusted")]
    assert result.curves["cover"][1:].tolist() == [pytest.approx(1.0)] * 3
    assert result.curves["equity"].tolist() == [pytest.approx(18_000.0)] * 4


@pytest.mark.parametrize(
    ("year", "amount", "moved"), [(2024, 3.00, 0.0), (2024, 0.10, 10.0), (2004, 3.00, 300.0)]
)
def test_a_special_dividend_moves_no_money_where_options_are_adjusted_for_it(
    year: int, amount: float, moved: float
) -> None:
    """3.00 of 100 is above 12.5 cents, which adjusts since 2009, and below a tenth of the price."""
    tape = lay({"AAA": [100.0, 100.0, 100.0 - amount, 100.0 - amount]}, first=f"{year}-01-05")
    special = Action(int(tape.day[2]), "special", amount)
    tape = replace(tape, actions={"AAA": (special,)})
    result = play(once(symbol="AAA", value=-10_000.0), arrange(tape))
    assert sum(line[5] for line in lines(result, "hedge")) == near(moved)
    assert noted(result) == ([(2, "adjusted")] if moved == 0.0 else [])
    # where the contract was adjusted the pair is worth what it was
    assert result.curves["equity"][-1] == near(10_000 + moved)


def test_a_future_that_nobody_rolls_ends_at_the_spot_and_wakes_the_hedge() -> None:
    walk = [100.0 + row % 5 for row in range(60)]
    tape = lay({"AAA": walk}, rate=YIELD)
    result = play(once(symbol="AAA", value=-10_000.0), arrange(tape))
    end = tape.dates.index(date(2024, 3, 15))
    assert [line[3] for line in lines(result, "hedge") if line[0] == end] == ["variation", "expiry"]
    assert noted(result) == [(end, "expired")]
    years = (day("2024-03-15") - day("2024-01-03")) / 365
    paid = sum(line[5] for line in lines(result, "hedge"))
    assert paid == near(100 * (walk[1] * exp(RATE * years) - walk[end]))


def test_a_margin_call_closes_the_future_and_bars_a_new_one_for_21_sessions() -> None:
    """Four contracts short on a share that rises from 50 to 60 take 4,000 from 10,000.

    Needed are 20 % of 24,000 and a third of the loan: 4,800 + 1,333.33 against 6,000 of equity.
    The rise of 9.50 before it needed 4,760 + 1,266.67, against 6,200.
    """
    other = [50.0, 50.0, 59.5, *[60.0] * 30]
    tape = lay({"AAA": [100.0] * 33, "BBB": other})

    def lasting(now: Session) -> None:
        if now.leg("BBB future") is None:
            now.future("BBB", value=-20_000.0)

    result = play(lasting, arrange(tape))
    calls = result.tables["log"]
    assert (calls["session"][0], calls["code"][0]) == (3, "margin-call")
    assert calls["amount"][0] == pytest.approx(4_800 + 4_000 / 3 - 6_000)
    trades = [(line[0], line[4]) for line in lines(result, "hedge") if line[3] == "trade"]
    assert trades == [(1, -4.0), (4, 4.0), (25, -3.0)]
    assert "a margin call bars new futures for a month" in calls["text"][1]
    # what the broker closed is wanted still, and not covered
    assert result.curves["cover"][1:6].tolist() == [1.0, 1.0, 1.0, 0.0, 0.0]


@pytest.mark.parametrize(
    ("shares", "contracts"), [(49, 0), (51, 1), (149, 1), (150, 1), (151, 2), (250, 2), (1_050, 10)]
)
def test_contracts_are_the_nearest_whole_number_and_halves_stay_unhedged(
    shares: float, contracts: float
) -> None:
    tape = lay({"AAA": [33.3] * 4})
    result = play(one_to_one, arrange(tape, shares=float(shares)))
    assert sum(line[4] for line in lines(result, "hedge")) == -contracts
    assert noted(result) == ([] if contracts else [(1, "no-contracts")])
    assert result.curves["cover"][-1] == pytest.approx(100 * contracts / shares)


def test_an_index_may_be_held_in_fractions() -> None:
    tape = lay({"AAA": [100.0] * 4, "SPX": [4_000.0] * 4}, basis={"SPX": "price_index"})
    act = once(symbol="SPX", value=-5_000.0, fractional=True)
    result = play(act, arrange(tape))
    assert [line[4] for line in lines(result, "hedge")] == [-0.25]


def test_a_long_future_and_the_contracts_of_every_month() -> None:
    tape = lay({"AAA": [100.0 + row for row in range(30)]})
    result = play(once(symbol="AAA", value=20_000.0, months=1), arrange(tape))
    assert lines(result, "hedge")[0][2:5] == ("AAA 2024-01-19 future of 100", "trade", 2.0)
    assert lines(result, "hedge")[1][5] == 200.0


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"value": float("nan")}, "the value is a number, negative to be short"),
        ({"roll": 16}, "with roll 16: it is replaced 0 to 15 sessions before its expiry"),
        ({"months": 2}, "with months 2: contracts are 3 or 1 apart"),
        ({"fractional": True}, "in fractions: only an index has them; a share has whole contracts"),
        ({"multiplier": -1.0}, "multiplier was -1.0; it must be a number above 0"),
    ],
)
def test_what_no_contract_can_be_is_refused(asked: dict[str, Any], said: str) -> None:
    tape = lay({"AAA": [100.0] * 3})
    with pytest.raises(ParameterError, match=said):
        play(once(**{"symbol": "AAA", "value": -1_000.0, **asked}), arrange(tape))
