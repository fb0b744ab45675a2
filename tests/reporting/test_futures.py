"""What a comparison and its report say of futures: model prices, no premium, no proceeds."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

import pytest

import microhedge as mh
from microhedge.declaration import build
from microhedge.loading import load
from microhedge.reporting import page_ledger
from microhedge.reporting.inputs import Subject
from microhedge.reporting.reading import read


@cache
def found() -> mh.Comparison:
    hedges: list[Any] = [
        build(load("future-short"), {"holding": "AAPL", "on": on}) for on in ("holding", "SPX")
    ]
    hedges.append(build(load("index-short"), {"holding": "AAPL"}))
    return mh.compare(
        hedges,
        mh.data.bundled(),
        mh.Portfolio(shares=1_000, weight=0.4, cash=50_000.0),
        start=date(2010, 1, 4),
        end=date(2011, 12, 30),
    )


@cache
def told() -> Subject:
    return read(found())


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return found().document()


def test_futures_have_no_premium_and_their_prices_are_called_a_model_s(
    document: dict[str, Any],
) -> None:
    runs = {run["name"]: run for run in document["runs"]}
    assert runs[found().hedges[0].name]["premium_source"] is None
    assert [
        text for text in document["warnings"] if text.startswith("Every price of a future")
    ] == [
        "Every price of a future on AAPL is a model price, the spot with its carry. It takes the "
        "3-month rate and the dividends that were expected on each evening; a basis, a spread of "
        "the financing rate and a special demand to be short are not in it.",
        "Every price of a future on SPX is a model price, the spot with its carry. It takes the "
        "3-month rate and the 1.95% a year that SPX is taken to yield; a basis, a spread of the "
        "financing rate and a special demand to be short are not in it.",
    ]
    assert (
        "Every price of a future on AAPL is a model price, the spot with its carry." in told().care
    )
    models = [item.item for item in told().items if item.kind == "model"]
    assert models == ["Futures on AAPL", "Futures on SPX"]


def test_a_future_on_the_holding_is_measured_against_selling_all_of_it() -> None:
    own, index = found().hedges[:2]
    sold = {run.of: run.sold for run in found().runs if run.kind == "sell-once"}
    assert sold[own.name] == 1.0
    # that on the index against the part that its first premise explains, or nearly: whole
    # contracts, sized a session before they were filled, are not quite the best ratio
    first = index.result.tables["premises"]["r_squared"][0]  # type: ignore[union-attr]
    assert sold[index.name] == pytest.approx(1.0 - (1.0 - first) ** 0.5, abs=1e-4)


def test_it_removes_what_the_holding_risks_and_rolls_four_times_a_year() -> None:
    stats = found().hedges[0].stats
    assert stats["variance_removed"] == pytest.approx(1.0, abs=1e-3)
    assert stats["cover_mean"] == pytest.approx(1.0, abs=3e-3)
    assert stats["rolls"] == 8
    # the opening, and two trades a roll
    assert stats["trades"] == 17
    assert stats["gross_per_year"] == 0.0
    # eight rolls of twice the holding a year, roughly, as the price doubled
    assert stats["turnover"] == pytest.approx(8.0, rel=0.3)


def test_the_years_of_a_future_are_what_it_stood_for_and_add_up_to_its_result() -> None:
    own = told().hedges[0]
    assert [year.symbol for year in own.years] == ["AAPL future"] * 2
    assert all(year.is_future for year in own.years)
    assert [year.ratio for year in own.years] == [pytest.approx(1.0, abs=5e-3)] * 2
    assert not any(own.interest.values())
    paid = sum((year.result or 0.0) - (year.costs or 0.0) for year in own.years)
    assert paid == pytest.approx(own.stats["hedge_profit"])


def test_the_ledger_page_says_what_a_future_is() -> None:
    tables = [block for block in page_ledger.page(told()).body if block["kind"] == "table"]
    futures, shorts = tables[0], tables[-1]
    assert "the futures " in futures["finding"]
    assert "futures at model prices, settled in cash at every close" in futures["sub"]
    assert "the shorts " in shorts["finding"]
    assert "futures" not in shorts["sub"]


def test_a_hedge_by_a_future_on_the_holding_leans_on_no_correlation(
    document: dict[str, Any],
) -> None:
    relations = [document["correlation"][run.name] for run in found().hedges]
    assert relations[0] == {"state": None, "reason": "leans on no correlation"}
    assert relations[1]["factors"] == ["SPX"]
