"""Luck of dates and error of the model: reruns whose sizes are known from elsewhere."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache

import numpy as np
import pytest

import microhedge as mh
from microhedge.bands import PHASES, Bands, Outcome
from microhedge.comparison import Comparison
from microhedge.declaration import build
from microhedge.engine import simulate
from microhedge.loading import load
from microhedge.scorecard import roll_interval
from microhedge.sources import bundled

HOLD = mh.Portfolio(shares=1000, weight=0.4)


@cache
def banded(holding: str, tranches: int, end: str) -> Comparison:
    """Three-month puts 5 % out of the money, held to expiry."""
    rules = {"moneyness": 0.95, "tenor": 91, "roll": 0, "tranches": tranches}
    hedge = build(load("protective-put"), {"holding": holding, **rules})
    return mh.run(hedge, bundled(), HOLD, end=date.fromisoformat(end)).with_bands()


def only(found: Comparison) -> Bands:
    assert found.bands is not None
    return found.bands["protective-put"]


def width(found: Comparison) -> float:
    spread = only(found).spread("annual_return")
    assert spread is not None
    return spread[2] - spread[0]


def test_roll_phases_cover_one_interval_from_roll_to_roll() -> None:
    # a quarter has 63 sessions, and a ladder of three rolls three times in it
    assert roll_interval(banded("MSFT", 1, "2013-03-01").result) in range(60, 67)
    assert roll_interval(banded("MSFT", 3, "2013-03-01").result) in range(18, 24)
    assert len(only(banded("MSFT", 1, "2013-03-01")).phases) == PHASES


def test_a_ladder_shrinks_the_luck_of_the_roll_date() -> None:
    # measured elsewhere on 21 phases: 6.5 points for one tranche of MSFT puts, 1.2 for three
    single, ladder = banded("MSFT", 1, "2013-03-01"), banded("MSFT", 3, "2013-03-01")
    assert width(single) == pytest.approx(0.065, abs=0.025)
    assert width(ladder) == pytest.approx(0.012, abs=0.010)


def test_a_fifth_of_the_volatility_moves_a_put_by_points_a_year() -> None:
    # measured elsewhere, European marks: MSFT +1.8 / −1.6 / −6.2 % a year, 4.0 points on average
    found = banded("MSFT", 3, "2013-03-01")
    low, high = only(found).vol_minus_20.annual_return, only(found).vol_plus_20.annual_return
    base = found.hedges[0].stats["annual_return"]
    assert low is not None
    assert high is not None
    assert base is not None
    assert low > base > high
    assert (low - high) / 2 == pytest.approx(0.040, abs=0.010)


def test_at_the_break_even_the_hedge_returns_what_selling_once_does() -> None:
    found = banded("MSFT", 3, "2013-03-01")
    factor = only(found).break_even_vol
    assert factor is not None
    again = mh.run(found.strategies[0], bundled(), HOLD, end=date(2013, 3, 1))
    from microhedge.option_prices import OptionPrices
    from microhedge.vol_choice import Chooser, VolChoice

    prices = OptionPrices(again.tape, Chooser(again.tape, VolChoice(), index="SPX", scale=factor))
    result = simulate(found.strategies[0], replace(again.setup, prices=prices))
    sale = next(run for run in again.runs if run.kind == "sell-once")
    hedged, sold = (float(np.prod(1 + r)) for r in (result.returns, sale.returns))
    years = (again.day[-1] - again.day[0]) / 365.25
    # the multiple is known to 0.012, which moves this put by some 0.3 points a year
    assert hedged ** (1 / years) == pytest.approx(sold ** (1 / years), abs=0.004)


def test_a_phase_waits_with_its_first_evening_and_changes_nothing_else() -> None:
    found = banded("MSFT", 3, "2013-03-01")
    setup = found.setup
    waited = simulate(found.strategies[0], replace(setup, rules=replace(setup.rules, wait=10)))
    fills = waited.tables["fills"]["session"]
    assert fills[0] == 11
    assert np.all(waited.curves["long_options"][:11] == 0.0)


def test_with_bands_a_verdict_can_be_certain_and_without_them_it_cannot() -> None:
    # MSFT 2001–13: selling 31 % once was better in every phase and at either volatility
    found = banded("MSFT", 3, "2013-03-01")
    assert found.judgements["protective-put"].selling_better == "yes"
    plain = mh.run(found.strategies[0], bundled(), HOLD, end=date(2013, 3, 1))
    assert plain.judgements["protective-put"].selling_better == "likely"


def test_a_hedge_without_options_has_no_bands_and_says_so() -> None:
    hedge = build(load("index-short"), {"holding": "AAPL"})
    kept = {"start": date(2013, 6, 3), "end": date(2015, 6, 1)}
    found = mh.run(hedge, bundled(), HOLD, **kept).with_bands()  # type: ignore[arg-type]
    document = found.document("run")["bands"]["index-short"]
    assert document["roll_phases"] is None
    assert "no option" in document["reason"]


def test_a_spread_is_least_median_and_greatest_of_what_is_defined() -> None:
    runs = tuple(Outcome(v, 0.0, None, None) for v in (0.3, 0.1, None, 0.2))
    found = Bands(runs, 1, runs[0], runs[1], None)
    assert found.spread("annual_return") == (0.1, 0.2, 0.3)
    assert found.spread("losses_borne") is None


def test_hindsight_ends_with_the_hedge_s_own_tail_loss() -> None:
    found = banded("MSFT", 3, "2013-03-01")
    mix = next(run for run in found.runs if run.kind == "hindsight")
    assert mix.stats["tail_loss"] == pytest.approx(found.hedges[0].stats["tail_loss"], rel=1e-9)
    assert mix.sold is not None
    assert 0.0 < mix.sold < 1.0
