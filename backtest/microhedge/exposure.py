"""How much of the holding's moves did a run still have, close by close, and what moved its options?

Every number of an option is a model's, from the same volatility, rates and expected dividends as
its model prices, also where a quote marked it: European options by Black's formula, American ones
by differences on the Leisen–Reimer tree.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from microhedge.instruments import Option, Style
from microhedge.option_prices import ModelColumns, ModelInputs, OptionPrices
from microhedge.pricing import Greeks, american_greeks, greeks
from microhedge.result import Result
from microhedge.tape import Floats, Tape

Rows = NDArray[np.intp]

_CONTRACT = re.compile(
    r"(?P<symbol>\S+) (?P<expiry>\d{4}-\d\d-\d\d) (?P<right>[CP]) (?P<strike>[\d.]+)"
    r"( \(delivers (?P<delivers>[\d.e+-]+)\))?(?P<am> AM)?"
)
"""How the ledger spells an option, as `str(Option)` does."""
_PERCENT, _VOL_POINT, _YEAR = 0.01, 0.01, 365.0


@dataclass(frozen=True, slots=True, eq=False)
class Exposure:
    """What a run was exposed to at some closes, each number a part of the holding's value then.

    `delta` is the money that the holding and its hedge moved like, 1 for the holding alone: for
    options on the holding itself their net shares over the shares held.  `legs` is what stock,
    bonds and futures of the hedge stand for, negative for a short, and `apart` the part of it that
    is neither on the holding nor on what an option is on.  A peer has no delta on the holding, it
    has a correlation with it: `apart` is no part of `delta`.  `gamma` is what 1 %
    on the price of each underlying adds to `delta`; `vega` the value gained by one point of
    volatility more; `theta` that of the next calendar day, everything else still.  NaN where
    nothing is held, or an option has no model price.  `optional` tells whether options were held.
    """

    rows: Rows
    delta: Floats
    legs: Floats
    apart: Floats
    gamma: Floats
    vega: Floats
    theta: Floats
    optional: bool


def exposure(result: Result, tape: Tape, prices: OptionPrices, rows: Rows) -> Exposure:
    """Return the exposure of a run at the closes of some of its sessions, ascending.

    `prices` are the model's on the run's own tape.
    """
    held = result.curves["value/holding"][rows]
    options = _options(result, rows)
    on = {name.split(" ", 1)[0] for name in options} | {result.config["holding"]}
    legs, near = _legs(result, rows, on)
    sums = np.zeros((4, len(rows)))
    for at, quantity, multiplier, spot, found in _sensitivities(options, rows, tape, prices):
        money = quantity * multiplier * spot
        slopes = (
            money * found.delta,
            money * spot * found.gamma * _PERCENT,
            quantity * multiplier * found.vega * _VOL_POINT,
            quantity * multiplier * found.theta / _YEAR,
        )
        for total, slope in zip(sums, slopes, strict=True):
            np.add.at(total, at, slope)
    part = np.full((6, len(rows)), np.nan)
    np.divide(np.vstack((legs, near, sums)), held, out=part, where=held > 0.0)
    linear, own, delta, gamma, vega, theta = part
    return Exposure(
        rows, 1.0 + own + delta, linear, linear - own, gamma, vega, theta, bool(options)
    )


def _options(result: Result, rows: Rows) -> dict[str, Floats]:
    """Return the contracts of each option that the hedge held, at each close, by its spelling."""
    ledger = result.tables["ledger"]
    names, which = np.unique(ledger["instrument"], return_inverse=True)
    legs = np.char.startswith(ledger["account"].astype(np.str_), "hedge/")
    found: dict[str, Floats] = {}
    for number, name in enumerate(names.tolist()):
        if _CONTRACT.fullmatch(name) is None:
            continue
        mine = np.flatnonzero(legs & (which == number))
        so_far = np.concatenate(([0.0], np.cumsum(ledger["quantity"][mine])))
        found[name] = so_far[np.searchsorted(ledger["session"][mine], rows, side="right")]
    return found


def _legs(result: Result, rows: Rows, on: AbstractSet[str]) -> tuple[Floats, Floats]:
    """Return the money that the hedge's stock, bonds and futures stand for: all, and `on` those."""
    ledger = result.tables["ledger"]
    total, near = np.zeros((2, len(rows)))
    booked = set(zip(ledger["account"].tolist(), ledger["instrument"].tolist(), strict=True))
    optional = {account for account, name in booked if _CONTRACT.fullmatch(name)}
    same = {account for account, name in booked if name.split(" ", 1)[0] in on}
    # by name, for a sum depends on its order in the last bit, and a saved run has another
    for name in sorted(result.curves):
        kind, _, account = name.partition("/")
        leg = account.startswith("hedge/")
        if kind == "notional" or (kind == "value" and leg and account not in optional):
            total += result.curves[name][rows]
            if account in same:
                near += result.curves[name][rows]
    return total, near


