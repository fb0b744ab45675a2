"""The rest of an account as shares: what is bought, what it earns, and that the money adds up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from tapes import day, lay

import microhedge as mh
from microhedge.basket import Basket
from microhedge.costs import Costs
from microhedge.declaration import build
from microhedge.diagnosis import diagnosis_of
from microhedge.engine import Setup, simulate
from microhedge.errors import ParameterError, UsageError
from microhedge.loading import load
from microhedge.option_prices import OptionPrices
from microhedge.portfolio import Portfolio
from microhedge.tape import Action, Tape
from microhedge.vol_choice import Chooser, VolChoice

CLOSES = {"AAA": [100.0, 101.0, 99.0], "BBB": [50.0, 26.0, 27.0], "CCC": [20.0, 22.0, 21.0]}
# BBB splits two for one on the second session and pays 1.00 a share on the third
ACTIONS = {
    "BBB": (Action(day("2024-01-03"), "split", 2.0), Action(day("2024-01-04"), "dividend", 1.0))
}


def laid() -> Tape:
    return lay(CLOSES | {"SPX": [4000.0, 4010.0, 4005.0]}, actions=ACTIONS)


def test_weights_are_among_each_other_and_buy_fractions() -> None:
    basket = Basket.by_weight({"BBB": 3.0, "CCC": 1.0})
    assert basket.units(laid(), 4000.0) == (("BBB", 60.0), ("CCC", 50.0))


def test_shares_and_money_say_themselves_what_the_rest_is_worth() -> None:
    shares, money = Basket.by_shares({"BBB": 60.0}), Basket.by_value({"CCC": 1000.0})
    assert shares.values(laid(), None).tolist() == [3000.0]
    assert money.units(laid(), None) == (("CCC", 50.0),)
    # 10 shares of 100.00 beside 3,000: a quarter
    assert Portfolio(shares=10, rest=shares).weight_at(laid(), 1000.0) == 0.25


def test_the_basket_is_held_and_reinvests_what_it_is_paid() -> None:
    found = Basket.by_weight({"BBB": 0.5, "CCC": 0.5}).returns(laid())
    # BBB: 50 → 2 · 26 → ·(27 + 1) / 26; CCC: 20 → 22 → 21; half of the money in each at first
    values = [1.0, 0.5 * 52 / 50 + 0.5 * 22 / 20, 0.5 * 52 / 50 * 28 / 26 + 0.5 * 21 / 20]
    assert found[1:] == pytest.approx([values[1] - 1.0, values[2] / values[1] - 1.0], rel=1e-14)
    assert found[0] == 0.0


def test_a_price_index_in_the_basket_yields_by_the_day() -> None:
    tape = replace(lay({"SPX": [100.0, 100.0]}, basis={"SPX": "price_index"}), index_dividend=0.02)
    assert Basket.by_weight({"SPX": 1.0}).returns(tape)[1] == pytest.approx(0.02 / 365, rel=1e-12)


def test_every_share_of_the_rest_is_posted_and_the_account_adds_up() -> None:
    tape = laid()
    setup = Setup(
        tape=tape,
        holding="AAA",
        portfolio=Portfolio(shares=10, rest=Basket.by_shares({"BBB": 40.0, "CCC": 5.0}), cash=7.0),
        prices=OptionPrices(tape, Chooser(tape, VolChoice(), index="SPX")),
        costs=Costs.none(),
    )
    found = simulate(None, setup)
    ledger = found.tables["ledger"]
    rows = zip(
        *(ledger[n].tolist() for n in ("session", "instrument", "cause", "quantity", "cash")),
        strict=True,
    )
    rest = [row for row, account in zip(rows, ledger["account"], strict=True) if account == "rest"]
    assert rest == [
        (0, "BBB", "opening", 40.0, 0.0),
        (0, "CCC", "opening", 5.0, 0.0),
        (1, "BBB", "split", 40.0, 0.0),
        (2, "BBB", "dividend", 0.0, 80.0),
    ]
    # at the end 10 · 99 + 80 · 27 + 5 · 21 + 80 of dividends + 7
    assert found.curves["equity"].tolist() == [
        pytest.approx(1000 + 2000 + 100 + 7),
        pytest.approx(1010 + 80 * 26 + 110 + 7),
        pytest.approx(990 + 2160 + 105 + 80 + 7),
    ]
    assert found.attribution["rest"] == pytest.approx(2160 + 105 + 80 - 2100)
    assert found.attribution["residual"] == pytest.approx(0.0, abs=1e-9)


def test_a_macro_hedge_beside_a_basket_is_of_the_index_and_not_of_the_basket() -> None:
    rng = np.random.default_rng(7)
    moves = rng.normal(0.0, 0.01, (400, 4))
    names = ("AAA", "BBB", "CCC", "SPX")
    closes = {s: (100.0 * np.cumprod(1.0 + moves[:, k])).tolist() for k, s in enumerate(names)}
    tape = lay(closes)
    basket = Basket.by_weight({"BBB": 1.0, "CCC": 1.0})
    found = diagnosis_of(tape, "AAA", 0.25, basket, index="SPX")
    y, m, x = tape.returns("AAA")[1:], basket.returns(tape)[1:], tape.returns("SPX")[1:]
    beta = np.cov(y, x, ddof=0)[0, 1] / x.var()
    whole = 0.25 * y + 0.75 * m
    expected = 1.0 - (whole - 0.25 * beta * x).var() / whole.var()
    assert found.by_index == pytest.approx(expected, abs=1e-12)
    assert found.rest == "basket of 2"


@pytest.mark.parametrize(
    ("parts", "says"),
    [
        pytest.param({}, "names no share", id="empty"),
        pytest.param({"BBB": 0.0}, "BBB 0 in the rest .* a positive number", id="nothing"),
        pytest.param({"BBB": float("nan")}, "a positive number", id="nan"),
    ],
)
def test_an_amount_is_a_positive_number(parts: Mapping[str, float], says: str) -> None:
    with pytest.raises(ParameterError, match=says):
        Basket.by_weight(parts)


def test_a_share_named_twice_is_refused() -> None:
    with pytest.raises(ParameterError, match="BBB is twice"):
        Basket("weight", (("BBB", 1.0), ("BBB", 2.0)))


def test_the_weight_is_given_once() -> None:
    with pytest.raises(ParameterError, match="leave weight out"):
        Portfolio(shares=1, weight=0.5, rest=Basket.by_shares({"BBB": 1.0}))
    with pytest.raises(ParameterError, match="needs its own weight"):
        Portfolio(shares=1, rest=Basket.by_weight({"BBB": 1.0}))


def test_the_yardstick_that_diversifies_buys_the_basket() -> None:
    hedge = build(load("index-short"), {"holding": "XOM"})
    window = {"start": date(2015, 1, 2), "end": date(2016, 1, 4)}
    rest = Basket.by_weight({"KO": 1.0, "PG": 1.0})
    portfolio = mh.Portfolio(value=1e6, weight=0.25, rest=rest)
    found = mh.run(hedge, mh.data.bundled(), portfolio, **window)  # type: ignore[arg-type]
    sold = next(run for run in found.runs if run.kind == "sell-diversify")
    at = int(found.result.tables["fills"]["session"][0])
    path = np.cumprod(1.0 + rest.returns(found.tape)[found.tape.begin :])
    own = found.unhedged.growth
    f = sold.sold or 0.0
    # the cost of the sale, a few basis points of it, is all that stands between the two
    expected = (1.0 - f) * own[-1] + f * own[at] * path[-1] / path[at]
    assert sold.growth[-1] == pytest.approx(expected, rel=5e-4)
    assert found.diagnosis is not None
    assert found.diagnosis.rest == "basket of 2"
    assert {"KO", "PG"} <= {one["series"] for one in found.document()["provenance"]}
    assert any("no command spells it" in note.text for note in found.notes)


def test_the_holding_is_no_part_of_the_rest() -> None:
    hedge = build(load("index-short"), {"holding": "XOM"})
    portfolio = mh.Portfolio(value=1e6, weight=0.25, rest=Basket.by_weight({"XOM": 1.0}))
    with pytest.raises(UsageError, match="XOM is the holding and in the rest too"):
        mh.run(hedge, mh.data.bundled(), portfolio)
