"""Does anything that ships know more than it could have known?

Every strategy, kernel and volatility model of tests/test_causality.py, before other futures.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import test_causality as suite
from prove.figures import Figure

from microhedge import declaration
from microhedge.causality import check, check_column
from microhedge.hedge import Hedge
from microhedge.loading import load
from microhedge.portfolio import Portfolio
from microhedge.volatility import At


def figures(cuts: int) -> list[Figure]:
    """Compare up to `cuts` sessions in each of four ways."""
    return [*_strategies(cuts), *_columns(cuts)]


def _strategies(cuts: int) -> Iterator[Figure]:
    for one in suite.SHIPPED:
        name, parameters, holding, start, end = one.values
        assert isinstance(name, str)
        assert isinstance(parameters, Mapping)
        hedge: Hedge = declaration.build(load(name), {"holding": holding, **parameters})
        tape = suite.laid(hedge.symbols, str(start), str(end))
        portfolio = Portfolio(shares=1000, weight=0.4)
        found = check(hedge, tape, suite.by_coverage, portfolio=portfolio, cuts=cuts)
        tried = f"{sum(found.tried.values()):,} cuts of {len(tape) - tape.begin} sessions"
        differ = sum(difference is not None for difference in found.differences.values())
        differ += (found.repeated is not None) + (found.no_sleep is not None)
        yield Figure(f"{name} on {holding}", tried, f"{differ} differences", "0", found.passed)


def _columns(cuts: int) -> Iterator[Figure]:
    tape = suite.latest(suite.laid(suite.AAPL[:1], *suite.AAPL[1:]), 1_254)
    for what, columns, known in (
        ("kernels, at the close", suite.KERNELS, "close"),
        ("kernels, at the open", suite.AT_THE_OPEN, "open"),
        ("volatility models, at the close", _models("close"), "close"),
        ("volatility models, at the open", _models("open"), "open"),
    ):
        differ = 0
        for column in columns.values():
            found = check_column(column, tape, known=known, cuts=cuts)  # type: ignore[arg-type]
            differ += sum(difference is not None for difference in found.values())
        tried = f"{len(columns)} × 4 × {cuts} cuts of {len(tape)} sessions"
        yield Figure(what, tried, f"{differ} differences", "0", differ == 0)


def _models(at: At) -> dict[str, suite.Column]:
    return {name: suite.volatilities(model, at) for name, model in suite.MODELS.items()}
