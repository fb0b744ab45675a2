"""microhedge beside the limit, a plain loop and other engines, on the jobs of `recipe.py`.

`python tests/bench/peers.py [FOLDER]` makes an environment for each engine in the folder
(.bench), or says in a line why it cannot; plays every job in turns; and prints CPU milliseconds
from the prices to the equity curve, with ratios taken round by round, because one and the same
job moves by half between two moments of a machine.  The end of every curve is compared with the
known answer.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from recipe import ANSWERS

HERE = Path(__file__).parent
ROUNDS = 3
OURS = "microhedge"
LEFT_OUT = {("nautilus", "minutes"), ("backtrader", "minutes"), ("bt", "minutes")}
"""Ten seconds and more a run, which say nothing that the shorter jobs do not say."""

CLOSE = {"vectorbt": 10.0, "backtesting": 10.0, "bt": 10.0, "backtrader": 10.0, "nautilus": 10.0}
"""Dollars by which an engine may end elsewhere: a put's price has a floor there."""


@dataclass(frozen=True)
class Engine:
    """A module of `peers/` and what its environment needs; nothing: it runs in ours."""

    name: str
    module: str
    needs: tuple[str, ...] = ()


ENGINES = (
    Engine(OURS, "microhedge_"),
    Engine("limit (numpy)", "limit"),
    Engine("plain loop", "plain_loop"),
    Engine("vectorbt", "vectorbt_", ("vectorbt==1.2.0",)),
    Engine("backtesting", "backtesting_", ("backtesting==0.6.6", "scipy")),
    Engine("bt", "bt_", ("bt==1.4.1", "scipy")),
    Engine("nautilus", "nautilus_", ("nautilus-trader==1.221.0", "scipy")),
    Engine("backtrader", "backtrader_", ("backtrader==1.9.78.123", "numpy", "pandas", "scipy")),
)


def prepared(engine: Engine, folder: Path) -> Path | None:
    """Return the Python of an engine's environment, made if it is not there; None if it cannot."""
    if not engine.needs:
        return Path(sys.executable)
    place = folder / engine.module.rstrip("_")
    python = place / "bin" / "python"
    ready = place / "ready"
    if not ready.exists():
        place.parent.mkdir(parents=True, exist_ok=True)
        for command in (
            [sys.executable, "-m", "venv", "--clear", str(place)],
            [str(python), "-m", "pip", "install", "--quiet", *engine.needs],
        ):
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
                print(f"{engine.name} is left out: {reason}")
                return None
        ready.touch()
    return python


def played(python: Path, engine: Engine, job: str) -> dict[str, float | str] | None:
    """Measure an engine on a job in a process of its own."""
    command = [str(python), "-W", "ignore", str(HERE / "measure.py"), engine.module, job]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        print(f"{engine.name} is left out of {job}: {reason}")
        return None
    found: dict[str, float | str] = json.loads(done.stdout.splitlines()[-1])
    off = abs(float(found["end"]) - ANSWERS[job])
    if off > CLOSE.get(engine.name, 0.005):
        raise SystemExit(f"{engine.name} ended {job} at {found['end']}, {off:.2f} off the answer")
    return found


def main(folder: str = ".bench") -> None:
    """Print a table for each job."""
    pythons = {engine: prepared(engine, Path(folder).resolve()) for engine in ENGINES}
    for job in ANSWERS:
        times: dict[str, list[float]] = {}
        versions: dict[str, str] = {}
        lost: set[str] = set()
        for _ in range(ROUNDS):
            for engine, python in pythons.items():
                if python is None or (engine.name, job) in LEFT_OUT or engine.name in lost:
                    continue
                found = played(python, engine, job)
                if found is None:
                    lost.add(engine.name)
                    continue
                times.setdefault(engine.name, []).append(float(found["seconds"]))
                versions[engine.name] = str(found["version"])
        print(f"\n{job:24}{'CPU ms':>12}{'to ours, least / median / most':>34}")
        for name, taken in times.items():
            ratios = [theirs / ours for theirs, ours in zip(taken, times[OURS], strict=False)]
            spread = f"{min(ratios):.3g} / {statistics.median(ratios):.3g} / {max(ratios):.3g}"
            line = f"{name:24}{1e3 * statistics.median(taken):12.2f}{spread:>34}"
            print(f"{line}   {versions[name]}")


if __name__ == "__main__":
    main(*sys.argv[1:])
