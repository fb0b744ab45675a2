"""Option quotes that are captured: all of them or none, and read again as they were quoted."""

import json
import os
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
from sources.yahoo_server import (
    Contract,
    Desk,
    Listed,
    Optioned,
    Trouble,
    flat,
    options_of,
    serving,
)

from microhedge.calendar import day_number
from microhedge.errors import BadData, DataError, NotCovered, UnknownSymbol, UsageError
from microhedge.instruments import Option, Right
from microhedge.sources import parquet
from microhedge.sources.chains import read_chain
from microhedge.sources.yahoo.fetch import Unavailable
from microhedge.sources.yahoo.options import BREATH, MarketClosed
from microhedge.sources.yahoo.snapshot import Capture, Captured, path_of, snapshot
from microhedge.sources.yahoo.source import PAUSE

NOW = datetime(2026, 11, 20, 20, 45, 7, tzinfo=UTC)  # a Friday, 15:45 in New York
FRI, DEC, JAN = date(2026, 11, 20), date(2026, 12, 18), date(2027, 1, 15)


def abc() -> Optioned:
    """A chain of two expiries with one of each kind of quote."""
    return Optioned(
        {
            DEC: (
                [
                    Contract("ABC261218C00150000", 150.0, 4.1, 4.3),
                    Contract("ABC261218C00200000", 200.0, 0.0, 0.05, volume=None),
                ],
                [
                    Contract("ABC261218P00140000", 140.0, 1.5, 1.65),
                    Contract("ABC261218P00135000", 135.0, 1.3, 1.2),  # crossed
                    Contract("ABC1261218P00145000", 145.0, 2.5, 2.7, size="MINI"),
                ],
            ),
            JAN: (
                [Contract("ABC270115C00150000", 150.0, None, 7.5, interest=None)],
                [Contract("ABC270115P00140000", 140.0, 3.1, 3.3)],
            ),
        }
    )


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setenv("MICROHEDGE_CACHE", str(tmp_path / "cache"))
    with serving() as server:
        server.optioned["ABC"] = abc()
        server.listed["ABC"] = Listed({FRI: flat(150.0)})
        yield Desk(server, tmp_path)


def captured(desk: Desk, *symbols: str, now: datetime = NOW, **rest: Any) -> Capture:
    given: dict[str, Any] = {"out": desk.place, "sleep": desk.waits.append} | rest
    return snapshot(symbols or ["ABC"], clock=lambda: now, session=desk.server.session(), **given)


def one(desk: Desk, **rest: Any) -> Captured:
    found = captured(desk, **rest)
    found.all_taken()
    (only,) = found.taken
    return only


def reason(desk: Desk, symbol: str = "ABC", **rest: Any) -> DataError:
    """Why nothing was captured, after a look that nothing is there."""
    found = captured(desk, symbol, **rest)
    (error,) = found.failed
    assert (found.taken, files(desk)) == ((), [])
    assert "\n" not in str(error)
    assert str(error).startswith(f"{symbol.lstrip('^')}: ")
    assert error.exit_code == 3
    return error


def files(desk: Desk) -> list[Path]:
    chains = desk.place / "chains"
    return sorted(path for path in chains.rglob("*") if path.is_file()) if chains.is_dir() else []


def asked(desk: Desk) -> list[str]:
    return [name for name, _ in desk.server.asked if "/options" in name]


# what is kept


def test_every_quote_of_every_expiry_is_in_one_file_as_it_was_given(desk: Desk) -> None:
    found = one(desk)
    assert found.file == desk.place / "chains" / "ABC" / "2026-11-20T2045Z.parquet"
    assert files(desk) == [found.file]
    rows = pq.read_table(found.file).to_pylist()
    assert [(row["expiration"], row["right"], row["strike"]) for row in rows] == [
        (DEC, "C", 150.0),
        (DEC, "C", 200.0),
        (DEC, "P", 140.0),
        (DEC, "P", 135.0),
        (DEC, "P", 145.0),
        (JAN, "C", 150.0),
        (JAN, "P", 140.0),
    ]
    assert rows[2] == {
        "captured_at": NOW,
        "quote_date": FRI,
        "underlying": "ABC",
        "underlying_price": 150.0,
        "underlying_time": datetime(2026, 11, 20, 20, 44, tzinfo=UTC),
        "market_state": "REGULAR",
        "expiration": DEC,
        "strike": 140.0,
        "right": "P",
        "bid": 1.5,
        "ask": 1.65,
        "last": 1.1,
        "last_trade": datetime(2026, 11, 20, 20, 30, tzinfo=UTC),
        "volume": 10.0,
        "open_interest": 100.0,
        "iv_yahoo": 0.25,
        "contract_symbol": "ABC261218P00140000",
        "contract_size": "REGULAR",
        "currency": "USD",
    }
    assert rows[1]["volume"] is None
    assert (rows[5]["bid"], rows[5]["open_interest"]) == (None, None)


