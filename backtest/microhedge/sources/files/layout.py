"""Which column of a file is what: date, symbol, close, … or one symbol a column."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from microhedge.sources.files.grid import Grid
from microhedge.sources.files.refusals import Refused

Form = Literal["one symbol", "long", "wide"]

# role → the names it goes by, in small letters and digits alone
NAMES: Final[Mapping[str, frozenset[str]]] = {
    role: frozenset(words.split())
    for role, words in {
        "date": "date datetime time timestamp day tradedate tradingday tradingdate exdate",
        "symbol": "symbol ticker sym ric instrument name",
        "open": "open openprice pxopen",
        "high": "high highprice pxhigh",
        "low": "low lowprice pxlow",
        "close": "close closelast closeprice closingprice last lastprice price pxlast settle",
        "adjusted": "adjclose adjustedclose adjcloseprice adjustedcloseprice closeadj "
        "closeadjusted adjprice adjustedprice",
        "volume": "volume vol totalvolume shares pxvolume",
        "dividend": "dividends dividend divcash dividendamount cashdividend exdividend",
        "gains": "capitalgains capitalgain",
        "split": "stocksplits stocksplit splits split splitfactor splitratio splitcoefficient",
        "merger": "merger mergercash cashmerger dealprice",
        "delisting": "delisting delistingprice delistingvalue recovery",
        "currency": "currency ccy curr",
    }.items()
}
_INDEX: Final = frozenset({"", "index", "unnamed0", "indexlevel0"})
"""What pandas calls an index without a name."""
_NOT_WIDE: Final = frozenset({"symbol", "high", "volume", "dividend", "split"})
"""Columns beside a close; "open" and "low" are not here, as OPEN and LOW are shares too."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Where things stand: column numbers by role, for each symbol that has columns of its own.

    With the form "wide" `fields` has one entry a symbol; otherwise one, under the name "".
    """

    form: Form
    date: int
    symbol: int | None
    currency: int | None
    fields: Mapping[str, Mapping[str, int]]
    ignored: tuple[int, ...]


def layout(grid: Grid) -> Layout:
    """Tell which column is what; Refused when one that is needed is missing or there twice."""
    if max(map(len, grid.names)) == 2 and sum(bool(n[-1]) for n in grid.names) > 1:
        return _two_headers(grid)
    roles = [_role(name[0]) for name in grid.names]
    date = _date(grid, roles)
    others = [number for number in range(len(roles)) if number != date]
    if not any(roles[n] in {"close", "adjusted"} for n in others):
        symbols = [n for n in others if grid.names[n][0]]
        if not _NOT_WIDE.isdisjoint(roles) or all(roles[n] for n in symbols):
            unknown = [grid.names[n][0] for n in symbols if not roles[n]]
            which = repr(unknown[0]) if len(unknown) == 1 else "one"
            taken = [grid.names[n][0] for n in symbols if roles[n] in _NOT_WIDE]
            share = f"; a share called {taken[0]} needs a file of its own" if unknown else ""
            raise Refused(
                f"has no column that can be the close among {_listed(grid)}: "
                f"name {which} 'close'{share}",
                "no-close",
            )
        fields = {}
        for number in symbols:
            name = grid.names[number][0]
            if name in fields:
                raise Refused(f"has two columns named {name!r}: keep one", "columns-twice")
            fields[name] = {"close": number}
        return Layout("wide", date, None, None, fields, ())
    known: dict[str, int] = {}
    for number in others:
        role = roles[number]
        if role in known:
            raise Refused(
                f"has two columns that can be the {role}, {grid.name(known[role])!r} and "
                f"{grid.name(number)!r}: rename or remove one",
                "columns-twice",
            )
        if role and role != "date":
            known[role] = number
    symbol, currency = known.pop("symbol", None), known.pop("currency", None)
    used = {date, symbol, currency, *known.values()}
    ignored = tuple(n for n in others if n not in used)
    form: Form = "one symbol" if symbol is None else "long"
    return Layout(form, date, symbol, currency, {"": known}, ignored)


def _two_headers(grid: Grid) -> Layout:
    dated = [n for n, name in enumerate(grid.names) if not all(name)]
    roles = [_role(grid.names[n][0] or grid.names[n][1]) for n in dated]
    named = [n for n, role in zip(dated, roles, strict=True) if role == "date"] or dated[:1]
    if not named:
        raise Refused(f"has no column that can be the date among {_listed(grid)}", "no-date-column")
    rest = [n for n in range(len(grid.names)) if n not in dated]
    level = next((k for k in (0, 1) if all(_role(grid.names[n][k]) for n in rest)), None)
    if level is None:
        raise Refused(
            f"has two header rows, and neither holds only names as Close and Volume: "
            f"{_listed(grid)}",
            "two-headers",
        )
    fields: dict[str, dict[str, int]] = {}
    for number in rest:
        own = fields.setdefault(grid.names[number][1 - level], {})
        role = _role(grid.names[number][level])
        if role in own:
            raise Refused(f"has two columns {grid.name(number)!r}: keep one", "columns-twice")
        own[role] = number
    lacking = [s for s, own in fields.items() if not {"close", "adjusted"} & set(own)]
    if lacking:
        raise Refused(f"has no column that can be the close of {lacking[0]}", "no-close")
    ignored = tuple(n for n in dated if n != named[0])
    return Layout("wide", named[0], None, None, fields, ignored)


def _date(grid: Grid, roles: list[str]) -> int:
    found = [n for n, role in enumerate(roles) if role == "date"]
    if len(found) > 1:
        raise Refused(
            f"has two columns that can be the date, {grid.name(found[0])!r} and "
            f"{grid.name(found[1])!r}: rename or remove one",
            "columns-twice",
        )
    if found:
        return found[0]
    unnamed = [n for n, name in enumerate(grid.names) if _plain(name[0]) in _INDEX]
    if not unnamed:
        raise Refused(
            f"has no column that can be the date among {_listed(grid)}: name one 'date'",
            "no-date-column",
        )
    return unnamed[0]


def _role(name: str) -> str:
    word = _plain(name)
    return next((role for role, words in NAMES.items() if word in words), "")


def _plain(name: str) -> str:
    return re.sub(r"[\W_]", "", name.lower())


def _listed(grid: Grid) -> str:
    names = [grid.name(number) for number in range(len(grid.names))]
    return ", ".join(names[:8]) + (", …" if len(names) > 8 else "")
