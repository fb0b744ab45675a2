"""What does a judged sweep say, in the terms that its report reads?"""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from microhedge.reporting import numbers
from microhedge.reporting.naming import hedge_label
from microhedge.reporting.provenance import BASES, FILLS, tools
from microhedge.reporting.sweeps.inputs import MEASURES, Axis, SweepSubject

if TYPE_CHECKING:
    import pandas as pd

    from microhedge.sweeping.judgement import Judged

COMMAND = 240
"""Characters of the command line that are printed."""


def read(judged: Judged) -> SweepSubject:
    """Return everything that a report says about a sweep."""
    sweep, frame = judged.sweep, judged.frame
    fixed, about = sweep.header["fixed"], sweep.about
    places, axes = _placed(judged, frame)
    ran = frame["status"].to_numpy() == "ok"
    cells, row_of = np.unique(places[ran], axis=0, return_inverse=True)
    count = np.bincount(row_of, minlength=len(cells))
    place = np.full(len(cells), -1, np.int64)
    place[row_of] = judged.place[ran]
    failed = np.unique(places[~ran], axis=0)
    walk = judged.luck and judged.luck.evidence and judged.luck.evidence.walk
    return SweepSubject(
        holding=str(fixed["base"]["holding"]),
        strategy=hedge_label(str(fixed["hedge"])),
        shares=_shares(fixed["portfolio"]),
        start=date.fromisoformat(fixed["start"]),
        end=date.fromisoformat(fixed["end"]),
        sessions=int(about["sessions"]),
        phases=int(fixed["phases"]),
        tried=judged.tried,
        axes=axes,
        at=cells,
        judged=place,
        measures={
            name: np.bincount(
                row_of, frame[name].to_numpy(np.float64)[ran], minlength=len(cells)
            )
            / count
            for name in MEASURES
        },
        failed=failed,
        reasons=_reasons(frame),
        luck=judged.luck,
        names=judged.names,
        notes=judged.notes,
        items=_items(fixed, about),
        limits=_limits(fixed, about, judged),
        command=numbers.shortened(str(about["command"] or "microhedge.sweep(…)"), COMMAND),
        version=str(about["microhedge"]),
        versions=tools(),
        sweep_hash=judged.sweep.digest,
        data_hash=str(fixed["data"]),
        walk_days=sweep.evidence.day[walk.first + 1 :] if walk else np.zeros(0, np.int64),
    )


def _placed(judged: Judged, frame: pd.DataFrame) -> tuple[np.ndarray[Any, Any], tuple[Axis, ...]]:
    """Return the place of each row of the table on each axis; axes that move together are one."""
    axes, columns = [], []
    for group in judged.groups:
        spelled = [[str(value) for value in judged.sweep.header["axes"][name]] for name in group]
        values = list(zip(*(judged.sweep.header["axes"][name] for name in group), strict=True))
        order = judged.order(group[0])
        rank = {values[k]: place for place, k in enumerate(order)}
        rows = zip(*(frame[name].tolist() for name in group), strict=True)
        columns.append([rank[row] for row in rows])
        written = list(zip(*([_written(v, w) for v, w in zip(judged.sweep.header["axes"][name], s, strict=True)] for name, s in zip(group, spelled, strict=True)), strict=True))
        axes.append(
            Axis(
                numbers.shortened(" / ".join(name.replace("_", " ") for name in group)),
                tuple(numbers.shortened(" / ".join(written[k])) for k in order),
                judged.has_order(group[0]),
            )
        )
    shape = (len(frame), len(columns))
    return np.array(columns, np.int64).T.reshape(shape), tuple(axes)
