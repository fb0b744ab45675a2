"""The order of things inside one session."""

from __future__ import annotations

from datetime import date

import pytest
from tapes import arrange, day, lay, lines, play

from microhedge.events import Phase
from microhedge.hedge import Session
from microhedge.tape import Action


def test_all_that_falls_on_one_session_happens_in_the_order_of_its_phases() -> None:
    """The last session, Friday 2024-01-19: a dividend, an open, an expiry, a close.

    The put of Wednesday expires; its successor has no genuine open and takes the close, for
    which the role must be empty; the short of BBB takes its open.
    """

    def act(now: Session) -> None:
        if now.today == date(2024, 1, 16):
            now.roll("put", now.put(days=2, moneyness=1.5))
        if now.today == date(2024, 1, 18):
            now.roll("put", now.put(days=30, moneyness=1.5))
            now.short("BBB", value=5_000.0)

    tape = lay(
        {"AAA": [100.0] * 4, "BBB": [50.0] * 4},
        first="2024-01-16",
        opens={"BBB": [50.0, 50.0, 50.0, 49.0]},
        actions={"AAA": (Action(day("2024-01-19"), "dividend", 0.5),)},
    )
    made = arrange(tape, cash=1_000.0, fill="next_open")
    result = play(act, made)
    ledger = result.tables["ledger"]
    last = ledger["session"] == 3
    assert list(
        zip(ledger["phase"][last].tolist(), ledger["cause"][last].tolist(), strict=True)
    ) == [
        (Phase.ACTIONS, "dividend"),
        (Phase.OPEN_FILLS, "trade"),
        (Phase.SETTLE, "expiry"),
        (Phase.CLOSE_FILLS, "trade"),
    ]
    assert [line[4:6] for line in lines(result, "hedge/put")] == [
        (1.0, pytest.approx(-5_000.0)),
        (-1.0, pytest.approx(5_000.0)),
        (1.0, pytest.approx(-5_000.0)),
    ]
    # no close without cover
    assert result.curves["cover"][1:].tolist() == [1.0, 1.0, 1.0]


def test_carry_is_posted_before_anything_else_of_its_session() -> None:
    # ex on the first session of February, with interest since the start
    tape = lay(
        {"AAA": [100.0] * 3},
        first="2024-01-31",
        rate=0.036,
        actions={"AAA": (Action(day("2024-02-01"), "dividend", 0.5),)},
    )
    result = play(None, arrange(tape, cash=10_000.0))
    # 10,000 at 3.6 % for a night is 1.00; a dividend of its morning earned nothing yet
    assert lines(result)[2:4] == [
        (1, "cash", "", "interest", 0.0, pytest.approx(1.0), 0.0),
        (1, "holding", "AAA", "dividend", 0.0, 50.0, 0.0),
    ]
