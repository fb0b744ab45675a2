"""The charts of a report, as figures and as files."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import matplotlib as mpl
import pytest
from matplotlib.figure import Figure

import microhedge as mh
from microhedge.declaration import build
from microhedge.loading import load
from microhedge.reporting import write_charts
from microhedge.reporting.model import model
from microhedge.reporting.reading import read

NAMES = [
    "growth",
    "correlation-index-peer-short",
    "break-index-peer-short",
    "ratio-parts-index-peer-short",
    "variance-removed-index-peer-short",
    "dollar-offset-index-peer-short",
    "premises-index-peer-short",
    "ratios-index-peer-short",
    "drawdowns",
    "against-unhedged",
    "calendar-years",
    "payoffs",
    "floors-protective-put[tenor=91]",
    "selling-once",
    "causes",
    "rolls-protective-put[tenor=91]",
    "rolls-protective-put[tenor=182,moneyness=0.8]",
    "greeks",
]


@pytest.fixture(scope="module")
def found() -> mh.Comparison:
    hedges = [
        build(load("protective-put"), {"holding": "AAPL", "tenor": 91}),
        build(load("index-peer-short"), {"holding": "AAPL", "peer": "MSFT"}),
        build(load("protective-put"), {"holding": "AAPL", "moneyness": 0.8}),
    ]
    return mh.compare(
        hedges,
        mh.data.bundled(),
        mh.Portfolio(shares=1000),
        start=date(2010, 1, 4),
        end=date(2012, 6, 29),
    )


def test_every_chart_of_the_report_is_a_figure_under_its_name(found: mh.Comparison) -> None:
    charts = mh.charts(found)
    document = model(read(found))
    blocks = [*document["front"], *(b for page in document["pages"] for b in page["body"])]
    flat = [p for b in blocks for p in ([b["left"], b["right"]] if b["kind"] == "pair" else [b])]
    assert list(charts) == [block["name"] for block in flat if block["kind"] == "chart"]
    assert {re.sub(r"\[.*", "", name) for name in NAMES} == {
        re.sub(r"\[.*", "", name) for name in charts
    }
    assert all(isinstance(figure, Figure) for figure in charts.values())


def test_figures_leave_matplotlib_as_it_was(found: mh.Comparison, tmp_path: Path) -> None:
    with mpl.rc_context({"font.size": 31.0, "svg.fonttype": "path"}):
        before = dict(mpl.rcParams)
        figure = mh.charts(found)["growth"]
        write_charts(found, tmp_path)
        assert dict(mpl.rcParams) == before
    figure.axes[0].set_title("mine")  # the caller's own
    figure.savefig(tmp_path / "growth.png", dpi=144)
    assert (tmp_path / "growth.png").read_bytes().startswith(b"\x89PNG")


def test_the_help_names_every_chart(found: mh.Comparison) -> None:
    text = mh.charts.__doc__ or ""
    runs = [run.name for run in found.hedges]
    for name in mh.charts(found):
        of = next((run for run in runs if name.endswith(f"-{run}")), None)
        said = name if of is None else f"{name.removesuffix(of)}NAME"
        assert f'"{said}"' in text, said


def test_charts_are_numbered_files_that_need_no_font(found: mh.Comparison, tmp_path: Path) -> None:
    paths = write_charts(found, tmp_path / "new" / "charts")
    assert sorted(paths) == paths == sorted((tmp_path / "new" / "charts").iterdir())
    assert paths[0].name == "01-growth.svg"
    assert len(paths) == len(NAMES)
    for path in paths:
        assert re.fullmatch(r"\d\d-[a-z][A-Za-z0-9.=_-]*\.svg", path.name)
        text = path.read_text(encoding="utf-8")
        assert "<text" not in text
        assert "font-family" not in text


def test_the_same_comparison_gives_the_same_files(found: mh.Comparison, tmp_path: Path) -> None:
    first = [path.read_bytes() for path in write_charts(found, tmp_path)]
    assert [path.read_bytes() for path in write_charts(found, tmp_path)] == first
