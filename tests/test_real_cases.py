"""What the shipped prices are known to show, measured elsewhere, must come out of the engine."""

from __future__ import annotations

import csv
from datetime import date
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from microhedge.analysis.effectiveness import variance_removed
from microhedge.analysis.performance import max_drawdown, total_return
from microhedge.analysis.rolling import rolling_correlation
from microhedge.basket import Basket
from microhedge.costs import Costs
from microhedge.declaration import build
from microhedge.engine import Rules, Setup, simulate
from microhedge.hedge import Hedge
from microhedge.loading import load
from microhedge.market import Market
from microhedge.option_prices import OptionPrices
from microhedge.portfolio import Portfolio
from microhedge.result import Result
from microhedge.sources import bundled
from microhedge.tape import Floats, Tape
from microhedge.vol_choice import Chooser, VolChoice

FUNDS = ("MTUM", "QUAL", "SIZE", "USMV", "VLUE")
GOLDEN = Path(__file__).parent / "golden" / "real_cases.csv"


@cache
def market() -> Market:
    return bundled()


@cache
def play(hedge: Hedge, start: str, end: str, free: bool = True) -> tuple[Result, Result, Tape]:
    """Run a hedge and the holding alone, with cash enough for any margin."""
    tape = market().tape(
        dict.fromkeys([*hedge.symbols, "SPX"]),
        start=date.fromisoformat(start),
        end=date.fromisoformat(end),
        warmup=252,
        rate=0.0 if free else None,
        index_dividend=0.0 if free else 0.0195,
    )
    setup = Setup(
        tape=tape,
        holding=hedge.holding,
        portfolio=Portfolio(shares=1000, cash=1e8),
        prices=OptionPrices(tape, Chooser(tape, VolChoice(), index="SPX")),
        costs=Costs.none() if free else Costs(),
    )
    return simulate(None, setup), simulate(hedge, setup), tape


def short(holding: str, of: str) -> Hedge:
    """A short with a 252-session ratio that is reset each month, whatever it drifted."""
    rules = {"window": 252, "band": 0.0, "drift": 1.0}
    name, own = ("index-short", {}) if of == "SPX" else ("pair-short", {"peer": of})
    return build(load(name), {"holding": holding, **rules, **own})


def put(holding: str) -> Hedge:
    """Three-month puts 5 % out of the money, held to expiry."""
    rules = {"moneyness": 0.95, "tenor": 91, "roll": 0, "tranches": 1}
    return build(load("protective-put"), {"holding": holding, **rules})


def on(tape: Tape, result: Result, day: str) -> float:
    row = tape.dates.index(date.fromisoformat(day)) - tape.begin
    return float(result.returns[row])


def cases() -> list[tuple[str, ...]]:
    with GOLDEN.open() as lines:
        rows = csv.reader(line for line in lines if not line.startswith("#"))
        return [tuple(row) for row in rows][1:]


@pytest.mark.parametrize("case", cases(), ids="-".join)
def test_a_short_comes_out_as_measured_elsewhere(case: tuple[str, ...]) -> None:
    holding, of, start, end, number, expected, tolerance = case
    alone, hedged, _ = play(short(holding, of), start, end)
    found = {
        "variance_removed": variance_removed(hedged.returns, alone.returns),
        "unhedged_total": total_return(alone.returns),
        "hedged_total": total_return(hedged.returns),
    }[number]
    assert found == pytest.approx(float(expected), abs=float(tolerance))


def test_the_similar_stock_is_the_worse_hedge_of_msft() -> None:
    removed = {}
    for of in ("IBM", "SPX"):
        alone, hedged, _ = play(short("MSFT", of), "2001-03-15", "2013-03-01")
        removed[of] = variance_removed(hedged.returns, alone.returns)
    assert (removed["IBM"] or 0) < (removed["SPX"] or 0)


def test_a_peer_pays_nothing_on_the_day_that_vioxx_was_withdrawn() -> None:
    # MRK −26.8 % and PFE +1.4 % on 2004-09-30: the short lost too, and no day was worse
    alone, hedged, tape = play(short("MRK", "PFE"), "1999-01-04", "2006-12-29")
    assert on(tape, alone, "2004-09-30") == pytest.approx(-0.268, abs=5e-4)
    row = tape.dates.index(date(2004, 9, 30))
    assert tape.returns("PFE")[row] == pytest.approx(0.014, abs=5e-4)
    assert on(tape, hedged, "2004-09-30") < on(tape, alone, "2004-09-30")
    assert hedged.returns.min() < alone.returns.min()


def correlations(a: str, b: str) -> tuple[Tape, Floats]:
    """The correlation of two symbols over the past 252 sessions, by session."""
    tape = market().tape([a, b])
    return tape, rolling_correlation(tape.returns(a)[1:], tape.returns(b)[1:], 252)


def test_the_pair_that_works_still_ranged_from_0_36_to_0_94() -> None:
    _, path = correlations("XOM", "CVX")
    assert np.nanmin(path) == pytest.approx(0.36, abs=0.005)
    assert np.nanmax(path) == pytest.approx(0.94, abs=0.005)


