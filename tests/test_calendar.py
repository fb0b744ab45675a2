import warnings
from bisect import bisect_left
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from numpy.typing import NDArray

from microhedge.calendar import (
    CLOSURES,
    day_number,
    is_session,
    last_trade_day,
    listed_expiries,
    monthly_expiry,
    next_session,
    next_sessions,
    previous_session,
    sessions,
    to_date,
)
from microhedge.errors import NotCovered

Days = NDArray[np.int64]

FIRST, LAST = day_number(date(1960, 1, 1)), day_number(date(2100, 12, 31))
days_inside = st.integers(FIRST + 10, LAST - 10)

# Third Fridays on which the New York Stock Exchange is shut: the Good Fridays among them and,
# from 2022, Juneteenth.  Holiday calendars of NYSE, as in exchange_calendars 4.13.2.
SHUT_THIRD_FRIDAYS = [
    date(1992, 4, 17),
    date(2000, 4, 21),
    date(2003, 4, 18),
    date(2008, 3, 21),
    date(2014, 4, 18),
    date(2019, 4, 19),
    date(2022, 4, 15),
    date(2025, 4, 18),
    date(2026, 6, 19),
    date(2027, 6, 18),
]


@pytest.fixture(scope="module")
def xnys() -> Days:
    """Days of the sessions of NYSE by exchange_calendars, 1971–2100."""
    with warnings.catch_warnings():
        # building the calendar uses what pandas 4 will change
        warnings.simplefilter("ignore")
        import exchange_calendars

        # its own default starts only twenty years ago
        calendar = exchange_calendars.get_calendar("XNYS", start="1971-01-01", end="2100-12-31")
    days: Days = calendar.sessions.to_numpy().astype("datetime64[D]").astype(np.int64)
    return days


def test_sessions_are_those_of_the_new_york_stock_exchange_day_for_day(xnys: Days) -> None:
    years = [(1971, 1989), (1990, 2027), (2028, 2100)]
    for first_year, last_year in years:
        first, last = day_number(date(first_year, 1, 1)), day_number(date(last_year, 12, 31))
        expected = xnys[(xnys >= first) & (xnys <= last)]
        assert sessions(first, last).tolist() == expected.tolist()


def test_monthly_expiries_are_third_fridays_or_the_session_before_them(xnys: Days) -> None:
    moved = []
    known = xnys.tolist()
    for year in range(1990, 2028):
        for month in range(1, 13):
            friday = next(
                day
                for day in (date(year, month, number) for number in range(15, 22))
                if day.weekday() == 4
            )
            at = bisect_left(known, day_number(friday))
            if known[at] != day_number(friday):
                moved.append(friday)
                at -= 1
            assert monthly_expiry(year, month) == known[at]
    assert moved == SHUT_THIRD_FRIDAYS


@pytest.mark.parametrize("friday", SHUT_THIRD_FRIDAYS, ids=str)
def test_a_third_friday_that_is_a_holiday_expires_on_its_thursday(friday: date) -> None:
    thursday = friday - timedelta(days=1)
    assert to_date(monthly_expiry(friday.year, friday.month)) == thursday
    assert last_trade_day(day_number(friday)) == day_number(thursday)


@pytest.mark.parametrize(
    ("year", "month", "expiry"),
    [
        # Cboe's expiration calendars of those years
        (2019, 4, date(2019, 4, 18)),
        (2014, 4, date(2014, 4, 17)),
        (2025, 4, date(2025, 4, 17)),
        (2026, 6, date(2026, 6, 18)),
        (2027, 6, date(2027, 6, 17)),
        (2014, 6, date(2014, 6, 20)),
        (2015, 1, date(2015, 1, 16)),
        # Juneteenth became law the day before, but the exchange kept it from 2022 only
        (2021, 6, date(2021, 6, 18)),
    ],
)
def test_monthly_expiries_agree_with_printed_calendars(year: int, month: int, expiry: date) -> None:
    assert to_date(monthly_expiry(year, month)) == expiry


@pytest.mark.parametrize(
    ("printed", "last_day"),
    [
        # as vendors print them: TWX June 2014 and January 2015, GOOG January 2016
        (date(2014, 6, 21), date(2014, 6, 20)),
        (date(2015, 1, 17), date(2015, 1, 16)),
        (date(2016, 1, 15), date(2016, 1, 15)),
        # the Saturday after a Good Friday: the last trade was on the Thursday
        (date(2014, 4, 19), date(2014, 4, 17)),
        (date(2008, 3, 22), date(2008, 3, 20)),
        # a Sunday
        (date(2014, 6, 22), date(2014, 6, 20)),
    ],
)
def test_an_expiry_as_printed_becomes_the_last_day_of_trading(
    printed: date, last_day: date
) -> None:
    assert to_date(last_trade_day(day_number(printed))) == last_day


def test_no_closure_for_an_event_fell_on_a_third_friday() -> None:
    # else an expiry would have been known only afterwards
    assert not [day for day in CLOSURES if day.weekday() == 4 and 15 <= day.day <= 21]
    assert len([day for day in CLOSURES if day.year >= 1990]) == 11


