"""What was to be expected of the offset, and what came?

No number is called good or bad: the memo reports, and whoever signs it judges.
"""

from __future__ import annotations

from math import isfinite

from microhedge.language import mark, say, say_count
from microhedge.reporting.exhibits import Block, Column, paragraph, table
from microhedge.reporting.memo.facts import Facts
from microhedge.reporting.memo.prospective import Regression, terms
from microhedge.reporting.memo.retrospective import Leg, Lookback
from microhedge.reporting.memo.section_designation import SIZE
from microhedge.reporting.numbers import (
    DASH,
    count,
    iso,
    money,
    percent,
    plain,
    ratio,
    shortened,
)
from microhedge.reporting.reading import currency_of

_INSIDE = mark("inside 80–125%")


def prospective(facts: Facts, found: Regression | None) -> list[Block]:
    """Return the regression before the designation, or the critical terms; INCOMPLETE for none."""
    if found is not None:
        return [_regressed(facts, found)]
    if facts.on_itself:
        return [_terms(facts)]
    return [
        paragraph(
            say(
                "INCOMPLETE: the hedge recorded no relation before its designation, and its "
                "instruments have another underlying than the item."
            )
        )
    ]


def _regressed(facts: Facts, found: Regression) -> Block:
    window = say("daily returns, {first} to {last}", first=iso(found.first), last=iso(found.last))
    rows = []
    for one in found.slopes:
        name = shortened(one.symbol)
        if one.slope is None:
            rows.append(
                [
                    say("Slope on {name}", name=name),
                    DASH,
                    say("left out: no coefficient above zero"),
                ]
            )
            continue
        rows.append(
            [
                say("Slope on {name}", name=name),
                ratio(one.slope, 3),
                say(
                    "95% interval {low} to {high}; the hedge used {used}",
                    low=ratio(one.low, 3),
                    high=ratio(one.high, 3),
                    used=ratio(one.used, 3),
                ),
            ]
        )
    item = shortened(facts.comparison.holding)
    rows += [
        ["R²", ratio(found.r_squared, 3), f"{item}, {count(found.sessions)} {window}"],
        [
            say("Months {inside} to be expected", inside=say(_INSIDE)),
            percent(found.expected, 0),
            say("closed form for normal changes of that R² and the least-variance ratio"),
        ],
    ]
    return measured(rows)


def _terms(facts: Facts) -> Block:
    currency = currency_of(facts.comparison)
    heads = (
        say("First contracts"),
        say("Shares"),
        say("Spot"),
        say("Strike"),
        say("Expiry"),
        say("Intrinsic"),
        say("Time"),
        say("Price"),
    )
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
            say(one.source),
        ]
        for one in listed[:6]
    ]
    columns = [Column(head, "left" if k == 0 else "right") for k, head in enumerate(heads)]
    columns[0] = Column(heads[0], "left", "1fr")
    more = say(" {listed} more are in the CSV.", listed=len(listed) - 6) if len(listed) > 6 else ""
    return table(
        columns,
        rows,
        finding="",
        sub="",
        note=say(
            "Underlying and quantity are those of the item that is hedged: a qualitative look at "
            "critical terms (IFRS 9 B6.4.14), no regression. Negative shares are written or sold; "
            "intrinsic and time value in {currency}.{more}",
            currency=currency,
            more=more,
        ),
        size=SIZE,
    )


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
        say("Completed legs, one-sided"),
        say("Number"),
        say("Item"),
        say("Intrinsic"),
        say("Offset"),
        say("Time paid"),
        say("Time back"),
        say("Cost"),
    )
    rows = []
    for sign, right, kind in (
        (1.0, "P", say("Purchased puts")),
        (-1.0, "P", say("Written puts")),
        (1.0, "C", say("Purchased calls")),
        (-1.0, "C", say("Written calls")),
    ):
        mine = [leg for leg in legs if leg.right == right and leg.shares * sign > 0.0]
        if mine:
            rows.append(_sums(kind, mine))
    if len(rows) > 1:
        rows.append(_sums(say("Together"), list(legs)))
    columns = [Column(head, "left" if k == 0 else "right") for k, head in enumerate(heads)]
    columns[0] = Column(heads[0], "left", "1fr")
    return table(
        columns,
        rows,
        finding="",
        sub="",
        rules=[len(rows) - 1] if len(rows) > 1 else [],
        note=say(
            "{currency}. Item: change of the shares under option beyond the agreed strike. "
            "Intrinsic: change of the options' intrinsic value. Offset: cumulative, "
            "−intrinsic/item; it is near 100% by construction where underlying and quantity "
            "match, and a dash where the underlying is not the item. Cost: time value paid less "
            "what came back, the cost of hedging, below zero where it came in; spreads and "
            "commissions of {costs} are not in it.",
            currency=currency,
            costs=money(sum(leg.costs for leg in legs)),
        ),
        size=SIZE,
    )


