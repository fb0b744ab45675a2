"""What Yahoo may answer, and what becomes of it; yfinance is not modified."""

import importlib
import itertools
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from sources.yahoo_server import Desk, Listed, Trouble, flat, serving

from microhedge.errors import DataError, NotCovered, UnknownSymbol, UsageError
from microhedge.sources.yahoo import fetch
from microhedge.sources.yahoo.fetch import Unavailable

NOW = datetime(2020, 9, 2, 12, tzinfo=UTC)
MON, TUE = date(2020, 8, 31), date(2020, 9, 1)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with serving() as server:
        server.listed["ABC"] = Listed({MON: flat(100.0), TUE: flat(101.0)})
        server.listed["XYZ"] = Listed({MON: flat(50.0), TUE: flat(51.0)})
        yield Desk(server, tmp_path)


COUNT = itertools.count()
TROUBLES = ["429", "500", "html", "truncated", "down", "drop", "array"]


def unseen(desk: Desk) -> str:
    """List a share whose time zone yfinance cannot know yet, and return its symbol."""
    symbol = f"NEW{next(COUNT)}"
    desk.server.listed[symbol] = desk.server.listed["ABC"]
    return symbol


def closes(desk: Desk, symbol: str = "ABC", **rest: object) -> list[float]:
    series = desk.market(symbol, now=NOW, **rest).series(symbol, "raw")
    assert series is not None
    found: list[float] = series.close.tolist()
    return found


def test_a_healthy_server_is_asked_once_and_nothing_is_waited_for(desk: Desk) -> None:
    assert closes(desk) == [100.0, 101.0]
    assert len(desk.server.charts("ABC")) == 1
    assert desk.waits == []


def test_it_is_asked_beyond_today_so_that_every_split_is_told(desk: Desk) -> None:
    closes(desk)
    # today is 2 September in New York: until the first second of the 4th
    until = int(datetime(2020, 9, 4, 4, tzinfo=UTC).timestamp())
    assert int(desk.server.charts("ABC")[0]["period2"]) == until


@pytest.mark.parametrize("trouble", TROUBLES)
@pytest.mark.parametrize("before", [0, 1])
def test_a_trouble_that_passes_is_survived(desk: Desk, trouble: Trouble, before: int) -> None:
    symbol = unseen(desk)
    # first for the time zone, then for the bars; yfinance repeats some requests by itself
    desk.server.trouble[symbol] = [None] * before + [trouble] * 4
    assert closes(desk, symbol) == [100.0, 101.0]
    assert 1 <= len(desk.waits) <= 4


@pytest.mark.parametrize("trouble", TROUBLES)
def test_a_trouble_that_stays_is_one_clear_error(desk: Desk, trouble: Trouble) -> None:
    symbol = unseen(desk)
    desk.server.always[symbol] = trouble
    with pytest.raises(
        Unavailable, match=rf"^{symbol}: Yahoo gave no prices in 5 tries \("
    ) as caught:
        closes(desk, symbol)
    assert "a file of your own, CSV or Parquet (--prices FILE)" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert (caught.value.exit_code, isinstance(caught.value, DataError)) == (3, True)
    assert caught.value.__cause__ is not None
    assert len(desk.waits) == 4


def test_the_first_429_is_survived_without_a_wait(desk: Desk) -> None:
    # yfinance changes its kind of cookie and asks again
    desk.server.trouble["ABC"] = ["429"]
    assert closes(desk) == [100.0, 101.0]
    assert desk.waits == []


def test_a_failed_answer_is_not_given_again(desk: Desk) -> None:
    desk.server.always["ABC"] = "500"
    with pytest.raises(Unavailable):
        closes(desk)
    del desk.server.always["ABC"]
    assert closes(desk) == [100.0, 101.0]


def test_each_wait_is_twice_the_one_before_and_four_times_that_when_asked_too_often(
    desk: Desk,
) -> None:
    # 1, 2, 4, 8 seconds and 4, 8, 16, 32, of which chance takes up to a quarter
    for trouble, longest in (("500", (1, 2, 4, 8)), ("429", (4, 8, 16, 32))):
        desk.server.always["ABC"] = "429" if trouble == "429" else "500"
        desk.waits.clear()
        with pytest.raises(Unavailable):
            closes(desk)
        for waited, most in zip(desk.waits, longest, strict=True):
            assert 0.75 * most <= waited <= most


def test_a_server_that_hangs_is_given_up_after_the_timeout(desk: Desk) -> None:
    desk.server.always["ABC"] = "hang"
    with pytest.raises(Unavailable, match=r"in 2 tries \(Timeout: "):
        closes(desk, tries=2, session=desk.server.session(timeout=0.1))


def test_our_own_session_does_not_wait_longer_than_asked(desk: Desk) -> None:
    desk.server.always["ABC"] = "hang"
    session = fetch._session(0.1)
    with pytest.raises(OSError, match="timed out"):
        session.get(f"http://127.0.0.1:{desk.server.port}/v8/finance/chart/ABC", timeout=30)


def test_a_server_that_is_down_is_one_clear_error(tmp_path: Path) -> None:
    with serving() as server:
        pass
    gone = Desk(server, tmp_path)
    with pytest.raises(Unavailable, match=r"in 3 tries \(ConnectionError: .*connect"):
        closes(gone, tries=3)


