"""Runs on Yahoo's prices and on files of one's own, from the command line to the result."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from pypdf import PdfReader
from sources.yahoo_server import Listed, Yahoo, flat, serving

from microhedge.calendar import day_number, monthly_expiry, to_date
from microhedge.market import Market
from microhedge.result import load_all
from microhedge.sources import bundled
from microhedge.sources.yahoo import fetch, source
from microhedge.sources.yahoo.cache import read

from .conftest import Typed

SCHEMA = Path(__file__).parents[1] / "golden" / "result.schema.json"
# four years of Apple without a split, and as many of the index
FIRST, LAST = date(2014, 6, 10), date(2018, 12, 31)


def closes(market: Market, symbol: str) -> dict[date, float]:
    series = market.series(symbol, market.bases(symbol)[0])
    assert series is not None
    kept = (series.day >= day_number(FIRST)) & (series.day <= day_number(LAST))
    days = map(to_date, series.day[kept].tolist())
    return dict(zip(days, series.close[kept].tolist(), strict=True))


@pytest.fixture(scope="module")
def shipped() -> Market:
    return bundled()


@pytest.fixture
def server(shipped: Market, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Yahoo]:
    with serving() as found:
        for symbol, ticker, kind in (("AAPL", "ZZZ", "EQUITY"), ("SPX", "^GSPC", "INDEX")):
            bars = {day: flat(price) for day, price in closes(shipped, symbol).items()}
            found.listed[ticker] = Listed(bars, instrument=kind)
        days = list(found.listed["^GSPC"].bars)
        found.listed["^IRX"] = Listed({day: flat(1.5) for day in days}, instrument="INDEX")
        found.listed["^VIX"] = Listed({day: flat(15.0) for day in days}, instrument="INDEX")
        session = found.session()
        monkeypatch.setattr(fetch, "_session", lambda timeout: session)
        monkeypatch.setattr(source, "PAUSE", 0.0)
        monkeypatch.setenv("MICROHEDGE_CACHE", str(tmp_path / "cache"))
        yield found


def test_a_run_on_yahoo_s_prices_says_so_and_runs_again_offline(
    typed: Typed, server: Yahoo, tmp_path: Path
) -> None:
    line = "run index-short --holding ZZZ --shares 100 --source yahoo --json".split()
    first = typed(*line)
    assert first.code == 0, first.err
    document = json.loads(first.out)
    jsonschema.validate(document, json.loads(SCHEMA.read_text(encoding="utf-8")))
    assert " --source yahoo " in document["reproduce"]
    origin = {one["series"]: one for one in document["provenance"]}
    # the day of the bill's rate and the volatility index are seen by the run, as prices are
    assert list(origin) == ["ZZZ", "SPX", "CMT3M", "VIX"]
    assert all(one["source"].startswith("Yahoo by yfinance") for one in origin.values())
    kept = read(tmp_path / "cache", "ZZZ")
    assert kept is not None
    assert origin["ZZZ"]["fetched"] == kept.fetched.isoformat()
    assert kept.fetched.isoformat().endswith("+00:00")
    assert origin["ZZZ"]["files"] == []
    assert origin["CMT3M"]["adjustment"] == "reference"
    asked = len(server.asked)
    again = typed(*line, "--offline")
    assert len(server.asked) == asked
    assert json.loads(again.out)["runs"] == document["runs"]


def test_what_is_odd_in_yahoo_s_prices_is_counted_in_the_result(
    typed: Typed, server: Yahoo
) -> None:
    del server.listed["ZZZ"].bars[date(2016, 3, 1)]
    answer = typed(*"run index-short --holding ZZZ --shares 100 --source yahoo --json".split())
    (told,) = [one for one in json.loads(answer.out)["warnings"] if one.startswith("ZZZ: ")]
    assert "missing-session" in told
    assert "microhedge data check ZZZ --source yahoo tells each" in told
    found = json.loads(typed("data", "check", "ZZZ", "--source", "yahoo", "--json").out)["findings"]
    assert f"ZZZ: {len(found)} finding" in told
    assert ("missing-session", "2016-03-01") in [(one["code"], one["day"]) for one in found]


def test_the_other_commands_read_the_same_prices(typed: Typed, server: Yahoo) -> None:
    told = typed("diagnose", "ZZZ", "--weight", "0.4", "--source", "yahoo")
    assert told.code == 0, told.err
    assert "of its own variance" in " ".join(told.out.split())
    judged = typed(*"correlation ZZZ SPX --split 2016-06-30 --source yahoo --json".split())
    assert json.loads(judged.out)["holding"] == "ZZZ"
    refused = typed("find-hedge", "ZZZ", "--source", "yahoo")
    assert (refused.code, "has no list to search" in refused.error) == (2, True)


def test_without_a_connection_and_without_a_cache_it_is_one_line(
    typed: Typed, server: Yahoo
) -> None:
    answer = typed(*"diagnose ZZZ --weight 0.4 --source yahoo --offline".split())
    assert answer.code == 3
    assert "ZZZ" in answer.error or "^GSPC" in answer.error or "SPX" in answer.error


@pytest.fixture
def mine(shipped: Market, tmp_path: Path) -> Path:
    """Closes of Apple under another name, with a dividend that nobody paid."""
    path = tmp_path / "MINE.csv"
    rows = [f"{day},{price},0" for day, price in closes(shipped, "AAPL").items()]
    rows[100] = rows[100].removesuffix("0") + "0.25"
    path.write_text("Date,Close,Dividends\n" + "\n".join(rows) + "\n")
    return path


def test_a_file_of_one_s_own_runs_beside_the_shipped_index(typed: Typed, mine: Path) -> None:
    line = f"run index-short --holding MINE --shares 100 --prices {mine} --json".split()
    answer = typed(*line)
    assert answer.code == 0, answer.err
    document: dict[str, Any] = json.loads(answer.out)
    assert f"--prices {mine}" in document["reproduce"]
    assert document["holding"]["symbol"] == "MINE"
    by_name = {one["series"]: one for one in document["provenance"]}
    origin = by_name["MINE"]
    digest = hashlib.sha256(mine.read_bytes()).hexdigest()
    assert (origin["source"], origin["files"]) == (
        "MINE.csv",
        [{"name": "MINE.csv", "sha256": digest}],
    )
    lines = len(mine.read_text().splitlines()) - 1
    assert (origin["rows"], origin["kept"], origin["fetched"]) == (lines, lines, None)
    # what ships was fetched by nobody, and its files are proved by their own metadata
    assert (by_name["SPX"]["fetched"], by_name["SPX"]["files"]) == (None, [])
    jsonschema.validate(document, json.loads(SCHEMA.read_text(encoding="utf-8")))
    # the command that is printed runs, and gives the same numbers
    again = typed(*document["reproduce"].split()[1:], "--json")
    assert again.code == 0, again.err
    assert json.loads(again.out)["runs"][1:] == document["runs"][1:]


def test_a_file_that_is_no_prices_is_one_line(typed: Typed, tmp_path: Path) -> None:
    (tmp_path / "bad.csv").write_text("a,b\n1,2\n")
    answer = typed(*f"diagnose BAD --weight 0.4 --prices {tmp_path / 'bad.csv'}".split())
    assert answer.code == 3
    assert "bad.csv" in answer.error


def test_puts_trade_at_the_quotes_of_a_chain_and_the_model_fills_the_rest(
    typed: Typed, shipped: Market, tmp_path: Path
) -> None:
    # monthly puts on Apple for two years, 95 % of the close and a dollar wide at 4.00 to 5.00
    path = tmp_path / "chain.csv"
    days = [day for day in closes(shipped, "AAPL") if day.year in (2015, 2016)]
    rows = ["quote_date,expiration,strike,type,bid,ask,volume"]
    for day in days:
        first = day.year * 12 + day.month + 1
        for month in range(first, first + 3):
            expiry = to_date(monthly_expiry(month // 12, month % 12 + 1))
            row = f"{day},{expiry},%d,put,4.00,5.00,{100 + day.day}"
            rows += [row % strike for strike in (80, 90, 100, 110, 120)]
    path.write_text("\n".join(rows) + "\n")
    line = (
        "run protective-put --holding AAPL --shares 1000 --tranches 1 --tenor 91 --moneyness 0.95 "
        f"--start 2014-12-01 --end 2017-06-01 --chains {path}"
    )
    answer = typed(*line.split(), "--save", "kept.mhr", "--json", "--report", "quoted.pdf")
    assert answer.code == 0, answer.err
    document = json.loads(answer.out)
    assert f"--chains {path}" in document["reproduce"]
    assert "will be quotes or model prices" in answer.err
    pages = [page.extract_text() for page in PdfReader(tmp_path / "quoted.pdf").pages]
    assert "option chain sha256" in " ".join(" ".join(pages).split())
    (hedge,) = (run for run in document["runs"] if run["kind"] == "hedge")
    # no quote is needed to make the report again
    moved = path.rename(tmp_path / "moved.csv")
    again = typed("report", "kept.mhr", "--out", "again.pdf")
    assert again.code == 0, again.err
    assert (tmp_path / "again.pdf").read_bytes() == (tmp_path / "quoted.pdf").read_bytes()
    moved.rename(path)
    source = hedge["premium_source"]
    assert 0.0 < source["quote"] < 1.0
    assert source["quote"] + source["model"] == pytest.approx(1.0)
    fills = load_all(tmp_path / "kept.mhr")[1].tables["fills"]
    quoted = fills["source"] == "quote"
    assert quoted.sum() > 5
    assert set(fills["mid"][quoted].tolist()) == {4.5}
    # half a dollar a share on each side, for contracts of 100 shares
    paid = fills["spread"][quoted] / abs(fills["quantity"][quoted])
    assert paid.tolist() == [pytest.approx(50.0)] * int(quoted.sum())
    assert any("without a quote are model prices" in text for text in document["warnings"])
    (quotes,) = [one for one in document["provenance"] if one["adjustment"] == "quotes"]
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert quotes["files"] == [{"name": "chain.csv", "sha256": digest}]
    assert (quotes["series"], quotes["source"]) == ("AAPL options", "chain.csv")
    assert quotes["span"] == ["2015-01-02", "2016-12-30"]
    assert (quotes["rows"], quotes["kept"]) == (len(rows) - 1, len(rows) - 1)
    jsonschema.validate(document, json.loads(SCHEMA.read_text(encoding="utf-8")))
    # the saved run says the same of its inputs
    assert [one.provenance for one in load_all("kept.mhr")] == [document["provenance"]] * 2
    refused = typed(*line.replace("chain.csv", "none.csv").split())
    assert (refused.code, "none.csv" in refused.error) == (3, True)


@pytest.fixture
def bare(mine: Path) -> Path:
    """The same closes without a dividend, of which nothing tells what they are."""
    path = mine.with_name("BARE.csv")
    rows = [line.rpartition(",")[0] for line in mine.read_text().splitlines()]
    path.write_text("\n".join(rows) + "\n")
    return path


def test_a_refusal_shows_what_settles_it_where_it_was_typed(typed: Typed, bare: Path) -> None:
    line = "run index-short --holding BARE --prices".split()
    refused = typed(*line, str(bare))
    assert (refused.code, refused.error.endswith("as in --prices FILE:basis=raw")) == (3, True)
    checked = typed("data", "check", str(bare))
    assert (checked.code, checked.error.endswith("as in --basis raw")) == (3, True)
    for words in ((str(bare), "--basis", "raw"), (f"{bare}:basis=raw",)):
        assert "as traded (declared)" in typed("data", "check", *words).out
    wrong = typed(*line, f"{bare}:bases=raw")
    assert (wrong.code, "nothing is called 'bases' (did you mean 'basis'?)" in wrong.error) == (
        2,
        True,
    )


def test_what_is_said_behind_a_file_s_name_is_in_the_command_that_runs_it_again(
    typed: Typed, bare: Path
) -> None:
    said = f"{bare}:basis=raw,symbol=MINE"
    line = f"run index-short --holding MINE --shares 100 --prices {said} --json".split()
    document = json.loads(typed(*line).out)
    assert f"--prices {said} " in document["reproduce"]
    again = json.loads(typed(*document["reproduce"].split()[1:], "--json").out)
    assert again["runs"] == document["runs"]
    from microhedge.sources import from_files

    market = from_files([f"{bare}:symbol=MINE"], basis="raw")
    assert market.words == (f"--prices {bare}:symbol=MINE,basis=raw",)


def test_a_little_that_is_sold_is_not_told_as_nothing(typed: Typed) -> None:
    answer = typed(*"run treasury-long --holding MSFT --start 2007-06-01 --end 2008-06-02".split())
    assert re.search(r"sell-once 0\.\d%", answer.out), answer.out


def test_prices_beyond_the_shipped_index_are_told_to_be_cut_until_one_that_goes_on_is_given(
    typed: Typed, shipped: Market, tmp_path: Path
) -> None:
    apple = shipped.series("AAPL", "raw")
    assert apple is not None
    kept = apple.day >= day_number(date(2020, 9, 1))  # after its split, up to 2023-09-21
    days = map(to_date, apple.day[kept].tolist())
    lines = [f"{d},{c},0" for d, c in zip(days, apple.close[kept].tolist(), strict=True)]
    mine, index = tmp_path / "MINE.csv", tmp_path / "IDX.csv"
    mine.write_text("\n".join(["Date,Close,Dividends", *lines, ""]))
    index.write_text("\n".join(["Date,Close", *(one[:-2] for one in lines), ""]))
    said = "The run ends on 2022-12-28, where the prices of SPX end; those of MINE go on to 2023-09"
    line = f"index-short --holding MINE --prices {mine}"
    document = json.loads(typed("run", *line.split(), "--shares", "9", "--json").out)
    assert any(one.startswith(said) for one in document["warnings"])
    again = json.loads(typed(*document["reproduce"].split()[1:], "--json").out)
    assert again["warnings"] == document["warnings"]
    dry = typed("sweep", *line.split(), "--window", "252,504", "--dry-run")
    assert said in " ".join(dry.err.split())
    late = typed("run", *line.split(), "--start", "2023-01-05")
    assert (late.code, "the last price of SPX" in late.error) == (2, True)
    longer = f"{line} --prices {index}:symbol=SPX,basis=price_index --start 2023-01-05 --json"
    answer = typed("run", *longer.split(), "--shares", "9")
    assert answer.code == 0, answer.err
    assert not any("The run ends" in one for one in json.loads(answer.out)["warnings"])


def test_yahoo_s_index_stands_beside_a_file_of_one_s_own(
    typed: Typed, server: Yahoo, mine: Path
) -> None:
    line = f"run index-short --holding MINE --shares 100 --prices {mine} --source yahoo --json"
    answer = typed(*line.split())
    assert answer.code == 0, answer.err
    origin = {one["series"]: one["source"] for one in json.loads(answer.out)["provenance"]}
    assert origin["MINE"] == "MINE.csv"
    assert origin["SPX"].startswith("Yahoo by yfinance")
