"""Is this holding worth a hedge?  What it does to the account that it is a part of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from math import sqrt
from typing import Any, Literal

import numpy as np

from microhedge.analysis.concentration import MATTERS, Concentration
from microhedge.analysis.performance import max_drawdown
from microhedge.analysis.wording import percent
from microhedge.basket import Basket
from microhedge.errors import UsageError
from microhedge.market import Market
from microhedge.portfolio import Portfolio
from microhedge.tape import Floats, Tape
from microhedge.told import Told, joined, told

_YEAR = 252  # sessions


@dataclass(frozen=True, slots=True)
class Gap:
    """The worst return between two closes, or overnight where there are genuine opens."""

    value: float
    day: date
    kind: Literal["overnight", "close to close"]


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What one holding does to its account, over a window of daily returns.

    `account` has the shares of variance, `by_index` is the one that a short of the market index
    in the holding's beta takes away, the macro hedge; `volatility` is the account's a year and
    `sold_volatility` what it would be with the holding sold into the rest; `fall` and `sold_fall`
    are the deepest falls of the two, with weights held constant.
    """

    holding: str
    rest: str
    start: date
    end: date
    sessions: int
    account: Concentration
    by_index: float
    volatility: float
    sold_volatility: float
    fall: float
    sold_fall: float
    gap: Gap

    @property
    def worth(self) -> bool:
        """Whether the holding's own movements are a tenth of the account's variance or more."""
        return self.account.removed_own >= MATTERS

    @property
    def sentence(self) -> Told:
        """The answer in plain words."""
        a, name = self.account, self.holding
        least = a.matters_from()
        if self.worth:
            verdict = told("{name} is worth a hedge of its own", name=name)
        elif least is None:
            verdict = told(
                "{name} moves with the rest: a hedge of its own would change little", name=name
            )
        else:
            verdict = told("At this weight a hedge of {name} alone would change little", name=name)
        reach = told("no weight is enough")
        if least is not None:
            reach = told("from a weight of {least} on it matters", least=percent(least))
        risk = told(
            "{verdict}: at {weight} of the account it carries {share} of the risk, and movements "
            "that the {rest} does not share, {own} of its own variance, are {removed} of the "
            "account's ({reach}), where a short of the index in its beta would take {by_index}.",
            verdict=verdict,
            weight=percent(a.weight),
            share=percent(a.share),
            rest=self.rest,
            own=percent(a.own),
            removed=percent(a.removed_own),
            reach=reach,
            by_index=percent(self.by_index),
        )
        sold = told(
            "Sold into the {rest}, the account's volatility would go from {volatility} to "
            "{sold_volatility} a year and its deepest fall from {fall} to {sold_fall}.",
            rest=self.rest,
            volatility=percent(self.volatility),
            sold_volatility=percent(self.sold_volatility),
            fall=percent(self.fall),
            sold_fall=percent(self.sold_fall),
        )
        if percent(self.volatility) == percent(self.sold_volatility):
            sold = told(
                "Sold into the {rest}, the account's volatility would stay at {volatility} a year "
                "and its deepest fall go from {fall} to {sold_fall}.",
                rest=self.rest,
                volatility=percent(self.volatility),
                fall=percent(self.fall),
                sold_fall=percent(self.sold_fall),
            )
        loss, day = percent(self.gap.value), self.gap.day
        gap = told("Its worst gap was {loss} overnight, on {day}.", loss=loss, day=day)
        if self.gap.kind != "overnight":
            gap = told(
                "Its worst gap was {loss} from one close to the next, on {day}.", loss=loss, day=day
            )
        return joined(" ", (risk, sold, gap))

    def document(self) -> dict[str, Any]:
        """Return the diagnosis as one JSON-able element."""
        a = self.account
        return {
            "holding": self.holding,
            "rest": self.rest,
            "start": str(self.start),
            "end": str(self.end),
            "sessions": self.sessions,
            "weight": a.weight,
            "share_of_risk": a.share,
            "own_share": a.own,
            "correlation": a.correlation,
            "removed": {
                "own": a.removed_own,
                "index_hedge": self.by_index,
                "sale_into_rest": a.removed_by_selling,
                "sale_for_cash": a.removed_by_cash,
            },
            "matters_from": a.matters_from(),
            "worth_a_hedge": self.worth,
            "volatility": self.volatility,
            "sold_volatility": self.sold_volatility,
            "deepest_fall": self.fall,
            "sold_deepest_fall": self.sold_fall,
            "worst_gap": {
                "value": self.gap.value,
                "date": str(self.gap.day),
                "kind": self.gap.kind,
            },
            "sentence": self.sentence,
        }


