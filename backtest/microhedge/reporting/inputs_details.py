"""What does a report read of a hedge that was looked into: its risk, and its relation?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from microhedge.tape import Floats


@dataclass(frozen=True, slots=True)
class Bounded:
    """A number with its 95 % bounds; None where it is not defined, or not bounded."""

    value: float | None
    bounds: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """Normal scores of holding and hedge on one side of the split, every `step`-th session."""

    holding: Floats
    hedge: Floats
    step: int
    correlation: Bounded


@dataclass(frozen=True, slots=True)
class Joint:
    """Correlations of joint moves beyond `level` standard deviations; `normal` of a normal pair."""

    level: float
    falls: Bounded
    rises: Bounded
    normal: float | None


@dataclass(frozen=True, slots=True)
class Tried:
    """One test beside those of the correlation, with its plain answer."""

    name: str
    statistic: float | None
    p: float | None
    sentence: str


@dataclass(frozen=True, slots=True, eq=False)
class Relation:
    """The relation in detail; `shift` is the p-value of T1, `symmetry` that of falls and rises.

    `opposite` tells that the joint moves are of the holding with the opposite of the hedge.
    `told` are sentences about what has no statistic.
    """

    before: Side
    after: Side
    shift: float | None
    joint: tuple[Joint, ...]
    symmetry: float | None
    opposite: bool
    tests: tuple[Tried, ...]
    told: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Looked:
    """What a hedge removed by each measure, by its name in `page_details.MEASURES`."""

    risk: Mapping[str, Bounded]
    relation: Relation | None
