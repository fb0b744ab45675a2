"""The README shows the shipped files, not copies that have aged."""

import ast
import builtins
from pathlib import Path

from microhedge.folders import folder

ROOT = Path(__file__).parents[1]


def test_the_strategy_that_the_readme_shows_is_the_shipped_one() -> None:
    shipped = (folder("strategies") / "protective_put.py").read_text(encoding="utf-8")
    assert f"```python\n{shipped}```" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_what_the_readme_shows_from_python_runs_when_it_is_pasted_alone() -> None:
    section = (ROOT / "README.md").read_text(encoding="utf-8").partition("## From Python")[2]
    block = section.partition("```python\n")[2].partition("```")[0]
    names = [node for node in ast.walk(ast.parse(block)) if isinstance(node, ast.Name)]
    bound = {each.id for each in names if isinstance(each.ctx, ast.Store)} | {"mh"}
    assert "import microhedge as mh" in block
    assert {each.id for each in names} <= bound | set(dir(builtins))
