"""How long a file of option quotes takes to read, in what memory, and what a roll at quotes costs.

`python tests/bench/chains.py [1000000 10000000]` makes quotes on the shipped Apple by the Black
formula with a spread, so many rows of them, in Parquet; each size is read in a process of its own.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from time import process_time

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

import microhedge as mh
from microhedge.calendar import listed_expiries
from microhedge.declaration import build
from microhedge.engine import Setup, simulate
from microhedge.loading import load
from microhedge.pricing import black
from microhedge.quoted_prices import priced_by
from microhedge.quotes import Chain
from microhedge.sources.chains import read_chain
from microhedge.tape import Tape
from microhedge.vol_choice import Chooser, VolChoice

SIGMA = 0.3
ROUNDS = 5


def tape() -> Tape:
    """Return twenty years of Apple as traded."""
    return mh.data.bundled().tape(["AAPL", "SPX"], warmup=252)


def make(rows: int, path: Path) -> None:
    """Write about so many quotes: every listed expiry from a week to a year, strikes 60–140 %."""
    laid = tape()
    spots = laid.close["AAPL"][laid.begin :]
    days = laid.day[laid.begin :]
    per_day = rows / len(days) / 2
    pieces = []
    for day, spot in zip(days.tolist(), spots.tolist(), strict=True):
        expiries = [one for one in listed_expiries(day) if 7 <= one - day <= 370]
        strikes = np.unique(np.round(np.linspace(0.6, 1.4, round(per_day / len(expiries))) * spot))
        for expiry in expiries:
            for sign in (1, -1):
                years = np.full(len(strikes), (expiry - day) / 365)
                flat = np.full(len(strikes), SIGMA)
                mid = black(np.full(len(strikes), spot), strikes, years, flat, 1.0, sign)
                half = np.maximum(0.02, 0.02 * mid)
                bid, ask = np.round(mid - half, 2), np.round(mid + half, 2)
                whole = np.full((4, len(strikes)), [[day], [expiry], [sign], [spot]])
                pieces.append(np.vstack([whole, strikes, np.maximum(bid, 0.0), ask]))
    day, expiry, sign, spot, strike, bid, ask = np.concatenate(pieces, axis=1)
    columns = {
        "quote_date": pa.array(day.astype(np.int32)).cast(pa.date32()),
        "expiration": pa.array(expiry.astype(np.int32)).cast(pa.date32()),
        "right": pa.array(np.where(sign > 0, "C", "P")),
        "strike": strike,
        "bid": bid,
        "ask": ask,
        "volume": np.ones(len(day)),
        "underlying_price": spot,
        "symbol": pa.array(np.full(len(day), "AAPL")),
    }
    pq.write_table(pa.table(columns), path)


def roll(chains: dict[str, Chain]) -> float:
    """Return the least CPU seconds of a put roll over the whole window."""
    laid = tape()
    chooser = Chooser(laid, VolChoice.of(f"constant:{SIGMA}"), index="SPX")
    hedge = build(load("protective-put"), {"holding": "AAPL"})
    least = float("inf")
    for _ in range(ROUNDS):
        prices, listing = priced_by(chains, laid, chooser, earlier=False)
        setup = Setup(tape=laid, holding="AAPL", portfolio=mh.Portfolio(shares=1000),
                      prices=prices, costs=mh.Costs())  # fmt: skip
        began = process_time()
        simulate(hedge, replace(setup, listing=listing))
        least = min(least, process_time() - began)
    return least


def read(path: Path) -> None:
    """Read a file, time it, and play a roll with its quotes and without."""
    began = process_time()
    found = read_chain(path, "AAPL")
    spent = process_time() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    plain, quoted = roll({}), roll({"AAPL": found.chain})
    print(
        f"{found.rows:>12,} rows  {spent:5.1f} s CPU  {peak:5.0f} MB peak  "
        f"roll {quoted * 1e3:.0f} ms at quotes, {plain * 1e3:.0f} ms by the model "
        f"({quoted / plain:.2f} times)"
    )


def main(sizes: list[int]) -> None:
    """Make and read each size."""
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            path = Path(folder) / f"{size}.parquet"
            for what in ("make", "read"):
                subprocess.run([sys.executable, __file__, what, str(size), str(path)], check=True)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["make", rows, place]:
            make(int(rows), Path(place))
        case ["read", _, place]:
            read(Path(place))
        case sizes:
            main([int(one) for one in sizes] or [1_000_000, 10_000_000])
