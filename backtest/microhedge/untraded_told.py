"""What did a hedge want and not get, and why?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from microhedge.logged import quoted
from microhedge.result import Column
from microhedge.runs import Run
from microhedge.told import Told, told, told_count

Fact = tuple[str, Told]


def untraded_told(runs: Sequence[Run]) -> list[Fact]:
    """Say which orders lapsed, what no whole contract or share was for, and what stayed open."""
    found: list[Fact] = []
    for run in runs:
        if run.result is None:
            continue
        log = run.result.tables["log"]
        lapsed = np.flatnonzero(log["code"] == "unfilled")
        if len(lapsed):
            text = told_count(
                "{name}: {n} order lapsed, the first because: {reason}.",
                "{name}: {n} orders lapsed, the first because: {reason}.",
                len(lapsed),
                name=run.name,
                reason=quoted(log["text"][lapsed[0]]),
            )
            found.append(("lapsed", text))
        held = len(run.result.tables["fills"]["role"]) > 0
        found += _too_small(run.name, log["code"], log["text"], held=held)
        open_closes = run.stats["uncovered_sessions"]
        if open_closes:
            text = told_count(
                "{name}: on {n} session less than half of what was wanted was covered.",
                "{name}: on {n} sessions less than half of what was wanted was covered.",
                open_closes,
                name=run.name,
            )
            found.append(("uncovered", text))
    return found


def _too_small(name: str, codes: Column, texts: Column, *, held: bool) -> list[Fact]:
    """Say where a position would have been less than a contract or a share."""
    found: list[Fact] = []
    unfit = np.flatnonzero(codes == "no-contracts")
    if len(unfit):
        reason = quoted(texts[unfit[0]])
        text = told(
            "{name} never held anything: {reason} (one is on 100 shares, or 100 times an index).",
            name=name,
            reason=reason,
        )
        if held:
            text = told(
                "{name} could not always hold what it wanted: {reason} (one is on 100 shares, or "
                "100 times an index).",
                name=name,
                reason=reason,
            )
        found.append(("no-contracts", text))
    small = np.flatnonzero(codes == "no-shares")
    if len(small):
        found.append(
            ("no-shares", told("{name}: {reason}.", name=name, reason=quoted(texts[small[0]])))
        )
    return found
