"""How long one run takes, whole and in parts; `make bench` prints the figures.

Run with `pytest tests/bench --benchmark-only`.  Nothing here asserts a time: machines differ.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

import microhedge as mh
from microhedge.comparison import Comparison
from microhedge.declaration import build
from microhedge.engine import Setup, simulate
from microhedge.hedge import Hedge
from microhedge.loading import load
from microhedge.market import Market
from microhedge.option_prices import OptionPrices
from microhedge.result import Result
from microhedge.vol_choice import Chooser, VolChoice

Benchmark = Callable[..., Any]

HEDGES = {
    "protective-put": {},
    "collar": {},
    "index-peer-short": {"peer": "MSFT"},
    "pair-short": {"peer": "MSFT"},
    "index-short": {},
}
HOLD = mh.Portfolio(shares=1000, weight=0.4)


@cache
def market() -> Market:
    return mh.data.bundled()


def make(name: str) -> Hedge:
    return build(load(name), {"holding": "AAPL", **HEDGES[name]})


def play(hedge: Hedge) -> Result:
    """Lay the tape and run 20 years, nothing shared with an earlier run."""
    tape = market().tape(["AAPL", "MSFT", "SPX"], warmup=504)
    prices = OptionPrices(tape, Chooser(tape, VolChoice(), index="SPX"))
    return simulate(
        hedge,
        Setup(tape=tape, holding="AAPL", portfolio=HOLD, prices=prices, costs=mh.Costs()),
    )


@cache
def compared() -> Comparison:
    return mh.compare([make("protective-put"), make("index-peer-short")], market(), HOLD)


@pytest.mark.parametrize("name", HEDGES)
def test_twenty_years_of_one_hedge(benchmark: Benchmark, name: str) -> None:
    result = benchmark(play, make(name))
    assert len(result.day) == 5241


def test_loading_the_shipped_market(benchmark: Benchmark) -> None:
    assert "AAPL" in benchmark(mh.data.bundled).symbols


def test_comparing_two_hedges_over_twenty_years(benchmark: Benchmark) -> None:
    hedges = [make("protective-put"), make("index-peer-short")]
    found = benchmark.pedantic(mh.compare, (hedges, market(), HOLD), rounds=3)  # type: ignore[attr-defined]
    assert len(found.hedges) == 2


def test_writing_the_report(benchmark: Benchmark, tmp_path: Any) -> None:
    found = compared()
    benchmark.pedantic(mh.report, (found, tmp_path / "aapl.pdf"), rounds=3)  # type: ignore[attr-defined]
    assert (tmp_path / "aapl.pdf").stat().st_size > 0
