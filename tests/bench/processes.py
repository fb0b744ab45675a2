"""Whole processes: CPU seconds and peak memory of what a user types, least of several runs.

`python tests/bench/processes.py` prints one line each; `/usr/bin/time -v` gives the same figures.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROUNDS = 3
TIMES = [sys.executable, "-c"]
COMMAND = [sys.executable, "-m", "microhedge"]
DEMO = [
    *COMMAND,
    *"compare AAPL --shares 1000 --weight 0.4 --with protective-put".split(),
    *"--with index-peer-short:peer=MSFT --report demo.pdf".split(),
]
JOBS = {
    "python, nothing": [*TIMES, "pass"],
    "python, numpy": [*TIMES, "import numpy"],
    "pandas, and the bars read": [
        *TIMES,
        "import pandas, microhedge.folders as f;"
        "pandas.read_parquet(f.folder('data') / 'equity_bars.parquet')",
    ],
    "microhedge --help": [*COMMAND, "--help"],
    "microhedge run --help": [*COMMAND, "run", "protective-put", "--help"],
    "one run, no report": [
        *COMMAND,
        *"run protective-put --holding AAPL --shares 1000 --weight 0.4".split(),
    ],
    "the demo, with its report": DEMO,
}


def measure(command: list[str], folder: str) -> tuple[float, float]:
    """Return CPU seconds and peak megabytes of one process."""
    child = subprocess.Popen(
        command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {child.returncode}")
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def main() -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as folder:
        for name, command in JOBS.items():
            runs = [measure(command, folder) for _ in range(ROUNDS)]
            cpu, memory = min(r[0] for r in runs), max(r[1] for r in runs)
            print(f"{name:28} {cpu:7.3f} s CPU {memory:7.0f} MB peak")
        size = Path(folder, "demo.pdf").stat().st_size // 1024
        print(f"{'size of the report':28} {size:7d} KB")


if __name__ == "__main__":
    main()
