"""What it cost and whether selling was cheaper: bars that add up, marks in place, every gap."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import labels
import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

import microhedge as mh
from microhedge.analysis.bootstrap import Interval
from microhedge.declaration import build as declared
from microhedge.frontier import Beside, Sold
from microhedge.loading import load
from microhedge.reporting import charts_cost, page_cost
from microhedge.reporting import findings_cost as told
from microhedge.reporting.inputs import Run, Subject
from microhedge.reporting.inputs_cost import Cost, Reruns
from microhedge.reporting.model import model
from microhedge.reporting.placing import Placer
from microhedge.reporting.reading import read
from microhedge.reporting.render import render
from microhedge.reporting.style import STROKES

from .test_hard_cases import hedges, ruined, with_growth

STAMP = date(2012, 7, 2)


@cache
def found() -> mh.Comparison:
    """A put that was rerun and a short, in the market's years of 2008 to 2010."""
    pair: list[tuple[str, dict[str, Any]]] = [("protective-put", {}), ("index-short", {})]
    return mh.compare(
        [declared(load(name), {"holding": "AAPL", **own}) for name, own in pair],
        mh.data.bundled(),
        mh.Portfolio(shares=1000),
        start=date(2008, 1, 2),
        end=date(2010, 12, 31),
    ).with_bands()


@pytest.fixture(scope="module")
def subject() -> Subject:
    return read(found())


def spent(subject: Subject) -> Cost:
    assert subject.cost is not None
    return subject.cost


def body(subject: Subject) -> tuple[dict[str, Any], ...]:
    return page_cost.page(subject).body


def named(subject: Subject, name: str) -> dict[str, Any]:
    return next(block for block in body(subject) if block.get("name") == name)


def table_with(subject: Subject, head: str) -> dict[str, Any]:
    return next(block for block in body(subject) if head in block.get("head", ()))


def texts(figure: Figure) -> list[str]:
    return [one.get_text() for one in figure.findobj(Text) if isinstance(one, Text)]


def with_beside(subject: Subject, one: Beside) -> Subject:
    cost = spent(subject)
    return replace(subject, cost=replace(cost, beside={**cost.beside, cost.of: one}))


# ---- what the numbers are ---------------------------------------------------------------------


def test_the_bars_add_up_to_the_net_cost_of_page_1(subject: Subject) -> None:
    figure = named(subject, "causes")["figures"][0]
    for run, ax in zip(subject.hedges, figure.axes, strict=True):
        causes, cost = spent(subject).causes[run.name], run.stat("cost_per_year")
        assert cost is not None
        assert sum(causes.values()) == pytest.approx(-cost, abs=1e-9)
        # as printed, to the rounding of each cell
        printed = [
            float(text.replace("\N{MINUS SIGN}", "-"))
            for text in (one.get_text() for one in ax.texts)
            if text != run.label
        ]
        assert printed[-1] == pytest.approx(-100.0 * cost, abs=0.05)
        assert len(printed) == len(causes) + 1
        assert sum(printed[:-1]) == pytest.approx(printed[-1], abs=0.05 * len(printed))


def test_every_bar_starts_where_the_one_above_ended(subject: Subject) -> None:
    steps = charts_cost._running(
        charts_cost.Steps("Put", (-0.08, 0.05, None, -0.01), -0.04, STROKES["hedge"])
    )
    assert [row for row, *_ in steps] == [0, 1, 3, 4]
    assert [(a, b) for _, a, b, _ in steps] == [
        (0.0, -0.08), (-0.08, pytest.approx(-0.03)), (pytest.approx(-0.03), pytest.approx(-0.04)),
        (0.0, -0.04),
    ]  # fmt: skip


def test_the_sale_fixed_beforehand_lies_on_the_line(subject: Subject) -> None:
    # between the tenths around its part, in return and in tail loss
    sale = subject.yardstick("sell-once", subject.hedges[0])
    assert sale is not None
    assert sale.sold is not None
    line = spent(subject).line
    near = int(10 * sale.sold)
    for value, ends in (
        (sale.stat("annual_return"), [line[k].annual_return or 0.0 for k in (near, near + 1)]),
        (sale.stat("tail_loss"), [line[k].tail_loss or 0.0 for k in (near, near + 1)]),
    ):
        assert min(ends) <= (value or 0.0) <= max(ends)


