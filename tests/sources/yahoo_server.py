"""A Yahoo of our own on 127.0.0.1, for an unmodified yfinance.

It speaks the chart, option, cookie and crumb formats over plain HTTP.  `Session` sends what is
addressed to a host of Yahoo to it, with the host's name in the header.  Prices are given as Yahoo
would give them on the day of the request: divided by the splits up to then.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Literal
from urllib.parse import parse_qs, unquote, urlsplit
from zoneinfo import ZoneInfo

from curl_cffi import requests

from microhedge.sources.yahoo import YahooMarket, yahoo

Trouble = Literal[
    "429", "500", "404", "html", "truncated", "down", "hang", "drop", "array", "empty", "null"
]
Bar = tuple[float | None, float | None, float | None, float | None, int | None]
"""Open, high, low, close and volume, as Yahoo gives them."""

HANG = 1.0
"""Seconds; sessions of the tests give up before."""


def flat(close: float | None, volume: int | None = 1000) -> Bar:
    """A bar whose open, high and low are its close."""
    return close, close, close, close, volume


@dataclass
class Listed:
    """One symbol: bars by day in Yahoo's adjusted units, and the events beside them."""

    bars: dict[date, Bar]
    dividends: Mapping[date, float] = field(default_factory=dict)
    splits: Mapping[date, tuple[int, int]] = field(default_factory=dict)
    gains: Mapping[date, float] = field(default_factory=dict)
    currency: str = "USD"
    zone: str = "America/New_York"
    instrument: str = "EQUITY"
    session: tuple[datetime, datetime] | None = None


@dataclass
class Contract:
    """One option as Yahoo lists it; what is None is not in its answer."""

    symbol: str
    strike: float
    bid: float | None = 1.0
    ask: float | None = 1.2
    last: float | None = 1.1
    volume: int | None = 10
    interest: int | None = 100
    size: str = "REGULAR"
    traded: datetime = datetime(2026, 11, 20, 20, 30, tzinfo=UTC)

    def said(self) -> dict[str, Any]:
        told = {
            "contractSymbol": self.symbol,
            "strike": self.strike,
            "currency": "USD",
            "lastPrice": self.last,
            "change": 0.0,
            "percentChange": 0.0,
            "volume": self.volume,
            "openInterest": self.interest,
            "bid": self.bid,
            "ask": self.ask,
            "contractSize": self.size,
            "lastTradeDate": int(self.traded.timestamp()),
            "impliedVolatility": 0.25,
            "inTheMoney": False,
        }
        return {name: value for name, value in told.items() if value is not None}


@dataclass
class Optioned:
    """The chain of one underlying: calls and puts by expiry, and the quote beside them."""

    expiries: dict[date, tuple[list[Contract], list[Contract]]]
    price: float = 150.0
    time: datetime = datetime(2026, 11, 20, 20, 44, tzinfo=UTC)
    state: str = "REGULAR"
    zone: str = "America/New_York"
    lacking: str = ""

    def said(self, ticker: str, stamp: str | None) -> dict[str, Any]:
        """One answer; without a date, or with one that is not listed, it is of the first expiry."""
        stamps = {str(_midnight(day)): day for day in sorted(self.expiries)}
        day = stamps.get(stamp or "", min(self.expiries, default=None))
        sides = [] if day is None else [self.expiries[day]]
        quote = {
            "symbol": ticker,
            "regularMarketPrice": self.price,
            "regularMarketTime": int(self.time.timestamp()),
            "marketState": self.state,
            "exchangeTimezoneName": self.zone,
            "currency": "USD",
        }
        quote.pop(self.lacking, None)
        return {
            "underlyingSymbol": ticker,
            "expirationDates": [int(one) for one in stamps],
            "strikes": [],
            "hasMiniOptions": False,
            "quote": quote,
            "options": [
                {"calls": [c.said() for c in calls], "puts": [p.said() for p in puts]}
                for calls, puts in sides
            ],
        }


def _midnight(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())


