"""How several files make one market, beside shipped prices or alone."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from microhedge.exchange import Exchange
from microhedge.market import Market
from microhedge.series import Series
from microhedge.sources.exchanges import exchange
from microhedge.sources.files.declared import SAYABLE, split_off
from microhedge.sources.files.importing import import_prices
from microhedge.sources.files.refusals import Refused
from microhedge.sources.findings import Finding


def file_market(
    paths: Iterable[Path | str],
    *,
    beside: Market | None = None,
    calendar: str | Exchange | None = None,
    **declared: Any,
) -> tuple[Market, tuple[Finding, ...]]:
    """Read several files into one market; `declared` are the keywords of `import_prices`.

    With *beside* its references (rates, volatility) and the symbols that no file has are added;
    a symbol from a file replaces the other market's wholly.  The findings are those of the files;
    the market's notes tell them by kind.  `calendar` is the exchange of the files and of the
    market; by default that of *beside*, or New York.
    A path that is a text may end in declarations for that file alone, "acme.csv:basis=raw".
    Refused when two files have the same symbol, or their prices are in two currencies.
    """
    made: dict[str, Series] = {}
    found: list[Finding] = []
    places: dict[str, str] = {}
    if calendar is None and beside is not None:
        calendar = beside.exchange
    at = exchange(calendar)
    for path in paths:
        file, own = split_off(path) if isinstance(path, str) else (path, {})
        one = import_prices(file, calendar=at, **declared | own)
        word = _word(str(path), {k: v for k, v in declared.items() if k not in own})
        found += one.findings
        for series in one.series:
            if series.symbol in made:
                raise Refused(
                    f"{path}: {series.symbol} is in {places[series.symbol]} already: keep one",
                    "symbol-twice",
                )
            made[series.symbol], places[series.symbol] = series, word
    if not made:
        raise Refused("no file was named: name at least one", "no-file")
    first = next(iter(made.values()))
    for series in made.values():
        if series.currency != first.currency:
            raise Refused(
                f"{places[series.symbol]}: {series.symbol} is in {series.currency} and "
                f"{first.symbol} in {first.currency}: a run has one currency, convert one of them",
                "two-currencies",
            )
    told = _told(found)
    words = [f"--prices {shlex.quote(str(path))}" for path in dict.fromkeys(places.values())]
    words += [] if at.is_new_york else [f"--calendar {at.code}"]
    words += [f"--genuine {day}" for day in declared.get("genuine", ())]
    if beside is None:
        return Market(made.values(), notes=told, words=words, exchange=at), tuple(found)
    others = [
        other
        for symbol in beside.symbols
        if symbol not in made
        for basis in beside.bases(symbol)
        if (other := beside.series(symbol, basis)) is not None
    ]
    together = Market(
        [*made.values(), *(one for one in others if one.currency == first.currency)],
        beside.references,
        notes=(*beside.notes, *told),
        words=dict.fromkeys((*beside.words, *words)),
        exchange=at,
    )
    foreign = {
        one.symbol: f"the prices of {one.symbol} at hand are in {one.currency} and those of "
        f"{first.symbol} in {first.currency}, and a run has one currency: give a file of "
        f"{'an index' if one.basis == 'price_index' else 'prices'} in {first.currency} named "
        f"{one.symbol} (docs/own-prices.md)"
        for one in others
        if one.currency != first.currency
    }
    return together.lacking(foreign), tuple(found)


def _word(path: str, declared: dict[str, Any]) -> str:
    """Spell a file with what was said of it, as `--prices` takes it."""
    said = [f"{k}={v}" for k, v in declared.items() if k in SAYABLE and v is not None]
    if not said:
        return path
    return f"{path}{',' if split_off(path)[1] else ':'}{','.join(said)}"


def _told(found: list[Finding]) -> list[str]:
    """Return a line for each kind of finding of a symbol: how many, and the first."""
    kinds: dict[tuple[str, str], list[Finding]] = {}
    for one in found:
        kinds.setdefault((one.symbol, one.code), []).append(one)
    lines = []
    for (symbol, code), same in kinds.items():
        first = same[0]
        text = f"{symbol}, {first.day}: {first.sentence}"
        if len(same) > 1:
            text = f"{symbol}: {len(same)} × {code}, the first on {first.day}: {first.sentence}"
        # a minus sign, but not the hyphen of a date
        lines.append(re.sub(r"(?<!\w)-(?=\d)", "\u2212", text))
    return lines
