"""What does a judged sweep say, in the terms that its report reads?

The only module of this report that knows what a sweep is on disk.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import numpy as np

from microhedge.language import mark, say, say_count
from microhedge.reporting import numbers
from microhedge.reporting.naming import hedge_label
from microhedge.reporting.provenance import BASES, FILLS, tools
from microhedge.reporting.sweeps.inputs import MEASURES, Axis, SweepSubject
from microhedge.result import canonical
from microhedge.told import retold

if TYPE_CHECKING:
    import pandas as pd

    from microhedge.sweeping.judgement import Judged

MODEL_PRICES = mark("Option premiums are model prices: all cells share the model's error.")
COMMAND = 400
"""Characters of the command line that are printed."""
ERROR = 220
"""Characters of an error that are printed."""


def read(judged: Judged) -> SweepSubject:
    """Return everything that a report says about a sweep."""
    sweep, layout, frame = judged.sweep, judged.layout, judged.sweep.frame
    fixed, about = sweep.header["fixed"], sweep.about
    ran = frame["status"].to_numpy() == "ok"
    cells, row_of = np.unique(layout.cell[ran], return_inverse=True)
    first = np.unique(layout.cell, return_index=True)[1]
    lost = np.setdiff1d(layout.cell[~ran], cells)
    count = np.maximum(np.bincount(row_of, minlength=len(cells)), 1)
    number = np.full(len(cells), -1, np.int64)
    number[row_of] = judged.place[ran]
    evidence = judged.luck.evidence if judged.luck is not None else None
    walk = evidence.walk if evidence is not None else None
    luck = judged.luck and replace(judged.luck, sentences=tuple(map(retold, judged.luck.sentences)))
    notes = tuple(map(retold, judged.notes))
    told = str(about["command"] or say("microhedge.sweep(…) from Python"))
    options = bool(frame["realised_tenor"].notna().any())  # completed rolls count futures as well
    return SweepSubject(
        holding=numbers.shortened(str(fixed["base"]["holding"])),
        strategy=hedge_label(str(fixed["hedge"])),
        shares=_shares(fixed["portfolio"]),
        start=date.fromisoformat(fixed["start"]),
        end=date.fromisoformat(fixed["end"]),
        sessions=int(about["sessions"]),
        phases=int(fixed["phases"]),
        tried=judged.tried,
        axes=tuple(
            Axis(
                numbers.shortened(axis.name),
                tuple(map(numbers.shortened, axis.labels)),
                axis.ordered,
            )
            for axis in layout.axes
        ),
        at=layout.places[first[cells]],
        judged=number,
        measures={
            name: np.bincount(row_of, frame[name].to_numpy(np.float64)[ran], len(cells)) / count
            for name in MEASURES
        },
        failed=layout.places[first[lost]],
        reasons=_reasons(frame),
        luck=luck,
        names=tuple(numbers.shortened(name, 60) for name in judged.names),
        notes=notes,
        items=_items(fixed, about, options=options),
        limits=_limits(fixed, notes if luck else (), options=options),
        command=numbers.shortened(told, COMMAND),
        version=str(about["microhedge"]).partition("+")[0],
        versions=tools(),
        sweep_hash=sha256(canonical(sweep.header)).hexdigest(),
        data_hash=str(fixed["data"]),
        uses_options=options,
        walk_days=np.asarray(
            [] if walk is None else sweep.evidence.day[walk.first + 1 :], np.int64
        ),
    )


def _shares(portfolio: Mapping[str, Any]) -> str:
    if portfolio["shares"] is not None:
        return say_count("{n} share", "{n} shares", portfolio["shares"])
    value = portfolio["value"]
    return (
        say("a holding") if value is None else say("{value} in money", value=numbers.plain(value))
    )


def _reasons(frame: pd.DataFrame) -> tuple[tuple[str, int], ...]:
    """Return the errors and how many rows each stopped, the most frequent first."""
    bad = frame[frame["status"] != "ok"]
    told = Counter(numbers.shortened(str(error), ERROR) for error in bad["error"])
    return tuple(sorted(told.items(), key=lambda one: (-one[1], one[0])))


def _items(
    fixed: Mapping[str, Any], about: Mapping[str, Any], *, options: bool
) -> tuple[tuple[str, str, str], ...]:
    """Return what went in: item, value and kind."""
    found = [
        (
            say("Prices, {symbol}", symbol=one["symbol"]),
            f"{say(BASES.get(one['basis'], one['basis']))}; {one['source']}",
            "data",
        )
        for one in about["sources"]
    ]
    rate = (
        say("the 3-month Treasury") if fixed["rate"] is None else numbers.percent(fixed["rate"], 2)
    )
    own = ", ".join(
        f"{name.replace('_', ' ')} {value}"
        for name, value in fixed["base"].items()
        if name != "holding"
    )
    vol = say("by what the data cover") if fixed["vol"] is None else str(fixed["vol"])
    found.append((say("Interest rate"), rate, "assumption"))
    if options:
        text = say("{vol}, unless it is an axis", vol=vol)
        found.append((say("Implied volatility"), text, "model"))
    found += [
        (say("Parameters"), say("{own}, unless they are axes", own=own), "rule"),
        (say("Fills"), say(FILLS.get(fixed["rules"]["fill"], fixed["rules"]["fill"])), "rule"),
    ]
    return tuple(
        (numbers.shortened(a, 40), numbers.shortened(b, 160), kind) for a, b, kind in found
    )


def _limits(fixed: Mapping[str, Any], notes: tuple[str, ...], *, options: bool) -> tuple[str, ...]:
    found = list(notes)
    if fixed["phases"] > 1:
        found.append(
            say(
                "Each cell is the mean over {phases} roll dates, spread over a quarter, and every "
                "cell is measured from the last of their starts.",
                phases=fixed["phases"],
            )
        )
    if options and not fixed["chains"]:
        found.append(say(MODEL_PRICES))
    return (
        *found,
        say(
            "The sale with the same tail loss is a constant mix of the holding and cash. Its size "
            "is known only afterwards: it makes prices comparable and is no rule that was followed."
        ),
        say(
            "Cash and the holding alone are those of the schedule of costs that the sweep began "
            "with, also where costs are an axis."
        ),
        say(
            "One holding and one period: what is counted here is the number of cells of this "
            "sweep, and not the sweeps that were run before it."
        ),
    )
