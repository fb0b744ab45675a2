"""Is anything lost when a sweep is killed?  20 times `kill -9`, then one table to compare.

`python tests/bench/kill_sweep.py` sweeps 5,000 cells of a cheap strategy on two processes, kills
driver and workers at random moments 20 times, each time starting the same sweep again, and
compares the table and the daily returns with those of a sweep that nobody disturbed.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from time import monotonic, sleep

sys.path.insert(0, str(Path(__file__).parents[1]))

from grid_jobs import cheap

from microhedge.sweeping.driver import carry_out
from microhedge.sweeping.plan import Plan

KILLS, CELLS = 20, 5000
TESTS = Path(__file__).parents[1]


def plan() -> Plan:
    """Plan the cells."""
    return cheap(parts=50, days=CELLS // 50)


def killed(folder: Path, after: float) -> bool:
    """Start the sweep, and kill its processes when it has recorded some cells more."""
    process = subprocess.Popen(
        [sys.executable, __file__, str(folder)],
        start_new_session=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join([*sys.path, str(TESTS)])},
    )
    before, until = recorded(folder), monotonic() + 120
    while process.poll() is None and recorded(folder) == before and monotonic() < until:
        sleep(0.005)
    sleep(after)
    alive = process.poll() is None
    if alive:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    return alive


def recorded(folder: Path) -> int:
    """Count the lines of the journal."""
    path = folder / "journal.jsonl"
    return path.read_bytes().count(b"\n") if path.exists() else 0


def main() -> None:
    """Kill, go on, compare."""
    # the processes that are started need the jobs of the tests as well
    os.environ["PYTHONPATH"] = os.pathsep.join(sys.path)
    place = Path(tempfile.mkdtemp())
    rng, kills = random.Random(7), 0
    while kills < KILLS:
        alive = killed(place / "killed", rng.uniform(0.0, 0.5))
        kills += alive
        print(f"kill {kills}: {recorded(place / 'killed') - 1:,} cells recorded")
        if not alive:
            break
    again = carry_out(plan(), workers=2, out=place / "killed")
    whole = carry_out(plan(), workers=2, out=place / "whole")
    for name in ("results.parquet", "returns.f4"):
        same = (again.folder / name).read_bytes() == (whole.folder / name).read_bytes()
        print(f"{name}: {'the same to the last bit' if same else 'DIFFERENT'}")
    print(f"{len(again.frame):,} cells after {kills} kills")
    shutil.rmtree(place)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        carry_out(plan(), workers=2, out=Path(sys.argv[1]))
    else:
        main()
