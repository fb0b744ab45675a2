"""What was traded, and how is all of it made again?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from microhedge.language import say, say_count
from microhedge.reporting.exhibits import Block, Column, table, typewriter
from microhedge.reporting.memo.facts import Facts
from microhedge.reporting.memo.retrospective import Leg
from microhedge.reporting.memo.section_designation import SIZE
from microhedge.reporting.numbers import count, in_words, iso, plain, shortened
from microhedge.reporting.provenance import tools


def rebalancing(facts: Facts, legs: tuple[Leg, ...], ends: int) -> list[Block]:
    """Return as many of the first and of the last trades, and how many there were."""
    fills = facts.fills
    sessions = fills["session"]
    total = len(sessions)
    left_out = range(ends, total - ends)
    rows = [
        [
            count(k + 1),
            iso(facts.day(int(sessions[k]))),
            shortened(str(fills["instrument"][k]), 40),
            plain(float(fills["quantity"][k] * fills["multiplier"][k])),
            plain(float(fills["mid"][k]), 2),
            say(str(fills["source"][k])),
        ]
        for k in range(total)
        if k not in left_out
    ]
    days = len(np.unique(sessions))
    adjusted = int(np.count_nonzero(facts.result.tables["log"]["code"] == "adjusted"))
    text = say(
        "{sessions} on {days}",
        sessions=say_count("{n} fill", "{n} fills", len(sessions)),
        days=say_count("{n} session", "{n} sessions", days),
    )
    if legs:
        open_legs = int(np.count_nonzero(facts.legs["closed"] < 0))
        text += say(
            "; {legs}, {open_legs} open at the end",
            legs=say_count("{n} completed leg", "{n} completed legs", len(legs)),
            open_legs=count(open_legs),
        )
    if adjusted:
        text += say(
            "; {adjusted} adjusted for splits or special dividends",
            adjusted=say_count("{n} contract", "{n} contracts", adjusted),
        )
    columns = [
        Column(say("Trade")),
        Column(say("Date"), "left"),
        Column(say("Instrument"), "left", "1fr"),
        Column(say("Shares")),
        Column(say("Price")),
        Column(say("From")),
    ]
    last = in_words(facts.day(-1))
    note = say(
        "{text}, to {last}. The whole log is in the CSV, parts trade and adjustment.",
        text=text,
        last=last,
    )
    rules = [ends] if left_out else []
    return [table(columns, rows, finding="", sub="", note=note, size=SIZE, rules=rules)]


def files(facts: Facts, named: Sequence[tuple[str, str]]) -> list[Block]:
    """Return every hash, the versions and the command that makes the run again."""
    comparison = facts.comparison
    lines = [f"$ {comparison.command}"]
    lines += [f"{what:<7} sha256 {digest}" for what, digest in named]
    lines += [
        f"config  sha256 {comparison.config_hash}",
        f"data    sha256 {comparison.data_hash}",
        f"run     sha256 {facts.result.hash}",
        tools(),
    ]
    return [typewriter("", lines)]
