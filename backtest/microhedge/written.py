"""What do written options owe, and which of them are covered?

After the rules for margin accounts (FINRA 4210 (f)(2), for what is uncovered (E)(i); Regulation T;
the Cboe margin manual tells the same): a call is covered by the
shares that it may call away, which are all that it needs.  A bought option of the same right that
lasts as long covers a written one: the pair owes the difference of the strikes at most, and
nothing where the bought one is the better.  Whatever is left is uncovered.  It owes its mark, and
beside it a part of the shares' value less what it is out of the money is required, at least a
smaller part of that value, or of the strike of a put.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple, TypeVar

import numpy as np

from microhedge.costs import Costs
from microhedge.instruments import Option
from microhedge.tape import Floats

Value = TypeVar("Value", float, Floats)


class Part(NamedTuple):
    """Written contracts with one kind of cover.

    `owed` is the most that a pair can owe, in money a contract; None where the mark is owed.
    """

    option: Option
    contracts: float
    covered: bool
    owed: float | None = None


def parts(positions: Iterable[tuple[Option, float]], shares: float) -> tuple[Part, ...]:
    """Split the written options of one underlying by what covers them.

    `positions` are (option, contracts), negative where written; `shares` are those of the holding.
    Contracts that end first are covered first, and by what leaves least to owe.
    """
    held: dict[Option, float] = {}
    for option, quantity in positions:
        held[option] = held.get(option, 0.0) + quantity
    bought = {option: count for option, count in held.items() if count > 0.0}
    found = []
    for option in sorted((o for o, q in held.items() if q < 0.0), key=_order):
        left = -held[option]
        if option.right == "C":
            count = min(left, max(shares, 0.0) / option.deliverable)
            shares -= count * option.deliverable
            left -= count
            if count > 0.0:
                found.append(Part(option, count, covered=True))
        pairs = [(_owed(option, o), *_order(o), o) for o in bought if _covers(o, option)]
        for owed, *_, other in sorted(pairs, key=lambda pair: pair[:-1]):
            count = min(left, bought[other])
            bought[other] -= count
            left -= count
            if count > 0.0:
                found.append(Part(option, count, covered=True, owed=owed))
        if left > 1e-9:
            found.append(Part(option, left, covered=False))
    return tuple(found)


def uncovered(positions: Iterable[tuple[Option, float]], shares: float) -> float:
    """Return the written contracts that nothing covers."""
    return sum(one.contracts for one in parts(positions, shares) if not one.covered)


def required(option: Option, spot: Value, costs: Costs) -> Value:
    """Return what one uncovered written contract needs beside its mark, in money."""
    shares, strike = spot * option.deliverable, option.strike * option.multiplier
    rate = costs.margin_index_option if option.settle == "cash" else costs.margin_option
    out = np.maximum(option.sign * (strike - shares), 0.0)
    least = costs.margin_option_least * (shares if option.right == "C" else strike)
    found: Value = np.maximum(rate * shares - out, least)
    return found


def _order(option: Option) -> tuple[date, str, float, float]:
    return option.expiry, option.right, option.strike, option.deliverable


def _owed(option: Option, bought: Option) -> float:
    """Return the most that a written contract and a bought one can owe together, in money."""
    return max(option.sign * (bought.strike - option.strike), 0.0) * option.multiplier


def _covers(bought: Option, option: Option) -> bool:
    return (
        bought.right == option.right
        and bought.underlying == option.underlying
        and bought.expiry >= option.expiry
        and bought.deliverable == option.deliverable
        and bought.multiplier == option.multiplier
    )
