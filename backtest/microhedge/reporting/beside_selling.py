"""Was selling cheaper?  The line of selling once, and each hedge beside two sales."""

from __future__ import annotations

from microhedge.frontier import Beside
from microhedge.language import say, say_count
from microhedge.reporting import charts_cost, findings, findings_cost
from microhedge.reporting.casting import strokes
from microhedge.reporting.charts_cost import Mark
from microhedge.reporting.exhibits import Block, Column, chart, notice, table
from microhedge.reporting.inputs import Leans, Run, Subject
from microhedge.reporting.inputs_cost import Cost
from microhedge.reporting.numbers import DASH, a_year, percent, points, portion
from microhedge.reporting.style import HEDGE_STROKES, PALETTE, STROKES, Stroke

CHARTED = len(HEDGE_STROKES)
"""Hedges that charts show, the first to have traded."""
AFTERWARDS = Stroke(PALETTE["muted"], 1.0, marker="D")
"""A sale whose size was known only afterwards is grey."""


def traded(subject: Subject, found: Cost) -> list[Run]:
    """Return the hedges that traded, the one under review first."""
    return [run for run in subject.hedges if run.name in found.causes]


def _place(run: Run) -> tuple[float | None, float | None]:
    return run.stat("annual_return"), run.stat("tail_loss")


def blocks(subject: Subject, found: Cost, review: Run) -> list[Block]:
    """Return the hedge under review beside the line, and a table where several traded."""
    whole = [_frontier(subject, found, review)]
    if len(traded(subject, found)) > 1:
        whole.append(_each_beside(subject, found))
    return whole


def _frontier(subject: Subject, found: Cost, review: Run) -> Block:
    beside = found.beside[review.name]
    line = [
        (one.tail_loss, one.annual_return, _sold_label(subject, one.part))
        for one in found.line
        if one.tail_loss is not None and one.annual_return is not None
    ]
    own = _place(review)
    finding = findings_cost.beside_selling(review.label, beside, own, _place(subject.unhedged))
    without = subject.unhedged.stat("tail_loss")
    if len(line) < len(found.line) or not line or None in own or without is None or without >= 0.0:
        return notice(say("Not shown: the hedge beside selling once"), finding)
    marks = _marks(subject, found, review)
    gap, same = None, beside.same_tail
    if same is not None and same.annual_return is not None and same.tail_loss is not None:
        if same.part > found.line[-1].part:
            line.append((same.tail_loss, same.annual_return, ""))
        gap = (
            same.tail_loss,
            review.stat("annual_return") or 0.0,
            same.annual_return,
            _gap(beside),
        )
    named = [f"{mark.label} {percent(mark.tail)}, {percent(mark.annual)}" for mark in marks]
    return chart(
        [
            charts_cost.frontier(
                line,
                marks,
                gap=gap,
                titles=(
                    say("Annual return"),
                    say("Mean return of the worst 5% of months: the tail loss"),
                ),
            )
        ],
        name="selling-once",
        finding=finding,
        sub=say(
            "Whole period. Line: {part} of the holding sold once at the first fill of {label}, the "
            "money kept as cash. Up is more return, left is less loss.",
            part=say("0 to 90%"),
            label=findings.the(review.label),
        ),
        alt=say(
            "Annual return over tail loss. Keeping all {tail}, {annual}; 90% sold once {last}, "
            "{least}; ",
            tail=percent(line[0][0]),
            annual=percent(line[0][1]),
            last=percent(found.line[-1].tail_loss),
            least=percent(found.line[-1].annual_return),
        )
        + "; ".join(named)
        + ".",
        note=_sizes(subject, found, review),
    )


def _sold_label(subject: Subject, part: float) -> str:
    """Name nothing sold and every other point of the line."""
    if part == 0.0:
        return findings.lower(subject.unhedged.label)
    return say("{part} sold", part=percent(part, 0)) if round(10 * part) in (2, 4, 6, 8, 9) else ""


def _gap(beside: Beside) -> str:
    ahead = beside.ahead or 0.0
    return say("{ahead} points a year", ahead=points(ahead))


