"""`microhedge data check`, as it will be typed."""

import json
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import london
import pytest
from sources.yahoo_server import Listed, Yahoo, flat, serving

from microhedge.sources.checks import check_shipped
from microhedge.sources.yahoo import fetch, source

from .conftest import Typed

PLAIN = "date,close\n2019-01-02,100\n2019-01-03,101.25\n2019-01-07,\n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    place = tmp_path / "ABC.csv"
    place.write_text(PLAIN, encoding="utf-8")
    return place


def test_a_file_is_told_line_by_line(typed: Typed, path: Path) -> None:
    answer = typed("data", "check", str(path), "--basis", "total_return")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out == (
        f"{path}: CSV, commas, one symbol, 3 rows\n"
        "columns: date from 'date', close from 'close'\n"
        "dates: text YYYY-MM-DD; time zone none: dates as written\n"
        "units: decimal sign '.', thousands none; currency USD, for want of another; "
        "symbol from the file's name\n"
        "ABC: 2 of 3 rows, 2019-01-02 to 2019-01-03, USD, 0 splits, 0 dividends, "
        "total return, adjusted: no use for listed strikes (declared)\n"
        "dropped: 1 row of ABC from 2019-01-07: no close\n"
        "\n"
        "row-dropped\n"
        "  ABC   2019-01-07  1 row without a close is in no series\n"
        "1 finding; the prices are left as they are\n"
    )


def test_what_a_file_cannot_say_is_declared(typed: Typed, path: Path) -> None:
    out = typed("data", "check", str(path), "--basis", "raw", "--symbol", "XYZ").out
    assert "XYZ: 2 of 3 rows" in out
    assert "as traded (declared)" in out


def test_json_is_one_document_of_files_and_findings(typed: Typed, path: Path) -> None:
    line = (str(path), "--basis", "total_return", "--json", "--genuine", "2019-01-03")
    document = json.loads(typed("data", "check", *line).out)
    (file,) = document["files"]
    assert file["taken"][0]["kept"] == 2
    assert [each["code"] for each in document["findings"]] == ["row-dropped"]
    assert document["findings"][0]["day"] == "2019-01-07"


def test_a_refusal_is_one_line_and_exit_code_3(typed: Typed, path: Path) -> None:
    answer = typed("data", "check", str(path))
    assert answer.code == 3
    assert answer.error.startswith(f"{path}: nothing tells whether the close of ABC is as traded")


def test_a_declaration_that_cannot_be_is_a_usage_error(typed: Typed, path: Path) -> None:
    answer = typed("data", "check", str(path), "--basis", "rwa")
    assert (answer.code, "did you mean 'raw'" in answer.error) == (2, True)
    assert typed("data", "check", str(path), "--genuine", "soon").code == 2


def test_a_declaration_without_a_file_is_refused(typed: Typed) -> None:
    answer = typed("data", "check", "AAPL", "--basis", "raw")
    assert answer.code == 2
    assert answer.error == "--basis says what a file holds, and no file is named"


def test_without_a_name_all_that_ships_is_checked(typed: Typed) -> None:
    found = json.loads(typed("data", "check", "--json").out)
    assert found["files"] == []
    assert len(found["findings"]) == len(check_shipped())


def test_a_shipped_symbol_has_its_own_findings_alone(typed: Typed) -> None:
    found = json.loads(typed("data", "check", "MSFT", "CMT3M", "--json").out)["findings"]
    expected = [one for one in check_shipped() if one.symbol in {"MSFT", "CMT3M"}]
    assert [(one["code"], one["day"]) for one in found] == [
        (one.code, str(one.day)) for one in expected
    ]
    # the close of Microsoft that other records of the day have at 30.40
    assert ("close-disagrees", "2007-05-01") in [(one["code"], one["day"]) for one in found]
    assert {one["symbol"] for one in found} == {"MSFT", "CMT3M"}


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("MSFTT", "neither a file nor a shipped symbol (did you mean 'MSFT'?)"),
        ("ACB.csv", "there is no such file (did you mean 'ABC.csv'?)"),
        ("nowhere/ABC.csv", "there is no such file"),
    ],
)
def test_what_is_neither_a_file_nor_a_symbol_is_one_line_with_the_nearest(
    typed: Typed, path: Path, word: str, hint: str
) -> None:
    answer = typed("data", "check", word)
    assert answer.code == 3
    assert hint in answer.error


def test_a_file_and_a_symbol_are_checked_together(typed: Typed, path: Path) -> None:
    out = typed("data", "check", str(path), "AAPL", "--basis", "raw").out
    assert "ABC   2019-01-07" in out
    assert "AAPL  2003-01-29" in out
    assert out.splitlines()[-1].endswith("findings; the prices are left as they are")


# a file in pence from London


def test_a_london_file_is_clean_by_the_calendar_of_its_exchange(
    typed: Typed, tmp_path: Path
) -> None:
    line = ("data", "check", str(london.write(tmp_path)), "--basis", "raw")
    answer = typed(*line, "--calendar", "XLON")
    assert answer.code == 0, answer.err
    assert answer.out.splitlines()[-1] == "0 findings; the prices are left as they are"
    assert "currency GBX, from column 'Currency'" in answer.out
    assert "252 of 252 rows" not in answer.out  # New York's number of sessions that year
    assert "254 of 254 rows" in answer.out


