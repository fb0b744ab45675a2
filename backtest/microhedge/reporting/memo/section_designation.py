"""What is hedged with what, in which ratio, against which risk, and what was known when?"""

from __future__ import annotations

import re

import numpy as np

from microhedge.reporting import findings
from microhedge.reporting.exhibits import Block, Column, table
from microhedge.reporting.memo.facts import Facts
from microhedge.reporting.memo.prospective import Regression
from microhedge.reporting.numbers import count, iso, money, percent, plain, shortened
from microhedge.reporting.reading import currency_of, value_of

SIZE = 8.6
"""Text in the tables of the memo, points."""


def designation(facts: Facts, ifrs: bool) -> list[Block]:
    """Return item, instrument, ratio actually used, risk and sources of ineffectiveness."""
    rows = [
        ["Hedged item", _item(facts)],
        ["Hedging instrument", _instrument(facts)],
        ["Ratio actually used", _ratio(facts)],
        ["Hedged risk", _risk(facts)],
    ]
    if ifrs:
        rows.append(["Kind of hedge", "fair value hedge (IFRS 9 6.5.2(a))"])
    rows += [
        ["Rule of the hedge", _rule(facts)],
        ["Sources of ineffectiveness", _sources(facts)],
    ]
    columns = [Column("Item", "left", "0.27fr"), Column("As drafted", "left", "1fr")]
    return [table(columns, rows, finding="", sub="", size=SIZE)]


def _item(facts: Facts) -> str:
    comparison = facts.comparison
    symbol, currency = shortened(comparison.holding), currency_of(comparison)
    held = money(float(facts.result.curves["holding"][facts.first]))
    value = value_of(comparison)
    if value is None:
        size = f"{count(comparison.shares)} shares of {symbol} at the start"
    else:
        size = f"{symbol} bought for {currency} {money(value)} (adjusted prices count no shares)"
    return (
        f"{size}; worth {currency} {held} at the designation, "
        f"{percent(comparison.weight, 0)} of the invested portfolio at the start"
    )


def _instrument(facts: Facts) -> str:
    names = findings.listed([shortened(s) for s in facts.hedging]) if facts.hedging else ""
    if not facts.uses_options:
        return f"short {'futures on' if facts.instrument == 'future' else 'sale of'} {names}"
    beside = f", beside a short of {names}" if names else ""
    on = findings.listed([shortened(symbol) for symbol in facts.underlyings])
    basis = facts.comparison.tape.basis
    index = all(basis[symbol] == "price_index" for symbol in facts.underlyings)
    style = "European exercise, settled in cash" if index else "American exercise"
    return f"{_options(facts)} on {on}{beside}; {style}, {_priced(facts)}"


def _options(facts: Facts) -> str:
    found = {
        (contracts > 0.0, str(right))
        for contracts, right in zip(facts.legs["contracts"], facts.legs["right"], strict=True)
    }
    words = {
        (True, "P"): "purchased puts",
        (True, "C"): "purchased calls",
        (False, "P"): "written puts",
        (False, "C"): "written calls",
    }
    return findings.listed([word for kind, word in words.items() if kind in found])


def _priced(facts: Facts) -> str:
    share = (facts.run.premium_source or {}).get("model", 0.0)
    if share <= 0.0:
        return "premiums are quotes"
    part = "all" if share >= 0.9995 else f"{percent(share, 0)} of"
    return f"{part} premiums are model prices"


def _ratio(facts: Facts) -> str:
    parts = [_cover(facts)] if facts.uses_options else []
    if not facts.ratios:
        return parts[0]
    for role, path in facts.ratios.items():
        known = path[facts.first :]
        known = known[np.isfinite(known)]
        if not len(known):
            continue
        parts.append(
            f"{plain(float(path[facts.first]), 3)} of {shortened(role)} for each 1 of the item at "
            f"the designation; {plain(float(known.min()), 3)} to {plain(float(known.max()), 3)} "
            f"later, mean {plain(float(known.mean()), 3)}"
        )
    return "; ".join(parts) + " (money of the short for money held, at the closes)"


