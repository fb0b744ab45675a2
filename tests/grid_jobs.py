"""Sweeps whose answers are known: the jobs of `bench/recipe.py` over grids, and a cheap one.

The sums over both grids of the final equity are what a plain loop, numba and vectorbt end with.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from peer_jobs import pair_setup, put_setup
from tapes import arrange, lay

from microhedge.engine import Setup
from microhedge.loading import load
from microhedge.option_prices import OptionPrices
from microhedge.sweeping.grid import Axis, grid_of
from microhedge.sweeping.job import Job
from microhedge.sweeping.plan import Plan, finished
from microhedge.vol_choice import Chooser, VolChoice

EVERY = (5, 10, 15, 21, 30, 42, 63, 84, 126, 252)
TENORS = (21, 42, 63, 84, 105, 126, 147, 168, 189, 252)
PAIRS = (Axis("lookback", tuple(60 + 20 * i for i in range(20))), Axis("every", EVERY))
PUTS = (Axis("moneyness", tuple(0.80 + 0.01 * i for i in range(20))), Axis("tenor", TENORS))
STRATEGIES = Path(__file__).with_name("grid_strategies.py")
SUMS = {"pairs": 196756039.24, "puts": 311039033.87}


def plan_of(name: str, setup: Setup, *axes: Axis, **fixed: Any) -> Plan:
    """Plan a sweep of a strategy of `grid_strategies.py`, which travels as its text."""
    cls = load(f"{STRATEGIES}:{name}")
    hedge = cls(holding=setup.holding, **fixed)
    base = {"holding": setup.holding, **fixed}
    job = Job(luggage=None, base=base, grid=grid_of(axes), setup=setup, vol=None, index="A")
    return finished(hedge, job)


def pairs() -> Plan:
    """Plan the pair hedge over 200 cells."""
    return plan_of("PairEvery", pair_setup(), *PAIRS)


def puts() -> Plan:
    """Plan the put roll over 200 cells."""
    return plan_of("PutRoll", put_setup(), *PUTS)


def cheap(parts: int = 16, days: int = 20, **fixed: Any) -> Plan:
    """Plan cells of a millisecond on 300 sessions of noise."""
    noise = np.random.default_rng(5).standard_normal((2, 300))
    a, b = ((100.0 * np.exp(0.01 * one.cumsum())).tolist() for one in noise)
    setup = arrange(lay({"A": a, "B": b}), holding="A")
    chooser = Chooser(setup.tape, VolChoice.of("constant:0.2"), index="A")
    setup = replace(setup, prices=OptionPrices(setup.tape, chooser))
    axes = Axis("part", tuple(k / 64 for k in range(1, parts + 1))), Axis("day", tuple(range(days)))
    return plan_of("Cheap", setup, *axes, **fixed)
