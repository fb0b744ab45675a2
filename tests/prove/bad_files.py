"""Is a broken file of prices or quotes read with every row accounted for, or refused?"""

from __future__ import annotations

import random
import sys
import tempfile
from collections import Counter
from pathlib import Path

from prove.figures import Figure
from sources.mutations import chain_outcome, chain_seeds, mutated, outcome, seeds

QUOTES = 5
"""Every so many-th file is one of option quotes."""


def tried(count: int) -> tuple[Counter[str], list[str]]:
    """Read so many mutated files, the same ones each time: how they ended, and what is wrong."""
    known, quotes = seeds(), chain_seeds()
    ends: Counter[str] = Counter()
    wrong = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ABC.csv"
        for number in range(count):
            dice = random.Random(number)
            quoted = number % QUOTES == 0
            content, declared = (dice.choice(quotes), {}) if quoted else dice.choice(known)
            content = mutated(content, dice)
            try:
                said = chain_outcome(path, content) if quoted else outcome(path, content, declared)
            except Exception as error:  # whatever is no refusal
                wrong.append(f"file {number}, {declared}: {error!r}")
            else:
                ends["read" if said == "read" else "refused"] += 1
    return ends, wrong


def figures(count: int) -> list[Figure]:
    """Mutate so many files."""
    ends, wrong = tried(count)
    for each in wrong[:20]:
        print(each, file=sys.stderr)
    ways = ", ".join(f"{how} {times:,}" for how, times in ends.most_common())
    return [
        Figure(
            "files of prices and quotes that are neither read with every row accounted for, nor "
            "refused in one line",
            f"{count:,} files ({ways})",
            f"{len(wrong)}",
            "0",
            not wrong,
        )
    ]
