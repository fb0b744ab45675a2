"""What did the code of a strategy raise, where, and what was probably meant?"""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from pathlib import Path
from traceback import walk_tb

from microhedge.errors import nearest


def raised(error: Exception, strategy: str, day: object) -> str:
    """Say in one line what a strategy raised on a day, and in which line of its file.

    `error` was caught where the strategy was called.
    """
    # the first frame is the caller's, the second the strategy's, and what it called follows
    frames = [(frame.f_code.co_filename, line) for frame, line in walk_tb(error.__traceback__)][1:]
    where = ""
    if frames:
        file = frames[0][0]
        line = [line for name, line in frames if name == file][-1]
        where = f" in {Path(file).name}, line {line}"
    said = " ".join(str(error).split())
    name = f"{type(error).__name__}: {said}" if said else type(error).__name__
    return f"{strategy}.on_session raised on {day}{where}: {name}{_meant(error)}"


def _meant(error: Exception) -> str:
    """Say the nearest name that there is, or where a hedge finds what it tried to keep."""
    names: dict[str, object] = {}
    for frame, _ in walk_tb(error.__traceback__):
        names = {**frame.f_globals, **frame.f_locals}  # those of the innermost remain
    if isinstance(error, FrozenInstanceError) and hasattr(names.get("self"), "on_session"):
        return "; a hedge holds no state: what it did is in now.fills, now.legs and now.premise"
    name = getattr(error, "name", None)
    if not isinstance(name, str):
        return ""
    if isinstance(error, AttributeError):
        return nearest(name, _public(dir(error.obj)))
    if isinstance(error, NameError):
        return nearest(name, _public(list(names)))
    return ""


def _public(names: list[str]) -> list[str]:
    return [name for name in names if not name.startswith("_")]
