"""What would a stop-loss order have done, or a put on the index for the same money?

Both are yardsticks without a ledger of their own: the returns of the sleeve, and the account as
it would have been, made of the run of the holding alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from microhedge.analysis.performance import growth
from microhedge.analysis.stop import stop_sale
from microhedge.calendar import to_date
from microhedge.engine import Setup
from microhedge.execution import option_trade
from microhedge.instruments import Option
from microhedge.option_prices import Quote
from microhedge.result import Result
from microhedge.scorecard import day_number_of, held_value, index_of
from microhedge.tape import Floats


@dataclass(frozen=True, slots=True, eq=False)
class Alternative:
    """Returns of the sleeve by session, the first 0, and the account in money."""

    returns: Floats
    equity: Floats


def stop_loss(bare: Result, setup: Setup, credit: Floats) -> Alternative:
    """Hold until the stop of the rules sells, and keep cash at the credit rate afterwards.

    The stop is a price: dividends do not lower it, splits change it.  `bare` is the run of the
    holding alone; the sale pays the costs of the stock.
    """
    tape, rules, costs = setup.tape, setup.rules, setup.costs
    rows = slice(tape.begin, None)
    index = tape.split_index(setup.holding)[rows] / tape.split_index(setup.holding)[tape.begin]
    close = tape.close[setup.holding][rows] * index
    opened = tape.open[setup.holding][rows] * index
    held, equity = bare.curves["sleeve"], bare.curves["equity"]
    sold = stop_sale(close, opened, fraction=rules.stop, trailing=rules.trailing)
    if sold is None:
        return Alternative(held, equity)
    at = sold.row
    shares = float(bare.tables["ledger"]["quantity"][0])
    traded, price = shares * index[at], sold.price / index[at]
    paid = traded * costs.stock_half_spread(price) + costs.stock_commission(traded)
    short_of_close = shares * (close[at] - sold.price) + paid
    returns = np.where(np.arange(len(held)) > at, credit, held)
    returns[at] -= short_of_close / bare.curves["holding"][at - 1]
    cash = growth(credit)
    value = bare.curves["holding"]
    dividends = bare.curves["profit/holding"] - np.diff(value, prepend=value[0])
    forgone = np.cumsum(dividends[at + 1 :] / cash[at + 1 :]) * cash[at + 1 :]
    account = equity.copy()
    account[at:] += (value[at] - short_of_close) * cash[at:] / cash[at] - value[at:]
    account[at + 1 :] -= forgone
    return Alternative(returns, account)


def macro_put(hedged: Result, bare: Result, setup: Setup, credit: Floats) -> Alternative | None:
    """Pay at every roll of an option hedge the same premium for puts on the index.

    For each put that the hedge bought: at its fill, index puts of the same expiry and the same
    strike ÷ spot, as many (in fractions) as its premium less what was written with it pays for at
    the mid; sold with it, or settled in cash at its expiry.  They are European, on the model of
    the index, and pay the costs of options.  None for a hedge that never paid a premium for a put,
    and for one whose puts are on the index already.
    """
    tape, index = setup.tape, setup.rules.rest
    size = len(tape) - tape.begin
    worth, flow = np.zeros(size), np.zeros(size)
    bought = _purchases(hedged)
    for one in bought:
        spot = float(tape.close[index][tape.begin + one.opened])
        put = Option(
            index,
            "P",
            one.moneyness * spot,
            to_date(one.expiry),
            style="european",
            settle="cash",
        )
        row = tape.begin + one.opened
        first = setup.prices.quote(put, row, "close")
        if not first.mid > 0.0:
            continue
        contracts = one.premium / (first.mid * put.multiplier)
        last = size if one.closed < 0 else one.closed
        life = setup.prices.life(put, row).mid[: last - one.opened]
        worth[one.opened : one.opened + len(life)] += contracts * put.multiplier * life
        flow[one.opened] -= _paid(put, contracts, first, setup, row)
        if one.closed >= 0:
            end = tape.begin + one.closed
            if end >= setup.prices.last_row(put):
                flow[one.closed] += contracts * put.payoff(setup.prices.settlement_spot(put))
            else:
                quote = setup.prices.quote(put, end, "close", row)
                flow[one.closed] -= _paid(put, -contracts, quote, setup, end)
    if not bought:
        return None
    profit = np.diff(worth, prepend=0.0) + flow
    base = np.ones(size)
    held = held_value(bare)
    base[1:] = held[:-1] + worth[:-1]
    base[0] = held[0]
    gained = bare.curves["profit/holding"] + profit
    gained[1:] += (held - bare.curves["holding"])[:-1] * credit[1:]
    returns = gained / base
    cash = growth(credit)
    account = bare.curves["equity"] + worth + np.cumsum(flow / cash) * cash
    account[np.minimum.accumulate(account) <= 0.0] = 0.0
    return Alternative(returns, account)


@dataclass(frozen=True, slots=True)
class _Purchase:
    """A put that the hedge bought: rows of the run (closed −1: open at the end), and its price."""

    opened: int
    closed: int
    expiry: int
    moneyness: float
    premium: float


def _purchases(hedged: Result) -> list[_Purchase]:
    """Return each bought put with what it cost net of what its rung wrote on the same session.

    Of two puts that one rung bought together the first is followed.
    """
    rolled = hedged.tables["rolls"]
    rungs = [str(role).partition("/")[2] for role in rolled["role"]]
    net: dict[tuple[int, str], float] = {}
    for k, rung in enumerate(rungs):
        key = int(rolled["opened"][k]), rung
        net[key] = net.get(key, 0.0) + float(rolled["premium"][k])
    found = []
    for k, rung in enumerate(rungs):
        if index_of(hedged, k) is not None:
            continue
        premium = net.get((int(rolled["opened"][k]), rung), 0.0)
        if rolled["right"][k] == "P" and rolled["contracts"][k] > 0.0 and premium > 0.0:
            del net[int(rolled["opened"][k]), rung]
            found.append(
                _Purchase(
                    opened=int(rolled["opened"][k]),
                    closed=int(rolled["closed"][k]),
                    expiry=day_number_of(rolled["expiry"][k]),
                    moneyness=float(rolled["strike"][k] / rolled["spot"][k]),
                    premium=premium,
                )
            )
    return found


def _paid(option: Option, contracts: float, quote: Quote, setup: Setup, row: int) -> float:
    """Return the money that a trade takes, its costs included; negative for a sale."""
    stress = setup.prices.model(option.underlying).stress(row, "close")
    trade = option_trade(option, contracts, quote, setup.costs, stress=stress)
    return trade.spread + trade.commission + trade.fee - trade.cash
