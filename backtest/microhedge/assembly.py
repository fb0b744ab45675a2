"""From a finished run to its result: curves, tables and configuration.

Nothing here decides anything; it reads the books of a run that is over.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from microhedge.costs import Costs
from microhedge.coverage import coverage
from microhedge.deferred import Deferred
from microhedge.desk import TradingDesk
from microhedge.evening import Fill
from microhedge.events import Entry
from microhedge.instruments import PIECES, Option
from microhedge.ledger import HOLDING, Cause, Rows
from microhedge.marking import (
    Curves,
    account_returns,
    attribution,
    curves,
    sleeve_returns,
)
from microhedge.premise import Fit
from microhedge.result import Column, Result
from microhedge.rolls import rolls
from microhedge.tape import Days, Floats


def assemble(desk: TradingDesk, config: Mapping[str, Any], costs: Costs) -> Result:
    """Turn the state of a finished run into a result."""
    tape = desk.tape
    at = tape.session - tape.session[tape.begin]
    rows = desk.ledger.rows()
    money = curves(rows, tape, desk.prices, costs)
    closing = tape.closing[tape.begin :]
    explained = attribution(money)
    if tape.bar is not None:
        money = money.by_session(closing)
    known: dict[str, Floats] = {
        "equity": money.equity,
        "cash": money.cash,
        "sleeve": sleeve_returns(money),
        "account": account_returns(money),
        "holding": money.value[HOLDING],
        "long_options": money.long_options,
        "written_options": money.written_options,
        "short_stock": money.short_stock,
        "interest": money.interest,
        "short_interest": money.short_interest,
    }
    if money.proceeds is not None:
        known["proceeds"] = money.proceeds
    for name in rows.accounts:
        if name != "cash":
            known[f"profit/{name}"] = money.profit[name]
            known[f"costs/{name}"] = money.costs[name]
            known[f"borrow/{name}"] = money.borrow[name]
            known[f"value/{name}"] = money.value[name]
    for name, path in money.notional.items():
        known[f"notional/{name}"] = path
    return Result(
        config=config,
        day=tape.day[tape.begin :][closing],
        curves=Deferred(
            {
                **{name: partial(known.__getitem__, name) for name in known},
                "cover": lambda: coverage(rows, desk.wanted, tape, desk.holding)[closing],
                "need": lambda: _need(money),
            }
        ),
        tables=Deferred(
            {
                "ledger": lambda: _ledger(rows, at),
                "fills": lambda: _fills(desk.trades, at),
                "rolls": lambda: _rolls(rows, desk, at),
                "premises": lambda: _premises(desk.premises, at),
                "log": lambda: _log(desk.log, at),
            }
        ),
        attribution=explained,
        data_hash=tape.data_hash,
        provenance=tuple(one.record() for one in tape.sources),
    )


def _need(money: Curves) -> Floats:
    """Cumulated cash that the hedge took; a short's proceeds are collateral, not cash.

    What writing an option brings in is cash.
    """
    total = np.zeros(len(money.equity))
    for name, path in money.outflow.items():
        if name.startswith("hedge/"):
            total += path.cumsum()
    return total + money.short_stock


def _ledger(rows: Rows, at: Days) -> dict[str, Column]:
    names = np.array([*map(str, rows.instruments), ""])
    return {
        "session": at[rows.session],
        "phase": rows.phase,
        "account": np.array(rows.accounts)[rows.account],
        "instrument": names[rows.instrument],
        "cause": np.array([c.name.lower() for c in Cause])[rows.cause],
        "quantity": rows.quantity,
        "cash": rows.cash,
        "spread": rows.spread,
        "commission": rows.commission,
        "fee": rows.fee,
    }


def _fills(fills: Sequence[Fill], at: Days) -> dict[str, Column]:
    options = [f.instrument if isinstance(f.instrument, Option) else None for f in fills]
    return {
        "session": _ints([int(at[f.row]) for f in fills]),
        "phase": _ints([f.phase for f in fills]),
        "role": _texts([f.role for f in fills]),
        "instrument": _texts([str(f.instrument) for f in fills]),
        "right": _texts(["" if o is None else o.right for o in options]),
        "strike": _floats([np.nan if o is None else o.strike for o in options]),
        "expiry": _texts(
            ["" if isinstance(f.instrument, PIECES) else str(f.instrument.expiry) for f in fills]
        ),
        "multiplier": _floats(
            [1.0 if isinstance(f.instrument, PIECES) else f.instrument.multiplier for f in fills]
        ),
        "quantity": _floats([f.quantity for f in fills]),
        "mid": _floats([f.mid for f in fills]),
        "spread": _floats([f.spread for f in fills]),
        "commission": _floats([f.commission for f in fills]),
        "fee": _floats([f.fee for f in fills]),
        "spot": _floats([f.spot for f in fills]),
        "volatility": _floats([np.nan if f.volatility is None else f.volatility for f in fills]),
        "rate": _floats([np.nan if f.rate is None else f.rate for f in fills]),
        "source": _texts([f.source for f in fills]),
    }


def _rolls(rows: Rows, desk: TradingDesk, at: Days) -> dict[str, Column]:
    found, prices, close = rolls(rows, desk.trades), desk.prices, desk.tape.close
    return {
        "role": _texts([r.role for r in found]),
        "opened": _ints([int(at[r.opened]) for r in found]),
        "closed": _ints([int(at[r.closed]) if r.closed >= 0 else -1 for r in found]),
        "end": _texts([r.end for r in found]),
        "instrument": _texts([str(r.contract) for r in found]),
        "right": _texts([r.contract.right for r in found]),
        "contracts": _floats([r.contracts for r in found]),
        "strike": _floats([r.contract.strike for r in found]),
        "expiry": _texts([str(r.contract.expiry) for r in found]),
        "final_contracts": _floats([r.final_contracts for r in found]),
        "final_strike": _floats([r.final.strike for r in found]),
        "final_spot": _floats(
            [close[r.final.underlying][r.closed] if r.closed >= 0 else np.nan for r in found]
        ),
        "spot": _floats([r.spot for r in found]),
        "volatility": _floats([r.volatility for r in found]),
        "premium": _floats([r.premium for r in found]),
        "received": _floats([r.received for r in found]),
        "costs": _floats([r.costs for r in found]),
        "net": _floats([r.net for r in found]),
        "source": _texts([r.source for r in found]),
        "why": _texts([r.why for r in found]),
        "quoted": _floats(
            [prices.quoted_part({r.contract, r.final}, r.opened, r.closed) for r in found]
        ),
    }


def _premises(fits: Sequence[Fit], at: Days) -> dict[str, Column]:
    factors = list(dict.fromkeys(name for fit in fits for name in fit.betas))
    table: dict[str, Column] = {
        "session": _ints([int(at[f.row]) for f in fits]),
        "sessions": _ints([f.sessions for f in fits]),
        "correlation": _floats([f.correlation for f in fits]),
        "r_squared": _floats([f.r_squared for f in fits]),
    }
    for name in factors:
        table[f"beta/{name}"] = _floats([f.betas.get(name, np.nan) for f in fits])
    return table


def _log(entries: Sequence[Entry], at: Days) -> dict[str, Column]:
    return {
        "session": _ints([int(at[e.row]) for e in entries]),
        "phase": _ints([int(e.phase) for e in entries]),
        "code": _texts([e.code for e in entries]),
        "text": _texts([e.text for e in entries]),
        "amount": _floats([e.amount for e in entries]),
    }


def _ints(values: Sequence[int]) -> Column:
    return np.array(values, np.int32)


def _floats(values: Sequence[float]) -> Column:
    return np.array(values, np.float64)


def _texts(values: Sequence[str]) -> Column:
    return np.array(values, np.str_) if values else np.array([], "<U1")
