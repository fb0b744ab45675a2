"""The sessions of New York as a value, and those of other exchanges."""

from __future__ import annotations

import pickle
import subprocess
import sys
from datetime import UTC, date, datetime

import london
import numpy as np
import pytest

from microhedge import calendar
from microhedge.calendar import day_number, to_date
from microhedge.errors import NotCovered, UnknownName
from microhedge.exchange import Exchange, new_york
from microhedge.sources.exchanges import AT_HOME, exchange


def days(exchange: Exchange, first: date, last: date) -> list[date]:
    return [to_date(day) for day in exchange.sessions(day_number(first), day_number(last)).tolist()]


def test_new_york_is_the_built_in_calendar() -> None:
    one = new_york()
    first, last = day_number(date(1960, 1, 1)), day_number(date(2100, 12, 31))
    assert np.array_equal(one.sessions(first, last), calendar.sessions(first, last))
    for day in (date(2012, 10, 26), date(2024, 3, 28), date(2024, 3, 30)):
        assert one.next_session(day_number(day)) == calendar.next_session(day_number(day))


def test_every_code_of_a_us_market_is_new_york_as_exchange_calendars_has_it() -> None:
    import exchange_calendars

    names = exchange_calendars.get_calendar_names(include_aliases=True)
    same = {name for name in names if exchange_calendars.resolve_alias(name) == "XNYS"}
    assert same == AT_HOME
    assert all(exchange(name) is new_york() for name in AT_HOME)
    assert exchange(None) is new_york()


def test_new_york_needs_neither_the_extra_nor_pandas() -> None:
    code = (
        "import sys; from microhedge.sources.exchanges import exchange; exchange('XNYS'); "
        "exchange(None); print({'pandas', 'exchange_calendars'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_london_keeps_its_bank_holidays_and_not_those_of_the_united_states() -> None:
    assert days(exchange("XLON"), date(2024, 1, 1), date(2024, 12, 31)) == london.sessions()
    assert exchange("lse").code == "XLON"
    assert exchange("XLON").city == "London"


def test_a_calendar_reaches_further_back_than_twenty_years() -> None:
    # Good Friday and Easter Monday of 1997 were 28 and 31 March
    one = exchange("XLON")
    assert days(one, date(1997, 3, 26), date(1997, 4, 2)) == [
        date(1997, 3, 26),
        date(1997, 3, 27),
        date(1997, 4, 1),
        date(1997, 4, 2),
    ]


def test_sundays_are_sessions_where_the_week_begins_with_them() -> None:
    # the Saudi exchange trades from Sunday to Thursday
    found = days(exchange("XSAU"), date(2024, 1, 5), date(2024, 1, 12))
    assert [day.weekday() for day in found] == [6, 0, 1, 2, 3]


def test_what_a_calendar_does_not_know_is_not_guessed() -> None:
    tokyo = exchange("XTKS")  # from 1997 on
    with pytest.raises(NotCovered, match=r"^the session after 1990-01-04 is not known: .* 1997"):
        tokyo.next_session(day_number(date(1990, 1, 4)))
    with pytest.raises(NotCovered, match="the session after 2100-12-31 is not known"):
        new_york().next_session(day_number(date(2100, 12, 31)))


def test_an_unknown_code_is_refused_with_the_nearest() -> None:
    with pytest.raises(UnknownName, match=r"'XETT' \(did you mean 'XETR'\?\)"):
        exchange("XETT")


@pytest.mark.parametrize(
    ("moment", "last"),
    [
        # the session ends at 16:30 in London, which is summer time: 15:30 UTC
        (datetime(2024, 7, 4, 15, 59, tzinfo=UTC), date(2024, 7, 3)),
        (datetime(2024, 7, 4, 16, 0, tzinfo=UTC), date(2024, 7, 4)),
        (datetime(2024, 5, 6, 20, 0, tzinfo=UTC), date(2024, 5, 3)),  # early May
    ],
)
def test_a_session_is_over_half_an_hour_after_its_close(moment: datetime, last: date) -> None:
    assert to_date(exchange("XLON").last_finished(moment)) == last


def test_another_process_gets_the_same_exchange() -> None:
    assert pickle.loads(pickle.dumps(new_york())) is new_york()
    one = exchange("XLON")
    again = pickle.loads(pickle.dumps(one))
    assert (again.code, again.zone, again.closes, again.source) == (
        one.code,
        one.zone,
        one.closes,
        one.source,
    )
    assert np.array_equal(again.days, one.days)
    assert len(pickle.dumps(new_york())) < 100
