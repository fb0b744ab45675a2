"""`microhedge compare` and `run`, end to end on the shipped prices."""

import json
import math
import os
import shlex
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from microhedge.cli.app import root
from microhedge.cli.outcome import perform

from .conftest import MY_COLLAR, Answer, Typed

SCHEMA = Path(__file__).parents[1] / "golden" / "result.schema.json"
DEMO = "compare AAPL --shares 1000 --weight 0.4 --with protective-put"
DEMO += " --with index-peer-short:peer=MSFT"
SHORT = ["--holding", "AAPL", "--start", "2014-01-02", "--end", "2015-12-31"]


@pytest.fixture(scope="module")
def demo() -> Answer:
    """The demo's comparison, printed for a machine."""
    import contextlib
    import io

    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = perform(root, [*DEMO.split(), "--json", "--audit"], name="microhedge")
    return Answer(code, out.getvalue(), err.getvalue())


@pytest.fixture(scope="module")
def document(demo: Answer) -> dict[str, Any]:
    assert demo.code == 0, demo.err
    parsed: dict[str, Any] = json.loads(demo.out)
    return parsed


def test_json_prints_one_document_that_keeps_the_pinned_schema(document: dict[str, Any]) -> None:
    jsonschema.validate(document, json.loads(SCHEMA.read_text(encoding="utf-8")))


def test_the_schema_would_notice_a_missing_key(document: dict[str, Any]) -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    for key in document:
        less = {name: value for name, value in document.items() if name != key}
        with pytest.raises(jsonschema.ValidationError, match=key):
            jsonschema.validate(less, schema)


def test_every_key_is_described_in_the_documentation(document: dict[str, Any]) -> None:
    said = (Path(__file__).parents[2] / "docs" / "json.md").read_text(encoding="utf-8")
    run = document["runs"][1]
    for key in [*document, *run, *run["stats"], *run["attribution"]]:
        described = key.removesuffix("_share")
        assert f"`{described}`" in said, key


def test_the_demo_runs_from_the_first_possible_decision_to_the_last_common_session(
    document: dict[str, Any],
) -> None:
    # 504 returns of warm-up from AAPL's first bar, 2000-03-01; MSFT's series ends 2022-12-28
    assert (document["start"], document["end"]) == ("2002-03-07", "2022-12-28")
    # sessions of the exchange between the two, both included
    assert document["sessions"] == 5241
    assert document["holding"] == {"symbol": "AAPL", "shares": 1000, "weight": 0.4}


def test_the_demo_has_the_holding_both_hedges_and_their_yardsticks(
    document: dict[str, Any],
) -> None:
    hedges = ["protective-put", "index-peer-short"]
    runs = document["runs"]
    assert [run["name"] for run in runs if run["kind"] == "hedge"] == hedges
    assert runs[0]["kind"] == "unhedged"
    for kind in ("sell-once", "sell-diversify", "constant-mix"):
        assert {run["for"] for run in runs if run["kind"] == kind} == set(hedges), kind
    assert any(run["kind"] == "macro-future" for run in runs)
    names = [run["name"] for run in runs]
    assert len(names) == len(set(names))
    for part in ("effectiveness", "correlation", "bands", "verdict"):
        assert list(document[part]) == hedges, part


def test_what_was_not_run_is_null_and_says_why_and_a_relation_is_judged(
    document: dict[str, Any],
) -> None:
    for bands in document["bands"].values():
        assert [bands[key] for key in bands if key != "reason"] == [None] * 4
        assert bands["reason"].startswith("not run")
    correlation = document["correlation"]["index-peer-short"]
    assert correlation["state"] in {"held", "weakened", "broken", "unstable", "inconclusive"}
    assert [test["name"][:2] for test in correlation["tests"]] == ["T1", "T2", "T3"]
    assert [test["valid"] for test in correlation["classical"]] == [False, False]
    put = document["correlation"]["protective-put"]
    assert (put["state"], put["reason"]) == (None, "leans on no correlation")


