"""Backtests hedges of one holding inside a larger portfolio.

    import microhedge as mh

    market = mh.data.bundled()
    found = mh.compare([hedge, …], market, mh.Portfolio(shares=1000, weight=0.4))
    mh.report(found, "aapl.pdf")

Everything here is loaded when it is first used, so that importing the package costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from microhedge.version import __version__

if TYPE_CHECKING:
    from microhedge import sources as data
    from microhedge.basket import Basket
    from microhedge.cli import main
    from microhedge.comparing import compare, run
    from microhedge.comparison import Comparison
    from microhedge.costs import Costs
    from microhedge.declaration import Choice, Range, Sessions
    from microhedge.errors import MicrohedgeError
    from microhedge.hedge import Hedge
    from microhedge.lending import Ban
    from microhedge.loading import load as strategy
    from microhedge.market import Market
    from microhedge.portfolio import Portfolio
    from microhedge.relation import correlation
    from microhedge.reopening import load_comparison
    from microhedge.reporting import write_report as report
    from microhedge.reporting.memo import write_memo as memo
    from microhedge.reporting.pictures import charts
    from microhedge.reporting.sweeps import sweep_report
    from microhedge.result import Result, load, load_all
    from microhedge.roll_policy import (
        RollPolicy,
        budget,
        days_before,
        delta_drift,
        hold_to_expiry,
        ladder,
        monetise,
        moneyness_drift,
    )
    from microhedge.session import Session
    from microhedge.stressing import Squeeze, stress
    from microhedge.sweeping.api import sweep
    from microhedge.sweeping.explorer import sweep_page
    from microhedge.sweeping.judgement import judge

_HOME = {
    "Ban": "lending",
    "Basket": "basket",
    "Choice": "declaration",
    "Comparison": "comparison",
    "Costs": "costs",
    "Hedge": "hedge",
    "Market": "market",
    "MicrohedgeError": "errors",
    "Portfolio": "portfolio",
    "Range": "declaration",
    "Result": "result",
    "RollPolicy": "roll_policy",
    "Session": "session",
    "Sessions": "declaration",
    "Squeeze": "stressing",
    "budget": "roll_policy",
    "charts": "reporting.pictures",
    "compare": "comparing",
    "correlation": "relation",
    "days_before": "roll_policy",
    "delta_drift": "roll_policy",
    "hold_to_expiry": "roll_policy",
    "judge": "sweeping.judgement",
    "ladder": "roll_policy",
    "load": "result",
    "load_all": "result",
    "load_comparison": "reopening",
    "main": "cli",
    "monetise": "roll_policy",
    "moneyness_drift": "roll_policy",
    "run": "comparing",
    "stress": "stressing",
    "sweep": "sweeping.api",
    "sweep_page": "sweeping.explorer",
    "sweep_report": "reporting.sweeps",
}

__all__ = [
    "Ban",
    "Basket",
    "Choice",
    "Comparison",
    "Costs",
    "Hedge",
    "Market",
    "MicrohedgeError",
    "Portfolio",
    "Range",
    "Result",
    "RollPolicy",
    "Session",
    "Sessions",
    "Squeeze",
    "__version__",
    "budget",
    "charts",
    "compare",
    "correlation",
    "data",
    "days_before",
    "delta_drift",
    "hold_to_expiry",
    "judge",
    "ladder",
    "load",
    "load_all",
    "load_comparison",
    "main",
    "memo",
    "monetise",
    "moneyness_drift",
    "report",
    "run",
    "strategy",
    "stress",
    "sweep",
    "sweep_page",
    "sweep_report",
]


def __getattr__(name: str) -> Any:
    if name == "data":
        return import_module("microhedge.sources")
    if name == "report":
        return import_module("microhedge.reporting").write_report
    if name == "memo":
        return import_module("microhedge.reporting.memo").write_memo
    if name == "strategy":
        return import_module("microhedge.loading").load
    if name in _HOME:
        return getattr(import_module(f"microhedge.{_HOME[name]}"), name)
    raise AttributeError(f"module 'microhedge' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
