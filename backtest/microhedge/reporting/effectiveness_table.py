"""How effective was each hedge, by every measure that is customary?  A table, and who has none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from microhedge.analysis.offsets import EXPLAINED, FEWEST, HIGH, LOW
from microhedge.language import say
from microhedge.reporting import findings, findings_protection, numbers
from microhedge.reporting.casting import charted
from microhedge.reporting.exhibits import Block, Column, notice, table
from microhedge.reporting.inputs import Run, Subject
from microhedge.reporting.inputs_protection import Protection, Tests
from microhedge.reporting.numbers import DASH, count, percent, ratio

MANY = 4
"""Beyond so many runs the table is set smaller."""


@dataclass(frozen=True, slots=True)
class _Measure:
    """One row: what it is called, how a run's cell and its interval are written, the usual bar."""

    label: str
    cell: Callable[[Run, Tests], str]
    bounds: Callable[[Run, Tests], str] | None = None
    bar: str = DASH


def blocks(subject: Subject, found: Protection) -> list[Block]:
    """Return the table of all hedges and of selling once, after a notice where tests are missing.

    The hedge under review has its intervals beside it, where they were computed.
    """
    runs = [run for run in subject.runs if run.name in found.tests]
    review = next(run for run in runs if run.name == found.periods.of)
    short = [run for run in runs if run.kind == "hedge" and found.tests[run.name].count < FEWEST]
    missing = [_too_few(short, found)] if short else []
    columns = [Column(say("Measure"), "left", "2.6fr")]
    for run in runs:
        columns.append(Column(run.label, width="1fr", tinted=run is review))
        if run is review:
            columns.append(Column(say("its 95% interval"), width="1.2fr", tinted=True))
    columns.append(Column(say("Usual bar"), width="1.1fr"))
    rows: list[list[str]] = []
    for heading, measures in _measures():
        rows += [[heading]] if heading else []
        for measure in measures:
            line = [measure.label]
            for run in runs:
                tests = found.tests[run.name]
                line.append(measure.cell(run, tests))
                if run is review:
                    line.append(DASH if measure.bounds is None else measure.bounds(run, tests))
            rows.append([*line, measure.bar])
    return [
        *missing,
        table(
            columns,
            rows,
            finding=findings_protection.customary(
                [
                    (run.label, found.tests[run.name])
                    for run in charted(subject)
                    if run.kind == "hedge" and run.name in found.tests
                ]
            ),
            sub=say(
                "Each over its own completed periods; customary tests in money, after costs, "
                "without options by month from the first trade to the end. Shaded: the hedge under "
                "review."
            ),
            note=_note(runs),
            size=7.4 if len(runs) > MANY else 8.0,
        ),
    ]


def _too_few(short: list[Run], found: Protection) -> Block:
    least = min(found.tests[run.name].count for run in short)
    return notice(
        say(
            "Not shown: tests by period of {labels}",
            labels=findings.listed([findings.the(run.label) for run in short]),
        ),
        say(
            "With {least} completed periods there is no inference; the tests need {fewest}. "
            "Choose a longer window.",
            least=count(least),
            fewest=count(FEWEST),
        ),
    )


def _note(runs: list[Run]) -> str:
    bars = say(
        "Bars as usual under ASC 815 and formerly IAS 39; IFRS 9 has no bright line. Selling is a "
        "yardstick, not a hedge. Daily variance is out of sample where a ratio was fitted."
    )
    if not any(run.uses_options for run in runs):
        return bars
    return bars + say(" A put is not meant to offset gains: two-sided tests understate it.")


def _measures() -> list[tuple[str, list[_Measure]]]:
    low, high = percent(LOW, 0), percent(HIGH, 0)
    slopes = say("{low} to {high}", low=ratio(-HIGH), high=ratio(-LOW))
    return [
        (
            "",
            [
                _Measure(
                    say("Completed periods"),
                    lambda run, one: findings_protection.periods(one.count, rolls=one.rolls),
                )
            ],
        ),
        (
            say("Variance"),
            [
                _Measure(
                    say("Variance removed, daily"),
                    lambda run, one: percent(run.stat("variance_removed"), 0),
                    _interval("variance_removed"),
                ),
                _Measure(
                    say("Variance removed, by period"), lambda run, one: percent(one.variance, 0)
                ),
            ],
        ),
        (
            say("Downside"),
            [
                _Measure(
                    say("Semivariance removed, daily"),
                    lambda run, one: percent(one.semivariance, 0),
                ),
                _Measure(
                    say("Tail loss removed, worst 5% of months"),
                    lambda run, one: percent(one.tail, 0),
                ),
                _Measure(
                    say("Down capture: losses borne"),
                    lambda run, one: percent(run.stat("losses_borne"), 0),
                    _interval("losses_borne"),
                ),
                _Measure(
                    say("Up capture: gains kept"),
                    lambda run, one: percent(run.stat("gains_kept"), 0),
                    _interval("gains_kept"),
                ),
            ],
        ),
        (
            say("Customary tests"),
            [
                _Measure(
                    say("Dollar offset, falling periods"),
                    lambda run, one: percent(one.offset, 0),
                    bar=say("{low} to {high}", low=low, high=high),
                ),
                _Measure(
                    say("Periods inside {low} to {high}", low=low, high=high),
                    lambda run, one: _inside(one),
                    bar=say("all"),
                ),
                _Measure(
                    say("… by chance, from R² and slope"),
                    lambda run, one: percent(one.expected, 0),
                ),
                _Measure(
                    say("R² of hedge result on holding"),
                    lambda run, one: ratio(one.r_squared),
                    bar=say("{least} or more", least=ratio(EXPLAINED)),
                ),
                _Measure(
                    say("Slope of that line"),
                    lambda run, one: ratio(one.slope),
                    lambda run, one: (
                        DASH
                        if one.slope_bounds is None
                        else numbers.interval(one.slope_bounds, 2, unit="")
                    ),
                    bar=slopes,
                ),
            ],
        ),
    ]


def _interval(name: str) -> Callable[[Run, Tests], str]:
    def written(run: Run, _: Tests) -> str:
        bounds = run.intervals.get(name)
        return DASH if bounds is None else numbers.interval(bounds, 0)

    return written


def _inside(one: Tests) -> str:
    if one.inside is None or one.counted is None:
        return DASH
    return say("{inside} of {counted}", inside=count(one.inside), counted=count(one.counted))
