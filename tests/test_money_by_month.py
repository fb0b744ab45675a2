"""What holding and hedge made by month: against pandas, from the tables that a run exports."""

from __future__ import annotations

from datetime import date
from typing import Literal

import numpy as np
import pandas as pd
import pytest

import microhedge as mh
from microhedge.declaration import build as declared
from microhedge.loading import load
from microhedge.money_by_month import money_by_month, opened_at
from microhedge.reporting.inputs import Correlation
from microhedge.reporting.memo.facts import facts
from microhedge.reporting.memo.retrospective import look_back
from microhedge.reporting.reading import read
from microhedge.result import Result

START, END = date(2014, 1, 2), date(2014, 12, 15)  # a whole first month, a part of the last


def compared(fill: Literal["close", "next_close", "next_open"] = "next_close") -> mh.Comparison:
    return mh.compare(
        [declared(load("pair-short"), {"holding": "KO", "peer": "PEP"})],
        mh.data.bundled(),
        mh.Portfolio(shares=1000),
        start=START,
        end=END,
        fill=fill,
    )


def run_of(found: mh.Comparison) -> Result:
    result = found.hedges[0].result
    assert result is not None
    return result


def by_pandas(result: Result) -> tuple[pd.Series, pd.Series]:
    """The profits of the holding from the day after the first trade, the hedge's after costs."""
    table = result.equity
    first = pd.Timestamp(result.trades["date"].iloc[0])
    paid = [name for name in table if str(name).startswith(("costs/hedge/", "borrow/hedge/"))]
    made = [name for name in table if str(name).startswith("profit/hedge/")]
    hedge = table[made].sum(axis=1) - table[paid].sum(axis=1) + table["short_interest"]
    return table.loc[table.index > first, "profit/holding"], hedge


def test_report_json_and_memo_tell_one_offset_since_the_first_trade() -> None:
    found = compared().with_details()
    result = run_of(found)
    item, hedge = by_pandas(result)
    # one session after the first, and the costs of that trade belong to the hedge
    assert len(item) == len(result.day) - 2
    due = -hedge.sum() / item.sum()
    own, other = item.resample("ME").sum(), hedge.resample("ME").sum()
    assert len(own) == len(other) == 12
    assert found.details is not None
    looked = found.details["pair-short"]
    assert looked.offset.cumulative[-1] == pytest.approx(due, rel=1e-12)
    assert looked.line.n == 12
    assert looked.line.slope == pytest.approx(np.polyfit(own, other, 1)[0], rel=1e-9)
    lean = read(found).correlations["pair-short"]
    assert isinstance(lean, Correlation)
    assert lean.course is not None
    assert lean.course.offset is not None
    assert lean.course.offset.last == looked.offset.cumulative[-1]
    assert len(lean.course.offset.days) == 12
    memo = look_back(facts(found))
    assert memo.net == pytest.approx(due, rel=1e-12)
    assert len(memo.bounds) == 12 + 1


@pytest.mark.parametrize(("fill", "row"), [("close", 0), ("next_close", 1), ("next_open", 0)])
def test_a_position_is_measured_from_the_close_it_opens_at(
    fill: Literal["close", "next_close", "next_open"], row: int
) -> None:
    result = run_of(compared(fill))
    made = money_by_month(result)
    assert (opened_at(result), made.bounds[0], made.bounds[-1]) == (row, row, len(result.day) - 1)
    # nothing that the hedge made or paid is lost
    assert made.months[1].sum() == pytest.approx(by_pandas(result)[1].sum(), rel=1e-12)
