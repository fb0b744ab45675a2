"""What a strategy class declares, and what the one validator refuses."""

import copy
import math
import pickle
import sys
import textwrap
from abc import ABC, abstractmethod
from dataclasses import FrozenInstanceError, replace
from datetime import date, datetime
from types import ModuleType
from typing import Annotated, Any, ClassVar

import numpy as np
import pytest

from microhedge.declaration import (
    Parameter,
    Range,
    Sessions,
    _Declared,
    build,
    dashed,
    declared,
    parameters,
    values,
    warmup,
)
from microhedge.errors import ParameterError, UnknownName


class Base(_Declared, ABC):
    """Stands in for the base class of all strategies."""

    holding: str

    @abstractmethod
    def decide(self) -> str:
        """What a strategy must say."""


class FloorPut(Base):
    """A strategy with one parameter of every sort."""

    moneyness: float = 0.90  # strike as a fraction of the price
    tenor: int = 182  # calendar days
    window: Sessions = 504
    slow: Annotated[Sessions, Range(ge=60, le=1000)] = 252  # the second look back
    peer: str
    deliver: bool = False
    until: date = date(2022, 12, 30)
    gap: Annotated[float, Range(gt=-1, lt=1)] = 0
    units: ClassVar[str] = "shares"
    LIMIT = 3

    def decide(self) -> str:
        return self.peer


def put(**given: Any) -> FloorPut:
    return FloorPut(**({"holding": "AAPL", "peer": "MSFT"} | given))


def test_parameters_are_the_strategys_own_in_the_order_written() -> None:
    names = ["moneyness", "tenor", "window", "slow", "peer", "deliver", "until", "gap"]
    assert names == [each.name for each in parameters(FloorPut)]
    assert ["holding", *names] == [each.name for each in declared(FloorPut)]


def test_a_parameter_carries_type_default_range_and_the_comment_behind_it() -> None:
    by_name = {each.name: each for each in parameters(FloorPut)}
    assert by_name["moneyness"] == Parameter(
        name="moneyness",
        kind=float,
        default=0.9,
        range=Range(gt=0, lt=3),
        is_warmup=False,
        help="strike as a fraction of the price",
    )
    assert by_name["slow"] == Parameter(
        name="slow",
        kind=int,
        default=252,
        range=Range(ge=60, le=1000),
        is_warmup=True,
        help="the second look back",
    )
    assert by_name["peer"].is_required
    assert not by_name["gap"].is_required
    assert by_name["peer"].help == ""


def test_the_largest_count_of_sessions_is_the_warm_up() -> None:
    assert warmup(put()) == 504
    assert warmup(put(window=100)) == 252


def test_a_class_without_counts_of_sessions_needs_no_warm_up() -> None:
    class Plain(Base):
        def decide(self) -> str:
            return ""

    assert warmup(Plain(holding="AAPL")) == 0


def test_postponed_annotations_declare_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    source = textwrap.dedent("""
        from __future__ import annotations
        from typing import Annotated
        from microhedge.declaration import Range, Sessions, _Declared
        class Base(_Declared):
            holding: str
        class Late(Base):
            window: Sessions = 504
            gap: Annotated[float, Range(gt=-1, lt=1)] = 0
    """)
    module = ModuleType("late")
    monkeypatch.setitem(sys.modules, "late", module)
    exec(source, module.__dict__)
    window, gap = parameters(module.Late)
    assert (window.kind, window.is_warmup, window.range) == (int, True, Range(ge=20))
    assert (gap.kind, gap.default, gap.range) == (float, 0.0, Range(gt=-1, lt=1))
    assert window.help == ""  # there is no file to read a comment from


def test_whole_numbers_become_floats_and_numpy_scalars_become_python_numbers() -> None:
    made = put(moneyness=1, tenor=np.int64(91), gap=np.float32(0.5))
    assert [type(value) for value in (made.moneyness, made.tenor, made.gap)] == [float, int, float]
    assert made == put(moneyness=1.0, tenor=91, gap=0.5)
    assert hash(made) == hash(put(moneyness=1.0, tenor=91, gap=0.5))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"tenor": 1.5}, "tenor must be a whole number, was 1.5"),
        ({"tenor": True}, "tenor must be a whole number, was True"),
        ({"tenor": "182"}, "tenor must be a whole number, was '182'"),
        ({"tenor": 0}, "tenor must be at least 1, was 0"),
        ({"moneyness": None}, "moneyness must be a number, was None"),
        ({"moneyness": math.nan}, "moneyness must be a finite number, was nan"),
        ({"moneyness": math.inf}, "moneyness must be a finite number, was inf"),
        ({"moneyness": 0}, "moneyness must be above 0 and below 3, was 0"),
        ({"moneyness": 3.0}, "moneyness must be above 0 and below 3, was 3"),
        ({"moneyness": 95}, "moneyness 95 is not a fraction of the price: did you mean 0.95?"),
        ({"moneyness": 400}, "moneyness must be above 0 and below 3, was 400"),
        ({"gap": 20}, "gap 20 is not a fraction: did you mean 0.2?"),
        ({"slow": 59}, "slow must be at least 60 and at most 1000, was 59"),
        ({"window": 19}, "window must be at least 20, was 19"),
        ({"peer": ""}, "peer must be a text, was ''"),
        ({"peer": 3}, "peer must be a text, was 3"),
        ({"deliver": 1}, "deliver must be yes or no, was 1"),
        ({"until": datetime(2022, 1, 3)}, "until must be a date as in 2015-01-02, was datetime"),
    ],
)
def test_a_value_that_is_not_allowed_is_refused_in_one_line(
    given: dict[str, object], message: str
) -> None:
    with pytest.raises(ParameterError) as refused:
        put(**given)
    assert str(refused.value).startswith(message)
    assert "\n" not in str(refused.value)


