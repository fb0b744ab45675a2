import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from microhedge.pricing.tree import lattice, roll_back_nodal, roll_back_pinned

SAME = 1e-10  # the same sums in another order


def _whole_tree(
    S: float, K: float, T: float, sigma: float, r: float, q: float, cp: int, steps: int
) -> float:
    """A Leisen–Reimer tree node by node, with nothing left out (their paper, section 4)."""

    def inversion(z: float) -> float:
        scaled = z / (steps + 1 / 3 + 0.1 / (steps + 1))
        return float(0.5 + np.sign(z) * 0.5 * np.sqrt(1 - np.exp(-(scaled**2) * (steps + 1 / 6))))

    dt, deviation = T / steps, sigma * np.sqrt(T)
    d1 = (np.log(S / K) + (r - q) * T) / deviation + deviation / 2
    p, spot_p = inversion(d1 - deviation), inversion(d1)
    growth, discount = np.exp((r - q) * dt), np.exp(-r * dt)
    up, down = growth * spot_p / p, growth * (1 - spot_p) / (1 - p)
    spots = S * up ** np.arange(steps + 1.0) * down ** (steps - np.arange(steps + 1.0))
    values = np.maximum(cp * (spots - K), 0)
    for k in range(steps - 1, -1, -1):
        values = discount * (p * values[1:] + (1 - p) * values[:-1])
        spots = S * up ** np.arange(k + 1.0) * down ** (k - np.arange(k + 1.0))
        values = np.maximum(values, cp * (spots - K))
    return float(values[0])


def _columns(*values: float) -> list[np.ndarray[tuple[int], np.dtype[np.float64]]]:
    return [np.array([value, value]) for value in values]


@given(
    K=st.floats(70.0, 140.0),
    T=st.floats(0.1, 2.0),
    sigma=st.floats(0.1, 1.0),
    r=st.floats(-0.02, 0.08),
    q=st.floats(-0.02, 0.08),
    cp=st.sampled_from([-1, 1]),
    open_side=st.booleans(),
)
def test_leaving_out_the_certain_and_the_worthless_nodes_changes_nothing(
    K: float, T: float, sigma: float, r: float, q: float, cp: int, open_side: bool
) -> None:
    columns = _columns(100.0, K, T, sigma * T**0.5, r, q, cp)
    tree = lattice(*columns, steps=51)
    exercise = np.broadcast_to(-cp * columns[1], (52, 2))
    found = roll_back_nodal(tree, columns[0], columns[-1], exercise, open_side=open_side)
    assert found[0] == pytest.approx(_whole_tree(100.0, K, T, sigma, r, q, cp, 51), abs=SAME)


@given(
    K=st.floats(70.0, 140.0),
    T=st.floats(0.1, 2.0),
    sigma=st.floats(0.1, 1.0),
    r=st.floats(-0.02, 0.08),
    cp=st.sampled_from([-1, 1]),
    open_side=st.booleans(),
    steps=st.sampled_from([21, 51, 101]),
)
def test_without_a_yield_no_node_needs_its_spot(
    K: float, T: float, sigma: float, r: float, cp: int, open_side: bool, steps: int
) -> None:
    columns = _columns(100.0, K, T, sigma * T**0.5, r, 0.0, cp)
    tree = lattice(*columns, steps=steps)
    exercise = np.broadcast_to(-cp * columns[1], (steps + 1, 2))
    pinned = roll_back_pinned(tree, columns[0], columns[-1], exercise, open_side=open_side)
    assert pinned[0] == pytest.approx(_whole_tree(100.0, K, T, sigma, r, 0.0, cp, steps), abs=SAME)


def test_more_steps_come_closer() -> None:
    # 100/110/182 days, σ 25 %, r 5 %, q 3 %: 12.722731 (QuantLib 1.44 QdFp)
    errors = []
    for steps in (11, 51, 201):
        columns = _columns(100.0, 110.0, 182 / 365, 0.25 * (182 / 365) ** 0.5, 0.05, 0.03, -1)
        tree = lattice(*columns, steps=steps)
        exercise = np.broadcast_to(columns[1], (steps + 1, 2))
        value = roll_back_nodal(tree, columns[0], columns[-1], exercise, open_side=False)
        errors.append(abs(value[0] - 12.722731))
    assert errors[0] > errors[1] > errors[2]
