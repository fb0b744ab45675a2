"""The past stays to the last bit, and the future does not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tapes import day, lay

from microhedge.perturbation import ARMS, Arm, ended, noisy, perturbed
from microhedge.tape import Action, Tape

COUNT, ROW = 40, 20


@pytest.fixture
def tape() -> Tape:
    closes = (100.0 + np.arange(COUNT)).tolist()
    made = lay(
        {"AAA": closes, "SPX": closes},
        opens={"AAA": [np.nan if k % 5 == 0 else x - 0.5 for k, x in enumerate(closes)]},
        basis={"SPX": "price_index"},
        # the session of row 20 is 2024-01-31
        actions={
            "AAA": (
                Action(day("2024-01-31"), "dividend", 0.5),
                Action(day("2024-02-01"), "dividend", 0.6),
                Action(day("2024-02-05"), "split", 4.0),
                Action(day("2024-09-09"), "special", 3.0),
            )
        },
        begin=5,
    )
    return replace(made, vix=np.full(COUNT, 20.0), implied={"AAA": np.full(COUNT, 0.3)})


def draw() -> np.random.Generator:
    return np.random.default_rng(7)


@pytest.mark.parametrize("arm", ARMS)
def test_an_arm_leaves_the_past_alone(tape: Tape, arm: Arm) -> None:
    other = perturbed(tape, ROW, arm, draw())
    upto = ROW if arm == "close" else ROW + 1
    for symbol in ("AAA", "SPX"):
        assert other.close[symbol][:upto].tobytes() == tape.close[symbol][:upto].tobytes()
        assert other.open[symbol][: ROW + 1].tobytes() == tape.open[symbol][: ROW + 1].tobytes()
    assert other.rate[:upto].tobytes() == tape.rate[:upto].tobytes()
    assert other.vix is not None
    assert tape.vix is not None
    assert other.vix[:upto].tobytes() == tape.vix[:upto].tobytes()
    assert other.implied["AAA"][:upto].tobytes() == tape.implied["AAA"][:upto].tobytes()
    assert other.actions["AAA"][0] == tape.actions["AAA"][0]
    assert other.begin == tape.begin


@pytest.mark.parametrize("close", [False, True])
def test_noise_changes_every_number_of_the_future_and_keeps_it_possible(
    tape: Tape, close: bool
) -> None:
    other = noisy(tape, ROW, draw(), close=close)
    first = ROW + 1 - int(close)
    assert other.vix is not None
    assert tape.vix is not None
    for ours, theirs in (
        (tape.close["AAA"], other.close["AAA"]),
        (tape.close["SPX"], other.close["SPX"]),
        (tape.rate, other.rate),  # all zero before
        (tape.vix, other.vix),
        (tape.implied["AAA"], other.implied["AAA"]),
    ):
        assert (ours[first:] != theirs[first:]).all()
        assert (theirs[first:] > 0.0).all()
    later = slice(ROW + 1, None)
    genuine = np.isfinite(tape.open["AAA"])
    assert (np.isfinite(other.open["AAA"]) == genuine).all()
    assert (other.open["AAA"] != tape.open["AAA"])[later][genuine[later]].all()
    for was, became in zip(tape.actions["AAA"][1:], other.actions["AAA"][1:], strict=True):
        assert (was.day, was.kind) == (became.day, became.kind)
        assert became.value > 0.0
        assert became.value != was.value
    assert other.day.tolist() == tape.day.tolist()


def test_tomorrow_may_turn_out_either_way(tape: Tape) -> None:
    # a hedge that only asks whether tomorrow is up must be caught too
    generator = draw()
    closes = [noisy(tape, ROW, generator).close["AAA"] for _ in range(200)]
    rises = sum(bool(close[ROW + 1] > close[ROW]) for close in closes)
    assert 50 < rises < 150


def test_a_tape_that_ends_knows_nothing_later(tape: Tape) -> None:
    other = ended(tape, ROW)
    assert len(other) == ROW + 1
    assert [a.value for a in other.actions["AAA"]] == [0.5]
    ends = {len(perturbed(tape, ROW, "end", np.random.default_rng(k))) for k in range(60)}
    assert min(ends) > ROW + 1
    assert max(ends) < COUNT
    assert len(ends) > 5


def test_what_was_computed_on_one_tape_is_not_taken_over_by_the_other(tape: Tape) -> None:
    before = tape.growth("AAA")[-1]
    assert noisy(tape, ROW, draw()).growth("AAA")[-1] != before
    assert len(ended(tape, ROW).growth("AAA")) == ROW + 1
