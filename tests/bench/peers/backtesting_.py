"""backtesting.py holds one asset: it trades B, or the puts as one series; A is added outside."""

import backtesting
import numpy as np
import pandas as pd
from backtesting import Backtest, Strategy
from recipe import CASH, EVERY, FEE, LOOKBACK, PUTS, SHARES, TENOR, columns, put_marks, slope

backtesting.backtesting._tqdm = lambda each, **_: each
VERSION = f"backtesting {backtesting.__version__}"


class Pair(Strategy):
    def init(self):
        pass

    def next(self):
        t = len(self.data) - 1
        if t >= LOOKBACK and (t - LOOKBACK) % EVERY == 0:
            a = np.asarray(self.data.A[-LOOKBACK - 1 :])
            b = np.asarray(self.data.Close[-LOOKBACK - 1 :])
            moved = -round(slope(a, b) * SHARES * a[-1] / b[-1]) - self.position.size
            if moved > 0:
                self.buy(size=moved)
            elif moved < 0:
                self.sell(size=-moved)


class Put(Strategy):
    def init(self):
        pass

    def next(self):
        if self.data.turn[-1] < 0:
            self.position.close()
        elif self.data.turn[-1] > 0:
            self.buy(size=PUTS)


def bars(close):
    before = np.concatenate((close[:1], close[:-1]))
    return pd.DataFrame(
        {
            "Open": before,
            "High": np.maximum(before, close),
            "Low": np.minimum(before, close),
            "Close": close,
            "Volume": 1e9,
        }
    )


def ready(job):
    return columns(job)


def run(job, prices):
    a, b, _ = prices
    own = SHARES * (a - a[0]) - FEE * SHARES * a[0]
    kept = slice(None)
    if job == "put":
        # a bar to be paid out on before each roll, and one before the first, on which it never acts
        marks, paid = put_marks()
        rolls = np.arange(TENOR, len(a), TENOR)
        frame = bars(np.insert(marks, rolls, np.maximum(paid[rolls], 1e-4)))
        turn = np.insert(np.where(np.arange(len(a)) % TENOR == 0, 1, 0), rolls, -1)
        frame = pd.concat([frame.iloc[:1], frame], ignore_index=True)
        frame["turn"] = np.concatenate(([0], turn))
        kept = np.array(frame["turn"] >= 0)
        kept[0] = False
        strategy = Put
    else:
        frame, strategy = bars(b), Pair
        frame["A"] = a
    # without a margin this low it drops orders and does not say so
    played = Backtest(
        frame, strategy, cash=CASH, commission=FEE, trade_on_close=True, margin=0.02
    ).run()
    return played["_equity_curve"]["Equity"].to_numpy()[kept] + own
