"""Bonds in the books: hand-worked ledgers, coupons, maturity, default, margin and refusals."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
import pytest
from tapes import FREE, arrange, day, lay, lines, noted, play

from microhedge.costs import Costs
from microhedge.errors import ParameterError, UsageError
from microhedge.hedge import Session
from microhedge.instruments import Bond, BondIndex
from microhedge.tape import Action, Tape

BOND = Bond("F", 6.0, date(2030, 5, 15), symbol="FORD")
INDEX = BondIndex("UST20", "US Treasury", 20.0, "treasury")

DAYS = [
    day(text)
    for text in (
        "2024-05-13",
        "2024-05-14",
        "2024-05-15",
        "2024-11-15",
        "2024-11-18",
        "2025-02-03",
        "2025-02-04",
    )
]


def near(money: float) -> Any:
    return pytest.approx(money, abs=1e-6)


def holding(value: float) -> Callable[[Session], None]:
    """Ask for bonds on the first evening, and sleep for ever."""

    def act(now: Session) -> None:
        if now.number == 0:
            now.bond("FORD", value=value)
        now.sleep_until(date(2100, 1, 1))

    return act


def failing() -> Tape:
    """6 % on 15 May and 15 November, clean at 80, and in default on 3 February 2025 at 40."""
    since = [178, 179, 0, 0, 3]  # days of 30/360 since the last coupon
    full = [80.0 + 6.0 * count / 360.0 for count in since]
    paid = [Action(day(text), "coupon", 3.0) for text in ("2024-05-15", "2024-11-15")]
    return lay(
        {"AAA": [100.0] * 7, "FORD": [*full, 40.0, 40.0]},
        days=DAYS,
        actions={"FORD": (*paid, Action(day("2025-02-03"), "default", 40.0))},
        bonds=[BOND],
    )


def test_a_bond_sold_short_over_two_coupons_and_a_default_to_the_cent() -> None:
    """Short for 10,000 against 100 shares at 100, all rates 0, borrow 0.30 % a year.

    On 13 May 178 days of the half-year have accrued: 80 + 6 · 178/360 = 82.966667, so that 10,000
    are 120.53 bonds: 121. They are sold on 14 May at 80 + 6 · 179/360 = 82.983333 for
    10,040.983333, less 25 bp of it, 25.102458. Each coupon costs 121 · 3 = 363.00. The default
    takes the bonds back for 121 · 40 = 4,840.00; 6 · 78/360 that had accrued is lost.

    | from        | days | close     | 121 · close · days · 0.003 / 360 | posted      |
    |-------------|------|-----------|----------------------------------|-------------|
    | 14 May      | 1    | 82.983333 | 0.083675                         |             |
    | 15 May      | 184  | 80        | 14.842667                        | 15 November |
    | 15 November | 3    | 80        | 0.242000                         |             |
    | 18 November | 77   | 80.05     | 6.215215                         | 3 February  |
    """
    costs = Costs(credit_spread=1.0)
    result = play(holding(-10_000.0), arrange(failing(), costs=costs))
    assert lines(result, "hedge") == [
        (1, "hedge/FORD", "FORD", "trade", -121.0, near(10_040.983333), near(25.102458)),
        (2, "hedge/FORD", "FORD", "coupon", 0.0, -363.0, 0.0),
        (3, "hedge/FORD", "FORD", "borrow", 0.0, near(-14.926342), 0.0),
        (3, "hedge/FORD", "FORD", "coupon", 0.0, -363.0, 0.0),
        (5, "hedge/FORD", "FORD", "borrow", 0.0, near(-6.457215), 0.0),
        (5, "hedge/FORD", "FORD", "default", 121.0, -4_840.0, 0.0),
    ]
    # 10,040.983333 − 363 − 363 − 4,840 = 4,474.983333, less 25.102458 and 21.383557
    parts = result.attribution
    assert parts["legs"] == {"FORD": near(4_474.983333)}
    assert (parts["costs"], parts["carry"]) == (near(-25.102458), near(-21.383557))
    assert abs(parts["residual"]) <= 1e-9
    equity = result.curves["equity"].tolist()
    assert equity[-1] == near(10_000.0 + 4_474.983333 - 25.102458 - 21.383557)
    # accrued interest is part of what is owed at every close
    assert result.curves["value/hedge/FORD"].tolist() == [
        0.0,
        *map(near, (-10_040.983333, -9_680.0, -9_680.0, -9_686.05)),
        0.0,
        0.0,
    ]
    assert result.curves["short_stock"].tolist()[1] == near(10_040.983333)
    assert noted(result) == [(5, "defaulted")]
    fills = result.tables["fills"]
    assert (fills["right"].tolist(), fills["expiry"].tolist()) == ([""], [""])
    assert (fills["multiplier"].tolist(), fills["source"].tolist()) == ([1.0], ["price"])


def test_a_bought_bond_is_the_mirror_of_the_short_one_and_its_coupons_come_in() -> None:
    result = play(holding(10_000.0), arrange(failing(), cash=20_000.0))
    assert [line[3:6] for line in lines(result, "hedge")] == [
        ("trade", 121.0, near(-10_040.983333)),
        ("coupon", 0.0, 363.0),
        ("coupon", 0.0, 363.0),
        ("default", -121.0, 4_840.0),
    ]
    assert result.attribution["legs"] == {"FORD": near(-4_474.983333)}
    assert float(result.curves["need"].max()) == near(10_040.983333)


def test_the_money_for_a_bought_bond_costs_the_sleeve_the_debit_rate() -> None:
    """4 % and 1.50 % on 121 bonds: 121 · 82.983333 · 0.055 / 360 for the night of 14 May."""
    tape = failing()
    tape = lay(
        {name: close.tolist() for name, close in tape.close.items()},
        days=DAYS,
        actions=tape.actions,
        bonds=[BOND],
        rate=0.04,
    )
    result = play(holding(10_000.0), arrange(tape, costs=Costs()))
    owed = result.curves["short_interest"]
    assert owed[2] == near(-121 * 82.98333333333333 * 0.055 / 360)
    coupon_night = 121 * (80.0 + 3.0 - 82.98333333333333) + owed[2]
    assert result.curves["sleeve"][2] == near(coupon_night / 10_000.0)


def test_a_bond_pays_its_face_with_the_last_coupon_and_is_traded_no_more() -> None:
    days = [day(t) for t in ("2030-05-13", "2030-05-14", "2030-05-15", "2030-05-16")]
    acts = (Action(days[2], "coupon", 3.0), Action(days[2], "redemption", 100.0))
    tape = lay(
        {"AAA": [100.0] * 4, "FORD": [102.9, 102.95, 100.0, 100.0]},
        days=days,
        actions={"FORD": acts},
        bonds=[BOND],
    )

    def always(now: Session) -> None:
        now.bond("FORD", value=5_000.0)

    result = play(always, arrange(tape, cash=10_000.0))
    # 5,000 / 102.9 = 48.6; 49 are bought at 102.95, and nothing is ordered for a day it is gone
    assert lines(result, "hedge") == [
        (1, "hedge/FORD", "FORD", "trade", 49.0, near(-49 * 102.95), 0.0),
        (2, "hedge/FORD", "FORD", "coupon", 0.0, 147.0, 0.0),
        (2, "hedge/FORD", "FORD", "expiry", -49.0, 4_900.0, 0.0),
    ]
    assert result.curves["equity"].tolist()[-1] == near(20_000.0 + 147 + 4_900 - 49 * 102.95)
    assert noted(result) == [(2, "matured")]
    assert np.isnan(result.curves["cover"][2:]).all()


def test_an_order_for_a_bond_that_fails_before_its_fill_lapses_and_says_so() -> None:
    def late(now: Session) -> None:
        if now.number == 4:
            now.bond("FORD", value=-5_000.0)

    result = play(late, arrange(failing()))
    assert lines(result, "hedge") == []
    assert noted(result) == [(5, "unfilled")]


def test_returns_of_a_bond_hold_its_coupons_and_what_a_default_left() -> None:
    found = failing().returns("FORD")
    assert found[2] == pytest.approx((80.0 + 3.0) / (80.0 + 6.0 * 179 / 360) - 1.0, rel=1e-12)
    assert found[5] == pytest.approx(40.0 / 80.05 - 1.0, rel=1e-12)
    assert found[6] == 0.0


def test_a_short_bond_is_held_to_the_rule_of_a_share_and_a_call_closes_it() -> None:
    """At 160 the 100 bonds owe 16,000, for which 10,000 came in: a third of the rest is needed.

    Equity 10,000 + 10,000 − 16,000 = 4,000; 0.30 · 16,000 + 6,000 / 3 = 6,800 are required.
    """
    tape = lay(
        {"AAA": [100.0] * 5, "FORD": [100.0, 100.0, 160.0, 160.0, 160.0]},
        first="2024-06-03",
        bonds=[BOND],
    )
    result = play(holding(-10_000.0), arrange(tape))
    log = result.tables["log"]
    assert (log["code"].tolist(), log["amount"].tolist()) == (["margin-call"], [near(2_800.0)])
    assert [line[:5] for line in lines(result, "hedge")] == [
        (1, "hedge/FORD", "FORD", "trade", -100.0),
        (3, "hedge/FORD", "FORD", "trade", 100.0),
    ]


def test_a_call_on_a_loan_sells_the_bonds_that_were_bought_with_it() -> None:
    """Shares fall from 100 to 50: 5,000 + 20,000 − 20,000 of loan < a third of the loan."""
    tape = lay(
        {"AAA": [100.0, 100.0, 50.0, 50.0, 50.0], "FORD": [100.0] * 5},
        first="2024-06-03",
        bonds=[BOND],
    )
    result = play(holding(20_000.0), arrange(tape))
    assert [line[:5] for line in lines(result, "hedge")] == [
        (1, "hedge/FORD", "FORD", "trade", 200.0),
        (3, "hedge/FORD", "FORD", "trade", -200.0),
    ]


@pytest.mark.parametrize(
    ("bond", "bp"),
    [
        (INDEX, 2.0),
        (Bond("F", 6.0, date(2030, 5, 15), symbol="UST20"), 25.0),
        (Bond("F", 6.0, date(2030, 5, 15), grade="high-yield", symbol="UST20"), 75.0),
    ],
)
def test_half_the_spread_is_by_the_grade_and_an_index_is_held_in_fractions(
    bond: Bond | BondIndex, bp: float
) -> None:
    tape = lay({"AAA": [100.0] * 3, "UST20": [130.0] * 3}, first="2024-06-03", bonds=[bond])

    def act(now: Session) -> None:
        now.bond("UST20", value=1_000.0, band=0.1)

    result = play(act, arrange(tape, cash=5_000.0, costs=Costs()))
    ((_, _, _, _, units, cash, costs),) = lines(result, "hedge/UST20")
    assert units == (near(1_000 / 130) if isinstance(bond, BondIndex) else 8.0)
    assert cash == near(-units * 130.0)
    assert costs == near(units * 130.0 * bp / 10_000)
    assert set(result.tables["fills"]["source"]) == {
        "model" if isinstance(bond, BondIndex) else "price"
    }


def test_a_bond_can_hedge_a_share_and_not_be_the_holding() -> None:
    with pytest.raises(UsageError, match="FORD is a bond"):
        play(None, arrange(failing(), holding="FORD", costs=FREE))


def test_what_is_no_bond_and_what_is_no_value_is_refused() -> None:
    def share(now: Session) -> None:
        now.bond("AAA", value=1.0)

    def endless(now: Session) -> None:
        now.bond("FORD", value=float("nan"))

    with pytest.raises(ParameterError, match="AAA is no bond here"):
        play(share, arrange(failing()))
    with pytest.raises(ParameterError, match="their value is a number"):
        play(endless, arrange(failing()))


@pytest.mark.parametrize("wrong", [{"coupon": -1.0}, {"freq": 3}, {"face": 1_000.0}])
def test_terms_that_no_bond_has_are_refused(wrong: dict[str, Any]) -> None:
    given: dict[str, Any] = {"issuer": "F", "coupon": 6.0, "maturity": date(2030, 5, 15)}
    with pytest.raises(ParameterError, match=next(iter(wrong))):
        Bond(**(given | wrong))


def test_a_bond_without_a_symbol_is_named_by_its_terms() -> None:
    assert str(Bond("F", 5.75, date(2028, 5, 15))) == "F-5.75-2028"
