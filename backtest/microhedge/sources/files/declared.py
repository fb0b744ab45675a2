"""What the user says about a file that the file cannot say itself."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal, TypeVar, get_args
from zoneinfo import ZoneInfo

from microhedge.errors import UsageError, nearest
from microhedge.exchange import Exchange, new_york
from microhedge.origin import Basis
from microhedge.sources.exchanges import exchange

Word = TypeVar("Word", bound=str)
Order = Literal["month-first", "day-first"]
BASES: Final[tuple[Basis, ...]] = ("raw", "price_index", "total_return")
ORDERS: Final[tuple[Order, ...]] = get_args(Order)
SAYABLE: Final = ("symbol", "basis", "currency", "decimal", "thousands", "zone", "dates")
"""What may be said of a file behind its name, as in "acme.csv:basis=raw,currency=EUR"."""

_THOUSANDS: Final = (",", ".", "'", "’", " ", "\u00a0", "\u202f", "_")


@dataclass(frozen=True, slots=True)
class Declared:
    """The declarations of one import, checked; None where the file itself is asked.

    `zone` is the time zone in which a time stamp's date is the session.  `dates` tells 03/04/2020
    apart.  `genuine` holds sessions whose jump is vouched for, though it looks like a split.
    `exchange` says which days are sessions.
    """

    symbol: str | None = None
    basis: Basis | None = None
    currency: str | None = None
    decimal: str = "."
    thousands: str | None = None
    zone: str | None = None
    dates: Order | None = None
    genuine: frozenset[date] = frozenset()
    exchange: Exchange = field(default_factory=new_york)


def declared(
    symbol: str | None,
    basis: str | None,
    currency: str | None,
    decimal: str,
    thousands: str | None,
    zone: str | None,
    dates: str | None,
    genuine: Iterable[date],
    calendar: str | Exchange | None,
) -> Declared:
    """Check the declarations; UsageError names the one that cannot be."""
    if symbol is not None and not symbol.strip():
        raise UsageError("symbol is empty: give the name the prices are filed under")
    if decimal not in {".", ","}:
        raise UsageError(f"decimal must be '.' or ',', was {decimal!r}")
    if thousands is not None and (thousands not in _THOUSANDS or thousands == decimal):
        raise UsageError(
            f"thousands must be one of {' '.join(map(repr, _THOUSANDS))} and not the decimal "
            f"sign {decimal!r}, was {thousands!r}"
        )
    if zone is not None:
        try:
            ZoneInfo(zone)
        except (ValueError, OSError, LookupError) as error:
            raise UsageError(
                f"no time zone {zone!r}: give a name as in 'America/New_York' or 'UTC'"
            ) from error
    return Declared(
        symbol=None if symbol is None else symbol.strip(),
        basis=_one_of("basis", basis, BASES),
        currency=None if currency is None else currency_code(currency),
        decimal=decimal,
        thousands=thousands,
        zone=zone,
        dates=_one_of("dates", dates, ORDERS),
        genuine=frozenset(genuine),
        exchange=exchange(calendar),
    )


def split_off(text: str) -> tuple[str, dict[str, str]]:
    """Return a file's name and what is said behind it, as in "acme.csv:basis=raw,decimal=,".

    A colon that no "name=" follows belongs to the name.  Raises UsageError for what nobody may say.
    """
    name, *words = re.split(r":(?=[A-Za-z_-]+=)", text, maxsplit=1)
    said: dict[str, str] = {}
    for pair in re.split(r",(?=[A-Za-z_-]+=)", words[0]) if words else ():
        key, _, value = pair.partition("=")
        if key not in SAYABLE:
            raise UsageError(
                f"{text}: nothing is called {key!r}{nearest(key, SAYABLE)}; of a file one may say "
                f"{', '.join(SAYABLE)}"
            )
        said[key] = value
    return name, said


def currency_code(text: str) -> str:
    """Return a currency's three letters; GBp, GBX and "pence" are pence, "GBX"."""
    word = text.strip()
    if word in {"GBp", "GBx"} or word.upper() in {"GBX", "PENCE"}:
        return "GBX"
    if len(word) == 3 and word.isascii() and word.isalpha():
        return word.upper()
    raise UsageError(f"currency must be three letters as in USD, or GBX for pence, was {text!r}")


def _one_of(name: str, word: str | None, known: tuple[Word, ...]) -> Word | None:
    for each in known:
        if word == each:
            return each
    if word is None:
        return None
    raise UsageError(
        f"{name} must be one of {', '.join(known)}, was {word!r}{nearest(word, known)}"
    )
