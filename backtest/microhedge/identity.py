"""Which code is this strategy?  Its name to ask for it again, and its text for the hash."""

from __future__ import annotations

import inspect
import sys
from pathlib import Path

from microhedge.declaration import dashed
from microhedge.folders import folder
from microhedge.hedge import Hedge


def source_of(cls: type[Hedge]) -> str:
    """The text that decides what a strategy does: its file, and those of its own base classes.

    Classes of the library itself are left out: their version stands for them. A class typed at a
    prompt has no file; its name stands for it.
    """
    texts = []
    for each in cls.__mro__:
        if not issubclass(each, Hedge) or each.__module__.partition(".")[0] == "microhedge":
            continue
        for subject in (sys.modules.get(each.__module__), each):
            try:
                text = inspect.getsource(subject) if subject else ""
            except (OSError, TypeError):
                continue
            if text and text not in texts:
                texts.append(text)
            break
        else:
            texts.append(f"{each.__module__}.{each.__qualname__}\n")
    return "".join(texts)


def spec_of(cls: type[Hedge]) -> str:
    """Return how the command line names a strategy: its name if it ships, else its file."""
    try:
        path = Path(inspect.getfile(cls))
    except (OSError, TypeError):
        return dashed(cls)
    return dashed(cls) if path.parent == folder("strategies") else path.name
