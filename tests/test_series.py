"""What a series must be."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import pytest
from tapes import sessions

from microhedge.errors import BadData
from microhedge.series import Series
from microhedge.tape import Action

AXIS = sessions("2024-01-02", 12)
DATES = [date.fromordinal(719163 + each) for each in AXIS]  # 719163 is 1970-01-01


def series(
    days: Sequence[int], close: Sequence[float] | None = None, actions: tuple[Action, ...] = ()
) -> Series:
    return Series(
        "AAA",
        "raw",
        np.array(days, np.int32),
        np.full(len(days), 100.0) if close is None else np.array(close),
        np.full(len(days), np.nan),
        actions,
        "made up",
        "0" * 64,
    )


def test_a_series_needs_a_session() -> None:
    with pytest.raises(BadData, match="AAA: no rows"):
        series([])


@pytest.mark.parametrize("days", [[AXIS[0], AXIS[2], AXIS[1]], [AXIS[0], AXIS[1], AXIS[1]]])
def test_days_must_increase(days: list[int]) -> None:
    with pytest.raises(BadData, match=f"AAA: {DATES[1]} is out of order or twice"):
        series(days)


@pytest.mark.parametrize("close", [0.0, -1.0, np.nan, np.inf])
def test_a_close_must_be_a_positive_number(close: float) -> None:
    with pytest.raises(BadData, match=f"AAA: close {close} on {DATES[1]}"):
        series(AXIS[:2], [100.0, close])


def test_a_share_that_is_money_pays_no_dividend_after_the_day_of_its_end() -> None:
    end = Action(AXIS[10], "delisting", 3.0)
    same, late = Action(AXIS[10], "dividend", 0.1), Action(AXIS[11], "dividend", 0.1)
    assert series(AXIS[:10], actions=(end, same)).end == end
    with pytest.raises(BadData, match=f"a dividend on {DATES[11]} and a delisting on {DATES[10]}"):
        series(AXIS[:10], actions=(late, end))


def test_a_series_knows_its_ends_and_cannot_be_written() -> None:
    one = series(AXIS)
    assert (one.first, one.last) == (DATES[0], DATES[-1])
    with pytest.raises(ValueError, match="read-only"):
        one.close[0] = 1.0
