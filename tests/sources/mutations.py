"""Good files of prices and of quotes with bytes changed at random, and what comes of them."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

from microhedge.errors import MicrohedgeError
from microhedge.sources.chains import read_chain, underlyings
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


_LONG = "quote_date,expiration,strike,right,bid,ask,volume,symbol,root,underlying_price"
_BESIDE = (
    "[QUOTE_DATE], [UNDERLYING_LAST], [EXPIRE_DATE], [C_VOLUME], [C_BID], [C_ASK], [STRIKE], "
    "[P_BID], [P_ASK], [P_VOLUME]"
)


def chain_seeds() -> list[bytes]:
    """Quotes in one row a contract and in one row a strike."""
    days = ("2024-01-03", "2024-01-04", "01/05/2024", "2024-01-08", "2024-01-09", "2024-01-10")
    strikes = (90, 95, 97.5, 100)
    long = [
        f"{day},2024-02-16,{strike},{right},{strike / 50:.2f},{strike / 45:.2f},3,AAA,AAA,99.5"
        for day in days
        for strike in strikes
        for right in "CP"
    ]
    beside = [
        f"{day}, 99.5, 2024-02-16, 4.0, {9 - k}.10, {9 - k}.30, {strike}, {k}.10, {k}.20, 3.0"
        for day in days
        for k, strike in enumerate(strikes)
    ]
    return ["\n".join([_LONG, *long]).encode(), "\n".join([_BESIDE, *beside]).encode()]


def chain_outcome(path: Path, content: bytes) -> str:
    """Read a file of quotes; "read" once its rows are all accounted for."""
    path.write_bytes(content)
    try:
        found = read_chain(path, next(iter(underlyings(path)), "AAA"))
    except MicrohedgeError as error:
        return _said(error)
    assert found.rows == len(found.chain) + sum(one.count for one in found.findings if not one.kept)
    return "read"
