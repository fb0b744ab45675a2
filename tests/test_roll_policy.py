"""A roll policy as one value: how it is spelled, joined and refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import microhedge as mh
from microhedge.declaration import Parameter, build, declared
from microhedge.errors import ParameterError
from microhedge.hedge import Hedge
from microhedge.loading import load
from microhedge.roll_policy import (
    RollPolicy,
    budget,
    completed,
    days_before,
    delta_drift,
    hold_to_expiry,
    ladder,
    monetise,
    moneyness_drift,
    roll_policy,
)


@pytest.mark.parametrize(
    ("text", "policy"),
    [
        ("30", days_before(30)),
        ("days-before=30", days_before(30)),
        ("0", hold_to_expiry()),
        ("hold-to-expiry", hold_to_expiry()),
        ("days-before=30+delta-drift=0.10..0.60", days_before(30) | delta_drift(0.10, 0.60)),
        ("moneyness-drift=.8..1.1 + 5", moneyness_drift(0.8, 1.1) | days_before(5)),
        ("monetise=3", monetise(3.0)),
        ("monetise=3+wait=20", monetise(3.0, wait=20)),
        ("ladder=3+hold-to-expiry+budget=0.02", ladder(3) | hold_to_expiry() | budget(0.02)),
    ],
)
def test_a_text_and_python_spell_the_same_policy(text: str, policy: RollPolicy) -> None:
    assert roll_policy(text) == policy
    assert roll_policy(str(policy)) == policy


RANGES = st.tuples(st.floats(0.0, 0.49), st.floats(0.5, 1.0))
POLICIES = st.builds(
    lambda gain, wait, **rest: RollPolicy(gain=gain, wait=wait if gain else None, **rest),
    gain=st.none() | st.floats(1.01, 50.0),
    wait=st.none() | st.integers(1, 400),
    days=st.none() | st.integers(0, 400),
    delta=st.none() | RANGES,
    moneyness=st.none() | RANGES,
    tranches=st.none() | st.integers(1, 12),
    budget=st.none() | st.floats(1e-6, 0.9),
)


@given(POLICIES)
def test_every_policy_is_read_back_from_its_text(policy: RollPolicy) -> None:
    assert roll_policy(str(policy)) == policy


def test_days_alone_are_a_number_and_more_is_a_text() -> None:
    assert (days_before(30).plain, hold_to_expiry().plain) == (30, 0)
    assert (days_before(30) | ladder(2)).plain == "days-before=30+ladder=2"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("days-befor=30", r"no clause 'days-befor' \(did you mean 'days-before'\?\)"),
        ("when-i-like", "there is no clause 'when-i-like'; clauses are days-before, hold-to"),
        ("-3", r"days-before=-3: it is at least 0 \(did you mean days-before=0\?\)"),
        ("30.5", r"days-before=30.5 is not understood \(did you mean days-before=30\?\)"),
        ("30+30", "says days-before twice"),
        ("30+hold-to-expiry", "says hold-to-expiry twice"),
        ("hold-to-expiry=3", "it takes no number"),
        ("delta-drift=0.6..0.1", r"did you mean 0.1..0.6\?"),
        ("delta-drift=10..60", r"did you mean 0.1..0.6\?"),
        ("delta-drift=0.10", r"did you mean delta-drift=0.10..0.60\?"),
        ("delta-drift=0.1..nan", "a range goes up from 0 or more to 1 at most"),
        ("moneyness-drift=80..110", r"did you mean 0.8..1.1\?"),
        ("monetise=1", "must be above 1, as in monetise=3"),
        ("monetise=nan", "must be above 1"),
        ("wait=20", r"did you mean monetise=3\+wait=20\?"),
        ("monetise=3+wait=0", r"did you mean wait=1\?"),
        ("ladder=13", r"ladder=13: it is 1 to 12 \(did you mean ladder=12\?\)"),
        ("budget=2", r"did you mean 0.02\?"),
        ("", r"did you mean days-before=30\?"),
    ],
)
def test_what_is_no_policy_is_refused_with_the_nearest_that_is(text: str, said: str) -> None:
    with pytest.raises(ParameterError, match=said) as refused:
        roll_policy(text)
    assert "\n" not in str(refused.value)


def test_two_policies_that_differ_on_a_clause_cannot_be_joined() -> None:
    assert days_before(30) | days_before(30) == days_before(30)
    with pytest.raises(ParameterError, match=r"days-before is said twice, in 30 and in 20"):
        days_before(30) | days_before(20)


def roll_of(hedge: type[Hedge]) -> Parameter:
    return next(each for each in declared(hedge) if each.name == "roll")


@pytest.mark.parametrize("value", [30, "30", "days-before=30", days_before(30)])
def test_a_strategy_takes_days_a_text_or_a_policy(value: object) -> None:
    assert roll_of(load("protective-put")).check(value) == days_before(30)
    assert build(load("protective-put"), {"holding": "AAA", "roll": value}) == build(
        load("protective-put"), {"holding": "AAA"}
    )


@pytest.mark.parametrize("value", [True, 30.5, None])
def test_what_is_neither_is_refused(value: object) -> None:
    with pytest.raises(ParameterError, match="must be a roll policy as in 30, or days-before=30"):
        roll_of(load("protective-put")).check(value)


@pytest.mark.parametrize(
    ("name", "given", "said"),
    [
        ("protective-put", {"roll": "ladder=4", "tranches": 2}, "tranches 2 and roll ladder=4 dif"),
        ("budgeted-put", {"roll": "budget=0.01", "budget": 0.03}, "budget 0.03 and roll budget=0"),
        ("monetising-put", {"roll": "monetise=4", "gain": 2.0}, "gain 2 and roll monetise=4 dif"),
        ("protective-put", {"roll": "days-before=170+ladder=2"}, "tenor must be at least 188"),
        ("protective-put", {"moneyness": 0.95, "delta": -0.25}, "both choose the strike: give one"),
        ("covered-call", {"roll": "budget=0.02"}, "a budget pays for options that are bought"),
        ("covered-call", {"roll": "days-before=5+budget=0.02"}, "leave the budget out"),
    ],
)
def test_parameters_that_contradict_each_other_are_refused(
    name: str, given: dict[str, object], said: str
) -> None:
    with pytest.raises(ParameterError, match=said) as refused:
        build(load(name), {"holding": "AAA"} | given)
    assert "\n" not in str(refused.value)


def test_a_clause_of_the_policy_stands_in_place_of_a_default() -> None:
    hedge = build(load("protective-put"), {"holding": "AAA", "roll": "ladder=4"})
    assert hedge.strike == (0.90, None)
    assert build(load("budgeted-put"), {"holding": "AAA", "roll": "budget=0.01"})


def test_policies_are_offered_by_the_package() -> None:
    assert mh.days_before(30) | mh.delta_drift(0.1, 0.6) == mh.RollPolicy(30, (0.1, 0.6))


def test_a_number_in_place_of_a_policy_is_the_days_before_expiry() -> None:
    assert completed(30, 1, None, None) == completed(days_before(30), 1, None, None)
