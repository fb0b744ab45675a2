"""Which option quotes of this moment are kept, and where?

A history of quotes is built by capturing them, a file for each symbol and capture that is never
written again: `chains/AAPL/2026-11-20T2045Z.parquet`.  Yahoo has no quotes of the past, so one
that is lost cannot be fetched again.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import numpy as np
import pyarrow as pa

from microhedge.errors import DataError, NotCovered, UsageError
from microhedge.folders import cache_folder
from microhedge.sources.chains.captures import OPEN, keep
from microhedge.sources.parquet import floats
from microhedge.sources.yahoo.fetch import Line, Unavailable
from microhedge.sources.yahoo.naming import option_ticker_of
from microhedge.sources.yahoo.options import quoted
from microhedge.sources.yahoo.rebuild import utc_now
from microhedge.sources.yahoo.source import PAUSE
from microhedge.version import __version__

_DEVICES: Final = frozenset({"CON", "PRN", "AUX", "NUL"})
"""Names that no folder can have on Windows; CON is a symbol too."""


@dataclass(frozen=True, slots=True)
class Captured:
    """What was kept of one symbol.

    `contracts` counts the rows; of these `two_sided` have a bid and an ask that is not below it,
    `zero_bids` no bid or one of 0, `crossed` an ask below the bid, and `adjusted` are of contracts
    that a corporate action changed.  All of them are in the file.  `state` is that of the market,
    REGULAR while it trades.
    """

    symbol: str
    expiries: int
    contracts: int
    two_sided: int
    zero_bids: int
    crossed: int
    adjusted: int
    state: str
    underlying_price: float
    captured_at: datetime
    file: Path
    yfinance: str
    sha256: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Capture:
    """What became of the symbols that were asked for: the files, and why there is none."""

    taken: tuple[Captured, ...]
    failed: tuple[DataError, ...]

    def all_taken(self) -> None:
        """Raise the reason when one symbol was not captured, or a summary of several."""
        if len(self.failed) == 1:
            raise self.failed[0]
        if self.failed:
            count = len(self.taken) + len(self.failed)
            raise NotCovered(f"{len(self.failed)} of {count} symbols were not captured, see above")


def snapshot(
    symbols: Iterable[str],
    *,
    out: Path = Path(),
    anyway: bool = False,
    clock: Callable[[], datetime] = utc_now,
    tries: int = 5,
    timeout: float = 15.0,
    session: Any = None,
    sleep: Callable[[float], None] = time.sleep,
) -> Capture:
    """Keep the whole option chain of each symbol as Yahoo quotes it now.

    Parameters
    ----------
    symbols
        Yahoo's symbols; SPX and ^GSPC mean ^SPX, under which Yahoo lists the options.
    out
        Folder in which `chains` and a folder for each symbol are made; here by default, for
        nobody gives lost quotes again and a cache may be cleared.
    anyway
        Keep quotes outside the market's hours too, which are of the last session and often zero.
    clock
        Tells the moment of each capture (UTC).
    tries, timeout, session, sleep
        Attempts for each request, its seconds, a session of curl_cffi or requests, and what
        waits between attempts.

    A symbol that cannot be captured as a whole leaves no file, and stops no other one: its error
    (MarketClosed, UnknownSymbol, NotCovered, Unavailable) is among those that `failed`.  Raises
    UsageError for what is no symbol, before anything is asked.
    """
    tickers = tuple(dict.fromkeys(map(option_ticker_of, symbols)))
    if not tickers:
        raise UsageError("no symbol was given: name at least one, such as AAPL")
    line = Line(cache_folder() / "yfinance", tries, timeout, sleep, session)
    taken: list[Captured] = []
    failed: list[DataError] = []
    for row, ticker in enumerate(tickers):
        if row:
            line.sleep(PAUSE)
        try:
            taken.append(_captured(ticker, out, clock(), line, anyway=anyway))
        except DataError as error:
            failed.append(error)
            if isinstance(error, Unavailable):
                line = replace(line, tries=1)  # the others need not wait long
    return Capture(tuple(taken), tuple(failed))


def path_of(folder: Path, ticker: str, moment: datetime) -> Path:
    """Return the file of a capture; an index has no caret in it."""
    name = quote(ticker.removeprefix("^"), safe="")
    name = f"{name}_" if name in _DEVICES else name
    return folder / "chains" / name / f"{moment.astimezone(UTC):%Y-%m-%dT%H%MZ}.parquet"


def _captured(ticker: str, folder: Path, moment: datetime, line: Line, *, anyway: bool) -> Captured:
    path = path_of(folder, ticker, moment)
    there = NotCovered(
        f"{ticker}: {path} is there already, and what was captured is never written again: "
        "wait a minute"
    )
    if path.exists():
        raise there
    table = quoted(ticker, moment, line, anyway=anyway)
    about = {
        "source": "Yahoo, by yfinance",
        "quotes": "as given",
        "ticker": ticker,
        "fetched": moment.isoformat(),
        "yfinance": version("yfinance"),
        "microhedge": __version__,
    }
    try:
        digest = keep(table, about, path)
    except FileExistsError:  # another process was a moment faster
        raise there from None
    bid, ask = floats(table, "bid"), floats(table, "ask")
    sizes = table["contract_size"].to_pylist()
    found = Captured(
        symbol=ticker.removeprefix("^"),
        expiries=len(table["expiration"].unique()),
        contracts=table.num_rows,
        two_sided=int(np.count_nonzero((bid > 0.0) & (ask >= bid))),
        zero_bids=int(np.count_nonzero(~(bid > 0.0))),
        crossed=int(np.count_nonzero(ask < bid)),
        adjusted=len(sizes) - sizes.count("REGULAR"),
        state=table["market_state"][-1].as_py(),
        underlying_price=table["underlying_price"][-1].as_py(),
        captured_at=moment,
        file=path,
        yfinance=about["yfinance"],
        sha256=digest,
    )
    return replace(found, notes=tuple(_notes(found, table)))


def _notes(found: Captured, table: pa.Table) -> Iterator[str]:
    """Say what a user must know of a capture."""
    day = table["quote_date"][-1].as_py()
    if found.state != OPEN:
        yield (
            f"{found.symbol}: the market is {found.state}: these are quotes of {day}, and any "
            "captured in its hours on that day come before them"
        )
    else:
        traded = table["underlying_time"][-1].as_py().astimezone(UTC)
        if traded.date() < found.captured_at.astimezone(UTC).date():
            yield f"{found.symbol}: last traded on {traded:%Y-%m-%d}: its quotes may be as old"
    if found.adjusted:
        yield (
            f"{found.symbol}: quotes of adjusted contracts, {found.adjusted:,} of "
            f"{found.contracts:,}, are kept, and left out when the file is read"
        )