def test_the_marks_are_the_numbers_of_the_table_of_runs(subject: Subject) -> None:
    table = table_with(subject, "Worst 5% of months")
    rows = {row[0]: row for row in table["rows"] if len(row) > 1}
    alt = named(subject, "selling-once")["alt"]
    for label in ("Protective put", "Index short"):
        assert f"{label} {rows[label][4]}, {rows[label][1]}" in alt
    sold = next(label for label in rows if label.startswith("Sell ") and label.endswith("once"))
    assert f"{sold}, fixed beforehand {rows[sold][4]}, {rows[sold][1]}" in alt
    assert f"Keeping all {rows['Keep all'][4]}, {rows['Keep all'][1]}" in alt


def test_the_arrow_goes_from_the_hedge_to_the_line(subject: Subject) -> None:
    cost, review = spent(subject), subject.hedges[0]
    beside = cost.beside[review.name]
    assert beside.same_tail is not None
    assert beside.same_tail.tail_loss == pytest.approx(review.stat("tail_loss"), abs=1e-8)
    gap = f"{100 * (beside.ahead or 0.0):+.1f}".replace("-", "\N{MINUS SIGN}")
    assert f"{gap} points a year" in texts(named(subject, "selling-once")["figures"][0])


def test_reruns_are_those_of_the_bands_and_the_first_is_the_run_itself(subject: Subject) -> None:
    bands = found().bands
    assert bands is not None
    one, mine = bands["protective-put"], spent(subject).reruns["protective-put"]
    assert mine.costs == tuple(phase.cost_per_year for phase in one.phases)
    assert len(mine.costs) == 9
    assert mine.leads == tuple(phase.selling_lead for phase in one.phases)
    assert mine.cost_by_vol[0] == one.vol_minus_20.cost_per_year
    assert mine.cost_by_vol[1] == subject.hedges[0].stat("cost_per_year")
    # dearer options cost more and leave selling the better
    assert mine.cost_by_vol[0] < mine.cost_by_vol[1] < mine.cost_by_vol[2]
    assert mine.lead_by_vol is not None
    assert mine.lead_by_vol[0] < mine.lead_by_vol[1] < mine.lead_by_vol[2]
    assert set(spent(subject).reruns) == {"protective-put"}


def test_a_saved_comparison_has_the_same_page(tmp_path: Path) -> None:
    again = read(mh.load_comparison(found().save(tmp_path / "run.mhr")))
    assert spent(again) == spent(read(found()))


def test_every_card_of_page_1_leads_to_a_page(subject: Subject) -> None:
    made = model(subject)
    assert {card["ref"] for card in made["cards"]} <= {page["label"] for page in made["pages"]}
    assert [card["ref"] for card in made["cards"]].count("cost") == 2


# ---- whatever is missing ----------------------------------------------------------------------


def test_where_no_hedge_traded_a_notice_stands_before_the_table_of_runs(sample: Subject) -> None:
    blocks = body(replace(sample, cost=None))
    assert [block["kind"] for block in blocks] == ["notice", "table"]
    assert blocks[0]["title"] == "Not shown: what the hedge cost"
    assert page_cost.page(replace(sample, cost=None)).lead == ""


def test_a_hedge_that_never_traded_leaves_the_page_to_one_that_did() -> None:
    # a holding of 50 shares cannot have one contract
    comparison = mh.compare(
        [declared(load(name), {"holding": "AAPL"}) for name in ("protective-put", "index-short")],
        mh.data.bundled(),
        mh.Portfolio(shares=50),
        start=date(2009, 1, 2),
        end=date(2010, 12, 31),
    )
    subject = read(comparison)
    assert spent(subject).of == "index-short"
    assert list(spent(subject).causes) == ["index-short"]
    assert page_cost.page(subject).lead.startswith("The index short ")
    assert "Protective put" not in texts(named(subject, "selling-once")["figures"][0])
    only = tuple(run for run in comparison.runs if run.name != "index-short")
    assert read(replace(comparison, runs=only)).cost is None
    assert render(model(subject), timestamp=STAMP)


def test_a_short_has_no_reruns_and_no_notice_about_them() -> None:
    comparison = mh.run(
        declared(load("index-short"), {"holding": "AAPL"}),
        mh.data.bundled(),
        mh.Portfolio(shares=1000),
        start=date(2009, 1, 2),
        end=date(2010, 12, 31),
    )
    blocks = body(read(comparison))
    assert [block.get("name") for block in blocks[:2]] == ["selling-once", "causes"]
    assert [block["kind"] for block in blocks] == ["chart", "chart", "table"]


