"""What must be known of options and shares that ended on the way, a code and a sentence each?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from microhedge.calendar import to_date
from microhedge.engine import Setup
from microhedge.language import mark
from microhedge.logged import quoted
from microhedge.runs import Run
from microhedge.told import Told, figure, joined, told, told_count

Fact = tuple[str, Told]


def options_told(runs: Sequence[Run], setup: Setup) -> list[Fact]:
    """Tell on what options settled, and whether they moved shares."""
    return [*_opening_prints(runs, setup), *_kept(runs, setup)]


def _opening_prints(runs: Sequence[Run], setup: Setup) -> list[Fact]:
    """Say where options that settle on an opening print had none to settle on."""
    tape, dates = setup.tape, setup.tape.dates[setup.tape.begin :]
    missing = set()
    for run in runs:
        ledger = {} if run.result is None else run.result.tables["ledger"]
        for k in np.flatnonzero(ledger["cause"] == "expiry") if ledger else ():
            name = str(ledger["instrument"][k])
            symbol, row = name.split(" ", maxsplit=1)[0], int(ledger["session"][k])
            if name.endswith(" AM") and not tape.prints(symbol)[tape.begin + row]:
                missing.add((symbol, dates[row]))
    return [
        (
            "no-opening-print",
            told_count(
                "Options on {symbol} settle on the opening print of their expiry's day, and its "
                "prices have none on one expiry: they were settled at the close.",
                "Options on {symbol} settle on the opening print of their expiry's day, and its "
                "prices have none on {n} expiries: they were settled at the close.",
                count,
                symbol=symbol,
            ),
        )
        for symbol in sorted({each for each, _ in missing})
        for count in [sum(each == symbol for each, _ in missing)]
    ]


def ended_told(runs: Sequence[Run]) -> list[Fact]:
    """Say which share ended on the way: what was a hedge until then is none afterwards."""
    said: dict[str, Fact] = {}
    for run in runs:
        log = {} if run.result is None else run.result.tables["log"]
        for k in np.flatnonzero(log["code"] == "ended") if log else ():
            when = to_date(int(run.result.day[log["session"][k]])) if run.result else None
            text = told("On {when} {what}.", when=when, what=quoted(log["text"][k]))
            said.setdefault(text, ("ended", text))
    return list(said.values())


def _kept(runs: Sequence[Run], setup: Setup) -> list[Fact]:
    """Say what became of options that ended in the money: which shares were delivered."""
    if setup.rules.ends.deliver:
        return [note for run in runs for note in _delivered(run, rebuy=setup.rules.ends.rebuy)]
    found = []
    for run in runs:
        rolls = {} if run.result is None else run.result.tables["rolls"]
        if run.result is None or not (rolls["contracts"] < 0.0).any():
            continue
        written = rolls["contracts"] < 0.0
        ended = written & (rolls["closed"] >= 0)
        early = int(np.count_nonzero(rolls["end"] == "assigned"))
        paid = -float(rolls["received"][ended].sum())
        settled = told(
            "Written options were bought back, or settled at their intrinsic value and the stock's "
            "cost where they ended in the money"
        )
        if early:
            settled = told(
                "{settled} ({early} were assigned before an ex-date)", settled=settled, early=early
            )
        cost = told(
            "{settled}; that took {paid} from the account, by a loan where it had no cash.",
            settled=settled,
            paid=figure(f"{paid:,.0f}"),
        )
        kept = told("{name}: every share was kept.", name=run.name)
        found.append(("shares-kept", joined(" ", (kept, cost))))
    return found


def _delivered(run: Run, *, rebuy: bool) -> list[Fact]:
    """Say how many shares options moved, and what became of the money."""
    if run.result is None:
        return []
    ledger = run.result.tables["ledger"]
    mine, moved = ledger["account"] == "holding", ledger["quantity"]
    own, others = mine & (ledger["cause"] == "exercise"), mine & (ledger["cause"] == "assignment")
    counts = {
        mark("{count} shares were called away"): -moved[others & (moved < 0.0)].sum(),
        mark("{count} shares were sold by exercised puts"): -moved[own & (moved < 0.0)].sum(),
        mark("{count} shares were put to the account"): moved[others & (moved > 0.0)].sum(),
        mark("{count} shares were bought by exercised calls"): moved[own & (moved > 0.0)].sum(),
    }
    many = [told(how, count=figure(f"{count:,.0f}")) for how, count in counts.items() if count]
    if not many:
        return [("delivered", told("{name}: no option moved a share.", name=run.name))]
    after = told("what they brought stayed cash at the credit rate")
    if rebuy:
        after = told("what went was bought back at the next fill, with its costs")
    text = told(
        "{name}: {many} (as traded on the day); {after}.",
        name=run.name,
        many=joined(", ", many),
        after=after,
    )
    return [("delivered", text)]
