"""What a good programmer writes without an engine: one loop over the bars, in plain Python."""

import numpy as np
from recipe import (
    CASH,
    EVERY,
    FEE,
    LOOKBACK,
    MONEYNESS,
    PUTS,
    SHARES,
    TENOR,
    columns,
    put_marks,
    slope,
)

VERSION = "Python"


def ready(job):
    return columns(job)


def run(job, prices):
    a, b, _ = prices
    marks = put_marks()[0].tolist() if job == "put" else None
    spot, peer = a.tolist(), b.tolist()
    cash, held, strike, curve = CASH - SHARES * spot[0] * (1 + FEE), 0, 0.0, []
    for t, price in enumerate(spot):
        if job == "put":
            if t % TENOR == 0:
                if t:
                    cash += PUTS * max(strike - price, 0.0) * (1 - FEE)
                strike = MONEYNESS * price
                cash -= PUTS * marks[t] * (1 + FEE)
            curve.append(cash + SHARES * price + PUTS * marks[t])
            continue
        if t >= LOOKBACK and (t - LOOKBACK) % EVERY == 0:
            window = slice(t - LOOKBACK, t + 1)
            target = -round(slope(a[window], b[window]) * SHARES * price / peer[t])
            moved = target - held
            cash -= moved * peer[t] + FEE * abs(moved) * peer[t]
            held = target
        curve.append(cash + SHARES * price + held * peer[t])
    return np.array(curve)
