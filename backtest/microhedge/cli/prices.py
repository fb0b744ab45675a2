"""Which prices does a command use: those that ship, Yahoo's, or files of one's own?"""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from microhedge.cli.options import date_of
from microhedge.cli.outcome import note

if TYPE_CHECKING:
    from datetime import date

    from microhedge.exchange import Exchange
    from microhedge.market import Market

REFERENCES = ("CMT3M", "VIX")
SETTLED: Final = {
    "basis-unknown": "basis=raw",
    "currency-unknown": "currency=GBX",
    "date-ambiguous": "dates=day-first",
    "decimal-comma": "decimal=,",
    "no-symbol": "symbol=ACME",
    "thousands": "thousands=,",
    "zone-ambiguous": "zone=UTC",
}
"""What settles a refusal where it is typed behind a file's name, by its code."""


def price_options() -> list[click.Option]:
    """Where prices come from."""
    source, offline = source_options()
    return [
        source,
        click.Option(
            ["--prices"],
            multiple=True,
            metavar="FILE[:k=v,…]",
            help="Prices of your own, CSV or Parquet, before those of the source; what the file "
            "cannot say itself follows, as in acme.csv:basis=raw,currency=EUR; can be repeated.",
        ),
        bond_option(),
        offline,
        calendar_option(),
        genuine_option(),
    ]


def source_options() -> list[click.Option]:
    """Whose prices, and whether anybody is asked for them."""
    return [
        click.Option(
            ["--source"],
            type=click.Choice(["bundled", "yahoo"]),
            default="bundled",
            help="Prices that ship, or Yahoo's.  [bundled]",
        ),
        click.Option(
            ["--offline"], is_flag=True, help="Of Yahoo, use what was kept on this machine."
        ),
    ]


def bond_option() -> click.Option:
    """Which of one's own prices are those of bonds."""
    return click.Option(
        ["--bond-terms"],
        multiple=True,
        metavar="SYMBOL:k=v,…",
        help="A bond of your own: coupon=5.75,maturity=2028-05-15,prices=FILE of clean prices, and "
        "default=DATE,recovery=0.4 if it failed; can be repeated.",
    )


def calendar_option() -> click.Option:
    """Whose sessions the prices are judged by."""
    return click.Option(
        ["--calendar"],
        metavar="CODE",
        help="Exchange whose sessions they have, as in XLON (extra `calendars`).  [XNYS]",
    )


def genuine_option() -> click.Option:
    """Which jumps are vouched for."""
    return click.Option(
        ["--genuine"],
        multiple=True,
        metavar="DATE",
        help="A jump that is no split; can be repeated.",
    )


def chain_option() -> click.Option:
    """Whose quotes options are traded at."""
    return click.Option(
        ["--chains"],
        type=Path,
        multiple=True,
        metavar="FILE",
        help="Option quotes on the holding, CSV, Parquet or a folder; the model fills the rest.",
    )


def schedule_options() -> list[click.Option]:
    """What is known beforehand of the volatility of options."""
    return [
        click.Option(
            ["--earnings"],
            metavar="DATES|FILE",
            help="Announced earnings dates of the holding; options over them are dearer.",
        ),
        click.Option(
            ["--earnings-move"],
            type=float,
            default=0.05,
            metavar="FRACTION",
            help="Standard deviation of the move on such a date.  [0.05]",
        ),
        click.Option(
            ["--vol-terms"],
            type=Path,
            metavar="FILE",
            help="VIX9D, VIX3M, VIX6M, VIX1Y by date, CSV: VIX of other tenors.",
        ),
    ]


def with_schedules(market: Market, given: Mapping[str, Any], holding: str) -> Market:
    """Return the market with the earnings dates and the tenors that the options give."""
    from microhedge.errors import UsageError

    if given["earnings"] is None and given["earnings_move"] != 0.05:
        raise UsageError("--earnings-move is of --earnings, which is missing")
    if given["earnings"] is not None:
        from microhedge.sources.announced import with_earnings

        market = with_earnings(market, holding, given["earnings"], move=given["earnings_move"])
    if given["vol_terms"] is not None:
        from microhedge.sources.announced import with_vol_terms

        market = with_vol_terms(market, given["vol_terms"])
    return market


