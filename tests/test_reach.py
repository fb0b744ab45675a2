"""Whose prices bound a run is said where those of the holding reach further."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from tapes import sessions

from microhedge.calendar import to_date
from microhedge.comparing import run
from microhedge.loading import load
from microhedge.market import Market
from microhedge.origin import Basis, Origin
from microhedge.portfolio import Portfolio
from microhedge.reach import WORTH_SAYING, bounds_told
from microhedge.series import Series
from microhedge.sources.bundled import bundled

AXIS = sessions("2024-01-02", 120)
OWN = Origin(files=(("MINE.csv", "0" * 64),))


def series(symbol: str, days: Sequence[int], origin: Origin, basis: Basis = "raw") -> Series:
    close = np.linspace(50.0, 60.0, len(days))
    none = np.full(len(days), np.nan)
    return Series(symbol, basis, np.array(days, np.int32), close, none, (), "", "", origin=origin)


def said(
    mine: slice, index: slice, *, start: date | None = None, end: date | None = None
) -> list[str]:
    market = Market(
        [
            series("MINE", AXIS[mine], OWN),
            series("SPX", AXIS[index], Origin(), "price_index"),
        ]
    )
    tape = market.tape(["MINE", "SPX"], start=start, end=end, warmup=5)
    return [*bounds_told(market, tape, "MINE", warmup=5)]


def test_an_index_that_ends_a_month_before_the_holding_is_named_as_what_ends_the_run() -> None:
    (text,) = said(slice(0, 120), slice(0, 90))
    assert f"ends on {to_date(AXIS[89])}, where the prices of SPX end" in text
    assert f"MINE go on to {to_date(AXIS[119])}" in text
    assert "docs/own-prices.md" in text


def test_a_symbol_that_begins_a_month_after_the_holding_is_named_as_what_begins_the_run() -> None:
    (text,) = said(slice(0, 120), slice(30, 120))
    assert f"cannot begin before {to_date(AXIS[35])}: the prices of SPX begin on" in text
    assert f"SPX begin on {to_date(AXIS[30])}, and 5 sessions of warm-up" in text
    assert f"MINE begin on {to_date(AXIS[0])}" in text


def test_the_same_is_said_where_that_start_and_end_are_asked_for() -> None:
    texts = said(slice(0, 120), slice(30, 90))
    assert len(texts) == 2
    asked = {"start": to_date(AXIS[35]), "end": to_date(AXIS[89])}
    assert said(slice(0, 120), slice(30, 90), **asked) == texts


def test_nothing_is_said_of_an_end_or_a_start_that_need_not_be_or_of_a_few_sessions() -> None:
    every, few = slice(0, 120), WORTH_SAYING
    assert said(every, slice(few, 120 - few)) == []
    assert said(every, slice(30, 90), start=to_date(AXIS[40]), end=to_date(AXIS[80])) == []
    # the holding itself bounds the run
    assert said(slice(30, 90), every) == []


@pytest.mark.parametrize("origin", [Origin(), OWN])
def test_a_result_says_what_ended_it_of_prices_of_one_s_own_alone(origin: Origin) -> None:
    shipped = bundled()
    apple, index = shipped.series("AAPL", "raw"), shipped.series("SPX", "price_index")
    assert apple is not None
    assert index is not None
    market = Market([replace(apple, symbol="MINE", origin=origin), index], shipped.references)
    hedge = load("index-short")(holding="MINE")
    found = run(hedge, market, Portfolio(shares=100), start=date(2022, 1, 3))
    texts = [note.text for note in found.notes if note.code == "window"]
    assert len(texts) == (1 if origin.files else 0)
    # as `microhedge data list` tells of the shipped prices
    assert all("on 2022-12-28, where the prices of SPX end" in text for text in texts)
    assert all("MINE go on to 2023-09-21" in text for text in texts)
