"""`microhedge data inspect`, as it will be typed."""

import json
from pathlib import Path

import pytest

from microhedge.cli.data_import import command, told
from microhedge.cli.outcome import perform
from microhedge.errors import UsageError

PLAIN = "date,close\n2019-01-02,100\n2019-01-03,101.25\n2019-01-07,\n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    place = tmp_path / "ABC.csv"
    place.write_text(PLAIN, encoding="utf-8")
    return place


def test_a_file_is_told_line_by_line(path: Path) -> None:
    assert told(path, basis="total_return") == (
        f"{path}: CSV, commas, one symbol, 3 rows\n"
        "columns: date from 'date', close from 'close'\n"
        "dates: text YYYY-MM-DD; time zone none: dates as written\n"
        "units: decimal sign '.', thousands none; currency USD, for want of another; "
        "symbol from the file's name\n"
        "ABC: 2 of 3 rows, 2019-01-02 to 2019-01-03, USD, 0 splits, 0 dividends, "
        "total return, adjusted: no use for listed strikes (declared)\n"
        "dropped: 1 rows of ABC from 2019-01-07: no close\n"
        "\n"
        "row-dropped\n"
        "  ABC   2019-01-07  1 rows without a close are in no series\n"
        "1 finding; the prices are left as they are"
    )


def test_the_command_prints_what_is_told(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = [str(path), "--basis", "raw", "--symbol", "XYZ"]
    assert perform(command, arguments, name="inspect") == 0
    assert capsys.readouterr().out == told(path, basis="raw", symbol="XYZ") + "\n"


def test_the_command_prints_one_document(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = [str(path), "--basis", "total_return", "--json", "--genuine", "2019-01-03"]
    assert perform(command, arguments, name="inspect") == 0
    document = json.loads(capsys.readouterr().out)
    assert document["understood"]["taken"][0]["kept"] == 2
    assert [each["code"] for each in document["findings"]] == ["row-dropped"]
    assert document["findings"][0]["day"] == "2019-01-07"


def test_a_refusal_is_one_line_and_exit_code_3(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert perform(command, [str(path)], name="inspect") == 3
    err = capsys.readouterr().err
    assert err.startswith(f"error: {path}: nothing tells whether the close of ABC is as traded")
    assert err.count("\n") == 1


def test_a_declaration_that_cannot_be_is_a_usage_error(path: Path) -> None:
    with pytest.raises(UsageError, match="did you mean 'raw'"):
        told(path, basis="rwa")
    assert perform(command, [str(path), "--genuine", "soon"], name="inspect") == 2
