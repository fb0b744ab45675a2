"""`microhedge data fetch`, against a Yahoo of our own."""

import json
from collections.abc import Iterator
from datetime import date
from importlib.metadata import version
from pathlib import Path

import pytest
from sources.yahoo_server import Listed, Yahoo, flat, serving

from microhedge.sources.yahoo import fetch, source

from .conftest import Typed

THU, FRI, MON = date(2020, 8, 27), date(2020, 8, 28), date(2020, 8, 31)


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Yahoo]:
    with serving() as found:
        found.listed["AAPL"] = Listed(
            {THU: flat(125.01), FRI: flat(124.8075), MON: flat(129.04)},
            dividends={FRI: 0.205},
            splits={MON: (4, 1)},
        )
        found.listed["^GSPC"] = Listed({FRI: flat(3508.01)}, instrument="INDEX")
        session = found.session()
        monkeypatch.setattr(fetch, "_session", lambda timeout: session)
        monkeypatch.setattr(source, "PAUSE", 0.0)
        monkeypatch.setenv("MICROHEDGE_CACHE", str(tmp_path / "cache"))
        yield found


def test_a_table_says_what_came(typed: Typed, server: Yahoo) -> None:
    answer = typed("data", "fetch", "AAPL", "SPX")
    assert (answer.code, answer.err) == (0, "")
    head, aapl, spx = answer.out.splitlines()
    assert head.split() == ("symbol first last sessions splits dividends currency prices".split())
    assert aapl.split() == ["AAPL", "2020-08-27", "2020-08-31", "3", "1", "1", "USD", "fetched"]
    assert spx.split() == ["SPX", "2020-08-28", "2020-08-28", "1", "USD", "fetched"]


def test_what_is_kept_is_shown_offline_from_a_date_on(typed: Typed, server: Yahoo) -> None:
    typed("data", "fetch", "AAPL")
    asked = len(server.asked)
    line = ("data", "fetch", "aapl", "--offline", "--start", "2020-08-31", "--json")
    (found,) = json.loads(typed(*line).out)
    assert len(server.asked) == asked
    assert found["symbol"] == "AAPL"
    assert (found["first"], found["last"], found["state"]) == ("2020-08-31", "2020-08-31", "cached")
    assert len(found["sha256"]) == 64
    assert found["yfinance"] == version("yfinance")


def test_a_note_goes_to_stderr(typed: Typed, server: Yahoo) -> None:
    server.listed["AAPL"].bars[THU] = (None, None, None, None, None)
    answer = typed("data", "fetch", "AAPL", "--json")
    assert answer.code == 0
    assert answer.err == "note: AAPL: 1 session without a price left out, the first 2020-08-27\n"
    assert json.loads(answer.out)[0]["holes"] == 1


def test_missing_prices_end_with_code_3_and_one_line(typed: Typed, server: Yahoo) -> None:
    server.always["AAPL"] = "404"
    answer = typed("data", "fetch", "AAPL")
    assert (answer.code, answer.out) == (3, "")
    assert answer.error.startswith("AAPL: Yahoo has no prices under this symbol")


@pytest.mark.usefixtures("server")
@pytest.mark.parametrize(
    ("line", "said"),
    [
        (["AAPL", "--start", "soon"], "start must be a date as in 2015-01-02, was 'soon'"),
        (["AAPL", "--offline", "--refresh"], "--offline and --refresh exclude each other"),
        (["A/B"], "'A/B' is no symbol of Yahoo"),
        ([], "Missing argument"),
    ],
)
def test_a_line_that_cannot_be_meant_is_refused(typed: Typed, line: list[str], said: str) -> None:
    answer = typed("data", "fetch", *line)
    assert answer.code == 2
    assert said in answer.error
