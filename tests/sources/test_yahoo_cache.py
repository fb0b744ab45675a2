"""Prices that are kept: brought up to date, used without Yahoo, and whole whatever happens."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from importlib.metadata import version
from pathlib import Path

import pytest
from sources.yahoo_server import Desk, Listed, flat, serving

from microhedge.calendar import day_number, sessions, to_date
from microhedge.errors import BadData, NotCovered, UsageError
from microhedge.series import Series
from microhedge.sources.yahoo import YahooMarket
from microhedge.sources.yahoo.cache import path_of, read, write
from microhedge.sources.yahoo.fetch import Unavailable

YFINANCE = version("yfinance")
TESTS = Path(__file__).parents[1]
DAYS = [
    to_date(day)
    for day in sessions(day_number(date(2020, 7, 1)), day_number(date(2020, 9, 30))).tolist()
]
UP_TO = DAYS.index(date(2020, 8, 28)) + 1
LATER = UP_TO + 2  # Monday 31 August and Tuesday 1 September


def after(day: date) -> datetime:
    """The evening of a day in New York."""
    return datetime(day.year, day.month, day.day, 23, tzinfo=UTC)


def listed(count: int, **rest: object) -> Listed:
    """The first sessions, with a close of 100, 101, 102 …"""
    bars = {day: flat(100.0 + row) for row, day in enumerate(DAYS[:count])}
    end = DAYS[count - 1]
    hours = tuple(datetime(end.year, end.month, end.day, h, tzinfo=UTC) for h in (13, 20))
    return Listed(bars, session=(hours[0], hours[1]), **rest)  # type: ignore[arg-type]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with serving() as server:
        server.listed["ABC"] = listed(UP_TO)
        yield Desk(server, tmp_path)


def first(desk: Desk) -> YahooMarket:
    market = desk.market("ABC", now=after(DAYS[UP_TO - 1]))
    assert market.fetched[0].state == "fetched"
    return market


def second(desk: Desk, **rest: object) -> YahooMarket:
    return desk.market("ABC", now=after(DAYS[LATER - 1]), **rest)


def abc(market: YahooMarket) -> Series:
    series = market.series("ABC", "raw")
    assert series is not None
    return series


def expected(count: int) -> list[float]:
    return [100.0 + row for row in range(count)]


def test_what_is_kept_is_not_asked_for_again_until_the_next_session_is_finished(
    desk: Desk,
) -> None:
    first(desk)
    again = desk.market("ABC", now=after(DAYS[UP_TO - 1]) + timedelta(days=2))  # a Sunday
    assert again.fetched[0].state == "cached"
    assert len(desk.server.charts("ABC")) == 1
    assert abc(again).close.tolist() == expected(UP_TO)


def test_an_update_asks_for_the_last_ten_sessions_and_appends(desk: Desk) -> None:
    first(desk)
    desk.server.listed["ABC"] = listed(LATER)
    market = second(desk)
    assert market.fetched[0].state == "updated"
    assert abc(market).close.tolist() == expected(LATER)
    since = int(desk.server.charts("ABC")[1]["period1"])
    assert datetime.fromtimestamp(since, UTC).date() == DAYS[UP_TO - 10]
    assert market.notes == ()


def test_a_revised_history_is_found_and_fetched_again(desk: Desk) -> None:
    first(desk)
    desk.server.listed["ABC"] = listed(LATER)
    revised = DAYS[UP_TO - 3]
    desk.server.listed["ABC"].bars[revised] = flat(77.0)
    desk.server.listed["ABC"].bars[DAYS[0]] = flat(88.0)  # before the overlap: found with it
    market = second(desk)
    assert market.fetched[0].state == "fetched"
    closes = dict(zip(abc(market).day.tolist(), abc(market).close.tolist(), strict=True))
    assert closes[day_number(revised)] == 77.0
    assert market.fetched[0].revised == 2
    assert market.notes == (f"ABC: Yahoo revised 2 sessions between {DAYS[0]} and {revised}",)


@pytest.mark.parametrize("change", ["dividend", "vanished", "new"])
def test_other_revisions_are_found_too(desk: Desk, change: str) -> None:
    gap = DAYS[UP_TO - 5]
    if change == "new":
        del desk.server.listed["ABC"].bars[gap]
    first(desk)
    desk.server.listed["ABC"] = listed(LATER, dividends={gap: 0.5} if change == "dividend" else {})
    if change == "vanished":
        del desk.server.listed["ABC"].bars[gap]
    market = second(desk)
    assert market.notes == (f"ABC: Yahoo revised the session of {gap}",)
    assert len(abc(market).day) == LATER - (change == "vanished")
    assert len(abc(market).actions) == (change == "dividend")


def test_noise_in_the_sixth_digit_is_no_revision(desk: Desk) -> None:
    first(desk)
    desk.server.listed["ABC"] = listed(LATER)
    for day in DAYS[:LATER]:
        close = desk.server.listed["ABC"].bars[day][3]
        assert close is not None
        desk.server.listed["ABC"].bars[day] = flat(close * (1.0 + 5e-6))
    assert second(desk).fetched[0].state == "updated"


def test_a_session_without_a_price_is_asked_for_again(desk: Desk) -> None:
    desk.server.listed["ABC"].bars[DAYS[UP_TO - 1]] = (None, None, None, None, None)
    assert abc(first(desk)).close.tolist() == expected(UP_TO - 1)
    desk.server.listed["ABC"] = listed(UP_TO)
    again = desk.market("ABC", now=after(DAYS[UP_TO - 1]) + timedelta(hours=1))
    assert abc(again).close.tolist() == expected(UP_TO)


def test_a_split_after_fetching_does_not_change_what_was_traded(desk: Desk) -> None:
    before = abc(first(desk))
    split = listed(LATER, splits={DAYS[UP_TO]: (4, 1)})
    for row, day in enumerate(DAYS[:LATER]):
        # Yahoo now divides everything before by four; the shares trade at a quarter after it
        split.bars[day] = flat((100.0 + row) / 4, 4000)
    desk.server.listed["ABC"] = split
    market = second(desk)
    series = abc(market)
    assert series.close[:UP_TO].tolist() == before.close.tolist() == expected(UP_TO)
    assert series.close[UP_TO:].tolist() == [(100.0 + UP_TO) / 4, (101.0 + UP_TO) / 4]
    assert series.volume is not None
    assert series.volume.tolist() == [1000.0] * UP_TO + [4000.0] * 2
    # all was fetched again, and nothing was revised by it
    assert (market.fetched[0].state, market.fetched[0].revised) == ("fetched", 0)
    assert len(desk.server.charts("ABC")) == 3
    again = desk.market("ABC", now=after(DAYS[LATER - 1]), refresh=True)
    assert again.fetched[0].sha256 == market.fetched[0].sha256


@pytest.mark.parametrize("what", ["recorded", "applied"])
def test_half_a_split_does_not_replace_what_is_kept(desk: Desk, what: str) -> None:
    first(desk)
    desk.server.listed["ABC"] = listed(LATER)
    if what == "recorded":  # and the prices before it are not divided yet
        desk.server.listed["ABC"].splits = {DAYS[UP_TO]: (4, 1)}
    else:
        for row, day in enumerate(DAYS[:LATER]):
            desk.server.listed["ABC"].bars[day] = flat((100.0 + row) / 4)
    market = second(desk)
    assert abc(market).close.tolist() == expected(UP_TO)
    factor = {"recorded": "4", "applied": "0.25"}[what]
    assert f"Yahoo's history is {factor} times the kept one" in market.notes[0]
    anyway = abc(second(desk, refresh=True)).close[0]
    assert anyway == {"recorded": 400.0, "applied": 25.0}[what]


def test_half_a_history_does_not_replace_what_is_kept(desk: Desk) -> None:
    first(desk)
    bars = listed(LATER).bars
    desk.server.listed["ABC"].bars = {day: bars[day] for day in DAYS[UP_TO - 5 : LATER]}
    market = second(desk)
    assert abc(market).close.tolist() == expected(UP_TO)
    assert "Yahoo's answer lacks 37 of 42 kept sessions" in market.notes[0]


def test_the_same_bars_come_whatever_the_start(desk: Desk, tmp_path: Path) -> None:
    split = {DAYS[UP_TO - 2]: (2, 1)}
    desk.server.listed["ABC"] = listed(UP_TO, splits=split, dividends={DAYS[3]: 0.25})
    now = after(DAYS[UP_TO - 1])
    whole = abc(desk.market("ABC", now=now))
    assert whole.close[0] == 200.0
    assert whole.actions[0].value == 0.5
    for row in (1, 4, UP_TO - 1):
        empty = tmp_path / str(row)
        for kept in (empty, desk.place):
            part = abc(desk.market("ABC", now=now, start=DAYS[row], cache=kept))
            assert part.day.tolist() == whole.day[row:].tolist()
            assert part.close.tolist() == whole.close[row:].tolist()
            assert part.actions == tuple(a for a in whole.actions if a.day >= part.day[0])
    middle = abc(desk.market("ABC", now=now, start=DAYS[2], end=DAYS[5]))
    assert middle.close.tolist() == [204.0, 206.0, 208.0, 210.0]


def test_everything_is_fetched_again_once_a_month(desk: Desk) -> None:
    first(desk)
    desk.server.listed["ABC"] = listed(len(DAYS), dividends={DAYS[2]: 0.3})
    market = desk.market("ABC", now=after(DAYS[-1]))
    assert market.fetched[0].state == "fetched"
    # a dividend that Yahoo had forgotten, long before the overlap
    assert [action.value for action in abc(market).actions] == [0.3]
    assert market.notes == (f"ABC: Yahoo revised the session of {DAYS[2]}",)


def test_without_yahoo_the_kept_prices_are_used_and_it_is_said_until_when(desk: Desk) -> None:
    first(desk)
    desk.server.listed["ABC"] = listed(LATER)
    desk.server.always["ABC"] = "500"
    market = second(desk)
    assert abc(market).close.tolist() == expected(UP_TO)
    assert market.fetched[0].state == "cached"
    (note,) = market.notes
    assert note.startswith("ABC: prices up to 2020-08-28, as kept since 2020-08-28, because they")
    assert "Yahoo gave no prices in 5 tries" in note


def test_a_symbol_that_was_delisted_keeps_its_prices(desk: Desk) -> None:
    first(desk)
    del desk.server.listed["ABC"]
    market = second(desk)
    assert abc(market).close.tolist() == expected(UP_TO)
    assert "delisted" in market.notes[0]


def test_after_one_failure_the_other_symbols_are_tried_once(desk: Desk) -> None:
    desk.server.listed["XYZ"] = listed(UP_TO)
    desk.market("ABC", "XYZ", now=after(DAYS[UP_TO - 1]))
    desk.server.always |= {"ABC": "drop", "XYZ": "drop"}
    desk.waits.clear()
    market = desk.market("ABC", "XYZ", now=after(DAYS[LATER - 1]))
    assert len(desk.waits) == 4
    assert ["in 5 tries" in market.notes[0], "in 1 try" in market.notes[1]] == [True, True]


def test_offline_asks_nobody(desk: Desk) -> None:
    first(desk)
    asked = len(desk.server.asked)
    assert abc(second(desk, offline=True)).close.tolist() == expected(UP_TO)
    assert len(desk.server.asked) == asked
    said = r"^XYZ: no prices are kept in .*: fetch them once without --offline; .*--prices FILE"
    with pytest.raises(NotCovered, match=said):
        desk.market("XYZ", now=after(DAYS[UP_TO]), offline=True)


def test_what_is_kept_is_read_without_pandas_and_yfinance(desk: Desk) -> None:
    first(desk)
    code = (
        "import sys; from pathlib import Path; from microhedge.sources.yahoo import yahoo; "
        "market = yahoo(['ABC'], cache=Path(sys.argv[1]), offline=True); "
        "print(market.fetched[0].sessions, "
        "*sorted({'pandas', 'yfinance', 'curl_cffi', 'requests', 'scipy'} & set(sys.modules)))"
    )
    line = [sys.executable, "-c", code, str(desk.place)]
    done = subprocess.run(line, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str(UP_TO)


def test_an_exchange_whose_holidays_are_unknown_is_asked_again(desk: Desk) -> None:
    desk.server.listed["SAP.DE"] = listed(UP_TO, currency="EUR", zone="Europe/Berlin")
    now = after(DAYS[UP_TO - 1])
    states = [desk.market("SAP.DE", now=now).fetched[0].state for _ in range(2)]
    assert states == ["fetched", "updated"]


def test_an_exchange_that_is_named_is_not_asked_again_until_it_has_traded(desk: Desk) -> None:
    desk.server.listed["SAP.DE"] = listed(UP_TO, currency="EUR", zone="Europe/Berlin")
    monday = DAYS[UP_TO]
    moments = [
        after(DAYS[UP_TO - 1]),  # Friday evening
        datetime(monday.year, monday.month, monday.day, 15, 59, tzinfo=UTC),
        # Xetra closes at 17:30, in summer at 15:30 UTC
        datetime(monday.year, monday.month, monday.day, 16, 0, tzinfo=UTC),
    ]
    markets = [desk.market("SAP.DE", now=now, calendar="XETR") for now in moments]
    assert [one.fetched[0].state for one in markets] == ["fetched", "cached", "updated"]
    assert {one.exchange.code for one in markets} == {"XETR"}
    assert markets[0].words == ("--source yahoo", "--calendar XETR")


def test_a_failed_first_fetch_keeps_nothing(desk: Desk) -> None:
    desk.server.always["ABC"] = "truncated"
    with pytest.raises(Unavailable):
        first(desk)
    assert not path_of(desk.place, "ABC").exists()


def test_a_series_says_when_it_was_fetched_and_by_what(desk: Desk) -> None:
    market = first(desk)
    assert abc(market).source == f"Yahoo by yfinance {YFINANCE}, fetched 2020-08-28 23:00 UTC"
    kept = read(desk.place, "ABC")
    assert kept is not None
    assert (kept.listing.currency, kept.listing.zone) == ("USD", "America/New_York")
    assert kept.fetched == kept.whole == after(DAYS[UP_TO - 1])
    assert (kept.yfinance, kept.microhedge) == (YFINANCE, version("microhedge"))
    assert abc(market).sha256 == market.fetched[0].sha256 == kept.columns.sha256


def test_one_changed_price_changes_the_hash(desk: Desk) -> None:
    before = abc(first(desk)).sha256
    desk.server.listed["ABC"].bars[DAYS[7]] = flat(107.01)
    after_it = desk.market("ABC", now=after(DAYS[UP_TO - 1]), refresh=True)
    assert abc(after_it).sha256 != before


@pytest.mark.parametrize("harm", ["cut", "text", "value"])
def test_a_damaged_file_is_fetched_again_or_refused(desk: Desk, harm: str) -> None:
    first(desk)
    path = path_of(desk.place, "ABC")
    raw = path.read_bytes()
    if harm == "value":
        import pyarrow as pa
        import pyarrow.parquet as pq

        table = pq.ParquetFile(path).read()
        place = table.column_names.index("close")
        other = pa.array([1.0] * table.num_rows)
        changed = table.set_column(place, "close", other)
        pq.write_table(changed.replace_schema_metadata(table.schema.metadata), path)
        said = "was changed since it was fetched"
    else:
        path.write_bytes(raw[: len(raw) // 2] if harm == "cut" else b"no prices")
        said = "cannot be read as prices"
    with pytest.raises(BadData, match=said):
        read(desk.place, "ABC")
    with pytest.raises(NotCovered, match=said):
        second(desk, offline=True)
    market = desk.market("ABC", now=after(DAYS[UP_TO - 1]))
    assert abc(market).close.tolist() == expected(UP_TO)
    assert said in market.notes[0]


def test_signs_that_a_file_cannot_have_are_spelt(tmp_path: Path) -> None:
    names = [path_of(tmp_path, ticker).name for ticker in ("^GSPC", "BRK-B", "EURUSD=X")]
    assert names == ["daily-%5EGSPC.parquet", "daily-BRK-B.parquet", "daily-EURUSD%3DX.parquet"]


STOPPED_IN_A_WRITE = """
import os, sys, time
from dataclasses import replace
from pathlib import Path
from microhedge.sources.yahoo.cache import read, write

