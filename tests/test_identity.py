"""Which text stands for a strategy in the configuration hash."""

import subprocess
import sys
from pathlib import Path

from microhedge.identity import source_of
from microhedge.loading import load

BASE = """
from microhedge.hedge import Hedge, Session

class Collar(Hedge):
    def on_session(self, now: Session) -> None: ...
"""

DERIVED = """
from base_collar import Collar, Session

class Floor(Collar):
    def on_session(self, now: Session) -> None: ...
"""


def test_the_source_of_a_strategy_is_its_file_and_those_of_its_own_bases(tmp_path: Path) -> None:
    (tmp_path / "base_collar.py").write_text(BASE, encoding="utf-8")
    (tmp_path / "my_collar.py").write_text(DERIVED, encoding="utf-8")
    text = source_of(load(str(tmp_path / "my_collar.py")))
    assert text.count("class Floor(Collar)") == 1
    assert text.count("class Collar(Hedge)") == 1
    assert "class Hedge" not in text


def test_a_strategy_without_a_file_is_known_by_its_name() -> None:
    code = """
from microhedge.hedge import Hedge
from microhedge.identity import source_of
class Prompt(Hedge):
    def on_session(self, now): ...
print(source_of(Prompt))
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "__main__.Prompt"
