"""What is hedged with what, in which ratio, against which risk, and what was known when?"""

from __future__ import annotations

import re

import numpy as np

from microhedge.language import mark, say
from microhedge.reporting import findings
from microhedge.reporting.exhibits import Block, Column, table
from microhedge.reporting.memo.facts import Facts
from microhedge.reporting.memo.prospective import Regression
from microhedge.reporting.numbers import DASH, count, iso, money, percent, plain, shortened
from microhedge.reporting.reading import currency_of, value_of
from microhedge.told import retold

SIZE = 8.6
"""Text in the tables of the memo, points."""


def designation(facts: Facts, ifrs: bool) -> list[Block]:
    """Return item, instrument, ratio actually used, risk and sources of ineffectiveness."""
    rows = [
        [say("Hedged item"), _item(facts)],
        [say("Hedging instrument"), _instrument(facts)],
        [say("Ratio actually used"), _ratio(facts)],
        [say("Hedged risk"), _risk(facts)],
    ]
    if ifrs:
        rows.append([say("Kind of hedge"), say("fair value hedge (IFRS 9 6.5.2(a))")])
    rows += [
        [say("Rule of the hedge"), _rule(facts)],
        [say("Sources of ineffectiveness"), _sources(facts)],
    ]
    columns = [Column(say("Item"), "left", "0.27fr"), Column(say("As drafted"), "left", "1fr")]
    return [table(columns, rows, finding="", sub="", size=SIZE)]


def _item(facts: Facts) -> str:
    comparison = facts.comparison
    symbol, currency = shortened(comparison.holding), currency_of(comparison)
    held = money(float(facts.result.curves["holding"][facts.first]))
    value = value_of(comparison)
    if value is None:
        size = say(
            "{shares} shares of {symbol} at the start",
            shares=count(comparison.shares),
            symbol=symbol,
        )
    else:
        size = say(
            "{symbol} bought for {currency} {value} (adjusted prices count no shares)",
            symbol=symbol,
            currency=currency,
            value=money(value),
        )
    return say(
        "{size}; worth {currency} {held} at the designation, {weight} of the invested portfolio "
        "at the start",
        size=size,
        currency=currency,
        held=held,
        weight=percent(comparison.weight, 0),
    )


def _instrument(facts: Facts) -> str:
    names = findings.listed([shortened(s) for s in facts.hedging]) if facts.hedging else ""
    if not facts.uses_options:
        return say(
            "short {word} {names}",
            word=say("futures on") if facts.instrument == "future" else say("sale of"),
            names=names,
        )
    beside = say(", beside a short of {names}", names=names) if names else ""
    on = findings.listed([shortened(symbol) for symbol in facts.underlyings])
    basis = facts.comparison.tape.basis
    index = all(basis[symbol] == "price_index" for symbol in facts.underlyings)
    style = say("European exercise, settled in cash") if index else say("American exercise")
    return say(
        "{options} on {on}{beside}; {style}, {priced}",
        options=_options(facts),
        on=on,
        beside=beside,
        style=style,
        priced=_priced(facts),
    )


_OWNED = {
    (True, "P"): mark("purchased puts"),
    (True, "C"): mark("purchased calls"),
    (False, "P"): mark("written puts"),
    (False, "C"): mark("written calls"),
}


def _options(facts: Facts) -> str:
    found = {
        (contracts > 0.0, str(right))
        for contracts, right in zip(facts.legs["contracts"], facts.legs["right"], strict=True)
    }
    return findings.listed([say(words) for kind, words in _OWNED.items() if kind in found])


def _priced(facts: Facts) -> str:
    share = (facts.run.premium_source or {}).get("model", 0.0)
    if share <= 0.0:
        return say("premiums are quotes")
    part = say("all") if share >= 0.9995 else say("{share} of", share=percent(share, 0))
    return say("{part} premiums are model prices", part=part)


def _ratio(facts: Facts) -> str:
    parts = _cover(facts) if facts.uses_options else []
    if not facts.ratios:
        return "; ".join(parts) or DASH
    for role, path in facts.ratios.items():
        known = path[facts.first :]
        known = known[np.isfinite(known)]
        if not len(known):
            continue
        parts.append(
            say(
                "{path} of {role} for each 1 of the item at the designation; {min} to {max} "
                "later, mean {mean}",
                path=plain(float(path[facts.first]), 3),
                role=shortened(role),
                min=plain(float(known.min()), 3),
                max=plain(float(known.max()), 3),
                mean=plain(float(known.mean()), 3),
            )
        )
    return "; ".join(parts) + say(" (money of the short for money held, at the closes)")


