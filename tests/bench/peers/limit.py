"""The limit: one vectorised pass of the same accounting, written for one job and nothing else."""

import numpy as np
from recipe import CASH, EVERY, FEE, LOOKBACK, MONEYNESS, PUTS, SHARES, TENOR, columns, puts

VERSION = f"numpy {np.__version__}"


def pair(a, b):
    n = len(a)
    ra, rb = a[1:] / a[:-1] - 1, b[1:] / b[:-1] - 1
    t = np.arange(LOOKBACK, n, EVERY)

    def over(x):
        sums = np.concatenate(([0.0], x.cumsum()))
        return sums[t] - sums[t - LOOKBACK]

    sa, sb, sab, sbb = over(ra), over(rb), over(ra * rb), over(rb * rb)
    beta = (sab - sa * sb / LOOKBACK) / (sbb - sb * sb / LOOKBACK)
    moved = np.diff(-np.round(beta * SHARES * a[t] / b[t]), prepend=0.0)
    paid, held = np.zeros(n), np.zeros(n)
    paid[t] = moved * b[t] + FEE * np.abs(moved) * b[t]
    held[t] = moved
    bought = CASH - SHARES * a[0] * (1 + FEE)
    return bought - paid.cumsum() + SHARES * a + held.cumsum() * b


def put(a, vol):
    n = len(a)
    bar = np.arange(n)
    start = bar // TENOR * TENOR
    marks = puts(a, MONEYNESS * a[start], (start + TENOR - bar) / 252, vol)
    roll = np.arange(0, n, TENOR)
    paid = np.zeros(n)
    paid[roll] += PUTS * marks[roll] * (1 + FEE)
    worth = np.maximum(MONEYNESS * a[roll[:-1]] - a[roll[1:]], 0.0)
    paid[roll[1:]] -= PUTS * worth * (1 - FEE)
    return CASH - SHARES * a[0] * (1 + FEE) - paid.cumsum() + SHARES * a + PUTS * marks


def ready(job):
    return columns(job)


def run(job, prices):
    a, b, vol = prices
    return put(a, vol) if job == "put" else pair(a, b)
