"""What does Yahoo call it, and what do we?"""

from __future__ import annotations

import re
from typing import Final

from microhedge.errors import UsageError

INDICES: Final = {"SPX": "^GSPC", "IXIC": "^IXIC"}
"""Our symbol of an index → Yahoo's.  Any other index keeps Yahoo's name, as in ^RUT."""

REFERENCES: Final = {"CMT3M": "^IRX", "VIX": "^VIX"}
"""Our name of a series that is no price → Yahoo's symbol."""

_OPTIONS: Final = {"^GSPC": "^SPX"}
"""Yahoo's symbol of an index → the one under which it lists its options."""

_SYMBOL = re.compile(r"[A-Z0-9^][A-Z0-9.^=&-]{0,19}")
_ISIN = re.compile(r"[A-Z]{2}[A-Z0-9]{9}[0-9]")


def ticker_of(symbol: str) -> str:
    """Return Yahoo's symbol, in capitals, for ours or its own.

    Raises UsageError for what cannot be a symbol of Yahoo, and for an ISIN.
    """
    ticker = symbol.strip().upper()
    ticker = INDICES.get(ticker, ticker)
    if _ISIN.fullmatch(ticker):
        raise UsageError(f"{symbol!r} is an ISIN; Yahoo is asked by symbol, such as AAPL")
    if not _SYMBOL.fullmatch(ticker):
        raise UsageError(
            f"{symbol!r} is no symbol of Yahoo: up to 20 letters, digits and . - ^ = &, "
            "such as AAPL, BRK-B or ^GSPC"
        )
    return ticker


def option_ticker_of(symbol: str) -> str:
    """Return the symbol under which Yahoo lists options; raises the error of `ticker_of`."""
    ticker = ticker_of(symbol)
    return _OPTIONS.get(ticker, ticker)


def symbol_of(ticker: str) -> str:
    """Return our symbol for Yahoo's."""
    ours = {theirs: name for name, theirs in INDICES.items()}
    return ours.get(ticker, ticker)
