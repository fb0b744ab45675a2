"""Which hedge was designated, when, and in what ratio?  Read from a run, before any judgement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from microhedge.calendar import to_date
from microhedge.errors import NotCovered, ReportError, UnknownName, nearest
from microhedge.money_by_month import opened_at
from microhedge.reporting.memo.gate import Instrument
from microhedge.scorecard import first_fill, is_future
from microhedge.tape import Floats

if TYPE_CHECKING:
    from microhedge.comparison import Comparison
    from microhedge.result import Result, Table
    from microhedge.runs import Run


@dataclass(frozen=True, slots=True, eq=False)
class Facts:
    """One hedge of a comparison, as it was first traded.

    `first` is the row of the result on which it was first filled, which is its designation, and
    `decided` the row of the evening before on which that was ordered (the same for fills at the
    close of the decision).  `begin` is the row after whose close changes are compared.  `hedging`
    are the symbols that are short, by themselves or through futures, `ratios` what each stood for
    as a part of the holding at each close.
    """

    comparison: Comparison
    run: Run
    result: Result
    first: int
    decided: int
    begin: int
    instrument: Instrument
    hedging: tuple[str, ...]
    ratios: dict[str, Floats]

    @property
    def fills(self) -> Table:
        """Every fill of the hedge."""
        return self.result.tables["fills"]

    @property
    def legs(self) -> Table:
        """Every option leg of the hedge."""
        return self.result.tables["rolls"]

    @property
    def uses_options(self) -> bool:
        """Whether the hedge holds or writes options."""
        return self.run.uses_options

    @property
    def on_itself(self) -> bool:
        """Whether every instrument has the holding as its underlying."""
        return {*self.hedging, *self.underlyings} <= {self.comparison.holding}

    @property
    def underlyings(self) -> tuple[str, ...]:
        """The symbols on which the hedge had options."""
        names = self.fills["instrument"][self.fills["right"] != ""].tolist()
        return tuple(dict.fromkeys(underlying(name) for name in names))

    def day(self, row: int) -> date:
        """Return the date of a row of the result."""
        return to_date(int(self.result.day[row]))

    def opened(self) -> list[int]:
        """Return the fills of the designation, by their row in the table."""
        return np.flatnonzero(self.fills["session"] == self.first).tolist()


def chosen(comparison: Comparison, name: str | None) -> Run:
    """Return the hedge of that name, the first without one.

    Raises ReportError for a comparison without a hedge, UnknownName with the nearest name.
    """
    hedges = {run.name: run for run in comparison.hedges}
    if not hedges:
        raise ReportError("a memo needs a hedge; the comparison holds none")
    if name is None:
        return next(iter(hedges.values()))
    if name not in hedges:
        hint = nearest(name, hedges) or f"; there are {', '.join(hedges)}"
        raise UnknownName(f"no hedge named {name!r}{hint}")
    return hedges[name]


def facts(comparison: Comparison, name: str | None = None) -> Facts:
    """Read a hedge of a comparison.

    Raises NotCovered for a hedge that never traded, one of options without a completed roll, and
    for a designation on the last session.
    """
    run = chosen(comparison, name)
    result = run.result
    first = None if result is None else first_fill(result)
    if result is None or first is None:
        raise NotCovered(f"{run.name} never traded: there is no hedge to write a memo of")
    if run.uses_options and not (result.tables["rolls"]["closed"] >= 0).any():
        raise NotCovered(
            f"{run.name} has no completed roll: a memo looks back on one at least; "
            "choose an earlier start or a later end"
        )
    if first >= len(result.day) - 1:
        raise NotCovered(
            f"{run.name} was first traded on the last session: there is nothing to look back on; "
            "choose an earlier start or a later end"
        )
    return Facts(
        comparison=comparison,
        run=run,
        result=result,
        first=first,
        decided=first if comparison.fill == "close" else max(first - 1, 0),
        begin=opened_at(result),
        instrument=_instrument(result),
        hedging=_hedging(result),
        ratios=_ratios(result),
    )


def underlying(instrument: str) -> str:
    """Return the symbol of a share, or of what a contract is written on."""
    return instrument.split(" ", 1)[0]


def _instrument(result: Result) -> Instrument:
    contracts = result.tables["rolls"]["contracts"]
    if len(contracts):
        if (contracts > 0.0).all():
            return "bought"
        return "written" if (contracts < 0.0).all() else "combined"
    return "future" if is_future(result.tables["fills"]).any() else "short"


def linear_roles(result: Result) -> Sequence[str]:
    """Return the roles of shorts and futures, in the order of their first fill."""
    fills = result.tables["fills"]
    roles: list[str] = fills["role"][fills["right"] == ""].tolist()
    return tuple(dict.fromkeys(roles))


def _hedging(result: Result) -> tuple[str, ...]:
    fills = result.tables["fills"]
    names = {
        str(role): underlying(str(name))
        for role, name in zip(fills["role"], fills["instrument"], strict=True)
    }
    return tuple(dict.fromkeys(names[str(role)] for role in linear_roles(result)))


def _ratios(result: Result) -> dict[str, Floats]:
    """Return what each short or future stands for as a part of the holding, positive when short."""
    held, found = result.curves["holding"], {}
    for role in linear_roles(result):
        account = f"hedge/{role}"
        name = f"notional/{account}"
        stands = result.curves[name if name in result.curves else f"value/{account}"]
        ratio = np.full(len(held), np.nan)
        np.divide(-stands, held, where=held > 0.0, out=ratio)
        found[str(role)] = ratio
    return found
