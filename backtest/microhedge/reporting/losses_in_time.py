"""When was it lost?  By calendar year, and in the falls of the holding and of the market."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import numpy as np

from microhedge.analysis.crisis_windows import Window, windows
from microhedge.calendar import day_number, to_date
from microhedge.language import mark, say
from microhedge.reporting import charts_of_years, findings_of_falls, numbers
from microhedge.reporting.casting import charted, spoken, strokes
from microhedge.reporting.exhibits import Block, Column, chart, table
from microhedge.reporting.inputs import Run, Subject
from microhedge.reporting.numbers import percent, points

OWN = 3
"""Falls of the holding itself that are shown."""
NAMES = (
    mark("Crash of 1987"),
    mark("Invasion of Kuwait"),
    mark("Russian default and LTCM"),
    mark("Dot-com bust"),
    mark("Global financial crisis"),
    mark("Greek debt and flash crash"),
    mark("Euro and US debt"),
    mark("Rate fears of 2018"),
    mark("Covid-19"),
    mark("Inflation of 2022"),
    mark("Tariffs of 2025"),
)
"""What `analysis.crisis_windows` calls the falls of the market."""


def by_year(subject: Subject) -> Block:
    """Return the returns of each calendar year; the first and the last are seldom whole."""
    names, spans = _years(subject)
    look, runs, review = strokes(subject), charted(subject), subject.hedges[0]
    alone = [_gained(subject.unhedged, span) for span in spans]
    rows = [
        charts_of_years.Marks(run.label, [_gained(run, span) for span in spans], look[run.name])
        for run in runs
    ]
    return chart(
        [
            charts_of_years.years(
                [str(year) for year in names], alone, rows, reference=subject.unhedged.label
            )
        ],
        name="calendar-years",
        finding=findings_of_falls.by_year(
            review.label, list(zip(names, alone, rows[0].values, strict=True))
        ),
        sub=say("Return by calendar year, the first and the last to where the window ends."),
        alt=say("Returns by calendar year. In {year}: ", year=names[-1])
        + "; ".join(
            f"{spoken(run)} {percent(_gained(run, spans[-1]))}" for run in (subject.unhedged, *runs)
        )
        + ".",
    )


def in_falls(subject: Subject) -> Block | None:
    """Return what each came to in the worst falls; None for a holding that never fell."""
    found = [
        one
        for one in windows(subject.days[1:], subject.unhedged.returns[1:], worst=OWN)
        if subject.unhedged.growth[one.first] > 0.0
    ]
    if not found:
        return None
    runs, review = charted(subject), subject.hedges[0]
    columns = [
        Column(say("Fall"), "left", "2.2fr"),
        Column(say("After"), "left"),
        Column(say("To"), "left"),
        Column(subject.unhedged.label, width="1fr"),
        *(Column(run.label, width="1fr", tinted=run is review) for run in runs),
        Column(say("{label} saved, points", label=review.label), width="1.3fr"),
    ]
    rows, told = [], []
    for one in found:
        span = (one.first, one.stop)
        alone, hedged = _gained(subject.unhedged, span), _gained(review, span)
        told += [(alone, hedged)] if alone < 0.0 else []  # the market fell, the holding need not
        rows.append(
            [
                _named(one),
                numbers.iso(one.high),
                numbers.iso(one.low),
                percent(alone),
                *(percent(_gained(run, span)) for run in runs),
                points(hedged - alone),
            ]
        )
    return table(
        columns,
        rows,
        finding=findings_of_falls.in_falls(review.label, told),
        sub=say(
            "The holding's own {own} deepest falls from high to low, then those of the S&P 500 by "
            "15% or more; (part): the window begins or ends inside it. Counted above are those in "
            "which the holding fell.",
            own=OWN,
        ),
    )


def _years(subject: Subject) -> tuple[list[int], list[tuple[int, int]]]:
    """Return the calendar years that have a return, each with the rows it begins and ends at."""
    first, last = (to_date(int(subject.days[row])).year for row in (0, -1))
    turns = [day_number(date(year, 1, 1)) for year in range(first + 1, last + 1)]
    # a year ends with its last row, and the next begins there: its returns are of later rows
    ends = [int(row) - 1 for row in np.searchsorted(subject.days, turns)]
    edges = [0, *ends, len(subject.days) - 1]
    found = {
        first + number: (begin, end)
        for number, (begin, end) in enumerate(pairwise(edges))
        if end > begin
    }
    return list(found), list(found.values())


def _named(one: Window) -> str:
    name = say("Own fall {place}", place=one.name.split()[-1]) if one.own else say(one.name)
    return name if one.whole else say("{name} (part)", name=name)


def _gained(run: Run, span: tuple[int, int]) -> float:
    """Return what a run gained from the close of one row to that of another."""
    before, after = (float(run.growth[row]) for row in span)
    return after / before - 1.0 if before > 0.0 else 0.0
