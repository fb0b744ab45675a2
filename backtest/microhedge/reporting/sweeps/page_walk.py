"""Page 3: would choosing by the past have worked, and what is data and what assumption?"""

from __future__ import annotations

import numpy as np

from microhedge.analysis.luck import SweepLuck
from microhedge.analysis.walk_forward import WalkForward
from microhedge.analysis.wording import points
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
from microhedge.reporting.numbers import DASH, plain
from microhedge.reporting.style import STROKES
from microhedge.reporting.sweeps import findings
from microhedge.reporting.sweeps.inputs import SweepSubject
from microhedge.reporting.sweeps.page_grid import failures

TOO_SHORT = "The sample is too short to choose by the past and see a year of what came of it."


def page(subject: SweepSubject) -> Page:
    """Return the page on choosing by the past, with inputs, limits and how to run it again."""
    return Page(
        title="Would choosing by the past have worked?",
        nav="Walk-forward, data and assumptions",
        label="walk",
        lead="",
        body=(*_walk(subject), *_inputs(subject)),
    )


def _inputs(subject: SweepSubject) -> list[Block]:
    blocks: list[Block] = []
    if subject.reasons and len(subject.at):
        blocks.append(failures(subject))
    kinds = {kind for _, _, kind in subject.items}
    return [
        *blocks,
        table(
            [Column("Item", "left"), Column("Value", "left", "1fr"), Column("Kind", "left")],
            [list(item) for item in subject.items],
            finding=f"{numbers.plural(len(subject.items), 'input')} of {len(kinds)} kinds.",
            sub="Kind: data, model, assumption or rule of the test.",
            size=8.0,
        ),
        bullets("Limits of this judgement", subject.limits),
        typewriter(
            "Reproduce",
            [
                f"$ {subject.command}",
                f"microhedge {subject.version}   {subject.versions}",
                f"sweep   sha256 {subject.sweep_hash}",
                f"data    sha256 {subject.data_hash}",
            ],
        ),
    ]


def _walk(subject: SweepSubject) -> list[Block]:
    luck = subject.luck
    if luck is None or luck.evidence is None:
        why = subject.notes[0] if luck is None and subject.notes else None
        text = why or (luck.sentences[0] if luck else "Nothing was judged.")
        return [notice("Not shown: choosing by the past", text)]
    walk = luck.evidence.walk
    if walk is None:
        return [notice("Not shown: choosing by the past", TOO_SHORT)]
    return [_paths(subject, luck, walk), _years(subject, walk)]


def _paths(subject: SweepSubject, luck: SweepLuck, walk: WalkForward) -> Block:
    days = np.append(subject.walk_days[0] - 1, subject.walk_days).astype(np.int32)
    lines, ends = [], []
    for label, leads, look in (
        ("Chosen each year", walk.chosen_leads, "hedge"),
        ("First choice kept", walk.fixed_leads, "unhedged"),
        ("Best in hindsight", walk.hindsight_leads, "selling"),
    ):
        path = 100.0 * np.exp(np.append(0.0, np.cumsum(leads)))
        ends.append(f"{label} {numbers.plain(float(path[-1]))}")
        lines.append(charts.Line(ends[-1], path, STROKES[look]))
    return chart(
        [charts.paths(days, lines, height=165.0, level=100.0)],
        finding=findings.chosen(walk),
        sub="Value against the sale with the same tail loss up to each choice = 100; chosen at the "
        "end of each calendar year. The best in hindsight is known only afterwards.",
        alt="Line chart of value over the sale. At the end: " + "; ".join(ends) + ".",
    )


def _years(subject: SweepSubject, walk: WalkForward) -> Block:
    def name(cell: int | None) -> str:
        return DASH if cell is None else subject.names[cell]

    earned = [100.0 * year.chosen for year in walk.years]
    up = sum(value > 0.0 for value in earned)
    return table(
        [
            Column("Year", "left"),
            Column("Chosen at the end of the year before", "left", "1fr"),
            Column("Chosen", tinted=True),
            Column("First choice kept"),
            Column("Hindsight"),
        ],
        [
            [
                str(year.year),
                name(year.cell),
                *(_signed(value) for value in (year.chosen, year.fixed, year.hindsight)),
            ]
            for year in walk.years
        ]
        + [["A year", "", *(numbers.points(v) for v in (walk.chosen, walk.fixed, walk.hindsight))]],
        finding=f"What was chosen led its sale in {up} of {numbers.plural(len(earned), 'year')}.",
        sub=f"Return over the sale in the year, %. First choice: {name(walk.fixed_cell)}; "
        f"in hindsight {points(walk.hindsight)} a year.",
        rules=[len(earned)],
        bold=[len(earned)],
        size=8.0,
    )


def _signed(value: float) -> str:
    return plain(100.0 * value, 1, signed=True)
