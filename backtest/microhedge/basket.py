"""What does the rest of the account hold, and what did it earn?

The rest is bought at the first close, at no cost, and held.  Each share is a position of its own
in the ledger, so that its dividends, its splits and its yield are posted where they fall and no
share is weighted again in secret.  What the basket *returned* is a series of its own, with
dividends reinvested in the share that paid them: the yardstick that sells into the rest, and
every statistic of the account, read that.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Literal

import numpy as np

from microhedge.errors import ParameterError
from microhedge.tape import Floats, Tape

Unit = Literal["weight", "shares", "value"]


@dataclass(frozen=True, slots=True)
class Basket:
    """Shares that are bought and held, each with an amount.

    `unit` says what the amounts are: weights among each other (any scale), shares of the first
    session, or money at its close.
    """

    unit: Unit
    parts: tuple[tuple[str, float], ...]

    def __post_init__(self) -> None:
        if not self.parts:
            raise ParameterError("the rest of the portfolio names no share: leave it out instead")
        for symbol, amount in self.parts:
            if not (isfinite(amount) and amount > 0.0):
                raise ParameterError(
                    f"{symbol} {amount:g} in the rest of the portfolio: a {self.unit} there is "
                    "bought and held, a positive number"
                )
        if len(set(self.symbols)) < len(self.parts):
            twice = next(s for s in self.symbols if self.symbols.count(s) > 1)
            raise ParameterError(f"{twice} is twice in the rest of the portfolio: add it up")

    @classmethod
    def by_weight(cls, parts: Mapping[str, float]) -> Basket:
        """Weights of the shares among each other; they need not add up to 1."""
        return cls("weight", tuple(parts.items()))

    @classmethod
    def by_shares(cls, parts: Mapping[str, float]) -> Basket:
        """Shares held from the first session on, which give the holding its weight."""
        return cls("shares", tuple(parts.items()))

    @classmethod
    def by_value(cls, parts: Mapping[str, float]) -> Basket:
        """Money in each share at the first close, which gives the holding its weight."""
        return cls("value", tuple(parts.items()))

    @property
    def symbols(self) -> tuple[str, ...]:
        """The shares, in the order given."""
        return tuple(symbol for symbol, _ in self.parts)

    @property
    def name(self) -> str:
        """What a sentence calls it."""
        return self.symbols[0] if len(self.parts) == 1 else f"basket of {len(self.parts)}"

    def values(self, tape: Tape, worth: float | None) -> Floats:
        """Return the money in each share at the first close.

        `worth` is that of the whole basket, which weights need and amounts give themselves.
        """
        amounts = np.array([amount for _, amount in self.parts])
        if self.unit == "weight":
            found: Floats = amounts / amounts.sum() * (worth or 0.0)
            return found
        return amounts * self._prices(tape) if self.unit == "shares" else amounts

    def units(self, tape: Tape, worth: float | None) -> tuple[tuple[str, float], ...]:
        """Return the shares bought of each, fractions of them where money decides."""
        if self.unit == "shares":
            return self.parts
        bought = self.values(tape, worth) / self._prices(tape)
        return tuple(zip(self.symbols, bought.tolist(), strict=True))

    def returns(self, tape: Tape) -> Floats:
        """Return the simple total returns of the basket, row by row; before `begin` they are 0.

        Bought at the close of `begin` and held, so that what rises weighs more from then on.  A
        price index has its yield.
        """
        return tape.kernel(_returns, self)

    def _prices(self, tape: Tape) -> Floats:
        return np.array([tape.close[tape.need(s)].item(tape.begin) for s in self.symbols])


def total_returns(tape: Tape, symbol: str) -> Floats:
    """Return the simple total returns of a symbol, a price index with the yield it is to pay."""
    found = tape.returns(tape.need(symbol))
    if tape.basis[symbol] == "price_index":
        found = found + tape.index_dividend * np.diff(tape.day, prepend=tape.day[:1]) / 365.0
    return found


def _returns(tape: Tape, basket: Basket) -> Floats:
    worth = basket.values(tape, 1.0)
    path = np.zeros(len(tape) - tape.begin)
    for symbol, value in zip(basket.symbols, worth.tolist(), strict=True):
        path += value * np.cumprod(1.0 + _after(total_returns(tape, symbol), tape.begin))
    out = np.zeros(len(tape))
    out[tape.begin + 1 :] = path[1:] / path[:-1] - 1.0
    return out


def _after(returns: Floats, begin: int) -> Floats:
    """Return the rows from `begin` on, of which the first counts for nothing."""
    found = returns[begin:].copy()
    found[0] = 0.0
    return found
