"""Which bonds can a hedge hold: model bonds from the yields that ship, and issuers' from a file?

A *model bond* is an index of one bond at par that is sold and bought anew every evening at a
shipped yield.  UST10, UST20 and UST30 follow the constant-maturity par yields of the Treasury;
MOODYS-AAA and MOODYS-BAA stand for an issuer's bond, by Moody's monthly averages, which are known
from the first session of the next month on.  Between two values the last one is carried forward,
but not over more than 45 days: nobody had a price there, and a bond begins after such a hole.

An *issuer's bond* takes its clean prices from a file of one's own and its terms from a text such as
"F-5.75-2028:coupon=5.75,maturity=2028-05-15,default=2009-06-01,recovery=0.4,prices=ford.csv".
Without `prices` it takes those that the market has under its symbol.
"""

from __future__ import annotations

import hashlib
import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from math import isfinite
from pathlib import Path
from typing import Final, cast, get_args

import numpy as np

from microhedge.calendar import day_number, to_date
from microhedge.errors import BadData, NotCovered, ParameterError, UnknownSymbol, nearest
from microhedge.folders import folder as find_folder
from microhedge.instruments import FACE, Bond, BondIndex, Grade
from microhedge.language import mark
from microhedge.market import Market
from microhedge.pricing.bonds import accrued, coupon_dates, renewed
from microhedge.series import Series
from microhedge.sources.files.importing import import_prices
from microhedge.sources.parquet import days, floats, shipped
from microhedge.tape import Action, Days, Floats

TREASURY: Final = "treasury_cmt_bp.parquet"
MOODYS: Final = "moodys_monthly.parquet"

# symbol → its index, file, column and the unit of the column
_MODELS: Final = {
    "UST10": (BondIndex("UST10", mark("US Treasury"), 10.0, "treasury"), TREASURY, "y10", 1e-4),
    "UST20": (BondIndex("UST20", mark("US Treasury"), 20.0, "treasury"), TREASURY, "y20", 1e-4),
    "UST30": (BondIndex("UST30", mark("US Treasury"), 30.0, "treasury"), TREASURY, "y30", 1e-4),
    "MOODYS-AAA": (
        BondIndex("MOODYS-AAA", mark("firms that Moody's rates Aaa"), 20.0, monthly=True),
        MOODYS,
        "aaa_pct",
        1e-2,
    ),
    "MOODYS-BAA": (
        BondIndex("MOODYS-BAA", mark("firms that Moody's rates Baa"), 20.0, monthly=True),
        MOODYS,
        "baa_pct",
        1e-2,
    ),
}
MODEL_BONDS: Final = tuple(_MODELS)

_FIRST: Final = day_number(date(1990, 1, 1))
"""Where model bonds begin at the earliest, as the other series do."""
_HOLE: Final = 45
"""Days between two yields over which the first is not carried: there was no such bond then."""
_LATE: Final = 5
"""Sessions that may lie between the last price of a bond and the event that ends it."""


@dataclass(frozen=True, slots=True)
class Given:
    """An issuer's bond as it was described, how it failed, and the file of its clean prices."""

    text: str
    bond: Bond
    default: date | None = None
    recovery: float = 0.4
    prices: Path | None = None


def with_model_bonds(
    market: Market, symbols: Iterable[str] | None = None, folder: Path | None = None
) -> Market:
    """Return the market with the model bonds that `symbols` name, by default all of them.

    A symbol of which the market has prices already keeps them.
    """
    wanted = set(MODEL_BONDS if symbols is None else symbols) - set(market.symbols)
    place = folder or find_folder("data")
    made = [
        _model(market, symbol, place)
        for symbol in MODEL_BONDS
        if symbol in wanted and (place / _MODELS[symbol][1]).is_file()
    ]
    return market.with_bonds(made) if made else market


