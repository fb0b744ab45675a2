"""What a comparison, its file and its report say of bonds, of both directions and a failed firm."""

from __future__ import annotations

import json
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import jsonschema
import numpy as np
import pytest

import microhedge as mh
from microhedge.by_cause import by_cause
from microhedge.calendar import to_date
from microhedge.declaration import build
from microhedge.errors import NotCovered
from microhedge.instruments import Bond
from microhedge.loading import load
from microhedge.pricing.bonds import clean_price
from microhedge.reporting import page_ledger
from microhedge.reporting.provenance import items
from microhedge.reporting.reading import read
from microhedge.scorecard import hedge_profit

TERMS = Bond("MSFT", 5.75, date(2028, 5, 15))


@cache
def market() -> mh.Market:
    """MSFT's bond by a yield that rises as the share falls, and in default on 2009-06-01."""
    shipped = mh.data.bundled()
    share = shipped.series("MSFT", "raw")
    assert share is not None
    rows = (share.day >= np.datetime64("2004-01-02").astype(int)) & (
        share.day <= np.datetime64("2009-05-29").astype(int)
    )
    days = [to_date(int(one)) for one in share.day[rows]]
    rates = 0.06 - 0.05 * np.log(share.close[rows] / share.close[rows][0])
    lines = [f"{d},{clean_price(TERMS, d, r):.4f}" for d, r in zip(days, rates, strict=True)]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "clean.csv"
        path.write_text("\n".join(["date,close", *lines]) + "\n")
        terms = "coupon=5.75,maturity=2028-05-15,default=2009-06-01,recovery=0.4"
        return mh.data.with_bonds(shipped, [f"MSFT-5.75:{terms},prices={path}"])


@cache
def found() -> mh.Comparison:
    asked: list[tuple[str, dict[str, Any]]] = [
        ("corporate-bond", {"bond": "MSFT-5.75"}),
        ("corporate-bond", {"bond": "MSFT-5.75", "side": "long"}),
        ("corporate-bond", {"bond": "MOODYS-BAA", "ratio": "merton", "leverage": 0.2}),
        ("treasury-long", {}),
    ]
    return mh.compare(
        [build(load(name), {"holding": "MSFT"} | given) for name, given in asked],
        market(),
        mh.Portfolio(shares=1_000),
        start=date(2007, 1, 3),
        end=date(2010, 6, 30),
        audit=True,
    )


def test_the_short_gains_what_the_bought_bond_loses_but_for_costs() -> None:
    short, bought = (run.attribution or {} for run in found().hedges[:2])
    assert short["legs"]["MSFT-5.75"] == pytest.approx(-bought["legs"]["MSFT-5.75"])
    assert short["legs"]["MSFT-5.75"] > 0.0
    for run in found().hedges:
        assert run.attribution is not None
        assert abs(run.attribution["residual"]) <= 1e-9 * 1e5
    first, second = (run.stats["variance_removed"] for run in found().hedges[:2])
    assert first is not None
    assert second is not None
    assert first > 0.05
    assert second < -0.05


def test_a_document_says_what_moves_together_what_is_a_model_and_what_is_of_no_use() -> None:
    document = found().document()
    said = document["warnings"]
    together = [text for text in said if "move together" in text]
    assert len(together) == 2
    assert together[0].startswith("A bond and the share of one firm move together: MSFT-5.75")
    proxies = [text for text in said if "is a model price, a proxy" in text]
    assert [text.split()[3] for text in proxies] == ["MOODYS-BAA"]
    assert any(text.startswith("Every price of UST20 is a model price") for text in said)
    useless = [text for text in said if "hedging 1 of the share would need" in text]
    assert any("MOODYS-BAA" in text for text in useless)
    basis = {one["series"]: one["adjustment"] for one in document["provenance"]}
    assert basis["MSFT-5.75"] == basis["UST20"] == "bond"
    relations = document["correlation"]
    (monthly,) = [
        one["reason"]
        for one in relations.values()
        if one["state"] is None and "month" in one["reason"]
    ]
    assert monthly.startswith("MOODYS-BAA moves once a month")
    assert relations[found().hedges[0].name]["state"] is not None