def stop(_):
    print("writing", flush=True)
    time.sleep(60)

os.fsync = stop
place = Path(sys.argv[1])
write(place, replace(read(place, "ABC"), yfinance="another"))
"""


def test_a_kill_in_a_write_leaves_the_old_file_whole(desk: Desk) -> None:
    first(desk)
    path = path_of(desk.place, "ABC")
    before = path.read_bytes()
    code = [sys.executable, "-c", STOPPED_IN_A_WRITE, str(desk.place)]
    with subprocess.Popen(code, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "writing\n"
        writer.send_signal(signal.SIGKILL)
        assert writer.wait() == -signal.SIGKILL
    assert path.read_bytes() == before
    kept = read(desk.place, "ABC")
    assert kept is not None
    assert kept.yfinance == YFINANCE
    # what the dead writer left is removed by a later one, once nobody can be at it
    (left,) = path.parent.glob("*.part")
    write(desk.place, kept)
    assert left.exists()
    os.utime(left, (time.time() - 7200,) * 2)
    write(desk.place, replace(kept, yfinance="9"))
    assert [each.name for each in path.parent.iterdir()] == [path.name]


UPDATING = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from sources.yahoo_server import Session
from microhedge.sources.yahoo import yahoo

place, port = Path(sys.argv[1]), int(sys.argv[2])
for _ in range(15):
    market = yahoo(["ABC"], now=datetime(2020, 8, 28, 23, tzinfo=UTC), cache=place,
                   session=Session(port, 5.0), refresh=True)
    assert market.notes == (), market.notes
    assert len(market.series("ABC", "raw").day) == 42
"""


def test_two_processes_update_one_symbol_and_a_reader_always_finds_it_whole(desk: Desk) -> None:
    first(desk)
    assert UP_TO == 42
    paths = os.pathsep.join([str(TESTS), os.environ.get("PYTHONPATH", "")])
    code = [sys.executable, "-c", UPDATING, str(desk.place), str(desk.server.port)]
    writers = [
        subprocess.Popen(
            code, env=os.environ | {"PYTHONPATH": paths}, stderr=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    reads = 0
    while any(writer.poll() is None for writer in writers):
        kept = read(desk.place, "ABC")
        assert kept is not None
        assert len(kept.columns) == UP_TO
        reads += 1
        time.sleep(0.005)
    for writer in writers:
        _, said = writer.communicate()
        assert writer.returncode == 0, said
    assert reads > 20
    assert not list(path_of(desk.place, "ABC").parent.glob("*.part"))


def test_an_unknown_reference_is_answered_with_the_nearest(desk: Desk) -> None:
    with pytest.raises(UsageError, match=r"no reference 'CMT3' at Yahoo \(did you mean 'CMT3M'"):
        desk.market("ABC", now=after(DAYS[UP_TO - 1]), references=("CMT3",))
