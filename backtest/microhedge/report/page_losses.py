"""How deep were the losses, and what did each hedge pay on the worst days?"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from microhedge.calendar import to_date
from microhedge.report import charts, findings, numbers
from microhedge.report.casting import charted, in_units, spoken, strokes
from microhedge.report.exhibits import Block, Column, Page, chart, table
from microhedge.report.inputs import Run, Subject
from microhedge.report.numbers import a_year, percent, points

WORST = 10


def page(subject: Subject) -> Page:
    """Return the page of losses."""
    body = [_drawdowns(subject), _worst(subject), _relative(subject), _everything(subject)]
    return Page(
        title="How deep were the losses?",
        nav="Losses",
        label="losses",
        lead=findings.below_high(
            [(spoken(run), _below(run)) for run in (subject.unhedged, subject.hedges[0])]
        ),
        body=tuple(body),
    )


def _fall(run: Run) -> NDArray[np.float64]:
    return run.growth / np.maximum.accumulate(run.growth) - 1.0


def _below(run: Run) -> float:
    """Return the share of sessions that closed more than 10 % below the high."""
    return float(np.mean(_fall(run) < -0.10))


def _drawdowns(subject: Subject) -> Block:
    look, runs = strokes(subject), charted(subject)
    falls = [_fall(run) for run in runs]
    alone = _fall(subject.unhedged)
    panels = [
        charts.Line(run.label, fall, look[run.name]) for run, fall in zip(runs, falls, strict=True)
    ]
    depths = [(spoken(run), float(np.min(fall))) for run, fall in zip(runs, falls, strict=True)]
    return chart(
        [charts.drawdowns(subject.days, alone, panels, height=145.0)],
        finding=findings.deepest(float(np.min(alone)), depths),
        sub=f"Loss from the previous high, daily. Grey: {findings.lower(subject.unhedged.label)}.",
        alt=f"Small multiples of drawdowns. Unhedged {percent(float(np.min(alone)), 0)}; "
        + "; ".join(f"{label} {percent(depth, 0)}" for label, depth in depths)
        + ".",
    )


def _worst(subject: Subject) -> Block:
    alone = subject.unhedged.returns
    rows_by_loss = np.argsort(alone[1:], kind="stable")[:WORST] + 1
    rows_by_loss = rows_by_loss[alone[rows_by_loss] < 0.0]
    runs = charted(subject)
    columns = [Column("Session", "left"), Column(subject.unhedged.label)]
    for number, run in enumerate(runs):
        columns.append(Column(run.label, tinted=number == 0))
    columns += [
        Column(f"{run.label} paid, points", "right", "fr") for run in runs if run.kind == "hedge"
    ]
    rows = []
    for row in rows_by_loss:
        line = [numbers.iso(to_date(int(subject.days[row]))), percent(float(alone[row]))]
        line += [percent(float(run.returns[row])) for run in runs]
        line += [
            points(float(run.returns[row] - alone[row])) for run in runs if run.kind == "hedge"
        ]
        rows.append(line)
    return table(
        columns,
        rows,
        finding=findings.worst_days(
            [float(value) for value in alone[rows_by_loss]],
            [
                (findings.the(run.label), [float(value) for value in run.returns[rows_by_loss]])
                for run in runs
                if run.kind == "hedge"
            ],
        ),
        sub="Return on the worst sessions of the holding, chosen by the data, worst first.",
    )


def _relative(subject: Subject) -> Block:
    look, runs = strokes(subject), charted(subject)
    lines, ends = [], []
    for run in runs:
        path = 100.0 * run.growth / subject.unhedged.growth
        end = float(path[-1])
        lines.append(charts.Line(f"{run.label} {numbers.plain(end)}", path, look[run.name]))
        ends.append((spoken(run), end))
    return chart(
        [charts.paths(subject.days, lines, height=125.0, level=100.0)],
        finding=findings.against_keeping(ends),
        sub=f"Value against {findings.lower(subject.unhedged.label)} = 100. Falling: the hedge "
        "costs. Rising: it pays.",
        alt="Line chart of hedged over unhedged value. At the end: "
        + "; ".join(f"{label} {numbers.plain(end)}" for label, end in ends)
        + ".",
    )


def _everything(subject: Subject) -> Block:
    columns = [
        Column("", "left", "fr"),
        Column("Annual return"),
        Column("Volatility"),
        Column("Deepest loss"),
        Column("Worst 5% of months"),
        Column("Variance removed"),
        Column("Ending value"),
    ]
    finals = [run.stat("final_equity") for run in subject.runs]
    unit, places, word = numbers.money_unit([value for value in finals if value is not None])
    rows = [
        [
            run.label + _belongs(subject, run),
            a_year(run.stat("annual_return")),
            a_year(run.stat("annual_volatility")),
            percent(run.stat("max_drawdown")),
            percent(run.stat("tail_loss")),
            percent(run.stat("variance_removed"), 0),
            numbers.money(final, unit=unit, places=places),
        ]
        for run, final in zip(subject.runs, finals, strict=True)
    ]
    first = next(
        (n for n, run in enumerate(subject.runs) if run.kind not in ("unhedged", "hedge")),
        len(rows),
    )
    returns = [
        (spoken(run), run.stat("annual_return")) for run in subject.runs if run.kind != "hindsight"
    ]
    return table(
        columns,
        rows,
        finding=findings.best_return(
            [(label, value) for label, value in returns if value is not None]
        ),
        sub="Every run of this comparison on the same sessions. Ending value of the account in "
        f"{in_units(word, subject.currency)}.",
        rules=[first] if first < len(rows) else [],
        grey=[n for n, run in enumerate(subject.runs) if run.kind == "hindsight"],
    )


def _belongs(subject: Subject, run: Run) -> str:
    """Return whose yardstick a run is, where there are several of its kind."""
    twins = [other for other in subject.runs if other.kind == run.kind]
    owner = next((hedge.label for hedge in subject.hedges if hedge.name == run.of), None)
    if run.kind == "hedge" or len(twins) < 2 or owner is None:
        return ""
    return f", for {findings.the(owner)}"
