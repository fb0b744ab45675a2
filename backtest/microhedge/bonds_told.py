"""What must be known of the bonds of a run, what they are and which way they move?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from microhedge.calendar import to_date
from microhedge.hedge import Hedge
from microhedge.instruments import BondIndex
from microhedge.runs import Run
from microhedge.setting import Setup

Told = tuple[str, str]


def bonds_told(hedges: Sequence[Hedge], runs: Sequence[Run], setup: Setup) -> list[Told]:
    """Say what the bonds of a run are, which way they move, and where they are of no use."""
    found: list[Told] = []
    tape = setup.tape
    for symbol, bond in tape.bonds.items():
        if isinstance(bond, BondIndex):
            kind = "model price, a proxy" if bond.monthly else "model price"
            text = (
                f"Every price of {symbol} is a {kind}: a par "
                f"bond of {bond.years:g} years, renewed every evening, coupons inside"
            )
            text += (
                ", by Moody's average yield of the month before. It stands for "
                f"{bond.issuer}, no issuer's bond is priced, and what happens to one firm is not "
                "in it."
                if bond.monthly
                else ", by the par yields of the Treasury, the last one where a day has none."
            )
            found.append(("model-bonds", text))
        if bond.grade != "treasury":
            found.append(
                (
                    "bond-direction",
                    f"A bond and the share of one firm move together: {symbol} hedges "
                    f"{setup.holding} only where it is sold short; bought beside the share it "
                    "adds to what is lost with the firm.",
                )
            )
    for hedge, run in zip(hedges, runs, strict=True):
        log = {} if run.result is None else run.result.tables["log"]
        if tape.bonds.keys().isdisjoint(hedge.symbols) or run.result is None:
            continue
        for k in np.flatnonzero(log["code"] == "warning"):
            when = to_date(int(run.result.day[log["session"][k]]))
            found.append(("bond-ratio", f"{run.name}: on {when} {log['text'][k]}."))
    return found
