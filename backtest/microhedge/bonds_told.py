"""What must be known of the bonds of a run, what they are and which way they move?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from microhedge.calendar import to_date
from microhedge.hedge import Hedge
from microhedge.instruments import BondIndex
from microhedge.logged import quoted
from microhedge.runs import Run
from microhedge.setting import Setup
from microhedge.told import Told, figure, joined, told

Fact = tuple[str, Told]


def bonds_told(hedges: Sequence[Hedge], runs: Sequence[Run], setup: Setup) -> list[Fact]:
    """Say what the bonds of a run are, which way they move, and where they are of no use."""
    found: list[Fact] = []
    tape = setup.tape
    for symbol, bond in tape.bonds.items():
        if isinstance(bond, BondIndex):
            years = figure(f"{bond.years:g}")
            text = told(
                "Every price of {symbol} is a model price: a par bond of {years} years, renewed "
                "every evening, coupons inside, by the par yields of the Treasury, the last one "
                "where a day has none.",
                symbol=symbol,
                years=years,
            )
            if bond.monthly:
                proxy = told(
                    "Every price of {symbol} is a model price, a proxy: a par bond of {years} "
                    "years, renewed every evening, coupons inside, by Moody's average yield of the "
                    "month before.",
                    symbol=symbol,
                    years=years,
                )
                issuer = told(
                    "It stands for {issuer}, no issuer's bond is priced, and what happens to one "
                    "firm is not in it.",
                    issuer=bond.issuer,
                )
                text = joined(" ", (proxy, issuer))
            found.append(("model-bonds", text))
        if bond.grade != "treasury":
            text = told(
                "A bond and the share of one firm move together: {symbol} hedges {holding} only "
                "where it is sold short; bought beside the share it adds to what is lost with the "
                "firm.",
                symbol=symbol,
                holding=setup.holding,
            )
            found.append(("bond-direction", text))
    for hedge, run in zip(hedges, runs, strict=True):
        log = {} if run.result is None else run.result.tables["log"]
        if tape.bonds.keys().isdisjoint(hedge.symbols) or run.result is None:
            continue
        for k in np.flatnonzero(log["code"] == "warning"):
            when = to_date(int(run.result.day[log["session"][k]]))
            what = quoted(log["text"][k])
            text = told("{name}: on {when} {what}.", name=run.name, when=when, what=what)
            found.append(("bond-ratio", text))
    return found
