"""How does a strategy reach a worker that has no such file?

It travels as the text of its file, and is run there under a name of its own, as `loading` runs
one here.  A strategy from an installed module travels by that module's name.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from microhedge.errors import StrategyFileError, UsageError
from microhedge.hedge import Hedge
from microhedge.identity import source_of
from microhedge.loading import arrived, load

_arriving = [False]


@dataclass(frozen=True, slots=True)
class Luggage:
    """A strategy on its way: its class, and its file's path and text or its module's name."""

    name: str
    path: str | None
    text: bytes
    module: str
    source: str

    def unpack(self) -> type[Hedge]:
        """Return the class; StrategyFileError unless it is the one that was sent."""
        with _arrival():
            if self.path is None:
                cls = load(f"{self.module}:{self.name}")
            else:
                cls = arrived(Path(self.path), self.text, self.name)
        if source_hash(cls) != self.source:
            raise StrategyFileError(f"{self.module}:{self.name} is another one on this worker")
        return cls


def packed(cls: type[Hedge]) -> Luggage:
    """Make a strategy ready to travel; UsageError if it was typed at a prompt."""
    module = sys.modules.get(cls.__module__)
    spec = getattr(module, "__spec__", None)
    file = getattr(module, "__file__", None)
    if spec is not None and "." not in cls.__qualname__:
        return Luggage(cls.__name__, None, b"", spec.name, source_hash(cls))
    if file is None or "." in cls.__qualname__ or not Path(file).is_file():
        raise UsageError(
            f"{cls.__qualname__} was typed at a prompt or made in a function, so it cannot travel "
            "to other processes: put it in a file, or choose workers=0"
        )
    text = Path(file).read_bytes()
    return Luggage(cls.__name__, str(file), text, cls.__module__, source_hash(cls))


def source_hash(cls: type[Hedge]) -> str:
    """Return the hash of the text that decides what a strategy does."""
    return sha256(source_of(cls).encode()).hexdigest()


def refuse_in_a_worker() -> None:
    """Refuse a sweep that a strategy's file starts when a worker only wants its class."""
    if _arriving[0]:
        raise UsageError(
            "the file of this strategy starts a sweep whenever it is read, on every worker too: "
            'put the call under `if __name__ == "__main__":`'
        )


@contextmanager
def _arrival() -> Iterator[None]:
    _arriving[0] = True
    try:
        yield
    finally:
        _arriving[0] = False
