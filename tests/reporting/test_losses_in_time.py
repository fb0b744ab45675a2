"""By calendar year and by fall: closes of exchanges, rows by hand, and what the sentences say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

import microhedge as mh
from microhedge.analysis.crisis_windows import MARKET_FALLS
from microhedge.calendar import day_number
from microhedge.declaration import build as declared
from microhedge.loading import load
from microhedge.reporting import findings_of_falls, losses_in_time
from microhedge.reporting.inputs import Subject
from microhedge.reporting.reading import read

Build = Callable[..., Subject]


@pytest.fixture(scope="module")
def apple() -> Subject:
    hedge = declared(load("index-short"), {"holding": "AAPL"})
    return read(
        mh.compare(
            [hedge],
            mh.data.bundled(),
            mh.Portfolio(shares=1000),
            start=date(2007, 12, 31),
            end=date(2010, 3, 31),
        )
    )


def test_a_calendar_year_runs_from_the_last_close_of_the_one_before(apple: Subject) -> None:
    # closes of Apple as traded on the Nasdaq: 198.08, 85.35, 210.73 and 235.00 on 2010-03-31
    names, spans = losses_in_time._years(apple)
    assert names == [2008, 2009, 2010]
    gained = [losses_in_time._gained(apple.unhedged, span) for span in spans]
    assert gained == pytest.approx(
        [85.35 / 198.08 - 1, 210.73 / 85.35 - 1, 235.00 / 210.73 - 1], abs=1e-4
    )
    block = losses_in_time.by_year(apple)
    assert block["alt"].startswith("Returns by calendar year. In 2010: keeping all 11.5%; ")


def test_a_fall_is_told_from_its_high_to_its_low(apple: Subject) -> None:
    block = losses_in_time.in_falls(apple)
    assert block is not None
    crisis = next(row for row in block["rows"] if row[0].startswith("Global financial crisis"))
    # 2009-03-09: 83.11; the high of the market was before the window, which is said
    assert crisis[:4] == ["Global financial crisis (part)", "2007-10-09", "2009-03-09", "−58.0%"]
    assert block["rows"][0][0] == "Own fall 1"


def test_every_fall_of_the_market_has_a_name_that_can_be_translated() -> None:
    assert tuple(name for name, *_ in MARKET_FALLS) == losses_in_time.NAMES


def test_a_short_window_has_one_year_and_a_holding_that_stood_still_no_fall(build: Build) -> None:
    short = build(count=60, rolls=1)
    assert len(losses_in_time._years(short)[0]) == 1
    assert losses_in_time.by_year(short)["figures"]
    flat = replace(
        short.unhedged,
        growth=np.ones_like(short.unhedged.growth),
        returns=np.zeros_like(short.unhedged.returns),
    )
    still = replace(
        short,
        runs=(flat, *short.runs[1:]),
        days=np.arange(len(short.days), dtype=np.int32) + day_number(date(2006, 1, 3)),
    )
    assert losses_in_time.in_falls(still) is None


def test_years_are_counted_and_the_best_and_the_worst_named() -> None:
    years = [(2007, 0.10, 0.05), (2008, -0.50, -0.20), (2009, 0.60, 0.30)]
    assert findings_of_falls.by_year("Protective put", years) == (
        "The protective put ended 1 of 3 calendar years ahead of keeping all; at best "
        "+30.0 points (2008), at worst −30.0 points (2009)."
    )
    behind = findings_of_falls.by_year("Protective put", [(2007, 0.1, 0.0), (2009, 0.2, 0.2)])
    assert behind.startswith("The protective put ended none of 2 calendar years ahead")
    assert findings_of_falls.by_year("Collar", [(2007, 0.1, 0.0)]) == (
        "In 2007 the collar stood −10.0 points against keeping all."
    )


def test_a_fall_counts_as_eased_from_one_point_on() -> None:
    falls = [(-0.30, -0.10), (-0.10, -0.095), (-0.20, -0.25)]
    assert findings_of_falls.in_falls("Pair short", falls) == (
        "The pair short saved a point or more in 1 of 3 falls; in the deepest, −30.0%, it came "
        "to −10.0%."
    )
    assert findings_of_falls.in_falls("Pair short", falls[1:]).startswith(
        "The pair short saved a point in none of 2 falls; in the deepest, −20.0%"
    )
    assert findings_of_falls.in_falls("Pair short", falls[:1]) == (
        "The pair short came to −10.0% where the holding alone came to −30.0%."
    )
    assert findings_of_falls.in_falls("Pair short", []) == (
        "The holding fell in none of the windows below."
    )
