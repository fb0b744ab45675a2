"""Does memory stay flat over thousands of runs in one process?"""

from __future__ import annotations

import gc
from pathlib import Path

from prove.figures import Figure
from prove.random_runs import case

from microhedge.engine import simulate


def resident() -> float:
    """Memory of this process in MB, as Linux tells it."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096 / 1e6


def grown(runs: int, warm: int) -> tuple[float, float]:
    """Memory after the first `warm` runs, and after all of them, in MB."""
    before = 0.0
    for number in range(runs):
        if number == warm:
            gc.collect()
            before = resident()
        made = case(number)
        result = simulate(made.hedge, made.setup)
        assert len(result.curves["equity"]) == len(result.day)
    gc.collect()
    return before, resident()


def figures(runs: int) -> list[Figure]:
    """A quarter of the runs warms up; the others may add a hundredth of a MB each at most."""
    if not Path("/proc/self/statm").exists():
        return []
    before, after = grown(runs, runs // 4)
    allowed = 0.01 * (runs - runs // 4)
    return [
        Figure(
            "memory that runs in one process leave behind",
            f"{runs:,} runs, from the {runs // 4:,}th on; {before:.0f} MB before",
            f"{after - before:+.1f} MB",
            f"{allowed:.0f} MB",
            after - before <= allowed,
        )
    ]
