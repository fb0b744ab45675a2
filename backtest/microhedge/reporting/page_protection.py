"""Did the hedge do its job?  Its payoffs by period, the customary tests, and its floors."""

from __future__ import annotations

import numpy as np

from microhedge.analysis.by_move import Move
from microhedge.language import say, say_count
from microhedge.reporting import (
    charts_protection,
    effectiveness_table,
    findings,
    findings_protection,
)
from microhedge.reporting.casting import spoken, strokes
from microhedge.reporting.charts_protection import Panel
from microhedge.reporting.exhibits import Block, Column, Page, chart, notice, table
from microhedge.reporting.inputs import Floats, Run, Subject
from microhedge.reporting.inputs_protection import Floors, Payoff, Periods, Protection, Put
from microhedge.reporting.numbers import DASH, count, percent, points
from microhedge.reporting.style import HEDGE_STROKES, STROKES

MOST_PUTS = 66
"""Puts whose floor is drawn, three marks each; of more, those that were tested."""
CROWDED = 5
"""From so many runs on a table is set smaller."""


def pages(subject: Subject) -> tuple[Page, ...]:
    """Return the page of what each hedge did; none where no hedge traded."""
    found = subject.protection
    if found is None:
        return ()
    review = _run(subject, found.periods.of)
    body = [_payoffs(subject, found.periods), _moves(subject, found.periods)]
    body += effectiveness_table.blocks(subject, found)
    body += _floors(subject, found)
    return (
        Page(
            title=say("Did it do its job?"),
            nav=say("Protection"),
            label="protection",
            lead=findings_protection.share_of_losses(
                review.label,
                review.stat("losses_borne"),
                review.stat("gains_kept"),
                (review.intervals.get("losses_borne"), review.intervals.get("gains_kept")),
                findings_protection.completed(len(found.periods.alone), rolls=found.periods.rolls),
            ),
            body=tuple(body),
        ),
    )


def _run(subject: Subject, name: str) -> Run:
    return next(run for run in subject.runs if run.name == name)


def _who(subject: Subject) -> str:
    """Return whose return a period has: the holding's, or the account's where that is counted."""
    return subject.holding if subject.reinvested else say("the account")


def _payoffs(subject: Subject, periods: Periods) -> Block:
    if not len(periods.alone):
        return notice(
            say("Not shown: returns by period"),
            say("No period was completed on this window. Choose a longer one."),
        )
    look, who = strokes(subject), _who(subject)
    alone = periods.alone
    every = [_run(subject, name) for name in periods.names]
    hedges = [run for run in every if run.kind == "hedge"][: len(HEDGE_STROKES)]
    runs = [*hedges, *(run for run in every if run.kind != "hedge")]
    fell, rose = alone < 0.0, alone > 0.0
    line = _corners(periods.payoff, alone)
    panels = [
        Panel(
            run.label,
            periods.returns[run.name],
            look.get(run.name, STROKES["third"]),
            line if run.name == periods.of else None,
        )
        for run in runs
    ]
    return chart(
        [charts_protection.payoffs(alone, panels)],
        name="payoffs",
        finding=findings_protection.above_the_line(
            [
                (
                    run.label,
                    int(np.sum(fell & (periods.returns[run.name] > alone))),
                    int(np.sum(rose & (periods.returns[run.name] > alone))),
                )
                for run in hedges
            ],
            int(np.sum(fell)),
            int(np.sum(rose)),
            who,
        ),
        sub=say(
            "Return of {who} (across) and with each hedge (up) in each of {span}. Grey line: "
            "both alike.",
            who=who,
            span=findings_protection.periods(len(alone), rolls=periods.rolls),
        ),
        alt=say("Scatter plots of returns by period. Mean of all: ")
        + "; ".join(
            f"{spoken(run)} {percent(value, 1)}"
            for run, value in (
                (subject.unhedged, periods.whole.unhedged),
                *((run, periods.whole.hedged[periods.names.index(run.name)]) for run in runs),
            )
        )
        + ".",
        note=_lines(subject, periods),
    )


def _corners(payoff: Payoff | None, alone: Floats) -> tuple[Floats, Floats] | None:
    if payoff is None:
        return None
    across = np.sort([min(float(alone.min()), payoff.floor - 1.0), payoff.floor - 1.0, alone.max()])
    return across, np.maximum(1.0 + across, payoff.floor) / (1.0 + payoff.premium) - 1.0


def _lines(subject: Subject, periods: Periods) -> str:
    review = _run(subject, periods.of)
    if periods.payoff is not None:
        return say(
            "Dotted: what a put at {floor} of spot pays on its last day for the mean premium of "
            "{premium}, without dividends and costs.",
            floor=percent(periods.payoff.floor, 0),
            premium=percent(periods.payoff.premium),
        )
    if subject.reinvested and any(
        roll.right == "P" and roll.contracts > 0 for roll in review.rolls
    ):
        return say(
            "No payoff line is drawn: options that overlap, are sold before they expire, are held "
            "beside others or are on something else have no single one."
        )
    return ""


