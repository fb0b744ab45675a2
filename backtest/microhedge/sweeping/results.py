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
from microhedge.scorecard import since
from microhedge.sweeping.journal import JOURNAL, RETURNS, header_of
from microhedge.sweeping.table import TABLE, write_table
from microhedge.tape import Days, Floats

if TYPE_CHECKING:
    import pandas as pd

ABOUT = "sweep.json"
DAYS, HELD, SOLD, CREDIT = "day.npy", "unhedged.npy", "selling.npy", "credit.npy"


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """What the luck statistics of a sweep are computed from.

    `returns` has a row of daily simple returns for each cell that was run, float32, in grid
    order and measured from the common row on (the first entry of a row is 0).  `unhedged` are
    those of the holding alone, `selling` those of selling once the part that the first cell's
    first trade stands for, `credit` what cash earned, and `day` the sessions in days since
    1970-01-01.  `coordinates` are the values of the axes by name, one for each row, `cells` the
    rows' numbers, and `tried` counts the cells that failed as well.
    """

    returns: NDArray[np.float32]
    unhedged: Floats
    selling: Floats
    credit: Floats
    day: Days
    coordinates: Mapping[str, Sequence[Any]]
    cells: NDArray[np.int64]
    tried: int


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
            raise BadData(f"{self.folder}: a sweep of {len(self):,} cells keeps no daily returns")
        if self.about["windows"] > 1:
            raise BadData(f"{self.folder}: cells that start on different dates cannot be compared")
        first = int(self.header["fixed"]["first"])
        day = np.load(self.folder / DAYS)
        held, sold, credit = (
            since(np.load(self.folder / name), first) for name in (HELD, SOLD, CREDIT)
        )
        frame = self.frame
        ran = frame[frame["status"] == "ok"]
        cells = ran["cell"].to_numpy(np.int64)
        rows = self._rows(cells, len(day))[:, first:]
        rows[:, 0] = 0.0
        return Evidence(
            returns=rows,
            unhedged=held,
            selling=sold,
            credit=credit,
            day=day[first:],
            coordinates={name: ran[name].tolist() for name in self.axes},
            cells=cells,
            tried=len(frame),
        )

    def _rows(self, cells: NDArray[np.int64], width: int) -> NDArray[np.float32]:
        """Return rows of the file; what is written to them stays in this process."""
        path = self.folder / RETURNS
        size = path.stat().st_size // (4 * width)
        whole = np.memmap(path, np.float32, "c", shape=(size, width))
        found: NDArray[np.float32] = whole if len(cells) == size else whole[cells]
        return found


_RULE = re.compile(r"\s*([A-Za-z_]\w*)\s*(>=|<=|!=|==|=|>|<)\s*(.+?)\s*")


def where(frame: pd.DataFrame, rules: Sequence[str]) -> pd.DataFrame:
    """Return the rows that keep every rule, such as "moneyness>=0.9" or "status=ok"."""
    for rule in rules:
        parts = _RULE.fullmatch(rule)
        if parts is None:
            raise ParameterError(f"{rule!r} is no rule: write one as moneyness>=0.9")
        name, sign, text = parts.groups()
        column = frame[column_of(frame, name)]
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


def column_of(frame: pd.DataFrame, name: str) -> str:
    """Return the column of a name as it is typed; UnknownName with the nearest one."""
    column = name.replace("-", "_")
    if column not in frame.columns:
        raise UnknownName(f"the results have no column {name!r}{nearest(column, frame.columns)}")
    return column
