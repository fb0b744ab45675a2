"""Where on the grid does each row of a sweep's table lie, and which rows are one cell?

Axes that move together are one axis here.  The axis of roll dates, `wait`, is none: cells that
differ by it alone are runs of one cell.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

    from microhedge.sweeping.results import Sweep

WAIT = "wait"

Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class GridAxis:
    """One axis or several that move together, with their values in the order to show them in.

    `ordered`: one can step from a value to the next, as with numbers and dates, but not words.
    """

    names: tuple[str, ...]
    values: tuple[tuple[Any, ...], ...]
    ordered: bool

    @property
    def name(self) -> str:
        """The name as a head."""
        return " / ".join(name.replace("_", " ") for name in self.names)

    @property
    def labels(self) -> tuple[str, ...]:
        """The values as heads."""
        return tuple(" / ".join(map(written, value)) for value in self.values)


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """The places of rows, (rows × axes), and the cell of each row, numbered as they appear."""

    axes: tuple[GridAxis, ...]
    places: Rows
    cell: Rows

    @classmethod
    def of(cls, sweep: Sweep, frame: pd.DataFrame) -> Layout:
        """Lay the rows of a sweep's table out."""
        axes = tuple(_axis(sweep.header["axes"], names) for names in _groups(sweep))
        columns = []
        for axis in axes:
            place = {value: k for k, value in enumerate(axis.values)}
            rows = zip(*(frame[name].tolist() for name in axis.names), strict=True)
            columns.append([place[row] for row in rows])
        places = np.array(columns, np.int64).reshape(len(axes), len(frame)).T
        known: dict[tuple[int, ...], int] = {}
        cell = [known.setdefault(tuple(one), len(known)) for one in places.tolist()]
        return cls(axes, places, np.array(cell, np.int64))

    @property
    def cells(self) -> int:
        """How many different cells the rows are."""
        return int(self.cell.max(initial=-1)) + 1

    def at(self, row: int) -> dict[str, Any]:
        """Return the values of a row by name."""
        found: dict[str, Any] = {}
        for axis, place in zip(self.axes, self.places[row].tolist(), strict=True):
            found.update(zip(axis.names, axis.values[place], strict=True))
        return found

    def name(self, row: int) -> str:
        """Return what a sentence calls a row: "moneyness 0.9, tenor 91"."""
        said = (f"{name.replace('_', ' ')} {written(v)}" for name, v in self.at(row).items())
        return ", ".join(said) or "over its roll dates"


def written(value: Any) -> str:
    """Write the value of an axis."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def _groups(sweep: Sweep) -> list[tuple[str, ...]]:
    together = {name: tuple(names) for names in sweep.header["zip"] for name in names}
    found = dict.fromkeys(together.get(name, (name,)) for name in sweep.axes)
    return [names for names in found if names != (WAIT,)]


def _axis(values: Mapping[str, Sequence[Any]], names: tuple[str, ...]) -> GridAxis:
    every = list(zip(*(values[name] for name in names), strict=True))
    ordered = _has_order(values[names[0]])
    if ordered:
        every.sort(key=lambda value: value[0])
    return GridAxis(names, tuple(every), ordered)


def _has_order(values: Sequence[Any]) -> bool:
    if all(isinstance(value, int | float) and not isinstance(value, bool) for value in values):
        return True
    return all(isinstance(value, str) and _is_date(value) for value in values)


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
