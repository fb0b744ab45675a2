"""Page 1: where on the grid is the advantage, and what did it cost?"""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from microhedge.errors import ReportError
from microhedge.language import say, say_count
from microhedge.reporting import numbers
from microhedge.reporting.exhibits import Block, Column, chart, pair, table
from microhedge.reporting.numbers import DASH, count, percent, plain, spoken_points
from microhedge.reporting.style import HALF, WIDTH
from microhedge.reporting.sweeps import charts, findings, uncompared
from microhedge.reporting.sweeps.inputs import Floats, SweepSubject
from microhedge.reporting.sweeps.planes import (
    MOST_DRAWN,
    MOST_PAIRS,
    Plane,
    base,
    is_full,
    pairs,
    plane,
    ranked,
)

MOST_ROWS = 24
"""Values of an axis without an order that are drawn."""
SMALL = 150.0
"""Height of the exhibits side by side."""


def front(subject: SweepSubject) -> list[Block]:
    """Return the exhibits of page 1."""
    if len(subject.at) == 0:
        return [failures(subject)]
    if not subject.axes:
        return [_single(subject)]
    if subject.luck is not None and subject.best is None:
        shown = plane(subject, *pairs(subject)[0]) if len(subject.axes) > 1 else None
        return [uncompared.reasons(subject, subject.luck), pair(*_beside(subject, shown))]
    if len(subject.axes) == 1:
        return [_line(subject), pair(*_beside(subject, None))]
    planes = [plane(subject, *one) for one in pairs(subject)]
    return [_map(subject, planes), pair(*_beside(subject, planes[0]))]


def failures(subject: SweepSubject) -> Block:
    """Return the table of errors, the most frequent first."""
    rows = [[numbers.count(many), error] for error, many in subject.reasons[:MOST_ROWS]]
    more = len(subject.reasons) - len(rows)
    return table(
        [Column(say("Runs")), Column(say("Error"), "left", "1fr")],
        rows,
        finding=findings.failures(len(subject.failed), subject.tried),
        sub=say("What stopped them, the most frequent first. All of them count as tried.")
        + (say(" {more} other errors are in the table of results.", more=more) if more > 0 else ""),
    )


def _what(subject: SweepSubject) -> str:
    if subject.luck is None:
        return say("Return a year, %")
    return say("Return over the sale with the same tail loss, points a year")


def _main(subject: SweepSubject, *, mapped: bool) -> tuple[str, str, str]:
    """Return finding, sub-line and description of the main exhibit, a map or a line."""
    luck = subject.luck
    if luck is None:
        known = subject.measures["annual_return"]
        low, high = (percent(float(value)) for value in (np.nanmin(known), np.nanmax(known)))
        finding = say(
            "Returns from {low} to {high} a year; no cell is called the best.", low=low, high=high
        )
        return finding, say("Mean over roll dates."), finding
    told = luck.evidence
    target = percent(luck.target, 0)
    if told is None:
        raise ReportError("a sweep without an eligible cell has no map of advantages")
    advantage = luck.cells.advantage[luck.cells.eligible]
    finding = findings.highest(
        luck.verdict,
        subject.names[told.cell],
        told.advantage,
        leading=int((advantage > 0.0).sum()),
        eligible=len(advantage),
        ties=len(told.ties),
    )
    sub = say("Framed: within one standard error of the highest, so not worth telling apart.")
    if (~subject.eligible).any():
        less = (
            say(
                "Grey: removed less than {target} of the tail loss, and is not compared.",
                target=target,
            )
            if mapped
            else say(
                "Not drawn: removed less than {target} of the tail loss, and is not compared.",
                target=target,
            )
        )
        sub += " " + less
    if len(subject.failed):
        lost = say_count("{n} cell failed.", "{n} cells failed.", len(subject.failed))
        sub += " " + (say("Crossed: failed.") if mapped else lost)
    low, high = spoken_points(float(advantage.min())), spoken_points(float(advantage.max()))
    return (
        finding,
        sub,
        say(
            "Advantage a year of the eligible cells, from {low} to {high}. {finding}",
            low=low,
            high=high,
            finding=finding,
        ),
    )