def test_nothing_printed_for_a_machine_is_infinite(demo: Answer) -> None:
    def refuse(constant: str) -> None:
        raise AssertionError(constant)

    json.loads(demo.out, parse_constant=refuse)


def test_the_attribution_of_every_run_on_the_ledger_adds_up(document: dict[str, Any]) -> None:
    on_ledger = [run for run in document["runs"] if run["attribution"]]
    assert [run["kind"] for run in on_ledger] == ["unhedged", "hedge", "hedge"]
    for run in on_ledger:
        parts = run["attribution"]
        names = ("holding", "rest", "carry", "costs", "ruin")
        sums = [*(parts[name] for name in names), *parts["legs"].values()]
        assert abs(parts["residual"]) <= 1e-9 * sum(abs(each) for each in sums)


def test_the_notice_comes_before_the_run_on_stderr(demo: Answer) -> None:
    assert demo.err == "prices to 2022-12-28; option premiums, if any, will be model prices\n"


def test_the_command_in_the_document_runs_the_same_comparison_again(
    document: dict[str, Any], typed: Typed
) -> None:
    words = shlex.split(document["reproduce"])
    assert words[0] == "microhedge"
    again = json.loads(typed(*words[1:], "--json").out)
    assert again == document


def test_the_text_has_a_sentence_for_each_hedge_a_table_and_nothing_of_json(
    document: dict[str, Any], typed: Typed
) -> None:
    answer = typed(*DEMO.split())
    assert answer.code == 0
    lines = answer.out.splitlines()
    assert lines[0] == "AAPL, 1,000 shares, 2002-03-07 to 2022-12-28, 5,241 sessions"
    assert max(map(len, lines)) <= 100
    flowing = " ".join(answer.out.split())
    for name, verdict in document["verdict"].items():
        assert f"{name}: {verdict['sentence']}" in flowing
    for warning in document["warnings"]:
        assert f"note: {warning}" in flowing
    head = next(line for line in lines if "a year" in line and "deepest fall" in line)
    table = lines[lines.index(head) + 1 :][: len(document["runs"])]
    unhedged = document["runs"][0]["stats"]
    assert table[0].startswith("unhedged ")
    assert f"{100 * unhedged['annual_return']:,.1f}%" in table[0]
    assert f"−{-100 * unhedged['max_drawdown']:,.1f}%" in table[0]
    assert {len(line) for line in table} == {len(head)}


def test_two_of_a_kind_are_told_apart_by_what_differs(typed: Typed) -> None:
    line = "compare AAPL --with protective-put --with protective-put:moneyness=0.8 --json"
    document = json.loads(typed(*line.split(), *SHORT[2:]).out)
    names = [run["name"] for run in document["runs"] if run["kind"] == "hedge"]
    assert names == ["protective-put", "protective-put[moneyness=0.8]"]


def test_run_takes_the_strategys_own_options(typed: Typed) -> None:
    answer = typed(
        "run", "protective-put", *SHORT, "--moneyness", "0.8", "--tranches", "2", "--json"
    )
    document = json.loads(answer.out)
    jsonschema.validate(document, json.loads(SCHEMA.read_text(encoding="utf-8")))
    assert document["command"] == "run"
    hedge = document["runs"][1]
    assert (hedge["params"]["moneyness"], hedge["params"]["tranches"]) == (0.8, 2)
    assert document["holding"]["shares"] == 1000


def test_run_takes_a_file_of_the_users_own(typed: Typed, my_collar: Path) -> None:
    document = json.loads(typed("run", my_collar.name, *SHORT, "--json").out)
    hedge = document["runs"][1]
    assert (hedge["name"], hedge["hedge"]) == ("my-collar", "my-collar")
    assert hedge["params"] == {"floor": 0.9, "window": 252, "naked": False, "until": "2022-01-03"}
    again = typed(*shlex.split(document["reproduce"])[1:], "--json")
    assert json.loads(again.out)["runs"] == document["runs"]


