"""`microhedge check`: does a strategy look ahead, or remember what it should not?"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from microhedge.cli.options import date_if, debug_option, json_option
from microhedge.cli.outcome import note, say
from microhedge.cli.prices import (
    chain_option,
    market_of,
    price_options,
    schedule_options,
    with_chains,
    with_schedules,
)
from microhedge.cli.run import Strategies, holding_option, with_own_options

if TYPE_CHECKING:
    from datetime import date

    from microhedge.causality import Causality
    from microhedge.hedge import Hedge

SESSIONS = 756
"""Length of the window where none is asked for: the last three years."""


class Checks(Strategies):
    """Turns each strategy into the command that checks it."""

    def command_for(self, strategy: type[Hedge], name: str) -> click.Command:
        """Return the check of a strategy."""
        return with_own_options(
            strategy,
            name,
            _body,
            {
                "Portfolio": [
                    holding_option(),
                    click.Option(
                        ["--shares"],
                        type=float,
                        default=1000.0,
                        metavar="NUMBER",
                        help="Shares held.  [1000]",
                    ),
                ],
                "Check": [
                    click.Option(
                        ["--start"], metavar="DATE", help="First decision.  [756 sessions ago]"
                    ),
                    click.Option(
                        ["--end"], metavar="DATE", help="Last session.  [the last with every price]"
                    ),
                    click.Option(["--vol"], metavar="MODEL", help="As in `microhedge run`."),
                    click.Option(
                        ["--cuts"],
                        type=int,
                        default=50,
                        metavar="N",
                        help="Sessions after which the future is changed, in each way.  [50]",
                    ),
                    click.Option(
                        ["--seed"], type=int, default=0, metavar="N", help="Of those changes.  [0]"
                    ),
                ],
                "Prices": [*price_options(), chain_option(), *schedule_options()],
                "Output": [json_option(), debug_option()],
            },
        )


def _body(hedge: Hedge, given: Mapping[str, Any]) -> int:
    from microhedge.cli.show import wrapped
    from microhedge.errors import UsageError

    found = _checked(hedge, given, date_if("start", given["start"]), date_if("end", given["end"]))
    if found.orders == 0 and found.passed:
        raise UsageError(
            f"{found.hedge} placed no order from {found.start} to {found.end}, so nothing could "
            "be compared: choose another window with --start and --end"
        )
    if given["as_json"]:
        say(json.dumps(found.document(), indent=2, allow_nan=False, ensure_ascii=False))
    else:
        say(wrapped(f"{'passed' if found.passed else 'FAILED'}: {found.sentences()}"))
    return 0 if found.passed else 1


def _checked(
    hedge: Hedge, given: Mapping[str, Any], start: date | None, end: date | None
) -> Causality:
    """Lay the window and check the hedge on it."""
    from microhedge.causality import check
    from microhedge.hedge import returns_needed
    from microhedge.option_prices import OptionPrices
    from microhedge.portfolio import Portfolio
    from microhedge.vol_choice import Chooser, VolChoice
    from microhedge.window import INDEX

    vol = VolChoice.of(given["vol"])
    before = max(vol.returns_needed, returns_needed(hedge))
    symbols = dict.fromkeys([*hedge.symbols, INDEX])
    market = market_of(given, symbols, rated=False)
    market = with_chains(market, given["chains"], hedge.holding, start=start, end=end)
    market = with_schedules(market, given, hedge.holding)
    tape = market.tape(symbols, start=start, end=end, warmup=before)
    if start is None and len(tape) - tape.begin > SESSIONS:
        recent = tape.dates[-SESSIONS]
        note(
            f"checked on the last {SESSIONS} sessions, from {recent}; a run without --start begins "
            f"earlier, as the check does with --start {tape.dates[tape.begin]}"
        )
        tape = market.tape(symbols, start=recent, end=tape.dates[-1], warmup=before)
    return check(
        hedge,
        tape,
        lambda other: OptionPrices(other, Chooser(other, vol, index=INDEX)),
        portfolio=Portfolio(shares=given["shares"]),
        chains=market.chains,
        cuts=given["cuts"],
        seed=given["seed"],
    )


command = Checks(
    "check",
    help="Prove that a strategy does not look ahead, as far as that can be proven.\n\n"
    "It is run before other futures, again on the same data, and woken every evening. "
    "Exit code 0 if nothing differs, 1 if something does.",
    options_metavar="",
    subcommand_metavar="STRATEGY|FILE [OPTIONS]",
)
