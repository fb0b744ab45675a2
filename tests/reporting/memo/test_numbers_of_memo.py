"""The numbers of a memo against hand calculation from prices and fills."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from math import atan, pi

import numpy as np
import pytest

import microhedge as mh
from microhedge import loading
from microhedge.analysis.offsets import expected_share
from microhedge.errors import NotCovered, UnknownName
from microhedge.reporting.memo.facts import Facts, facts
from microhedge.reporting.memo.prospective import regression, terms
from microhedge.reporting.memo.retrospective import legs, look_back

from .conftest import compared


@pytest.fixture(scope="module")
def short(pair: mh.Comparison) -> Facts:
    return facts(pair)


@pytest.fixture(scope="module")
def puts(ladder: mh.Comparison) -> Facts:
    return facts(ladder)


def test_the_designation_is_the_first_fill_after_the_first_decision(short: Facts) -> None:
    assert short.day(short.decided) == date(2003, 1, 2)
    assert short.day(short.first) == date(2003, 1, 3)
    assert short.instrument == "short"
    assert short.hedging == ("PFE",)
    assert not short.on_itself


def test_the_prospective_regression_is_that_of_the_window_before_the_designation(
    short: Facts, pair: mh.Comparison
) -> None:
    found = regression(short)
    assert found is not None
    tape = pair.tape
    row = tape.dates.index(date(2003, 1, 2))
    y, x = (tape.close[s][row - 504 : row + 1] for s in ("MRK", "PFE"))
    y, x = y[1:] / y[:-1] - 1.0, x[1:] / x[:-1] - 1.0  # total-return prices: no dividends
    slope, constant = np.polyfit(x, y, 1)
    (one,) = found.slopes
    assert one.slope == pytest.approx(slope)
    assert one.used == pytest.approx(slope)
    assert found.r_squared == pytest.approx(np.corrcoef(x, y)[0, 1] ** 2)
    assert (found.sessions, found.last) == (504, date(2003, 1, 2))
    assert max(found.days) < short.day(short.first)
    # Newey and West by hand: 5 lags, Bartlett's weights, Student's t with 502 degrees of freedom
    u = (y - constant - slope * x)[:, None] * np.column_stack((np.ones(504), x))
    middle = u.T @ u
    for lag in range(1, 6):
        gamma = u[lag:].T @ u[:-lag]
        middle += (1.0 - lag / 6.0) * (gamma + gamma.T)
    design = np.column_stack((np.ones(504), x))
    bread = np.linalg.inv(design.T @ design)
    error = float(np.sqrt((bread @ middle @ bread)[1, 1]))
    assert found.lags == 5
    assert one.low == pytest.approx(slope - 1.9647 * error, abs=1e-4)
    assert one.high == pytest.approx(slope + 1.9647 * error, abs=1e-4)


def test_prices_after_the_designation_change_nothing_of_the_prospective_test(
    pair: mh.Comparison,
) -> None:
    shorter = compared("pair-short", "MRK", date(2003, 1, 2), date(2003, 6, 30), peer="PFE")
    one, other = regression(facts(pair)), regression(facts(shorter))
    assert one is not None
    assert other is not None
    assert one.slopes == other.slopes
    assert one.r_squared == other.r_squared


def test_the_offset_of_a_pair_is_that_of_its_prices_and_its_fills(
    short: Facts, pair: mh.Comparison
) -> None:
    seen = look_back(short)
    begin = pair.tape.begin
    own, other = (pair.tape.close[s][begin:] for s in ("MRK", "PFE"))
    held = np.zeros(len(own))
    for row, quantity in zip(short.fills["session"], short.fills["quantity"], strict=True):
        held[row:] += quantity
    item = pair.shares * (own[-1] - own[short.first])
    hedge = float((held[:-1] * np.diff(other))[short.first :].sum())
    assert seen.item.sum() == pytest.approx(item)
    assert seen.hedge.sum() == pytest.approx(hedge)
    assert seen.cumulative == pytest.approx(-hedge / item)
    costs = sum(short.fills[name].sum() for name in ("spread", "commission", "fee"))
    borrowed = short.result.curves["borrow/hedge/PFE"].sum()
    interest = short.result.curves["short_interest"].sum()
    # what opening cost is in the first month, though its close is where changes begin
    assert seen.extras.sum() == pytest.approx(interest - borrowed - costs)


def test_months_inside_the_corridor_are_counted_one_by_one(short: Facts) -> None:
    seen = look_back(short)
    values = short.result.curves["holding"][seen.bounds[:-1]]
    inside = counted = 0
    for own, other, value in zip(seen.item, seen.hedge, values, strict=True):
        if abs(own) >= 0.001 * value:
            counted += 1
            inside += 0.8 <= -other / own <= 1.25
    assert seen.offset.by_period.inside == inside
    assert seen.offset.by_period.counted == counted
    # January 2003, cut at the designation, to December 2005
    assert len(seen.item) == 36
    assert [str(short.day(int(row))) for row in seen.bounds[[0, 1, -1]]] == [
        "2003-01-03",
        "2003-01-31",
        "2005-12-30",
    ]


def test_chance_is_the_closed_form_of_slope_and_r_squared(short: Facts) -> None:
    seen = look_back(short)
    r2 = np.corrcoef(seen.item, seen.hedge)[0, 1] ** 2
    b = -np.cov(seen.item, seen.hedge)[0, 1] / np.var(seen.item, ddof=1)
    scale = b * np.sqrt((1.0 - r2) / r2)
    assert seen.expected == pytest.approx((atan((1.25 - b) / scale) - atan((0.8 - b) / scale)) / pi)
    assert seen.least == pytest.approx(expected_share(float(r2)))


def test_a_premium_is_intrinsic_value_and_time_value(puts: Facts) -> None:
    for one in terms(puts):
        assert one.strike is not None
        assert one.intrinsic == pytest.approx(one.shares * max(one.strike - one.spot, 0.0))
    first = legs(puts)[0]
    mid = puts.fills["mid"][0]
    assert terms(puts)[0].time == pytest.approx(300.0 * mid - terms(puts)[0].intrinsic)
    assert first.shares == 300.0


def test_a_put_gains_what_its_shares_lost_below_the_strike(
    puts: Facts, ladder: mh.Comparison
) -> None:
    tape = ladder.tape
    paid = [leg for leg in legs(puts) if leg.inside_closed > 0.0]
    assert paid
    for leg in paid:
        assert leg.final_spot == tape.close["AAPL"][tape.dates.index(leg.closed)]
        split = 4.0 if leg.opened < date(2020, 8, 31) <= leg.closed else 1.0
        expected = leg.shares * split * (leg.final_strike - leg.final_spot)
        assert leg.inside_closed == pytest.approx(expected)
        assert leg.inside == pytest.approx(-leg.item, rel=1e-3)  # strikes are rounded by a split
        assert leg.final_strike == pytest.approx(leg.strike / split, abs=0.01)
    assert any(leg.opened < date(2020, 8, 31) <= leg.closed for leg in legs(puts))


@pytest.mark.parametrize("name", ["ladder", "collar"])
def test_intrinsic_value_time_value_and_costs_add_up_to_the_net_of_every_leg(
    name: str, request: pytest.FixtureRequest
) -> None:
    found = facts(request.getfixturevalue(name))
    table = found.legs
    net = float(table["net"][table["closed"] >= 0].sum())
    made = sum(leg.inside - leg.cost_of_hedging - leg.costs for leg in legs(found))
    assert made == pytest.approx(net, abs=1e-6)


def test_an_option_that_expired_gave_back_its_intrinsic_value_and_no_time_value() -> None:
    found = facts(
        compared("covered-call", "AAPL", date(2014, 1, 2), date(2014, 12, 31), moneyness=1.01)
    )
    expired = [leg for leg in legs(found) if leg.end == "expired"]
    close = dict(zip(found.comparison.tape.dates, found.comparison.tape.close["AAPL"], strict=True))
    for leg in expired:
        inside = max(float(close[leg.closed]) - leg.final_strike, 0.0)
        split = 7.0 if leg.opened < date(2014, 6, 9) <= leg.closed else 1.0
        assert leg.inside_closed == pytest.approx(leg.shares * split * inside, abs=1e-6)
        assert leg.time_back == pytest.approx(0.0, abs=1e-6)
    assert any(leg.inside_closed < 0.0 for leg in expired)


def test_options_that_deliver_their_shares_add_up_too() -> None:
    hedge = loading.load("covered-call")(holding="AAPL", moneyness=1.01)  # type: ignore[call-arg]
    made = mh.compare(
        [hedge],
        mh.data.bundled(),
        mh.Portfolio(shares=1000),
        start=date(2014, 1, 2),
        end=date(2014, 12, 31),
        deliver="rebuy",
    )
    found = facts(made)
    settled = [leg for leg in legs(found) if leg.end not in ("expired", "bought", "sold")]
    assert settled
    for leg in settled:
        assert leg.time_back == 0.0
        assert leg.inside == pytest.approx(-leg.item, rel=1e-3)


def test_a_collar_is_a_combined_instrument_and_written_legs_have_the_other_sign(
    collar: mh.Comparison,
) -> None:
    found = facts(collar)
    assert found.instrument == "combined"
    for leg in legs(found):
        assert (leg.shares > 0.0) == (leg.right == "P")
        assert (leg.time_paid > 0.0) == (leg.right == "P")


def test_a_hedge_without_a_completed_roll_has_no_memo() -> None:
    found = compared("protective-put", "AAPL", date(2014, 1, 2), date(2014, 4, 30), tranches=1)
    with pytest.raises(NotCovered, match="has no completed roll"):
        facts(found)


def test_a_hedge_that_never_traded_has_no_memo() -> None:
    when = "2019-01-02..2019-02-01"
    found = compared("protective-put", "AAPL", date(2014, 1, 2), date(2014, 3, 31), when=when)
    with pytest.raises(NotCovered, match="never traded"):
        facts(found)


def test_the_hedge_can_be_named_and_a_wrong_name_is_answered(pair: mh.Comparison) -> None:
    assert facts(pair, "pair-short").run.name == "pair-short"
    with pytest.raises(UnknownName, match="did you mean 'pair-short'"):
        facts(pair, "pair-shrot")


def test_a_relation_that_was_not_recorded_is_none(pair: mh.Comparison) -> None:
    relation = replace(pair.relations["pair-short"], fits=())
    assert regression(facts(replace(pair, relations={"pair-short": relation}))) is None
