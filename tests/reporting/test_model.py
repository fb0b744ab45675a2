from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest

from microhedge.errors import ReportError
from microhedge.reporting.caveats import care
from microhedge.reporting.charts import Line, drawdowns
from microhedge.reporting.inputs import Bands, Call, Correlation, Leans, Run, Subject, Verdict
from microhedge.reporting.model import model
from microhedge.reporting.style import STROKES

from .sample import subject


@pytest.fixture(scope="module")
def document(sample: Subject) -> dict[str, Any]:
    return model(sample)


def blocks(document: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    outer = [*document["front"], *(b for page in document["pages"] for b in page["body"])]
    inner = [p for b in outer for p in ((b["left"], b["right"]) if b["kind"] == "pair" else (b,))]
    return [block for block in inner if block["kind"] == kind]


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, one in value.items():
            if key not in ("svgs", "label"):
                yield from strings(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from strings(one)


def edited(sample: Subject, **changes: Any) -> Subject:
    """The sample with the hedge under review changed."""
    review = replace(sample.hedges[0], **changes)
    return replace(sample, runs=tuple(review if r.name == review.name else r for r in sample.runs))


def without(run: Run, *names: str) -> dict[str, float | None]:
    return {**run.stats, **dict.fromkeys(names)}


def test_the_document_is_plain_json(document: dict[str, Any]) -> None:
    assert json.loads(json.dumps(document, allow_nan=False)) == json.loads(json.dumps(document))


def test_page_1_asks_the_four_questions_in_order(document: dict[str, Any]) -> None:
    assert [card["q"] for card in document["cards"]] == [
        "How much of the fall did you still take?",
        "What did it cost?",
        "What did it rely on?",
        "What would selling have done?",
    ]
    assert [card["a"] for card in document["cards"]][:3] == [
        "74% of it",
        "3.1% a year",
        "No correlation",
    ]


def test_a_sale_of_nothing_has_no_number_on_its_card(sample: Subject) -> None:
    runs = tuple(replace(run, sold=0.0) if run.kind == "sell-once" else run for run in sample.runs)
    none = {"protective-put": Verdict("yes", "not_applicable")}
    card = model(replace(sample, runs=runs, verdicts=none))["cards"][3]
    assert (card["mark"], card["a"], card["sure"]) == ("dash", "No sale", [])
    assert card["why"].endswith("the first position took no risk away: nothing was to be sold.")


def test_every_card_leads_to_a_page_that_exists(document: dict[str, Any]) -> None:
    labels = {page["label"] for page in document["pages"]}
    assert {card["ref"] for card in document["cards"]} <= labels


def test_what_was_not_run_says_so_on_page_1(document: dict[str, Any]) -> None:
    for card in (document["cards"][0], document["cards"][1], document["cards"][3]):
        sure = dict(card["sure"])
        assert set(list(sure.values())[1:]) == {"not run"}
    rows = {row[0]: row[1:] for row in document["front"][1]["rows"]}
    assert rows["… over roll dates, least / median / most"] == ["–", "not run", "–", "–", "–"]


def test_the_headline_without_a_judgement_is_not_enough_to_be_sure(
    document: dict[str, Any],
) -> None:
    assert document["verdict"]["headline"] == "Not enough to be sure"
    assert document["verdict"]["sentence"].startswith("In this sample: ")


def test_bands_and_intervals_are_shown_once_they_are_run(sample: Subject) -> None:
    bands = Bands(
        phases={"cost_per_year": (0.021, 0.030, 0.044)},
        vol_minus={"cost_per_year": 0.011},
        vol_plus={"cost_per_year": 0.052},
    )
    found = edited(sample, intervals={"return_lead": (-0.051, -0.012)})
    document = model(replace(found, bands={"protective-put": bands}))
    rows = {row[0]: row[2] for row in document["front"][1]["rows"]}
    assert rows["… over roll dates, least / median / most"] == "2.1% / 3.0% / 4.4%"
    assert rows["… at volatility −20% / +20%"] == "1.1% / 5.2%"
    assert dict(document["cards"][1]["sure"]) == {
        "Counted": "every fill",
        "Return, 95%": "−5.1 to −1.2 pts",
        "Roll dates": "2.1% to 4.4%",
        "Vol ±20%": "1.1% to 5.2%",
    }
    assert not any("were not run" in text for text in document["care"])


def test_a_judged_hedge_has_a_mark_and_a_headline(sample: Subject) -> None:
    judged = replace(sample, verdicts={"protective-put": Verdict("yes", "likely")})
    document = model(judged)
    assert document["cards"][0]["mark"] == "full"
    assert document["cards"][3]["mark"] == "half"
    assert document["verdict"]["headline"] == (
        "The protective put did its job, but selling was probably better"
    )


def test_the_key_table_has_a_column_for_each_hedge_and_both_sales(
    document: dict[str, Any],
) -> None:
    table = document["front"][1]
    assert table["head"] == [
        "Measure",
        "Keep all",
        "Protective put",
        "Index and peer short",
        "Sell 29% once",
        "Sell 29% to diversify",
    ]
    assert table["tint"] == [2]


def test_one_number_reads_the_same_everywhere(document: dict[str, Any], sample: Subject) -> None:
    rows = {row[0]: row[1:] for row in document["front"][1]["rows"]}
    review = sample.hedges[0]
    final = f"{100 * review.growth[-1]:,.0f}"
    assert rows["Net cost a year"][1] == "3.1%"
    assert document["cards"][1]["a"] == "3.1% a year"
    assert "cost 3.1% a year" in document["front"][1]["finding"]
    assert f"against {final} for 100 held" in document["verdict"]["sentence"]
    assert f"Protective put {final}" in document["front"][0]["alt"]
    assert f"Protective put {final}" in document["front"][0]["svgs"][0]


def test_figures_and_tables_are_numbered_in_reading_order(document: dict[str, Any]) -> None:
    charts, tables = blocks(document, "chart"), blocks(document, "table")
    assert [c["number"] for c in charts] == [f"Figure {n + 1}" for n in range(len(charts))]
    assert [t["number"] for t in tables] == [f"Table {n + 1}" for n in range(len(tables))]


def test_every_chart_says_in_words_what_it_shows(document: dict[str, Any]) -> None:
    for chart in blocks(document, "chart"):
        assert any(char.isdigit() for char in chart["alt"])
        assert chart["finding"].endswith(".")
        assert "nan" not in "".join(chart["svgs"]).lower()


def test_no_text_holds_a_hyphen_for_a_minus_or_a_negative_zero(document: dict[str, Any]) -> None:
    shown = [text for text in strings(document) if "--with" not in text]
    assert not [text for text in shown if any(f" -{d}" in f" {text}" for d in "0123456789")]
    assert not [text for text in shown if "−0.0%" in text or "−0%" in text]


def test_the_correlation_page_holds_test_promise_and_state(document: dict[str, Any]) -> None:
    page = next(page for page in document["pages"] if page["label"] == "correlation")
    assert page["lead"] == (
        "The index and peer short leans on the correlation of AAPL with 0.71 SPX + 0.44 MSFT. "
        "State: unstable."
    )
    tests = page["body"][1]
    assert tests["finding"].startswith("The correlation is unstable")
    assert [row[0] for row in tests["rows"]] == [
        "T1 shift", "T2 lasting break", "T3 drift", "Fisher z",
    ]  # fmt: skip
    assert tests["grey"] == [3]
    assert tests["rows"][1][-1] == "largest departure dated 3 Oct 2011"
    assert tests["rows"][3][-1] == "for comparison, invalid for fat tails"
    # 0.57² = 0.325, 1 − √(1 − 0.57²) = 0.178
    promise = next(block for block in page["body"] if "Promised" in block.get("head", ()))
    assert promise["rows"][2][1:] == ["32%", "28%"]
    assert promise["rows"][4][1:] == ["18%", "15%"]
    assert page["body"][-1]["text"].startswith("The protective put leans on no correlation")


def test_two_leaning_hedges_have_a_page_each(sample: Subject) -> None:
    lean = sample.correlations["index-peer-short"]
    found = replace(sample, correlations={"protective-put": lean, "index-peer-short": lean})
    pages = [page for page in model(found)["pages"] if page["label"].startswith("correlation")]
    assert [page["label"] for page in pages] == ["correlation", "correlation-1"]
    assert pages[1]["title"] == "Did the correlation hold? Index and peer short"
    assert model(found)["cards"][2]["a"] == "Unstable"


def test_too_few_common_sessions_leave_a_notice(sample: Subject) -> None:
    why = "41 common sessions on a side; 60 are needed to judge."
    found = replace(sample, correlations={"index-peer-short": Leans(why, on_none=False)})
    body = next(p for p in model(found)["pages"] if p["label"] == "correlation")["body"]
    assert body[0]["kind"] == "notice"
    assert body[0]["title"] == "Not shown: the correlation behind the index and peer short"
    assert why in body[0]["text"]


def test_a_hedge_that_recorded_no_premise_was_not_judged(sample: Subject) -> None:
    why = "Not judged: SPX was traded, but no premise was recorded."
    name = sample.hedges[0].name
    lean = Leans(why, on_none=False, recorded=False)
    found = model(replace(sample, correlations={**sample.correlations, name: lean}))
    assert (found["cards"][2]["a"], found["cards"][2]["why"]) == ("Not judged", why)
    body = [block for page in found["pages"] for block in page["body"]]
    assert any(block["kind"] == "notice" and block["text"] == why for block in body)
    assert "on no correlation" not in str(body)


def test_one_premise_makes_no_picture(sample: Subject) -> None:
    lean = sample.correlations["index-peer-short"]
    assert isinstance(lean, Correlation)
    few = replace(lean, premises=lean.premises[:1], scored="1 of 1 premise: too few to say.")
    page = model(replace(sample, correlations={"index-peer-short": few}))["pages"][0]
    lefts = [block["left"] for block in page["body"] if block["kind"] == "pair"]
    assert next(one for one in lefts if one["kind"] == "notice") == {
        "kind": "notice",
        "title": "Not shown: promised against realised",
        "text": "1 of 1 premise: too few to say.",
    }


def test_the_worst_sessions_are_the_holdings_own(document: dict[str, Any], sample: Subject) -> None:
    page = next(page for page in document["pages"] if page["label"] == "losses")
    rows = page["body"][1]["rows"]
    assert len(rows) == 10
    worst = float(np.min(sample.unhedged.returns))
    assert rows[0][1] == f"−{-100 * worst:.1f}%"
    falls = [float(row[1].replace("−", "-").rstrip("%")) for row in rows]
    assert falls == sorted(falls)


def test_the_ledger_shows_every_roll_and_their_totals(
    document: dict[str, Any], sample: Subject
) -> None:
    page = next(page for page in document["pages"] if page["label"] == "ledger")
    table = page["body"][1]
    rolls = sample.hedges[0].rolls
    assert len(table["rows"]) == len(rolls) + 1
    net = sum(roll.received - roll.paid - roll.costs for roll in rolls)
    assert table["rows"][-1][-1] == f"{'−' if net < 0 else '+'}{abs(net):,.0f}"
    # one source for all is said once; a column of its own appears when they differ
    assert "each a model price" in table["sub"]
    assert [row[2] for row in table["rows"][-4:-1]] == ["open, at its mark"] * 3


def test_a_very_long_ledger_is_cut_to_its_ends() -> None:
    document = model(subject(count=900, rolls=450))
    page = next(page for page in document["pages"] if page["label"] == "ledger")
    rows = page["body"][1]["rows"]
    assert len(rows) == 20 + 1 + 20 + 1
    assert rows[20] == ["410 rolls between are in the totals and in the run's tables"]
    assert rows[-1][:2] == ["Total", "450 rolls"]


def test_the_years_of_a_short_add_up(document: dict[str, Any], sample: Subject) -> None:
    page = next(page for page in document["pages"] if page["label"] == "ledger")
    table = page["body"][-1]
    trades = sum(year.trades for year in sample.hedges[1].years if year.symbol == "SPX")
    assert table["rows"][-1][:2] == ["Total", f"{trades:,}"]
    result = sum((year.result or 0.0) - (year.costs or 0.0) for year in sample.hedges[1].years)
    assert table["rows"][-1][-1] == f"{'−' if result < 0 else '+'}{abs(result):,.0f}"


def test_the_last_page_says_what_is_data_and_how_to_reproduce(document: dict[str, Any]) -> None:
    page = document["pages"][-1]
    assert page["body"][0]["finding"] == "5 of 9 inputs are models or assumptions."
    assert page["body"][-1]["lines"][0].startswith("$ microhedge compare AAPL --shares 1000")
    assert any("survivors" in text for text in page["body"][1]["items"])


def test_a_hedge_that_never_traded_is_said_to(sample: Subject) -> None:
    document = model(
        edited(sample, rolls=(), never_traded="no listed contract was near 90% of the price.")
    )
    assert document["verdict"]["headline"] == "The protective put never traded"
    assert "no listed contract" in document["verdict"]["sentence"]
    ledger = next(page for page in document["pages"] if page["label"] == "ledger")
    assert ledger["body"][0]["kind"] == "notice"


def test_few_rolls_are_flagged_on_page_1() -> None:
    document = model(subject(count=300, rolls=6))
    assert any(
        text == "The protective put has 3 completed rolls: no inference."
        for text in document["care"]
    )


def test_uncovered_sessions_are_counted_and_shaded(sample: Subject) -> None:
    first = int(sample.days[100])
    bare = edited(
        sample,
        uncovered=((first, first + 30),),
        stats={**sample.hedges[0].stats, "uncovered_sessions": 21.0},
    )
    document = model(bare)
    assert "on 21 of 2,600 sessions less than half of what was wanted was covered" in " ".join(
        document["care"]
    )
    assert "Shaded: sessions without cover." in document["front"][0]["sub"]


def test_a_large_loan_is_explained_unless_returns_are_those_of_the_account(
    sample: Subject,
) -> None:
    lent = edited(sample, stats={**sample.hedges[0].stats, "largest_debit_share": 1.36})
    assert any("borrowed up to 136% of the holding" in text for text in model(lent)["care"])
    account = model(replace(lent, reinvested=False))
    assert not any("borrowed" in text for text in account["care"])
    assert account["front"][0]["sub"].endswith("as the equity of the account changed.")


@pytest.mark.parametrize(("least", "most", "told"), [(0.5, 2.0, False), (1.1, 2.0, True)])
def test_a_range_that_does_not_hold_the_number_above_it_is_explained(
    sample: Subject, least: float, most: float, told: bool
) -> None:
    cost = sample.hedges[0].stats["cost_per_year"]
    assert cost is not None
    assert cost > 0.0
    phases = {"cost_per_year": (least * cost, 1.5 * cost, most * cost)}
    found = replace(sample, bands={sample.hedges[0].name: Bands(phases=phases)})
    assert any("measured from the last of their starts" in one for one in care(found)) is told


def test_a_fall_is_drawn_to_its_bottom_however_long_the_window(sample: Subject) -> None:
    days = np.arange(12_000, 22_000, dtype=np.int32)
    fall = np.zeros(len(days))
    fall[6_543] = -0.9  # one session of ten thousand
    (axes,) = drawdowns(days, fall, [Line("x", fall, STROKES["hedge"])]).axes
    (line, *_), (area, *_) = axes.lines, axes.collections
    assert float(np.min(np.asarray(line.get_ydata()))) == -0.9
    assert float(np.asarray(area.get_paths()[0].vertices)[:, 1].min()) == -0.9


def test_a_missing_statistic_is_a_dash_everywhere(sample: Subject) -> None:
    review = sample.hedges[0]
    document = model(edited(sample, stats=without(review, *review.stats)))
    column = [row[2] for row in document["front"][1]["rows"]]
    assert set(column) == {"–", "not run"}
    assert document["cards"][0]["a"] == document["cards"][1]["a"] == "–"


def test_a_statistic_that_is_not_a_number_counts_as_missing(sample: Subject) -> None:
    review = sample.hedges[0]
    document = model(edited(sample, stats={**review.stats, "worst_quarter": float("nan")}))
    rows = {row[0]: row[2] for row in document["front"][1]["rows"]}
    assert rows["Worst quarter"] == "–"


def test_more_than_three_hedges_are_all_in_the_table_and_three_in_the_charts(
    sample: Subject,
) -> None:
    review = sample.hedges[0]
    more = tuple(
        replace(review, name=f"put-{k}", label=f"Put {k}", rolls=(), years=(), premium_source=None)
        for k in range(3)
    )
    document = model(replace(sample, runs=(*sample.runs[:3], *more, *sample.runs[3:])))
    assert document["front"][1]["head"][1:6] == [
        "Keep all", "Protective put", "Index and peer short", "Put 0", "Put 1",
    ]  # fmt: skip
    assert "Not drawn: Put 1, Put 2." in document["front"][0]["sub"]


def test_a_path_with_a_gap_is_refused_with_its_name(sample: Subject) -> None:
    broken = sample.hedges[0].growth.copy()
    broken[7] = np.nan
    with pytest.raises(ReportError, match="growth of 'Protective put'"):
        model(edited(sample, growth=broken))


def test_a_comparison_without_a_hedge_has_no_report(sample: Subject) -> None:
    with pytest.raises(ReportError, match="needs a hedge"):
        model(replace(sample, runs=(sample.unhedged,)))


def test_margin_calls_have_a_table_and_none_is_shown_without_them(sample: Subject) -> None:
    calls = (
        Call(date(2018, 1, 25), 12_000.0, 400_000.0, 900_000.0, date(2018, 2, 27)),
        Call(date(2019, 1, 2), 30_000.0, 300_000.0, 950_000.0, None),
    )
    runs = tuple(
        replace(r, calls=calls) if r.name == "index-peer-short" else r for r in sample.runs
    )
    for found, expected in ((sample, 0), (replace(sample, runs=runs), 1)):
        page = next(page for page in model(found)["pages"] if page["label"] == "ledger")
        tables = [b for b in page["body"] if "margin rule" in b.get("finding", "")]
        assert len(tables) == expected
    assert tables[0]["rows"][1] == ["2019-01-02", "30,000", "300,000", "950,000", "–"]
    assert "at worst USD 30,000 was missing, 10% of the account" in tables[0]["finding"]
