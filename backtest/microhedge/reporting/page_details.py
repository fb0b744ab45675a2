"""What else is known of each hedge?  Risk removed by every measure, and its relation in detail.

The pages are there where the hedges were looked into (`--details`), and cost nothing else.
"""

from __future__ import annotations

import numpy as np

from microhedge.language import mark, say
from microhedge.reporting import charts_details, findings_details, numbers
from microhedge.reporting.charts_details import Floats
from microhedge.reporting.exhibits import Block, Column, Page, chart, pair, paragraph, table
from microhedge.reporting.inputs import Run, Subject
from microhedge.reporting.inputs_details import Bounded, Looked, Relation, Side
from microhedge.reporting.numbers import DASH, count, p_value, percent, ratio

MEASURES = {
    "semivariance": mark("Semivariance (mean square of losses)"),
    "value_at_risk": mark("Value at risk, worst 5% of days"),
    "shortfall": mark("Expected shortfall of the worst 5% of days"),
    "max_drawdown": mark("Deepest fall"),
    "down_capture": mark("Share taken of the sessions that fell"),
    "up_capture": mark("Share taken of the sessions that rose"),
}
TESTS = (
    mark("Clark–West against no hedge"),
    mark("Diebold–Mariano against the frozen ratio"),
    mark("Diebold–Mariano against the full-sample ratio (looks ahead)"),
    mark("Engle–Granger"),
    mark("Johansen"),
)
"""What the analysis calls its other tests."""


def pages(subject: Subject) -> tuple[Page, ...]:
    """Return the appendix; none without details."""
    found = subject.details
    known = [(run, found[run.name]) for run in subject.hedges if run.name in found]
    if not known:
        return ()
    body = [_risk(known)]
    for run, looked in known:
        if looked.relation is not None:
            body += _relation(run, looked.relation)
    return (
        Page(
            title=say("Appendix: a closer look"),
            nav=say("Appendix"),
            label="details",
            lead=findings_details.measured([(run.label, looked.risk) for run, looked in known]),
            body=tuple(body),
        ),
    )


def _risk(known: list[tuple[Run, Looked]]) -> Block:
    columns = [
        Column(say("Part removed of …"), "left", "1.4fr"),
        *(Column(run.label, width="1fr", tinted=n == 0) for n, (run, _) in enumerate(known)),
    ]
    rows = [
        [say(words), *(_bounded(looked.risk[name]) for _, looked in known)]
        for name, words in MEASURES.items()
    ]
    return table(
        columns,
        rows,
        finding=findings_details.beyond_chance([(run.label, looked.risk) for run, looked in known]),
        sub=say(
            "Daily returns, with 95% intervals of resampled sessions. The last two lines are what "
            "was taken, not what was removed; one fall has no interval."
        ),
        rules=[len(rows) - 2],
        size=8.2 if len(known) < 4 else 7.2,
    )


def _bounded(one: Bounded) -> str:
    if one.value is None:
        return DASH
    value = percent(one.value, 0)
    if one.bounds is None:
        return value
    return say("{value} ({interval})", value=value, interval=numbers.interval(one.bounds, 0))


def _relation(run: Run, found: Relation) -> list[Block]:
    blocks: list[Block] = [pair(_scores(run, found), _joint(run, found))]
    if found.tests:
        blocks.append(_tests(run, found))
    blocks += [paragraph(text) for text in found.told]
    return blocks


def _sure(one: Bounded) -> str:
    if one.bounds is None:
        return ratio(one.value)
    return say(
        "{value} ({interval})",
        value=ratio(one.value),
        interval=numbers.interval(one.bounds, 2, unit=""),
    )


def _scores(run: Run, found: Relation) -> Block:
    sides = [_drawn(found.before), _drawn(found.after)]
    labels = [
        say("Before {value}", value=ratio(found.before.correlation.value)),
        say("After {value}", value=ratio(found.after.correlation.value)),
    ]
    return chart(
        [charts_details.scores(sides, labels)],
        name=f"scores-{run.name}",
        finding=findings_details.scores_of(
            run.label, _sure(found.before.correlation), _sure(found.after.correlation), found.shift
        ),
        sub=say(
            "Normal scores of devolatilised returns: the hedge across, the holding up. Drawn: one "
            "session in {one} before the designation and one in {two} after it.",
            one=count(found.before.step),
            two=count(found.after.step),
        ),
        alt=say(
            "Scatter plots of normal scores before and after the designation; correlations "
            "{before} and {after}.",
            before=_sure(found.before.correlation),
            after=_sure(found.after.correlation),
        ),
    )


def _drawn(side: Side) -> tuple[Floats, Floats, float]:
    return side.hedge, side.holding, side.correlation.value or 0.0


def _joint(run: Run, found: Relation) -> Block:
    falls = [(-one.level, one.falls, one.normal) for one in reversed(found.joint)]
    rises = [(one.level, one.rises, one.normal) for one in found.joint]
    every = [*falls, *rises]
    bounds = [one.bounds or (np.nan, np.nan) for _, one, _ in every]
    return chart(
        [
            charts_details.joint_moves(
                [level for level, _, _ in every],
                _floats([one.value for _, one, _ in every]),
                (
                    np.array([low for low, _ in bounds], dtype=np.float64),
                    np.array([high for _, high in bounds], dtype=np.float64),
                ),
                _floats([normal for _, _, normal in every]),
                labels=(say("Came"), say("Normal pair")),
            )
        ],
        name=f"joint-moves-{run.name}",
        finding=findings_details.joint(found.joint, found.symmetry),
        sub=say(
            "Correlation of the sessions in which both fell (left) or rose by more than so many "
            "standard deviations, with 95% intervals."
        )
        + (say(" The hedge is turned around.") if found.opposite else ""),
        alt=say(
            "Points of exceedance correlations; beyond 0: {falls} in falls, {rises} in rises, "
            "{normal} for a normal pair.",
            falls=_sure(found.joint[0].falls),
            rises=_sure(found.joint[0].rises),
            normal=ratio(found.joint[0].normal),
        ),
    )


def _floats(values: list[float | None]) -> Floats:
    return np.array([np.nan if one is None else one for one in values], dtype=np.float64)


def _tests(run: Run, found: Relation) -> Block:
    return table(
        [
            Column(say("Test"), "left", "1fr"),
            Column(say("Statistic")),
            Column("p"),
            Column(say("Reading"), "left", "2fr"),
        ],
        [
            [say(one.name), ratio(one.statistic), p_value(one.p), one.sentence]
            for one in found.tests
        ],
        finding=findings_details.forecasts(found.tests, run.label),
        sub=say(
            "What the ratio fitted on the past was worth after it, and, of one other price, "
            "whether the two come back to each other."
        ),
        size=7.8,
    )
