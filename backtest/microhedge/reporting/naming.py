"""What is each run called on the pages?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from microhedge.reporting import numbers

if TYPE_CHECKING:
    from microhedge import runs

_NAME = re.compile(r"(?P<name>[^\[]*)(\[(?P<options>.*)\])?", re.DOTALL)


def label(run: runs.Run) -> str:
    """Return the name of a run for heads, labels and sentences."""
    if run.kind == "hedge":
        return hedge_label(run.name)
    sold = numbers.percent(run.sold, 0) if run.sold is not None else ""
    return {
        "unhedged": "Keep all",
        "sell-once": f"Sell {sold} once",
        "sell-diversify": f"Sell {sold}, diversify",
        "staged-sale": f"Sell {sold} in twelve parts",
        "constant-mix": f"Constant mix, {sold} sold",
        "hindsight": f"Hindsight, {sold} sold",
        "stop-loss": "Stop-loss",
        "macro-future": "Index future, short",
        "macro-put": "Index put, same money",
    }.get(run.kind, run.kind)


def hedge_label(name: str) -> str:
    """Return a hedge's name as words, with the options that tell it from its twins.

    "protective-put[moneyness=0.95]" becomes "Protective put 0.95"; the last page names the option.
    """
    found = _NAME.fullmatch(name)
    if found is None:
        return numbers.shortened(name)
    words = found["name"].replace("-", " ").replace("_", " ").strip()
    options = [part.partition("=")[2] for part in (found["options"] or "").split(",") if part]
    return numbers.shortened(" ".join([words[:1].upper() + words[1:], *options]))