def test_a_delisted_symbol_is_named_at_once(desk: Desk) -> None:
    desk.server.always["ABC"] = "404"
    with pytest.raises(UnknownSymbol, match=r"^ABC: Yahoo has no prices .* misspelt or delisted"):
        closes(desk)
    assert len(desk.waits) <= 1


def test_an_unknown_symbol_is_told_from_a_broken_server(desk: Desk) -> None:
    with pytest.raises(UnknownSymbol, match=r"^NOPE: Yahoo has no prices under this symbol"):
        desk.market("NOPE", now=NOW)
    # yfinance looks for a time zone elsewhere, twice in a process, and fails at that first
    assert len(desk.waits) <= 2
    desk.server.always["NOPE2"] = "500"
    with pytest.raises(Unavailable, match=r"^NOPE2: .* \(YFPricesMissingError: .*something broke"):
        desk.market("NOPE2", now=NOW)


def test_one_symbol_of_five_that_is_missing_is_named_and_nothing_runs_on_four(desk: Desk) -> None:
    for symbol in ("DEF", "GHI", "JKL"):
        desk.server.listed[symbol] = Listed({MON: flat(10.0), TUE: flat(11.0)})
    with pytest.raises(UnknownSymbol, match=r"^NOPE: Yahoo has no prices under this symbol"):
        desk.market("ABC", "DEF", "NOPE", "GHI", "JKL", now=NOW)


def test_a_session_of_requests_does_as_well(desk: Desk) -> None:
    requests = importlib.import_module("requests")

    def request(self: Any, method: str, url: str, **rest: Any) -> Any:
        here = urlsplit(url)._replace(scheme="http", netloc=f"127.0.0.1:{desk.server.port}")
        return requests.Session.request(self, method, here.geturl(), **rest)

    session = type("Here", (requests.Session,), {"request": request})()
    symbol = unseen(desk)
    desk.server.trouble[symbol] = ["drop", "truncated"]
    assert closes(desk, symbol, session=session) == [100.0, 101.0]
    session.close()


def test_an_answer_without_bars_is_no_answer(desk: Desk) -> None:
    desk.server.listed["NEW"] = Listed({date(2030, 1, 2): flat(1.0)})
    with pytest.raises(Unavailable, match=r"^NEW: Yahoo gave no prices in 2 tries"):
        desk.market("NEW", now=NOW, tries=2)


def test_a_window_without_prices_is_refused_with_the_span_there_is(desk: Desk) -> None:
    with pytest.raises(
        NotCovered, match="from 2021-01-01 to today; Yahoo's run from 2020-08-31 to 2020-09-01"
    ):
        desk.market("ABC", now=NOW, start=date(2021, 1, 1))


def test_symbols_are_asked_one_at_a_time_with_a_pause(desk: Desk) -> None:
    desk.market("ABC", "XYZ", "ABC", now=NOW)
    assert [len(desk.server.charts(ticker)) for ticker in ("ABC", "XYZ")] == [1, 1]
    assert desk.waits == [1.0]


def test_two_currencies_are_refused(desk: Desk) -> None:
    desk.server.listed["SAP.DE"] = Listed(
        {MON: flat(90.0), TUE: flat(91.0)}, currency="EUR", zone="Europe/Berlin"
    )
    with pytest.raises(NotCovered, match=r"one currency.*: ABC in USD, SAP\.DE in EUR; choose"):
        desk.market("ABC", "SAP.DE", now=NOW)
    euro = desk.market("SAP.DE", now=NOW).series("SAP.DE", "raw")
    assert euro is not None
    assert euro.currency == "EUR"


def test_quotes_in_pence_are_refused(desk: Desk) -> None:
    desk.server.listed["VOD.L"] = Listed({MON: flat(110.0)}, currency="GBp", zone="Europe/London")
    with pytest.raises(NotCovered, match=r"VOD\.L is quoted in GBp.*import a file in GBP"):
        desk.market("VOD.L", now=NOW)


def test_what_is_no_share_fund_or_index_is_refused(desk: Desk) -> None:
    desk.server.listed["EURUSD=X"] = Listed(
        {MON: flat(1.19)}, zone="Europe/London", instrument="CURRENCY"
    )
    with pytest.raises(NotCovered, match="EURUSD=X is of the kind CURRENCY"):
        desk.market("EURUSD=X", now=NOW)


@pytest.mark.parametrize(
    ("symbol", "said"),
    [("", "no symbol of Yahoo"), ("../x", "no symbol of Yahoo"), ("US0378331005", "is an ISIN")],
)
def test_what_cannot_be_a_symbol_is_refused_before_yahoo_is_asked(
    desk: Desk, symbol: str, said: str
) -> None:
    with pytest.raises(UsageError, match=said):
        desk.market(symbol, now=NOW)
    assert desk.server.asked == []


def test_no_symbol_at_all_is_refused(desk: Desk) -> None:
    with pytest.raises(UsageError, match="no symbol was given"):
        desk.market(now=NOW)


def test_yfinance_hides_its_errors_again_afterwards(desk: Desk) -> None:
    import yfinance as yf

    before = yf.config.debug.hide_exceptions
    desk.server.always["ABC"] = "500"
    with pytest.raises(Unavailable):
        closes(desk)
    assert yf.config.debug.hide_exceptions == before
