"""What was everything worth, close by close?

The curves are a pure function of (ledger, tape, pricing model), computed once after the run:
quantities come from the ledger's rows, values from closes and model marks, and unposted carry
from the balances.  Index 0 of every curve is the first session of the run.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from microhedge.carry import accrual_rows
from microhedge.costs import Costs
from microhedge.future_prices import at_closes
from microhedge.instruments import DEBT, Future, Option, Stock
from microhedge.ledger import CARRY, HOLDING, Cause, Instrument, Rows
from microhedge.option_prices import OptionPrices
from microhedge.proceeds import proceeds
from microhedge.tape import Floats, Tape

_MOVED = frozenset({"interest", "ruin", "short_interest", "proceeds_interest"})


@dataclass(frozen=True, slots=True, eq=False)
class Curves:
    """Money by row of the tape, or by session where its rows are bars and were put together.

    `value` and `profit` are per account; profit is the change of value plus the money that the
    account moved, before costs and carry.  `costs` and `borrow` are per account too (money
    paid, ≥ 0).  `interest` is what the cash balance earned, `equity` everything together.
    `long_options`, `written_options`, `short_stock` and `long_bonds` are values (≥ 0) of the
    hedge's legs, bonds that are short being counted with the short stock;
    `notional` is, per account that traded one, what its futures stand for (negative: short), which
    is no part of their value.  `short_interest` is what the value of the short stock, held as
    cash, earns at the credit rate, less what the money for bought bonds costs at the debit rate.
    `proceeds` is the money that stands where shares of the holding stood, with what it earns so,
    None if none ever went.
    `ruined` is the session on which the account was closed, if it was.
    """

    value: dict[str, Floats]
    notional: dict[str, Floats]
    profit: dict[str, Floats]
    costs: dict[str, Floats]
    borrow: dict[str, Floats]
    outflow: dict[str, Floats]
    cash: Floats
    interest: Floats
    ruin: Floats
    ruined: int | None
    equity: Floats
    long_options: Floats
    written_options: Floats
    short_stock: Floats
    long_bonds: Floats
    short_interest: Floats
    proceeds: Floats | None = None
    proceeds_interest: Floats | None = None

    def by_session(self, closing: NDArray[np.bool_]) -> Curves:
        """Put bars together: what stood at the last of a session, the sum of what moved in it."""
        starts = np.concatenate(([0], np.flatnonzero(closing)[:-1] + 1))

        def stood(path: Floats) -> Floats:
            return path[closing]

        def moved(path: Floats) -> Floats:
            summed: Floats = np.add.reduceat(path, starts)
            return summed

        found: dict[str, Any] = {}
        for name in (one.name for one in fields(self)):
            path = getattr(self, name)
            if isinstance(path, dict):
                put = stood if name in {"value", "notional"} else moved
                found[name] = {account: put(each) for account, each in path.items()}
            elif isinstance(path, np.ndarray):
                put = moved if name in _MOVED else stood
                found[name] = put(path)
        ruined = None if self.ruined is None else int(closing[: self.ruined].sum())
        return replace(self, **found, ruined=ruined)


def curves(rows: Rows, tape: Tape, prices: OptionPrices, costs: Costs) -> Curves:
    """Value the whole run at once."""
    begin, size = tape.begin, len(tape) - tape.begin
    session = rows.session - begin
    names = rows.accounts
    nothing = np.zeros(size)
    value, borrow, yields = (_Paths(names, nothing) for _ in range(3))
    notional: dict[str, Floats] = {}
    sides = _Paths(("long options", "written options", "short stock", "long bonds"), nothing)
    days = np.diff(tape.day[begin:]).astype(float)
    for account, item, span, quantity, price in _positions(rows, tape, prices):
        name, instrument = names[account], rows.instruments[item]
        worth = quantity * price
        if isinstance(instrument, Future):
            # settled at every close: worth nothing, whatever it stands for
            notional.setdefault(name, np.zeros(size))[span] += worth
            continue
        value.add(name, worth, span)
        leg = name.startswith("hedge/")
        if isinstance(instrument, Option):
            if leg:
                written = np.minimum.reduce(quantity) < 0.0
                if written:
                    sides.add("written options", np.maximum(-worth, 0.0), span)
                if not written or np.maximum.reduce(quantity) > 0.0:
                    sides.add("long options", np.maximum(worth, 0.0), span)
            continue
        # stock positions span the whole run, so yesterday's value is the line shifted by one
        tomorrow = slice(1, size)
        if float(quantity.min()) < 0.0:
            owed = np.maximum(-worth, 0.0)
            if leg:
                sides.add("short stock", owed, span)
            borrow.add(name, owed[:-1] * costs.borrow * days / 360.0, tomorrow)
        if leg and isinstance(instrument, DEBT) and float(quantity.max()) > 0.0:
            sides.add("long bonds", np.maximum(worth, 0.0), span)
        if tape.basis[instrument.symbol] == "price_index":
            yields.add(name, worth[:-1] * tape.index_dividend * days / 365.0, tomorrow)
    posted = rows.total_cash
    # one after the other, as the ledger adds them: what closes an account leaves nothing in it
    running = np.concatenate(([0.0], posted.cumsum()))
    cash = running[np.searchsorted(session, np.arange(size), side="right")]
    interest = np.zeros(size)
    y = tape.rate[begin:-1]
    rate = np.where(
        cash[:-1] > 0.0, np.maximum(y - costs.credit_spread, 0.0), y + costs.debit_spread
    )
    interest[1:] = cash[:-1] * rate * days / 360.0
    accrued = interest
    for name in names:
        if yields[name] is not nothing or borrow[name] is not nothing:
            accrued = accrued + (yields[name] - borrow[name])
    taken = [*accrual_rows(tape), *rows.session[rows.cause == int(Cause.RUIN)].tolist()]
    equity = cash + sum(value.values(), _unposted(accrued, np.array(taken) - begin))
    flows = ~np.isin(rows.cause, [*map(int, CARRY), int(Cause.OPENING), int(Cause.RUIN)])
    flows &= ~_yield_rows(rows, tape)
    opening = rows.cause == int(Cause.OPENING)
    started = _opening_value(rows, tape)
    costs_paid = rows.spread + rows.commission + rows.fee
    profit, cost, outflow = {}, {}, {}
    for number, name in enumerate(names):
        mine = rows.account == number
        moved = _by_session(session, rows.cash, mine & flows, nothing)
        change = value[name].copy()
        change[1:] -= value[name][:-1]
        change -= _by_session(session, started, mine & opening, nothing)
        profit[name] = change + moved + yields[name]
        cost[name] = _by_session(session, costs_paid, mine & (costs_paid != 0.0), nothing)
        outflow[name] = cost[name] + borrow[name] - moved - yields[name]
    closed = rows.cause == int(Cause.RUIN)
    aside = proceeds(rows, tape)
    if aside is not None and closed.any():
        aside[session[closed][0] :] = 0.0
    ruin = _by_session(session, rows.cash, closed, nothing)
    return Curves(
        value,
        notional,
        profit,
        cost,
        borrow,
        outflow,
        cash,
        interest,
        ruin,
        int(session[closed][0]) if closed.any() else None,
        equity,
        sides["long options"],
        sides["written options"],
        sides["short stock"],
        sides["long bonds"],
        _credit(sides["short stock"], tape, costs) - _debit(sides["long bonds"], tape, costs),
        aside,
        None if aside is None else _credit(aside, tape, costs),
    )


def attribution(curves: Curves) -> dict[str, float | dict[str, float]]:
    """Split the change of equity by source; `residual` is what the parts do not explain.

    Keys: holding, rest, legs (by role, rungs summed), costs, carry (interest and borrow), ruin.
    """
    legs: dict[str, float] = {}
    for name, path in curves.profit.items():
        if name.startswith("hedge/"):
            role = name.split("/")[1]
            legs[role] = legs.get(role, 0.0) + float(path.sum())
    parts = {
        "holding": _total(curves.profit.get("holding")),
        "rest": _total(curves.profit.get("rest")),
        "costs": -float(sum(path.sum() for path in curves.costs.values())),
        "carry": float(curves.interest.sum() - sum(p.sum() for p in curves.borrow.values())),
        "ruin": float(curves.ruin.sum()),
    }
    start = float(curves.equity[0]) - _first_session(curves)
    explained = sum(parts.values()) + sum(legs.values())
    return {**parts, "legs": legs, "residual": float(curves.equity[-1]) - start - explained}


def sleeve_returns(curves: Curves) -> Floats:
    """Return r of `definitions`: the sleeve's profit over yesterday's holding and long options.

    Money that stands where shares stood counts as holding.

    The first session is 0 unless the hedge traded at its close.  Ruin takes the holding too: it
    was sold for the account's debts, whatever it was worth, so that session's return is −1.
    """
    holding = curves.value[HOLDING]
    size = len(holding)
    gain = curves.profit[HOLDING] - curves.costs[HOLDING] + curves.short_interest
    for name, path in curves.profit.items():
        if name.startswith("hedge/"):
            gain = gain + path - curves.costs[name] - curves.borrow[name]
    base = np.empty(size)
    base[0] = holding[0] - curves.profit[HOLDING][0]
    base[1:] = holding[:-1] + curves.long_options[:-1]
    if curves.proceeds is not None and curves.proceeds_interest is not None:
        gain = gain + curves.proceeds_interest
        base[1:] += curves.proceeds[:-1]
    out = np.divide(gain, base, out=np.zeros(size), where=base > 0.0)
    if curves.ruined is not None:
        out[curves.ruined] = -1.0
    return out


def _debit(money: Floats, tape: Tape, costs: Costs) -> Floats:
    """Return what money borrowed through a night cost at the debit rate, by session."""
    paid = np.zeros(len(money))
    if money.any():
        rate = tape.rate[tape.begin : -1] + costs.debit_spread
        paid[1:] = money[:-1] * rate * np.diff(tape.day[tape.begin :]) / 360.0
    return paid


def _credit(money: Floats, tape: Tape, costs: Costs) -> Floats:
    """Return what money held through a night earned at the credit rate, by session."""
    y = np.maximum(tape.rate[tape.begin : -1] - costs.credit_spread, 0.0)
    days = np.diff(tape.day[tape.begin :])
    earned = np.zeros(len(money))
    earned[1:] = money[:-1] * y * days / 360.0
    return earned


def account_returns(curves: Curves) -> Floats:
    """Return the change of the account's equity over yesterday's equity.

    The first session is 0 unless the hedge traded at its close.
    """
    out = np.zeros(len(curves.equity))
    traded = _first_session(curves)
    if traded != 0.0:
        out[0] = traded / (float(curves.equity[0]) - traded)
    before = curves.equity[:-1]
    np.divide(np.diff(curves.equity), before, out=out[1:], where=before > 0.0)
    return out


def _positions(
    rows: Rows, tape: Tape, prices: OptionPrices
) -> Iterable[tuple[int, int, slice, Floats, Floats]]:
    """Yield (account, instrument, sessions, quantity path, value per unit) of every position."""
    begin, size = tape.begin, len(tape) - tape.begin
    held = np.flatnonzero(rows.instrument >= 0)
    key = rows.account[held].astype(np.int64) * (len(rows.instruments) + 1) + rows.instrument[held]
    sort = key.argsort(kind="stable")
    key, held = key[sort], held[sort]
    session, quantity = rows.session[held] - begin, rows.quantity[held]
    starts = np.flatnonzero(np.diff(key, prepend=-1)).tolist()
    for start, stop in zip(starts, [*starts[1:], len(key)], strict=True):
        account, item = divmod(key.item(start), len(rows.instruments) + 1)
        instrument: Instrument = rows.instruments[item]
        at, moved = session[start:stop], quantity[start:stop]
        if isinstance(instrument, Option):
            first, last = at.item(0), at.item(-1) + 1
            life = prices.life(instrument, first + begin)
            # an open position at the end is marked to the last session
            last = last if np.add.reduce(moved) == 0.0 else min(size, first + len(life.mid))
            path: Floats = np.bincount(at - first, moved, last - first).cumsum()
            worth = life.mid[: last - first] * instrument.multiplier
            yield account, item, slice(first, last), path, worth
        elif isinstance(instrument, Future):
            known, close = at_closes(tape, instrument)
            first, last = int(at[0]), int(at[-1]) + 1
            close = close[first + begin - known :] * instrument.multiplier
            last = last if moved.cumsum()[-1] == 0.0 else min(size, first + len(close))
            path = np.bincount(at - first, moved, last - first).cumsum()
            worth = close[: last - first]
            yield account, item, slice(first, last), path, worth
        else:
            path = np.bincount(at, moved, size).cumsum(dtype=np.float64)
            yield account, item, slice(0, size), path, tape.close[instrument.symbol][begin:]


class _Paths(dict[str, Floats]):
    """Paths by name, all of which share one of zeros until something is added."""

    def __init__(self, names: Iterable[str], nothing: Floats) -> None:
        super().__init__(dict.fromkeys(names, nothing))
        self._nothing = nothing

    def add(self, name: str, more: Floats, rows: slice) -> None:
        """Add to some rows of a path."""
        if self[name] is self._nothing:
            self[name] = np.zeros(len(self._nothing))
        self[name][rows] += more


def _by_session(
    session: NDArray[np.int32], amount: Floats, mask: NDArray[np.bool_], nothing: Floats
) -> Floats:
    if not mask.any():
        return nothing
    summed = np.bincount(session[mask], amount[mask], len(nothing))
    return summed.astype(np.float64, copy=False)


def _unposted(accrued: Floats, posted: NDArray[np.int_]) -> Floats:
    """Carry that has accrued since it was last posted, at the close of each session."""
    total = accrued.cumsum()
    last = np.zeros(len(accrued), np.intp)
    last[posted] = posted
    left: Floats = total - total[np.maximum.accumulate(last)]
    return left


def _yield_rows(rows: Rows, tape: Tape) -> NDArray[np.bool_]:
    """Mark the posted yield of a price index: its accrual is already in the curves."""
    index = np.array(
        [isinstance(i, Stock) and tape.basis[i.symbol] == "price_index" for i in rows.instruments]
    )
    found: NDArray[np.bool_] = (rows.cause == int(Cause.DIVIDEND)) & (rows.instrument >= 0)
    found[found] = index[rows.instrument[found]]
    return found


def _opening_value(rows: Rows, tape: Tape) -> Floats:
    out = np.zeros(len(rows.session))
    for i in np.flatnonzero(rows.cause == int(Cause.OPENING)):
        if rows.instrument[i] >= 0:
            instrument = rows.instruments[rows.instrument[i]]
            if isinstance(instrument, Stock):
                price = tape.close[instrument.symbol][rows.session[i]]
                out[i] = rows.quantity[i] * float(price)
    return out


def _total(path: Floats | None) -> float:
    return 0.0 if path is None else float(path.sum())


def _first_session(curves: Curves) -> float:
    """Profit less costs of the first session, which the account did not start with."""
    profit = sum(float(p[0]) for p in curves.profit.values())
    return profit - sum(float(c[0]) for c in curves.costs.values())
