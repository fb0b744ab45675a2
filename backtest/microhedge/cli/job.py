"""What `run`, `compare` and `demo` do once their words are understood."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from microhedge.cli.documents import draw, whole
from microhedge.cli.options import output_of, portfolio_of, settings_of
from microhedge.cli.outcome import note, say
from microhedge.cli.prices import market_of, with_chains, with_schedules
from microhedge.cli.show import summary, wrapped
from microhedge.comparing import compare, run
from microhedge.window import INDEX

if TYPE_CHECKING:
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
    market = with_schedules(market, given, hedges[0].holding)
    premiums = "will be model prices" if not market.chains else "will be quotes or model prices"
    note(f"prices to {_last(market, symbols)}; option premiums, if any, {premiums}")
    if single:
        found = run(hedges[0], market, portfolio, **settings)
    else:
        found = compare(hedges, market, portfolio, **settings)
    asked = given["bands"]
    if asked or (asked is None and (output.report is not None or output.save is not None)):
        found = found.with_bands()
    if given["details"]:
        found = found.with_details()
    if output.save is not None:
        with whole(output.save) as part:
            found.save(part)
    draw(
        found,
        report=output.report,
        charts=output.charts,
        charts_as=output.charts_as,
        paper=output.paper,
        language=output.language,
    )
    document = found.document("run" if single else "compare")
    if output.as_json:
        say(json.dumps(document, indent=2, allow_nan=False, ensure_ascii=False))
        return
    say(summary(document))
    for name, one in (found.details or {}).items():
        say("\n".join(["", f"{name}, looked into:", *map(wrapped, one.sentences)]))
    for name, path in (
        ("report", output.report),
        ("charts", output.charts),
        ("result", output.save),
    ):
        if path is not None:
            say(f"{name}: {path}")


def _symbols(hedges: Sequence[Hedge], portfolio: Portfolio) -> set[str]:
    """Every symbol that the runs need prices of."""
    rest = () if portfolio.rest is None else portfolio.rest.symbols
    return {symbol for hedge in hedges for symbol in hedge.symbols} | {INDEX, *rest}


def _last(market: Market, symbols: set[str]) -> date:
    """The last session on which every symbol has a price, or has ended before."""
    known = ((symbol, market.bases(symbol)) for symbol in sorted(symbols))
    return min(
        max(
            date.max if one.end else one.last
            for basis in bases
            if (one := market.series(symbol, basis))
        )
        for symbol, bases in known
    )