def _sums(name: str, legs: list[Leg]) -> list[str]:
    item, inside = sum(leg.item for leg in legs), sum(leg.inside for leg in legs)
    known = isfinite(item)
    return [
        name,
        count(len(legs)),
        money(item, signed=True) if known else DASH,
        money(inside, signed=True),
        percent(-inside / item) if known and abs(item) > 0.005 else DASH,
        money(sum(leg.time_paid for leg in legs)),
        money(sum(leg.time_back for leg in legs)),
        money(sum(leg.cost_of_hedging for leg in legs)),
    ]


def _offsets(facts: Facts, found: Regression | None, seen: Lookback) -> Block:
    currency = currency_of(facts.comparison)
    carry = money(float(seen.extras.sum()), signed=True)
    known = seen.cumulative is not None
    rows = [
        [
            say("Change of the hedged item"),
            money(float(seen.item.sum()), signed=True),
            say("{currency}, its dividends included", currency=currency),
        ],
        [
            say("Change of the hedging instrument"),
            money(float(seen.hedge.sum()), signed=True),
            say(
                "{currency}, whole fair value{included}",
                currency=currency,
                included=_included(facts),
            ),
        ],
        [
            say("Cumulative dollar offset"),
            percent(seen.cumulative),
            say("−ΔH/ΔI since the designation") if known else say("the item hardly moved"),
        ],
        [
            say("The same after costs and carry"),
            percent(seen.net),
            say("spreads, commissions, borrow fees and interest: {carry}", carry=carry),
        ],
    ]
    fell, lost, won = seen.falls
    if facts.uses_options and fell:
        rows.append(
            [
                say("Offset in the months of falls"),
                percent(-won / lost),
                say(
                    "{fell}: item {lost}, {hedge} {won}",
                    fell=say_count("{n} month", "{n} months", fell),
                    lost=money(lost, signed=True),
                    hedge=say("options and short") if facts.hedging else say("options"),
                    won=money(won, signed=True),
                ),
            ]
        )
    rows += _corridor(found, seen)
    line = seen.line
    if line.slope is not None:
        bounds = (
            say("no interval")
            if line.low is None or line.high is None
            else say("95% interval {low} to {high}", low=ratio(line.low), high=ratio(line.high))
        )
        rows.append(
            [
                say("Slope of ΔH on ΔI by month"),
                ratio(line.slope),
                f"{bounds}; R² {ratio(line.r_squared)}",
            ]
        )
    return measured(rows)


def _included(facts: Facts) -> str:
    owed = {"short": say(", dividends owed included"), "future": ""}
    return owed.get(facts.instrument, say(", time value included"))


def _corridor(found: Regression | None, seen: Lookback) -> list[list[str]]:
    single, summed = seen.offset.by_period, seen.offset.by_cumulative
    before = (
        ""
        if found is None
        else say("; {expected} before the designation", expected=percent(found.expected, 0))
    )
    skipped = (
        say("; {skipped} skipped for hardly any change", skipped=count(single.skipped))
        if single.skipped
        else ""
    )
    rows = [
        [
            say("Months {inside}", inside=say(_INSIDE)),
            DASH if single.share is None else percent(single.share, 0),
            say(
                "{inside} of {counted}{skipped}",
                inside=count(single.inside),
                counted=count(single.counted),
                skipped=skipped,
            ),
        ]
    ]
    if seen.expected is not None and seen.least is not None:
        rows.append(
            [
                say("Expected by chance alone"),
                percent(seen.expected, 0),
                say(
                    "closed form for normal changes of the slope and R² below; {least} at the "
                    "least-variance ratio{before}",
                    least=percent(seen.least, 0),
                    before=before,
                ),
            ]
        )
    rows.append(
        [
            say("Cumulative offsets {inside}", inside=say(_INSIDE)),
            DASH if summed.share is None else percent(summed.share, 0),
            say(
                "{inside} of {counted} ends of a month",
                inside=count(summed.inside),
                counted=count(summed.counted),
            ),
        ]
    )
    return rows


def measured(rows: list[list[str]]) -> Block:
    """Return a table of measures: what, how much, and how it was come by."""
    columns = [
        Column(say("Measure"), "left", "1.05fr"),
        Column(say("Value"), "right", "0.5fr"),
        Column(say("How"), "left", "1.3fr"),
    ]
    return table(columns, rows, finding="", sub="", size=SIZE)
