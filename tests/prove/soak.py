"""Does memory stay flat over thousands of runs in one process?

`python tests/prove/soak.py RUNS WARM` prints the MB after the first WARM runs, and after all.
"""

from __future__ import annotations

import gc
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent), str(HERE.parents[1] / "backtest")]

from prove.figures import Figure  # noqa: E402 - found by the line above
from prove.random_runs import case  # noqa: E402

from microhedge.engine import simulate  # noqa: E402


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
    """A quarter of the runs warms up; the others may add 4 kB each at most."""
    if not Path("/proc/self/statm").exists():
        return []
    # other proofs would have filled the memory of this process
    done = subprocess.run(
        [sys.executable, __file__, str(runs), str(runs // 4)],
        capture_output=True,
        text=True,
        check=True,
    )
    before, after = map(float, done.stdout.split())
    allowed = 0.004 * (runs - runs // 4)
    return [
        Figure(
            "memory that runs in one process leave behind",
            f"{runs:,} runs, from the {runs // 4:,}th on; {before:.0f} MB before",
            f"{after - before:+.1f} MB",
            f"{allowed:.0f} MB",
            after - before <= allowed,
        )
    ]


if __name__ == "__main__":
    print(*grown(*map(int, sys.argv[1:3])))
