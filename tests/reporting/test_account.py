"""The page of the portfolio: it agrees with the diagnosis, and it renders whatever is missing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from labels import boxes, clashes, clipped

import microhedge as mh
from microhedge.basket import Basket
from microhedge.declaration import build
from microhedge.loading import load
from microhedge.reporting import findings_account, page_account
from microhedge.reporting.inputs import Subject
from microhedge.reporting.inputs_account import Account, Kept
from microhedge.reporting.model import exhibits, model
from microhedge.reporting.reading import read
from microhedge.reporting.render import render

STAMP = date(2012, 7, 2)


def compared(portfolio: mh.Portfolio, *names: str, **options: Any) -> mh.Comparison:
    return mh.compare(
        [build(load(name), {"holding": "AAPL"}) for name in names],
        mh.data.bundled(),
        portfolio,
        start=date(2010, 1, 4),
        end=date(2012, 6, 29),
        **options,
    )


@pytest.fixture(scope="module")
def found() -> mh.Comparison:
    portfolio = mh.Portfolio(shares=1000, weight=0.4)
    return compared(portfolio, "protective-put", "index-short", "collar", "covered-call")


@pytest.fixture(scope="module")
def subject(found: mh.Comparison) -> Subject:
    return read(found)


def account_of(subject: Subject) -> Account:
    assert subject.account is not None
    return subject.account


def body(subject: Subject) -> tuple[dict[str, Any], ...]:
    (page,) = page_account.pages(subject)
    return page.body


def agrees(comparison: mh.Comparison) -> None:
    """The page's split of the variance is the diagnosis's, and the details' of each hedge."""
    diagnosis, account = comparison.diagnosis, account_of(read(comparison))
    assert diagnosis is not None
    alone = account.parts["unhedged"]
    assert alone.holding == pytest.approx(diagnosis.account.share, rel=1e-9)
    assert alone.holding + alone.rest == pytest.approx(1.0)
    assert account.index_short.removed == pytest.approx(diagnosis.by_index, rel=1e-9)
    assert account.sold.removed == pytest.approx(diagnosis.account.removed_by_selling, rel=1e-9)
    for run in comparison.hedges:
        assert account.parts[run.name].removed == pytest.approx(account.reach[run.name].removed)


def test_the_page_agrees_with_the_diagnosis(found: mh.Comparison, subject: Subject) -> None:
    agrees(found)
    assert found.diagnosis is not None
    (page,) = page_account.pages(subject)
    assert page.lead == found.diagnosis.sentence
    titles = [one["title"] for one in model(subject)["pages"]]
    assert titles[-4] == "Does it matter for the portfolio?"


def test_a_basket_is_the_rest_and_is_named_with_its_largest_share() -> None:
    rest = Basket.by_value({"MSFT": 100_000.0, "XOM": 200_000.0})
    comparison = compared(mh.Portfolio(value=100_000, rest=rest), "index-short")
    agrees(comparison)
    subject = read(comparison)
    largest = account_of(subject).largest
    assert largest is not None
    # 200,000 of 400,000
    assert largest[0] == "XOM"
    assert largest[1] == pytest.approx(0.5, abs=1e-3)
    assert "2 other shares, the largest XOM with 50.0% of the portfolio" in body(subject)[0]["sub"]
    alike = compared(
        mh.Portfolio(value=100_000, rest=Basket.by_value({"MSFT": 1e5, "XOM": 1e5})), "index-short"
    )
    assert "2 other shares, each 33.3% of the portfolio" in body(read(alike))[0]["sub"]


def test_at_full_weight_the_hedge_cuts_what_it_cuts_of_the_holding_itself(subject: Subject) -> None:
    # all of the account in the holding: the account's tail loss is the run's own
    for run in subject.hedges:
        own, alone = run.stat("tail_loss"), subject.unhedged.stat("tail_loss")
        assert own is not None
        assert alone is not None
        assert account_of(subject).cuts[run.name].path[-1] == pytest.approx(own - alone, abs=1e-12)


def test_what_page_1_says_of_the_portfolio_is_repeated_here(subject: Subject) -> None:
    table = body(subject)[2]
    labels = [row[0] for row in table["rows"]]
    assert labels[:5] == [run.label for run in (subject.unhedged, *subject.hedges)]
    assert "Short index future" in labels
    assert "Index put at equal cost" in labels
    key = model(subject)["front"][1]["rows"]
    worst = next(row for row in key if row[0] == "Portfolio's worst month")
    assert [row[5] for row in table["rows"]][:5] == worst[1:6]


def test_a_saved_comparison_has_the_same_account(found: mh.Comparison, tmp_path: Path) -> None:
    again = mh.load_comparison(found.save(tmp_path / "run.mhr"))
    old, new = account_of(read(found)), account_of(read(again))
    assert new.parts == old.parts
    assert new.kept == old.kept
    assert [cut.path.tolist() for cut in new.cuts.values()] == [
        cut.path.tolist() for cut in old.cuts.values()
    ]


def test_a_holding_that_is_everything_has_no_page_but_a_line() -> None:
    subject = read(compared(mh.Portfolio(shares=1000), "index-short"))
    assert subject.account is None
    assert page_account.pages(subject) == ()
    assert any("taken as the whole account" in line for line in subject.limits)


def test_a_holding_among_others_has_no_such_line(subject: Subject) -> None:
    assert not any("taken as the whole account" in line for line in subject.limits)