def test_reruns_that_were_not_made_are_missed_with_a_notice(sample: Subject) -> None:
    bare = replace(sample, cost=replace(spent(sample), reruns={}))
    notices = [block["title"] for block in body(bare) if block["kind"] == "notice"]
    assert notices == ["Not shown: other roll dates and volatilities"]


def test_a_hedge_without_a_sale_of_its_tail_loss_has_no_arrow(sample: Subject) -> None:
    block = named(with_beside(sample, Beside(None, None, Interval())), "selling-once")
    shown = texts(block["figures"][0])
    assert not any("points a year" in text for text in shown)
    assert not any("constant mix" in text for text in shown)
    assert "Known only afterwards" not in block["note"]


def test_a_holding_that_never_lost_has_a_notice(sample: Subject) -> None:
    alone = replace(sample.unhedged, stats={**sample.unhedged.stats, "tail_loss": 0.02})
    subject = replace(sample, runs=(alone, *sample.runs[1:]))
    assert body(subject)[0]["kind"] == "notice"
    assert "there is no tail loss to place the protective put by" in body(subject)[0]["text"]


def test_a_line_that_is_not_defined_has_a_notice(sample: Subject) -> None:
    cost = spent(sample)
    for line in ((), (Sold(0.0, None, None), *cost.line[1:])):
        block = body(replace(sample, cost=replace(cost, line=line)))[0]
        assert block["title"] == "Not shown: the hedge beside selling once"


def test_an_account_in_ruin_is_placed_and_told(sample: Subject) -> None:
    lost = {"annual_return": -1.0, "tail_loss": -0.4}
    runs = [
        replace(run, stats={**run.stats, **lost}) if run.name == spent(sample).of else run
        for run in sample.runs
    ]
    block = named(
        with_beside(replace(sample, runs=tuple(runs)), Beside(None, None, Interval())),
        "selling-once",
    )
    assert "did not cut the tail loss (−40.0%" in block["finding"]
    assert "less than keeping all" in block["finding"]
    assert "Protective put −40.0%, −100.0%" in block["alt"]
    crossed(block["figures"][0])


def test_a_holding_that_went_to_zero_and_missing_numbers_make_a_page(sample: Subject) -> None:
    gone = replace(sample, runs=tuple(with_growth(run, ruined) for run in sample.runs))
    assert body(gone)[0]["kind"] == "chart"
    lost = tuple(
        replace(run, stats=dict.fromkeys(run.stats, None), intervals={}, estimates={})
        for run in sample.runs
    )
    page = page_cost.page(replace(sample, runs=lost))
    assert page.lead == "What the protective put cost cannot be told on this window."
    assert page.body[0]["kind"] == "notice"
    causes = next(block for block in page.body if block.get("name") == "causes")
    assert causes["finding"] == "What the protective put cost cannot be told on this window."


def test_of_six_hedges_three_are_drawn_and_all_are_in_tables(sample: Subject) -> None:
    six = hedges(sample, 6, "Put of a long name")
    for name in ("selling-once", "causes"):
        shown = texts(named(six, name)["figures"][0])
        assert "Put of a long name 2" in shown
        assert "Put of a long name 3" not in shown
    assert "3 hedges are in the table alone" in named(six, "selling-once")["note"]
    assert len(table_with(six, "Same tail: sold")["rows"]) == 6
    causes = table_with(six, "Cause")
    assert len(causes["head"]) == 7
    assert causes["rows"][-1][0] == "Net a year"
    three = hedges(sample, 3, "Put of a long name")
    assert not any("Cause" in block.get("head", ()) for block in body(three))


# ---- what is drawn ----------------------------------------------------------------------------


def crossed(figure: Figure) -> None:
    """Check that no text lies on another one or is cut by the edge."""
    assert len(labels.boxes(figure)) > 8
    assert labels.clashes(figure) == []
    assert labels.clipped(figure) == []


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("near", [0.0, 0.02, 1.0])
def test_no_two_labels_beside_the_line_overlap(seed: int, near: float) -> None:
    # marks on, near and far from a line that rises, falls or bends
    rng = np.random.default_rng(seed)
    parts = np.arange(10) / 10
    tails = -0.15 * (1.0 - parts) ** 0.7 - 0.01
    returns = rng.normal() * 0.1 * (1.0 - parts) + rng.normal() * 0.05 * parts * (1.0 - parts)
    line = [
        (float(t), float(r), "keeping all" if n == 0 else f"{10 * n}% sold" if n % 2 == 0 else "")
        for n, (t, r) in enumerate(zip(tails, returns, strict=True))
    ]
    at = rng.integers(0, 10, 5)
    marks = [
        charts_cost.Mark(
            label,
            float(tails[k] + near * rng.normal() * 0.05),
            float(returns[k] + near * rng.normal() * 0.1),
            STROKES[look],
        )
        for label, look, k in zip(
            ("Protective put of a name", "Index and peer short", "A third hedge, named at length",
             "Sell 29% once, fixed beforehand", "36% as a constant mix, hindsight"),
            ("hedge", "second", "third", "selling", "selling"), at, strict=True,
        )
    ]  # fmt: skip
    gap = (
        marks[0].tail,
        marks[0].annual,
        marks[0].annual + 0.03,
        "\N{MINUS SIGN}3.0 points a year",
    )
    figure = charts_cost.frontier(line, marks, gap=gap, titles=("Annual return", "Tail loss"))
    assert {mark.label for mark in marks} <= set(texts(figure))
    crossed(figure)


