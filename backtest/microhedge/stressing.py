"""What would a recall, a ban or a squeeze have done to the shorts of a hedge?

The hedge is run again beside its base run, which stays as it is: with shares recalled by a seeded
draw, with new shorts refused on some days, or on prices in which a share that it is short of rises
on a stated path.  Up to the first of such days every run is the base run.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

import numpy as np

from microhedge.calendar import day_number
from microhedge.costs import Costs
from microhedge.counting import count_of
from microhedge.desk import FillRule
from microhedge.engine import simulate
from microhedge.errors import NotCovered, ParameterError, UsageError
from microhedge.hedge import Hedge
from microhedge.lending import BLOCKED, Ban, Lending
from microhedge.market import Market
from microhedge.portfolio import Portfolio
from microhedge.quoted_prices import priced_by
from microhedge.result import Result
from microhedge.runs import hedge_run
from microhedge.scorecard import hedge_profit
from microhedge.setting import Rules, Setup
from microhedge.tape import Floats, Tape
from microhedge.vol_choice import Chooser, VolChoice
from microhedge.window import INDEX, check_assumptions, laid, warmup_of


@dataclass(frozen=True, slots=True)
class Squeeze:
    """A share that rises by `factor` over `sessions` from a day on, evenly, and stays there.

    Its returns after that are those that it had.  `symbol` may be None where the hedge is short
    of one share only.
    """

    start: date
    factor: float = 2.0
    sessions: int = 5
    symbol: str | None = None

    def __post_init__(self) -> None:
        if not 0.0 < self.factor <= 100.0:
            raise ParameterError(f"a squeeze by {self.factor:g}: a factor up to 100, as 2 or 1.5")
        if not 1 <= self.sessions <= 250:
            raise ParameterError(f"a squeeze over {self.sessions} sessions: 1 to 250")


@dataclass(frozen=True, slots=True)
class Line:
    """What one run came to.

    `largest_cash_need` and `hedge_profit` are money; `loss` is the worst that the hedge had lost
    within the sessions of a squeeze, over the holding's value on the evening before; `lapsed`
    counts orders that found no fill, `unhedged` the closes with less than half of what was wanted.
    """

    name: str
    ending_value: float
    hedge_profit: float
    largest_cash_need: float
    largest_cash_need_share: float
    margin_calls: int
    largest_call: float
    recalls: int
    lapsed: int
    unhedged: int
    loss: float | None
    ruined: bool


@dataclass(frozen=True, slots=True, eq=False)
class StressTest:
    """The base run and each stress of it, in the order asked for; `results` are their runs."""

    hedge: Hedge
    start: date
    end: date
    lines: tuple[Line, ...]
    results: tuple[Result, ...]

    def document(self) -> dict[str, Any]:
        """Return everything as one JSON-able document."""
        return {
            "schema": 1,
            "command": "stress",
            "holding": self.hedge.holding,
            "hedge": self.results[0].config["hedge"],
            "params": self.results[0].config["parameters"],
            "start": str(self.start),
            "end": str(self.end),
            "runs": [asdict(one) for one in self.lines],
        }


def stress(
    hedge: Hedge,
    market: Market,
    portfolio: Portfolio,
    *,
    recall: float = 0.0,
    blocked: int = BLOCKED,
    bans: Sequence[Ban] = (),
    squeeze: Squeeze | None = None,
    start: date | None = None,
    end: date | None = None,
    costs: Costs | None = None,
    rate: float | None = None,
    fill: FillRule = "next_close",
    vol: str | None = None,
    index_dividend: float = 0.0195,
    seed: int = 0,
) -> StressTest:
    """Run a hedge, and again under each stress that is asked for.

    `recall` is the rate a year at which a share's lender wants it back, `blocked` the sessions
    after that in which it cannot be borrowed.  Raises UsageError where no stress is named, or a
    squeeze names no share of which the hedge is short.
    """
    if not (recall or bans or squeeze):
        raise UsageError(
            "no stress is named: give a recall rate, a ban or a squeeze, as in --recall 2"
        )
    check_assumptions(rate, index_dividend, seed)
    charges = costs or Costs()
    tape = laid(
        [hedge],
        market,
        rest=() if portfolio.rest is None else portfolio.rest.symbols,
        warmup=warmup_of([hedge], [VolChoice.of(vol)]),
        start=start,
        end=end,
        rate=rate,
        index_dividend=index_dividend,
        what="a stress test",
        volume=charges.needs_volume,
    )

    def played(on: Tape, lending: Lending) -> Result:
        chooser = Chooser(on, VolChoice.of(vol), index=INDEX)
        prices, listing = priced_by(market.chains, on, chooser, earlier=fill == "next_open")
        setup = Setup(
            tape=on,
            holding=hedge.holding,
            portfolio=portfolio,
            prices=prices,
            costs=charges,
            rules=Rules(fill=fill, rest=INDEX),
            listing=listing,
            lending=lending,
        )
        return simulate(hedge, setup)

    for ban in bans:
        if ban.symbols and tape.close.keys().isdisjoint(ban.symbols):
            tape.need(ban.symbols[0])  # a ban of nothing that the run has would refuse nothing
    free = Lending(seed=seed)
    base = played(tape, free)
    results, names = [base], ["base"]
    if recall:
        results.append(played(tape, Lending(recall, blocked, seed=seed)))
        names.append(f"recalls, {recall:g} a year")
    if bans:
        results.append(played(tape, Lending(bans=tuple(bans), seed=seed)))
        names.append("ban of new shorts")
    span = None
    if squeeze is not None:
        symbol = _squeezed_symbol(squeeze, base, tape)
        row = _row(squeeze, tape)
        results.append(played(squeezed(tape, symbol, row, squeeze), free))
        names.append(f"{symbol} × {squeeze.factor:g} in {count_of(squeeze.sessions, 'session')}")
        span = row - tape.begin, squeeze.sessions
    lines = [_line(name, one, None) for name, one in zip(names, results, strict=True)]
    if span is not None:
        lines[0] = replace(lines[0], loss=_loss(base, *span))
        lines[-1] = replace(lines[-1], loss=_loss(results[-1], *span))
    return StressTest(hedge, tape.dates[tape.begin], tape.dates[-1], tuple(lines), tuple(results))


def squeezed(tape: Tape, symbol: str, row: int, squeeze: Squeeze) -> Tape:
    """Return the tape on which a share rises from a row's session on."""
    steps = np.clip(np.arange(len(tape)) - row + 1, 0, squeeze.sessions) / squeeze.sessions
    path: Floats = squeeze.factor**steps
    before = np.concatenate(([1.0], path[:-1]))
    return replace(
        tape,
        close={**tape.close, symbol: tape.close[symbol] * path},
        open={**tape.open, symbol: tape.open[symbol] * before},
        _kernels={},
    )


