"""Help answers at once, and says what may be typed."""

import os
import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion

from .conftest import Typed

pytestmark = pytest.mark.usefixtures("my_collar")

ALLOWED = {"click", "microhedge"}


def imported_by(*arguments: str) -> set[str]:
    """Every module that the process of one command line imports, beside what Python itself does."""
    code = f"import sys; sys.argv = {['microhedge', *arguments]!r}; "
    return _imported(f"{code}from microhedge.cli import entry; entry()") - _imported("pass")


def _imported(code: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", code],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return set(re.findall(r"^import time:.*\| +(\S+)$", done.stderr, re.MULTILINE))


@pytest.mark.parametrize("arguments", [["--help"], [], ["--version"]])
def test_the_root_imports_click_and_nothing_else(arguments: list[str]) -> None:
    modules = imported_by(*arguments)
    outside = {name.partition(".")[0] for name in modules} - sys.stdlib_module_names
    # copy asks for a module of Jython
    outside = {name for name in outside if not name.startswith("_")} - {"org"}
    assert outside == ALLOWED
    assert not {name for name in modules if name.startswith("microhedge.")} - {
        "microhedge.cli",
        "microhedge.cli.app",
        "microhedge.cli.outcome",
        "microhedge.version",
    }


def test_a_typing_error_is_answered_without_loading_the_library() -> None:
    for arguments in (["compre"], ["compare", "--hlp"], ["correlation", "KO"]):
        assert not imported_by(*arguments) & {"numpy", "pandas", "matplotlib", "statsmodels"}


def test_a_run_without_a_report_loads_nothing_that_only_the_report_needs() -> None:
    line = "run protective-put --holding AAPL --start 2014-01-02 --end 2014-12-31 --json"
    modules = imported_by(*line.split())
    assert "numpy" in modules
    assert not modules & {"matplotlib", "typst", "statsmodels", "pandas", "QuantLib"}
    # of --details and of bands alone
    assert not modules & {"scipy.optimize", "scipy.signal", "joblib", "yfinance"}


@pytest.mark.parametrize(
    "command",
    [
        *"compare,run,sweep,results,diagnose,find-hedge,correlation,check,new,list".split(","),
        *"data,data list,data check,data snapshot,demo,doctor,completion".split(","),
    ],
)
def test_every_command_has_help(typed: Typed, command: str) -> None:
    answer = typed(*command.split(), "--help")
    assert answer.code == 0
    assert answer.err == ""
    assert answer.out.startswith(f"Usage: microhedge {command} ")


@pytest.mark.parametrize(
    "line",
    [
        "",
        "compare",
        "run protective-put",
        "sweep pair-short",
        "results",
        "check pair-short",
        "new",
        "data",
        "data snapshot",
    ],
)
def test_the_help_reads_as_reviewed(typed: Typed, line: str, snapshot: SnapshotAssertion) -> None:
    assert typed(*line.split(), "--help").out == snapshot


def test_the_root_lists_every_command_with_a_line_of_help(typed: Typed) -> None:
    answer = typed("--help")
    for command in ("compare", "run", "correlation", "check", "new", "list", "data", "demo"):
        assert re.search(rf"^  {command}  +[A-Z].+\.$", answer.out, re.MULTILINE)
    assert typed() == answer


def test_every_command_that_takes_a_strategy_says_the_same_of_it(typed: Typed) -> None:
    listed = [
        typed(command, "--help").out.partition("Commands:\n")[2]
        for command in ("run", "stress", "sweep", "check")
    ]
    assert "Pair hedge: short one peer" in listed[0]
    assert set(listed) == {listed[0]}


def test_a_strategys_help_shows_what_it_declares(typed: Typed, my_collar: Path) -> None:
    out = typed("run", my_collar.name, "--help").out
    assert "Own a put and sell a call." in out
    for line in (
        "--floor NUMBER       strike of the put  [0.9; above 0 and below 1.5]",
        "--window N           sessions looked back  [252; at least 20]",
        "--naked / --no-naked  without the call  [no]",
        "--until DATE         last purchase  [2022-01-03]",
    ):
        flag, said = re.split(r"  +", line, maxsplit=1)
        assert re.search(rf"^  {re.escape(flag)} +{re.escape(said)}$", out, re.MULTILINE), line


def test_a_shipped_strategys_help_shows_its_symbol_as_required(typed: Typed) -> None:
    out = typed("run", "index-peer-short", "--help").out
    assert re.search(r"^  --peer SYMBOL +.*\[required\]$", out, re.MULTILINE)
    assert re.search(r"^  --window N +.*\[504; at least 20\]$", out, re.MULTILINE)


def test_a_strategy_file_run_by_itself_has_the_same_options(typed: Typed, my_collar: Path) -> None:
    text = my_collar.read_text(encoding="utf-8")
    text = text.replace("import Hedge", "import main, Hedge")
    my_collar.write_text(f"{text}\n\nif __name__ == '__main__':\n    main(MyCollar)\n", "utf-8")
    done = subprocess.run(
        [sys.executable, my_collar.name, "--help"],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        cwd=my_collar.parent,
        env=os.environ | {"COLUMNS": "100"},
    )
    first, rest = done.stdout.split("\n", 1)
    assert first == "Usage: my_collar.py [OPTIONS]"
    assert rest == typed("run", my_collar.name, "--help").out.split("\n", 1)[1]


def test_the_version_is_the_installed_one(typed: Typed) -> None:
    assert typed("--version").out == f"microhedge {version('microhedge')}\n"
