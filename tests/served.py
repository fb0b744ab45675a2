"""The command line with a Yahoo of our own behind it, and a price file, for pages that show it."""

from __future__ import annotations

import os
import tempfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sources.yahoo_server import Contract, Listed, Optioned, flat, serving

from microhedge.calendar import to_date
from microhedge.sources import bundled
from microhedge.sources.yahoo import fetch, source

# years of both shares without a split
FIRST, LAST = date(2014, 6, 10), date(2018, 12, 31)


def closes(symbol: str) -> dict[date, float]:
    """Return shipped closes of those years."""
    market = bundled()
    found: dict[date, float] = {}
    for basis in market.bases(symbol):
        series = market.series(symbol, basis)
        if series is not None and not found:
            days = map(to_date, series.day.tolist())
            found = {
                d: p for d, p in zip(days, series.close.tolist(), strict=True) if FIRST <= d <= LAST
            }
    return found


def chain(symbol: str) -> Optioned:
    """Return puts on a share that trades at this moment."""
    now = datetime.now(UTC)
    expiry = now.date() + timedelta(days=30)
    name = f"{symbol}{expiry:%y%m%d}P00150000"
    return Optioned({expiry: ([], [Contract(name, 150.0)])}, time=now)


def write_file(path: Path) -> None:
    """Write the closes of a share under another name; it paid nothing."""
    rows = [f"{day},{price},0" for day, price in closes("AAPL").items()]
    path.write_text("Date,Close,Dividends\n" + "\n".join(rows) + "\n")


def write_index(path: Path) -> None:
    """Write the closes of the index."""
    rows = [f"{day},{level}" for day, level in closes("SPX").items()]
    path.write_text("Date,Close\n" + "\n".join(rows) + "\n")


def entry() -> None:
    """Run the command line; Yahoo is asked on this machine."""
    from microhedge.cli import entry as real

    with serving() as found, tempfile.TemporaryDirectory() as cache:
        os.environ["MICROHEDGE_CACHE"] = cache
        for symbol in ("AAPL", "MSFT"):
            bars = {day: flat(price) for day, price in closes(symbol).items()}
            found.listed[symbol] = Listed(bars)
            found.optioned[symbol] = chain(symbol)
        index = closes("SPX")
        bars = {day: flat(price) for day, price in index.items()}
        found.listed["^GSPC"] = Listed(bars, instrument="INDEX")
        for ticker, level in (("^IRX", 1.5), ("^VIX", 15.0)):
            found.listed[ticker] = Listed({d: flat(level) for d in index}, instrument="INDEX")
        session = found.session()
        fetch._session = lambda timeout: session  # type: ignore[assignment]
        source.PAUSE = 0.0  # type: ignore[misc]
        real()
