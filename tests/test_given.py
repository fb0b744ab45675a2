"""What is given in Python as a text is understood where it spells a day, or refused in one line."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from typing import Any

import pandas as pd
import pytest

import microhedge as mh
from microhedge.declaration import build
from microhedge.errors import ParameterError
from microhedge.given import check_number, day, day_if
from microhedge.loading import load

ACCOUNT = mh.Portfolio(shares=1000, weight=0.4)
WINDOW = {"start": "2018-01-02", "end": "2018-06-29"}
DAYS = {name: date.fromisoformat(text) for name, text in WINDOW.items()}


@cache
def market() -> mh.Market:
    return mh.data.bundled()


def short() -> mh.Hedge:
    return build(load("index-short"), {"holding": "MSFT"})


@pytest.mark.parametrize(
    "value", ["2018-01-02", date(2018, 1, 2), datetime(2018, 1, 2, 9), pd.Timestamp("2018-01-02")]
)
def test_a_day_may_be_a_date_a_text_or_a_time(value: object) -> None:
    found = day("start", value)
    assert (found, type(found)) == (date(2018, 1, 2), date)


@pytest.mark.parametrize("value", ["02/01/2018", "2018-02-30", "", 2018, 20180102.0, pd.NaT])
def test_what_is_no_day_is_refused_with_the_right_spelling(value: object) -> None:
    with pytest.raises(ParameterError) as caught:
        day_if("end", value)
    assert str(caught.value) == f"end must be a date as in 2015-01-02, was {value!r}"


def test_a_text_is_no_number_and_none_is_no_day() -> None:
    check_number("weight", 1, "0.4")
    assert day_if("end", None) is None
    with pytest.raises(ParameterError, match=r"^weight must be a number such as 0\.4, was '0\.4'$"):
        mh.Portfolio(shares=1000, weight="0.4")  # type: ignore[arg-type]


def ask(name: str, **given: Any) -> object:
    """Ask one of the five for something."""
    if name == "correlation":
        return mh.correlation(
            market(), "MSFT", "SPX", split=given.pop("split", "2018-04-02"), **given
        )
    if name == "stress":
        return mh.stress(short(), market(), ACCOUNT, **{"recall": 1.0} | given)
    if name == "sweep":
        return mh.sweep(short(), market(), ACCOUNT, {"window": [252]}, workers=0, **given)
    if name == "compare":
        return mh.compare([short()], market(), ACCOUNT, **given)
    return mh.run(short(), market(), ACCOUNT, **given)


EVERY = ["run", "compare", "sweep", "stress", "correlation"]


@pytest.mark.parametrize("name", ["run", "sweep", "stress", "correlation"])
def test_a_window_may_be_given_as_texts(name: str) -> None:
    asked = ask(name, **WINDOW)
    if name == "correlation":
        assert isinstance(asked, type(ask(name, **DAYS)))
    assert document(asked) == document(ask(name, **DAYS))


def document(found: Any) -> Any:
    return found.frame.to_json() if hasattr(found, "frame") else found.document()


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("wrong", [{"start": "1/2/2018"}, {"end": 2018}])
def test_a_day_that_is_none_is_refused_in_one_line(name: str, wrong: dict[str, Any]) -> None:
    with pytest.raises(ParameterError, match=r"^(start|end) must be a date as in 2015-01-02, was "):
        ask(name, **wrong)


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("run", {"rate": "0.02"}),
        ("compare", {"stop_loss": "0.1"}),
        ("sweep", {"index_dividend": "0.02"}),
        ("stress", {"recall": "2"}),
        ("run", {"seed": "1"}),
    ],
)
def test_a_text_in_place_of_a_number_is_refused_in_one_line(
    name: str, wrong: dict[str, Any]
) -> None:
    ((key, value),) = wrong.items()
    with pytest.raises(ParameterError, match=f"^{key} must be a number such as .*, was '{value}'$"):
        ask(name, **wrong)
    with pytest.raises(ParameterError, match=r"^borrow must be a number such as"):
        mh.Costs(borrow="0.02")  # type: ignore[arg-type]


def test_the_day_of_a_squeeze_and_of_a_split_may_be_a_text() -> None:
    assert mh.Squeeze("2018-03-01") == mh.Squeeze(date(2018, 3, 1))  # type: ignore[arg-type]
    with pytest.raises(ParameterError, match="the day of a squeeze must be a date"):
        mh.Squeeze("March")  # type: ignore[arg-type]
    with pytest.raises(ParameterError, match="split must be a date as in 2015-01-02, was 2018"):
        ask("correlation", split=2018)
