"""What must be known of options and shares that ended on the way, a code and a sentence each?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from microhedge.calendar import to_date
from microhedge.engine import Setup
from microhedge.runs import Run

Told = tuple[str, str]


def options_told(runs: Sequence[Run], setup: Setup) -> list[Told]:
    """Tell on what options settled, and whether they moved shares."""
    return [*_opening_prints(runs, setup), *_kept(runs, setup)]


def _expiries(count: int) -> str:
    return "one expiry" if count == 1 else f"{count} expiries"


def _opening_prints(runs: Sequence[Run], setup: Setup) -> list[Told]:
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
            f"Options on {symbol} settle on the opening print of their expiry's day, and its "
            f"prices have none on {_expiries(count)}: they were settled at the close.",
        )
        for symbol in sorted({each for each, _ in missing})
        for count in [sum(each == symbol for each, _ in missing)]
    ]


def ended_told(runs: Sequence[Run]) -> list[Told]:
    """Say which share ended on the way: what was a hedge until then is none afterwards."""
    said: dict[str, Told] = {}
    for run in runs:
        log = {} if run.result is None else run.result.tables["log"]
        for k in np.flatnonzero(log["code"] == "ended") if log else ():
            when = to_date(int(run.result.day[log["session"][k]])) if run.result else None
            text = f"On {when} {log['text'][k]}."
            said.setdefault(text, ("ended", text))
    return list(said.values())


def _kept(runs: Sequence[Run], setup: Setup) -> list[Told]:
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
        text = (
            f"{run.name}: every share was kept. Written options were bought back, or settled at "
            "their intrinsic value and the stock's cost where they ended in the money"
            + (f" ({early} were assigned before an ex-date)" if early else "")
            + f"; that took {paid:,.0f} from the account, by a loan where it had no cash."
        )
        found.append(("shares-kept", text))
    return found


def _delivered(run: Run, *, rebuy: bool) -> list[Told]:
    """Say how many shares options moved, and what became of the money."""
    if run.result is None:
        return []
    ledger = run.result.tables["ledger"]
    mine, moved = ledger["account"] == "holding", ledger["quantity"]
    own, others = mine & (ledger["cause"] == "exercise"), mine & (ledger["cause"] == "assignment")
    counts = {
        "called away": -float(moved[others & (moved < 0.0)].sum()),
        "sold by exercised puts": -float(moved[own & (moved < 0.0)].sum()),
        "put to the account": float(moved[others & (moved > 0.0)].sum()),
        "bought by exercised calls": float(moved[own & (moved > 0.0)].sum()),
    }
    told = [f"{count:,.0f} shares were {how}" for how, count in counts.items() if count]
    if not told:
        return [("delivered", f"{run.name}: no option moved a share.")]
    after = "what they brought stayed cash at the credit rate"
    if rebuy:
        after = "what went was bought back at the next fill, with its costs"
    return [("delivered", f"{run.name}: {', '.join(told)} (as traded on the day); {after}.")]
