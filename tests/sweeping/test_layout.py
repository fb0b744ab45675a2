"""Where rows lie on a grid."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from sweep_folders import written

from microhedge.sweeping.layout import Layout
from microhedge.sweeping.layout import written as spelled


def laid(folder: Path, axes: Mapping[str, Sequence[Any]], **options: Any) -> Layout:
    sweep = written(folder, axes, sessions=60, **options)
    return Layout.of(sweep, sweep.frame)


def test_numbers_are_laid_in_their_order_and_words_in_that_of_the_sweep(tmp_path: Path) -> None:
    found = laid(tmp_path, {"tenor": [182, 30, 91], "peer": ["MSFT", "IBM"]})
    tenor, peer = found.axes
    assert tenor.labels == ("30", "91", "182")
    assert peer.labels == ("MSFT", "IBM")
    assert (tenor.ordered, peer.ordered) == (True, False)
    assert found.places[:, 0].tolist() == [2, 2, 0, 0, 1, 1]
    assert found.cells == 6
    assert found.at(2) == {"tenor": 30, "peer": "MSFT"}
    assert found.name(3) == "tenor 30, peer IBM"


def test_roll_dates_are_no_axis_and_zipped_axes_are_one(tmp_path: Path) -> None:
    found = laid(
        tmp_path,
        {"moneyness": [0.9, 0.8], "roll_days": [5, 10], "wait": [0, 7]},
        zipped=[["moneyness", "roll_days"]],
    )
    assert [axis.name for axis in found.axes] == ["moneyness / roll days"]
    assert found.axes[0].labels == ("0.8 / 10", "0.9 / 5")
    assert found.cell.tolist() == [0, 0, 1, 1]
    assert found.cells == 2


@pytest.mark.parametrize(
    ("values", "ordered"),
    [
        ([1, 2], True),
        ([0.5, 1.0], True),
        (["2001-01-02", "2001-02-01"], True),
        (["realised", "proxy"], False),
        ([True, False], False),
    ],
)
def test_what_can_be_stepped_along_has_an_order(
    tmp_path: Path, values: list[Any], ordered: bool
) -> None:
    assert laid(tmp_path, {"axis": values}).axes[0].ordered is ordered


def test_values_are_written_as_they_were_typed() -> None:
    assert [spelled(v) for v in (0.1, 1000000.0, 0.8667, True, False, 91, "MSFT")] == [
        "0.1",
        "1000000",
        "0.8667",
        "yes",
        "no",
        "91",
        "MSFT",
    ]
