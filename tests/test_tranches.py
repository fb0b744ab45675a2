"""On which day does each policy roll?  Paths short enough to be worked by hand.

Rates are 0 and the volatility is constant, so that an American put is worth what Black (1976) says.
Expiries are third Fridays: 91 days from Wednesday 2024-01-03 lie nearest to 2024-04-19.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from math import erf, log, sqrt
from typing import Any

import numpy as np
import pytest
from tapes import FREE, arrange, day, lay

from microhedge.declaration import build
from microhedge.ending import EndRules
from microhedge.engine import simulate
from microhedge.loading import load
from microhedge.result import Result
from microhedge.scorecard import days_held, hedge_stats, rolled_by
from microhedge.tape import Action

COUNT = 150
SIGMA = 0.10


def normal(x: float) -> float:
    return 0.5 * (1.0 + erf(x / sqrt(2.0)))


def put_delta(spot: float, strike: float, days: int) -> float:
    deviation = SIGMA * sqrt(days / 365.0)
    return normal(log(spot / strike) / deviation + deviation / 2) - 1.0


def put_price(spot: float, strike: float, days: int) -> float:
    deviation = SIGMA * sqrt(days / 365.0)
    d1 = log(spot / strike) / deviation + deviation / 2
    return strike * normal(deviation - d1) - spot * normal(-d1)


def closes(**changes: float) -> list[float]:
    """100 until `on_…` the session of a number, from which on it is what is said."""
    path = [100.0] * COUNT
    for name, price in changes.items():
        first = int(name.removeprefix("on_"))
        path[first:] = [price] * (COUNT - first)
    return path


def run(
    roll: object,
    path: list[float],
    name: str = "protective-put",
    shares: float = 100.0,
    **given: Any,
) -> Result:
    asked: dict[str, object] = {"holding": "AAA", "roll": roll, "tenor": 91, "moneyness": 1.0}
    if "ladder" not in str(roll):
        asked["tranches"] = 1
    hedge = build(load(name), asked | given)
    return simulate(hedge, arrange(lay({"AAA": path}), shares=shares, sigma=SIGMA, costs=FREE))


def told(result: Result) -> list[tuple[date, date | None, str]]:
    """When each contract was opened and ended, and by what."""
    rolled, day = result.tables["rolls"], result.day
    dates = [date(1970, 1, 1) + timedelta(int(d)) for d in day]
    return [
        (dates[o], dates[c] if c >= 0 else None, w)
        for o, c, w in zip(
            *(rolled[name].tolist() for name in ("opened", "closed", "why")), strict=True
        )
    ]


def test_days_before_fills_on_the_first_session_with_so_many_days_left() -> None:
    # 2024-04-19 less 30 days is Wednesday 2024-03-20
    first, second = told(run(30, closes()))[:2]
    assert first == (date(2024, 1, 3), date(2024, 3, 20), "days-before")
    # 91 days from then is 2024-06-19, nearest to Friday the 21st; 30 days before is May the 22nd
    assert second == (date(2024, 3, 20), date(2024, 5, 22), "days-before")


def test_days_before_on_a_weekend_fills_on_the_last_session_before() -> None:
    # 2024-04-19 less 27 days is Saturday 2024-03-23: on Friday 28 days are left, on Monday 25
    assert told(run(27, closes()))[0][1] == date(2024, 3, 25)


def test_hold_to_expiry_ends_with_the_contract_and_opens_the_next_at_that_close() -> None:
    first, second = told(run("hold-to-expiry", closes()))[:2]
    assert first == (date(2024, 1, 3), date(2024, 4, 19), "expiry")
    assert second[0] == date(2024, 4, 19)


def test_delta_drift_rolls_on_the_evening_after_the_delta_left_the_range() -> None:
    # session 20 is 2024-01-31, 79 days before expiry; session 30 is 2024-02-14, 65 days
    path = closes(on_20=104.0, on_30=107.0)
    assert -0.60 < put_delta(104.0, 100.0, 79) < -0.10
    assert put_delta(107.0, 100.0, 65) == pytest.approx(-0.052, abs=1e-3)
    first, second = told(run("delta-drift=0.10..0.60", path))[:2]
    assert first == (date(2024, 1, 3), date(2024, 2, 15), "delta-drift")
    assert second[0] == date(2024, 2, 15)


def test_delta_drift_looks_at_both_ends_of_the_range() -> None:
    assert put_delta(97.0, 100.0, 79) == pytest.approx(-0.736, abs=1e-3)
    assert told(run("delta-drift=0.10..0.60", closes(on_20=97.0)))[0] == (
        date(2024, 1, 3),
        date(2024, 2, 1),
        "delta-drift",
    )


def test_what_was_bought_outside_the_range_drifts_once_it_has_been_inside() -> None:
    # struck at 90 its delta is −0.026; it is inside at 92 and outside at 96 again
    assert put_delta(100.0, 90.0, 107) > -0.10
    assert put_delta(92.0, 90.0, 79) < -0.10 < put_delta(97.0, 90.0, 65)
    assert told(run("delta-drift=0.10..0.60", closes(), moneyness=0.9))[0][2] == "expiry"
    path = closes(on_20=92.0, on_30=97.0)
    found = told(run("delta-drift=0.10..0.60", path, moneyness=0.9))
    assert found[0] == (date(2024, 1, 3), date(2024, 2, 15), "delta-drift")


@pytest.mark.parametrize(
    ("price", "rolls"), [(112.4, False), (112.6, True), (81.9, False), (81.8, True)]
)
def test_moneyness_drift_looks_at_strike_over_price(price: float, rolls: bool) -> None:
    # struck at 90: 90 / 112.5 is 0.80 and 90 / 81.82 is 1.10
    found = told(run("moneyness-drift=0.80..1.10", closes(on_20=price), moneyness=0.9))[0]
    expected = (date(2024, 2, 1), "moneyness-drift") if rolls else (date(2024, 4, 19), "expiry")
    assert found[1:] == expected


def test_a_put_is_monetised_on_the_evening_on_which_it_is_worth_so_many_times_its_cost() -> None:
    # bought 107 days before expiry at 0.552; three times that is 1.66
    paid = put_price(100.0, 95.0, 107)
    assert put_price(97.0, 95.0, 79) < 3 * paid < put_price(94.0, 95.0, 65)
    path = closes(on_20=97.0, on_30=94.0)
    first, second = told(run("monetise=3", path, moneyness=0.95))[:2]
    assert first == (date(2024, 1, 3), date(2024, 2, 15), "monetise")
    assert second[0] == date(2024, 2, 15)


def test_after_a_gain_the_hedge_stays_out_for_the_days_it_was_told_to_wait() -> None:
    # sold on 2024-02-15; ten days later is Sunday the 25th, the next session Monday the 26th
    path = closes(on_20=97.0, on_30=94.0)
    result = run("monetise=3+wait=10", path, moneyness=0.95)
    first, second = told(result)[:2]
    assert first == (date(2024, 1, 3), date(2024, 2, 15), "monetise")
    assert second[0] == date(2024, 2, 26)
    assert rolled_by(result)["monetise"] == 1


def test_what_was_written_with_a_tranche_is_bought_back_when_its_gain_is_taken() -> None:
    path = closes(on_20=97.0, on_30=94.0)
    found = told(run("monetise=3+wait=10", path, "put-spread", moneyness=0.95, lower=0.80))
    assert [one[1:] for one in found[:2]] == [(date(2024, 2, 15), "monetise")] * 2
    assert [one[0] for one in found[2:4]] == [date(2024, 2, 26)] * 2


def test_a_written_call_is_bought_back_once_it_costs_a_part_of_what_it_brought_in() -> None:
    # a call at 105 is a put at 105 plus spot less strike, without rates
    brought = put_price(100.0, 105.0, 107) - 5.0
    assert put_price(100.0, 105.0, 73) - 5.0 > brought / 2 > put_price(98.0, 105.0, 72) - 7.0
    path = closes(on_25=98.0)  # 2024-02-07
    found = told(run("monetise=2", path, "covered-call", moneyness=1.05))
    assert found[0] == (date(2024, 1, 3), date(2024, 2, 8), "monetise")


def test_the_first_clause_that_is_met_rolls() -> None:
    roll = "days-before=30+delta-drift=0.10..0.60"
    assert told(run(roll, closes()))[0][1:] == (date(2024, 3, 20), "days-before")
    assert told(run(roll, closes(on_20=97.0)))[0][1:] == (date(2024, 2, 1), "delta-drift")


def test_a_ladder_buys_equal_parts_whose_ends_are_spread() -> None:
    # 1,000 shares in three parts are 3, 3 and 4 contracts, a third and two thirds of the life away
    result = run("hold-to-expiry+ladder=3", closes(), shares=1000.0)
    rolled = result.tables["rolls"]
    assert rolled["contracts"][:3].tolist() == [3.0, 3.0, 4.0]
    assert rolled["expiry"][:3].tolist() == ["2024-02-16", "2024-03-15", "2024-04-19"]
    held = result.curves["cover"][1:]
    assert held == pytest.approx(np.ones(len(held)))


def test_a_budget_buys_what_its_part_of_a_year_pays_for() -> None:
    # 2 % of 1,000,000 a year for 91 of 365 days are 4,986; at the money a put costs 216
    each = put_price(100.0, 100.0, 107) * 100.0
    contracts = int(0.02 * 1_000_000 * 91 / 365 / each)
    rolled = run("budget=0.02", closes(), shares=10_000.0).tables["rolls"]
    assert rolled["contracts"][0] == contracts
    assert contracts == 23
    assert each == pytest.approx(216.0, abs=0.1)


def test_a_budget_that_buys_nothing_is_asked_again_once_a_month() -> None:
    result = run("budget=0.001", closes(on_21=10_000.0), shares=300.0, moneyness=0.9)
    assert told(result)[0][0].month in (1, 2)
    none = run("budget=0.000001", closes(), shares=300.0)
    assert len(none.tables["rolls"]["role"]) == 0
    # what was not spent is still there
    alone = simulate(None, arrange(lay({"AAA": closes()}), shares=300.0, sigma=SIGMA, costs=FREE))
    assert none.curves["equity"].tobytes() == alone.curves["equity"].tobytes()


def test_a_budget_buys_when_a_spell_of_the_condition_begins_and_not_a_month_later() -> None:
    # 2024-02-13 is in the spell, filled on the 14th
    result = run("budget=0.02", closes(), shares=10_000.0, when="2024-02-13..2024-05-01")
    assert told(result)[0][0] == date(2024, 2, 14)


def test_a_budget_buys_when_the_wait_after_a_gain_is_over() -> None:
    # as without a budget: sold on 2024-02-15, bought on Monday the 26th
    path = closes(on_20=97.0, on_30=94.0)
    result = run("monetise=3+wait=10+budget=0.02", path, shares=10_000.0, moneyness=0.95)
    first, second = told(result)[:2]
    assert first[1:] == (date(2024, 2, 15), "monetise")
    assert second[0] == date(2024, 2, 26)


def test_a_budget_is_asked_at_once_for_a_rung_that_was_exercised_early() -> None:
    """At 40 a put at 90 is worth its 50, and interest says exercise: on 2024-01-18.

    The budget of its time had bought it, so the next is not put off to February.
    """
    roll = "days-before=30+budget=0.02"
    hedge = build(load("budgeted-put"), {"holding": "AAA", "roll": roll, "tenor": 91})
    tape = lay({"AAA": closes(on_11=40.0)}, rate=0.05)
    setup = arrange(tape, shares=10_000.0, sigma=SIGMA, costs=FREE)
    setup = replace(setup, rules=replace(setup.rules, ends=EndRules(early=True)))
    first, second = told(simulate(hedge, setup))[:2]
    assert first == (date(2024, 1, 3), date(2024, 1, 18), "exercise")
    assert second[0] == date(2024, 1, 19)


def test_a_budget_pays_for_no_written_call() -> None:
    with pytest.raises(ValueError, match="a budget pays for options that are bought"):
        run("budget=0.02", closes(), "covered-call")


@pytest.mark.parametrize("roll", ["delta-drift=0.10..0.60", "moneyness-drift=0.95..1.10"])
def test_a_range_that_was_left_on_the_day_of_a_split_was_left(roll: str) -> None:
    # session 30 is 2024-02-14: 2 for 1, and the put at 100 is one at 50 on a share of 53.50
    path = [price / 2 if k >= 30 else price for k, price in enumerate(closes(on_30=107.0))]
    split = Action(day("2024-02-14"), "split", 2.0)
    hedge = build(
        load("protective-put"),
        {"holding": "AAA", "roll": roll, "tenor": 91, "moneyness": 1.0, "tranches": 1},
    )
    tape = lay({"AAA": path}, actions={"AAA": (split,)})
    result = simulate(hedge, arrange(tape, sigma=SIGMA, costs=FREE))
    assert told(result)[0][1:] == (date(2024, 2, 15), roll.partition("=")[0])


@pytest.mark.parametrize("roll", ["30", "hold-to-expiry", "days-before=30+ladder=3"])
def test_a_policy_that_counts_days_sleeps_and_is_the_same_as_one_that_is_woken(roll: str) -> None:
    hedge = build(load("protective-put"), {"holding": "AAA", "roll": roll, "tenor": 91})
    setup = arrange(lay({"AAA": closes(on_20=97.0)}), shares=1000.0)
    awake = replace(setup, rules=replace(setup.rules, sleep=False))
    assert simulate(hedge, setup) == simulate(hedge, awake)


def test_days_held_and_what_ended_the_rolls_are_counted() -> None:
    result = run(30, closes())
    # 2024-01-03 to 03-20, to 05-22 and to 07-17 are 77, 63 and 56 days; the fourth is still open
    assert days_held(result).tolist() == [77.0, 63.0, 56.0]
    stats = hedge_stats(result)
    assert stats["days_held_mean"] == pytest.approx(196 / 3)
    assert stats["days_held_median"] == 63.0
    assert rolled_by(result) == {"days-before": 3}
    assert stats["unfilled_orders"] == 0.0


def test_legs_that_were_opened_together_are_one_roll() -> None:
    result = run(30, closes(), "put-spread-collar", lower=0.9)
    assert rolled_by(result) == {"days-before": 3}


def test_a_condition_that_ends_is_what_ended_a_contract() -> None:
    result = run(30, closes(), when="2024-01-01..2024-02-01")
    assert told(result)[0] == (date(2024, 1, 3), date(2024, 2, 5), "condition")
