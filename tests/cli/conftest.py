"""What every test of the command line types with."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from microhedge.cli.app import root
from microhedge.cli.outcome import perform

MY_COLLAR = '''
"""A collar of the user's own."""

from datetime import date
from typing import Annotated

from microhedge import Hedge, Range, Session, Sessions


class MyCollar(Hedge):
    """Own a put and sell a call."""

    floor: Annotated[float, Range(gt=0, lt=1.5)] = 0.90  # strike of the put
    window: Sessions = 252  # sessions looked back
    naked: bool = False  # without the call
    until: date = date(2022, 1, 3)  # last purchase

    def on_session(self, now: Session) -> None:
        if now.leg("put") is None and now.today < self.until:
            now.roll("put", now.put(days=91, moneyness=self.floor))
'''


@dataclass(frozen=True, slots=True)
class Answer:
    """What one command line did."""

    code: int
    out: str
    err: str

    @property
    def error(self) -> str:
        """The one line that says what went wrong."""
        lines = [line for line in self.err.splitlines() if line.startswith("error: ")]
        assert len(lines) == 1, self.err
        assert self.err.splitlines()[-1] == lines[0]
        assert "Traceback" not in self.err
        return lines[0].removeprefix("error: ")


Typed = Callable[..., Answer]


@pytest.fixture
def typed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Typed:
    """Type a command line in an empty folder."""
    monkeypatch.chdir(tmp_path)
    # click wraps its help to the terminal's width
    monkeypatch.setenv("COLUMNS", "100")

    def run(*arguments: str) -> Answer:
        capsys.readouterr()
        code = perform(root, arguments, name="microhedge")
        captured = capsys.readouterr()
        return Answer(code, captured.out, captured.err)

    return run


@pytest.fixture
def my_collar(tmp_path: Path) -> Path:
    """A strategy file in the folder where the command is typed."""
    path = tmp_path / "my_collar.py"
    path.write_text(MY_COLLAR, encoding="utf-8")
    return path
