"""What was traded, when, at which price and with which result?"""

from __future__ import annotations

import numpy as np

from microhedge.calendar import day_number
from microhedge.language import say, say_count
from microhedge.reporting import charts, findings, findings_of_trades, numbers
from microhedge.reporting.exhibits import Block, Column, Page, chart, notice, table
from microhedge.reporting.inputs import Roll, Run, Subject
from microhedge.reporting.numbers import DASH, count, percent, plain
from microhedge.reporting.table_of_years import linear

MOST_ROWS = 400
"""Rolls printed in full; a ledger beyond them shows its ends, as tags make tables heavy."""
ENDS = 20


def page(subject: Subject) -> Page:
    """Return the ledger of every hedge."""
    body: list[Block] = []
    printed = 0
    for run in subject.hedges:
        if run.never_traded is not None or not (run.rolls or run.years):
            why = run.never_traded or say("The run holds no fill of this hedge.")
            body.append(
                notice(say("Not shown: trades of {label}", label=findings.the(run.label)), why)
            )
            continue
        if run.rolls:
            whole = printed + len(run.rolls) <= MOST_ROWS
            printed += len(run.rolls) if whole else 2 * ENDS
            body += _options(subject, run, whole=whole)
        if run.years:
            body.append(linear(subject, run))
        if run.calls:
            body.append(_calls(subject, run))
    return Page(say("What was traded?"), say("Ledger"), "ledger", "", tuple(body))


def _options(subject: Subject, run: Run, *, whole: bool) -> list[Block]:
    completed = [roll for roll in run.rolls if roll.ending != "open"]
    finding = findings_of_trades.rolls_paid(
        [roll.net for roll in completed],
        [roll.received for roll in completed],
        legs=any(roll.contracts < 0 for roll in run.rolls),
    )
    who = f"{findings.upper(findings.the(run.label))}. "
    written = any(roll.contracts < 0 for roll in run.rolls)
    begun = say("opening") if written else say("purchase")
    signs = say("negative ones are written, and every share was kept; ") if written else ""
    blocks: list[Block] = []
    if len(run.rolls) > 1:
        paid = np.array([roll.paid + roll.costs for roll in run.rolls])
        received = np.array([roll.received for roll in run.rolls])
        held = np.array([roll.held for roll in run.rolls])
        total = float(np.sum((received - paid) / held))
        blocks.append(
            chart(
                [
                    charts.rolls(
                        np.array([day_number(roll.opened) for roll in run.rolls], dtype=np.int32),
                        paid / held,
                        received / held,
                        span=(int(subject.days[0]), int(subject.days[-1])),
                        labels=(say("Received"), say("Paid and costs"), say("Running total"))
                        if written
                        else (say("Received"), say("Premium and costs"), say("Running total")),
                    )
                ],
                name=f"rolls-{run.name}",
                finding=findings_of_trades.came_back(
                    float(paid.sum()),
                    float(received.sum()),
                    float(np.sum(received / held) / np.sum(paid / held)),
                    subject.currency,
                    premiums=None if written else sum(roll.paid for roll in run.rolls),
                ),
                sub=say(
                    "{who}Per {word} at its {begun}, percent of the whole holding on that day; "
                    "open contracts at their mark. Below, the running total.",
                    who=who,
                    word=say("leg") if written else say("roll"),
                    begun=begun,
                ),
                alt=say_count(
                    "Bars of premium paid and cash received for {rolls} roll; running total at "
                    "the end {total} of the holding.",
                    "Bars of premium paid and cash received for {rolls} rolls; running total at "
                    "the end {total} of the holding.",
                    len(run.rolls),
                    rolls=len(run.rolls),
                    total=percent(total, 0),
                ),
            )
        )
    shown, gap = (run.rolls, 0) if whole else _ends(run.rolls)
    # a column that says the same in every row is a sentence
    sources = sorted({roll.source for roll in run.rolls})
    mixed = len(sources) > 1
    rows = [[*_row(roll), *([say(roll.source)] if mixed else [])] for roll in shown]
    rules = [n for n in range(1, len(shown)) if shown[n].opened.year != shown[n - 1].opened.year]
    if gap:
        what = say("legs") if written else say("rolls")
        rows.insert(
            ENDS,
            [
                say(
                    "{gap} {what} between are in the totals and in the run's tables",
                    gap=count(gap),
                    what=what,
                )
            ],
        )
        rules = [n if n < ENDS else n + 1 for n in rules]
    rows.append([*_total(run.rolls), *([""] if mixed else [])])
    blocks.append(
        table(
            [
                Column(say("Role"), "left"),
                Column(say("Opened") if written else say("Bought"), "left"),
                Column(say("Ended"), "left"),
                Column(say("Contracts")),
                Column(say("Spot"), width="1fr"),
                Column(say("Strike"), width="1fr"),
                Column(say("Expiry")),
                Column(say("Vol")),
                Column(say("Paid"), width="1fr"),
                Column(say("Received"), width="1fr"),
                Column(say("Costs")),
                Column(say("Net"), width="1fr"),
                *([Column(say("Price"), "left")] if mixed else []),
            ],
            rows,
            finding=finding,
            sub=say(
                "{who}Contracts, spot and strike as at the {begun}; {signs}amounts in {currency}, "
                "premiums at the mid{word}. A worthless end is “–”.{ended}{marked}",
                who=who,
                begun=begun,
                signs=signs,
                currency=subject.currency,
                word="" if mixed else say(", each a {source} price", source=say(sources[0])),
                ended=_ended(run),
                marked=_marked(run.rolls),
            ),
            bold=[len(rows) - 1],
            rules=[*rules, len(rows) - 1],
            size=7.4,
        )
    )
    return blocks


