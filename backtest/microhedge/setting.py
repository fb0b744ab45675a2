"""What is a run played with: prices, money, costs and rules, and how is all of it written down?"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Any, Literal

from microhedge.calendar import to_date
from microhedge.chain import Listing, select
from microhedge.costs import Costs
from microhedge.declaration import dashed, values
from microhedge.desk import FillRule
from microhedge.ending import USUAL, EndRules
from microhedge.hedge import Hedge
from microhedge.identity import source_of
from microhedge.instruments import Option
from microhedge.ledger import Ledger
from microhedge.lending import FREELY, Lending
from microhedge.option_prices import OptionPrices
from microhedge.plain import plain
from microhedge.portfolio import Portfolio
from microhedge.tape import Tape
from microhedge.version import __version__

STOP = 0.15
"""How far below the entry a stop-loss sells, as a part of its price."""


@dataclass(frozen=True, slots=True)
class Rules:
    """How a run is played, beside its costs.

    `returns` names the returns that statistics are made of: those of the sleeve (the holding
    and its hedge) or of the whole account.  `rest` is what the rest of the portfolio holds unless
    the portfolio has a basket of its own, and the index of every yardstick.
    `stop` is how far below the entry, or with `trailing` below the highest close, the yardstick
    of a stop-loss sells.  `wait` lets that many sessions pass before the hedge's first evening: a
    roll phase.  `ends` says what becomes of options in the money.
    """

    fill: FillRule = "next_close"
    returns: Literal["sleeve", "account"] = "sleeve"
    sleep: bool = True
    audit: bool = False
    rest: str = "SPX"
    wait: int = 0
    stop: float = STOP
    trailing: bool = False
    ends: EndRules = USUAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """All that a run needs beside its hedge; several runs may share one."""

    tape: Tape
    holding: str
    portfolio: Portfolio
    prices: OptionPrices
    costs: Costs
    rules: Rules = Rules()
    listing: Listing = select
    lending: Lending = FREELY


def configuration(hedge: Hedge | None, setup: Setup, ledger: Ledger) -> dict[str, Any]:
    """Return all that decides the run beside its data, as plain JSON values.

    Models are those whose options the run held: others that share the set-up chose theirs.
    """
    name = source = parameters = None
    if hedge is not None:
        name = dashed(type(hedge))
        source = _hash_of(type(hedge))
        parameters = plain(values(hedge))
    tape = setup.tape
    held = {i.underlying for i in ledger.rows().instruments if isinstance(i, Option)}
    return {
        "microhedge": __version__,
        "hedge": name,
        "source": source,
        "parameters": parameters,
        "holding": setup.holding,
        "start": str(to_date(int(tape.day[tape.begin]))),
        "end": str(to_date(int(tape.day[-1]))),
        "portfolio": setup.portfolio.config(),
        "rest": setup.rules.rest if setup.portfolio.rest is None else setup.portfolio.rest.name,
        "costs": setup.costs.config(),
        "fill": setup.rules.fill,
        "returns": setup.rules.returns,
        "wait": setup.rules.wait,
        **_stop(setup.rules),
        **_ends(setup.rules.ends),
        "index_dividend": tape.index_dividend,
        "basis": dict(sorted(tape.basis.items())),
        **({"bonds": plain(dict(sorted(tape.bonds.items())))} if tape.bonds else {}),
        "models": {
            name: {"name": model.name, "fitted": model.fitted, "error": model.error}
            for name, model in sorted(setup.prices.models.items())
            if name in held
        },
        **({"chains": setup.prices.quoted} if setup.prices.quoted else {}),
        **({} if setup.lending.is_usual else {"lending": setup.lending.config()}),
        **({} if tape.exchange.is_new_york else {"calendar": _calendar(tape)}),
    }


def _stop(rules: Rules) -> dict[str, Any]:
    """Return how the yardstick of a stop-loss sells, where that is not the usual."""
    if (rules.stop, rules.trailing) == (STOP, False):
        return {}
    return {"stop_loss": rules.stop, "trailing_stop": rules.trailing}


def _ends(rules: EndRules) -> dict[str, bool]:
    """Return what becomes of options in the money, where that is not the usual."""
    asked = {"deliver": rules.deliver, "rebuy": rules.rebuy, "early_exercise": rules.early}
    return {name: value for name, value in asked.items() if value}


def _calendar(tape: Tape) -> dict[str, str]:
    following = tape.exchange.next_session(int(tape.day[-1]))
    return {"exchange": tape.exchange.code, "next_session": str(to_date(following))}


@lru_cache(maxsize=256)
def _hash_of(cls: type[Hedge]) -> str:
    return sha256(source_of(cls).encode()).hexdigest()
