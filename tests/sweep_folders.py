"""Finished sweeps on disk whose cells lead selling by exactly what is asked, for tests."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from sweeps import sweep as made_up

from microhedge.sweeping.metrics import METRICS
from microhedge.sweeping.results import Sweep
from microhedge.tape import Floats

Lead = Callable[[Mapping[str, Any]], float]


def no_lead(_: Mapping[str, Any]) -> float:
    """Nothing but the sale and noise."""
    return 0.0


def written(
    folder: Path,
    axes: Mapping[str, Sequence[Any]],
    *,
    lead: Lead = no_lead,
    noise: float = 0.02,
    shared: float = 0.0,
    sessions: int = 1512,
    phases: int = 1,
    fraction: float = 0.4,
    fails: Callable[[Mapping[str, Any]], str | None] = lambda _: None,
    zipped: Sequence[Sequence[str]] = (),
    holding: str = "AAPL",
    hedge: str = "protective-put",
    command: str | None = "microhedge sweep protective-put --holding AAPL",
    done: int | None = None,
    windows: int = 1,
    kept: bool = True,
    seed: int = 1,
) -> Sweep:
    """Write a sweep of the product of some axes, and read it.

    Each run is the constant mix that sold `fraction`, plus `lead` a year in logarithms, plus
    noise of `noise` a year of its own and `shared` a year in common.  `fails` gives the error of
    a cell; only the first `done` cells are written, by default all.
    """
    folder.mkdir(parents=True, exist_ok=True)
    cells = _cells(axes, zipped)
    values = np.array([lead(at) for at in cells])
    rng = np.random.default_rng(seed)
    own = rng.standard_normal((sessions, len(cells) * phases)) * noise / np.sqrt(252.0)
    own -= own.mean(axis=0)
    common = rng.standard_normal((sessions, 1)) * shared / np.sqrt(252.0)
    told = made_up(np.repeat(values, phases) / 252.0 + own + common, fraction=fraction)
    header = {
        "fixed": {
            "build": "0.1.0+test",
            "hedge": hedge,
            "base": {"holding": holding, "moneyness": 0.9},
            "portfolio": {"shares": 1000, "value": None, "weight": 1.0, "cash": 0.0},
            "rules": {"fill": "next_close"},
            "data": "d" * 64,
            "start": str(np.datetime64(int(told.day[0]), "D")),
            "end": str(np.datetime64(int(told.day[-1]), "D")),
            "vol": None,
            "rate": None,
            "chains": {},
            "phases": phases,
            "first": 0,
        },
        "axes": {name: list(some) for name, some in axes.items()},
        "zip": [list(names) for names in zipped],
        "cells": len(cells),
        "sample": None,
    }
    lines = [json.dumps(header)]
    for number, at in enumerate(cells[:done]):
        error = fails(at)
        line = {"cell": number, "id": f"{number:x}", "at": at}
        if error is None:
            lines.append(json.dumps({**line, "status": "ok", "stats": _stats(at, fraction)}))
        else:
            lines.append(json.dumps({**line, "status": "failed", "error": error}))
    (folder / "journal.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    good = np.repeat([fails(at) is None for at in cells], phases)
    runs = np.where(good[:, None], told.runs.T, 0.0).astype(np.float32)
    (folder / "returns.f4").write_bytes(runs.tobytes() if good.any() else b"")
    for name, array in (("day", told.day), ("unhedged", told.holding), ("credit", told.cash)):
        np.save(folder / f"{name}.npy", array)
    about = {
        "microhedge": "0.1.0+test",
        "command": command,
        "sessions": sessions,
        "returns_kept": kept,
        "windows": windows,
        "sources": [{"symbol": holding, "basis": "raw", "source": "made up", "sha256": "s"}],
    }
    (folder / "sweep.json").write_text(json.dumps(about), encoding="utf-8")
    return Sweep.read(folder)


def _cells(
    axes: Mapping[str, Sequence[Any]], zipped: Sequence[Sequence[str]]
) -> list[dict[str, Any]]:
    follow = {name: names[0] for names in zipped for name in names[1:]}
    lead = [name for name in axes if name not in follow]
    found = []
    for places in product(*(range(len(axes[name])) for name in lead)):
        place = dict(zip(lead, places, strict=True))
        found.append({name: axes[name][place[follow.get(name, name)]] for name in axes})
    return found


def _stats(at: Mapping[str, Any], fraction: float) -> dict[str, float | None]:
    """Metrics that the judgement does not read are steps along the axes, so that maps differ."""
    step = sum(float(value) for value in at.values() if isinstance(value, int | float))
    stats: dict[str, float | None] = dict.fromkeys(METRICS, 0.0)
    return stats | {
        "annual_return": 0.05 + 0.01 * np.sin(step),
        "cost_per_year": 0.02 + 0.01 * np.cos(step),
        "max_drawdown": -0.3 + 0.05 * np.sin(step),
        "tail_loss": -0.1,
        "sell_fraction": fraction,
        "sell_row": 0.0,
        "sell_cost": 0.0,
        "rolls": 12.0 if "moneyness" in at else 0.0,
        "realised_tenor": 150.0 if "moneyness" in at else None,
    }


def lead_of(sweep: Sweep) -> Floats:
    """The mean log lead a year of each run over the holding, to check a fabrication by."""
    told = sweep.evidence
    runs = np.log1p(np.asarray(told.returns[:, 1:], np.float64))
    found: Floats = 252.0 * (runs - np.log1p(told.unhedged[1:])).mean(axis=1)
    return found
