"""Is there a price for each session, or are these weekly or monthly prices?

Every statistic counts sessions: a week's move taken for a day's would double the volatility.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from microhedge.exchange import Exchange
from microhedge.sources.files.refusals import Refused
from microhedge.sources.files.rows import Rows

FEWEST: Final = 10
"""Prices that must be there to tell what is usual."""


def refuse_sparse(rows: Rows, exchange: Exchange) -> None:
    """Refuse prices that usually, by the median, lie further apart than one session."""
    if len(rows.day) < FEWEST:
        return
    usual = float(np.median(np.diff(np.searchsorted(exchange.days, rows.day))))
    if usual > 1.0:
        raise Refused(
            f"{rows.symbol} has a price only every {usual:g} sessions of {exchange.code} (the "
            "median), and prices must be daily, or volatility comes out too high: give a row for "
            "each session",
            "not-daily",
        )
