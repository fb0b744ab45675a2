"""How far did the hedge offset, from the designation to the end?  Money against money.

Changes of the instruments are those of their fair value, before costs, borrow fees and interest,
and with the dividends that a short owes; those of the item are with its dividends.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from microhedge.analysis.effectiveness import Rows
from microhedge.analysis.offsets import (
    DollarOffset,
    OffsetRegression,
    changes,
    dollar_offsets,
    expected_share,
    offset_regression,
)
from microhedge.money_by_month import money_by_month
from microhedge.reporting.memo.facts import Facts, underlying
from microhedge.reporting.memo.prospective import intrinsic
from microhedge.tape import Floats

_TRADED = ("sold", "bought")


@dataclass(frozen=True, slots=True, eq=False)
class Lookback:
    """The offset by calendar month, the first one cut at the designation, the last at the end.

    `bounds` are the rows that bound the periods.  `item`, `hedge` and `extras` are by period:
    changes of the holding, of the instruments, and what costs, borrow fees and interest on the
    proceeds added.  `expected` is the share of periods that chance would put between 80 and
    125 % for the slope and the R² of these very periods, `least` that of a least-variance hedge
    of that R².  `net` is the cumulative offset with the extras.
    """

    bounds: Rows
    item: Floats
    hedge: Floats
    extras: Floats
    offset: DollarOffset
    line: OffsetRegression
    expected: float | None
    least: float | None
    net: float | None

    @property
    def cumulative(self) -> float | None:
        """The offset from the designation to the end; None where the holding hardly moved."""
        last = float(self.offset.cumulative[-1])
        return last if np.isfinite(last) else None

    @property
    def falls(self) -> tuple[int, float, float]:
        """The periods in which the holding lost: how many, its loss, and the hedge's result."""
        lost = self.item < 0.0
        return int(lost.sum()), float(self.item[lost].sum()), float(self.hedge[lost].sum())


def look_back(facts: Facts) -> Lookback:
    """Compare the changes of item and instruments by month from the designation on."""
    result, made = facts.result, money_by_month(facts.result)
    bounds, value = made.bounds, result.curves["holding"]
    offset = dollar_offsets(made.item, made.fair, value, result.day, bounds=bounds)
    item, hedge = changes(made.item, bounds), changes(made.fair, bounds)
    extras = changes(made.hedge - made.fair, bounds)
    line = offset_regression(item, hedge)
    expected = least = None
    if line.slope is not None and line.r_squared is not None:
        expected = expected_share(line.r_squared, -line.slope)
        least = expected_share(line.r_squared)
    total = float(item.sum())
    defined = bool(np.isfinite(offset.cumulative[-1]))
    return Lookback(
        bounds=bounds,
        item=item,
        hedge=hedge,
        extras=extras,
        offset=offset,
        line=line,
        expected=expected,
        least=least,
        net=-float((hedge + extras).sum()) / total if defined else None,
    )


@dataclass(frozen=True, slots=True)
class Leg:
    """One completed option leg, split into intrinsic and time value; written ones are negative.

    `shares` are those that its contracts stood for when it was opened.  `item` is the change of
    these shares in the part that the option covers, below the strike of a put and above that of a
    call, measured by the strike as it was agreed (NaN for an option on
    something else than the holding); `inside` that of the intrinsic value, of the
    strike as it was adjusted.  `time_paid` and `time_back` are the time value at both ends, `costs`
    the spreads, commissions and fees (money).
    """

    role: str
    symbol: str
    right: str
    opened: date
    closed: date
    shares: float
    spot: float
    strike: float
    final_spot: float
    final_strike: float
    item: float
    inside_opened: float
    inside_closed: float
    time_paid: float
    time_back: float
    costs: float
    end: str
    source: str

    @property
    def inside(self) -> float:
        """The change of the intrinsic value."""
        return self.inside_closed - self.inside_opened

    @property
    def cost_of_hedging(self) -> float:
        """The time value that was paid and did not come back."""
        return self.time_paid - self.time_back


def legs(facts: Facts) -> tuple[Leg, ...]:
    """Split every completed option leg, oldest first."""
    table, fills, tape = facts.legs, facts.fills, facts.comparison.tape
    opening = {
        (str(fills["role"][k]), int(fills["session"][k]), bool(fills["quantity"][k] > 0.0)): k
        for k in range(len(fills["role"]))
    }
    found = []
    for k in np.flatnonzero(table["closed"] >= 0).tolist():
        opened, closed = int(table["opened"][k]), int(table["closed"][k])
        role, right = str(table["role"][k]), str(table["right"][k])
        contracts, strike = float(table["contracts"][k]), float(table["strike"][k])
        fill = opening[role, opened, contracts > 0.0]
        symbol = underlying(str(fills["instrument"][fill]))
        shares = contracts * float(fills["multiplier"][fill])
        spot = float(table["spot"][k])
        final_spot = float(tape.close[symbol][tape.begin + closed])
        final_strike = float(table["final_strike"][k])
        index = tape.split_index(symbol)
        split = float(index[tape.begin + closed] / index[tape.begin + opened])
        before = shares * intrinsic(right, spot, strike)
        after = shares * split * intrinsic(right, final_spot, final_strike)
        if str(table["end"][k]) not in _TRADED:
            # settled for its intrinsic value, at a price that need not be a close of the tape
            after = float(table["received"][k])
            each = after / (shares * split)
            if each > 0.0:
                final_spot = final_strike - each if right == "P" else final_strike + each
        agreed = shares * split * intrinsic(right, final_spot, strike / split)
        found.append(
            Leg(
                role=role,
                symbol=symbol,
                right=right,
                opened=facts.day(opened),
                closed=facts.day(closed),
                shares=shares,
                spot=spot,
                strike=strike,
                final_spot=final_spot,
                final_strike=final_strike,
                item=before - agreed if symbol == facts.comparison.holding else np.nan,
                inside_opened=before,
                inside_closed=after,
                time_paid=float(table["premium"][k]) - before,
                time_back=float(table["received"][k]) - after,
                costs=float(table["costs"][k]),
                end=str(table["end"][k]),
                source=str(table["source"][k]),
            )
        )
    return tuple(sorted(found, key=lambda leg: (leg.closed, leg.role)))
