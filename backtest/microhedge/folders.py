"""Where the shipped data and strategies lie: beside the package in a wheel, or in the checkout."""

from __future__ import annotations

from pathlib import Path

from microhedge.errors import BadData

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
