"""What is written is what is tried: exact decimals, products, zips, samples."""

from __future__ import annotations

import numpy as np
import pytest

from microhedge.errors import MicrohedgeError, ParameterError, UnknownName
from microhedge.loading import load
from microhedge.parameter import Parameter, Range
from microhedge.sweeping.grid import Axis, Grid, axis_of, grid_of
from microhedge.sweeping.plan import axes_of

NUMBER = Parameter("moneyness", float, 0.9, Range(gt=0, lt=3), False, "")
DAYS = Parameter("tenor", int, 91, Range(ge=1), False, "")
TEXT = Parameter("peer", str, None, None, False, "")


@pytest.mark.parametrize(
    ("parameter", "wish", "values"),
    [
        (NUMBER, "0.80:1.00:0.05", (0.80, 0.85, 0.90, 0.95, 1.0)),
        (NUMBER, "0.1:0.3:0.1", (0.1, 0.2, 0.3)),  # 0.1 + 2 · 0.1 is 0.30000000000000004
        (NUMBER, "0.85:1:0.1", (0.85, 0.95)),
        (NUMBER, "1:0.9:-0.05", (1.0, 0.95, 0.9)),
        (NUMBER, "0.9", (0.9,)),
        (NUMBER, [0.9, "0.95"], (0.9, 0.95)),
        (DAYS, "91,182", (91, 182)),
        (DAYS, "30:40:5,91", (30, 35, 40, 91)),
        (DAYS, 91, (91,)),
        (TEXT, "MSFT, KO", ("MSFT", "KO")),
    ],
)
def test_an_axis_has_the_values_that_were_written(
    parameter: Parameter, wish: object, values: tuple[object, ...]
) -> None:
    assert axis_of(parameter, wish).values == values


@pytest.mark.parametrize(
    ("parameter", "wish", "line"),
    [
        (NUMBER, "0.8:1.0", "'0.8:1.0': a range is first:last:step as in 0.80:1.00:0.05"),
        (NUMBER, "0.8:1.0:0", "a range is first:last:step"),
        (NUMBER, "1.0:0.8:0.1", "'1.0:0.8:0.1' leads nowhere"),
        (NUMBER, "0:1:0.0000001", "more than 100,000 values"),
        (NUMBER, "0.8,,0.9", "'0.8,,0.9' has an empty value"),
        (NUMBER, "0.9,0.90", "moneyness has 0.9 twice"),
        (NUMBER, "0.9,95", "95 is not a fraction of the price: did you mean 0.95?"),
        (NUMBER, [], "moneyness has no value"),
        (DAYS, "91:92:0.5", "tenor must be a whole number, was '91.0'"),
        (DAYS, [91, 0], "tenor must be at least 1, was 0"),
    ],
)
def test_a_wrong_axis_is_refused_in_one_line(parameter: Parameter, wish: object, line: str) -> None:
    with pytest.raises(ParameterError) as refused:
        axis_of(parameter, wish)
    assert line in str(refused.value)


A, B, C = Axis("a", (1, 2)), Axis("b", (10, 20, 30)), Axis("c", ("x", "y", "z"))


def cells(grid: Grid) -> list[tuple[object, ...]]:
    return [tuple(grid.at(k).values()) for k in range(len(grid))]


def test_the_last_axis_moves_fastest() -> None:
    assert cells(grid_of([A, B])) == [(1, 10), (1, 20), (1, 30), (2, 10), (2, 20), (2, 30)]
    assert list(grid_of([A, B]).at(0)) == ["a", "b"]


def test_axes_that_are_zipped_move_together() -> None:
    grid = grid_of([A, B, C], [["b", "c"]])
    assert cells(grid)[:4] == [(1, 10, "x"), (1, 20, "y"), (1, 30, "z"), (2, 10, "x")]
    assert len(grid) == 6
    with pytest.raises(ParameterError, match="as many values each: a 2, b 3"):
        grid_of([A, B], [["a", "b"]])
    with pytest.raises(UnknownName, match=r"zip names no axis 'd'; the axes are a, b"):
        grid_of([A, B], [["a", "d"]])


def test_a_sample_is_drawn_once_each_in_grid_order_and_again_the_same() -> None:
    whole = grid_of([Axis("k", tuple(range(50))), Axis("m", tuple(range(40)))])
    drawn = whole.sampled(100, seed=3)
    assert drawn == whole.sampled(100, seed=3) != whole.sampled(100, seed=4)
    found = cells(drawn)
    assert len(set(found)) == len(found) == 100
    assert found == sorted(found)
    assert set(found) < set(cells(whole))
    assert whole.sampled(5000, seed=0) is whole


def test_cells_are_grouped_by_what_they_share() -> None:
    grid = grid_of([A, B, C])
    order = grid.grouped(np.arange(18), ["c", "a"])
    told = [(v["c"], v["a"], v["b"]) for v in map(grid.at, order.tolist())]
    assert told == sorted(told)
    some = np.array([17, 2, 9])
    assert sorted(grid.grouped(some, ["b"]).tolist()) == [2, 9, 17]


def test_a_grid_of_ten_million_cells_costs_nothing_until_it_is_asked() -> None:
    grid = grid_of([Axis(name, tuple(range(1, 216))) for name in "abc"])
    assert len(grid) == 9_938_375
    assert grid.at(9_938_374) == {"a": 215, "b": 215, "c": 215}


@pytest.mark.parametrize(
    ("wishes", "line"),
    [
        ({"moneynes": "0.9"}, "has no parameter 'moneynes' to sweep (did you mean 'moneyness'?)"),
        ({"holding": "KO"}, "has no parameter 'holding' to sweep"),
        ({"vol": "relised"}, "no volatility model 'relised' (did you mean 'realised'?)"),
        ({"fill": "next_clse"}, "no fill rule 'next_clse' (did you mean 'next_close'?)"),
        ({"borrow": "-1"}, "borrow must be at least 0, was -1"),
        ({"start": "2014"}, "start must be a date as in 2015-01-02, was '2014'"),
    ],
)
def test_an_axis_that_nothing_declares_is_refused(wishes: dict[str, object], line: str) -> None:
    with pytest.raises(MicrohedgeError) as refused:
        axes_of(load("protective-put"), wishes)
    assert line in str(refused.value)


def test_costs_and_options_of_a_run_are_axes_too() -> None:
    axes = axes_of(
        load("pair-short"),
        {"band": "0.1,0.2", "borrow": "0:0.01:0.005", "costs.tick": 0.05, "vol": ["vix"]},
    )
    assert [axis.values for axis in axes] == [(0.1, 0.2), (0.0, 0.005, 0.01), (0.05,), ("vix",)]
