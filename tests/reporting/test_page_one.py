"""Numbers of page 1 that a reader would add up or compare: what lies between them is said."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

import microhedge as mh
from microhedge.declaration import build as declared
from microhedge.loading import load
from microhedge.reporting.cards import cards
from microhedge.reporting.inputs import Bands, Subject
from microhedge.reporting.key_table import key_table
from microhedge.reporting.reading import read


@pytest.fixture(scope="module")
def put() -> mh.Comparison:
    return mh.compare(
        [declared(load("protective-put"), {"holding": "AAPL"})],
        mh.data.bundled(),
        mh.Portfolio(shares=1000),
        start=date(2006, 1, 3),
        end=date(2007, 12, 31),
    )


def test_the_key_table_says_what_lies_between_its_ending_values(put: mh.Comparison) -> None:
    alone, hedged = (one.equity for one in put.results[:2])
    columns = [str(name) for name in hedged]
    profit = sum(hedged[c].sum() for c in columns if c.startswith("profit/hedge/"))
    paid = sum(hedged[c].sum() for c in columns if c.startswith(("costs/hedge/", "borrow/hedge/")))
    between = hedged["equity"].iloc[-1] - alone["equity"].iloc[-1]
    interest = between - (profit - paid)
    assert interest < -100.0  # two years of premiums at rates near 5 %
    note = key_table(read(put))["note"]
    assert note.endswith(f": USD −{-interest:,.0f} for the protective put.")


def test_nothing_is_said_where_ending_values_differ_by_the_result_alone(
    put: mh.Comparison,
) -> None:
    subject = read(put)
    review, alone = subject.hedges[0], subject.unhedged
    assert "hedge_profit" in review.stats
    made, before = review.stat("hedge_profit"), alone.stat("final_equity")
    assert made is not None
    assert before is not None
    plain = replace(review, stats={**review.stats, "final_equity": before + made})
    runs = tuple(plain if run is review else run for run in subject.runs)
    assert not key_table(replace(subject, runs=runs)).get("note")


def test_the_card_on_selling_says_of_which_window_its_reruns_are(put: mh.Comparison) -> None:
    subject = read(put)
    review = subject.hedges[0]
    sale = subject.yardstick("sell-once", review)
    assert sale is not None
    alone, grown = (run.growth[-1] for run in (review, sale))
    years = (put.day[-1] - put.day[0]) / 365.25
    whole = 100.0 * (float(grown) ** (1.0 / years) - float(alone) ** (1.0 / years))
    assert all(row[0] != "Whole window" for row in card(subject)["sure"])
    lead = {"selling_lead": 0.01}
    banded = replace(subject, bands={review.name: Bands(vol_minus=lead, vol_plus=lead)})
    rows = card(banded)["sure"]
    assert rows[2] == ["Whole window", f"{whole:+.1f} pts".replace("-", "−")]
    assert [row[0] for row in rows[3:5]] == ["… roll dates", "… vol ±20%"]
    assert rows[4][1] == "+1.0 to +1.0 pts"


def card(subject: Subject) -> dict[str, Any]:
    return cards(subject)[-1]
