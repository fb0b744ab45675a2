"""The shipped files are found from a wheel and from a checkout."""

import sys
from pathlib import Path

import pytest

from microhedge import folders
from microhedge.errors import BadData


def test_a_wheel_keeps_its_folders_inside_the_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "backtest" / "microhedge"
    (package / "_data").mkdir(parents=True)
    (tmp_path / "data").mkdir()
    monkeypatch.setattr(folders, "_PACKAGE", package)
    monkeypatch.setattr(folders, "_CHECKOUT", tmp_path)
    assert folders.folder("data") == package / "_data"


def test_a_checkout_keeps_them_beside_the_source_root(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "strategies").mkdir()
    monkeypatch.setattr(folders, "_PACKAGE", tmp_path / "backtest" / "microhedge")
    monkeypatch.setattr(folders, "_CHECKOUT", tmp_path)
    assert folders.folder("strategies") == tmp_path / "strategies"


def test_an_incomplete_installation_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folders, "_PACKAGE", tmp_path)
    monkeypatch.setattr(folders, "_CHECKOUT", tmp_path)
    with pytest.raises(BadData, match=r"no folder 'data' in .*reinstall microhedge"):
        folders.folder("data")


def test_the_folder_is_the_named_one_or_the_platforms(monkeypatch: pytest.MonkeyPatch) -> None:
    assert folders.cache_folder({"MICROHEDGE_CACHE": "/somewhere"}) == Path("/somewhere")
    monkeypatch.setattr(sys, "platform", "linux")
    assert folders.cache_folder({"XDG_CACHE_HOME": "/x"}) == Path("/x/microhedge")
    assert folders.cache_folder({}) == Path.home() / ".cache" / "microhedge"
    monkeypatch.setattr(sys, "platform", "darwin")
    assert folders.cache_folder({}) == Path.home() / "Library" / "Caches" / "microhedge"
    monkeypatch.setattr(sys, "platform", "win32")
    assert folders.cache_folder({"LOCALAPPDATA": "/l"}) == Path("/l/microhedge")