def _map(subject: SweepSubject, planes: list[Plane]) -> Block:
    finding, sub, alt = _main(subject, mapped=True)
    values = ranked(subject)
    known = values[np.isfinite(values)]
    limit = (float(known.min()), float(known.max())) if len(known) else None
    drawn = [
        _one_map(
            subject,
            one,
            values,
            title=_what(subject) if len(planes) == 1 else _held(subject, one),
            diverging=subject.luck is not None,
            limit=limit,
            boxed=True,
        )
        for one in planes
    ]
    note = _left_out(subject, planes)
    if len(planes) > 1:
        sub = f"{_what(subject)}. {sub}"
    most = 1 + (len(planes) - 1) // 3
    heights = [160.0 * most - 20.0, 140.0 * most - 10.0, 116.0 * most] if len(planes) > 1 else []
    lines = max(len(one.lines) for one in planes)
    if len(planes) == 1:
        tallest = 42.0 + min(max(lines * 72.0, 90.0), 270.0)
        lower = (230.0, 180.0) if planes[0].crowded else (240.0, 200.0, 165.0, 130.0, 105.0)
        heights = [tallest, *(height for height in lower if height < tallest)]
    return chart(
        [charts.maps(drawn, width=WIDTH, height=height) for height in heights],
        finding=finding,
        sub=f"{sub} {note}".strip(),
        alt=alt,
    )


def _held(subject: SweepSubject, shown: Plane) -> str:
    if not is_full(subject):
        return say("Mean over the other axes")
    at = base(subject)
    rest = [
        f"{axis.name} {axis.values[at[k]]}"
        for k, axis in enumerate(subject.axes)
        if k not in {shown.x, shown.y}
    ]
    return numbers.shortened(", ".join(rest), 34)


def _left_out(subject: SweepSubject, planes: list[Plane]) -> str:
    many = len(subject.axes)
    every = many * (many - 1) // 2
    told = []
    if every > MOST_PAIRS:
        told.append(
            say(
                "{most_pairs} of {every} pairs of axes, those that matter most.",
                most_pairs=MOST_PAIRS,
                every=every,
            )
        )
    if any(
        len(subject.axes[axis].values) > MOST_DRAWN for one in planes for axis in (one.x, one.y)
    ):
        told.append(
            say("Of an axis with more values, {most_drawn} are drawn.", most_drawn=MOST_DRAWN)
        )
    return " ".join(told)


def _one_map(
    subject: SweepSubject,
    shown: Plane,
    values: Floats,
    *,
    title: str,
    diverging: bool = False,
    limit: tuple[float, float] | None = None,
    places: int = 1,
    boxed: bool = False,
) -> charts.Map:
    means = shown.mean(values)
    x, y = subject.axes[shown.x], subject.axes[shown.y]
    return charts.Map(
        title=title,
        x=[x.values[k] for k in shown.columns],
        y=[y.values[k] for k in shown.lines],
        x_name=x.name,
        y_name=y.name,
        values=means,
        texts=[
            [
                plain(100.0 * float(value), places)
                if np.isfinite(value)
                else DASH
                if (line, column) in shown.rows
                else ""
                for column, value in enumerate(row)
            ]
            for line, row in enumerate(means)
        ],
        boxed=shown.where(subject.ties) if boxed else frozenset(),
        crossed=shown.failed,
        diverging=diverging,
        limit=limit,
    )


def _beside(subject: SweepSubject, shown: Plane | None) -> tuple[Block, Block]:
    """Return cost and protection side by side."""
    cost = subject.measures["cost_per_year"]
    if subject.luck is None:
        other, name, finding = (
            -subject.measures["max_drawdown"],
            say("Deepest fall, %"),
            say("How deep each cell fell."),
        )
    else:
        other, name, finding = (
            subject.removed,
            say("Tail loss removed, %"),
            say("What each cell removed."),
        )
    found = []
    for values, title, places, said in (
        (
            cost,
            say("Cost, % a year"),
            1,
            findings.cost_of_protection(cost, other)
            if subject.luck
            else say("What each cell cost."),
        ),
        (other, name, 0, finding),
    ):
        known = values[np.isfinite(values)]
        span = [percent(float(f), 1) for f in (known.min(), known.max())] if len(known) else []
        alt = say("{title} by cell", title=title) + (
            say(", from {low} to {high}.", low=span[0], high=span[1]) if span else "."
        )
        if shown is None:
            figure = _along(subject, values, title, places)
        else:
            drawn = _one_map(subject, shown, values, title=title, places=places)
            figure = charts.maps([drawn], width=HALF, height=SMALL)
        sub = "" if shown is None or len(subject.axes) == 2 else _held(subject, shown)
        found.append(chart([figure], finding=said, sub=sub, alt=alt))
    return found[0], found[1]


