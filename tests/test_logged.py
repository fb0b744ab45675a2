"""What the log of a run gives as a reason can be told again."""

from __future__ import annotations

import re

import pytest

from microhedge.chain import listed_strike
from microhedge.errors import NoContract
from microhedge.language import Language, speaking
from microhedge.logged import MESSAGES, NONE_BELOW, quoted
from microhedge.told import parts_of, retold


def test_every_message_is_found_by_what_it_says() -> None:
    for message in MESSAGES:
        text = re.sub(r"\{(\w+)\}", r"<\1>", message)
        parts = parts_of(quoted(text))
        assert parts["message"] == message
        assert parts["values"] == {name: f"<{name}>" for name in re.findall(r"\{(\w+)\}", message)}


def test_a_reason_of_the_engine_is_said_with_the_numbers_of_the_language() -> None:
    with pytest.raises(NoContract) as caught:
        listed_strike(3.4, 4.0, right="P", max_gap=0.05)
    other = Language(
        decimal=",",
        words={NONE_BELOW: "{target} {gap} {spot} {strike}"},
    )
    reason = quoted(str(caught.value))
    assert reason == str(caught.value)
    with speaking(other):
        assert retold(reason) == "3,40 5% 4,00 3"


def test_what_is_no_message_stays() -> None:
    assert quoted("put: the user's own words") == "put: the user's own words"
