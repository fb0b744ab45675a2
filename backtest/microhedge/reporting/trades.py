"""What did a run trade, roll by roll and year by year?"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, cast

import numpy as np
from numpy.typing import NDArray

from microhedge.calendar import to_date
from microhedge.language import say
from microhedge.reporting.inputs import Call, Ending, Roll, Year
from microhedge.scorecard import is_future

if TYPE_CHECKING:
    from microhedge.result import Result

NOT_COVERED = 0.5
"""A session is uncovered when less than this part of the wanted cover is in place."""


def option_rolls(result: Result) -> tuple[Roll, ...]:
    """Return every option leg of a run, oldest first; an open one at its last mark."""
    table, day = result.tables["rolls"], result.day
    found = []
    for row in range(len(table["role"])):
        role, closed = str(table["role"][row]), int(table["closed"][row])
        paid, received = float(table["premium"][row]), float(table["received"][row])
        if closed < 0:
            received = float(result.curves[f"value/hedge/{role}"][-1])
        if table["contracts"][row] < 0.0:
            paid, received = -received, -paid
        vol = float(table["volatility"][row])
        found.append(
            Roll(
                role=role,
                right=str(table["right"][row]),
                opened=to_date(int(day[table["opened"][row]])),
                closed=to_date(int(day[closed])) if closed >= 0 else None,
                expiry=date.fromisoformat(str(table["expiry"][row])),
                contracts=float(table["contracts"][row]),
                spot=float(table["spot"][row]),
                strike=float(table["strike"][row]),
                vol=vol if np.isfinite(vol) else None,
                paid=paid,
                received=received,
                costs=float(table["costs"][row]),
                held=float(result.curves["holding"][table["opened"][row]]),
                ending=cast("Ending", str(table["end"][row])),
                source=str(table["source"][row]),
            )
        )
    return tuple(found)


def short_years(result: Result) -> tuple[Year, ...]:
    """Return what each short or future did in each calendar year in which it was held or traded."""
    fills = result.tables["fills"]
    linear = fills["right"] == ""
    years = _calendar_years(result)
    found = []
    for role in dict.fromkeys(fills["role"][linear].tolist()):
        mine = linear & (fills["role"] == role)
        account = f"hedge/{role}"
        future = bool(is_future(fills)[mine].any())
        value = result.curves[f"{'notional' if future else 'value'}/{account}"]
        filled = years[fills["session"][mine]]
        traded = np.abs((fills["quantity"] * fills["mid"] * fills["multiplier"])[mine])
        for year in np.unique(years):
            rows = years == year
            if not np.any(value[rows] != 0.0) and not np.any(filled == year):
                continue
            costs = result.curves[f"costs/{account}"] + result.curves[f"borrow/{account}"]
            found.append(
                Year(
                    year=int(year),
                    symbol=say("{symbol} future", symbol=str(role).removesuffix(" future"))
                    if future
                    else str(role),
                    trades=int(np.sum(filled == year)),
                    traded=float(traded[filled == year].sum()),
                    ratio=_ratio(-value[rows], result.curves["holding"][rows]),
                    result=float(result.curves[f"profit/{account}"][rows].sum()),
                    costs=float(costs[rows].sum()),
                    is_future=future,
                    is_bond=str(role) in result.config.get("bonds", {}),
                )
            )
    return tuple(sorted(found, key=lambda one: one.year))


def interest_by_year(result: Result) -> dict[int, float]:
    """Return what cash earned on the proceeds of short sales, by calendar year."""
    years = _calendar_years(result)
    earned = result.curves["short_interest"]
    return {int(year): float(earned[years == year].sum()) for year in np.unique(years)}


def _calendar_years(result: Result) -> NDArray[np.int64]:
    return 1970 + result.day.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64)


def _ratio(short: NDArray[np.float64], held: NDArray[np.float64]) -> float | None:
    alive = held > 0.0
    return float(np.mean(short[alive] / held[alive])) if alive.any() else None


def uncovered(result: Result) -> tuple[tuple[int, int], ...]:
    """Return first and last day of each span of closes that the hedge left uncovered."""
    bare = result.curves["cover"] < NOT_COVERED  # NaN, where nothing was wanted, is not bare
    edges = np.flatnonzero(np.diff(np.concatenate(([False], bare, [False])).astype(np.int8)))
    return tuple(
        (int(result.day[first]), int(result.day[after - 1]))
        for first, after in zip(edges[::2], edges[1::2], strict=True)
    )


def margin_calls(result: Result) -> tuple[Call, ...]:
    """Return every margin call of a run with the money behind it."""
    log, fills, day = result.tables["log"], result.tables["fills"], result.day
    sold = fills["session"][(fills["right"] == "") & (fills["quantity"] < 0)]
    short = result.curves["short_stock"].copy()
    for name in result.curves:
        if name.startswith("notional/"):
            short -= np.minimum(result.curves[name], 0.0)
    found = []
    for row in np.flatnonzero(log["code"] == "margin-call"):
        session = int(log["session"][row])
        later = sold[sold > session]
        found.append(
            Call(
                day=to_date(int(day[session])),
                missing=float(log["amount"][row]),
                equity=float(result.curves["equity"][session]),
                short=float(short[session]),
                again=to_date(int(day[int(later[0])])) if len(later) else None,
            )
        )
    return tuple(found)
