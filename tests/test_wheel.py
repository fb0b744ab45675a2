"""The wheel carries the shipped prices and strategies, and nothing that leaks other names."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout, built by the installed backend."""
    place = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(place)]
    subprocess.run([*command, str(ROOT)], check=True, capture_output=True, timeout=120)
    (built,) = place.glob("*.whl")
    return built


def test_the_only_name_that_the_wheel_installs_is_microhedge(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert {name.partition("/")[0].split("-")[0] for name in names} == {"microhedge"}
    assert "microhedge/_strategies/protective_put.py" in names
    assert "microhedge/_data/equity_bars.parquet" in names
    assert "microhedge/py.typed" in names
    assert "microhedge/reporting/report.typ" in names
    assert not [name for name in names if "__pycache__" in name or name.endswith(".pyc")]


def test_an_unpacked_wheel_finds_its_own_prices_and_strategies(wheel: Path, tmp_path: Path) -> None:
    library, place = tmp_path / "library", tmp_path / "empty"
    place.mkdir()
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(library)
    code = """
import sys
import microhedge as mh
from microhedge.folders import folder
from microhedge.loading import load
print(mh.__file__, folder("data"), folder("strategies"), len(mh.data.bundled().symbols))
print(load("protective-put").__name__)
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=place,
        env=os.environ | {"PYTHONPATH": str(library)},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    places, strategy = done.stdout.splitlines()
    *found, count = places.split()
    assert all(path.startswith(str(library)) for path in found)
    assert int(count) > 30
    assert strategy == "ProtectivePut"
