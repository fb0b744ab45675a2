"""What `import microhedge as mh` offers, and what it costs."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

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
