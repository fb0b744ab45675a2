"""How often is the best cell of a sweep certified when no cell is better than selling?

`python tests/bench/noise_sweeps.py` plays 200 sweeps of 50 cells for each design: cells that are
the holding with 40 % in cash and a lead of mean zero.  Leads are normal, share four fifths of
their variance, have fat tails and spells of volatility, or pay a premium every day for a rare
payoff.  It prints how often the verdict's p-value lies below a level, and stops with 1 where that
or the share certified is more than 3.5 standard errors above the level.  The last design has one
cell that earns 6 points a year more, a tenth of its lead's deviation a session.
"""

from __future__ import annotations

from math import sqrt

import numpy as np
from joblib import Parallel, delayed

from microhedge.analysis.luck import judge_sweep
from microhedge.analysis.sale import constant_mix
from microhedge.tape import Days, Floats

SWEEPS, CELLS, SESSIONS, SEED = 200, 50, 2600, 20261124
DESIGNS = ("normal", "alike", "GARCH t6", "premiums", "one is better")
LEVELS = (0.05, 0.10, 0.50)
SIZE = 0.0025  # standard deviation of a lead a session
EDGE = 0.00025


def played(design: str, one: int) -> tuple[float, float, bool]:
    """Return the p-values of the verdict and against the same tail, and whether it certified."""
    rng = np.random.default_rng([SEED, DESIGNS.index(design), one])
    found = judge_sweep(*sweep(design, SESSIONS, CELLS, rng), seed=one)
    if found.evidence is None:
        return 1.0, 1.0, False
    proof = found.evidence
    return proof.pvalue, proof.over_same_tail.pvalue, found.verdict == "certified"


def sweep(
    design: str, n: int, cells: int, rng: np.random.Generator
) -> tuple[Floats, Floats, Floats, Floats, Days]:
    """Make the runs of a sweep, the holding, its sale, cash, and the days."""
    day = np.busday_offset(np.datetime64("2004-01-02"), np.arange(n)).astype(np.int32)
    holding = np.expm1(0.015 * rng.standard_t(5, n) * sqrt(3.0 / 5.0))
    cash = np.full(n, 0.0001)
    holding[0] = cash[0] = 0.0
    sale = constant_mix(holding, cash, day, fraction=0.4, first=0).returns
    lead = SIZE * noise(design, n, cells, rng)
    if design == "one is better":
        lead[:, 0] += EDGE
    lead[0] = 0.0
    runs = np.expm1(np.log1p(sale)[:, None] + lead)
    return runs, holding, sale, cash, day


def noise(design: str, n: int, cells: int, rng: np.random.Generator) -> Floats:
    """Draw leads of mean 0 and variance 1."""
    own = rng.standard_normal((n, cells))
    if design == "alike":
        return sqrt(0.8) * rng.standard_normal((n, 1)) + sqrt(0.2) * own
    if design == "premiums":
        # one session in 50 pays the premiums of all back
        paid = (rng.random((n, cells)) < 0.02).astype(np.float64)
        return (paid - 0.02) / sqrt(0.02 * 0.98)
    if design == "GARCH t6":
        shock = own * np.sqrt(4.0 / rng.chisquare(6.0, (n, 1)))
        variance = np.ones(cells)
        out = np.empty((n, cells))
        for row, z in enumerate(shock):
            out[row] = np.sqrt(variance) * z
            variance = 0.02 + 0.08 * out[row] ** 2 + 0.90 * variance
        return out
    return own


def main() -> None:
    """Print a line for each design."""
    head = "".join(f"  p < {level:.2f}" for level in LEVELS)
    print(f"{'design':<14}{head}   same tail < 0.05   certified (per cent of {SWEEPS})")
    wrong = False
    for design in DESIGNS:
        rows = Parallel(n_jobs=-1)(delayed(played)(design, one) for one in range(SWEEPS))
        whole, same_tail = np.array([row[0] for row in rows]), np.array([row[1] for row in rows])
        below = [float(np.mean(whole < level)) for level in LEVELS]
        certified = float(np.mean([row[2] for row in rows]))
        shares = "".join(f"{100.0 * share:10.1f}" for share in below)
        luck = 100.0 * float(np.mean(same_tail < 0.05))
        print(f"{design:<14}{shares}{luck:19.1f}{100.0 * certified:12.1f}", flush=True)
        if design != "one is better":
            pairs = [*zip(below, LEVELS, strict=True), (certified, 0.05)]
            wrong |= any(a > p + 3.5 * sqrt(p * (1.0 - p) / SWEEPS) for a, p in pairs)
    if wrong:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
