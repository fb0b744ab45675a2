"""Page 2: which cells stand out, and is standing out more than luck?"""

from __future__ import annotations

from math import expm1

import numpy as np

from microhedge.analysis.luck import LOSSES, Evidence, SweepLuck
from microhedge.analysis.wording import points
from microhedge.reporting import numbers
from microhedge.reporting.exhibits import Block, Column, Page, chart, notice, pair, table
from microhedge.reporting.numbers import a_year, p_value, percent, plain
from microhedge.reporting.style import HALF
from microhedge.reporting.sweeps import charts, findings
from microhedge.reporting.sweeps.inputs import SweepSubject
from microhedge.reporting.sweeps.planes import Effect, effects

ENDS = 5
"""Cells of either end that are listed."""
MOST_AXES = 4
"""Axes with a column of their own; of more, a cell is written as one text."""
HEIGHT = 190.0


def page(subject: SweepSubject) -> Page:
    """Return the page."""
    return Page(
        title="Which cells stand out?",
        nav="Cells",
        label="cells",
        lead="",
        body=tuple(_body(subject)),
    )


def _body(subject: SweepSubject) -> list[Block]:
    luck = subject.luck
    if luck is None:
        why = subject.notes[0] if subject.notes else "Nothing was judged."
        return [
            notice(
                "Not shown: which cells stand out",
                f"{why} Without a judgement cells are not ranked, because the first of a ranking "
                "is the luckiest of many.",
            )
        ]
    if luck.evidence is None:
        return [_ranking(subject, luck), notice("Not shown: the tests", luck.sentences[0])]
    return [
        _ranking(subject, luck),
        pair(_halves(luck, luck.evidence), _effects(subject)),
        _tests(subject, luck, luck.evidence),
    ]


def _ranking(subject: SweepSubject, luck: SweepLuck) -> Block:
    advantage = np.where(subject.eligible, subject.advantage, -np.inf)
    order = np.argsort(-advantage, kind="stable")[: int(subject.eligible.sum())]
    many = len(order)
    ends = many <= 2 * ENDS
    shown = [*range(many)] if ends else [*range(ENDS), *range(many - ENDS, many)]
    lowest, highest = subject.of_luck("lowest"), subject.of_luck("highest")
    spread = bool(np.any(highest[order] > lowest[order]))
    heads = ["Advantage", "Std. error", *(["Roll dates"] if spread else []), "Tail removed"]
    heads += ["Return", "Cost", "Sold beforehand"]
    own = subject.axes if len(subject.axes) <= MOST_AXES else ()
    columns = [
        Column("#"),
        *(Column(numbers.shortened(axis.name, 18), width="1fr") for axis in own),
    ]
    if not own:
        columns.append(Column("Cell", "left", "1fr"))
    columns += [Column(head, width="1fr" if own else "auto") for head in heads]
    rows = []
    for rank in shown:
        row = int(order[rank])
        at = subject.at[row].tolist()
        cell = (
            [axis.values[k] for axis, k in zip(own, at, strict=True)]
            if own
            else [subject.names[int(subject.judged[row])]]
        )
        ends_of = (float(lowest[row]), float(highest[row]))
        rows.append(
            [
                f"{rank + 1}",
                *cell,
                numbers.points(float(subject.advantage[row])),
                plain(100.0 * float(subject.standard_error[row]), 1),
                *([" to ".join(map(numbers.points, ends_of))] if spread else []),
                percent(float(subject.removed[row]), 0),
                _rate(subject, "annual_return", row),
                _rate(subject, "cost_per_year", row),
                percent(_known(subject, "sell_fraction", row), 0),
            ]
        )
    return table(
        columns,
        rows,
        finding=findings.ranking(many, len(shown)),
        sub="By their return over the sale with the same tail loss, points a year. "
        "Bold: within one standard error of the highest.",
        bold=[k for k, rank in enumerate(shown) if int(order[rank]) in subject.ties],
        rules=[] if ends else [ENDS],
        size=8.0,
    )


def _known(subject: SweepSubject, name: str, row: int) -> float | None:
    value = float(subject.measures[name][row])
    return value if np.isfinite(value) else None


def _rate(subject: SweepSubject, name: str, row: int) -> str:
    return a_year(_known(subject, name, row))


