"""What `run`, `compare` and `demo` do once their words are understood."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from microhedge.cli.options import output_of, portfolio_of, settings_of
from microhedge.cli.outcome import note, say
from microhedge.cli.prices import market_of, with_chains
from microhedge.cli.show import summary, wrapped
from microhedge.comparison import compare, run
from microhedge.errors import ReportError
from microhedge.window import INDEX

if TYPE_CHECKING:
    from datetime import date

    from microhedge.hedge import Hedge
    from microhedge.market import Market
    from microhedge.portfolio import Portfolio


def report_on(hedges: Sequence[Hedge], given: Mapping[str, Any], *, single: bool = False) -> None:
    """Run the hedges on the shipped prices and write what the options ask for."""
    output = output_of(given)
    portfolio = portfolio_of(given, hedges[0].holding)
    settings = settings_of(given)
    symbols = _symbols(hedges, portfolio)
    market = market_of(given, symbols, rated=given["rate"] is not None, quiet=True)
    window = {name: settings[name] for name in ("start", "end")}
    market = with_chains(market, given["chains"], hedges[0].holding, **window)
    premiums = "will be model prices" if not market.chains else "will be quotes or model prices"
    note(f"prices to {_last(market, symbols)}; option premiums, if any, {premiums}")
    if single:
        found = run(hedges[0], market, portfolio, **settings)
    else:
        found = compare(hedges, market, portfolio, **settings)
    asked = given["bands"]
    if asked or (asked is None and output.report is not None):
        found = found.with_bands()
    if given["details"]:
        found = found.with_details()
    if output.save is not None:
        with whole(output.save) as part:
            found.save(part)
    if output.report is not None:
        # matplotlib and typst cost more than a whole run
        try:
            from microhedge.reporting import write_report
        except ValueError as error:  # matplotlib refuses an MPLBACKEND that it does not know
            raise ReportError(f"the charts cannot be drawn: {error}") from None

        with whole(output.report) as part:
            write_report(found, part)
    document = found.document("run" if single else "compare")
    if output.as_json:
        say(json.dumps(document, indent=2, allow_nan=False, ensure_ascii=False))
        return
    say(summary(document))
    for name, one in (found.details or {}).items():
        say("\n".join(["", f"{name}, looked into:", *map(wrapped, one.sentences)]))
    for name, path in (("report", output.report), ("result", output.save)):
        if path is not None:
            say(f"{name}: {path}")


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """Give a file beside *path* to write to, which takes its place only once it is complete."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.stem}-{os.getpid()}{path.suffix}")
    try:
        yield part
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _symbols(hedges: Sequence[Hedge], portfolio: Portfolio) -> set[str]:
    """Every symbol that the runs need prices of."""
    rest = () if portfolio.rest is None else portfolio.rest.symbols
    return {symbol for hedge in hedges for symbol in hedge.symbols} | {INDEX, *rest}


def _last(market: Market, symbols: set[str]) -> date:
    """The last session on which every symbol has a price."""
    known = ((symbol, market.bases(symbol)) for symbol in sorted(symbols))
    return min(
        max(one.last for basis in bases if (one := market.series(symbol, basis)))
        for symbol, bases in known
    )
