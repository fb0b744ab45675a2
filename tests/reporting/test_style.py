from __future__ import annotations

import re
from collections.abc import Iterator

import matplotlib as mpl
import numpy as np
import pytest
from fontTools.ttLib import TTFont
from matplotlib.font_manager import fontManager

from microhedge.reporting import charts, scales, style
from microhedge.reporting.charts import Line

DAYS = np.arange(11_000, 14_000, dtype=np.int32)


def line(label: str, end: float = 2.0, look: str = "hedge") -> Line:
    values = np.linspace(1.0, end, len(DAYS))
    return Line(label, values, style.STROKES[look])


def written(svg: str) -> list[str]:
    return [text.strip() for text in re.findall(r"<text[^>]*>([^<]*)</text>", svg)]


@pytest.fixture
def dark() -> Iterator[None]:
    """The settings of a caller who draws on black, in another font."""
    with mpl.rc_context({"axes.facecolor": "black", "font.size": 20.0, "text.color": "yellow"}):
        yield


@pytest.mark.parametrize(
    ("wishes", "placed"),
    [
        ([10.0, 50.0], [10.0, 50.0]),
        ([50.0, 50.0], [45.0, 55.0]),
        ([50.0, 52.0, 54.0], [42.0, 52.0, 62.0]),
        ([0.0, 1.0], [0.0, 10.0]),
        ([100.0, 99.0], [100.0, 90.0]),
    ],
)
def test_labels_are_moved_apart_as_little_as_possible(
    wishes: list[float], placed: list[float]
) -> None:
    assert style.spread(wishes, 10.0, 0.0, 100.0).tolist() == pytest.approx(placed)


def test_no_two_labels_at_line_ends_overlap() -> None:
    lines = [line(f"Line {k}", 2.0 + 0.001 * k) for k in range(4)]
    svg = style.svg(charts.paths(DAYS, lines, height=150.0))
    ys = sorted(
        float(found[1])
        for found in re.findall(r'<text[^>]*x="([\d.]+)" y="([\d.]+)"[^>]*>Line \d', svg)
    )
    assert len(ys) == 4
    assert min(np.diff(ys)) >= style.SIZE


def test_every_label_ends_inside_the_figure() -> None:
    name = "A name that is as long as names get"
    svg = style.svg(charts.paths(DAYS, [line(name)], height=150.0))
    found = re.search(r'<text[^>]*x="([\d.]+)"[^>]*>A name', svg)
    assert found is not None
    assert float(found[1]) + style.text_width(name, 600) <= style.WIDTH


def test_the_same_figure_gives_the_same_text_twice() -> None:
    first, second = (style.svg(charts.paths(DAYS, [line("a")], height=150.0)) for _ in range(2))
    assert first == second
    assert "<dc:date>" not in first


def test_the_callers_settings_neither_leak_in_nor_are_touched(dark: None) -> None:
    before, fonts = dict(mpl.rcParams), len(fontManager.ttflist)
    svg = style.svg(charts.paths(DAYS, [line("a")], height=150.0))
    assert dict(mpl.rcParams) == before
    assert len(fontManager.ttflist) == fonts
    assert "font-size: 20px" not in svg
    assert "#ffff00" not in svg


def test_a_name_in_a_chart_is_inert_text() -> None:
    svg = style.svg(charts.paths(DAYS, [line("$x$ <svg> #set")], height=150.0))
    assert "$x$ &lt;svg&gt; #set" in written(svg)


def test_a_character_that_the_font_lacks_is_a_question_mark() -> None:
    assert style.lacking("Put 株式 åäö β σ − ≤ ² ‡ 株") == ["株", "式"]
    assert "Put ??" in written(style.svg(charts.paths(DAYS, [line("Put 株式")], height=150.0)))


@pytest.mark.parametrize("weight", [400, 600, 700])
def test_a_text_is_as_wide_as_the_advances_of_its_letters(weight: int) -> None:
    # by the font's own table; rounded to the dots of a screen it would be a twentieth less
    text = "Corporate bond long 32"
    with TTFont(style.face(weight)) as font:
        letters, advances = font.getBestCmap(), font["hmtx"]
        wide = sum(advances[letters[ord(char)]][0] for char in text) / font["head"].unitsPerEm
    assert style.text_width(text, weight, 7.5) == pytest.approx(7.5 * wide, rel=0.01)


def test_text_stays_text_in_the_report_font() -> None:
    svg = style.svg(charts.paths(DAYS, [line("Keep all 123")], height=150.0))
    families = set(re.findall(r"font-family: ([^;\"]*)", svg))
    assert families == {"'Source Sans Pro'"}


def test_a_line_keeps_its_first_and_last_point_when_thinned() -> None:
    kept = style.thin(5241)
    assert len(kept) <= style.MOST_POINTS
    assert (kept[0], kept[-1]) == (0, 5240)
    assert style.thin(10).tolist() == list(range(10))


@pytest.mark.parametrize(
    ("low", "high", "most", "at"),
    [
        (0.0, 100.0, 6, [0.0, 20.0, 40.0, 60.0, 80.0, 100.0]),
        (-0.6, 0.0, 4, [-0.6, -0.4, -0.2, 0.0]),
        (3.0, 3.0, 5, [3.0, 4.0, 5.0, 6.0]),
    ],
)
def test_ticks_are_round_and_inside(low: float, high: float, most: int, at: list[float]) -> None:
    assert scales.ticks(low, high, most) == pytest.approx(at)


def test_a_range_of_more_than_three_to_one_is_drawn_on_logarithms() -> None:
    assert scales.log_ticks(80.0, 17_000.0) == [100, 200, 500, 1000, 2000, 5000, 10_000]
    assert scales.log_ticks(53.0, 50_000.0) == [100, 300, 1000, 3000, 10_000, 30_000]
    assert scales.log_ticks(1e-3, 1e6)[1] == 1e-2
    # an axis on which 1-2-5 leaves one or two lines has even steps
    assert scales.log_ticks(53.0, 170.0) == [60, 80, 100, 120, 140, 160]
    labels = written(style.svg(charts.paths(DAYS, [line("a", 50.0)], height=150.0)))
    assert {"1", "2", "5", "10", "20", "50"} <= set(labels)


def test_a_short_span_is_marked_by_months_a_long_one_by_years() -> None:
    assert scales.time_ticks(11_000, 11_100, 8)[1] == ["Mar 2000", "Apr 2000", "May 2000"]
    assert scales.time_ticks(11_000, 18_000, 6)[1] == ["2004", "2008", "2012", "2016"]


def test_a_label_under_a_panel_of_losses_ends_within_the_panel() -> None:
    # from 2 September to 1 December 2008: the first of December is the right edge
    days = np.arange(14_124, 14_215, dtype=np.int32)
    falls = Line("Put", np.linspace(0.0, -0.5, len(days)), style.STROKES["hedge"])
    labels = written(style.svg(charts.drawdowns(days, falls.values, [falls, falls])))
    assert "Dec 2008" in written(style.svg(charts.paths(days, [falls], height=150.0)))
    assert labels.count("Nov 2008") == 2
    assert "Dec 2008" not in labels
