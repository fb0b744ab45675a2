"""A cell is the run that `mh.run` makes of the same values, on a window that all cells share."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from statistics import median

import numpy as np
import pytest

import microhedge as mh
from microhedge.analysis.performance import annual_return
from microhedge.declaration import build
from microhedge.engine import simulate
from microhedge.errors import AdjustedSeries, ParameterError, UsageError
from microhedge.loading import load
from microhedge.scorecard import roll_interval, since
from microhedge.sources import bundled
from microhedge.sweeping.plan import SPAN

HOLD = mh.Portfolio(shares=1000)
START, END = date(2014, 1, 2), date(2015, 12, 31)
PUT = build(load("protective-put"), {"holding": "AAPL", "tranches": 1})
DEEPER = build(load("protective-put"), {"holding": "AAPL", "tranches": 1, "moneyness": 0.95})
PAIR = build(load("pair-short"), {"holding": "KO", "peer": "PEP"})


def test_a_cell_has_the_statistics_of_the_same_run() -> None:
    axes = {"moneyness": "0.9,0.95", "borrow": [0.0, 0.02]}
    found = mh.sweep(PUT, bundled(), HOLD, axes, start=START, end=END, phases=1)
    row = found.frame.iloc[3]
    assert (row["moneyness"], row["borrow"]) == (0.95, 0.02)
    run = mh.run(
        DEEPER,
        bundled(),
        HOLD,
        start=START,
        end=END,
        costs=mh.Costs(borrow=0.02),
    )
    stats = run.run("protective-put").stats
    for name in stats.keys() & set(found.frame.columns):
        assert row[name] == stats[name], name
    assert len(stats.keys() & set(found.frame.columns)) >= 25
    # float32 of the same returns
    assert found.evidence.returns[3] == pytest.approx(run.hedges[0].returns, abs=1e-7)
    assert np.array_equal(found.evidence.unhedged, run.unhedged.returns)


def test_roll_phases_are_averaged_and_their_spread_is_kept() -> None:
    found = mh.sweep(PUT, bundled(), HOLD, {"moneyness": [0.95, 0.9]}, start=START, end=END)
    row = found.frame.iloc[0]
    run = mh.run(DEEPER, bundled(), HOLD, start=START, end=END)
    interval = min(roll_interval(run.result), SPAN)
    hedge, alone = DEEPER, []
    for wait in (0, round(interval / 3), round(2 * interval / 3)):
        rules = replace(run.setup.rules, wait=wait)
        again = simulate(hedge, replace(run.setup, rules=rules))
        alone.append(annual_return(since(again.returns, SPAN), again.day[SPAN:]))
    known = [each for each in alone if each is not None]
    assert row["annual_return"] == pytest.approx(sum(known) / 3, rel=1e-12)
    spread = [row[f"annual_return_{end}"] for end in ("min", "median", "max")]
    assert spread == pytest.approx([min(known), median(known), max(known)], rel=1e-12)
    # every cell is measured from the same session, on which the last phase has begun
    assert len(found.evidence.day) == len(run.day) - SPAN


def test_a_hedge_without_options_has_no_phases() -> None:
    found = mh.sweep(PAIR, bundled(), HOLD, {"band": [0.05, 0.2]}, start=START, end=END)
    assert found.header["fixed"]["phases"] == 1
    assert found.frame["annual_return_min"].isna().all()


def test_the_longest_look_back_sets_the_window_of_every_cell() -> None:
    axes = {"window": [252, 1008], "peer": ["PEP", "WMT"]}
    found = mh.sweep(PAIR, bundled(), HOLD, axes, end=date(2000, 12, 29))
    # 1,008 returns after the first of all these series, 1990-01-02
    assert found.header["fixed"]["start"] == "1993-12-27"
    assert set(found.frame["status"]) == {"ok"}
    assert found.evidence.coordinates["peer"] == ["PEP", "WMT", "PEP", "WMT"]


def test_an_axis_of_starts_and_models_gives_each_cell_its_own_window() -> None:
    axes = {"start": "2014-01-02,2015-01-02", "vol": "constant:0.2,constant:0.4"}
    found = mh.sweep(PUT, bundled(), HOLD, axes, end=END, phases=1)
    frame = found.frame
    assert (frame["cost_per_year"][1] - frame["cost_per_year"][0]) > 0.01
    later = mh.run(
        PUT, bundled(), HOLD, start=date(2015, 1, 2), end=END, vol="constant:0.2"
    ).hedges[0]
    assert frame["annual_return"][2] == later.stats["annual_return"]
    with pytest.raises(mh.MicrohedgeError, match="start on different dates cannot be compared"):
        _ = found.evidence


def test_a_cell_whose_parameters_do_not_fit_each_other_is_a_row_with_its_error() -> None:
    axes = {"tenor": [35, 91], "roll": [10, 30]}
    frame = mh.sweep(PUT, bundled(), HOLD, axes, start=START, end=END, phases=1).frame
    assert frame["status"].tolist() == ["ok", "failed", "ok", "ok"]
    assert "tenor must be at least 48" in frame["error"][1]


def test_what_no_cell_can_carry_is_refused_before_any_runs() -> None:
    with pytest.raises(AdjustedSeries, match="choose --start 2001-03-01 or later and --end"):
        mh.sweep(replace(PUT, holding="MSFT"), bundled(), HOLD, {"cover": [0.5, 1.0]})
    with pytest.raises(UsageError, match="a sweep needs an axis"):
        mh.sweep(PUT, bundled(), HOLD, {})
    for wrong in ({"phases": 0}, {"workers": -1}, {"sample": 0}, {"seed": -1}, {"rate": 3.0}):
        with pytest.raises(ParameterError):
            mh.sweep(PUT, bundled(), HOLD, {"cover": [0.5, 1.0]}, start=START, **wrong)
