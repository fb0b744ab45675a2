"""The first difference is the earliest one within reach, in words that hold both values."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from tapes import acting, arrange, lay

from microhedge.costs import Costs
from microhedge.engine import played
from microhedge.errors import RunFailed
from microhedge.events import Phase
from microhedge.hedge import Session
from microhedge.traces import Reach, Trace, first_difference, trace

COUNT = 8
END = Reach(COUNT - 1)


def act(now: Session) -> None:
    if not now.fills("put"):
        now.roll("put", now.put(days=30, moneyness=1.5))


def run(until: int = COUNT - 1, last: float = 100.0) -> Trace:
    tape = lay({"AAA": [100.0, 101.0, 102.0, 103.0, 104.0, 105.0, 106.0, last]})
    desk, error = played(acting(act), arrange(tape), until=until)
    return trace(desk, Costs.none(), error, upto=until)


def changed(one: Trace, table: str, column: str, row: int, value: Any) -> Trace:
    """The trace with one cell replaced."""
    cells = one.tables[table][column].copy()
    cells[row] = value
    columns = {**one.tables[table], column: cells}
    return replace(one, tables={**one.tables, table: columns})


def test_two_runs_on_one_tape_do_not_differ() -> None:
    assert first_difference(run(), run(), END) is None


def test_a_cell_is_told_with_its_session_and_both_values() -> None:
    one = run()
    # session 1 is 2024-01-03: the put of the evening before was filled at 101
    other = changed(one, "fills", "spot", 0, 99.5)
    told = "2024-01-03: fill for put: spot was 101.0, became 99.5"
    assert first_difference(one, other, END) == told


def test_the_earliest_difference_is_told_and_of_one_session_the_decision() -> None:
    one = run()
    both = changed(changed(one, "fills", "spot", 0, 99.5), "orders", "order", 0, "put: nothing")
    told = first_difference(one, both, END)
    assert told is not None
    assert told.startswith("2024-01-02: order: order was put: buy a 30-day put on AAA at 1.5")
    assert told.endswith("became put: nothing")


def test_the_last_bit_counts_and_nan_equals_nan() -> None:
    one = run()
    mid = float(one.tables["fills"]["mid"][0])
    near = changed(one, "fills", "mid", 0, np.nextafter(mid, 1_000.0))
    assert first_difference(one, near, END) is not None
    assert first_difference(*(changed(one, "fills", "mid", 0, np.nan),) * 2, END) is None
    assert first_difference(
        changed(one, "fills", "fee", 0, 0.0), changed(one, "fills", "fee", 0, -0.0), END
    )


def test_what_lies_beyond_the_reach_is_not_compared() -> None:
    one, other = run(), run(last=50.0)
    assert first_difference(one, other, Reach(COUNT - 2)) is None
    assert first_difference(one, other, Reach(COUNT - 1, int(Phase.OPEN_FILLS))) is None
    told = first_difference(one, other, END)
    assert told is not None
    assert told.startswith("2024-01-11: ")
    # a fill at the close of session 1 lies behind its open
    moved = changed(one, "fills", "spot", 0, 99.5)
    assert first_difference(one, moved, Reach(1, int(Phase.OPEN_FILLS))) is None
    assert first_difference(one, moved, Reach(1)) is not None


def test_a_missing_row_and_a_new_one_are_told() -> None:
    one = run()
    none = {name: column[:0] for name, column in one.tables["fills"].items()}
    less = replace(one, tables={**one.tables, "fills": none})
    told = first_difference(one, less, END)
    assert told is not None
    assert told.startswith("2024-01-03: fill for put (instrument AAA ")
    assert told.endswith("is missing in the other run")
    assert str(first_difference(less, one, END)).endswith("is there only in the other run")


def test_a_part_of_a_run_agrees_with_the_whole_as_far_as_it_was_played() -> None:
    part = run(until=3)
    assert first_difference(run(), part, Reach(3)) is None


def test_a_run_that_stopped_within_reach_differs() -> None:
    one = run()
    stopped = replace(one, error=RunFailed("it raised"), stopped=4)
    told = "2024-01-08: the other run stopped: it raised"
    assert first_difference(one, stopped, END) == told
    assert first_difference(one, stopped, Reach(3)) is None
    assert first_difference(one, stopped, Reach(4, int(Phase.OPEN_FILLS))) is None
