"""What a run was exposed to: books folded back to the marks, greeks as Hull and QuantLib say."""

from __future__ import annotations

from math import log1p
from typing import Any

import numpy as np
import pytest
from option_oracle import american as oracle
from tapes import arrange, day, lay, play

import microhedge as mh
from microhedge.declaration import build as declared
from microhedge.exposure import _contract, _options, exposure
from microhedge.hedge import Session
from microhedge.instruments import Future, Option
from microhedge.loading import load
from microhedge.option_prices import OptionPrices
from microhedge.pricing import american
from microhedge.result import Result
from microhedge.tape import Action, Floats, Tape
from microhedge.volatility import Constant

SIGMA = 0.3


def every(result: Result) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    return np.arange(len(result.day))


def prices(tape: Tape, sigma: float = SIGMA) -> OptionPrices:
    return OptionPrices(tape, lambda _: Constant(sigma))


def worth(result: Result, tape: Tape, made: OptionPrices) -> Floats:
    """The options of a run by the model's prices, from what the ledger spells."""
    total = np.zeros(len(result.day))
    for name, quantity in _options(result, every(result)).items():
        option = _contract(name, tape)
        held = np.flatnonzero(quantity)
        if not len(held):
            continue
        one = made.model_inputs(option, held + tape.begin)
        priced = one.spot, one.strike, one.years, one.volatility, one.rate, one.sign
        each = american(*priced, q=one.yielded, div_t=one.dividend_time, div_a=one.dividend_amount)
        total[held] += quantity[held] * option.multiplier * each
    return total


def value(result: Result) -> Floats:
    legs = [name for name in result.curves if name.startswith("value/hedge/")]
    total: Floats = np.sum([result.curves[name] for name in legs], axis=0)
    return total


@pytest.mark.parametrize("name", ["protective-put", "collar"])
def test_what_the_ledger_spells_is_worth_what_the_books_say(name: str) -> None:
    # Apple paid dividends from 2012 on and split seven for one in June 2014
    found = mh.compare(
        [declared(load(name), {"holding": "AAPL"})],
        mh.data.bundled(),
        mh.Portfolio(shares=1000),
        start=day_of("2013-06-03"),
        end=day_of("2014-12-31"),
    )
    result = found.result
    own = worth(result, found.tape, found.setup.prices)
    assert np.abs(value(result)).max() > 1000.0
    assert own == pytest.approx(value(result), abs=1e-6)


def day_of(text: str) -> Any:
    return np.datetime64(text).astype(object)


def test_an_odd_split_and_a_reverse_one_leave_the_contract_of_the_books() -> None:
    axis = 60
    closes = [100.0] * 20 + [66.7] * 20 + [133.4] * 20
    tape = lay({"AAA": closes}, rate=0.03)
    days = tape.day
    acts = (Action(int(days[20]), "split", 1.5), Action(int(days[40]), "split", 0.5))
    tape = lay({"AAA": closes}, rate=0.03, actions={"AAA": acts})
    result = play(once, arrange(tape, sigma=SIGMA))
    names = list(_options(result, every(result)))
    assert len(names) == 3
    assert "(delivers 150)" in names[0] + names[1] + names[2]
    own = worth(result, tape, prices(tape))
    assert own[2:axis] == pytest.approx(value(result)[2:axis], rel=1e-6)
    # one contract that delivers 150 of the 150 shares, then 75 of 75
    found = exposure(result, tape, prices(tape), every(result))
    assert np.all((found.delta[2:] > 0.0) & (found.delta[2:] < 1.0))


def once(now: Session) -> None:
    """One put at the money on one hundred shares, of about half a year."""
    if not now.fills("put"):
        now.roll("put", now.put(days=180, moneyness=1.0))