def _row(squeeze: Squeeze, tape: Tape) -> int:
    row = int(np.searchsorted(tape.day, day_number(squeeze.start)))
    if not tape.begin < row <= len(tape) - squeeze.sessions:
        raise NotCovered(
            f"a squeeze of {squeeze.sessions} sessions from {squeeze.start} does not lie inside "
            f"{tape.dates[tape.begin]} to {tape.dates[-1]}: choose another day"
        )
    return row


def _squeezed_symbol(squeeze: Squeeze, base: Result, tape: Tape) -> str:
    """Return the share that is squeezed: the one named, or the only one that was sold short."""
    fills = base.tables["fills"]
    sold = fills["instrument"][(fills["source"] == "price") & (fills["quantity"] < 0.0)]
    short: list[str] = list(dict.fromkeys(sold.tolist()))
    if squeeze.symbol is not None:
        if squeeze.symbol not in short:
            told = ", ".join(short) or "nothing"
            raise UsageError(f"the hedge was never short of {squeeze.symbol}: it was of {told}")
        return squeeze.symbol
    shares = [one for one in short if tape.basis[one] != "price_index"] or short
    if len(shares) != 1:
        told = f"one of {', '.join(shares)}" if shares else "a hedge that sells shares short"
        raise UsageError(f"a squeeze needs a share to rise: name {told}")
    return shares[0]


def _line(name: str, result: Result, loss: float | None) -> Line:
    stats = hedge_run(name, result, result).stats
    codes = result.tables["log"]["code"]
    return Line(
        name=name,
        ending_value=float(result.curves["equity"][-1]),
        hedge_profit=float(stats["hedge_profit"] or 0.0),
        largest_cash_need=float(stats["largest_cash_need"] or 0.0),
        largest_cash_need_share=float(stats["largest_cash_need_share"] or 0.0),
        margin_calls=int(stats["margin_calls"] or 0),
        largest_call=float(stats["max_call"] or 0.0),
        recalls=int(np.count_nonzero(codes == "recalled")),
        lapsed=int(np.count_nonzero(codes == "unfilled")),
        unhedged=int(stats["uncovered_sessions"] or 0),
        loss=loss,
        ruined=bool((codes == "ruin").any()),
    )


def _loss(result: Result, first: int, sessions: int) -> float:
    """Return the worst that the hedge had lost in some sessions, over the holding before them."""
    made = np.cumsum(hedge_profit(result)[first : first + sessions])
    return float(max(-made.min(), 0.0) / result.curves["holding"][first - 1])
