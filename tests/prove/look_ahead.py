"""Does anything that ships know more than it could have known?

Every strategy, estimator, kernel and volatility model, and what the engine decides for a strategy
(see tests/test_causality.py), before other futures; puts also where they are chosen and traded at
quotes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import test_causality as suite
from prove.figures import Figure

from microhedge import declaration
from microhedge.calendar import listed_expiries
from microhedge.causality import check, check_column
from microhedge.estimators import ESTIMATORS
from microhedge.hedge import Hedge
from microhedge.loading import load
from microhedge.portfolio import Portfolio
from microhedge.pricing import black
from microhedge.quotes import Chain
from microhedge.tape import Tape
from microhedge.volatility import At

AT_QUOTES: Mapping[str, Mapping[str, Any]] = {
    "chosen by moneyness": {},
    "chosen and rolled by delta": {"delta": -0.25, "roll": "days-before=30+delta-drift=0.10..0.60"},
}


def figures(cuts: int) -> list[Figure]:
    """Compare up to `cuts` sessions in each of four ways."""
    return [*_strategies(cuts), *_estimators(cuts), *_at_quotes(cuts), *_columns(cuts)]


def _strategies(cuts: int) -> Iterator[Figure]:
    for one in [*suite.SHIPPED, *suite.WITH_ENGINE]:
        name, parameters, holding, start, end = one.values
        assert isinstance(name, str)
        assert isinstance(parameters, Mapping)
        also = "" if one in suite.SHIPPED else f", {one.id}"
        hedge: Hedge = declaration.build(load(name), {"holding": holding, **parameters})
        tape = suite.laid(hedge.symbols, str(start), str(end))
        yield _tried(f"{name} on {holding}{also}", hedge, tape, cuts)


def _estimators(cuts: int) -> Iterator[Figure]:
    holding, start, end = suite.MSFT
    for estimator in ESTIMATORS:
        name, peers = "pair-short", {"peer": "IBM"}
        if estimator == "ridge":  # of several factors alone
            name, peers = "basket-short", {"peers": "IBM+SPX"}
        given = {"holding": holding, "estimator": estimator, **peers}
        hedge: Hedge = declaration.build(load(name), given)
        tape = suite.laid(hedge.symbols, start, end)
        yield _tried(f"{name} on {holding} by {estimator}", hedge, tape, cuts)


def _at_quotes(cuts: int) -> Iterator[Figure]:
    holding, start, end = suite.AAPL
    for how, given in AT_QUOTES.items():
        hedge: Hedge = declaration.build(load("protective-put"), {"holding": holding, **given})
        tape = suite.laid(hedge.symbols, start, end)
        yield _tried(
            f"protective-put on {holding} at quotes, {how}",
            hedge,
            tape,
            cuts,
            chains={holding: _quoted(tape, holding)},
        )


def _tried(
    what: str, hedge: Hedge, tape: Tape, cuts: int, chains: Mapping[str, Chain] | None = None
) -> Figure:
    portfolio = Portfolio(shares=1000, weight=0.4)
    found = check(hedge, tape, suite.by_coverage, portfolio=portfolio, chains=chains, cuts=cuts)
    tried = f"{sum(found.tried.values()):,} cuts of {len(tape) - tape.begin} sessions"
    differ = sum(difference is not None for difference in found.differences.values())
    differ += (found.repeated is not None) + (found.no_sleep is not None)
    return Figure(what, tried, f"{differ} differences", "0", found.passed)


def _quoted(tape: Tape, symbol: str) -> Chain:
    """Puts at each listed expiry from a week to a year, by Black's formula, of a changing smile."""
    dice = np.random.default_rng(5)
    pieces = []
    for row in range(tape.begin, len(tape)):
        day, spot = int(tape.day[row]), float(tape.close[symbol][row])
        for expiry in listed_expiries(day):
            if 7 <= expiry - day <= 370:
                strikes = np.unique(np.round(np.linspace(0.7, 1.2, 11) * spot))
                sigma = dice.uniform(0.2, 0.5) * (spot / strikes) ** 0.5
                years = np.full(len(strikes), (expiry - day) / 365)
                mid = black(np.full(len(strikes), spot), strikes, years, sigma, 1.0, -1)
                half = np.maximum(0.02, 0.02 * mid)
                ends = np.full((2, len(strikes)), [[day], [expiry]])
                bid = np.maximum(np.round(mid - half, 2), 0.0)
                pieces.append(np.vstack([ends, strikes, bid, np.round(mid + half, 2)]))
    days, expiries, strike, bid, ask = np.concatenate(pieces, axis=1)
    return Chain(
        symbol,
        days.astype(np.int32),
        expiries.astype(np.int32),
        np.zeros(len(days), dtype=np.bool_),
        strike,
        bid,
        ask,
    )


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
