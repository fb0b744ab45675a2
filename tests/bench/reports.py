"""What a report costs: CPU seconds once warm, its size, and the memory of ten in one process.

`python tests/bench/reports.py` prints one line each.  The first report is the demo's with its
bands; the second has thirty years of Exxon and three shorts; the third is the sample of the tests
with 2,000 rolls, over 5,000 sessions.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

import microhedge as mh
from microhedge.comparison import Comparison
from microhedge.declaration import build
from microhedge.loading import load
from microhedge.reporting.exhibits import parts
from microhedge.reporting.inputs import Subject
from microhedge.reporting.model import model
from microhedge.reporting.reading import read
from microhedge.reporting.render import render

sys.path.insert(0, str(Path(__file__).parents[1]))

from reporting.sample import subject

ROUNDS = 5
STAMP = date(2020, 1, 2)


def compared(start: date | None = None) -> Comparison:
    """Play the demo's two hedges, from a day on."""
    hedges = [
        build(load("protective-put"), {"holding": "AAPL"}),
        build(load("index-peer-short"), {"holding": "AAPL", "peer": "MSFT"}),
    ]
    hold = mh.Portfolio(shares=1000, weight=0.4)
    return mh.compare(hedges, mh.data.bundled(), hold, start=start)


def shorts() -> Comparison:
    """Play three shorts against Exxon over thirty years."""
    asked = {"pair-short": {"peer": "CVX"}, "index-peer-short": {"peer": "CVX"}, "index-short": {}}
    hedges = [build(load(name), {"holding": "XOM", **given}) for name, given in asked.items()]
    return mh.compare(hedges, mh.data.bundled(), mh.Portfolio(value=100_000, weight=0.3))


def timed(found: Subject) -> tuple[float, int, int]:
    """Return the least CPU seconds of some renderings, the first apart; bytes, and charts."""
    times = []
    for _ in range(ROUNDS + 1):
        began = time.process_time()
        made = model(found)
        pdf = render(made, timestamp=STAMP)
        times.append(time.process_time() - began)
    blocks = [*made["front"], *(block for page in made["pages"] for block in page["body"])]
    charts = sum(part["kind"] == "chart" for block in blocks for part in parts(block))
    return min(times[1:]), len(pdf), charts


def resident() -> float:
    """Return the megabytes that this process holds now."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def grown() -> float:
    """Return the megabytes by which ten reports grow the process, after one that warms it."""
    played = [compared(date(year, 1, 2)) for year in range(2003, 2014)]
    with tempfile.TemporaryDirectory() as folder:
        mh.report(played[0], Path(folder, "first.pdf"))
        before = resident()
        for number, found in enumerate(played[1:]):
            mh.report(found, Path(folder, f"{number}.pdf"))
        return resident() - before


def main() -> None:
    """Print the figures."""
    for name, found in (
        ("the demo's report", read(compared().with_bands())),
        ("three shorts of Exxon", read(shorts())),
        ("2,000 rolls", subject(count=5000, rolls=2000)),
    ):
        seconds, size, charts = timed(found)
        print(f"{name:28} {seconds:7.2f} s CPU {size // 1024:7d} KB {charts:4d} charts")
    print(f"{'ten reports in one process':28} {grown():7.1f} MB more")


if __name__ == "__main__":
    main()
