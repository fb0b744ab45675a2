"""What does a report read of the job that each hedge did, period by period and put by put?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from microhedge.analysis.by_move import Move
from microhedge.tape import Floats


@dataclass(frozen=True, slots=True)
class Payoff:
    """What one put after the other, each held until it expires, pays at the mean premium.

    `floor` is strike over spot and `premium` the premium over spot, both means of the puts.
    """

    floor: float
    premium: float


@dataclass(frozen=True, slots=True, eq=False)
class Periods:
    """Returns by completed period of the hedge `of`: from roll to roll, or by calendar month.

    `returns` are by the name of the run, `moves` average those of the runs `names`, in their
    order; `payoff` is None for puts that overlap or are sold early, and for all but puts.
    """

    of: str
    rolls: bool
    alone: Floats
    returns: Mapping[str, Floats]
    names: tuple[str, ...]
    moves: tuple[Move, ...]
    whole: Move
    payoff: Payoff | None


@dataclass(frozen=True, slots=True)
class Tests:
    """How effective a run was: parts removed (1 is all), and the customary tests by period.

    Periods are its own `count` completed ones.  Customary tests are in money: `offset` is
    −ΣΔH/ΣΔI where the holding lost, `inside` counts offsets of 80 to 125 % among `counted`
    periods, `expected` is the share that chance puts there with this R² and slope.  None is not
    defined, or not told of too few periods.
    """

    __test__ = False  # no test case, though pytest looks for the name

    count: int
    rolls: bool
    semivariance: float | None
    tail: float | None
    variance: float | None = None
    offset: float | None = None
    inside: int | None = None
    counted: int | None = None
    expected: float | None = None
    r_squared: float | None = None
    slope: float | None = None
    slope_bounds: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Put:
    """One completed put: the day on which it ended, and its floor, as `floors.Floor` tells it."""

    day: int
    promised: float
    delivered: float
    unhedged: float
    tested: bool
    held: bool
    through: bool


@dataclass(frozen=True, slots=True)
class Miss:
    """The put that delivered least of its promise: the day, what was missing, and why."""

    day: int
    missing: float
    why: str


@dataclass(frozen=True, slots=True)
class Floors:
    """The floors of a hedge's completed puts, oldest first; `on` names an index under them."""

    puts: tuple[Put, ...]
    on: str | None
    worst: Miss | None

    @property
    def tested(self) -> tuple[Put, ...]:
        """The puts whose shares fell below the floor."""
        return tuple(put for put in self.puts if put.tested)


@dataclass(frozen=True, slots=True, eq=False)
class Protection:
    """The job of each hedge that traded; mappings are by the name of the run.

    `floors` has the hedges that bought puts, also where none was completed.
    """

    periods: Periods
    tests: Mapping[str, Tests]
    floors: Mapping[str, Floors]
