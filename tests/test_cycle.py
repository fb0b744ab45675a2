"""Which future is held, by QuantLib's dates and its calendar of the exchange."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
import QuantLib as ql  # noqa: N813 (its own documentation's name for it)
from tapes import day

from microhedge.calendar import sessions, to_date
from microhedge.cycle import held_after, held_on

NYSE = ql.UnitedStates(ql.UnitedStates.NYSE)


def by_quantlib(today: date, roll: int, months: int) -> date:
    """The first third Friday of the cycle, moved off holidays, that is more than `roll` away."""
    now = ql.Date(today.day, today.month, today.year)
    year, month = today.year, today.month
    while True:
        if month % months == 0:
            friday = ql.Date.nthWeekday(3, ql.Friday, month, year)
            expiry = NYSE.adjust(friday, ql.Preceding)
            if NYSE.advance(expiry, -roll, ql.Days) > now:
                return date(expiry.year(), expiry.month(), expiry.dayOfMonth())
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)


@pytest.mark.parametrize(("roll", "months"), [(5, 3), (0, 3), (0, 1), (15, 1)])
def test_the_contract_held_is_the_one_that_quantlib_s_calendar_gives(
    roll: int, months: int
) -> None:
    days = sessions(day("1999-01-04"), day("2026-12-31"))[::7]
    found = [held_on(int(one), roll=roll, months=months) for one in days]
    wanted = [by_quantlib(to_date(int(one)), roll, months) for one in days]
    assert [to_date(one) for one in found] == wanted
    assert np.array_equal(held_after(days, roll=roll, months=months), found)


def test_around_good_friday_and_juneteenth_the_contract_ends_on_the_thursday() -> None:
    # the third Fridays 2008-03-21 and 2026-06-19 were holidays of the exchange
    assert to_date(held_on(day("2008-01-02"))) == date(2008, 3, 20)
    assert to_date(held_on(day("2026-04-01"))) == date(2026, 6, 18)


def test_five_sessions_before_its_end_the_next_contract_is_held() -> None:
    # from Friday 2024-03-15 back: 14, 13, 12, 11, 8 March
    assert to_date(held_on(day("2024-03-07"))) == date(2024, 3, 15)
    assert to_date(held_on(day("2024-03-08"))) == date(2024, 6, 21)
    assert to_date(held_on(day("2024-12-31"))) == date(2025, 3, 21)
