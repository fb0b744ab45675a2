"""What a run costs against its size: sessions, instruments, trades; each varied alone.

`python tests/bench/scale.py` prints CPU milliseconds and peak memory of one run, from prices to
equity and attribution, and the exponent of a line through the logarithms.
"""

from __future__ import annotations

import gc
import os
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from microhedge.costs import Costs
from microhedge.engine import Setup, simulate
from microhedge.hedge import Hedge, Session
from microhedge.option_prices import OptionPrices
from microhedge.portfolio import Portfolio
from microhedge.tape import Floats, Tape
from microhedge.volatility import Constant

A_DAY = 390
FIRST = 10_000  # 1997-05-19
DAILY, TRADES, PEERS = 5_000, 250, 1


class Shorts(Hedge):
    """Change the short of each of some peers every so many bars; asleep in between."""

    peers: int = 1
    every: int = 20

    def on_session(self, now: Session) -> None:
        if now.number % self.every == 0:
            size = 0.2 + 0.1 * (now.number // self.every % 2)
            for number in range(self.peers):
                now.short(f"P{number}", value=size * now.value / self.peers)
        now.sleep_until(number=now.number + self.every - now.number % self.every)


def walk(noise: np.random.Generator, rows: int) -> Floats:
    path: Floats = 50.0 * np.exp(0.0002 * noise.standard_normal(rows).cumsum())
    return path


def lay(rows: int, peers: int) -> Tape:
    """Lay daily bars, or minutes where there would be too many days."""
    noise = np.random.default_rng(1)
    daily = rows <= 20_000
    day = np.arange(rows, dtype=np.int32) // (1 if daily else A_DAY) + FIRST
    bar = None if daily else np.arange(rows, dtype=np.int32) % A_DAY
    names = ["A", *(f"P{number}" for number in range(peers))]
    nothing = np.full(rows, np.nan)
    return Tape(
        day=day,
        bar=bar,
        begin=0,
        close={name: walk(noise, rows) for name in names},
        open={name: nothing.copy() for name in names},
        basis=dict.fromkeys(names, "raw"),
        actions={},
        rate=np.full(rows, 0.03),
        rate_age=np.zeros(rows, np.int32),
    )


def play(tape: Tape, peers: int, trades: int) -> None:
    """Play a run with so many trades and ask for what every reader wants."""
    every = max(1, len(tape) * peers // trades)
    setup = Setup(
        tape=tape,
        holding="A",
        portfolio=Portfolio(shares=100_000, cash=1_000_000),
        prices=OptionPrices(tape, lambda _: Constant(0.2)),
        # trading so often at the usual costs would ruin the account
        costs=replace(Costs(), stock_rate=0.0, stock_minimum=0.01, stock_spread_bp=0.0),
    )
    result = simulate(Shorts(holding="A", peers=peers, every=every), setup)
    found = len(result.tables["fills"]["role"])
    assert 0.8 * trades <= found <= 1.2 * trades + peers, (trades, found)
    assert result.curves["equity"][-1] > 0.0
    assert abs(result.attribution["residual"]) < 1e-3


def measured(rows: int, peers: int, trades: int) -> tuple[float, float]:
    """Return CPU milliseconds, least of three, and megabytes at the peak beside the prices."""
    times = []
    for _ in range(3):
        tape = lay(rows, peers)
        gc.collect()
        began = time.process_time()
        play(tape, peers, trades)
        times.append(time.process_time() - began)
    tape = lay(rows, peers)
    tracemalloc.start()
    play(tape, peers, trades)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return 1e3 * min(times), peak / 1e6


def table(what: str, sizes: list[int], run: Callable[[int], tuple[int, int, int]]) -> None:
    """Print a line for each size, and how fast cost grows between the last two."""
    print(f"\n{what:>14}{'CPU ms':>12}{'MB':>10}")
    times = []
    for size in sizes:
        cost, memory = measured(*run(size))
        times.append(cost)
        print(f"{size:14,}{cost:12.1f}{memory:10.1f}")
    whole = np.polyfit(np.log(sizes), np.log(times), 1)[0]
    last = np.log(times[-1] / times[-2]) / np.log(sizes[-1] / sizes[-2])
    print(f"cost grows as size to the {whole:.2f}, to the {last:.2f} at the large end")


def main() -> None:
    """Vary one size at a time around 5,000 sessions, 1 peer and 250 trades."""
    print(f"one run on {os.cpu_count()} cores; daily up to 20,000 rows, minutes beyond")
    table("sessions", [1_000, 10_000, 100_000, 1_000_000], lambda n: (n, PEERS, TRADES))
    table("instruments", [1, 10, 100, 500], lambda n: (DAILY, n, max(n, TRADES)))
    table("trades", [10, 100, 1_000, 10_000], lambda n: (max(DAILY, 2 * n), PEERS, n))
    table("trades, minutes", [1_000, 10_000, 100_000], lambda n: (200_000, PEERS, n))


if __name__ == "__main__":
    main()
