"""The line of selling once is the yardstick at every size, and a hedge is placed beside it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache
from typing import Literal

import numpy as np
import pytest

import microhedge as mh
from microhedge.analysis.bootstrap import intervals
from microhedge.analysis.performance import annual_return, tail_loss
from microhedge.comparison import Comparison
from microhedge.declaration import build
from microhedge.frontier import PARTS, beside, line
from microhedge.loading import load
from microhedge.runs import Run
from microhedge.scorecard import roll_bounds
from microhedge.yardsticks import sold_once

Returns = Literal["sleeve", "account"]


@cache
def found(returns: Returns = "sleeve") -> Comparison:
    hedges = [
        build(load(name), {"holding": "AAPL", **own})
        for name, own in (("protective-put", {}), ("index-peer-short", {"peer": "MSFT"}))
    ]
    return mh.compare(
        hedges,
        mh.data.bundled(),
        mh.Portfolio(shares=1000, weight=0.4),
        returns=returns,
        start=date(2008, 1, 2),
        end=date(2011, 12, 30),
    )


def sale_of(comparison: Comparison, hedge: Run) -> Run:
    return next(r for r in comparison.runs if r.kind == "sell-once" and r.of == hedge.name)


@pytest.mark.parametrize("returns", ["sleeve", "account"])
@pytest.mark.parametrize("place", [0, 1])
def test_at_the_part_sold_the_line_is_the_yardstick_bit_for_bit(
    returns: Returns, place: int
) -> None:
    comparison = found(returns)
    hedge = comparison.hedges[place]
    sale = sale_of(comparison, hedge)
    make = sold_once(hedge, comparison.unhedged, comparison.setup)
    assert make is not None
    assert sale.sold is not None
    assert 0.05 < sale.sold < 0.95
    again = make(sale.sold)
    assert again.tobytes() == sale.returns.tobytes()
    assert annual_return(again, comparison.day) == sale.stats["annual_return"]
    assert tail_loss(again, comparison.day) == sale.stats["tail_loss"]


@pytest.mark.parametrize("returns", ["sleeve", "account"])
def test_nothing_sold_is_keeping_all_and_more_sold_loses_less(returns: Returns) -> None:
    comparison = found(returns)
    points = line(comparison.hedges[0], comparison.unhedged, comparison.setup)
    assert [one.part for one in points] == list(PARTS) == [n / 10 for n in range(10)]
    alone = comparison.unhedged.stats
    assert points[0].annual_return == pytest.approx(alone["annual_return"], abs=1e-12)
    assert points[0].tail_loss == pytest.approx(alone["tail_loss"], abs=1e-12)
    tails = [one.tail_loss or 0.0 for one in points]
    assert tails == sorted(tails)


def test_a_point_of_the_line_is_share_and_cash_by_hand() -> None:
    # half of the shares kept; half of the value of the first fill at the bill rate less 0.5 %
    comparison = found()
    hedge = comparison.hedges[0]
    assert hedge.result is not None
    first = int(hedge.result.tables["fills"]["session"][0])
    tape, day = comparison.tape, comparison.day
    y = np.maximum(tape.rate[tape.begin : -1] - 0.005, 0.0)
    cash = np.cumprod(1 + np.concatenate(([0.0], y * np.diff(day) / 360)))
    shares = comparison.unhedged.growth
    end = 0.5 * shares[-1] + 0.5 * shares[first] * cash[-1] / cash[first]
    years = (day[-1] - day[0]) / 365.25
    point = line(hedge, comparison.unhedged, comparison.setup)[5]
    # half a cent commission a share on 195 and a basis point: 1.3 in 10,000 of what is sold
    assert point.annual_return == pytest.approx(end ** (1 / years) - 1, abs=1e-4)


def test_the_sale_with_the_same_tail_loss_has_it_and_the_gap_is_the_difference() -> None:
    comparison = found()
    for hedge in comparison.hedges:
        one = beside(hedge, comparison.unhedged, comparison.setup, seed=0)
        assert one.same_tail is not None
        assert one.same_tail.tail_loss == pytest.approx(hedge.stats["tail_loss"], abs=1e-8)
        ours, theirs = hedge.stats["annual_return"], one.same_tail.annual_return
        assert ours is not None
        assert theirs is not None
        assert one.ahead == ours - theirs


def test_the_interval_is_that_of_the_judgement_for_this_sale() -> None:
    comparison = found()
    for hedge in comparison.hedges:
        one = beside(hedge, comparison.unhedged, comparison.setup, seed=3)
        make = sold_once(hedge, comparison.unhedged, comparison.setup)
        assert make is not None
        assert one.same_tail is not None
        assert hedge.result is not None
        whole = intervals(
            hedge.returns,
            comparison.unhedged.returns,
            make(one.same_tail.part),
            comparison.day,
            bounds=roll_bounds(hedge.result) if hedge.uses_options else None,
            following=hedge.result.following,
            seed=3,
        ).over_sale
        for name in ("estimate", "low", "high", "low80", "high80"):
            assert getattr(one.lead, name) == pytest.approx(getattr(whole, name), rel=1e-9), name


def test_a_hedge_that_did_not_cut_the_tail_loss_has_no_such_sale() -> None:
    comparison = found()
    hedge, alone = comparison.hedges[0], comparison.unhedged
    for tail in (alone.stats["tail_loss"], -0.9, None):
        other = replace(hedge, stats={**hedge.stats, "tail_loss": tail})
        one = beside(other, alone, comparison.setup, seed=0)
        assert one.same_tail is None
        assert one.ahead is None
        assert one.lead.estimate is None


def test_a_tail_loss_below_that_of_cash_has_no_sale_either() -> None:
    comparison = found()
    hedge = comparison.hedges[0]
    gained = replace(hedge, stats={**hedge.stats, "tail_loss": 0.05})
    one = beside(gained, comparison.unhedged, comparison.setup, seed=0)
    assert one.same_tail is None


def test_a_hedge_that_never_traded_has_no_line() -> None:
    # 50 shares cannot have one contract
    hedge = build(load("protective-put"), {"holding": "AAPL"})
    comparison = mh.run(
        hedge,
        mh.data.bundled(),
        mh.Portfolio(shares=50),
        start=date(2010, 1, 4),
        end=date(2010, 12, 31),
    )
    (run,) = comparison.hedges
    assert line(run, comparison.unhedged, comparison.setup) == ()
    assert sold_once(run, comparison.unhedged, comparison.setup) is None
    assert beside(run, comparison.unhedged, comparison.setup, seed=0).same_tail is None


def test_too_few_periods_give_a_gap_without_an_interval() -> None:
    hedge = build(load("protective-put"), {"holding": "AAPL"})
    comparison = mh.run(
        hedge,
        mh.data.bundled(),
        mh.Portfolio(shares=1000),
        start=date(2008, 1, 2),
        end=date(2008, 6, 30),
    )
    one = beside(comparison.hedges[0], comparison.unhedged, comparison.setup, seed=0)
    assert one.ahead is not None
    assert one.lead.estimate is not None
    assert one.lead.low is None
