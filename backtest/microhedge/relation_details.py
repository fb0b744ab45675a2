"""What else is there to know of a relation: ratio, regimes, forecasts, tails, crises, levels?"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from microhedge.analysis.breaks import Breaks, break_dates, weekly
from microhedge.analysis.cointegration import Cointegration, cointegration
from microhedge.analysis.crises import Crisis, crises
from microhedge.analysis.crisis_windows import left_out, windows
from microhedge.analysis.forecasts import ForecastValue, forecast_value
from microhedge.analysis.hedge_ratio import HedgeRatioChange, decompose
from microhedge.analysis.quantile_betas import QuantileBetas, quantile_betas
from microhedge.analysis.symmetry import symmetry
from microhedge.analysis.tail_dependence import TailDependence, tail_dependence
from microhedge.analysis.tails import Exceedance, exceedances
from microhedge.analysis.test_result import TestResult
from microhedge.errors import BadData, NotCovered
from microhedge.plain import plain
from microhedge.relation import Relation
from microhedge.tape import Floats
from microhedge.told import told


@dataclass(frozen=True, slots=True, eq=False)
class Details:
    """Everything about a relation beside its verdict.

    `opposite` tells that the relation is negative, so that the tails are those of the holding
    with the opposite of the other side.  `cointegration` is None for a hedge of several factors,
    and `no_cointegration` says why there is none.
    """

    hedge_ratio: HedgeRatioChange
    breaks: Breaks
    forecasts: ForecastValue
    opposite: bool
    exceedances: tuple[Exceedance, ...]
    symmetry: TestResult
    tail_dependence: tuple[TailDependence, ...]
    quantile_betas: QuantileBetas
    crises: tuple[Crisis, ...]
    left_out: str
    cointegration: Cointegration | None
    no_cointegration: str

    @property
    def sentences(self) -> tuple[str, ...]:
        """What a reader should know of each, in a sentence or two."""
        turned = ("The tails are of the holding with the opposite of the other side.",)
        levels = self.no_cointegration
        if self.cointegration is not None:
            levels = self.cointegration.sentence
        return (
            self.hedge_ratio.sentence,
            self.breaks.sentence,
            *(test.sentence for test in self.forecasts.tests),
            *(turned if self.opposite else ()),
            self.symmetry.sentence,
            *(one.sentence for one in self.tail_dependence[:1]),
            self.quantile_betas.sentence,
            *((self.left_out,) if self.left_out else ()),
            *((levels,) if levels else ()),
        )

    def document(self) -> dict[str, Any]:
        """Return all of it as one JSON-able element; paths are left out."""
        return {one.name: plain(getattr(self, one.name)) for one in fields(self)}


def details(relation: Relation, *, seed: int = 0) -> Details | None:
    """Work out what stands beside the verdict of a relation; None where there is none.

    Raises BadData and NotCovered as the parts do; levels that cannot be tested for
    cointegration are told, not raised: it is another claim than a correlation.
    """
    judged = relation.judged
    if judged is None:
        return None
    y, x, day, split = relation.y, relation.x, relation.day, judged.split
    sign = -1.0 if judged.expected < 0.0 else 1.0
    weeks, (by_week, other) = weekly(day, np.log1p(y), np.log1p(x))
    levels, why = _levels(relation, y, x, seed)
    return Details(
        hedge_ratio=decompose(y, x, split),
        breaks=break_dates(by_week, other, day=weeks),
        forecasts=forecast_value(y, x, split),
        opposite=sign < 0.0,
        exceedances=exceedances(y, sign * x),
        symmetry=symmetry(y, sign * x, seed=seed),
        tail_dependence=tail_dependence(y, sign * x, seed=seed),
        quantile_betas=quantile_betas(y, x),
        crises=crises(day, y, x),
        left_out=left_out(windows(day, y)),
        cointegration=levels,
        no_cointegration=why,
    )


def _levels(
    relation: Relation, y: Floats, x: Floats, seed: int
) -> tuple[Cointegration | None, str]:
    if len(relation.weights) != 1:
        return None, told(
            "Cointegration is a claim about two prices; this hedge has several factors."
        )
    try:
        return cointegration(np.log1p(y).cumsum(), np.log1p(x).cumsum(), seed=seed), ""
    except (BadData, NotCovered) as reason:
        return None, told("Cointegration was not tested: {reason}", reason=str(reason))
