"""The course of a relation: numbers of the analysis, sentences that are true, and every gap."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from labels import clashes, clipped

import microhedge as mh
from microhedge.analysis.correlation import judge
from microhedge.analysis.effectiveness import variance_removed
from microhedge.declaration import build as declared
from microhedge.loading import load
from microhedge.relation import Relation
from microhedge.reporting import charts_correlation, losses_in_time, page_correlation
from microhedge.reporting import findings_correlation as told
from microhedge.reporting.exhibits import final, parts
from microhedge.reporting.inputs import Correlation, Leans, Subject
from microhedge.reporting.inputs_correlation import (
    Change,
    Course,
    Factor,
    Fall,
    Fluctuation,
    Moves,
    Offset,
    Span,
)
from microhedge.reporting.model import model
from microhedge.reporting.reading import read
from microhedge.reporting.reading_correlation import course_of
from microhedge.reporting.render import render

Build = Callable[..., Subject]
STAMP = date(2012, 7, 2)


def compared(*hedges: tuple[str, dict[str, Any]], **options: Any) -> mh.Comparison:
    return mh.compare(
        [declared(load(name), {"holding": "XOM", **own}) for name, own in hedges],
        mh.data.bundled(),
        mh.Portfolio(value=100_000),
        **{"start": date(2006, 1, 3), "end": date(2010, 12, 31), **options},
    )


@pytest.fixture(scope="module")
def found() -> mh.Comparison:
    return compared(("pair-short", {"peer": "CVX"}))


@pytest.fixture(scope="module")
def subject(found: mh.Comparison) -> Subject:
    return read(found)


def lean_of(subject: Subject) -> Correlation:
    (found,) = [one for one in subject.correlations.values() if isinstance(one, Correlation)]
    return found


def course(subject: Subject) -> Course:
    found = lean_of(subject).course
    assert found is not None
    return found


def changed(subject: Subject, **changes: Any) -> Subject:
    """The same with other parts of the course."""
    (name,) = [k for k, one in subject.correlations.items() if isinstance(one, Correlation)]
    lean = lean_of(subject)
    own = {**subject.correlations, name: replace(lean, course=replace(course(subject), **changes))}
    return replace(subject, correlations=own)


def flat(subject: Subject) -> list[dict[str, Any]]:
    pages = page_correlation.pages(subject)
    return [part for page in pages for block in page.body for part in parts(block)]


def named(subject: Subject, name: str) -> dict[str, Any]:
    return next(block for block in flat(subject) if block.get("name", "").startswith(name))


def notices(subject: Subject) -> list[str]:
    return [block["title"] for block in flat(subject) if block["kind"] == "notice"]


def drawn(subject: Subject) -> list[dict[str, Any]]:
    """The pages as the template takes them, with their drawings."""
    return [final(page) for page in page_correlation.pages(subject)]


# ---- what the numbers are ---------------------------------------------------------------------


def test_the_numbers_are_those_of_the_details_and_of_the_tests(
    found: mh.Comparison, subject: Subject
) -> None:
    own, relation = course(subject), found.relations["pair-short"]
    details = found.with_details().details
    assert details is not None
    assert relation.judged is not None
    looked = details["pair-short"]
    test = relation.judged.tests[1]
    assert own.fluctuation is not None
    assert own.fluctuation.path is test.path
    assert own.fluctuation.statistic == test.statistic == np.abs(own.fluctuation.path).max()
    assert own.fluctuation.boundary == 1.3  # the fixed-b limit with 16 cosines, at 5 %
    assert own.fluctuation.days[own.fluctuation.row] == relation.day[test.row]
    assert own.offset is not None
    assert own.offset.cumulative.tolist() == looked.offset.cumulative.tolist()
    assert own.offset.single_inside == looked.offset.by_period.inside
    assert looked.relation is not None
    ratio = looked.relation.hedge_ratio
    assert ratio.total is not None
    assert own.change.total is not None
    assert own.change.correlation is not None
    assert own.change.total.value == ratio.total.factor
    assert own.change.total.value == pytest.approx(
        own.change.correlation.value * own.change.volatility.value
    )
    assert own.change.few == ("fewer than" in ratio.caveat)


def test_each_year_is_measured_on_its_own_sessions(found: mh.Comparison, subject: Subject) -> None:
    run, alone = found.hedges[0], found.unhedged
    own = course(subject)
    assert [one.year for one in own.spans] == [2006, 2007, 2008, 2009, 2010]
    year = np.array([str(one)[:4] for one in found.day.astype("datetime64[D]")])
    for one in own.spans:
        inside = year == str(one.year)
        inside[0] = False
        cut = 1.0 - np.var(run.returns[inside]) / np.var(alone.returns[inside])
        assert one.removed == pytest.approx(cut)
        left = np.corrcoef(found.tape.returns("XOM")[-len(year) :][inside],
                           found.tape.returns("CVX")[-len(year) :][inside])[0, 1]  # fmt: skip
        assert one.explained == pytest.approx(left**2)


def test_the_falls_are_those_among_the_losses(subject: Subject) -> None:
    block = losses_in_time.in_falls(subject)
    assert block is not None
    mine = next(b for b in flat(subject) if "Against calm" in b.get("head", ()))
    assert [row[0] for row in mine["rows"]] == [row[0] for row in block["rows"]]
    assert [row[1] for row in mine["rows"]] == [row[2] for row in block["rows"]]
    assert [row[3] for row in mine["rows"]] == [row[3] for row in block["rows"]]
    assert [row[-1] for row in mine["rows"]] == [row[-1] for row in block["rows"]]


def test_what_was_removed_in_a_fall_is_of_its_sessions(
    found: mh.Comparison, subject: Subject
) -> None:
    one = next(fall for fall in course(subject).falls if fall.name == "Global financial crisis")
    days = found.day.astype("datetime64[D]")
    inside = (days > np.datetime64("2007-10-09")) & (days <= np.datetime64("2009-03-09"))
    own, alone = found.hedges[0].returns[inside], found.unhedged.returns[inside]
    assert one.n == inside.sum() == 355
    assert one.removed == pytest.approx(1.0 - np.var(own) / np.var(alone))
    assert one.saved == pytest.approx(np.prod(1.0 + own) - np.prod(1.0 + alone))
    assert one.correlation == pytest.approx(
        np.corrcoef(alone, found.tape.returns("CVX")[-len(days) :][inside])[0, 1]
    )


def test_a_saved_comparison_gives_the_same_pages(found: mh.Comparison, tmp_path: Path) -> None:
    again = read(mh.load_comparison(found.save(tmp_path / "run.mhr")))
    assert drawn(again) == drawn(read(found))


# ---- what is short, missing or odd ------------------------------------------------------------


def test_under_sixty_common_sessions_have_no_course() -> None:
    short = read(compared(("pair-short", {"peer": "CVX"}), end=date(2006, 3, 29)))
    assert isinstance(short.correlations["pair-short"], Leans)
    assert notices(short) == ["Not shown: the correlation behind the pair short"]


def test_under_a_year_is_told_by_quarters_and_its_own_fall_is_undecided() -> None:
    short = read(compared(("pair-short", {"peer": "CVX"}), end=date(2006, 9, 29)))
    spans = course(short).spans
    assert [(one.year, one.quarter) for one in spans] == [(2006, 1), (2006, 2), (2006, 3)]
    assert "2006 Q3" in named(short, "ratio-parts")["alt"]
    table = next(b for b in flat(short) if "Against calm" in b.get("head", ()))
    assert {row[8] for row in table["rows"]} <= {"undecided", "–"}
    assert table["finding"].startswith("No fall has the 60 sessions")
    assert drawn(short)


def shortened(relation: Relation, count: int) -> Relation:
    """A relation of which a side ended some sessions before the window."""
    day, y, x = relation.day[:-count], relation.y[:-count], relation.x[:-count]
    assert relation.judged is not None
    return replace(relation, day=day, y=y, x=x, judged=judge(y, x, relation.judged.split))


def test_a_peer_that_ended_leaves_the_sessions_before_its_end(found: mh.Comparison) -> None:
    relation = shortened(found.relations["pair-short"], 400)
    own = course_of(found.hedges[0], relation, found)
    assert own is not None
    assert own.spans[-1].year == 2009
    assert max(fall.low_day for fall in own.falls) <= relation.day[-1]
    assert own.offset is not None
    assert own.offset.days[-1] > relation.day[-1]  # the hedge went on
    first = own.spans[0]
    run, alone = found.hedges[0].returns, found.unhedged.returns
    inside = found.day.astype("datetime64[D]").astype("datetime64[Y]") == np.datetime64("2006")
    rows = slice(1, int(inside.sum()))
    assert first.removed == variance_removed(run[rows], alone[rows], first=-1) is not None


def test_copies_have_nothing_to_test_and_still_a_page(
    found: mh.Comparison, subject: Subject
) -> None:
    relation = found.relations["pair-short"]
    assert relation.judged is not None
    copy = replace(
        relation, x=relation.y.copy(), judged=judge(relation.y, relation.y, relation.judged.split)
    )
    own = course_of(found.hedges[0], copy, found)
    assert own is not None
    assert own.fluctuation is None
    assert all(one.bounds is None for one in own.falls)
    shown = changed(subject, fluctuation=None, falls=own.falls, change=own.change, spans=own.spans)
    assert "Not shown: the test for a lasting break" in notices(shown)
    assert drawn(shown)


def test_a_hedge_that_never_traded_removed_and_offset_nothing(found: mh.Comparison) -> None:
    run = found.hedges[0]
    assert run.result is not None
    fills = {name: column[:0] for name, column in run.result.tables["fills"].items()}
    idle = replace(run, result=replace(run.result, tables={**run.result.tables, "fills": fills}))
    own = course_of(idle, found.relations["pair-short"], found)
    assert own is not None
    assert not own.traded
    assert (own.offset, own.moves) == (None, None)
    assert {one.removed for one in own.spans} == {None}
    assert {one.saved for one in own.falls} == {None}
    shown = changed(
        read(found), traded=False, offset=None, moves=None, spans=own.spans, falls=own.falls
    )
    assert notices(shown)[:2] == [
        "Not shown: variance removed and offset",
        "Not shown: the dollar offset",
    ]
    assert drawn(shown)


def test_a_course_without_falls_moves_or_periods_is_told(sample: Subject) -> None:
    bare = changed(sample, spans=(), falls=(), moves=None, offset=None)
    assert notices(bare) == [
        "Not shown: the parts of the hedge ratio",
        "Not shown: variance removed by period",
        "Not shown: the dollar offset",
    ]
    assert all("Against calm" not in block.get("head", ()) for block in flat(bare))
    assert render(model(bare), paper="letter", timestamp=STAMP)


def test_a_year_of_another_sign_has_no_bar_and_is_counted(sample: Subject) -> None:
    spans = [replace(one, correlation=None) for one in course(sample).spans[:2]]
    shown = changed(sample, spans=(*spans, *course(sample).spans[2:]))
    assert named(shown, "ratio-parts")["sub"].endswith(
        "Without a ratio: 2 periods whose correlation had another sign."
    )
    last = changed(sample, spans=(*course(sample).spans[2:], *spans))
    assert "correlation –," in named(last, "ratio-parts")["alt"]


def test_six_hedges_that_lean_have_a_section_each(sample: Subject) -> None:
    short = sample.hedges[1]
    runs = tuple(replace(short, name=f"short-{n}", label=f"Short {n}") for n in range(6))
    own = sample.correlations[short.name]
    six = replace(
        sample,
        runs=(sample.unhedged, *runs),
        correlations={run.name: own for run in runs},
        verdicts={},
        bands={},
        protection=None,
    )
    assert len(page_correlation.pages(six)) == 6


# ---- charts -----------------------------------------------------------------------------------


@pytest.mark.parametrize("at", [0.01, 0.3, 0.5, 0.99])
@pytest.mark.parametrize("size", [0.4, -1.9])
def test_no_two_texts_of_the_path_overlap(at: float, size: float) -> None:
    count = 900
    days = np.arange(12000, 12000 + count, dtype=np.int32)
    top = int(at * count)
    path = size * np.interp(np.arange(count), [0, top, count - 1], [0.0, 1.0, 0.0])
    row = int(np.argmax(np.abs(path))) + 1
    figure = charts_correlation.fluctuation(
        days, path, 1.3, row=row, split=12300, labels=("Path", "5% boundary", "26 Sep 2001")
    )
    assert clashes(figure) + clipped(figure) == []
    # the extreme is drawn however the path is thinned
    line = max(figure.axes[0].lines, key=lambda one: len(np.asarray(one.get_ydata())))
    drawn_path = np.asarray(line.get_ydata(), dtype=np.float64)
    assert len(drawn_path) < count
    assert np.abs(drawn_path).max() == np.abs(path).max()


@pytest.mark.parametrize("count", [1, 2, 8, 31])
@pytest.mark.parametrize("scale", [0.01, 0.3, 2.0])
def test_no_two_texts_of_the_bars_overlap(count: int, scale: float) -> None:
    rng = np.random.default_rng(count)
    names = [f"{2000 + n // 4} Q{n % 4 + 1}" if count < 12 else str(1992 + n) for n in range(count)]
    one, two = scale * rng.normal(size=(2, count))
    figure = charts_correlation.ratio_parts(
        names, one, two, labels=("Correlation", "Volatilities", "Ratio")
    )
    assert clashes(figure) + clipped(figure) == []
    removed, best = 1.0 - scale * rng.uniform(size=(2, count))
    removed[-1] = np.nan
    figure = charts_correlation.removed_by_period(
        names, removed, best, (0.34, 0.36), (0.2, 0.4),
        labels=("Removed", "Best, known afterwards", "Promised 34%", "Came 36%"),
    )  # fmt: skip
    assert clashes(figure) + clipped(figure) == []


@pytest.mark.parametrize("ends", [0.9, 7.0, -3.0])
def test_offsets_beyond_the_frame_are_arrows_at_its_edge(ends: float) -> None:
    days = np.arange(12000, 13200, 30, dtype=np.int32)
    values = np.linspace(0.2, 0.9, len(days))
    values[0], values[3], values[-1] = np.nan, -5.0, ends
    figure = charts_correlation.cumulative_offset(
        days, values, (12000, 13200), labels=("80–125%", f"{ends:.0%}")
    )
    assert clashes(figure) + clipped(figure) == []
    arrows = [line for line in figure.axes[0].lines if line.get_marker() in ("^", "v")]
    low, high = figure.axes[0].get_ylim()
    assert low >= charts_correlation.FRAME[0]
    assert high <= charts_correlation.FRAME[1]
    beyond = int(np.sum((values < low) | (values > high)))
    drawn_beyond = sum(len(np.asarray(line.get_xdata())) for line in arrows)
    assert drawn_beyond == beyond == (1 if ends == 0.9 else 2)


def test_factors_of_an_axis_are_apart_and_hold_one() -> None:
    for reach in (0.02, 0.1, 0.5, 1.5, 5.0):
        at = charts_correlation._factors(-reach, reach)
        assert 1.0 in at
        assert np.min(np.diff(np.log(at)), initial=9.0) > 0.05 * 2.0 * reach


# ---- what the sentences say -------------------------------------------------------------------

DAYS = np.arange(12000, 12900, dtype=np.int32)


def path(statistic: float, holm: float | None, *, sides: bool = True) -> Fluctuation:
    before, after = (0.6, 0.4) if sides else (None, None)
    return Fluctuation(DAYS, np.zeros(900), 1.3, statistic, 400, 0.02, holm, before, after)


def test_a_path_that_crossed_is_a_change_once_three_tests_are_allowed_for() -> None:
    # day 12,400 is 14 December 2003
    early, late = 12500, 12300
    assert told.broke(path(1.54, 0.011), late) == (
        "The path left its 5% boundary (1.54 against 1.30): a lasting change, dated 14 Dec 2003, "
        "after the designation, from 0.60 to 0.40."
    )
    assert "before the designation, from 0.60" in told.broke(path(1.54, 0.011), early)
    assert told.broke(path(1.54, 0.011, sides=False), late).endswith(
        "after the designation, too close to an end to be measured."
    )
    # the opposite
    assert told.broke(path(1.12, 0.3), late) == (
        "The path stayed inside its 5% boundary (1.12 against 1.30): no lasting change is shown, "
        "and 14 Dec 2003 is only where it went farthest."
    )
    # undecided: beyond the boundary of one test, not of three
    assert "(Holm p = 0.081): a change on 14 Dec 2003 is not shown" in told.broke(
        path(1.34, 0.081), late
    )
    assert "is not shown" in told.broke(path(1.34, None), late)


@pytest.mark.parametrize(
    ("rho", "vol", "end"),
    [
        ((1.28, True), (0.94, False), "what moved is the correlation."),
        (
            (1.02, False),
            (1.76, True),
            "what moved is the ratio of volatilities, not the correlation.",
        ),
        ((0.5, True), (1.5, True), "both moved, against each other."),
        ((1.5, True), (1.5, True), "both moved, one way."),
        ((1.1, False), (1.1, False), "neither by more than chance."),
    ],
)
def test_which_part_of_the_ratio_moved(
    rho: tuple[float, bool], vol: tuple[float, bool], end: str
) -> None:
    one, two = (Factor(value, None, moved=moved) for value, moved in (rho, vol))
    total = Factor(one.value * two.value, None, moved=True)
    said = told.which_part(Change(total, one, two, (0.5, 0.6), few=False))
    assert said.endswith(end)
    assert f"×{rho[0]:.2f} by the correlation" in said


def test_a_correlation_that_changed_its_sign_has_no_parts() -> None:
    lost = Change(None, None, Factor(1.0, None, moved=False), (0.4, -0.1), few=False)
    assert told.which_part(lost) == (
        "The correlation changed its sign, from 0.40 to −0.10: no ratio of the kind first fitted "
        "was right afterwards."
    )


@pytest.mark.parametrize(
    ("last", "words"),
    [
        (0.92, "offset 92% of what the holding did, inside the customary corridor; 3 of 9 "),
        (0.31, "offset 31% of what the holding did, below the customary corridor"),
        (1.4, "offset 140% of what the holding did, above the customary corridor"),
        (-0.19, "the hedge added 19% to what the holding did"),
        (0.80, "inside"),
        (1.25, "inside"),
    ],
)
def test_where_the_offset_came_to(last: float, words: str) -> None:
    found = Offset(DAYS[:9], np.full(9, last), 3, 9, 1, 9, 0.2)
    assert found.last == last
    assert words in told.offset_came(found, last)
    none = replace(found, inside=0)
    assert "; none of 9 month-ends lay inside." in told.offset_came(none, last)


@pytest.mark.parametrize(
    ("removed", "bounds", "text"),
    [
        (0.65, (0.58, 0.71), "removed 65% of the variance (95% interval 58% to 71%), more than "
                             "the 34% promised."),
        (0.12, (0.02, 0.21), "removed 12% of the variance (95% interval 2% to 21%), less than "
                             "the 34% promised."),
        (0.38, (0.29, 0.51), "as far as can be told as much as the 34% promised."),
        (-0.2, (-0.5, 0.1), "added 20% to the variance (95% interval −50% to 10%), less than"),
        (0.38, None, "removed 38% of the variance; 34% was promised."),
        (None, None, "34% of the variance was promised; what came is not defined."),
    ],
)  # fmt: skip
def test_what_was_removed_is_compared_with_what_was_promised(
    removed: float | None, bounds: tuple[float, float] | None, text: str
) -> None:
    assert text in told.removed_against(removed, bounds, 0.34)


def fall(low: float, high: float, n: int = 200, **more: Any) -> Fall:
    one = Fall("Covid-19", None, True, 12900, n, -0.3, (low + high) / 2.0, (low, high), 0.5, 0.6,
               0.4, 0.1)  # fmt: skip
    return replace(one, **more)


def test_a_fall_is_weaker_stronger_or_not_told_apart() -> None:
    assert told.against_calm(fall(0.2, 0.5)) == "weaker"
    assert told.against_calm(fall(0.7, 0.9)) == "stronger"
    assert told.against_calm(fall(0.5, 0.7)) == "not told apart"
    assert told.against_calm(fall(0.2, 0.5, n=59)) == "undecided"
    assert told.against_calm(fall(0.2, 0.5, calm=None)) == "–"
    # of a negative relation the weaker one is nearer to zero
    assert told.against_calm(fall(-0.4, -0.2, calm=-0.6)) == "weaker"
    assert told.against_calm(fall(-0.9, -0.8, calm=-0.6)) == "stronger"


def test_the_falls_are_counted_that_can_be_told() -> None:
    weak, same, short = fall(0.2, 0.5), fall(0.5, 0.7), fall(0.1, 0.2, n=24)
    assert told.in_falls([weak, same, short], "Pair short") == (
        "In 1 of 2 falls long enough to tell the correlation was weaker than in calm sessions; "
        "the pair short saved a point or more in 3 of the 3 in which the holding fell."
    )
    assert told.in_falls([same, same], "Pair short").startswith(
        "In none of 2 falls long enough to tell was the correlation weaker"
    )
    assert told.in_falls([replace(same, saved=-0.1)], "Pair short") == (
        "In the 1 fall long enough to tell the correlation was not weaker than in calm sessions; "
        "the pair short saved a point or more in none of the one in which the holding fell."
    )
    assert told.in_falls([replace(short, saved=None)], "Pair short") == (
        "No fall has the 60 sessions that its correlation would need."
    )
    assert told.in_falls([fall(0.2, 0.5, calm=None)], "Pair short").startswith(
        "No calm sessions are left to compare"
    )
    # less than a point is not worth the name
    assert "a point or more in none of the one" in told.in_falls([replace(same, saved=0.004)], "X")
    # a market that fell while the holding rose is no fall of the holding
    rose = replace(same, fall=0.6, saved=-0.3)
    assert "in 1 of the one in which" in told.in_falls([same, rose], "Pair short")


@pytest.mark.parametrize(
    ("bounds", "others", "end"),
    [
        ((0.03, 0.34), 0.47, "it missed more of them."),
        ((0.67, 0.83), 0.59, "it took more of them."),
        ((0.36, 0.79), 0.59, "the difference is within chance."),
    ],
)
def test_the_largest_moves_are_compared_with_the_others(
    bounds: tuple[float, float], others: float, end: str
) -> None:
    said = told.on_large_moves(Moves(10, sum(bounds) / 2.0, bounds, others), "Pair short")
    assert said.startswith("The pair short offset ")
    assert "of the holding's 10 largest moves of one session" in said
    assert said.endswith(end)


def test_every_part_of_the_sample_is_shown(sample: Subject) -> None:
    assert isinstance(course(sample).spans[0], Span)
    names = [block["name"] for block in flat(sample) if block["kind"] == "chart"]
    assert [name.removesuffix("-index-peer-short") for name in names] == [
        "correlation", "break", "ratio-parts", "variance-removed", "dollar-offset", "premises",
        "ratios",
    ]  # fmt: skip
    assert "no pass mark" in named(sample, "dollar-offset")["sub"]
    assert named(sample, "dollar-offset")["alt"].count("%") >= 3