def _by_value(subject: SweepSubject, values: Floats) -> Floats:
    found = np.full(len(subject.axes[0].values), np.nan)
    found[subject.at[:, 0]] = values
    return found


def _along(subject: SweepSubject, values: Floats, title: str, places: int) -> Figure:
    axis = subject.axes[0]
    if not axis.ordered:
        shown = _chosen_rows(subject)
        return charts.rows(
            [
                charts.Row(axis.values[int(subject.at[row, 0])], values[[row]])
                for row in shown
                if np.isfinite(values[row])
            ],
            x_name=title,
            width=HALF,
            height=max(SMALL - 20.0, 45.0 + 11.0 * len(shown)),
        )
    return charts.steps(
        axis.values,
        _by_value(subject, values),
        None,
        set(),
        title=title,
        x_name=axis.name,
        width=HALF,
        height=SMALL,
    )


def _chosen_rows(subject: SweepSubject) -> list[int]:
    """Return the rows that are drawn where an axis has no order: the highest, in their order."""
    values = ranked(subject)
    order = np.argsort(-np.where(np.isfinite(values), values, -np.inf), kind="stable")
    found: list[int] = order[:MOST_ROWS].tolist()
    return found


def _line(subject: SweepSubject) -> Block:
    finding, sub, alt = _main(subject, mapped=False)
    axis, values = subject.axes[0], ranked(subject)
    title = _what(subject)
    low = high = None
    if subject.luck is not None:
        low, high = (
            np.where(subject.eligible, subject.of_luck(name), np.nan)
            for name in ("lowest", "highest")
        )
        if subject.phases > 1:
            sub += say(" Bars: from the least of the roll dates to the greatest.")
    if axis.ordered:
        figures = [
            charts.steps(
                axis.values,
                _by_value(subject, values),
                None
                if low is None or high is None
                else (_by_value(subject, low), _by_value(subject, high)),
                {int(subject.at[row, 0]) for row in subject.ties},
                title=title,
                x_name=axis.name,
                width=WIDTH,
                height=height,
            )
            for height in (240.0, 200.0, 165.0, 130.0)
        ]
    else:
        rows = [row for row in _chosen_rows(subject) if np.isfinite(values[row])]
        if len(subject.at) > len(rows):
            sub += say(" The highest {rows} of {at}.", rows=len(rows), at=count(len(subject.at)))
        drawn = [
            charts.Row(
                axis.values[int(subject.at[row, 0])],
                values[[row]],
                marked=row in subject.ties,
                span=None if low is None or high is None else (float(low[row]), float(high[row])),
            )
            for row in rows
        ]
        figures = [
            charts.rows(
                drawn,
                x_name=title,
                width=WIDTH,
                height=41.0 + each * len(drawn),
            )
            for each in (20.0, 15.0, 11.0, 9.0)
        ]
    return chart(figures, finding=finding, sub=sub, alt=alt)


def _single(subject: SweepSubject) -> Block:
    """Return what is known about the only cell, when roll dates alone were varied."""
    told = [
        (say("Return a year"), percent(float(subject.measures["annual_return"][0]))),
        (say("Cost a year"), percent(float(subject.measures["cost_per_year"][0]))),
        (say("Deepest fall"), percent(float(subject.measures["max_drawdown"][0]))),
    ]
    if subject.luck is not None:
        told += [
            (say("Tail loss removed"), percent(float(subject.removed[0]), 0)),
            (
                say("Return over the sale with the same tail loss"),
                spoken_points(float(subject.advantage[0])),
            ),
            (
                say("… over roll dates, least to most"),
                say(
                    "{low} to {high}",
                    low=spoken_points(float(subject.of_luck("lowest")[0])),
                    high=spoken_points(float(subject.of_luck("highest")[0])),
                ),
            ),
        ]
    return table(
        [Column(say("Measure"), "left", "1fr"), Column(say("Mean over roll dates"))],
        [list(row) for row in told],
        finding=say("One cell: nothing but its roll dates was varied."),
        sub="",
    )
