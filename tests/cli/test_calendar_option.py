"""Runs on another exchange's sessions, from the command line to the result."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import numpy as np
import pytest

from microhedge.calendar import day_number, to_date
from microhedge.result import load_all
from microhedge.sources.exchanges import exchange

from .conftest import Typed

FIRST, LAST = date(2011, 1, 4), date(2015, 8, 28)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Two shares in London and an index under the name SPX, all in pounds.

    The last session is the Friday before the summer bank holiday, which was 31 August 2015.
    """
    folder = tmp_path_factory.mktemp("london")
    days = exchange("XLON").sessions(day_number(FIRST), day_number(LAST)).tolist()
    draw = np.random.default_rng(5)
    market = 0.01 * draw.standard_normal(len(days))
    words = []
    for name, own in (("LGEN.L", 0.008), ("AV.L", 0.008), ("SPX", 0.001)):
        moves = market + own * draw.standard_normal(len(days))
        close = np.round(100.0 * np.exp(np.cumsum(moves)), 2)
        # a dividend of 0.25 on row 100, and the adjusted close that a vendor makes of it
        before = close[100] / (close[100] + 0.25)
        rows = ["Date,Close,Adj Close,Dividends,Stock Splits,Currency"]
        for row, (day, price) in enumerate(zip(days, close.tolist(), strict=True)):
            adjusted, paid = (price * before, 0.0) if row < 100 else (price, 0.25 * (row == 100))
            rows.append(f"{to_date(day)},{price:.2f},{adjusted:.6f},{paid:g},0,GBP")
        path = folder / f"{name}.csv"
        path.write_text("\n".join(rows) + "\n", encoding="utf-8")
        words += ["--prices", str(path)]
    return words


def test_a_hedge_with_stock_runs_on_london_s_sessions_and_runs_again(
    typed: Typed, files: list[str]
) -> None:
    line = ["run", "pair-short", "--peer", "AV.L", "--holding", "LGEN.L", "--rate", "0.01", *files]
    answer = typed(*line, "--calendar", "LSE", "--json", "--save", "kept.mhr")
    assert answer.code == 0, answer.err
    document: dict[str, Any] = json.loads(answer.out)
    assert " --calendar XLON " in document["reproduce"]
    # nothing is odd by London's calendar
    assert not [text for text in document["warnings"] if "XLON" in text or "XNYS" in text]
    again = typed(*document["reproduce"].split()[1:], "--json")
    assert again.code == 0, again.err
    assert json.loads(again.out)["runs"][1:] == document["runs"][1:]
    kept = load_all("kept.mhr")[1]
    assert kept.config["calendar"] == {"exchange": "XLON", "next_session": "2015-09-01"}

    by_new_york = json.loads(typed(*line, "--json").out)
    assert by_new_york["data_hash"] != document["data_hash"]
    assert [text for text in by_new_york["warnings"] if "sessions have no price at XNYS" in text]
    assert [text for text in by_new_york["warnings"] if "without trading at XNYS" in text]


def test_a_month_is_over_when_the_exchange_trades_in_it_no_more(
    typed: Typed, files: list[str]
) -> None:
    # New York traded on 31 August 2015, London next on 1 September
    line = ["run", "pair-short", "--peer", "AV.L", "--holding", "LGEN.L", "--rate", "0.01", *files]
    for words, following in ((["--calendar", "XLON"], 1), ([], 0)):
        assert typed(*line, *words, "--save", "kept.mhr").code == 0
        kept = load_all("kept.mhr")[1]
        day = date(2015, 9, 1) if following else date(2015, 8, 31)
        assert to_date(kept.following) == day


def test_options_are_refused_on_another_exchange_s_calendar(typed: Typed, files: list[str]) -> None:
    line = ["run", "protective-put", "--holding", "LGEN.L", "--rate", "0.01", *files]
    answer = typed(*line, "--calendar", "XLON")
    assert (answer.code, answer.out) == (3, "")
    assert answer.error.startswith(
        "an option on LGEN.L needs the calendar XNYS, and this run is on XLON"
    )


def test_the_shipped_prices_are_judged_by_it_as_well(typed: Typed) -> None:
    answer = typed(*"diagnose AAPL --weight 0.4 --calendar XLON --json".split())
    assert answer.code == 0, answer.err