def _ended(run: Run) -> str:
    """Say how long contracts were held, and by what they ended."""
    mean, median = run.stat("days_held_mean"), run.stat("days_held_median")
    if mean is None or median is None or not run.rolled:
        return ""
    by = ", ".join(
        say("{number} by {why}", number=count(number), why=say(why))
        for why, number in run.rolled.items()
    )
    return say(
        " Held for {mean} days on average, median {median}; ended: {by}.",
        mean=plain(mean),
        median=plain(median),
        by=by,
    )


def _marked(rolls: tuple[Roll, ...]) -> str:
    """Say what the total holds beside what was completed."""
    still = sum(roll.ending == "open" for roll in rolls)
    if not still:
        return ""
    return say_count(
        " The total holds {n} open one at its mark.",
        " The total holds {n} open ones at their mark.",
        still,
    )


def _ends(rolls: tuple[Roll, ...]) -> tuple[tuple[Roll, ...], int]:
    """Return the first and the last rolls, and how many lie between."""
    if len(rolls) <= 2 * ENDS:
        return rolls, 0
    return (*rolls[:ENDS], *rolls[-ENDS:]), len(rolls) - 2 * ENDS


def _row(roll: Roll) -> list[str]:
    return [
        roll.role,
        numbers.iso(roll.opened),
        f"{numbers.iso(roll.closed)} {say(roll.ending)}"
        if roll.closed
        else say("open, at its mark"),
        count(roll.contracts),
        plain(roll.spot, 2),
        plain(roll.strike, 2),
        numbers.iso(roll.expiry),
        percent(roll.vol, 0),
        DASH if roll.paid == 0 else plain(roll.paid),
        DASH if roll.received == 0 else plain(roll.received),
        plain(roll.costs),
        plain(roll.net, signed=True),
    ]


def _total(rolls: tuple[Roll, ...]) -> list[str]:
    paid, received = sum(roll.paid for roll in rolls), sum(roll.received for roll in rolls)
    costs = sum(roll.costs for roll in rolls)
    middle = [""] * 6
    many = (
        say_count("{n} leg", "{n} legs", len(rolls))
        if any(roll.contracts < 0 for roll in rolls)
        else say_count("{n} roll", "{n} rolls", len(rolls))
    )
    return [
        say("Total"), many, *middle,
        plain(paid), plain(received), plain(costs), plain(received - paid - costs, signed=True),
    ]  # fmt: skip


def _calls(subject: Subject, run: Run) -> Block:
    """Set the margin calls of a run: the cash diary of its shorts."""
    worst = max(run.calls, key=lambda call: call.missing)
    return table(
        [
            Column(say("Call at the close of"), "left"),
            Column(say("Missing"), width="1fr"),
            Column(say("Account"), width="1fr"),
            Column(say("Short"), width="1fr"),
            Column(say("Short again on")),
        ],
        [
            [
                numbers.iso(call.day),
                plain(call.missing),
                plain(call.equity),
                plain(call.short),
                DASH if call.again is None else numbers.iso(call.again),
            ]
            for call in run.calls
        ],
        finding=findings_of_trades.called(
            len(run.calls),
            worst.missing,
            worst.missing / worst.equity,
            len(subject.days),
            subject.currency,
        ),
        sub=say(
            "{label}. Money in {currency}; the shorts are closed at the next fill and barred for "
            "21 sessions.",
            label=findings.upper(findings.the(run.label)),
            currency=subject.currency,
        ),
        size=7.6,
    )
