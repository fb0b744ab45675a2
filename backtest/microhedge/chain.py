"""Which listed contract answers a wish for a tenor and a moneyness.

No chain of quotes is needed: expiries follow from the calendar and strikes from the exchanges'
intervals, so what is chosen on a day depends on that day's date and spot alone.  Strikes and
spots are dollars per share as traded on the day; on adjusted prices the grid means nothing.

The grids, by the level of the strike:

standard    2.50 below 25, 5 to 200, 10 above: the exchanges' rule for any share
liquid      1 to 200, 2.50 to 500, 5 above: a simplification of the programmes that list finer
            strikes on large companies, applied to every year though they grew up after 2003
index       5
continuous  any strike: for research on prices that were never traded
"""

from __future__ import annotations

from functools import lru_cache
from math import ceil, floor, inf, isfinite
from typing import Final, Literal, Protocol, TypeAlias

from microhedge import logged
from microhedge.calendar import Day, listed_expiries, to_date
from microhedge.errors import NoContract
from microhedge.instruments import Option, Right, Settlement, Style

Grid: TypeAlias = Literal["liquid", "standard", "index", "continuous"]
Snap: TypeAlias = Literal["down", "up"]

# Up to a strike of …, strikes are … apart.  Every limit is a multiple of both its neighbours'
# steps, so that rounding never leaves its band.
_BANDS: Final[dict[Grid, tuple[tuple[float, float], ...]]] = {
    "liquid": ((200.0, 1.0), (500.0, 2.5), (inf, 5.0)),
    "standard": ((25.0, 2.5), (200.0, 5.0), (inf, 10.0)),
    "index": ((inf, 5.0),),
    "continuous": ((inf, 0.0),),
}

# A wished strike is a price in cents times a moneyness in thousandths, so two of them differ by
# 1e-5 or not at all; what is closer to a strike than this is on it (1.1 · 100 is not above 110).
_ON_STRIKE: Final = 1e-6

AM_SETTLED: Final = frozenset({"SPX", "^SPX", "^GSPC"})
"""Indices whose standard monthly options settle on the opening print of their expiry's day."""

MAX_GAP: Final = 0.10  # of the spot, between the wished and the listed strike
MAX_DETOUR_DAYS: Final = 45  # between the wished and the listed expiry, or half the tenor


def strike_step(strike: float, *, grid: Grid = "liquid") -> float:
    """Return the distance between listed strikes at and just below a level; 0 is continuous."""
    return next(step for limit, step in _BANDS[grid] if strike <= limit)


def listed_strike(
    target: float,
    spot: float,
    right: Right,
    *,
    grid: Grid = "liquid",
    snap: Snap | None = None,
    max_gap: float = MAX_GAP,
) -> float:
    """Return the closest listed strike at or below a target for puts, at or above for calls.

    That is how strategy indices are struck; `snap` sets the direction otherwise.  A strike
    further from the target than `max_gap` of the spot is no answer, and NoContract is raised:
    with steps of a dollar it happens to shares below ten.
    """
    if not (isfinite(target) and target > 0):
        raise NoContract(logged.NO_TARGET.format(target=target))
    step = strike_step(target, grid=grid)
    if step == 0:
        return target
    snap = snap or ("down" if right == "P" else "up")
    steps = target / step
    strike = step * round(steps)
    if abs(strike - target) > _ON_STRIKE:
        strike = step * (floor(steps) if snap == "down" else ceil(steps))
    if strike <= 0 or abs(strike - target) > max_gap * spot:
        none = logged.NONE_BELOW if snap == "down" else logged.NONE_ABOVE
        raise NoContract(
            none.format(
                target=f"{target:.2f}",
                gap=f"{max_gap:.0%}",
                spot=f"{spot:.2f}",
                strike=f"{strike:g}",
            )
        )
    return strike


@lru_cache(maxsize=4096)
def choose_expiry(day: Day, days: float, *, taken: frozenset[Day] = frozenset()) -> Day:
    """Return the listed expiry nearest to `days` calendar days from a day, the later on a tie.

    An expiry in `taken` is never chosen: the rungs of a ladder that met on one expiry would stay
    together for ever.  If nothing is left within 45 days of the wish, or half of `days` where
    that is more, NoContract is raised.
    """
    wished = day + days
    best = None
    detour = max(MAX_DETOUR_DAYS, days / 2)
    for expiry in listed_expiries(day):
        if expiry not in taken and abs(expiry - wished) <= detour:
            best, detour = expiry, abs(expiry - wished)
    if best is None:
        raise NoContract(
            logged.NO_EXPIRY.format(
                detour=f"{max(MAX_DETOUR_DAYS, days / 2):g}",
                days=f"{days:g}",
                date=to_date(day),
                count=len(taken),
            )
        )
    return best


class Listing(Protocol):
    """What finds the contract for a wish; `select` does it by the exchanges' rules.

    The contract: the answer may depend on the arguments alone, never on prices of another day.
    Raises NoContract when nothing fits.
    """

    def __call__(
        self,
        underlying: str,
        right: Right,
        *,
        day: Day,
        spot: float,
        days: float,
        moneyness: float,
        taken: frozenset[Day],
        grid: Grid,
        style: Style,
        settle: Settlement,
    ) -> Option:
        """Return the contract nearest to a tenor in calendar days and to strike ÷ spot."""


def select(
    underlying: str,
    right: Right,
    *,
    day: Day,
    spot: float,
    days: float,
    moneyness: float,
    taken: frozenset[Day] = frozenset(),
    grid: Grid = "liquid",
    max_gap: float = MAX_GAP,
    style: Style = "american",
    settle: Settlement = "physical",
) -> Option:
    """Return the listed option nearest to a tenor in calendar days and to strike ÷ spot."""
    expiry = choose_expiry(day, days, taken=taken)
    strike = listed_strike(moneyness * spot, spot, right, grid=grid, max_gap=max_gap)
    # every listed expiry here is a standard monthly one
    am = settle == "cash" and underlying in AM_SETTLED
    return Option(underlying, right, strike, to_date(expiry), style=style, settle=settle, am=am)