def test_an_american_put_has_the_slopes_that_quantlib_has() -> None:
    tape = lay({"AAA": [100.0] * 60}, rate=0.05)
    result = play(once, arrange(tape, sigma=SIGMA))
    found = exposure(result, tape, prices(tape), every(result))
    rolls = result.tables["rolls"]
    assert (rolls["contracts"][0], rolls["strike"][0]) == (1.0, 100.0)
    left = day(str(rolls["expiry"][0])) - int(tape.day[30])
    rate = 2.0 * log1p(0.05 / 2.0)

    def put(spot: float = 100.0, days: int = left, sigma: float = SIGMA) -> float:
        return oracle(spot, 100.0, days, sigma, rate, 0.0, -1)

    # one contract on a hundred shares at 100: per share and as a part of the holding, by 100 each
    delta = (put(101.0) - put(99.0)) / 2.0
    gamma = put(101.0) - 2.0 * put() + put(99.0)
    vega = (put(sigma=SIGMA + 0.01) - put(sigma=SIGMA - 0.01)) / 2.0
    theta = put(days=left - 1) - put()
    assert found.delta[30] == pytest.approx(1.0 + delta, abs=2e-3)
    assert found.gamma[30] == pytest.approx(gamma, rel=0.02)
    assert found.vega[30] == pytest.approx(vega / 100.0, rel=0.01)
    assert found.theta[30] == pytest.approx(theta / 100.0, rel=0.02)
    assert found.optional
    assert np.all(found.legs == 0.0)


def test_a_put_on_an_index_has_the_greeks_that_hull_prints() -> None:
    # Hull's call: spot 49, strike 50, 5 %, 20 %, twenty weeks: delta 0.522, gamma 0.066,
    # vega 12.1 and theta −4.31 a year.  The put's are 0.522 − 1, 0.066, 12.1, and
    # −4.31 + 0.05·50·e^(−0.05·0.3846) = −1.86.
    tape = lay(
        {"AAA": [98.0] * 60, "IDX": [49.0] * 60},
        basis={"IDX": "price_index"},
        rate=2.0 * np.expm1(0.05 / 2.0),
    )

    def on_index(now: Session) -> None:
        if not now.fills("put"):
            now.roll("put", now.put(days=165, moneyness=50.5 / 49.0, on="IDX"))

    result = play(on_index, arrange(tape, sigma=0.2))
    found = exposure(result, tape, prices(tape, 0.2), every(result))
    (name,) = _options(result, every(result))
    option = _contract(name, tape)
    assert (option.style, option.settle, option.strike) == ("european", "cash", 50.0)
    (row,) = np.flatnonzero(day(str(option.expiry)) - tape.day == 140)
    contracts = float(result.tables["rolls"]["contracts"][0])
    # in money of the index, per money of the holding
    scale = contracts * 100.0 * 49.0 / float(result.curves["holding"][row])
    assert found.delta[row] - 1.0 == pytest.approx(scale * (0.522 - 1.0), abs=1e-3 * scale)
    assert found.gamma[row] == pytest.approx(scale * 0.066 * 49.0 * 0.01, rel=0.01)
    assert found.vega[row] == pytest.approx(scale * 12.1 * 0.01 / 49.0, rel=0.01)
    assert found.theta[row] == pytest.approx(scale * -1.86 / 365.0 / 49.0, rel=0.02)


