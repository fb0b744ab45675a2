"""How a file of daily prices becomes series, and what is wrong with them.

A file is refused or read; nothing in it is repaired in silence.  What was left out, turned round
or converted is a finding and stands in the report `Imported.understood`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from microhedge.counting import count_of
from microhedge.exchange import Exchange
from microhedge.market import Market
from microhedge.origin import Origin
from microhedge.series import Series
from microhedge.sources.checks import check
from microhedge.sources.files.basis import Based, based
from microhedge.sources.files.dates import stamps
from microhedge.sources.files.declared import Declared, declared
from microhedge.sources.files.ends import end_of
from microhedge.sources.files.grid import Grid, content, grid
from microhedge.sources.files.jumps import adjustment, refuse_jumps
from microhedge.sources.files.layout import Layout, layout
from microhedge.sources.files.naming import Rowmask, currency_of, home_currency, parts_of
from microhedge.sources.files.numbers import numbers
from microhedge.sources.files.refusals import Refused, shown
from microhedge.sources.files.rows import Dropped, Rows, kept
from microhedge.sources.files.spacing import refuse_sparse
from microhedge.sources.files.understood import Taken, Understood
from microhedge.sources.files.zones import Dated, dated
from microhedge.sources.findings import CODES, Finding
from microhedge.sources.price_defects import unfinished_session


@dataclass(frozen=True, slots=True)
class Imported:
    """The series of one file, the defects that were left in place, and how it was read."""

    series: tuple[Series, ...]
    findings: tuple[Finding, ...]
    understood: Understood


def import_prices(
    path: Path | str,
    *,
    symbol: str | None = None,
    basis: str | None = None,
    currency: str | None = None,
    decimal: str = ".",
    thousands: str | None = None,
    zone: str | None = None,
    dates: str | None = None,
    genuine: Iterable[date] = (),
    calendar: str | Exchange | None = None,
) -> Imported:
    """Read daily prices from a CSV or Parquet file.

    Parameters
    ----------
    path
        The file: one symbol, several below each other with a column "symbol", one symbol a
        column, or what pandas saves of yfinance's frames.
    symbol
        The name of a lone series, or the one to take of several.  Default: the file's own, or
        the name of the file.
    basis
        "raw" (as traded), "total_return" or "price_index", where the file does not tell it.
    currency
        Three letters, or "GBX" for pence.  Default: the file's own column, or USD.
    decimal, thousands
        The signs in numbers that are written out: "." or ",", and none.
    zone
        The time zone in which a time stamp's date is the session, as in "America/New_York".
    dates
        "month-first" or "day-first" where 03/04/2020 can be both.
    genuine
        Sessions whose jump is vouched for, though it looks like a split.
    calendar
        The exchange whose sessions the dates are judged by, as in "XLON"; by default New York.

    Raises
    ------
    Refused
        The file breaks a rule (a `BadData`); its `code` names the rule.
    UsageError
        A declaration cannot be.
    UnknownSymbol
        The file has several symbols and not the one asked for.
    """
    said = declared(symbol, basis, currency, decimal, thousands, zone, dates, genuine, calendar)
    place = Path(path)
    try:
        return _imported(place, said)
    except Refused as refusal:
        raise Refused(f"{place}: {refusal}", refusal.code) from refusal


def _imported(place: Path, said: Declared) -> Imported:
    raw = content(place)
    digest = hashlib.sha256(raw).hexdigest()
    table = grid(raw)
    plan = layout(table)
    stamped = stamps(table, plan.date, said)
    when = dated(stamped, said)
    known = stamped.known
    parts, named, dropped = parts_of(table, plan, said, place, when, known)
    money, currency_told = currency_of(table, plan, said, known)
    series: list[Series] = []
    taken: list[Taken] = []
    found: list[Finding] = []
    for name, rows in parts.items():
        total = int(np.count_nonzero(rows))
        own = _columns(table, plan, name, said, rows)
        chosen_rows = kept(name, when.day[rows], when.clock[rows], own, wide=plan.form == "wide")
        refuse_sparse(chosen_rows, said.exchange)
        unit = money or home_currency(name)
        one = based(chosen_rows, said, unit)
        origin = Origin(files=((place.name, digest),), rows=total, kept=len(chosen_rows.day))
        one = replace(one, actions=one.actions + end_of(chosen_rows, one.basis, said.exchange))
        made = _series(place, chosen_rows, one, unit, origin)
        refuse_jumps(made, said)
        series.append(made)
        dropped += chosen_rows.dropped
        found += (*chosen_rows.findings, *one.findings)
        found += adjustment(made, chosen_rows.columns.get("adjusted"))
        taken.append(_taken(made, one, total))
    notes = (*stamped.notes, *table.notes)
    found += _of_the_file(series, when, notes)
    now = datetime.now(UTC)
    for made in series:
        found += unfinished_session(made, said.exchange, now)
    found += check(Market(series, exchange=said.exchange))
    if stamped.notes:
        first = min(one.first for one in series)
        dropped.append(Dropped("*", "below the table", len(stamped.notes), first))
    return Imported(
        series=tuple(series),
        findings=tuple(sorted(found, key=lambda f: (CODES.index(f.code), f.symbol, f.day))),
        understood=Understood(
            path=str(place),
            sha256=digest,
            kind=table.kind,
            form=f"{plan.form} form" if plan.form != "one symbol" else plan.form,
            rows=table.rows,
            columns=tuple(_columns_told(table, plan)),
            ignored=tuple(table.name(number) for number in plan.ignored),
            dates=stamped.written,
            zone=when.zone,
            units=_units(said),
            symbol=named,
            currency=currency_told or "USD, for want of another",
            blank=table.blank,
            notes=notes,
            taken=tuple(taken),
            dropped=tuple(dropped),
        ),
    )


def _columns(
    table: Grid, plan: Layout, name: str, said: Declared, rows: Rowmask
) -> dict[str, NDArray[np.float64]]:
    fields = plan.fields[name] if name in plan.fields else next(iter(plan.fields.values()))
    return {role: numbers(table, number, said, rows)[rows] for role, number in fields.items()}


def _series(place: Path, rows: Rows, one: Based, currency: str, origin: Origin) -> Series:
    columns = {role: np.ascontiguousarray(values) for role, values in one.columns.items()}
    opens = columns.get("open")
    opens = np.full(len(rows.day), np.nan) if opens is None else opens
    close, day = columns["close"].copy(), np.ascontiguousarray(rows.day)
    said = repr([(a.day, a.kind, a.value) for a in one.actions]).encode()
    digest = hashlib.sha256(b"".join((day.tobytes(), close.tobytes(), opens.tobytes(), said)))
    return Series(
        symbol=rows.symbol,
        basis=one.basis,
        day=day,
        close=close,
        open=opens,
        actions=one.actions,
        source=place.name,
        sha256=digest.hexdigest(),
        currency=currency,
        high=columns.get("high"),
        low=columns.get("low"),
        volume=columns.get("volume"),
        origin=origin,
    )


def _taken(made: Series, one: Based, rows: int) -> Taken:
    splits = sum(action.kind == "split" for action in made.actions)
    paid = sum(action.kind in {"dividend", "special"} for action in made.actions)
    end = made.end
    return Taken(
        symbol=made.symbol,
        basis=made.basis,
        why=one.why,
        currency=made.currency,
        rows=rows,
        kept=len(made.day),
        first=made.first,
        last=made.last,
        splits=splits,
        dividends=paid,
        end=None if end is None else f"{end.kind} at {end.value:g} after {made.last}",
    )


def _of_the_file(series: list[Series], when: Dated, notes: tuple[str, ...]) -> Iterator[Finding]:
    first = min(one.first for one in series)
    name = series[0].symbol if len(series) == 1 else "*"
    if notes:
        lines = count_of(len(notes), "line below the table was", "lines below the table were")
        sentence = f"{lines} left out, as {shown(notes[0])}"
        yield Finding("footer-row", name, first, len(notes), sentence)
    if when.moved:
        rows = count_of(when.moved, "row is", "rows are")
        sentence = f"{rows} on another date than was written: {when.zone}"
        yield Finding("zone-moved", name, first, when.moved, sentence)


def _columns_told(table: Grid, plan: Layout) -> Iterator[tuple[str, str]]:
    yield "date", table.name(plan.date)
    for role, number in (("symbol", plan.symbol), ("currency", plan.currency)):
        if number is not None:
            yield role, table.name(number)
    for name, fields in plan.fields.items():
        for role, number in fields.items():
            yield (f"{role} of {name}" if name else role), table.name(number)


def _units(said: Declared) -> str:
    grouped = "none" if said.thousands is None else repr(said.thousands)
    return f"decimal sign {said.decimal!r}, thousands {grouped}"