def options_of(ticker: str, expiry: date | None = None) -> str:
    """The name under which the options of a symbol, or of one expiry, are given trouble."""
    return f"{ticker}/options" if expiry is None else f"{ticker}/options/{_midnight(expiry)}"


class Yahoo:
    """What the server knows, what it shall do wrong, and what it was asked."""

    def __init__(self) -> None:
        self.listed: dict[str, Listed] = {}
        self.optioned: dict[str, Optioned] = {}
        self.trouble: dict[str, list[Trouble | None]] = {}
        self.always: dict[str, Trouble] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.port = 0

    def session(self, timeout: float = 5.0) -> requests.Session[Any]:
        """A session whose every request comes here and waits no longer than *timeout*."""
        return Session(self.port, timeout)

    def charts(self, ticker: str) -> list[dict[str, str]]:
        """The requests for bars of a symbol, those for its time zone left out."""
        return [q for t, q in self.asked if t == ticker and "period1" in q]

    def next_trouble(self, ticker: str) -> Trouble | None:
        if ticker in self.always:
            return self.always[ticker]
        queue = self.trouble.get(ticker)
        return queue.pop(0) if queue else None

    def chart(self, ticker: str, query: dict[str, str]) -> dict[str, Any]:
        one = self.listed[ticker]
        zone = ZoneInfo(one.zone)

        def stamp(day: date) -> int:
            return int(datetime(day.year, day.month, day.day, 9, 30, tzinfo=zone).timestamp())

        low, high = int(query.get("period1", "0")), int(query.get("period2", "9999999999"))
        days = [day for day in sorted(one.bars) if low <= stamp(day) < high]
        meta: dict[str, Any] = {
            "currency": one.currency,
            "symbol": ticker,
            "instrumentType": one.instrument,
            "exchangeTimezoneName": one.zone,
            "validRanges": ["1d", "max"],
            "priceHint": 2,
        }
        if one.session is not None:
            start, end = (int(moment.timestamp()) for moment in one.session)
            period = {"timezone": "X", "gmtoffset": 0, "start": start, "end": end}
            meta["currentTradingPeriod"] = {"regular": period}
        if not days:
            return {"meta": meta, "indicators": {"quote": [{}], "adjclose": [{}]}}
        names = ("open", "high", "low", "close", "volume")
        quote = {name: [one.bars[day][i] for day in days] for i, name in enumerate(names)}
        adjusted = [None if close is None else 0.9 * close for close in quote["close"]]
        events: dict[str, Any] = {}
        for name, amounts in (("dividends", one.dividends), ("capitalGains", one.gains)):
            events[name] = {
                str(stamp(day)): {"amount": amount, "date": stamp(day)}
                for day, amount in amounts.items()
                if low <= stamp(day) < high
            }
        events["splits"] = {
            str(stamp(day)): {
                "date": stamp(day),
                "numerator": new,
                "denominator": old,
                "splitRatio": f"{new}:{old}",
            }
            for day, (new, old) in one.splits.items()
            if low <= stamp(day) < high
        }
        return {
            "meta": meta,
            "timestamp": [stamp(day) for day in days],
            "events": events,
            # never to be used: every dividend to come changes it
            "indicators": {"quote": [quote], "adjclose": [{"adjclose": adjusted}]},
        }


class Session(requests.Session[Any]):
    """Send requests for Yahoo's hosts to one port of this machine."""

    def __init__(self, port: int, timeout: float) -> None:
        super().__init__()
        self._port, self._patience = port, timeout

    def request(self, method: Any, url: str, *args: Any, **rest: Any) -> Any:
        parts = urlsplit(url)
        here = parts._replace(scheme="http", netloc=f"127.0.0.1:{self._port}").geturl()
        headers = dict(rest.pop("headers", None) or {}) | {"Host": parts.netloc}
        rest |= {"headers": headers, "timeout": self._patience}
        return super().request(method, here, *args, **rest)


