"""What does Yahoo quote for the options of one symbol at this moment?

Each expiry is one request, and asked for again by itself when it fails; a chain of which one
expiry stays away is none.  yfinance answers with nothing, not with an error, when Yahoo fails.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa

from microhedge.errors import DataError, NotCovered
from microhedge.sources.chains.captures import OCC, OPEN, SCHEMA
from microhedge.sources.yahoo.fetch import Line, answered, ticker_on

if TYPE_CHECKING:
    import pandas as pd

BREATH: Final = 0.2
"""Seconds between the requests for two expiries."""

NOTHING_KEPT: Final = "nothing of it was kept"

_COLUMNS: Final = {
    "bid": "bid",
    "ask": "ask",
    "last": "lastPrice",
    "volume": "volume",
    "open_interest": "openInterest",
    "iv_yahoo": "impliedVolatility",
    "strike": "strike",
}


class MarketClosed(DataError):
    """Quotes were refused because the exchange does not trade."""


@dataclass(frozen=True, slots=True)
class Underlying:
    """What Yahoo said about the share or index beside its options.

    `time` is that of its last trade in regular hours (UTC), `zone` the exchange's IANA time zone
    and `state` REGULAR while the exchange trades.
    """

    price: float
    time: datetime
    state: str
    zone: str

    def day(self, now: datetime) -> date:
        """Return the exchange's day of quotes: today, or the last one that traded before."""
        return (now if self.state == OPEN else self.time).astimezone(ZoneInfo(self.zone)).date()


def quoted(ticker: str, now: datetime, line: Line, *, anyway: bool) -> pa.Table:
    """Return every contract of a symbol as it is quoted, in the columns of `captures.SCHEMA`.

    `now` is kept as the moment of the capture.  Raises MarketClosed outside the market's hours
    unless they are wanted `anyway`, NotCovered for a symbol without options, and the errors of
    `answered`.
    """
    asked = ticker_on(line, ticker)
    expiries, underlying = answered(
        ticker,
        lambda: _listing(asked, line),
        line,
        wanted="option quotes",
        otherwise=NOTHING_KEPT,
    )
    sides: list[pa.Table] = []
    for expiry in expiries:
        if not anyway:
            _refuse_closed(ticker, underlying)
        line.sleep(BREATH)
        calls, puts, underlying = answered(
            ticker,
            lambda expiry=expiry: _chain(asked, expiry),  # type: ignore[misc]
            line,
            wanted=f"option quotes for {expiry}",
            otherwise=NOTHING_KEPT,
        )
        for right, frame in (("C", calls), ("P", puts)):
            sides.append(_table(frame, right, expiry, ticker, now, underlying))
    if not anyway:
        _refuse_closed(ticker, underlying)  # it may have closed meanwhile
    return pa.concat_tables(sides)


def _listing(asked: Any, line: Line) -> tuple[tuple[str, ...], Underlying]:
    """Return the expiries, and the underlying as it was when they were asked for."""
    found = _answer(asked, None)
    if found is not None:
        return tuple(asked.options), _underlying(found.underlying)
    # a symbol without options comes with its own quote, an unknown one and a failure with none
    if getattr(asked, "_underlying", None) and not asked.options:
        raise NotCovered(f"{asked.ticker}: Yahoo lists no options on it; {NOTHING_KEPT}")
    # of those two, the chart's answer tells an unknown symbol
    asked.history(period="5d", timeout=line.timeout)
    raise LookupError("an empty answer, although it knows the symbol")


def _chain(asked: Any, expiry: str) -> tuple[pd.DataFrame, pd.DataFrame, Underlying]:
    """Return the calls, the puts and the underlying of one expiry."""
    day, found = date.fromisoformat(expiry), _answer(asked, expiry)
    if found is None or not len(found.calls) + len(found.puts):
        raise LookupError("an empty answer")
    named = [("C", name) for name in found.calls["contractSymbol"]]
    named += [("P", name) for name in found.puts["contractSymbol"]]
    for right, name in named:
        told = OCC.fullmatch(str(name))
        if told and (told["expiry"], told["right"]) != (f"{day:%y%m%d}", right):
            raise LookupError(f"{name} among the {'calls' if right == 'C' else 'puts'}")
    return found.calls, found.puts, _underlying(found.underlying)


def _answer(asked: Any, expiry: str | None) -> Any:
    """Return yfinance's answer, or None where it has none to give."""
    try:
        found = asked.option_chain(expiry)
    except TypeError:  # it counts the results, and an error of Yahoo has none
        return None
    return None if found.calls is None or found.puts is None else found


def _underlying(said: dict[str, Any]) -> Underlying:
    """Translate a quote; what it lacks is an error of this attempt."""
    return Underlying(
        price=float(said["regularMarketPrice"]),
        time=datetime.fromtimestamp(said["regularMarketTime"], UTC),
        state=str(said["marketState"]),
        zone=str(said["exchangeTimezoneName"]),
    )


def _refuse_closed(ticker: str, found: Underlying) -> None:
    if found.state != OPEN:
        last = found.time.astimezone(ZoneInfo(found.zone))
        raise MarketClosed(
            f"{ticker}: the market is closed ({found.state}, last trade {last:%Y-%m-%d %H:%M} in "
            f"{found.zone}), and quotes outside its hours are often zero: {NOTHING_KEPT}; ask "
            "while it trades, or take them --anyway"
        )


def _table(
    frame: pd.DataFrame,
    right: str,
    expiry: str,
    ticker: str,
    now: datetime,
    underlying: Underlying,
) -> pa.Table:
    count = len(frame)
    one: dict[str, object] = {
        "captured_at": now,
        "quote_date": underlying.day(now),
        "underlying": ticker,
        "underlying_price": underlying.price,
        "underlying_time": underlying.time,
        "market_state": underlying.state,
        "expiration": date.fromisoformat(expiry),
        "right": right,
    }
    columns: dict[str, object] = {name: [value] * count for name, value in one.items()}
    for name, theirs in _COLUMNS.items():
        columns[name] = pa.array(frame[theirs].to_numpy(np.float64), from_pandas=True)
    columns["last_trade"] = pa.array(frame["lastTradeDate"], SCHEMA.field("last_trade").type)
    for name, theirs in (
        ("contract_symbol", "contractSymbol"),
        ("contract_size", "contractSize"),
        ("currency", "currency"),
    ):
        columns[name] = pa.array(frame[theirs], pa.string(), from_pandas=True)
    return pa.table({name: columns[name] for name in SCHEMA.names}, schema=SCHEMA)
