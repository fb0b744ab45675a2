"""Which defects are in the prices at hand, and what is there?  Nothing is repaired."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

import numpy as np

from microhedge.calendar import to_date
from microhedge.counting import count_of
from microhedge.exchange import Exchange
from microhedge.folders import folder as find_folder
from microhedge.market import Market
from microhedge.origin import Basis
from microhedge.series import Reference, Series
from microhedge.sources import cross_checks, price_defects
from microhedge.sources.bundled import BARS, bundled, index_bars, loadable_bars
from microhedge.sources.findings import CODES, Finding


@dataclass(frozen=True, slots=True)
class Row:
    """One line of `microhedge data list`; `sessions`, `splits` and `dividends` are counts."""

    symbol: str
    basis: Basis | Literal["reference"]
    first: date
    last: date
    sessions: int
    splits: int
    dividends: int
    source: str


def check(market: Market) -> tuple[Finding, ...]:
    """Return every defect found in a market, ordered by kind, symbol and day.

    Prices are judged by the sessions of the market's exchange, references by New York's.
    """
    found: list[Finding] = []
    everything = [series for symbol in market.symbols for series in _all_of(market, symbol)]
    for series in everything:
        found += _alone(series, market.exchange)
        others = [other for other in _all_of(market, series.symbol) if other is not series]
        found += price_defects.large_returns(series, others[0] if others else None)
    for symbol in market.symbols:
        raw, adjusted = (market.series(symbol, basis) for basis in ("raw", "total_return"))
        if raw is not None and adjusted is not None:
            found += cross_checks.closes_disagree(raw, adjusted)
    found += cross_checks.twins(everything)
    priced = np.unique(np.concatenate([np.empty(0, np.int32), *(s.day for s in everything)]))
    for reference in _known(market):
        found += cross_checks.reference_gaps(reference)
        found += cross_checks.reference_short(reference, priced)
    return _ordered(found)


def check_shipped(
    folder: Path | None = None, *, exchange: Exchange | None = None
) -> tuple[Finding, ...]:
    """Check the shipped market, and what its files hold but the market does not use.

    Its prices are judged by the sessions of `exchange`, by default New York's.
    """
    place = folder or find_folder("data")
    market = bundled(place)
    if exchange is not None:
        market = market.at(exchange)
    found = list(check(market))
    opens = index_bars(place)
    if opens is not None:
        found += price_defects.repeated_opens(opens)
    if (place / BARS).is_file() and not loadable_bars(place):
        first = min(series.first for s in market.symbols for series in _all_of(market, s))
        sentence = f"{BARS} was not loaded: without corporate actions a split looks like a crash"
        found.append(Finding("bars-left-out", "*", first, 0, sentence))
    return _ordered(found)


def counted(market: Market) -> Iterator[str]:
    """Say for each symbol of a market how many findings of which kinds there are, where any."""
    found: dict[str, list[Finding]] = {}
    for one in check(market):
        if one.symbol in market.symbols:
            found.setdefault(one.symbol, []).append(one)
    for symbol, those in found.items():
        kinds = ", ".join(dict.fromkeys(one.code for one in those))
        count = count_of(len(those), "finding")
        asked = " ".join(["microhedge data check", symbol, *market.words])
        yield f"{symbol}: {count} about its prices ({kinds}); {asked} tells each"


def describe(market: Market) -> tuple[Row, ...]:
    """Return what a market holds: a row for each symbol and basis, then one for each reference."""
    rows = []
    for symbol in market.symbols:
        for one in _all_of(market, symbol):
            splits = sum(action.kind == "split" for action in one.actions)
            counts = (len(one.day), splits, len(one.actions) - splits)
            rows.append(Row(symbol, one.basis, one.first, one.last, *counts, one.source))
    for reference in _known(market):
        first, last = (to_date(int(reference.day[row])) for row in (0, -1))
        counts = (len(reference.day), 0, 0)
        rows.append(Row(reference.name, "reference", first, last, *counts, reference.source))
    return tuple(rows)


def _all_of(market: Market, symbol: str) -> Iterator[Series]:
    for basis in market.bases(symbol):
        series = market.series(symbol, basis)
        if series is not None:
            yield series


def _known(market: Market) -> Iterator[Reference]:
    return (reference for reference in market.references if len(reference.day))


def _alone(series: Series, exchange: Exchange) -> Iterator[Finding]:
    yield from price_defects.stale_bars(series)
    yield from price_defects.unchanged_closes(series)
    yield from price_defects.impossible_bars(series)
    yield from price_defects.no_volume(series)
    yield from price_defects.wrong_sessions(series, exchange)
    yield from price_defects.sub_cent_closes(series)
    yield from price_defects.repeated_opens(series)
    yield from price_defects.rounding_noise(series)
    yield from cross_checks.odd_actions(series)
    yield from cross_checks.suspected_specials(series)


def _ordered(found: list[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(found, key=lambda f: (CODES.index(f.code), f.symbol, f.day)))
