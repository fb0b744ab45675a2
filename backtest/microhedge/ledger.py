"""Who owns what, and why did value change: one row per cause, posted once.

The ledger stores columns.  A trade is one row whose cost columns expand to postings of their own
when it is read.  Positions and cash are an index that `post` alone changes; `check` proves that
the index equals the fold of the rows.

Accounts: `rest` and `holding`, `hedge/<role>` for each leg, and `cash`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from math import isclose

import numpy as np
from numpy.typing import NDArray

from microhedge.errors import LedgerError
from microhedge.instruments import PIECES, Debt, Future, Option, Stock

Instrument = Stock | Option | Future | Debt

REST, HOLDING, CASH = "rest", "holding", "cash"


def leg_account(role: str) -> str:
    """Return the account of a leg of the hedge."""
    return f"hedge/{role}"


class Cause(IntEnum):
    """Why value changed hands."""

    OPENING = 0
    TRADE = 1
    SPREAD = 2
    COMMISSION = 3
    FEE = 4
    DIVIDEND = 5
    SPLIT = 6
    ADJUST = 7
    EXPIRY = 8
    INTEREST = 9
    BORROW = 10
    RUIN = 11
    ASSIGNMENT = 12
    VARIATION = 13
    EXERCISE = 14
    MERGER = 15
    DELISTING = 16
    COUPON = 17
    DEFAULT = 18


ENDED = (Cause.EXPIRY, Cause.ASSIGNMENT, Cause.EXERCISE, Cause.MERGER, Cause.DELISTING)
COSTS = (Cause.SPREAD, Cause.COMMISSION, Cause.FEE)
CARRY = (Cause.INTEREST, Cause.BORROW)


@dataclass(frozen=True, slots=True)
class Posting:
    """One movement: `quantity` of the instrument into the account, `cash` into the cash account."""

    session: int
    phase: int
    account: str
    instrument: Instrument | None
    quantity: float
    cash: float
    cause: Cause


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """The ledger as columns; `account` and `instrument` index the two tables (−1: none).

    `cash` is the movement before costs; `spread`, `commission` and `fee` are costs paid (≥ 0).
    """

    session: NDArray[np.int32]
    phase: NDArray[np.int8]
    account: NDArray[np.int32]
    instrument: NDArray[np.int32]
    quantity: NDArray[np.float64]
    cash: NDArray[np.float64]
    cause: NDArray[np.int8]
    spread: NDArray[np.float64]
    commission: NDArray[np.float64]
    fee: NDArray[np.float64]
    accounts: tuple[str, ...]
    instruments: tuple[Instrument, ...]

    @property
    def total_cash(self) -> NDArray[np.float64]:
        """Cash movement of each row after its costs."""
        paid: NDArray[np.float64] = self.cash - self.spread - self.commission - self.fee
        return paid


_Row = tuple[int, int, str, Instrument | None, float, float, int, float, float, float]


class Ledger:
    """The books of one run.  `post` is the only mutation.

    `wrote` says whether an option was ever sold to open, `margined` whether a future was traded.
    """

    def __init__(self) -> None:
        self._rows: list[_Row] = []
        self._columns: Rows | None = None
        self._held: dict[str, dict[Instrument, float]] = {}
        self.cash = 0.0
        self.posted = 0
        self.wrote = self.margined = False

    def post(
        self,
        session: int,
        phase: int,
        account: str,
        cause: Cause,
        instrument: Instrument | None = None,
        quantity: float = 0.0,
        cash: float = 0.0,
        spread: float = 0.0,
        commission: float = 0.0,
        fee: float = 0.0,
    ) -> None:
        """Append one row and move the index: quantities into the account, money into cash."""
        if quantity != 0.0 and instrument is not None:
            book = self._held.setdefault(account, {})
            left = book.get(instrument, 0.0) + quantity
            if left == 0.0:
                book.pop(instrument, None)
            else:
                book[instrument] = left
                if type(instrument) is Future:
                    self.margined = True
                elif left < 0.0 and type(instrument) is Option:
                    self.wrote = True
        self._rows.append(
            (
                session,
                phase,
                account,
                instrument,
                quantity,
                cash,
                cause,
                spread,
                commission,
                fee,
            )
        )
        self.cash += cash - spread - commission - fee
        self.posted += 1

    def held(self, account: str) -> dict[Instrument, float]:
        """Return what an account holds now (a copy)."""
        return dict(self._held.get(account, {}))

    def quantity(self, account: str, instrument: Instrument) -> float:
        """Return how much of an instrument an account holds now."""
        return self._held.get(account, {}).get(instrument, 0.0)

    def only(self, account: str) -> tuple[Instrument, float] | None:
        """Return the one open position of an account, or None."""
        book = self._held.get(account)
        return next(iter(book.items())) if book else None

    def held_in(self, account: str) -> float:
        """Return the quantity of the one open position of an account; 0 where there is none."""
        book = self._held.get(account)
        return next(iter(book.values())) if book else 0.0

    def positions(self) -> Iterator[tuple[str, Instrument, float]]:
        """Yield every open position as (account, instrument, quantity)."""
        for account, book in self._held.items():
            for instrument, quantity in book.items():
                yield account, instrument, quantity

    def stocks(self) -> tuple[list[tuple[str, float]], list[tuple[str, float]]]:
        """Return the stock and the bonds held long and those held short, as (symbol, quantity)."""
        long: list[tuple[str, float]] = []
        short: list[tuple[str, float]] = []
        for book in self._held.values():
            for instrument, quantity in book.items():
                if isinstance(instrument, PIECES):
                    (long if quantity > 0.0 else short).append((instrument.symbol, quantity))
        return long, short

    def options(self) -> list[tuple[Option, float]]:
        """Return every option held long or short, with its quantity in each account."""
        return [(item, q) for _, item, q in self.positions() if type(item) is Option]

    def futures(self) -> list[tuple[Future, float]]:
        """Return every future held long or short, with its contracts in each account."""
        return [(item, q) for _, item, q in self.positions() if type(item) is Future]

    def rows(self) -> Rows:
        """Return the ledger as columns, made anew once something was posted."""
        if self._columns is None or len(self._columns.session) != self.posted:
            self._columns = self._rows_now()
        return self._columns

    def _rows_now(self) -> Rows:
        columns = list(zip(*self._rows, strict=True)) if self._rows else [()] * 10
        (session, phase, account, item, quantity, cash, cause, spread, commission, fee) = columns
        accounts = {name: k for k, name in enumerate(dict.fromkeys(account))}
        items: dict[Instrument, int] = {}
        numbers = [-1 if one is None else items.setdefault(one, len(items)) for one in item]
        return Rows(
            session=np.array(session, np.int32),
            phase=np.array(phase, np.int8),
            account=np.array([accounts[name] for name in account], np.int32),
            instrument=np.array(numbers, np.int32),
            quantity=np.array(quantity, np.float64),
            cash=np.array(cash, np.float64),
            cause=np.array(cause, np.int8),
            spread=np.array(spread, np.float64),
            commission=np.array(commission, np.float64),
            fee=np.array(fee, np.float64),
            accounts=tuple(accounts),
            instruments=tuple(items),
        )

    def check(self) -> None:
        """Prove that the index equals the fold of the rows; raise LedgerError if not."""
        cash = 0.0
        held: dict[tuple[str, Instrument], float] = {}
        last = -1
        for posting in postings(self.rows()):
            if posting.session < last:
                raise LedgerError(f"row stamped {posting.session} after {last}; time only moves on")
            last = posting.session
            cash += posting.cash
            if posting.instrument is not None:
                key = (posting.account, posting.instrument)
                held[key] = held.get(key, 0.0) + posting.quantity
        if not isclose(cash, self.cash, rel_tol=1e-12, abs_tol=1e-6):
            raise LedgerError(f"cash index {self.cash!r} differs from the fold {cash!r}")
        index = {(a, i): q for a, i, q in self.positions()}
        for key in index.keys() | held.keys():
            if not isclose(index.get(key, 0.0), held.get(key, 0.0), rel_tol=1e-12, abs_tol=1e-9):
                raise LedgerError(
                    f"{key[0]} {key[1]}: index {index.get(key, 0.0)!r} differs from the fold "
                    f"{held.get(key, 0.0)!r}"
                )


def postings(rows: Rows) -> Iterator[Posting]:
    """Expand ledger rows to postings: each cost of a trade becomes a posting of its own."""
    for i in range(len(rows.session)):
        stamp = int(rows.session[i]), int(rows.phase[i])
        account = rows.accounts[rows.account[i]]
        item = None if rows.instrument[i] < 0 else rows.instruments[rows.instrument[i]]
        yield Posting(
            *stamp,
            account,
            item,
            float(rows.quantity[i]),
            float(rows.cash[i]),
            Cause(rows.cause[i]),
        )
        for cause, column in (
            (Cause.SPREAD, rows.spread),
            (Cause.COMMISSION, rows.commission),
            (Cause.FEE, rows.fee),
        ):
            if column[i] != 0.0:
                yield Posting(*stamp, account, item, 0.0, -float(column[i]), cause)
