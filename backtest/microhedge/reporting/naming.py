"""What is each run called on the pages?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from microhedge.language import say
from microhedge.reporting import numbers

if TYPE_CHECKING:
    from microhedge import runs

_CUT = "…"
_NAME = re.compile(r"(?P<name>[^\[]*)(\[(?P<options>.*)\])?", re.DOTALL)


def label(run: runs.Run, hedges: Sequence[str]) -> str:
    """Return the name of a run for heads, labels and sentences; `hedges` are their runs' names."""
    if run.kind == "hedge":
        return hedge_labels(hedges)[run.name]
    sold = numbers.portion(run.sold) if run.sold is not None else ""
    return {
        "unhedged": say("Keep all"),
        "sell-once": say("Sell {sold} once", sold=sold),
        "sell-diversify": say("Sell {sold} to diversify", sold=sold),
        "staged-sale": say("Sell {sold} in twelve parts", sold=sold),
        "constant-mix": say("Constant mix with {sold} sold", sold=sold),
        "hindsight": say("Hindsight sale of {sold}", sold=sold),
        "stop-loss": say("Stop-loss"),
        "macro-future": say("Short index future"),
        "macro-put": say("Index put at equal cost"),
    }.get(run.kind, run.kind)


def hedge_label(name: str) -> str:
    """Return a hedge's name as words, for one that stands alone."""
    return hedge_labels([name])[name]


def hedge_labels(names: Sequence[str]) -> dict[str, str]:
    """Return hedges' names as words, with as many options as tell each from the others.

    "protective-put[moneyness=0.95,tenor=91]" becomes "Protective put 0.95" beside the plain one;
    the last page names the options.  Options that all hedges of a strategy share are left out
    where they would leave no room for what differs.  Two that are cut to the same words are
    counted.
    """
    found: dict[str, str] = {}
    taken: list[str] = []
    shared = {name: _shared(name, names) for name in names}
    said = {name: _spelled(name) for name in names}
    for name in names:
        if any(way.endswith(_CUT) for way in said[name]):
            said |= {one: _spelled(one, shared[one]) for one in names if _base(one) == _base(name)}
    for name in names:
        spelled = said[name]
        others = {way for other in names if other != name for way in said[other]}
        chosen = next((way for way in spelled if way not in others), spelled[-1])
        taken.append(chosen)
        same = taken.count(chosen)
        found[name] = f"{chosen} ({same})" if same > 1 else chosen
    return found


def _base(name: str) -> str:
    found = _NAME.fullmatch(name)
    return name if found is None else str(found["name"])


def _options(name: str) -> list[str]:
    found = _NAME.fullmatch(name)
    options = "" if found is None else found["options"] or ""
    return [part for part in options.split(",") if part]


def _shared(name: str, names: Sequence[str]) -> frozenset[str]:
    """Return the options that every hedge of the same strategy has, if there are several."""
    alike = [frozenset(_options(one)) for one in names if _base(one) == _base(name)]
    return frozenset.intersection(*alike) if len(alike) > 1 else frozenset()


def _spelled(name: str, without: frozenset[str] = frozenset()) -> list[str]:
    """Return the ways to say a hedge's name: without its options, with the first, with two …"""
    found = _NAME.fullmatch(name)
    if found is None:
        return [numbers.shortened(name)]
    words = found["name"].replace("-", " ").replace("_", " ").strip()
    options = [_said(part) for part in _options(name) if part not in without]
    ways = [[words[:1].upper() + words[1:], *options[:n]] for n in range(len(options) + 1)]
    return [numbers.shortened(" ".join(way)) for way in ways[1:] or ways]


def _said(option: str) -> str:
    """Return the value of an option, "0.95"; of a 0, which alone says nothing, with its name."""
    name, _, value = option.partition("=")
    plain = value.removesuffix(".0")
    return f"{name.replace('_', ' ')} 0" if plain in ("0", "-0") else plain
