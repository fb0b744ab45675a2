"""Is a holding worth a hedge: the numbers by hand on made prices, and on shipped ones."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from tapes import day, lay

import microhedge as mh
from microhedge.declaration import build
from microhedge.diagnosis import diagnose, diagnosis_of
from microhedge.errors import ParameterError, UsageError
from microhedge.loading import load
from microhedge.sources import bundled
from microhedge.tape import Action


def test_the_shares_and_falls_are_those_of_the_returns() -> None:
    closes = {"AAA": [100.0, 110.0, 99.0, 99.0], "SPX": [50.0, 50.5, 51.0, 50.49]}
    found = diagnosis_of(lay(closes), "AAA", 0.25, "SPX", index="SPX")
    y, m = (np.diff(c) / c[:-1] for c in (np.array(closes["AAA"]), np.array(closes["SPX"])))
    whole = 0.25 * y + 0.75 * m
    assert found.volatility == pytest.approx(float(whole.std()) * 252**0.5)
    assert found.sold_volatility == pytest.approx(float(m.std()) * 252**0.5)
    cov = np.cov(0.25 * y, whole, ddof=0)[0, 1]
    assert found.account.share == pytest.approx(cov / whole.var())
    # 110 to 99 in a quarter of the account, beside 50.5 to 51
    down = 0.25 * -0.1 + 0.75 * (51 / 50.5 - 1)
    last = 0.75 * (50.49 / 51 - 1)
    assert found.fall == pytest.approx((1 + down) * (1 + last) - 1)
    assert (found.start, found.end, found.sessions) == (date(2024, 1, 2), date(2024, 1, 5), 3)


def test_the_worst_gap_is_overnight_where_there_are_opens_and_knows_of_splits() -> None:
    closes = {"AAA": [100.0, 100.0, 50.0, 49.0], "SPX": [50.0, 51.0, 50.0, 51.0]}
    split = {"AAA": (Action(day("2024-01-04"), "split", 2.0),)}
    opens = {"AAA": [np.nan, 97.0, 49.0, 48.0]}
    found = diagnosis_of(lay(closes, opens=opens, actions=split), "AAA", 0.5, "SPX", index="SPX")
    # 48 after a close of 50 is −4 %; 97 after 100 only −3 %, and 49 of two shares for 100 −2 %
    assert found.gap.value == pytest.approx(-0.04)
    assert (found.gap.day, found.gap.kind) == (date(2024, 1, 5), "overnight")
    plain = diagnosis_of(lay(closes, actions=split), "AAA", 0.5, "SPX", index="SPX")
    assert plain.gap.kind == "close to close"
    assert plain.gap.value == pytest.approx(-0.02)


def test_a_large_holding_is_worth_a_hedge_and_a_small_one_is_not() -> None:
    large = diagnose(bundled(), "AAPL", 0.4, rest="SPX")
    assert large.worth
    assert large.sentence.startswith("AAPL is worth a hedge of its own")
    # Apple opened half as high on 29 September 2000, after a warning
    assert large.gap.day == date(2000, 9, 29)
    assert large.gap.value == pytest.approx(-0.47, abs=0.02)
    small = diagnose(bundled(), "AAPL", 0.05, rest="SPX")
    assert not small.worth
    assert "would change little" in small.sentence
    least = large.account.matters_from()
    assert least is not None
    assert 0.05 < least < 0.4


def test_what_cannot_be_diagnosed_is_refused() -> None:
    with pytest.raises(UsageError, match="rest of the account itself"):
        diagnose(bundled(), "SPX", 0.4, rest="SPX")
    with pytest.raises(ParameterError, match="0 to 1"):
        diagnose(bundled(), "AAPL", 40.0, rest="SPX")


def test_a_comparison_carries_the_diagnosis_where_there_is_a_rest() -> None:
    hedge = build(load("index-short"), {"holding": "AAPL"})
    window = {"start": date(2013, 6, 3), "end": date(2015, 6, 1)}
    part = mh.run(hedge, bundled(), mh.Portfolio(shares=1000, weight=0.4), **window)  # type: ignore[arg-type]
    assert part.diagnosis is not None
    assert part.diagnosis.account.weight == 0.4
    assert part.document()["diagnosis"]["sessions"] == len(part.day) - 1
    whole = mh.run(hedge, bundled(), mh.Portfolio(shares=1000), **window)  # type: ignore[arg-type]
    assert whole.document()["diagnosis"] is None
