"""What a sweep costs a cell, a worker, the wire and the disk, and how it scales.

`python tests/bench/scale_sweep.py` prints the numbers of `docs/scale.md`.  Dask rows need the
package distributed.  Times are wall seconds beside the CPU seconds of every process.
"""

from __future__ import annotations

import gc
import json
import os
import pickle
import resource
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from time import perf_counter, process_time, sleep

sys.path.insert(0, str(Path(__file__).parents[1]))

from grid_jobs import cheap, pairs, puts

import microhedge as mh
from microhedge.declaration import build
from microhedge.loading import load
from microhedge.sources import bundled
from microhedge.sweeping import runner
from microhedge.sweeping.cell import run_cells
from microhedge.sweeping.driver import carry_out
from microhedge.sweeping.plan import Plan, axes_of, planned, travelling

# of this program alone: the usual figure begins with that of the process that started it
PEAK = "int(open('/proc/self/status').read().split('VmHWM:')[1].split()[0]) / 1024"


def shipped(name: str, axes: Mapping[str, object], **fixed: object) -> Plan:
    """Plan a shipped strategy on AAPL from its first possible session to the last."""
    hedge = build(load(name), {"holding": "AAPL", **fixed})
    market, hold = bundled(), mh.Portfolio(shares=1000)
    return planned(hedge, market, hold, axes_of(type(hedge), axes))


def cells() -> None:
    """Print what one cell costs."""
    put = {"moneyness": "0.80:0.98:0.02", "tenor": "91,182"}
    pair = {"band": "0.02:0.20:0.02", "window": "252,504"}
    plans = {
        "pair, 7,560 days": pairs(),
        "puts, 7,560 days": puts(),
        "pair-short": shipped("pair-short", pair, peer="MSFT"),
        "protective-put, 3 phases": shipped("protective-put", put),
        "300 days, 15 trades": cheap(),
    }
    print(f"{'':26}{'ms CPU':>8}{'of it run':>10}{'bytes out':>10}{'job':>10}")
    for name, plan in plans.items():
        bench, some = plan.bench(), range(0, len(plan.grid), max(1, len(plan.grid) // 21))
        bench.cell(0)
        began = process_time()
        done = run_cells(bench, tuple(some))
        each = (process_time() - began) / len(some)
        began = process_time()
        for number in some:
            bench.play(plan.grid.at(number))
        run = (process_time() - began) / len(some)
        wire = len(pickle.dumps(done)) // len(some)
        job = len(pickle.dumps(travelling(plan)))
        print(f"{name:26}{1e3 * each:8.1f}{1e3 * run:10.1f}{wire:10,}{job:10,}")


def local() -> None:
    """Print how processes scale, and the size of chunks."""
    print(f"\n{'pairs':26}{'wall s':>8}{'CPU s':>8}")
    for workers in (0, 2):
        timed(f"{workers or 1} processes", lambda w=workers: carry_out(pairs(), workers=w))
    usual = runner.CHUNK_SECONDS
    for seconds in (0.005, 0.05, 0.3, 1.0):
        runner.CHUNK_SECONDS = seconds
        timed(f"2 processes, chunks {seconds} s", lambda: carry_out(pairs(), workers=2))
    runner.CHUNK_SECONDS = usual


def timed(name: str, work: object) -> None:
    """Print wall and CPU seconds of this process and of those that it started."""
    assert callable(work)
    before, began = spent(), perf_counter()
    work()
    wall = perf_counter() - began
    print(f"{name:26}{wall:8.1f}{spent() - before:8.1f}", flush=True)


def spent() -> float:
    """Return CPU seconds of this process and its finished children."""
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in both)


def driver() -> None:
    """Print how the driver's memory grows with the number of cells."""
    print(f"\n{'cells':26}{'wall s':>8}{'peak MB':>8}{'us/cell':>9}")
    for parts in (10, 100, 1000):
        script = (
            "import time; from grid_jobs import cheap\n"
            "from microhedge.sweeping import driver\n"
            "from microhedge.sweeping.job import Bench, Cell\n"
            f"plan = cheap(parts={parts}, days=100)\n"
            "one = plan.bench().cell(0)\n"
            # nothing but the driver's own work: every cell has the answer of the first
            "Bench.cell = lambda self, number: Cell(number, one.stats, one.returns)\n"
            "began = time.process_time(); driver.carry_out(plan, workers=0)\n"
            "took = time.process_time() - began\n"
            f"print(took, {PEAK})"
        )
        told = subprocess.run(
            [sys.executable, "-c", script], capture_output=True, text=True, check=True
        ).stdout.split()
        count = parts * 100
        each = 1e6 * float(told[0]) / count
        print(f"{count:<26,}{float(told[0]):8.1f}{float(told[1]):8.0f}{each:9.0f}", flush=True)


def worker() -> None:
    """Print the peak memory of a worker."""
    with tempfile.TemporaryDirectory() as folder:
        put = {"moneyness": "0.80:0.98:0.02", "tenor": "91,182"}
        for name, plan in (("pairs", pairs()), ("protective-put", shipped("protective-put", put))):
            job = Path(folder, "job")
            job.write_bytes(pickle.dumps(travelling(plan)))
            script = (
                "from microhedge.sweeping.cell import run_chunk\n"
                "from microhedge.sweeping.build import build\n"
                f"run_chunk({str(job)!r}, build(), tuple(range(20)))\n"
                f"print({PEAK})"
            )
            told = subprocess.run(
                [sys.executable, "-c", script], capture_output=True, text=True, check=True
            ).stdout
            print(f"a worker after 20 cells of {name}: {float(told):.0f} MB")


def dask() -> None:
    """Print how a cluster on this machine scales."""
    with tempfile.TemporaryDirectory() as folder:
        about = Path(folder, "scheduler.json")
        command = [sys.executable, "-m"]
        options = ["--no-dashboard", "--scheduler-file", str(about)]
        quiet = {"stderr": subprocess.DEVNULL, "cwd": folder}
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
        scheduler = subprocess.Popen(
            [
                *command,
                "distributed.cli.dask_scheduler",
                "--host",
                "127.0.0.1",
                "--port",
                "0",
                *options,
            ],
            env=environment,
            **quiet,  # type: ignore[call-overload]
        )
        while not about.exists() or not about.read_text():
            sleep(0.1)
        address = json.loads(about.read_text())["address"]
        workers = []
        for count in (1, 2):
            workers.append(
                subprocess.Popen(
                    [*command, "distributed.cli.dask_worker", "--nthreads", "1", *options],
                    env=environment,
                    **quiet,  # type: ignore[call-overload]
                )
            )
            sleep(5)
            carry_out(cheap(parts=4, days=5), cluster=address)
            timed(f"dask, {count} workers", lambda: carry_out(pairs(), cluster=address))
        for process in (*workers, scheduler):
            process.terminate()
            process.wait()


def main() -> None:
    """Print everything."""
    # the processes that are started need the jobs of the tests as well
    os.environ["PYTHONPATH"] = os.pathsep.join(sys.path)
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    cells()
    gc.collect()
    worker()
    driver()
    local()
    dask()
    print(f"load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
