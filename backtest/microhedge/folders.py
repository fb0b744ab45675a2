"""Where do the shipped data and strategies lie, and where is kept what was fetched?"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from microhedge.errors import BadData, UsageError

VARIABLE: Final = "MICROHEDGE_CACHE"
"""The variable of the environment that names the folder of everything that is kept."""

_PACKAGE = Path(__file__).resolve().parent
_CHECKOUT = _PACKAGE.parents[1]


def folder(name: str) -> Path:
    """Return the folder *name* ("data" or "strategies") of this installation.

    Raises BadData when neither a wheel nor a checkout holds it: the installation is incomplete.
    """
    # a wheel puts them into the package, where an editable install has nothing
    candidates = (_PACKAGE / f"_{name}", _CHECKOUT / name)
    for candidate in candidates:
        if candidate.is_dir():
            return candidate
    raise BadData(f"no folder {name!r} in {candidates[0]} or {candidates[1]}: reinstall microhedge")


def strategy_files() -> dict[str, Path]:
    """Return strategy files by their dashed names; one in ./strategies hides the shipped one."""
    found: dict[str, Path] = {}
    for place in (folder("strategies"), Path("strategies")):
        for path in place.glob("*.py"):
            if not path.name.startswith(("_", ".")):
                found[path.stem.replace("_", "-")] = path.resolve()
    return found


def cache_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """Return the folder of what was fetched: MICROHEDGE_CACHE, or the platform's for caches.

    Raises UsageError for a user without a home when the environment names no other place.
    """
    try:
        return _cache_folder(environment)
    except RuntimeError:  # pathlib's, without HOME and without an entry for the user
        raise UsageError(
            f"this user has no home folder to keep prices in: set {VARIABLE} to a folder"
        ) from None


def _cache_folder(environment: Mapping[str, str]) -> Path:
    if named := environment.get(VARIABLE):
        return Path(named).expanduser()
    if sys.platform == "win32":
        local = environment.get("LOCALAPPDATA")
        return (Path(local) if local else Path.home() / "AppData" / "Local") / "microhedge"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "microhedge"
    xdg = environment.get("XDG_CACHE_HOME")
    return (Path(xdg) if xdg else Path.home() / ".cache") / "microhedge"
