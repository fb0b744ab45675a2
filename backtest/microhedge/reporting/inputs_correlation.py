"""What does a report read of the course of a relation: its break, its parts, its falls?"""

from __future__ import annotations

from dataclasses import dataclass

from microhedge.tape import Days, Floats


@dataclass(frozen=True, slots=True, eq=False)
class Fluctuation:
    """The path of the test for a lasting break (T2), with the boundary that it crosses in 5 %.

    `path` has one value a session of the sample; `row` is the session from which on the
    correlation may be another one, `statistic` the size of the path there.  `before` and `after`
    are the correlations on its sides, None where it lies too close to an end.
    """

    days: Days
    path: Floats
    boundary: float
    statistic: float
    row: int
    p: float | None
    holm: float | None
    before: float | None
    after: float | None

    @property
    def crossed(self) -> bool:
        """Whether the path left its boundary."""
        return self.statistic > self.boundary

    @property
    def proven(self) -> bool:
        """Whether a lasting change is shown once three tests are allowed for."""
        return self.holm is not None and self.holm < 0.05


@dataclass(frozen=True, slots=True)
class Factor:
    """What one part multiplied the hedge ratio by, its 95 % bounds, and whether beyond chance."""

    value: float
    bounds: tuple[float, float] | None
    moved: bool


@dataclass(frozen=True, slots=True)
class Change:
    """The best hedge ratio after the split against the one before it, and its two parts.

    `total` and `correlation` are None where the correlation changed its sign, from `signs[0]`
    to `signs[1]`.  `few` tells that a side has too few sessions to tell a spell of volatility
    from a lasting change.
    """

    total: Factor | None
    correlation: Factor | None
    volatility: Factor
    signs: tuple[float, float]
    few: bool


@dataclass(frozen=True, slots=True)
class Span:
    """One calendar year, or quarter, after the split; None is not defined.

    `correlation` and `volatility` are logarithms of factors against the sample before the split.
    `explained` is the part of the variance that the one best ratio of the period would have
    removed, `removed` what the hedge removed as traded, after costs.
    """

    year: int
    quarter: int | None
    correlation: float | None
    volatility: float | None
    explained: float | None
    removed: float | None


@dataclass(frozen=True, slots=True, eq=False)
class Offset:
    """The dollar offset since the first trade by month, and how many lie between 80 and 125 %.

    `cumulative` is NaN where the holding had hardly moved.  The `single` counts are of months by
    themselves, `expected` is the share of those that normal changes would put inside.
    """

    days: Days
    cumulative: Floats
    inside: int
    counted: int
    single_inside: int
    single_counted: int
    expected: float | None

    @property
    def last(self) -> float | None:
        """The offset at the last month's end that has one."""
        seen = self.cumulative[self.cumulative == self.cumulative]
        return float(seen[-1]) if len(seen) else None


@dataclass(frozen=True, slots=True)
class Fall:
    """One fall of the holding or of the market after the split, as `analysis.crises` tells it.

    `place` numbers the holding's own falls.  `saved` is the return with the hedge less that
    without, `removed` the part of the variance there.  None is not defined or too short.
    """

    name: str
    place: int | None
    whole: bool
    low_day: int
    n: int
    fall: float
    correlation: float | None
    bounds: tuple[float, float] | None
    adjusted: float | None
    calm: float | None
    removed: float | None
    saved: float | None


@dataclass(frozen=True, slots=True)
class Moves:
    """The offset on the sessions of the largest moves, with its 95 % bounds, and on the others."""

    n: int
    offset: float
    bounds: tuple[float, float]
    others: float


@dataclass(frozen=True, slots=True, eq=False)
class Course:
    """The course of a relation; a part that cannot be told is None or empty.

    `traded` tells that the hedge had a fill; without one it removed, offset and saved nothing.
    """

    fluctuation: Fluctuation | None
    change: Change
    spans: tuple[Span, ...]
    offset: Offset | None
    falls: tuple[Fall, ...]
    moves: Moves | None
    traded: bool