def test_the_exchange_stayed_shut_after_the_attacks_until_the_17th() -> None:
    before, after = day_number(date(2001, 9, 10)), day_number(date(2001, 9, 17))
    assert next_session(before) == after
    assert previous_session(after) == before
    assert next_session(before + 3) == after
    assert [is_session(before + n) for n in range(8)] == [True, *[False] * 6, True]


def test_a_new_year_on_saturday_does_not_close_the_friday_before() -> None:
    # NYSE rule 7.2: not observed where it would close the last day of the accounting year
    assert is_session(day_number(date(2021, 12, 31)))
    assert is_session(day_number(date(2010, 12, 31)))


def test_days_are_counted_as_numpy_counts_them() -> None:
    assert day_number(date(1970, 1, 1)) == 0
    assert day_number(date(2014, 6, 20)) == int(np.datetime64("2014-06-20").astype(int))
    assert to_date(day_number(date(2014, 6, 20))) == date(2014, 6, 20)


def test_a_summer_day_of_2014_lists_twelve_months_and_one_far_january() -> None:
    # third Fridays of Cboe's expiration calendars for 2014, 2015 and 2016
    months = ["2014-06-20", "2014-07-18", "2014-08-15", "2014-09-19", "2014-10-17", "2014-11-21"]
    months += ["2014-12-19", "2015-01-16", "2015-02-20", "2015-03-20", "2015-04-17", "2015-05-15"]
    expected = [date.fromisoformat(text) for text in [*months, "2016-01-15"]]
    assert [to_date(day) for day in listed_expiries(day_number(date(2014, 6, 2)))] == expected


def test_an_early_january_lists_the_next_two_januaries() -> None:
    listed = [to_date(day) for day in listed_expiries(day_number(date(2014, 1, 2)))]
    assert listed[0] == date(2014, 1, 17)
    assert listed[-2:] == [date(2015, 1, 16), date(2016, 1, 15)]
    assert len(listed) == 14


def test_an_option_is_not_bought_on_its_last_day() -> None:
    expiry = monthly_expiry(2014, 6)
    assert expiry in listed_expiries(expiry - 1)
    assert expiry not in listed_expiries(expiry)


def test_a_leap_day_lists_a_year_that_ends_in_february() -> None:
    listed = [to_date(day) for day in listed_expiries(day_number(date(2012, 2, 29)))]
    assert date(2013, 2, 15) in listed
    assert date(2013, 3, 15) not in listed
    assert listed[-1] == date(2014, 1, 17)


@given(days_inside)
def test_listed_expiries_ascend_and_lie_within_two_years_and_a_month(day: int) -> None:
    listed = listed_expiries(day)
    assert list(listed) == sorted(set(listed))
    assert all(day < expiry < day + 2 * 366 + 31 for expiry in listed)
    assert all(is_session(expiry) for expiry in listed)


@example(day_number(date(1976, 4, 15)))
@given(st.integers(FIRST + 10, LAST - 800))
def test_every_next_monthly_expiry_is_listed_before_the_last_one_goes(day: int) -> None:
    # a monthly programme can always be rolled: the nearest is at most five weeks away, or a day
    # more from the Thursday that stands for Good Friday: 15 April to 21 May 1976
    listed = listed_expiries(day)
    assert listed[0] - day <= 36
    assert 12 <= len(listed) <= 15


@given(days_inside)
def test_neighbouring_sessions_have_no_session_between_them(day: int) -> None:
    before, after = previous_session(day), next_session(day)
    assert before < day < after
    between = sessions(before, after).tolist()
    assert between == [before, *([day] if is_session(day) else []), after]
    assert last_trade_day(day) == (day if is_session(day) else before)


@given(st.lists(days_inside, max_size=30))
def test_many_next_sessions_are_the_next_session_of_each(days: list[int]) -> None:
    many = next_sessions(np.array(days, dtype=np.int32))
    assert many.dtype == np.int32
    assert many.tolist() == [next_session(day) for day in days]


def test_a_range_that_ends_before_it_starts_holds_no_session() -> None:
    assert sessions(16_241, 16_240).tolist() == []


def test_the_sessions_handed_out_are_a_copy() -> None:
    first = sessions(16_241, 16_260)
    first[:] = 0
    assert sessions(16_241, 16_260)[0] == 16_241


@pytest.mark.parametrize("day", [FIRST - 1, LAST + 1])
def test_days_outside_the_calendar_are_refused_with_the_nearest_inside(day: int) -> None:
    edge = "1960-01-01" if day < FIRST else "2100-12-31"
    for call in (is_session, next_session, last_trade_day, listed_expiries):
        with pytest.raises(NotCovered, match=edge):
            call(day)
    with pytest.raises(NotCovered, match=edge):
        next_sessions([16_241, day])
    with pytest.raises(NotCovered, match=edge):
        sessions(min(day, 0), max(day, 0))


def test_the_edges_of_the_calendar_have_no_session_beyond_them() -> None:
    with pytest.raises(NotCovered, match="ends with 2100"):
        next_session(LAST)
    with pytest.raises(NotCovered, match="ends with 2100"):
        next_sessions([LAST])
    with pytest.raises(NotCovered, match="starts with 1960"):
        last_trade_day(FIRST)  # New Year
    with pytest.raises(NotCovered, match="January 1960 to December 2100"):
        monthly_expiry(2101, 1)
    with pytest.raises(NotCovered, match="month 13"):
        monthly_expiry(2020, 13)