@pytest.mark.parametrize("count", [1, 2, 3])
@pytest.mark.parametrize("scale", [0.0001, 1.0, 20.0])
def test_no_two_labels_of_bars_and_strips_overlap(
    sample: Subject, count: int, scale: float
) -> None:
    sample = hedges(sample, count, "Put of a name")
    cost, first = spent(sample), sample.hedges[0].name
    causes = {name: scale * share for name, share in cost.causes[first].items()}
    reruns = cost.reruns[first]
    wide = replace(
        reruns,
        costs=tuple(scale * one for one in reruns.costs),
        leads=tuple(scale * one for one in reruns.leads),
        cost_by_vol=(0.008 * scale, 0.031 * scale, 0.056 * scale),
        lead_by_vol=(-0.011 * scale, 0.012 * scale, 0.037 * scale),
    )
    assert wide.lead_by_vol is not None
    names = [run.name for run in sample.hedges]
    sample = replace(
        sample,
        cost=replace(
            cost,
            causes=dict.fromkeys(names, causes),
            reruns=dict.fromkeys(names, wide),
        ),
        runs=tuple(
            replace(run, stats={**run.stats, "cost_per_year": -sum(causes.values())})
            for run in sample.runs
        ),
    )
    for name in ("causes", "reruns"):
        crossed(named(sample, name)["figures"][0])


def test_of_reruns_that_are_all_alike_each_is_drawn(sample: Subject) -> None:
    flat = Reruns((0.03,) * 9, (0.0,) * 9, (0.03,) * 3, (0.0,) * 3, None)
    cost = spent(sample)
    block = named(replace(sample, cost=replace(cost, reruns={cost.of: flat})), "reruns")
    crossed(block["figures"][0])
    assert "even at no vol ×0.5 to ×2" in texts(block["figures"][0])


def test_a_label_that_need_not_be_there_gives_way() -> None:
    figure = charts_cost.frontier(
        [(-0.1, 0.05, "keeping all"), (-0.01, 0.01, "90% sold")],
        [],
        gap=None,
        titles=("Annual return", "Tail loss"),
    )
    placer = Placer(figure.axes[0])
    assert placer.label(50.0, 50.0, "first", colour="black", must=False)
    width, height = (float(size) for size in figure.axes[0].bbox.size)
    placer.avoid([replace(placer.taken[0], left=0.0, low=0.0, right=width, high=height)])
    assert not placer.label(50.0, 50.0, "second", colour="black", must=False)
    assert placer.label(50.0, 50.0, "third", colour="black")


# ---- what the sentences say -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cost", "gross", "text"),
    [
        (0.04, 0.101, "The put cost 4.0% of the holding a year, net; 10.1% was paid gross."),
        (-0.181, None, "The put earned 18.1% of the holding a year, net."),
        (0.0002, 0.01, "The put cost nothing, net; 1.0% was paid gross."),
        (None, 0.1, "What the put cost cannot be told on this window."),
    ],
)
def test_the_net_cost_is_told(cost: float | None, gross: float | None, text: str) -> None:
    assert told.net("Put", cost, gross) == text


