"""From what numbers was the memo made?  One CSV table beside it, one row for each number behind.

`part` says what a row is: "regression" (a return of the sample before the designation), "period"
(a calendar month of the retrospective offset), "leg" (a completed option leg), "trade" (a fill) or
"adjustment" (a contract that a split or special dividend changed).  Columns that a part does not
have are empty.  Money is in the account's currency, returns are fractions, dates are ISO.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date

import numpy as np

from microhedge.reporting.memo.facts import Facts
from microhedge.reporting.memo.prospective import Regression
from microhedge.reporting.memo.retrospective import Leg, Lookback

COLUMNS = (
    "part",
    "date",
    "until",
    "instrument",
    "quantity",
    "price",
    "spot",
    "strike",
    "return",
    "change_of_item",
    "change_of_hedge",
    "costs_and_carry",
    "offset",
    "cumulative_offset",
    "intrinsic_opened",
    "intrinsic_closed",
    "time_value_paid",
    "time_value_back",
    "source",
    "note",
)

Row = dict[str, object]


def table(
    facts: Facts, regression: Regression | None, lookback: Lookback, legs: tuple[Leg, ...]
) -> bytes:
    """Return the whole table as UTF-8, with lines that end in a line feed."""
    stream = io.StringIO()
    writer = csv.DictWriter(stream, COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    for row in _rows(facts, regression, lookback, legs):
        writer.writerow({name: _text(value) for name, value in row.items()})
    return stream.getvalue().encode()


def _text(value: object) -> str:
    if isinstance(value, float):
        return repr(value) if np.isfinite(value) else ""
    return value.isoformat() if isinstance(value, date) else str(value)


def _rows(
    facts: Facts, regression: Regression | None, lookback: Lookback, legs: tuple[Leg, ...]
) -> Iterator[Row]:
    if regression is not None:
        series = {facts.comparison.holding: regression.item, **regression.factors}
        for symbol, returns in series.items():
            for day, value in zip(regression.days, returns.tolist(), strict=True):
                yield {"part": "regression", "date": day, "instrument": symbol, "return": value}
    for k, (begin, end) in enumerate(
        zip(lookback.bounds[:-1].tolist(), lookback.bounds[1:].tolist(), strict=True)
    ):
        yield {
            "part": "period",
            "date": facts.day(begin),
            "until": facts.day(end),
            "change_of_item": float(lookback.item[k]),
            "change_of_hedge": float(lookback.hedge[k]),
            "costs_and_carry": float(lookback.extras[k]),
            "offset": float(lookback.offset.period[k]),
            "cumulative_offset": float(lookback.offset.cumulative[k]),
        }
    for leg in legs:
        yield {
            "part": "leg",
            "date": leg.opened,
            "until": leg.closed,
            "instrument": f"{leg.role} {leg.symbol} {leg.right}",
            "quantity": leg.shares,
            "spot": leg.spot,
            "strike": leg.strike,
            "change_of_item": leg.item,
            "change_of_hedge": leg.inside,
            "costs_and_carry": -leg.costs,
            "intrinsic_opened": leg.inside_opened,
            "intrinsic_closed": leg.inside_closed,
            "time_value_paid": leg.time_paid,
            "time_value_back": leg.time_back,
            "source": leg.source,
            "note": leg.end,
        }
    yield from _log(facts)


def _log(facts: Facts) -> Iterator[Row]:
    """Yield every fill, and every contract that was adjusted, in the order of their sessions."""
    fills, log = facts.fills, facts.result.tables["log"]
    for k in range(len(fills["session"])):
        yield {
            "part": "trade",
            "date": facts.day(int(fills["session"][k])),
            "instrument": str(fills["instrument"][k]),
            "quantity": float(fills["quantity"][k] * fills["multiplier"][k]),
            "price": float(fills["mid"][k]),
            "spot": float(fills["spot"][k]),
            "strike": float(fills["strike"][k]),
            "costs_and_carry": -float(
                fills["spread"][k] + fills["commission"][k] + fills["fee"][k]
            ),
            "source": str(fills["source"][k]),
        }
    for k in np.flatnonzero(log["code"] == "adjusted").tolist():
        yield {
            "part": "adjustment",
            "date": facts.day(int(log["session"][k])),
            "note": str(log["text"][k]),
        }
