"""`--earnings` and `--vol-terms`, as they are typed."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from .conftest import Typed

WINDOW = ("--start", "2015-01-02", "--end", "2015-12-31")
DATES = "2015-01-28,2015-04-28,2015-07-22,2015-10-28"  # Apple's sessions after its reports


def test_dates_that_were_announced_make_puts_dearer_and_the_command_says_so(typed: Typed) -> None:
    ask = ("run", "protective-put", "--holding", "AAPL", *WINDOW, "--json")
    plain, told = (json.loads(typed(*ask, *more).out) for more in ((), ("--earnings", DATES)))
    assert f"--earnings {DATES}" in told["reproduce"]
    spent = [found["runs"][1]["stats"]["gross_per_year"] for found in (plain, told)]
    assert spent[1] > spent[0]
    assert any("4 of them inside the run" in text for text in told["warnings"])
    assert any("too low before a gap" in text for text in plain["warnings"])
    assert not any("too low before a gap" in text for text in told["warnings"])
    again = typed(*told["reproduce"].split()[1:], "--json")
    assert json.loads(again.out)["runs"][1]["stats"] == told["runs"][1]["stats"]


def test_a_hedge_may_be_held_around_those_dates_alone(typed: Typed) -> None:
    ask = ("run", "protective-put", "--holding", "AAPL", *WINDOW, "--when", "earnings~3")
    assert "give them with --earnings" in typed(*ask).error
    found = typed(*ask, "--earnings", DATES)
    assert "is held when earnings~3: on 28 of 252 evenings, in 4 spells" in " ".join(
        found.out.split()
    )


def test_a_sweep_and_a_check_take_the_dates_too(typed: Typed) -> None:
    sweep = ("sweep", "protective-put", "--holding", "AAPL", *WINDOW, "--moneyness", "0.9,0.95")
    few = ("--phases", "1", "--workers", "0", "--json")
    plain, told = (
        json.loads(typed(*sweep, *few, *more).out) for more in ((), ("--earnings", DATES))
    )
    assert plain["cells"] == told["cells"] == 2
    passed = typed("check", "protective-put", "--holding", "AAPL", *WINDOW, "--cuts", "2",
                   "--earnings", DATES)  # fmt: skip
    assert passed.code == 0
    assert passed.out.startswith("passed")


def test_a_move_without_dates_is_refused(typed: Typed) -> None:
    ask = ("run", "protective-put", "--holding", "AAPL", *WINDOW, "--earnings-move", "0.1")
    assert typed(*ask).error == "--earnings-move is of --earnings, which is missing"


def test_tenors_of_vix_change_the_price_of_index_puts(typed: Typed, tmp_path: Path) -> None:
    days = np.arange("2013-12-01", "2016-02-01", dtype="datetime64[D]")
    lines = ["date,VIX3M,VIX6M", *(f"{one},35,35" for one in days)]
    (tmp_path / "terms.csv").write_text("\n".join(lines), encoding="utf-8")
    ask = ("run", "protective-put", "--holding", "SPX", "--value", "1000000", *WINDOW, "--json")
    plain, told = (
        json.loads(typed(*ask, *more).out) for more in ((), ("--vol-terms", "terms.csv"))
    )
    spent = [found["runs"][1]["stats"]["gross_per_year"] for found in (plain, told)]
    assert spent[1] > 1.3 * spent[0]
    assert {"VIX3M", "VIX6M"} <= {one["series"] for one in told["provenance"]}


@pytest.mark.parametrize("command", ["run", "sweep", "check"])
def test_dates_that_are_none_are_refused_by_every_command(typed: Typed, command: str) -> None:
    more = ("--moneyness", "0.9,0.95") if command == "sweep" else ()
    ask = (command, "protective-put", "--holding", "AAPL", *more, "--earnings", "soon")
    assert "'soon' is no file and no date" in typed(*ask).error