def test_one_day_halved_the_correlation_of_mrk_and_pfe() -> None:
    # 0.67 → 0.35 was measured elsewhere, by a window that is not on record; over 252 sessions of
    # simple returns it is 0.58 → 0.28: the same halving
    tape, path = correlations("MRK", "PFE")
    row = tape.dates.index(date(2004, 9, 30)) - 1
    assert path[row] / path[row - 1] == pytest.approx(0.35 / 0.67, abs=0.06)


def test_a_peer_saves_nothing_of_a_gap_in_the_holding() -> None:
    # AAPL 2000-09-29: −51.8 % overnight, −50.9 % with MSFT short against it
    alone, hedged, tape = play(short("AAPL", "MSFT"), "2000-01-03", "2002-03-01")
    assert on(tape, alone, "2000-09-29") == pytest.approx(-0.518, abs=1e-3)
    assert on(tape, hedged, "2000-09-29") == pytest.approx(-0.509, abs=2e-3)


@pytest.mark.parametrize(
    ("holding", "start", "gap", "fell", "floor"),
    [
        # META closed at 323.00 before 2022-02-03 and at 237.76 after it, NFLX at 348.61 and 226.19
        pytest.param("META", "2013-06-03", "2022-02-03", -0.2639, -0.10, id="meta"),
        pytest.param("NFLX", "2014-02-03", "2022-04-20", -0.3512, -0.15, id="nflx"),
    ],
)
def test_a_put_holds_its_floor_on_a_gap(
    holding: str, start: str, gap: str, fell: float, floor: float
) -> None:
    alone, hedged, tape = play(put(holding), start, "2022-12-28", free=False)
    assert on(tape, alone, gap) == pytest.approx(fell, abs=5e-4)
    assert on(tape, hedged, gap) > floor


@pytest.mark.parametrize(
    ("holding", "start", "end", "alone_fell", "hedged_fell", "tolerance"),
    [
        # European marks and no costs elsewhere: −58 → about −40 and −77 → about −39
        pytest.param("MSFT", "2001-03-15", "2013-03-01", -0.58, -0.40, 0.04, id="msft"),
        # one roll date of META moves this by several points, so the band is wide
        pytest.param("META", "2013-06-03", "2022-12-28", -0.77, -0.39, 0.10, id="meta"),
    ],
)
def test_a_roll_of_puts_cuts_the_deepest_fall_as_measured_elsewhere(
    holding: str,
    start: str,
    end: str,
    alone_fell: float,
    hedged_fell: float,
    tolerance: float,
) -> None:
    alone, hedged, _ = play(put(holding), start, end, free=False)
    assert max_drawdown(alone.returns) == pytest.approx(alone_fell, abs=0.01)
    assert max_drawdown(hedged.returns) == pytest.approx(hedged_fell, abs=tolerance)


def test_a_put_held_to_expiry_leaves_no_session_uncovered() -> None:
    _, hedged, _ = play(put("MSFT"), "2001-03-15", "2013-03-01", free=False)
    cover = hedged.curves["cover"][1:]
    assert np.all(cover >= 0.5)
    assert len(hedged.tables["rolls"]["role"]) > 40


def account(holding: str, peer: str, weight: float) -> tuple[Result, Result]:
    """One of twenty shares hedged by its peer, the others bought in equal parts and held."""
    names = [one for one in market().symbols if market().series(one, "total_return")]
    twenty = [one for one in names if one not in FUNDS]
    assert len(twenty) == 20
    hedge = short(holding, peer)
    tape = market().tape(
        dict.fromkeys([holding, peer, "SPX", *twenty]),
        start=date(2004, 1, 2),
        end=date(2022, 12, 28),
        warmup=252,
        rate=0.0,
    )
    setup = Setup(
        tape=tape,
        holding=holding,
        portfolio=Portfolio(
            value=1e6,
            weight=weight,
            rest=Basket.by_weight({one: 1.0 for one in twenty if one != holding}),
        ),
        prices=OptionPrices(tape, Chooser(tape, VolChoice(), index="SPX")),
        costs=Costs.none(),
        rules=Rules(returns="account", audit=True),
    )
    return simulate(None, setup), simulate(hedge, setup)


def accounts() -> list[tuple[str, ...]]:
    with (GOLDEN.parent / "twenty_shares.csv").open() as lines:
        return [tuple(row) for row in csv.reader(line for line in lines if line[0] != "#")][1:]


@pytest.mark.parametrize("case", accounts(), ids="-".join)
def test_a_portfolio_of_twenty_shares_hardly_notices_a_hedge_of_a_twentieth(
    case: tuple[str, ...],
) -> None:
    alone, hedged = account(case[0], case[1], float(case[2]))
    removed, fell, hedged_fell = map(float, case[3:])
    assert variance_removed(hedged.returns, alone.returns) == pytest.approx(removed, abs=2e-6)
    assert max_drawdown(alone.returns) == pytest.approx(fell, abs=5e-5)
    assert max_drawdown(hedged.returns) == pytest.approx(hedged_fell, abs=5e-5)
