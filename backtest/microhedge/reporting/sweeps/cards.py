"""The four questions of page 1: an answer, a number, and how sure it is."""

from __future__ import annotations

from math import expm1

from microhedge.analysis.luck import Evidence, SweepLuck
from microhedge.language import say
from microhedge.reporting.exhibits import Block
from microhedge.reporting.numbers import count, p_value, percent, plain, shortened, spoken_points
from microhedge.reporting.sweeps import findings
from microhedge.reporting.sweeps.inputs import SweepSubject
from microhedge.reporting.sweeps.planes import effects

MARKS = {"certified": "full", "not_certified": "empty", "inconclusive": "unclear"}


def cards(subject: SweepSubject) -> list[Block]:
    """Return the cards; none where there is no best cell to ask about."""
    luck = subject.luck
    if luck is None or luck.evidence is None:
        return []
    return [
        _beats(subject, luck, luck.evidence),
        _overfitted(luck, luck.evidence),
        _robust(luck, luck.evidence),
        _matters(subject),
    ]


def _beats(subject: SweepSubject, luck: SweepLuck, found: Evidence) -> Block:
    error = plain(100.0 * found.standard_error, 1)
    return {
        "q": say("Does any cell beat selling?"),
        "mark": MARKS[luck.verdict],
        "a": say(findings.ANSWERS[luck.verdict]),
        "why": say(
            "The best earned {advantage} a year over the sale with the same tail loss, standard "
            "error {error}.",
            advantage=spoken_points(found.advantage),
            error=error,
        ),
        "sure": [
            [say("Same tail loss"), f"p {p_value(found.over_same_tail.pvalue)}"],
            [say("Sale beforehand"), f"p {p_value(found.over_sale.pvalue)}"],
            [say("No hedge"), f"p {p_value(found.over_unhedged.pvalue)}"],
            [say("Cells tried"), count(subject.tried)],
        ],
        "ref": "cells",
    }


def _overfitted(luck: SweepLuck, found: Evidence) -> Block:
    split = found.overfitting
    sure = [
        [say("Deflated Sharpe"), percent(found.deflated.probability, 0)],
        [say("With all cells"), percent(found.deflated_raw.probability, 0)],
        [say("Independent trials"), count(found.trials.effective)],
    ]
    card: Block = {"q": say("Is the choice overfitted?"), "ref": "cells"}
    if split is None:
        why = say("There was one eligible cell, and nothing to choose.")
        return {**card, "mark": "dash", "a": say("No choice"), "why": why, "sure": sure}
    mark = "full" if split.probability >= 0.5 else "empty"
    return {
        **card,
        "mark": mark,
        "a": say("Probability {probability}", probability=percent(split.probability, 0)),
        "why": say(
            "Winners of one half that ranked in the lower half on the other, in {splits} splits.",
            splits=count(split.splits),
        ),
        "sure": [
            [say("Lost to the sale"), say("{loss} of splits", loss=percent(split.loss, 0))],
            *sure,
        ],
    }


def _robust(luck: SweepLuck, found: Evidence) -> Block:
    near = found.around
    many = len(found.eligible)
    sure = [[say("Eligible"), say("{many} of {tried}", many=count(many), tried=count(luck.tried))]]
    if near is not None:
        sure += [
            [say("Neighbours"), spoken_points(expm1(near.mean * luck.per_year))],
            [say("Least of them"), spoken_points(expm1(near.least * luck.per_year))],
            [say("A spike"), say("yes") if near.is_spike else say("no")],
        ]
    return {
        "q": say("How wide is the robust region?"),
        "mark": "",
        "a": say("{ties} of {many} cells", ties=count(len(found.ties)), many=count(many)),
        "why": say("Within one standard error of the best, among the eligible."),
        "sure": sure,
        "ref": "cells",
    }


def _matters(subject: SweepSubject) -> Block:
    sized = sorted(effects(subject), key=lambda one: -one.size)
    card: Block = {"q": say("What matters most?"), "mark": "", "ref": "cells"}
    if not sized:
        return {**card, "a": say("Roll dates"), "why": say("Nothing else was varied."), "sure": []}
    name = subject.axes[sized[0].axis].name
    return {
        **card,
        "a": shortened(name[:1].upper() + name[1:], 16),
        "why": say(
            "Mean advantage of the eligible cells, from the least value of an axis to the greatest."
        ),
        "sure": [
            [
                shortened(subject.axes[one.axis].name, 16),
                say("{size} points", size=plain(100.0 * one.size, 1)),
            ]
            for one in sized[:4]
        ],
    }
