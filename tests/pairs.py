"""Pairs of return series: shipped ones with answers from outside, made ones with a known truth."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq

from microhedge.tape import Floats

ROOT = Path(__file__).parents[1]
GOLDEN = json.loads((ROOT / "tests" / "golden" / "trio_expected.json").read_text())
SAMPLES = sorted(set(GOLDEN) - {"source"})
SHIPPED = 5e-4  # the shipped prices have three decimals, those of the answers more


def sample(name: str) -> tuple[Floats, Floats, dict[str, Any]]:
    """Log returns in per cent of a golden sample, holding first, and its answers."""
    holding, hedge, _ = name.split("_")
    table = pq.read_table(ROOT / "data" / "total_return_prices.parquet", columns=[holding, hedge])
    expected = GOLDEN[name]
    y, x = (
        100.0 * np.diff(np.log(table[c].to_numpy().astype(float)))[-expected["n"] :]
        for c in (holding, hedge)
    )
    return y, x, expected


def pair(
    rng: np.random.Generator, n: int, before: float, after: float, *, tails: float | None = None
) -> tuple[Floats, Floats]:
    """Two series whose correlation changes in the middle; `tails` are degrees of freedom."""
    z = rng.standard_normal((n, 2))
    rho = np.where(np.arange(n) < n // 2, before, after)
    z[:, 1] = rho * z[:, 0] + np.sqrt(1.0 - rho**2) * z[:, 1]
    if tails is not None:
        z *= np.sqrt((tails - 2.0) / rng.chisquare(tails, (n, 1)))
    return z[:, 0], z[:, 1]