def _halves(luck: SweepLuck, found: Evidence) -> Block:
    split = found.overfitting
    if split is None:
        return notice("Not shown: overfitting", "One eligible cell leaves nothing to choose.")
    scale = luck.per_year
    return chart(
        [
            charts.halves(
                np.expm1(scale * split.inside),
                np.expm1(scale * split.outside),
                width=HALF,
                height=HEIGHT,
            )
        ],
        finding=findings.overfitted(split.probability),
        sub=f"The winner of each half of the sessions, {split.splits:,} splits. Below the grey "
        "line: worse on the other half. That the points slope down is arithmetic, as both halves "
        "add up to the whole.",
        alt=f"Scatter of the winners of one half on both halves. They lost to the sale on the "
        f"other half in {percent(split.loss, 0)} of splits.",
    )


def _effects(subject: SweepSubject) -> Block:
    found = [one for one in effects(subject) if np.isfinite(one.means).any()]
    if not found:
        return notice("Not shown: what matters", "Roll dates alone were varied.")
    names = [subject.axes[one.axis].name for one in found]
    drawn = []
    for one in sorted(found, key=lambda effect: -effect.size):
        axis = subject.axes[one.axis]
        known = np.flatnonzero(np.isfinite(one.means))
        drawn.append(charts.Row(axis.name, one.means[known], [axis.values[k] for k in known]))
    return chart(
        [
            charts.rows(
                drawn,
                x_name="Mean advantage, points a year",
                width=HALF,
                height=HEIGHT,
                zero=False,
            )
        ],
        finding=findings.matters(names, [one.size for one in found], "advantage"),
        sub="The mean over the eligible cells with each value of an axis; those with "
        "the least and the greatest are named.",
        alt="Means along each axis. "
        + " ".join(f"{subject.axes[one.axis].name}: {_span(one)}." for one in found),
    )


def _span(effect: Effect) -> str:
    known = effect.means[np.isfinite(effect.means)]
    return f"{points(float(known.min()))} to {points(float(known.max()))}"


def _tests(subject: SweepSubject, luck: SweepLuck, found: Evidence) -> Block:
    many, split, near = len(found.eligible), found.overfitting, found.around
    deflated = found.deflated
    error = plain(100.0 * found.standard_error, 1)
    rows = [
        ["Cells tried", f"{subject.tried:,}", f"{len(subject.names):,} judged, {many:,} eligible"],
        ["Best advantage", points(found.advantage), f"a year, standard error {error}"],
        [
            "The same over the sale fixed beforehand",
            points(found.advantage_over_sale),
            "a year; the part to sell was known at the first fill",
        ],
        [
            "Lead over the sale with the same tail loss",
            f"p {p_value(found.over_same_tail.pvalue)}",
            "with the number of cells accounted for",
        ],
        [
            "Lead over the sale fixed beforehand",
            f"p {p_value(found.over_sale.pvalue)}",
            "with the number of cells accounted for",
        ],
        [
            "Lead over no hedge",
            f"p {p_value(found.over_unhedged.pvalue)}",
            "not part of the verdict: protection has a price",
        ],
        [
            "Independent trials",
            f"{found.trials.effective:,}",
            "groups of cells that share half of their variance",
        ],
        [
            "Monthly Sharpe ratio of the best lead",
            plain(deflated.sharpe, 2),
            f"the best of so many without skill should reach {plain(deflated.expected, 2)}",
        ],
        [
            "Deflated Sharpe ratio",
            percent(deflated.probability, 0),
            f"{percent(found.deflated_raw.probability, 0)} with every cell counted; the bar is 95%",
        ],
    ]
    if split is not None:
        rows += [
            [
                "Probability of backtest overfitting",
                percent(split.probability, 0),
                f"{split.splits:,} splits of {split.blocks} blocks; from 50% no better than chance",
            ],
            [
                "The winner of one half lost on the other",
                percent(split.loss, 0),
                f"of splits, to the sale; the bar is {percent(LOSSES, 0)}",
            ],
        ]
    rows += [
        [
            "Length of the sample",
            f"{plain(luck.years, 1)} years",
            " would do, ".join(
                plain(years, 1) for years in (found.minimum_years, found.minimum_years_raw)
            )
            + " with every cell counted",
        ],
        [
            "Cells within one standard error of the best",
            f"{len(found.ties):,} of {many:,}",
            "by the error of the difference",
        ],
    ]
    if near is not None:
        mean, least = (points(expm1(one * luck.per_year)) for one in (near.mean, near.least))
        rows.append(
            [
                f"Mean of its {numbers.plural(near.count, 'neighbour')}",
                mean,
                f"{least} at the least; " + ("a spike" if near.is_spike else "no spike"),
            ]
        )
    return table(
        [Column("", "left", "1fr"), Column("Value"), Column("Reading", "left", "1.2fr")],
        rows,
        finding=findings.tests(found, luck.verdict),
        sub="Everything that is known against the best cell.",
        size=8.0,
    )