def model_bond(symbol: str, day: Days, par: Floats, last: int, sessions: Days) -> Series:
    """Return a model bond from yields that are known from a day on, up to the session `last`.

    `par` are fractions a year, NaN where nothing is known; `sessions` are those of the market.
    """
    known = np.isfinite(par)
    day, par = day[known], par[known]
    holes = np.flatnonzero(np.diff(day) > _HOLE)
    if len(holes):
        day, par = day[holes[-1] + 1 :], par[holes[-1] + 1 :]
    axis = sessions[(sessions >= max(int(day[0]), _FIRST)) & (sessions <= last)]
    carried = par[np.searchsorted(day, axis, side="right") - 1]
    index = _MODELS[symbol][0]
    close = FACE * renewed(carried, np.diff(axis).astype(float), index.years)
    kind = "par yield" if index.grade == "treasury" else "Moody's monthly yield, a proxy"
    return Series(
        symbol=symbol,
        basis="bond",
        day=axis.astype(np.int32),
        close=close,
        open=np.full(len(axis), np.nan),
        actions=(),
        source=f"model: a par bond of {index.years:g} years by its {kind}",
        sha256=_digest(axis, close, ""),
        bond=index,
    )


def _model(market: Market, symbol: str, place: Path) -> Series:
    index, name, column, unit = _MODELS[symbol]
    table, _ = shipped(place, name)
    day, par = days(table, "date"), floats(table, column) * unit
    sessions = market.exchange.days
    if not index.monthly:
        return model_bond(symbol, day, par, int(day[-1]), sessions)
    known, last = known_from(day)
    return model_bond(symbol, known, par, last, sessions)


def known_from(month: Days) -> tuple[Days, int]:
    """Return the days from which averages of months are known, and the last day of the last one.

    Months are stamped with their first day.  An average is known when its month is over; it is the
    latest one until the next month is over too.
    """
    following = np.timedelta64(1, "M")
    after = month.astype("datetime64[D]").astype("datetime64[M]") + following
    known = after.astype("datetime64[D]").astype(np.int32)
    last = (after[-1] + following).astype("datetime64[D]").astype(np.int32) - 1
    return known, int(last)


def given_bond(text: str) -> Given:
    """Read a bond from "SYMBOL:coupon=5.75,maturity=2028-05-15" and what else is known of it.

    Also issuer, freq (2), grade (investment, high-yield or treasury), default (a date), recovery
    (0.4) and prices (a file).  Raises ParameterError for what cannot be read.
    """
    symbol, colon, tail = text.partition(":")
    said: dict[str, str] = {}
    for pair in filter(None, tail.split(",")):
        key, equals, value = pair.partition("=")
        key = key.strip()
        if key not in _KEYS:
            raise ParameterError(
                f"a bond has no {key!r}{nearest(key, _KEYS)}; there are {', '.join(_KEYS)}"
            )
        if not equals:
            raise ParameterError(f"{pair!r} in {text!r} has no value: write {pair}=…")
        said[key] = value.strip()
    missing = [key for key in ("coupon", "maturity") if key not in said]
    if not (symbol and colon) or missing:
        raise ParameterError(
            f"{text!r} is no bond: write SYMBOL:coupon=5.75,maturity=2028-05-15 with the coupon "
            "as percent of face a year"
        )
    grade = said.get("grade", "investment")
    if grade not in get_args(Grade):
        raise ParameterError(
            f"grade was {grade!r}{nearest(grade, get_args(Grade))}; it is one of "
            f"{', '.join(get_args(Grade))}"
        )
    bond = Bond(
        issuer=said.get("issuer", symbol.partition("-")[0]),
        coupon=_number("coupon", said["coupon"]),
        maturity=_date("maturity", said["maturity"]),
        freq=int(_number("freq", said.get("freq", "2"))),
        grade=cast("Grade", grade),
        symbol=symbol,
    )
    ended = _date("default", said["default"]) if "default" in said else None
    if ended is not None and ended >= bond.maturity:
        raise ParameterError(f"default was {ended}; {symbol} is paid back on {bond.maturity}")
    if ended is None and "recovery" in said:
        raise ParameterError("recovery needs a default: add default=DATE")
    recovery = _number("recovery", said.get("recovery", "0.4"))
    if not 0.0 < recovery <= 1.0:
        raise ParameterError(
            f"recovery was {recovery:g}; it is a part of the face above 0 and at most 1"
        )
    return Given(text, bond, ended, recovery, Path(said["prices"]) if "prices" in said else None)


_KEYS: Final = ("coupon", "maturity", "issuer", "freq", "grade", "default", "recovery", "prices")


