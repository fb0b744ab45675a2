"""What did every run come to: the hedges, and all that could have been done instead?"""

from __future__ import annotations

from microhedge.language import mark, say
from microhedge.reporting import findings, numbers
from microhedge.reporting.casting import in_units, spoken
from microhedge.reporting.exhibits import Block, Column, table
from microhedge.reporting.inputs import Run, Subject
from microhedge.reporting.numbers import a_year, percent

LOOSE = {
    mark("Selling at a stop instead"): ("stop-loss",),
    mark("Hedging the market instead"): ("macro-future",),
}
"""Headings of the yardsticks that belong to no hedge, by their kinds."""


def everything(subject: Subject) -> Block:
    """Return the table of every run, each yardstick under the hedge that it stands beside."""
    columns = [
        Column(say("Account"), "left", "1fr"),
        Column(say("Annual return")),
        Column(say("Volatility")),
        Column(say("Deepest loss")),
        Column(say("Worst 5% of months")),
        Column(say("Variance removed")),
        Column(say("Ending value")),
    ]
    finals = [run.stat("final_equity") for run in subject.runs]
    unit, places, word = numbers.money_unit([value for value in finals if value is not None])
    rows, grey = [], []
    for heading, runs in _groups(subject):
        if heading:
            rows.append([heading])
        for run in runs:
            if run.kind == "hindsight":
                grey.append(len(rows))
            rows.append(
                [
                    run.label,
                    a_year(run.stat("annual_return")),
                    a_year(run.stat("annual_volatility")),
                    percent(run.stat("max_drawdown")),
                    percent(run.stat("tail_loss")),
                    percent(run.stat("variance_removed"), 0),
                    numbers.money(run.stat("final_equity"), unit=unit, places=places),
                ]
            )
    returns = [
        (spoken(run), value)
        for run in subject.runs
        if run.kind != "hindsight" and (value := run.stat("annual_return")) is not None
    ]
    return table(
        columns,
        rows,
        finding=findings.best_return(returns),
        sub=say(
            "Every run of this comparison on the same sessions. Ending value of the account in "
            "{in_units}.",
            in_units=in_units(word, subject.currency),
        ),
        grey=grey,
    )


def _groups(subject: Subject) -> list[tuple[str, list[Run]]]:
    """Return the runs under the heading of what they stand beside."""
    found: list[tuple[str, list[Run]]] = [("", [subject.unhedged, *subject.hedges])]
    others = [run for run in subject.runs if run not in found[0][1]]
    for hedge in subject.hedges:
        mine = [run for run in others if run.of == hedge.name]
        if mine:
            found.append((say("Instead of {label}", label=findings.the(hedge.label)), mine))
    for heading, kinds in LOOSE.items():
        loose = [run for run in others if run.of is None and run.kind in kinds]
        if loose:
            found.append((say(heading), loose))
    return found
