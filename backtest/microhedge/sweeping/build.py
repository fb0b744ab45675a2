"""Which code is this?  A hash that driver and workers compare before they share work."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path

import microhedge
from microhedge.version import __version__


@cache
def build() -> str:
    """Return the version and a hash over the library's own Python files: 0.1.0+12 digits."""
    root = Path(microhedge.__path__[0])
    digest = sha256()
    for path in sorted(root.rglob("*.py")):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0")
        digest.update(path.read_bytes() + b"\0")
    return f"{__version__}+{digest.hexdigest()[:12]}"
