"""The runs of `money`, in processes with two seeds of Python's hashes, as figures."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from typing import Any

from prove.figures import Figure

SCRIPT = Path(__file__).with_name("money.py")


def chunk(span: tuple[int, int], every: int, seed: int) -> dict[str, Any]:
    """What `money` found in a process of its own."""
    done = subprocess.run(
        [sys.executable, str(SCRIPT), *map(str, span), str(every)],
        env=os.environ | {"PYTHONHASHSEED": str(seed)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def figures(runs: int, every: int, *, parts: int = 8) -> list[Figure]:
    """Play the runs twice; the plain loop is played beside every run of stock alone."""
    edges = [runs * k // parts for k in range(parts + 1)]
    spans = list(pairwise(edges))
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        first = list(pool.map(lambda span: chunk(span, every, 1), spans))
        again = list(pool.map(lambda span: chunk(span, 0, 2), spans))
    counts = {name: sum(one["counts"][name] for one in first) for name in first[0]["counts"]}
    worst = {name: max(one["worst"][name] for one in first) for name in first[0]["worst"]}
    same = sum(a["digest"] == b["digest"] for a, b in zip(first, again, strict=True))
    tried = f"{counts['runs']:,} runs, {counts['with options']:,} with options"
    return [
        Figure(
            "residual of the attribution / money moved",
            f"{tried}, {counts['fills']:,} fills",
            f"{worst['residual']:.1e}",
            "1e-9",
            worst["residual"] <= 1e-9,
        ),
        Figure(
            "equity from the ledger and the prices alone, relative",
            f"{counts['runs']:,} runs",
            f"{worst['replay']:.1e}",
            "1e-9",
            worst["replay"] <= 1e-9,
        ),
        Figure(
            "equity by the plain loop of tests/reference.py, relative",
            f"{counts['loops']:,} runs filled at the next close",
            f"{worst['loop']:.1e}",
            "1e-9",
            worst["loop"] <= 1e-9 and counts["loops"] > 0,
        ),
        Figure(
            "saved, loaded and compared by value",
            f"{counts['runs']:,} runs",
            f"{counts['runs'] - counts['read back']} differ",
            "0",
            counts["runs"] == counts["read back"] == runs,
        ),
        Figure(
            "the same bytes with PYTHONHASHSEED 1 and 2",
            f"2 × {counts['runs']:,} runs",
            f"{parts - same} of {parts} hashes differ",
            "0",
            same == parts,
        ),
    ]
