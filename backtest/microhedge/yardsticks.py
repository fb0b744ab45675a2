"""What would selling some, a stop, or hedging the market have done?

Each yardstick is made of returns, beside the run on the ledger that it is measured against.  The
fraction sold is decided beforehand: it takes as much risk away as the position that was first
taken, by its delta and, for what is not on the holding, by the sample that it was sized on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from microhedge.alternatives import Alternative, macro_put, stop_loss
from microhedge.analysis import macro, sale
from microhedge.analysis.performance import growth, tail_loss
from microhedge.engine import Setup
from microhedge.instruments import Option
from microhedge.result import Result, Table
from microhedge.runs import Kind, Run, yardstick_run
from microhedge.scorecard import first_fill, underlying_of
from microhedge.slippage import slip
from microhedge.tape import Days, Floats

_HALVINGS = 40
MACRO_WINDOW = 252
"""Returns that the beta of the macro hedge is measured on."""


def yardsticks(
    alone: Run, hedges: Sequence[Run], setup: Setup, *, sold: Mapping[str, float] | None = None
) -> tuple[Run, ...]:
    """Make what belongs to each hedge that traded, then the stop and the hedge of the market.

    Beside an option hedge stands a put on the index for the same money.  `sold` holds the
    fractions by name of the hedge where they are known from an earlier run; without it the
    prices of the set-up decide them.
    """
    credit, rest = credit_returns(setup), rest_returns(setup)
    day = setup.tape.day[setup.tape.begin :]
    bare = alone.result
    if bare is None:
        raise ValueError("the holding alone is a run on the ledger")
    found: list[Run] = []
    for one in hedges:
        result = one.result
        if result is None or (sold is not None and one.name not in sold):
            continue
        known = None if sold is None else sold[one.name]
        planned = beforehand(result, bare, setup, known)
        if planned is None:
            continue
        fraction, at, cost = planned
        plan = _Sale(alone, credit, fraction, at, cost)
        held = _sleeve(alone)
        once, spread = plan.once(credit), plan.once(rest)
        staged = sale.staged_sale(held, credit, day, fraction=fraction, first=at, cost=cost)
        mixed = sale.constant_mix(held, credit, day, fraction=fraction, first=at, cost=cost)
        stages = sale.stage_rows(day, first=at)
        columns: tuple[tuple[Kind, Floats, Floats | None, float | None], ...] = (
            ("sell-once", once, plan.account([at], credit), None),
            ("sell-diversify", spread, plan.account([at], rest), None),
            (
                "staged-sale",
                staged,
                plan.account(stages.tolist(), credit, parts=sale.STAGES),
                None,
            ),
            ("constant-mix", mixed.returns, None, mixed.turnover),
        )
        found += [
            yardstick_run(
                kind,
                _counted(returns, equity, alone),
                alone,
                of=one,
                equity=equity,
                sold=fraction,
                turnover=turnover,
            )
            for kind, returns, equity, turnover in columns
        ]
        found.append(_hindsight(one, alone, credit, day, at, cost))
        put = macro_put(result, bare, setup, credit)
        if put is not None:
            found.append(_alternative("macro-put", put, alone, one))
    stopped = _alternative("stop-loss", stop_loss(bare, setup, credit), alone, None)
    return (*found, stopped, _macro(alone, setup, credit))


def sold_once(hedge: Run, alone: Run, setup: Setup) -> Callable[[float], Floats] | None:
    """Return what makes the returns of "sell-once" for any part sold, at a hedge's first fill.

    None for a hedge that never traded.
    """
    bare = alone.result
    if bare is None or hedge.result is None or first_fill(hedge.result) is None:
        return None
    credit, result = credit_returns(setup), hedge.result

    def sold(part: float) -> Floats:
        planned = beforehand(result, bare, setup, part)
        if planned is None:
            raise ValueError(f"{hedge.name} traded, and has a first fill")
        plan = _Sale(alone, credit, *planned)
        return _counted(plan.once(credit), plan.account([plan.first], credit), alone)

    return sold


def _alternative(kind: Kind, found: Alternative, alone: Run, of: Run | None) -> Run:
    returns = _counted(found.returns, found.equity, alone)
    return yardstick_run(kind, returns, alone, of=of, equity=found.equity)


def _hindsight(hedge: Run, alone: Run, credit: Floats, day: Days, at: int, cost: float) -> Run:
    """Make the column of the constant mix that ends with the hedge's own tail loss.

    Its size is known only afterwards.  Where the hedge did not cut the tail loss it is 0.
    """

    def mix(fraction: float) -> Floats:
        mixed = sale.constant_mix(held, credit, day, fraction=fraction, first=at, cost=cost)
        return _counted(mixed.returns, None, alone)

    held = _sleeve(alone)
    aim, without = tail_loss(hedge.returns, day), tail_loss(alone.returns, day)
    low = high = 0.0
    if aim is not None and without is not None and aim > without:
        high = 1.0
        for _ in range(_HALVINGS):
            middle = (low + high) / 2.0
            if (tail_loss(mix(middle), day) or 0.0) < aim:
                low = middle
            else:
                high = middle
    fraction = (low + high) / 2.0
    return yardstick_run("hindsight", mix(fraction), alone, of=hedge, equity=None, sold=fraction)


def _sleeve(alone: Run) -> Floats:
    """Return what the holding alone returned, whatever returns the run counts."""
    return alone.returns if alone.result is None else alone.result.curves["sleeve"]


def _counted(returns: Floats, equity: Floats | None, alone: Run) -> Floats:
    """Return the returns of a yardstick's sleeve as those that the run counts.

    Where these are the account's they follow from its equity; without one, the difference to
    the holding alone enters with the weight that the holding has in the account.
    """
    bare = alone.result
    if bare is None or alone.equity is None or bare.config["returns"] == "sleeve":
        return returns
    if equity is None:
        counted = alone.returns.copy()
        weight = bare.curves["holding"][:-1] / alone.equity[:-1]
        counted[1:] += (returns[1:] - _sleeve(alone)[1:]) * weight
        return counted
    counted = np.zeros(len(equity))
    counted[0] = equity[0] / alone.equity[0] - 1.0
    np.divide(np.diff(equity), equity[:-1], out=counted[1:], where=equity[:-1] > 0.0)
    return counted


@dataclass(frozen=True, slots=True)
class _Sale:
    """A sale as the account sees it: fewer shares, their dividends forgone, the proceeds at work.

    `fraction` of the first shares is sold in equal parts; `cost` is the part of each sale that
    its costs take.
    """

    alone: Run
    credit: Floats
    fraction: float
    first: int
    cost: float

    def once(self, proceeds: Floats) -> Floats:
        """Return the sleeve's returns after the whole sale at the first row."""
        held = _sleeve(self.alone)
        return sale.sell_once(
            held, proceeds, fraction=self.fraction, first=self.first, cost=self.cost
        )

    def account(self, rows: Sequence[int], proceeds: Floats, *, parts: int = 1) -> Floats | None:
        """Return the account after one of `parts` sold at each close of `rows`, at work since."""
        bare, equity = self.alone.result, self.alone.equity
        if bare is None or equity is None:
            return None
        value = bare.curves["holding"]
        dividends = bare.curves["profit/holding"] - np.diff(value, prepend=value[0])
        cash, money = growth(self.credit), growth(proceeds)
        part = self.fraction / parts
        out = equity.copy()
        for row in rows:
            forgone = np.cumsum(dividends[row + 1 :] / cash[row + 1 :]) * cash[row + 1 :]
            out[row:] += part * value[row] * (1.0 - self.cost) * money[row:] / money[row]
            out[row:] -= part * value[row:]
            out[row + 1 :] -= part * forgone
        return out


