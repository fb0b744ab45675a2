"""A sentence that was finished in English can be said again in the language of a document."""

from __future__ import annotations

import copy
import json
import pickle

import pytest

from microhedge.errors import BadData
from microhedge.language import Language, mark, speaking
from microhedge.told import (
    Told,
    figure,
    first,
    heard,
    joined,
    listed,
    parts_of,
    restored,
    retold,
    told,
    told_count,
)

GERMAN = Language(
    tag="de",
    decimal=",",
    grouping=".",
    percent="{number} %",
    words={
        "{name} bore {part} of the losses": "Von den Verlusten trug {name} {part}",
        "{n} roll": ("{n} Rolle", "{n} Rollen"),
        "{most} and {last}": "{most} und {last}",
        "not measured": "nicht gemessen",
        "Too few.": "Zu wenige.",
    },
)


def bore() -> Told:
    return told("{name} bore {part} of the losses", name="SPX", part=figure("−1,234.5%"))


def german(text: str) -> str:
    with speaking(GERMAN):
        return retold(text)


def test_it_is_english_text_until_it_is_told_again() -> None:
    assert bore() == "SPX bore −1,234.5% of the losses"
    assert retold(bore()) == bore()
    assert json.dumps([bore()], ensure_ascii=False) == '["SPX bore −1,234.5% of the losses"]'
    assert german(bore()) == "Von den Verlusten trug SPX −1.234,5 %"


def test_a_count_takes_the_form_of_the_language() -> None:
    assert [told_count("{n} roll", "{n} rolls", n) for n in (1, 1200)] == ["1 roll", "1,200 rolls"]
    said = [german(told_count("{n} roll", "{n} rolls", n)) for n in (1, 1200)]
    assert said == ["1 Rolle", "1.200 Rollen"]


def test_sentences_inside_sentences_are_told_again_too() -> None:
    many = listed([bore(), "KO", told_count("{n} roll", "{n} rolls", 2)])
    assert many == "SPX bore −1,234.5% of the losses, KO and 2 rolls"
    assert german(many) == "Von den Verlusten trug SPX −1.234,5 %, KO und 2 Rollen"
    assert german(listed(["KO"])) == "KO"


def test_text_without_parts_is_told_again_only_as_a_whole_message() -> None:
    assert german("not measured") == "nicht gemessen"
    assert german("not measured here") == "not measured here"
    assert german("1,234.5") == "1,234.5"


def test_the_first_sentence_is_told_alone() -> None:
    both = joined(" ", (told("Too few."), bore()))
    assert first(both) == "Too few."
    assert german(first(both)) == "Zu wenige."
    assert first(bore()) == bore()
    assert first("No. 5 of a file. More.") == "No."
    assert first("One fact.") == "One fact."


def test_the_log_is_heard_by_its_messages() -> None:
    messages = (mark("{role}: no contract fits"), mark("{name} bore {part} of the losses"))
    assert german(heard(str(bore()), messages)) == german(bore())
    assert heard("something else", messages) == "something else"


def test_a_copy_remembers_its_parts() -> None:
    # a run may be pickled on its way to another process
    for again in (copy.copy(bore()), copy.deepcopy(bore()), pickle.loads(pickle.dumps(bore()))):
        assert german(again) == german(bore())


def test_what_a_file_holds_is_told_again() -> None:
    whole = joined("; ", (bore(), told_count("{n} roll", "{n} rolls", 3), "KO"))
    parts = json.loads(json.dumps(parts_of(whole)))
    assert german(restored(str(whole), parts)) == german(whole)
    assert restored("KO", "KO") == "KO"


@pytest.mark.parametrize(
    "parts",
    [
        "another text",
        None,
        7,
        {},
        {"message": "{name}", "values": {}},
        {"message": "{name.__class__}", "values": {"name": "SPX"}},
        {"message": "{name!r}", "values": {"name": "SPX"}},
        {"message": "SPX", "values": None},
        {"between": " ", "parts": 3},
        {"number": 5},
        {"message": "{", "values": {}},
    ],
)
def test_parts_that_make_another_text_are_refused(parts: object) -> None:
    with pytest.raises(BadData, match="not what its parts say"):
        restored("SPX", parts)
