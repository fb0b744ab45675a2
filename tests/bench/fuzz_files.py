"""The long form of tests/sources/test_files_fuzz.py: `python tests/bench/fuzz_files.py [100000]`.

Prints how the mutated files ended, by refusal code.  A file that broke the rules is kept beside
its seed's number and the traceback ends the script.
"""

from __future__ import annotations

import random
import sys
import tempfile
import warnings
from collections import Counter
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent.parent), str(Path(__file__).parents[2] / "backtest")]

from sources.mutations import chain_outcome, chain_seeds, mutated, outcome, seeds  # noqa: E402 - found by the line above


def main(count: int) -> None:
    """Mutate *count* files, every fifth of them one of quotes; the same ones each time."""
    warnings.simplefilter("error")
    known, quotes = seeds(), chain_seeds()
    ends: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ABC.csv"
        for number in range(count):
            dice = random.Random(number)
            content, declared = (dice.choice(quotes), {}) if number % 5 == 0 else dice.choice(known)
            content = mutated(content, dice)
            try:
                if number % 5 == 0:
                    ends[f"quotes: {chain_outcome(path, content)}"] += 1
                else:
                    ends[outcome(path, content, declared)] += 1
            except BaseException:
                kept = Path(tempfile.gettempdir()) / f"fuzz_files_{number}.bin"
                kept.write_bytes(content)
                print(f"mutation {number} with {declared}: see {kept}")
                raise
    for code, times in ends.most_common():
        print(f"{times:>8,}  {code}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
