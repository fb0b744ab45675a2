"""What does a comparison say of its hedges where they were looked into (`with_details`)?"""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from microhedge.analysis.sample import Sample
from microhedge.reporting.inputs_details import Bounded, Joint, Looked, Relation, Side, Tried
from microhedge.told import retold

if TYPE_CHECKING:
    from microhedge import relation
    from microhedge.analysis.bootstrap import Interval
    from microhedge.analysis.risk_removed import RiskRemoved
    from microhedge.analysis.test_result import Estimate, TestResult
    from microhedge.comparison import Comparison
    from microhedge.relation_details import Details
    from microhedge.tape import Floats

POINTS = 260
"""Sessions of one side that are drawn, at most."""

FROZEN = "1:1"
"""In units of the hedge as it was first fitted a 1:1 hedge is the frozen ratio: told once."""


def details_of(comparison: Comparison) -> dict[str, Looked]:
    """Return what the details of each hedge hold, by the name of its run; none without them."""
    return {
        name: Looked(
            risk=_risk(found.risk),
            relation=None
            if found.relation is None
            else _relation(found.relation, comparison.relations[name]),
        )
        for name, found in (comparison.details or {}).items()
    }


def _risk(risk: RiskRemoved) -> dict[str, Bounded]:
    one = {
        name: _interval(getattr(risk, name))
        for name in (
            "semivariance",
            "value_at_risk",
            "shortfall",
            "down_capture",
            "up_capture",
        )
    }
    return {**one, "max_drawdown": Bounded(risk.max_drawdown)}


def _interval(found: Interval) -> Bounded:
    bounds = None if found.low is None or found.high is None else (found.low, found.high)
    return Bounded(found.estimate, bounds)


def _estimate(found: Estimate | None) -> Bounded:
    if found is None:
        return Bounded(None)
    bounds = None if found.low is None or found.high is None else (found.low, found.high)
    return Bounded(found.value, bounds)


def _relation(found: Details, judged: relation.Relation) -> Relation | None:
    if judged.judged is None:
        return None
    shift = judged.judged.tests[0]
    sample = Sample.of(judged.y, judged.x, judged.judged.split)
    (before, after), (one, two) = sample.sides, shift.parts
    levels = found.cointegration
    tests = [test for test in found.forecasts.tests if FROZEN not in test.name]
    told = [found.no_cointegration] if found.no_cointegration else []
    if levels is not None:
        tests += [levels.engle_granger, levels.johansen.test]
        told.append(levels.half_life.sentence)
    return Relation(
        before=_side(*before, _estimate(one)),
        after=_side(*after, _estimate(two)),
        shift=shift.pvalue,
        joint=tuple(
            Joint(each.level, _estimate(each.falls), _estimate(each.rises), each.normal)
            for each in found.exceedances
        ),
        symmetry=found.symmetry.pvalue,
        opposite=found.opposite,
        tests=tuple(map(_tried, tests)),
        told=tuple(map(retold, told)),
    )


def _side(u: Floats, v: Floats, correlation: Bounded) -> Side:
    step = ceil(len(u) / POINTS)
    return Side(u[::step], v[::step], step, correlation)


def _tried(test: TestResult) -> Tried:
    return Tried(test.name, test.statistic, test.pvalue, retold(test.sentence))