def test_an_unknown_name_is_refused_with_the_nearest() -> None:
    with pytest.raises(UnknownName, match=r"floor-put has no parameter 'tenro' \(did you mean"):
        put(tenro=3)
    with pytest.raises(UnknownName, match="it has holding, moneyness, tenor"):
        build(FloorPut, {"zzzz": "1"})


def test_texts_are_parsed_where_a_strategy_is_built_from_them() -> None:
    made = build(
        FloorPut,
        {
            "holding": "AAPL",
            "peer": "MSFT",
            "moneyness": " 0.85",
            "tenor": "91",
            "deliver": "yes",
            "until": "2015-01-02",
            "gap": None,
        },
    )
    assert made == put(moneyness=0.85, tenor=91, deliver=True, until=date(2015, 1, 2))


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("moneyness", "95", "moneyness 95 is not a fraction of the price: did you mean 0.95?"),
        ("moneyness", "90%", "moneyness 90% is not a fraction of the price: did you mean 0.9?"),
        ("moneyness", "much", "moneyness must be a number, was 'much'"),
        ("moneyness", "nan", "moneyness must be a finite number, was nan"),
        ("tenor", "3m", "tenor must be a whole number, was '3m'"),
        ("tenor", "91.0", "tenor must be a whole number, was '91.0'"),
        ("deliver", "perhaps", "deliver must be yes or no, was 'perhaps'"),
        ("until", "02.01.2015", "until must be a date as in 2015-01-02, was '02.01.2015'"),
    ],
)
def test_a_text_that_spells_no_allowed_value_is_refused(name: str, text: str, message: str) -> None:
    with pytest.raises(ParameterError) as refused:
        build(FloorPut, {"holding": "AAPL", "peer": "MSFT", name: text})
    assert str(refused.value) == message


def test_a_missing_required_value_is_named() -> None:
    with pytest.raises(ParameterError, match="floor-put needs a value for 'peer'"):
        build(FloorPut, {"holding": "AAPL"})


def test_a_strategy_is_frozen_copied_and_pickled_by_value() -> None:
    made = put(moneyness=0.8)
    with pytest.raises(FrozenInstanceError):
        made.tenor = 3  # type: ignore[misc]
    assert copy.copy(made) == made
    assert pickle.loads(pickle.dumps(made)) == made
    assert replace(made, moneyness=0.9) == put()
    assert values(made) == {
        "moneyness": 0.8,
        "tenor": 182,
        "window": 504,
        "slow": 252,
        "peer": "MSFT",
        "deliver": False,
        "until": date(2022, 12, 30),
        "gap": 0.0,
    }


def test_a_subclass_may_change_a_default_and_keeps_the_comment() -> None:
    class Deeper(FloorPut):
        moneyness: float = 0.80

    first = parameters(Deeper)[0]
    assert (first.name, first.default) == ("moneyness", 0.8)
    assert parameters(Deeper)[1].help == "calendar days"


def test_a_value_without_its_type_is_refused_when_the_class_is_made() -> None:
    # dataclasses would keep the inherited default 0.9 and say nothing
    with pytest.raises(ParameterError, match=r"write moneyness: float = 0\.8 for a parameter"):

        class Silent(FloorPut):
            moneyness = 0.8


def test_a_default_outside_its_own_range_is_refused() -> None:
    class Wrong(Base):
        tranches: int = 13

        def decide(self) -> str:
            return ""

    with pytest.raises(ParameterError, match="default of Wrong: tranches must be at least 1 and"):
        declared(Wrong)


def test_a_type_that_no_option_can_spell_is_refused() -> None:
    class Wrong(Base):
        peers: list[str]

        def decide(self) -> str:
            return ""

    with pytest.raises(ParameterError, match=r"Wrong\.peers: a parameter is an int, float"):
        declared(Wrong)


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("moneyness", (0.01, 2.99), (0, 3)),
        ("cover", (0, 1), (-0.01, 1.01)),
        ("tenor", (1, 800), (0,)),
        ("roll", (0, 90), (-1,)),
        ("tranches", (1, 12), (0, 13)),
        ("band", (0, 1), (-0.1, 1.1)),
        ("drift", (0, 1), (-0.1, 1.1)),
        ("window", (20, 756), (19,)),
    ],
)
def test_the_standard_terms_have_their_ranges(
    name: str, good: tuple[float, ...], bad: tuple[float, ...]
) -> None:
    kind = float if name in {"moneyness", "cover", "band", "drift"} else int
    made = type("Terms", (Base,), {"__annotations__": {name: kind}, "decide": lambda _: ""})
    for value in good:
        assert getattr(made(holding="AAPL", **{name: kind(value)}), name) == value
    for value in bad:
        with pytest.raises(ParameterError):
            made(holding="AAPL", **{name: kind(value)})


def test_a_class_name_is_typed_with_dashes() -> None:
    assert dashed(FloorPut) == "floor-put"
