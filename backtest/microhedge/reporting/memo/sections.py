"""What does each section of the memo say?  Tables of final strings, numbers only where they are.

No number is called good or bad: the memo reports, and whoever signs it judges.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from microhedge.reporting import findings
from microhedge.reporting.exhibits import Block, Column, paragraph, table, typewriter
from microhedge.reporting.memo.facts import Facts
from microhedge.reporting.memo.prospective import Regression, terms
from microhedge.reporting.memo.retrospective import Leg, Lookback
from microhedge.reporting.numbers import (
    DASH,
    count,
    in_words,
    iso,
    money,
    percent,
    plain,
    plural,
    ratio,
    shortened,
)
from microhedge.reporting.provenance import tools
from microhedge.reporting.reading import currency_of, value_of

_SIZE = 8.2
_INSIDE = "inside 80–125%"


def _rows(heads: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[str]) -> Block:
    columns = [
        Column(head, "left" if width != "auto" else "right", width)
        for head, width in zip(heads, widths, strict=True)
    ]
    return table(columns, rows, finding="", sub="", size=_SIZE)


def _described(rows: Sequence[Sequence[str]], head: str = "As drafted") -> Block:
    return _rows(("Item", head), rows, ("0.27fr", "1fr"))


def _measured(rows: Sequence[Sequence[str]]) -> Block:
    columns = [
        Column("Measure", "left", "1.05fr"),
        Column("Value", "right", "0.5fr"),
        Column("How", "left", "1.3fr"),
    ]
    return table(columns, rows, finding="", sub="", size=_SIZE)


# ---- designation ------------------------------------------------------------------------------


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
    return [_described(rows)]


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
    symbol = shortened(facts.comparison.holding)
    names = findings.listed([shortened(s) for s in facts.hedging]) if facts.hedging else ""
    if not facts.uses_options:
        return f"short {'futures on' if facts.instrument == 'future' else 'sale of'} {names}"
    text = {
        "bought": f"purchased {_rights(facts)} on {symbol}",
        "written": f"written {_rights(facts)} on {symbol}",
    }.get(facts.instrument, f"purchased and written {_rights(facts)} on {symbol}, traded together")
    beside = f", beside a short of {names}" if names else ""
    return f"{text}{beside}; American exercise, {_priced(facts)}"


def _rights(facts: Facts) -> str:
    words = {"P": "puts", "C": "calls"}
    found = {str(right) for right in facts.legs["right"]}
    return " and ".join(words[right] for right in "PC" if right in found)


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
    parts: list[str] = []
    for right, word in (("P", "put"), ("C", "call")):
        for sign, owned in ((1.0, "purchased"), (-1.0, "written")):
            shares = sum(
                abs(float(fills["quantity"][k] * fills["multiplier"][k]))
                for k in mine
                if fills["right"][k] == right and fills["quantity"][k] * sign > 0.0
            )
            if shares > 0.0:
                parts.append(
                    f"{count(shares)} of {count(held)} shares under {owned} {word}s "
                    f"({percent(shares / held)})"
                )
    mean, least = facts.run.stats.get("cover_mean"), facts.run.stats.get("cover_min")
    later = ""
    if mean is not None and least is not None:
        later = f"; of the cover wanted, {percent(mean)} was in place in the mean, {percent(least)} at least"
    return "; ".join(parts) + later


def _risk(facts: Facts) -> str:
    symbol = shortened(facts.comparison.holding)
    if facts.instrument == "bought":
        return f"falls of the price of {symbol} below the strikes (one-sided)"
    if facts.instrument == "combined":
        return (
            f"changes of the price of {symbol} beyond the strikes: what is lost and what is given "
            "up (one-sided for each leg)"
        )
    if facts.instrument == "written":
        return f"none that is limited: rises of {symbol} above the strikes are given up for premiums"
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
        return "the basis of the future; whole contracts; margin calls; the ratio between rebalancings"
    names = findings.listed([shortened(symbol) for symbol in facts.hedging])
    return (
        f"what moves {shortened(facts.comparison.holding)} and not {names}; a relation that changes "
        "after it was measured; the ratio between rebalancings; dividends owed"
    )


# ---- knowledge --------------------------------------------------------------------------------


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
    return [_rows(("What", "When", "Known at the designation?"), rows, ("1fr", "1.1fr", "1.1fr"))]


# ---- prospective ------------------------------------------------------------------------------


def prospective(facts: Facts, found: Regression | None) -> list[Block]:
    """Return the regression before the designation, or the critical terms; INCOMPLETE for none."""
    if found is not None:
        return [_regressed(facts, found)]
    if facts.on_itself:
        return [_terms(facts)]
    return [
        paragraph(
            "INCOMPLETE: the hedge recorded no relation before its designation, and its instruments "
            "have another underlying than the item."
        )
    ]


def _regressed(facts: Facts, found: Regression) -> Block:
    window = f"daily returns, {iso(found.first)} to {iso(found.last)}"
    rows = []
    for one in found.slopes:
        name = shortened(one.symbol)
        if one.slope is None:
            rows.append([f"Slope on {name}", DASH, "left out: no coefficient above zero"])
            continue
        rows.append(
            [
                f"Slope on {name}",
                ratio(one.slope, 3),
                f"95% interval {ratio(one.low, 3)} to {ratio(one.high, 3)}; "
                f"the hedge used {ratio(one.used, 3)}",
            ]
        )
    item = shortened(facts.comparison.holding)
    rows += [
        ["R²", ratio(found.r_squared, 3), f"{item}, {count(found.sessions)} {window}"],
        [
            f"Months {_INSIDE} to be expected",
            percent(found.expected, 0),
            "closed form for normal changes of that R² and the least-variance ratio",
        ],
    ]
    return _measured(rows)


def _terms(facts: Facts) -> Block:
    currency = currency_of(facts.comparison)
    heads = ("First contracts", "Shares", "Spot", "Strike", "Expiry", "Intrinsic", "Time", "Price")
    listed = terms(facts)
    rows = [
        [
            shortened(one.instrument, 34),
            plain(one.shares),
            plain(one.spot, 2),
            DASH if one.strike is None else plain(one.strike, 2),
            DASH if one.expiry is None else iso(one.expiry),
            money(one.intrinsic),
            money(one.time),
            one.source,
        ]
        for one in listed[:6]
    ]
    columns = [Column(head, "left" if k == 0 else "right") for k, head in enumerate(heads)]
    columns[0] = Column(heads[0], "left", "1fr")
    more = f" {len(listed) - 6} more are in the CSV." if len(listed) > 6 else ""
    return table(
        columns,
        rows,
        finding="",
        sub="",
        note="Underlying and quantity are those of the item that is hedged: a qualitative look at "
        "critical terms (IFRS 9 B6.4.14), no regression. Negative shares are written or sold; "
        f"intrinsic and time value in {currency}.{more}",
        size=_SIZE,
    )


# ---- retrospective ----------------------------------------------------------------------------


def retrospective(
    facts: Facts, found: Regression | None, seen: Lookback, legs: tuple[Leg, ...]
) -> list[Block]:
    """Return the offsets with what chance would give beside them, and no judgement."""
    blocks = [_offsets(facts, found, seen)]
    if legs:
        blocks.insert(0, _one_sided(facts, legs))
    return blocks


def _one_sided(facts: Facts, legs: tuple[Leg, ...]) -> Block:
    currency = currency_of(facts.comparison)
    heads = (
        "Completed legs, one-sided",
        "Number",
        "Item",
        "Intrinsic",
        "Offset",
        "Time paid",
        "Time back",
        "Cost",
    )
    rows = []
    for right, word in (("P", "puts"), ("C", "calls")):
        for sign, kind in ((1.0, "Purchased"), (-1.0, "Written")):
            mine = [leg for leg in legs if leg.right == right and leg.shares * sign > 0.0]
            if mine:
                rows.append(_sums(f"{kind} {word}", mine))
    if len(rows) > 1:
        rows.append(_sums("Together", list(legs)))
    columns = [Column(head, "left" if k == 0 else "right") for k, head in enumerate(heads)]
    columns[0] = Column(heads[0], "left", "1fr")
    return table(
        columns,
        rows,
        finding="",
        sub="",
        rules=[len(rows) - 1] if len(rows) > 1 else [],
        note=f"{currency}. Item: change of the shares under option beyond the agreed strike. "
        "Intrinsic: change of the options' intrinsic value. Offset: cumulative, −intrinsic/item; it "
        "is near 100% by construction where underlying and quantity match. Cost of hedging: time "
        "value paid less what came back, below zero where written options brought it in; spreads "
        f"and commissions of {money(sum(leg.costs for leg in legs))} are not in it.",
        size=_SIZE,
    )


def _sums(name: str, legs: list[Leg]) -> list[str]:
    item, inside = sum(leg.item for leg in legs), sum(leg.inside for leg in legs)
    return [
        name,
        count(len(legs)),
        money(item, signed=True),
        money(inside, signed=True),
        percent(-inside / item) if abs(item) > 0.005 else DASH,
        money(sum(leg.time_paid for leg in legs)),
        money(sum(leg.time_back for leg in legs)),
        money(sum(leg.cost_of_hedging for leg in legs)),
    ]


def _offsets(facts: Facts, found: Regression | None, seen: Lookback) -> Block:
    currency = currency_of(facts.comparison)
    single, summed = seen.offset.by_period, seen.offset.by_cumulative
    moved = "its dividends included"
    rows = [
        ["Change of the hedged item", money(float(seen.item.sum()), signed=True), f"{currency}, {moved}"],
        [
            "Change of the hedging instrument",
            money(float(seen.hedge.sum()), signed=True),
            f"{currency}, whole fair value; dividends owed included"
            if not facts.uses_options
            else f"{currency}, whole fair value, time value included",
        ],
        [
            "Cumulative dollar offset",
            percent(seen.cumulative),
            "−ΔH/ΔI since the designation" if seen.cumulative is not None else "the item hardly moved",
        ],
        [
            "The same after costs and carry",
            percent(seen.net),
            f"spreads, commissions, borrow fees and interest: {money(float(seen.extras.sum()), signed=True)}",
        ],
    ]
    fell, lost, won = seen.falls
    if facts.uses_options and fell:
        rows.append(
            [
                "Offset in the months of falls",
                percent(-won / lost),
                f"{plural(fell, 'month')}: item {money(lost, signed=True)}, "
                f"options {money(won, signed=True)}",
            ]
        )
    rows += _corridor(found, seen, single, summed)
    line = seen.line
    if line.slope is not None:
        bounds = (
            "no interval"
            if line.low is None or line.high is None
            else f"95% interval {ratio(line.low)} to {ratio(line.high)}"
        )
        rows.append(
            [
                "Slope of ΔH on ΔI by month",
                ratio(line.slope),
                f"{bounds}; R² {ratio(line.r_squared)}",
            ]
        )
    return _measured(rows)


def _corridor(found: Regression | None, seen: Lookback, single: Any, summed: Any) -> list[list[str]]:
    skipped = f"; {count(single.skipped)} skipped for hardly any change" if single.skipped else ""
    rows = [
        [
            f"Months {_INSIDE}",
            DASH if single.share is None else percent(single.share, 0),
            f"{count(single.inside)} of {count(single.counted)}{skipped}",
        ]
    ]
    if seen.expected is not None and seen.least is not None:
        rows.append(
            [
                "Expected by chance alone",
                percent(seen.expected, 0),
                "closed form for normal changes of the slope and R² below; "
                f"{percent(seen.least, 0)} at the least-variance ratio"
                + ("" if found is None else f"; {percent(found.expected, 0)} before the designation"),
            ]
        )
    rows.append(
        [
            f"Cumulative offsets {_INSIDE}",
            DASH if summed.share is None else percent(summed.share, 0),
            f"{count(summed.inside)} of {count(summed.counted)} ends of a month",
        ]
    )
    return rows


# ---- log and files ----------------------------------------------------------------------------


def rebalancing(facts: Facts, legs: tuple[Leg, ...]) -> list[Block]:
    """Return the first and the last trade, and how many there were."""
    fills = facts.fills
    sessions = fills["session"]
    rows = []
    for word, k in (("First", 0), ("Last", len(sessions) - 1)):
        rows.append(
            [
                word,
                iso(facts.day(int(sessions[k]))),
                shortened(str(fills["instrument"][k]), 40),
                plain(float(fills["quantity"][k] * fills["multiplier"][k])),
                plain(float(fills["mid"][k]), 2),
                str(fills["source"][k]),
            ]
        )
    days = len(np.unique(sessions))
    adjusted = int(np.count_nonzero(facts.result.tables["log"]["code"] == "adjusted"))
    text = f"{plural(len(sessions), 'fill')} on {plural(days, 'session')}"
    if legs:
        open_legs = int(np.count_nonzero(facts.legs["closed"] < 0))
        text += f"; {plural(len(legs), 'completed leg')}, {count(open_legs)} open at the end"
    if adjusted:
        text += f"; {plural(adjusted, 'contract')} adjusted for splits or special dividends"
    columns = [
        Column("Trade", "left"),
        Column("Date", "left"),
        Column("Instrument", "left", "1fr"),
        Column("Shares"),
        Column("Price"),
        Column("From"),
    ]
    last = in_words(facts.day(-1))
    note = f"{text}, to {last}. The whole log is in the CSV, parts trade and adjustment."
    return [table(columns, rows, finding="", sub="", note=note, size=_SIZE)]


def files(facts: Facts, named: Sequence[tuple[str, str]]) -> list[Block]:
    """Return every hash, the versions and the command that makes the run again."""
    comparison = facts.comparison
    lines = [f"$ {comparison.command}"]
    lines += [f"{what:<7} sha256 {digest}" for what, digest in named]
    lines += [
        f"config  sha256 {comparison.config_hash}",
        f"data    sha256 {comparison.data_hash}",
        f"run     sha256 {facts.result.hash}",
        tools(),
    ]
    return [typewriter("", lines)]