def credit_returns(setup: Setup) -> Floats:
    """Return what cash earns by session at the credit rate, actual days over 360."""
    tape = setup.tape
    y = np.maximum(tape.rate[tape.begin : -1] - setup.costs.credit_spread, 0.0)
    out = np.zeros(len(tape) - tape.begin)
    out[1:] = y * np.diff(tape.day[tape.begin :]) / 360.0
    return out


def rest_returns(setup: Setup) -> Floats:
    """Return what the rest of the portfolio earned by session; by default the index."""
    tape = setup.tape
    if setup.portfolio.rest is not None:
        return setup.portfolio.rest.returns(tape)[tape.begin :]
    price = tape.close[setup.rules.rest][tape.begin :]
    out = np.zeros(len(price))
    days = np.diff(tape.day[tape.begin :])
    out[1:] = price[1:] / price[:-1] - 1.0 + tape.index_dividend * days / 365.0
    return out


def beforehand(
    result: Result, alone: Result | None, setup: Setup, known: float | None = None
) -> tuple[float, int, float] | None:
    """Return the sale that stands for a hedge: its fraction, its row, and what it costs.

    The cost is a part of the value sold.  None for a hedge that never traded, and for one
    that leans on others' prices which begin too shortly before its first fill.
    """
    at = first_fill(result)
    fraction = known
    if fraction is None and at is not None:
        fraction = _fraction(result, at, setup)
    if at is None or fraction is None:
        return None
    return fraction, at, _cost_of_sale(alone, fraction, at, setup)


