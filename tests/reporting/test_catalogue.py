"""The file of a language: what it holds, and what is refused in it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from microhedge.errors import BadData, MicrohedgeError, UnknownName
from microhedge.language import ENGLISH, placeholders, say, say_count, speaking
from microhedge.reporting import numbers
from microhedge.reporting.catalogue import (
    language_from,
    messages,
    read_language,
    template,
    unsaid,
)

from .pseudo import document, pseudo

LOSS = "Loss from the previous high, daily. Grey: {label}."


def test_the_catalogue_has_the_messages_of_every_document() -> None:
    found = messages()
    assert found[LOSS].where == "page_losses"
    assert found["Verdict"].placeholders == frozenset()
    assert found["{n} roll"].many == "{n} rolls"
    assert {one.where.partition("/")[0] for one in found.values()} >= {"memo", "sweeps", "cards"}
    # the English of a message that counts is one text
    assert all(one.many != one.one for one in found.values())


def test_the_template_is_complete_and_says_nothing() -> None:
    held = tomllib.loads(template())
    assert list(held["words"]) == list(messages())
    assert not any(text for forms in held["words"].values() for text in forms)
    found = language_from(held)
    assert found == ENGLISH
    assert unsaid(found) == list(messages())


def test_every_message_can_be_said_in_another_language() -> None:
    assert unsaid(pseudo()) == []


def test_a_message_that_is_missing_stays_english_and_is_counted() -> None:
    found = language_from({"words": {"Verdict": "Urteil"}})
    with speaking(found):
        assert say("Verdict") == "Urteil"
        assert say("Worst day") == "Worst day"
    assert say("Verdict") == "Verdict"
    assert len(unsaid(found)) == len(messages()) - 1


def test_numbers_and_dates_take_the_marks_of_the_language() -> None:
    from datetime import date

    with speaking(pseudo()):
        assert numbers.percent(-0.0531) == "−5,3 %"
        assert numbers.plain(-1234567.891, 2) == "−1.234.567,89"
        assert numbers.interval((0.02, 0.04)) == "2,0 % tó 4,0 %"
        assert numbers.in_words(date(2002, 3, 7)) == "7 Már 2002"
        assert numbers.p_value(0.0001) == "<0,001"
        assert numbers.short(1.5) == "1,5"
    with speaking(language_from({"language": {"grouping": "\u202f", "minus": "-"}})):
        assert numbers.plain(-1234.5, 1) == "-1\u202f234.5"


@pytest.mark.parametrize(
    ("number", "told"), [(1, "1 plik"), (2, "2 pliki"), (5, "5 plików"), (22, "22 pliki")]
)
def test_a_count_takes_the_form_of_its_number(number: int, told: str) -> None:
    # the rule of Polish as the manual of GNU gettext has it
    polish = "n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2"
    found = language_from(
        {
            "language": {"tag": "pl", "plural": polish},
            "words": {"{n} roll": ["{n} plik", "{n} pliki", "{n} plików"]},
        }
    )
    with speaking(found):
        assert say_count("{n} roll", "{n} rolls", number) == told
        assert say_count("{n} roll", "{n} rolls", 1.5) == "1.50 plików"


@pytest.mark.parametrize(
    ("held", "words"),
    [
        ({"words": {LOSS: "Verlust."}}, "{label} is missing"),
        ({"words": {LOSS: "{lable}"}}, "no placeholder {lable} (did you mean 'label'?)"),
        ({"words": {LOSS: "{label.__class__}"}}, "more than a name"),
        ({"words": {LOSS: "{label:>9}"}}, "more than a name"),
        ({"words": {LOSS: "{label"}}, "expected '}'"),
        ({"words": {"Verdict": "{label}"}}, "no placeholder {label}; it has no placeholder"),
        ({"words": {"Verdict": ["a", "b"]}}, "takes one text"),
        ({"words": {"Verdict": 3}}, "takes a text"),
        ({"words": {"Verdict": "判決"}}, "font of the documents has no"),
        ({"words": {" Shaded: sessions without cover.": "Grau."}}, "space before"),
        ({"words": {"{n} roll": ["a", "b"]}, "language": {"plural": "n%3"}}, "asks for 3"),
        ({"language": {"plural": "__import__"}}, "plural or percent cannot be read"),
        ({"language": {"percent": "%"}}, "holds {number}"),
        ({"language": {"decimal": ","}}, "same as grouping"),
        ({"language": {"minus": ""}}, "losses would be gains"),
        ({"language": {"months": ["Jan"]}}, "twelve"),
        ({"language": {"tag": "Deutsch"}}, "'de'"),
        ({"language": {"decimal": 1}}, "marks are texts"),
        ({"language": 3}, "are tables"),
    ],
)
def test_what_would_break_a_sentence_is_refused_in_a_line(held: dict[str, Any], words: str) -> None:
    with pytest.raises(BadData) as caught:
        language_from(held)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("held", "words"),
    [
        ({"words": {"Verdikt": "x"}}, "no message 'Verdikt' (did you mean 'Verdict'?)"),
        ({"language": {"decimals": ","}}, "no mark 'decimals' (did you mean 'decimal'?)"),
        ({"texts": {}}, "no table 'texts'"),
    ],
)
def test_an_unknown_name_is_answered_with_the_nearest(held: dict[str, Any], words: str) -> None:
    with pytest.raises(UnknownName) as caught:
        language_from(held)
    assert words in str(caught.value)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    file = tmp_path / "my.toml"
    with pytest.raises(BadData, match=r"my\.toml: there is no such file"):
        read_language(file)
    file.write_text("[words\n")
    with pytest.raises(BadData, match=r"my\.toml: it is no TOML"):
        read_language(file)
    file.write_bytes(b"\xff")
    with pytest.raises(BadData, match=r"my\.toml: it is no text"):
        read_language(file)
    file.write_text('[words]\n"Verdikt" = "x"\n')
    with pytest.raises(MicrohedgeError, match=r"my\.toml: there is no message"):
        read_language(file)


def test_placeholders_are_names_in_braces() -> None:
    assert placeholders("{a} of {b}, {a}") == {"a", "b"}
    assert set(document()["words"]) == set(messages())


def test_no_sentence_of_a_document_tells_its_reader_to_type_an_option() -> None:
    # but where a chart is missing that one more run would draw
    remedy = "They were not run: `--bands`, or `with_bands()` from Python, runs them."
    typed = [each for each in messages() if re.search(r"(?<!\w)--[a-z]", str(each))]
    assert typed == [remedy]
