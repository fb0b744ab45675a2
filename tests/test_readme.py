"""The README shows the shipped files, not copies that have aged."""

from pathlib import Path

from microhedge.folders import folder

ROOT = Path(__file__).parents[1]


def test_the_strategy_that_the_readme_shows_is_the_shipped_one() -> None:
    shipped = (folder("strategies") / "protective_put.py").read_text(encoding="utf-8")
    assert f"```python\n{shipped}```" in (ROOT / "README.md").read_text(encoding="utf-8")
