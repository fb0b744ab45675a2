"""What of a comparison is written down, so that it can be had back to the last bit?

The prices of the window, the portfolio and the settings, and what only the strategies and the
quotes could tell again: the fractions sold, the notes and the reruns.  All else follows from
these and from the bare runs.  What is read is checked against the types below; nothing of a file
is ever executed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import time
from typing import Any

import msgspec
import numpy as np

from microhedge.bands import Bands
from microhedge.costs import Costs
from microhedge.ending import USUAL
from microhedge.engine import Rules
from microhedge.errors import BadData
from microhedge.exchange import Exchange, new_york
from microhedge.instruments import Bond, BondIndex
from microhedge.notes import Note
from microhedge.origin import Basis, Source
from microhedge.portfolio import Portfolio
from microhedge.result import Attachment, Column
from microhedge.tape import Action, Earnings, Tape
from microhedge.told import Told, parts_of, restored

FORMAT = 1
SESSIONS = "sessions"
"""The column that holds every known session of another exchange than New York's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptHedge:
    """What the run of a hedge cannot say: its name, and the order of its parameters.

    `sold` is the fraction sold beside it, None where nothing was.
    """

    name: str
    parameters: tuple[str, ...]
    sold: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """A comparison but for its prices and its runs.

    `bands` are None where they were not run; `detailed` says whether the hedges were looked
    into.
    """

    holding: str
    portfolio: Portfolio
    costs: Costs
    rules: Rules
    vol: str | None
    seed: int
    command: str
    hedges: tuple[KeptHedge, ...]
    notes: tuple[Note, ...]
    bands: dict[str, Bands] | None
    detailed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Exchange:
    """An exchange but for its sessions."""

    code: str
    zone: str
    closes: time
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Frame:
    """A tape but for its columns; New York's sessions are known by rule and not written."""

    begin: int
    basis: dict[str, Basis]
    actions: dict[str, tuple[Action, ...]]
    index_dividend: float
    dropped: dict[str, int]
    sources: tuple[Source, ...]
    exchange: _Exchange | None
    bonds: dict[str, Bond] = field(default_factory=dict)
    bond_indices: dict[str, BondIndex] = field(default_factory=dict)
    earnings: dict[str, Earnings] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    """`told` has for each note what its sentence was made of."""

    format: int
    settings: Settings
    frame: _Frame
    told: tuple[Any, ...] = ()


def pack(settings: Settings, tape: Tape) -> Attachment:
    """Return what is attached to the bare runs of a comparison."""
    frame = _Frame(
        begin=int(tape.begin),
        basis=dict(tape.basis),
        actions={
            symbol: tuple(Action(int(one.day), one.kind, float(one.value)) for one in acts)
            for symbol, acts in tape.actions.items()
        },
        index_dividend=float(tape.index_dividend),
        dropped={symbol: int(count) for symbol, count in tape.dropped.items()},
        sources=tape.sources,
        exchange=None
        if tape.exchange.is_new_york
        else _Exchange(
            code=tape.exchange.code,
            zone=tape.exchange.zone,
            closes=tape.exchange.closes,
            source=tape.exchange.source,
        ),
        bonds={name: one for name, one in tape.bonds.items() if isinstance(one, Bond)},
        bond_indices={name: one for name, one in tape.bonds.items() if isinstance(one, BondIndex)},
        earnings=dict(tape.earnings),
    )
    columns: dict[str, Column] = {"day": tape.day, "rate": tape.rate, "rate_age": tape.rate_age}
    if not tape.exchange.is_new_york:
        columns[SESSIONS] = tape.exchange.days
    if tape.vix is not None:
        columns["vix"] = tape.vix
    for kind, found in (
        ("close", tape.close),
        ("open", tape.open),
        ("implied", tape.implied),
        ("volume", tape.volume),
    ):
        columns |= {f"{kind}|{symbol}": column for symbol, column in found.items()}
    columns |= {f"vix|{days}": column for days, column in tape.vix_terms.items()}
    told = tuple(parts_of(note.text) for note in settings.notes)
    notes = tuple(Note(note.code, str(note.text)) for note in settings.notes)
    kept = _Kept(format=FORMAT, settings=replace(settings, notes=notes), frame=frame, told=told)
    # as it will be read: an int where a float belongs would come back as another value
    plain = msgspec.to_builtins(kept)
    values = msgspec.to_builtins(msgspec.convert(plain, _Kept))
    if settings.rules.ends == USUAL:
        del values["settings"]["rules"]["ends"]  # as files were before there was a choice
    if not any(isinstance(note.text, Told) for note in settings.notes):
        del values["told"]  # as files were before notes could be told again
    return Attachment(values, columns)


