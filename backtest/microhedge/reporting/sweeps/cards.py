"""The four questions of page 1: an answer, a number, and how sure it is."""

from __future__ import annotations

from math import expm1

from microhedge.analysis.luck import Evidence, SweepLuck
from microhedge.analysis.wording import points
from microhedge.reporting.exhibits import Block
from microhedge.reporting.numbers import p_value, percent, plain, shortened
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
        "q": "Does any cell beat selling?",
        "mark": MARKS[luck.verdict],
        "a": findings.ANSWERS[luck.verdict],
        "why": f"The best earned {points(found.advantage)} a year over the sale with the same tail "
        f"loss, standard error {error}.",
        "sure": [
            ["Same tail loss", f"p {p_value(found.over_same_tail.pvalue)}"],
            ["Sale beforehand", f"p {p_value(found.over_sale.pvalue)}"],
            ["No hedge", f"p {p_value(found.over_unhedged.pvalue)}"],
            ["Cells tried", f"{subject.tried:,}"],
        ],
        "ref": "cells",
    }


def _overfitted(luck: SweepLuck, found: Evidence) -> Block:
    split = found.overfitting
    sure = [
        ["Deflated Sharpe", percent(found.deflated.probability, 0)],
        ["With all cells", percent(found.deflated_raw.probability, 0)],
        ["Independent trials", f"{found.trials.effective:,}"],
    ]
    card: Block = {"q": "Is the choice overfitted?", "ref": "cells"}
    if split is None:
        why = "There was one eligible cell, and nothing to choose."
        return {**card, "mark": "dash", "a": "No choice", "why": why, "sure": sure}
    mark = "full" if split.probability >= 0.5 else "empty"
    return {
        **card,
        "mark": mark,
        "a": f"Probability {percent(split.probability, 0)}",
        "why": f"Winners of one half that ranked in the lower half on the other, in "
        f"{split.splits:,} splits.",
        "sure": [["Lost to the sale", f"{percent(split.loss, 0)} of splits"], *sure],
    }


def _robust(luck: SweepLuck, found: Evidence) -> Block:
    near = found.around
    many = len(found.eligible)
    sure = [["Eligible", f"{many:,} of {luck.tried:,}"]]
    if near is not None:
        sure += [
            ["Neighbours", points(expm1(near.mean * luck.per_year))],
            ["Least of them", points(expm1(near.least * luck.per_year))],
            ["A spike", "yes" if near.is_spike else "no"],
        ]
    return {
        "q": "How wide is the robust region?",
        "mark": "",
        "a": f"{len(found.ties):,} of {many:,} cells",
        "why": "Within one standard error of the best, among the eligible.",
        "sure": sure,
        "ref": "cells",
    }


def _matters(subject: SweepSubject) -> Block:
    sized = sorted(effects(subject), key=lambda one: -one.size)
    card: Block = {"q": "What matters most?", "mark": "", "ref": "cells"}
    if not sized:
        return {**card, "a": "Roll dates", "why": "Nothing else was varied.", "sure": []}
    name = subject.axes[sized[0].axis].name
    return {
        **card,
        "a": shortened(name[:1].upper() + name[1:], 16),
        "why": "Mean advantage of the eligible cells, from the least value of an axis to the "
        "greatest.",
        "sure": [
            [shortened(subject.axes[one.axis].name, 16), f"{plain(100.0 * one.size, 1)} points"]
            for one in sized[:4]
        ],
    }
