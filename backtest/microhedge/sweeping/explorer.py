"""How are the cells of a sweep looked through?  One HTML page that needs nothing but a browser.

Names and errors come from users: they are data of the page, never markup or script.
"""

from __future__ import annotations

import json
import os
import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from html import escape
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from microhedge.language import ENGLISH, Language, language, mark, say, speaking
from microhedge.sweeping.judgement import Judged
from microhedge.tape import Floats
from microhedge.told import retold

MOST = 5_000
"""Cells that a page holds."""
ERROR = 160
"""Characters of an error that are kept."""


@dataclass(frozen=True, slots=True)
class _Metric:
    """A number of the page: `scale` is what a fraction is multiplied by, `places` how it reads."""

    key: str
    name: str
    unit: str
    places: int
    diverging: bool = False


_METRICS = (
    _Metric("advantage", mark("Advantage over selling"), mark(" points a year"), 2, diverging=True),
    _Metric("removed", mark("Tail loss removed"), "%", 1),
    _Metric("annual_return", mark("Return a year"), "%", 1),
    _Metric("cost_per_year", mark("Cost a year"), "%", 1),
    _Metric("tail_loss", mark("Worst 5% of months"), "%", 1),
    _Metric("max_drawdown", mark("Deepest fall"), "%", 1),
    _Metric("losses_borne", mark("Losses borne"), "%", 1),
)


_SCRIPT = (
    mark("the only cell"),
    mark("failed: "),
    mark("Across"),
    mark("Down"),
    mark("Colour"),
    mark("mean of all"),
    mark("mean of "),
    mark(" cells: "),
    mark("no cell"),
    mark(" ×: failed."),
    mark("No cell was tried here."),
    mark("Mean of "),
    mark(" of them failed"),
    mark(". Choose values of the other axes to see each."),
    mark("Show more: "),
    mark(" of "),
)
"""What the script says, as its literals have it."""
_FRAME = (
    mark("Judgement of the sweep"),
    mark(
        "The map needs JavaScript, which this browser does not run; the judgement above is "
        "complete, and the cells are in results.parquet."
    ),
    mark("Map of the cells"),
    mark("What the map shows"),
    mark("Point at a cell, or move with the arrow keys, to read its numbers."),
    mark("All cells as a table"),
)
"""What the frame says."""


def sweep_page(
    judged: Judged, path: str | os.PathLike[str], *, language: Language | None = None
) -> Path:
    """Write the page, replacing an older file whole or not at all; return its path.

    `language` is one that was read; English without it.
    """
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{target.name}.{os.getpid()}.partial")
    try:
        partial.write_text(page(judged, language), encoding="utf-8", newline="\n")
        os.replace(partial, target)
    finally:
        partial.unlink(missing_ok=True)
    return target


def page(judged: Judged, spoken: Language | None = None) -> str:
    """Return the page of a sweep of up to 5,000 cells; of more, some of them, and it says so."""
    with speaking(spoken):
        return _page(judged)


def _script() -> str:
    """Return the script with its literals and numbers in the language in force."""
    folder, here = resources.files("microhedge.sweeping"), language()
    script = folder.joinpath("explorer.js").read_text(encoding="utf-8")
    for text in _SCRIPT:
        script = script.replace(_literal(text), _literal(say(text)))
    script = script.replace('? "failed" :', f"? {_literal(say('failed'))} :")
    if here.decimal != ".":
        fixed = ".toFixed(m.places)"
        script = script.replace(fixed, f'{fixed}.replace(".", {_literal(here.decimal)})')
    script = script.replace(_literal("\N{MINUS SIGN}"), _literal(here.minus))
    tag = here.tag if here.tag != ENGLISH.tag else "en"
    return script.replace('toLocaleString("en")', f"toLocaleString({_literal(tag)})")


def _literal(text: str) -> str:
    """Write a text as the script does; a tag cannot end inside it."""
    return json.dumps(text, ensure_ascii=False).replace("<", "\\u003c")


def _frame() -> str:
    folder, tag = resources.files("microhedge.sweeping"), language().tag
    frame = folder.joinpath("explorer.html").read_text(encoding="utf-8")
    for text in _FRAME:
        frame = frame.replace(text, escape(say(text)))
    return frame if tag == ENGLISH.tag else frame.replace('lang="en"', f'lang="{escape(tag)}"')


def _page(judged: Judged) -> str:
    header = judged.sweep.header["fixed"]
    data, left_out = _data(judged)
    script, number = _script(), language().number
    facts = [
        say("{low} to {high}", low=header["start"], high=header["end"]),
        say("{sessions} sessions", sessions=number(judged.sweep.about["sessions"])),
        say("{cells} cells tried", cells=number(judged.tried)),
    ]
    if header["phases"] > 1:
        facts.append(say("each the mean of {phases} roll dates", phases=header["phases"]))
    if left_out:
        facts.append(
            say(
                "{count} of them are shown, at even distances in grid order and the best "
                "ones; all are in results.parquet",
                count=number(data["count"]),
            )
        )
    parts = {
        "TITLE": escape(
            say(
                "{holding}: which {strategy}, if any?",
                holding=header["base"]["holding"],
                strategy=header["hedge"].replace("-", " "),
            )
        ),
        "FACTS": escape("; ".join(facts) + "."),
        "SENTENCES": "".join(f"<p>{escape(retold(one))}</p>" for one in judged.sentences),
        "HASH": "sha256-" + b64encode(sha256(script.encode()).digest()).decode(),
        "DATA": inert(data),
        "SCRIPT": script,
    }
    return re.sub(r"@@([A-Z]+)@@", lambda found: parts[found[1]], _frame())


