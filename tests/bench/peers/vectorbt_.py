"""vectorbt: the sizes of all orders are computed beforehand, over the whole history."""

import numpy as np
import pandas as pd
import vectorbt as vbt
from recipe import CASH, EVERY, FEE, LOOKBACK, PUTS, SHARES, TENOR, columns, two_puts
from vectorbt.portfolio.enums import SizeType

VERSION = f"vectorbt {vbt.__version__}"


def ready(job):
    a, b, _ = columns(job)
    return pd.DataFrame({"A": a, "B": b})


def run(job, frame):
    n = len(frame)
    if job == "put":
        first, second = two_puts()
        close = pd.DataFrame({"A": frame.A, "P0": first, "P1": second})
        size = np.full((n, 3), np.nan)
        rolls = np.arange(0, n, TENOR)
        for turn in (0, 1):
            size[rolls[turn::2], 1 + turn] = PUTS
            size[rolls[1 + turn :: 2], 1 + turn] = 0
    else:
        close = frame
        returns = frame.pct_change()
        a, b = returns.A.rolling(LOOKBACK), returns.B.rolling(LOOKBACK)
        beta = (a.cov(returns.B) / b.var()).to_numpy()
        size = np.full((n, 2), np.nan)
        t = np.arange(LOOKBACK, n, EVERY)
        size[t, 1] = -np.round(beta[t] * SHARES * frame.A.to_numpy()[t] / frame.B.to_numpy()[t])
    size[0, 0] = SHARES
    return (
        vbt.Portfolio.from_orders(
            close,
            size,
            size_type=SizeType.TargetAmount,
            fees=FEE,
            init_cash=CASH,
            cash_sharing=True,
            group_by=np.zeros(close.shape[1], int),
            freq="1D",
        )
        .value()
        .to_numpy()
    )
