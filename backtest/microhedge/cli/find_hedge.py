"""`microhedge find-hedge`: would another share hedge this one better than the index does?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from microhedge.cli.options import Sections, date_if, debug_option, json_option
from microhedge.cli.outcome import say
from microhedge.cli.prices import market_of, price_options
from microhedge.cli.show import table, wrapped
from microhedge.counting import count_of


def _body(
    *,
    holding: str,
    universe: tuple[str, ...],
    file: Path | None,
    index: str,
    start: str | None,
    to: str | None,
    seed: int,
    as_json: bool,
    **given: Any,
) -> None:
    from microhedge.peer_choice import FOLDS, find_hedge, summary

    if file is not None:
        universe += tuple(file.read_text(encoding="utf-8").split())
    found = find_hedge(
        market_of(given, (holding, index, *universe) if universe else None, rated=True),
        holding,
        index=index,
        universe=universe or None,
        start=date_if("start", start),
        end=date_if("to", to),
        seed=seed,
    )
    if as_json:
        say(json.dumps(found.document(), indent=2, allow_nan=False, ensure_ascii=False))
        return
    head = (
        f"{holding}, {found.start} to {found.end}; {FOLDS}: {found.sessions:,} sessions from "
        f"{found.first} on, {count_of(len(found.search.pairs), 'candidate')} beside the {index}"
    )
    states = [f"{one.way.name}: {one.judged.sentence}" for one in found.finalists]
    notes = [
        "note: A random peer is the mean of 20 searches that choose by chance.",
        "note: The candidates are companies that survived; mergers and groups are not known.",
    ]
    if found.left_out:
        notes.append(f"note: Left out, with too short a history: {', '.join(found.left_out)}.")
    parts = [[head], [found.sentence], [table(summary(found))], states, notes]
    say("\n\n".join("\n".join(map(wrapped, part)) for part in parts))


command = Sections(
    "find-hedge",
    arguments=[click.Argument(["holding"])],
    sections={
        "Candidates": [
            click.Option(
                ["--with", "universe"],
                multiple=True,
                metavar="SYMBOL",
                help="A candidate; may be repeated.  [every share with as long a history]",
            ),
            click.Option(
                ["--universe", "file"],
                type=click.Path(exists=True, dir_okay=False, path_type=Path),
                metavar="FILE",
                help="Candidates, a symbol to a line.",
            ),
            click.Option(["--index"], default="SPX", metavar="SYMBOL", help="What to beat.  [SPX]"),
        ],
        "Window": [
            click.Option(["--start"], metavar="DATE", help="First session.  [the first common]"),
            click.Option(["--to"], metavar="DATE", help="Last session.  [the last common]"),
            click.Option(
                ["--seed"], type=int, default=0, metavar="N", help="Of all resampling.  [0]"
            ),
        ],
        "Prices": price_options(),
        "Output": [json_option(), debug_option()],
    },
    callback=_body,
    help="Ask whether another share hedges this one better than the index.",
)
