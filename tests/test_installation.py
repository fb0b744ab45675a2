"""What is lacking is found and said, without importing it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet
from sources.yahoo_server import Listed, Yahoo, flat, serving

from microhedge import folders, installation
from microhedge.calendar import to_date
from microhedge.errors import BadData
from microhedge.installation import Dependency, inspect
from microhedge.reporting import style
from microhedge.sources.yahoo import fetch
from microhedge.sources.yahoo.rebuild import utc_now


@pytest.fixture
def asks_for(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the installed distribution says that it needs."""
    lines = ["numpy<3,>=2.1"]
    monkeypatch.setattr(metadata, "requires", lambda _: lines)
    return lines


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of two shipped files."""
    place = tmp_path / "data"
    place.mkdir()
    for name in ("indices.parquet", "treasury_cmt_bp.parquet"):
        for file in (name, f"{name}.metadata.json"):
            shutil.copy(folders.folder("data") / file, place)
    monkeypatch.setattr(
        installation, "folder", lambda name: place if name == "data" else folders.folder(name)
    )
    return place


def test_this_installation_lacks_nothing(asks_for: list[str]) -> None:
    found = inspect()
    assert found.problems == ()
    assert found.dependencies == (Dependency("numpy", "<3,>=2.1", metadata.version("numpy")),)
    assert "equity_bars.parquet" in found.shipped
    assert found.yahoo is None


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("nothing-like-it>=1", "nothing-like-it is not installed, and >=1 is needed"),
        ("numpy>=99", f"numpy is {metadata.version('numpy')}, and >=99 is needed"),
        ("numpy==1.0.1", "and ==1.0.1 is needed: pip install 'numpy==1.0.1'"),
    ],
)
def test_a_package_that_does_not_fit_is_named_with_what_to_type(
    asks_for: list[str], line: str, said: str
) -> None:
    asks_for.append(line)
    (problem,) = inspect().problems
    assert said in problem


def test_a_package_whose_files_are_gone_is_not_there(
    asks_for: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(installation, "find_spec", lambda _: None)
    assert any(p.startswith("numpy is not installed") for p in inspect().problems)


def test_an_extra_is_told_and_never_needed(
    asks_for: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asks_for += ["nothing-like-it>=1; extra == 'cluster'", "pytest>=9; extra == 'dev'"]

    class Said(dict[str, str]):
        def get_all(self, _: str) -> list[str]:
            return ["cluster", "dev"]

    monkeypatch.setattr(metadata, "metadata", lambda _: Said())
    found = inspect()
    assert found.extras == {"cluster": False}
    assert found.problems == ()
    assert [each.name for each in found.dependencies] == ["numpy", "nothing-like-it"]


def test_a_requirement_that_cannot_be_read_is_refused(asks_for: list[str]) -> None:
    asks_for.append("numpy @ file:///here")
    with pytest.raises(BadData, match="cannot be read"):
        inspect()


@pytest.mark.parametrize("version", ["2.9.9", "3.0", "3.0.0", "3.0.1", "3.10", "4", "4.0.0", "10"])
@pytest.mark.parametrize(
    "wanted", ["", ">=3", ">=3.0,<4", "==3.0.0", "!=3.10,>2", "<=3.0", "<4,>=3.9"]
)
def test_versions_lie_in_a_range_as_the_standard_library_of_packagers_has_it(
    version: str, wanted: str
) -> None:
    assert installation._within(version, wanted) == SpecifierSet(wanted).contains(version)


def test_the_fonts_looked_for_are_those_of_the_report(asks_for: list[str]) -> None:
    used = {style.face(weight) for weight in style.FACES} | {style.mono()}
    assert {path.name for path in used} == set(inspect().fonts)


def test_a_shipped_file_that_was_changed_is_named(data: Path, asks_for: list[str]) -> None:
    assert inspect().shipped == ("indices.parquet", "treasury_cmt_bp.parquet")
    with (data / "indices.parquet").open("ab") as file:
        file.write(b"x")
    found = inspect()
    assert found.shipped == ("treasury_cmt_bp.parquet",)
    (problem,) = found.problems
    assert "indices.parquet was changed" in problem


def test_a_file_that_was_left_out_is_no_problem_and_no_file_at_all_is(
    data: Path, asks_for: list[str]
) -> None:
    (data / "indices.parquet").unlink()
    assert inspect().problems == ()
    for path in data.iterdir():
        path.unlink()
    (problem,) = inspect().problems
    assert "holds no prices" in problem


def test_the_cache_is_found_and_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asks_for: list[str]
) -> None:
    monkeypatch.setenv("MICROHEDGE_CACHE", str(tmp_path / "kept"))
    empty = inspect()
    assert (empty.cache_bytes, empty.cache_writable) == (0, True)
    (tmp_path / "kept" / "yahoo").mkdir(parents=True)
    (tmp_path / "kept" / "yahoo" / "a").write_bytes(bytes(1234))
    found = inspect()
    assert (found.cache, found.cache_bytes) == (str(tmp_path / "kept"), 1234)


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Yahoo]:
    with serving() as found:
        session = found.session()
        monkeypatch.setattr(fetch, "_session", lambda timeout: session)
        monkeypatch.setenv("MICROHEDGE_CACHE", str(tmp_path / "cache"))
        yield found


def test_yahoo_is_asked_once_and_its_last_session_said(server: Yahoo, asks_for: list[str]) -> None:
    today = to_date((utc_now().date().toordinal() - 719163) - 3)
    server.listed["^GSPC"] = Listed({today: flat(5000.0)}, instrument="INDEX")
    assert inspect(online=True).yahoo == f"answers, ^GSPC to {today}"
    assert len(server.charts("^GSPC")) == 1


def test_no_answer_is_a_problem(server: Yahoo, asks_for: list[str]) -> None:
    server.always["^GSPC"] = "500"
    found = inspect(online=True)
    assert found.yahoo == "no answer"
    (problem,) = found.problems
    assert problem.startswith("^GSPC: Yahoo gave no prices in 1 try")


def test_nothing_heavy_is_imported_to_tell() -> None:
    code = (
        "import sys; from microhedge.installation import inspect; inspect(); "
        "print(*sorted({'numpy', 'pyarrow', 'pandas', 'matplotlib'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() == ""
