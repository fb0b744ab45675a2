"""The picture of calendar years: its axis reaches what it shows."""

from __future__ import annotations

from microhedge.reporting.charts_of_years import Marks, years
from microhedge.reporting.style import STROKES


def test_a_tick_stands_near_the_lowest_mark() -> None:
    alone = [0.09, -0.28, -0.27, 0.20, -0.05]
    low = [-0.04, -0.294, -0.16, 0.07, 0.0]
    marks = Marks("Pair short", low, STROKES["third"])
    figure = years(["2014", "2015", "2016", "2017", "2018"], alone, [marks], reference="Keep all")
    (axes,) = figure.axes
    shown = [text.get_text() for text in axes.get_yticklabels()]
    # steps of 10 %: with 20 % the lowest tick would be ten points above the lowest mark
    assert shown == ["−30%", "−20%", "−10%", "0%", "10%", "20%"]
    bottom, top = axes.get_ylim()
    assert bottom < min(low)
    assert top > max(alone)
