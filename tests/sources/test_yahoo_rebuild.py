"""Prices as traded from prices divided by every later split; all values are worked by hand."""

import math
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from sources.yahoo_server import Desk, Listed, flat, serving

from microhedge.calendar import day_number, to_date
from microhedge.series import Series
from microhedge.sources.bundled import bundled
from microhedge.tape import Action

NEW_YORK = ZoneInfo("America/New_York")
THU, FRI, MON, TUE = (
    date(2020, 8, 27),
    date(2020, 8, 28),
    date(2020, 8, 31),
    date(2020, 9, 1),
)
# Apple split 4:1 on 2020-08-31; the closes of 27 and 28 August were 500.04 and 499.23, and Yahoo
# gives a quarter of them in single precision
THU_QUARTER, FRI_QUARTER = float(np.float32(125.01)), float(np.float32(124.8075))
SPLIT = {MON: (4, 1)}


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """A moment in New York."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=NEW_YORK).astimezone(UTC)


def hours(day: date) -> tuple[datetime, datetime]:
    """The regular session of a day in New York."""
    return at(day, 9, 30), at(day, 16)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with serving() as server:
        yield Desk(server, tmp_path)


def asked(desk: Desk, listed: Listed, now: datetime, symbol: str = "ABC") -> Series:
    desk.server.listed[symbol] = listed
    market = desk.market(symbol, now=now)
    (found,) = market.symbols
    series = market.series(found, market.bases(found)[0])
    assert series is not None
    return series


def test_prices_before_a_split_are_what_was_paid(desk: Desk) -> None:
    listed = Listed(
        {
            THU: (127.1425, 127.485, 123.8325, THU_QUARTER, 155_552_400),
            FRI: (126.0125, 126.4425, 124.5775, FRI_QUARTER, 187_630_000),
            MON: (127.58, 131.0, 126.0, 129.04, 225_702_700),
        },
        splits=SPLIT,
    )
    found = asked(desk, listed, at(TUE, 8))
    assert found.close.tolist() == [500.04, 499.23, 129.04]
    assert found.open.tolist() == [508.57, 504.05, 127.58]
    assert found.high is not None
    assert found.high.tolist() == [509.94, 505.77, 131.0]
    assert found.low is not None
    assert found.low.tolist() == [495.33, 498.31, 126.0]
    # a quarter of the shares, at four times the price
    assert found.volume is not None
    assert found.volume.tolist() == [38_888_100, 46_907_500, 225_702_700]
    assert found.actions == (Action(day_number(MON), "split", 4.0),)
    assert (found.basis, found.currency) == ("raw", "USD")


def test_a_split_of_this_morning_is_taken_out_of_yesterday(desk: Desk) -> None:
    listed = Listed(
        {THU: flat(THU_QUARTER), FRI: flat(FRI_QUARTER), MON: flat(127.9)},
        splits=SPLIT,
        session=hours(MON),
    )
    found = asked(desk, listed, at(MON, 9, 45))
    assert found.close.tolist() == [500.04, 499.23]
    # the split is of a session that is not finished
    assert found.actions == ()


def test_a_split_without_a_bar_yet_is_taken_out_as_well(desk: Desk) -> None:
    listed = Listed({THU: flat(THU_QUARTER), FRI: flat(FRI_QUARTER)}, splits=SPLIT)
    assert asked(desk, listed, at(MON, 8)).close.tolist() == [500.04, 499.23]


def test_a_split_of_tomorrow_has_not_been_applied(desk: Desk) -> None:
    listed = Listed({THU: flat(500.04), FRI: flat(499.23)}, splits={TUE: (4, 1)})
    found = asked(desk, listed, at(MON, 8))
    assert found.close.tolist() == [500.04, 499.23]
    assert found.actions == ()


def test_two_splits_multiply_and_a_reverse_split_divides(desk: Desk) -> None:
    listed = Listed(
        {THU: flat(30.0), FRI: flat(31.0), MON: flat(32.0)},
        splits={FRI: (3, 1), MON: (1, 10)},
    )
    found = asked(desk, listed, at(TUE, 8))
    # 30·3/10 before both, 31/10 between
    assert found.close.tolist() == [9.0, 3.1, 32.0]
    assert found.actions == (
        Action(day_number(FRI), "split", 3.0),
        Action(day_number(MON), "split", 0.1),
    )


def test_a_dividend_is_per_share_of_its_own_day(desk: Desk) -> None:
    listed = Listed(
        {THU: flat(THU_QUARTER), FRI: flat(FRI_QUARTER), MON: flat(129.04)},
        dividends={FRI: 0.205, MON: 0.21},
        splits=SPLIT,
    )
    found = asked(desk, listed, at(TUE, 8))
    # 0.82 on a share before the split; that of the day of the split is on a share after it
    assert found.actions == (
        Action(day_number(FRI), "dividend", 0.82),
        Action(day_number(MON), "split", 4.0),
        Action(day_number(MON), "dividend", 0.21),
    )


@pytest.mark.parametrize(
    ("now", "sessions"),
    [
        (at(MON, 11), 2),  # running
        (at(MON, 16, 29), 2),  # closed, closing prints still come in
        (at(MON, 16, 30), 3),
        (at(TUE, 3), 3),
    ],
)
def test_a_session_counts_once_it_is_finished(desk: Desk, now: datetime, sessions: int) -> None:
    bars = {THU: flat(10.0), FRI: flat(11.0), MON: flat(12.0)}
    assert len(asked(desk, Listed(bars, session=hours(MON)), now).day) == sessions


def test_a_session_without_known_hours_counts_from_midnight(desk: Desk) -> None:
    bars = {FRI: flat(11.0), MON: flat(12.0)}
    assert asked(desk, Listed(bars), at(MON, 23, 59)).last == FRI
    assert asked(desk, Listed(bars), at(TUE, 0, 1), "DEF").last == MON


def test_a_session_is_finished_by_the_clock_of_its_own_exchange(desk: Desk) -> None:
    # 17:00 in New York on Friday is 6:00 on Saturday in Tokyo
    bars = {THU: flat(2000.0), FRI: flat(2010.0)}
    listed = Listed(bars, currency="JPY", zone="Asia/Tokyo")
    assert asked(desk, listed, at(FRI, 17), "7203.T").last == FRI


def test_a_bar_without_prices_is_left_out_and_counted(desk: Desk) -> None:
    desk.server.listed["ABC"] = Listed(
        {THU: flat(10.0), FRI: (None, None, None, None, None), MON: flat(0.0), TUE: flat(12.0)}
    )
    market = desk.market("ABC", now=at(date(2020, 9, 2), 8))
    series = market.series("ABC", "raw")
    assert series is not None
    assert series.close.tolist() == [10.0, 12.0]
    assert market.fetched[0].holes == 2
    assert market.notes == ("ABC: 2 sessions without a price left out, the first 2020-08-28",)


def test_a_dividend_on_a_bar_without_prices_stays_on_its_day(desk: Desk) -> None:
    empty = (None, None, None, None, None)
    listed = Listed(
        {THU: flat(10.0), FRI: empty, MON: flat(2.4)}, dividends={FRI: 0.05}, splits=SPLIT
    )
    found = asked(desk, listed, at(TUE, 8))
    assert found.close.tolist() == [40.0, 2.4]
    assert found.actions == (
        Action(day_number(FRI), "dividend", 0.2),
        Action(day_number(MON), "split", 4.0),
    )


def test_a_price_between_cents_stays_there(desk: Desk) -> None:
    # 30.1925 was printed; 30.19 and its neighbours in single precision are 30.19
    bars = {THU: flat(30.1925), FRI: flat(float(np.float32(30.19))), MON: flat(30.190006)}
    assert asked(desk, Listed(bars), at(TUE, 8)).close.tolist() == [30.1925, 30.19, 30.190006]


def test_distributed_gains_of_a_fund_are_paid_as_dividends(desk: Desk) -> None:
    desk.server.listed["FUND"] = Listed(
        {THU: flat(10.0), FRI: flat(9.0), MON: flat(8.0)},
        dividends={THU: 0.1, FRI: 0.6},
        gains={THU: 0.5, FRI: 0.5},  # apart on Thursday, within the dividend on Friday
        instrument="ETF",
    )
    market = desk.market("FUND", now=at(TUE, 8))
    series = market.series("FUND", "raw")
    assert series is not None
    assert [action.value for action in series.actions] == [0.6, 0.6]
    assert "FUND: distributions of realised gains are among the dividends" in market.notes


def test_an_index_becomes_a_price_index_without_opens_under_our_name(desk: Desk) -> None:
    listed = Listed({FRI: (1.0, 3600.0, 1.0, 3508.01, 0)}, instrument="INDEX")
    for asked_for in ("^GSPC", "SPX"):
        desk.server.listed["^GSPC"] = listed
        market = desk.market(asked_for, now=at(TUE, 8))
        assert market.symbols == ("SPX",)
        assert market.bases("SPX") == ("price_index",)
        series = market.series("SPX", "price_index")
        assert series is not None
        assert series.close.tolist() == [3508.01]
        assert np.isnan(series.open).all()
        assert series.actions == ()
    nasdaq = asked(desk, Listed({FRI: flat(11695.63)}, instrument="INDEX"), at(TUE, 8), "^IXIC")
    assert nasdaq.symbol == "IXIC"


def test_the_bill_discount_becomes_a_bond_equivalent_yield(desk: Desk) -> None:
    desk.server.listed["^IRX"] = Listed(
        {THU: flat(4.0), FRI: flat(-0.1), MON: (None, None, None, None, None)}, instrument="INDEX"
    )
    desk.server.listed["^VIX"] = Listed({THU: flat(24.47)}, instrument="INDEX")
    market = desk.market(now=at(TUE, 8), references=("CMT3M", "VIX"))
    rate, vix = market.reference("CMT3M"), market.reference("VIX")
    assert rate is not None
    assert vix is not None
    # a bill at 4 % discount costs 1 − 0.04·91/360 = 0.98988889 and gains 1.0214390 % in 91 days
    assert rate.value[0] == pytest.approx(0.01021439 * 365 / 91, rel=1e-5)
    assert rate.value[0] == pytest.approx(0.0409698, abs=1e-7)
    # a negative discount is a value: −0.001·365 / (360 + 0.091)
    assert rate.value[1] == pytest.approx(-0.00101363, abs=1e-8)
    assert rate.day.tolist() == [day_number(THU), day_number(FRI)]
    assert vix.value.tolist() == [24.47]
    assert not rate.value.flags.writeable
    assert market.notes == ()


def test_the_shipped_bars_of_apple_survive_the_way_through_yahoo(desk: Desk) -> None:
    # bars as traded and actions of data/, from other sources, with four splits among them
    shipped = bundled().series("AAPL", "raw")
    assert shipped is not None
    splits = {action.day: action.value for action in shipped.actions if action.kind == "split"}
    later = {
        day: math.prod(ratio for when, ratio in splits.items() if when > day)
        for day in shipped.day.tolist()
    }
    listed = Listed(
        bars={
            to_date(day): (None, None, None, float(np.float32(close / later[day])), 0)
            for day, close in zip(shipped.day.tolist(), shipped.close.tolist(), strict=True)
        },
        dividends={
            to_date(action.day): action.value / later[action.day]
            for action in shipped.actions
            if action.kind == "dividend"
        },
        splits={to_date(day): (int(ratio), 1) for day, ratio in splits.items()},
    )
    found = asked(desk, listed, at(date(2023, 10, 2), 8), "AAPL")
    assert found.day.tolist() == shipped.day.tolist()
    assert found.actions == shipped.actions
    # whole cents come back exactly; the others as exactly as single precision has them
    whole = shipped.close == np.round(shipped.close, 2)
    assert whole.sum() > 5700
    assert np.array_equal(found.close[whole], shipped.close[whole])
    assert found.close == pytest.approx(shipped.close, rel=1e-7)
