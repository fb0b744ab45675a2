"""Whose prices begin and end a run, where those of the holding reach further?

A run needs every symbol on every session, so the shortest prices bound it.  It is said of prices
of one's own, whose reach their owner knows; the shipped ones end in 2022 anyway.
"""

from __future__ import annotations

from collections.abc import Iterable

from microhedge.calendar import day_number
from microhedge.laying import last_days
from microhedge.market import Market
from microhedge.series import Series
from microhedge.tape import Tape
from microhedge.told import told

WORTH_SAYING = 21
"""Sessions of the holding, a month, that must be left out."""


def bounds_told(market: Market, tape: Tape, holding: str, *, warmup: int) -> Iterable[str]:
    """Say which symbol cuts the prices of a holding short, so that a run cannot go further.

    It is the same whether such a start and end were asked for or not, as the command that plays a
    run again asks for them.  `warmup` is the number of returns before the earliest decision.
    """
    known = {
        symbol: [
            one
            for basis in market.bases(symbol)
            if (one := market.series(symbol, basis)) is not None
        ]
        for symbol in tape.close
    }
    own = _laid(known[holding], tape)
    if own.origin.fetched is None and not own.origin.files:
        return
    last = last_days(known)
    shortest = min(last, key=lambda symbol: last[symbol])
    sessions = market.exchange.sessions
    over = sessions(last[shortest] + 1, day_number(own.last))
    could_go_on = len(sessions(int(tape.day[-1]) + 1, last[shortest])) > 0
    if not could_go_on and len(over) > WORTH_SAYING:
        ends = told(
            "The run ends on {end}, where the prices of {symbol} end; those of {holding} go on to "
            "{last}.",
            end=tape.dates[-1],
            symbol=shortest,
            holding=holding,
            last=own.last,
        )
        if shortest not in tape.bonds:  # what a bond's come from is no file of prices alone
            ends = told(
                "{ends} Prices of {symbol} that go on make it longer: docs/own-prices.md says how.",
                ends=ends,
                symbol=shortest,
            )
        yield ends
    latest = max((_laid(each, tape) for each in known.values()), key=lambda one: one.first)
    before = sessions(day_number(own.first), day_number(latest.first) - 1)
    if tape.begin == warmup and len(before) > WORTH_SAYING:
        yield told(
            "The run cannot begin before {start}: the prices of {symbol} begin on {first}, and {n} "
            "sessions of warm-up come first; those of {holding} begin on {own}.",
            start=tape.dates[tape.begin],
            symbol=latest.symbol,
            first=latest.first,
            n=tape.begin,
            holding=holding,
            own=own.first,
        )


def _laid(known: Iterable[Series], tape: Tape) -> Series:
    """Return the series of a symbol that lies on the tape."""
    return next(one for one in known if one.basis == tape.basis[one.symbol])
