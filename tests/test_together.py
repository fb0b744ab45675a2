from __future__ import annotations

from datetime import date
from typing import Any

import pytest

import microhedge as mh
from microhedge.declaration import build
from microhedge.loading import load
from microhedge.reporting.reading import read
from microhedge.together import in_use

PUT = {"moneyness": 0.9, "delta": 0.0, "tenor": 182, "roll": 30, "tranches": 3, "cover": 1.0}


@pytest.mark.parametrize(
    ("given", "unused"),
    [
        ({}, {"delta"}),
        ({"delta": -0.25}, {"moneyness"}),
        ({"roll": "days-before=30+delta-drift=0.10..0.60"}, {"delta"}),
        ({"roll": "days-before=30+ladder=5"}, {"delta", "tranches"}),
        ({"budget": 0.02, "gain": 3.0, "roll": "monetise=3+budget=0.01"},
         {"delta", "budget", "gain"}),
        ({"budget": 0.02, "gain": 3.0}, {"delta"}),
    ],
)  # fmt: skip
def test_a_parameter_that_decides_nothing_is_not_in_use(
    given: dict[str, Any], unused: set[str]
) -> None:
    assert list(in_use(PUT | given)) == [name for name in PUT | given if name not in unused]


def test_a_zero_of_another_meaning_stays() -> None:
    # a strategy of one's own may have a delta that chooses no strike, and a roll of its own words
    own = {"delta": 0.0, "roll": "monthly"}
    assert in_use(own) == own
    assert in_use({}) == {}


def test_a_report_shows_only_what_was_in_use() -> None:
    found = mh.compare(
        [
            build(load("protective-put"), {"holding": "AAPL", **own})
            for own in ({}, {"delta": -0.2})
        ],
        mh.data.bundled(),
        mh.Portfolio(shares=1000),
        start=date(2008, 1, 2),
        end=date(2009, 12, 31),
    )
    first, second = read(found).hedges
    assert "delta" not in first.parameters
    assert first.parameters["moneyness"] == "0.9"
    assert second.parameters["delta"] == "-0.2"
    assert "moneyness" not in second.parameters
    items = {one.item: one.value for one in read(found).items}
    assert sum("delta 0.0" in value for value in items.values()) == 0
    # the record of the run keeps everything
    assert found.document()["runs"][1]["params"]["delta"] == 0.0
