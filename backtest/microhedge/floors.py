"""Did each put hold the floor that it promised?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from microhedge.analysis.wording import percent
from microhedge.counting import count_of
from microhedge.result import Result, Table
from microhedge.scorecard import index_of

_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Floor:
    """One completed put: what the shares that it covered could lose at most, and what they did.

    All are returns on the value of the covered shares when it was bought, dividends left out:
    `promised` is strike / spot − 1 less premium and costs, `delivered` the price change of the
    shares with the put's result, `unhedged` the change alone.  A put `on` an index promises a
    floor to the index, in whose units all of this is.  A put that was written further down
    with it is part of both, and `ends` is where it ends the cover: what the shares lose below that
    is promised to nobody.  Rows are those of the result.
    """

    role: str
    opened: int
    closed: int
    promised: float
    delivered: float
    unhedged: float
    ends: float | None = None
    on: str | None = None

    @property
    def tested(self) -> bool:
        """Whether the shares alone fell below the floor."""
        return self.unhedged < self.promised

    @property
    def through(self) -> bool:
        """Whether the shares fell below the strike at which the cover ends."""
        return self.ends is not None and self.unhedged < self.ends

    @property
    def held(self) -> bool:
        """Whether no more was lost than was promised, and below the cover's end."""
        beyond = self.unhedged - self.ends if self.ends is not None and self.through else 0.0
        return self.delivered >= self.promised + beyond - _ROUNDING


def floors(result: Result) -> tuple[Floor, ...]:
    """Return the floor of every completed put of a run, oldest first.

    The value of the holding carries its splits.  A put that is sold before it expires is worth
    what exercise pays at least, so that it holds its floor too; a special dividend that did not
    change the strike is what can break it.  A spread of two puts promises its floor on the day
    on which it expires alone: one that was closed before is left out.  Written calls are no part
    of a floor.
    """
    rolls, holding = result.tables["rolls"], result.curves["holding"]
    puts = (rolls["closed"] >= 0) & (rolls["right"] == "P")
    went = result.curves.get("proceeds")
    found = []
    for k in np.flatnonzero(puts & (rolls["contracts"] > 0.0)).tolist():
        opened, closed = int(rolls["opened"][k]), int(rolls["closed"][k])
        on = index_of(result, k)
        if closed <= opened or holding[opened] <= 0.0:
            continue
        if went is not None and went[opened] != went[closed]:
            continue  # shares that became money on the way are no loss
        legs = [k, *_written_with(rolls, k)]
        if len(legs) > 1 and not (rolls["end"][legs] == "expired").all():
            continue
        spot = float(rolls["spot"][k])
        covered = float(rolls["contracts"][k]) * 100.0 * spot
        paid = float((rolls["premium"][legs] + rolls["costs"][legs]).sum())
        unhedged = float(holding[closed] / holding[opened]) - 1.0
        if on is not None:
            unhedged = float(rolls["final_spot"][k]) / spot - 1.0
        found.append(
            Floor(
                role=str(rolls["role"][k]),
                opened=opened,
                closed=closed,
                promised=float(rolls["strike"][k]) / spot - 1.0 - paid / covered,
                delivered=unhedged + (float(rolls["received"][legs].sum()) - paid) / covered,
                unhedged=unhedged,
                ends=max(map(float, rolls["strike"][legs[1:]])) / spot - 1.0
                if len(legs) > 1
                else None,
                on=on,
            )
        )
    return tuple(sorted(found, key=lambda floor: (floor.closed, floor.role)))


def _written_with(rolls: Table, k: int) -> list[int]:
    """Return the puts written in the transaction that bought one, for the same rung."""
    rungs = np.array([str(role).partition("/")[2] for role in rolls["role"]])
    same = (rolls["opened"] == rolls["opened"][k]) & (rungs == rungs[k])
    return np.flatnonzero(same & (rolls["right"] == "P") & (rolls["contracts"] < 0.0)).tolist()


def floor_sentence(found: tuple[Floor, ...]) -> str:
    """Say how often a floor was tested, and whether it held."""
    if not found:
        return "No put was completed: there is no floor to look at."
    tested = [floor for floor in found if floor.tested]
    if not tested:
        what = found[0].on or "the shares"
        if len(found) == 1:
            return f"The one completed put was not tested: {what} did not fall below the floor."
        return f"In none of {len(found)} completed puts did {what} fall below the floor."
    broken = [floor for floor in tested if not floor.held]
    deepest = min(tested, key=lambda floor: floor.unhedged)
    many = f"{len(tested)} of {len(found)} completed puts"
    of = "the one completed put" if len(found) == 1 else many
    kept = "every time" if not broken else count_of(len(tested) - len(broken), "time")
    on = found[0].on
    what, own = ("the shares", "") if on is None else (on, " under it, not under the shares")
    through = sum(floor.through for floor in tested)
    ended = ""
    if any(floor.ends is not None for floor in found):
        below = count_of(through, "time")
        ended = f" down to the strike that was written, below which they fell {below}"
    return (
        f"In {of} {what} fell below the floor{own}, which "
        f"held {kept}{ended}; the deepest: {percent(deepest.unhedged)} without the put, "
        f"{percent(deepest.delivered)} with it, {percent(deepest.promised)} promised."
    )