def test_what_is_odd_is_counted_and_told_and_kept(desk: Desk) -> None:
    found = one(desk)
    assert (found.symbol, found.expiries, found.contracts) == ("ABC", 2, 7)
    # the bids of 200 and of January's call are 0 and missing, 135 is crossed
    assert (found.two_sided, found.zero_bids, found.crossed, found.adjusted) == (4, 2, 1, 1)
    (note,) = found.notes
    assert note.startswith("ABC: quotes of adjusted contracts, 1 of 7, are kept, and left out")


def test_a_file_describes_itself(desk: Desk) -> None:
    found = one(desk)
    about = json.loads(pq.read_schema(found.file).metadata[b"microhedge"])
    assert about["source"] == "Yahoo, by yfinance"
    assert (about["ticker"], about["fetched"]) == ("ABC", "2026-11-20T20:45:07+00:00")
    assert about["yfinance"] == version("yfinance")
    assert (about["sha256"], len(found.sha256)) == (found.sha256, 64)


def test_the_default_place_is_here(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(desk.place)
    found = captured(desk, out=Path()).taken[0]
    assert found.file.parts[:-1] == ("chains", "ABC")
    assert found.file.is_file()


def test_the_days_are_those_of_the_exchange(desk: Desk) -> None:
    # 20:30 in New York, the next day in UTC
    desk.server.optioned["ABC"].time = NOW
    late = datetime(2026, 11, 21, 1, 30, tzinfo=UTC)
    found = one(desk, now=late)
    assert found.file.name == "2026-11-21T0130Z.parquet"
    assert set(pq.read_table(found.file)["quote_date"].to_pylist()) == {FRI}


def test_the_options_of_the_index_are_under_another_symbol(desk: Desk) -> None:
    puts = [Contract("SPXW261218P06000000", 6000.0, 30.0, 31.0)]
    desk.server.optioned["^SPX"] = Optioned({DEC: ([], puts)}, price=6100.0)
    (found,) = captured(desk, "SPX", "^GSPC", "^SPX").taken
    assert (found.symbol, found.file.parent.name) == ("SPX", "SPX")
    assert len(read_chain(found.file.parent, "SPX").chain) == 1


@pytest.mark.parametrize(
    ("ticker", "folder"), [("BRK-B", "BRK-B"), ("^SPX", "SPX"), ("CON", "CON_"), ("M&M", "M%26M")]
)
def test_a_folder_has_a_name_that_every_system_allows(ticker: str, folder: str) -> None:
    assert path_of(Path(), ticker, NOW).parts == ("chains", folder, "2026-11-20T2045Z.parquet")


# how Yahoo is asked


def test_each_expiry_is_asked_for_once_and_not_in_a_rush(desk: Desk) -> None:
    one(desk)
    assert asked(desk) == [options_of("ABC"), options_of("ABC", DEC), options_of("ABC", JAN)]
    assert desk.waits == [BREATH, BREATH]


def test_between_symbols_there_is_a_pause(desk: Desk) -> None:
    desk.server.optioned["XYZ"] = Optioned({DEC: ([Contract("XYZ261218C00150000", 150.0)], [])})
    found = captured(desk, "ABC", "XYZ", "abc")
    assert [each.symbol for each in found.taken] == ["ABC", "XYZ"]
    assert desk.waits == [BREATH, BREATH, PAUSE, BREATH]
    assert PAUSE >= 1.0


def test_a_symbol_that_fails_does_not_stop_the_others(desk: Desk) -> None:
    desk.server.always[options_of("XYZ")] = "429"
    desk.server.always[options_of("QQQ")] = "429"
    found = captured(desk, "XYZ", "QQQ", "ABC")
    assert [each.symbol for each in found.taken] == ["ABC"]
    assert [type(error) for error in found.failed] == [Unavailable, Unavailable]
    # after the first that Yahoo does not answer, the others are tried once
    assert "in 5 tries" in str(found.failed[0])
    assert "in 1 try" in str(found.failed[1])
    with pytest.raises(NotCovered, match="2 of 3 symbols were not captured"):
        found.all_taken()


@pytest.mark.parametrize("symbols", [[], ["A/B"], ["ABC", "US0378331005"]])
def test_what_is_no_symbol_is_refused_before_anything_is_asked(
    desk: Desk, symbols: list[str]
) -> None:
    with pytest.raises(UsageError):
        snapshot(symbols, out=desk.place, session=desk.server.session())
    assert asked(desk) == []


# a closed market


@pytest.mark.parametrize("state", ["PRE", "POST", "POSTPOST", "CLOSED"])
def test_a_closed_market_is_refused_after_one_request(desk: Desk, state: str) -> None:
    desk.server.optioned["ABC"].state = state
    error = reason(desk)
    assert isinstance(error, MarketClosed)
    assert f"ABC: the market is closed ({state}, last trade 2026-11-20 15:44 in America" in str(
        error
    )
    assert "--anyway" in str(error)
    assert (asked(desk), desk.waits) == ([options_of("ABC")], [])


def test_a_market_that_closes_meanwhile_is_refused(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def close(seconds: float) -> None:
        desk.server.optioned["ABC"].state = "POST"

    assert isinstance(reason(desk, sleep=close), MarketClosed)


def test_anyway_keeps_the_quotes_of_the_last_session_under_its_day(desk: Desk) -> None:
    # before the open on Monday: what is quoted is of Friday
    desk.server.optioned["ABC"].state = "PRE"
    monday = NOW + timedelta(days=2, hours=17)
    found = one(desk, now=monday, anyway=True)
    assert found.state == "PRE"
    assert set(pq.read_table(found.file)["quote_date"].to_pylist()) == {FRI}
    assert "the market is PRE: these are quotes of 2026-11-20" in found.notes[0]
    file = read_chain(found.file, "ABC")
    assert file.count("outside-hours") == len(file.chain) == 4


def test_a_share_that_did_not_trade_today_is_told_of(desk: Desk) -> None:
    desk.server.optioned["ABC"].time = NOW - timedelta(days=1)
    assert "ABC: last traded on 2026-11-19: its quotes may be as old" in one(desk).notes


# what goes wrong

TROUBLES = ["429", "500", "empty", "null", "html", "truncated", "down", "drop", "array"]


@pytest.mark.parametrize("trouble", TROUBLES)
@pytest.mark.parametrize("expiry", [None, DEC, JAN])
def test_a_trouble_that_passes_is_survived(
    desk: Desk, trouble: Trouble, expiry: date | None
) -> None:
    # yfinance repeats some requests by itself
    desk.server.trouble[options_of("ABC", expiry)] = [trouble] * 3
    assert one(desk).contracts == 7
    assert 1 <= sum(waited != BREATH for waited in desk.waits) <= 3


@pytest.mark.parametrize("trouble", TROUBLES)
@pytest.mark.parametrize("expiry", [None, DEC, JAN])
def test_a_trouble_that_stays_is_one_clear_line_and_no_file(
    desk: Desk, trouble: Trouble, expiry: date | None
) -> None:
    desk.server.always[options_of("ABC", expiry)] = trouble
    error = reason(desk)
    assert isinstance(error, Unavailable)
    what = "option quotes" if expiry is None else f"option quotes for {expiry}"
    assert f"ABC: Yahoo gave no {what} in 5 tries (" in str(error)
    assert "nothing of it was kept" in str(error)
    assert len([waited for waited in desk.waits if waited != BREATH]) == 4


def test_the_first_429_is_survived_without_a_wait(desk: Desk) -> None:
    # yfinance changes its kind of cookie and asks again
    desk.server.trouble[options_of("ABC")] = ["429"]
    one(desk)
    assert desk.waits == [BREATH, BREATH]


def test_a_lasting_429_is_waited_out_four_times_as_long(desk: Desk) -> None:
    desk.server.always[options_of("ABC", JAN)] = "429"
    assert "YFRateLimitError" in str(reason(desk))
    for waited, most in zip(desk.waits[2:], (4, 8, 16, 32), strict=True):
        assert 0.75 * most <= waited <= most


def test_a_symbol_without_options_is_told_so_at_once(desk: Desk) -> None:
    desk.server.optioned["FUND"] = Optioned({})
    error = reason(desk, "FUND")
    assert isinstance(error, NotCovered)
    assert "FUND: Yahoo lists no options on it" in str(error)
    assert desk.waits == []


def test_an_unknown_symbol_is_told_from_a_broken_server(desk: Desk) -> None:
    error = reason(desk, "NOPE")
    assert isinstance(error, UnknownSymbol)
    assert "NOPE: Yahoo has no option quotes under this symbol; it may be misspelt" in str(error)
    # yfinance looks for a time zone elsewhere, twice in a process, and fails at that first
    assert len(desk.waits) <= 2


def test_a_server_that_is_down_is_one_clear_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MICROHEDGE_CACHE", str(tmp_path / "cache"))
    with serving() as server:
        pass
    assert "in 2 tries (ConnectionError: " in str(reason(Desk(server, tmp_path), tries=2))


def test_an_expiry_without_a_contract_is_no_answer(desk: Desk) -> None:
    desk.server.optioned["ABC"].expiries[JAN] = ([], [])
    assert "for 2027-01-15 in 5 tries (LookupError: an empty answer)" in str(reason(desk))


@pytest.mark.parametrize("stray", ["ABC261218P00140000", "ABC270115C00140000"])
def test_an_answer_with_contracts_of_another_expiry_or_right_is_no_answer(
    desk: Desk, stray: str
) -> None:
    desk.server.optioned["ABC"].expiries[JAN][1].append(Contract(stray, 140.0))
    assert f"(LookupError: {stray} among the puts)" in str(reason(desk))


@pytest.mark.parametrize(
    "name", ["regularMarketPrice", "regularMarketTime", "marketState", "exchangeTimezoneName"]
)
def test_an_answer_that_does_not_say_when_it_was_is_no_answer(desk: Desk, name: str) -> None:
    desk.server.optioned["ABC"].lacking = name
    assert f"(KeyError: '{name}')" in str(reason(desk))


# files that are never written again


def test_a_second_capture_in_a_minute_is_refused_and_leaves_the_first(desk: Desk) -> None:
    first = one(desk)
    before = first.file.read_bytes()
    count = len(asked(desk))
    found = captured(desk, now=NOW + timedelta(seconds=30))
    assert "2026-11-20T2045Z.parquet is there already" in str(found.failed[0])
    assert (first.file.read_bytes(), len(asked(desk))) == (before, count)
    assert one(desk, now=NOW + timedelta(minutes=1)).file.name == "2026-11-20T2046Z.parquet"


def test_of_two_processes_in_a_minute_the_first_one_stays(desk: Desk) -> None:
    path = path_of(desk.place, "ABC", NOW)

    def other(seconds: float) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"of the other")

    (error,) = captured(desk, sleep=other).failed
    assert "is there already" in str(error)
    assert (path.read_bytes(), files(desk)) == (b"of the other", [path])


def test_a_folder_without_hard_links_is_written_to_all_the_same(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: Path, target: Path) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    found = one(desk)
    assert files(desk) == [found.file]
    with pytest.raises(FileExistsError):
        parquet.add_whole(pq.read_table(found.file), found.file)
    assert files(desk) == [found.file]


@pytest.mark.parametrize("step", ["fsync", "link"])
def test_a_failing_write_leaves_no_file(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, step, full)
    with pytest.raises(OSError, match="No space left"):
        captured(desk)
    assert files(desk) == []


# read again


def quote(folder: Path, day: date, expiry: date, strike: float, right: Right) -> Any:
    option = Option("ABC", right, strike, expiry)
    return read_chain(folder, "ABC").chain.at(option, day_number(day))


def test_the_reader_of_chains_reads_what_was_captured(desk: Desk) -> None:
    found = one(desk)
    file = read_chain(found.file, "ABC")
    assert (file.layout, file.rows) == ("snapshot", 7)
    assert {one.code: one.count for one in file.findings} == {
        "odd-contract": 1,
        "no-quote": 1,
        "crossed": 1,
        "zero-bid": 1,
        "thin-expiry": 4,
    }
    folder = found.file.parent
    assert quote(folder, FRI, DEC, 140.0, "P") == (1.5, 1.65)
    assert quote(folder, FRI, DEC, 150.0, "C") == (4.1, 4.3)
    assert quote(folder, FRI, JAN, 140.0, "P") == (3.1, 3.3)
    assert quote(folder, FRI, DEC, 145.0, "P") is None


def test_a_contract_with_a_digit_in_its_root_is_odd_whatever_its_size(desk: Desk) -> None:
    desk.server.optioned["ABC"].expiries[DEC][1][2].size = "REGULAR"
    assert read_chain(one(desk).file, "ABC").count("odd-contract") == 1


def test_the_later_capture_of_a_day_counts_and_days_add_up(desk: Desk) -> None:
    folder = one(desk).file.parent
    puts = desk.server.optioned["ABC"].expiries[DEC][1]
    puts[0].bid, puts[0].ask = 1.7, 1.9
    one(desk, now=NOW + timedelta(minutes=5))
    monday = NOW + timedelta(days=3)
    desk.server.optioned["ABC"].time = monday
    puts[0].bid, puts[0].ask = 2.0, 2.2
    one(desk, now=monday)
    file = read_chain(folder, "ABC")
    assert file.rows == 3 * 7
    # four of the first capture are quotes
    assert file.count("later-capture") == 4
    assert file.count("conflicting") == file.count("duplicate") == 0
    assert quote(folder, FRI, DEC, 140.0, "P") == (1.7, 1.9)
    assert quote(folder, monday.date(), DEC, 140.0, "P") == (2.0, 2.2)


def test_a_later_quote_that_is_none_leaves_the_earlier_one(desk: Desk) -> None:
    folder = one(desk).file.parent
    puts = desk.server.optioned["ABC"].expiries[DEC][1]
    puts[0].bid, puts[0].ask = 0.0, 0.0
    one(desk, now=NOW + timedelta(minutes=5))
    assert quote(folder, FRI, DEC, 140.0, "P") == (1.5, 1.65)


def test_a_capture_of_the_markets_hours_counts_before_one_after_them(desk: Desk) -> None:
    folder = one(desk).file.parent
    desk.server.optioned["ABC"].state = "POST"
    puts = desk.server.optioned["ABC"].expiries[DEC][1]
    puts[0].bid, puts[0].ask = 0.0, 9.0
    one(desk, now=NOW + timedelta(hours=1), anyway=True)
    file = read_chain(folder, "ABC")
    assert file.count("outside-hours") == 0
    assert quote(folder, FRI, DEC, 140.0, "P") == (1.5, 1.65)


def test_a_capture_is_read_the_same_from_csv(desk: Desk) -> None:
    found = one(desk)
    pq.read_table(found.file).to_pandas().to_csv(desk.place / "abc.csv", index=False)
    file, again = read_chain(found.file, "ABC"), read_chain(desk.place / "abc.csv", "ABC")
    assert (again.layout, again.findings) == (file.layout, file.findings)
    assert again.chain.sha256 == file.chain.sha256


def test_a_capture_that_was_changed_is_refused(desk: Desk) -> None:
    found = one(desk)
    table = pq.read_table(found.file)
    bid = np.full(table.num_rows, 9.0)
    at = table.schema.get_field_index("iv_yahoo")
    changed = table.set_column(at, table.schema.field("iv_yahoo"), [bid])
    pq.write_table(changed, found.file)
    with pytest.raises(BadData, match=r"2045Z\.parquet: was changed since it was captured"):
        read_chain(found.file, "ABC")
    # without its description it is a file of the user's own
    pq.write_table(changed.replace_schema_metadata(None), found.file)
    assert len(read_chain(found.file, "ABC").chain) == 4
