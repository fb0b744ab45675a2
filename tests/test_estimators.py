"""Ratios by name, against statsmodels, numpy and hand calculation."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import numpy as np
import pytest
import statsmodels.api as sm
from tapes import arrange, lay

from microhedge import Choice, Hedge, Session
from microhedge.declaration import build
from microhedge.engine import simulate
from microhedge.errors import ParameterError, UnknownSymbol
from microhedge.estimators import ESTIMATORS, ratios
from microhedge.loading import load
from microhedge.premise import regress
from microhedge.tape import Floats


def drawn(seed: int = 1, n: int = 120) -> tuple[Floats, Floats]:
    """A holding of two related factors and a third that has nothing to say."""
    noise = np.random.default_rng(seed)
    common = noise.normal(0.0, 0.01, n)
    x = np.column_stack([common + noise.normal(0.0, 0.008, n) for _ in range(3)])
    return 0.7 * x[:, 0] + 0.3 * x[:, 1] + 0.1 * x[:, 2] + noise.normal(0.0, 0.004, n), x


def test_ols_is_that_of_statsmodels() -> None:
    y, x = drawn()
    expected = sm.OLS(y, sm.add_constant(x)).fit().params[1:]
    assert ratios(y, x, "ols") == pytest.approx(expected, rel=1e-9)


def test_ols_leaves_the_least_variance() -> None:
    y, x = drawn()
    best = float(ratios(y, x[:, :1], "ols")[0])
    left = [float((y - (best + step) * x[:, 0]).var()) for step in (-1e-3, 0.0, 1e-3)]
    assert min(left) == left[1]


def test_ewma_is_weighted_least_squares_without_a_constant() -> None:
    y, x = drawn()
    weights = 0.94 ** np.arange(len(y) - 1, -1, -1)
    expected = sm.WLS(y, x, weights=weights).fit().params
    assert ratios(y, x, "ewma") == pytest.approx(expected, rel=1e-9)


def test_ewma_by_hand() -> None:
    # Σ λ^k · y · x over Σ λ^k · x²: (0.94 · 0.01 · 0.01 + 0.04 · 0.02) / (0.94 · 0.01² + 0.02²)
    y, x = np.array([0.01, 0.04]), np.array([[0.01], [0.02]])
    assert ratios(y, x, "ewma")[0] == pytest.approx((0.94 + 8.0) / (0.94 + 4.0), rel=1e-12)


def test_blume_moves_a_third_of_the_way_to_one() -> None:
    # a beta of 1.60 is printed as 1.40 by data vendors, one of 0.40 as 0.60
    x = np.array([[0.01], [-0.02], [0.03], [0.0]])
    for beta, adjusted in ((1.6, 1.4), (0.4, 0.6), (1.0, 1.0)):
        assert ratios(beta * x[:, 0], x, "blume")[0] == pytest.approx(adjusted, rel=1e-12)


def test_vasicek_weighs_by_the_standard_error_of_statsmodels() -> None:
    y, x = drawn(n=40)
    fit = sm.OLS(y, sm.add_constant(x[:, 0])).fit()
    own, prior = 1.0 / fit.bse[1] ** 2, 1.0 / 0.5**2
    expected = (own * fit.params[1] + prior) / (own + prior)
    assert ratios(y, x[:, :1], "vasicek")[0] == pytest.approx(expected, rel=1e-9)


def test_vasicek_of_a_line_without_error_is_its_slope() -> None:
    x = np.array([[0.01], [-0.02], [0.03], [0.0]])
    assert ratios(1.6 * x[:, 0], x, "vasicek")[0] == pytest.approx(1.6, rel=1e-12)


def test_ridge_is_least_squares_on_rows_that_stand_for_the_penalty() -> None:
    y, x = drawn()
    u, v = x - x.mean(axis=0), y - y.mean()
    penalty = 0.10 * float((u**2).sum() / 3)
    rows = np.vstack([u, np.sqrt(penalty) * np.eye(3)])
    expected = np.linalg.lstsq(rows, np.concatenate([v, np.zeros(3)]))[0]
    assert ratios(y, x, "ridge") == pytest.approx(expected, rel=1e-9)


def test_ridge_shares_out_between_copies() -> None:
    y, x = drawn()
    copies = np.column_stack([x[:, 0], x[:, 0]])
    one, other = ratios(y, copies, "ridge")
    assert one == pytest.approx(other, rel=1e-9)
    assert one + other == pytest.approx(float(ratios(y, x[:, :1], "ols")[0]), rel=0.06)


def test_one_to_one_sells_as_much_as_is_held_together() -> None:
    y, x = drawn()
    assert ratios(y, x, "one-to-one").tolist() == [1 / 3] * 3


@pytest.mark.parametrize("estimator", ["ols", "ewma", "ridge"])
def test_a_factor_that_would_be_bought_leaves(estimator: str) -> None:
    y, x = drawn()
    found = ratios(y - 2.0 * x[:, 2], x, estimator)
    assert found[2] == 0.0
    assert found[:2] == pytest.approx(ratios(y - 2.0 * x[:, 2], x[:, :2], estimator), rel=1e-9)


@pytest.mark.parametrize("estimator", ["blume", "vasicek"])
def test_a_shrunk_beta_is_of_one_factor_and_never_negative(estimator: str) -> None:
    y, x = drawn()
    with pytest.raises(ParameterError, match="adjusts the beta on one factor, not on 3"):
        ratios(y, x, estimator)
    assert ratios(-5.0 * x[:, 0], x[:, :1], estimator)[0] == 0.0
    assert ratios(y, np.zeros((len(y), 1)), estimator)[0] == 0.0


def test_an_unknown_estimator_is_refused_with_the_nearest() -> None:
    with pytest.raises(ParameterError, match="did you mean 'ridge'"):
        ratios(*drawn(), "rigde")


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_a_fit_knows_no_return_after_its_row(estimator: str) -> None:
    y, x = drawn()
    paths = [100.0 * np.cumprod(1.0 + one) for one in (y, x[:, 0])]
    other = [path.copy() for path in paths]
    for path in other:
        path[81:] *= 1.5
    fits = [
        regress(lay({"Y": a.tolist(), "X": b.tolist()}), 80, "Y", ("X",), 60, estimator)
        for a, b in (paths, other)
    ]
    assert fits[0] == fits[1]
    hedged = fits[0].betas["X"] * x[21:81, 0]
    assert fits[0].correlation == pytest.approx(float(np.corrcoef(y[21:81], hedged)[0, 1]))
    assert fits[0].r_squared == pytest.approx(fits[0].correlation ** 2)


# as parameters


def test_a_choice_is_checked_and_names_no_symbol() -> None:
    hedge = build(load("pair-short"), {"holding": "XOM", "peer": "CVX", "estimator": "ewma"})
    assert hedge.symbols == ("XOM", "CVX")
    with pytest.raises(ParameterError, match=r"estimator 'emwa' is not to be chosen.*'ewma'"):
        build(load("pair-short"), {"holding": "XOM", "peer": "CVX", "estimator": "emwa"})
    with pytest.raises(ParameterError, match="it is one of ols, ewma, ridge, one-to-one"):
        build(load("index-peer-short"), {"holding": "XOM", "peer": "CVX", "estimator": "zzz"})


def test_a_default_that_is_no_choice_is_refused_where_it_is_declared() -> None:
    class Wrong(Hedge):
        side: Annotated[str, Choice("long", "short")] = "up"

        def on_session(self, now: Session) -> None: ...

    with pytest.raises(ParameterError, match="default of Wrong: side 'up'"):
        Wrong(holding="AAA")


def test_a_basket_is_sold_short_in_the_ratios_of_its_fit() -> None:
    y, x = drawn()
    closes = {"YYY": y, "AAA": x[:, 0], "BBB": x[:, 1]}
    tape = lay({s: (100.0 * np.cumprod(1.0 + r)).tolist() for s, r in closes.items()})
    hedge = build(load("basket-short"), {"holding": "YYY", "peers": "AAA+BBB", "window": 60})
    assert hedge.symbols == ("YYY", "AAA", "BBB")
    setup = arrange(replace(tape, begin=80), holding="YYY", shares=1000.0, cash=1e7)
    found = simulate(hedge, setup)
    fit = regress(tape, 80, "YYY", ("AAA", "BBB"), 60, "ridge")
    fills = found.tables["fills"]
    for k, symbol in enumerate(("AAA", "BBB")):
        value = fit.betas[symbol] * 1000.0 * tape.close["YYY"][80]
        assert fills["quantity"][k] == -round(value / tape.close[symbol][80])


def test_a_peer_of_a_basket_that_has_no_prices_is_named() -> None:
    hedge = build(load("basket-short"), {"holding": "YYY", "peers": "AAA+ZZZ", "window": 20})
    tape = lay({"YYY": [10.0] * 40, "AAA": [10.0] * 40}, begin=20)
    with pytest.raises(UnknownSymbol, match="'ZZZ' is not part of this run"):
        simulate(hedge, arrange(tape, holding="YYY"))
