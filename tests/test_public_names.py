"""What `import microhedge as mh` offers, and what it costs."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest

import microhedge as mh


def test_every_public_name_can_be_had_and_the_list_is_sorted() -> None:
    assert mh.__all__ == sorted(mh.__all__)
    for name in mh.__all__:
        assert getattr(mh, name) is not None
    assert dir(mh) == mh.__all__


def test_every_public_name_is_documented_and_stands_on_the_page_of_the_reference() -> None:
    page = (Path(__file__).parents[1] / "docs" / "reference.md").read_text(encoding="utf-8")
    documented: list[object] = [mh.MicrohedgeError]  # among all that are in `microhedge.errors`
    for place in re.findall(r"^::: (\S+)$", page, re.MULTILINE):
        module, _, name = place.rpartition(".")
        documented.append(getattr(import_module(module), name))
    offered = {name: getattr(mh, name) for name in {*mh.__all__} - {"__version__", "data"}}
    offered |= {f"data.{name}": getattr(mh.data, name) for name in mh.data.__all__}
    for name, value in offered.items():
        assert any(value is found for found in documented), name
        assert value.__doc__, name


def classes(hint: Any) -> Iterator[type]:
    """The classes of microhedge in a type."""
    for part in get_args(hint):
        yield from classes(part)
    if isinstance(hint, type) and hint.__module__.startswith("microhedge"):
        yield hint


def test_what_functions_and_a_session_return_stands_on_the_page_too() -> None:
    page = (Path(__file__).parents[1] / "docs" / "reference.md").read_text(encoding="utf-8")
    asked: list[Any] = [getattr(mh, n) for n in ("run", "stress", "correlation", "sweep", "judge")]
    asked += [value for name, value in vars(mh.Session).items() if not name.startswith("_")]
    asked += [mh.Comparison.run, mh.Hedge.strike, mh.data.from_files]
    found: set[type] = set()
    for each in asked:
        hints = get_type_hints(each.fget if isinstance(each, property) else each)
        found |= {*classes(hints["return"])}
    assert len(found) > 12
    for kind in found:
        assert f"::: {kind.__module__}.{kind.__qualname__}\n" in page
        assert kind.__doc__


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="nonsense"):
        mh.nonsense  # noqa: B018 - the access is the test


def test_importing_the_package_loads_nothing_heavy() -> None:
    script = "import microhedge, sys; print(sorted({m.split('.')[0] for m in sys.modules}))"
    told = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, check=True, text=True
    ).stdout
    for heavy in ("numpy", "pandas", "scipy", "click"):
        assert f"'{heavy}'" not in told


def test_a_report_can_be_asked_for_more_than_once_after_its_module_was_loaded() -> None:
    first = mh.report
    import microhedge.reporting

    assert callable(mh.report)
    assert mh.report is first is microhedge.reporting.write_report
