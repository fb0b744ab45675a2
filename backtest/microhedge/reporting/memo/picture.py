"""How did item and hedge move against each other, from the designation to the end?"""

from __future__ import annotations

from typing import Any

import numpy as np

from microhedge.language import say
from microhedge.reporting import charts
from microhedge.reporting.exhibits import chart, drawn
from microhedge.reporting.memo.facts import Facts
from microhedge.reporting.memo.retrospective import Lookback
from microhedge.reporting.numbers import in_words, money_unit, percent, plain
from microhedge.reporting.reading import currency_of
from microhedge.reporting.style import STROKES
from microhedge.tape import Floats

HEIGHTS = (340.0, 300.0, 260.0, 220.0, 180.0, 150.0, 120.0)


def picture(facts: Facts, seen: Lookback) -> dict[str, Any]:
    """Return the chart of both cumulative changes, in several heights: the page takes what fits."""
    item, hedge = _summed(seen.item), -_summed(seen.hedge)
    unit, places, word = money_unit([*item.tolist(), *hedge.tolist()])
    ends = [
        (say("Item"), float(item[-1]) / unit),
        (say("Hedge, sign turned"), float(hedge[-1]) / unit),
    ]
    strokes = (STROKES["unhedged"], STROKES["hedge"])
    lines = [
        charts.Line(f"{name} {plain(end, places)}", values / unit, stroke)
        for (name, end), values, stroke in zip(ends, (item, hedge), strokes, strict=True)
    ]
    days = facts.result.day[seen.bounds]
    figures = [charts.paths(days, lines, height=height, level=0.0, last=1) for height in HEIGHTS]
    currency = f"{currency_of(facts.comparison)} {word}".strip()
    found = chart(
        figures,
        name="offset",
        finding=_finding(seen),
        sub=say(
            "Cumulative change since {day} by month, {currency}; the lines would be one if every "
            "change were offset.",
            day=in_words(facts.day(facts.first)),
            currency=currency,
        ),
        alt=say("Line chart of cumulative changes. At the end: ")
        + "; ".join(f"{name} {plain(end, places)}" for name, end in ends)
        + f" ({currency}).",
    )
    return {**drawn(found), "number": say("Figure 1")}


def _summed(changes: Floats) -> Floats:
    return np.concatenate(([0.0], np.cumsum(changes)))


def _finding(seen: Lookback) -> str:
    if seen.cumulative is None:
        return say("The item hardly moved in all: there is no cumulative offset.")
    rose = say("rose") if float(seen.item.sum()) > 0.0 else say("fell")
    if seen.cumulative < 0.0:
        return say(
            "The item {rose}; the hedge moved with it: an offset of {cumulative}.",
            rose=rose,
            cumulative=percent(seen.cumulative),
        )
    return say(
        "The item {rose}; the hedge offset {cumulative} of it.",
        rose=rose,
        cumulative=percent(seen.cumulative),
    )
