"""`microhedge data chains`, and quotes in the other commands, as they will be typed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .conftest import Typed

HEADER = "quote_date,expiration,strike,right,bid,ask,volume,symbol"
ROWS = (
    "2014-01-03,2014-02-22,540,P,20.00,20.50,9,AAPL",
    "2014-01-03,2014-02-22,535,P,17.90,18.30,9,AAPL",
    "2014-01-03,2014-02-22,530,P,16.00,15.00,9,AAPL",
    "2014-01-06,2014-02-22,540,C,19.00,19.40,9,AAPL",
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    place = tmp_path / "quotes.csv"
    place.write_text("\n".join([HEADER, *ROWS]) + "\n", encoding="utf-8")
    return place


def test_a_chain_is_told_line_by_line(typed: Typed, path: Path) -> None:
    assert typed("data", "chains", path.name).out.splitlines() == [
        "AAPL: 3 of 4 rows are quotes (layout long)",
        "2 of puts and 1 of calls, 1 expiry, 2 sessions from 2014-01-03 to 2014-01-06",
        "  crossed: 1 row left out, 2014-01-03",
        "  thin-expiry: 3 rows kept, 2014-01-03 to 2014-01-06",
        "  expiry-moved: 3 rows kept, 2014-01-03 to 2014-01-06",
    ]


def test_a_chain_as_a_document(typed: Typed, path: Path) -> None:
    document = json.loads(typed("data", "chains", path.name, "--json").out)
    assert (document["underlying"], document["rows"], document["quotes"]) == ("AAPL", 4, 3)
    assert document["findings"][0]["code"] == "crossed"
    assert len(document["sha256"]) == 64


def test_of_several_underlyings_one_has_to_be_named(typed: Typed, path: Path) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(ROWS[0].replace("AAPL", "MSFT") + "\n")
    told = typed("data", "chains", path.name).out.splitlines()
    assert [line.split() for line in told[-3:-1]] == [["AAPL", "4"], ["MSFT", "1"]]
    assert told[-1] == "name one with --symbol to see what of it are quotes"
    assert json.loads(typed("data", "chains", path.name, "--json").out) == {
        "underlyings": {"AAPL": 4, "MSFT": 1}
    }
    one = typed("data", "chains", path.name, "--symbol", "MSFT").out
    assert one.startswith("MSFT: 1 of 1 row is a quote")
    missing = typed("data", "chains", path.name, "--symbol", "MSTF")
    assert missing.code == 3
    assert "no quotes of 'MSTF', only of AAPL, MSFT (did you mean 'MSFT'?)" in missing.error


def test_a_chain_without_a_quote_says_so(typed: Typed, path: Path) -> None:
    path.write_text(f"{HEADER}\n{ROWS[2]}\n", encoding="utf-8")
    assert typed("data", "chains", path.name).out.splitlines() == [
        "AAPL: 0 of 1 row is a quote (layout long)",
        "  crossed: 1 row left out, 2014-01-03",
    ]


def test_the_check_plays_a_hedge_at_quotes(typed: Typed, path: Path) -> None:
    line = "check protective-put --holding AAPL --start 2014-01-03 --end 2014-04-30 --cuts 3"
    told = typed(*line.split(), "--chains", path.name)
    assert told.code == 0, told.err
    assert told.out.startswith("passed: protective-put on AAPL")