@dataclass
class Desk:
    """Where a test asks: a server, an empty cache and a record of what was waited for."""

    server: Yahoo
    place: Path
    waits: list[float] = field(default_factory=list)

    def market(self, *symbols: str, now: datetime, **rest: Any) -> YahooMarket:
        """Ask as a user does, but at a moment of the test's choice and without waiting."""
        session = rest.pop("session", None) or self.server.session()
        given: dict[str, Any] = {"cache": self.place, "sleep": self.waits.append} | rest
        return yahoo(symbols, now=now, session=session, **given)


@contextmanager
def serving() -> Iterator[Yahoo]:
    """Run a Yahoo until the block ends."""
    yahoo = Yahoo()

    class Handler(_Handler):
        served = yahoo

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    yahoo.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield yahoo
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    served: Yahoo

    def log_message(self, format: str, *args: Any) -> None:
        """Print nothing."""

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        if parts.path == "/v1/test/getcrumb":
            self._send(200, b"crumb", "text/plain")
        elif parts.path.startswith("/v8/finance/chart/"):
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            self._chart(unquote(parts.path.rpartition("/")[2]), query)
        elif parts.path.startswith("/v7/finance/options/"):
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            self._options(unquote(parts.path.rpartition("/")[2]), query)
        elif parts.path == "/":
            self._send(404, b"", "text/html", "A3=x; Domain=.yahoo.com; Path=/; Max-Age=9999999")
        else:  # the page of consent, and a company's profile
            self._send(404, b"<html></html>", "text/html")

    def _chart(self, ticker: str, query: dict[str, str]) -> None:
        self.served.asked.append((ticker, query))
        trouble = self.served.next_trouble(ticker)
        if trouble is None and ticker not in self.served.listed:
            trouble = "404"
        if trouble is None:
            result = self.served.chart(ticker, query)
            self._json(200, {"chart": {"result": [result], "error": None}})
        else:
            self._fail(trouble, "chart")

    def _options(self, ticker: str, query: dict[str, str]) -> None:
        stamp = query.get("date")
        name = options_of(ticker) if stamp is None else f"{ticker}/options/{stamp}"
        self.served.asked.append((name, query))
        trouble = self.served.next_trouble(name)
        if trouble is None and ticker not in self.served.optioned:
            trouble = "empty"
        if trouble is None:
            result = self.served.optioned[ticker].said(ticker, stamp)
            self._json(200, {"optionChain": {"result": [result], "error": None}})
        else:
            self._fail(trouble, "optionChain")

    def _fail(self, trouble: Trouble, what: str) -> None:
        if trouble == "429":
            self._send(429, b"Too Many Requests", "text/plain")
        elif trouble == "500" and what == "optionChain":
            said = {"code": "Internal Server Error", "description": "something broke"}
            self._json(500, {"finance": {"result": None, "error": said}})
        elif trouble == "500":
            self._error(500, "Internal Server Error", "something broke")
        elif trouble == "404":
            self._error(404, "Not Found", "No data found, symbol may be delisted")
        elif trouble == "html":
            self._send(200, b"<html><body>Oops</body></html>", "text/html")
        elif trouble == "down":
            self._send(200, b"Will be right back", "text/html")
        elif trouble == "array":
            self._json(200, {what: {"result": [{"meta": {}}], "error": None}})
        elif trouble in {"empty", "null"}:
            self._json(200, {what: {"result": [] if trouble == "empty" else None, "error": None}})
        elif trouble == "truncated":
            whole = json.dumps({what: {"result": [], "error": None}}).encode()
            self._send(200, whole[:20], "application/json")
        elif trouble == "hang":
            time.sleep(HANG)
        elif trouble == "drop":
            self.close_connection = True
            self.connection.close()

    def _error(self, status: int, code: str, description: str) -> None:
        said = {"code": code, "description": description}
        self._json(status, {"chart": {"result": None, "error": said}})

    def _json(self, status: int, body: object) -> None:
        self._send(status, json.dumps(body).encode(), "application/json")

    def _send(self, status: int, body: bytes, kind: str, cookie: str | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if cookie is not None:
            self.send_header("Set-Cookie", cookie)
        self.end_headers()
        self.wfile.write(body)
