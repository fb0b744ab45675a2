"""Which market does Yahoo make of the symbols that a run needs?"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np

from microhedge.calendar import to_date
from microhedge.counting import count_of
from microhedge.errors import BadData, NotCovered, UnknownName, UsageError, nearest
from microhedge.exchange import Exchange
from microhedge.folders import cache_folder
from microhedge.market import Market
from microhedge.series import Reference, Series
from microhedge.sources.exchanges import exchange
from microhedge.sources.price_defects import large_returns
from microhedge.sources.yahoo.cache import Kept
from microhedge.sources.yahoo.fetch import Line
from microhedge.sources.yahoo.naming import REFERENCES, ticker_of
from microhedge.sources.yahoo.rebuild import holes, utc_now
from microhedge.sources.yahoo.shown import Window, reference_of, series_of
from microhedge.sources.yahoo.update import History, State, history

PAUSE: Final = 1.0
"""Seconds between symbols: asked faster, Yahoo leaves out dividends now and then."""

_HUNDREDTHS: Final = {"GBp": "GBP", "GBX": "GBP", "ZAc": "ZAR", "ILA": "ILS"}


@dataclass(frozen=True, slots=True)
class Fetched:
    """What became of one symbol.

    `symbol` is ours and `ticker` Yahoo's; `sessions`, `splits`, `dividends` and `holes`, the
    sessions for which Yahoo has no price, are counts within the window that was asked for;
    `revised` counts the sessions of all that it values otherwise than before.  `fetched` is when
    Yahoo was last asked (UTC).
    """

    symbol: str
    ticker: str
    state: State
    first: date
    last: date
    sessions: int
    splits: int
    dividends: int
    currency: str
    holes: int
    revised: int
    fetched: datetime
    yfinance: str
    sha256: str


class YahooMarket(Market):
    """A market with a record of how each symbol was come by, and of what a user must know."""

    def __init__(
        self,
        series: Iterable[Series],
        references: Iterable[Reference],
        fetched: Iterable[Fetched],
        notes: Iterable[str],
        words: Iterable[str] = (),
    ) -> None:
        super().__init__(series, references, notes=notes, words=("--source yahoo", *words))
        self.fetched = tuple(fetched)


def yahoo(
    symbols: Iterable[str],
    *,
    start: date | None = None,
    end: date | None = None,
    references: Iterable[str] = (),
    offline: bool = False,
    refresh: bool = False,
    calendar: str | Exchange | None = None,
    genuine: Iterable[date] = (),
    cache: Path | None = None,
    now: datetime | None = None,
    tries: int = 5,
    timeout: float = 15.0,
    session: Any = None,
    sleep: Callable[[float], None] = time.sleep,
) -> YahooMarket:
    """Return daily prices as traded, with their splits and dividends, from Yahoo or its cache.

    Parameters
    ----------
    symbols
        Yahoo's symbols, or SPX and IXIC for ^GSPC and ^IXIC.  An index becomes a price index
        without opens, which are no opening prints; everything else is on the basis "raw".
    start, end
        First and last day of the market; by default everything since 1960.  A run's warm-up must
        lie inside.  The whole history is fetched and kept whatever is asked for here.
    references
        "CMT3M", from the discount on bills (^IRX, see `shown.bond_equivalent`), and "VIX" (^VIX).
    offline
        Use the cache alone.
    refresh
        Fetch everything again.
    calendar
        The exchange whose sessions the market has, as in "XLON"; by default New York.  With it,
        prices of its time zone are not asked for again while they are fresh.
    genuine
        Days whose jump is vouched for, though it looks like a split.
    cache
        Folder of the cache; by default that of MICROHEDGE_CACHE or of the platform.
    now
        The moment that tells which sessions are finished; by default this one.
    tries, timeout, session, sleep
        Attempts for a symbol, seconds for a request, a session of curl_cffi or requests, and
        what waits between attempts.

    When Yahoo does not answer, prices that are in the cache are used and `notes` says until when.

    Raises UsageError for what is no symbol, UnknownSymbol for one that Yahoo does not have,
    Unavailable (a DataError) without an answer and without a cache, NotCovered for two
    currencies, for quotes in hundredths of one, and for a window without prices, and BadData for
    a jump by a whole ratio without a split.
    """
    tickers = tuple(dict.fromkeys(map(ticker_of, symbols)))
    wanted = tuple(dict.fromkeys(references))
    if not tickers and not wanted:
        raise UsageError("no symbol was given: name at least one, such as AAPL")
    for name in wanted:
        if name not in REFERENCES:
            raise UnknownName(f"no reference {name!r} at Yahoo{nearest(name, REFERENCES)}")
    place = cache or cache_folder()
    line = Line(place / "yfinance", tries, timeout, sleep, session)
    moment = now or utc_now()
    asked = (*tickers, *(REFERENCES[name] for name in wanted))
    at = exchange(calendar)
    found = dict(_histories(asked, moment, place, line, at, offline=offline, refresh=refresh))
    _in_one_currency([found[ticker].kept for ticker in tickers])
    window = Window(start, end)
    series = [series_of(found[ticker].kept, window) for ticker in tickers]
    vouched = frozenset(genuine)
    for one in series:
        _refuse_splits(one, vouched)
    known = [reference_of(name, found[REFERENCES[name]].kept, window) for name in wanted]
    fetched = [_fetched(one, found[t], window) for t, one in zip(tickers, series, strict=True)]
    words = [f"--genuine {day}" for day in sorted(vouched)]
    market = YahooMarket(series, known, fetched, _notes(found, tickers, window), words)
    return market if at.is_new_york else market.at(at)


def _histories(
    tickers: Iterable[str],
    now: datetime,
    place: Path,
    line: Line,
    at: Exchange,
    *,
    offline: bool,
    refresh: bool,
) -> Iterator[tuple[str, History]]:
    was_asked = False
    for ticker in dict.fromkeys(tickers):
        if was_asked:
            line.sleep(PAUSE)
        found = history(ticker, now, place, line, at, offline=offline, refresh=refresh)
        yield ticker, found
        was_asked = found.state != "cached"
        if found.state == "cached" and found.note is not None:
            line = replace(line, tries=1)  # Yahoo does not answer: the others need not wait long


def _in_one_currency(kept: list[Kept]) -> None:
    """Refuse what one account cannot hold side by side."""
    quoted = {one.listing.ticker: one.listing.currency for one in kept}
    for ticker, currency in quoted.items():
        if currency in _HUNDREDTHS:
            raise NotCovered(
                f"{ticker} is quoted in {currency}, and Yahoo gives its dividends now in that and "
                f"now in {_HUNDREDTHS[currency]}: import a file in {_HUNDREDTHS[currency]}"
            )
    if len(set(quoted.values())) > 1:
        each = ", ".join(f"{ticker} in {currency}" for ticker, currency in quoted.items())
        raise NotCovered(
            f"an account has one currency, and these are quoted in several: {each}; "
            "choose symbols of one, or import a file with converted prices"
        )


def _refuse_splits(series: Series, genuine: frozenset[date]) -> None:
    """Refuse a jump by a whole ratio: Yahoo records some splits days late, and some never."""
    for found in large_returns(series, None):
        if found.code == "suspected-split" and found.day not in genuine:
            raise BadData(
                f"{series.symbol} on {found.day}: {found.sentence}; fetch it again in a day or two "
                f"with --refresh, or vouch for the day (--genuine {found.day})"
            )


def _fetched(one: Series, found: History, window: Window) -> Fetched:
    splits = sum(action.kind == "split" for action in one.actions)
    return Fetched(
        symbol=one.symbol,
        ticker=found.kept.listing.ticker,
        state=found.state,
        first=one.first,
        last=one.last,
        sessions=len(one.day),
        splits=splits,
        dividends=len(one.actions) - splits,
        currency=one.currency,
        holes=int(np.count_nonzero(holes(window.of(found.kept.columns)))),
        revised=len(found.revised),
        fetched=found.kept.fetched,
        yfinance=found.kept.yfinance,
        sha256=one.sha256,
    )


def _notes(found: Mapping[str, History], tickers: tuple[str, ...], window: Window) -> Iterator[str]:
    for ticker, one in found.items():
        if one.note is not None:
            yield one.note
        if ticker not in tickers:
            continue  # a rate of zero is a value, and gaps of a reference are carried over
        inside = window.of(one.kept.columns)
        if (empty := inside.day[holes(inside)]).size:
            count = count_of(empty.size, "session")
            first = to_date(int(empty[0]))
            yield f"{ticker}: {count} without a price left out, the first {first}"
        if one.kept.listing.has_gains:
            yield f"{ticker}: distributions of realised gains are among the dividends"
