"""How deep were the losses, and what did each hedge pay on the worst days?"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from microhedge.calendar import to_date
from microhedge.language import say
from microhedge.reporting import charts, findings, findings_of_losses, losses_in_time, numbers
from microhedge.reporting.casting import charted, spoken, strokes
from microhedge.reporting.exhibits import Block, Column, Page, chart, notice, table
from microhedge.reporting.inputs import Run, Subject
from microhedge.reporting.numbers import a_year, percent, points

WORST = 10


def page(subject: Subject) -> Page:
    """Return the page of losses."""
    body = [_drawdowns(subject), _worst(subject)]
    body += [block] if (block := _gaps(subject)) is not None else []
    body += [_relative(subject), losses_in_time.by_year(subject)]
    body += [block] if (block := losses_in_time.in_falls(subject)) is not None else []
    return Page(
        title=say("How deep were the losses?"),
        nav=say("Losses"),
        label="losses",
        lead=findings_of_losses.below_high(
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
        [charts.drawdowns(subject.days, alone, panels)],
        name="drawdowns",
        finding=findings_of_losses.deepest(float(np.min(alone)), depths),
        sub=say(
            "Loss from the previous high, daily. Grey: {label}.",
            label=findings.lower(subject.unhedged.label),
        ),
        alt=say(
            "Small multiples of drawdowns. Unhedged {alone}; ",
            alone=percent(float(np.min(alone)), 0),
        )
        + "; ".join(f"{label} {percent(depth, 0)}" for label, depth in depths)
        + ".",
    )


def _worst(subject: Subject) -> Block:
    alone = subject.unhedged.returns
    rows_by_loss = np.argsort(alone[1:], kind="stable")[:WORST] + 1
    rows_by_loss = rows_by_loss[alone[rows_by_loss] < 0.0]
    runs = charted(subject)
    columns = [Column(say("Session"), "left"), Column(subject.unhedged.label, width="1fr")]
    for number, run in enumerate(runs):
        columns.append(Column(run.label, width="1fr", tinted=number == 0))
    columns += [
        Column(say("{label} paid, points", label=run.label), width="1.4fr")
        for run in runs
        if run.kind == "hedge"
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
        finding=findings_of_losses.worst_days(
            [float(value) for value in alone[rows_by_loss]],
            [
                (findings.the(run.label), [float(value) for value in run.returns[rows_by_loss]])
                for run in runs
                if run.kind == "hedge"
            ],
        ),
        sub=say("Return on the worst sessions of the holding, chosen by the data, worst first."),
    )


def _gaps(subject: Subject) -> Block | None:
    """Return what the hedges came to without the largest moves of the holding."""
    found = [(run, run.gaps) for run in subject.hedges if run.gaps is not None]
    if not found:
        return None
    columns = [
        Column(say("Hedge"), "left", "1fr"),
        Column(say("Ahead of keeping all a year")),
        Column(say("Cost a year")),
        Column(say("Losses borne")),
        Column(say("Deepest loss")),
    ]
    rows = []
    for run, one in found:
        for words, score in ((say("all sessions"), one.every), (say("without them"), one.without)):
            rows.append(
                [
                    f"{run.label}, {words}",
                    points(score["lead"]),
                    a_year(score["cost_per_year"]),
                    percent(score["losses_borne"], 0),
                    percent(score["max_drawdown"]),
                ]
            )
    moves = "; ".join(
        f"{numbers.iso(to_date(day))} {percent(move)}" for day, move, _ in found[0][1].moves
    )
    return table(
        columns,
        rows,
        finding=findings_of_losses.without_gaps(
            [
                (findings.the(run.label), one.every["lead"], one.without["lead"])
                for run, one in found
            ]
        ),
        sub=say(
            "The holding's largest moves from close to close, up or down: {moves}. Their returns "
            "are dropped from the hedged and the unhedged alike; nothing is run again.",
            moves=moves,
        ),
    )


def _relative(subject: Subject) -> Block:
    gone = np.flatnonzero(subject.unhedged.growth <= 0.0)
    if len(gone):
        when = numbers.in_words(to_date(int(subject.days[gone[0]])))
        return notice(
            say("Not shown: value against keeping all"),
            say(
                "The holding was worth nothing from {when} on, and nothing can be measured "
                "against that. Choose an earlier end.",
                when=when,
            ),
        )
    look, runs = strokes(subject), charted(subject)
    lines, ends = [], []
    for run in runs:
        path = 100.0 * run.growth / subject.unhedged.growth
        end = float(path[-1])
        lines.append(charts.Line(f"{run.label} {numbers.plain(end)}", path, look[run.name]))
        ends.append((spoken(run), end))
    return chart(
        [charts.paths(subject.days, lines, height=104.0, level=100.0)],
        name="against-unhedged",
        finding=findings_of_losses.against_keeping(ends),
        sub=say(
            "Value against {label} = 100. Falling: the hedge costs. Rising: it pays.",
            label=findings.lower(subject.unhedged.label),
        ),
        alt=say("Line chart of hedged over unhedged value. At the end: ")
        + "; ".join(f"{label} {numbers.plain(end)}" for label, end in ends)
        + ".",
    )
