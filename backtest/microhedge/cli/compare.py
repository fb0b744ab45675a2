"""`microhedge compare`: several hedges of one holding on one path."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from microhedge.cli import options
from microhedge.cli.prices import chain_option, price_options, schedule_options
from microhedge.cli.slips import Comparing, refuse_several
from microhedge.declaration import build
from microhedge.errors import ParameterError

if TYPE_CHECKING:
    from microhedge.hedge import Hedge


def hedge_of(spec: str, holding: str) -> Hedge:
    """Return the hedge that `name`, `name:key=value,key=value` or `file.py:Class:k=v` asks for."""
    from microhedge.loading import load

    place, _, tail = spec.rpartition(":")
    if "=" not in tail:
        place, tail = spec, ""
    more = place.rpartition(":")[2]
    if "=" in more and not more.endswith(".py"):
        head = place.removesuffix(more)
        raise ParameterError(f"{spec!r}: values are parted by commas: write {head}{more},{tail}")
    chosen: dict[str, str] = {}
    for pair in filter(None, tail.split(",")):
        key, equals, value = pair.partition("=")
        if not equals:
            raise ParameterError(f"{pair!r} in {spec!r} has no value: write {pair}=…")
        chosen[key.strip().replace("-", "_")] = value
    return build(load(place), {"holding": holding} | chosen)


def _body(holding: str, specs: tuple[str, ...], **given: Any) -> None:
    for spec in specs:
        refuse_several(spec)
    hedges = [hedge_of(spec, holding) for spec in specs]
    from microhedge.cli.job import report_on

    report_on(hedges, given)


command = Comparing(
    "compare",
    arguments=[click.Argument(["holding"])],
    sections={
        "Hedges": [
            click.Option(
                ["--with", "specs"],
                multiple=True,
                required=True,
                metavar="STRATEGY[:k=v,…]",
                help="A hedge, by name or file, with values of its own; may be repeated.",
            )
        ],
        "Portfolio": options.portfolio_options(),
        "Run": options.run_options(),
        "Prices": [*price_options(), chain_option(), *schedule_options()],
        "Output": options.output_options(),
    },
    callback=_body,
    help="Hedge HOLDING in one or more ways on one path.\n\n"
    "The yardsticks are added by themselves: keeping all, selling the same part at once "
    "(for cash, or into the rest), selling and rebalancing, and hedging the index instead.",
)