def with_chains(
    market: Market,
    files: tuple[Path, ...],
    holding: str,
    *,
    start: date | None = None,
    end: date | None = None,
) -> Market:
    """Return the market with the option quotes of files, and what was left out of them.

    Quotes outside of the days that were asked for are passed over.
    """
    if not files:
        return market
    from microhedge.sources.chain_origin import chain_source
    from microhedge.sources.chains import read_chain

    found = read_chain(files, holding, start=start, end=end)
    return market.with_chain(
        found.chain,
        chain_source(found),
        notes=[f"{holding}, option quotes: {one}" for one in found.findings],
        words=[f"--chains {shlex.quote(str(path))}" for path in files],
    )


def market_of(
    given: Mapping[str, Any],
    symbols: Iterable[str] | None,
    *,
    rated: bool = False,
    quiet: bool = False,
) -> Market:
    """Return the market that the options ask for, and say on stderr what must be known of it.

    `symbols` are those that the command needs, None for every one there is, which Yahoo cannot
    be asked for.  A run that is `rated` has a rate of its own and needs none; one that prints
    the notes of its prices with its result is `quiet` about them here.  Raises the errors of the
    sources.
    """
    files: tuple[str, ...] = given["prices"]
    vouched = [date_of("genuine", day) for day in given["genuine"]]
    from microhedge.sources.exchanges import exchange

    at = exchange(given["calendar"])
    market = _market(given, _others(files, symbols), at, vouched, rated=rated)
    if files:
        market = _with_files(market, files, vouched)
    market = _with_bonds(market, given.get("bond_terms", ()), symbols)
    for each in () if quiet else market.notes:
        note(f"note: {each}")
    return market


def _with_files(market: Market, files: tuple[str, ...], genuine: list[date]) -> Market:
    """Return the market with the prices of files; a refusal that a word would settle shows it."""
    from microhedge.sources.files import Refused, file_market

    try:
        found, _ = file_market(files, beside=market, genuine=genuine)
    except Refused as refusal:
        if (example := SETTLED.get(refusal.code)) is None:
            raise
        raise Refused(f"{refusal}, as in --prices FILE:{example}", refusal.code) from refusal
    return found


def _with_bonds(market: Market, given: tuple[str, ...], symbols: Iterable[str] | None) -> Market:
    """Return the market with the bonds that were described, and the model bonds that are needed."""
    wanted = set(() if symbols is None else symbols) - set(market.symbols)
    if not (given or wanted):
        return market
    from microhedge.errors import UnknownSymbol, nearest
    from microhedge.sources.bonds import MODEL_BONDS, with_given_bonds, with_model_bonds

    found = with_model_bonds(with_given_bonds(market, given), wanted)
    for symbol in sorted(wanted - set(found.symbols)):
        hint = nearest(symbol, [*found.symbols, *MODEL_BONDS])
        if any(repr(name) in hint for name in MODEL_BONDS):
            raise UnknownSymbol(f"no prices for {symbol!r}{hint}; docs/bonds.md names the bonds")
    return found


def _market(
    given: Mapping[str, Any],
    symbols: list[str] | None,
    at: Exchange,
    genuine: list[date],
    *,
    rated: bool,
) -> Market:
    if given["source"] == "bundled":
        from microhedge.sources.bundled import bundled

        shipped = bundled()
        return shipped if at.is_new_york else shipped.at(at)
    from microhedge.errors import UsageError
    from microhedge.sources import from_yahoo

    if symbols is None:
        raise UsageError("Yahoo has no list to search: name the candidates, or a file of them")
    wanted = [name for name in REFERENCES if not (rated and name == "CMT3M")]
    return from_yahoo(
        symbols, references=wanted, offline=given["offline"], calendar=at, genuine=genuine
    )


def _others(files: tuple[str, ...], symbols: Iterable[str] | None) -> list[str] | None:
    """Return the symbols that no file of one's own is named after."""
    if symbols is None:
        return None
    from microhedge.sources.files.declared import split_off

    said = [split_off(text) for text in files]
    own = {words.get("symbol", Path(name).stem).upper() for name, words in said}
    return sorted({symbol for symbol in symbols if symbol.upper() not in own})
