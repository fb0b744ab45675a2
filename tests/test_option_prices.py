"""Model prices on a tape: the inputs they get, and that no row knows a later one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from math import erf, exp, log, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tapes import day, lay, sessions

from microhedge.errors import AdjustedSeries, UnknownSymbol
from microhedge.instruments import Option
from microhedge.option_prices import OptionPrices
from microhedge.tape import Action, Tape
from microhedge.volatility import Constant, VolModel

TREE = 1.5e-2  # a tree of 51 steps against printed values, per share


def bond_yield(continuous: float) -> float:
    """The yield with two coupons a year that compounds to a continuous rate."""
    return 2 * (exp(continuous / 2) - 1)


def priced(tape: Tape, sigma: float) -> OptionPrices:
    return OptionPrices(tape, lambda _: Constant(sigma))


def after(days: int, *, first: str = "2024-01-02") -> date:
    return date.fromordinal(date.fromisoformat(first).toordinal() + days)


def normal(x: float) -> float:
    return (1 + erf(x / sqrt(2))) / 2


def european_put(spot: float, strike: float, years: float, r: float, q: float, v: float) -> float:
    """Merton 1973, written out."""
    d1 = (log(spot / strike) + (r - q + v * v / 2) * years) / (v * sqrt(years))
    d2 = d1 - v * sqrt(years)
    return strike * exp(-r * years) * normal(-d2) - spot * exp(-q * years) * normal(-d1)


def test_hull_s_american_put_is_4_283() -> None:
    # Hull, Options, Futures and Other Derivatives: S = K = 50, r = 10 %, sigma = 40 %, five months
    tape = lay({"AAA": [50.0, 50.0]}, rate=bond_yield(0.10))
    put = Option("AAA", "P", 50.0, after(152))
    assert priced(tape, 0.40).quote(put, 0, "close").mid == pytest.approx(4.283, abs=TREE)


def test_a_call_without_dividends_is_worth_the_european_one() -> None:
    # S = K = 100, a year, 25 %, 5 %: 12.335999 by Black, Scholes and Merton
    tape = lay({"AAA": [100.0, 100.0]}, rate=bond_yield(0.05))
    call = Option("AAA", "C", 100.0, after(365))
    prices = priced(tape, 0.25)
    assert prices.quote(call, 0, "close").mid == pytest.approx(12.335999, abs=TREE)
    # N(d1), d1 = (0.05 + 0.25² / 2) / 0.25 = 0.325
    assert prices.delta(call, 0) == pytest.approx(normal(0.325), abs=2e-3)


def test_a_put_far_in_the_money_is_worth_its_exercise() -> None:
    # strike 120 at 100, six months at 6 %: 20 exactly, where the European put is 17.55
    tape = lay({"AAA": [100.0, 100.0]}, rate=bond_yield(0.06))
    put = Option("AAA", "P", 120.0, after(182))
    assert priced(tape, 0.20).quote(put, 0, "close").mid == pytest.approx(20.0, abs=1e-12)
    assert priced(tape, 0.20).delta(put, 0) == pytest.approx(-1.0, abs=1e-9)


def test_a_dividend_that_is_expected_makes_a_put_dearer() -> None:
    # ex-days 2023-11-18 and 2024-01-02 are 45 days apart, the next is 45 days ahead: case of a
    # finite-difference model, S = K = 100, 90 days, 25 %, 5 %, 1.00 at 45 days: 4.9143
    paid = (Action(day("2023-11-18"), "dividend", 1.0), Action(day("2024-01-02"), "dividend", 1.0))
    put = Option("AAA", "P", 100.0, after(89))
    with_dividend = lay({"AAA": [100.0, 100.0]}, actions={"AAA": paid}, rate=bond_yield(0.05))
    plain = lay({"AAA": [100.0, 100.0]}, rate=bond_yield(0.05))
    much = priced(with_dividend, 0.25).quote(put, 0, "close").mid
    assert much > priced(plain, 0.25).quote(put, 0, "close").mid + 0.30
    # one day less to expiry than in the case costs about theta, 4.9143 / (2 · 90)
    assert much == pytest.approx(4.9143 * (1 - 1 / 180), abs=TREE)


def test_an_index_put_is_a_european_one_on_an_index_that_pays_its_yield() -> None:
    tape = lay(
        {"SPX": [4_000.0, 4_000.0]},
        basis={"SPX": "price_index"},
        rate=bond_yield(0.03),
        index_dividend=0.0195,
    )
    put = Option("SPX", "P", 3_600.0, after(182), style="european", settle="cash")
    want = european_put(4_000.0, 3_600.0, 182 / 365, 0.03, 0.0195, 0.20)
    assert priced(tape, 0.20).quote(put, 0, "close").mid == pytest.approx(want, rel=1e-9)


def test_a_contract_that_delivers_ten_shares_is_priced_per_hundredth_of_it() -> None:
    # ten shares at 400 against 100 · 45 are a hundred shares at 40 against 100 · 45
    tape = lay({"AAA": [400.0, 410.0], "BBB": [40.0, 41.0]}, rate=0.05)
    odd = Option("AAA", "P", 45.0, after(91), deliverable=10.0)
    plain = Option("BBB", "P", 45.0, after(91))
    prices = priced(tape, 0.30)
    assert prices.quote(odd, 0, "close").mid == pytest.approx(
        prices.quote(plain, 0, "close").mid, rel=1e-12
    )
    assert prices.delta(odd, 0) == pytest.approx(prices.delta(plain, 0) / 10, rel=1e-9)


def test_such_a_contract_is_owed_the_dividends_of_the_shares_that_it_delivers() -> None:
    # 5.00 on each of ten shares at 400 is 0.50 on each of a hundred at 40
    ex = day("2024-01-02")
    tape = lay(
        {"AAA": [400.0, 400.0], "BBB": [40.0, 40.0]},
        actions={
            "AAA": (Action(ex - 45, "dividend", 5.0), Action(ex, "dividend", 5.0)),
            "BBB": (Action(ex - 45, "dividend", 0.5), Action(ex, "dividend", 0.5)),
        },
    )
    odd = Option("AAA", "P", 42.0, after(91), deliverable=10.0)
    plain = Option("BBB", "P", 42.0, after(91))
    prices = priced(tape, 0.30)
    assert prices.quote(odd, 0, "close").mid == pytest.approx(
        prices.quote(plain, 0, "close").mid, rel=1e-12
    )


def test_on_the_day_of_expiry_an_option_is_worth_its_payoff() -> None:
    closes = [100.0, 96.0, 93.0, 91.5]
    tape = lay({"AAA": closes}, first="2024-01-16")  # to Friday 2024-01-19
    put = Option("AAA", "P", 95.0, date(2024, 1, 19))
    life = priced(tape, 0.30).life(put, 0)
    assert len(life.mid) == 4
    assert life.mid[-1] == pytest.approx(3.5, abs=1e-12)
    assert priced(tape, 0.30).quote(replace(put, right="C"), 3, "close").mid == 0.0


def test_a_quote_names_the_inputs_of_its_price() -> None:
    tape = lay({"AAA": [100.0, 98.0]}, opens={"AAA": [99.0, 97.0]}, rate=[0.05, 0.04])
    put = Option("AAA", "P", 95.0, after(91))
    close = priced(tape, 0.30).quote(put, 1, "close")
    assert (close.spot, close.volatility) == (98.0, 0.30)
    assert close.rate == pytest.approx(2 * log(1.02), rel=1e-15)


def test_an_option_at_the_open_has_today_s_open_and_yesterday_s_rate() -> None:
    # the same put on a tape whose close is that open and whose rate is that rate
    tape = lay({"AAA": [100.0, 98.0]}, opens={"AAA": [99.0, 97.0]}, rate=[0.05, 0.04])
    other = lay({"AAA": [100.0, 97.0]}, rate=[0.05, 0.05])
    put = Option("AAA", "P", 95.0, after(91))
    opened = priced(tape, 0.30).quote(put, 1, "open")
    assert opened.mid == priced(other, 0.30).quote(put, 1, "close").mid
    assert opened.spot == 97.0
    assert opened.rate == pytest.approx(2 * log(1.025), rel=1e-15)


def test_adjusted_prices_have_no_options() -> None:
    tape = lay({"AAA": [100.0, 98.0]}, basis={"AAA": "total_return"})
    with pytest.raises(AdjustedSeries, match="AAA has only adjusted ones from 2024-01-02"):
        priced(tape, 0.30).model("AAA")
    with pytest.raises(UnknownSymbol):
        priced(tape, 0.30).model("AAB")


def test_the_model_of_an_underlying_is_chosen_once() -> None:
    chosen: list[str] = []

    def choose(symbol: str) -> VolModel:
        chosen.append(symbol)
        return Constant(0.3)

    tape = lay({"AAA": [100.0, 98.0], "BBB": [100.0, 98.0]})
    prices = OptionPrices(tape, choose)
    for symbol in ("AAA", "BBB", "AAA"):
        prices.quote(Option(symbol, "P", 95.0, after(91)), 0, "close")
    assert chosen == ["AAA", "BBB"]
    assert list(prices.models) == ["AAA", "BBB"]
    # another tape of the same sessions keeps the choice
    moved = prices.on(tape.with_rate_shift(0.01))
    moved.quote(Option("AAA", "P", 95.0, after(91)), 0, "close")
    assert chosen == ["AAA", "BBB"]


def test_a_contract_settles_once_its_expiry_has_come_at_the_last_close_before_a_hole() -> None:
    # the tape lacks Friday 2024-01-19: what expires then is settled on Monday, at Thursday's 98
    days = [each for each in sessions("2024-01-16", 6) if each != day("2024-01-19")]
    prices = priced(lay({"AAA": [100.0, 99.0, 98.0, 70.0, 71.0]}, days=days), 0.3)
    friday, monday, june = (
        Option("AAA", "P", 105.0, date.fromisoformat(text))
        for text in ("2024-01-19", "2024-01-22", "2024-06-21")
    )
    assert [prices.last_row(each) for each in (friday, monday, june)] == [3, 3, 5]
    assert prices.settlement_spot(friday) == 98.0
    assert prices.settlement_spot(monday) == 70.0
    marks = prices.life(friday, 0).mid
    assert len(marks) == 4
    # on Thursday it has a day to live; on Monday it is worth 105 − 98
    assert marks[3] == pytest.approx(7.0, abs=1e-12)
    assert marks[2] >= 7.0
    assert len(prices.life(june, 0).mid) == 5


# no row knows a later one, nor its neighbours


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    row=st.integers(1, 28),
    moneyness=st.floats(0.7, 1.3),
    style=st.sampled_from(["american", "european"]),
)
def test_a_mark_is_the_same_alone_and_in_company_and_whatever_comes_later(
    seed: int, row: int, moneyness: float, style: str
) -> None:
    noise = np.random.default_rng(seed)
    closes = 100 * np.exp(noise.normal(0, 0.02, 30).cumsum())
    opens = closes * np.exp(noise.normal(0, 0.01, 30))
    rates = noise.uniform(0.0, 0.06, 30)
    axis = sessions("2024-01-02", 30)
    known = (
        Action(axis[row] - 90, "dividend", 0.5),
        Action(axis[row], "dividend", 0.5),  # from here on the next is expected
    )
    later = (Action(axis[row + 1], "split", 2.0),) if row < 29 else ()
    tail = np.arange(30) > row
    past = lay(
        {"AAA": closes.tolist()},
        opens={"AAA": opens.tolist()},
        actions={"AAA": known},
        rate=rates.tolist(),
    )
    other = lay(
        {"AAA": np.where(tail, 7.0, closes).tolist()},
        opens={"AAA": np.where(tail, 7.0, opens).tolist()},
        actions={"AAA": (*known, *later)},
        rate=np.where(tail, 0.5, rates).tolist(),
    )
    put = Option("AAA", "P", round(100 * moneyness), after(60))
    if style == "european":
        put = replace(put, style="european")
    ours, theirs = priced(past, 0.3), priced(other, 0.3)
    life = ours.life(put, 0)
    assert life.mid[: row + 1].tobytes() == theirs.life(put, 0).mid[: row + 1].tobytes()
    alone = priced(past, 0.3).quote(put, row, "close", row).mid
    assert float(life.mid[row]) == alone
    assert ours.quote(put, row, "open") == theirs.quote(put, row, "open")


def test_a_forecast_of_more_than_half_the_price_is_void_instead_of_ending_the_run() -> None:
    # 3.00 a month was paid while the share stood at 40; at 8 two more would be 6.00
    days = sessions("2024-01-02", 60)
    paid = tuple(Action(days[k], "dividend", 3.0) for k in (5, 26, 47))
    closes = [40.0] * 50 + [8.0] * 10
    with_history = lay({"AAA": closes}, actions={"AAA": paid})
    without = lay({"AAA": closes})
    put = Option("AAA", "P", 8.0, date.fromordinal(date(1970, 1, 1).toordinal() + days[59] + 65))
    marks = [priced(tape, 0.4).quote(put, 55, "close").mid for tape in (with_history, without)]
    assert marks[0] == marks[1]
    # and the whole life can be priced from the first session on
    assert np.all(np.isfinite(priced(with_history, 0.4).life(put, 30).mid))


def test_other_rates_change_only_the_contracts_that_reach_them() -> None:
    tape = replace(
        lay({"AAA": [100.0 + k % 5 for k in range(120)]}, rate=0.03),
        rate_age=np.array([0] * 60 + list(range(60)), np.int32),
    )
    moved = tape.with_rate_shift(0.01)
    first = int(np.argmax(moved.rate != tape.rate))
    assert first == 71
    early, late = (Option("AAA", "P", 100.0, tape.dates[row]) for row in (first - 1, first + 20))
    prices = OptionPrices(tape, lambda _: Constant(0.3))
    for option in (early, late):
        prices.life(option, 10)
    shifted, fresh = prices.on(moved), OptionPrices(moved, lambda _: Constant(0.3))
    assert shifted.life(early, 10) is prices.life(early, 10)
    for option in (early, late):
        assert np.array_equal(shifted.life(option, 10).mid, fresh.life(option, 10).mid)
    assert not np.array_equal(shifted.life(late, 10).mid, prices.life(late, 10).mid)