def test_value_is_turned_into_whole_shares_at_the_first_close(typed: Typed) -> None:
    document = json.loads(typed("run", "protective-put", *SHORT, "--value", "100000", "--json").out)
    # AAPL closed at 553.13 on 2014-01-02 (as traded, before the split of June)
    assert document["holding"]["shares"] == math.floor(100000 / 553.13)


def test_sleep_changes_nothing_and_the_fill_rule_does(typed: Typed) -> None:
    plain = json.loads(typed("run", "protective-put", *SHORT, "--json").out)["runs"]
    awake = json.loads(typed("run", "protective-put", *SHORT, "--no-sleep", "--json").out)["runs"]
    same = json.loads(typed("run", "protective-put", *SHORT, "--fill", "close", "--json").out)[
        "runs"
    ]
    assert awake == plain
    assert same[1]["stats"] != plain[1]["stats"]


@pytest.mark.parametrize(
    ("line", "code", "message"),
    [
        (
            "run protective-put --holding AAPL --moneyness 95",
            2,
            "moneyness 95 is not a fraction of the price: did you mean 0.95?",
        ),
        (
            "compare AAPL --with protective-put:moneyness=95",
            2,
            "moneyness 95 is not a fraction of the price: did you mean 0.95?",
        ),
        ("run protective-put --holding AAPL --tranches two", 2, "tranches must be a whole number"),
        ("run protective-put --holding AAPL --tenro 90", 2, "No such option '--tenro'"),
        ("run protective-put", 2, "Missing option '--holding'"),
        (
            "run protective-pit --holding AAPL",
            2,
            "no strategy named 'protective-pit' (did you mean",
        ),
        ("run", 2, "no strategy named: `microhedge list` shows what there is"),
        ("compare AAPL", 2, "Missing option '--with'"),
        ("compare --with protective-put", 2, "Missing argument 'HOLDING'"),
        ("compare AAPL --with protective-put:moneynes=0.9", 2, "(did you mean 'moneyness'?)"),
        ("compare AAPL --with protective-put:cover=1,tenor", 2, "has no value: write tenor=…"),
        ("compare AAPL --with pair-short", 2, "pair-short needs a value for 'peer'"),
        ("compare AAPL --with pair-short:peer=AAPL", 2, "AAPL is the holding itself"),
        ("run pair-short --holding AAPL --peer AAPL", 2, "AAPL is the holding itself"),
        ("compare APPL --with protective-put", 3, "no prices for 'APPL' (did you mean 'AAPL'?)"),
        ("compare aapl --with protective-put", 3, "no prices for 'aapl' (did you mean 'AAPL'?)"),
        ("compare AAPL --with pair-short:peer=MSTF", 3, "(did you mean 'MSFT'?)"),
        ("compare AAPL --with protective-put --shares -5", 2, "a holding is a positive number"),
        ("compare AAPL --with protective-put --shares 5 --value 9", 2, "one of the two"),
        ("compare AAPL --with protective-put --weight 40", 2, "did you mean 0.4?"),
        ("compare AAPL --with protective-put --cash -1", 2, "cash of the account is 0 or more"),
        ("compare AAPL --with protective-put --rate 5", 2, "did you mean 0.05?"),
        ("compare AAPL --with protective-put --rate -0.5", 2, "from -0.1 to 0.5"),
        ("compare AAPL --with protective-put --rate nan", 2, "rate nan is not a fraction"),
        ("compare AAPL --with protective-put --index-dividend 1.95", 2, "did you mean 0.0195?"),
        ("compare AAPL --with protective-put --seed -1", 2, "seed must be 0 or more, was -1"),
        ("compare AAPL --with protective-put --start 2nd", 2, "start must be a date as in 2015"),
        (
            "compare AAPL --with pair-short:peer=MSFT --start 1991-01-02",
            3,
            "first possible decision for AAPL, MSFT, SPX is 1991-12-30",
        ),
        (
            "compare AAPL --with protective-put --start 2001-01-02",
            3,
            "choose --start 2001-03-01 or later",
        ),
        (
            "compare AAPL --with protective-put --start 2015-01-02 --end 2014-01-02",
            2,
            "start 2015-01-02 is not before the end",
        ),
        ("compare AAPL --with protective-put --end 2030-01-02", 3, "after the last price of"),
        (
            "compare AAPL --with protective-put --start 2022-11-01 --end 2022-12-28",
            3,
            # 20 sessions in October from the 4th on, 21 in November and 19 in December
            "leaves 40 common sessions of AAPL, SPX to 2022-12-28; 60 are needed: choose a start "
            "on or before 2022-10-04",
        ),
        ("compare AAPL --with protective-put --vol vixx", 2, "no volatility model 'vixx'"),
        ("compare AAPL --with protective-put --vol vix", 3, "VIX does not cover"),
        ("compare AAPL --with protective-put --fill noon", 2, "'--fill'"),
        ("compare AAPL --with protective-put --report .", 2, "is a folder: name a file in it"),
        (f"compare AAPL --with protective-put --report {os.devnull}", 2, "a device or pipe"),
        (
            f"compare AAPL --with protective-put --report {__file__}/a.pdf",
            2,
            "is a file, no folder",
        ),
        ("compare KO --with protective-put", 3, "adjusted"),
        (
            "compare AAPL --with protective-put:moneyness=0.9:tenor=90",
            2,
            "parted by commas: write protective-put:moneyness=0.9,tenor=90",
        ),
        ("correlation KO PEP", 2, "Missing option '--split'"),
        ("correlation KO PEP --split soon", 2, "split must be a date as in 2015-01-02"),
        ("correlation KO PEPP --split 2012-12-31", 3, "(did you mean 'PEP'?)"),
        ("correlation KO KO --split 2012-12-31", 2, "the same symbol"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(
    typed: Typed, tmp_path: Path, line: str, code: int, message: str
) -> None:
    answer = typed(*line.split(), *([] if "--report" in line else _report(line)))
    assert message in answer.error
    assert (answer.code, answer.out) == (code, "")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_may_not_be_written_is_refused_before_the_run(
    typed: Typed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)
    answer = typed("compare", "AAPL", "--with", "protective-put", "--save", "new/a.mhr")
    assert (answer.code, answer.out) == (2, "")
    assert "--save new/a.mhr: nothing may be written in" in answer.error
    assert "model prices" not in answer.error


def _report(line: str) -> list[str]:
    """A report is asked for, so that a half-written one would be found."""
    asked = line.split(maxsplit=1)[0] in {"run", "compare"} and len(line.split()) > 2
    return ["--report", "a.pdf"] if asked else []


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        ("x = 1\n", 2, "my_collar.py holds no hedge"),
        (MY_COLLAR + "\nx = 1 / 0\n", 2, "line 22: ZeroDivisionError: division by zero"),
        (
            MY_COLLAR.replace('if now.leg("put") is None', "if 1 / 0"),
            1,
            "ZeroDivisionError",
        ),
        (
            MY_COLLAR.replace("naked: bool", "seed: bool"),
            2,
            "MyCollar.seed is an option of every run: give the parameter another name",
        ),
    ],
)
def test_a_strategy_file_that_fails_is_said_in_one_line(
    typed: Typed, my_collar: Path, text: str, code: int, message: str
) -> None:
    my_collar.write_text(text, encoding="utf-8")
    answer = typed("run", my_collar.name, *SHORT, "--report", "a.pdf")
    assert message in answer.error
    assert (answer.code, answer.out) == (code, "")
    assert list(my_collar.parent.iterdir()) == [my_collar]


def test_a_traceback_is_shown_only_on_request(typed: Typed, my_collar: Path) -> None:
    my_collar.write_text(MY_COLLAR + "\nx = 1 / 0\n", encoding="utf-8")
    answer = typed("run", my_collar.name, "--debug", *SHORT)
    assert "Traceback" not in answer.err  # the file failed before its options were read
    my_collar.write_text(MY_COLLAR.replace('if now.leg("put") is None', "if 1 / 0"), "utf-8")
    assert "Traceback" not in typed("run", my_collar.name, *SHORT).err
    answer = typed("run", my_collar.name, *SHORT, "--debug")
    assert "Traceback" in answer.err
    assert "on_session" in answer.err
    assert answer.err.splitlines()[-1].startswith("error: ")


def test_saved_by_value_and_loaded_again(typed: Typed, tmp_path: Path) -> None:
    import microhedge as mh

    assert typed("run", "protective-put", *SHORT, "--save", "out/a.mhr").code == 0
    assert typed("run", "protective-put", *SHORT, "--save", "out/b.mhr").code == 0
    first, second = (tmp_path / "out" / name for name in ("a.mhr", "b.mhr"))
    assert first.read_bytes() == second.read_bytes()
    assert mh.load_all(first) == mh.load_all(second)
    assert len(mh.load_all(first)) == 2  # the holding alone, and hedged


def test_a_report_is_whole_or_not_there(
    typed: Typed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from microhedge import reporting

    def half(_: object, path: Path, **__: object) -> None:
        path.write_bytes(b"%PDF-1.7 half")
        raise KeyboardInterrupt

    old = tmp_path / "a.pdf"
    old.write_bytes(b"the report of yesterday")
    monkeypatch.setattr(reporting, "write_report", half)
    answer = typed("run", "protective-put", *SHORT, "--report", "a.pdf")
    assert (answer.code, answer.err.splitlines()[-1]) == (130, "stopped")
    assert list(tmp_path.iterdir()) == [old]
    assert old.read_bytes() == b"the report of yesterday"


def test_the_report_is_written_and_named(typed: Typed, tmp_path: Path) -> None:
    answer = typed("run", "protective-put", *SHORT, "--report", "out/a.pdf")
    assert answer.out.splitlines()[-1] == "report: out/a.pdf"
    assert (tmp_path / "out" / "a.pdf").read_bytes().startswith(b"%PDF-")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["a.pdf"]


def test_an_account_in_a_file_stands_around_the_holding(typed: Typed, tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_text("symbol,weight\nXOM,0.25\nKO,0.5\nPG,0.25\n")
    line = "compare XOM --portfolio mine.csv --value 50000 --start 2015-01-02 --end 2016-01-04"
    line += " --with index-short --json"
    document = json.loads(typed(*line.split()).out)
    jsonschema.validate(document, json.loads(SCHEMA.read_text(encoding="utf-8")))
    assert document["holding"]["weight"] == 0.25
    assert document["diagnosis"]["rest"] == "basket of 2"
    assert "--portfolio mine.csv --value 50000" in document["reproduce"]
    again = json.loads(typed(*shlex.split(document["reproduce"])[1:], "--json").out)
    assert again["runs"] == document["runs"]
    assert again["config_hash"] == document["config_hash"]


def test_the_weight_and_the_size_of_the_holding_are_given_once(
    typed: Typed, tmp_path: Path
) -> None:
    (tmp_path / "mine.csv").write_text("symbol,shares\nXOM,100\nKO,50\n")
    line = ["compare", "XOM", "--portfolio", "mine.csv", "--with", "index-short"]
    assert typed(*line, "--weight", "0.4").error.startswith("--portfolio gives the holding its")
    assert typed(*line, "--shares", "10").error.startswith("mine.csv gives the shares of XOM")
    assert typed(*line[:3], "none.csv", *line[4:]).error == "none.csv: there is no such file"


def test_a_diagnosis_takes_the_account_from_a_file(typed: Typed, tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_text("symbol,value\nXOM,100\nKO,100\n")
    found = json.loads(typed("diagnose", "XOM", "--portfolio", "mine.csv", "--json").out)
    assert (found["weight"], found["rest"]) == (0.5, "KO")
    both = typed("diagnose", "XOM", "--portfolio", "mine.csv", "--weight", "0.4")
    assert both.error.startswith("give --weight, or the whole account as --portfolio")
