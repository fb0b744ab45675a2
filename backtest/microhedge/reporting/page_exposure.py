"""How was the holding exposed meanwhile?  The greeks of options, and what shorts stood for."""

from __future__ import annotations

from collections.abc import Callable

from microhedge.language import mark, say
from microhedge.reporting import charts_exposure, findings, findings_exposure
from microhedge.reporting.casting import strokes
from microhedge.reporting.charts import Line
from microhedge.reporting.charts_exposure import Row
from microhedge.reporting.exhibits import Block, Column, Page, chart, table
from microhedge.reporting.inputs import Correlation, Run, Subject
from microhedge.reporting.inputs_exposure import Exposures, Held, Range, Slopes
from microhedge.reporting.numbers import DASH, plain, ratio
from microhedge.reporting.style import HEDGE_STROKES, STROKES

_BASIS_POINTS = 1e4


def _thousandths(value: float) -> str:
    return plain(value, 3)


def _basis_points(value: float) -> str:
    return plain(value * _BASIS_POINTS, 1)


MEASURES: tuple[tuple[str, str, str, Callable[[float], str], str], ...] = (
    (
        "delta",
        mark("Net delta"),
        mark("Net delta, of the holding"),
        ratio,
        mark("{money} a 1% move"),
    ),
    (
        "gamma",
        mark("Gamma, per 1%"),
        mark("Gamma, of the holding per 1%"),
        _thousandths,
        mark("{money} more a 1% move"),
    ),
    (
        "vega",
        mark("Vega, bp a point"),
        mark("Vega, bp per volatility point"),
        _basis_points,
        mark("{money} a point"),
    ),
    ("theta", mark("Theta, bp a day"), mark("Theta, bp a day"), _basis_points,
     mark("{money} a day")),
)  # fmt: skip
"""Each greek: over its panel, in the table, how it is written, and its money at the end."""


def pages(subject: Subject) -> tuple[Page, ...]:
    """Return the appendix of exposures; none where no hedge traded."""
    found = subject.exposures
    if found is None:
        return ()
    options = [
        (run, found.options[run.name]) for run in subject.hedges if run.name in found.options
    ]
    linear = [(run, found.linear[run.name]) for run in subject.hedges if run.name in found.linear]
    drawn = [(run, one) for run, one in linear if not _drawn_before(subject, run)]
    body: list[Block] = []
    if options:
        body.append(_greeks(subject, found, options[: len(HEDGE_STROKES)]))
    if drawn:
        body.append(_held(subject, found, drawn[: len(HEDGE_STROKES)]))
    body.append(_table(subject, found, options, linear))
    return (
        Page(
            title=say("Exposure over time"),
            nav=say("Exposure"),
            label="exposure",
            lead=_lead(bool(options)),
            body=tuple(body),
        ),
    )


def _lead(options: bool) -> str:
    if options:
        return say(
            "What was left of the holding's moves, and what moved the options. All numbers of "
            "options are a model's, not quotes."
        )
    return say("What each hedge stood for, measured against the holding.")


def _drawn_before(subject: Subject, run: Run) -> bool:
    """Tell whether the page of the correlation draws the ratios that a hedge was set to."""
    lean = subject.correlations.get(run.name)
    return isinstance(lean, Correlation) and len(lean.fit_days) > 0


def _closes(found: Exposures) -> str:
    if found.step == 1:
        return say("at every close")
    return say("at one close in {step} and the last", step=found.step)


def _greeks(subject: Subject, found: Exposures, options: list[tuple[Run, Slopes]]) -> Block:
    look = strokes(subject)
    rows = [
        Row(
            say(name),
            [
                one.paths[key] * (_BASIS_POINTS if written is _basis_points else 1.0)
                for _, one in options
            ],
            [
                (
                    one.ranges[key].mean * (_BASIS_POINTS if written is _basis_points else 1.0),
                    say("mean {mean}", mean=written(one.ranges[key].mean)),
                )
                for _, one in options
            ],
            shared=key == "delta",
        )
        for key, name, _, written, _ in MEASURES
    ]
    review, first = options[0]
    return chart(
        [
            charts_exposure.greeks(
                found.days,
                rows,
                [(run.label, look.get(run.name, STROKES["third"])) for run, _ in options],
            )
        ],
        name="greeks",
        finding=findings_exposure.offset(
            findings_exposure.counted(review.label, first),
            first.ranges["delta"],
            subject.holding,
            first.on,
        ),
        sub=say(
            "{label}, {closes}, as parts of the holding's value: the part of a small move that is "
            "left (1 is all of it), what a rise of 1% adds to that part, and what one more point "
            "of volatility and one calendar day add, in hundredths of a percent (bp). Dashed: mean "
            "from the first trade on.",
            label=findings.upper(findings.listed([findings.the(run.label) for run, _ in options])),
            closes=_closes(found),
        ),
        alt=say("Line charts of greeks. Mean and end: ")
        + "; ".join(
            say(
                "{label} delta {mean}, {end}",
                label=findings.the(run.label),
                mean=ratio(one.ranges["delta"].mean),
                end=ratio(one.ranges["delta"].end),
            )
            for run, one in options
        )
        + ".",
        note=_notes(
            subject.holding, options, [row for row in rows if charts_exposure.cut_off(row)]
        ),
    )


