"""Everything about a hedge and its relation, from one comparison."""

from __future__ import annotations

import json
from datetime import date
from functools import cache
from pathlib import Path

import jsonschema
import numpy as np
import pytest

import microhedge as mh
from microhedge.comparison import Comparison
from microhedge.declaration import build
from microhedge.loading import load
from microhedge.plain import plain
from microhedge.relation import correlation
from microhedge.relation_details import details
from microhedge.sources import bundled

SCHEMA = Path(__file__).parent / "golden" / "result.schema.json"


@cache
def looked_into() -> Comparison:
    hedges = [
        build(load("protective-put"), {"holding": "AAPL"}),
        build(load("pair-short"), {"holding": "AAPL", "peer": "MSFT"}),
    ]
    kept = mh.Portfolio(shares=1000, weight=0.4)
    return mh.compare(hedges, bundled(), kept, end=date(2010, 12, 31)).with_details()


def test_the_numbers_are_those_of_the_comparison_where_they_meet() -> None:
    found = looked_into()
    assert found.details is not None
    pair, run = found.details["pair-short"], found.run("pair-short")
    # both count from the first premise on
    assert pair.risk.variance_out.estimate == pytest.approx(run.stats["variance_removed"])
    assert pair.relation is not None
    judged = found.relations["pair-short"].judged
    assert judged is not None
    assert pair.relation.hedge_ratio.split == judged.split
    assert pair.relation.cointegration is not None
    put = found.details["protective-put"]
    assert put.relation is None
    assert put.floors
    # the offset's line is a regression of monthly profits
    assert put.line.slope is not None
    assert -1.0 < put.line.slope < 0.0


def test_the_document_holds_to_its_schema_and_nothing_in_it_is_infinite() -> None:
    document = looked_into().document()
    text = json.dumps(document, allow_nan=False)
    jsonschema.validate(json.loads(text), json.loads(SCHEMA.read_text(encoding="utf-8")))
    assert list(document["details"]) == ["protective-put", "pair-short"]
    assert "drawn" not in document["details"]["pair-short"]["risk"]


def test_no_sentence_claims_more_than_numbers_can() -> None:
    found = looked_into().details
    assert found is not None
    said = " ".join(sentence for one in found.values() for sentence in one.sentences).lower()
    for word in ("qualif", "passes", "fails the"):
        assert word not in said
    assert "settle nothing under any accounting" in said


def test_the_tails_of_a_negative_relation_are_those_of_its_opposite() -> None:
    split, start = date(2013, 1, 2), date(2011, 1, 3)
    plain_pair = details(correlation(bundled(), "KO", "PEP", split=split, start=start))
    relation = correlation(bundled(), "KO", "PEP", split=split, start=start)
    assert relation.judged is not None
    from dataclasses import replace

    from microhedge.analysis.correlation import judge

    turned = replace(
        relation, x=-relation.x, judged=judge(relation.y, -relation.x, relation.judged.split)
    )
    found = details(turned)
    assert plain_pair is not None
    assert found is not None
    assert found.opposite
    assert not plain_pair.opposite
    assert [one.falls for one in found.exceedances] == [one.falls for one in plain_pair.exceedances]
    assert any("opposite" in sentence for sentence in found.sentences)


def test_a_value_for_json_has_neither_arrays_nor_numbers_that_are_none() -> None:
    given = {"a": np.float64("nan"), "b": (np.int64(3), date(2020, 1, 2)), "c": np.zeros(3)}
    assert plain(given) == {"a": None, "b": [3, "2020-01-02"]}