def _marks(subject: Subject, found: Cost, review: Run) -> list[Mark]:
    """Return the first hedges, the sale fixed beforehand, and that of hindsight."""
    look = strokes(subject)
    runs = [
        (run, look.get(run.name, STROKES["third"]), run.label, False)
        for run in traded(subject, found)[:CHARTED]
    ]
    sale = subject.yardstick("sell-once", review)
    if sale is not None:
        label = say("{label}, fixed beforehand", label=sale.label)
        runs.append((sale, STROKES["selling"], label, False))
    mixed = subject.yardstick("hindsight", review)
    if mixed is not None and found.beside[review.name].same_tail is not None:
        runs.append((mixed, AFTERWARDS, _mixed(mixed), True))
    marks = []
    for run, stroke, label, hollow in runs:
        annual, tail = _place(run)
        if annual is not None and tail is not None:
            marks.append(Mark(label, tail, annual, stroke, hollow))
    return marks


def _mixed(run: Run) -> str:
    return say("{sold} as a constant mix, hindsight", sold=percent(run.sold, 0))


def _sizes(subject: Subject, found: Cost, review: Run) -> str:
    """Say how each sale was sized, and what is not drawn."""
    told, beside = [], found.beside[review.name]
    if subject.yardstick("sell-once", review) is not None:
        lean = subject.correlations.get(review.name)
        told.append(
            say("Fixed beforehand: by the hedge's delta at its first fill.")
            if isinstance(lean, Leans) and lean.on_none
            else say(
                "Fixed beforehand: it takes as much variance away as the hedge's first position "
                "did in the sample before it."
            )
        )
    if beside.same_tail is not None:
        told.append(
            say(
                "Known only afterwards, and in no verdict: the sale at the arrow, and the constant "
                "mix that buys back at every close; both leave the tail loss of the hedge. The "
                "interval is over {span} and takes the size as given.",
                span=say("completed roll periods") if review.uses_options else say("all sessions"),
            )
        )
    hidden = len(traded(subject, found)) - CHARTED
    if hidden > 0:
        told.append(
            say_count("{n} hedge is in the table alone.", "{n} hedges are in the table alone.",
                      hidden)
        )  # fmt: skip
    return " ".join(told)


def _each_beside(subject: Subject, found: Cost) -> Block:
    """Return every hedge beside the sale with its tail loss and the one fixed beforehand."""
    runs = traded(subject, found)
    columns = [
        Column(say("Hedge"), "left", "1.6fr"),
        Column(say("Tail loss"), width="0.8fr"),
        Column(say("Annual return"), width="0.8fr"),
        Column(say("Same tail: sold"), width="1fr"),
        Column(say("Same tail: ahead, points"), width="1.1fr"),
        Column(say("Same tail: 95% interval"), width="1.3fr"),
        Column(say("Beforehand: sold"), width="1fr"),
        Column(say("Beforehand: ahead, points"), width="1.1fr"),
        Column(say("Beforehand: 95% interval"), width="1.3fr"),
    ]
    rows, kept_all = [], False
    for run in runs:
        beside, sale = found.beside[run.name], subject.yardstick("sell-once", run)
        same = beside.same_tail
        lead = run.estimates.get("selling_lead") if sale is not None else None
        annual, tail = _place(run)
        kept_all |= sale is not None and sale.sold == 0.0
        rows.append(
            [
                run.label,
                percent(tail),
                a_year(annual),
                DASH if same is None else percent(same.part, 0),
                points(beside.ahead),
                _bounds(beside.lead.low, beside.lead.high),
                DASH if sale is None else portion(sale.sold),
                DASH if lead is None else points(-lead),
                _turned(run.intervals.get("selling_lead") if sale is not None else None),
            ]
        )
    return table(
        columns,
        rows,
        finding=findings_cost.how_many_above([(run.label, found.beside[run.name]) for run in runs]),
        sub=say(
            "Each hedge beside two sales at its own first fill: of the size that leaves the same "
            "tail loss, known only afterwards, and of the size fixed beforehand (over completed "
            "periods). A dash: no such sale, or too few periods."
        )
        + (say(" Nothing sold beforehand: beside keeping all.") if kept_all else ""),
        size=7.8,
    )


def _bounds(low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return DASH
    return say("{low} to {high}", low=points(low), high=points(high))


def _turned(bounds: tuple[float, float] | None) -> str:
    """Write the interval of the sale's lead as that of the hedge's."""
    return DASH if bounds is None else _bounds(-bounds[1], -bounds[0])
