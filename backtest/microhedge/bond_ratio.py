"""How many bonds hedge one unit of a share, by what was measured and by Merton's theory?

A bond of the firm itself, or of firms like it, is *sold short* in the ratio that the share's fall
is made up for: bond and share of one firm move together.  A Treasury is *bought* in it, where the
two moved against one another.  Where the sign is the other one there is no ratio.
"""

from __future__ import annotations

from math import inf, sqrt
from types import MappingProxyType
from typing import Literal, NamedTuple, get_args

import numpy as np

from microhedge import logged
from microhedge.calendar import day_number
from microhedge.errors import NotCovered, ParameterError, nearest
from microhedge.instruments import Bond, BondIndex, Debt
from microhedge.orders import Ticket
from microhedge.premise import Fit
from microhedge.tape import Floats, Tape

Method = Literal["regression", "merton"]
METHODS: tuple[Method, ...] = get_args(Method)

MONTH = 21
"""Sessions of the returns of a bond whose yield is known once a month."""
MONTHS = 6
"""Such returns, side by side, that a window must have room for: its ratio rests on few numbers."""
USELESS = 0.05
"""A bond that moves less than this for one of the share takes twenty and more to hedge it."""
_LEAST = 1e-6
TERM = 5.0
"""Years of the debt in Merton's model."""


class BondRatio(NamedTuple):
    """A dated ratio, negative for a Treasury that is to be bought, and what the bond moves.

    `moves` is the bond's return for one of the share: the slope that was measured, or Merton's.
    """

    fit: Fit
    moves: float

    @property
    def warning(self) -> str:
        """Say how many bonds would be needed, where the bond hardly moves with the share."""
        if self.moves >= USELESS:
            return ""
        (bond,) = self.fit.betas
        share = self.fit.symbol
        if self.moves == 0.0:
            return logged.NO_RATIO.format(bond=bond, share=share)
        return logged.SMALL_RATIO.format(
            bond=bond,
            moves=f"{self.moves:.2g}%",
            one="1%",
            share=share,
            bonds=f"{1.0 / self.moves:,.0f}",
        )


def bond_ratio(
    tape: Tape,
    row: int,
    symbol: str,
    bond: str,
    sessions: int,
    method: str = "regression",
    leverage: float = 0.35,
) -> BondRatio:
    """Return how many bonds, by value, hedge one of a share, from the returns up to a row.

    By "regression" it is cov / var, the minimum-variance ratio, of the last `sessions` daily
    returns, or of those over 21 sessions, overlapping, where the bond's yield is known by the
    month.  By "merton" it is one over the sensitivity of the firm's debt to its share (Merton 1974;
    Schaefer and Strebulaev 2008, Journal of Financial Economics 90:1), from the volatility of the
    share over the window and the firm's `leverage`, the part of its assets that it owes in five
    years.

    Raises ParameterError for a symbol that is no bond and for a window of less than 126 sessions
    where its yield is known by the month, NotCovered for a window before the first return.
    """
    found = _debt(tape, bond)
    if method not in METHODS:
        hint = nearest(method, METHODS)
        raise ParameterError(f"no ratio {method!r}{hint}; there are {', '.join(METHODS)}")
    if row < sessions:
        raise NotCovered(
            f"a ratio on {sessions} sessions needs as many returns; {tape.dates[row]} has {row}"
        )
    monthly = isinstance(found, BondIndex) and found.monthly
    if monthly and sessions < MONTHS * MONTH:
        raise ParameterError(
            f"a ratio on {sessions} sessions: the yield of {bond} is known once a month, so a "
            f"window has at least {MONTHS * MONTH} (did you mean {MONTHS * MONTH}?)"
        )
    treasury = found.grade == "treasury"
    if treasury and method == "merton":
        raise ParameterError(f"{bond} is no firm's debt: its ratio is found by regression")
    y, x = (
        _returns(tape, name, row, sessions, found) for name in (tape.need(symbol), tape.need(bond))
    )
    u, v = y - y.mean(), x - x.mean()
    cross, own, other = float(u @ v), float(v @ v), float(u @ u)
    beta = cross / own if own > 0.0 else 0.0
    moves = cross / other if other > 0.0 else 0.0
    if (beta > 0.0) == treasury:
        beta = moves = 0.0
    related = min(1.0, abs(cross) / sqrt(own * other)) if beta else 0.0
    if method == "merton":
        moves = _theory(tape, row, symbol, sessions, leverage)
        beta = 1.0 / max(moves, _LEAST) if moves > 0.0 else 0.0
    named = MappingProxyType({bond: beta})
    return BondRatio(Fit(symbol, named, related, related**2, sessions, row), abs(moves))


def bond_ticket(
    tape: Tape, row: int, symbol: str, value: float, held: float, band: float
) -> Ticket | None:
    """Return what brings a role from so many bonds to a value at the close of a row.

    None within `band` of that, and for a bond that was paid out or will be by the next session.
    Bonds are whole, those of an index fractions.
    """
    bond = _debt(tape, symbol)
    if not -inf < value < inf:
        raise ParameterError(f"bonds of {symbol} for {value:g}: their value is a number")
    coming = int(tape.next_day[row])
    if tape.over(symbol, row) or (isinstance(bond, Bond) and day_number(bond.maturity) <= coming):
        return None
    target = value / tape.close[symbol].item(row)
    if isinstance(bond, Bond):
        target = float(round(target))
    if target == held or (target and held and abs(target - held) <= band * abs(target)):
        return None
    return Ticket(symbol, symbol=symbol, shares=target)


def check_grade(tape: Tape, symbol: str, *, treasury: bool) -> None:
    """Raise ParameterError for a bond that is a Treasury where a firm's is meant, or vice versa."""
    if (_debt(tape, symbol).grade == "treasury") != treasury:
        what = "no Treasury" if treasury else "a Treasury"
        other = "corporate-bond" if treasury else "treasury-long"
        raise ParameterError(f"{symbol} is {what}: the hedge with it is {other}")


def _debt(tape: Tape, symbol: str) -> Debt:
    if tape.need(symbol) not in tape.bonds:
        raise ParameterError(
            f"{symbol} is no bond here: say what it pays with --bond-terms, or name UST10, "
            "UST20, UST30, MOODYS-AAA and MOODYS-BAA"
        )
    return tape.bonds[symbol]


def _returns(tape: Tape, symbol: str, row: int, sessions: int, bond: Debt) -> Floats:
    if not (isinstance(bond, BondIndex) and bond.monthly):
        return tape.returns(symbol)[row - sessions + 1 : row + 1]
    growth = tape.growth(symbol)[row - sessions : row + 1]
    long: Floats = growth[MONTH:] / growth[:-MONTH] - 1.0
    return long


def _theory(tape: Tape, row: int, symbol: str, sessions: int, leverage: float) -> float:
    # with scipy, which a strategy that is only read has no use for
    from microhedge.pricing.bonds import merton_of_share  # noqa: PLC0415

    daily = tape.returns(symbol)[row - sessions + 1 : row + 1]
    volatility = float(np.std(daily, ddof=1)) * sqrt(252.0)
    if volatility <= 0.0:
        return 0.0
    return merton_of_share(volatility, leverage, TERM, tape.option_rate.item(row)).sensitivity