def test_a_short_and_a_future_are_the_money_that_they_stand_for() -> None:
    tape = lay({"AAA": [100.0, 110.0, 90.0, 100.0, 120.0], "BBB": [50.0, 50.0, 60.0, 40.0, 50.0]})

    def short(now: Session) -> None:
        if now.number == 0:
            now.short("BBB", value=5000.0)

    result = play(short, arrange(tape))
    found = exposure(result, tape, prices(tape), every(result))
    # 100 shares of BBB from the second close on
    held = np.array([100.0, 110.0, 90.0, 100.0, 120.0])
    assert found.legs == pytest.approx(np.array([0.0, -50.0, -60.0, -40.0, -50.0]) / held)
    # a peer is correlated with the holding and has no delta on it
    assert found.delta.tolist() == [1.0] * 5
    assert found.apart.tolist() == found.legs.tolist()
    assert not found.optional
    assert np.all(found.gamma == 0.0)

    future = mh.compare(
        [declared(load("future-short"), {"holding": "AAPL"})],
        mh.data.bundled(),
        mh.Portfolio(shares=1000),
        start=day_of("2014-01-02"),
        end=day_of("2014-12-31"),
    )
    found = exposure(future.result, future.tape, future.setup.prices, every(future.result))
    # ten contracts of 100 shares against a thousand, at a price near the spot's
    assert found.legs[5:] == pytest.approx(-1.0, abs=0.02)
    assert found.delta.tolist() == (1.0 + found.legs).tolist()
    assert np.all(found.apart == 0.0)


def test_a_short_beside_a_put_leaves_the_delta_that_of_the_put() -> None:
    tape = lay({"AAA": [100.0] * 60, "BBB": [50.0] * 60}, rate=0.05)

    def both(now: Session) -> None:
        once(now)
        if now.number == 0:
            now.short("BBB", value=5000.0)

    put = play(once, arrange(tape, sigma=SIGMA))
    mixed = play(both, arrange(tape, sigma=SIGMA))
    alone = exposure(put, tape, prices(tape), every(put))
    found = exposure(mixed, tape, prices(tape), every(mixed))
    assert np.all((alone.delta[5:] > 0.3) & (alone.delta[5:] < 0.8))
    assert found.delta.tolist() == alone.delta.tolist()
    assert found.apart[5:] == pytest.approx(-0.5)  # 100 shares at 50 for 100 at 100


def test_where_nothing_is_held_there_is_no_number() -> None:
    tape = lay({"AAA": [100.0] * 60}, rate=0.05)
    result = play(once, arrange(tape, sigma=SIGMA))
    gone = {**result.curves, "value/holding": np.where(every(result) < 50, 10_000.0, 0.0)}
    changed = Result(result.config, result.day, gone, result.tables, result.attribution, "")
    found = exposure(changed, tape, prices(tape), every(result))
    for name in ("delta", "legs", "gamma", "vega", "theta"):
        path = getattr(found, name)
        assert np.isfinite(path[:50]).all()
        assert np.isnan(path[50:]).all()


def test_a_close_looked_at_alone_has_the_number_that_it_has_among_all() -> None:
    tape = lay({"AAA": [100.0 + (k % 7) for k in range(60)]}, rate=0.02)
    result = play(once, arrange(tape, sigma=SIGMA))
    whole = exposure(result, tape, prices(tape), every(result))
    some = exposure(result, tape, prices(tape), np.array([3, 30, 59]))
    assert some.delta.tolist() == whole.delta[[3, 30, 59]].tolist()
    assert some.theta.tolist() == whole.theta[[3, 30, 59]].tolist()


@pytest.mark.parametrize(
    "option",
    [
        Option("AAA", "P", 97.5, day_of("2024-03-15")),
        Option("AAA", "C", 12.25, day_of("2024-03-15"), deliverable=150.0),
        Option("IDX", "P", 4000.0, day_of("2024-03-15"), style="european", settle="cash", am=True),
    ],
)
def test_the_spelling_of_an_option_is_read_back(option: Option) -> None:
    tape = lay({"AAA": [1.0], "IDX": [1.0]}, basis={"IDX": "price_index"})
    assert _contract(str(option), tape) == option


@pytest.mark.parametrize("text", ["AAA", "AAA 2024-03-15", ""])
def test_what_spells_no_option_is_none(text: str) -> None:
    tape = lay({"AAA": [1.0]})
    with pytest.raises(ValueError, match="spells no option"):
        _contract(text, tape)
    with pytest.raises(ValueError, match="spells no option"):
        _contract(str(Future("AAA", day_of("2024-03-15"))), tape)
