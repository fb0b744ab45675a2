"""Against what?  One or more hedges are played beside selling and doing nothing, on one path.

`compare` lays the window, runs the holding alone and every hedge on the same tape and costs,
adds the yardsticks of selling, and has everything judged (see `comparison`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Literal

from microhedge.analysis.stop import check_stop
from microhedge.comparison import Comparison, assembled
from microhedge.costs import Costs
from microhedge.desk import FillRule
from microhedge.ending import Deliver, end_rules
from microhedge.engine import STOP, Rules, Setup, simulate
from microhedge.errors import AdjustedSeries, UsageError
from microhedge.hedge import Hedge
from microhedge.market import Market
from microhedge.notes import notes
from microhedge.portfolio import Portfolio
from microhedge.quoted_prices import priced_by
from microhedge.reach import bounds_told
from microhedge.respelling import command_for, run_names
from microhedge.runs import hedge_run, unhedged_run
from microhedge.vol_choice import Chooser, VolChoice
from microhedge.window import INDEX, check_assumptions, laid, traded, warmup_of
from microhedge.yardsticks import yardsticks


def run(
    hedge: Hedge,
    market: Market,
    portfolio: Portfolio,
    *,
    start: date | None = None,
    end: date | None = None,
    costs: Costs | None = None,
    rate: float | None = None,
    fill: FillRule = "next_close",
    vol: str | None = None,
    index_dividend: float = 0.0195,
    returns: Literal["sleeve", "account"] = "sleeve",
    stop_loss: float = STOP,
    trailing_stop: bool = False,
    deliver: Deliver = False,
    early_exercise: bool = False,
    seed: int = 0,
    sleep: bool = True,
    audit: bool = False,
) -> Comparison:
    """Run one hedge beside the holding alone and the yardsticks of selling."""
    return compare(
        [hedge],
        market,
        portfolio,
        start=start,
        end=end,
        costs=costs,
        rate=rate,
        fill=fill,
        vol=vol,
        index_dividend=index_dividend,
        returns=returns,
        stop_loss=stop_loss,
        trailing_stop=trailing_stop,
        deliver=deliver,
        early_exercise=early_exercise,
        seed=seed,
        sleep=sleep,
        audit=audit,
    )


def compare(
    hedges: Sequence[Hedge],
    market: Market,
    portfolio: Portfolio,
    *,
    start: date | None = None,
    end: date | None = None,
    costs: Costs | None = None,
    rate: float | None = None,
    fill: FillRule = "next_close",
    vol: str | None = None,
    index_dividend: float = 0.0195,
    returns: Literal["sleeve", "account"] = "sleeve",
    stop_loss: float = STOP,
    trailing_stop: bool = False,
    deliver: Deliver = False,
    early_exercise: bool = False,
    seed: int = 0,
    sleep: bool = True,
    audit: bool = False,
) -> Comparison:
    """Run several hedges of one holding on one path, beside the yardsticks of selling.

    `start` is the first decision and `end` the last session; both default to what the data
    cover.  `rate` replaces the 3-month yield, `vol` the choice of the volatility model (such as
    "constant:0.25").  `stop_loss` is how far below the entry that yardstick sells, or below the
    highest close with `trailing_stop`.  `deliver` and `early_exercise` say how options in the money
    end (see `ending.end_rules`).  `seed` feeds the bootstrap.  `audit` folds the ledger
    again at the end.

    Raises the usage errors of a request that cannot be run and the data errors of one that the
    data cannot carry.
    """
    holding = _one_holding(hedges)
    if portfolio.rest is not None and holding in portfolio.rest.symbols:
        raise UsageError(f"{holding} is the holding and in the rest too: leave it out of the rest")
    check_assumptions(rate, index_dividend, seed)
    check_stop(stop_loss)
    charges = costs or Costs()
    choice = VolChoice.of(vol)
    warmup = warmup_of(hedges, [choice])
    tape = laid(
        hedges,
        market,
        rest=() if portfolio.rest is None else portfolio.rest.symbols,
        warmup=warmup,
        start=start,
        end=end,
        rate=rate,
        index_dividend=index_dividend,
        what="a comparison",
        volume=charges.needs_volume,
    )
    rules = Rules(
        fill=fill,
        returns=returns,
        sleep=sleep,
        audit=audit,
        rest=INDEX,
        stop=stop_loss,
        trailing=trailing_stop,
        ends=end_rules(deliver, early_exercise),
    )
    chooser = Chooser(tape, VolChoice.of(vol), index=INDEX)
    prices, listing = priced_by(market.chains, tape, chooser, earlier=fill == "next_open")
    setup = Setup(
        tape=tape,
        holding=holding,
        portfolio=portfolio,
        prices=prices,
        costs=charges,
        rules=rules,
        listing=listing,
    )
    bare = simulate(None, setup)
    alone = unhedged_run(bare)
    try:
        hedged = [
            hedge_run(name, simulate(hedge, setup), bare)
            for name, hedge in zip(run_names(hedges), hedges, strict=True)
        ]
    except AdjustedSeries as error:
        hint = traded(market, error.symbol, warmup, tape.dates[-1])
        raise AdjustedSeries(f"{error}: {hint}", error.symbol) from None
    sold = yardsticks(alone, hedged, setup)
    found = assembled(
        alone,
        hedged,
        sold,
        setup,
        vol=vol,
        seed=seed,
        command=command_for(hedges, portfolio, tape, setup, vol, rate, seed, market.words),
        notes=notes(
            hedges,
            hedged,
            setup,
            sold,
            market.notes,
            bounds_told(market, tape, holding, warmup=warmup),
        ),
    )
    return replace(found, strategies=tuple(hedges))


def _one_holding(hedges: Sequence[Hedge]) -> str:
    names = {hedge.holding for hedge in hedges}
    if len(names) != 1:
        raise UsageError(
            f"{len(hedges)} hedges of {', '.join(sorted(names)) or 'nothing'}: "
            "a comparison needs at least one hedge, and all of the same holding"
        )
    return names.pop()