@pytest.mark.parametrize(
    ("lead", "bounds", "text"),
    [
        (0.031, (-0.029, 0.088), "returned 3.1 points a year more (95% interval −2.9 to +8.8), "
                                 "with a tail loss of −16.6% against −11.5%."),
        (-0.085, None, "returned 8.5 points a year less (too few periods for an interval), with"),
        (0.0001, (-0.01, 0.01), "returned the same (95% interval −1.0 to +1.0), with"),
    ],
)  # fmt: skip
def test_the_sale_fixed_beforehand_is_told(lead: float, bounds: Any, text: str) -> None:
    sentence = told.sold_beforehand(0.3, lead, bounds, (-0.166, -0.115))
    assert sentence.startswith("Selling 30% once, fixed beforehand, ")
    assert text in sentence
    assert told.sold_beforehand(None, lead, bounds, (None, None)) == ""
    little = told.sold_beforehand(0.004, lead, bounds, (-0.166, -0.115))
    assert little.startswith("Selling 0.4% once, fixed beforehand, ")
    nothing = told.sold_beforehand(0.0, lead, bounds, (-0.166, -0.115))
    assert nothing.startswith("Keeping all, as nothing was to be sold beforehand, returned ")
    assert told.sold_beforehand(0.3, None, bounds, (None, None)) == ""
    assert "tail loss" not in told.sold_beforehand(0.3, lead, bounds, (None, -0.1))


def placed(ahead: float, low: float | None, high: float | None) -> Beside:
    return Beside(Sold(0.94, 0.1, -0.1), ahead, Interval(ahead, low, high, low, high))


@pytest.mark.parametrize(
    ("one", "text"),
    [
        (placed(0.119, 0.004, 0.276),
         "The put lies 11.9 points a year above the sale with its tail loss (94% sold), beyond "
         "luck: 95% interval +0.4 to +27.6."),
        (placed(-0.059, -0.105, -0.008),
         "The put lies 5.9 points a year below the sale with its tail loss (94% sold), beyond "
         "luck: 95% interval −10.5 to −0.8."),
        (placed(0.119, -0.004, 0.276),
         "The put lies 11.9 points a year above the sale with its tail loss (94% sold), but which "
         "was cheaper is undecided: 95% interval −0.4 to +27.6."),
        # an interval on the other side of zero than the whole period decides nothing
        (placed(-0.01, 0.002, 0.02), "but which was cheaper is undecided: 95% interval +0.2"),
        (placed(0.02, None, None), "too few periods to say how sure that is."),
        (placed(0.0003, -0.1, 0.1),
         "The put lies on the line of selling once: the sale with its tail loss, of 94%, returned "
         "the same."),
        (Beside(None, None, Interval()),
         "The put did not cut the tail loss (−13.0%, −12.0% unhedged), so that no sale is its "
         "match; it returned 7.9 points a year less than keeping all."),
    ],
)  # fmt: skip
def test_where_a_hedge_lies_is_told_with_its_interval(one: Beside, text: str) -> None:
    assert text in told.beside_selling("Put", one, (0.021, -0.13), (0.1, -0.12))


def test_a_hedge_that_no_sale_matches_is_told_why() -> None:
    none = Beside(None, None, Interval())
    more = told.beside_selling("Put", none, (0.15, -0.13), (0.1, -0.12))
    assert more.endswith("it returned 5.0 points a year more than keeping all.")
    same = told.beside_selling("Put", none, (0.1, -0.13), (0.1, -0.12))
    assert same.endswith("it returned as much as keeping all.")
    gained = told.beside_selling("Put", none, (0.1, 0.01), (0.2, -0.12))
    assert gained.startswith("The put had less of a tail loss than cash (1.0%, −12.0% unhedged)")
    calm = told.beside_selling("Put", none, (0.1, 0.02), (0.2, 0.03))
    assert calm.startswith("The holding lost nothing in its worst months (+3.0%)")
    assert told.beside_selling("Put", none, (None, -0.1), (0.1, -0.1)) == (
        "The put cannot be placed beside selling on this window."
    )


NONE = Beside(None, None, Interval())


@pytest.mark.parametrize(
    ("hedged", "text"),
    [
        ([placed(0.02, -0.1, 0.1), placed(-0.01, -0.1, 0.1)],
         "Above the sale with the same tail loss: 1 of 2 hedges that cut it; no gap is beyond "
         "luck."),
        ([placed(-0.02, -0.1, -0.01), placed(-0.01, -0.1, 0.1), NONE],
         "Above the sale with the same tail loss: none of 2 hedges that cut it; beyond luck is the "
         "gap of the put 0."),
        ([placed(0.02, 0.01, 0.1), NONE],
         "Only the put 0 cut the tail loss; it lies above the sale with the same, beyond luck."),
        ([NONE, placed(-0.02, -0.1, 0.1)],
         "Only the put 1 cut the tail loss; it lies below the sale with the same, within luck."),
        ([NONE, NONE], "None of these hedges cut the tail loss, so that no sale is their match."),
    ],
)  # fmt: skip
def test_hedges_above_the_line_are_counted(hedged: list[Beside], text: str) -> None:
    assert told.how_many_above([(f"Put {n}", one) for n, one in enumerate(hedged)]) == text


