"""Which models and which costs does a report assume?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from microhedge.instruments import Bond
from microhedge.language import say
from microhedge.reporting.inputs import Item
from microhedge.reporting.numbers import percent, plain
from microhedge.told import retold

if TYPE_CHECKING:
    from microhedge.comparison import Comparison
    from microhedge.costs import Costs


def models(comparison: Comparison) -> list[Item]:
    """Return how premiums and volatilities were made, where options were traded."""
    found = []
    for run in comparison.hedges:
        config = run.result.config if run.result else {"models": {}}
        for symbol, model in config["models"].items():
            error = say(", error {error}", error=retold(model["error"])) if model["error"] else ""
            chain = config.get("chains", {}).get(symbol)
            tree = say("American options, binomial tree of 51 steps, cash dividends")
            found += [
                Item(
                    say("Premiums on {symbol}", symbol=symbol),
                    tree
                    if chain is None
                    else say("quotes where there are any, else {tree}", tree=tree),
                    "model",
                    say("no quotes were given")
                    if chain is None
                    else say("option chain sha256 {chain}", chain=chain[:8]),
                ),
                Item(
                    say("Volatility of {symbol}", symbol=symbol),
                    f"{retold(model['name'])}{error}",
                    "model",
                    retold(model["fitted"]) if model["fitted"] else say("no fitted constant"),
                ),
            ]
    return list(dict.fromkeys(found))


def futures(comparison: Comparison) -> list[Item]:
    """Return what the prices and the costs of futures are, where one was traded."""
    costs, basis = comparison.costs, comparison.tape.basis
    found = []
    for symbol in dict.fromkeys(s for run in comparison.hedges for s in run.futures):
        index = basis[symbol] == "price_index"
        paid = say("its yield") if index else say("the dividends expected on the evening")
        tick = costs.future_tick if index else costs.stock_future_tick
        wide = "" if index else say(" or the share's half-spread")
        part = costs.margin_future if index else costs.margin_stock_future
        found += [
            Item(
                say("Futures on {symbol}", symbol=symbol),
                say(
                    "spot with its carry: the 3-month rate less {paid}, actual/365; settled daily",
                    paid=paid,
                ),
                "model",
                say("no quotes were given"),
            ),
            Item(
                say("Costs of futures on {symbol}", symbol=symbol),
                say(
                    "half a tick of {tick}{wide} and {future_rate} a contract and side; margin "
                    "{part} of the contract",
                    tick=plain(tick, 2),
                    wide=wide,
                    future_rate=plain(costs.future_rate, 2),
                    part=percent(part, 0),
                ),
                "assumption",
                "costs",
            ),
        ]
    return found


def bonds(comparison: Comparison) -> list[Item]:
    """Return what each bond is, and what a trade of it and its margin cost."""
    costs, found = comparison.costs, []
    for symbol, bond in comparison.tape.bonds.items():
        what = (
            say(
                "{coupon}% in {freq} coupons, due {maturity}, 30/360",
                coupon=plain(bond.coupon, 2),
                freq=bond.freq,
                maturity=bond.maturity,
            )
            if isinstance(bond, Bond)
            else say("at par for {years} years, renewed daily", years=plain(bond.years))
        )
        spread = plain(costs.bond_half_spread(1e4, bond.grade))
        found += [
            Item(
                say("Bond {symbol}", symbol=symbol),
                f"{retold(bond.issuer)}, {what}",
                "rule" if isinstance(bond, Bond) else "model",
                say("interest is in the price"),
            ),
            Item(
                say("Costs of {symbol}", symbol=symbol),
                say(
                    "half-spread {spread} bp; margin of a short {margin_short}",
                    spread=spread,
                    margin_short=percent(costs.margin_short, 0),
                ),
                "assumption",
                "costs",
            ),
        ]
    return found


def costs_of(costs: Costs, *, options: bool) -> list[Item]:
    """Return what trades, loans and borrowed shares cost; with `options` what those cost too."""
    found = []
    if options:
        found += [
            Item(
                say("Half-spread of options"),
                say(
                    "{spread_base} + {spread_rate} of the mid, at least half a tick",
                    spread_base=plain(costs.spread_base, 2),
                    spread_rate=percent(costs.spread_rate),
                ),
                "assumption",
                "costs",
            ),
            Item(
                say("Commission on options"),
                say(
                    "{option_rate} a contract, at least {option_minimum} a leg",
                    option_rate=plain(costs.option_rate, 2),
                    option_minimum=plain(costs.option_minimum, 2),
                ),
                "assumption",
                "costs",
            ),
        ]
    return [
        *found,
        Item(
            say("Costs of shares"),
            say(
                "{stock_rate} a share, at least {stock_minimum}; half-spread {stock_spread_bp} bp",
                stock_rate=plain(costs.stock_rate, 3),
                stock_minimum=plain(costs.stock_minimum, 2),
                stock_spread_bp=plain(costs.stock_spread_bp),
            ),
            "assumption",
            "costs",
        ),
        Item(
            say("Borrow fee"),
            say("{borrow} a year of the short", borrow=percent(costs.borrow, 2)),
            "assumption",
            "costs",
        ),
        Item(
            say("Interest on cash"),
            say(
                "the 3-month rate less {credit_spread}, on a loan plus {debit_spread}",
                credit_spread=percent(costs.credit_spread, 2),
                debit_spread=percent(costs.debit_spread, 2),
            ),
            "assumption",
            "costs",
        ),
    ]
