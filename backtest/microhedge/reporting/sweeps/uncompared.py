"""Why is no cell of a sweep compared with selling, and what would change that?"""

from __future__ import annotations

import numpy as np

from microhedge.analysis.luck import SweepLuck
from microhedge.language import say, say_count
from microhedge.reporting.exhibits import Block, Column, table
from microhedge.reporting.numbers import a_year, count, percent, shortened
from microhedge.reporting.sweeps.inputs import SweepSubject

MOST = 10
"""Cells that are listed, those that removed most first."""
MOST_AXES = 4
"""Axes with a column of their own; of more, a cell is written as one text."""


def reasons(subject: SweepSubject, luck: SweepLuck) -> Block:
    """Return how many cells each reason left out, and what to change."""
    removed = luck.cells.removed
    added = int((removed < 0.0).sum())
    target = percent(luck.target, 0)
    found = (
        (
            subject.tried - len(removed),
            say("failed, or lost everything"),
            say("The values that the errors under “Data and assumptions” name.")
            if subject.reasons
            else say("The size of the hedge: what was lost was the whole account."),
        ),
        (
            len(removed) - added,
            say("removed less than {target} of the tail loss", target=target),
            say("Strikes nearer to the price, or more cover.")
            if subject.uses_options
            else say("An instrument that falls more surely when the holding does."),
        ),
        (
            added,
            say("added to the tail loss"),
            say("Strikes or tenor: in the worst months the options paid less than they cost.")
            if subject.uses_options
            else say("The instrument or its side: in the worst months it lost as well."),
        ),
    )
    return table(
        [
            Column(say("Cells")),
            Column(say("Why they are not compared"), "left", "1fr"),
            Column(say("What to change"), "left", "1.4fr"),
        ],
        [[count(many), why, change] for many, why, change in found if many],
        finding=say(
            "Why none of {cells} is compared.",
            cells=say_count("{n} cell", "{n} cells", subject.tried),
        ),
        sub=say(
            "A hedge that protects from little is cheap for that reason: only one that removes "
            "{target} of the holding's tail loss is set beside a sale.",
            target=target,
        ),
    )


def nearest(subject: SweepSubject, luck: SweepLuck) -> Block:
    """Return the cells that removed most, which is no ranking by what they earned."""
    removed = subject.removed
    order = np.argsort(-np.where(np.isfinite(removed), removed, -np.inf), kind="stable")
    rows = order[: min(MOST, len(luck.cells.removed))].tolist()
    own = subject.axes if len(subject.axes) <= MOST_AXES else ()
    cells = (
        [Column(shortened(axis.name, 18), width="1fr") for axis in own]
        if own
        else [Column(say("Cell"), "left", "1fr")]
    )
    heads = (say("Tail removed"), say("Return"), say("Cost"))
    return table(
        [*cells, *(Column(head, width="1fr" if own else "auto") for head in heads)],
        [
            [
                *(
                    [axis.values[k] for axis, k in zip(own, subject.at[row].tolist(), strict=True)]
                    if own
                    else [subject.names[int(subject.judged[row])]]
                ),
                percent(float(removed[row]), 0),
                *(
                    a_year(value if np.isfinite(value) else None)
                    for value in (
                        float(subject.measures[name][row])
                        for name in ("annual_return", "cost_per_year")
                    )
                ),
            ]
            for row in rows
        ],
        finding=say(
            "Nearest to {target}: {cell} removed {most} of the tail loss.",
            target=percent(luck.target, 0),
            cell=subject.names[int(subject.judged[rows[0]])],
            most=percent(float(removed[rows[0]]), 0),
        )
        if removed[rows[0]] > 0.0
        else say("No cell removed anything of the tail loss."),
        sub=say("By the part of the tail loss removed, and not by what the cells earned."),
        size=8.0,
    )
