"""Which model a run gets: the one asked for, else by what the data cover and nothing else."""

from __future__ import annotations

from datetime import date
from functools import cache

import numpy as np
import pytest

from microhedge.errors import NotCovered, ParameterError
from microhedge.market import Market
from microhedge.series import Reference
from microhedge.sources import bundled
from microhedge.tape import Tape
from microhedge.vol_choice import PROXY_WARMUP, Chooser, VolChoice


@cache
def shipped() -> Market:
    return bundled()


def lay(start: str, end: str, *, implied: float | None = None, missing: int = 0) -> Tape:
    """AAPL with the index; with `implied`, a quoted volatility but for the last sessions."""
    market = shipped()
    if implied is not None:
        share = market.series("AAPL", "raw")
        assert share is not None
        inside = share.day <= np.int32((date.fromisoformat(end) - date(1970, 1, 1)).days)
        day = share.day[inside][: inside.sum() - missing]
        quoted = Reference("IV:AAPL", day, np.full(len(day), implied), "made here", "")
        every = [
            one for s in market.symbols for b in market.bases(s) if (one := market.series(s, b))
        ]
        market = Market(every, (*market.references, quoted))
    return market.tape(
        ["AAPL", "SPX"], start=date.fromisoformat(start), end=date.fromisoformat(end), warmup=252
    )


def named(tape: Tape, symbol: str, text: str | None = None) -> str:
    return Chooser(tape, VolChoice.of(text), index="SPX")(symbol).name


def test_without_vix_a_share_gets_the_proxy_and_the_index_its_own() -> None:
    # VIX ships for 2014-01 to 2019-01 only
    tape = lay("2005-01-03", "2010-12-31")
    assert "proxy" in named(tape, "AAPL")
    assert "index proxy" in named(tape, "SPX")


@pytest.mark.parametrize("asked", [None, "proxy"])
def test_an_index_that_vix_does_not_measure_gets_the_proxy_of_indices(asked: str | None) -> None:
    # the Nasdaq composite is an index as much as the S&P 500 is: not the premium of a share
    tape = shipped().tape(["IXIC", "SPX"], end=date(2010, 12, 31), warmup=252)
    assert named(tape, "IXIC", asked) == named(tape, "SPX", asked)


def test_where_vix_covers_every_session_it_decides() -> None:
    tape = lay("2015-01-05", "2018-12-31")
    assert "ratio" in named(tape, "AAPL")
    assert named(tape, "SPX").startswith("VIX")


def test_one_session_without_vix_and_it_decides_nothing() -> None:
    tape = lay("2015-01-05", "2019-01-31")
    assert "VIX" not in named(tape, "AAPL")


def test_a_quoted_series_that_covers_every_session_comes_first() -> None:
    tape = lay("2015-01-05", "2018-12-31", implied=0.31)
    model = Chooser(tape, VolChoice(), index="SPX")("AAPL")
    assert "series" in model.name
    # at the money, strike = forward, the smile adds nothing
    assert model.iv(tape.begin, "close", 100.0, 100.0, 0.25) == pytest.approx(0.31, abs=1e-12)


def test_a_quoted_series_with_a_hole_is_not_used() -> None:
    assert "series" not in named(lay("2015-01-05", "2018-12-31", implied=0.31, missing=1), "AAPL")


def test_a_quoted_series_is_part_of_the_data_that_a_run_is_known_by() -> None:
    plain, quoted = (lay("2015-01-05", "2018-12-31", implied=v) for v in (None, 0.31))
    assert plain.data_hash != quoted.data_hash


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("constant:0.25", "constant 0.25"),
        ("realised", "realised"),
        ("proxy", "proxy"),
        ("vix-ratio", "ratio"),
        ("vix", "VIX"),
    ],
)
def test_a_model_can_be_asked_for_by_name(text: str, name: str) -> None:
    assert name in named(lay("2015-01-05", "2018-12-31"), "AAPL", text)


def test_a_scale_multiplies_whatever_was_chosen() -> None:
    tape = lay("2015-01-05", "2018-12-31")
    base, wide = (
        Chooser(tape, VolChoice(), index="SPX", scale=scale)("AAPL") for scale in (1.0, 1.2)
    )
    row = tape.begin + 10
    level = base.iv(row, "close", 100.0, 100.0, 0.25)
    assert wide.iv(row, "close", 100.0, 100.0, 0.25) == pytest.approx(1.2 * level, rel=1e-12)


def test_only_the_proxies_need_a_year_of_returns() -> None:
    assert VolChoice.of(None).returns_needed == PROXY_WARMUP == 252
    assert VolChoice.of("constant:0.2").returns_needed == 0
    assert VolChoice.of("realised").returns_needed == 63


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("vixx", "did you mean 'vix'"),
        ("constant", "names no number"),
        ("constant:x", "not a number"),
        ("vix:0.2", "no volatility model"),
    ],
)
def test_what_names_no_model_is_refused(text: str, message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        VolChoice.of(text)


def test_vix_cannot_be_asked_for_where_it_does_not_reach() -> None:
    tape = lay("2005-01-03", "2010-12-31")
    with pytest.raises(NotCovered, match="VIX"):
        Chooser(tape, VolChoice.of("vix"), index="SPX")("AAPL")
