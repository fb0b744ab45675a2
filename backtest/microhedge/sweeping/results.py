"""What came of a sweep?  Its table, and the daily returns that its luck is judged by."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from microhedge.errors import BadData, ParameterError, UnknownName, nearest
from microhedge.language import mark
from microhedge.sweeping.journal import JOURNAL, RETURNS, header_of
from microhedge.sweeping.table import TABLE, write_table
from microhedge.tape import Days, Floats

NOT_KEPT = mark("a sweep of {cells} cells keeps no daily returns")
SEVERAL_STARTS = mark("cells that start on different dates cannot be compared")

if TYPE_CHECKING:
    import pandas as pd

ABOUT, HELD, CREDIT, DAYS = "sweep.json", "unhedged.npy", "credit.npy", "day.npy"


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """What the luck statistics of a sweep are computed from.

    `returns` has a row of daily simple returns for each run, float32, in grid order and from the
    common row on, whose own entry is no return of the comparison; a cell has a run for each roll
    phase.  `unhedged` are those of the holding alone, `credit` those of cash and `day` the
    sessions in days since 1970-01-01.  `coordinates` are the values of the axes by name, one for
    each row, and `cells` the number of each row's cell.
    """

    returns: NDArray[np.float32]
    unhedged: Floats
    credit: Floats
    day: Days
    coordinates: Mapping[str, Sequence[Any]]
    cells: NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Sweep:
    """A sweep on disk, finished or not.  `header` names it, `about` is `sweep.json`."""

    folder: Path
    header: Mapping[str, Any]
    about: Mapping[str, Any]

    @classmethod
    def read(cls, folder: str | Path) -> Sweep:
        """Read a folder; the table is made again if the journal went on since."""
        place = Path(folder)
        header = header_of(place)
        table, journal = place / TABLE, place / JOURNAL
        if not table.is_file() or table.stat().st_mtime < journal.stat().st_mtime:
            write_table(place)
        try:
            about = json.loads((place / ABOUT).read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise BadData(f"{place / ABOUT} cannot be read: {error}") from None
        return cls(place, header, about)

    def __len__(self) -> int:
        return int(self.header["cells"])

    @property
    def axes(self) -> tuple[str, ...]:
        """The names of the axes."""
        return tuple(self.header["axes"])

    @property
    def frame(self) -> pd.DataFrame:
        """One row for each cell that is done, in grid order."""
        import pandas as pd  # noqa: PLC0415 - a border

        return pd.read_parquet(self.folder / TABLE)

    @property
    def evidence(self) -> Evidence:
        """Return what luck is judged by; BadData if the returns were not kept or differ in span.

        The matrix stays on disk until its rows are read.
        """
        if not self.about["returns_kept"]:
            raise BadData(f"{self.folder}: " + NOT_KEPT.format(cells=f"{len(self):,}"))
        if self.about["windows"] > 1:
            raise BadData(f"{self.folder}: {SEVERAL_STARTS}")
        day, unhedged, credit = (np.load(self.folder / name) for name in (DAYS, HELD, CREDIT))
        frame = self.frame
        ran = frame[frame["status"] == "ok"]
        rows, runs = self._runs(ran["cell"].to_numpy(np.int64), len(day))
        of = ran.iloc[runs]
        first = int(self.header["fixed"]["first"])
        return Evidence(
            returns=rows[:, first:],
            unhedged=unhedged[first:],
            credit=credit[first:],
            day=day[first:],
            coordinates={name: of[name].tolist() for name in self.axes},
            cells=of["cell"].to_numpy(np.int64),
        )

    def _runs(
        self, cells: NDArray[np.int64], width: int
    ) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Return the runs of some cells, and for each the place of its cell among them."""
        size = (self.folder / RETURNS).stat().st_size // (4 * width)
        if size == 0 or len(cells) == 0:
            return np.zeros((0, width), np.float32), np.zeros(0, np.int64)
        every = np.memmap(self.folder / RETURNS, np.float32, "r", shape=(size, width))
        phases = int(self.header["fixed"]["phases"])
        row = (cells[:, None] * phases + np.arange(phases)).ravel()
        # the file ends with the last cell that was run; a cell can have fewer phases
        there = ~np.isnan(every[row, -1])
        whole = len(row) == size and bool(there.all())
        return every if whole else every[row[there]], np.flatnonzero(there) // phases


_RULE = re.compile(r"\s*([A-Za-z_][\w -]*?)\s*(>=|<=|!=|==|=|>|<)\s*(.+?)\s*")


def where(
    frame: pd.DataFrame, rules: Sequence[str], headings: Mapping[str, str] = {}
) -> pd.DataFrame:
    """Return the rows that keep every rule, such as "moneyness>=0.9" or "status=ok".

    `headings` names columns by what is printed above them.
    """
    for rule in rules:
        parts = _RULE.fullmatch(rule)
        if parts is None:
            raise ParameterError(f"{rule!r} is no rule: write one as moneyness>=0.9")
        name, sign, text = parts.groups()
        column = frame[column_of(frame, name, headings)]
        value: Any = text
        if column.dtype.kind in "ifub":
            try:
                value = {"yes": 1.0, "no": 0.0}.get(text) if text in {"yes", "no"} else float(text)
            except ValueError:
                raise ParameterError(f"{rule!r}: {name} is a number, was {text!r}") from None
        found = {
            ">=": column.ge,
            "<=": column.le,
            ">": column.gt,
            "<": column.lt,
            "!=": column.ne,
            "=": column.eq,
            "==": column.eq,
        }[sign](value)
        frame = frame[found]
    return frame


def column_of(frame: pd.DataFrame, name: str, headings: Mapping[str, str] = {}) -> str:
    """Return the column of a name or heading as it is typed, in any case.

    Raises UnknownName with the nearest one, and with all that there are.
    """
    columns = list(frame.columns)
    known = {column.lower(): column for column in reversed(columns)}
    known |= {_plain(heading): column for heading, column in headings.items() if column in columns}
    asked = _plain(name)
    if name in columns or asked in known:
        return name if name in columns else known[asked]
    # "costs" is rather cost_per_year than sell_cost
    stem = asked.removesuffix("s")
    begun = [column for column in columns if stem and column.lower().startswith(stem)]
    hint = f" (did you mean {begun[0]!r}?)" if begun else nearest(asked, columns)
    raise UnknownName(f"the results have no column {name!r}{hint}; there are {', '.join(columns)}")


def _plain(name: str) -> str:
    return "_".join(name.replace("-", " ").replace("_", " ").lower().split())
