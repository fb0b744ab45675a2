"""What became of a relation: its break, the parts of its ratio, its offset, and its falls?"""

from __future__ import annotations

import numpy as np

from microhedge.calendar import day_number, to_date
from microhedge.language import say, say_count
from microhedge.reporting import charts_correlation, findings_correlation, numbers
from microhedge.reporting.charts_correlation import FRAME, Floats
from microhedge.reporting.exhibits import Block, Column, chart, notice, pair, paragraph, table
from microhedge.reporting.inputs import Correlation, Run, Subject
from microhedge.reporting.inputs_correlation import Course, Factor, Fall, Span
from microhedge.reporting.numbers import DASH, count, percent, points, ratio


def break_and_parts(run: Run, lean: Correlation, course: Course) -> Block:
    """Return the path of the test for a break beside the parts of the hedge ratio's change."""
    return pair(_break(run, lean, course), _parts(run, course))


def removed_and_offset(subject: Subject, run: Run, lean: Correlation, course: Course) -> Block:
    """Return the variance removed by period beside the cumulative dollar offset."""
    return pair(_removed(run, lean, course), _offset(subject, run, course))


def in_falls(run: Run, course: Course) -> list[Block]:
    """Return the correlation in each fall, and the offset on the largest moves of one session."""
    found: list[Block] = [_falls(run, course)] if course.falls else []
    if course.moves is not None:
        found.append(paragraph(findings_correlation.on_large_moves(course.moves, run.label)))
    return found


def _break(run: Run, lean: Correlation, course: Course) -> Block:
    found = course.fluctuation
    if found is None:
        return notice(
            say("Not shown: the test for a lasting break"),
            say("The two series are copies of each other: there is nothing to test."),
        )
    day = numbers.in_words(to_date(int(found.days[found.row])))
    split = day_number(lean.split)
    return chart(
        [
            charts_correlation.fluctuation(
                found.days,
                found.path,
                found.boundary,
                row=found.row,
                split=split,
                labels=(say("Path"), say("5% boundary"), day),
            )
        ],
        name=f"break-{run.name}",
        finding=findings_correlation.broke(found, split),
        sub=say(
            "T2: running sum of what each session pulls the correlation by, scaled. Vertical: "
            "the designation."
        ),
        alt=say(
            "Line chart of the path of the test for a break; its extreme, {statistic}, is dated "
            "{day}; boundaries at plus and minus {boundary}.",
            statistic=ratio(found.statistic),
            day=day,
            boundary=ratio(found.boundary),
        ),
    )


def _column(spans: tuple[Span, ...], name: str) -> Floats:
    values = [getattr(one, name) for one in spans]
    return np.array([np.nan if one is None else one for one in values], dtype=np.float64)


def _names(spans: tuple[Span, ...]) -> list[str]:
    return [
        str(one.year)
        if one.quarter is None
        else say("{year} Q{quarter}", year=one.year, quarter=one.quarter)
        for one in spans
    ]


def _parts(run: Run, course: Course) -> Block:
    spans, change = course.spans, course.change
    if not any(one.volatility is not None for one in spans):
        return notice(
            say("Not shown: the parts of the hedge ratio"),
            say(
                "No calendar quarter after the designation has enough sessions. Choose a longer "
                "period."
            ),
        )
    correlation, volatility = (_column(spans, name) for name in ("correlation", "volatility"))
    names = _names(spans)
    last = {
        name: DASH
        if not np.isfinite(column[-1])
        else findings_correlation.times(np.exp(column[-1]))
        for name, column in (("correlation", correlation), ("volatility", volatility))
    }
    return chart(
        [
            charts_correlation.ratio_parts(
                names,
                correlation,
                volatility,
                labels=(say("Correlation"), say("Volatilities"), say("Ratio")),
            )
        ],
        name=f"ratio-parts-{run.name}",
        finding=findings_correlation.which_part(change),
        sub=_what_parts(course),
        alt=say(
            "Stacked bars of the two parts of the hedge ratio by period. In {name}: correlation "
            "{correlation}, volatilities {volatility}.",
            name=names[-1],
            **last,
        ),
    )


def _what_parts(course: Course) -> str:
    """Say what is drawn, how sure the change is, and what stands in the way."""
    change = course.change
    told = say("Ratio of each period against that before the designation, and its two parts.")
    if change.correlation is not None:
        told += say(
            " 95% intervals of the change: {correlation} and {volatility}.",
            correlation=_bounds(change.correlation),
            volatility=_bounds(change.volatility),
        )
    if change.few:
        told += say(
            " Before or after it are few sessions, so that a spell of volatility can pass for a "
            "change."
        )
    crossed = sum(one.correlation is None and one.volatility is not None for one in course.spans)
    if crossed:
        told += say_count(
            " Without a ratio: {n} period whose correlation had another sign.",
            " Without a ratio: {n} periods whose correlation had another sign.",
            crossed,
        )
    return told


