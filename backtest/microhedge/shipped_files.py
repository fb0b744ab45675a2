"""Is a file that ships with microhedge the one that its metadata describe?

Nothing but the standard library is needed to tell.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any, Final

from microhedge.errors import BadData

SIDECAR: Final = ".metadata.json"
"""What is added to a file's name for that of the metadata beside it."""


def verified(place: Path, name: str) -> tuple[bytes, dict[str, Any]]:
    """Return a file's bytes and its metadata; refuse a file that was changed since."""
    sidecar = place / f"{name}{SIDECAR}"
    if not sidecar.is_file():
        raise BadData(f"{place / name} has no {sidecar.name} beside it: nobody knows its source")
    raw = (place / name).read_bytes()
    digest = hashlib.sha256(raw).hexdigest()
    try:
        about = json.loads(sidecar.read_text(encoding="utf-8"))
        expected = about["sha256"]
    except (ValueError, KeyError, TypeError) as error:
        raise BadData(f"{sidecar} cannot be read as metadata: {error!r}") from error
    if digest != expected:
        raise BadData(
            f"{place / name} was changed: its SHA-256 starts with {digest[:12]}, "
            f"its metadata say {str(expected)[:12]}; `python data/build.py` rebuilds it"
        )
    return raw, about
