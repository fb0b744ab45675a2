"""Histories on which other engines lost or made up money, with the prices that were paid.

Closes are those of the exchange as traded, unless a comment says more; one marked "the same" leaves
the value of a share as it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import cache

import numpy as np
import pytest
from tapes import arrange, day, lay, lines, noted, play

import microhedge as mh
from microhedge.calendar import sessions, to_date
from microhedge.costs import Costs
from microhedge.declaration import build
from microhedge.engine import Setup, simulate
from microhedge.hedge import Session
from microhedge.loading import load
from microhedge.market import Market
from microhedge.option_prices import OptionPrices
from microhedge.portfolio import Portfolio
from microhedge.result import Result
from microhedge.sources import bundled
from microhedge.sources.checks import check
from microhedge.tape import Action, Tape
from microhedge.volatility import Constant

# AAPL 4:1 and TSLA 5:1 went ex on Monday, 2020-08-31
BOTH = {
    "AAPL": [506.09, 500.04, 499.23, 129.04, 134.18],
    "TSLA": [2153.17, 2238.75, 2213.40, 498.32, 475.05],
}
RATIO = {"AAPL": 4.0, "TSLA": 5.0}


@cache
def shipped() -> Market:
    return bundled()


def split(when: str, ratio: float) -> tuple[Action, ...]:
    return (Action(day(when), "split", ratio),)


def two_on_one_day(*, applied: bool) -> Result:
    """A put on AAPL and a short of TSLA, through both splits or in a world without any."""

    def act(now: Session) -> None:
        if now.today == date(2020, 8, 26):
            now.roll("put", now.put(days=51, moneyness=1.0))
            now.short("TSLA", value=21_531.70)  # ten shares

    closes = {
        symbol: [c if applied or row < 3 else c * RATIO[symbol] for row, c in enumerate(column)]
        for symbol, column in BOTH.items()
    }
    acts = {symbol: split("2020-08-31", ratio) for symbol, ratio in RATIO.items()}
    tape = lay(closes, first="2020-08-26", actions=acts if applied else {})
    return play(act, arrange(tape, holding="AAPL", cash=50_000.0, sigma=0.45))


def test_two_splits_of_one_day_each_change_their_own_contracts_and_shares() -> None:
    result = two_on_one_day(applied=True)
    old, new = "AAPL 2020-10-16 P 500", "AAPL 2020-10-16 P 125"
    assert sorted(line for line in lines(result) if line[0] == 3) == [
        (3, "hedge/TSLA", "TSLA", "split", -40.0, 0.0, 0.0),
        (3, "hedge/put", new, "adjust", 4.0, 0.0, 0.0),
        (3, "hedge/put", old, "adjust", -1.0, 0.0, 0.0),
        (3, "holding", "AAPL", "split", 300.0, 0.0, 0.0),
    ]
    assert noted(result) == [(3, "adjusted")]
    assert result.attribution["residual"] == pytest.approx(0.0, abs=1e-9)


def test_two_splits_of_one_day_are_worth_nothing_and_cost_nothing() -> None:
    # 500 / 4 is a strike to the cent, so that nothing is rounded
    through, without = two_on_one_day(applied=True), two_on_one_day(applied=False)
    np.testing.assert_allclose(through.curves["equity"], without.curves["equity"], rtol=1e-12)
    np.testing.assert_allclose(through.returns, without.returns, atol=1e-12)


@pytest.mark.parametrize(
    ("symbol", "first", "closes", "ratio", "old", "new"),
    [
        pytest.param(
            *("AAPL", "2014-06-05", [647.35, 645.57, 93.70], 7.0),
            *((1.0, "2014-07-18 P 645"), (7.0, "2014-07-18 P 92.14")),
            id="AAPL-7:1",
        ),
        pytest.param(
            *("NVDA", "2024-06-06", [1209.98, 1208.88, 121.79], 10.0),
            *((1.0, "2024-07-19 P 1205"), (10.0, "2024-07-19 P 120.5")),
            id="NVDA-10:1",
        ),
        # 12.95 was the last close before it; the same: 12.95 · 8
        pytest.param(
            *("GE", "2021-07-29", [12.95, 12.95, 103.60], 0.125),
            *((1.0, "2021-09-17 P 12"), (1.0, "2021-09-17 P 12 (delivers 12.5)")),
            id="GE-1:8",
        ),
        # a fund at 24 that parts with real estate, booked as 1231:1000; the same: 24 / 1.231
        pytest.param(
            *("XLF", "2016-09-15", [24.00, 24.00, 24.00 / 1.231], 1.231),
            *((1.0, "2016-10-21 P 24"), (1.0, "2016-10-21 P 24 (delivers 123.1)")),
            id="XLF-1231:1000",
        ),
    ],
)
def test_a_put_through_a_split_of_the_record_becomes_the_contract_that_was_listed(
    symbol: str,
    first: str,
    closes: Sequence[float],
    ratio: float,
    old: tuple[float, str],
    new: tuple[float, str],
) -> None:
    def act(now: Session) -> None:
        if not now.fills("put"):
            now.roll("put", now.put(days=45, moneyness=1.0))

    tape = lay({symbol: closes}, first=first)
    tape = replace(tape, actions={symbol: (Action(int(tape.day[2]), "split", ratio),)})
    result = play(act, arrange(tape, holding=symbol, sigma=0.4))
    assert [line[2:5] for line in lines(result, "hedge")] == [
        (f"{symbol} {old[1]}", "trade", old[0]),
        (f"{symbol} {old[1]}", "adjust", -old[0]),
        (f"{symbol} {new[1]}", "adjust", new[0]),
    ]
    shares = [line[4] for line in lines(result, "holding") if line[3] == "split"]
    assert shares == [pytest.approx(100.0 * (ratio - 1.0))]


def test_a_strike_is_held_against_the_price_of_the_day_whatever_is_paid_and_split_later() -> None:
    """A put at 80 on a share at 82; a dividend of 12 and a 2:1 split come after its expiry.

    Adjusted for both, the share stood at 35 all the time: the put would seem to pay 45.
    """

    def act(now: Session) -> None:
        if now.today == date(2024, 1, 16):
            now.roll("put", now.put(days=2, moneyness=80 / 82))

    tape = lay(
        {"AAA": [82.0] * 5 + [70.0, 35.0]},
        first="2024-01-16",
        actions={
            "AAA": (
                Action(day("2024-01-23"), "dividend", 12.0),
                Action(day("2024-01-24"), "split", 2.0),
            )
        },
    )
    result = play(act, arrange(tape))
    assert lines(result, "hedge")[-1] == (
        3,
        "hedge/put",
        "AAA 2024-01-19 P 80",
        "expiry",
        -1.0,
        0,
        0,
    )
    premium = -lines(result, "hedge")[0][5]
    assert 0.0 <= premium < 1.0  # 82 is far above it for two days at 10 % a year
    assert result.curves["equity"][-1] == pytest.approx(8_200.0 - premium)


# KO 2:1, ex on Monday, 2012-08-13, after a close of 78.79


@cache
def coke(*, traded: bool, recorded: bool = True) -> Market:
    """KO and PEP; KO adjusted, as it ships, or at the level at which it traded."""
    adjusted, peer = (shipped().series(symbol, "total_return") for symbol in ("KO", "PEP"))
    assert adjusted is not None
    assert peer is not None
    if not traded:
        return Market([adjusted, peer], shipped().references)
    level = scale() * adjusted.close
    later = adjusted.day >= day("2012-08-13")
    actions = split("2012-08-13", 2.0) if recorded else ()
    as_traded = replace(
        adjusted, basis="raw", close=np.where(later, level / 2.0, level), actions=actions
    )
    return Market([as_traded, peer], shipped().references)


def scale() -> float:
    adjusted = shipped().series("KO", "total_return")
    assert adjusted is not None
    return 78.79 / float(adjusted.close[np.searchsorted(adjusted.day, day("2012-08-10"))])


def pair(market: Market, holding: str, peer: str, shares: float) -> tuple[Result, Tape]:
    hedge = build(load("pair-short"), {"holding": holding, "peer": peer})
    start, end = date(2012, 1, 3), date(2013, 12, 31)
    tape = market.tape([holding, peer], warmup=504, start=start, end=end)
    made = Setup(
        tape=tape,
        holding=holding,
        portfolio=Portfolio(shares=shares, cash=1e9),
        prices=OptionPrices(tape, lambda _: Constant(0.2)),
        costs=Costs.none(),
    )
    return simulate(hedge, made), tape


def traded_on(result: Result) -> list[date]:
    rows = result.tables["fills"]
    return [to_date(int(result.day[row])) for row in rows["session"].tolist()]


@pytest.mark.parametrize(("holding", "peer"), [("KO", "PEP"), ("PEP", "KO")])
def test_the_split_of_coca_cola_makes_no_signal(holding: str, peer: str) -> None:
    # so many shares that whole ones and fractions are the same
    count = 1e6
    mine = count * scale() if holding == "KO" else count
    traded, tape = pair(coke(traded=True), holding, peer, count)
    adjusted, _ = pair(coke(traded=False), holding, peer, mine)
    row = tape.dates.index(date(2012, 8, 13))
    assert tape.close["KO"][row] / tape.close["KO"][row - 1] == pytest.approx(0.5, abs=0.002)
    assert tape.returns("KO")[row] == pytest.approx(-0.0024, abs=5e-5)
    for name in (f"beta/{peer}", "r_squared"):
        found = traded.tables["premises"][name]
        assert found == pytest.approx(adjusted.tables["premises"][name], rel=1e-9)
    assert traded_on(traded) == traded_on(adjusted)
    assert date(2012, 8, 13) not in traded_on(traded)
    assert traded.returns == pytest.approx(adjusted.returns, abs=1e-6)
    at = row - tape.begin
    happened = [line[1:4] for line in lines(traded) if line[0] == at]
    account = "holding" if holding == "KO" else "hedge/KO"
    assert happened == [(account, "KO", "split")]


def test_the_split_of_coca_cola_without_its_record_is_found() -> None:
    (found,) = (f for f in check(coke(traded=True, recorded=False)) if f.code == "suspected-split")
    assert (found.symbol, found.day) == ("KO", date(2012, 8, 13))
    assert not [f for f in check(coke(traded=True)) if f.code == "suspected-split"]


# FB was called META from Thursday, 2022-06-09: 196.64 the day before, 184.00 on the day


def test_a_new_symbol_leaves_no_gap_and_no_jump_in_the_shipped_history() -> None:
    meta = shipped().series("META", "raw")
    assert meta is not None
    first, last = day("2022-06-01"), day("2022-06-30")
    inside = (meta.day >= first) & (meta.day <= last)
    assert meta.day[inside].tolist() == sessions(first, last).tolist()
    assert meta.actions == ()
    tape = shipped().tape(["META", "SPX"], start=date(2022, 6, 1), end=date(2022, 7, 1), warmup=1)
    row = tape.dates.index(date(2022, 6, 9))
    assert tape.returns("META")[row] == pytest.approx(184.00 / 196.64 - 1.0, rel=1e-12)


def test_a_put_is_held_through_a_change_of_its_symbol() -> None:
    hedge = build(load("protective-put"), {"holding": "META", "tranches": 1})
    tape = shipped().tape(["META", "SPX"], start=date(2022, 5, 2), end=date(2022, 7, 1), warmup=252)
    made = replace(arrange(tape, holding="META", shares=1000.0), costs=Costs())
    result = simulate(hedge, made)
    row = tape.dates.index(date(2022, 6, 9)) - tape.begin
    assert not [line for line in lines(result) if line[0] == row]
    (held,) = (name for name in result.curves if name.startswith("value/hedge/"))
    assert result.curves[held][row - 1 : row + 1].min() > 0.0
    assert not [line for line in lines(result) if line[3] in {"adjust", "split"}]


# a number of one hedge is the same whatever else was run


def test_a_hedge_has_the_same_numbers_alone_and_beside_others() -> None:
    asked = [("pair-short", {"peer": "CVX"}), ("index-short", {}), ("treasury-long", {})]
    hedges = [build(load(name), {"holding": "XOM", **more}) for name, more in asked]
    market = mh.data.with_bonds(shipped())
    account, start, end = mh.Portfolio(value=1e5), date(2008, 1, 2), date(2009, 12, 31)
    alone, beside = (
        mh.compare(some, market, account, start=start, end=end) for some in (hedges[:1], hedges)
    )
    # the others bring other sessions before the window, and so other last bits
    mine, theirs = (found.hedges[0].stats for found in (alone, beside))
    assert mine.keys() == theirs.keys()
    for name, value in mine.items():
        assert value == (theirs[name] if value is None else pytest.approx(theirs[name], rel=1e-9))
    assert alone.hedges[0].returns == pytest.approx(beside.hedges[0].returns, abs=1e-12)
