"""Framework and classification decide whether hedge accounting could be applied at all.

The expected paragraphs were looked up in IFRS 9 (consolidated text: 5.7.1, 5.7.5, 6.2.2, 6.2.4,
6.2.6, 6.4.1, 6.5.3, 6.5.8, 6.5.15, B6.2.4) and ASC 815-20-25-43(b)(1).
"""

from __future__ import annotations

import pytest

from microhedge.errors import UnknownName
from microhedge.reporting.memo.gate import (
    Classification,
    Framework,
    Instrument,
    State,
    classification_of,
    framework_of,
    gate,
)


@pytest.mark.parametrize(
    ("framework", "classification", "instrument", "state", "paragraph"),
    [
        ("economic", None, "short", "not asked", ""),
        ("economic", "fvoci", "bought", "not asked", ""),
        ("us-gaap", None, "short", "not eligible", "815-20-25-43(b)(1)"),
        ("us-gaap", "fvtpl", "bought", "not eligible", "Topic 321"),
        ("us-gaap", "fvoci", "bought", "not eligible", "Topic 321"),
        ("ifrs9", None, "short", "undecided", "(5.7.5)"),
        ("ifrs9", "fvtpl", "bought", "without use", "(5.7.1)"),
        ("ifrs9", "fvoci", "short", "open", "(6.2.2)"),
        ("ifrs9", "fvoci", "future", "open", "(B6.2.4)"),
        ("ifrs9", "fvoci", "bought", "open", "(6.5.15)"),
        ("ifrs9", "fvoci", "combined", "open", "(6.2.6)"),
        ("ifrs9", "fvoci", "written", "not eligible", "(B6.2.4)"),
    ],
)
def test_each_framework_and_classification_has_its_answer_and_its_paragraph(
    framework: Framework,
    classification: Classification | None,
    instrument: Instrument,
    state: State,
    paragraph: str,
) -> None:
    found = gate(framework, classification, instrument)
    assert found.state == state
    assert paragraph in " ".join(found.reasons)
    for word in ("pass", "fail"):
        assert word not in " ".join((found.headline, *found.reasons)).lower()


def test_options_that_brought_a_premium_in_leave_the_answer_open() -> None:
    found = gate("ifrs9", "fvoci", "combined", received=True)
    assert found.state == "undecided"
    assert "net written option" in found.headline


def test_a_share_in_other_comprehensive_income_names_where_ineffectiveness_goes() -> None:
    told = " ".join(gate("ifrs9", "fvoci", "short").reasons)
    for paragraph in ("(5.7.5)", "(6.5.3)", "(6.5.8)", "6.4.1(b)"):
        assert paragraph in told


def test_what_is_not_eligible_is_told_first_and_then_called_an_economic_memo() -> None:
    for framework, kind in (("us-gaap", "fvtpl"), ("ifrs9", "fvtpl"), ("ifrs9", None)):
        found = gate(framework, kind, "short")  # type: ignore[arg-type]
        assert found.reasons[-1] == "What follows is an economic memo."


def test_an_unknown_word_is_answered_with_the_nearest() -> None:
    with pytest.raises(UnknownName, match=r"no framework 'usgaap' \(did you mean 'us-gaap'\?\)"):
        framework_of("usgaap")
    with pytest.raises(UnknownName, match="known are economic, ifrs9, us-gaap"):
        framework_of("zzz")
    with pytest.raises(UnknownName, match="did you mean 'fvoci'"):
        classification_of("fvoc")
    assert classification_of(None) is None
