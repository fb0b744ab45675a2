"""Each sentence where it is true, where the opposite is, and where neither is."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from microhedge.analysis import luck_wording as words
from microhedge.analysis.walk_forward import WalkForward, Year
from microhedge.reporting.sweeps import findings


@pytest.mark.parametrize(
    ("verdict", "ran", "expected"),
    [
        ("certified", 5, "The best cell beats selling by more than luck"),
        ("not_certified", 5, "No cell is shown to beat selling"),
        ("inconclusive", 5, "Not enough to be sure"),
        (None, 5, "Not judged"),
        (None, 0, "Every cell failed"),
    ],
)
def test_the_headline(verdict: Any, ran: int, expected: str) -> None:
    assert findings.headline(verdict, ran=ran) == expected
    none = findings.headline("not_certified", ran=5, compared=False)
    assert none == "No cell protected enough to be compared with selling"


def test_the_highest_cell_is_never_named_without_its_verdict() -> None:
    told = findings.highest("certified", "tenor 91", 0.021, leading=3, eligible=8, ties=1)
    assert told == (
        "3 of 8 eligible cells earned more than their sale; the highest, tenor 91, is certified."
    )
    told = findings.highest("not_certified", "tenor 91", 0.021, leading=3, eligible=8, ties=1)
    assert told.endswith("the highest, tenor 91, is not certified.")
    told = findings.highest("inconclusive", "tenor 91", 0.021, leading=3, eligible=8, ties=4)
    assert told.endswith("4 share the top, which is inconclusive.")
    told = findings.highest("not_certified", "tenor 91", -0.01, leading=0, eligible=8, ties=1)
    assert told == "No eligible cell beat selling; the least bad, tenor 91, earned −1.0 points."


def test_cost_and_protection() -> None:
    up = np.array([0.01, 0.02, 0.04, 0.09])
    # ranks 1 2 3 4 beside 1 2 3 4, 4 3 2 1 and 2 4 1 3: correlations 1, −1 and 0
    same = findings.cost_of_protection(up, up**2)
    assert same == "Cells that removed more of the tail loss cost more (rank correlation 1.00)."
    other = findings.cost_of_protection(up, -up)
    assert other == "Cells that removed more of the tail loss cost less (rank correlation −1.00)."
    none = findings.cost_of_protection(up, np.array([0.2, 0.4, 0.1, 0.3]))
    assert none == "Cost and tail loss removed hardly go together (rank correlation 0.00)."
    few = findings.cost_of_protection(up[:2], up[:2])
    assert few == "What each cell cost, and what it removed."


def test_what_matters() -> None:
    names = ["tenor", "moneyness"]
    told = findings.matters(names, [0.01, 0.03])
    assert told == "Moneyness matters most: its values are up to 3.0 points apart."
    told = findings.matters(names, [0.029, 0.03])
    assert told.startswith("Moneyness and tenor matter alike; of the first, its values are up to")
    told = findings.matters(names, [0.0, 0.0001])
    assert told == "No axis changes the mean advantage."
    told = findings.matters(["tenor"], [0.02])
    assert told == "Tenor alone was varied: its values are up to 2.0 points apart."


def test_what_a_table_lists() -> None:
    assert findings.ranking(1, 1) == "The only eligible cell."
    assert findings.ranking(8, 8) == "All 8 eligible cells."
    assert findings.ranking(1200, 10) == "The first and the last 5 of 1,200 eligible cells."


def test_the_tests_that_failed_are_named() -> None:
    def told(advantage: float, *failed: str) -> Any:
        return SimpleNamespace(advantage=advantage, failed=failed)

    assert findings.tests(told(0.1), "certified") == "The best cell passes every test: certified."
    one = findings.tests(told(0.1, words.SPIKE), "inconclusive")
    assert one == "The best cell is inconclusive, failing 1 test: neighbours."
    three = (words.TRAILS, words.DEFLATED, words.CHOICE)
    assert findings.tests(told(0.1, *three), "not_certified") == (
        "The best cell is not certified, failing 3 tests: lead over the sale fixed beforehand, "
        "deflated Sharpe ratio and probability of backtest overfitting."
    )
    assert "no more than selling" in findings.tests(told(-0.1, words.SPIKE), "not_certified")


def test_overfitting() -> None:
    assert findings.overfitted(0.13) == "Probability of backtest overfitting: 13%."
    assert findings.overfitted(0.5).endswith("50%, no better than chance.")


def walk(chosen: float, fixed: float, changes: int, cell: int | None = 1) -> WalkForward:
    none = np.zeros(1)
    years = (Year(2010, cell, chosen, fixed, 0.1),)
    return WalkForward(0, years, changes, cell, chosen, fixed, 0.1, none, none, none)


def test_choosing_each_year() -> None:
    more = findings.chosen(walk(0.03, 0.01, 2))
    assert (
        more == "Choosing anew each year earned 2.0 points a year more than the first choice kept."
    )
    less = findings.chosen(walk(0.01, 0.03, 2))
    assert (
        less == "Choosing anew each year earned 2.0 points a year less than the first choice kept."
    )
    level = findings.chosen(walk(0.0302, 0.03, 2))
    assert level == "Choosing anew each year earned as much as keeping the first choice."
    same = findings.chosen(walk(0.01, 0.01, 0))
    assert same == "The choice never changed, and earned +1.0 points a year over its sale."
    assert findings.chosen(walk(0.0, 0.0, 0, None)).startswith("No cell was eligible by its past")


def test_failures() -> None:
    assert findings.failures(1, 12) == "1 cell of 12 failed."
    assert findings.failures(12, 12) == "All 12 cells failed."
