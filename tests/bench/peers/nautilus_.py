"""nautilus_trader: bars through its message bus; the puts are two equities that take turns."""

from decimal import Decimal

import nautilus_trader
import numpy as np
import pandas as pd
from nautilus_trader.backtest.engine import BacktestEngine, BacktestEngineConfig
from nautilus_trader.config import LoggingConfig, RiskEngineConfig, StrategyConfig
from nautilus_trader.model.currencies import USD
from nautilus_trader.model.data import BarType
from nautilus_trader.model.enums import AccountType, OmsType, OrderSide
from nautilus_trader.model.identifiers import InstrumentId, Symbol, Venue
from nautilus_trader.model.instruments import Equity
from nautilus_trader.model.objects import Money, Price, Quantity
from nautilus_trader.persistence.wranglers import BarDataWrangler
from nautilus_trader.trading.strategy import Strategy
from recipe import BARS, CASH, EVERY, LOOKBACK, PUTS, SHARES, TENOR, columns, slope, two_puts

VERSION = f"nautilus_trader {nautilus_trader.__version__}"
VENUE = Venue("XX")


class Hedge(Strategy):
    def __init__(self, names, types):
        super().__init__(StrategyConfig())
        self.names, self.types, self.t, self.curve = names, types, -1, []
        self.a, self.b, self.held = [], [], 0

    def on_start(self):
        for each in self.types:
            self.subscribe_bars(each)

    def trade(self, which, quantity):
        if quantity:
            side = OrderSide.BUY if quantity > 0 else OrderSide.SELL
            size = Quantity.from_int(int(abs(quantity)))
            self.submit_order(self.order_factory.market(self.names[which], side, size))

    def on_bar(self, bar):
        if bar.bar_type == self.types[0]:
            self.a.append(float(bar.close))
        if bar.bar_type == self.types[1]:
            self.b.append(float(bar.close))
        if bar.bar_type != self.types[-1]:
            return
        self.t += 1
        if self.t == 0:
            self.trade(0, SHARES)
        self.act(self.t)
        worth = self.portfolio.account(VENUE).balance_total(USD).as_double()
        for money in self.portfolio.unrealized_pnls(VENUE).values():
            worth += money.as_double()
        self.curve.append(worth)


class Pair(Hedge):
    def act(self, t):
        if t >= LOOKBACK and (t - LOOKBACK) % EVERY == 0:
            a, b = (np.array(seen[-LOOKBACK - 1 :]) for seen in (self.a, self.b))
            target = -round(slope(a, b) * SHARES * a[-1] / b[-1])
            self.trade(1, target - self.held)
            self.held = target


class Put(Hedge):
    def act(self, t):
        k, at = divmod(t, TENOR)
        if at == 0:
            if k:
                self.trade(1 + (k - 1) % 2, -PUTS)
            self.trade(1 + k % 2, PUTS)


def ready(job):
    return columns(job)


def run(job, prices):
    a, b, _ = prices
    engine = BacktestEngine(
        BacktestEngineConfig(
            logging=LoggingConfig(bypass_logging=True),
            run_analysis=False,
            risk_engine=RiskEngineConfig(bypass=True),
        )
    )
    engine.add_venue(VENUE, OmsType.NETTING, AccountType.MARGIN, [Money(CASH, USD)], USD)
    index = pd.bdate_range("1996-01-02", periods=BARS[job], tz="UTC")
    named = {"A": a, "P0": None, "P1": None} if job == "put" else {"A": a, "B": b}
    if job == "put":
        named["P0"], named["P1"] = two_puts()
    names, types = [], []
    for symbol, close in named.items():
        name = InstrumentId(Symbol(symbol), VENUE)
        fee = Decimal("0.0001")
        share = Equity(
            name,
            Symbol(symbol),
            USD,
            4,
            Price.from_str("0.0001"),
            Quantity.from_int(1),
            0,
            0,
            maker_fee=fee,
            taker_fee=fee,
        )
        engine.add_instrument(share)
        kind = BarType.from_str(f"{symbol}.XX-1-DAY-LAST-EXTERNAL")
        before = np.concatenate((close[:1], close[:-1]))
        frame = pd.DataFrame(
            {
                "open": before,
                "high": np.maximum(before, close),
                "low": np.minimum(before, close),
                "close": close,
                "volume": 1e9,
            },
            index=index,
        )
        last = len(types) == len(named) - 1
        engine.add_data(BarDataWrangler(kind, share).process(frame), sort=last)
        names.append(name)
        types.append(kind)
    strategy = (Put if job == "put" else Pair)(names, types)
    engine.add_strategy(strategy)
    engine.run()
    curve = np.array(strategy.curve)
    engine.dispose()
    return curve
