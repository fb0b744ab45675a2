"""`microhedge results`: the cells of a sweep, chosen, sorted and exported."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from microhedge.cli.documents import whole
from microhedge.cli.judged import shown_options
from microhedge.cli.options import Sections, debug_option, json_option
from microhedge.cli.outcome import say
from microhedge.counting import count_of
from microhedge.errors import ParameterError

if TYPE_CHECKING:
    import pandas as pd

    from microhedge.sweeping.judgement import Judged
    from microhedge.sweeping.results import Sweep

SHOWN = 40
"""Cells that are printed unless more are asked for."""

PRINTED = {
    "annual_return": "a year",
    "annual_volatility": "volatility",
    "max_drawdown": "deepest fall",
    "tail_loss": "tail loss",
    "losses_borne": "losses borne",
    "cost_per_year": "cost a year",
    "removed": "tail removed",
    "advantage": "over selling",
}


def _body(
    folder: Path,
    rules: tuple[str, ...],
    order: str | None,
    descending: bool,
    top: int | None,
    csv: Path | None,
    parquet: Path | None,
    as_json: bool,
    **given: Any,
) -> None:
    from microhedge.cli.judged import judged, say_judgement, writable_shown, write_shown
    from microhedge.sweeping.results import Sweep, column_of, where

    if top is not None and top < 1:
        raise ParameterError(f"top must be 1 or more, was {top}")
    writable_shown(given)
    found = Sweep.read(folder)
    told = judged(found)
    headings = {heading: column for column, heading in PRINTED.items()}
    frame = where(told.frame, rules, headings)
    if order is not None:
        column = column_of(frame, order, headings)
        frame = frame.sort_values(column, ascending=not descending, kind="stable")
    if top is not None:
        frame = frame.head(top)
    if csv is not None:
        with whole(csv) as part:
            frame.to_csv(part, index=False)
    if parquet is not None:
        with whole(parquet) as part:
            frame.to_parquet(part, index=False)
    write_shown(given, told)
    if as_json:
        say(json.dumps(_document(told, frame), indent=1, allow_nan=False, ensure_ascii=False))
        return
    say(table(found, frame, limit=SHOWN if top is None else top))
    for path in (csv, parquet):
        if path is not None:
            say(f"{count_of(len(frame), 'cell')}: {path}")
    say_judgement(given, told)


def table(found: Sweep, frame: pd.DataFrame, limit: int = SHOWN) -> str:
    """Return the cells as text, and how many were tried; none of them is called the best."""
    head = [name.replace("_", " ") for name in found.axes]
    rows = [[*head, *PRINTED.values()]]
    errors = []
    for row in frame.head(limit).to_dict("records"):
        axes = [_value(row[name]) for name in found.axes]
        rows.append([*axes, *(_percent(row[name]) for name in PRINTED)])
        if row["status"] != "ok":
            errors.append(f"{', '.join(axes)}: {row['error']}")
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join(text.rjust(width) for text, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    if len(frame) > limit:
        lines.append(f"… {len(frame) - limit:,} more")
    lines += errors
    number = counts(frame)
    bad = [f"{count:,} {what}" for what, count in number.items() if what != "done" and count]
    tried = f"{count_of(len(found), 'cell was', 'cells were')} tried on one path"
    shown = "" if len(frame) == len(found) else f", {count_of(len(frame), 'is', 'are')} listed"
    return "\n".join([*lines, "; ".join([tried + shown, *bad])])


def counts(frame: pd.DataFrame) -> dict[str, int]:
    """Return how many cells are done, failed and crashed."""
    status = frame["status"].value_counts().to_dict()
    names = {"ok": "done", "failed": "failed", "crashed": "crashed"}
    return {told: int(status.get(name, 0)) for name, told in names.items()}


def _document(judged: Judged, frame: pd.DataFrame) -> dict[str, Any]:
    from microhedge.plain import plain

    rows = [
        {name: None if value != value else value for name, value in row.items()}  # noqa: PLR0124
        for row in frame.to_dict("records")
    ]
    found = judged.sweep
    document: dict[str, Any] = plain(
        {
            "schema": 1,
            "microhedge": found.about["microhedge"],
            "command": "results",
            "cells": len(found),
            **counts(frame),
            "judgement": judged.document(),
            "rows": rows,
        }
    )
    return document


def _percent(value: float) -> str:
    from microhedge.cli.show import percent

    return percent(None if value != value else value)  # noqa: PLR0124


def _value(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


command = Sections(
    "results",
    arguments=[click.Argument(["folder"], type=Path, metavar="DIR")],
    sections={
        "Choice": [
            click.Option(
                ["--where", "rules"],
                multiple=True,
                metavar="RULE",
                help='Keep cells as in "moneyness>=0.9"; can be repeated.',
            ),
            click.Option(["--sort", "order"], metavar="COLUMN", help="Least first.  [grid order]"),
            click.Option(["--descending"], is_flag=True, help="Greatest first."),
            click.Option(["--top"], type=int, metavar="N", help="The first so many."),
        ],
        "Output": [
            click.Option(["--csv"], type=Path, metavar="FILE", help="Write them as CSV."),
            click.Option(["--parquet"], type=Path, metavar="FILE", help="Write them as Parquet."),
            *shown_options(),
            json_option(),
            debug_option(),
        ],
    },
    callback=_body,
    help="Show, choose and export the cells of the sweep in DIR, finished or not.",
)