def diagnose(
    market: Market,
    holding: str,
    weight: float,
    *,
    rest: str,
    start: date | None = None,
    end: date | None = None,
) -> Diagnosis:
    """Diagnose a holding of a weight beside the rest of an account.

    Raises the data errors of `Market.tape`, and ParameterError for a weight outside 0 … 1.
    """
    if holding == rest:
        raise UsageError(f"{holding} is the rest of the account itself: name another holding")
    tape = market.tape([holding, rest], start=start, end=end)
    tape.need_daily("a diagnosis")
    return diagnosis_of(tape, holding, weight, rest, index=rest)


def diagnose_in(
    market: Market,
    holding: str,
    portfolio: Portfolio,
    *,
    index: str,
    start: date | None = None,
    end: date | None = None,
) -> Diagnosis:
    """Diagnose a holding beside the shares that an account has around it.

    `index` is what a macro hedge would sell.  Raises the data errors of `Market.tape`.
    """
    rest = portfolio.rest
    if rest is None:
        return diagnose(market, holding, portfolio.weight, rest=index, start=start, end=end)
    tape = market.tape(dict.fromkeys([holding, index, *rest.symbols]), start=start, end=end)
    tape.need_daily("a diagnosis")
    price = float(tape.close[holding][tape.begin])
    shares = portfolio.shares_at(price, whole=tape.basis[holding] == "raw")
    weight = portfolio.weight_at(tape, shares * price)
    return diagnosis_of(tape, holding, weight, rest, index=index)


def diagnosis_of(
    tape: Tape, holding: str, weight: float, rest: str | Basket, *, index: str
) -> Diagnosis:
    """Diagnose a holding on a tape, from its first decision on."""
    rows = slice(tape.begin + 1, None)
    y = tape.returns(holding)[rows]
    m = (tape.returns(rest) if isinstance(rest, str) else rest.returns(tape))[rows]
    account = Concentration.of(weight, y, m)
    by_index = account.removed_by_index
    if rest != index:
        market = tape.returns(tape.need(index))[rows]
        with_rest = float(np.corrcoef(market, m)[0, 1])
        beta = float(np.corrcoef(market, y)[0, 1])
        by_index = account.removed_by_hedge(beta**2, with_rest if beta >= 0.0 else -with_rest)
    whole = weight * y + (1.0 - weight) * m
    return Diagnosis(
        holding=holding,
        rest=rest if isinstance(rest, str) else rest.name,
        start=tape.dates[tape.begin],
        end=tape.dates[-1],
        sessions=len(y),
        account=account,
        by_index=by_index,
        volatility=float(whole.std()) * sqrt(_YEAR),
        sold_volatility=float(m.std()) * sqrt(_YEAR),
        fall=_fall(whole),
        sold_fall=_fall(m),
        gap=_gap(tape, holding),
    )


def _fall(returns: Floats) -> float:
    return max_drawdown(np.concatenate(([0.0], returns))) or 0.0


def _gap(tape: Tape, holding: str) -> Gap:
    night = tape.overnight(holding)[tape.begin + 1 :] - 1.0
    kind: Literal["overnight", "close to close"] = "overnight"
    moves = night
    if not np.isfinite(night).any():
        kind, moves = "close to close", tape.returns(holding)[tape.begin + 1 :]
    row = int(np.nanargmin(moves))
    return Gap(float(moves[row]), tape.dates[tape.begin + 1 + row], kind)
