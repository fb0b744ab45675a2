"""How is an American option rolled back through a Leisen–Reimer tree, many options at a time?

Leisen and Reimer (1996), *Binomial models for option valuation: examining and improving
convergence*, Applied Mathematical Finance 3: an odd number of steps, with probabilities from the
Peizer–Pratt inversion that put the strike between the two middle end nodes.

Nodes are counted by the moves *away* from exercise: falls for a call, rises for a put. Of n + 1
end nodes the first m = (n + 1)/2 end in the money. Two regions need no arithmetic, which halves the
work: a node that can only end in the money has one value for its whole step, and a node that has
made m moves away is worthless (but for a call before a dividend, which may be exercised there).

Arrays hold one row per node and one column per option; one option alone is passed as scalars. Every
operation acts on each column by itself, so a price does not depend on its neighbours.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from microhedge.pricing.black import FloatArray

FARTHEST = 20.0  # deviations; beyond, the chance of crossing the strike is below 1e-80


@dataclass(frozen=True, slots=True, eq=False)
class Lattice:
    """The constants of each option's tree.

    `stay` and `away` are the discounted probabilities of the two moves, `stay_factor` and
    `away_factor` what they do to the spot, `discount` the discount factor of one step.
    """

    steps: int
    stay: FloatArray
    away: FloatArray
    stay_factor: FloatArray
    away_factor: FloatArray
    discount: FloatArray


def _inversion(z: FloatArray, steps: int) -> tuple[FloatArray, FloatArray]:
    """Peizer–Pratt method 2: probabilities (p, 1 − p) whose binomial median deviates by z."""
    z = np.clip(z, -FARTHEST, FARTHEST)
    scaled = z / (steps + 1.0 / 3.0 + 0.1 / (steps + 1.0))
    rest = np.exp(-scaled * scaled * (steps + 1.0 / 6.0))
    small = 0.5 * rest / (1.0 + np.sqrt(1.0 - rest))
    large = 1.0 - small
    upper = z > 0.0
    return np.where(upper, large, small), np.where(upper, small, large)


def lattice(
    spot: FloatArray,
    strike: FloatArray,
    T: FloatArray,
    deviation: FloatArray,
    r: FloatArray,
    q: FloatArray,
    cp: FloatArray,
    *,
    steps: int,
) -> Lattice:
    """Lay out trees for spots net of cash dividends; `deviation` is σ√T and must be positive."""
    middle = (np.log(spot / strike) + (r - q) * T) / deviation
    half = 0.5 * deviation
    spot_stay, spot_away = _inversion(cp * (middle + half), steps)
    stay, away = _inversion(cp * (middle - half), steps)
    dt = T / steps
    discount = np.exp(-r * dt)
    growth = np.exp((r - q) * dt)
    return Lattice(
        steps=steps,
        stay=discount * stay,
        away=discount * away,
        stay_factor=growth * spot_stay / stay,
        away_factor=growth * spot_away / away,
        discount=discount,
    )


def powers(base: FloatArray, first: FloatArray, count: int) -> FloatArray:
    """Return first · base^k for k = 0 … count − 1, one row each."""
    rows = np.empty((count, *base.shape))
    rows[:] = base
    rows[0] = first
    return np.multiply.accumulate(rows, axis=0, out=rows)


def roll_back_pinned(
    tree: Lattice, spot: FloatArray, cp: FloatArray, exercise: FloatArray, *, open_side: bool
) -> FloatArray:
    """Value options whose underlying pays no continuous yield.

    Without a yield the discounted spot is a martingale, so the tree may carry W = V − cp·S, whose
    exercise value cp·(R − K) is one number per step: no node's spot is needed. `exercise` has that
    number in row k; `open_side` keeps the nodes beyond m, where a call may be exercised early.
    """
    n = tree.steps
    m = (n + 1) // 2
    W = np.empty((n + 1 if open_side else m + 1, *spot.shape))
    # end nodes: −cp·K in the money (the last two stand for all), −cp·S out of it
    W[m - 2 : m] = exercise[n]
    edge = -cp * spot * np.power(tree.away_factor, m) * np.power(tree.stay_factor, n - m)
    W[m:] = edge
    if open_side:
        W[m:] = powers(tree.away_factor / tree.stay_factor, edge, n + 1 - m)
    other = np.empty_like(W)
    worthless = W[m : m + 1]
    back = np.asarray(1.0 / tree.stay_factor)
    stay, away = np.asarray(tree.stay), np.asarray(tree.away)
    for k in range(n - 1, -1, -1):
        # of the nodes that can only end in the money the last is rolled back for all of them
        certain = k - (n - m)
        first = max(0, certain - 1)
        last = k if open_side else min(k, m - 1)
        value, farther = W[first : last + 1], other[first : last + 1]
        np.multiply(W[first + 1 : last + 2], away, out=farther)
        np.multiply(value, stay, out=value)
        np.add(value, farther, out=value)
        np.maximum(value, exercise[k, ...], out=value)
        if certain > 1:
            W[certain - 2] = W[certain - 1]
        if k >= m and not open_side:
            np.multiply(worthless, back, out=worthless)
    return np.asarray(W[0] + cp * spot)


def roll_back_nodal(
    tree: Lattice, spot: FloatArray, cp: FloatArray, exercise: FloatArray, *, open_side: bool
) -> FloatArray:
    """Value options on any underlying, comparing with the exercise value at each node's spot.

    Arguments as in :func:`roll_back_pinned`, to which this is equal, at twice the work, where there
    is no yield.
    """
    n = tree.steps
    m = (n + 1) // 2
    count = n + 1 if open_side else m
    # cp · spot at the end nodes; one step earlier there is one staying move less
    lowest = cp * spot * np.power(tree.stay_factor, n)
    signed = powers(tree.away_factor / tree.stay_factor, lowest, count)
    back = np.asarray(1.0 / tree.stay_factor)
    stay, away = np.asarray(tree.stay), np.asarray(tree.away)
    V = np.zeros((count + 1, *spot.shape))
    np.maximum(signed + exercise[n], 0.0, out=V[:count])
    other = np.empty_like(signed)
    for k in range(n - 1, -1, -1):
        last = min(k, count - 1)
        value, node, scratch = V[: last + 1], signed[: last + 1], other[: last + 1]
        np.multiply(V[1 : last + 2], away, out=scratch)
        np.multiply(value, stay, out=value)
        np.add(value, scratch, out=value)
        np.multiply(node, back, out=node)
        np.add(node, exercise[k, ...], out=scratch)
        np.maximum(value, scratch, out=value)
    return np.asarray(V[0])
