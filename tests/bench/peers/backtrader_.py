"""backtrader: one feed an instrument; the puts are two that take turns."""

import backtrader as bt
import numpy as np
import pandas as pd
from recipe import BARS, CASH, EVERY, FEE, LOOKBACK, PUTS, SHARES, TENOR, columns, slope, two_puts

VERSION = f"backtrader {bt.__version__}"


class Pair(bt.Strategy):
    def __init__(self):
        self.curve = []

    def next(self):
        self.curve.append(self.broker.getvalue())
        first, second = self.datas
        t = len(self) - 1
        if t == 0:
            self.buy(data=first, size=SHARES)
        if t >= LOOKBACK and (t - LOOKBACK) % EVERY == 0:
            a = np.array(first.close.get(size=LOOKBACK + 1))
            b = np.array(second.close.get(size=LOOKBACK + 1))
            target = -round(slope(a, b) * SHARES * a[-1] / b[-1])
            self.order_target_size(data=second, target=target)


class Put(bt.Strategy):
    def __init__(self):
        self.curve = []

    def next(self):
        self.curve.append(self.broker.getvalue())
        k, at = divmod(len(self) - 1, TENOR)
        if k == 0 and at == 0:
            self.buy(data=self.datas[0], size=SHARES)
        if at == 0:
            self.order_target_size(data=self.datas[1 + (k - 1) % 2], target=0)
            self.order_target_size(data=self.datas[1 + k % 2], target=PUTS)


def bars(close, index):
    before = np.concatenate((close[:1], close[:-1]))
    return pd.DataFrame(
        {
            "open": before,
            "high": np.maximum(before, close),
            "low": np.minimum(before, close),
            "close": close,
            "volume": 1e9,
        },
        index=index,
    )


def ready(job):
    return columns(job)


def run(job, prices):
    a, b, _ = prices
    index = pd.bdate_range("1996-01-02", periods=BARS[job])
    if job == "minutes":
        index = pd.date_range("2025-01-02", periods=BARS[job], freq="min")
    engine = bt.Cerebro(stdstats=False)
    for close in (a, *two_puts()) if job == "put" else (a, b):
        engine.adddata(bt.feeds.PandasData(dataname=bars(close, index), openinterest=None))
    engine.broker.setcash(CASH)
    engine.broker.setcommission(commission=FEE)
    engine.broker.set_checksubmit(False)
    engine.addstrategy(Put if job == "put" else Pair)
    return np.array(engine.run()[0].curve)
