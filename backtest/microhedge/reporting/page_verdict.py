"""Page 1: was it worth it, and how was 100 doing all the while?"""

from __future__ import annotations

from microhedge.calendar import to_date
from microhedge.language import say, say_count
from microhedge.reporting import charts, findings, numbers
from microhedge.reporting.casting import charted, span, spoken, strokes
from microhedge.reporting.exhibits import Block, chart
from microhedge.reporting.inputs import Subject, Verdict
from microhedge.reporting.numbers import a_year, count, percent

HEIGHTS = (252.0, 220.0, 188.0, 172.0, 156.0, 140.0, 124.0, 108.0, 94.0, 82.0, 70.0)
"""Heights in which the growth chart is offered; the page takes the tallest that fits."""


def title(subject: Subject) -> str:
    """Return the title of the document."""
    others = say("selling") if len(subject.hedges) == 1 else say("the alternatives")
    review = findings.lower(subject.hedges[0].label)
    return say(
        "{holding}: {review} against {others}",
        holding=numbers.shortened(subject.holding),
        review=review,
        others=others,
    )


def facts(subject: Subject) -> list[list[str]]:
    """Return the facts under the title: what was held, how it was hedged, when."""
    review = subject.hedges[0]
    options = ", ".join(f"{name} {value}" for name, value in review.parameters.items())
    weight = (
        ""
        if subject.weight >= 1
        else say(", {weight} of the portfolio", weight=percent(subject.weight, 0))
    )
    held = say_count("{n} share", "{n} shares", subject.shares)
    if subject.value is not None:
        held = f"{subject.currency} {numbers.plain(subject.value)}"
    return [
        [
            say("Holding"),
            say("{held} of {holding}{weight}", held=held, holding=subject.holding, weight=weight),
        ],
        [say("Hedge under review"), review.label + (f": {options}" if options else "")],
        [
            say("Period"),
            say("{span}, {days} sessions", span=span(subject), days=count(len(subject.days))),
        ],
    ]


def verdict(subject: Subject) -> dict[str, str]:
    """Return the headline and the sentence that carries its numbers."""
    review = subject.hedges[0]
    if review.never_traded is not None:
        return {
            "headline": say(
                "{label} never traded", label=findings.upper(findings.the(review.label))
            ),
            "sentence": say(
                "The first reason on record: {never_traded} The hedged holding is therefore the "
                "holding itself, and nothing can be concluded.",
                never_traded=review.never_traded,
            ),
        }
    found = subject.verdicts.get(review.name, Verdict(None, None))
    selling = subject.yardstick("sell-once", review)
    sentence = found.sentence or findings.shares_kept(
        review.label, review.stat("losses_borne"), review.stat("gains_kept")
    )
    cost = review.stat("cost_per_year")
    if cost is not None:
        sentence += say(
            " It {word} {cost} of the holding a year.",
            word=say("earned") if cost < 0 else say("cost"),
            cost=a_year(abs(cost)),
        )
    if selling is not None and not found.sentence:
        sentence += " " + findings.sold_instead(
            selling.sold,
            100.0 * float(selling.growth[-1]),
            100.0 * float(review.growth[-1]),
            (selling.stat("max_drawdown"), review.stat("max_drawdown")),
        )
    return {
        "headline": findings.headline(review.label, found.worked, found.selling_better),
        "sentence": sentence
        if found.sentence
        else say("In this sample: {sentence}", sentence=sentence),
    }


def growth(subject: Subject) -> Block:
    """Return the chart of 100 held from the start."""
    look, runs = strokes(subject), (subject.unhedged, *charted(subject))
    ends = [(run.label, 100.0 * float(run.growth[-1])) for run in runs]
    lines = [
        charts.Line(f"{run.label} {numbers.plain(end)}", 100.0 * run.growth, look[run.name])
        for run, (_, end) in zip(runs, ends, strict=True)
    ]
    marks = [(day, say("Split {new}:1", new=numbers.short(new))) for day, new in subject.splits]
    review = subject.hedges[0]
    omitted = [run.label for run in subject.hedges if run not in runs]
    sub = say(
        "Value of 100 held on {days0}, after costs, ",
        days0=numbers.in_words(to_date(int(subject.days[0]))),
    )
    sub += (
        say("premiums and dividends reinvested pro rata.")
        if subject.reinvested
        else say("as the equity of the account changed.")
    )
    if review.uncovered:
        sub += say(" Shaded: sessions without cover.")
    if omitted:
        sub += say(" Not drawn: {join}.", join=", ".join(omitted))
    return chart(
        [
            charts.paths(
                subject.days,
                lines,
                height=height,
                last=1,
                uncovered=review.uncovered,
                marks=marks,
            )
            for height in HEIGHTS
        ],
        name="growth",
        finding=findings.finish(
            [(spoken(run), end) for run, (_, end) in zip(runs, ends, strict=True)]
        ),
        sub=sub,
        alt=say("Line chart of growth. At the end: ")
        + "; ".join(f"{label} {numbers.plain(end)}" for label, end in ends)
        + ".",
    )