def _cover(facts: Facts) -> list[str]:
    fills = facts.fills
    mine = facts.opened()
    index = facts.comparison.tape.split_index(facts.comparison.holding)
    begin = facts.comparison.tape.begin
    held = facts.comparison.shares * float(index[begin + facts.first] / index[begin])
    worth = float(facts.result.curves["holding"][facts.first])
    own = set(facts.underlyings) == {facts.comparison.holding}
    parts: list[str] = []
    for right in ("P", "C"):
        for sign in (1.0, -1.0):
            owned = say(_OWNED[sign > 0.0, right])
            these = [
                k for k in mine if fills["right"][k] == right and fills["quantity"][k] * sign > 0.0
            ]
            each = np.abs(fills["quantity"][these] * fills["multiplier"][these])
            shares, spots = float(each.sum()), float((each * fills["spot"][these]).sum())
            if shares > 0.0 and not own:
                parts.append(
                    say(
                        "{owned} stand for {spots} of the item's value at the designation",
                        owned=owned,
                        spots=plain(spots / worth, 3),
                    )
                )
            elif shares > 0.0:
                parts.append(
                    say(
                        "{shares} of {held} shares under {owned} ({share})",
                        shares=count(shares),
                        held=count(held),
                        owned=owned,
                        share=percent(shares / held),
                    )
                )
    mean, least = facts.run.stats.get("cover_mean"), facts.run.stats.get("cover_min")
    if mean is not None and least is not None:
        parts.append(
            say(
                "of the cover wanted, {mean} was in place, {least} at least",
                mean=percent(mean),
                least=percent(least),
            )
        )
    return parts


def _risk(facts: Facts) -> str:
    symbol = shortened(facts.comparison.holding)
    if facts.uses_options and facts.comparison.holding not in facts.underlyings:
        return say(
            "changes of the price of {symbol} that come with those of {others} beyond the strikes "
            "(one-sided)",
            symbol=symbol,
            others=_others(facts),
        )
    if facts.uses_options and not facts.on_itself:
        return say(
            "{own}; by the rest all changes that come with those of {others} (two-sided)",
            own=_risk_of_options(facts, symbol),
            others=_others(facts),
        )
    if facts.uses_options:
        return _risk_of_options(facts, symbol)
    return say("all changes of the price of {symbol} (two-sided)", symbol=symbol)


def _risk_of_options(facts: Facts, symbol: str) -> str:
    """Say what options on the holding itself change of its risk."""
    if facts.instrument == "bought":
        return say("falls of the price of {symbol} below the strikes (one-sided)", symbol=symbol)
    if facts.instrument == "combined":
        return say(
            "changes of the price of {symbol} beyond the strikes: what is lost and what is given "
            "up (one-sided for each leg)",
            symbol=symbol,
        )
    return say("none: rises of {symbol} above the strikes are given up for premiums", symbol=symbol)


def _rule(facts: Facts) -> str:
    given = facts.run.parameters_in_use
    pairs = ", ".join(f"{name} {value}" for name, value in given.items())
    text = f"{facts.run.hedge}: {pairs}" if pairs else str(facts.run.hedge)
    return shortened(text, 240)


def _sources(facts: Facts) -> str:
    options = say(
        "whole contracts, rounded down; strikes that special dividends lower; rolls before "
        "expiry; time value, kept apart as a cost of hedging"
    )
    if facts.uses_options and facts.on_itself:
        return options
    if facts.on_itself:
        return say("basis of the future; whole contracts; margin calls; ratio between rebalancings")
    kept = say("whole contracts") if facts.uses_options else say("dividends owed")
    if facts.comparison.holding in facts.underlyings:
        kept = options
    return say(
        "what moves {holding} and not {others}; a relation that changes after it was measured; "
        "the ratio between rebalancings; {kept}",
        holding=shortened(facts.comparison.holding),
        others=_others(facts),
        kept=kept,
    )


def _others(facts: Facts) -> str:
    """Return the underlyings that are not the holding, in words."""
    every = dict.fromkeys((*facts.hedging, *facts.underlyings))
    return findings.listed([shortened(s) for s in every if s != facts.comparison.holding])


def knowledge(facts: Facts, found: Regression | None) -> list[Block]:
    """Return what was known when, and what was not."""
    first, last = facts.day(facts.first), facts.day(-1)
    rows = []
    if found is not None:
        rows.append(
            [
                say("Returns of the prospective test"),
                say("{first} to {last}", first=iso(found.first), last=iso(found.last)),
                say("known before the designation"),
            ]
        )
    rows += [
        [say("Decision, with data to that close"), iso(facts.day(facts.decided)), say("known")],
        [say("Designation, the first fill"), iso(first), say("the day itself")],
    ]
    for symbol, constants in facts.result.config["models"].items():
        fitted = constants.get("fitted")
        if fitted:
            years = [int(year) for year in re.findall(r"(?:19|20)\d\d", fitted)]
            late = bool(years) and max(years) >= first.year
            known = (
                say("not known at the designation") if late else say("known before the designation")
            )
            rows.append(
                [
                    say("Volatility model of {symbol}", symbol=shortened(symbol)),
                    retold(fitted),
                    known,
                ]
            )
    rows += [
        [
            say("Prices of the retrospective offset"),
            say("{first} to {last}", first=iso(first), last=iso(last)),
            say("not known then"),
        ],
        [
            say("Choice of the hedge and of its parameters"),
            say("no date on record"),
            say("by the user of the backtest, who could know the outcome"),
        ],
    ]
    heads = (say("What"), say("When"), say("Known at the designation?"))
    widths = ("1.05fr", "1fr", "1.15fr")
    columns = [Column(head, "left", width) for head, width in zip(heads, widths, strict=True)]
    return [table(columns, rows, finding="", sub="", size=SIZE)]
