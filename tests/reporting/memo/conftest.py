"""Saved once for all tests of the memo: a pair, a put ladder that paid, and a collar."""

from __future__ import annotations

from datetime import date

import pytest

import microhedge as mh
from microhedge import loading


def compared(
    strategy: str, holding: str, start: date, end: date, shares: float = 1000.0, **given: object
) -> mh.Comparison:
    """A comparison of one hedge with doing nothing."""
    hedge = loading.load(strategy)(holding=holding, **given)  # type: ignore[arg-type]
    return mh.compare(
        [hedge], mh.data.bundled(), mh.Portfolio(shares=shares, weight=0.4), start=start, end=end
    )


@pytest.fixture(scope="session")
def pair() -> mh.Comparison:
    """Merck short of Pfizer, from before Vioxx was withdrawn to after it."""
    return compared("pair-short", "MRK", date(2003, 1, 2), date(2005, 12, 30), peer="PFE")


@pytest.fixture(scope="session")
def ladder() -> mh.Comparison:
    """Puts on Apple through its split of 7:1 in June 2014 and of 4:1 in August 2020."""
    return compared("protective-put", "AAPL", date(2020, 1, 2), date(2021, 6, 30), moneyness=1.0)


@pytest.fixture(scope="session")
def collar() -> mh.Comparison:
    """Puts bought and calls written on Meta as it fell by a quarter in a day."""
    return compared("collar", "META", date(2021, 6, 1), date(2022, 6, 30))
