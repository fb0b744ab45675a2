"""Choosing each year by the past: by hand on whole series, and blind to what comes after."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq
from sweeps import Sweep, sweep

from microhedge.analysis.equal_protection import Panel, protection
from microhedge.analysis.performance import growth, tail_loss
from microhedge.analysis.sale import constant_mix
from microhedge.analysis.walk_forward import WalkForward, walk_forward
from microhedge.tape import Floats


def noise(n: int, runs: int, size: float = 0.003, seed: int = 8) -> Floats:
    return size * np.random.default_rng(seed).standard_normal((n, runs))


def walked(made: Sweep, cell: list[int] | None = None, warm_up: int = 756) -> WalkForward | None:
    number = None if cell is None else np.array(cell)
    panel = Panel.of(made.runs, made.holding, made.cash, made.day, number)
    return walk_forward(panel, protection(panel), warm_up=warm_up)


def years(made: Sweep) -> Floats:
    year: Floats = made.day.astype("datetime64[D]").astype("datetime64[Y]").astype(int) + 1970.0
    return year


def part_sold(made: Sweep, run: int, last: int) -> float:
    """The sale that had the run's tail loss up to row `last`, by a root finder."""
    whole = slice(0, last + 1)
    lost = tail_loss(made.runs[whole, run], made.day[whole])
    assert lost is not None

    def gap(part: float) -> float:
        sold = constant_mix(
            made.holding[whole], made.cash[whole], made.day[whole], fraction=part, first=0
        )
        found = tail_loss(sold.returns, made.day[whole])
        assert found is not None
        return found - lost

    return float(brentq(gap, 0.0, 1.0, xtol=1e-10))


def over_sale(made: Sweep, run: int, part: float, first: int, last: int) -> float:
    """Value of the run over that of a mix from row `first` on, at row `last`, less one."""
    whole = slice(first, last + 1)

    def from_first(returns: Floats) -> Floats:
        return np.concatenate(([0.0], returns[first + 1 : last + 1]))

    mix = constant_mix(
        from_first(made.holding), from_first(made.cash), made.day[whole], fraction=part, first=0
    )
    return float(growth(from_first(made.runs[:, run]))[-1] / growth(mix.returns)[-1]) - 1.0


def test_every_year_is_what_the_whole_series_give_by_hand() -> None:
    made = sweep(noise(2000, 4))
    found = walked(made)
    assert found is not None
    year = years(made)
    ends = [int(np.flatnonzero(year == y)[-1]) for y in sorted(set(year.tolist()))]
    # 2,000 business days from 2004 on end in August 2011; three years end with 2006
    assert [one.year for one in found.years] == [2007, 2008, 2009, 2010, 2011]
    assert found.first == ends[2]
    for one, first, last in zip(found.years, ends[2:-1], ends[3:], strict=True):
        parts = [part_sold(made, run, first) for run in range(4)]
        best = int(np.argmax([over_sale(made, k, parts[k], 0, first) for k in range(4)]))
        assert one.cell == best
        expected = over_sale(made, best, parts[best], first, last)
        assert one.chosen == pytest.approx(expected, abs=1e-5)
    first_part = part_sold(made, found.years[0].cell or 0, ends[2])
    kept = over_sale(made, found.years[0].cell or 0, first_part, ends[4], ends[5])
    assert found.years[2].fixed == pytest.approx(kept, abs=1e-5)
    cells = [one.cell for one in found.years]
    assert found.changes == sum(a != b for a, b in pairwise(cells))
    assert len(found.chosen_leads) == 2000 - 1 - found.first


def test_the_years_add_up_to_the_rate_a_year() -> None:
    found = walked(sweep(noise(2300, 5)))
    assert found is not None
    product = np.prod([1.0 + one.chosen for one in found.years])
    assert product == pytest.approx(np.exp(found.chosen_leads.sum()))
    # 2,300 business days from 2004 end on 2012-10-25; 2006 ends on the 29th of December
    span = (np.datetime64("2012-10-25") - np.datetime64("2006-12-29")).astype(int) / 365.25
    assert (1.0 + found.chosen) ** span == pytest.approx(product)


def test_a_cell_that_is_always_better_is_chosen_every_year() -> None:
    lead = noise(2000, 6)
    lead[:, 3] += 0.002
    found = walked(sweep(lead))
    assert found is not None
    assert {one.cell for one in found.years} == {3}
    assert (found.changes, found.fixed_cell) == (0, 3)
    assert found.chosen == pytest.approx(found.hindsight, abs=0.05)


@settings(max_examples=15, deadline=None)
@given(cut=st.integers(900, 1900), seed=st.integers(0, 1000))
def test_what_comes_after_a_choice_does_not_change_it(cut: int, seed: int) -> None:
    made = sweep(noise(2000, 5))
    rng = np.random.default_rng(seed)
    changed = Sweep(
        np.concatenate((made.runs[:cut], 0.05 * rng.standard_t(3, (2000 - cut, 5)).clip(-9, 9))),
        np.concatenate((made.holding[:cut], 0.05 * rng.standard_t(3, 2000 - cut).clip(-9, 9))),
        made.sale,
        np.concatenate((made.cash[:cut], np.full(2000 - cut, 0.0003))),
        made.day,
    )
    before, after = walked(made), walked(changed)
    assert before is not None
    assert after is not None
    assert before.first == after.first
    year = years(made)
    for one, other in zip(before.years, after.years, strict=True):
        if np.flatnonzero(year < one.year)[-1] < cut:
            assert one.cell == other.cell
        if np.flatnonzero(year <= one.year)[-1] < cut:
            assert (one.chosen, one.fixed) == (other.chosen, other.fixed)
    known = cut - 1 - before.first
    np.testing.assert_array_equal(before.chosen_leads[:known], after.chosen_leads[:known])
    assert before.fixed_cell == after.fixed_cell


def test_a_year_without_an_eligible_cell_earns_nothing() -> None:
    found = walked(sweep(noise(2000, 3), fraction=0.05))
    assert found is not None
    assert {one.cell for one in found.years} == {None}
    assert (found.chosen, found.fixed, found.hindsight) == (0.0, 0.0, 0.0)


def test_a_sample_without_a_year_after_the_warm_up_has_no_walk() -> None:
    assert walked(sweep(noise(700, 3))) is None
    short = walked(sweep(noise(700, 3)), warm_up=100)
    assert short is not None
    # the first third of 700 sessions ends in November 2004
    assert [one.year for one in short.years] == [2005, 2006]


def test_roll_dates_of_a_cell_are_walked_together() -> None:
    lead = noise(2000, 4)
    lead[:, [1, 3]] += 0.002
    made = sweep(lead)
    found, alone = walked(made, [0, 1, 0, 1]), walked(made)
    assert found is not None
    assert alone is not None
    assert {one.cell for one in found.years} == {1}
    last = len(made.day) - 1
    first = found.first
    year = np.flatnonzero(years(made) == 2007.0)[-1]
    logs = [
        np.log1p(over_sale(made, k, part_sold(made, k, first), first, int(year))) for k in (1, 3)
    ]
    assert last > year
    assert found.years[0].chosen == pytest.approx(np.expm1(np.mean(logs)), abs=1e-5)
