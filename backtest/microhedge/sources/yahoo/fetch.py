"""What does Yahoo answer for one symbol?

yfinance is asked for one symbol at a time, unadjusted and unrepaired.  Three of its habits are
worked around here: it remembers failed answers, it hides errors unless told otherwise, and it
gives splits only inside the range asked for, while it adjusts for all of them.
"""

from __future__ import annotations

import logging
import random
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import numpy as np

from microhedge.calendar import FIRST_YEAR
from microhedge.errors import DataError, MicrohedgeError, UnknownSymbol
from microhedge.sources.yahoo.columns import Answer, Columns, Listing
from microhedge.sources.yahoo.rebuild import with_capital_gains

if TYPE_CHECKING:
    import pandas as pd

BEGINNING: Final = date(FIRST_YEAR, 1, 1)
"""No older price is asked for: the calendar of sessions begins here."""

LONGEST_WAIT: Final = 60.0
"""Seconds."""

OTHERWISE: Final = (
    "without Yahoo there are the prices that ship (leave --source yahoo out), and a file of your "
    "own, CSV or Parquet (--prices FILE)"
)

_WANTED: Final = ("currency", "exchangeTimezoneName", "instrumentType", "currentTradingPeriod")
_NOT_THERE: Final = ("no data found", "may be delisted", "not found")

Answered = TypeVar("Answered")


class Unavailable(DataError):
    """Yahoo did not answer, or with something else than was asked for."""


@dataclass(frozen=True, slots=True)
class Line:
    """How Yahoo is asked.

    `tries` is the number of attempts for a symbol; `timeout` is in seconds and for each request.
    `session` is a session of curl_cffi or requests that replaces the own one, `place` the folder
    of yfinance's cookies and time zones, and `sleep` waits for a number of seconds.
    """

    place: Path
    tries: int = 5
    timeout: float = 15.0
    sleep: Callable[[float], None] = time.sleep
    session: Any = None


def fetch(ticker: str, since: date, now: datetime, line: Line) -> Answer:
    """Return the daily bars of one symbol from a date up to now, and the actions with them.

    Raises the errors of `answered`.
    """
    return answered(
        ticker,
        lambda: _asked(ticker, since, now, line),
        line,
        wanted="prices",
        otherwise=OTHERWISE,
    )


def answered(
    ticker: str, ask: Callable[[], Answered], line: Line, *, wanted: str, otherwise: str
) -> Answered:
    """Return what *ask* gets from Yahoo, asking again after each failure but our own errors.

    Waits longer after each failure, four times as long when Yahoo says that it was asked too
    often.  Raises UnknownSymbol when Yahoo says that it has no such symbol, and Unavailable when
    *ask* failed in `line.tries` attempts; both say what was `wanted` and what to do `otherwise`.
    """
    _keep_cookies_in(line.place)
    for attempt in range(line.tries):
        try:
            with _asking():
                return ask()
        except MicrohedgeError:
            raise
        except Exception as error:  # of yfinance, curl, json, pandas: whatever was answered
            if _says_never(error):
                raise UnknownSymbol(
                    f"{ticker}: Yahoo has no {wanted} under this symbol; it may be misspelt or "
                    f"delisted, and {otherwise}"
                ) from error
            if attempt + 1 == line.tries:
                raise Unavailable(
                    f"{ticker}: Yahoo gave no {wanted} in {line.tries} "
                    f"{'try' if line.tries == 1 else 'tries'} ({_cause(error)}): "
                    f"try again later; {otherwise}"
                ) from error
            line.sleep(_wait(error, attempt))
    raise Unavailable(f"{ticker}: Yahoo was not asked; tries must be at least 1")


def ticker_on(line: Line, ticker: str) -> Any:
    """Return yfinance's object for a symbol, which asks over the line's session."""
    import yfinance as yf  # noqa: PLC0415  # 0.8 s

    return yf.Ticker(ticker, session=line.session or _session(line.timeout))


