"""What is short, long, empty, ruined or oddly named still makes a document that says so."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pypdf
import pypdfium2
import pytest

import microhedge as mh
from microhedge.analysis.by_move import Move
from microhedge.declaration import build
from microhedge.loading import load
from microhedge.reporting.inputs import Bands, Leans, Run, Subject
from microhedge.reporting.model import model
from microhedge.reporting.reading import read
from microhedge.reporting.render import Paper, render

Build = Callable[..., Subject]
STAMP = date(2012, 2, 29)
NUMBERS = ("annual_return", "cost_per_year", "losses_borne", "selling_lead")


def pages_of(found: Subject) -> list[str]:
    """The text of each page of a report, which Typst has set without a warning."""
    pdf = render(model(found), timestamp=STAMP)
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    return [" ".join(page.extract_text().split()) for page in pages]


def with_growth(run: Run, change: Callable[[np.ndarray], np.ndarray]) -> Run:
    path = change(run.growth.copy())
    before = np.concatenate(([1.0], path[:-1]))
    moved = np.divide(path, before, out=np.ones_like(path), where=before > 0.0) - 1.0
    return replace(run, growth=path, returns=moved)


def ruined(path: np.ndarray) -> np.ndarray:
    path[-500:] = 0.0
    return path


def notices(found: Subject) -> list[str]:
    body = [block for page in model(found)["pages"] for block in page["body"]]
    return [block["title"] for block in body if block["kind"] == "notice"]


def test_a_holding_that_went_to_zero_leaves_a_notice_for_what_is_measured_against_it(
    sample: Subject,
) -> None:
    found = replace(sample, runs=(with_growth(sample.unhedged, ruined), *sample.runs[1:]))
    assert notices(found) == ["Not shown: value against keeping all"]
    pages = pages_of(found)
    assert "keeping all lowest, at 0" in pages[0]
    assert "The holding was worth nothing from" in " ".join(pages)


def test_every_run_may_have_gone_to_zero(sample: Subject) -> None:
    found = replace(sample, runs=tuple(with_growth(run, ruined) for run in sample.runs))
    assert "The deepest loss was −100%" in " ".join(pages_of(found))


def test_a_path_that_falls_to_a_millionth_is_drawn(sample: Subject) -> None:
    def nearly(path: np.ndarray) -> np.ndarray:
        return path * np.exp(np.linspace(0.0, -14.0, len(path)))

    found = replace(sample, runs=(with_growth(sample.unhedged, nearly), *sample.runs[1:]))
    assert notices(found) == []
    assert "Keep all 0" in pages_of(found)[0]


def test_a_path_that_never_moves_is_drawn(sample: Subject) -> None:
    found = replace(sample, runs=tuple(with_growth(run, np.ones_like) for run in sample.runs))
    assert "No run of them" not in pages_of(found)[0]
    assert notices(found) == []


def test_every_number_may_be_missing(sample: Subject) -> None:
    lost = tuple(
        replace(run, stats=dict.fromkeys(run.stats, float("nan")), intervals={}, estimates={})
        for run in sample.runs
    )
    pages = pages_of(replace(sample, runs=lost))
    assert "nan" not in " ".join(pages).lower().replace("financ", "")
    # the key table's rows are there, without a number
    assert "Annual return – – – – –" in pages[0]


def test_two_thousand_rolls_are_shown_by_their_ends(build: Build) -> None:
    found = build(count=5000, rolls=2000)
    pages = pages_of(found)
    assert len(pages) <= 10
    assert "rolls between are in the totals" in " ".join(pages)
    assert "Total 2,000 rolls" in " ".join(pages)


def _widened(move: Move, count: int) -> Move:
    return replace(move, hedged=move.hedged[:1] * count)


def hedges(sample: Subject, count: int, word: str) -> Subject:
    """A comparison of many put ladders, rerun and named at length."""
    put = sample.hedges[0]
    named = [replace(put, name=f"put-{n}", label=f"{word} {n}") for n in range(count)]
    sides = dict.fromkeys(NUMBERS, 0.25)
    bands = Bands(
        phases=dict.fromkeys(NUMBERS, (-0.123, 0.124, 0.225)),
        vol_minus=sides,
        vol_plus=sides,
        break_even_vol=1.1,
    )
    job = sample.protection
    assert job is not None
    names = [run.name for run in named]
    spent = sample.cost
    assert spent is not None
    periods, own = job.periods, job.periods.returns[put.name]
    return replace(
        sample,
        protection=replace(
            job,
            periods=replace(
                periods,
                of=names[0],
                names=tuple(names),
                returns=dict.fromkeys(names, own),
                moves=tuple(_widened(one, count) for one in periods.moves),
                whole=_widened(periods.whole, count),
            ),
            tests=dict.fromkeys(names, job.tests[put.name]),
            floors=dict.fromkeys(names, job.floors[put.name]),
        ),
        cost=replace(
            spent,
            of=names[0],
            beside=dict.fromkeys(names, spent.beside[put.name]),
            causes=dict.fromkeys(names, spent.causes[put.name]),
            reruns=dict.fromkeys(names, spent.reruns[put.name]),
        ),
        runs=(sample.unhedged, *named, *sample.runs[3:]),
        correlations={run.name: Leans("options pay by the price itself.") for run in named},
        bands={run.name: bands for run in named},
        verdicts={},
    )


def heights(pdf: bytes, *texts: str) -> list[float | None]:
    """How high above the foot of page 1 each text stands, points; None where it is not there."""
    words = pypdfium2.PdfDocument(pdf)[0].get_textpage()
    places: list[float | None] = []
    for text in texts:
        hit = words.search(text, match_case=True).get_next()
        places.append(None if hit is None else words.get_charbox(hit[0])[1])
    return places


@pytest.mark.parametrize(("count", "paper"), [(1, "letter"), (3, "a4"), (6, "letter")])
def test_nothing_overlaps_on_page_1_however_many_hedges_there_are(
    build: Build, count: int, paper: Paper
) -> None:
    found = hedges(build(count=2600, rolls=9), count, "A protective put of a name")
    pdf = render(model(found), paper=paper, timestamp=STAMP)
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]
    # the years under the chart stand above the caption of the table, not in it
    year, caption, contents = heights(pdf, "2008", "TABLE 1", "Data and assumptions")
    assert caption is not None
    assert contents is not None
    assert caption > contents > 40.0
    if "is on the next page." in pages[0]:
        assert year is None
        assert "FIGURE 1" in pages[1]
    else:
        assert year is not None
        assert year > caption + 10.0


def test_a_chart_that_page_1_has_no_room_for_goes_to_the_next(sample: Subject) -> None:
    crowded = replace(
        sample, care=("A sentence that must be read with care, and is long. " * 6,) * 6
    )
    pages = pages_of(crowded)
    assert "Figure 1 is on the next page." in pages[0]
    assert "Table 1".upper() in pages[0].upper()
    assert "Value of 100 held on" in pages[1]
    assert "Did the correlation hold?" in " ".join(pages[1:3])


@pytest.mark.parametrize(
    "name", ["株式会社トヨタ自動車", "אבג", "A name much longer than any ticker ever was, by far"]
)
def test_a_name_that_cannot_be_set_whole_is_shown_as_far_as_it_can(build: Build, name: str) -> None:
    found = build(count=300, rolls=9, holding=name)
    front = pages_of(found)[0]
    missing = sorted({ord(char) for char in name if not char.isascii()})
    for code in missing:
        assert f"U+{code:04X}" in front
    assert ("The report's font has no" in front) == bool(missing)
    assert ("A name much longer than any…: protective put" in front) == (not missing)


def test_a_foreign_label_is_drawn_in_charts(sample: Subject) -> None:
    label = "Put 株 <b>$x^2$"
    runs = [replace(r, label=label) if r.name == "protective-put" else r for r in sample.runs]
    front = pages_of(replace(sample, runs=tuple(runs)))[0]
    assert front.count("Put ? <b>$x^2$") >= 3
    assert "U+682A" in front


@pytest.mark.parametrize(
    ("name", "own"),
    [
        ("protective-put", {}),
        ("pair-short", {"peer": "MSFT"}),
        ("index-peer-short", {"peer": "IBM"}),
    ],
)
def test_the_shortest_history_that_can_be_run_makes_a_report(
    name: str, own: dict[str, Any]
) -> None:
    hedge = build_one(name, own)
    found = mh.run(
        hedge,
        mh.data.bundled(),
        mh.Portfolio(shares=100),
        start=date(2012, 1, 3),
        end=date(2012, 3, 28),
    )
    assert len(found.day) == 60
    subject = read(found.with_bands())
    pages = pages_of(subject)
    assert "60 sessions" in pages[0]
    if name == "protective-put":
        assert "no inference" in pages[0]
    else:
        assert "common sessions on a side of the split" in " ".join(pages)


def build_one(name: str, own: dict[str, Any]) -> mh.Hedge:
    return build(load(name), {"holding": "AAPL", **own})


def test_splits_are_marked_and_a_holding_given_as_money_is_said_so(sample: Subject) -> None:
    days = sample.days
    found = replace(sample, splits=((int(days[800]), 7.0), (int(days[-50]), 1.5)), value=100_000.0)
    front = pages_of(found)[0]
    assert "Split 7:1" in front
    assert "Split 1.5:1" in front
    assert "USD 100,000 of AAPL" in front
    assert "shares of AAPL" not in front


def test_only_splits_of_the_holding_inside_the_window_are_marked() -> None:
    hedge = build_one("index-short", {})
    found = mh.run(
        hedge,
        mh.data.bundled(),
        mh.Portfolio(value=50_000.0),
        start=date(2014, 1, 2),
        end=date(2015, 6, 30),
    )
    subject = read(found)
    # 9 June 2014, 7 for 1; the one of 2020 is beyond the end, that of 2005 in no warm-up
    assert subject.splits == ((16230, 7.0),)
    # shares as traded are shares, whatever they were given as
    assert subject.value is None
