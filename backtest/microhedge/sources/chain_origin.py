"""Which files do option quotes come from, and how much of them was kept?"""

from __future__ import annotations

import hashlib
from pathlib import Path

from microhedge.calendar import to_date
from microhedge.origin import Origin, Source
from microhedge.sources.chains import ChainFile


def chain_source(found: ChainFile) -> Source:
    """Return the provenance of a chain that was read from files; `rows` are its underlying's."""
    chain = found.chain
    files = [(path.name, _sha256(path)) for path in found.files]
    span = None
    if len(chain):
        span = to_date(int(chain.day[0])), to_date(int(chain.day[-1]))
    return Source(
        symbol=f"{chain.underlying} options",
        source=files[0][0] + (f" and {len(files) - 1} more" if len(files) > 1 else ""),
        basis="quotes",
        sha256=chain.sha256,
        currency=None,
        span=span,
        origin=Origin(files=tuple(files), rows=found.rows, kept=len(chain)),
    )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
