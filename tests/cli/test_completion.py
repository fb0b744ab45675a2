"""What a shell is given to complete a line with, and that it comes at once."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from microhedge.cli.words import SYMBOLS
from microhedge.folders import strategy_files
from microhedge.loading import registered
from microhedge.sources import bundled

from .conftest import Typed

ENTRY = "from microhedge.cli import entry; entry()"


def asked(line: str, *flags: str) -> "subprocess.CompletedProcess[str]":
    """What click answers in bash's name when TAB follows the line."""
    words = line.split(" ")
    return subprocess.run(
        [sys.executable, *flags, "-c", ENTRY],
        env=os.environ
        | {
            "_MICROHEDGE_COMPLETE": "bash_complete",
            "COMP_WORDS": line,
            "COMP_CWORD": str(len(words) - 1),
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def completed(line: str) -> list[str]:
    done = asked(line)
    assert done.stderr == ""
    return [each.partition(",")[2] for each in done.stdout.splitlines()]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("microhedge comp", ["compare", "completion"]),
        ("microhedge find", ["find-hedge"]),
        ("microhedge --v", ["--version"]),
        ("microhedge data sn", ["snapshot"]),
        ("microhedge run prot", ["protective-put"]),
        ("microhedge check in", ["index-peer-short", "index-put", "index-short"]),
        ("microhedge compare AAPL --with pa", ["pair-short"]),
        ("microhedge new mine --from pr", ["protective-put"]),
        ("microhedge compare aap", ["AAPL"]),
        ("microhedge correlation KO PE", ["PEP"]),
        ("microhedge diagnose NF", ["NFLX"]),
        ("microhedge run protective-put --holding ms", ["MSFT"]),
        ("microhedge run pair-short --peer IB", ["IBM"]),
        ("microhedge run protective-put --mon", ["--moneyness"]),
        ("microhedge compare AAPL --fill next", ["next_close", "next_open"]),
        ("microhedge compare AAPL --vol v", ["vix", "vix-ratio"]),
        ("microhedge compare AAPL --wei", ["--weight"]),
        ("microhedge completion z", ["zsh"]),
    ],
)
def test_a_word_is_completed(line: str, words: list[str]) -> None:
    assert completed(line) == words


@pytest.mark.parametrize(
    "line",
    [
        "microhedge compare AAPL --report ",
        "microhedge run ./my",
        "microhedge compare AAPL --prices a",
        "microhedge data check ac",
    ],
)
def test_files_are_left_to_the_shell(line: str) -> None:
    assert asked(line).stdout.splitlines() == [f"file,{line.rpartition(' ')[2]}"]


@pytest.mark.parametrize(
    "line", ["microhedge nothing --", "microhedge run nothing --", "microhedge"]
)
def test_a_line_that_is_wrong_completes_to_nothing_in_silence(line: str) -> None:
    done = asked(line)
    assert (done.stdout.strip(), done.stderr) == ("", "")


def test_a_shell_that_says_nothing_is_answered_in_silence() -> None:
    done = subprocess.run(
        [sys.executable, "-c", ENTRY],
        env=os.environ | {"_MICROHEDGE_COMPLETE": "bash_complete"},
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (1, b"", b"")


def test_the_symbols_are_those_that_ship() -> None:
    assert bundled().symbols == SYMBOLS


def test_the_strategies_are_those_at_hand() -> None:
    assert sorted(strategy_files()) == [each.name for each in registered()]


@pytest.mark.parametrize(
    "line", ["microhedge co", "microhedge run p", "microhedge compare A", "microhedge compare A --"]
)
def test_completing_imports_nothing_heavy(line: str) -> None:
    imports = asked(line, "-X", "importtime").stderr
    assert "click.shell_completion" in imports
    assert not re.search(r"\| +(numpy|scipy|pandas|pyarrow|matplotlib)$", imports, re.MULTILINE)


def test_the_options_of_a_strategy_need_numpy_at_most() -> None:
    imports = asked("microhedge run protective-put --", "-X", "importtime").stderr
    assert not re.search(r"\| +(scipy|pandas|pyarrow|matplotlib)$", imports, re.MULTILINE)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_of_a_shell_is_printed(typed: Typed, shell: str) -> None:
    answer = typed("completion", shell)
    assert (answer.code, answer.err) == (0, "")
    assert f"_MICROHEDGE_COMPLETE={shell}_complete" in answer.out


def test_another_shell_is_refused_with_those_there_are(typed: Typed) -> None:
    answer = typed("completion", "tcsh")
    assert answer.code == 2
    assert "'bash', 'zsh', 'fish'" in answer.error


@pytest.mark.skipif(shutil.which("bash") is None, reason="no bash here")
def test_bash_itself_completes_with_the_script(tmp_path: Path) -> None:
    command = tmp_path / "microhedge"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -c "{ENTRY}" "$@"\n')
    command.chmod(0o755)
    script = """
        eval "$(microhedge completion bash)"
        COMP_WORDS=(microhedge run prot); COMP_CWORD=2
        _microhedge_completion microhedge
        echo "${COMPREPLY[@]}"
    """
    done = subprocess.run(
        ["bash", "-c", script],
        env=os.environ | {"PATH": f"{tmp_path}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert (done.stdout.strip(), done.stderr) == ("protective-put", "")