def _asked(ticker: str, since: date, now: datetime, line: Line) -> Answer:
    from yfinance.exceptions import YFTzMissingError  # noqa: PLC0415

    # beyond today: a split of this morning is applied already, and told only inside the range
    until = now.astimezone(UTC).date() + timedelta(days=2)
    asked = ticker_on(line, ticker)
    try:
        frame = asked.history(
            interval="1d",
            start=since,
            end=until,
            auto_adjust=False,
            actions=True,
            repair=False,
            keepna=True,
            timeout=line.timeout,
        )
    except YFTzMissingError:
        # its reason is lost: a broken server looks as an unknown symbol does; a request
        # without a start needs no time zone, and Yahoo's own reason comes out
        asked.history(period="5d", timeout=line.timeout)
        raise
    said = asked.get_history_metadata()
    # not all of it: it asks Yahoo again for what it lacks
    about = {name: said.get(name) for name in _WANTED}
    return _answer(ticker, frame, about)


def _answer(ticker: str, frame: pd.DataFrame, about: dict[str, Any]) -> Answer:
    """Translate yfinance's frame; a column that it lacks is an error of this attempt."""
    import pandas as pd  # noqa: PLC0415

    if frame.empty:
        raise LookupError("an answer without a single bar")
    names = ("Open", "High", "Low", "Close", "Volume", "Dividends", "Stock Splits")
    values = [frame[name].to_numpy(dtype=np.float64, copy=True) for name in names]
    local = pd.DatetimeIndex(frame.index).tz_localize(None)
    day = local.to_numpy().astype("datetime64[D]").astype(np.int32)
    listing = Listing(
        ticker=ticker,
        currency=str(about["currency"]),
        zone=str(about["exchangeTimezoneName"]),
        instrument=str(about["instrumentType"]),
        closes=_closes(about),
    )
    answer = Answer(listing, Columns(day, *values))
    if "Capital Gains" in frame:
        gains = frame["Capital Gains"].to_numpy(dtype=np.float64, copy=True)
        answer = with_capital_gains(answer, gains)
    return answer


def _closes(about: dict[str, Any]) -> datetime | None:
    period = about.get("currentTradingPeriod") or {}
    end = (period.get("regular") or {}).get("end")
    return None if end is None else datetime.fromtimestamp(end.timestamp(), UTC)


@cache
def _session(timeout: float) -> Any:
    """Return a session that waits no longer than asked: yfinance waits 30 s for a cookie."""
    from curl_cffi import requests  # noqa: PLC0415  # comes with yfinance

    class Impatient(requests.Session):  # type: ignore[type-arg]
        def request(self, *args: Any, **rest: Any) -> Any:
            return super().request(*args, **(rest | {"timeout": timeout}))

    return Impatient(impersonate="chrome")


@contextmanager
def _asking() -> Iterator[None]:
    """Forget what yfinance remembers, and let it raise and print nothing."""
    import yfinance as yf  # noqa: PLC0415
    from yfinance.data import YfData  # noqa: PLC0415

    # it keeps failed answers too, and gives them again for the life of the process
    YfData.cache_get.cache_clear()
    with _loud(yf), _quiet():
        yield


@contextmanager
def _loud(yf: Any) -> Iterator[None]:
    """Let yfinance raise what it would only log."""
    before = yf.config.debug.hide_exceptions
    yf.config.debug.hide_exceptions = False
    try:
        yield
    finally:
        yf.config.debug.hide_exceptions = before


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep yfinance's log and its warnings about pandas from the user: errors are raised."""
    log = logging.getLogger("yfinance")
    before = log.level
    log.setLevel(logging.CRITICAL + 1)
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", module=r"yfinance\b")
            yield
    finally:
        log.setLevel(before)


@cache
def _keep_cookies_in(place: Path) -> None:
    """Move yfinance's own small files; it opens them once in a process."""
    import yfinance as yf  # noqa: PLC0415

    place.mkdir(parents=True, exist_ok=True)
    yf.set_tz_cache_location(str(place))


def _says_never(error: Exception) -> bool:
    """Tell whether Yahoo itself says that there is no such symbol."""
    reason = str(getattr(error, "yahoo_reason", None) or "").lower()
    return any(words in reason for words in _NOT_THERE)


def _wait(error: Exception, attempt: int) -> float:
    """Seconds before the next attempt: 1, 2, 4 … with chance, so that many do not come at once."""
    slower = 4.0 if type(error).__name__ == "YFRateLimitError" else 1.0
    longest = min(slower * 2.0**attempt, LONGEST_WAIT)
    return longest * random.uniform(0.75, 1.0)


def _cause(error: Exception) -> str:
    said = " ".join(str(error).partition(" See http")[0].split())
    return f"{type(error).__name__}: {said[:100].rstrip('.')}" if said else type(error).__name__
