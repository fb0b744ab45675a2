"""The life of each option, followed through the books."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from tapes import arrange, day, lay, play

from microhedge.costs import Costs
from microhedge.hedge import Session
from microhedge.result import Result
from microhedge.tape import Action

COSTS = replace(Costs(), borrow=0.0, credit_spread=0.0, debit_spread=0.0)


def told(result: Result) -> list[dict[str, object]]:
    table = result.tables["rolls"]
    return [
        {name: column[k].item() for name, column in table.items()}
        for k in range(len(table["role"]))
    ]


def bought_on(*dates: date, days: int = 30) -> Result:
    """Two contracts on 200 shares at 100, 96 and then 97, replaced on each of the dates."""

    def act(now: Session) -> None:
        if now.today in dates:
            now.roll("put", now.put(days=days, moneyness=1.5))

    tape = lay({"AAA": [100.0, 100.0, 96.0, 97.0, 97.0]}, first="2024-01-16")
    return play(act, arrange(tape, shares=200.0, costs=COSTS))


def test_a_roll_that_was_sold_pays_both_ends() -> None:
    # bought at 50 for 10,000: 208.00 + 1.30 + 0.0937; sold at 54 for 10,800: a basis point of
    # 96, 1.92, + 1.30 + 0.0937 + 2 · 0.00279 + 8 per million of 10,798.08
    first, second = told(bought_on(date(2024, 1, 16), date(2024, 1, 17)))
    assert first["end"] == "sold"
    assert (first["opened"], first["closed"]) == (1, 2)
    assert (first["role"], first["right"], first["strike"]) == ("put", "P", 150.0)
    assert (first["contracts"], first["expiry"]) == (2.0, "2024-02-16")
    assert (first["spot"], first["volatility"]) == (100.0, 0.10)
    assert first["premium"] == pytest.approx(10_000.0)
    assert first["received"] == pytest.approx(10_800.0)
    sale = 1.92 + 1.30 + 0.0937 + 0.00558 + 8e-6 * 10_798.08
    assert first["costs"] == pytest.approx(209.3937 + sale)
    assert first["net"] == pytest.approx(800.0 - 209.3937 - sale)
    # 1.5 · 96 = 144, still open at the end
    assert (second["end"], second["closed"], second["received"]) == ("open", -1, 0.0)
    assert (second["strike"], second["opened"]) == (144.0, 2)


def test_a_roll_that_expired_pays_what_it_settled_for() -> None:
    # bought on Wednesday 2024-01-17, settled on Friday the 19th at 97: 2 · 5,300, cost 1.94
    (only,) = told(bought_on(date(2024, 1, 16), days=2))
    assert (only["end"], only["closed"], only["expiry"]) == ("expired", 3, "2024-01-19")
    assert only["received"] == pytest.approx(10_600.0)
    assert only["net"] == pytest.approx(600.0 - 209.3937 - 1.94)


def test_an_adjustment_does_not_end_a_roll() -> None:
    def act(now: Session) -> None:
        if not now.fills("put"):
            now.roll("put", now.put(days=30, moneyness=1.5))
        elif now.today == date(2024, 1, 4):
            now.close("put")

    tape = lay(
        {"AAA": [100.0, 100.0, 25.0, 25.0]},
        actions={"AAA": (Action(day("2024-01-04"), "split", 4.0),)},
    )
    (only,) = told(play(act, arrange(tape)))
    assert (only["contracts"], only["strike"]) == (1.0, 150.0)
    assert (only["final_contracts"], only["final_strike"]) == (4.0, 37.5)
    assert (only["opened"], only["closed"], only["end"]) == (1, 3, "sold")
    assert only["net"] == pytest.approx(0.0, abs=1e-9)


def test_rolls_are_told_by_their_beginning_and_their_role() -> None:
    def act(now: Session) -> None:
        for rung in now.rungs("put", 2):
            if rung.is_new:
                now.roll(rung, now.put(days=20 + 60 * rung.number, moneyness=1.3))

    result = play(act, arrange(lay({"AAA": [100.0] * 3}), shares=200.0))
    assert [(r["opened"], r["role"]) for r in told(result)] == [(1, "put/1"), (1, "put/2")]


def test_without_options_there_are_no_rolls() -> None:
    def act(now: Session) -> None:
        now.short("BBB", value=1_000.0, band=0.1)

    tape = lay({"AAA": [100.0] * 3, "BBB": [50.0] * 3})
    assert told(play(act, arrange(tape))) == []


def test_net_of_all_rolls_is_the_leg_less_its_costs() -> None:
    result = bought_on(date(2024, 1, 16), date(2024, 1, 17), date(2024, 1, 18))
    table = result.tables["rolls"]
    value = float(result.curves["value/hedge/put"][-1])  # of the open one
    legs = result.attribution["legs"]["put"] + result.attribution["costs"]
    assert float(table["net"].sum()) + value == pytest.approx(legs, abs=1e-9)