def unpack(found: Attachment) -> tuple[Settings, Tape]:
    """Return the settings and the prices of a comparison.

    Raises BadData for another format, and for values or columns that are not of their kind.
    """
    version = found.values.get("format") if isinstance(found.values, dict) else None
    if version != FORMAT:
        raise BadData(f"a comparison of format {version}; this version reads {FORMAT}")
    try:
        kept = msgspec.convert(found.values, _Kept)
    except msgspec.ValidationError as error:
        raise BadData(f"a comparison that breaks its format: {error}") from None
    settings = kept.settings
    if kept.told:  # files of before had no more than the text
        if len(kept.told) != len(settings.notes):
            raise BadData("its notes are not told one by one")
        notes = [
            Note(note.code, restored(note.text, parts))
            for note, parts in zip(settings.notes, kept.told, strict=True)
        ]
        settings = replace(settings, notes=tuple(notes))
    return settings, _tape(kept.frame, found.columns)


def _tape(frame: _Frame, columns: Mapping[str, Column]) -> Tape:
    for name, column in columns.items():
        if name == SESSIONS:
            continue
        wanted = np.int32 if name in ("day", "rate_age") else np.float64
        if column.dtype != wanted or column.shape != columns["day"].shape:
            raise BadData(f"its column {name!r} is not one number of its kind for each session")
    if not 0 <= frame.begin < len(columns["day"]) or np.any(np.diff(columns["day"]) <= 0):
        raise BadData("its sessions are not in order, or its first decision is none of them")
    close, opened, implied = (_of(kind, columns) for kind in ("close", "open", "implied"))
    if set(close) != set(opened) or set(close) != set(frame.basis):
        raise BadData("its symbols have not all a close, an open and a basis")
    return Tape(
        day=columns["day"],
        begin=frame.begin,
        close=close,
        open=opened,
        basis={symbol: frame.basis[symbol] for symbol in close},
        actions=frame.actions,
        rate=columns["rate"],
        rate_age=columns["rate_age"],
        vix=columns.get("vix"),
        implied=implied,
        index_dividend=frame.index_dividend,
        dropped=frame.dropped,
        sources=frame.sources,
        exchange=_exchange(frame.exchange, columns),
        bonds={**frame.bonds, **frame.bond_indices},
        vix_terms={int(days): column for days, column in _of("vix", columns).items()},
        earnings=frame.earnings,
        volume=_of("volume", columns),
    )


def _exchange(found: _Exchange | None, columns: Mapping[str, Column]) -> Exchange:
    if found is None:
        return new_york()
    days = columns[SESSIONS]
    if days.dtype != np.int32 or days.ndim != 1 or np.any(np.diff(days) <= 0):
        raise BadData(f"the sessions of its exchange {found.code} are not in order")
    return Exchange(found.code, found.zone, found.closes, days, found.source)


def _of(kind: str, columns: Mapping[str, Any]) -> dict[str, Column]:
    """Return the columns of one kind by symbol."""
    return {
        symbol: column
        for name, column in columns.items()
        for found, bar, symbol in [name.partition("|")]
        if bar and found == kind
    }
