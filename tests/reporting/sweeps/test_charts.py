"""What the charts of a sweep draw."""

from __future__ import annotations

import re

import numpy as np

from microhedge.reporting import style
from microhedge.reporting.sweeps import charts


def grid(rows: int, columns: int, **options: object) -> charts.Map:
    values = np.arange(rows * columns, dtype=np.float64).reshape(rows, columns) / 1000.0
    settings: dict[str, object] = {
        "title": "T",
        "x": [f"x{k}" for k in range(columns)],
        "y": [f"y{k}" for k in range(rows)],
        "x_name": "across",
        "y_name": "down",
        "values": values,
        "texts": [[f"t{value:.3f}" for value in line] for line in values.tolist()],
        **options,
    }
    return charts.Map(**settings)  # type: ignore[arg-type]


def drawn(one: charts.Map, width: float = 480.0, height: float = 240.0) -> str:
    return style.svg(charts.maps([one], width=width, height=height))


def test_every_cell_carries_its_number_where_there_is_room() -> None:
    svg = drawn(grid(3, 4))
    assert svg.count(">t0.0") == 12
    assert all(f">{name}<" in svg for name in ("x0", "x3", "y0", "y2", "across across, down down"))


def test_a_larger_grid_has_a_scale_instead_of_numbers() -> None:
    svg = drawn(grid(30, 30))
    assert ">t0" not in svg
    # values from 0 to 0.899 are shown in hundredths
    assert ">0.0<" in svg
    assert ">89.9<" in svg
    assert len(re.findall(r"id=\"PolyCollection", svg)) == 1


def test_a_failed_cell_is_crossed_and_has_no_number() -> None:
    whole, crossed = drawn(grid(2, 2)), drawn(grid(2, 2, crossed=frozenset({(0, 1)})))
    assert whole.count(">t0.0") == 4
    assert crossed.count(">t0.0") == 3


def test_a_grid_without_values_is_drawn_without_colour() -> None:
    empty = grid(2, 2, values=np.full((2, 2), np.nan), texts=[["–", "–"], ["–", ""]])
    svg = drawn(empty)
    assert style.PALETTE["tint"].lower() in svg
    assert style.PALETTE["hedge"].lower() not in svg


def test_the_outline_of_places_is_their_common_edge() -> None:
    # an L of three unit squares has a border of eight
    assert len(charts._outline({(0, 0), (1, 0), (1, 1)})) == 8
    assert len(charts._outline({(0, 0)})) == 4
    assert charts._outline(set()) == []
