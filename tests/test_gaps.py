"""Without the largest gaps: against numbers that a hand can follow."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from tapes import arrange, lay, play

from microhedge.calendar import to_date
from microhedge.engine import Setup
from microhedge.gaps import gaps_of, largest
from microhedge.hedge import Session
from microhedge.runs import hedge_run, unhedged_run

PRICES = [100.0, 101.0, 80.8, 82.416, 98.8992, 97.910208, 68.5371456, 69.222517056]
"""Moves of +1, −20, +2, +20, −1, −30 and +1 per cent."""


def test_the_largest_moves_are_ranked_by_size_and_told_in_order_of_time() -> None:
    moves = np.array([0.0, 0.01, -0.20, 0.02, 0.20, -0.01, -0.30, 0.01])
    assert largest(moves).tolist() == [2, 4, 6]
    assert largest(moves, 1).tolist() == [6]
    # of two alike the earlier one
    assert largest(moves, 2).tolist() == [2, 6]
    assert largest(moves[:2]).tolist() == [1]


def half(now: Session) -> None:
    """Be short half of the holding's shares of its twin from the first evening on."""
    if not now.fills("BBB"):
        now.short("BBB", value=0.5 * now.value)


def twins() -> Setup:
    tape = lay(
        {"AAA": PRICES, "BBB": PRICES, "SPX": [1.0] * len(PRICES)}, basis={"SPX": "price_index"}
    )
    return arrange(tape, shares=100, cash=1e6)


def test_dropped_sessions_leave_the_compounded_rest_of_both() -> None:
    setup = twins()
    tape, hedged, bare = setup.tape, play(half, setup), play(None, setup)
    alone = unhedged_run(bare)
    found = gaps_of(hedge_run("half", hedged, bare), alone)
    assert found is not None
    assert [to_date(one.day) for one in found.left_out] == [
        date(2024, 1, 4),
        date(2024, 1, 8),
        date(2024, 1, 10),
    ]
    # 50 shares short from the second close: half of each of the holding's moves from then on
    assert [one.unhedged for one in found.left_out] == pytest.approx([-0.20, 0.20, -0.30])
    assert [one.hedged for one in found.left_out] == pytest.approx([-0.10, 0.10, -0.15])
    years = (tape.day[-1] - tape.day[0]) / 365.25
    alone_left = 1.01 * 1.02 * 0.99 * 1.01
    ours_left = 1.01 * 1.01 * 0.995 * 1.005
    without = found.without
    assert without.annual_return == pytest.approx(ours_left ** (1 / years) - 1, rel=1e-9)
    assert without.lead == pytest.approx(
        ours_left ** (1 / years) - alone_left ** (1 / years), rel=1e-9
    )
    # the only fall that is left: −1 %, of which the hedge took a half
    assert without.unhedged_max_drawdown == pytest.approx(-0.01)
    assert without.max_drawdown == pytest.approx(-0.005)
    assert found.every.unhedged_max_drawdown == pytest.approx(68.5371456 / 101.0 - 1)


def test_the_money_of_dropped_sessions_leaves_the_cost() -> None:
    setup = twins()
    tape, hedged, bare = setup.tape, play(half, setup), play(None, setup)
    found = gaps_of(hedge_run("half", hedged, bare), unhedged_run(bare))
    assert found is not None
    years, mean = (tape.day[-1] - tape.day[0]) / 365.25, 100 * np.mean(PRICES)
    # the short of 50 shares at 101 gains what the twin falls
    every = 50 * (101.0 - PRICES[-1])
    steps = np.diff(PRICES)
    assert found.every.cost_per_year == pytest.approx(-every / years / mean, rel=1e-9)
    gone = -50 * (steps[1] + steps[3] + steps[5])
    assert found.without.cost_per_year == pytest.approx(-(every - gone) / years / mean, rel=1e-9)


def test_a_column_of_returns_alone_has_no_gaps_to_leave_out() -> None:
    alone = unhedged_run(play(None, twins()))
    assert gaps_of(replace(alone, result=None), alone) is None
