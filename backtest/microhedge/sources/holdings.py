"""What does a file say that the account holds?

A CSV file with a column `symbol` and one of `weight`, `shares` or `value`, one line a share, the
holding's own among them.  Weights are fractions of the invested portfolio and add up to 1; shares
and money are those of the first session of the run.  Cash is no line of it.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from microhedge.basket import Basket, Unit
from microhedge.counting import count_of
from microhedge.errors import BadData, ParameterError, UsageError, nearest, unread
from microhedge.portfolio import Portfolio

UNITS: tuple[Unit, ...] = ("weight", "shares", "value")
_SLACK = 0.005  # by how much rounded weights may miss 1


def portfolio(
    path: Path | str,
    holding: str,
    *,
    shares: float | None = None,
    value: float | None = None,
    cash: float = 0.0,
) -> Portfolio:
    """Return the account of a file, in which `holding` is the share to protect.

    A file of weights leaves the holding's size to `shares` or `value`; one of shares or of money
    gives it.  Raises BadData with the line that is wrong, and ParameterError for a holding that
    the file does not have or whose size is given twice.
    """
    unit, parts = _read(Path(path))
    own = parts.pop(holding, None)
    if own is None:
        raise ParameterError(f"{path} has no line for {holding}{nearest(holding, parts)}")
    if not parts:
        raise BadData(f"{path}: {holding} is its only share: leave the file out")
    if unit != "weight":
        if shares is not None or value is not None:
            raise UsageError(f"{path} gives the {unit} of {holding}: leave its size out")
        size = {unit: own}
        return Portfolio(
            shares=size.get("shares"),
            value=size.get("value"),
            cash=cash,
            rest=Basket(unit, tuple(parts.items())),
            file=str(path),
        )
    total = own + sum(parts.values())
    if abs(total - 1.0) > _SLACK:
        hint = ": write 0.05 for 5 per cent" if abs(total - 100.0) <= 1.0 else ""
        raise BadData(f"{path}: the weights add up to {total:g}, not to 1{hint}")
    rest = Basket.by_weight(parts)
    return Portfolio(
        shares=shares, value=value, weight=own / total, cash=cash, rest=rest, file=str(path)
    )


def unit_of(path: Path | str) -> Unit:
    """Return what the amounts of a file are."""
    return _read(Path(path))[0]


def _read(path: Path) -> tuple[Unit, dict[str, float]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BadData(f"{path}: {unread(error)}") from None
    rows = _rows(text)
    _, head = next(rows, (0, []))
    names = [name.lower() for name in head]
    units = [unit for unit in UNITS if unit in names]
    if "symbol" not in names or len(units) != 1:
        raise BadData(
            f"{path}: the first line is {', '.join(head) or 'empty'}; it names the columns symbol "
            "and one of weight, shares and value"
        )
    parts: dict[str, float] = {}
    for line, row in rows:
        if len(row) != len(names):
            cells = count_of(len(row), "cell")
            raise BadData(f"{path} line {line}: {cells}, where the head has {len(names)}")
        symbol, amount = row[names.index("symbol")], row[names.index(units[0])]
        if not symbol or symbol in parts:
            what = f"{symbol} is there twice: add it up" if symbol else "the symbol is missing"
            raise BadData(f"{path} line {line}: {what}")
        parts[symbol] = _amount(amount, units[0], f"{path} line {line}")
    return units[0], parts


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the lines that say something, with their numbers."""
    lines = [(n, line) for n, line in enumerate(text.splitlines(), 1) if line[:1] != "#"]
    between = ";" if lines and ";" in lines[0][1] else ","
    reader = csv.reader((line for _, line in lines), delimiter=between)
    for (number, _), row in zip(lines, reader, strict=True):
        cells = [cell.strip() for cell in row]
        if any(cells):
            yield number, cells


def _amount(text: str, unit: str, place: str) -> float:
    try:
        found = float(text)
    except ValueError:
        found = float("nan")
    if not 0.0 < found < float("inf"):
        raise BadData(f"{place}: {unit} {text!r} is no positive number, such as 0.05 or 300")
    return found