def _cover(facts: Facts) -> str:
    fills = facts.fills
    mine = facts.opened()
    index = facts.comparison.tape.split_index(facts.comparison.holding)
    begin = facts.comparison.tape.begin
    held = facts.comparison.shares * float(index[begin + facts.first] / index[begin])
    worth = float(facts.result.curves["holding"][facts.first])
    own = set(facts.underlyings) == {facts.comparison.holding}
    parts: list[str] = []
    for right, word in (("P", "put"), ("C", "call")):
        for sign, owned in ((1.0, "purchased"), (-1.0, "written")):
            these = [
                k for k in mine if fills["right"][k] == right and fills["quantity"][k] * sign > 0.0
            ]
            each = np.abs(fills["quantity"][these] * fills["multiplier"][these])
            shares, spots = float(each.sum()), float((each * fills["spot"][these]).sum())
            if shares > 0.0 and not own:
                parts.append(
                    f"{owned} {word}s stand for {plain(spots / worth, 3)} of the item's value at "
                    "the designation"
                )
            elif shares > 0.0:
                parts.append(
                    f"{count(shares)} of {count(held)} shares under {owned} {word}s "
                    f"({percent(shares / held)})"
                )
    mean, least = facts.run.stats.get("cover_mean"), facts.run.stats.get("cover_min")
    later = ""
    if mean is not None and least is not None:
        later = f"; of the cover wanted, {percent(mean)} was in place, {percent(least)} at least"
    return "; ".join(parts) + later


def _risk(facts: Facts) -> str:
    symbol = shortened(facts.comparison.holding)
    if facts.uses_options and not facts.on_itself:
        return (
            f"changes of the price of {symbol} that come with those of {_others(facts)} beyond the "
            "strikes (one-sided)"
        )
    if facts.instrument == "bought":
        return f"falls of the price of {symbol} below the strikes (one-sided)"
    if facts.instrument == "combined":
        return (
            f"changes of the price of {symbol} beyond the strikes: what is lost and what is given "
            "up (one-sided for each leg)"
        )
    if facts.instrument == "written":
        return f"none: rises of {symbol} above the strikes are given up for premiums"
    return f"all changes of the price of {symbol} (two-sided)"


def _rule(facts: Facts) -> str:
    given = facts.run.parameters or {}
    pairs = ", ".join(f"{name} {value}" for name, value in given.items())
    text = f"{facts.run.hedge}: {pairs}" if pairs else str(facts.run.hedge)
    return shortened(text, 240)


def _sources(facts: Facts) -> str:
    if facts.uses_options and facts.on_itself:
        return (
            "whole contracts, rounded down; strikes that special dividends lower; rolls before "
            "expiry; time value, kept apart as a cost of hedging"
        )
    if facts.on_itself:
        return "basis of the future; whole contracts; margin calls; ratio between rebalancings"
    kept = "whole contracts" if facts.uses_options else "dividends owed"
    return (
        f"what moves {shortened(facts.comparison.holding)} and not {_others(facts)}; a relation "
        f"that changes after it was measured; the ratio between rebalancings; {kept}"
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
                "Returns of the prospective test",
                f"{iso(found.first)} to {iso(found.last)}",
                "known before the designation",
            ]
        )
    rows += [
        ["Decision, with data to that close", iso(facts.day(facts.decided)), "known"],
        ["Designation, the first fill", iso(first), "the day itself"],
    ]
    for symbol, constants in facts.result.config["models"].items():
        fitted = constants.get("fitted")
        if fitted:
            years = [int(year) for year in re.findall(r"(?:19|20)\d\d", fitted)]
            late = bool(years) and max(years) >= first.year
            known = "not known at the designation" if late else "known before the designation"
            rows.append([f"Volatility model of {shortened(symbol)}", fitted, known])
    rows += [
        ["Prices of the retrospective offset", f"{iso(first)} to {iso(last)}", "not known then"],
        [
            "Choice of the hedge and of its parameters",
            "no date on record",
            "by the user of the backtest, who could know the outcome",
        ],
    ]
    heads = ("What", "When", "Known at the designation?")
    widths = ("1.05fr", "1fr", "1.15fr")
    columns = [Column(head, "left", width) for head, width in zip(heads, widths, strict=True)]
    return [table(columns, rows, finding="", sub="", size=SIZE)]
