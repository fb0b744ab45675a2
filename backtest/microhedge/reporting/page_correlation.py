"""Did the correlation hold that a hedge leaned on?"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from microhedge.calendar import day_number
from microhedge.language import mark, say, say_count
from microhedge.reporting import (
    charts,
    findings,
    findings_of_relations,
    numbers,
    relation_course,
)
from microhedge.reporting.exhibits import Block, Column, Page, chart, notice, pair, paragraph, table
from microhedge.reporting.inputs import Correlation, Leans, Run, Subject
from microhedge.reporting.numbers import DASH, count, percent, ratio
from microhedge.reporting.style import HALF

WINDOW = 60
CONTEXT = 252
DRAWN = 3
"""Fewer premises than this make no picture."""
TITLE = mark("Did the correlation hold?")


def pages(subject: Subject) -> list[Page]:
    """Return a page for each hedge that leans on a correlation, a line for each that does not.

    Where a page cannot be made (fewer than 60 common sessions) a notice stands in its place.
    """
    leaning = [
        (run, lean)
        for run in subject.hedges
        if isinstance(lean := subject.correlations.get(run.name), Correlation)
    ]
    silent = _silent(subject)
    several = len(leaning) > 1
    found = [
        _page(subject, run, lean, several=several, label="correlation" + (f"-{n}" if n else ""))
        for n, (run, lean) in enumerate(leaning)
    ]
    if found:
        found[-1] = replace(found[-1], body=(*found[-1].body, *silent))
    elif silent:
        none = all(block["kind"] == "text" for block in silent)
        title = say("Does it rely on a correlation?") if none else say(TITLE)
        found.append(Page(title, say("Correlation"), "correlation", "", silent))
    return found


def _silent(subject: Subject) -> tuple[Block, ...]:
    """Return a line for the hedges that lean on nothing, a notice for each not to be judged."""
    lines: dict[str, list[str]] = {}
    notices = []
    for run in subject.hedges:
        why = subject.correlations.get(run.name)
        name = findings.the(run.label)
        if isinstance(why, Leans) and why.on_none:
            lines.setdefault(why.reason, []).append(name)
        elif isinstance(why, Leans):
            notices.append(
                notice(say("Not shown: the correlation behind {name}", name=name), why.reason)
            )
    return (
        *notices,
        *(paragraph(findings_of_relations.no_correlation(n, why)) for why, n in lines.items()),
    )


def _page(subject: Subject, run: Run, lean: Correlation, *, several: bool, label: str) -> Page:
    name = findings.the(run.label)
    course = lean.course
    body = [_path(run, lean), _tests(lean)]
    body += [] if course is None else [relation_course.break_and_parts(run, lean, course)]
    body += [_promise(lean)]
    if course is not None:
        body += [relation_course.removed_and_offset(subject, run, lean, course)]
    body += [pair(_premises(run, lean), _ratios(run, lean))]
    body += [] if course is None else relation_course.in_falls(run, course)
    return Page(
        title=f"{say(TITLE)} {run.label}" if several else say(TITLE),
        nav=say("Correlation, {label}", label=findings.lower(run.label))
        if several
        else say("Correlation"),
        label=label,
        lead=say(
            "{name} leans on the correlation of {relation}. State: {state}.",
            name=findings.upper(name),
            relation=lean.relation,
            state=say(lean.state),
        ),
        body=tuple(body),
    )


def _path(run: Run, lean: Correlation) -> Block:
    seen = lean.path[np.isfinite(lean.path)]
    if not len(seen):
        return notice(
            say("Not shown: the rolling correlation"),
            say(
                "No window of {window} sessions is complete. Choose a longer period.", window=WINDOW
            ),
        )
    low, high = float(np.min(seen)), float(np.max(seen))
    inside = float(np.mean((seen >= lean.band[0]) & (seen <= lean.band[1])))
    band = numbers.interval(lean.band, 2, unit="")
    figure = charts.rolling_correlation(
        lean.days,
        lean.path,
        lean.context,
        level=lean.level,
        band=lean.band,
        split=day_number(lean.split),
        labels=(
            say("{window} sessions", window=WINDOW),
            say("{context} sessions", context=CONTEXT),
            say("Level {level}", level=ratio(lean.level)),
            say("Designation, {split}", split=numbers.in_words(lean.split)),
        ),
    )
    return chart(
        [figure],
        name=f"correlation-{run.name}",
        finding=findings_of_relations.band_kept(inside, low, high, lean.band),
        sub=say(
            "Correlation of daily returns over the past {window} sessions, and over {context} for "
            "context. Band: where a constant correlation would stay 95% of the time.",
            window=WINDOW,
            context=CONTEXT,
        ),
        alt=say(
            "Line chart of the rolling correlation, from {low} to {high}; level {level}, band "
            "{band}, designation {split}.",
            low=ratio(low),
            high=ratio(high),
            level=ratio(lean.level),
            band=band,
            split=numbers.in_words(lean.split),
        ),
        note=say(
            "The band allows for fat tails and changing volatility, and is that of windows of "
            "{window}. Windows look back only. Each evening on which the relation sized the hedge "
            "is a premise, the first one the designation.",
            window=WINDOW,
        ),
    )


def _tests(lean: Correlation) -> Block:
    columns = [
        Column(say("Test"), "left"),
        Column(say("Before")),
        Column(say("After")),
        Column(say("Statistic")),
        Column("p"),
        Column(say("Holm")),
        Column(say("95% interval of the change")),
        Column(say("Reading"), "left", "1fr"),
    ]
    rows = [
        [
            say(test.name),
            ratio(test.before),
            ratio(test.after),
            ratio(test.statistic),
            numbers.p_value(test.p),
            numbers.p_value(test.holm),
            DASH
            if test.interval is None
            else numbers.interval(test.interval, 2, unit="", signed=True),
            test.note if test.valid else say("for comparison, {caveat}", caveat=test.caveat),
        ]
        for test in lean.tests
    ]
    return table(
        columns,
        rows,
        finding=lean.sentence,
        sub=say(
            "Before: {in_sample} sessions up to {split}, the day of the first premise. After: "
            "{out_of_sample} sessions. Holm: p for three tests together.",
            in_sample=count(lean.in_sample),
            split=numbers.in_words(lean.split),
            out_of_sample=count(lean.out_of_sample),
        ),
        grey=[number for number, test in enumerate(lean.tests) if not test.valid],
    )


def _promise(lean: Correlation) -> Block:
    promised, came = lean.plain
    rows = [
        [
            say("Correlation of normal scores, as tested"),
            ratio(lean.expected),
            ratio(lean.realised),
        ],
        [say("Correlation of returns"), ratio(promised), ratio(came)],
        [say("Variance explained (its square)"), percent(promised**2, 0), percent(came**2, 0)],
        [say("Variance removed by the hedge, after costs"), DASH, percent(lean.removed, 0)],
        [
            say("Like selling this part of the holding, 1 − √(1 − variance)"),
            percent(1.0 - float(np.sqrt(1.0 - promised**2)), 0),
            percent(lean.like_selling, 0),
        ],
        [say("Premises that came true"), "95%", percent(lean.kept, 0)],
    ]
    return table(
        [Column(say("Measure"), "left", "1fr"), Column(say("Promised")), Column(say("Came"))],
        rows,
        finding=findings_of_relations.promised_sale(
            promised, lean.like_selling, beside=lean.beside
        ),
        sub=say("Correlation before and after the designation; the rest after it.")
        + (
            say(
                " What came is of the whole hedge, with its options; what was promised is of the "
                "rest alone."
            )
            if lean.beside
            else ""
        ),
    )


def _premises(run: Run, lean: Correlation) -> Block:
    if len(lean.premises) < DRAWN:
        return notice(say("Not shown: promised against realised"), lean.scored)
    column = {
        name: np.array([getattr(premise, name) for premise in lean.premises], dtype=np.float64)
        for name in ("promised", "realised", "low", "high")
    }
    at = np.array([premise.day for premise in lean.premises], dtype=np.int32)
    figure = charts.premises(
        at,
        column["promised"],
        column["realised"],
        (column["low"], column["high"]),
        span=(int(at[0]), int(lean.days[-1])),
        labels=(say("Promised"), say("Came, inside"), say("Came, outside")),
        width=HALF,
    )
    return chart(
        [figure],
        name=f"premises-{run.name}",
        finding=lean.scored,
        sub=say("Correlation of each premise, its 95% prediction interval, and what followed."),
        alt=say_count(
            "The interval and the point of {premises} premise; {kept} fell inside.",
            "Intervals and points of {premises} premises; {kept} fell inside.",
            len(lean.premises),
            premises=len(lean.premises),
            kept=percent(lean.kept, 0),
        ),
    )


def _ratios(run: Run, lean: Correlation) -> Block:
    if not len(lean.fit_days):
        return notice(
            say("Not shown: the hedge ratio over time"), say("The hedge recorded no premise.")
        )
    ranges = [
        (name, float(np.min(values)), float(np.max(values))) for name, values in lean.betas.items()
    ]
    last = ", ".join(f"{name} {ratio(float(path[-1]))}" for name, path in lean.betas.items())
    return chart(
        [charts.betas(lean.fit_days, lean.betas, int(lean.days[-1]), width=HALF)],
        name=f"ratios-{run.name}",
        finding=findings_of_relations.ratios_moved(ranges),
        sub=say_count(
            "Money short per money held, fitted on {fit_days} date.",
            "Money short per money held, fitted on {fit_days} dates.",
            len(lean.fit_days),
            fit_days=count(len(lean.fit_days)),
        ),
        alt=say("Step chart of the hedge ratios. At the end: {last}.", last=last),
    )
