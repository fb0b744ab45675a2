"""What would the same past look like before another future?

Each function returns a tape that agrees with the given one up to a row.  What a run did up to
that row must not depend on which of them it was played on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Literal, get_args

import numpy as np

from microhedge.tape import Action, Floats, Tape

Arm = Literal["noise", "close", "truncation", "end"]
ARMS: tuple[Arm, ...] = get_args(Arm)

SHIFT = 0.3
"""Standard deviation of the step that a whole future takes, in logarithms."""
JITTER = 0.2
"""Standard deviation of each session's own noise, in logarithms: any move may change its sign."""
RATE_LIFT = 0.01
"""Added to a yield before its noise, which would leave a yield of 0 where it is."""
SPLITS = (0.5, 1.5, 2.0, 3.0, 4.0, 7.0, 20.0)


def perturbed(tape: Tape, row: int, arm: Arm, draw: np.random.Generator) -> Tape:
    """Return the tape with another future by one of the arms.

    "noise" replaces all that comes after the row, "close" all from its close on (its open and
    its actions stay), "truncation" ends the tape with the row, "end" a random number of
    sessions later.  The row has at least two rows behind it.
    """
    if arm == "truncation":
        return ended(tape, row)
    if arm == "end":
        return ended(tape, int(draw.integers(row + 1, len(tape) - 1)))
    return noisy(tape, row, draw, close=arm == "close")


def ended(tape: Tape, row: int) -> Tape:
    """Return the tape as if its last session were a row; nothing later is known of it."""
    upto, last = slice(row + 1), int(tape.day[row])
    return replace(
        tape,
        day=tape.day[upto].copy(),
        close=_each(tape.close, lambda column: column[upto].copy()),
        open=_each(tape.open, lambda column: column[upto].copy()),
        actions={
            symbol: tuple(action for action in actions if action.day <= last)
            for symbol, actions in tape.actions.items()
        },
        rate=tape.rate[upto].copy(),
        rate_age=tape.rate_age[upto].copy(),
        vix=None if tape.vix is None else tape.vix[upto].copy(),
        implied=_each(tape.implied, lambda column: column[upto].copy()),
        vix_terms={days: column[upto].copy() for days, column in tape.vix_terms.items()},
        _kernels={},
    )


def noisy(tape: Tape, row: int, draw: np.random.Generator, *, close: bool = False) -> Tape:
    """Return the tape with noise in every number after a row; `close` includes the row's close.

    Closes, opens, the amounts of actions, rates, VIX and implied volatilities change, and stay
    positive.  Sessions, ex-days, earnings dates and the lack of an open stay: what lies on which
    day is known from the calendar.
    """
    known = row if close else row + 1  # rows before this one keep their closes
    last = int(tape.day[row])

    def disturbed(column: Floats, first: int, lift: float = 0.0) -> Floats:
        out = column.copy()
        noise = SHIFT * draw.normal() + JITTER * draw.normal(size=len(out) - first)
        out[first:] = (out[first:] + lift) * np.exp(noise)
        return out

    return replace(
        tape,
        close=_each(tape.close, lambda column: disturbed(column, known)),
        open=_each(tape.open, lambda column: disturbed(column, row + 1)),
        actions={
            symbol: tuple(a if a.day <= last else _other(a, draw) for a in actions)
            for symbol, actions in tape.actions.items()
        },
        rate=disturbed(tape.rate, known, RATE_LIFT),
        vix=None if tape.vix is None else disturbed(tape.vix, known),
        implied=_each(tape.implied, lambda column: disturbed(column, known)),
        vix_terms={days: disturbed(column, known) for days, column in tape.vix_terms.items()},
        _kernels={},
    )


def _other(action: Action, draw: np.random.Generator) -> Action:
    if action.kind == "split":
        others = [ratio for ratio in SPLITS if ratio != action.value]
        return replace(action, value=float(draw.choice(others)))
    return replace(action, value=action.value * float(np.exp(draw.normal())))


def _each(columns: Mapping[str, Floats], change: Callable[[Floats], Floats]) -> dict[str, Floats]:
    return {symbol: change(column) for symbol, column in columns.items()}
