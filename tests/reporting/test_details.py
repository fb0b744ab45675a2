"""The appendix of a report: there where hedges were looked into, with their very numbers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from labels import clashes, clipped

import microhedge as mh
from microhedge.declaration import build as declared
from microhedge.language import speaking
from microhedge.loading import load
from microhedge.reporting import charts_details, page_details
from microhedge.reporting import findings_details as told
from microhedge.reporting.exhibits import final, parts
from microhedge.reporting.inputs import Subject
from microhedge.reporting.inputs_details import Bounded, Joint, Tried
from microhedge.reporting.model import model
from microhedge.reporting.reading import read
from microhedge.reporting.render import render

from .pseudo import accented, pseudo


@pytest.fixture(scope="module")
def found() -> mh.Comparison:
    asked: tuple[tuple[str, dict[str, Any]], ...] = (
        ("protective-put", {}),
        ("pair-short", {"peer": "MSFT"}),
    )
    hedges = [declared(load(name), {"holding": "AAPL", **own}) for name, own in asked]
    whole = mh.compare(
        hedges,
        mh.data.bundled(),
        mh.Portfolio(shares=1000),
        start=date(2012, 1, 3),
        end=date(2014, 12, 31),
    )
    return whole.with_details()


@pytest.fixture(scope="module")
def subject(found: mh.Comparison) -> Subject:
    return read(found)


def flat(subject: Subject) -> list[dict[str, Any]]:
    return [part for p in page_details.pages(subject) for block in p.body for part in parts(block)]


def named(subject: Subject, name: str) -> dict[str, Any]:
    return next(block for block in flat(subject) if block.get("name", "").startswith(name))


def test_without_details_there_is_no_appendix(found: mh.Comparison) -> None:
    bare = read(replace(found, details=None))
    assert bare.details == {}
    assert page_details.pages(bare) == ()
    assert "--details" not in bare.command


def test_the_command_that_is_printed_asks_for_details_again(subject: Subject) -> None:
    assert subject.command.endswith(" --details")


def test_the_numbers_are_those_of_the_details(found: mh.Comparison, subject: Subject) -> None:
    assert found.details is not None
    own, risk = found.details["pair-short"], subject.details["pair-short"].risk
    assert risk["shortfall"].value == own.risk.shortfall.estimate
    assert risk["semivariance"].bounds == (own.risk.semivariance.low, own.risk.semivariance.high)
    assert risk["max_drawdown"] == Bounded(own.risk.max_drawdown)
    shown = subject.details["pair-short"].relation
    judged = found.relations["pair-short"].judged
    assert shown is not None
    assert judged is not None
    assert own.relation is not None
    assert shown.before.correlation.value == judged.expected
    assert shown.after.correlation.value == judged.realised
    # a correlation of normal scores: of all sessions, not of those that are drawn
    assert len(shown.after.holding) <= 260
    assert [one.name for one in shown.tests] == [
        "Clark–West against no hedge",
        "Diebold–Mariano against the frozen ratio",
        "Diebold–Mariano against the full-sample ratio (looks ahead)",
        "Engle–Granger",
        "Johansen",
    ]
    assert shown.joint[0].normal == own.relation.exceedances[0].normal
    assert subject.details["protective-put"].relation is None


def test_every_test_has_a_name_in_the_catalogue(subject: Subject) -> None:
    shown = subject.details["pair-short"].relation
    assert shown is not None
    assert {one.name for one in shown.tests} <= set(page_details.TESTS)
    assert set(subject.details["pair-short"].risk) == set(page_details.MEASURES)


def test_the_appendix_has_each_exhibit_and_stands_before_the_data(subject: Subject) -> None:
    body = flat(subject)
    assert [block["kind"] for block in body] == ["table", "chart", "chart", "table", "text"]
    assert body[0]["head"] == ["Part removed of …", "Protective put", "Pair short"]
    assert body[-1]["text"].startswith("Half of the spread is gone in")
    document = model(subject)
    assert [page["label"] for page in document["pages"]][-2:] == ["details", "data"]
    assert render(document, timestamp=date(2015, 1, 2))


def test_a_saved_comparison_has_the_same_appendix(
    found: mh.Comparison, subject: Subject, tmp_path: Path
) -> None:
    again = read(mh.load_comparison(found.save(tmp_path / "run.mhr")))
    drawn = [[final(page) for page in page_details.pages(one)] for one in (subject, again)]
    assert drawn[0] == drawn[1]


def test_a_short_sample_has_dashes_and_no_intervals(subject: Subject) -> None:
    nothing = dict.fromkeys(page_details.MEASURES, Bounded(None))
    some = {**nothing, "shortfall": Bounded(0.3)}
    looked = subject.details["pair-short"]
    relation = looked.relation
    assert relation is not None
    far = Bounded(None)
    joint = tuple(replace(one, falls=far, rises=far, normal=None) for one in relation.joint)
    short = replace(
        subject,
        details={
            "protective-put": replace(subject.details["protective-put"], risk=nothing),
            "pair-short": replace(
                looked,
                risk=some,
                relation=replace(relation, joint=joint, symmetry=None, tests=(), told=()),
            ),
        },
    )
    table = flat(short)[0]
    assert {row[1] for row in table["rows"]} == {"–"}
    assert table["rows"][2][2] == "30%"
    assert table["finding"] == "The sample is too short to bound what was removed."
    assert named(short, "joint-moves")["finding"].startswith("Too few joint moves")
    assert [final(page) for page in page_details.pages(short)]


def test_the_appendix_speaks_another_language(found: mh.Comparison) -> None:
    with speaking(pseudo()):
        subject = read(found)
        body = flat(subject)
        (page,) = page_details.pages(subject)
    assert page.title == accented("Appendix: a closer look")
    assert accented("Deepest fall") in {row[0] for row in body[0]["rows"]}
    assert body[-1]["text"].startswith(accented("Half of the spread is gone in "))
    english = flat(read(found))
    for mine, row in zip(body[3]["rows"], english[3]["rows"], strict=True):
        # the same but for the marks of its numbers
        letters = [
            "".join(c for c in text if c.isalpha()) for text in (mine[-1], accented(row[-1]))
        ]
        assert letters[0] == letters[1]
        assert mine[-1] != row[-1]
    for block in body[1:3]:
        assert clashes(block["figures"][0]) + clipped(block["figures"][0]) == []


def test_no_two_texts_of_the_charts_overlap(subject: Subject) -> None:
    for name in ("scores", "joint-moves"):
        assert (
            clashes(named(subject, name)["figures"][0])
            + clipped(named(subject, name)["figures"][0])
            == []
        )
    levels = [-1.5, -1.0, -0.5, 0.0, 0.0, 0.5, 1.0, 1.5]
    nothing = np.full(8, np.nan)
    figure = charts_details.joint_moves(
        levels, nothing, (nothing, nothing), nothing, ("Came", "Normal pair")
    )
    assert clashes(figure) + clipped(figure) == []


# ---- what the sentences say -------------------------------------------------------------------


def risk(low: float | None) -> dict[str, Bounded]:
    one = Bounded(0.2, None if low is None else (low, 0.4))
    return dict.fromkeys(page_details.MEASURES, one)


def test_what_is_beyond_chance_is_counted() -> None:
    assert told.beyond_chance([("Put", risk(0.1)), ("Short", risk(-0.1))]) == (
        "Risk was removed beyond chance: the put by 3 of 3 measures and the short by none of 3 "
        "measures."
    )
    assert told.beyond_chance([("Put", risk(None))]).startswith("The sample is too short")
    assert told.measured([("Put", risk(0.1))]) == (
        "Removed of the expected shortfall of the worst 5% of days: the put 20%."
    )
    lost = {"shortfall": Bounded(None)}
    assert told.measured([("Put", lost)]).startswith("The holding bore no loss")


@pytest.mark.parametrize(
    ("p", "end"),
    [
        (0.02, "; a change (p = 0.020)."),
        (0.4, "; no change is shown (p = 0.400)."),
        (None, "; there is nothing to test."),
    ],
)
def test_scores_changed_or_not(p: float | None, end: str) -> None:
    said = told.scores_of("Pair short", "0.60", "0.40", p)
    assert said.startswith("The pair short: scores correlate 0.60 before and 0.40 after")
    assert said.endswith(end)


def test_joint_falls_are_compared_with_joint_rises() -> None:
    strong, weak = Bounded(0.6), Bounded(0.2)
    assert told.joint([Joint(0.0, strong, weak, 0.3)], 0.01).startswith(
        "Joint falls correlate more than joint rises"
    )
    assert told.joint([Joint(0.0, weak, strong, 0.3)], 0.01).startswith(
        "Joint falls correlate less than joint rises"
    )
    assert told.joint([Joint(0.0, weak, strong, 0.3)], 0.3).startswith("No difference")
    assert told.joint([], None).startswith("Too few")


@pytest.mark.parametrize(
    ("p", "words"),
    [
        (0.01, "was worth more than no hedge (p = 0.010)."),
        (0.2, "is not shown (p = 0.200)."),
        (None, "cannot be tested."),
    ],
)
def test_what_the_trailing_ratio_was_worth(p: float | None, words: str) -> None:
    said = told.forecasts([Tried("Clark–West against no hedge", 1.0, p, "")], "Pair short")
    assert said.endswith(words)