@pytest.mark.parametrize(
    ("parts", "cost", "text"),
    [
        ({"premiums": -0.1, "payoffs": 0.06, "spreads": -0.003}, 0.043,
         "In money the options of the put brought back 60% of their premiums, before costs; "
         "net it cost 4.3% a year."),
        ({"premiums": -0.1, "payoffs": 0.211}, -0.111,
         "In money the options of the put brought back 211% of their premiums, before costs; "
         "net it earned 11.1% a year."),
        ({"premiums": -0.1, "payoffs": 0.1}, 0.0,
         "In money the options of the put brought back 100% of their premiums, before costs; "
         "net it cost nothing."),
        ({"premiums": -0.1}, 0.1, "brought back 0% of their premiums"),
        ({"premiums": -0.11, "payoffs": 0.1, "written": 0.12, "written_back": -0.26}, 0.15,
         "What the written options took moved the result of the put most, by −26.0 points a year; "
         "net it cost 15.0% a year."),
        ({"shorts": 0.3, "borrow": -0.002}, -0.298,
         "The price of the shorts moved the result of the put most, by +30.0 points a year; net it "
         "earned 29.8% a year."),
        ({}, 0.0, "Nothing that the put did cost or earned anything."),
        ({"shorts": 0.3}, None, "What the put cost cannot be told on this window."),
    ],
)  # fmt: skip
def test_the_causes_are_told(parts: Mapping[str, float], cost: float | None, text: str) -> None:
    assert text in told.causes("Put", parts, cost)


def test_every_cause_has_a_row_and_a_name_in_a_sentence() -> None:
    from microhedge.by_cause import CAUSES

    assert tuple(told.CAUSES) == tuple(told.SPOKEN) == CAUSES


def test_the_cheapest_and_the_dearest_are_told() -> None:
    assert told.cheapest([("Put", 0.018), ("Future", 0.171), ("Short", 0.04)]) == (
        "The put cost least, 1.8% a year, and the future most, 17.1%."
    )
    assert told.cheapest([("Put", 0.0301), ("Short", 0.0299)]) == "Every hedge cost 3.0% a year."
    assert told.cheapest([]) == "No cost can be told on this window."


def again(costs: Any, vols: Any, leads: Any, by_vol: Any) -> Reruns:
    return Reruns(costs, leads, vols, by_vol, None)


@pytest.mark.parametrize(
    ("one", "text"),
    [
        (again((0.04, 0.037, 0.05), (0.012, 0.04, 0.069), (0.01, 0.02, 0.03), (0.01, 0.02, 0.03)),
         "The put cost 1.2% to 6.9% over volatilities of ±20% and 3.7% to 5.0% over 3 roll dates a "
         "year; selling once returned more in every one of them."),
        (again((0.04, 0.0, 0.09), (0.03, 0.04, 0.05), (-0.01, 0.02, 0.03), (-0.01, 0.02, 0.03)),
         "The put cost 0.0% to 9.0% over 3 roll dates and 3.0% to 5.0% over volatilities of ±20% a "
         "year; selling once returned more in 3 of 5."),
        (again((-0.2,), (-0.22, -0.2, -0.14), (-0.1,), (-0.1, -0.1, -0.1)),
         "The put earned 14.0% to 22.0% over volatilities of ±20% and 20.0% to 20.0% over 1 roll "
         "date a year; selling once returned more in none of them."),
        (again((-0.01, 0.02), (0.0, 0.01, 0.02), (), None),
         "The put cost −1.0% to 2.0% over 2 roll dates and 0.0% to 2.0% over volatilities of ±20% "
         "a year."),
    ],
)  # fmt: skip
def test_what_the_result_depends_on_is_told(one: Reruns, text: str) -> None:
    assert told.depends("Put", one) == text


def test_the_note_says_how_the_sale_was_sized(subject: Subject, sample: Subject) -> None:
    assert "by the hedge's delta at its first fill" in named(subject, "selling-once")["note"]
    cost = spent(sample)
    short: Run = sample.hedges[1]
    linear = replace(cost, of=short.name, causes={short.name: cost.causes[short.name]})
    block = named(replace(sample, cost=linear), "selling-once")
    assert "as much variance away as the hedge's first position" in block["note"]
