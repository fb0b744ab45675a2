"""One engine on one job in this process; prints a line of JSON.  `peers.py` runs it."""

from __future__ import annotations

import importlib
import json
import statistics
import sys
import time
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent), str(HERE / "peers")]

FEWEST, MOST, SECONDS = 1, 15, 2.0


def main(engine: str, job: str) -> None:
    """Play a job until it has taken two seconds, the first time apart; CPU time, the median."""
    peer = importlib.import_module(engine)
    made = peer.ready(job)
    began = time.process_time()
    curve = peer.run(job, made)
    first = time.process_time() - began
    times: list[float] = []
    while len(times) < FEWEST or (len(times) < MOST and sum(times) < SECONDS):
        began = time.process_time()
        peer.run(job, made)
        times.append(time.process_time() - began)
    found = {
        "version": peer.VERSION,
        "seconds": statistics.median(times),
        "first": first,
        "end": float(curve[-1]),
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