def _fraction(result: Result, at: int, setup: Setup) -> float | None:
    """Return the part to sell that takes as much away as the position that was first taken.

    1 − √(var(y + Σ w·x) / var(y)): y the holding's returns and x those of what was traded, w its
    value × delta ÷ the holding's value, at the close of the first fill.  Of contracts on the
    holding alone that is 1 − |net delta|; else y and x are those of the sample it was sized on.
    """
    row = at + setup.tape.begin
    held = _shares(result, at) * setup.tape.close[setup.holding].item(row)
    weights: dict[str, float] = {setup.holding: 1.0}
    fills = result.tables["fills"]
    for k in np.flatnonzero(fills["session"] == at).tolist():
        symbol = underlying_of(fills, k)
        units = float(fills["quantity"][k] * fills["multiplier"][k])
        value = units * setup.tape.close[symbol].item(row)
        part = value * _delta(fills, k, row, setup) / held
        weights[symbol] = weights.get(symbol, 0.0) + part
    if len(weights) == 1:
        return sale.option_fraction(weights[setup.holding], 1.0)
    sample = _sample(result, at, setup)
    if sample is None:
        return None
    own = setup.tape.returns(setup.holding)[sample]
    left = sum(part * setup.tape.returns(symbol)[sample] for symbol, part in weights.items())
    spread = float(np.var(own))
    return sale.linear_fraction(max(0.0, 1.0 - float(np.var(left)) / spread)) if spread else 0.0


def _sample(result: Result, at: int, setup: Setup) -> slice | None:
    """Return the returns that were known when a hedge was first sized.

    Those of the last premise that was stated before the fill, else of the year before it; None
    where the prices begin later.  An order that fills at the close it was decided on is sized then.
    """
    premises = result.tables["premises"]
    last = at if setup.rules.fill == "close" else at - 1
    stated = int(np.searchsorted(premises["session"], last, side="right"))
    sessions = MACRO_WINDOW
    if stated:
        last = int(premises["session"][stated - 1])
        sessions = int(premises["sessions"][stated - 1])
    end = last + setup.tape.begin + 1
    return slice(end - sessions, end) if end > sessions else None


def _delta(fills: Table, k: int, row: int, setup: Setup) -> float:
    if not fills["right"][k]:
        return 1.0  # a future moves with what it is on
    symbol = underlying_of(fills, k)
    index = setup.tape.basis[symbol] == "price_index"
    option = Option(
        symbol,
        "C" if fills["right"][k] == "C" else "P",
        float(fills["strike"][k]),
        date.fromisoformat(str(fills["expiry"][k])),
        style="european" if index else "american",
        settle="cash" if index else "physical",
    )
    return setup.prices.delta(option, row)


def _shares(result: Result, at: int) -> float:
    ledger = result.tables["ledger"]
    mine = (ledger["account"] == "holding") & (ledger["session"] <= at)
    return float(ledger["quantity"][mine].sum())


def _cost_of_sale(alone: Result | None, fraction: float, at: int, setup: Setup) -> float:
    """Return what the sale costs as a part of its value."""
    if alone is None or fraction == 0.0:
        return 0.0
    shares = fraction * _shares(alone, at)
    price = float(setup.tape.close[setup.holding][at + setup.tape.begin])
    lost = slip(setup.tape, setup.holding, at + setup.tape.begin, shares, setup.costs)
    each = setup.costs.stock_half_spread(price) + price * lost
    paid = shares * each + setup.costs.stock_commission(shares)
    return min(paid / (shares * price), 0.99)


def _macro(alone: Run, setup: Setup, credit: Floats) -> Run:
    """Make the column of the holding with a short index future against its beta."""
    tape, costs = setup.tape, setup.costs
    bare = alone.result
    shares = 0.0 if bare is None else float(bare.tables["ledger"]["quantity"][0])
    index = tape.split_index(setup.holding)
    value = shares * index / index[tape.begin] * tape.close[setup.holding]
    total = tape.returns(setup.holding).copy()
    if tape.basis[setup.holding] == "price_index":
        total[1:] += tape.index_dividend * np.diff(tape.day) / 365.0
    returns = macro.macro_future(
        tape.day,
        tape.close[setup.rules.rest],
        total,
        value,
        rate=tape.option_rate,
        dividend_yield=tape.index_dividend,
        begin=tape.begin,
        tick=costs.future_tick,
        fee=costs.future_rate,
        window=MACRO_WINDOW,
    ).returns
    ended = tape.ended.get(setup.holding)
    if ended is not None:
        # with the share its hedge ends
        after = slice(ended - tape.begin + 1, None)
        returns[after] = _sleeve(alone)[after]
    equity = None
    if alone.equity is not None:
        cash = growth(credit)
        profit = np.zeros(len(returns))
        profit[1:] = (returns[1:] - _sleeve(alone)[1:]) * value[tape.begin : -1]
        equity = alone.equity + np.cumsum(profit / cash) * cash
        # an account that is ruined stays so
        equity[np.minimum.accumulate(equity) <= 0.0] = 0.0
    counted = _counted(returns, equity, alone)
    return yardstick_run("macro-future", counted, alone, of=None, equity=equity)