def _sensitivities(
    options: dict[str, Floats], rows: Rows, tape: Tape, prices: OptionPrices
) -> list[tuple[Rows, Floats, Floats, Floats, Greeks]]:
    """Return all options of a style together: which closes, how many of what, and their slopes."""
    by_style: dict[Style, list[tuple[Option, Rows, Floats]]] = {"american": [], "european": []}
    for name, quantity in options.items():
        at = np.flatnonzero(np.abs(quantity) > 1e-9)
        if len(at):
            option = _contract(name, tape)
            by_style[option.style].append((option, at, quantity[at]))
    found = []
    for style, held in by_style.items():
        if not held:
            continue
        one = _together(
            [prices.model_inputs(option, rows[at] + tape.begin) for option, at, _ in held]
        )
        slopes = _european(one) if style == "european" else _american(one)
        sizes = [len(at) for _, at, _ in held]
        multiplier = np.repeat([float(option.multiplier) for option, _, _ in held], sizes)
        at, quantity = (np.concatenate([each[n] for each in held]) for n in (1, 2))
        found.append((at.astype(np.intp), quantity, multiplier, one.spot, slopes))
    return found


def _contract(name: str, tape: Tape) -> Option:
    """Return the option that a ledger spells; those on an index are European and settle in cash."""
    found = _CONTRACT.fullmatch(name)
    if found is None:
        raise ValueError(f"{name!r} spells no option")
    index = tape.basis[found["symbol"]] == "price_index"
    return Option(
        found["symbol"],
        "C" if found["right"] == "C" else "P",
        float(found["strike"]),
        date.fromisoformat(found["expiry"]),
        style="european" if index else "american",
        settle="cash" if index else "physical",
        deliverable=float(found["delivers"] or 100.0),
        am=found["am"] is not None,
    )


def _together(every: Sequence[ModelInputs]) -> ModelColumns:
    """Put what several contracts are priced from one below the other."""
    columns = {
        name: np.concatenate([getattr(one, name) for one in every])
        for name in ("spot", "strike", "years", "volatility", "rate", "sign", "yielded", "ahead")
    }
    most = max(one.dividend_time.shape[1] for one in every)
    time, amount = np.zeros((2, len(columns["spot"]), most))
    first = 0
    for one in every:
        count, width = one.dividend_time.shape
        time[first : first + count, :width] = one.dividend_time
        amount[first : first + count, :width] = one.dividend_amount
        first += count
    return ModelColumns(**columns, dividend_time=time, dividend_amount=amount)


def _european(one: ModelColumns) -> Greeks:
    discount = np.exp(-one.rate * one.years)
    struck = one.ahead, one.strike, one.years, one.volatility, discount, one.sign
    return greeks(*struck, r=one.rate, q=one.yielded)


def _american(one: ModelColumns) -> Greeks:
    priced = one.spot, one.strike, one.years, one.volatility, one.rate, one.sign
    return american_greeks(
        *priced, q=one.yielded, div_t=one.dividend_time, div_a=one.dividend_amount
    )
