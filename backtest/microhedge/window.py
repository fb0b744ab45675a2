"""On which sessions are several hedges of one holding played, and with which assumptions?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from microhedge.calendar import to_date
from microhedge.errors import ParameterError
from microhedge.hedge import Hedge, returns_needed
from microhedge.market import Market
from microhedge.tape import Tape
from microhedge.vol_choice import VolChoice
from microhedge.yardsticks import MACRO_WINDOW

INDEX = "SPX"
FEWEST_SESSIONS = 60


def laid(
    hedges: Sequence[Hedge],
    market: Market,
    *,
    warmup: int,
    start: date | None,
    end: date | None,
    rate: float | None,
    index_dividend: float,
    what: str,
    rest: Sequence[str] = (),
    volume: bool = False,
) -> Tape:
    """Lay every symbol that the hedges name, the index, and what the rest holds, on one tape.

    `warmup` is the number of returns before the first decision, `what` the name of the request;
    `volume` asks for volumes too.
    Raises NotCovered where fewer than 60 sessions are left, and the errors of `Market.tape`.
    """
    named = [symbol for hedge in hedges for symbol in hedge.symbols]
    symbols = dict.fromkeys([*named, INDEX, *rest])
    tape = market.tape(
        symbols,
        start=start,
        end=end,
        warmup=warmup,
        rate=rate,
        index_dividend=index_dividend,
        volume=volume,
        least=FEWEST_SESSIONS,
        shortest=MACRO_WINDOW,
    )
    tape.need_daily(what)
    return tape


def warmup_of(hedges: Sequence[Hedge], vols: Sequence[VolChoice]) -> int:
    """Return the returns that must lie before the first decision of every run."""
    return max(MACRO_WINDOW, *(one.returns_needed for one in vols), *map(returns_needed, hedges))


def traded(market: Market, symbol: str, warmup: int, end: date) -> str:
    """Say which window the prices as traded of a symbol cover."""
    series = market.series(symbol, "raw")
    if series is None or len(series.day) <= FEWEST_SESSIONS:
        return f"there are no prices as traded of {symbol}, so hedge with shares sold short instead"
    first = to_date(int(series.day[min(warmup, len(series.day) - FEWEST_SESSIONS)]))
    last = f" and --end {series.last} or earlier" if series.last < end else ""
    return f"choose --start {first} or later{last}"


def check_assumptions(rate: float | None, index_dividend: float, seed: int) -> None:
    """Refuse what can only be a slip, such as per cent where fractions are meant."""
    for name, value, low in (("rate", rate, -0.1), ("index_dividend", index_dividend, 0.0)):
        if value is not None and not low <= value <= 0.5:
            hint = f": did you mean {value / 100:g}?" if 0.5 < value <= 50.0 else ""
            raise ParameterError(
                f"{name} {value:g} is not a fraction a year from {low:g} to 0.5{hint}"
            )
    if seed < 0:
        raise ParameterError(f"seed must be 0 or more, was {seed}")