def inert(data: Mapping[str, Any]) -> str:
    """Return JSON that no HTML parser takes for markup, and no script for a line's end."""
    text = json.dumps(data, separators=(",", ":"), allow_nan=False, ensure_ascii=False)
    return re.sub("[<>&\u2028\u2029]", lambda found: f"\\u{ord(found[0]):04x}", text)


def _data(judged: Judged) -> tuple[dict[str, Any], bool]:
    frame, layout = judged.frame, judged.layout
    first = np.unique(layout.cell, return_index=True)[1]
    size = [len(axis.values) for axis in layout.axes]
    flat = np.zeros(len(first), np.int64)
    for axis, many in enumerate(size):
        flat = flat * many + layout.places[first, axis]
    marked = _ties(judged)
    shown = _shown(np.argsort(flat, kind="stable"), marked)
    number = {cell: k for k, cell in enumerate(shown.tolist())}
    bad: dict[int, str] = {}
    for cell, status, error in zip(
        layout.cell.tolist(), frame["status"], frame["error"], strict=True
    ):
        if status != "ok":
            bad.setdefault(cell, str(error)[:ERROR])
    errors: dict[str, int] = {}
    failed = [
        [number[cell], errors.setdefault(text, len(errors))]
        for cell, text in bad.items()
        if cell in number
    ]
    luck = judged.luck
    metrics = [
        {
            "key": one.key,
            "name": say(one.name),
            "unit": say(one.unit) if one.unit != "%" else _percent_sign(),
            "places": one.places,
            "scale": 10**one.places,
            "signed": one.diverging,
            "diverging": one.diverging,
            "values": _whole(by_cell[shown], 100 * 10**one.places),
        }
        for one in _METRICS
        if luck is not None or one.key not in {"advantage", "removed"}
        for by_cell in [_means(frame[one.key].to_numpy(np.float64), layout.cell)]
    ]
    whole = int(np.prod(size)) == len(shown) == len(first)
    best = None if luck is None or luck.evidence is None else _cell_of(judged, luck.evidence.cell)
    target = "" if luck is None else f"{100 * luck.target:g}".replace(".", language().decimal)
    target = language().percent.format(number=target) if target else ""
    verdict = "" if luck is None else say(luck.verdict.replace("_", " "))
    legend = ""
    if marked:
        legend = say(
            "Boxed: within one standard error of the best, which is {verdict}. ", verdict=verdict
        )
    if luck is not None:
        legend += say(
            "·: removed less than {target} of the tail loss, not compared.", target=target
        )
    data = {
        "axes": [{"name": axis.name, "labels": axis.labels} for axis in layout.axes],
        "count": len(shown),
        "flat": None if whole else flat[shown].tolist(),
        "metrics": metrics,
        "eligible": None if luck is None else _bits(judged, shown),
        "ties": sorted(number[cell] for cell in marked if cell in number),
        "best": None if best is None else number[best],
        "failed": failed,
        "errors": list(errors),
        "tie": say("Within one standard error of the best, which is {verdict}.", verdict=verdict),
        "less": say("Removed less than {target} of the tail loss: not compared.", target=target),
        "legend": legend,
    }
    return data, len(shown) < len(first)


def _percent_sign() -> str:
    """Return what follows the number of a percentage."""
    return language().percent.partition("{number}")[2]


def _means(values: Floats, cell: NDArray[np.int64]) -> Floats:
    """Average the rows of each cell; NaN if one has no such number."""
    found: Floats = np.bincount(cell, values) / np.bincount(cell)
    return found


def _whole(values: Floats, scale: int) -> list[int | None]:
    return [None if value != value else round(value * scale) for value in values.tolist()]  # noqa: PLR0124


def _cell_of(judged: Judged, place: int) -> int:
    return int(judged.layout.cell[np.flatnonzero(judged.place == place)[0]])


def _ties(judged: Judged) -> list[int]:
    """Return the cells that cannot be told apart from the best, the best itself first."""
    if judged.luck is None or judged.luck.evidence is None:
        return []
    found = judged.luck.evidence
    ties = [place for place in found.ties if place != found.cell]
    return [_cell_of(judged, place) for place in (found.cell, *ties)]


def _shown(order: NDArray[np.int64], marked: list[int]) -> NDArray[np.int64]:
    """Return the cells of the page in grid order: all, or some at even distances and the best."""
    if len(order) <= MOST:
        return order
    kept = set(marked[: MOST // 2])
    others = np.array([cell for cell in order.tolist() if cell not in kept])
    some = np.linspace(0, len(others) - 1, MOST - len(kept)).astype(np.int64)
    kept |= set(others[some].tolist())
    return np.array([cell for cell in order.tolist() if cell in kept])


def _bits(judged: Judged, shown: NDArray[np.int64]) -> str:
    eligible = np.zeros(judged.layout.cells, np.bool_)
    eligible[judged.layout.cell] = judged.frame["eligible"].to_numpy(np.bool_)
    return "".join("1" if one else "0" for one in eligible[shown].tolist())
