"""A year of a share in London, by the holidays that its exchange printed for 2024."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

# bank holidays of England and Wales in 2024, all of them kept by the London Stock Exchange
CLOSED = (
    date(2024, 1, 1),
    date(2024, 3, 29),  # Good Friday
    date(2024, 4, 1),  # Easter Monday
    date(2024, 5, 6),  # early May
    date(2024, 5, 27),  # spring
    date(2024, 8, 26),  # summer
    date(2024, 12, 25),
    date(2024, 12, 26),
)
# holidays of NYSE in 2024 on which London trades
OPEN_IN_LONDON_ALONE = (
    date(2024, 1, 15),
    date(2024, 2, 19),
    date(2024, 6, 19),
    date(2024, 7, 4),
    date(2024, 9, 2),
    date(2024, 11, 28),
)
CLOSED_IN_LONDON_ALONE = (
    date(2024, 4, 1),
    date(2024, 5, 6),
    date(2024, 8, 26),
    date(2024, 12, 26),
)


def sessions(first: date = date(2024, 1, 1), last: date = date(2024, 12, 31)) -> list[date]:
    """The weekdays on which London traded."""
    every = (first + timedelta(n) for n in range((last - first).days + 1))
    return [day for day in every if day.weekday() < 5 and day not in CLOSED]


def write(folder: Path, name: str = "AZN.L.csv", *, unit: str = "GBp", scale: float = 1.0) -> Path:
    """A file in pence, with two dividends."""
    path = folder / name
    paid = {date(2024, 2, 22): 156.0, date(2024, 8, 8): 77.6}
    rows = ["Date,Close,Volume,Dividends,Stock Splits,Currency"]
    for number, day in enumerate(sessions()):
        # a share in London is quoted in whole and half pence
        close = (10_600.0 + 40.0 * (number % 7) - 15.0 * (number % 5) + 2.0 * number) * scale
        rows.append(f"{day},{close:g},{1000 + number},{paid.get(day, 0.0) * scale:g},0,{unit}")
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path
