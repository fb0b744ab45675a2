"""What a relation promised is one number everywhere, and is compared with its like."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest

import microhedge as mh
from microhedge.declaration import build as declared
from microhedge.loading import load
from microhedge.reporting.findings_correlation import removed_against
from microhedge.reporting.inputs import Correlation, Subject
from microhedge.reporting.memo.facts import facts
from microhedge.reporting.memo.prospective import regression
from microhedge.reporting.model import model
from microhedge.reporting.reading import read


class Mixed(mh.Hedge):
    """Short a peer by its regression, and own puts beside it."""

    peer: str = "MSFT"

    def on_session(self, now: mh.Session) -> None:
        if now.premise is None:
            fit = now.expect(now.regress(self.holding, on=self.peer, sessions=252))
            now.short(self.peer, value=fit.betas[self.peer] * now.value)
        for rung in now.due("put", tenor=91, roll=mh.days_before(30), tranches=2):
            now.roll(rung, now.put(days=rung.days, moneyness=0.95))


@pytest.fixture(scope="module")
def found() -> mh.Comparison:
    return mh.compare(
        [
            Mixed(holding="AAPL"),
            declared(load("pair-short"), {"holding": "AAPL", "peer": "MSFT", "window": 252}),
        ],
        mh.data.bundled(),
        mh.Portfolio(shares=1000),
        start=date(2008, 1, 2),
        end=date(2009, 12, 31),
    )


@pytest.fixture(scope="module")
def subject(found: mh.Comparison) -> Subject:
    return read(found)


def leaned(subject: Subject, name: str) -> Correlation:
    lean = subject.correlations[name]
    assert isinstance(lean, Correlation)
    return lean


def promise(subject: Subject, label: str) -> dict[str, Any]:
    pages = [page for page in model(subject)["pages"] if page["nav"].startswith("Correlation")]
    page = next(page for page in pages if label in page["nav"])
    table: dict[str, Any] = next(
        block for block in page["body"] if block.get("head", [])[1:] == ["Promised", "Came"]
    )
    return table


def test_the_variance_promised_is_the_r_squared_of_the_premise_and_of_the_memo(
    found: mh.Comparison, subject: Subject
) -> None:
    premise = found.results[2].premises.iloc[0]
    known = pd.DataFrame(
        {name: found.tape.returns(name) for name in ("AAPL", "MSFT")},
        index=pd.to_datetime(found.tape.dates),
    )
    window = known[: pd.Timestamp(premise["date"])].tail(252)
    r = window["AAPL"].corr(window["MSFT"])
    lean = leaned(subject, "pair-short")
    assert lean.plain[0] == pytest.approx(r, rel=1e-9)
    assert premise["r_squared"] == pytest.approx(r**2, rel=1e-9)
    memo = regression(facts(found, "pair-short"))
    assert memo is not None
    assert memo.r_squared == pytest.approx(r**2, rel=1e-9)
    table = promise(subject, "pair short")
    rows = {row[0]: row[1] for row in table["rows"]}
    assert rows["Correlation of returns"] == f"{r:.2f}"
    assert rows["Variance explained (its square)"] == f"{100 * r**2:.0f}%"
    part = 1.0 - np.sqrt(1.0 - r**2)
    assert f"as much as selling {100 * part:.0f}% of the holding" in table["finding"]


def test_what_came_with_options_is_not_held_against_what_the_short_promised(
    subject: Subject,
) -> None:
    assert not leaned(subject, "pair-short").beside
    assert leaned(subject, "mixed").beside
    table = promise(subject, "mixed")
    assert table["finding"].endswith(" came, options included.")
    assert "What came is of the whole hedge, with its options" in table["sub"]
    why = model(subject)["cards"][2]["why"]
    assert " With its options the hedge removed variance like selling " in why
    assert removed_against(0.56, (0.28, 0.75), 0.22, beside=True) == (
        "Out of sample the hedge removed 56% of the variance (95% interval 28% to 75%), its "
        "options included; the correlation alone had promised 22%."
    )