def test_the_document_keeps_its_schema() -> None:
    schema = json.loads((Path(__file__).parent / "golden" / "result.schema.json").read_text())
    jsonschema.validate(found().document(), schema)


def test_the_firm_s_default_is_in_the_ledger_the_log_and_the_trades() -> None:
    result = found().hedges[0].result
    assert result is not None
    ledger, log = result.tables["ledger"], result.tables["log"]
    when = ledger["session"][ledger["cause"] == "default"]
    assert [to_date(int(result.day[k])) for k in when] == [date(2009, 6, 1)]
    assert "MSFT-5.75 defaulted: 40.00 of each 100 was recovered" in log["text"].tolist()
    assert (ledger["cause"] == "coupon").sum() >= 4
    # nothing is held or wanted afterwards
    assert not result.curves["value/hedge/MSFT-5.75"][int(when[0]) :].any()
    assert np.isnan(result.curves["cover"][int(when[0]) :]).all()


def test_the_cost_of_bonds_is_told_by_price_coupons_interest_and_spreads() -> None:
    for run in found().hedges:
        assert run.result is not None
        money = by_cause(run.result)
        gross = sum(abs(value) for value in money.values())
        profit = float(hedge_profit(run.result).sum())
        assert sum(money.values()) == pytest.approx(profit, abs=1e-9 * gross)
        posted = run.result.tables["ledger"]
        coupons = float(posted["cash"][posted["cause"] == "coupon"].sum())
        assert money["coupons"] == pytest.approx(coupons)
        assert {name for name, value in money.items() if abs(value) > 1e-9 * gross} <= {
            "bonds", "coupons", "interest", "borrow", "spreads", "fees",
        }  # fmt: skip
    # who sold the bond pays the coupons, who bought it receives them
    short, bought = (by_cause(run.result) for run in found().hedges[:2] if run.result)
    assert short["coupons"] < 0.0 < bought["coupons"]
    assert short["interest"] > 0.0 > bought["interest"]


def test_a_saved_comparison_of_bonds_opens_to_the_same_document_and_file(tmp_path: Path) -> None:
    path, again = tmp_path / "a.mhr", tmp_path / "b.mhr"
    found().save(path)
    read_back = mh.load_comparison(path)
    assert read_back.document() == found().document()
    assert dict(read_back.tape.bonds) == dict(found().tape.bonds)
    read_back.save(again)
    assert path.read_bytes() == again.read_bytes()


def test_a_bond_that_moves_once_a_month_has_no_correlation_to_judge() -> None:
    with pytest.raises(NotCovered, match="MOODYS-BAA moves once a month"):
        mh.correlation(market(), "MSFT", "MOODYS-BAA", split=date(2008, 1, 2))
    judged = mh.correlation(market(), "MSFT", "UST20", split=date(2008, 1, 2))
    assert judged.judged is not None
    assert judged.state in {"held", "weakened", "broken", "unstable", "inconclusive"}
    assert judged.state == judged.document()["state"]


def test_the_report_s_ledger_speaks_of_bonds_and_its_inputs_name_them(tmp_path: Path) -> None:
    subject = read(found())
    page = page_ledger.page(subject)
    told = [str(block) for block in page.body]
    assert any("the bonds" in text for text in told)
    assert any("result with coupons" in text for text in told)
    inputs = {one.item: one.value for one in items(found())}
    assert inputs["Bond MSFT-5.75"] == "MSFT, 5.75% in 2 coupons, due 2028-05-15, 30/360"
    kinds = {one.item: one.kind for one in items(found())}
    assert kinds["Prices, UST20"] == "model"
    assert kinds["Prices, MSFT-5.75"] == kinds["Prices, MSFT"] == "data"
    assert inputs["Costs of UST20"] == "half-spread 2 bp; margin of a short 30%"
    assert mh.report(found(), tmp_path / "bonds.pdf").stat().st_size > 50_000