def _moves(subject: Subject, periods: Periods) -> Block:
    runs = [_run(subject, name) for name in periods.names]
    review = _run(subject, periods.of)
    columns = [
        Column(say("{who} …", who=findings.upper(_who(subject))), "left", "1.5fr"),
        Column(say("Periods")),
        Column(subject.unhedged.label, width="1fr"),
        *(Column(run.label, width="1fr", tinted=run is review) for run in runs),
        Column(say("{label} less unhedged, points", label=review.label), width="1.4fr"),
    ]
    named = zip(findings_protection.MOVES, periods.moves, strict=True)
    rows = [[say(words), *_move(one)] for words, one in named]
    rows.append([say("all periods"), *_move(periods.whole)])
    return table(
        columns,
        rows,
        finding=findings_protection.where_ahead(review.label, periods.moves, _who(subject)),
        sub=say("Mean return by period, by what the holding did. A dash: no such period.")
        if subject.reinvested
        else say("Mean return by period, by what the account did. A dash: no such period."),
        rules=[len(rows) - 1],
        size=7.4 if len(runs) > CROWDED else 8.2,
    )


def _move(one: Move) -> list[str]:
    lead = None
    if one.unhedged is not None and one.hedged[0] is not None:
        lead = one.hedged[0] - one.unhedged
    return [
        count(one.count),
        *(percent(mean) for mean in (one.unhedged, *one.hedged)),
        points(lead),
    ]


def _floors(subject: Subject, found: Protection) -> list[Block]:
    """Return the floors of the first hedge with a completed put, and a table where several have."""
    mine = [(run, found.floors[run.name]) for run in subject.hedges if run.name in found.floors]
    blocks: list[Block] = []
    shown = [(run, floors) for run, floors in mine if floors.puts]
    if shown:
        blocks.append(_drawn(subject, *shown[0], alone=len(mine) == 1))
    elif mine:
        blocks.append(
            notice(
                say(
                    "Not shown: floors of {labels}",
                    labels=findings.listed([findings.the(run.label) for run, _ in mine]),
                ),
                say(
                    "No put was completed whose floor can be told; a spread promises one on the "
                    "day on which it expires alone."
                ),
            )
        )
    if shown and len(mine) > 1:
        blocks.append(_counted(mine))
    return blocks


def _drawn(subject: Subject, run: Run, found: Floors, *, alone: bool) -> Block:
    puts, chosen = found.puts, ""
    if len(puts) > MOST_PUTS and found.tested:
        puts, chosen = found.tested, say(" Drawn: those that were tested.")
    if len(puts) > MOST_PUTS:
        puts = tuple(sorted(sorted(puts, key=_depth)[:MOST_PUTS], key=lambda put: put.day))
        chosen = say_count(
            " Drawn: the {n} of the deepest fall.", " Drawn: the {n} of the deepest falls.",
            len(puts),
        )  # fmt: skip
    days = np.array([put.day for put in puts], dtype=np.int32)
    promised, delivered, unhedged = (
        np.array([getattr(put, name) for put in puts])
        for name in ("promised", "delivered", "unhedged")
    )
    missed = np.array([put.tested and not put.held for put in puts])
    deepest = min(puts, key=_depth)
    what = say("shares") if found.on is None else found.on
    return chart(
        [
            charts_protection.floors(
                days,
                promised,
                delivered,
                unhedged,
                missed,
                span=(int(subject.days[0]), int(subject.days[-1])),
                labels=(
                    say("Promised"),
                    say("Delivered"),
                    say("{what} alone", what=findings.upper(what)),
                    say("Delivered less than promised"),
                ),
            )
        ],
        name=f"floors-{run.name}",
        finding=findings_protection.floors_held(found, run.label),
        sub=say(
            "{who}: by the day on which each put ended, the least that it promised for what it "
            "covered, after premium and costs, and what came. Dividends left out.{chosen}",
            who=findings.upper(findings.the(run.label)),
            chosen=chosen,
        ),
        alt=say(
            "Marks of floors promised and delivered by put. In the deepest fall: alone "
            "{unhedged}, promised {promised}, delivered {delivered}.",
            unhedged=percent(deepest.unhedged),
            promised=percent(deepest.promised),
            delivered=percent(deepest.delivered),
        ),
        note=findings_protection.worst_miss(found) if alone else "",
    )


def _depth(put: Put) -> float:
    return put.unhedged


def _counted(mine: list[tuple[Run, Floors]]) -> Block:
    through = any(put.through for _, found in mine for put in found.puts)
    columns = [
        Column(say("Hedge"), "left", "1fr"),
        Column(say("Completed puts")),
        Column(say("Tested")),
        Column(say("Held")),
        *([Column(say("Through the written strike"))] if through else []),
        Column(say("Worst miss"), "left", "2fr"),
    ]
    rows = []
    for run, found in mine:
        ends = [count(sum(1 for put in found.puts if put.through))] if through else []
        rows.append(
            [
                run.label,
                count(len(found.puts)),
                count(len(found.tested)),
                count(sum(1 for put in found.tested if put.held)),
                *ends,
                DASH if found.worst is None else findings_protection.worst_miss(found),
            ]
        )
    return table(
        columns,
        rows,
        finding=findings_protection.who_held([(run.label, found) for run, found in mine]),
        sub=say(
            "Tested: without the put more would have been lost than its floor. A spread promises "
            "one on the day on which it expires alone."
        ),
    )
