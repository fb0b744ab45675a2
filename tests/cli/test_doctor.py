"""`microhedge doctor` on an installation that is whole, and on one that is not."""

import json
from importlib import metadata

import pytest

from .conftest import Typed


@pytest.fixture
def asks_for(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    lines = ["numpy<3,>=2.1"]
    monkeypatch.setattr(metadata, "requires", lambda _: lines)
    return lines


def test_a_whole_installation_is_said_to_be_whole(typed: Typed, asks_for: list[str]) -> None:
    answer = typed("doctor")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.endswith("\n\nAll that is needed is here.\n")
    assert f"numpy                  {metadata.version('numpy')}\n" in answer.out
    assert "Yahoo         not asked (--online)\n" in answer.out


def test_what_is_lacking_is_a_line_each_and_exit_code_1(typed: Typed, asks_for: list[str]) -> None:
    asks_for += ["nothing-like-it>=1", "numpy>=99"]
    answer = typed("doctor")
    assert answer.code == 1
    lines = [line for line in answer.out.splitlines() if line.startswith("to do: ")]
    assert lines[0].endswith("pip install 'nothing-like-it>=1'")
    assert lines[1].endswith("pip install 'numpy>=99'")
    assert len(lines) == 2


def test_json_is_one_document(typed: Typed, asks_for: list[str]) -> None:
    asks_for.append("nothing-like-it>=1")
    answer = typed("doctor", "--json")
    found = json.loads(answer.out)
    assert answer.code == 1
    assert len(found["problems"]) == 1
    assert found["dependencies"][1]["version"] is None
