"""What a strategy's code raised is told with its file, its line and what was probably meant."""

from __future__ import annotations

import re
from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest
from tapes import arrange, lay

import microhedge as mh
from microhedge.engine import simulate
from microhedge.errors import RunFailed
from microhedge.loading import load
from microhedge.raised import raised

MADE = arrange(lay({"AAA": [100.0] * 3}))
HEAD = """from microhedge import Hedge, Session


def doubled(now: Session) -> float:
    return 2.0 / now.price("AAA") / 0.0


class Bad(Hedge):
    def on_session(self, now: Session) -> None:
"""  # the body begins on line 10


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("now.valu", "line 10: AttributeError: 'Session' object has no attribute 'valu' "
                     "(did you mean 'value'?)"),
        ("size = 1.0\n        print(siez)", "line 11: NameError: name 'siez' is not defined "
                     "(did you mean 'size'?)"),
        ("now.leg('put').quantity", "line 10: AttributeError: 'NoneType' object has no attribute "
                     "'quantity'"),
        ("doubled(now)", "line 5: ZeroDivisionError: float division by zero"),
        ("now.price('AAA', 'BBB')", "line 10: TypeError: Session.price() takes 2 positional "
                     "arguments but 3 were given"),
    ],
)  # fmt: skip
def test_an_error_names_the_line_of_the_strategy_s_own_file(
    tmp_path: Path, body: str, said: str
) -> None:
    file = tmp_path / "bad.py"
    file.write_text(f"{HEAD}        {body}\n", encoding="utf-8")
    with pytest.raises(RunFailed, match=re.escape(f"2024-01-02 in bad.py, {said}") + "$"):
        simulate(load(str(file))(holding="AAA"), MADE)


def test_what_was_raised_in_several_lines_is_said_in_one() -> None:
    assert raised(ValueError("one\ntwo"), "Mine", "2015-01-02").endswith("ValueError: one two")
    assert raised(AssertionError(), "Mine", "2015-01-02").endswith(": AssertionError")


def test_a_frozen_value_that_is_no_hedge_is_not_taken_for_one() -> None:
    portfolio = mh.Portfolio(shares=1)
    with pytest.raises(FrozenInstanceError) as caught:
        portfolio.shares = 2.0  # type: ignore[misc]
    assert "a hedge holds no state" not in raised(caught.value, "Mine", "2015-01-02")
