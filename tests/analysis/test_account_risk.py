"""What a hedge takes from an account, on returns whose parts are known."""

from __future__ import annotations

import numpy as np
import pytest

from microhedge.analysis.account_risk import account_risk
from microhedge.tape import Floats


def market(n: int = 400_000) -> tuple[Floats, Floats, Floats]:
    """The rest, and a holding that is 1.2 of it and its own noise."""
    rng = np.random.default_rng(3)
    m, e = rng.normal(0, 0.01, n), rng.normal(0, 0.015, n)
    return m, e, 1.2 * m + e


def test_an_index_short_is_all_market_and_a_perfect_peer_is_none_of_it() -> None:
    m, e, y = market()
    by_index = account_risk(0.4, y, y - 1.2 * m, m)
    # 0.4·1.2 + 0.6 of the market leaves 0.6
    var = (0.48 + 0.6) ** 2 + 0.16 * 2.25
    assert by_index.removed == pytest.approx(1 - (0.36 + 0.16 * 2.25) / var, abs=0.01)
    assert by_index.by_index == pytest.approx(by_index.removed, abs=0.01)
    assert by_index.net_of_market == pytest.approx(0.0, abs=0.01)
    own = account_risk(0.4, y, y - e, m)
    assert own.removed == pytest.approx(0.16 * 2.25 / var, abs=0.01)
    assert own.net_of_market == pytest.approx(own.removed, abs=0.01)
    # the holding's own movements were 61 % of its variance, and are gone
    assert own.before.own == pytest.approx(2.25 / (2.25 + 1.44), abs=0.01)
    assert own.after.own == pytest.approx(0.0, abs=1e-9)


def test_the_weight_from_which_it_matters_takes_a_tenth() -> None:
    m, e, y = market(50_000)
    found = account_risk(0.4, y, y - 0.5 * e, m)
    assert found.matters_from is not None
    at = account_risk(found.matters_from, y, y - 0.5 * e, m)
    assert at.removed == pytest.approx(0.10, abs=1e-6)
    assert account_risk(0.4, y, y - 0.001 * e, m).matters_from is None


def test_a_hedge_that_does_nothing_changes_nothing() -> None:
    m, _, y = market(1_000)
    found = account_risk(0.4, y, y, m)
    assert found.removed == 0.0
    assert found.net_of_market == pytest.approx(0.0, abs=1e-12)
    assert found.before == found.after
