"""The price of a future against QuantLib, and what it may know."""

from __future__ import annotations

from datetime import date
from math import exp

import numpy as np
import pytest
import QuantLib as ql  # noqa: N813 (its own documentation's name for it)
from tapes import day, lay, sessions

from microhedge.calendar import to_date
from microhedge.errors import AdjustedSeries, NotCovered
from microhedge.future_prices import at_closes, need_future, price_at
from microhedge.instruments import Future
from microhedge.tape import Action, Tape

RATE = 0.04
YIELD = 2.0 * (exp(RATE / 2.0) - 1.0)  # bond-equivalent, which is 4 % continuous
COUNT = 120
WALK = (100.0 * np.exp(np.random.default_rng(5).normal(0, 0.02, COUNT).cumsum())).tolist()
JUNE = Future("SPX", date(2024, 6, 21), 5.0)


def index() -> Tape:
    return lay({"SPX": WALK}, basis={"SPX": "price_index"}, rate=YIELD, index_dividend=0.02)


def test_an_index_future_is_the_spot_between_quantlib_s_two_curves() -> None:
    tape = index()
    first, path = at_closes(tape, JUNE)
    assert first == 0
    assert tape.dates[len(path) - 1] == JUNE.expiry
    end = ql.Date(21, 6, 2024)
    for row, price in enumerate(path.tolist()):
        today = tape.dates[row]
        start = ql.Date(today.day, today.month, today.year)
        money, shares = (
            ql.FlatForward(start, rate, ql.Actual365Fixed()).discount(end) for rate in (RATE, 0.02)
        )
        assert price == pytest.approx(WALK[row] * shares / money, rel=1e-12)
    assert path[-1] == WALK[len(path) - 1]


def paying(*, late: float = 0.50) -> Tape:
    """A share that paid 0.50 on 2024-01-10 and 2024-03-13, and `late` on 2024-05-15."""
    paid = {"2024-01-10": 0.50, "2024-03-13": 0.50, "2024-05-15": late}
    actions = tuple(Action(day(when), "dividend", money) for when, money in paid.items())
    return lay({"AAA": WALK}, actions={"AAA": actions}, rate=YIELD)


def test_a_share_s_future_leaves_out_the_dividends_that_were_expected() -> None:
    tape = paying()
    future = Future("AAA", date(2024, 6, 21))
    # after the second dividend, 63 days after the first, a third is expected on 15 May: by QuantLib
    row = tape.dates.index(date(2024, 3, 20))
    start, ex, end = ql.Date(20, 3, 2024), ql.Date(15, 5, 2024), ql.Date(21, 6, 2024)
    money = ql.FlatForward(start, RATE, ql.Actual365Fixed())
    wanted = (WALK[row] - 0.50 * money.discount(ex)) / money.discount(end)
    assert price_at(tape, future, row, "close").price == pytest.approx(wanted, rel=1e-12)
    # before it nobody could expect one: two must have been seen
    early = tape.dates.index(date(2024, 2, 1))
    years = (day("2024-06-21") - day("2024-02-01")) / 365
    assert price_at(tape, future, early, "close").price == pytest.approx(
        WALK[early] * exp(RATE * years), rel=1e-12
    )


def test_what_is_paid_later_changes_no_price_before() -> None:
    future = Future("AAA", date(2024, 6, 21))
    before = paying().dates.index(date(2024, 5, 14))
    usual, cut = (at_closes(paying(late=money), future)[1] for money in (0.50, 0.05))
    assert np.array_equal(usual[: before + 1], cut[: before + 1])


def test_at_the_open_the_rate_and_the_forecast_are_those_of_the_evening_before() -> None:
    rates = np.full(COUNT, YIELD)
    rates[50:] = 0.2
    opens = [price * 1.01 for price in WALK]
    tape = lay({"AAA": WALK}, opens={"AAA": opens}, rate=rates.tolist())
    future = Future("AAA", date(2024, 6, 21))
    found = price_at(tape, future, 50, "open")
    years = (day("2024-06-21") - int(tape.day[50])) / 365
    assert found.rate == pytest.approx(RATE)
    assert found.spot == opens[50]
    assert found.price == pytest.approx(opens[50] * exp(RATE * years))


def test_a_payer_whose_price_collapsed_is_not_expected_to_pay_half_of_it() -> None:
    fallen = [price if row < 60 else 0.9 for row, price in enumerate(WALK)]
    paid = tuple(Action(day(when), "dividend", 0.50) for when in ("2024-01-10", "2024-03-13"))
    tape = lay({"AAA": fallen}, actions={"AAA": paid}, rate=0.0)
    assert price_at(tape, Future("AAA", date(2024, 6, 21)), 70, "close").price == 0.9


def test_a_hole_over_the_expiry_settles_at_the_last_close_before_it() -> None:
    days = sessions("2024-06-14", 8)
    days = [one for one in days if one not in (day("2024-06-20"), day("2024-06-21"))]
    tape = lay(
        {"AAA": [10.0, 11.0, 12.0, 40.0, 41.0, 42.0]},
        days=days,
        actions={"AAA": (Action(day("2024-06-24"), "split", 0.25),)},
        rate=YIELD,
    )
    assert to_date(days[3]) == date(2024, 6, 24)
    first, path = at_closes(tape, Future("AAA", date(2024, 6, 21)))
    # the close of 18 June, 12.00, in the shares of 24 June, four of which became one
    assert (first, len(path), path[-1]) == (0, 4, 48.0)


def test_adjusted_prices_and_bars_have_no_future() -> None:
    tape = lay({"AAA": WALK}, basis={"AAA": "total_return"})
    with pytest.raises(AdjustedSeries, match="a future needs prices as traded, and AAA has only"):
        need_future(tape, "AAA")
    bars = Tape(**{**vars(index()), "bar": np.zeros(COUNT, np.int32)})
    with pytest.raises(NotCovered, match="a future on SPX needs daily bars"):
        need_future(bars, "SPX")
