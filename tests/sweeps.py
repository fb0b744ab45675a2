"""Made-up sweeps: a holding, cash, a mix of both, and runs that lead it by what is asked."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from microhedge.analysis.sale import constant_mix
from microhedge.tape import Days, Floats


@dataclass(frozen=True)
class Sweep:
    runs: Floats
    holding: Floats
    sale: Floats
    cash: Floats
    day: Days


def sweep(
    lead: Floats, *, fraction: float = 0.4, seed: int = 1, start: str = "2004-01-02"
) -> Sweep:
    """Runs that are a constant mix and `lead`, log returns by (sessions, runs)."""
    n = len(lead)
    rng = np.random.default_rng(seed)
    day = np.busday_offset(np.datetime64(start), np.arange(n)).astype(np.int32)
    holding = np.expm1(0.012 * rng.standard_t(5, n))
    cash = np.full(n, 0.0001)
    holding[0] = cash[0] = 0.0
    sale = constant_mix(holding, cash, day, fraction=fraction, first=0).returns
    own = lead.copy()
    own[0] = 0.0
    runs = np.expm1(np.log1p(sale)[:, None] + own)
    return Sweep(runs, holding, sale, cash, day)
