"""Where prices come from: each source turns its files into a `Market` and says who made them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from microhedge.market import Market
from microhedge.sources.bundled import bundled
from microhedge.sources.holdings import portfolio

__all__ = ["bundled", "from_files", "from_yahoo", "portfolio", "with_bonds"]


def from_yahoo(symbols: Iterable[str], **asked: Any) -> Market:
    """Return a market of Yahoo's daily prices, as `microhedge.sources.yahoo.yahoo` says it.

    What `microhedge data check` finds in them is counted in its notes.  The run's window is not
    to be given here: its warm-up lies before it.
    """
    # only who asks pays for it
    from microhedge.sources.checks import counted  # noqa: PLC0415
    from microhedge.sources.yahoo import yahoo  # noqa: PLC0415

    market = yahoo(symbols, **asked)
    return market.noting(counted(market))


def with_bonds(market: Market, given: Iterable[str] = ()) -> Market:
    """Return the market with the model bonds that ship, and with bonds of its own series.

    `given` describes those, whose series are clean prices, as `microhedge.sources.bonds` says it:
    "F-5.75-2028:coupon=5.75,maturity=2028-05-15".
    """
    # with scipy, likewise
    from microhedge.sources.bonds import with_given_bonds, with_model_bonds  # noqa: PLC0415

    return with_model_bonds(with_given_bonds(market, given))


def from_files(paths: Iterable[Path | str], **declared: Any) -> Market:
    """Return a market of files of one's own beside the shipped prices.

    `declared` is what a file cannot say itself, as `microhedge.sources.files.import_prices` has
    it; `beside` is another market, or None for the files alone.
    """
    from microhedge.sources.files import file_market  # noqa: PLC0415 - likewise

    declared.setdefault("beside", bundled())
    market, _ = file_market(paths, **declared)
    return market
