"""Good price files with bytes changed at random, and what comes of them."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

from microhedge.errors import MicrohedgeError
from microhedge.sources.files import import_prices

from .broken_files import YAHOO, broken, text, yahoo

SIGNS = b"0123456789,;.-:/\"'\n\r\t +eENaZ()\x00\xff"


def seeds() -> list[tuple[bytes, dict[str, Any]]]:
    """The files to start from: every broken one that can be read, and one as Yahoo has it."""
    good = [(case.content, case.declared) for case in broken() if not case.refused]
    return [*good, (text(yahoo(split_at=30, pay_at=10), YAHOO), {"basis": "raw"})]


def mutated(content: bytes, dice: random.Random) -> bytes:
    """Change, drop, double or insert up to four pieces."""
    data = bytearray(content)
    for _ in range(dice.randint(1, 4)):
        if not data:
            break
        at = dice.randrange(len(data))
        span = dice.choice((1, 1, 1, 2, 8, 64))
        match dice.randrange(6):
            case 0:
                data[at] = dice.choice(SIGNS)
            case 1:
                data[at] = dice.randrange(256)
            case 2:
                del data[at : at + span]
            case 3:
                data[at:at] = data[at : at + span]
            case 4:
                data[at:at] = bytes([dice.choice(SIGNS)])
            case _:
                data[at:at] = data[(start := dice.randrange(len(data))) : start + span]
    return bytes(data)


def _said(error: MicrohedgeError) -> str:
    assert "\n" not in str(error), error
    return str(getattr(error, "code", type(error).__name__))


def outcome(path: Path, content: bytes, declared: dict[str, Any]) -> str:
    """Import a file and return its refusal, or "read" once its rows are all accounted for."""
    path.write_bytes(content)
    try:
        one = import_prices(path, **declared)
    except MicrohedgeError as error:
        return _said(error)
    for taken in one.understood.taken:
        lost = sum(d.count for d in one.understood.dropped if d.symbol == taken.symbol)
        assert taken.rows == taken.kept + lost, one.understood
    assert "\n".join(one.understood.lines())
    return "read"