def _number(name: str, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        raise ParameterError(f"{name} must be a number, was {text!r}") from None
    if not isfinite(value):
        raise ParameterError(f"{name} must be a number, was {text!r}")
    return value


def _date(name: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ParameterError(f"{name} must be a date as in 2028-05-15, was {text!r}") from None


def with_given_bonds(market: Market, texts: Iterable[str]) -> Market:
    """Return the market with some of its series taken as clean prices of bonds.

    Raises the errors of `given_bond`, UnknownSymbol for a bond without prices, BadData for prices
    that cannot be a bond's, and NotCovered for a default long after the last price.
    """
    given = [given_bond(text) for text in texts]
    series = [issued(market, one) for one in given]
    words = [f"--bond-terms {shlex.quote(one.text)}" for one in given]
    return market.with_bonds(series, words=words)


def issued(market: Market, given: Given) -> Series:
    """Return the full prices of an issuer's bond, with all that it pays, from its clean ones."""
    bond, symbol = given.bond, given.bond.symbol
    clean = _clean(market, given)
    if clean.bar is not None or any(action.value for action in clean.actions):
        raise BadData(f"{symbol}: a bond has daily clean prices, and no splits or dividends")
    end, worth = day_number(bond.maturity), FACE
    if given.default is not None:
        end, worth = day_number(given.default), given.recovery * FACE
    before = clean.day < end
    if not before.any():
        raise BadData(f"{symbol} has no price before {to_date(end)}, on which it ends")
    full = clean.close + np.array([accrued(bond, to_date(int(day))) for day in clean.day])
    day, close = clean.day[before], full[before]
    first, last = int(day[0]), int(day[-1])
    paid = [
        Action(day_number(when), "coupon", bond.coupon / bond.freq)
        for when in coupon_dates(bond, to_date(first))
        if day_number(when) < end or given.default is None
    ]
    following = market.exchange.sessions(last + 1, max(end, _latest(market)))
    late = following[following < end]
    ends = clean.day[-1] >= end or len(late) <= _LATE
    if given.default is not None and not ends:
        raise NotCovered(
            f"{symbol} has no price after {to_date(last)}, {len(late)} sessions before its "
            f"default on {given.default}: at most {_LATE} may be missing"
        )
    if ends:
        # what was paid, which nobody holds any more
        after = following[following >= end]
        day = np.concatenate((day, after.astype(np.int32)))
        close = np.concatenate((close, np.full(len(after), worth)))
        paid.append(Action(end, "default" if given.default else "redemption", worth))
    return Series(
        symbol=symbol,
        basis="bond",
        day=day,
        close=close,
        open=np.full(len(day), np.nan),
        actions=tuple(paid),
        source=f"{clean.source}, clean prices with the accrued interest of {bond.coupon:g}%",
        sha256=_digest(day, close, repr(paid)),
        currency=clean.currency,
        origin=clean.origin,
        bond=bond,
    )


def _digest(day: Days, close: Floats, paid: str) -> str:
    found = hashlib.sha256(day.astype("<i4").tobytes())
    found.update(close.astype("<f8").tobytes())
    found.update(paid.encode())
    return found.hexdigest()


def _clean(market: Market, given: Given) -> Series:
    symbol = given.bond.symbol
    if given.prices is None:
        if symbol not in market.symbols:
            hint = nearest(symbol, market.symbols)
            raise UnknownSymbol(
                f"no prices for the bond {symbol!r}{hint}: name the file of its clean prices, as "
                f"in {given.text},prices=FILE"
            )
        return next(
            one
            for basis in market.bases(symbol)
            if (one := market.series(symbol, basis)) is not None
        )
    # a bond is not split, so that every jump is genuine, and nothing of it is adjusted
    genuine = map(to_date, market.exchange.days.tolist())
    said = {"symbol": symbol, "basis": "raw"}
    found = import_prices(given.prices, **said, genuine=genuine, calendar=market.exchange)
    return found.series[0]


def _latest(market: Market) -> int:
    known: Mapping[str, int] = {
        symbol: max(
            day_number(one.last)
            for basis in market.bases(symbol)
            if (one := market.series(symbol, basis)) is not None
        )
        for symbol in market.symbols
    }
    return max(known.values())
