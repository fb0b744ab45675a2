"""Which dividends could be expected on a date, by those already paid?

The forecast repeats the last regular dividend at the last spacing.  A special dividend is never
forecast.  An overdue dividend is expected on the next day; after half a spacing of delay the
payer is taken to have stopped.  Two dividends must have been seen before a third is expected.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

import numpy as np
from numpy.typing import NDArray

from microhedge.instruments import Option
from microhedge.tape import ENDS, Action, Days, Floats, Tape


@dataclass(frozen=True, slots=True, eq=False)
class Forecast:
    """Per row: the first expected ex-day, the days between two, and the amount (0: none).

    Amounts are per share of that row's share units.
    """

    first: Days
    spacing: Days
    amount: Floats


def forecast(tape: Tape, symbol: str) -> Forecast:
    """Return what was expected on the evening of each row (a causal kernel)."""
    return tape.kernel(_forecast, symbol)


def _forecast(tape: Tape, symbol: str) -> Forecast:
    size = len(tape)
    first = np.zeros(size, np.int32)
    spacing = np.full(size, 365, np.int32)
    amount = np.zeros(size)
    paid = _paid(tape, symbol)
    index = tape.split_index(symbol)
    splits = [a for a in tape.actions.get(symbol, ()) if a.kind == "split"]
    rows = [int(r) for r in np.searchsorted(tape.day, [a.day for a in paid])]
    for k in range(1, len(paid)):
        begin = rows[k]
        end = rows[k + 1] if k + 1 < len(paid) else size
        if begin >= size:
            break
        days = paid[k].day - paid[k - 1].day
        span = slice(begin, end)
        due = np.maximum(paid[k].day + days, tape.day[span] + 1)
        stopped = tape.day[span] > paid[k].day + days * 3 // 2
        first[span], spacing[span] = due, days
        # the tape's index starts with its first row; what split before it did split this payer
        before = prod(a.value for a in splits if paid[k].day < a.day <= tape.day[0])
        due_amount = paid[k].value / before * index[begin] / index[span]
        amount[span] = np.where(stopped, 0.0, due_amount)
    return Forecast(first, spacing, amount)


def _paid(tape: Tape, symbol: str) -> list[Action]:
    """Return the regular dividends by ex-day; two on one day are one, with no days between."""
    on_day: dict[int, float] = {}
    for action in sorted(tape.actions.get(symbol, ()), key=lambda a: a.day):
        if action.kind == "dividend":
            on_day[action.day] = on_day.get(action.day, 0.0) + action.value
    return [Action(day, "dividend", value) for day, value in on_day.items()]


def expected(
    tape: Tape, symbol: str, known: NDArray[np.intp], seen: NDArray[np.intp], expiry: int
) -> tuple[Floats, Floats]:
    """Return years to each expected ex-day and its amount, one line per row of `seen`.

    `known` are the rows whose evening's forecast is used (today's, or yesterday's at the open),
    `seen` the rows that look ahead from.  Shape (rows, m); amounts of 0 pad the lines.
    """
    found = forecast(tape, symbol)
    left = expiry - tape.day[seen]
    if not found.amount[known].any() or len(seen) == 0:
        return np.zeros((len(seen), 0)), np.zeros((len(seen), 0))
    spacing = found.spacing[known]
    many = int(np.max(left // np.maximum(spacing, 1))) + 2
    ahead = (found.first[known] - tape.day[seen])[:, None] + spacing[:, None] * np.arange(many)
    index = tape.split_index(symbol)
    amount = (found.amount[known] * index[known] / index[seen])[:, None]
    counted = (ahead > 0) & (ahead <= left[:, None])
    years: Floats = np.where(counted, ahead / 365.0, 0.0)
    return years, np.where(counted, amount, 0.0)


def believed(amount: Floats, spot: Floats) -> Floats:
    """Return expected amounts, one line per spot, without those that nobody would expect any more.

    A payer whose price collapsed will not pay half of it out: such a forecast is void.
    """
    kept: Floats = np.where((amount.sum(axis=1) > spot / 2.0)[:, None], 0.0, amount)
    return kept


def left_alone(option: Option, actions: Sequence[tuple[str, Action]], close: float) -> float:
    """Return the dividends of a session that leave a contract alone, per share of the day before.

    `close` is that day's.
    """
    paid, ratio = 0.0, 1.0
    for symbol, action in actions:
        if symbol != option.underlying or action.kind in ENDS:
            continue
        if action.kind == "split":
            ratio *= action.value
        elif action.kind == "dividend" or option == option.after_special(
            action.value, close / ratio, action.day
        ):
            paid += action.value * ratio
    return paid