def test_by_new_york_it_lacks_sessions_and_has_others_too_many(
    typed: Typed, tmp_path: Path
) -> None:
    path = london.write(tmp_path)
    told = typed("data", "check", str(path), "--basis", "raw").out
    assert "\n  AZN.L 2024-04-01  4 sessions have no price at XNYS: 2024-04-01, 2024" in told
    found = json.loads(typed("data", "check", str(path), "--basis", "raw", "--json").out)
    assert [(one["code"], one["day"], one["count"]) for one in found["findings"]] == [
        ("missing-session", str(london.CLOSED_IN_LONDON_ALONE[0]), 4),
        ("extra-session", str(london.OPEN_IN_LONDON_ALONE[0]), 6),
    ]


def test_pounds_among_pence_are_refused_whatever_the_calendar(typed: Typed, tmp_path: Path) -> None:
    path = london.write(tmp_path)
    lines = path.read_text(encoding="utf-8").splitlines()
    cells = lines[100].split(",")
    cells[1] = f"{float(cells[1]) / 100:g}"
    lines[100] = ",".join(cells)
    path.write_text("\n".join(lines), encoding="utf-8")
    answer = typed("data", "check", str(path), "--basis", "raw", "--calendar", "XLON")
    assert answer.code == 3
    assert "pence and pounds are mixed" in answer.error


def test_an_unknown_exchange_is_answered_with_the_nearest(typed: Typed) -> None:
    answer = typed("data", "check", "AAPL", "--calendar", "XLOM")
    assert answer.code == 2
    assert answer.error.startswith("no exchange has the code 'XLOM' (did you mean 'XLON'?)")


def test_without_the_extra_one_line_names_it(typed: Typed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "exchange_calendars", None)
    answer = typed("data", "check", "AAPL", "--calendar", "XHEL")
    assert answer.code == 2
    assert "pip install 'microhedge[calendars]'" in answer.error
    # the US markets are built in
    assert typed("data", "check", "AAPL", "--calendar", "xnas").code == 0


# Yahoo's prices

DAYS = [date(2024, 1, day) for day in (2, 3, 4, 5, 8, 9, 10)]


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Yahoo]:
    with serving() as found:
        session = found.session()
        monkeypatch.setattr(fetch, "_session", lambda timeout: session)
        monkeypatch.setattr(source, "PAUSE", 0.0)
        monkeypatch.setenv("MICROHEDGE_CACHE", str(tmp_path / "cache"))
        yield found


def listed(*closes: float, currency: str = "USD", **rest: object) -> Listed:
    bars = {day: flat(close) for day, close in zip(DAYS, closes, strict=False)}
    return Listed(bars, currency=currency, **rest)  # type: ignore[arg-type]


def codes(out: str) -> list[tuple[str, str]]:
    return [(one["code"], one["day"]) for one in json.loads(out)["findings"]]


def test_yahoo_s_prices_are_checked_as_files_are(typed: Typed, server: Yahoo) -> None:
    one = listed(10.0, 10.5, 15.9, 10.2, 10.3, 4.4, 4.5, dividends={DAYS[5]: 6.0})
    one.bars[DAYS[1]] = (10.4, 10.3, 10.2, 10.5, 1000)  # a high below its open
    del one.bars[DAYS[4]]
    server.listed["ZZZ"] = one
    answer = typed("data", "check", "ZZZ", "--source", "yahoo", "--json")
    assert answer.code == 0, answer.err
    assert codes(answer.out) == [
        ("unexplained-return", "2024-01-04"),
        ("impossible-bar", "2024-01-03"),
        ("missing-session", "2024-01-08"),
        ("odd-action", "2024-01-09"),
    ]
    # what is kept is checked without asking
    asked = len(server.asked)
    again = typed("data", "check", "ZZZ", "--source", "yahoo", "--offline", "--json")
    assert (again.out, len(server.asked)) == (answer.out, asked)


@pytest.mark.parametrize(
    ("after", "split"), [(50.3, "2:1"), (40.2, "5:2"), (199.0, "1:2"), (351.0, "2:7")]
)
def test_a_split_that_yahoo_does_not_record_is_refused_until_it_is_vouched_for(
    typed: Typed, server: Yahoo, after: float, split: str
) -> None:
    server.listed["ZZZ"] = listed(100.0, 100.5, after, after + 0.1)
    line = ("data", "check", "ZZZ", "--source", "yahoo")
    answer = typed(*line)
    assert (answer.code, answer.out) == (3, "")
    assert "ZZZ on 2024-01-04" in answer.error
    assert f"is what an unrecorded {split} split looks like" in answer.error
    assert "--genuine 2024-01-04" in answer.error
    vouched = typed(*line, "--genuine", "2024-01-04", "--json")
    assert vouched.code == 0, vouched.err
    assert ("suspected-split", "2024-01-04") in codes(vouched.out)
    assert typed("data", "fetch", "ZZZ").code == 3
    assert typed("data", "fetch", "ZZZ", "--genuine", "2024-01-04").code == 0


def test_a_quote_in_pence_is_refused_and_one_in_pounds_is_checked(
    typed: Typed, server: Yahoo
) -> None:
    server.listed["AZN.L"] = listed(100.0, 101.0, currency="GBp", zone="Europe/London")
    server.listed["LGEN.L"] = listed(100.0, 101.0, currency="GBP", zone="Europe/London")
    line = "--source yahoo --calendar XLON".split()
    refused = typed("data", "check", "AZN.L", *line)
    assert (refused.code, "AZN.L is quoted in GBp" in refused.error) == (3, True)
    answer = typed("data", "check", "LGEN.L", *line)
    assert (answer.code, answer.out) == (0, "0 findings; the prices are left as they are\n")


def test_yahoo_has_no_list_to_check(typed: Typed) -> None:
    answer = typed("data", "check", "--source", "yahoo")
    assert (answer.code, answer.error) == (2, "Yahoo has no list to check: name the symbols")