def test_returns_of_the_account_leave_the_hedges_that_are_on_the_ledger() -> None:
    portfolio = mh.Portfolio(shares=1000, weight=0.4)
    comparison = compared(portfolio, "index-short", returns="account")
    agrees(comparison)
    account = account_of(read(comparison))
    assert set(account.cuts) == {"index-short"}
    counted = compared(portfolio, "index-short")
    assert account.cuts["index-short"].here == pytest.approx(
        account_of(read(counted)).cuts["index-short"].here
    )


def test_whatever_is_missing_leaves_a_notice_or_a_dash(subject: Subject) -> None:
    account = account_of(subject)
    none = {name: Kept(None, None, None) for name in account.kept}
    poor = replace(account, cuts={}, reach={}, kept=none, end_weight=None)
    blocks = body(replace(subject, account=poor))
    assert [block["kind"] for block in blocks] == ["notice", "chart", "table"]
    assert all(row[1:4] == ["–", "–", "–"] for row in blocks[2]["rows"])
    assert "cannot be compared" in blocks[2]["finding"]
    assert render(model(replace(subject, account=poor)), timestamp=STAMP)


def test_a_hedge_that_turns_the_holding_round_is_drawn_left_of_zero(subject: Subject) -> None:
    account = account_of(subject)
    part = replace(account.index_short, holding=-0.3, rest=0.4)
    block = body(replace(subject, account=replace(account, index_short=part)))[1]
    (figure,) = block["figures"]
    assert figure.axes[0].get_xlim()[0] == pytest.approx(-0.3)


@pytest.mark.parametrize("weight", [0.02, 0.4, 0.61, 0.98])
@pytest.mark.parametrize("alike", [True, False])
def test_no_two_texts_of_a_chart_overlap(subject: Subject, weight: float, alike: bool) -> None:
    account = account_of(subject)
    if alike:
        same = next(iter(account.cuts.values()))
        account = replace(account, cuts=dict.fromkeys(account.cuts, same))
    for block in body(replace(subject, account=account, weight=weight))[:2]:
        (figure,) = block["figures"]
        assert len(boxes(figure)) > 10
        assert clashes(figure) + clipped(figure) == []


def test_six_hedges_are_all_in_the_table_and_three_in_the_charts(subject: Subject) -> None:
    cut, split, table = body(subject)
    assert "covered call" not in cut["alt"]
    assert "covered call" not in split["alt"]
    assert "Covered call" in [row[0] for row in table["rows"]]


def test_the_page_says_the_final_values_of_its_lines(subject: Subject) -> None:
    account, block = account_of(subject), body(subject)[0]
    here = account.cuts["protective-put"].here
    assert f"the protective put {100 * here:+.2f}".replace("-", "−") in block["alt"]
    numbered = [one["number"] for page in exhibits(subject)[1] for one in page.body
                if one.get("name") in ("portfolio-tail", "portfolio-variance")]  # fmt: skip
    assert len(numbered) == 2
    assert np.isfinite(account.weights).all()


@pytest.mark.parametrize(
    ("cut", "least", "text"),
    [
        (0.025, 0.12, "At 40% the put cut the portfolio's tail loss by 2.5 points; "
                      "from a weight of 12% on it takes a tenth of the variance."),
        (0.0029, 0.09, "At 40% the put cut the portfolio's tail loss by 0.29 points; "
                       "from a weight of 9% on it takes a tenth of the variance."),
        (-0.013, None, "At 40% the put added 1.3 points to the portfolio's tail loss; "
                       "at no weight does it take a tenth of the variance."),
        (0.0004, None, "At 40% the put left the portfolio's tail loss as it was; "
                       "at no weight does it take a tenth of the variance."),
    ],
)  # fmt: skip
def test_a_cut_is_told_with_the_weight_from_which_it_matters(
    cut: float, least: float | None, text: str
) -> None:
    assert findings_account.cut_here("Put", 0.4, cut, least) == text


@pytest.mark.parametrize(
    ("tails", "keeping", "text"),
    [
        ([("the put", -0.08), ("selling", -0.09)], -0.10,
         "The put left this portfolio the smallest tail loss, −8.0% against −10.0% of keep"),
        ([("the put", -0.0800), ("selling", -0.0803)], -0.10, "The put and selling left"),
        ([("the put", -0.10), ("selling", -0.12)], -0.10, "Nothing here left this portfolio"),
        ([("the put", -0.08)], None, "cannot be compared"),
        ([], -0.10, "cannot be compared"),
    ],
)  # fmt: skip
def test_the_smallest_tail_loss_is_named_or_nothing(
    tails: list[tuple[str, float]], keeping: float | None, text: str
) -> None:
    assert text in findings_account.smallest_tail(tails, keeping)


@pytest.mark.parametrize(
    ("removed", "index", "text"),
    [
        (0.66, 0.55, "the put took 66%, more than a short of the index takes (55%)."),
        (0.29, 0.51, "the put took 29%, less than a short of the index takes (51%)."),
        (0.056, 0.064, "the put took 6%, about what a short of the index takes (6%)."),
        (-0.05, 0.51, "the put added 5%."),
    ],
)
def test_what_a_hedge_took_is_set_beside_a_short_of_the_index(
    removed: float, index: float, text: str
) -> None:
    told = findings_account.variance_taken("AAPL", 0.4, 0.55, "Put", removed, index)
    assert told == f"AAPL is 40% of the portfolio and 55% of its variance; {text}"
