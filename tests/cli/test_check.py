"""`microhedge check` and `microhedge new`."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import Typed

PEEKING = '''
"""Reaches into the future."""

from microhedge import Hedge, Session


class Peeking(Hedge):
    """Short the index before the holding falls."""

    ahead: int = 5  # sessions looked ahead

    def on_session(self, now: Session) -> None:
        close, row = now._desk.tape.close[self.holding], now._desk.row
        later = close[min(row + self.ahead, len(close) - 1)]
        if now.new_month:
            now.short("SPX", value=50_000.0 if later < close[row] else 20_000.0)
'''
WINDOW = ("--start", "2014-01-03", "--end", "2014-12-31", "--cuts", "10")


def test_a_new_strategy_runs_and_passes_its_check(typed: Typed, tmp_path: Path) -> None:
    answer = typed("new", "my-hedge", "--from", "protective-put")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.splitlines()[0] == (
        "my_hedge.py holds MyHedge, a copy of protective-put; next:"
    )
    text = (tmp_path / "my_hedge.py").read_text(encoding="utf-8")
    assert "class MyHedge(Hedge):" in text
    assert "main(MyHedge)" in text
    assert "rotective-put" not in text
    assert "ProtectivePut" not in text
    check = typed("check", "my_hedge.py", "--holding", "AAPL", "--tranches", "1", *WINDOW)
    assert (check.code, check.err) == (0, "")
    said = " ".join(check.out.split())
    assert said.startswith("passed: my-hedge on AAPL, 2014-01-03 to 2014-12-31: its 3 orders")
    assert "did not move by a bit" in said
    assert "cannot catch" in said
    run = typed("run", "my_hedge.py", "--holding", "AAPL", *WINDOW[:4])
    assert run.code == 0


@pytest.mark.parametrize(
    "name", ["pair-short", "index-peer-short", "basket-short", "corporate-bond"]
)
def test_the_run_that_a_new_strategy_suggests_names_what_it_needs(typed: Typed, name: str) -> None:
    told = typed("new", "mine", "--from", name).out
    line = next(line for line in told.splitlines() if "microhedge run" in line)
    answer = typed(*line.split()[1:], *"--start 2018-01-02 --end 2018-03-29 --no-bands".split())
    assert answer.code == 0, answer.err


@pytest.mark.parametrize("name", ["index-short", "index-peer-short", "pair-short"])
def test_every_shipped_strategy_can_be_started_from(
    typed: Typed, tmp_path: Path, name: str
) -> None:
    assert typed("new", "hedge2.py", "--from", name).code == 0
    path = tmp_path / "hedge2.py"
    done = subprocess.run(
        [sys.executable, path.name, "--help"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Usage: hedge2.py [OPTIONS]")


def test_a_file_of_one_s_own_can_be_started_from(typed: Typed, my_collar: Path) -> None:
    assert typed("new", "other-collar", "--from", my_collar.name).code == 0
    assert "class OtherCollar(Hedge):" in Path("other_collar.py").read_text(encoding="utf-8")


def test_a_file_that_exists_is_never_overwritten(typed: Typed, my_collar: Path) -> None:
    before = my_collar.read_bytes()
    answer = typed("new", "my-collar")
    assert answer.code == 2
    assert answer.error == "my_collar.py exists and is never overwritten: choose another name"
    assert my_collar.read_bytes() == before


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("json", "my-json"),
        ("numpy", "my-numpy"),
        ("3puts", "my-3puts"),
        ("My Hedge", "my-hedge"),
        ("class", "my-class"),
        ("../up", "up"),
    ],
)
def test_a_name_that_python_cannot_use_is_refused_with_one_that_it_can(
    typed: Typed, tmp_path: Path, name: str, hint: str
) -> None:
    answer = typed("new", name)
    assert answer.code == 2
    assert answer.error.endswith(f"such as {hint}")
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_source_is_answered_with_the_nearest(typed: Typed, tmp_path: Path) -> None:
    answer = typed("new", "mine", "--from", "protectiv-put")
    assert answer.code == 2
    assert "did you mean 'protective-put'?" in answer.error
    assert list(tmp_path.iterdir()) == []


def test_a_look_ahead_is_found_with_its_date_and_both_values(typed: Typed, tmp_path: Path) -> None:
    (tmp_path / "peeking.py").write_text(PEEKING, encoding="utf-8")
    line = ("check", "peeking.py", "--holding", "AAPL", *WINDOW)
    answer = typed(*line)
    assert (answer.code, answer.err) == (1, "")
    said = " ".join(answer.out.split())
    assert said.startswith("FAILED: peeking on AAPL, 2014-01-03 to 2014-12-31: with noise in ")
    assert "order: order was SPX: -" in said
    found = json.loads(typed(*line, "--json").out)
    assert found["passed"] is False
    assert found["arms"]["noise"]["difference"][:5] == "2014-"
    assert found["no_sleep"] is None
    # the strategy's own options count
    assert typed(*line, "--ahead", "0").code == 0


def test_a_strategy_without_an_order_is_not_said_to_pass(typed: Typed) -> None:
    answer = typed(
        "check", "protective-put", "--holding", "AAPL", "--shares", "1", "--cover", "0", *WINDOW
    )
    # orders for no contract are orders; one that is never placed proves nothing
    assert answer.code == 0
    Path("idle.py").write_text(
        "from microhedge import Hedge, Session\n\n\nclass Idle(Hedge):\n"
        "    def on_session(self, now: Session) -> None:\n        return\n",
        encoding="utf-8",
    )
    idle = typed("check", "idle.py", "--holding", "AAPL", *WINDOW)
    assert idle.code == 2
    assert idle.error.startswith("idle placed no order from 2014-01-03 to 2014-12-31")


def test_a_check_says_that_its_window_is_not_that_of_a_run(typed: Typed) -> None:
    answer = typed("check", "index-short", "--holding", "AAPL", "--cuts", "1", "--json")
    assert answer.code == 0
    start = json.loads(answer.out)["start"]
    assert f"checked on the last 756 sessions, from {start}; a run without --start" in answer.err
    assert "with --start 20" in answer.err


def test_a_check_without_cuts_is_refused(typed: Typed) -> None:
    answer = typed("check", "protective-put", "--holding", "AAPL", "--cuts", "0")
    assert answer.code == 2
    assert answer.error == "0 cuts: at least 1 is needed; 50 is usual"
