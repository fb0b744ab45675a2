"""`make prove`: everything that can be proven by trying, in its long form.

`python tests/prove/everything.py [--page docs/fidelity.md] [PART …]` prints a table for each part
and keeps it on the page; without a part, all of them.  The short forms are in the suite.
"""

from __future__ import annotations

import argparse
import sys
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent / "bench"), str(HERE.parents[1] / "backtest")]

from prove import (  # noqa: E402 - found by the line above
    bad_files,
    bad_input,
    faults,
    look_ahead,
    money_figures,
    outside,
    soak,
    surroundings,
)
from prove.figures import Figure, aligned, keep, markdown  # noqa: E402

PARTS: dict[str, Callable[[], Sequence[Figure]]] = {
    "look-ahead": lambda: look_ahead.figures(cuts=200),
    "outside": outside.figures,
    "bad input": lambda: [
        *bad_input.figures(count=100_000),
        *bad_files.figures(count=100_000),
    ],
    "faults": lambda: faults.figures(kills=40),
    "surroundings": surroundings.figures,
    "soak": lambda: soak.figures(runs=2_000),
    "money": lambda: money_figures.figures(runs=10_000, every=50),
}


def main() -> int:
    """Run the parts that were asked for; 1 if a figure is beyond its bound."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--page", type=Path)
    asked.add_argument("parts", nargs="*", choices=[*PARTS, []], metavar="PART")
    given = asked.parse_args()
    warnings.simplefilter("error")
    failed = False
    for part in given.parts or PARTS:
        found = PARTS[part]()
        print(f"\n{part}\n{aligned(found)}", flush=True)
        failed |= not all(figure.holds for figure in found)
        if given.page is not None:
            keep(given.page, part, markdown(found))
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