def _bounds(factor: Factor) -> str:
    return DASH if factor.bounds is None else numbers.interval(factor.bounds, 2, unit="")


def _removed(run: Run, lean: Correlation, course: Course) -> Block:
    if not course.traded:
        return notice(say("Not shown: variance removed and offset"), say("The hedge never traded."))
    spans = course.spans
    if not spans:
        return notice(
            say("Not shown: variance removed by period"),
            say(
                "No calendar quarter after the designation has enough sessions. Choose a longer "
                "period."
            ),
        )
    promised, bounds = lean.plain[0] ** 2, run.intervals.get("variance_removed")
    names, removed = _names(spans), _column(spans, "removed")
    labels = (
        say("Removed"),
        say("Best, known afterwards"),
        say("Promised {value}", value=percent(promised, 0)),
        say("Came {value}", value=percent(lean.removed, 0)),
    )
    return chart(
        [
            charts_correlation.removed_by_period(
                names,
                removed,
                _column(spans, "explained"),
                (promised, lean.removed),
                bounds,
                labels=labels,
            )
        ],
        name=f"variance-removed-{run.name}",
        finding=findings_correlation.removed_against(
            lean.removed, bounds, promised, beside=lean.beside
        ),
        sub=say(
            "Part of the variance of daily returns: as traded, after costs, and by the one ratio "
            "that suited the period best."
        )
        + (say(" Band: 95% interval of what came.") if bounds is not None else ""),
        alt=say(
            "Variance removed by period. In {name}: {value}; in all {came}, promised {promised}.",
            name=names[-1],
            value=percent(spans[-1].removed, 0),
            came=percent(lean.removed, 0),
            promised=percent(promised, 0),
        ),
    )


def _offset(subject: Subject, run: Run, course: Course) -> Block:
    found = course.offset
    last = None if found is None else found.last
    if found is None or last is None:
        return notice(
            say("Not shown: the dollar offset"),
            say("The hedge never traded.")
            if not course.traded
            else say("The holding hardly moved from the hedge's first trade on."),
        )
    beyond = int(np.sum((found.cumulative < FRAME[0]) | (found.cumulative > FRAME[1])))
    sub = say(
        "Gains of the hedge over losses of the holding, in money after costs, since its first "
        "trade. "
    )
    if found.single_counted and found.expected is not None:
        sub += say(
            "80–125% is custom, no pass mark: {share} of single months lie inside; were returns "
            "normal, {expected} would.",
            share=percent(found.single_inside / found.single_counted, 0),
            expected=percent(found.expected, 0),
        )
    else:
        sub += say("80–125% is custom, no pass mark.")
    if beyond:
        sub += say_count(
            " {n} month-end lies beyond the axis.", " {n} month-ends lie beyond the axis.", beyond
        )
    return chart(
        [
            charts_correlation.cumulative_offset(
                found.days,
                found.cumulative,
                (int(subject.days[0]), int(subject.days[-1])),
                labels=(say("80–125%"), percent(last, 0)),
            )
        ],
        name=f"dollar-offset-{run.name}",
        finding=findings_correlation.offset_came(found, last),
        sub=sub,
        alt=say(
            "Line chart of the cumulative dollar offset by month; at the end {last}. Corridor: "
            "80% to 125%.",
            last=percent(last, 0),
        ),
    )


def _falls(run: Run, course: Course) -> Block:
    columns = [
        Column(say("Fall"), "left", "2.1fr"),
        Column(say("To"), "left"),
        Column(say("Sessions")),
        Column(say("Holding")),
        Column(say("Correlation")),
        Column(say("95% interval")),
        Column(say("At calm variance"), width="1fr"),
        Column(say("Calm")),
        Column(say("Against calm"), "left", "1.4fr"),
        Column(say("Variance removed"), width="1fr"),
        Column(say("Saved, points"), width="0.8fr"),
    ]
    return table(
        columns,
        [_row(one) for one in course.falls],
        finding=findings_correlation.in_falls(course.falls, run.label),
        sub=say(
            "The holding's own deepest falls after the designation, then those of the S&P 500; "
            "(part): the sample holds a part. Correlation: of the holding with what it leaned on; "
            "at calm variance, what it would have been had the hedge varied as in calm sessions, "
            "which are those outside of this fall and of all falls of the market. Undecided: under "
            "{enough} sessions.",
            enough=findings_correlation.ENOUGH,
        ),
        size=7.4,
    )


def _row(one: Fall) -> list[str]:
    name = say(one.name) if one.place is None else say("Own fall {place}", place=one.place)
    return [
        name if one.whole else say("{name} (part)", name=name),
        numbers.iso(to_date(one.low_day)),
        count(one.n),
        percent(one.fall),
        ratio(one.correlation),
        DASH if one.bounds is None else numbers.interval(one.bounds, 2, unit=""),
        ratio(one.adjusted),
        ratio(one.calm),
        findings_correlation.against_calm(one),
        percent(one.removed, 0),
        points(one.saved),
    ]
