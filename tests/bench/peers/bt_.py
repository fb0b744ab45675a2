"""bt: a tree of algos that transact share quantities."""

import bt
import numpy as np
import pandas as pd
from recipe import BARS, CASH, EVERY, FEE, LOOKBACK, PUTS, SHARES, TENOR, columns, slope, two_puts

VERSION = f"bt {bt.__version__}"


class Pair(bt.Algo):
    def __init__(self):
        super().__init__()
        self.t = -1

    def __call__(self, target):
        self.t += 1
        if self.t == 0:
            target.transact(SHARES, child="A")
        if self.t >= LOOKBACK and (self.t - LOOKBACK) % EVERY == 0:
            seen = target.universe.iloc[-LOOKBACK - 1 :].to_numpy()
            a, b = seen[:, 0], seen[:, 1]
            held = target.children["B"].position if "B" in target.children else 0
            wanted = -round(slope(a, b) * SHARES * a[-1] / b[-1])
            target.transact(wanted - held, child="B")
        return True


class Put(bt.Algo):
    def __init__(self):
        super().__init__()
        self.t = -1

    def __call__(self, target):
        self.t += 1
        k, at = divmod(self.t, TENOR)
        if self.t == 0:
            target.transact(SHARES, child="A")
        if at == 0:
            if k:
                target.transact(-PUTS, child=f"P{(k - 1) % 2}")
            target.transact(PUTS, child=f"P{k % 2}")
        return True


def ready(job):
    a, b, _ = columns(job)
    index = pd.bdate_range("1996-01-02", periods=BARS[job])
    if job == "minutes":
        index = pd.date_range("2025-01-02", periods=BARS[job], freq="min")
    return pd.DataFrame({"A": a, "B": b}, index=index)


def run(job, frame):
    if job == "put":
        first, second = two_puts()
        frame = pd.DataFrame({"A": frame.A, "P0": first, "P1": second}, index=frame.index)
    algo = Put() if job == "put" else Pair()
    played = bt.Backtest(
        bt.Strategy("s", [algo], children=list(frame.columns)),
        frame,
        initial_capital=CASH,
        commissions=lambda quantity, price: abs(quantity * price) * FEE,
        integer_positions=True,
        progress_bar=False,
    )
    played.run()
    return np.asarray(played.strategy.values)[1:]  # a day before the first is put in front
