"""The README and the pages show what there is, not copies that have aged."""

import ast
import builtins
import json
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


def test_every_shipped_strategy_is_as_short_as_contributing_asks() -> None:
    assert "at most 30 lines of code" in (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    for path in folder("strategies").glob("*.py"):
        text = path.read_text(encoding="utf-8")
        told = {
            number
            for node in ast.walk(ast.parse(text))
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
            for number in range(node.lineno, (node.end_lineno or node.lineno) + 1)
        }
        lines = [line for number, line in enumerate(text.splitlines(), 1) if number not in told]
        assert sum(bool(line.strip()) for line in lines) <= 30, path.name


def test_the_page_of_the_json_names_every_key_of_its_schema() -> None:
    schema = json.loads((ROOT / "tests/golden/result.schema.json").read_text(encoding="utf-8"))
    page = (ROOT / "docs" / "json.md").read_text(encoding="utf-8")
    parts = [schema["properties"], schema["properties"]["provenance"]["items"]["properties"]]
    kinds = "run attribution gaps interval effectiveness diagnosis correlation bands verdict"
    parts.extend(schema["$defs"][name]["properties"] for name in kinds.split())
    parts.append(dict.fromkeys(schema["$defs"]["stats"]["required"]))
    assert [key for part in parts for key in part if f"`{key}`" not in page] == []
