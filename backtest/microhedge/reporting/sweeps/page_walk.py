"""Page 3: would choosing by the past have worked, and what is data and what assumption?"""

from __future__ import annotations

import numpy as np

from microhedge.analysis.luck import SweepLuck
from microhedge.analysis.walk_forward import WalkForward
from microhedge.language import mark, say, say_count
from microhedge.reporting import charts, numbers
from microhedge.reporting.exhibits import (
    Block,
    Column,
    Page,
    bullets,
    chart,
    notice,
    table,
    typewriter,
)
from microhedge.reporting.numbers import DASH, plain, spoken_points
from microhedge.reporting.style import STROKES
from microhedge.reporting.sweeps import findings
from microhedge.reporting.sweeps.inputs import SweepSubject
from microhedge.reporting.sweeps.page_grid import failures

TOO_SHORT = mark("The sample is too short to choose by the past and see a year of what came of it.")


def page(subject: SweepSubject) -> Page:
    """Return the page on choosing by the past, with inputs, limits and how to run it again.

    Where there is no best cell there was nothing to choose, and the page is that of the inputs.
    """
    if subject.luck is None or subject.luck.evidence is None:
        return Page(
            title=say("Data, assumptions and how to reproduce"),
            nav=say("Data and assumptions"),
            label="walk",
            lead="",
            body=tuple(_inputs(subject)),
        )
    return Page(
        title=say("Would choosing by the past have worked?"),
        nav=say("Walk-forward, data and assumptions"),
        label="walk",
        lead="",
        body=(
            *_walk(subject, subject.luck, subject.luck.evidence.walk),
            *_inputs(subject),
        ),
    )


def _inputs(subject: SweepSubject) -> list[Block]:
    blocks: list[Block] = []
    if subject.reasons and len(subject.at):
        blocks.append(failures(subject))
    kinds = {kind for _, _, kind in subject.items}
    return [
        *blocks,
        table(
            [
                Column(say("Item"), "left"),
                Column(say("Value"), "left", "1fr"),
                Column(say("Kind"), "left"),
            ],
            [[item, value, say(kind)] for item, value, kind in subject.items],
            finding=say(
                "{items} of {kinds} kinds.",
                items=say_count("{n} input", "{n} inputs", len(subject.items)),
                kinds=len(kinds),
            ),
            sub=say("Kind: data, model, assumption or rule of the test."),
            size=8.0,
        ),
        bullets(say("Limits of this judgement"), subject.limits),
        typewriter(
            say("Reproduce"),
            [
                f"$ {subject.command}",
                f"microhedge {subject.version}   {subject.versions}",
                f"sweep   sha256 {subject.sweep_hash}",
                f"data    sha256 {subject.data_hash}",
            ],
        ),
    ]


def _walk(subject: SweepSubject, luck: SweepLuck, walk: WalkForward | None) -> list[Block]:
    if walk is None:
        return [notice(say("Not shown: choosing by the past"), say(TOO_SHORT))]
    return [_paths(subject, luck, walk), _years(subject, walk)]


def _paths(subject: SweepSubject, luck: SweepLuck, walk: WalkForward) -> Block:
    days = np.append(subject.walk_days[0] - 1, subject.walk_days).astype(np.int32)
    lines, ends = [], []
    for label, leads, look in (
        (say("Chosen each year"), walk.chosen_leads, "hedge"),
        (say("First choice kept"), walk.fixed_leads, "unhedged"),
        (say("Best of the whole sample"), walk.hindsight_leads, "selling"),
    ):
        path = 100.0 * np.exp(np.append(0.0, np.cumsum(leads)))
        ends.append(f"{label} {numbers.plain(float(path[-1]))}")
        lines.append(charts.Line(ends[-1], path, STROKES[look]))
    return chart(
        [charts.paths(days, lines, height=165.0, level=100.0)],
        finding=findings.chosen(walk),
        sub=say(
            "Value against the sale with the same tail loss up to each choice = 100; chosen at "
            "the end of each calendar year. The best of the whole sample nobody knew: it and the "
            "size of its sale are those of all years, the ones before the first choice included, "
            "so that over the years drawn it can end below the others."
        ),
        alt=say("Line chart of value over the sale. At the end: ") + "; ".join(ends) + ".",
    )


def _years(subject: SweepSubject, walk: WalkForward) -> Block:
    def name(cell: int | None) -> str:
        return DASH if cell is None else subject.names[cell]

    earned = [100.0 * year.chosen for year in walk.years]
    up = sum(value > 0.0 for value in earned)
    return table(
        [
            Column(say("Year"), "left"),
            Column(say("Chosen at the end of the year before"), "left", "1fr"),
            Column(say("Chosen"), tinted=True),
            Column(say("First choice kept")),
            Column(say("Whole sample")),
        ],
        [
            [
                str(year.year),
                name(year.cell),
                *(_signed(value) for value in (year.chosen, year.fixed, year.hindsight)),
            ]
            for year in walk.years
        ]
        + [
            [
                say("A year"),
                "",
                *(numbers.points(v) for v in (walk.chosen, walk.fixed, walk.hindsight)),
            ]
        ],
        finding=say(
            "What was chosen led its sale in {up} of {earned}.",
            up=up,
            earned=say_count("{n} year", "{n} years", len(earned)),
        ),
        sub=say(
            "Return over the sale in the year, %. First choice: {name}; the best of the whole "
            "sample {hindsight} a year.",
            name=name(walk.fixed_cell),
            hindsight=spoken_points(walk.hindsight),
        ),
        rules=[len(earned)],
        bold=[len(earned)],
        size=8.0,
    )


def _signed(value: float) -> str:
    return plain(100.0 * value, 1, signed=True)
