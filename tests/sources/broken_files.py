"""Price files with one thing wrong each, and what must be said about it.

`broken(folder)` writes none of them: a case holds the bytes, and the test writes them.  The prices
are made up: sixty sessions near 100 without any defect of their own.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from microhedge.calendar import day_number, sessions, to_date

DATES = [to_date(d) for d in sessions(day_number(date(2019, 1, 2)), day_number(date(2019, 3, 28)))]
CLOSES = [round(100.0 + 0.37 * (7 * i % 11) + 0.01 * i, 2) for i in range(len(DATES))]
TOTAL: dict[str, Any] = {"basis": "total_return"}


@dataclass(frozen=True, slots=True)
class Broken:
    """A file: `refused` is the code of its refusal, or `findings` are the codes of what is found.

    `rows` is the number of rows that the file has and that must all be accounted for.
    """

    name: str
    content: bytes
    refused: str = ""
    findings: tuple[str, ...] = ()
    rows: int = 60
    file: str = "ABC.csv"
    declared: dict[str, Any] = field(default_factory=lambda: TOTAL)


Row = list[str]


def rows() -> list[Row]:
    """Date, open, high, low, close and volume, as they are written."""
    return [
        [str(d), *(f"{c + x:.2f}" for x in (0.11, 0.3, -0.3, 0.0)), str(1000 + i)]
        for i, (d, c) in enumerate(zip(DATES, CLOSES, strict=True))
    ]


def text(
    table: list[Row],
    head: str = "Date,Open,High,Low,Close,Volume",
    sign: str = ",",
    end: str = "\n",
) -> bytes:
    return (end.join([head, *(sign.join(row) for row in table)]) + end).encode()


def changed(*cells: tuple[int, int, str]) -> list[Row]:
    table = rows()
    for row, column, cell in cells:
        table[row][column] = cell
    return table


def dated(write: Callable[[date], str]) -> list[Row]:
    return [[write(d), f"{c:.2f}"] for d, c in zip(DATES, CLOSES, strict=True)]


def scaled(first: int, factor: float, until: int = 60) -> list[Row]:
    table = rows()
    for row in table[first:until]:
        row[1:5] = [f"{float(cell) * factor:.4f}" for cell in row[1:5]]
    return table


def parquet(**columns: Any) -> bytes:
    sink = io.BytesIO()
    pq.write_table(pa.table(columns), sink)
    return sink.getvalue()


def yahoo(
    *,
    split_at: int | None = None,
    ratio: float = 2.0,
    jump: bool = False,
    pay_at: int | None = None,
    adjusted: Callable[[int, float], float] | None = None,
) -> list[Row]:
    """Rows as yfinance writes them: Date, Close, Adj Close, Dividends, Stock Splits."""
    table = []
    for i, (d, c) in enumerate(zip(DATES, CLOSES, strict=True)):
        before = split_at is not None and i < split_at
        close = c * ratio if before and jump else c
        other = c if adjusted is None else adjusted(i, close)
        paid, split = ("0.5" if i == pay_at else "0.0"), (ratio if i == split_at else 0.0)
        table.append([str(d), f"{close:.4f}", f"{other:.6f}", paid, f"{split}"])
    return table


YAHOO = "Date,Close,Adj Close,Dividends,Stock Splits"
TWO = "Date,Close"


def _utc(d: date, hour: int = 0) -> datetime:
    return datetime(d.year, d.month, d.day, hour)


def broken() -> list[Broken]:
    """Every case, the good file first."""
    return [*_bytes(), *_shape(), *_dates(), *_rows(), *_numbers(), *_meaning(), *_parquet()]


def _bytes() -> Iterator[Broken]:
    good = text(rows())
    yield Broken("good", good)
    yield Broken("byte order mark", b"\xef\xbb\xbf" + good)
    yield Broken("utf-16", good.decode().encode("utf-16"))
    yield Broken("windows line ends", text(rows(), end="\r\n"))
    yield Broken("old mac line ends", text(rows(), end="\r"))
    yield Broken("no last line end", good.rstrip(b"\n"))
    yield Broken("empty", b"", "empty")
    yield Broken("only blank lines", b"\n\n  \n", "empty")
    yield Broken("only separators", b",,,\n,,,\n", "empty")
    yield Broken("zip", b"PK\x03\x04" + good, "not-a-price-file")
    yield Broken("gzip", b"\x1f\x8b\x08" + good, "not-a-price-file")
    yield Broken("web page", b"<!DOCTYPE html><html>Too many requests</html>", "not-a-price-file")
    yield Broken("json", b'{"chart": {"result": null}}', "not-a-price-file")
    yield Broken("zero bytes", good[:200] + b"\0\0" + good[200:], "not-a-price-file")
    yield Broken("latin-1", good + "Quelle: Börse\n".encode("latin-1"), "encoding")
    yield Broken("cut within a row", good[:-12], "ragged")


def _shape() -> Iterator[Broken]:
    yield Broken("no header", text(rows()[1:], ",".join(rows()[0])), "no-header")
    yield Broken("header alone", b"Date,Close\n", "no-rows")
    yield Broken("one column", b"close\n100\n101\n", "no-date-column")
    yield Broken(
        "no date column", text(rows(), "When,Open,High,Low,Close,Volume"), "no-date-column"
    )
    yield Broken("no close", text(rows(), "Date,Open,High,Low,Volume,Split"), "no-close")
    yield Broken("a close by another name", text(rows(), "Date,Open,High,Low,Px,Vol"), "no-close")
    paid = [[r[0], r[4], "0"] for r in rows()]
    yield Broken("a price beside dividends", text(paid, "Date,Px,Dividends"), "no-close")
    yield Broken("two closes", text(rows(), "Date,Open,High,Last,Close,Volume"), "columns-twice")
    yield Broken("two dates", text(rows(), "Date,Time,High,Low,Close,Volume"), "columns-twice")
    short = changed()
    del short[20][3:]
    yield Broken("a short row", text(short), "ragged")
    long = changed()
    long[20].append("7")
    yield Broken("a long row", text(long), "ragged")
    yield Broken("open quotation mark", text(changed((20, 5, '"1000'))), "quotes")
    lines = text(rows()).decode().split("\n")
    yield Broken("blank lines", "\n\n".join(lines).encode())
    yield Broken("rows of separators", text([*rows()[:30], [""] * 6, *rows()[30:]]))
    total = [*rows(), ["Total", "", "", "", "", "61770"]]
    yield Broken("a total below", text(total), findings=("footer-row",), rows=61)
    yield Broken("a source below", text(rows()) + b"Source: made up\n", findings=("footer-row",))
    middle = [*rows()[:30], ["Total", "", "", "", "", "61770"], *rows()[30:]]
    yield Broken("a total between", text(middle), "date-unreadable")
    yield Broken("a total without a word", text([*rows(), [""] * 5 + ["61770"]]), "no-date")
    yield Broken("semicolons", text(rows(), "Date;Open;High;Low;Close;Volume", ";"))
    yield Broken("no symbol", text(rows()), "no-symbol", file="my prices (final).csv")
    names = [[*row, "ABC" if i % 2 else ""] for i, row in enumerate(rows())]
    head = "Date,Open,High,Low,Close,Volume,Symbol"
    yield Broken("a row without a symbol", text(names, head), "symbol-missing")
    wide = [[str(d), f"{c:.2f}", f"{2 * c:.2f}"] for d, c in zip(DATES, CLOSES, strict=True)]
    yield Broken("one symbol twice", text(wide, "Date,ABC,ABC"), "columns-twice")
    yield Broken("an empty symbol", text([[*r[:2], ""] for r in wide], "Date,ABC,XYZ"), "no-close")
    heads = "Price,Close,Volume\nTicker,ABC,ABC\nDate,,"
    yield Broken("two header rows", text([[*r[:2], "1000"] for r in wide], heads))
    odd = "Price,Cls,Vlm\nTicker,ABC,ABC\nDate,,"
    yield Broken("two strange header rows", text(wide, odd), "two-headers")


def _dates() -> Iterator[Broken]:
    yield Broken("us dates", text(dated(lambda d: f"{d:%m/%d/%Y}"), TWO))
    yield Broken("german dates", text(dated(lambda d: f"{d:%d.%m.%Y}"), TWO))
    yield Broken("named months", text(dated(lambda d: f'"{d:%b %d, %Y}"'), TWO))
    yield Broken("compact dates", text(dated(lambda d: f"{d:%Y%m%d}"), TWO))
    few = [r for r in dated(lambda d: f"{d:%m/%d/%Y}") if int(r[0][3:5]) < 13]
    yield Broken("us or european", text(few, TWO), "date-ambiguous")
    yield Broken(
        "years of two digits", text(dated(lambda d: f"{d:%m/%d/%y}"), TWO), "date-unreadable"
    )
    yield Broken("no such day", text(changed((40, 0, "2019-02-30"))), "date-unreadable")
    yield Broken("a digit lost", text(changed((59, 0, "2019-03-2"))), "date-unreadable")
    yield Broken("a row without a date", text(changed((20, 0, ""))), "no-date")
    serial = dated(lambda d: str((d - date(1899, 12, 30)).days))
    yield Broken("spreadsheet days", text(serial, TWO), "date-unreadable")
    yield Broken("before the calendar", text(changed((0, 0, "1919-01-02"))), "date-out-of-range")
    yield Broken("to come", text(changed((59, 0, "2091-03-28"))), "date-out-of-range")
    for unit, per in (("s", 1), ("ms", 1000), ("us", 10**6), ("ns", 10**9)):
        made = [
            [str(day_number(d) * 86400 * per), f"{c}"] for d, c in zip(DATES, CLOSES, strict=True)
        ]
        yield Broken(f"epoch in {unit}", text(made, TWO))
    mixed = dated(lambda d: str(day_number(d) * 86400 * (1000 if d.month > 1 else 1)))
    yield Broken("epoch in s and ms", text(mixed, TWO), "mixed-units")
    yield Broken("a zone on some", text(changed((5, 0, "2019-01-09 00:00:00Z"))), "date-unreadable")
    yield Broken("New York midnights", text(dated(lambda d: f"{d} 00:00:00-05:00"), TWO))
    yield Broken("UTC midnights that are dates", text(dated(lambda d: f"{d}T00:00:00Z"), TWO))
    next_day = dated(lambda d: f"{d + timedelta(1)}T00:00:00Z")
    yield Broken("UTC midnights of the evening", text(next_day, TWO), findings=("zone-moved",))
    yield Broken("two UTC midnights", text(next_day[:2], TWO), "zone-ambiguous")
    shifted = dated(lambda d: str(d + timedelta(1)))
    yield Broken("shifted by a day", text(shifted, TWO), "weekend-prices")
    hours = [[f"{r[0]} {h}:00:00", r[1]] for r in dated(str) for h in (10, 16)]
    yield Broken("intraday", text(hours, TWO), "intraday")
    live = dated(lambda d: f"{d} {'15:59:59' if d == DATES[-1] else '00:00:00'}")
    yield Broken("a session still open", text(live, TWO), findings=("unfinished-session",))


def _rows() -> Iterator[Broken]:
    yield Broken("newest first", text(rows()[::-1]), findings=("unsorted-rows",))
    swapped = rows()
    swapped[20], swapped[30] = swapped[30], swapped[20]
    yield Broken("two rows swapped", text(swapped), findings=("unsorted-rows",))
    twice = [*rows()[:21], *rows()[20:]]
    yield Broken("one row twice", text(twice), findings=("duplicate-row",), rows=61)
    other = [*twice[:21], [*twice[21][:4], "101.99", twice[21][5]], *twice[22:]]
    yield Broken("one date, two closes", text(other), "duplicate-dates", rows=61)
    both = text([*rows(), rows()[3]])
    yield Broken("twice and late", both, findings=("duplicate-row", "unsorted-rows"), rows=61)
    gap = [*rows()[:20], *rows()[23:]]
    yield Broken("three sessions missing", text(gap), findings=("missing-session",), rows=57)
    yield Broken("weekly", text(rows()[::5]), "not-daily", rows=12)
    yield Broken("every other session", text(rows()[::2]), "not-daily", rows=30)
    halves = [*rows()[:30], *rows()[30::2]]
    yield Broken("more holes later", text(halves), findings=("missing-session",), rows=45)
    holiday = ["2019-01-21", "100.20", "101.00", "99.00", "100.00", "1000"]
    extra = [*rows()[:13], holiday, *rows()[13:]]
    yield Broken("a holiday", text(extra), findings=("extra-session",), rows=61)
    empty = text(changed((20, 4, "")))
    yield Broken("no close once", empty, findings=("missing-session", "row-dropped"))
    null = text(changed((20, 4, "null")))
    yield Broken("a null close", null, findings=("missing-session", "row-dropped"))
    stale = changed(*((30, column, rows()[29][column]) for column in (1, 2, 3, 4)))
    yield Broken("a stale bar", text(stale), findings=("stale-bar",))
    flat = changed(
        *((k, c, f"{100 + x}") for k in range(20, 32) for c, x in ((2, 3 + k), (3, -3), (4, 0)))
    )
    yield Broken("twelve equal closes", text(flat), findings=("unchanged-closes",))
    high = text(changed((20, 2, "1.00")))
    yield Broken("a high below the close", high, findings=("impossible-bar",))
    yield Broken("no volume", text(changed((20, 5, "0"))), findings=("no-volume",))


def _numbers() -> Iterator[Broken]:
    yield Broken("a word for a price", text(changed((20, 4, "closed"))), "not-a-number")
    yield Broken("a currency sign", text(changed((20, 4, "$100.10"))), "not-a-number")
    yield Broken("infinite", text(changed((20, 4, "inf"))), "not-a-number")
    yield Broken("too large", text(changed((20, 4, "1e300"))), "not-a-number")
    yield Broken("too small", text(changed((20, 4, "1e-300"))), "price-not-positive")
    yield Broken("infinite by size", text(changed((20, 4, "1e999"))), "not-a-number")
    yield Broken("negative", text(changed((20, 4, "-100.10"))), "price-not-positive")
    yield Broken("zero", text(changed((20, 4, "0"))), "price-not-positive")
    yield Broken("a zero low", text(changed((20, 3, "0"))), "price-not-positive")
    yield Broken("a zero open", text(changed((20, 1, "0"))), findings=("no-open",))
    grouped = text(changed((20, 5, '"1,020"')))
    yield Broken("thousands", grouped, "thousands")
    yield Broken("thousands declared", grouped, declared={**TOTAL, "thousands": ","})
    head = "Date;Open;High;Low;Close;Volume"
    comma = [[c.replace(".", ",") for c in row] for row in rows()]
    yield Broken("decimal commas", text(comma, head, ";"), "decimal-comma")
    yield Broken("declared commas", text(comma, head, ";"), declared={**TOTAL, "decimal": ","})
    points = text(rows(), head, ";")
    yield Broken("declared, not there", points, "not-a-number", declared={**TOTAL, "decimal": ","})
    unquoted = text(comma)
    yield Broken("commas twice over", unquoted, "ragged")
    yield Broken("pence from a day on", text(scaled(30, 100.0)), "hundredfold-jump")
    yield Broken("pounds for a week", text(scaled(30, 0.01, 35)), "hundredfold-jump")
    yield Broken("an unrecorded split", text(scaled(30, 0.5)), "unrecorded-split")
    yield Broken("an unrecorded reverse split", text(scaled(30, 10.0)), "unrecorded-split")
    yield Broken("a crash", text(scaled(30, 0.44)), findings=("unexplained-return",))
    day = {**TOTAL, "genuine": [DATES[30]]}
    yield Broken("vouched for", text(scaled(30, 0.5)), findings=("suspected-split",), declared=day)


def _meaning() -> Iterator[Broken]:
    yield Broken("no basis", text(rows()), "basis-unknown", declared={})
    raw: dict[str, Any] = {"basis": "raw"}
    yield Broken("raw without actions", text(rows()), findings=("no-actions",), declared=raw)
    money = [[*row, "USD" if i < 30 else "EUR"] for i, row in enumerate(rows())]
    head = "Date,Open,High,Low,Close,Volume,Currency"
    yield Broken("two currencies", text(money, head), "two-currencies")
    pence = [[*row, "GBp" if i < 30 else "GBP"] for i, row in enumerate(rows())]
    yield Broken("pence and pounds", text(pence, head), "two-currencies")
    named = [[*row, "dollars"] for row in rows()]
    yield Broken("no such currency", text(named, head), "currency-unknown")
    yield Broken("a foreign listing", text(rows()), "currency-unknown", file="VOD.L.csv")
    same = text(yahoo(pay_at=30), YAHOO)
    yield Broken("adjusted as raw", same, "basis-contradicted", declared=raw)
    yield Broken("adjusted", same, declared={})
    split = text(yahoo(split_at=30), YAHOO)
    yield Broken("a split that is not there", split, findings=("un-split",), declared=raw)
    jump = text(yahoo(split_at=30, jump=True), YAHOO)
    yield Broken("as traded", jump, declared={})
    alone = text([[r[0], r[1], r[4]] for r in yahoo(split_at=30, jump=True)], "Date,Close,Splits")
    yield Broken("as traded as total return", alone, "basis-contradicted")
    both = yahoo(split_at=30, jump=True)
    both[45][4] = "2.0"
    yield Broken("one split of two", text(both, YAHOO), "splits-mixed", declared={})
    bad = yahoo()
    bad[20][3] = "-0.5"
    yield Broken("a negative dividend", text(bad, YAHOO), "bad-action", declared=raw)
    vast = yahoo()
    vast[20][4] = "1000000"
    yield Broken("an impossible split", text(vast, YAHOO), "bad-action", declared=raw)
    hole = yahoo(pay_at=20)
    hole[20][1] = hole[20][2] = ""
    yield Broken("a dividend without a price", text(hole, YAHOO), "action-without-price")
    # paid on day 30 by the adjusted close, and no dividend recorded
    lost = yahoo(adjusted=lambda i, c: c * (0.98 if i < 30 else 1.0))
    found = ("adjustment-disagrees",)
    yield Broken("a dividend lost", text(lost, YAHOO), findings=found, declared={})


def _parquet() -> Iterator[Broken]:
    close = pa.array(CLOSES)
    for unit in ("s", "ms", "us", "ns"):
        stamp = pa.array([_utc(d) for d in DATES], pa.timestamp(unit))
        made = parquet(date=stamp, close=close)
        yield Broken(f"parquet in {unit}", made, file="ABC.parquet")
    utc = pa.array([_utc(d, 5) for d in DATES], pa.timestamp("us", "UTC"))
    yield Broken("parquet in UTC", parquet(date=utc, close=close), file="ABC.parquet")
    none = pa.array([None, *DATES[1:]], pa.date32())
    yield Broken("parquet without a date", parquet(date=none, close=close), "no-date")
    flags = pa.array([True] * 60)
    yield Broken("parquet of flags", parquet(date=DATES, close=flags), "not-a-number")
    nan = pa.array([*CLOSES[:20], float("nan"), *CLOSES[21:]])
    hole = ("missing-session", "row-dropped")
    yield Broken("parquet with a NaN", parquet(date=DATES, close=nan), findings=hole)
    empty = parquet(date=pa.array([], pa.date32()), close=pa.array([], pa.float64()))
    yield Broken("parquet without rows", empty, "no-rows")
    good = parquet(date=DATES, close=close)
    yield Broken("parquet cut off", good[: len(good) // 2], "unreadable")
    yield Broken("parquet damaged", good[:20] + b"\xff" * 60 + good[80:], "unreadable")
    yield Broken("parquet of lists", parquet(date=DATES, close=[[1.0]] * 60), "not-a-number")
