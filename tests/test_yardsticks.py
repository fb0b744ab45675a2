"""The yardsticks beside a hedge: returns of the sleeve or of the account, and an index held."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Literal

import numpy as np
import pytest

import microhedge as mh
from microhedge.comparison import Comparison
from microhedge.declaration import build
from microhedge.loading import load
from microhedge.runs import Run

WINDOW = {"start": date(2013, 6, 3), "end": date(2015, 6, 1)}


@cache
def found(returns: Literal["sleeve", "account"]) -> Comparison:
    hedge = build(load("protective-put"), {"holding": "AAPL"})
    return mh.run(
        hedge,
        mh.data.bundled(),
        mh.Portfolio(shares=1000, weight=0.4),
        returns=returns,
        start=WINDOW["start"],
        end=WINDOW["end"],
    )


def named(returns: Literal["sleeve", "account"], kind: str) -> Run:
    return next(run for run in found(returns).runs if run.kind == kind)


@pytest.mark.parametrize("kind", ["sell-once", "sell-diversify", "staged-sale", "macro-future"])
def test_returns_of_the_account_are_those_of_its_equity(kind: str) -> None:
    run = named("account", kind)
    assert run.equity is not None
    assert run.growth[-1] == pytest.approx(run.equity[-1] / run.equity[0], rel=1e-12)


@pytest.mark.parametrize("kind", ["sell-once", "sell-diversify", "staged-sale", "macro-future"])
def test_a_yardstick_has_the_same_account_whatever_returns_are_counted(kind: str) -> None:
    one, other = named("sleeve", kind).equity, named("account", kind).equity
    assert one is not None
    assert other is not None
    np.testing.assert_array_equal(one, other)


def test_a_mix_of_the_account_moves_the_holding_s_weight_of_it() -> None:
    # the holding is two fifths of the account at first, so the second session differs by that
    # part of what the mix of the sleeve differs by
    gap = {
        returns: named(returns, "constant-mix").returns - found(returns).unhedged.returns
        for returns in ("sleeve", "account")
    }
    alone = found("account").results[0].curves
    weight = alone["holding"] / alone["equity"]
    assert weight[0] == pytest.approx(0.4, rel=1e-12)
    np.testing.assert_allclose(gap["account"][1:], gap["sleeve"][1:] * weight[:-1], atol=1e-15)


def test_an_index_that_is_held_and_sold_by_its_future_earns_about_the_bill() -> None:
    # a future is fair, S·e^{(r−q)T}: the yield that is received is the one that is owed, so what
    # is left once it has filled is the 3-month rate (near 0.05 % a year then) less costs
    hedge = build(load("protective-put"), {"holding": "SPX"})
    run = mh.run(
        hedge,
        mh.data.bundled(),
        mh.Portfolio(shares=100),
        start=WINDOW["start"],
        end=WINDOW["end"],
    )
    macro = next(each for each in run.runs if each.kind == "macro-future")
    assert float(np.prod(1.0 + macro.returns[2:])) == pytest.approx(1.0, abs=0.004)


def test_the_value_of_the_sleeve_is_never_told_from_the_account_s_returns() -> None:
    for kind in ("unhedged", "hedge"):
        one, other = named("sleeve", kind).stats, named("account", kind).stats
        assert one["sleeve_value"] == other["sleeve_value"]
    assert named("sleeve", "sell-once").stats["sleeve_value"] is not None
    assert named("account", "sell-once").stats["sleeve_value"] is None
