"""The advantage over a sale with the same tail loss, against the sale itself and a root finder."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import brentq
from sweeps import Sweep, sweep

from microhedge.analysis.equal_protection import Panel, leads, protection
from microhedge.analysis.performance import annual_return, tail_loss
from microhedge.analysis.sale import constant_mix
from microhedge.errors import BadData, NotCovered
from microhedge.tape import Floats


def noise(n: int, runs: int, size: float = 0.003, seed: int = 5) -> Floats:
    return size * np.random.default_rng(seed).standard_normal((n, runs))


def panel(made: Sweep, cell: list[int] | None = None) -> Panel:
    number = None if cell is None else np.array(cell)
    return Panel.of(made.runs, made.holding, made.cash, made.day, number)


def tail(returns: Floats, made: Sweep) -> float:
    found = tail_loss(returns, made.day)
    assert found is not None
    return found


def yearly(returns: Floats, made: Sweep) -> float:
    found = annual_return(returns, made.day)
    assert found is not None
    return found


def mixed(made: Sweep, part: float, cost: float = 0.0) -> Floats:
    return constant_mix(
        made.holding, made.cash, made.day, fraction=part, first=0, cost=cost
    ).returns


@pytest.mark.parametrize("cost", [0.0, 0.01])
def test_a_mix_is_worth_nothing_beside_itself(cost: float) -> None:
    made = sweep(np.zeros((1500, 1)))
    # sizes on and between those that are interpolated
    parts = np.array([0.0, 0.2, 0.50123, 0.9])
    runs = np.column_stack([mixed(made, part, cost) for part in parts.tolist()])
    found = protection(Panel.of(runs, made.holding, made.cash, made.day, cost=cost))
    np.testing.assert_allclose(found.sold, parts, atol=1e-4)
    np.testing.assert_allclose(found.advantage, 0.0, atol=1e-5)


def test_size_and_advantage_are_those_of_a_root_finder_on_the_whole_series() -> None:
    made = sweep(noise(1800, 4) + np.array([0.0, 1e-4, -1e-4, 2e-4]))
    found = protection(panel(made))
    unhedged = tail(made.holding, made)
    for run in range(4):
        own = made.runs[:, run]
        lost = tail(own, made)

        def gap(part: float, lost: float = lost) -> float:
            return tail(mixed(made, part), made) - lost

        part = brentq(gap, 0.0, 1.0, xtol=1e-10)
        assert found.sold[run] == pytest.approx(part, abs=1e-4)
        assert found.removed[run] == pytest.approx(1.0 - lost / unhedged, abs=1e-12)
        expected = (1.0 + yearly(own, made)) / (1.0 + yearly(mixed(made, part), made)) - 1.0
        assert found.advantage[run] == pytest.approx(expected, abs=1e-5)


def test_leads_add_up_to_the_advantage() -> None:
    made = sweep(noise(1500, 3))
    whole = Panel.of(made.runs, made.holding, made.cash, made.day, cost=0.002)
    found = protection(whole)
    table = leads(whole, found.sold)
    assert table.shape == (1499, 3)
    yearly = np.expm1(table.mean(axis=0) * whole.per_year)
    np.testing.assert_allclose(yearly, found.advantage, atol=1e-6)


def test_a_hedge_that_protects_from_nothing_does_not_win() -> None:
    # a hedge that costs nothing and does nothing, one that costs 2 points and halves the loss
    made = sweep(np.full((1500, 1), -0.02 / 252), fraction=0.6)
    runs = np.column_stack((made.holding, made.runs[:, 0]))
    found = protection(Panel.of(runs, made.holding, made.cash, made.day))
    assert found.advantage[0] == pytest.approx(0.0, abs=1e-9)
    assert found.advantage[1] < -0.01
    assert found.removed[0] == pytest.approx(0.0, abs=1e-9)
    assert found.eligible.tolist() == [False, True]
    assert found.best == 1


def test_a_target_that_no_cell_reaches_leaves_none() -> None:
    made = sweep(np.zeros((800, 2)), fraction=0.1)
    assert protection(panel(made)).best is None
    assert protection(panel(made), target=0.0).best == 0


def test_a_hedge_that_adds_to_the_loss_is_compared_with_keeping_all() -> None:
    made = sweep(np.zeros((900, 1)))
    found = protection(Panel.of(1.5 * made.holding[:, None], made.holding, made.cash, made.day))
    assert found.removed[0] < 0.0
    assert found.sold[0] == 0.0


def test_what_loses_less_than_cash_is_compared_with_selling_all() -> None:
    made = sweep(np.zeros((900, 1)))
    found = protection(Panel.of(2.0 * made.cash[:, None], made.holding, made.cash, made.day))
    assert found.sold[0] == 1.0
    assert found.removed[0] > 1.0
    # 0.0001 a session more than cash, 261 business days a year
    assert found.advantage[0] == pytest.approx(np.expm1(0.0001 * 261), abs=2e-4)


def test_a_holding_that_never_falls_has_no_tail_to_remove() -> None:
    made = sweep(np.zeros((600, 1)))
    rising = np.full(600, 0.001)
    rising[0] = 0.0
    found = protection(Panel.of(made.runs, rising, made.cash, made.day))
    assert found.removed.tolist() == [0.0]
    assert found.best is None


def test_roll_dates_are_averaged_and_their_range_kept() -> None:
    made = sweep(noise(1200, 5))
    single = protection(panel(made))
    found = protection(panel(made, [0, 1, 0, 1, 0]))
    logs = np.log1p(single.advantage)
    np.testing.assert_allclose(
        found.advantage, np.expm1([logs[[0, 2, 4]].mean(), logs[[1, 3]].mean()]), atol=1e-12
    )
    np.testing.assert_allclose(
        found.removed, [single.removed[[0, 2, 4]].mean(), single.removed[[1, 3]].mean()]
    )
    np.testing.assert_allclose(found.lowest[0], single.advantage[[0, 2, 4]].min(), atol=1e-12)
    np.testing.assert_allclose(found.highest[1], single.advantage[[1, 3]].max(), atol=1e-12)
    whole = panel(made, [0, 1, 0, 1, 0])
    table = leads(whole, found.sold)
    np.testing.assert_allclose(
        np.expm1(table.mean(axis=0) * whole.per_year), found.advantage, atol=1e-6
    )


def test_runs_may_come_in_any_order_of_cells() -> None:
    made = sweep(noise(700, 3))
    straight, turned = protection(panel(made)), protection(panel(made, [2, 0, 1]))
    np.testing.assert_allclose(turned.advantage, straight.advantage[[1, 2, 0]])
    np.testing.assert_allclose(turned.sold, straight.sold)


def test_the_first_months_are_measured_as_if_there_were_no_others() -> None:
    made = sweep(noise(1500, 3))
    whole = panel(made)
    over = 30
    row = int(whole.ends[over - 1]) + 1
    cut = Sweep(
        made.runs[:row], made.holding[:row], made.sale[:row], made.cash[:row], made.day[:row]
    )
    early, alone = protection(whole, over=over), protection(panel(cut))
    np.testing.assert_allclose(early.advantage, alone.advantage, atol=1e-12)
    np.testing.assert_allclose(early.sold, alone.sold, atol=1e-12)
    np.testing.assert_allclose(early.removed, alone.removed, atol=1e-12)


def test_what_cannot_be_compared_is_refused() -> None:
    made = sweep(noise(600, 2))
    with pytest.raises(NotCovered, match="504"):
        Panel.of(made.runs[:400], made.holding[:400], made.cash[:400], made.day[:400])
    with pytest.raises(BadData, match="must agree"):
        Panel.of(made.runs, made.holding[:-1], made.cash, made.day)
    lost = made.runs.copy()
    lost[300, 1] = -1.0
    with pytest.raises(BadData, match="run 1 has a return"):
        Panel.of(lost, made.holding, made.cash, made.day)
    holding = made.holding.copy()
    holding[7] = np.nan
    with pytest.raises(BadData, match="of the unhedged holding in row 7"):
        Panel.of(made.runs, holding, made.cash, made.day)
    with pytest.raises(BadData, match="do not increase"):
        Panel.of(made.runs, made.holding, made.cash, made.day[::-1].copy())
    with pytest.raises(BadData, match="numbered from 0"):
        panel(made, [0, 2])
