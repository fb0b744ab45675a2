"""How much of what was wanted was covered, close by close?"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from microhedge.instruments import Future, Option
from microhedge.ledger import Instrument, Rows, leg_account
from microhedge.orders import Wanted
from microhedge.tape import Floats, Tape


def coverage(rows: Rows, wanted: Iterable[Wanted], tape: Tape, holding: str) -> Floats:
    """Return covered ÷ wanted at each close of the run, weighted by value; NaN if none is wanted.

    A bought option covers the shares it delivers, a written one none; a short covers its own
    shares, a future those of its contracts.  Wanted shares are multiplied by later splits.
    """
    begin, size = tape.begin, len(tape) - tape.begin
    asked, covered = np.zeros(size), np.zeros(size)
    by_role: dict[str, list[Wanted]] = {}
    for one in wanted:
        by_role.setdefault(one.role, []).append(one)
    for role, sequence in by_role.items():
        symbol = next((one.symbol for one in sequence if one.shares), sequence[0].symbol)
        index = tape.split_index(symbol)[begin:]
        price = tape.close[symbol][begin:]
        # in shares of the tape's first session: a later split must not touch a bit of this row
        steps = np.zeros(size)
        before = 0.0
        for one in sequence:
            now = one.shares / index[one.row - begin]
            steps[one.row - begin] += now - before
            before = now
        asked += np.maximum(steps.cumsum(), 0.0) * index * price
        covered += _shares(rows, leg_account(role), size, begin) * tape.close[symbol][begin:]
    out = np.full(size, np.nan)
    np.divide(covered, asked, out=out, where=asked > 1e-9)
    return out


def _shares(rows: Rows, account: str, size: int, begin: int) -> Floats:
    """Return the shares that an account's positions cover at each close."""
    if account not in rows.accounts:
        return np.zeros(size)
    mine = (rows.account == rows.accounts.index(account)) & (rows.instrument >= 0)
    per_unit = np.array([_units(i) for i in rows.instruments])
    options = np.array([isinstance(i, Option) for i in rows.instruments])
    moved = rows.quantity[mine] * per_unit[rows.instrument[mine]]
    at, optional = rows.session[mine] - begin, options[rows.instrument[mine]]
    path: Floats = np.abs(np.bincount(at, np.where(optional, 0.0, moved), size).cumsum())
    path += np.maximum(np.bincount(at, np.where(optional, moved, 0.0), size).cumsum(), 0.0)
    return path


def _units(instrument: Instrument) -> float:
    """Return the shares that one unit of an instrument stands for."""
    if isinstance(instrument, Option):
        return instrument.deliverable
    return instrument.multiplier if isinstance(instrument, Future) else 1.0
