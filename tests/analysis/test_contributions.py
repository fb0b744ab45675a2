"""An account's variance split up: sums by hand, and a printed table of what hedges take of it."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest

from microhedge.analysis.concentration import Concentration
from microhedge.analysis.contributions import contribution, short_in_beta, tail_cut
from microhedge.errors import BadData

# three returns that have no mean, a variance of one, and nothing in common
U1 = np.array([1.0, 1.0, 1.0, 1.0, -1.0, -1.0, -1.0, -1.0])
U2 = np.array([1.0, 1.0, -1.0, -1.0, 1.0, 1.0, -1.0, -1.0])
U3 = np.array([1.0, -1.0, 1.0, -1.0, 1.0, -1.0, 1.0, -1.0])


def test_the_parts_of_two_uncorrelated_halves_are_their_own_variances() -> None:
    held, rest = 0.02 * U1, 0.01 * U2
    whole = 0.5 * held + 0.5 * rest
    # 0.25 · 0.0004 and 0.25 · 0.0001 of 0.000125
    found = contribution(0.5, held, rest, whole=whole)
    assert (found.holding, found.rest) == pytest.approx((0.8, 0.2))
    assert found.removed == pytest.approx(0.0, abs=1e-12)
    halved = contribution(0.5, 0.01 * U1, rest, whole=whole)
    assert (halved.holding, halved.rest, halved.removed) == pytest.approx((0.2, 0.2, 0.6))


def test_what_dampens_the_account_takes_away_from_it() -> None:
    held, rest = -0.01 * U1, 0.02 * U1
    whole = 0.5 * held + 0.5 * rest  # 0.005: variance 0.000025
    found = contribution(0.5, held, rest, whole=whole)
    # 0.5 · −0.01 · 0.005 and 0.5 · 0.02 · 0.005 of 0.000025
    assert (found.holding, found.rest) == pytest.approx((-1.0, 2.0))


@pytest.mark.parametrize(
    ("weight", "taken"),
    [(0.02, 0.030), (0.05, 0.075), (0.10, 0.151), (0.20, 0.292), (0.30, 0.409), (0.50, 0.556)],
)
def test_a_short_in_its_beta_takes_what_the_printed_table_says(weight: float, taken: float) -> None:
    # volatilities 0.28 and 0.16, correlation 0.55; the short explains 0.6, with the rest 0.55
    rest, short = 0.16 * U1, 0.55 * U1 + sqrt(1 - 0.55**2) * U2
    second = (sqrt(0.6) - 0.55**2) / sqrt(1 - 0.55**2)
    held = 0.28 * (0.55 * U1 + second * U2 + sqrt(1 - 0.55**2 - second**2) * U3)
    whole = weight * held + (1 - weight) * rest
    found = contribution(weight, short_in_beta(held, short), rest, whole=whole)
    assert found.removed == pytest.approx(taken, abs=6e-4)


def test_a_short_of_the_rest_itself_leaves_what_is_the_holdings_own() -> None:
    rest, held = 0.01 * U1, 0.012 * U1 + 0.016 * U2
    account = Concentration.of(0.4, held, rest)
    whole = 0.4 * held + 0.6 * rest
    found = contribution(0.4, short_in_beta(held, rest), rest, whole=whole)
    assert found.holding == pytest.approx(account.removed_own)
    assert found.removed == pytest.approx(account.removed_by_index)


def test_a_holding_against_an_index_that_never_moves_keeps_everything() -> None:
    assert short_in_beta(0.02 * U1, np.zeros(8)) == pytest.approx(0.02 * U1)


def test_an_account_that_never_moves_is_refused() -> None:
    with pytest.raises(BadData, match="no risk to share out"):
        contribution(0.4, np.zeros(3), np.zeros(3), whole=np.zeros(3))


def test_the_cut_in_tail_loss_is_that_of_the_worst_months() -> None:
    # one session in each of three months: the worst of them is the tail
    day = np.array(["2020-01-31", "2020-02-28", "2020-03-31", "2020-04-30"], dtype="datetime64[D]")
    days = day.astype(np.int32)
    alone, hedged = np.array([0.0, -0.10, 0.05, -0.20]), np.array([0.0, -0.05, 0.05, -0.11])
    rest = np.array([0.0, 0.0, 0.0, 0.01])
    # 0.5 · −0.20 + 0.005 = −0.095 against 0.5 · −0.11 + 0.005 = −0.05
    assert tail_cut(0.5, alone, hedged, rest, days) == pytest.approx(0.045)
    assert tail_cut(0.5, hedged, alone, rest, days) == pytest.approx(-0.045)
    assert tail_cut(0.5, alone[:1], hedged[:1], rest[:1], days[:1]) is None
