"""Which prices ship with microhedge; each file is proved to be the one that was shipped.

Every Parquet file is compared with the SHA-256 in the metadata beside it before it is read.  A
redistributor may drop files: what is left becomes the market.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from microhedge.calendar import to_date
from microhedge.errors import BadData
from microhedge.folders import folder as find_folder
from microhedge.market import Market
from microhedge.origin import Basis
from microhedge.series import Reference, Series
from microhedge.sources.parquet import days, floats, lean_memory, shipped, words
from microhedge.tape import Action

Floats = NDArray[np.float64]
Days = NDArray[np.int32]

BARS: Final = "equity_bars.parquet"
ACTIONS: Final = "corporate_actions.parquet"
INDICES: Final = "indices.parquet"
TREASURY: Final = "treasury_cmt_bp.parquet"
ADJUSTED: Final = ("total_return_prices.parquet", "factor_etf_prices.parquet")

# column of INDICES → symbol and key of its source in the metadata
_PRICE_INDICES: Final = {"spx_close": ("SPX", "spx"), "ixic_close": ("IXIC", "ixic")}
# value of the column `src` of BARS → key of its source in the metadata
_BAR_SOURCES: Final = {"wiki": "wiki", "yahoo-unsplit": "yahoo"}


def bundled(folder: Path | None = None) -> Market:
    """Load every shipped price, rate and volatility index from *folder*, or from the package's.

    Bars without their corporate actions are left out: a split would look like a crash.
    Raises BadData when a file is not the one its metadata describes, or none is there.
    """
    with lean_memory():
        return _bundled(folder or find_folder("data"))


def _bundled(place: Path) -> Market:
    series: list[Series] = []
    references: list[Reference] = []
    if loadable_bars(place):
        series += _raw(place)
    for name in ADJUSTED:
        if (place / name).is_file():
            series += _adjusted(place, name)
    if (place / INDICES).is_file():
        table, about = shipped(place, INDICES)
        series += _indices(table, about)
        references += _reference("VIX", table, "vix_close", 1.0, _made_by(about, "vix"))
    if (place / TREASURY).is_file():
        table, about = shipped(place, TREASURY)
        references += _reference("CMT3M", table, "m3", 1e-4, _made_by(about, "cmt"))
    if not series:
        raise BadData(
            f"{place} holds no prices: at least one of {BARS} with {ACTIONS}, "
            f"{', '.join(ADJUSTED)}, {INDICES} is needed"
        )
    return Market(series, references)


def loadable_bars(place: Path) -> bool:
    """Tell whether a folder holds bars together with their corporate actions."""
    return (place / BARS).is_file() and (place / ACTIONS).is_file()


def index_bars(folder: Path | None = None) -> Series | None:
    """Return the index with the opens of its file, which `bundled` leaves out; None without it.

    They are for inspection alone: in most years the file repeats the previous close.
    """
    place = folder or find_folder("data")
    if not (place / INDICES).is_file():
        return None
    table, about = shipped(place, INDICES)
    close, opens = floats(table, "spx_close"), floats(table, "spx_open")
    known = np.isfinite(close) & np.isfinite(opens)
    if not known.any():
        return None
    day = days(table, "date")[known]
    source = _made_by(about, "spx_ohlc")
    return _series("SPX", "price_index", day, close[known], source, opens=opens[known])


def _raw(place: Path) -> Iterator[Series]:
    table, about = shipped(place, BARS)
    actions = _actions(place)
    names, code = words(table, "symbol")
    origins, origin = words(table, "src")
    day = days(table, "date")
    columns = {n: floats(table, n) for n in ("close", "open", "high", "low", "volume")}
    for number, symbol in enumerate(names):
        rows = np.flatnonzero(code == number)
        if not len(rows):  # a filtered file keeps the words of its dictionary
            continue
        own = {name: values[rows] for name, values in columns.items()}
        source = _joined_source(about, origins, origin[rows], day[rows])
        yield _series(
            symbol,
            "raw",
            day[rows],
            own["close"],
            source,
            opens=own["open"],
            actions=actions.get(symbol, ()),
            high=own["high"],
            low=own["low"],
            volume=own["volume"],
        )


def _actions(place: Path) -> dict[str, tuple[Action, ...]]:
    table, _ = shipped(place, ACTIONS)
    found: dict[str, list[Action]] = {}
    columns = (table[n].to_pylist() for n in ("symbol", "kind", "value"))
    for day, symbol, kind, value in zip(days(table, "ex_date").tolist(), *columns, strict=True):
        found.setdefault(symbol, []).append(Action(day, kind, value))
    return {symbol: tuple(own) for symbol, own in found.items()}


def _joined_source(
    about: Mapping[str, Any], names: list[str], origin: NDArray[np.int32], day: Days
) -> str:
    """Name the packages behind one symbol's bars, each later one with its first session."""
    changes = np.flatnonzero(np.diff(origin, prepend=-1))
    parts = []
    for row in changes.tolist():
        since = f" from {to_date(int(day[row]))}" if row else ""
        parts.append(_made_by(about, _BAR_SOURCES[names[origin[row]]]) + since)
    return ", ".join(parts)


def _adjusted(place: Path, name: str) -> Iterator[Series]:
    table, about = shipped(place, name)
    (source,) = about["sources"]
    for symbol in table.column_names:
        if symbol != "date":
            close = floats(table, symbol)
            yield _series(
                symbol, "total_return", days(table, "date"), close, _made_by(about, source)
            )


def _indices(table: pa.Table, about: Mapping[str, Any]) -> Iterator[Series]:
    for column, (symbol, source) in _PRICE_INDICES.items():
        if column in table.column_names:
            close = floats(table, column)
            known = np.isfinite(close)
            if not known.any():
                continue
            day = days(table, "date")[known]
            yield _series(symbol, "price_index", day, close[known], _made_by(about, source))


def _reference(
    name: str, table: pa.Table, column: str, unit: float, source: str
) -> Iterator[Reference]:
    if column in table.column_names:
        value = floats(table, column)
        known = np.isfinite(value)
        day, value = days(table, "date")[known], value[known] * unit
        if not len(day):
            return
        value.flags.writeable = day.flags.writeable = False
        yield Reference(name, day, value, source, _digest(day, value))


def _series(
    symbol: str,
    basis: Basis,
    day: Days,
    close: Floats,
    source: str,
    *,
    opens: Floats | None = None,
    actions: tuple[Action, ...] = (),
    high: Floats | None = None,
    low: Floats | None = None,
    volume: Floats | None = None,
) -> Series:
    no_open = np.full(len(day), np.nan) if opens is None else opens
    said = np.frombuffer(repr([(a.day, a.kind, a.value) for a in actions]).encode(), np.uint8)
    return Series(
        symbol=symbol,
        basis=basis,
        day=day,
        close=close,
        open=no_open,
        actions=actions,
        source=source,
        sha256=_digest(day, close, no_open, said),
        high=high,
        low=low,
        volume=volume,
    )


def _digest(*columns: NDArray[Any]) -> str:
    """Hash what a series says, not how its file packs it: dropped columns change nothing."""
    digest = hashlib.sha256()
    for column in columns:
        digest.update(np.ascontiguousarray(column).data)
    return digest.hexdigest()


def _made_by(about: Mapping[str, Any], key: str) -> str:
    try:
        source = about["sources"][key]
        return f"{source['package']} {source['version']}"
    except (KeyError, TypeError) as error:
        raise BadData(f"the metadata of {about.get('file')} name no source {key!r}") from error