def _notes(holding: str, options: list[tuple[Run, Slopes]], cut: list[Row]) -> str:
    notes = [
        say(
            "Model numbers: options on shares by differences on a Leisen–Reimer tree with early "
            "exercise, on an index by Black's formula, with the volatility, rates and expected "
            "dividends of the model prices, also where a quote marked the option."
        )
    ]
    on = sorted({one.on for _, one in options if one.on is not None})
    if on:
        notes.append(
            say(
                "Options on {index} count with the money of {index} that they move like; the "
                "holding's beta is left out.",
                index=findings.listed(on),
            )
        )
    notes += [
        say(
            "The delta leaves {what} out, traded by {label} as well: no other share has a delta "
            "on {holding}, and what one offsets is what its correlation with {holding} gives.",
            what=findings.listed(list(one.what)),
            label=findings.the(run.label),
            holding=holding,
        )
        for run, one in options
        if one.what
    ]
    if cut:
        notes.append(
            say(
                "Cut off, as spikes go beyond the axis: {names}.",
                names=findings.listed([row.name for row in cut]),
            )
        )
    return " ".join(notes)


def _held(subject: Subject, found: Exposures, drawn: list[tuple[Run, Held]]) -> Block:
    look = strokes(subject)
    run, first = drawn[0]
    return chart(
        [
            charts_exposure.held(
                found.days,
                [
                    Line(one.label, held.path, look.get(one.name, STROKES["third"]))
                    for one, held in drawn
                ],
            )
        ],
        name="held",
        finding=findings_exposure.held(run.label, first.range),
        sub=say(
            "Money {side} in the hedge per money held, {closes}.",
            side=_side(drawn),
            closes=_closes(found),
        ),
        alt=say("Line chart of money in the hedge per money held. At the end: ")
        + "; ".join(f"{findings.the(one.label)} {ratio(held.range.end)}" for one, held in drawn)
        + ".",
    )


def _side(drawn: list[tuple[Run, Held]]) -> str:
    sides = {held.long for _, held in drawn}
    if len(sides) > 1:
        return say("short or long")
    return say("long") if sides.pop() else say("short")


def _table(
    subject: Subject,
    found: Exposures,
    options: list[tuple[Run, Slopes]],
    linear: list[tuple[Run, Held]],
) -> Block:
    rows: list[list[str]] = []
    starts = []
    for run, one in options:
        starts.append(len(rows))
        for number, (key, _, name, written, money) in enumerate(MEASURES):
            label = run.label if number == 0 else ""
            rows.append([label, say(name), *_cells(one.ranges[key], written, money)])
        if one.apart is not None:
            what = findings.listed(list(one.what))
            name = (
                say("Long {what} per 1 held, not in the delta", what=what)
                if one.apart.long
                else say("Short {what} per 1 held, not in the delta", what=what)
            )
            rows.append(["", name, *_cells(one.apart.range, ratio, "{money}")])
    for run, held in linear:
        starts.append(len(rows))
        name = say("Long per 1 held") if held.long else say("Short per 1 held")
        rows.append([run.label, name, *_cells(held.range, ratio, "{money}")])
    before = [run for run, _ in linear if _drawn_before(subject, run)]
    return table(
        [
            Column(say("Hedge"), "left"),
            Column(say("Measure"), "left", "1fr"),
            Column(say("Mean")),
            Column(say("Least")),
            Column(say("Most")),
            Column(say("At the end")),
            Column(say("At the end, {currency}", currency=subject.currency)),
        ],
        rows,
        finding=findings_exposure.little_offset(
            [(findings_exposure.counted(run.label, one), one) for run, one in options]
        )
        if options
        else findings_exposure.ended([(run.label, held.range) for run, held in linear]),
        sub=say(
            "From each hedge's first trade on, {closes}; the end is the last close.",
            closes=_closes(found),
        ),
        note=say(
            "The ratios that {names} set out for are drawn with the correlation.",
            names=findings.listed([findings.the(run.label) for run in before]),
        )
        if before
        else "",
        rules=starts[1:] if options else [],
    )


def _cells(one: Range, written: Callable[[float], str], money: str) -> list[str]:
    return [
        written(one.mean),
        written(one.least),
        written(one.most),
        DASH if one.end is None else written(one.end),
        DASH if one.money is None else say(money, money=plain(one.money)),
    ]
