"""`microhedge list`, `data`, `correlation` and `demo`."""

import json
from pathlib import Path

import jsonschema
import pytest

from microhedge.folders import folder
from microhedge.loading import registered

from .conftest import Typed

SCHEMA = Path(__file__).parents[1] / "golden" / "result.schema.json"


def test_list_shows_every_strategy_on_a_line_of_its_own(typed: Typed) -> None:
    answer = typed("list")
    assert (answer.code, answer.err) == (0, "")
    lines = answer.out.splitlines()
    names = sorted(path.stem.replace("_", "-") for path in folder("strategies").glob("[a-z]*.py"))
    assert [line.split()[0] for line in lines[: len(names)]] == names
    assert lines[len(names)] == ""  # then how to go on
    assert "protective-put     a floor under one holding, renewed before it lapses." in lines
    assert max(map(len, lines)) <= 120


def test_list_shows_what_a_named_strategy_takes(typed: Typed) -> None:
    answer = typed("list", "pair-short", "protective-put")
    assert (answer.code, answer.err) == (0, "")
    first, second = answer.out.split("\n\n")
    assert first.startswith("pair-short\n  Pair hedge: short one peer")
    assert "    peer       required    a company whose share" in first
    assert second.startswith("protective-put\n  Rolling protective put: a floor under one holding")
    assert "    moneyness  0.9         strike as a fraction of the price\n" in second
    wrong = typed("list", "protectiv-put")
    assert (wrong.code, wrong.error) == (
        2,
        "no strategy named 'protectiv-put' (did you mean 'protective-put'?)",
    )


def test_list_says_the_same_to_a_machine(typed: Typed) -> None:
    found = json.loads(typed("list", "--json").out)
    assert [each["name"] for each in found] == [each.name for each in registered()]
    assert json.loads(typed("list", "collar", "--json").out) == [
        each for each in found if each["name"] == "collar"
    ]
    put = next(each for each in found if each["name"] == "protective-put")
    assert put["parameters"][0] == {
        "name": "moneyness",
        "type": "float",
        "required": False,
        "default": 0.9,
        "range": "above 0 and below 3",
        "help": "strike as a fraction of the price",
    }


def test_a_broken_local_strategy_does_not_hide_the_others(typed: Typed, tmp_path: Path) -> None:
    (tmp_path / "strategies").mkdir()
    (tmp_path / "strategies" / "mine.py").write_text("1 / 0\n", encoding="utf-8")
    answer = typed("list")
    assert answer.code == 0
    assert answer.err == "mine: mine.py line 1: ZeroDivisionError: division by zero\n"
    assert "protective-put  " in answer.out


def test_data_list_shows_each_series_with_its_span(typed: Typed) -> None:
    lines = typed("data", "list").out.splitlines()
    head = "symbol  prices       first        last  sessions  splits  dividends"
    assert lines[0].split() == head.split()
    # spans and counts as recorded with the files in data/
    rows = [line.split() for line in lines]
    assert ["AAPL", "as", "traded", "2000-03-01", "2023-09-21", "5,928", "4", "45"] in rows
    assert ["SPX", "price", "index", "1990-01-02", "2022-12-28", "8,313"] in rows
    # the Treasury's par yields of 20 years began in October 1993 and are kept up to August 2019
    assert ["UST20", "model", "bond", "1993-10-01", "2019-08-26"] in [row[:5] for row in rows]
    assert lines[-1].startswith("model bond: at par, sold and bought anew every evening")
    assert "docs/bonds.md" in lines[-1]
    found = json.loads(typed("data", "list", "--json").out)
    assert len(found) == len(lines) - 2
    assert found[0]["source"]


def test_data_check_names_the_known_defects(typed: Typed) -> None:
    answer = typed("data", "check")
    assert answer.code == 0
    # a bar that repeats the day before, and a close that another source contradicts
    assert "  AAPL  2003-01-29  open, high, low and close" in answer.out
    assert "  MSFT  2007-05-01  close 30.1925" in answer.out
    found = json.loads(typed("data", "check", "--json").out)["findings"]
    assert f"{len(found)} findings; the prices are left as they are" in answer.out
    assert {"code", "symbol", "day", "count", "sentence"} == set(found[0])


def test_correlation_prints_a_verdict_with_its_tests_or_one_element(
    typed: Typed, tmp_path: Path
) -> None:
    line = ("correlation", "KO", "PEP", "--split", "2012-12-31")
    element = json.loads(typed(*line, "--json").out)
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    jsonschema.validate(element, {"$ref": "#/$defs/correlation", "$defs": schema["$defs"]})
    assert element["state"] == "held"
    assert [test["name"][:2] for test in element["tests"]] == ["T1", "T2", "T3"]
    answer = typed(*line, "--plot", str(tmp_path / "out.svg"))
    assert answer.code == 0
    told = " ".join(answer.out.split())
    assert element["sentence"] in told
    for test in element["tests"]:
        assert test["sentence"] in told
    assert "for comparison, Fisher z" in told
    assert (tmp_path / "out.svg").read_text(encoding="utf-8").startswith("<?xml")
    refused = typed(*line, "--plot", "out.png")
    assert (refused.code, "ending in .svg" in refused.err) == (2, True)


def test_find_hedge_prints_the_answer_and_a_table_or_one_element(
    typed: Typed, tmp_path: Path
) -> None:
    (tmp_path / "peers.txt").write_text("CVX\nMSFT\n")
    line = ("find-hedge", "XOM", "--universe", str(tmp_path / "peers.txt"))
    assert (
        typed(*line, "--json").out
        == typed(*line[:2], "--with", "CVX", "--with", "MSFT", "--json").out
    )
    element = json.loads(typed(*line, "--json").out)
    assert element["adds"] is True
    assert element["tried"] == 2
    answer = typed(*line)
    assert answer.code == 0
    told = " ".join(answer.out.split())
    assert element["sentence"] in told
    assert "index + CVX" in told
    assert "random peer" in told


def test_diagnose_prints_the_answer_or_one_element(typed: Typed) -> None:
    line = ("diagnose", "AAPL", "--weight", "0.4")
    element = json.loads(typed(*line, "--json").out)
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    jsonschema.validate(element, {"$ref": "#/$defs/diagnosis", "$defs": schema["$defs"]})
    answer = typed(*line)
    assert answer.code == 0
    assert element["sentence"] in " ".join(answer.out.split())
    assert typed("diagnose", "AAPL").code == 2


@pytest.mark.parametrize("arguments", [["demo", "--nope"], ["data", "lst"], ["listt"]])
def test_a_mistyped_word_is_a_usage_error(typed: Typed, arguments: list[str]) -> None:
    answer = typed(*arguments)
    assert answer.code == 2
    assert answer.error


def test_the_demo_needs_nothing_where_it_is_typed(typed: Typed, tmp_path: Path) -> None:
    answer = typed("demo")
    assert answer.code == 0, answer.err
    assert answer.err.startswith("microhedge compare AAPL --shares 1000 --weight 0.4 --with ")
    assert answer.out.splitlines()[-1] == "report: reports/aapl.pdf"
    assert (tmp_path / "reports" / "aapl.pdf").stat().st_size > 20_000
    assert [path.name for path in tmp_path.iterdir()] == ["reports"]
