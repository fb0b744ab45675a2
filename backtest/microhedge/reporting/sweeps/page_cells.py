"""Page 2: which cells stand out, and is standing out more than luck?"""

from __future__ import annotations

from math import expm1

import numpy as np

from microhedge.analysis.luck import LOSSES, Evidence, SweepLuck
from microhedge.language import say, say_count
from microhedge.reporting import numbers
from microhedge.reporting.exhibits import Block, Column, Page, chart, notice, pair, table
from microhedge.reporting.numbers import a_year, count, p_value, percent, plain, spoken_points
from microhedge.reporting.style import HALF
from microhedge.reporting.sweeps import charts, findings, uncompared
from microhedge.reporting.sweeps.inputs import SweepSubject
from microhedge.reporting.sweeps.planes import Effect, effects
from microhedge.reporting.sweeps.uncompared import MOST_AXES

ENDS = 5
"""Cells of either end that are listed."""
HEIGHT = 190.0


def page(subject: SweepSubject) -> Page:
    """Return the page."""
    compared = subject.luck is None or subject.best is not None
    return Page(
        title=say("Which cells stand out?") if compared else say("Which cells came nearest?"),
        nav=say("Cells"),
        label="cells",
        lead="",
        body=tuple(_body(subject)),
    )


def _body(subject: SweepSubject) -> list[Block]:
    luck = subject.luck
    if luck is None:
        return [
            notice(
                say("Not shown: which cells stand out"),
                say(
                    "Without a judgement cells are not ranked, because the first of a ranking is "
                    "the luckiest of many."
                ),
            )
        ]
    if luck.evidence is None:
        return [uncompared.nearest(subject, luck)]
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
    heads = [
        say("Advantage"),
        say("Std. error"),
        *([say("Roll dates")] if spread else []),
        say("Tail removed"),
    ]
    heads += [say("Return"), say("Cost"), say("Sold beforehand")]
    own = subject.axes if len(subject.axes) <= MOST_AXES else ()
    columns = [
        Column("#"),
        *(Column(numbers.shortened(axis.name, 18), width="1fr") for axis in own),
    ]
    if not own:
        columns.append(Column(say("Cell"), "left", "1fr"))
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
                *(
                    [
                        say(
                            "{low} to {high}",
                            low=numbers.points(ends_of[0]),
                            high=numbers.points(ends_of[1]),
                        )
                    ]
                    if spread
                    else []
                ),
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
        sub=say(
            "By their return over the sale with the same tail loss, points a year. Bold: within "
            "one standard error of the highest."
        ),
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
        return notice(
            say("Not shown: overfitting"), say("One eligible cell leaves nothing to choose.")
        )
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
        sub=say(
            "The winner of each half of the sessions, {splits} splits. Below the grey line: worse "
            "on the other half. That the points slope down is arithmetic, as both halves add up "
            "to the whole.",
            splits=count(split.splits),
        ),
        alt=say(
            "Scatter of the winners of one half on both halves. They lost to the sale on the "
            "other half in {loss} of splits.",
            loss=percent(split.loss, 0),
        ),
    )


def _effects(subject: SweepSubject) -> Block:
    found = [one for one in effects(subject) if np.isfinite(one.means).any()]
    if not found:
        return notice(say("Not shown: what matters"), say("Roll dates alone were varied."))
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
                x_name=say("Mean advantage, points a year"),
                width=HALF,
                height=HEIGHT,
                zero=False,
            )
        ],
        finding=findings.matters(names, [one.size for one in found]),
        sub=say(
            "The mean over the eligible cells with each value of an axis; those with the least "
            "and the greatest are named."
        ),
        alt=say("Means along each axis. ")
        + " ".join(f"{subject.axes[one.axis].name}: {_span(one)}." for one in found),
    )


def _span(effect: Effect) -> str:
    known = effect.means[np.isfinite(effect.means)]
    return say(
        "{low} to {high}",
        low=spoken_points(float(known.min())),
        high=spoken_points(float(known.max())),
    )


def _tests(subject: SweepSubject, luck: SweepLuck, found: Evidence) -> Block:
    many, split, near = len(found.eligible), found.overfitting, found.around
    deflated = found.deflated
    error = plain(100.0 * found.standard_error, 1)
    rows = [
        [
            say("Cells tried"),
            count(subject.tried),
            say(
                "{names} judged, {many} eligible", names=count(len(subject.names)), many=count(many)
            ),
        ],
        [
            say("Best advantage"),
            spoken_points(found.advantage),
            say("a year, standard error {error}", error=error),
        ],
        [
            say("The same over the sale fixed beforehand"),
            spoken_points(found.advantage_over_sale),
            say("a year; the part to sell was known at the first fill"),
        ],
        [
            say("Lead over the sale with the same tail loss"),
            f"p {p_value(found.over_same_tail.pvalue)}",
            say("with the number of cells accounted for"),
        ],
        [
            say("Lead over the sale fixed beforehand"),
            f"p {p_value(found.over_sale.pvalue)}",
            say("with the number of cells accounted for"),
        ],
        [
            say("Lead over no hedge"),
            f"p {p_value(found.over_unhedged.pvalue)}",
            say("not part of the verdict: protection has a price"),
        ],
        [
            say("Independent trials"),
            count(found.trials.effective),
            say("groups of cells that share half of their variance"),
        ],
        [
            say("Monthly Sharpe ratio of the best lead"),
            plain(deflated.sharpe, 2),
            say(
                "the best of so many without skill should reach {expected}",
                expected=plain(deflated.expected, 2),
            ),
        ],
        [
            say("Deflated Sharpe ratio"),
            percent(deflated.probability, 0),
            say(
                "{probability} with every cell counted; the bar is 95%",
                probability=percent(found.deflated_raw.probability, 0),
            ),
        ],
    ]
    if split is not None:
        rows += [
            [
                say("Probability of backtest overfitting"),
                percent(split.probability, 0),
                say(
                    "{splits} splits of {blocks} blocks; from 50% no better than chance",
                    splits=count(split.splits),
                    blocks=split.blocks,
                ),
            ],
            [
                say("The winner of one half lost on the other"),
                percent(split.loss, 0),
                say("of splits, to the sale; the bar is {losses}", losses=percent(LOSSES, 0)),
            ],
        ]
    rows += [
        [
            say("Length of the sample"),
            say("{years} years", years=plain(luck.years, 1)),
            say(
                "{few} would do, {more} with every cell counted",
                few=plain(found.minimum_years, 1),
                more=plain(found.minimum_years_raw, 1),
            ),
        ],
        [
            say("Cells within one standard error of the best"),
            say("{ties} of {many}", ties=count(len(found.ties)), many=count(many)),
            say("by the error of the difference"),
        ],
    ]
    if near is not None:
        mean, least = (spoken_points(expm1(one * luck.per_year)) for one in (near.mean, near.least))
        rows.append(
            [
                say_count("Mean of its {n} neighbour", "Mean of its {n} neighbours", near.count),
                mean,
                say("{least} at the least; ", least=least)
                + (say("a spike") if near.is_spike else say("no spike")),
            ]
        )
    return table(
        [
            Column(say("Measure"), "left", "1fr"),
            Column(say("Value")),
            Column(say("Reading"), "left", "1.2fr"),
        ],
        rows,
        finding=findings.tests(found, luck.verdict),
        sub=say("Everything that is known against the best cell."),
        size=8.0,
    )
