"""Which symbols a file holds, which rows are whose, and in which currency they are."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from microhedge.calendar import to_date
from microhedge.errors import UnknownSymbol, UsageError, nearest
from microhedge.sources.files.declared import Declared, currency_code
from microhedge.sources.files.grid import Grid
from microhedge.sources.files.layout import Layout
from microhedge.sources.files.refusals import Refused, shown
from microhedge.sources.files.rows import Dropped
from microhedge.sources.files.zones import Dated

Rowmask = NDArray[np.bool_]

_LISTINGS: Final = {
    "L": "GBX", "DE": "EUR", "F": "EUR", "PA": "EUR", "AS": "EUR", "MI": "EUR", "MC": "EUR",
    "BR": "EUR", "VI": "EUR", "HE": "EUR", "SW": "CHF", "ST": "SEK", "OL": "NOK", "CO": "DKK",
    "TO": "CAD", "T": "JPY", "HK": "HKD", "AX": "AUD", "NS": "INR", "BO": "INR", "SA": "BRL",
}  # fmt: skip
"""What follows the full stop of a foreign listing → the currency its prices are usually in."""


def parts_of(
    table: Grid, plan: Layout, said: Declared, place: Path, when: Dated, known: Rowmask
) -> tuple[dict[str, Rowmask], str, list[Dropped]]:
    """Return the rows of each symbol, where the names came from, and the rows of no series."""
    if plan.form == "one symbol":
        name, told = _lone_name(said, place)
        return {name: known}, told, []
    if plan.form == "wide":
        parts = dict.fromkeys(plan.fields, known)
        if said.symbol is not None and len(parts) == 1:
            return {said.symbol: known}, "as declared", []
        return _selected(parts, said.symbol), "from the header", []
    assert plan.symbol is not None
    cells = table.columns[plan.symbol]
    if pa.types.is_nested(cells.type) or pa.types.is_binary(cells.type):
        raise Refused(f"column {table.name(plan.symbol)!r} holds {cells.type}", "symbol-missing")
    coded = cells.cast(pa.string()).dictionary_encode()
    words = [("" if w is None else str(w)).strip() for w in coded.dictionary.to_pylist()]
    code = np.array([-1 if c is None else c for c in coded.indices.to_pylist()])
    blank = known & ((code < 0) | np.isin(code, [n for n, w in enumerate(words) if not w]))
    if blank.any():
        row = int(np.argmax(blank))
        raise Refused(f"{table.place(row)} has no symbol: give it one", "symbol-missing")
    parts = {}
    for number, word in enumerate(words):
        own = known & (code == number)
        if own.any():
            parts[word] = parts.get(word, np.zeros(len(code), dtype=bool)) | own
    chosen = _selected(parts, said.symbol)
    others = known & ~np.logical_or.reduce(list(chosen.values()))
    dropped = []
    if others.any():
        first = to_date(int(when.day[others].min()))
        count = int(np.count_nonzero(others))
        dropped.append(Dropped("*", "of symbols not asked for", count, first))
    return chosen, f"from column {table.name(plan.symbol)!r}", dropped


def _lone_name(said: Declared, place: Path) -> tuple[str, str]:
    if said.symbol is not None:
        return said.symbol, "as declared"
    name = place.stem
    if not re.fullmatch(r"\^?[A-Za-z0-9]{1,6}([.=-][A-Za-z0-9]{1,3})?", name):
        raise Refused(
            f"nothing names the symbol, and {shown(name)} does not look like one: declare symbol",
            "no-symbol",
        )
    return name.upper(), "from the file's name"


def _selected(parts: Mapping[str, Rowmask], wanted: str | None) -> dict[str, Rowmask]:
    if wanted is None:
        return dict(parts)
    if wanted not in parts:
        names = ", ".join(list(parts)[:8])
        raise UnknownSymbol(
            f"the file has no prices for {wanted!r}{nearest(wanted, parts)}; it has {names}"
        )
    return {wanted: parts[wanted]}


def currency_of(
    table: Grid, plan: Layout, said: Declared, known: Rowmask
) -> tuple[str | None, str | None]:
    """Return the currency that was declared or that a column holds, and how it is known."""
    if plan.currency is None:
        return said.currency, None if said.currency is None else f"{said.currency}, as declared"
    cells = table.columns[plan.currency]
    if not (pa.types.is_string(cells.type) or pa.types.is_large_string(cells.type)):
        raise Refused(
            f"column {table.name(plan.currency)!r} holds no currencies", "currency-unknown"
        )
    words = {w.strip() for w, k in zip(cells.to_pylist(), known.tolist(), strict=True) if k and w}
    try:
        found = {currency_code(word) for word in words if word}
    except UsageError as error:
        raise Refused(str(error), "currency-unknown") from error
    if len(found | ({said.currency} - {None})) > 1:
        names = ", ".join(sorted(found))
        also = f" and {said.currency} was declared" if said.currency else ""
        raise Refused(
            f"its prices are in {names}{also}: one file has one currency (GBX is pence)",
            "two-currencies",
        )
    if not found:
        return said.currency, said.currency
    return next(iter(found)), f"{next(iter(found))}, from column {table.name(plan.currency)!r}"


def home_currency(name: str) -> str:
    """Return US dollars; Refused for a foreign listing, whose prices are in something else."""
    _, dot, listing = name.upper().rpartition(".")
    if dot and listing in _LISTINGS:
        raise Refused(
            f"{name} is a foreign listing and no column names its currency: declare it, usually "
            f"currency={_LISTINGS[listing]!r}",
            "currency-unknown",
        )
    return "USD"
