"""Small made-up tapes, and hedges that do what a test tells them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np

from microhedge.calendar import day_number, next_session
from microhedge.costs import Costs
from microhedge.desk import FillRule
from microhedge.engine import Rules, Setup, simulate
from microhedge.hedge import Hedge, Session
from microhedge.instruments import Debt
from microhedge.option_prices import OptionPrices
from microhedge.origin import Basis
from microhedge.portfolio import Portfolio
from microhedge.result import Result
from microhedge.tape import Action, Floats, Tape
from microhedge.volatility import Constant

FREE = Costs.none()
NO_ACTIONS: Mapping[str, tuple[Action, ...]] = {}
NO_OPENS: Mapping[str, Sequence[float]] = {}
NO_BASES: Mapping[str, Basis] = {}

Line = tuple[Any, ...]  # Any, so that a test may compare with an approximation


def day(text: str) -> int:
    return day_number(date.fromisoformat(text))


def sessions(first: str, count: int) -> list[int]:
    """The exchange's next sessions, the first one included."""
    found = [day(first)]
    while len(found) < count:
        found.append(next_session(found[-1]))
    return found


def lay(
    closes: Mapping[str, Sequence[float]],
    *,
    first: str = "2024-01-02",
    days: Sequence[int] | None = None,
    opens: Mapping[str, Sequence[float]] = NO_OPENS,
    actions: Mapping[str, tuple[Action, ...]] = NO_ACTIONS,
    basis: Mapping[str, Basis] = NO_BASES,
    rate: float | Sequence[float] = 0.0,
    begin: int = 0,
    index_dividend: float = 0.0,
    bonds: Iterable[Debt] = (),
) -> Tape:
    """Lay closes on the exchange's sessions; prices are as traded unless `basis` says more."""
    count = len(next(iter(closes.values())))
    axis = np.array(sessions(first, count) if days is None else days, np.int32)
    nothing = np.full(count, np.nan)
    yields: Floats = np.broadcast_to(np.asarray(rate, float), count).copy()
    return Tape(
        day=axis,
        begin=begin,
        close={s: np.array(c, float) for s, c in closes.items()},
        open={s: np.array(opens[s], float) if s in opens else nothing.copy() for s in closes},
        basis={s: basis.get(s, "raw") for s in closes} | {b.symbol: "bond" for b in bonds},
        actions=dict(actions),
        rate=yields,
        rate_age=np.zeros(count, np.int32),
        index_dividend=index_dividend,
        bonds={b.symbol: b for b in bonds},
    )


def halted(tape: Tape, first: str, last: str) -> Tape:
    """The same tape without its sessions from one day to another."""
    kept = (tape.day < day(first)) | (tape.day > day(last))
    return replace(
        tape,
        day=tape.day[kept],
        begin=int(kept[: tape.begin].sum()),
        close={s: c[kept] for s, c in tape.close.items()},
        open={s: c[kept] for s, c in tape.open.items()},
        rate=tape.rate[kept],
        rate_age=tape.rate_age[kept],
        vix=None if tape.vix is None else tape.vix[kept],
        implied={s: c[kept] for s, c in tape.implied.items()},
        _kernels={},
    )


def acting(act: Callable[[Session], None], holding: str = "AAA") -> Hedge:
    """A hedge that does on each evening what a test wants."""

    class Acting(Hedge):
        def on_session(self, now: Session) -> None:
            act(now)

    return Acting(holding=holding)


def arrange(
    tape: Tape,
    *,
    holding: str = "AAA",
    shares: float = 100.0,
    cash: float = 0.0,
    costs: Costs = FREE,
    sigma: float = 0.10,
    fill: FillRule = "next_close",
    sleep: bool = True,
) -> Setup:
    return Setup(
        tape=tape,
        holding=holding,
        portfolio=Portfolio(shares=shares, cash=cash),
        prices=OptionPrices(tape, lambda _: Constant(sigma)),
        costs=costs,
        rules=Rules(fill=fill, sleep=sleep, audit=True),
    )


def play(act: Callable[[Session], None] | None, setup: Setup) -> Result:
    """Run a hedge on a set-up; the books are audited."""
    return simulate(None if act is None else acting(act, setup.holding), setup)


def lines(result: Result, account: str = "") -> list[Line]:
    """The ledger in the order it was written: session, account, instrument, cause, quantity,

    cash before costs, and costs; only those of accounts that start with `account`.
    """
    rows = result.tables["ledger"]
    paid = rows["spread"] + rows["commission"] + rows["fee"]
    found: Iterable[Line] = zip(
        rows["session"].tolist(),
        rows["account"].tolist(),
        rows["instrument"].tolist(),
        rows["cause"].tolist(),
        rows["quantity"].tolist(),
        rows["cash"].tolist(),
        paid.tolist(),
        strict=True,
    )
    return [line for line in found if line[1].startswith(account)]


def noted(result: Result) -> list[tuple[int, str]]:
    """Session and code of every line of the log."""
    log = result.tables["log"]
    return list(zip(log["session"].tolist(), log["code"].tolist(), strict=True))
