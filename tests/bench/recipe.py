"""The jobs that every engine is given, and the prices they are played on; numpy and scipy alone.

pair: 1,000 A are bought on bar 0; from bar 252 on, every 21 bars, B is sold short in the
least-squares ratio of the last 252 simple returns times the value of A, in whole shares.
put: 1,000 A are bought on bar 0; every 63 bars 10 puts on 100 shares are bought, 5 % out of the
money and 63 bars long, and the old ones paid out; European by Black and Scholes at 2 %, time in
bars / 252, each bar with its own volatility.
minutes: the pair on 98,280 bars, 390 a day.

Cash is 1,000,000 at first; whatever is traded or paid out costs 1 basis point of its value;
nothing earns interest.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

Floats = NDArray[np.float64]

CASH, SHARES, FEE = 1_000_000.0, 1000, 1e-4
LOOKBACK, EVERY = 252, 21
MONEYNESS, TENOR, PUTS, RATE = 0.95, 63, 10 * 100, 0.02
BARS = {"pair": 7560, "put": 7560, "minutes": 98_280}
A_DAY = 390

# what a plain loop, numba, vectorbt, backtesting.py, bt and backtrader end with
ANSWERS = {"pair": 971069.5609, "put": 1474819.878, "minutes": 1005155.1212}


@cache
def columns(job: str) -> tuple[Floats, Floats, Floats]:
    """Return the closes of A and B and the volatility of A, by bar."""
    if job == "minutes":
        return made(BARS[job], BARS[job], seed=20261102, decimals=4)
    return made(BARS[job], 252, seed=20261101, decimals=2)


def made(bars: int, a_year: int, *, seed: int, decimals: int) -> tuple[Floats, Floats, Floats]:
    """Two correlated shares (0.8, 22 % volatility); a volatility for the first."""
    rng = np.random.default_rng(seed)
    step, rho, sigma = 1 / a_year, 0.8, 0.22
    z = rng.standard_normal((bars, 3))
    drift = (0.06 - sigma * sigma / 2) * step
    first, second = z[:, 0], rho * z[:, 0] + np.sqrt(1 - rho * rho) * z[:, 1]
    a = 100 * np.exp(np.cumsum(drift + sigma * np.sqrt(step) * first))
    b = 50 * np.exp(np.cumsum(drift + sigma * np.sqrt(step) * second))
    speed, size = 5 * step, 0.9 * np.sqrt(step)
    shock = -0.7 * first + np.sqrt(1 - 0.49) * z[:, 2]
    x = np.zeros(bars)
    for t in range(1, bars):
        x[t] = x[t - 1] * (1 - speed) + size * shock[t]
    return a.round(decimals), b.round(decimals), (0.22 * np.exp(x)).round(6)


def slope(a: Floats, b: Floats) -> float:
    """Return the least-squares slope of a's simple returns on b's, from their prices."""
    ra, rb = a[1:] / a[:-1] - 1, b[1:] / b[:-1] - 1
    rb = rb - rb.mean()
    return float(rb @ ra / (rb @ rb))


def puts(spot: Floats, strike: Floats, years: Floats, vol: Floats) -> Floats:
    """Return Black and Scholes' values of European puts, per share."""
    deviation = vol * np.sqrt(years)
    d1 = (np.log(spot / strike) + (RATE + vol * vol / 2) * years) / deviation
    value: Floats = strike * np.exp(-RATE * years) * ndtr(deviation - d1) - spot * ndtr(-d1)
    return value


def put_marks() -> tuple[Floats, Floats]:
    """Return the mark per share of the put that is held at each bar, and what the old one pays."""
    a, _, vol = columns("put")
    bar = np.arange(len(a))
    start = bar // TENOR * TENOR
    marks = puts(a, MONEYNESS * a[start], (start + TENOR - bar) / 252, vol)
    paid = np.zeros(len(a))
    rolls = np.arange(TENOR, len(a), TENOR)
    paid[rolls] = np.maximum(MONEYNESS * a[rolls - TENOR] - a[rolls], 0.0)
    return marks, paid


def two_puts() -> tuple[Floats, Floats]:
    """Return the puts as two instruments that take turns, for engines without options.

    Each is paid out on the bar on which the other is bought, at 0.0001 at least.
    """
    marks, paid = put_marks()
    bar = np.arange(len(marks))
    found = []
    for turn in (0, 1):
        price = np.where(bar // TENOR % 2 == turn, marks, 1e-4)
        ends = (bar % TENOR == 0) & (bar // TENOR % 2 != turn) & (bar > 0)
        found.append(np.where(ends, np.maximum(paid, 1e-4), price))
    return found[0], found[1]
