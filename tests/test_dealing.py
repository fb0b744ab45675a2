"""Which contract answers a delta, and what is dealt on an index for a holding."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from math import erf, exp, log, sqrt
from typing import Any, Literal

import numpy as np
import pytest
from tapes import FREE, arrange, day, lay, noted, play, sessions

from microhedge.chain import select
from microhedge.declaration import build
from microhedge.engine import Setup, simulate
from microhedge.errors import NoContract, ParameterError
from microhedge.floors import floor_sentence, floors
from microhedge.hedge import Session
from microhedge.instruments import Option
from microhedge.loading import load
from microhedge.option_prices import OptionPrices
from microhedge.orders import Strike
from microhedge.result import Result
from microhedge.scorecard import hedge_stats
from microhedge.tape import Floats
from microhedge.volatility import At, Constant

R, Q, SIGMA = 0.03, 0.01, 0.20
BOND = 2.0 * (exp(R / 2.0) - 1.0)
"""The yield whose half-yearly compounding is a continuous rate of 3 %."""


def spot_delta(spot: float, strike: float, years: float, right: str) -> float:
    """The delta of Merton (1973) for a continuous yield, from erf alone."""
    d1 = (log(spot / strike) + (R - Q + SIGMA**2 / 2) * years) / (SIGMA * sqrt(years))
    call = 0.5 * (1.0 + erf(d1 / sqrt(2.0)))
    return exp(-Q * years) * (call if right == "C" else call - 1.0)


def bought(
    spot: float,
    delta: float,
    right: str = "P",
    *,
    setup: Any = None,
    days: int = 91,
    basis: Literal["raw", "price_index"] = "price_index",
) -> Result:
    def act(now: Session) -> None:
        if now.number == 0:
            make = now.put if right == "P" else now.call
            now.roll("option", make(days=days, delta=delta))

    # filled on Thursday 2024-01-18, 92 days before the third Friday of April
    tape = lay(
        {"AAA": [spot] * 4}, first="2024-01-17", rate=BOND, basis={"AAA": basis}, index_dividend=Q
    )
    found = arrange(tape, shares=100.0, sigma=SIGMA, costs=FREE)
    return play(act, found if setup is None else setup(found))


def test_a_25_delta_put_is_struck_where_the_closed_form_says() -> None:
    # the case S100 T.25 s.2 r.03 q.01 of the closed form has its 25-delta put at 94.435589
    assert spot_delta(100.0, 94.435589, 0.25, "P") == pytest.approx(-0.25, abs=1e-7)


@pytest.mark.parametrize(("delta", "right"), [(-0.25, "P"), (-0.10, "P"), (-0.5, "P"), (0.3, "C")])
@pytest.mark.parametrize("spot", [100.0, 1000.0, 4321.0])
def test_the_listed_strike_with_the_nearest_delta_is_chosen(
    spot: float, delta: float, right: str
) -> None:
    # of an index: European, strikes of 5
    strikes = np.arange(5.0, 2.0 * spot, 5.0)
    deltas = np.array([spot_delta(spot, k, 92 / 365, right) for k in strikes])
    expected = strikes[np.argmin(np.abs(deltas - delta))]
    rolled = bought(spot, delta, right).tables["rolls"]
    assert rolled["expiry"].tolist() == ["2024-04-19"]
    assert rolled["strike"].tolist() == [expected]


def test_the_delta_of_an_american_put_is_the_tree_s() -> None:
    # without a rate it is never exercised early: Black (1976), strikes of 1
    def free(setup: Setup) -> Setup:
        tape = replace(setup.tape, rate=setup.tape.rate * 0.0)
        return replace(setup, tape=tape, prices=OptionPrices(tape, lambda _: Constant(SIGMA)))

    rolled = bought(100.0, -0.25, basis="raw", setup=free).tables["rolls"]
    deviation = SIGMA * sqrt(92 / 365)
    deltas = {
        k: 0.5 * (1.0 + erf((log(100.0 / k) / deviation + deviation / 2) / sqrt(2.0))) - 1.0
        for k in range(80, 110)
    }
    assert rolled["strike"].tolist() == [min(deltas, key=lambda k: abs(deltas[k] + 0.25))]


class Ramp(OptionPrices):
    """Deltas that rise by a hundredth from strike to strike, and meet no wish exactly."""

    def deltas_at(self, options: Sequence[Option], row: int, at: At) -> Floats:
        return np.array([-(option.strike - 69.5) / 100.0 for option in options])


def test_of_two_strikes_as_near_the_cheaper_one_is_bought() -> None:
    def ramp(setup: Setup) -> Setup:
        return replace(setup, prices=Ramp(setup.tape, lambda _: Constant(SIGMA)))

    # −0.245 at 94 and −0.255 at 95
    rolled = bought(100.0, -0.25, basis="raw", setup=ramp).tables["rolls"]
    assert rolled["strike"].tolist() == [94.0]


def test_where_no_listed_strike_is_near_the_delta_the_hedge_stays_off() -> None:
    # of a share at 10 the strikes are a dollar apart: d1 is 1.175 at 9, whose put has −0.12
    result = bought(10.0, -0.25, basis="raw")
    assert len(result.tables["rolls"]["role"]) == 0
    assert noted(result) == [(1, "unfilled")]
    assert result.tables["log"]["text"][0] == (
        "no AAA P for 2024-04-19 has a delta within 0.1 of 0.25; the nearest is 0.12 at 9"
    )
    assert hedge_stats(result)["uncovered_sessions"] == 3.0
    assert hedge_stats(result)["unfilled_orders"] == 1.0


def test_where_no_expiry_is_near_the_tenor_the_hedge_stays_off() -> None:
    def none(*_: Any, **__: Any) -> Option:
        raise NoContract("no free expiry within 45 days of 91 days")

    for delta in (None, -0.25):

        def act(now: Session, delta: float | None = delta) -> None:
            strike = Strike(0.9) if delta is None else Strike(delta=delta)
            now.roll("put", now.put(strike, days=91))

        setup = replace(arrange(lay({"AAA": [100.0] * 5})), listing=none)
        result = play(act, setup)
        assert noted(result) == [(row, "unfilled") for row in range(1, 5)]
        assert hedge_stats(result)["uncovered_sessions"] == 4.0
        assert hedge_stats(result)["cover_mean"] == 0.0


class Unknown(Constant):
    """A volatility that is not known yet."""

    def iv(self, *asked: Any) -> Floats:
        return np.full(len(asked[0]), np.nan)


def test_an_unknown_volatility_is_no_price() -> None:
    def unknown(setup: Setup) -> Setup:
        return replace(setup, prices=OptionPrices(setup.tape, lambda _: Unknown(SIGMA)))

    result = bought(100.0, -0.25, setup=unknown)
    assert noted(result) == [(1, "unfilled")]
    assert "its volatility is not known yet" in result.tables["log"]["text"][0]


@pytest.mark.parametrize(
    ("strike", "right", "days", "said"),
    [
        (Strike(0.9, -0.25), "P", 30, "was 0.9 and -0.25: give one of them"),
        (Strike(), "P", 30, "was neither: give one of them"),
        (Strike(95.0), "P", 30, r"did you mean 0.95\?"),
        (Strike(0.0), "P", 30, "moneyness is a fraction such as 0.95"),
        (Strike(-0.9), "P", 30, "moneyness is a fraction such as 0.95"),
        (Strike(delta=25.0), "P", 30, r"between -1 and 0 \(did you mean -0.25\?\)"),
        (Strike(delta=0.25), "P", 30, r"between -1 and 0 \(did you mean -0.25\?\)"),
        (Strike(delta=25.0), "C", 30, r"between 0 and 1 \(did you mean 0.25\?\)"),
        (Strike(delta=0.0), "C", 30, "between 0 and 1"),
        (Strike(0.9), "P", -30, "an option of -30 days: it has at least 1 to its expiry"),
    ],
)
def test_what_no_contract_can_be_is_refused_in_one_line(
    strike: Strike, right: Literal["C", "P"], days: int, said: str
) -> None:
    with pytest.raises(ParameterError, match=said) as refused:
        strike.contract("AAA", right, days)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("delta", "said"),
    [(25, r"delta 25 is not a fraction: did you mean 0.25\?"), (-25, r"did you mean -0.25\?")],
)
def test_a_delta_in_per_cent_is_refused_on_the_command_line(delta: int, said: str) -> None:
    with pytest.raises(ParameterError, match=said):
        build(load("protective-put"), {"holding": "AAA", "delta": str(delta)})


# on an index


def held(shares: float, *, spx: Sequence[float] = (1000.0,) * 320, **given: Any) -> Result:
    """AAA moves 1.5 times as SPX does for 252 sessions; then SPX is 1,000 and AAA 50."""
    draw = np.random.default_rng(7)
    returns = draw.normal(0.0, 0.01, 252)
    before = 1000.0 / np.cumprod(1.0 + returns)[-1] * np.cumprod(1.0 + returns)
    own = 50.0 / np.cumprod(1.0 + 1.5 * returns)[-1] * np.cumprod(1.0 + 1.5 * returns)
    axis = sessions("2023-01-03", 252 + len(spx))
    tape = lay(
        {"AAA": [*own, *([50.0] * len(spx))], "SPX": [*before, *spx]},
        days=axis,
        basis={"SPX": "price_index"},
        begin=252,
    )
    hedge = build(load("index-put"), {"holding": "AAA", "window": 251, "tenor": 91} | given)
    return simulate(hedge, arrange(tape, shares=shares, sigma=SIGMA, costs=FREE))


def test_index_puts_cover_beta_times_the_holding() -> None:
    # 20,000 shares at 50 are 1,000,000; times 1.5 they are 15 contracts on 100,000 each
    result = held(20_100.0)
    rolled = result.tables["rolls"]
    assert result.tables["premises"]["beta/SPX"][0] == pytest.approx(1.5)
    assert rolled["contracts"][0] == 15.0
    assert str(rolled["instrument"][0]).startswith("SPX 2024-")
    assert rolled["strike"][0] == 900.0
    assert held(20_100.0, estimator="one-to-one").tables["rolls"]["contracts"][0] == 10.0
    # 15 of 15.075 contracts
    assert result.curves["cover"][2] == pytest.approx(15.0 / 15.075)


def test_a_holding_smaller_than_a_contract_has_none_and_says_so() -> None:
    result = held(500.0, spx=(1000.0,) * 100)
    assert len(result.tables["rolls"]["role"]) == 0
    assert noted(result) == [(1, "no-contracts")]
    assert hedge_stats(result)["uncovered_sessions"] == len(result.day) - 1.0


def test_an_index_put_is_settled_in_cash_and_its_floor_is_the_index_s() -> None:
    # SPX falls by a fifth: 100 points below the strike of 900, times 15 contracts of 100
    result = held(20_100.0, spx=[*(1000.0,) * 20, *(800.0,) * 120], roll="hold-to-expiry")
    rolled = result.tables["rolls"]
    assert rolled["why"][0] == "expiry"
    assert rolled["received"][0] == pytest.approx(150_000.0)
    assert rolled["costs"][0] == 0.0
    (floor, *_) = floors(result)
    premium = rolled["premium"][0] / 1_500_000.0
    assert floor.on == "SPX"
    assert floor.unhedged == pytest.approx(-0.20)
    assert floor.promised == pytest.approx(-0.10 - premium)
    assert floor.delivered == pytest.approx(floor.promised)
    assert floor.held
    assert "SPX fell below the floor under it, not under the shares, which held" in floor_sentence(
        floors(result)
    )


def test_every_roll_on_an_index_records_the_relation_it_leans_on() -> None:
    result = held(20_100.0)
    opened = result.tables["rolls"]["opened"]
    assert result.tables["premises"]["session"].tolist()[: len(opened)] == (opened - 1).tolist()


def test_a_residual_of_an_index_put_is_nothing() -> None:
    result = held(20_100.0, spx=[1000.0 + k for k in range(320)])
    gross = float(np.abs(result.tables["ledger"]["cash"]).sum())
    assert abs(result.attribution["residual"]) <= 1e-9 * gross
    assert date(1970, 1, 1).toordinal() + day("2024-01-02") == date(2024, 1, 2).toordinal()


def test_select_is_what_lists_without_quotes() -> None:
    assert arrange(lay({"AAA": [100.0] * 5})).listing is select
