"""How many bonds hedge a share: by regression, by Merton, and when they are of no use."""

from __future__ import annotations

from math import erf, log, sqrt

import numpy as np
import pytest
from tapes import lay

from microhedge.bond_ratio import bond_ratio, check_grade
from microhedge.errors import NotCovered, ParameterError
from microhedge.instruments import BondIndex
from microhedge.pricing.bonds import merton
from microhedge.tape import Floats, Tape

DRAW = np.random.default_rng(11)
MARKET = DRAW.normal(0.0, 0.01, 400)
FIRM = BondIndex("BND", "Ford", 10.0)
STALE = BondIndex("BND", "firms", 20.0, monthly=True)
BILLS = BondIndex("BND", "US Treasury", 20.0, "treasury")


def laid(bond: BondIndex, moves: Floats, rate: float = 0.0) -> Tape:
    closes = {"AAA": 100.0 * np.cumprod(1 + MARKET), "BND": 100.0 * np.cumprod(1 + moves)}
    return lay({s: c.tolist() for s, c in closes.items()}, bonds=[bond], rate=rate)


def test_a_regression_is_the_minimum_variance_ratio_of_the_window() -> None:
    tape = laid(FIRM, 0.1 * MARKET + DRAW.normal(0, 0.001, 400))
    found = bond_ratio(tape, 350, "AAA", "BND", 252)
    y, x = (tape.returns(s)[99:351] for s in ("AAA", "BND"))
    cov = np.cov(y, x)
    assert found.fit.betas["BND"] == pytest.approx(cov[0, 1] / cov[1, 1], rel=1e-9)
    assert found.moves == pytest.approx(cov[0, 1] / cov[0, 0], rel=1e-9)
    assert found.fit.correlation == pytest.approx(np.corrcoef(y, x)[0, 1], rel=1e-9)
    assert found.warning == ""


def test_a_yield_known_by_the_month_is_regressed_on_monthly_returns() -> None:
    """The bond follows once in 21 sessions what the share did in them: days show nothing of it."""
    moves = np.zeros(400)
    moves[20::21] = [0.2 * MARKET[k - 20 : k + 1].sum() for k in range(20, 400, 21)]
    daily = bond_ratio(laid(FIRM, moves), 399, "AAA", "BND", 378)
    monthly = bond_ratio(laid(STALE, moves), 399, "AAA", "BND", 378)
    assert monthly.fit.correlation > 2.0 * daily.fit.correlation
    growth = [laid(STALE, moves).growth(s)[21:400] for s in ("AAA", "BND")]
    y, x = (g[21:] / g[:-21] - 1 for g in growth)
    cov = np.cov(y, x)
    assert monthly.fit.betas["BND"] == pytest.approx(cov[0, 1] / cov[1, 1], rel=1e-9)


def test_a_treasury_is_bought_where_it_moved_against_the_share_and_not_where_with_it() -> None:
    against, along = (laid(BILLS, sign * 0.2 * MARKET) for sign in (-1.0, 1.0))
    assert bond_ratio(against, 399, "AAA", "BND", 252).fit.betas["BND"] == pytest.approx(-5.0)
    found = bond_ratio(along, 399, "AAA", "BND", 252)
    assert (found.fit.betas["BND"], found.moves, found.fit.correlation) == (0.0, 0.0, 0.0)
    assert found.warning.endswith("none was wanted")
    with pytest.raises(ParameterError, match="is no firm's debt"):
        bond_ratio(along, 399, "AAA", "BND", 252, "merton")


def test_a_firm_s_bond_that_moved_against_its_share_is_not_sold() -> None:
    found = bond_ratio(laid(FIRM, -0.2 * MARKET), 399, "AAA", "BND", 252)
    assert (found.fit.betas["BND"], found.moves) == (0.0, 0.0)


def test_merton_s_ratio_is_one_over_the_sensitivity_and_warns_below_a_twentieth() -> None:
    """The share's volatility is 44.55 % for the firm of (100, 60, 5, .25, .04): h = .0717."""
    firm = merton(100, 60, 5, 0.25, 0.04)
    d1 = (log(100 / 60) + (0.04 + 0.25**2 / 2) * 5) / (0.25 * sqrt(5))
    share = 0.25 * 100 * 0.5 * (1 + erf(d1 / sqrt(2)))
    wanted = share / firm.equity
    tape = laid(FIRM, 0.1 * MARKET, rate=2 * (np.exp(0.02) - 1))
    # returns scaled so that the window has just this volatility
    window = tape.returns("AAA")[148:400]
    scale = wanted / (float(np.std(window, ddof=1)) * sqrt(252))
    closes = {"AAA": 100.0 * np.cumprod(1 + tape.returns("AAA") * scale), "BND": tape.close["BND"]}
    scaled = lay(
        {s: c.tolist() for s, c in closes.items()}, bonds=[FIRM], rate=2 * (np.exp(0.02) - 1)
    )
    found = bond_ratio(scaled, 399, "AAA", "BND", 252, "merton", 0.6)
    assert found.moves == pytest.approx(0.0717, abs=5e-5)
    assert found.fit.betas["BND"] == pytest.approx(1 / 0.0717338, rel=1e-4)
    assert found.warning == ""
    # a firm that owes little: its debt hardly moves
    safe = bond_ratio(scaled, 399, "AAA", "BND", 252, "merton", 0.2)
    assert safe.moves < 0.05
    needed = f"hedging 1 of the share would need {1 / safe.moves:,.0f} of bonds"
    assert safe.warning.endswith(needed)


def test_what_cannot_be_fitted_is_refused() -> None:
    tape = laid(FIRM, 0.1 * MARKET)
    with pytest.raises(ParameterError, match="AAA is no bond here"):
        bond_ratio(tape, 399, "BND", "AAA", 252)
    with pytest.raises(ParameterError, match="did you mean 'merton'"):
        bond_ratio(tape, 399, "AAA", "BND", 252, "mertn")
    with pytest.raises(NotCovered, match="needs as many returns"):
        bond_ratio(tape, 100, "AAA", "BND", 252)
    with pytest.raises(ParameterError, match=r"at least 126 \(did you mean 126\?\)"):
        bond_ratio(laid(STALE, 0.1 * MARKET), 399, "AAA", "BND", 125)


@pytest.mark.parametrize(
    ("bond", "treasury", "said"),
    [
        (FIRM, True, "BND is no Treasury: the hedge with it is corporate-bond"),
        (BILLS, False, "BND is a Treasury: the hedge with it is treasury-long"),
    ],
)
def test_a_hedge_for_one_kind_of_bond_refuses_the_other(
    bond: BondIndex, treasury: bool, said: str
) -> None:
    """A firm's bond in a Treasury's place would be sold short, as many as its ratio says."""
    tape = laid(bond, 0.1 * MARKET)
    check_grade(tape, "BND", treasury=not treasury)
    with pytest.raises(ParameterError, match=said):
        check_grade(tape, "BND", treasury=treasury)
